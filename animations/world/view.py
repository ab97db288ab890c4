"""World: draws a relief, vehicles and trails into an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import ArrayLike, NDArray

from landscape.core.annotations import Floats
from landscape.figures.palettes import Palette
from landscape.terrains import Terrain

from .air import air
from .camera import OrbitCamera
from .limits import MOST_VEHICLES
from .mesh import Relief
from .painting import painted
from .pipeline import Pipeline
from .things import DESIGNED_AT, SIZE, Arrow, Becoming, Radar, Standing, Trail, Vehicle, parts, standing

_SPACING = (0.003, 0.012)  # of the points of a trail, where the terrain's longer side is 2
_FAR = 4.0  # from the middle of a terrain, whose longer side is 2
_LOOKS, _BISECTIONS, _HEADROOM = 48, 9, 0.06  # of a camera that looks for a view that is clear
_TURNS = np.array([0, 15, -15, 30, -30, 45, -45, 60, -60, 90, -90, 120, -120, 150, -150, 180])  # degrees
_ENOUGH = 0.02  # of a way, that may be hidden for a camera to stay where it is
_PLACES = 160  # on ways, that are looked for
_GRAZED = 0.004  # of the world, by which a line of sight may touch the ground
_ABOVE = 0.35  # vehicles, that arrows lie above the ground
_SEEN = 0.055  # of the frame's shorter side, as which the smallest vehicle is seen


class World:
    """An off-screen OpenGL scene of one terrain.

    Parameters
    ----------
    terrain : any Terrain, a Surface included.
    size : (width, height) of the image in pixels.
    palette : colours of ground, lines and relief.
    resolution : grid points along each side of the terrain, at least.
    height : of the relief, where its longer side is 2.
    beyond : the same loss around the terrain's domain, where it is known there by another.
    span : the losses at the bottom and at the top, so that several worlds are to one scale; the terrain's own if None.
    vehicle : how long a vehicle is, in the world's units; from far away it is drawn larger.
    scale : what its height is linear in, "linear", "sqrt" or "log" of the loss; the terrain's own if None.

    Raises RenderError, with the command that helps, where OpenGL is missing.
    """

    def __init__(
        self,
        terrain: Terrain,
        size: tuple[int, int],
        palette: Palette,
        resolution: int = 256,
        height: float = 0.6,
        scale: str | None = None,
        beyond: Terrain | None = None,
        vehicle: float = SIZE,
        span: tuple[float, float] | None = None,
    ) -> None:
        self.relief = Relief(terrain, resolution, height, scale, beyond, span)
        self.size, self.palette, self.vehicle = size, palette, vehicle

    @property
    def aspect(self) -> float:
        """Width / height of the image."""
        return self.size[0] / self.size[1]

    def drape(self, xy: ArrayLike) -> tuple[Floats, Floats]:
        """A path (n, 2) laid over the terrain: world points (m, 3), close enough to follow it, and for each its place
        along the path (m,), in rows of `xy`. It ends where the path is not finite; where it is outside of the model the
        points are nan."""
        xy = np.asarray(xy, dtype=np.float64)
        finite = np.isfinite(xy).all(axis=-1)
        xy = xy if finite.all() else xy[: np.argmin(finite)]
        if len(xy) < 2:
            return np.empty((0, 3)), np.empty(0)
        # Steps of a walk that goes far away are as short as any others that are not seen.
        flat = np.clip(self.relief.flat(xy), -_FAR, _FAR)
        gaps = np.linalg.norm(np.diff(flat, axis=0), axis=1)
        pieces = np.maximum(1, np.ceil(gaps / _SPACING[1]).astype(int))
        rows = np.concatenate([k + np.arange(n) / n for k, n in enumerate(pieces)] + [[len(xy) - 1.0]])
        fine = np.stack([np.interp(rows, np.arange(len(xy)), xy[:, axis]) for axis in (0, 1)], axis=-1)
        inside = self.relief.inside(fine)
        points = np.full((len(fine), 3), np.nan)
        points[inside] = self.relief.place(fine[inside])
        # A walk that treads on the spot has many rows where one is enough.
        kept = [0]
        for k in range(1, len(points) - 1):
            there = inside[k] and inside[kept[-1]]
            if np.abs(points[k] - points[kept[-1]]).max() >= _SPACING[0] if there else inside[k] or inside[kept[-1]]:
                kept.append(k)
        kept.append(len(points) - 1)
        return points[kept], rows[kept]

    def arrow(self, xy: ArrayLike, vector: ArrayLike, colour: str, width: float = 9.0) -> Arrow:
        """A vector (2,) of the terrain's plane at a point (2,) of it: just above the ground, as steep as that is there,
        or steeper where it would end below."""
        relief, here = self.relief, np.asarray(xy, dtype=np.float64)
        flat = relief.flat(here + np.asarray(vector)) - relief.flat(here)
        normal = relief.normal(here)
        rise = -float(flat @ normal[:2]) / float(normal[2]) if np.isfinite(normal).all() else 0.0
        foot = relief.place(here)
        with np.errstate(all="ignore"):
            under = float(relief.place(here + np.asarray(vector))[2] - foot[2])
        rise = max(rise, under) if np.isfinite(under) else rise
        return Arrow(foot + np.array([0, 0, _ABOVE * self.vehicle]), np.append(flat, rise), colour, width)

    def frame(
        self,
        camera: OrbitCamera,
        vehicles: Sequence[Vehicle] = (),
        trails: Sequence[Trail] = (),
        arrows: Sequence[Arrow] = (),
        radar: Radar | None = None,
        becoming: tuple[World, float] | None = None,
    ) -> NDArray[np.uint8]:
        """The image (height, width, 4), opaque; with `becoming`, on the way to another world of the same domain, size
        and height, and the share of it that the ground has come."""
        if len(vehicles) > MOST_VEHICLES:
            raise ValueError(f"{len(vehicles)} vehicles are not allowed: at most {MOST_VEHICLES} fit")
        gl = self._gl
        gl.begin(camera)
        feet = [(np.asarray(one.place), 0.4 * self.vehicle) for one in vehicles]
        turning = becoming and Becoming(becoming[0].relief, becoming[0].paint, becoming[1])
        bodies = [self._standing(one, camera) for one in vehicles]
        gl.draw_world(
            feet, bodies + [part for one in arrows for part in parts(one, camera, self._narrow)], radar, turning
        )
        scale, dark = min(self.size) / DESIGNED_AT, self._casing
        for trail in trails:
            points = np.asarray(trail.points)
            if len(points) >= 2:
                for wider, colour, alpha in ((4.0, dark, 0.85), (0.0, to_rgb(trail.colour), 1.0)):
                    gl.draw_trail(points, max((trail.width + wider) * scale, 1.5), (*colour, alpha))
        return gl.read()

    def clear(self, camera: OrbitCamera) -> OrbitCamera:
        """The same view from as far up as is needed to stand above the ground, and to see the target over its hills."""
        if camera.relief < 1 or not self._hidden(camera):
            return camera
        low, high = camera.elevation, 89.0
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self._hidden(replace(camera, elevation=middle)) else (low, middle)
        return replace(camera, elevation=high)

    def _hidden(self, camera: OrbitCamera) -> bool:
        eye, target = camera.position, np.array(camera.target)
        target = np.append(target[:2], max(target[2], float(self.relief.ground(target))))
        # What stands on the ground at the target hides nothing.
        share = np.linspace(0, 0.96, _LOOKS)[:, None]
        sight = (1 - share) * eye + share * target
        room = np.minimum(_HEADROOM, 0.5 * (1 - share[:, 0]) * camera.distance)
        return bool((self.relief.ground(sight) + room * (share[:, 0] < 0.5) > sight[:, 2]).any())

    def overlooking(self, ways: Sequence[ArrayLike], camera: OrbitCamera) -> OrbitCamera:
        """The same view from the side, as near as may be, from which hills hide the least of some ways (n, 2)."""
        points = np.concatenate([np.empty((0, 3)), *(self.drape(way)[0] for way in ways)])
        points = points[np.isfinite(points).all(axis=1)]
        points = points[:: max(1, len(points) // _PLACES)]
        if not len(points):
            return camera
        turned = [replace(camera, azimuth=camera.azimuth + float(turn)) for turn in _TURNS]
        hidden = np.array([self._share_hidden(points, one) for one in turned])
        return turned[int(np.argmax(hidden <= hidden.min() + _ENOUGH))]

    def _share_hidden(self, points: Floats, camera: OrbitCamera) -> float:
        """Of points (n, 3) on the ground, how many are behind hills."""
        share = np.linspace(0, 0.97, _LOOKS)[:, None, None]
        sight = (1 - share) * camera.position + share * points
        return float((self.relief.ground(sight) > sight[..., 2] + _GRAZED).any(axis=0).mean())

    def size_of(self, place: ArrayLike, camera: OrbitCamera) -> float:
        """How large a vehicle at a place (3,) is drawn, in world units: so that it is seen from far away."""
        away = camera.seen_at(np.asarray(place) * [1, 1, camera.relief])
        return max(self.vehicle, _SEEN * self._narrow * away)

    @property
    def _narrow(self) -> float:
        """The shorter side of the frame, to its height."""
        return min(1.0, self.aspect)

    def _standing(self, one: Vehicle, camera: OrbitCamera) -> Standing:
        """A vehicle as OpenGL draws it, of a size that is seen."""
        return standing(one, camera, self.size_of(one.place, camera), self.relief.sunny(one.place))

    @property
    def _casing(self) -> tuple[float, float, float]:
        """The colour around trails, which sets them off from the ground: dark, or light on light grounds."""
        return to_rgb(self.palette.ground if self.palette.is_light else self.palette.terrain[0])

    @cached_property
    def paint(self) -> NDArray[np.uint8]:
        """The ground in its light, as `painted`."""
        return painted(self.relief, self.palette.colormap, air(self.palette))

    @cached_property
    def _gl(self) -> Pipeline:
        return Pipeline(self.relief, self.paint, self.size, self.palette)
