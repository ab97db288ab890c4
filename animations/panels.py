"""Two-dimensional panels that draw live with the motion: maps, charts, bars, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Arrow,
    Dot,
    Group,
    ImageMobject,
    Line,
    LineJointType,
    Mobject,
    Rectangle,
    VGroup,
    VMobject,
)
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from landscape.figures.palette import Palette
from landscape.terrains import Domain, Terrain
from landscape.trajectory import Trajectory

from .stage import BODY, SMALL, Lesson
from .theatre import along

Array = NDArray[Any]
Range = tuple[float, float]

_BANDS = 14
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Map(Group):
    """A terrain from above, to scale, in a box of `width` and `height`: bands of equal elevation with lines between.

    domain : the part of it that is shown; the terrain's own if None.
    """

    def __init__(
        self, lesson: Lesson, terrain: Terrain, width: float, height: float = np.inf, domain: Domain | None = None
    ) -> None:
        (x0, x1), (y0, y1) = domain = domain or terrain.domain
        self.scale_ = min(width / (x1 - x0), height / (y1 - y0))
        self._low = np.array([x0, y0])
        self.image = ImageMobject(_map_image(terrain, domain, lesson.palette)).set(width=self.scale_ * (x1 - x0))
        self.frame = Rectangle(
            width=self.image.width,
            height=self.scale_ * (y1 - y0),
            stroke_color=lesson.palette.muted,
            stroke_width=1.5,
        )
        self.image.stretch_to_fit_height(self.frame.height)
        super().__init__(self.image, self.frame)

    def point(self, xy: ArrayLike) -> Array:
        """Scene coordinates (..., 3) of terrain points (..., 2)."""
        flat = (np.asarray(xy, dtype=np.float64) - self._low) * self.scale_
        corner = self.frame.get_corner(DOWN + LEFT)[:2]
        return np.concatenate([flat + corner, np.zeros((*flat.shape[:-1], 1))], axis=-1)

    def arrow(self, start: ArrayLike, step: ArrayLike, colour: str, factor: float = 1.0, **kwargs: Any) -> Arrow:
        """A vector (2,) of the terrain's plane at a point of it, drawn `factor` times as long."""
        begin = self.point(start)
        flat = factor * np.asarray(step, dtype=np.float64) * self.scale_
        style = {
            "color": colour,
            "stroke_width": 6,
            "buff": 0,
            "tip_length": 0.22,
            "max_tip_length_to_length_ratio": 0.4,
        }
        return Arrow(begin, begin + np.array([*flat, 0.0]), **(style | kwargs))


class Walker(VGroup):
    """A trajectory on a map: a line as far as it has come, and a ball at its end."""

    def __init__(self, lesson: Lesson, where: Map, trajectory: Trajectory, colour: str | None = None) -> None:
        super().__init__()
        colour, ground = colour or lesson.colour(trajectory.optimizer), lesson.palette.ground
        self.trajectory, self.where_is = trajectory, where.point
        self._points = where.point(trajectory.x)
        # A bouncing walk turns so sharply that other joints would stick out as thorns.
        self.line = VMobject(stroke_color=colour, stroke_width=4, joint_type=LineJointType.ROUND)
        self.line.set_stroke(ground, width=8, opacity=0.6, background=True)
        self.ball = Dot(radius=0.11, color=colour, stroke_color=ground, stroke_width=2)
        self.add(self.line, self.ball)
        self.move(0)

    def move(self, step: float) -> None:
        """Show the walk up to `step`, which may lie between two recorded ones."""
        here, path = along(self.trajectory.steps, self._points, step)
        self.ball.move_to(here)
        _draw_line(self.line, path)


