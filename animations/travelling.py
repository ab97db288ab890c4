"""Walks in a world: what travels there, its tracks, and how it ends."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from landscape.core.annotations import Array
from landscape.figures.palettes import Look
from landscape.walks.trajectory import Trajectory, Walk

from .course import Course, Pose, kind_of
from .strokes import pattern, shown
from .walking import Way, along
from .world import Arrow, Trail, Vehicle, World

_MARK = 0.05  # of the world, the size of what marks the end of a walk
_WHILE = 0.06  # of a walk's steps
_STILL = 1e-3  # of the world, below which a way has no direction
_STROKE = 0.03  # of the world, whose terrain is 2 long: what the dashes of trails are counted in


class Traveller:
    """A walk in a world: a vehicle as far as it has come, its tracks, and a label that follows it.

    Where the walk leaves the terrain for good, or where it diverged, it is over: then an arrow or a cross stands there
    in place of the vehicle, and `farewell` in place of the label. With `arrives`, that stands there as well once the
    walk has come to its end.
    """

    def __init__(
        self,
        world: World,
        walk: Walk,
        look: Look,
        label: Mobject | None,
        width: float = 7.0,
        farewell: Mobject | None = None,
        arrives: bool = False,
    ) -> None:
        self.walk, self.look, self.width, self._arrives = walk, look, width, arrives
        self.names = [one for one in (label, farewell) if one is not None]
        self.step = float(walk.steps[0])
        self._seen: tuple[float, Pose | None] = (np.nan, None)
        self.offset: Array | None = None  # of the label from the vehicle
        self.goal: Array | None = None  # of the offset
        self._world = world
        self.way = Way.of_walk(walk)
        self.kind, self.course = kind_of(walk.optimizer), Course(world, self.way)
        self.shown: dict[str, tuple[str, float]] = {}  # arrows: see `arrows`
        self._tracks = self.course.tracks(self.kind)
        lengths = pattern(look.dash, _STROKE)
        if lengths is not None and len(self.course.points):
            parts = np.linalg.norm(np.diff(self.course.points, axis=0, prepend=self.course.points[:1]), axis=1)
            hidden = ~shown(np.cumsum(np.nan_to_num(parts)), lengths)
            for track in self._tracks:
                track[hidden] = np.nan

    @property
    def label(self) -> Mobject | None:
        """The name that stands beside it now."""
        ended = self.is_over or (self._arrives and self.step >= self.way.end)
        return None if not self.names else self.names[-1 if ended else 0]

    @property
    def is_over(self) -> bool:
        """Whether it has left the terrain for good, or diverged."""
        return self.way.is_over(self.step)

    def move(self, step: float) -> None:
        """Go to a step, which may lie between two recorded ones."""
        self.step = float(step)

    @property
    def _pose(self) -> Pose | None:
        # Asked for several times a frame.
        if self._seen[0] != self.step:
            self._seen = (self.step, self.course.at(self.step))
        return self._seen[1]

    def here(self) -> Array | None:
        """Where it is (3,), or has ended; None where it is not on the terrain."""
        if self.is_over and len(self.way.points):
            return self._world.relief.place(self.way.points[-1])
        return None if self._pose is None else self._pose.place

    def heading(self) -> float | None:
        """The azimuth of a camera that looks where it goes, on the whole: from a while ago to a while ahead; None where
        it stays where it is."""
        if len(self.way.points) < 2:
            return None
        around = max(_WHILE * (self.way.end - float(self.way.steps[0])), 1.0)
        before, after = (along(self.way.steps, self.way.points, self.step + by)[0] for by in (-around, around))
        x, y = self._world.relief.flat(after) - self._world.relief.flat(before)
        return None if np.hypot(x, y) < _STILL else float(np.rad2deg(np.arctan2(-x, y)))

    def vehicle(self) -> Vehicle | None:
        """What travels; None where it is not on the terrain, and when it is over."""
        pose = None if self.is_over else self._pose
        if pose is None:
            return None
        return Vehicle(self.kind, pose.place, pose.forward, pose.up, self.look.colour, pose.travelled)

    def trails(self) -> list[Trail]:
        """The tracks of where it has been, and what marks its end."""
        row = np.interp(self.step, self.way.steps, np.arange(len(self.way.steps))) if len(self.way.steps) else 0.0
        count = int(np.searchsorted(self.course.rows, row, side="right"))
        width = self.width / len(self._tracks) ** 0.5
        lines = [Trail(track[:count], self.look.colour, width) for track in self._tracks] if count > 1 else []
        if self.is_over and (place := self.here()) is not None:
            lines.append(Trail(self._mark(place), self.look.colour, self.width))
        return lines

    def arrows(self) -> list[Arrow]:
        """Those that `shown` names, each with a colour and how many times longer than it is it is drawn: "descent", the
        way down as the optimizer saw it, "momentum", the way that it remembers, and "step", all at the recorded point
        that it comes from."""
        row = int(np.searchsorted(self.walk.steps, self.step, side="right")) - 1
        if self.is_over or row > len(self.walk.steps) - 2 or not self._world.relief.inside(self.walk.x[row]):
            return []
        return [
            self._world.arrow(self.walk.x[row], factor * self._vector(name, row), colour)
            for name, (colour, factor) in self.shown.items()
        ]

    def _vector(self, name: str, row: int) -> Array:
        """(2,), of the terrain's plane."""
        if name == "step":
            return np.asarray(self.walk.x[row + 1] - self.walk.x[row])
        assert isinstance(self.walk, Trajectory)
        return np.asarray(-(self.walk.gradient if name == "descent" else self.walk.state["m"])[row])

    def _mark(self, foot: Array) -> Array:
        """World points (n, 3) of an arrow onwards over the border, or of a cross."""
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
