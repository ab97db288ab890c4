"""From a Terrain to the triangles and the coordinates of the world."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscape.terrains import Terrain

Array = NDArray[Any]

_BASE = -0.06  # z of the model's underside


class Relief:
    """A terrain as a scale model: the longer side of its domain is 2 long, its elevation `height` high.

    Elevation is the terrain's own: linear or logarithmic in the loss (`Terrain.elevation`). `resolution` is the number
    of grid points along the longer side.
    """

    def __init__(self, terrain: Terrain, resolution: int = 256, height: float = 0.6) -> None:
        self.terrain = terrain
        self.height = height
        (x0, x1), (y0, y1) = terrain.domain
        self._middle = np.array([x0 + x1, y0 + y1]) / 2
        self._scale = 2 / max(x1 - x0, y1 - y0)
        columns = max(2, round(resolution * (x1 - x0) * self._scale / 2))
        rows = max(2, round(resolution * (y1 - y0) * self._scale / 2))
        xs, ys, loss = terrain.grid(columns, rows)
        elevation = terrain.elevation(loss)
        self.lowest, self.highest = float(elevation.min()), float(elevation.max())
        self.x = (xs - self._middle[0]) * self._scale
        self.y = (ys - self._middle[1]) * self._scale
        self.z = self._to_height(elevation)

    def place(self, xy: ArrayLike) -> Array:
        """World coordinates (..., 3) of the surface at terrain points (..., 2), from the terrain itself."""
        xy = np.asarray(xy, dtype=np.float64)
        z = self._to_height(self.terrain.elevation(self.terrain.value(xy)))
        return np.concatenate([(xy - self._middle) * self._scale, z[..., None]], axis=-1)

    def normal(self, xy: ArrayLike) -> Array:
        """Unit normals (..., 3) of the model at terrain points (..., 2), by central differences of the model."""
        xy, h = np.asarray(xy, dtype=np.float64), 1e-3 / self._scale
        slope = [
            (self.place(xy + step)[..., 2] - self.place(xy - step)[..., 2]) / (2e-3) for step in ([h, 0.0], [0.0, h])
        ]
        upward = np.stack([-slope[0], -slope[1], np.ones_like(slope[0])], axis=-1)
        return upward / np.linalg.norm(upward, axis=-1, keepdims=True)

    def inside(self, xy: ArrayLike) -> Array:
        """True (...) where terrain points (..., 2) are finite and on the model."""
        xy = np.asarray(xy, dtype=np.float64)
        (x0, x1), (y0, y1) = self.terrain.domain
        x, y = xy[..., 0], xy[..., 1]
        return (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)

    def triangles(self) -> tuple[Array, Array]:
        """Vertices (V, 6) float32, position and normal, and indices (T, 3) int32: the top and its four side walls."""
        x, y = np.meshgrid(self.x, self.y)
        dzdy, dzdx = np.gradient(self.z, self.y, self.x)
        normal = np.stack([-dzdx, -dzdy, np.ones_like(self.z)], axis=-1)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        top = np.concatenate([np.stack([x, y, self.z], axis=-1), normal], axis=-1)
        vertices, indices = [top.reshape(-1, 6)], [_strip(*self.z.shape)]
        for edge, outward in (
            (top[0], (0, -1, 0)),
            (top[:, -1], (1, 0, 0)),
            (top[-1, ::-1], (0, 1, 0)),
            (top[::-1, 0], (-1, 0, 0)),
        ):
            wall = np.stack([edge, edge])
            wall[..., 3:] = outward
            wall[0, :, 2] = _BASE
            indices.append(_strip(2, len(edge)) + sum(map(len, vertices)))
            vertices.append(wall.reshape(-1, 6))
        return np.concatenate(vertices).astype(np.float32), np.concatenate(indices).astype(np.int32)

    def _to_height(self, elevation: Array) -> Array:
        return self.height * (elevation - self.lowest) / max(self.highest - self.lowest, 1e-12)


def _strip(rows: int, columns: int) -> Array:
    """Triangles (2·(rows−1)·(columns−1), 3) of a grid of vertices."""
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    right, up, across = corner + 1, corner + columns, corner + columns + 1
    return np.concatenate([np.stack([corner, right, across], axis=1), np.stack([corner, across, up], axis=1)])


def sphere(around: int = 40, upward: int = 20) -> tuple[Array, Array]:
    """A unit sphere: vertices (V, 3) float32, which are its normals too, and indices (T, 3) int32."""
    longitude = np.linspace(0, 2 * np.pi, around + 1)
    latitude = np.linspace(-np.pi / 2, np.pi / 2, upward + 1)[:, None]
    x, y = np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude)
    z = np.sin(latitude) + 0 * longitude
    return np.stack([x, y, z], axis=-1).reshape(-1, 3).astype(np.float32), _strip(upward + 1, around + 1).astype(
        np.int32
    )
