"""From a Terrain to the triangles and the coordinates of the world."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import RegularGridInterpolator

from landscape.core.annotations import Array
from landscape.core.checks import one_of
from landscape.figures.contours import heights
from landscape.terrains import Terrain

from . import horizon
from .light import light
from .triangulation import triangulate

SCALES = ("linear", "sqrt", "log")

_LARGEST = 1e300  # beyond which losses cannot be reckoned with
_LOOSE = 6.0  # times as far off may triangles be, a unit of the world beyond the domain
_BORDER = 1e-9  # of the domain's sides


class Relief:
    """A terrain as a scale model: the longer side of its domain is 2 long, and it is `height` high. Around it the
    ground goes on to the horizon.

    scale : what the height is linear in: the loss ("linear"), its square root above the lowest ("sqrt") or its
        logarithm ("log"); the terrain's own if None.
    resolution : grid points along each side of the domain, at least.
    beyond : the same loss, as it is known around the domain; the terrain itself, where it is known there, if None.
    span : the losses at height 0 and at `height`, so that several reliefs are to one scale; the terrain's lowest and
        highest if None.

    Attributes
    ----------
    x, y : (columns,), (rows,), world coordinates of a grid, evenly spaced over the domain and ever wider beyond.
    z : (rows, columns), heights. within : which of them lie in the domain, as slices.
    half : (2,), half of the domain's sides.
    known : (rows, columns), where there is ground: it has holes where the domain has no finite loss.
    computed : (rows, columns), where the height is the terrain's own.

    ValueError if there is no ground.
    """

    def __init__(
        self,
        terrain: Terrain,
        resolution: int = 256,
        height: float = 0.6,
        scale: str | None = None,
        beyond: Terrain | None = None,
        span: tuple[float, float] | None = None,
    ) -> None:
        self.terrain, self.height, self.scale = terrain, height, scale or terrain.height
        one_of("height scale", self.scale, SCALES)
        (x0, x1), (y0, y1) = terrain.domain
        self._middle = np.array([x0 + x1, y0 + y1]) / 2
        self._scale = 2 / max(x1 - x0, y1 - y0)
        self.half = np.array([x1 - x0, y1 - y0]) / 2 * self._scale
        # As many along both sides, and a power of 2 of squares, so that it can be halved again and again.
        points = 2 * 2 ** int(np.ceil(np.log2(max(resolution, 3) - 1))) + 1
        self.x, self.y = (horizon.axis(float(half), points) for half in self.half)
        quarter = (points - 1) // 4
        self.within = (slice(quarter, points - quarter),) * 2
        xy = np.stack(np.meshgrid(self.x, self.y), axis=-1) / self._scale + self._middle
        with np.errstate(all="ignore"):
            loss = _around(beyond or terrain, xy)
            # Where it must be right to the last digit.
            loss[self.within] = terrain.grid(points - 2 * quarter, points - 2 * quarter)[2]
            drawn, low, high = heights(terrain, loss[self.within])
        there = np.isfinite(drawn) & (np.abs(loss[self.within]) < _LARGEST)
        self._least = float(loss[self.within][there].min()) if span is None else span[0]
        known = np.abs(loss) < _LARGEST
        known[self.within] = there
        with np.errstate(all="ignore"):
            elevation = np.where(known, self.elevation(np.where(known, loss, self._least)), np.nan)
        ends = (np.nanmin(elevation[self.within]), np.nanmax(elevation[self.within]))
        self.lowest, self.highest = map(float, ends if span is None else self.elevation(np.array(span)))
        self._is_level = low == high and span is None
        inside = np.zeros(known.shape, dtype=bool)
        inside[self.within] = True
        z = self._to_height(elevation)
        if beyond is not None:
            with np.errstate(all="ignore"):
                there = self._to_height(self.elevation(beyond.value(xy)))
            z = horizon.joined(z, there, inside)
        z, self.computed = horizon.continued(horizon.tamed(z, height), inside)
        self.z, self.known = np.asarray(z), known | ~inside

    def elevation(self, loss: ArrayLike) -> Array:
        """A loss on the height's scale."""
        loss = np.asarray(loss, dtype=np.float64)
        if self.scale == "sqrt":
            return np.sqrt(np.maximum(loss - self._least, 0))
        if self.scale == "log":
            return np.log10(np.maximum(loss + self.terrain.floor, 1e-300))
        return loss

    def place(self, xy: ArrayLike, loss: ArrayLike | None = None) -> Array:
        """World coordinates (..., 3) of the surface at terrain points (..., 2), from the terrain itself; with `loss`
        (...), of where another loss would be above or below them."""
        xy = np.asarray(xy, dtype=np.float64)
        z = self._to_height(self.elevation(self.terrain.value(xy) if loss is None else loss))
        return np.concatenate([self.flat(xy), z[..., None]], axis=-1)

    def stand(self, flat: ArrayLike) -> Array:
        """World coordinates (..., 3) of the surface at horizontal ones (..., 2)."""
        return self.place(np.asarray(flat) / self._scale + self._middle)

    def flat(self, xy: ArrayLike) -> Array:
        """The horizontal world coordinates (..., 2) of terrain points (..., 2)."""
        return np.asarray((np.asarray(xy, dtype=np.float64) - self._middle) * self._scale)

    def normal(self, xy: ArrayLike) -> Array:
        """Unit normals (..., 3) of the model at terrain points (..., 2), by central differences of the model."""
        xy, h = np.asarray(xy, dtype=np.float64), 1e-3 / self._scale
        slope = [
            (self.place(xy + step)[..., 2] - self.place(xy - step)[..., 2]) / (2e-3) for step in ([h, 0.0], [0.0, h])
        ]
        upward = np.stack([-slope[0], -slope[1], np.ones_like(slope[0])], axis=-1)
        return upward / np.linalg.norm(upward, axis=-1, keepdims=True)

    def inside(self, xy: ArrayLike) -> Array:
        """True (...) where terrain points (..., 2) are finite and on the model, and not in a hole."""
        xy = np.asarray(xy, dtype=np.float64)
        low, high = np.transpose(self.terrain.domain)
        # A way out ends on the border, but for rounding.
        slack = _BORDER * (high - low)
        on_model = ((xy >= low - slack) & (xy <= high + slack)).all(axis=-1)
        with np.errstate(all="ignore"):
            return on_model & (np.abs(self.terrain.value(np.where(on_model[..., None], xy, low))) < _LARGEST)

    def ground(self, places: ArrayLike) -> Array:
        """How high (...) the drawn ground is under places (..., 3) of the world."""
        flat = np.asarray(places)[..., 1::-1]
        return np.asarray(self._drawn(flat.reshape(-1, 2)).reshape(flat.shape[:-1]))

    @cached_property
    def _drawn(self) -> RegularGridInterpolator:
        return RegularGridInterpolator((self.y, self.x), self.z, bounds_error=False, fill_value=None)

    @cached_property
    def light(self) -> Array:
        """(rows, columns, 2), how much sun and how much sky shines on each place."""
        return light(self.x, self.y, self.z)

    def sunny(self, place: ArrayLike) -> float:
        """How much sun shines on a place (3,) of the world; 0 in the shadow of hills."""
        x, y = np.asarray(place)[:2]
        row, column = np.searchsorted(self.y[:-1], y), np.searchsorted(self.x[:-1], x)
        return float(min(self.light[row, column, 0], 1.0))

    def triangles(self, tolerance: float) -> tuple[Array, Array]:
        """Vertices (V, 3) float32, and indices (T, 3) int32: as few triangles as keep to the heights, but for
        `tolerance`, and the more beyond the domain, where nothing stands."""
        beyond = (np.maximum(np.abs(axis) - half, 0) for axis, half in zip((self.x, self.y), self.half, strict=True))
        away = np.hypot(*np.meshgrid(*beyond))
        faces = triangulate(self.z, self.x, self.y, tolerance, 1 + _LOOSE * away)
        kept, indices = np.unique(faces, return_inverse=True)
        rows, columns = np.divmod(kept, len(self.x))
        vertices = np.column_stack([self.x[columns], self.y[rows], self.z[rows, columns]])
        return vertices.astype(np.float32), indices.reshape(-1, 3).astype(np.int32)

    def _to_height(self, elevation: Array) -> Array:
        if self._is_level:
            return np.zeros(np.shape(elevation))
        return self.height * ((elevation - self.lowest) / (self.highest - self.lowest))


def _around(terrain: Terrain, xy: Array) -> Array:
    """Losses (rows, columns) at points (rows, columns, 2), also where a map would not show them; nan where nobody knows
    them."""
    loss = np.asarray(terrain.value(xy), dtype=np.float64)
    if terrain.is_bounded:
        low, high = np.transpose(terrain.domain)
        loss = np.where(((xy >= low) & (xy <= high)).all(axis=-1), loss, np.nan)
    return loss
