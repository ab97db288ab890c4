"""What a film says and when: its captions as subtitles and as a narrator's script, and its sections as chapters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec

from landscape.files import kinds, writing
from landscape.files.opening import MOST_JSON, whole

CAPTIONS = ("burnt", "file", "both")  # in the picture, in files beside the film, or both
ENDINGS = (".srt", ".vtt")

_TOLD = ".told"  # the folder of what films said
_TITLE = 60  # letters of a chapter's title, at the most


@dataclass(frozen=True)
class Caption:
    """Words that are shown from `begin` to `end`, in seconds.

    lesson, key : whose words, and which. spoken : what a narrator says. sound : the file in which that is spoken, if it
    is.
    """

    words: str
    begin: float
    end: float
    lesson: str = ""
    key: str = ""
    spoken: str = ""
    sound: str = ""


@dataclass(frozen=True)
class Chapter:
    """A part of a film, which begins at so many seconds."""

    title: str
    begin: float


def later(captions: Iterable[Caption], seconds: float) -> list[Caption]:
    """The same in a film in which they come so much later."""
    return [replace(one, begin=one.begin + seconds, end=one.end + seconds) for one in captions]


def title_of(words: str) -> str:
    """What a chapter is called that begins with these words: their first sentence, as far as there is room."""
    first = re.split(r"(?<=[.?!:])\s|(?<=[。？！：])", words, maxsplit=1)[0].rstrip(".:。：")
    return first if len(first) <= _TITLE else f"{first[: _TITLE - 1].rstrip()}…"


def write(film: Path, captions: Iterable[Caption]) -> list[Path]:
    """Subtitles beside a film, as .srt and as .vtt."""
    files, captions = [], list(captions)
    for ending in ENDINGS:
        path = film.with_suffix(ending)
        path.write_text(_text(captions, ending), encoding="utf-8")
        files.append(path)
    return files


def keep(film: Path, captions: Iterable[Caption]) -> None:
    """Note what a film says, for whoever asks later."""
    place = _place(film)
    place.parent.mkdir(exist_ok=True)
    writing.write_json(place, {"captions": [asdict(one) for one in captions]})


def told(film: Path) -> list[Caption]:
    """What a film says, as `keep` noted it; nothing where nobody did."""
    place = _place(film)
    if not place.exists():
        return []
    return msgspec.json.decode(whole(place, MOST_JSON), type=dict[str, list[Caption]])["captions"]


def narration(chapters: Sequence[tuple[str, Sequence[Caption]]]) -> str:
    """A narrator's script of chapters, each with its title: when to say what, and what the recording is called."""
    lines = [f"<!-- {kinds.NARRATION}, of landscape animate -->\n"]
    for title, captions in chapters:
        lines.append(f"# {title}\n")
        lines += [f"{_clock(one.begin, '.')[3:-4]}  {one.lesson}/{one.key}\n    {one.spoken}\n" for one in captions]
    return "\n".join(lines)


def _place(film: Path) -> Path:
    return film.parent / _TOLD / f"{film.stem}.json"


def _text(captions: Iterable[Caption], ending: str) -> str:
    mark = "," if ending == ".srt" else "."
    blocks = [] if ending == ".srt" else ["WEBVTT"]
    for number, one in enumerate(captions, 1):
        times = " --> ".join(_clock(when, mark) for when in (one.begin, one.end))
        blocks.append(f"{number}\n{times}\n{one.words}")
    return "\n\n".join(blocks) + "\n"


def _clock(seconds: float, mark: str) -> str:
    """Hours, minutes, seconds and thousandths."""
    full, thousandths = divmod(round(1000 * seconds), 1000)
    minutes, full = divmod(full, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{full:02}{mark}{thousandths:03}"
