"""Curved valleys: one minimum, and no short way to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..core.checks import Finite, Positive
from .terrain import Array, Terrain, always, as_points, join, split, symmetric

__all__ = ["Beale", "GoldsteinPrice", "Rosenbrock"]


class Rosenbrock(Terrain):
    """The banana valley: finding its floor is easy, following it is not.

        L = (a − x)² + b (y − x²)²

    The floor is the parabola y = x². At the minimum the valley is about
    2500 times steeper across than along, and its direction keeps turning.
    Minimum 0 at (a, a²).
    Source: Rosenbrock 1960, with the classic start (−1.2, 1).
    """

    a: Finite = 1.0
    b: Positive = 100.0

    height = "log"
    floor = 0.1
    domain = ((-2.0, 2.0), (-1.0, 3.0))
    start = always([-1.2, 1.0])

    @property
    def minima(self) -> Array:
        return np.array([[self.a, self.a * self.a]])

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        off, left = y - x * x, self.a - x
        return left * left + self.b * off * off

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        # In place, with nothing copied: here the walks of a million starts spend their time.
        gradient = np.empty_like(x, shape=(2, *x.shape))
        gx, gy = gradient[0, ...], gradient[1, ...]
        np.multiply(x, x, out=gy)
        np.subtract(y, gy, out=gy)
        gy *= 2 * self.b
        np.multiply(x, gy, out=gx)
        np.subtract(x, gx, out=gx)
        gx -= self.a
        gx *= 2
        return as_points(gradient)

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return symmetric(2 + (12 * self.b * x * x - 4 * self.b * y), (-4 * self.b) * x, 2 * self.b)


class Beale(Terrain):
    """A flat valley that ends in steep walls at the corners.

        L = (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²

    The gradient spans six decades over the domain: a learning rate that is
    safe at the walls crawls along the floor.
    Minimum 0 at (3, 0.5).
    Source: Beale 1958.
    """

    height = "log"
    floor = 0.1
    domain = ((-4.5, 4.5), (-4.5, 4.5))
    start = always([0.7, 1.4])
    minima = always([[3.0, 0.5]])

    def value(self, xy: ArrayLike) -> Array:
        _, (r1, r2, r3) = self._residuals(*split(xy))
        return r1 * r1 + r2 * r2 + r3 * r3

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        (p1, p2, _), (r1, r2, r3) = self._residuals(x, y)
        # By x they change as y − 1, y² − 1, y³ − 1, which have the factor y − 1 in common.
        by_x = 2 * (y - 1) * (r1 + (y + 1) * r2 + (y * (y + 1) + 1) * r3)
        return join(by_x, 2 * (x * r1 + 2 * p1 * r2 + 3 * p2 * r3))

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        (p1, p2, p3), (r1, r2, r3) = self._residuals(x, y)
        y2 = y * y
        s1, s2, s3 = y - 1, y2 - 1, y2 * y - 1
        return symmetric(
            2 * (s1 * s1 + s2 * s2 + s3 * s3),
            2 * ((r1 + (p1 - x)) + 2 * y * (r2 + (p2 - x)) + 3 * y2 * (r3 + (p3 - x))),
            2 * (x * (x + 2 * r2) + 4 * (p1 * p1) + 9 * (p2 * p2) + 6 * p1 * r3),
        )

    @staticmethod
    def _residuals(x: Array, y: Array) -> tuple[tuple[Array, Array, Array], tuple[Array, Array, Array]]:
        """xy, xy², xy³, multiplied from the left so that a small x keeps the powers from overflowing; and what is
        squared and summed."""
        p1 = x * y
        p2 = p1 * y
        p3 = p2 * y
        return (p1, p2, p3), (1.5 + (p1 - x), 2.25 + (p2 - x), 2.625 + (p3 - x))


class GoldsteinPrice(Terrain):
    """Two crossing sets of valleys, and heights from 3 to a million.

        L = A(x + y) · B(2x − 3y)
        A(s) = 1 + (s + 1)² (3s² − 14s + 19)
        B(d) = 30 + d² (3d² − 16d + 18)

    Usually printed expanded in x and y; as a product of two functions of one
    variable each it shows where the valleys are: A′ = 12 (s+1)(s−1)(s−2)
    and B′ = 12 d (d−1)(d−3).
    Minimum 3 at (0, −1); local minima 30, 84 and 840.
    Source: Goldstein & Price 1971.
    """

    height = "log"
    domain = ((-2.0, 2.0), (-2.5, 1.5))
    # Off x + y = −1, where A′ = 0: steps as long in x as in y keep to that line, or leave it by rounding.
    start = always([-1.25, 0.5])
    minima = always([[0.0, -1.0]])

    def value(self, xy: ArrayLike) -> Array:
        (a, _, _), (b, _, _) = self._factors(xy)
        return a * b

    def gradient(self, xy: ArrayLike) -> Array:
        (a, a1, _), (b, b1, _) = self._factors(xy)
        along_s, along_d = a1 * b, a * b1
        return join(along_s + 2 * along_d, along_s - 3 * along_d)

    def hessian(self, xy: ArrayLike) -> Array:
        (a, a1, a2), (b, b1, b2) = self._factors(xy)
        ss, sd, dd = a2 * b, a1 * b1, a * b2
        return symmetric(ss + 4 * sd + 4 * dd, ss - sd - 6 * dd, ss - 6 * sd + 9 * dd)

    @staticmethod
    def _factors(xy: ArrayLike) -> tuple[tuple[Array, Array, Array], tuple[Array, Array, Array]]:
        """A and B, each with its first and second derivative."""
        x, y = split(xy)
        s, d = x + y, 2 * x - 3 * y
        p = s + 1
        a = 1 + p * p * ((3 * s - 14) * s + 19), 12 * p * (s - 1) * (s - 2), 12 * ((3 * s - 4) * s - 1)
        # 30 + d² (3d² − 16d + 18), whose terms cancel at the minimum.
        e = d - 3
        b = 3 + e * e * ((3 * d + 2) * d + 3), 12 * d * (d - 1) * (d - 3), 12 * ((3 * d - 8) * d + 3)
        return a, b
