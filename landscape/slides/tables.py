"""How wide a table's columns and how large its type can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .boxes import Box, em, lines
from .parts import Table

SIZES = (22.0, 20.0, 18.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0)  # points, the first that fits
MARGIN = 0.12  # inches at the left and the right of a cell
_AIR = 0.9  # of the type's size, above and below the words of a row together
_LINE = 1.2  # of the type's size
_STRETCH = 2.2  # at the most, of what the columns need
_WHOLE = 18.0  # points, down to which type is made smaller so that no cell has to be broken
_SENTENCE = 14.0  # sizes of the type, from which on a cell may be broken as it likes
_BROKEN = 14.0  # points, below which other cells are broken, too
_NARROWEST = 6.0  # sizes of the type, for a column whose words are broken
_TALL = 1.6  # times what a row needs, where there is room


class Fitted(NamedTuple):
    """points : of the type. widths, heights : of columns and rows, the header's first, in inches."""

    points: float
    widths: list[float]
    heights: list[float]


def fitted(table: Table, box: Box, sizes: Sequence[float] = SIZES) -> Fitted:
    """The largest type with which a table fits into a box; its columns fill the width, or what suits their words."""
    whole = [points for points in sizes if points >= _WHOLE and sum(_needed(table, points)) <= box.width]
    for points in [*whole, *sizes]:
        widths = _widths(table, box.width, points)
        heights = [_height(cells, widths, points) for cells in (table.header, *(row.cells for row in table.rows))]
        head, *others = heights
        if sum(widths) <= box.width + 1e-6 and head + len(others) * max(others, default=0.0) <= box.height:
            break
    if not others:
        return Fitted(points, widths, heights)
    # Rows of one height, as far as there is room, are calmer.
    room = (box.height - head) / len(others)
    tall = max(others) * _TALL if max(others) == min(others) else max(others)
    if max(others) <= room:
        others = [min(tall, room)] * len(others)
    return Fitted(points, widths, [head, *others])


def _needed(table: Table, points: float) -> list[float]:
    """What each column needs for its longest cell, in inches; headers of several words may be broken."""
    columns = zip(table.header, *(row.cells for row in table.rows), strict=True)
    return [
        max(em(words, True) for words in (*head.split(" "), *cells)) * points / 72 + 2 * MARGIN
        for head, *cells in columns
    ]


def _widths(table: Table, room: float, points: float) -> list[float]:
    """The columns' widths; the widest ones give way where there is no room."""
    needed = _needed(table, points)
    kept = (_SENTENCE if points > _BROKEN else _NARROWEST) * points / 72 + 2 * MARGIN
    spare = [max(0.0, width - kept) for width in needed]
    excess = sum(needed) - room
    if excess > 0:
        share = min(1.0, excess / sum(spare)) if sum(spare) else 0.0
        return [width - share * more for width, more in zip(needed, spare, strict=True)]
    factor = min(_STRETCH, room / sum(needed))
    return [factor * width for width in needed]


def _height(cells: Sequence[str], widths: Sequence[float], points: float) -> float:
    rows = max(lines(cell, width - 2 * MARGIN, points, True) for cell, width in zip(cells, widths, strict=True))
    return (rows * _LINE + _AIR) * points / 72
