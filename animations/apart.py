"""What a step is made of: arrows with names that come out of one place on the ground, turn, and change their names."""

from __future__ import annotations

import numpy as np
from manim import smooth

from landscape.core.annotations import Array, Floats

from .lettering import Words
from .stage import BODY, SMALL, Lesson
from .world import Trail

_BEYOND = 0.06  # of the world, that a name stands beyond an arrow
_TURN = 4.0  # degrees that a camera goes round while an arrow grows


class Apart:
    """At a point (2,) of the lesson's terrain."""

    def __init__(self, lesson: Lesson, where: Floats) -> None:
        self._lesson, self._where = lesson, where
        self._vectors: dict[str, tuple[Floats, str]] = {}
        self._names: dict[str, Words] = {}

    def grow(self, name: str, vector: Floats, colour: str, run_time: float = 1.5) -> None:
        """An arrow comes out of the place, or turns to where it points now; its name goes along."""
        before = self._vectors.get(name, (0.02 * vector, colour))[0]
        if name not in self._vectors:
            self._begin(name, before, colour)

        def act(share: float) -> None:
            eased = float(smooth(share))
            self._vectors[name] = (1 - eased) * before + eased * vector, colour
            self._show()

        self._lesson.fly(moves=act, azimuth=self._lesson.view.azimuth + _TURN, run_time=run_time)

    def rename(self, name: str, other: str, colour: str = "") -> None:
        """An arrow becomes another, in another colour perhaps, which begins as it is."""
        vector, before = self._vectors[name]
        self.drop(name)
        self._begin(other, vector, colour or before)

    def drop(self, name: str) -> None:
        """An arrow goes, and its name."""
        del self._vectors[name]
        self._lesson.remove(self._names.pop(name))
        self._show()

    def ring(self, radii: Floats, name: str, colour: str) -> tuple[Array, Words]:
        """World points (n, 3) of an ellipse on the ground with those half axes (2,), and its name under it."""
        around = np.linspace(0, 2 * np.pi, 97)
        ring = self._where + radii * np.stack([np.cos(around), np.sin(around)], axis=-1)
        points, _ = self._lesson.world.drape(ring)
        label = self._lesson.haloed(self._lesson.text(name, SMALL, colour, "SEMIBOLD"))
        # Under its lowest point on the screen, as a narrow ring and tracks would strike it through at its side.
        rim = min(points, key=lambda point: float(self._lesson.screen_point(point)[1]))
        return points, self._lesson.pinned(label, lambda: rim, np.array([0.0, -0.5 * label.height - 0.15, 0.0]))

    def draw_ring(self, points: Array, colour: str, run_time: float = 2.0) -> None:
        """It is drawn."""

        before = list(self._lesson.strokes)

        def draw(share: float) -> None:
            self._lesson.strokes = [*before, Trail(points[: max(2, round(share * len(points)))], colour, 9.0)]

        self._lesson.fly(moves=draw, azimuth=self._lesson.view.azimuth + 2 * _TURN, run_time=run_time)

    def _begin(self, name: str, vector: Floats, colour: str) -> None:
        word = self._lesson.haloed(self._lesson.text(name, BODY, colour, "SEMIBOLD"))
        self._vectors[name], self._names[name] = (vector, colour), word
        self._lesson.add(self._lesson.pinned(word, lambda: self._tip(name), np.zeros(3)))

    def _show(self) -> None:
        world = self._lesson.world
        self._lesson.arrows = [world.arrow(self._where, *one) for one in self._vectors.values()]

    def _tip(self, name: str) -> Array:
        """Just beyond an arrow's."""
        arrow = self._lesson.world.arrow(self._where, *self._vectors.get(name, (np.zeros(2), "#ffffff")))
        way = np.asarray(arrow.vector)
        return np.asarray(arrow.foot) + way + _BEYOND * way / max(float(np.linalg.norm(way)), 1e-9)
