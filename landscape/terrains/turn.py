"""A turn of the plane, for terrains that can lie at an angle to the axes."""

from __future__ import annotations

from math import pi
from typing import NamedTuple

from ..core.elementary import cos, floor, sin
from .terrain import Array, join, symmetric


class Turn(NamedTuple):
    """Coordinates (u, v) that are turned against (x, y) by an angle with this cosine and sine.

    Written out rather than as a matrix product, whose rounding depends on how many points come at once.
    """

    cos: float
    sin: float

    @classmethod
    def by(cls, degrees: float) -> Turn:
        """The turn by an angle; exact at multiples of 90°, where cosine and sine of the radians are not."""
        quarters = floor(degrees / 90.0)
        rest = (degrees - 90.0 * quarters) * (pi / 180)
        c, s, quarter = cos(rest), sin(rest), quarters % 4
        if quarter == 1:
            return cls(0.0 - s, c)
        if quarter == 2:
            return cls(-c, 0.0 - s)
        return cls(s, -c) if quarter == 3 else cls(c, s)

    def back(self, x: Array, y: Array) -> tuple[Array, Array]:
        """(u, v) of points (x, y)."""
        c, s = self
        return c * x + s * y, c * y - s * x

    def forth(self, u: Array | float, v: Array | float) -> Array:
        """Points or gradients (..., 2) in (x, y) from their coordinates (u, v)."""
        c, s = self
        return join(c * u - s * v, s * u + c * v)

    def hessian(self, uu: Array | float, uv: Array | float, vv: Array | float) -> Array:
        """Hessians (..., 2, 2) in (x, y) from their entries in (u, v)."""
        c, s = self
        cc, cs, ss = c * c, c * s, s * s
        return symmetric(
            cc * uu - 2 * cs * uv + ss * vv, cs * (uu - vv) + (cc - ss) * uv, ss * uu + 2 * cs * uv + cc * vv
        )
