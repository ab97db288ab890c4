"""Words on the screen: captions in every language, fonts that every machine has, and lines of a length."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources
from itertools import pairwise

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
_PAUSES = "，。；：？！、,.;:?!"  # marks after which a line ends well
# What it costs to break elsewhere, between words and within Chinese ones: the square of how uneven lines may be.
_WITHIN, _INSIDE = 150.0, 900.0


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


def balanced(words: str, columns_: int) -> list[str]:
    """As few lines as fit into so many columns of Latin letters, of about equal length, and rather broken after a mark
    than within a sentence."""
    pieces = _pieces(words)
    widths = [columns(piece) for piece in pieces]
    lines = 1
    while (best := _broken(pieces, widths, columns_, lines)) is None and lines < len(pieces):
        lines += 1
    cuts = [0, *(range(1, len(pieces)) if best is None else best), len(pieces)]
    return ["".join(pieces[i:j]).strip() for i, j in pairwise(cuts)]


def columns(words: str) -> float:
    """How many columns a text takes; a Chinese character is as wide as some letters."""
    return sum(_WIDE if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in words)


def reading_time(words: str) -> float:
    """Seconds in which a caption can be read: six Chinese characters a second, or eighteen letters."""
    wide = sum(unicodedata.east_asian_width(mark) in "WF" for mark in words)
    return 0.4 + wide / 6 + (len(words) - wide) / 18


@cache
def register_fonts() -> None:
    """Make the fonts known to Pango."""
    for path in (variable_font(), chinese_font()):
        manimpango.register_font(str(path))


def _broken(pieces: list[str], widths: list[float], most: float, lines: int) -> list[int] | None:
    """Where to cut into so many lines of at most `most` columns; None if that cannot be."""
    wanted = sum(widths) / lines
    # The cheapest way to cut the first k pieces into n lines, for n = 1, 2 …
    costs: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for _ in range(lines):
        further: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, cuts) in costs.items():
            width = 0.0
            for end in range(start + 1, len(pieces) + 1):
                width += widths[end - 1]
                if width - (pieces[end - 1][-1] == " ") > most:
                    break
                total = cost + (width - wanted) ** 2
                if end < len(pieces) and pieces[end - 1].strip()[-1:] not in _PAUSES:
                    total += _WITHIN if pieces[end - 1].endswith(" ") else _INSIDE
                if end not in further or total < further[end][0]:
                    further[end] = (total, [*cuts, end])
        costs = further
    return costs[len(pieces)][1][:-1] if len(pieces) in costs else None


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
