"""Words on the screen: captions in every language, fonts that every machine has, and lines of a length."""

from __future__ import annotations

from functools import cache, lru_cache
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import manimpango
import numpy as np
from manim import VMobject
from manim.constants import START_X, START_Y
from manim.mobject.text.text_mobject import TEXT2SVG_ADJUSTMENT_FACTOR, TEXT_MOB_SCALE_FACTOR
from numpy.typing import NDArray

from landscape.core import foreign_text
from landscape.figures.breaking import is_wide
from landscape.figures.fonts import CHINESE, chinese_font, variable_font
from landscape.figures.fonts import FAMILY as LATIN

# Pango takes from the second what the first does not have.
FAMILY = f"{LATIN}, {CHINESE}"

_SET_AT = 56
_LONG = 300  # letters of a text, beyond which some are left out
_PAGE = (1920, 1080)
_PATH, _USE = ("{http://www.w3.org/2000/svg}" + tag for tag in ("path", "use"))
_LINK = "{http://www.w3.org/1999/xlink}href"


class Words(VMobject):
    """A line of text as one shape: letters that nobody moves one by one cost manim as much as fifty mobjects."""

    def __init__(self, words: str, size: float, colour: str, weight: str = "NORMAL") -> None:
        super().__init__(fill_color=colour, fill_opacity=1, stroke_width=0)
        self.words = words
        self.set_points(_outline(foreign_text.shown(words, "\n", _LONG), weight))
        self.scale(size / _SET_AT)

    def __repr__(self) -> str:
        return f"Words({self.words!r})"


@lru_cache(maxsize=2048)
def _outline(words: str, weight: str) -> NDArray[np.float64]:
    """The points (n, 3) of a line's letters, as those of manim's Text, which takes thirty times as long to read Pango's
    SVG.

    Pango rounds glyph positions to pixels, so small text stands unevenly, and it breaks wide lines: always set at one
    middling size, to be scaled.
    """
    # Before the first word is set, as Pango does not look for fonts again.
    register_fonts()
    size = _SET_AT / TEXT2SVG_ADJUSTMENT_FACTOR
    setting = manimpango.TextSetting(0, len(words), FAMILY, "NORMAL", weight, line_num=0)
    with TemporaryDirectory() as folder:
        svg = f"{folder}/line.svg"
        manimpango.text2svg([setting], size, 1.3 * size, False, svg, START_X, START_Y, *_PAGE, words)
        tree = ElementTree.parse(svg)

    # Each glyph once, by its id, and then where it is used.
    glyphs = {one.get("id"): [path.get("d", "") for path in one if path.tag == _PATH] for one in tree.iter()}
    curves = [
        _curves(drawn) + np.array([float(use.get(axis, 0)) for axis in "xy"])
        for use in tree.iter(_USE)
        for drawn in glyphs[use.get(_LINK, "")[1:]]
    ]
    points = np.concatenate([np.zeros((0, 2)), *curves]) * (1, -1) * TEXT_MOB_SCALE_FACTOR
    if len(points):
        ends = points[np.arange(len(points)) % 4 % 3 == 0]
        points -= 0.5 * (ends.min(axis=0) + ends.max(axis=0))
    return np.column_stack([points, np.zeros(len(points))])


@lru_cache(maxsize=4096)
def _curves(path: str) -> NDArray[np.float64]:
    """The points (n, 2) of an SVG path that Cairo wrote as cubic curves, four for each."""
    curves: list[complex] = []
    marks = iter(path.split())
    pen = first = 0j

    def point() -> complex:
        return complex(float(next(marks)), float(next(marks)))

    def line(end: complex) -> list[complex]:
        return [pen, (2 * pen + end) / 3, (pen + 2 * end) / 3, end]

    for mark in marks:
        match mark:
            case "M":
                pen = first = point()
            case "L":
                curves += line(point())
                pen = curves[-1]
            case "C":
                curves += [pen, point(), point(), point()]
                pen = curves[-1]
            case "Z" if pen != first:
                curves += line(first)
    return np.array(curves, dtype=np.complex128).view(np.float64).reshape(-1, 2)


def reading_time(words: str) -> float:
    """Seconds in which a caption can be read: six Chinese characters a second, or eighteen letters."""
    wide = sum(map(is_wide, words))
    return 0.4 + wide / 6 + (len(words) - wide) / 18


@cache
def register_fonts() -> None:
    """Make the fonts known to Pango."""
    for path in (variable_font(), chinese_font()):
        manimpango.register_font(str(path))
