"""Two-dimensional panels that draw live with the motion: a terrain as a map, and a chart of the loss."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Dot, Group, ImageMobject, Line, Rectangle, VGroup, VMobject
from numpy.typing import ArrayLike, NDArray

from landscape.figures.palette import Palette
from landscape.terrains import Terrain
from landscape.trajectory import Trajectory

from .stage import SMALL, Lesson

Array = NDArray[Any]

_BANDS = 14
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Map(Group):
    """A terrain from above, as wide as `width` and to scale: bands of equal elevation with lines between them."""

    def __init__(self, lesson: Lesson, terrain: Terrain, width: float) -> None:
        (x0, x1), (y0, y1) = terrain.domain
        self._low, self._scale = np.array([x0, y0]), width / (x1 - x0)
        self.image = ImageMobject(_map_image(terrain, lesson.palette)).set(width=width)
        self.frame = Rectangle(
            width=width, height=width * (y1 - y0) / (x1 - x0), stroke_color=lesson.palette.muted, stroke_width=1.5
        )
        self.image.stretch_to_fit_height(self.frame.height)
        super().__init__(self.image, self.frame)

    def point(self, xy: ArrayLike) -> Array:
        """Scene coordinates (..., 3) of terrain points (..., 2)."""
        flat = (np.asarray(xy, dtype=np.float64) - self._low) * self._scale
        corner = self.frame.get_corner(DOWN + LEFT)[:2]
        return np.concatenate([flat + corner, np.zeros((*flat.shape[:-1], 1))], axis=-1)


class Walker(VGroup):
    """A trajectory on a map: a line as far as it has come, and a ball at its end."""

    def __init__(self, lesson: Lesson, where: Map, trajectory: Trajectory) -> None:
        super().__init__()
        colour, ground = lesson.colour(trajectory.optimizer), lesson.palette.ground
        self.trajectory = trajectory
        self.where_is = where.point
        self._points = where.point(trajectory.x)
        self.line = VMobject(stroke_color=colour, stroke_width=4)
        self.line.set_stroke(ground, width=8, opacity=0.6, background=True)
        self.ball = Dot(radius=0.11, color=colour, stroke_color=ground, stroke_width=2)
        self.add(self.line, self.ball)
        self.move(0)

    def move(self, step: float) -> None:
        """Show the walk up to `step`, which may lie between two recorded ones."""
        here, path = along(self.trajectory.steps, self._points, step)
        self.ball.move_to(here)
        self.line.set_points_as_corners(np.concatenate([path, path[-1:]]) if len(path) < 2 else path)


class Chart(VGroup):
    """Axes for losses over steps, logarithmic upwards, with decades marked; `losses` is (lowest, highest)."""

    def __init__(
        self, lesson: Lesson, steps: float, losses: tuple[float, float], width: float, height: float, heading: str
    ) -> None:
        super().__init__()
        self._steps = max(steps, 1)
        low, high = np.log10(losses)
        self._low, self._high = low, high
        ink, grid = lesson.palette.muted, lesson.palette.grid
        self.field = Rectangle(width=width, height=height, stroke_width=0)
        left, bottom = self.field.get_corner(DOWN + LEFT)[:2]
        self.add(self.field)
        stride = max(1, int(np.ceil((high - low) / 5)))
        for decade in range(int(np.ceil(low)), int(np.floor(high)) + 1, stride):
            y = bottom + height * (decade - low) / (high - low)
            self.add(Line([left, y, 0], [left + width, y, 0], stroke_color=grid, stroke_width=1.5))
            label = lesson.text(_power_of_ten(decade), SMALL, ink)
            self.add(label.next_to([left, y, 0], LEFT, buff=0.12))
        self.add(Line([left, bottom, 0], [left + width, bottom, 0], stroke_color=ink, stroke_width=2))
        self.add(lesson.text(f"{steps:g}", SMALL, ink).next_to([left + width, bottom, 0], DOWN, buff=0.12))
        self.add(lesson.text("0", SMALL, ink).next_to([left, bottom, 0], DOWN, buff=0.12))
        self.add(lesson.text(lesson.word("steps"), SMALL, ink).next_to([left + width / 2, bottom, 0], DOWN, buff=0.12))
        self.heading = lesson.text(heading, SMALL, lesson.palette.ink, "SEMIBOLD")
        self.add(self.heading.next_to(self.field, UP, buff=0.16).align_to(self.field, LEFT))

    def point(self, steps: ArrayLike, losses: ArrayLike) -> Array:
        """Scene coordinates (..., 3); losses beyond the chart lie on its border."""
        with np.errstate(divide="ignore"):
            height = (np.log10(np.asarray(losses, dtype=np.float64)) - self._low) / (self._high - self._low)
        across = np.asarray(steps, dtype=np.float64) / self._steps
        flat = np.stack([across * self.field.width, np.clip(height, 0, 1) * self.field.height], axis=-1)
        corner = self.field.get_corner(DOWN + LEFT)[:2]
        return np.concatenate([flat + corner, np.zeros((*flat.shape[:-1], 1))], axis=-1)


class Curve(VGroup):
    """One line on a chart, as far as it has come, with a dot at its end."""

    def __init__(
        self, chart: Chart, steps: ArrayLike, losses: ArrayLike, colour: str, width: float = 4, dot: bool = True
    ) -> None:
        super().__init__()
        self._steps = np.asarray(steps)
        # nan where a walk has diverged: the curve ends there.
        losses = np.asarray(losses)
        self._end = int(np.argmin(np.isfinite(losses))) if not np.isfinite(losses).all() else len(losses)
        self._points = chart.point(self._steps[: self._end], losses[: self._end])
        self._steps = self._steps[: self._end]
        self.line = VMobject(stroke_color=colour, stroke_width=width)
        self.add(self.line)
        self.dot = Dot(radius=0.06, color=colour) if dot else None
        if self.dot is not None:
            self.add(self.dot)
        self.move(0)

    def move(self, step: float) -> None:
        """Show the curve up to `step`."""
        here, path = along(self._steps, self._points, step)
        self.line.set_points_as_corners(np.concatenate([path, path[-1:]]) if len(path) < 2 else path)
        if self.dot is not None:
            self.dot.move_to(here)


class Legend(VGroup):
    """Coloured balls with names, in a column."""

    def __init__(self, lesson: Lesson, entries: list[tuple[str, str]], size: float = SMALL) -> None:
        rows = []
        for name, colour in entries:
            ball = Dot(radius=0.09, color=colour)
            rows.append(VGroup(ball, lesson.text(name, size, colour, "SEMIBOLD").next_to(ball, RIGHT, buff=0.14)))
        super().__init__(*rows)
        self.arrange(DOWN, buff=0.16, aligned_edge=LEFT)


def along(steps: Array, points: Array, step: float) -> tuple[Array, Array]:
    """Where a walk is at `step`, by linear interpolation between recorded rows, and the path (n, ...) up to there.

    A walk that has diverged stays at its last finite point.
    """
    finite = np.isfinite(points).all(axis=-1)
    last = len(points) - 1 if finite.all() else max(int(np.argmin(finite)) - 1, 0)
    step = float(np.clip(step, steps[0], steps[last]))
    row = int(np.searchsorted(steps, step, side="right")) - 1
    if row >= last:
        return points[last], points[: last + 1]
    share = (step - steps[row]) / (steps[row + 1] - steps[row])
    here = (1 - share) * points[row] + share * points[row + 1]
    return here, np.concatenate([points[: row + 1], here[None]])


def _map_image(terrain: Terrain, palette: Palette, columns: int = 1440) -> NDArray[np.uint8]:
    """The map's pixels, northernmost row first."""
    (x0, x1), (y0, y1) = terrain.domain
    _, _, loss = terrain.grid(columns, round(columns * (y1 - y0) / (x1 - x0)))
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


def _power_of_ten(exponent: int) -> str:
    if -2 <= exponent <= 3:
        return f"{10.0**exponent:g}"
    return "10" + str(exponent).translate(_SUPERSCRIPTS)
