"""A walk's course through a world: over the ground, and through the air where a step is long.

What lies between two recorded points is staged, but they themselves are not: every landing is a recorded point.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.core.annotations import Array
from landscape.optimizers import Optimizer, Walker, innermost

from .walking import Way, along
from .world import World

_LEAP = 0.32  # of the world, whose terrain is 2 long: a step from which on it is a flight
_ARC = 0.22  # of a flight's length, how high above its chord it rises
_CLEAR = 0.03  # of the world, over hills between
_FINE = 24  # pieces of a flight
_PRINT, _PACE = 0.29, 0.83  # vehicles, the length of a footprint, and from one to the next of the same foot
_APART = {"walker": 0.16, "car": 0.29}  # vehicles, from the middle to a foot or a wheel


class Pose(NamedTuple):
    """Where something is, (3,), where it looks and where its roof is, and how far it has come, in the world's units."""

    place: Array
    forward: Array
    up: Array
    travelled: float


def kind_of(walker: Walker) -> str:
    """What an optimizer travels as: what remembers nothing walks, what remembers a direction alone rolls, and what
    adapts its steps drives. What is not ours, of which nobody knows, rolls."""
    inner = innermost(walker)
    if not isinstance(inner, Optimizer) or inner.moments == ("m",):
        return "ball"
    state = inner.init(np.zeros(2))
    remembered = [name for name, one in state.items() if isinstance(one, np.ndarray) and name != "delta"]
    return "car" if remembered else "walker"


class Course:
    """A way in a world, in three dimensions.

    points : (n, 3), close enough to follow the ground, nan outside of the terrain. rows : (n,), for each its place
    along the way's points. flying : (n,), whether it is in the air.
    """

    def __init__(self, world: World, way: Way) -> None:
        self._world, self._way = world, way
        self._landings = self._places(way.points)
        self._leaps = self._flights()
        self.points, self.rows = world.drape(way.points)
        self.flying = np.zeros(len(self.rows), dtype=bool)
        for row, height in self._leaps.items():
            self._lift(row, height)
        # A look at each piece of the way, so that what stands still looks where it went.
        steps = np.diff(self.points, axis=0)
        lengths = np.linalg.norm(np.nan_to_num(steps), axis=1)
        self._along = np.concatenate([[0.0], np.cumsum(lengths)])
        self._looks = _held(steps, lengths)

    def at(self, step: float) -> Pose | None:
        """At a step, which may lie between two recorded ones; None where that is not on the terrain."""
        if not len(self._way.points):
            return None
        xy, _ = along(self._way.steps, self._way.points, step)
        if not self._world.relief.inside(xy):
            return None
        row = float(np.interp(step, self._way.steps, np.arange(len(self._way.steps))))
        place = self._world.relief.place(xy)
        first = min(int(row), max(self._leaps, default=0))
        up = self._world.relief.normal(xy)
        if first in self._leaps and row - first < 1:
            place, up = self._in_the_air(first, row - first), np.array([0.0, 0.0, 1.0])
        up = up if np.isfinite(up).all() else np.array([0.0, 0.0, 1.0])
        k = int(np.clip(np.searchsorted(self.rows, row) - 1, 0, max(len(self._looks) - 1, 0)))
        forward = self._looks[k] if len(self._looks) else np.array([1.0, 0.0, 0.0])
        travelled = float(np.interp(row, self.rows, self._along)) if len(self.rows) else 0.0
        return Pose(place, forward, up, travelled)

    def tracks(self, kind: str) -> list[Array]:
        """What something leaves behind, as lines (n, 3) beside `rows`: footprints, the tracks of wheels, or a line."""
        if kind not in _APART or len(self.points) < 2:
            return [self.points]
        looks = np.vstack([self._looks, self._looks[-1:]])
        aside = np.stack([-looks[:, 1], looks[:, 0]], axis=1)
        size = self._world.vehicle
        aside = _APART[kind] * size * aside / np.maximum(np.linalg.norm(aside, axis=1, keepdims=True), 1e-9)
        tracks = []
        for side in (1, -1):
            line = self.points.copy()
            ground = ~self.flying
            line[ground] = self._world.relief.stand(self.points[ground, :2] + side * aside[ground])
            if kind == "walker":
                gone = np.mod(self._along / size + (side > 0) * _PACE / 2, _PACE)
                line[ground & (gone > _PRINT)] = np.nan
            tracks.append(line)
        return tracks

    def _places(self, points: Array) -> Array:
        """(n, 3), nan where a point is not on the terrain."""
        found = np.full((len(points), 3), np.nan)
        inside = self._world.relief.inside(points) if len(points) else np.zeros(0, dtype=bool)
        found[inside] = self._world.relief.place(points[inside])
        return found

    def _flights(self) -> dict[int, float]:
        """The rows from which a flight begins, and how high above its chord each rises."""
        ends = self._landings
        # A step down a wall is a fall, not a flight: what counts is how far it goes over the ground.
        lengths = np.linalg.norm(np.diff(ends[:, :2], axis=0), axis=1)
        found = {}
        for row in np.flatnonzero(lengths > _LEAP):
            share = np.linspace(0, 1, _FINE + 1)[1:-1]
            points = (1 - share[:, None]) * self._way.points[row] + share[:, None] * self._way.points[row + 1]
            chord = (1 - share) * ends[row, 2] + share * ends[row + 1, 2]
            ground = self._places(points)[:, 2]
            over = (np.where(np.isfinite(ground), ground, chord) + _CLEAR - chord) / (4 * share * (1 - share))
            found[int(row)] = float(np.clip(over.max(), _ARC * lengths[row], lengths[row]))
        return found

    def _in_the_air(self, row: int, share: float | Array) -> Array:
        """(..., 3), at a share of the flight that begins at a row."""
        share = np.asarray(share)[..., None]
        lift = 4 * self._leaps[row] * share * (1 - share) * np.array([0.0, 0.0, 1.0])
        return np.asarray((1 - share) * self._landings[row] + share * self._landings[row + 1] + lift)

    def _lift(self, row: int, height: float) -> None:
        """Take a flight off the ground."""
        share = np.linspace(0, 1, _FINE + 1)[1:-1]
        before, after = self.rows <= row, self.rows >= row + 1
        arc = self._in_the_air(row, share)
        self.points = np.concatenate([self.points[before], arc, self.points[after]])
        self.flying = np.concatenate([self.flying[before], np.ones(len(arc), dtype=bool), self.flying[after]])
        self.rows = np.concatenate([self.rows[before], row + share, self.rows[after]])


def _held(steps: Array, lengths: Array) -> Array:
    """Directions (n, 3) of steps (n, 3), and of those of no length the one before."""
    if not len(steps):
        return steps
    moving = np.isfinite(steps).all(axis=1) & (lengths > 1e-9)
    last = np.maximum.accumulate(np.where(moving, np.arange(len(steps)), -1))
    first = int(np.argmax(moving))
    last = np.where(last < 0, first, last)
    if not moving.any():
        return np.tile([1.0, 0.0, 0.0], (len(steps), 1))
    return np.asarray(steps[last] / lengths[last, None])
