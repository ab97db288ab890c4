"""World: draws a relief, balls and trails into an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import ArrayLike, NDArray

from landscape.core.annotations import Floats
from landscape.figures.palettes import Palette
from landscape.terrains import Terrain

from .camera import OrbitCamera
from .mesh import Relief
from .models import PHASES
from .pipeline import MOST_BALLS, Pipeline, Standing

_SPACING = (0.003, 0.012)  # of the points of a trail, where the terrain's longer side is 2
_FAR = 4.0  # from the middle of a terrain, whose longer side is 2
_LOOKS, _BISECTIONS, _HEADROOM = 48, 9, 0.06  # of a camera that looks for a view that is clear
SIZE = 0.09  # of a vehicle, where the terrain's longer side is 2
_SEEN = 0.055  # of the frame's height, as which the smallest vehicle is seen
_STRIDE = 1.6  # lengths of a walker that two of its steps take
_DESIGNED_AT = 1080  # rows of the image that widths in pixels are meant for


@dataclass(frozen=True, eq=False)
class Ball:
    """A ball resting on the terrain at `xy` (2,), in a colour; `radius` is in world units."""

    xy: ArrayLike
    colour: str
    radius: float = 0.045


@dataclass(frozen=True, eq=False)
class Vehicle:
    """What travels at a place (3,) of the world, in a colour: `kind` is one of "walker", "ball" and "car".

    forward, up : (3,), where it looks, and where its roof is. size : its length, in world units. travelled : the way
    that it has come, in its lengths, by which it walks or rolls.
    """

    kind: str
    place: ArrayLike
    forward: ArrayLike
    up: ArrayLike
    colour: str
    size: float = SIZE
    travelled: float = 0.0


@dataclass(frozen=True, eq=False)
class Trail:
    """A line through world points (n, 3), as from `World.drape`; `width` is in pixels at 1080p."""

    points: ArrayLike
    colour: str
    width: float = 7.0


class World:
    """An off-screen OpenGL scene of one terrain.

    Parameters
    ----------
    terrain : any Terrain, a Surface included.
    size : (width, height) of the image in pixels.
    palette : colours of ground, lines and relief.
    resolution : grid points along each side of the terrain, at least.
    height : of the relief, where its longer side is 2.
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
    ) -> None:
        self.relief = Relief(terrain, resolution, height, scale)
        self.size, self.palette = size, palette

    @property
    def aspect(self) -> float:
        """Width / height of the image."""
        return self.size[0] / self.size[1]

    def centre(self, ball: Ball, relief: float = 1.0) -> Floats:
        """World coordinates (3,) of a ball's centre: its radius above the surface, along the normal."""
        upright = np.array([0.0, 0.0, 1.0])
        normal = relief * self.relief.normal(ball.xy) + (1 - relief) * upright
        # Beside a hole nobody knows where the ground leans to.
        normal = normal if np.isfinite(normal).all() else upright
        foot = self.relief.place(ball.xy) * [1, 1, relief]
        return np.asarray(foot + ball.radius * normal / np.linalg.norm(normal))

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

    def frame(
        self,
        camera: OrbitCamera,
        balls: Sequence[Ball] = (),
        trails: Sequence[Trail] = (),
        vehicles: Sequence[Vehicle] = (),
    ) -> NDArray[np.uint8]:
        """The image (height, width, 4), opaque."""
        if (count := len(balls) + len(vehicles)) > MOST_BALLS:
            raise ValueError(f"{count} vehicles and balls are not allowed: at most {MOST_BALLS} fit")
        gl, relief = self._gl, camera.relief
        gl.begin(camera)
        feet = [(self.relief.place(ball.xy), ball.radius) for ball in balls]
        feet += [(np.asarray(one.place), 0.4 * one.size) for one in vehicles]
        gl.draw_world(feet, [self._standing(one, camera) for one in vehicles])
        scale, dark = self.size[1] / _DESIGNED_AT, self._casing
        for trail in trails:
            points = np.asarray(trail.points)
            if len(points) >= 2:
                for wider, colour, alpha in ((4.0, dark, 0.85), (0.0, to_rgb(trail.colour), 1.0)):
                    gl.draw_trail(points, max((trail.width + wider) * scale, 1.5), (*colour, alpha))
        for ball in balls:
            gl.draw_ball(self.centre(ball, relief), ball.radius, to_rgb(ball.colour), dark)
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

    def size_of(self, place: ArrayLike, camera: OrbitCamera, size: float = SIZE) -> float:
        """How large a vehicle at a place (3,) is drawn, in world units: so that it is seen from far away."""
        return max(size, _SEEN * camera.seen_at(np.asarray(place) * [1, 1, camera.relief]))

    def _standing(self, one: Vehicle, camera: OrbitCamera) -> Standing:
        """A vehicle as OpenGL draws it: upright on its ground, and of a size that is seen."""
        up = np.asarray(one.up, dtype=np.float64) * [camera.relief, camera.relief, 1]
        up /= np.linalg.norm(up)
        left = np.cross(up, np.asarray(one.forward))
        left /= max(float(np.linalg.norm(left)), 1e-12)
        turn = np.stack([np.cross(left, up), left, up], axis=1)
        place = np.asarray(one.place) * [1, 1, camera.relief]
        size = self.size_of(one.place, camera, one.size)
        if one.kind == "ball":
            place, angle = place + size / 2 * up, 2 * one.travelled
            c, s = np.cos(angle), np.sin(angle)
            turn = turn @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
        frame = np.eye(4)
        frame[:3, :3], frame[:3, 3] = size * turn, place
        phase = int(one.travelled / _STRIDE * PHASES) % PHASES if one.kind == "walker" else 0
        return Standing(one.kind, phase, frame, to_rgb(one.colour), self.relief.sunny(one.place))

    @property
    def _casing(self) -> tuple[float, float, float]:
        """The colour around trails and balls, which sets them off from the ground: dark, or light on light grounds."""
        return to_rgb(self.palette.ground if self.palette.is_light else self.palette.terrain[0])

    @cached_property
    def _gl(self) -> Pipeline:
        return Pipeline(self.relief, self.size, self.palette)
