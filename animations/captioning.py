"""What a film says and when: its captions as subtitles, and its sections as chapters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

CAPTIONS = ("burnt", "file", "both")  # in the picture, in files beside the film, or both
ENDINGS = (".srt", ".vtt")
_TITLE = 60  # letters of a chapter's title, at the most
_TIME = re.compile(r"(\d+):(\d\d):(\d\d)[,.](\d{3})")


@dataclass(frozen=True)
class Caption:
    """Words that are shown from `begin` to `end`, in seconds."""

    words: str
    begin: float
    end: float


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


def read(film: Path) -> list[Caption]:
    """The subtitles beside a film, as `write` wrote them."""
    captions = []
    for block in film.with_suffix(ENDINGS[0]).read_text(encoding="utf-8").strip().split("\n\n"):
        _, times, *lines = block.split("\n")
        begin, end = (_seconds(*one.groups()) for one in _TIME.finditer(times))
        captions.append(Caption("\n".join(lines), begin, end))
    return captions


def _text(captions: Iterable[Caption], ending: str) -> str:
    mark = "," if ending == ".srt" else "."
    blocks = [] if ending == ".srt" else ["WEBVTT"]
    for number, one in enumerate(captions, 1):
        times = " --> ".join(_clock(when, mark) for when in (one.begin, one.end))
        blocks.append(f"{number}\n{times}\n{one.words}")
    return "\n\n".join(blocks) + "\n"


def _clock(seconds: float, mark: str) -> str:
    """Hours, minutes, seconds and thousandths."""
    whole, thousandths = divmod(round(1000 * seconds), 1000)
    minutes, whole = divmod(whole, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{whole:02}{mark}{thousandths:03}"


def _seconds(hours: str, minutes: str, seconds: str, thousandths: str) -> float:
    return 3600 * int(hours) + 60 * int(minutes) + int(seconds) + int(thousandths) / 1000
