"""Two-dimensional panels beside maps and charts: legends, bars, tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import DOWN, LEFT, RIGHT, Line, Mobject, Rectangle, VGroup

from landscape.figures.names import short_name
from landscape.figures.palettes import Look
from landscape.optimizers import Optimizer

from .stage import HEADING, SMALL, Lesson
from .strokes import sample


class Legend(VGroup):
    """Names beside a piece of each one's line, with its marker, in a column."""

    def __init__(self, lesson: Lesson, entries: Sequence[tuple[str, Look]], size: float = SMALL) -> None:
        rows = []
        for name, look in entries:
            key = sample(look)
            rows.append(VGroup(key, lesson.text(name, size, look.colour, "SEMIBOLD").next_to(key, RIGHT, buff=0.14)))
        super().__init__(*rows)
        self.arrange(DOWN, buff=0.16, aligned_edge=LEFT)


class Bars(VGroup):
    """Horizontal bars, each with its name at the left and its number at the right.

    entries : of each its name, the value that it is as long as, on a logarithmic scale from 1 if `log`, its colour, and
        what stands at its end. longest : the value of a bar that reaches the edge; the largest if None.
    """

    def __init__(
        self,
        lesson: Lesson,
        entries: Sequence[tuple[str, float, str, str]],
        width: float,
        log: bool = False,
        longest: float | None = None,
    ) -> None:
        super().__init__()
        labels = [lesson.text(name, SMALL, colour, "SEMIBOLD") for name, _, colour, _ in entries]
        ends = [lesson.text(number, SMALL, colour) for _, _, colour, number in entries]
        values = [value for _, value, _, _ in entries]
        lengths = np.array([*values, max(values) if longest is None else longest], dtype=float)
        lengths = np.minimum(lengths, lengths[-1])  # what was not reached is as long as what was tried
        if log:
            lengths = np.log10(np.maximum(lengths, 1))
        room = width - max(label.width for label in labels) - max(end.width for end in ends) - 0.4
        lengths = room * lengths[:-1] / max(lengths[-1], 1e-12)
        left, gap = -width / 2 + max(label.width for label in labels) + 0.2, 0.026 * SMALL
        for k, (label, end, length, (_, _, colour, _)) in enumerate(zip(labels, ends, lengths, entries, strict=True)):
            bar = Rectangle(width=max(length, 0.03), height=0.5 * gap, stroke_width=0, fill_color=colour)
            bar.set_fill(opacity=0.9).move_to([left, -gap * k, 0], aligned_edge=LEFT)
            label.next_to([left, -gap * k, 0], LEFT, buff=0.2)
            self.add(VGroup(label, bar, end.next_to(bar, RIGHT, buff=0.2)))
        self.center()


class Table(VGroup):
    """Rows of cells under each other, with a thin line above each but the first. Cells are mobjects, or words."""

    def __init__(
        self, lesson: Lesson, rows: Sequence[Sequence[Mobject | str]], columns: Sequence[float], gap: float = 0.9
    ) -> None:
        """columns : where they lie; the first is aligned to the left there, the others are centred."""
        super().__init__()
        right = columns[-1] + 0.5 * (columns[-1] - columns[-2])
        for j, row in enumerate(rows):
            y = -gap * j
            cells = [cell if isinstance(cell, Mobject) else lesson.text(cell) for cell in row]
            cells[0].move_to([columns[0], y, 0], aligned_edge=LEFT)
            for cell, x in zip(cells[1:], columns[1:], strict=True):
                cell.move_to([x, y, 0])
            rule = Line([columns[0], y + gap / 2, 0], [right, y + gap / 2, 0], stroke_color=lesson.palette.grid)
            self.add(VGroup(*([rule.set_stroke(width=2)] if j else []), *cells))
        self.center()


def results(
    lesson: Lesson,
    heading: Mobject,
    optimizers: Sequence[Optimizer],
    rows: Sequence[tuple[str, Sequence[str]]],
    columns: Sequence[float],
    gap: float,
) -> Table:
    """What was measured of optimizers, with a column in the colour of each. rows : a name, and the numbers of all."""
    looks = lesson.palette.styles(optimizers)

    def cells(words: Sequence[str], size: float) -> list[Mobject]:
        return [lesson.text(one, size, look.colour, "SEMIBOLD") for one, look in zip(words, looks, strict=True)]

    heads = [heading, *cells([short_name(one) for one in optimizers], HEADING)]
    return Table(
        lesson, [heads, *([lesson.text(name, HEADING), *cells(words, 44)] for name, words in rows)], columns, gap
    )