class Chart(VGroup):
    """Axes, linear or logarithmic each, with few and round numbers.

    x, y : (lowest, highest). log : whether x and y are logarithmic. heading stands above, x_label below the axis.
    """

    def __init__(
        self,
        lesson: Lesson,
        x: Range,
        y: Range,
        width: float,
        height: float,
        heading: str = "",
        x_label: str = "",
        log: tuple[bool, bool] = (False, True),
    ) -> None:
        super().__init__()
        self.x, self.y, self.log = x, y, log
        ink, grid = lesson.palette.muted, lesson.palette.grid
        self.field = Rectangle(width=width, height=height, stroke_width=0)
        left, bottom = self.field.get_corner(DOWN + LEFT)[:2]
        self.add(self.field)
        for value in _ticks(y, log[1], max(2, int(height / 0.62))):
            at = self.point(x[0], value)[1]
            self.add(Line([left, at, 0], [left + width, at, 0], stroke_color=grid, stroke_width=1.5))
            label = lesson.text(number(value), SMALL, ink)
            self.add(label.next_to([left, at, 0], LEFT, buff=0.12))
        self.add(Line([left, bottom, 0], [left + width, bottom, 0], stroke_color=ink, stroke_width=2))
        for value in x:
            label = lesson.text(number(value), SMALL, ink)
            self.add(label.next_to(self.point(value, y[0]), DOWN, buff=0.12))
        if x_label:
            middle = [left + width / 2, bottom, 0]
            self.add(lesson.text(x_label, SMALL, ink).next_to(middle, DOWN, buff=0.12))
        self.heading = lesson.text(heading, SMALL, lesson.palette.ink, "SEMIBOLD") if heading else VGroup()
        self.add(self.heading.next_to(self.field, UP, buff=0.16).align_to(self.field, LEFT))

    def point(self, x: ArrayLike, y: ArrayLike) -> Array:
        """Scene coordinates (..., 3); what lies beyond the chart lies on its border."""
        shares = [_share(value, ends, log) for value, ends, log in zip((x, y), (self.x, self.y), self.log, strict=True)]
        flat = np.stack(np.broadcast_arrays(*shares), axis=-1) * [self.field.width, self.field.height]
        corner = self.field.get_corner(DOWN + LEFT)[:2]
        return np.concatenate([flat + corner, np.zeros((*flat.shape[:-1], 1))], axis=-1)


class Curve(VGroup):
    """One line on a chart, as far as it has come, with a dot at its end.

    x : where the values lie; steps if those are another row of numbers that grow.
    """

    def __init__(
        self,
        chart: Chart,
        steps: ArrayLike,
        values: ArrayLike,
        colour: str,
        width: float = 4,
        dot: bool = True,
        x: ArrayLike | None = None,
    ) -> None:
        super().__init__()
        steps, values = np.asarray(steps), np.asarray(values, dtype=np.float64)
        # nan where a walk has diverged: the curve ends there.
        end = len(values) if np.isfinite(values).all() else int(np.argmin(np.isfinite(values)))
        self._steps = steps[:end]
        self._points = chart.point((steps if x is None else np.asarray(x))[:end], values[:end])
        self.line = VMobject(stroke_color=colour, stroke_width=width, joint_type=LineJointType.ROUND)
        self.add(self.line)
        self.dot = Dot(radius=0.06, color=colour) if dot else None
        if self.dot is not None:
            self.add(self.dot)
        self.move(float(steps[0]))

    def move(self, step: float) -> None:
        """Show the curve up to `step`."""
        here, path = along(self._steps, self._points, step)
        _draw_line(self.line, path)
        if self.dot is not None:
            self.dot.move_to(here)


class Legend(VGroup):
    """Coloured balls with names, in a column."""

    def __init__(self, lesson: Lesson, entries: Sequence[tuple[str, str]], size: float = SMALL) -> None:
        rows = []
        for name, colour in entries:
            ball = Dot(radius=0.09, color=colour)
            rows.append(VGroup(ball, lesson.text(name, size, colour, "SEMIBOLD").next_to(ball, RIGHT, buff=0.14)))
        super().__init__(*rows)
        self.arrange(DOWN, buff=0.16, aligned_edge=LEFT)


