"""A camera on an orbit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]

_NEAR, _FAR = 0.05, 50.0


@dataclass(frozen=True)
class OrbitCamera:
    """Looks at `target` from a distance.

    azimuth : degrees around the z axis; 0 looks along +y, from the south.
    elevation : degrees above the horizon; 90 looks straight down, with north up.
    distance : from the target, where the terrain's longer side is 2.
    field_of_view : vertical, in degrees.
    shift : where the target appears, in halves of the frame's width and height from its middle: (−0.3, 0) is 30 % of
        half a width left of it.
    """

    azimuth: float = -35.0
    elevation: float = 35.0
    distance: float = 4.0
    target: tuple[float, float, float] = (0.0, 0.0, 0.15)
    field_of_view: float = 35.0
    shift: tuple[float, float] = (0.0, 0.0)

    @property
    def position(self) -> Array:
        """(3,), where the camera stands."""
        azimuth, elevation = np.deg2rad([self.azimuth, self.elevation])
        flat = np.cos(elevation)
        outward = np.array([np.sin(azimuth) * flat, -np.cos(azimuth) * flat, np.sin(elevation)])
        return np.array(self.target) + self.distance * outward

    def matrix(self, aspect: float) -> Array:
        """(4, 4), from the world to clip space, for column vectors; `aspect` is width / height."""
        azimuth = np.deg2rad(self.azimuth)
        right = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
        back = (self.position - self.target) / self.distance
        up = np.cross(back, right)
        view = np.eye(4)
        view[:3, :3] = [right, up, back]
        view[:3, 3] = -view[:3, :3] @ self.position

        f = 1 / np.tan(np.deg2rad(self.field_of_view) / 2)
        projection = np.array(
            [
                [f / aspect, 0, -self.shift[0], 0],
                [0, f, -self.shift[1], 0],
                [0, 0, (_FAR + _NEAR) / (_NEAR - _FAR), 2 * _FAR * _NEAR / (_NEAR - _FAR)],
                [0, 0, -1, 0],
            ]
        )
        return projection @ view

    def project(self, points: ArrayLike, aspect: float) -> Array:
        """World points (..., 3) as (x, y, depth), each in −1 … 1 inside the frame."""
        points = np.asarray(points, dtype=np.float64)
        clip = np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1) @ self.matrix(aspect).T
        return clip[..., :3] / clip[..., 3:]
