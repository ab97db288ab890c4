"""Charts that draw live with the motion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, DashedLine, Line, Rectangle, VGroup
from numpy.typing import ArrayLike

from landscape.core.annotations import Array
from landscape.core.numerals import number
from landscape.figures.levels import Even, written
from landscape.figures.palettes import Look
from landscape.figures.scales import LossScale

from .stage import SMALL, Lesson
from .strokes import Stroke, arrow_head, cross, marker
from .walking import Way, along

_BEYOND = 50.0  # chart's sides, beyond which nothing has to be placed exactly
_THIN = 0.35  # of the width, for lines that would fill the chart
_SLACK = 1e-6  # of manim's units, for rounding
_HEAD = 0.08  # the radius of a curve's marker


def linear(low: float, high: float) -> LossScale:
    """An even axis."""
    return LossScale("linear", low, high)


def logarithmic(low: float, high: float) -> LossScale:
    """A logarithmic axis."""
    return LossScale("log", low, high)


class Chart(VGroup):
    """Axes with few and round numbers.

    x, y : what lies along them. heading stands above, x_label below the axis.
    """

    def __init__(
        self,
        lesson: Lesson,
        x: LossScale,
        y: LossScale,
        width: float,
        height: float,
        heading: str = "",
        x_label: str = "",
    ) -> None:
        super().__init__()
        self.x, self.y = x, y
        ink, grid = lesson.palette.muted, lesson.palette.grid
        self.field = Rectangle(width=width, height=height, stroke_width=0)
        left, bottom = self.field.get_corner(DOWN + LEFT)[:2]
        self.add(self.field)
        values = ticks(y, max(2, int(height / 0.62)))
        for value, words in zip(values, written(np.asarray(values) - y.base), strict=True):
            at = self.point(x.low, value)[1]
            self.add(Line([left, at, 0], [left + width, at, 0], stroke_color=grid, stroke_width=1.5))
            self.add(lesson.text(words, SMALL, ink).next_to([left, at, 0], LEFT, buff=0.12))
        self.add(Line([left, bottom, 0], [left + width, bottom, 0], stroke_color=ink, stroke_width=2))
        for value in (x.low, x.high):
            self.add(lesson.text(number(value), SMALL, ink).next_to(self.point(value, y.low), DOWN, buff=0.12))
        if x_label:
            middle = [left + width / 2, bottom, 0]
            self.add(lesson.text(x_label, SMALL, ink).next_to(middle, DOWN, buff=0.12))
        if heading:
            words = lesson.text(y.named(heading), SMALL, lesson.palette.ink, "SEMIBOLD")
            self.add(words.next_to(self.field, UP, buff=0.16).align_to(self.field, LEFT))

    def point(self, x: ArrayLike, y: ArrayLike) -> Array:
        """Scene coordinates (..., 3), beyond the field too."""
        shares = [np.clip(axis.shares(value), -_BEYOND, _BEYOND) for axis, value in ((self.x, x), (self.y, y))]
        flat = np.stack(np.broadcast_arrays(*shares), axis=-1) * [self.field.width, self.field.height]
        return np.concatenate([flat + self.box[0], np.zeros((*flat.shape[:-1], 1))], axis=-1)

    @property
    def box(self) -> Array:
        """The field's corners (2, 2)."""
        return np.stack([self.field.get_corner(corner)[:2] for corner in (DOWN + LEFT, UP + RIGHT)])

    def mark_floor(self, lesson: Lesson, curves: Sequence[tuple[ArrayLike, ArrayLike]]) -> None:
        """Say that losses at the floor are reached, as what is left of them is rounding, where none of the curves of
        (steps, losses) passes."""
        (left, _), (right, _) = self.box
        at = float(self.point(self.x.low, self.y.floor)[1])
        line = DashedLine([left, at, 0], [right, at, 0], stroke_color=lesson.palette.muted, stroke_width=1.5)
        words = lesson.text(lesson.word("rounding"), 20, lesson.palette.muted)
        width, height = self.field.width, self.field.height
        place = self.y.note_at(curves, words.width / width, 1.5 * words.height / height)
        begin = left + place * (width - words.width)
        self.add(line, lesson.haloed(words.next_to([begin, at, 0], UP, buff=0.1, aligned_edge=LEFT)))


