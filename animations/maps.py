"""Terrains from above, and walks that move on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Arrow, Circle, Group, ImageMobject, Rectangle, Star, VGroup, VMobject
from matplotlib.colors import to_rgb
from numpy.typing import ArrayLike, NDArray

from landscape.core.annotations import Array
from landscape.figures.contours import across, heights, is_strip
from landscape.figures.exits import inside
from landscape.figures.levels import round_levels
from landscape.figures.palettes import Look, Palette
from landscape.terrains import Terrain
from landscape.walks.trajectory import Walk

from .charts import Traced
from .stage import Lesson
from .walking import Way

_BANDS = 14
_COLUMNS = 1440  # of a map's pixels
_BEYOND = 1e4  # manim's units, beyond which nothing has to be placed exactly
_AXES = 20  # the size of the axes' names


class Map(Group):
    """A terrain from above in a box of `width` and `height`, to scale or, as a long strip, with words that it is not:
    bands between round losses with lines between, and a star at each minimum that is known.
    """

    def __init__(self, lesson: Lesson, terrain: Terrain, width: float, height: float) -> None:
        (x0, x1), (y0, y1) = domain = terrain.domain
        # Lengths across and down, so that angles are true; but a long strip would not be seen.
        fit = np.array([width / (x1 - x0), height / (y1 - y0)])
        self.scale_ = fit if is_strip(domain) else np.repeat(fit.min(), 2)
        self._low = np.array([x0, y0])
        palette = lesson.palette
        self.image = ImageMobject(_map_image(terrain, palette)).set(width=self.scale_[0] * (x1 - x0))
        self.frame = Rectangle(
            width=self.image.width, height=self.scale_[1] * (y1 - y0), stroke_color=palette.muted, stroke_width=1.5
        )
        self.image.stretch_to_fit_height(self.frame.height)
        words = across(terrain, domain), terrain.coordinates[1]
        names = VGroup(*(lesson.haloed(lesson.text(name, _AXES)) for name in words))
        for name, corner in zip(names, (DOWN + RIGHT, UP + LEFT), strict=True):
            name.move_to(self.frame.get_corner(corner) - 0.1 * corner, aligned_edge=corner)
        super().__init__(self.image, self.frame, names)
        style = {"fill_color": palette.star, "fill_opacity": 1, "stroke_color": palette.ink, "stroke_width": 1.5}
        for one in terrain.minima[inside(terrain.minima, domain)]:
            self.add(Star(5, outer_radius=0.13, **style).move_to(self.point(one)))

    def point(self, xy: ArrayLike) -> Array:
        """Scene coordinates (..., 3) of terrain points (..., 2)."""
        flat = np.clip((np.asarray(xy, dtype=np.float64) - self._low) * self.scale_, -_BEYOND, _BEYOND)
        return np.concatenate([flat + self.box[0], np.zeros((*flat.shape[:-1], 1))], axis=-1)

    @property
    def box(self) -> Array:
        """The frame's corners (2, 2)."""
        return np.stack([self.frame.get_corner(corner)[:2] for corner in (DOWN + LEFT, UP + RIGHT)])

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


class Walker(Traced):
    """A trajectory on a map, with a ring at its start."""

    def __init__(self, lesson: Lesson, where: Map, trajectory: Walk, look: Look) -> None:
        palette = lesson.palette
        self.trajectory = trajectory
        self.way = Way.of_walk(trajectory)
        on_map = where.point(self.way.points)[:, :2] if len(self.way.points) else np.empty((0, 2))
        out = self.way.out and self.way.out._replace(way=self.way.out.way * where.scale_)
        super().__init__(Way(self.way.steps, on_map, out, self.way.diverged), look, where.box, 4, 0.11)
        self.line.set_stroke(palette.ground, width=8, opacity=0.6, background=True)
        for part in (self.head, self.end):
            part.set_stroke(palette.ground, width=2)
        ring = Circle(0.1, color=palette.ink, stroke_width=3, fill_color=palette.ground, fill_opacity=1)
        self.words = VGroup()
        self.add(ring.move_to(where.point(trajectory.x[0])), self.line, self.head, self.end, self.words)
        self.move(0)

    def move(self, step: float) -> None:
        super().move(step)
        self.words.set_opacity(float(self.way.is_over(step)))

    def say_at_end(self, words: VMobject) -> None:
        """Have words appear once the walk has left the map, or diverged."""
        self.words.add(words.set_opacity(0))


def _map_image(terrain: Terrain, palette: Palette) -> NDArray[np.uint8]:
    """The map's pixels, northernmost row first; ground without a finite loss has the colour of grids."""
    (x0, x1), (y0, y1) = terrain.domain
    with np.errstate(all="ignore"):
        _, _, loss = terrain.grid(_COLUMNS, max(2, round(_COLUMNS * (y1 - y0) / (x1 - x0))))
        elevation, low, high = heights(terrain, loss[::-1])
    known = np.isfinite(elevation)
    elevation = np.where(known, elevation, low)
    if low == high:
        colours, line = np.tile(palette.colormap(0.5)[:3], (*elevation.shape, 1)), np.zeros(elevation.shape)
    else:
        edges = np.concatenate([[low], terrain.elevation(round_levels(terrain, low, high, _BANDS)), [high]])
        band = np.clip(np.searchsorted(edges, elevation, side="right") - 1, 0, len(edges) - 2)
        colours = palette.colormap(((edges[:-1] + edges[1:]) / 2 - low) / (high - low))[band, :3]
        # Lines of constant width: distance to the next level in pixels is its difference by the slope.
        inner = np.concatenate([[-np.inf], edges[1:-1], [np.inf]])
        away = np.minimum(elevation - inner[band], inner[band + 1] - elevation)
        line = np.clip(1.6 - away / (np.hypot(*np.gradient(elevation)) + 1e-9 * (high - low)), 0, 1)
    ink = np.array(palette.colormap(0.0)[:3]) * 0.75
    colours = colours + (0.45 * line)[..., None] * (ink - colours)
    colours = np.where(known[..., None], colours, to_rgb(palette.grid))
    return (255 * np.concatenate([colours, np.ones((*line.shape, 1))], axis=-1)).astype(np.uint8)