class Bars(VGroup):
    """Horizontal bars, each with its name at the left and its number at the right.

    values : what the bars are as long as, on a logarithmic scale from 1 if `log`.
    numbers : what stands at their ends. longest : the value of a bar that reaches the edge; the largest if None.
    """

    def __init__(
        self,
        lesson: Lesson,
        names: Sequence[str],
        values: Sequence[float],
        colours: Sequence[str],
        numbers: Sequence[str],
        width: float,
        log: bool = False,
        size: float = BODY,
        longest: float | None = None,
    ) -> None:
        super().__init__()
        labels = [lesson.text(name, size, colour, "SEMIBOLD") for name, colour in zip(names, colours, strict=True)]
        ends = [lesson.text(number_, size, colour) for number_, colour in zip(numbers, colours, strict=True)]
        lengths = np.array([*values, max(values) if longest is None else longest], dtype=float)
        if log:
            lengths = np.log10(np.maximum(lengths, 1))
        room = width - max(label.width for label in labels) - max(end.width for end in ends) - 0.4
        lengths = room * lengths[:-1] / max(lengths[-1], 1e-12)
        left, gap = -width / 2 + max(label.width for label in labels) + 0.2, 0.026 * size
        self.bars = VGroup()
        for k, (label, end, length, colour) in enumerate(zip(labels, ends, lengths, colours, strict=True)):
            bar = Rectangle(width=max(length, 0.03), height=0.5 * gap, stroke_width=0, fill_color=colour)
            bar.set_fill(opacity=0.9).move_to([left, -gap * k, 0], aligned_edge=LEFT)
            label.next_to([left, -gap * k, 0], LEFT, buff=0.2)
            self.bars.add(bar)
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


def number(value: float) -> str:
    """Three digits at the most, but whole numbers below 100,000 as they are: 0.05, 20, 1,875, 10⁻⁶, 3.17×10⁻⁶."""
    value = float(value) if float(value).is_integer() and abs(value) < 1e5 else float(f"{value:.3g}")
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:,.10g}".replace("-", "−")
    digits, exponent = f"{value:.3g}".split("e") if "e" in f"{value:.3g}" else f"{value:.2e}".split("e")
    digits = f"{float(digits):g}"
    power = "10" + str(int(exponent)).translate(_SUPERSCRIPTS)
    return (power if digits == "1" else f"{digits}×{power}").replace("-", "−")


def _draw_line(line: VMobject, path: Array) -> None:
    line.set_points_as_corners(np.concatenate([path, path[-1:]]) if len(path) < 2 else path)


def _share(value: ArrayLike, ends: Range, log: bool) -> Array:
    """Where values lie between the ends, from 0 to 1."""
    with np.errstate(divide="ignore"):
        low, high, at = (np.log10(one) if log else np.asarray(one, dtype=float) for one in (*ends, np.asarray(value)))
    return np.clip((at - low) / max(high - low, 1e-12), 0, 1)


def _ticks(ends: Range, log: bool, most: int) -> list[float]:
    if not log:
        ticks = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(*ends)
        return [float(tick) for tick in ticks if ends[0] - 1e-9 <= tick <= ends[1] + 1e-9]
    low, high = int(np.ceil(np.log10(ends[0]) - 1e-9)), int(np.floor(np.log10(ends[1]) + 1e-9))
    if high - low < 1:
        return [tick for tick in _ticks(ends, False, most) if tick > 0]
    stride = max(1, int(np.ceil((high - low + 1) / most)))
    return [10.0**decade for decade in range(stride * -(-low // stride), high + 1, stride)]


def _map_image(terrain: Terrain, domain: Domain, palette: Palette, columns: int = 1440) -> NDArray[np.uint8]:
    """The map's pixels, northernmost row first."""
    (x0, x1), (y0, y1) = domain
    rows = round(columns * (y1 - y0) / (x1 - x0))
    if domain == terrain.domain:
        _, _, loss = terrain.grid(columns, rows)
    else:
        loss = terrain.value(np.stack(np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows)), axis=-1))
    elevation = terrain.elevation(loss)[::-1]
    level = _BANDS * (elevation - elevation.min()) / max(np.ptp(elevation), 1e-12)
    colours = palette.colormap((np.floor(np.minimum(level, _BANDS - 1e-9)) + 0.5) / _BANDS)[..., :3]

    # Lines of constant width: distance to the next level in pixels is its difference by the slope.
    slope = np.hypot(*np.gradient(level)) + 1e-9
    away = np.abs(level - np.round(level)) / slope
    line = np.clip(1.6 - away, 0, 1) * (np.round(level) > 0)
    ink = np.array(palette.colormap(0.0)[:3]) * 0.75
    colours = colours + (0.45 * line)[..., None] * (ink - colours)
    return (255 * np.concatenate([colours, np.ones((*line.shape, 1))], axis=-1)).astype(np.uint8)