class Traced(VGroup):
    """A line as far as its way has come, seen in a box, with its marker at its end.

    What leaves for good has an arrow where it does, and what diverged a cross where it ends. radius : of all of these;
    there are none if it is 0.
    """

    def __init__(self, way: Way, look: Look, box: Array, width: float, radius: float) -> None:
        super().__init__()
        self._traced = way
        self.line = Stroke(look, width, box)
        self.head, self.end = VGroup(), VGroup()
        if radius:
            self.head.add(marker(look, radius))
        if radius and way.out is not None:
            self.end.add(arrow_head(way.out.way, look.colour, radius))
        elif radius and way.diverged:
            self.end.add(cross(look.colour, radius))

    def move(self, step: float) -> None:
        """Show the line up to `step`, which may lie between two recorded ones."""
        way = self._traced
        if not len(way.points):
            self.line.follow(np.empty((0, 3)))
            self.head.set_opacity(0)
            self.end.set_opacity(0)
            return
        here, path = along(way.steps, way.points, step)
        self.line.follow(np.column_stack([path, np.zeros(len(path))]))
        over = way.is_over(step)
        for part, seen in ((self.head, not over), (self.end, over)):
            part.move_to([*here, 0]).set_opacity(float(seen and self.line.sees(here)))


class Curve(Traced):
    """One line on a chart.

    x : where the values lie; steps if those are another row of numbers that grow. lost : whether it is of a walk that
    diverged; it does not come back.
    """

    def __init__(
        self,
        chart: Chart,
        steps: ArrayLike,
        values: ArrayLike,
        look: Look,
        width: float = 4,
        head: bool = True,
        x: ArrayLike | None = None,
        lost: bool = False,
    ) -> None:
        values = np.maximum(np.asarray(values, dtype=np.float64), chart.y.floor)
        points = chart.point(steps if x is None else x, values)[:, :2]
        points[np.isnan(values)] = np.nan
        # What ends on the border has not left.
        view = chart.box.T + np.array([-_SLACK, _SLACK])
        self.way = Way.of(steps, points, view, lost)
        super().__init__(self.way, look, chart.box, _THIN * width if self.way.winds(view) else width, _HEAD * head)
        self.add(self.line, self.head, self.end)
        self.move(float(np.asarray(steps)[0]))


def ticks(axis: LossScale, most: int) -> list[float]:
    """Round numbers on an axis, about so many."""
    if axis.kind == "symlog":
        powers = axis.linear_to * 10.0 ** np.arange(int(np.log10(max(-axis.low, axis.high) / axis.linear_to)) + 1)
        kept: list[float] = []
        # From 0 and the largest ones on, as far as there is room.
        for one in (0.0, *(sign * power for power in powers[::-1] for sign in (-1, 1))):
            away = np.abs(axis.shares(kept) - axis.shares([one]))
            if axis.low <= one <= axis.high and away.min(initial=np.inf) > 0.7 / most:
                kept.append(float(one))
        return sorted(kept)
    if axis.kind == "linear":
        even = Even(most, steps=[1, 2, 5, 10]).tick_values(axis.low, axis.high)
        slack = 1e-9 * (axis.high - axis.low)
        return [float(one) for one in even if axis.low - slack <= one <= axis.high + slack]
    low, high = int(np.ceil(np.log10(axis.low) - 1e-9)), int(np.floor(np.log10(axis.high) + 1e-9))
    if high - low < 1:
        return [one for one in ticks(linear(axis.low, axis.high), most) if one > 0]
    stride = max(1, int(np.ceil((high - low + 1) / most)))
    return [10.0**decade for decade in range(stride * -(-low // stride), high + 1, stride)]
