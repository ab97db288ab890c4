"""What all terrains that a user brings have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..core.checks import Text, finite, one_of, rectangle
from ..core.errors import not_allowed
from ..core.placeholders import missing
from .terrain import Array, Domain, Height, Terrain

Point = tuple[float, float]

DOMAIN: Domain = ((-3.0, 3.0), (-3.0, 3.0))
HEIGHTS: Sequence[Height] = ("linear", "log")


@dataclass(frozen=True)
class CustomTerrain(Terrain):
    """A terrain whose domain, start and minima are given and not known beforehand."""

    # Every field needs a default: it takes the place of the property of the same name in Terrain.
    name: Text = ""
    domain: Domain = DOMAIN
    origin: Point = (0.0, 0.0)
    lowest: tuple[Point, ...] = ()
    height: Height = "linear"
    floor: float = 0.0

    @property
    def start(self) -> Array:
        return np.array(self.origin)

    @property
    def minima(self) -> Array:
        return np.array(self.lowest).reshape(-1, 2)


@dataclass(frozen=True)
class AbsentTerrain(CustomTerrain):
    """What a walk went over whose class is not there: its notation is known, and its domain and start."""

    notation: Text = ""

    @classmethod
    def of(cls, notation: str, domain: Any, start: ArrayLike) -> AbsentTerrain:
        """ValueError unless domain and start are those of a terrain."""
        return cls(name=notation.partition(":")[0], notation=notation, **frame(domain, start))

    def value(self, xy: ArrayLike) -> Array:
        raise missing("terrain", self.notation)

    gradient = hessian = value


def frame(
    domain: Any,
    start: ArrayLike | None = None,
    minima: ArrayLike | None = None,
    height: str = "linear",
    floor: float = 0.0,
) -> dict[str, Any]:
    """The checked fields of a CustomTerrain; the start is a quarter of the way in from the lower left if not given."""
    (x0, x1), (y0, y1) = domain = rectangle("domain", domain)
    quarter = (0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1)
    origin = quarter if start is None else _points("start", start, (2,)).tolist()
    lowest = [] if minima is None else np.atleast_2d(_points("minima", minima, (-1, 2))).tolist()
    one_of("height", height, HEIGHTS)
    return {
        "domain": domain,
        "origin": tuple(origin),
        "lowest": tuple(map(tuple, lowest)),
        "height": height,
        "floor": finite("floor", floor),
    }


def _points(name: str, given: ArrayLike, shape: tuple[int, ...]) -> Array:
    try:
        points = np.asarray(given, dtype=np.float64).reshape(shape)
    except (TypeError, ValueError, OverflowError):
        points = np.array([np.nan])
    if not np.isfinite(points).all():
        wanted = "two finite numbers" if shape == (2,) else "finite numbers of shape (k, 2)"
        raise not_allowed(name, repr(given), f"it must be {wanted}")
    return points
