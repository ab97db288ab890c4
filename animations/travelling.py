"""Walks in a world: balls that travel, their trails, and how they end."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from landscape.core.annotations import Array
from landscape.figures.palettes import Look
from landscape.walks.trajectory import Walk

from .strokes import pattern, shown
from .walking import Way, along
from .world import Ball, Trail, World

_MARK = 0.05  # of the world, the size of what marks the end of a walk
_STROKE = 0.03  # of the world, whose terrain is 2 long: what the dashes of trails are counted in


class Traveller:
    """A walk in a world: a ball as far as it has come, its trail, and a label that follows it.

    Where the walk leaves the terrain for good, or where it diverged, it is over: then an arrow or a cross stands there
    in place of the ball, and `farewell` in place of the label.
    """

    def __init__(
        self,
        world: World,
        walk: Walk,
        look: Look,
        label: Mobject | None,
        width: float = 7.0,
        farewell: Mobject | None = None,
    ) -> None:
        self.walk, self.look, self.width = walk, look, width
        self.names = [one for one in (label, farewell) if one is not None]
        self.step = float(walk.steps[0])
        self.offset: Array | None = None  # of the label from the ball
        self._world = world
        self.way = Way.of_walk(walk)
        self._points, self._rows = world.drape(self.way.points)
        lengths = pattern(look.dash, _STROKE)
        if lengths is not None and len(self._points):
            parts = np.linalg.norm(np.diff(self._points, axis=0, prepend=self._points[:1]), axis=1)
            self._points[~shown(np.cumsum(np.nan_to_num(parts)), lengths)] = np.nan

    @property
    def label(self) -> Mobject | None:
        """The name that stands beside it now."""
        return None if not self.names else self.names[-1] if self.is_over else self.names[0]

    @property
    def is_over(self) -> bool:
        """Whether it has left the terrain for good, or diverged."""
        return self.way.is_over(self.step)

    def move(self, step: float) -> None:
        """Go to a step, which may lie between two recorded ones."""
        self.step = float(step)

    def here(self) -> Array | None:
        """Where it is (2,), or has ended; None where it is not on the terrain."""
        if not len(self.way.points):
            return None
        xy, _ = along(self.way.steps, self.way.points, self.step)
        return xy if self.is_over or self._world.relief.inside(xy) else None

    def ball(self) -> Ball | None:
        """The ball; None where it is not on the terrain, and when it is over."""
        xy = self.here()
        return None if xy is None or self.is_over else Ball(xy, self.look.colour)

    def trails(self) -> list[Trail]:
        """The line of where it has been, and what marks its end."""
        row = np.interp(self.step, self.way.steps, np.arange(len(self.way.steps))) if len(self.way.steps) else 0.0
        points = self._points[: np.searchsorted(self._rows, row, side="right")]
        lines = [Trail(points, self.look.colour, self.width)] if len(points) > 1 else []
        if self.is_over and (xy := self.here()) is not None:
            lines.append(Trail(self._mark(xy), self.look.colour, self.width))
        return lines

    def _mark(self, xy: Array) -> Array:
        """World points (n, 3) of an arrow onwards over the border, or of a cross."""
        foot = self._world.relief.place(xy)
        if self.way.out is None:
            strokes = [(-1, -1), (1, 1), (np.nan, np.nan), (-1, 1), (1, -1)]
            return foot + _MARK * np.array([(*one, 0.0) for one in strokes]) + [0, 0, 0.01]
        way = self.way.out.way / np.abs(self.way.out.way).max()
        ahead = way / np.linalg.norm(way)
        aside = np.array([-ahead[1], ahead[0]])
        tip = 3 * _MARK * ahead
        barbs = [tip - _MARK * (ahead + aside), tip, tip - _MARK * (ahead - aside)]
        flat = np.array([0 * tip, tip, np.full(2, np.nan), *barbs])
        return np.asarray(foot + np.column_stack([flat, np.zeros(len(flat))]))
