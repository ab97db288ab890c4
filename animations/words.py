"""Words on the screen: captions in every language, fonts that every machine has, and lines of a length."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources

import manimpango
import numpy as np
from manim import Text, VMobject

from landscape.errors import unknown
from landscape.figures.fonts import FAMILY as LATIN
from landscape.figures.fonts import chinese_font, variable_font

# Pango takes from the second what the first does not have.
FAMILY = f"{LATIN}, Noto Sans CJK SC"
LANGUAGES = ("en", "zh")

_SET_AT = 56

_COMMON = "common"  # the words of all lessons
_WIDE = 2.3  # letters
_NOT_FIRST = "，。、；：！？）」』”’…—·%°),.;:!?"  # marks that do not begin a line
_NOT_LAST = "（「『“‘("


class Words(VMobject):
    """A line of text as one shape: letters that nobody moves one by one cost manim as much as fifty mobjects."""

    def __init__(self, words: str, size: float, colour: str, weight: str = "NORMAL") -> None:
        super().__init__(fill_color=colour, fill_opacity=1, stroke_width=0)
        self.words = words
        # Pango rounds glyph positions to pixels, so small text stands unevenly, and it breaks wide lines: always set at
        # one middling size, then scaled.
        letters = Text(words, font=FAMILY, weight=weight, font_size=_SET_AT).family_members_with_points()
        if letters:
            self.set_points(np.concatenate([letter.points for letter in letters]))
        self.scale(size / _SET_AT)

    def __repr__(self) -> str:
        return f"Words({self.words!r})"


@cache
def captions(lesson: str, lang: str) -> dict[str, str]:
    """All words of a lesson in a language; ValueError with the nearest valid name if there are none."""
    if lang not in LANGUAGES:
        raise unknown("language", lang, LANGUAGES)
    table = tomllib.loads((resources.files(__package__) / "captions.toml").read_text(encoding="utf-8"))
    if lesson not in table:
        raise unknown("lesson", lesson, [name for name in table if name != _COMMON])
    words: dict[str, str] = table[_COMMON][lang] | table[lesson][lang]
    return words


def balanced(words: str, columns: int) -> list[str]:
    """Lines of about equal length, as few as fit into so many columns of Latin letters."""
    lines = _wrapped(words, columns)
    while columns > 10 and len(_wrapped(words, columns - 1)) == len(lines):
        columns -= 1
    return _wrapped(words, columns)


def columns(words: str) -> float:
    """How many columns a text takes; a Chinese character is as wide as some letters."""
    return sum(_WIDE if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in words)


@cache
def register_fonts() -> None:
    """Make the fonts known to Pango."""
    for path in (variable_font(), chinese_font()):
        manimpango.register_font(str(path))


def _wrapped(words: str, width: float) -> list[str]:
    """Lines that are broken at spaces, and between Chinese characters where their rules allow it."""
    lines, line = [], ""
    for piece in _pieces(words):
        if line.strip() and columns((line + piece).strip()) > width:
            lines.append(line.strip())
            line = ""
        line += piece
    return [*lines, line.strip()] if line.strip() else lines


def _pieces(words: str) -> list[str]:
    """What must not be broken: words and the space after them, Chinese characters and the marks that belong to them."""
    pieces: list[str] = []
    for piece in re.findall(r"[⺀-鿿　-〿＀-￯“”‘’…—]|[^\s⺀-鿿　-〿＀-￯“”‘’…—]+\s*|\s+", words):
        glued = pieces and (piece[0] in _NOT_FIRST or pieces[-1][-1] in _NOT_LAST or piece.isspace())
        if glued:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
