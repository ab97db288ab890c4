"""ReLU units: kinks, dead regions, and valleys whose steepness depends on the place."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.checks import Finite, Positive, within
from ..core.elementary import sqrt
from .terrain import Array, Terrain, always, join, split, symmetric
from .turn import Turn

__all__ = ["ReluPair", "ReluValley"]


class ReluPair(Terrain):
    """Two weights in series with a ReLU between them, one example, target 1.

        L = ½ (w₂ · max(w₁, 0) − 1)²

    A valley w₁w₂ = 1 with a flat floor and sharpness w₁² + w₂²: large steps
    are thrown out of its sharp arms and land where it is flatter. For w₁ ≤ 0
    the unit is dead: L = ½ and the gradient is exactly 0. The origin is a
    one-sided saddle.
    Minima 0 along w₁w₂ = 1, w₁ > 0. Point = (w₁, w₂).
    Source: after Lewkowycz et al. 2020, the catapult mechanism.
    """

    coordinates = ("w₁", "w₂")
    height = "log"
    floor = 0.03
    domain = ((-2.0, 4.0), (-2.0, 4.0))
    start = always([3.5, -0.75])

    def value(self, xy: ArrayLike) -> Array:
        w1, w2 = split(xy)
        r = w2 * np.maximum(w1, 0) - 1
        return 0.5 * r * r

    def gradient(self, xy: ArrayLike) -> Array:
        w1, w2 = split(xy)
        h = np.maximum(w1, 0)
        r = w2 * h - 1
        return join(np.where(w1 > 0, r * w2, 0.0), r * h)

    def hessian(self, xy: ArrayLike) -> Array:
        w1, w2 = split(xy)
        h, open_ = np.maximum(w1, 0), w1 > 0
        return symmetric(np.where(open_, w2 * w2, 0.0), np.where(open_, 2 * w2 * h - 1, 0.0), h * h)


class ReluValley(Terrain):
    """A ReLU unit learns another one from correlated Gaussian inputs.

        L = E ½ (max(w·x, 0) − max(v·x, 0))²,   x = S z,   z ~ N(0, I)
        S = diag(1, 1/√κ) and v = (1, 1), both turned by `angle` degrees

    with a = S w, b = S v and θ the angle between a and b:

        L  = ¼ |a − b|² − |a||b| (sin θ − θ cos θ) / 2π
        ∇L = S [½ (a − b) + (θ b − |b| sin θ · a/|a|) / 2π]
        ∇²L = S [½ I − |b| sin θ / (π |a|) · nnᵀ] S,   n ⟂ a, |n| = 1

    Inputs of unequal size make a ravine: eigenvalues ½ and ½/κ at the
    minimum. A minibatch draws fresh inputs. At w = 0, where no derivative
    exists, the unit is dead: gradient and Hessian are given as 0.
    Minimum 0 at w = v. Point = w.
    Source: Cho & Saul 2009; Tian 2017.
    """

    kappa: Positive = 100.0
    angle: Finite = 0.0

    coordinates = ("w₁", "w₂")
    height = "log"
    floor = 0.003
    domain = ((-2.0, 3.0), (-4.0, 4.0))

    @cached_property
    def _turn(self) -> Turn:
        return Turn.by(self.angle)

    @cached_property
    def _spread(self) -> float:
        """S = diag(1, spread) before the turn."""
        return 1 / sqrt(self.kappa)

    @property
    def start(self) -> Array:
        return self._turn.forth(-0.5, -3.0)

    @property
    def minima(self) -> Array:
        return self._turn.forth(1.0, 1.0)[None]

    # In the turned coordinates b = (1, spread). `cross` and `dot` stand for |a||b| sin θ and |a||b| |cos θ|: they need
    # no division by |a|. Beyond 90° angles are counted from −b: near it their difference from π would have no digits.

    def value(self, xy: ArrayLike) -> Array:
        a1, a2 = self._a(xy)
        d1, d2, cross, dot, angle, acute = self._against_v(a1, a2)
        # ¼ |a − b|², and beyond 90° ¼ (|a|² + |b|²), as the rest of it cancels with π.
        along, across = np.where(acute, d1, a1), np.where(acute, d2, a2)
        rest = np.where(acute, 0.0, 0.25 * (1 + self._spread * self._spread))
        return 0.25 * along * along + 0.25 * across * across + rest - _lens(cross, dot, angle) / (2 * np.pi)

    def gradient(self, xy: ArrayLike) -> Array:
        a1, a2 = self._a(xy)
        d1, d2, cross, _, angle, acute = self._against_v(a1, a2)
        size = np.hypot(a1, a2)
        alive = size > 0
        size = np.where(alive, size, 1.0)

        sine, turned = cross / size, np.where(acute, angle, -angle)
        g1 = 0.5 * np.where(acute, d1, a1) + (turned - sine * (a1 / size)) / (2 * np.pi)
        g2 = 0.5 * np.where(acute, d2, a2) + (turned * self._spread - sine * (a2 / size)) / (2 * np.pi)
        return self._turn.forth(np.where(alive, g1, 0.0), np.where(alive, self._spread * g2, 0.0))

    def hessian(self, xy: ArrayLike) -> Array:
        a1, a2 = self._a(xy)
        cross = self._against_v(a1, a2)[2]
        size = np.hypot(a1, a2)
        alive = size > 0
        size = np.where(alive, size, 1.0)

        n1, n2 = -a2 / size, a1 / size
        dip = cross / size / size / np.pi
        uu, uv, vv = 0.5 - dip * n1 * n1, -dip * n1 * n2, 0.5 - dip * n2 * n2
        s = self._spread
        return self._turn.hessian(*(np.where(alive, entry, 0.0) for entry in (uu, s * uv, s * s * vv)))

    def minibatch_gradient(self, xy: ArrayLike, batch_size: int, rng: np.random.Generator) -> Array:
        z1, z2, out = self._drawn(xy, batch_size, rng)
        # v·x = b·z; a dead unit passes no gradient.
        target = z1 + self._spread * z2
        miss = np.where(out > 0, out - np.maximum(target, 0), 0.0)
        return self._turn.forth(np.mean(miss * z1, axis=0), self._spread * np.mean(miss * z2, axis=0))

    def minibatch_hessian(self, xy: ArrayLike, batch_size: int, rng: np.random.Generator) -> Array:
        z1, z2, out = self._drawn(xy, batch_size, rng)
        z1, z2, s = np.where(out > 0, z1, 0.0), np.where(out > 0, z2, 0.0), self._spread
        return self._turn.hessian(
            np.mean(z1 * z1, axis=0), s * np.mean(z1 * z2, axis=0), s * s * np.mean(z2 * z2, axis=0)
        )

    def _drawn(self, xy: ArrayLike, batch_size: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
        """The inputs z (B, ...) of the batch of each point, and w·x = a·z."""
        batch_size = within("batch_size", batch_size, 1, 10_000)
        a1, a2 = self._a(xy)
        z1, z2 = rng.standard_normal((2, batch_size, *a1.shape))
        return z1, z2, a1 * z1 + a2 * z2

    def _a(self, xy: ArrayLike) -> tuple[Array, Array]:
        u, v = self._turn.back(*split(xy))
        return u, self._spread * v

    def _against_v(self, a1: Array, a2: Array) -> tuple[Array, Array, Array, Array, Array, NDArray[np.bool_]]:
        """a − b, |a||b| sin θ, |a||b| |cos θ|, the angle of a to b or −b, and whether it is to b."""
        b1, b2 = 1.0, self._spread
        d1, d2, dot = a1 - b1, a2 - b2, a1 * b1 + a2 * b2
        # a × b = (a − b) × b: of the two, the one with the smaller numbers has lost the fewer digits.
        closer = np.hypot(d1, d2) < np.hypot(a1, a2)
        cross = np.abs(np.where(closer, d1 * b2 - d2 * b1, a1 * b2 - a2 * b1))
        return d1, d2, cross, np.abs(dot), np.arctan2(cross, np.abs(dot)), dot > 0


def _lens(cross: Array, dot: Array, angle: Array) -> Array:
    """|a||b| (sin θ − θ cos θ), for θ of at most 90°."""
    # Where the two terms nearly cancel, by the series θ³/3 − θ⁵/30 + …
    t = angle * angle
    series = angle * t * (1 / 3 + t * (-1 / 30 + t * (1 / 840 + t * (-1 / 45360 + t / 3991680))))
    return np.where(angle < 0.15, np.hypot(cross, dot) * series, cross - angle * dot)
