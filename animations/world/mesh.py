"""From a Terrain to the triangles and the coordinates of the world."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import distance_transform_edt

from landscape.core.annotations import Array
from landscape.core.checks import one_of
from landscape.figures.contours import heights
from landscape.terrains import Terrain

from .triangulation import triangulate

SCALES = ("linear", "sqrt", "log")

_LARGEST = 1e300  # beyond which losses cannot be reckoned with
_BORDER = 1e-9  # of the domain's sides


class Relief:
    """A terrain as a scale model: the longer side of its domain is 2 long, and it is `height` high.

    scale : what the height is linear in: the loss ("linear"), its square root above the lowest ("sqrt") or its
        logarithm ("log"); the terrain's own if None.
    resolution : grid points along each side, at least.

    Where the terrain has no finite loss the model has a hole: `known` (rows, columns) says where there is ground.
    ValueError if there is none.
    """

    base = -0.06  # z of the model's underside

    def __init__(self, terrain: Terrain, resolution: int = 256, height: float = 0.6, scale: str | None = None) -> None:
        self.terrain, self.height, self.scale = terrain, height, scale or terrain.height
        one_of("height scale", self.scale, SCALES)
        (x0, x1), (y0, y1) = terrain.domain
        self._middle = np.array([x0 + x1, y0 + y1]) / 2
        self._scale = 2 / max(x1 - x0, y1 - y0)
        # As many along both sides, and a power of 2 of squares, so that it can be halved again and again.
        points = 2 ** int(np.ceil(np.log2(max(resolution, 3) - 1))) + 1
        with np.errstate(all="ignore"):
            xs, ys, loss = terrain.grid(points, points)
        drawn, low, high = heights(terrain, loss)
        self.known = np.isfinite(drawn) & (np.abs(loss) < _LARGEST)
        self._least = float(loss[self.known].min())
        elevation = np.where(self.known, self.elevation(np.where(self.known, loss, self._least)), np.nan)
        self.lowest, self.highest = float(np.nanmin(elevation)), float(np.nanmax(elevation))
        self._is_level = low == high
        self.x = (xs - self._middle[0]) * self._scale
        self.y = (ys - self._middle[1]) * self._scale
        # Holes are as high as their edges, so that these stand as they are.
        nearest = distance_transform_edt(~self.known, return_distances=False, return_indices=True)
        self.z = self._to_height(elevation)[tuple(nearest)]

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

    def triangles(self, tolerance: float) -> tuple[Array, Array]:
        """Vertices (V, 6) float32, position and outward direction, and indices (T, 3) int32: the top and its four side
        walls, of as few triangles as keep to the heights, but for `tolerance`."""
        faces = triangulate(self.z, tolerance)
        kept, indices = np.unique(faces, return_inverse=True)
        rows, columns = np.divmod(kept, len(self.x))
        top = np.zeros((len(kept), 6))
        top[:, :3] = np.stack([self.x[columns], self.y[rows], self.z[rows, columns]], axis=-1)
        top[:, 5] = 1
        parts, triangles = [top], [indices.reshape(-1, 3)]
        last = len(self.x) - 1
        for edge, outward in (
            (np.flatnonzero(rows == 0), (0, -1, 0)),
            (np.flatnonzero(columns == last), (1, 0, 0)),
            (np.flatnonzero(rows == last)[::-1], (0, 1, 0)),
            (np.flatnonzero(columns == 0)[::-1], (-1, 0, 0)),
        ):
            wall = np.stack([top[edge], top[edge]])
            wall[..., 3:] = outward
            wall[0, :, 2] = self.base
            triangles.append(_strip(2, len(edge)) + sum(map(len, parts)))
            parts.append(wall.reshape(-1, 6))
        return np.concatenate(parts).astype(np.float32), np.concatenate(triangles).astype(np.int32)

    def _to_height(self, elevation: Array) -> Array:
        if self._is_level:
            return np.zeros(np.shape(elevation))
        return self.height * ((elevation - self.lowest) / (self.highest - self.lowest))


def _strip(rows: int, columns: int) -> Array:
    """Triangles (2·(rows−1)·(columns−1), 3) of a grid of vertices."""
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    right, up, across = corner + 1, corner + columns, corner + columns + 1
    return np.concatenate([np.stack([corner, right, across], axis=1), np.stack([corner, across, up], axis=1)])
