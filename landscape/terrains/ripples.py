"""Ripples on a bowl: local minima everywhere, and one global trend."""

from __future__ import annotations

from math import e, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike

from .terrain import Array, Terrain, always, join, split, symmetric

__all__ = ["Ackley", "Rastrigin"]


class Rastrigin(Terrain):
    """An egg box on a bowl: a local minimum near every whole number.

        L = 20 + x² + y² − 10 (cos 2πx + cos 2πy)

    Whatever the optimizer, nearly every walk ends in a pit close to where it
    began; only steps that are large, or carried on by momentum, leave one.
    Minimum 0 at (0, 0).
    Source: Rastrigin 1974.
    """

    domain = ((-5.12, 5.12), (-5.12, 5.12))
    start = always([-3.6, 2.3])
    minima = always([[0.0, 0.0]])

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        # 1 − cos 2πx = 2 sin² πx keeps its digits where the cosine is 1.
        sx, sy = np.sin(pi * _from_whole(x)), np.sin(pi * _from_whole(y))
        loss: Array = x * x + y * y + 20 * (sx * sx + sy * sy)
        return loss

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return join(
            2 * x + 20 * pi * np.sin(2 * pi * _from_whole(x)),
            2 * y + 20 * pi * np.sin(2 * pi * _from_whole(y)),
        )

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        k = 40 * pi * pi
        return symmetric(2 + k * np.cos(2 * pi * _from_whole(x)), 0.0, 2 + k * np.cos(2 * pi * _from_whole(y)))


class Ackley(Terrain):
    """A nearly flat, pitted plain around one deep funnel.

        r = √(½ (x² + y²)),   c = ½ (cos 2πx + cos 2πy)
        L = 20 (1 − exp(−r/5)) + e − exp c

    Far away the gradient only tells of the pits. The bottom is the tip of a
    cone, where no derivative exists: the gradient is given as 0 there, and
    the Hessian as that of the smooth part, −exp c.
    Minimum 0 at (0, 0).
    Source: Ackley 1987.
    """

    domain = ((-5.0, 5.0), (-5.0, 5.0))
    start = always([-3.4, 2.6])
    minima = always([[0.0, 0.0]])
    _K = 0.2 * sqrt(0.5)  # r/5 = kρ, with ρ the distance from the origin

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        # c − 1 = −sin² πx − sin² πy; with expm1 the minimum is exactly 0.
        sx, sy = np.sin(pi * _from_whole(x)), np.sin(pi * _from_whole(y))
        loss: Array = -20 * np.expm1(-self._K * np.hypot(x, y)) - e * np.expm1(-(sx * sx + sy * sy))
        return loss

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        slope = self._slope(np.hypot(x, y))
        ax, ay = 2 * pi * _from_whole(x), 2 * pi * _from_whole(y)
        pit = pi * np.exp(0.5 * (np.cos(ax) + np.cos(ay)))
        return join(slope * x + pit * np.sin(ax), slope * y + pit * np.sin(ay))

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        ax, ay = 2 * pi * _from_whole(x), 2 * pi * _from_whole(y)
        cx, cy, sx, sy = np.cos(ax), np.cos(ay), np.sin(ax), np.sin(ay)
        pit = pi * pi * np.exp(0.5 * (cx + cy))

        # The cone: −k f′ along the radius (ux, uy), f′/ρ across it.
        rho = np.hypot(x, y)
        across = self._slope(rho)
        along = -self._K * (across * rho)
        safe = np.where(rho > 0, rho, 1.0)
        ux, uy = x / safe, y / safe

        return symmetric(
            along * ux * ux + across * uy * uy + pit * (2 * cx - sx * sx),
            (along - across) * ux * uy - pit * sx * sy,
            along * uy * uy + across * ux * ux + pit * (2 * cy - sy * sy),
        )

    def _slope(self, rho: Array) -> Array:
        """f′/ρ of the cone f(ρ) = −20 exp(−kρ) at distance ρ; 0 at its tip."""
        safe = np.where(rho > 0, rho, 1.0)
        return np.where(rho > 0, 20 * self._K * np.exp(-self._K * rho) / safe, 0.0)


def _from_whole(x: Array) -> Array:
    """x less the nearest whole number, exactly: all that sines and cosines of 2πx depend on."""
    off: Array = x - np.rint(x)
    return off
