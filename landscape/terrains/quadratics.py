"""Quadratic bowls: the one case in which every optimizer's speed is known in closed form."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ..core.checks import Finite, Positive
from .terrain import Array, Terrain, always, join, split, symmetric
from .turn import Turn

__all__ = ["Booth", "Ravine"]


class Ravine(Terrain):
    """A valley κ times steeper across than along, turned by `angle` degrees.

        L = ½ (u² + κ v²),   (u, v) = (x, y) turned back by the angle

    Eigenvalues 1 (floor) and κ (walls). Gradient descent converges for
    lr < 2/κ and is fastest, by (κ−1)/(κ+1) a step, at lr = 2/(κ+1); heavy
    ball reaches (√κ−1)/(√κ+1). Coordinate-wise methods such as Adam see the
    angle, the others do not.
    Minimum 0 at (0, 0).
    Source: Polyak 1964; Nesterov 2004, §2.1.5.
    """

    kappa: Positive = 100.0
    angle: Finite = 0.0

    height = "log"
    floor = 0.1
    domain = ((-10.0, 10.0), (-7.5, 7.5))
    minima = always([[0.0, 0.0]])

    @cached_property
    def _turn(self) -> Turn:
        return Turn.by(self.angle)

    @property
    def start(self) -> Array:
        return self._turn.forth(-7.0, 1.5)

    def value(self, xy: ArrayLike) -> Array:
        u, v = self._turn.back(*split(xy))
        return 0.5 * u * u + 0.5 * self.kappa * v * v

    def gradient(self, xy: ArrayLike) -> Array:
        u, v = self._turn.back(*split(xy))
        return self._turn.forth(u, self.kappa * v)

    def hessian(self, xy: ArrayLike) -> Array:
        one = np.ones_like(split(xy)[0])
        return self._turn.hessian(one, 0.0, self.kappa * one)


class Booth(Terrain):
    """A mild ravine that lies across the axes: κ = 9, turned by 45°.

        L = (x + 2y − 7)² + (2x + y − 5)²

    Eigenvalues 2 along (1, −1) and 18 along (1, 1): well conditioned, so
    plain gradient descent does well at lr = 0.1 = 2/(2 + 18).
    Minimum 0 at (1, 3).
    Source: Jamil & Yang 2013, no. 17.
    """

    height = "log"
    floor = 1.0
    domain = ((-10.0, 10.0), (-7.5, 10.0))
    start = always([-8.0, 6.0])
    minima = always([[1.0, 3.0]])

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        p, q = x + 2 * y - 7, 2 * x + y - 5
        return p * p + q * q

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        p, q = x + 2 * y - 7, 2 * x + y - 5
        return join(2 * p + 4 * q, 4 * p + 2 * q)

    def hessian(self, xy: ArrayLike) -> Array:
        x, _ = split(xy)
        return symmetric(np.full_like(x, 10.0), 8.0, 10.0)
