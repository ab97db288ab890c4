"""Two-dimensional panels beside maps and charts: legends, bars, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from manim import DOWN, LEFT, RIGHT, Dot, Line, Mobject, Rectangle, VGroup

from landscape.core.annotations import Array
from landscape.core.numerals import number
from landscape.figures.names import short_name
from landscape.figures.palettes import Look
from landscape.sweeps.bands import Sweep

from .stage import SMALL, Lesson
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


class Bands(VGroup):
    """Which learning rates arrive, of each optimizer: a bar over an axis of all that were tried; a dot is the best one.

    sweeps : over one grid. looks : of each.
    """

    def __init__(self, lesson: Lesson, sweeps: Sequence[Sweep], looks: Sequence[Look], width: float) -> None:
        super().__init__()
        labels = [
            lesson.text(short_name(one.optimizer), SMALL, look.colour, "SEMIBOLD")
            for one, look in zip(sweeps, looks, strict=True)
        ]
        left, gap = max(label.width for label in labels) + 0.25, 0.024 * SMALL
        low, high = (float(np.log10(end(one.lrs for one in sweeps))) for end in (_least, _most))

        def place(lr: float, row: float) -> list[float]:
            return [left + (width - left) * (float(np.log10(lr)) - low) / (high - low), -gap * row, 0]

        bottom = len(sweeps) - 0.4
        self.add(
            Line(place(10**low, bottom), place(10**high, bottom), stroke_color=lesson.palette.muted, stroke_width=2)
        )
        for lr in (10**low, 10**high):
            self.add(lesson.text(number(lr, 1), 20, lesson.palette.muted).next_to(place(lr, bottom), DOWN, buff=0.1))
        for row, (label, one, look) in enumerate(zip(labels, sweeps, looks, strict=True)):
            label.move_to([0, -gap * row, 0], aligned_edge=LEFT)
            parts = VGroup(label)
            if one.band is not None:
                begin, end = place(one.band.low, row), place(one.band.high, row)
                bar = Rectangle(width=max(end[0] - begin[0], 0.04), height=0.5 * gap, stroke_width=0)
                bar.set_fill(look.colour, opacity=0.75).move_to([(begin[0] + end[0]) / 2, begin[1], 0])
                best = float(one.lrs[int(np.argmin(one.score))])
                parts.add(bar, Dot(place(best, row), radius=0.07, color=lesson.palette.ink))
            self.add(parts)
        self.center()


def _least(grids: Iterable[Array]) -> float:
    return min(float(one.min()) for one in grids)


def _most(grids: Iterable[Array]) -> float:
    return max(float(one.max()) for one in grids)


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
