"""A terrain that was turned in its plane."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ..core.checks import Finite
from .derived import DerivedTerrain
from .terrain import Array, Domain, Terrain, split
from .turn import Turn

_AROUND = 0.1  # of the domain's sides, that lies beyond the start


class TurnedTerrain(DerivedTerrain):
    """Another terrain, turned by some degrees around a point (2,), its start with it.

    The domain is the same, as large as is needed to hold the turned start.
    """

    terrain: Terrain
    degrees: Finite = 45.0
    centre: tuple[float, float] = (0.0, 0.0)

    @property
    def like(self) -> Terrain:
        return self.terrain

    @cached_property
    def _turn(self) -> Turn:
        return Turn.by(self.degrees)

    @property
    def name(self) -> str:
        return f"{self.terrain.name}, turned by {self.degrees:g}°"

    @property
    def domain(self) -> Domain:
        ends = []
        for (low, high), at in zip(self.terrain.domain, self.start.tolist(), strict=True):
            room = _AROUND * (high - low)
            ends.append((min(low, at - room), max(high, at + room)))
        return ends[0], ends[1]

    @property
    def start(self) -> Array:
        return self.turned(self.terrain.start)

    @property
    def minima(self) -> Array:
        return self.turned(self.terrain.minima)

    def turned(self, points: ArrayLike) -> Array:
        """Where points (..., 2) of the other terrain lie on this one."""
        return np.array(self.centre) + self._turn.forth(
            *split(np.asarray(points, dtype=np.float64) - np.array(self.centre))
        )

    def value(self, xy: ArrayLike) -> Array:
        return self.terrain.value(self._before(xy))

    def gradient(self, xy: ArrayLike) -> Array:
        return self._turn.forth(*split(self.terrain.gradient(self._before(xy))))

    def hessian(self, xy: ArrayLike) -> Array:
        found = self.terrain.hessian(self._before(xy))
        return self._turn.hessian(found[..., 0, 0], found[..., 0, 1], found[..., 1, 1])

    def _before(self, xy: ArrayLike) -> Array:
        """Where points (..., 2) lay before the turn."""
        x, y = split(xy)
        back = self._turn.back(x - self.centre[0], y - self.centre[1])
        return np.array(self.centre) + np.stack(back, axis=-1)
