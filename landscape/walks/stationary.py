"""Where the gradient of a terrain is 0, and how the ground curves there: the bottom of a valley, a saddle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..core import checks
from ..core.annotations import Array
from ..core.errors import InputError
from ..terrains import Terrain
from .attraction import minima

_GRID = 41  # points along each side of the domain, from each of which a saddle is looked for
_NEWTON = 60  # steps
_STILL = 1e-9  # of the domain's sides, below which Newton's method has arrived
_FLAT = 1e-6  # of the domain's usual curvature, below which there is none


@dataclass(frozen=True, eq=False)
class StationaryPoint:
    """point : (2,). curvatures : (2,), the Hessian's eigenvalues, the smaller first. directions : (2, 2), in rows their
    unit vectors."""

    point: Array
    curvatures: Array
    directions: Array

    @classmethod
    def of(cls, terrain: Terrain, point: ArrayLike) -> StationaryPoint:
        """At a point (2,), where the gradient is taken to be 0."""
        at = np.asarray(point, dtype=np.float64)
        values, vectors = np.linalg.eigh(terrain.hessian(at))
        return cls(at, values, vectors.T)


def bottom(terrain: Terrain, start: ArrayLike | None = None) -> StationaryPoint:
    """The lowest isolated minimum of the domain; of several the nearest to a start (2,), the terrain's own if None.

    InputError where there is none that is curved in every direction.
    """
    begin = checks.start(terrain.start if start is None else start)
    found = minima(terrain)
    if not len(found):
        raise InputError(f"terrain '{terrain.name}' has no valley: no isolated minimum lies in its domain")
    losses = terrain.value(found)
    equal = losses <= losses.min() + terrain.rounding * max(1.0, float(np.abs(losses).max()))
    return StationaryPoint.of(terrain, _nearest(found[equal], begin))


def saddle(terrain: Terrain, start: ArrayLike | None = None) -> StationaryPoint:
    """The saddle of the domain that is nearest to a start (2,), the terrain's own if None: Newton's method from a grid.

    InputError where there is none.
    """
    begin = checks.start(terrain.start if start is None else start)
    low, high = np.transpose(terrain.domain)
    axes = np.linspace(low, high, _GRID).T
    x = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    with np.errstate(all="ignore"):
        usual = np.nanmedian(np.abs(terrain.hessian(x)).max(axis=(1, 2)))
    # A step of Newton's is no longer than a cell, so that each start finds what is near.
    most, step = (high - low) / (_GRID - 1), np.full_like(x, np.inf)
    with np.errstate(all="ignore"):
        for _ in range(_NEWTON):
            hessian, gradient = terrain.hessian(x), terrain.gradient(x)
            solved = np.flatnonzero((np.linalg.det(hessian) < 0) & np.isfinite(gradient).all(axis=1))
            step = np.full_like(x, np.inf)
            step[solved] = np.linalg.solve(hessian[solved], -gradient[solved][..., None])[..., 0]
            x[solved] += np.clip(step[solved], -most, most)
    still = (np.abs(step) <= _STILL * (high - low)).all(axis=1)
    inside = ((x >= low) & (x <= high)).all(axis=1)
    found = x[still & inside]
    for point in found[np.argsort(np.linalg.norm(found - begin, axis=1))]:
        one = StationaryPoint.of(terrain, point)
        down, up = one.curvatures
        if down < -_FLAT * usual and up > _FLAT * usual:
            return one
    raise InputError(f"terrain '{terrain.name}' has no saddle: nowhere in its domain does it rise and fall from level")


def _nearest(points: Array, to: Array) -> Array:
    return np.asarray(points[np.argmin(np.linalg.norm(points - to, axis=1))])
