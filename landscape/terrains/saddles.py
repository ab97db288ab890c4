"""Saddles: where the gradient is zero and yet there is a way down."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..core.checks import NonNegative
from ..core.elementary import sqrt
from .terrain import Array, Terrain, always, join, split, symmetric

__all__ = ["MonkeySaddle", "Saddle"]

_ROOT3 = sqrt(3.0)


class Saddle(Terrain):
    """The simplest saddle: a valley along x, a ridge along y.

        L = ½ (x² − y²) + ¼ · bound · y⁴

    From (·, ε) gradient descent leaves |y| < 1 after ln(1/ε) / ln(1 + lr)
    steps; from ε = 0 none does that follows the exact gradient.
    Minima: none with bound = 0, where L falls without end; otherwise
    −1/(4·bound) at (0, ±1/√bound).
    Source: Lee, Simchowitz, Jordan & Recht 2016.
    """

    bound: NonNegative = 0.0

    domain = ((-2.0, 2.0), (-2.0, 2.0))
    start = always([1.0, 1e-4])

    @property
    def minima(self) -> Array:
        if self.bound == 0:
            return np.empty((0, 2))
        far = 1.0 / sqrt(self.bound)
        return np.array([[0.0, -far], [0.0, far]])

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        if self.bound == 0:
            # Halves, and a product: y⁴ times 0, or the difference of two squares, would be nan long before L overflows.
            return 2 * ((0.5 * x - 0.5 * y) * (0.5 * x + 0.5 * y))
        return 0.5 * x * x + (0.25 * self.bound * y * y - 0.5) * y * y

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return join(x, (self.bound * y * y - 1) * y)

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return symmetric(np.ones_like(x), 0.0, 3 * self.bound * y * y - 1)


class MonkeySaddle(Terrain):
    """A degenerate saddle: three ways down, two legs and a tail.

        L = x³ − 3xy²

    Gradient and Hessian are both 0 at the origin. Along the x-axis gradient
    descent therefore creeps in like 1/t instead of exponentially, and the
    deviation from the axis grows like t², not exponentially.
    Minima: none, L falls without end.
    Source: Hilbert & Cohn-Vossen 1932, §29.
    """

    domain = ((-1.5, 1.5), (-1.5, 1.5))
    start = always([1.2, 0.01])

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        # As a product, the smaller factor first: a difference of squares would be nan where both overflow.
        left, right = x - _ROOT3 * y, x + _ROOT3 * y
        swapped = np.abs(left) > np.abs(right)
        return x * np.where(swapped, right, left) * np.where(swapped, left, right)

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return join(3 * ((x - y) * (x + y)), -6 * (x * y))

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return symmetric(6 * x, -6 * y, -6 * x)
