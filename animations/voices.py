"""Voices: recordings in a folder, one a caption, or any program that speaks a text into a file."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from landscape.core.errors import InputError, RenderError, one_line

ENDINGS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a")

_TEXT, _OUT, _LANG = "{text}", "{out}", "{lang}"
_LONGEST = 120.0  # seconds that a program may take for one caption
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789−")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
# How signs are read aloud, by language: of a power, of its minus, and others.
_POWER = {"en": "{base} to the {sign}{power}", "zh": "{base} 的{sign}{power} 次方"}
_SQUARE = {"en": "{base} squared", "zh": "{base} 的平方"}
_SIGNS = {
    "en": {
        "×": " times ",
        "−": "minus ",
        "→": " to ",
        "°": " degrees",
        "√": "root of ",
        "∂": "d ",
        "∇": "slope of ",
    },
    "zh": {"×": " 乘以 ", "−": "负", "→": "变为", "°": "度", "√": "根号", "∂": "偏", "∇": "梯度 "},
}
_MINUS = {"en": "minus ", "zh": "负"}


@dataclass(frozen=True)
class Voice:
    """Who speaks the captions of a film.

    folder : of recordings, LESSON/KEY.wav or another of `ENDINGS`, called as `landscape animate --script` lists them.
    command : a program for those that are not there, with {text} and {out}, the file to write, in its arguments, and
    {lang} if it likes.

    ValueError for a folder that is none, and a command that cannot do.
    """

    folder: str = ""
    command: str = ""

    def __post_init__(self) -> None:
        if self.folder and not Path(self.folder).is_dir():
            raise InputError(f"voice '{self.folder}' is not a folder")
        if not self.command:
            return
        words = _words(self.command)
        if not all(any(one in word for word in words) for one in (_TEXT, _OUT)):
            raise InputError(f"voice command '{self.command}' is not allowed: {_TEXT} and {_OUT} must be in it")
        if shutil.which(words[0]) is None:
            raise InputError(f"voice command '{self.command}' cannot be run: there is no program '{words[0]}'")

    def __bool__(self) -> bool:
        return bool(self.folder or self.command)

    @property
    def files(self) -> list[Path]:
        """All recordings."""
        found = Path(self.folder).rglob("*") if self.folder else ()
        return sorted(path for path in found if path.suffix in ENDINGS)

    def says(self, lesson: str, key: str, text: str, lang: str, place: Path) -> Path | None:
        """The file in which a caption of a lesson is spoken; None where nobody speaks it. What a program speaks is kept
        in a folder, `place`."""
        for ending in ENDINGS if self.folder else ():
            if (found := Path(self.folder) / lesson / f"{key}{ending}").is_file():
                return found
        return self._spoken(text, lang, place) if self.command else None

    def _spoken(self, text: str, lang: str, place: Path) -> Path:
        name = hashlib.blake2b("\n".join((self.command, lang, text)).encode(), digest_size=12).hexdigest()
        out = place / f"{name}.wav"
        if out.exists():
            return out
        place.mkdir(parents=True, exist_ok=True)
        begun = out.with_stem(f"{name}.begun")
        given = {_TEXT: text, _OUT: str(begun), _LANG: lang}
        words = [_filled(word, given) for word in _words(self.command)]
        try:
            ran = subprocess.run(words, capture_output=True, timeout=_LONGEST, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RenderError(f"the voice command cannot be run: {one_line(str(error))}") from error
        if ran.returncode or not begun.exists():
            said = one_line(ran.stderr.decode(errors="replace")) or "it wrote no file"
            raise RenderError(f"the voice command failed, exit code {ran.returncode}: {said}")
        begun.replace(out)
        return out


def seconds(sound: Path) -> float:
    """How long a recording is; RenderError where it is none."""
    import av

    try:
        with av.open(str(sound)) as container:
            if container.streams.audio and container.duration:
                return float(container.duration) / av.time_base
    except (av.error.FFmpegError, OSError) as error:
        raise RenderError(f"'{sound}' cannot be read as sound: {one_line(str(error))}") from error
    raise RenderError(f"'{sound}' holds no sound")


def aloud(words: str, lang: str) -> str:
    """How words with mathematical signs are read."""

    def power(found: re.Match[str]) -> str:
        raised = found[2].translate(_RAISED)
        if raised == "2":
            return _SQUARE[lang].format(base=found[1])
        sign = _MINUS[lang] if raised.startswith("−") else ""
        return _POWER[lang].format(base=found[1], sign=sign, power=raised.lstrip("−"))

    words = re.sub(r"(\d+|\w)([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", power, words)
    words = re.sub(r"([₀₁₂₃₄₅₆₇₈₉]+)", lambda found: f" {found[1].translate(_LOWERED)}", words)
    for sign, read in _SIGNS[lang].items():
        words = words.replace(sign, read)
    return re.sub(r" {2,}", " ", words).strip()


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InputError(f"voice command '{command}' is not allowed: {error}") from error
    if not words:
        raise InputError("an empty voice command is not allowed")
    return words


def _filled(word: str, given: dict[str, str]) -> str:
    return re.sub("|".join(map(re.escape, given)), lambda found: given[found[0]], word)
