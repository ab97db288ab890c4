"""A saddle of any terrain, with what walks around it have to be measured by: its ridge, its ways down, how far out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Array
from ..terrains import Saddle, Terrain
from ..walks.stationary import saddle
from ..walks.trajectory import Trajectory

LR = 0.01  # of the steepest curvature's inverse
# The plainest terrain is the same in all four quarters, so each of four walks has one of its own, in which it is seen.
_QUARTERS = ((1, 1), (-1, -1), (1, -1), (-1, 1))
_LOOKS = 400  # for where a way down ends


@dataclass(frozen=True)
class AroundSaddle:
    """terrain : where it is. middle : (2,). along : (2,), the unit vector of the ridge, and down : (2,), of the way
    down from it. curvature : of that way, above 0. out : how far along each a walk begins, and ends. lr : of SGD.
    """

    terrain: Terrain
    middle: Array
    along: Array
    down: Array
    curvature: float = 1.0
    out: float = 1.0
    lr: float = LR

    @classmethod
    def usual(cls) -> AroundSaddle:
        """Of the plainest terrain."""
        return cls(Saddle(), np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0]))

    @classmethod
    def of(cls, terrain: Terrain, start: ArrayLike | None = None) -> AroundSaddle:
        """The saddle of a terrain that is nearest to a start; out is half-way to where it no longer falls, or to the
        border. InputError where there is none."""
        there = saddle(terrain, start)
        down, along = there.directions
        low, high = np.transpose(terrain.domain) - there.point[:, None].T
        ways = [sign * one for one in (down, along) for sign in (1, -1)]
        # To the border, which is far along an axis.
        room = min(float((np.where(way > 0, high, -low) / np.maximum(np.abs(way), 1e-9)).min()) for way in ways)
        far = np.linspace(0, room, _LOOKS)[1:, None]
        slopes = [(terrain.gradient(there.point + far * way) * way).sum(axis=1) for way in ways[:2]]
        ends = [float(far[np.argmax(one >= 0)][0]) if (one >= 0).any() else room for one in slopes]
        # The steepest direction alone decides which rates are stable.
        lr = float(f"{LR / np.abs(there.curvatures).max():.2g}")
        return cls(terrain, there.point, along, down, -float(there.curvatures[0]), 0.5 * min(ends), lr)

    def predicted(self, epsilon: float) -> float:
        """The steps of SGD until it is `out` away from a ridge that it began so near to, in `out`."""
        return float(np.log(1 / epsilon) / np.log1p(self.lr * self.curvature))

    def starts(self, epsilon: float) -> Array:
        """(4, 2), one a quarter, so near the ridge, in `out`."""
        quarters = self.out * np.array(_QUARTERS) * [1.0, epsilon]
        return np.asarray(self.middle + quarters @ np.array([self.along, self.down]))

    def away(self, walk: Trajectory) -> Array:
        """(T + 1,), the distance from the ridge, in `out`."""
        return np.asarray(np.abs((walk.x - self.middle) @ self.down) / self.out)

    def escaped(self, walk: Trajectory) -> int:
        """The first step at which that is at least 1; −1 if there is none."""
        away = self.away(walk) >= 1
        return int(walk.steps[np.argmax(away)]) if away.any() else -1
