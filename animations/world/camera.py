"""A camera on an orbit."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from landscape.core.annotations import Array

_NEAR, _BEHIND = 4.0, 16.0  # how far before and behind its target a camera sees; the terrain's longer side is 2


@dataclass(frozen=True)
class OrbitCamera:
    """Looks at `target` from a place on a sphere around it.

    azimuth : degrees around the z axis; 0 looks along +y, from the south.
    elevation : degrees above the horizon; 90 looks straight down, with north up.
    span : how much of the world the frame's height shows at the target, where the terrain's longer side is 2.
    target : (3,), world coordinates.
    field_of_view : vertical, in degrees. With a small one, lines that are parallel stay so, as on a map.
    shift : where the target appears, in halves of the frame's width and height from its middle: (−0.3, 0) is 30 % of
        half a width left of it.
    relief : how high the terrain stands: 1 as it was built, 0 flat and unshaded, a map of its contour lines.
    """

    azimuth: float = -35.0
    elevation: float = 35.0
    span: float = 2.5
    target: tuple[float, float, float] = (0.0, 0.0, 0.15)
    field_of_view: float = 35.0
    shift: tuple[float, float] = (0.0, 0.0)
    relief: float = 1.0

    @property
    def distance(self) -> float:
        """From the camera to its target."""
        return self.span / (2 * float(np.tan(np.deg2rad(self.field_of_view) / 2)))

    @property
    def position(self) -> Array:
        """(3,), where the camera stands."""
        azimuth, elevation = np.deg2rad([self.azimuth, self.elevation])
        flat = np.cos(elevation)
        outward = np.array([np.sin(azimuth) * flat, -np.cos(azimuth) * flat, np.sin(elevation)])
        return np.array(self.target) + self.distance * outward

    def above(self, **changes: Any) -> OrbitCamera:
        """The same place seen as a map: from straight above, flat, north up."""
        return replace(self, **{"azimuth": 0.0, "elevation": 90.0, "field_of_view": 4.0, "relief": 0.0} | changes)

    def towards(self, other: OrbitCamera, share: float) -> OrbitCamera:
        """The camera that has come `share` of the way to another."""
        values: dict[str, Any] = {}
        for field in fields(self):
            value = (1 - share) * np.asarray(getattr(self, field.name)) + share * np.asarray(getattr(other, field.name))
            values[field.name] = tuple(value.tolist()) if value.ndim else float(value)
        return OrbitCamera(**values)

    def axes(self) -> Array:
        """(3, 3), rows: what is right, up and backwards for the camera, in world coordinates."""
        azimuth = np.deg2rad(self.azimuth)
        right = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
        back = (self.position - self.target) / self.distance
        return np.array([right, np.cross(back, right), back])

    def matrix(self, aspect: float) -> Array:
        """(4, 4), from the world to clip space, for column vectors; `aspect` is width / height."""
        view = np.eye(4)
        view[:3, :3] = self.axes()
        view[:3, 3] = -view[:3, :3] @ self.position

        near, far = max(self.distance - _NEAR, 0.01), self.distance + _BEHIND
        f = 1 / np.tan(np.deg2rad(self.field_of_view) / 2)
        projection = np.array(
            [
                [f / aspect, 0, -self.shift[0], 0],
                [0, f, -self.shift[1], 0],
                [0, 0, (far + near) / (near - far), 2 * far * near / (near - far)],
                [0, 0, -1, 0],
            ]
        )
        return projection @ view

    def seen_at(self, place: ArrayLike) -> float:
        """How much of the world the frame's height shows at the distance of a place (3,)."""
        away = float(-(np.asarray(place) - self.position) @ self.axes()[2])
        return max(away, 1e-3) * self.span / self.distance

    def rays(self, aspect: float) -> Array:
        """(3, 3), from (x, y, 1), a place in the frame in −1 … 1, to the direction (3,) in which it is seen."""
        tangent = np.tan(np.deg2rad(self.field_of_view) / 2)
        right, up, back = self.axes()
        across, along = aspect * tangent * right, tangent * up
        return np.stack([across, along, -back - self.shift[0] * across - self.shift[1] * along], axis=1)

    def project(self, points: ArrayLike, aspect: float) -> Array:
        """World points (..., 3) as (x, y, depth), each in −1 … 1 inside the frame."""
        points = np.asarray(points, dtype=np.float64)
        points = points * [1, 1, self.relief]
        clip = np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1) @ self.matrix(aspect).T
        return clip[..., :3] / clip[..., 3:]
