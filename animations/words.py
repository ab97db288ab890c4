"""Words on the screen: captions in every language, fonts that every machine has, and lines of a length."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib import resources

import manimpango
import numpy as np
from manim import Text, VMobject
from numpy.typing import NDArray

from landscape.errors import unknown
from landscape.figures.fonts import CHINESE, chinese_font, variable_font
from landscape.figures.fonts import FAMILY as LATIN

# Pango takes from the second what the first does not have.
FAMILY = f"{LATIN}, {CHINESE}"
LANGUAGES = ("en", "zh")

_SET_AT = 56

_COMMON = "common"  # the words of all lessons


class Words(VMobject):
    """A line of text as one shape: letters that nobody moves one by one cost manim as much as fifty mobjects."""

    def __init__(self, words: str, size: float, colour: str, weight: str = "NORMAL") -> None:
        super().__init__(fill_color=colour, fill_opacity=1, stroke_width=0)
        self.words = words
        self.set_points(_outline(words, weight))
        self.scale(size / _SET_AT)

    def __repr__(self) -> str:
        return f"Words({self.words!r})"


@lru_cache(maxsize=2048)
def _outline(words: str, weight: str) -> NDArray[np.float64]:
    """The points (n, 3) of a line's letters. Parsing Pango's SVG takes longest of all that shows a word, and films say
    many twice.

    Pango rounds glyph positions to pixels, so small text stands unevenly, and it breaks wide lines: always set at one
    middling size, to be scaled.
    """
    letters = Text(words, font=FAMILY, weight=weight, font_size=_SET_AT).family_members_with_points()
    return np.concatenate([letter.points for letter in letters]) if letters else np.zeros((0, 3))


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


def reading_time(words: str) -> float:
    """Seconds in which a caption can be read: six Chinese characters a second, or eighteen letters."""
    wide = sum(unicodedata.east_asian_width(mark) in "WF" for mark in words)
    return 0.4 + wide / 6 + (len(words) - wide) / 18


@cache
def register_fonts() -> None:
    """Make the fonts known to Pango."""
    for path in (variable_font(), chinese_font()):
        manimpango.register_font(str(path))
