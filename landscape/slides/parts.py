"""What a deck is made of: slides, and what can stand on one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from matplotlib.figure import Figure

from ..core import foreign_text
from ..figures.palettes import Palette
from ..figures.themes import palette


@dataclass(frozen=True)
class Look:
    """theme : "light" or "dark". lang : "en" or "zh"."""

    theme: str
    lang: str

    @property
    def palette(self) -> Palette:
        """The colours of the theme."""
        return palette(self.theme)


@dataclass(frozen=True)
class Picture:
    """A figure that is drawn when it is needed, in the shape of its place.

    draw : draws it in the style in force, as large as that says. alt : what it shows, for those who cannot see it.
    """

    draw: Callable[[], Figure]
    alt: str


@dataclass(frozen=True)
class Row:
    """Cells, the colour of the first one as a hex string (that of the text if empty), and which cells are in bold."""

    cells: tuple[str, ...]
    colour: str = ""
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Table:
    """header : a word for each column. left : the columns of words, aligned at the left; numbers are at the right."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    left: frozenset[int] = frozenset({0})


@dataclass(frozen=True)
class Clip:
    """A film in an MP4 file. alt : what it shows."""

    file: Path
    alt: str


@dataclass(frozen=True)
class Column:
    """A heading and sentences under it."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes
    ----------
    title : a sentence that says the point.
    notes : what a presenter can say.
    lines : sentences beside a clip, above everything else.
    columns : in place of `content`, text in columns side by side.
    content : what the slide shows.
    kind : "opening" for the first and the last, on which the title is large and a picture fills one side.
    """

    title: str
    notes: str
    lines: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    content: Picture | Table | Clip | None = None
    kind: Literal["opening", "content"] = "content"


def readable(slide: Slide) -> Slide:
    """The slide with what others wrote in it as documents can hold it; lines of titles and paragraphs of notes stay."""
    own: dict[str, Any] = {name: foreign_text.shown(getattr(slide, name), "\n") for name in ("title", "notes")}
    return replace(slide, **own, **{name: _readable(getattr(slide, name)) for name in ("lines", "columns", "content")})


def _readable(part: Any) -> Any:
    match part:
        case str():
            return foreign_text.shown(part)
        case tuple():
            return tuple(map(_readable, part))
        case Picture() | Row() | Table() | Clip() | Column():
            return replace(part, **{field.name: _readable(getattr(part, field.name)) for field in fields(part)})
    return part
