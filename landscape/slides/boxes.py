"""Places on a slide, and how large text may be in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from matplotlib.font_manager import FontProperties, findfont

from ..figures import fonts
from ..figures.breaking import is_wide, pieces

# Where the font is missing, another one stands in, which may be wider.
_STAND_IN = 1.1
_LINE = 1.2  # of the type's size, from one line to the next
_LAST = 0.35  # of the width, that a title's last line fills at the least
_SET_AT = 100  # points, at which text is measured


class Box(NamedTuple):
    """Inches from the left and the top of the slide."""

    left: float
    top: float
    width: float
    height: float

    def fitted(self, aspect: float) -> Box:
        """The largest box of that width over height in the middle of this one."""
        width = min(self.width, aspect * self.height)
        height = width / aspect
        return Box(self.left + (self.width - width) / 2, self.top + (self.height - height) / 2, width, height)

    def below(self, height: float) -> Box:
        """What is left under the uppermost `height` inches."""
        return Box(self.left, self.top + height, self.width, self.height - height)

    def columns(self, count: int, gap: float) -> list[Box]:
        """Boxes of equal width side by side."""
        width = (self.width - (count - 1) * gap) / count
        return [Box(self.left + k * (width + gap), self.top, width, self.height) for k in range(count)]


def em(words: str, bold: bool = False) -> float:
    """The width of a line of text, in sizes of its type."""
    latin = "".join(mark for mark in words if not is_wide(mark))
    return len(words) - len(latin) + _STAND_IN * float(_font(bold).getlength(latin)) / _SET_AT


def widths(words: str, inches: float, points: float, bold: bool = False) -> list[float]:
    """The lines that a text takes in a width, as shares of it; broken between words and Chinese characters, and at line
    breaks."""
    room = 72 * inches / points
    found: list[float] = []
    for line in words.split("\n"):
        found.append(0.0)
        for piece in pieces(line):
            if found[-1] and found[-1] + em(piece.rstrip(" "), bold) > room:
                found.append(0.0)
            found[-1] += em(piece, bold)
    return [width / room for width in found]


def lines(words: str, inches: float, points: float, bold: bool = False) -> int:
    """How many lines that is."""
    return len(widths(words, inches, points, bold))


def height(texts: Sequence[str], inches: float, points: float, bold: bool = False, gap: float = 0.0) -> float:
    """The height in inches of paragraphs, with `gap` lines between one and the next."""
    count = sum(lines(text, inches, points, bold) for text in texts) + gap * max(0, len(texts) - 1)
    return count * _LINE * points / 72


def largest(texts: Sequence[str], box: Box, sizes: Sequence[float], bold: bool = False, gap: float = 0.0) -> float:
    """The first of the sizes, from large to small, at which the paragraphs fit; the last one if none does."""
    for points in sizes:
        if height(texts, box.width, points, bold, gap) <= box.height:
            return points
    return sizes[-1]


def is_full(words: str, box: Box, points: float) -> bool:
    """Whether a title fits, in one line or with a last line that is not nearly empty."""
    across = widths(words, box.width, points, True)
    fits = height([words], box.width, points, True) <= box.height
    return fits and (len(across) == 1 or across[-1] >= _LAST)


@cache
def _font(bold: bool) -> Any:
    from PIL import ImageFont

    fonts.register()
    weight = "bold" if bold else "normal"
    return ImageFont.truetype(findfont(FontProperties(family=fonts.FAMILY, weight=weight)), _SET_AT)
