"""World: draws a relief, balls and trails into an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import ArrayLike, NDArray

from landscape.errors import RenderError
from landscape.figures.palette import Palette
from landscape.terrains import Terrain

from .camera import OrbitCamera
from .mesh import Relief, sphere

Array = NDArray[Any]

_MOST_BALLS = 8  # as in terrain.glsl
_LEVELS = 24
_NEARER = 0.0015
_GL_HELP = "install it (Debian, Ubuntu: apt install libegl1 libgl1 libgl1-mesa-dri)"


@dataclass(frozen=True)
class Ball:
    """A ball resting on the terrain at `xy` (2,), in a colour; `radius` is in world units."""

    xy: ArrayLike
    colour: str
    radius: float = 0.045


@dataclass(frozen=True)
class Trail:
    """A line on the terrain through world points (n, 3), made by `World.drape`; `width` is in pixels at 1080p."""

    points: Array
    colour: str
    width: float = 7.0


class World:
    """An off-screen OpenGL scene of one terrain.

    Parameters
    ----------
    terrain : any Terrain, a Surface included.
    size : (width, height) of the image in pixels.
    palette : colours of ground, lines and relief.
    resolution : grid points along the terrain's longer side; if None, as many as the image's size deserves, up to 256.
    height : of the relief, where its longer side is 2.
    samples : anti-aliasing samples a pixel.

    Raises RenderError, with the command that helps, where OpenGL is missing.
    """

    def __init__(
        self,
        terrain: Terrain,
        size: tuple[int, int],
        palette: Palette,
        resolution: int | None = None,
        height: float = 0.6,
        samples: int = 4,
    ) -> None:
        # On software OpenGL a frame's cost is that of its triangles.
        self.relief = Relief(terrain, resolution or min(256, size[1] * 3 // 10), height)
        self.size, self.palette, self._samples = size, palette, samples

    @property
    def aspect(self) -> float:
        """Width / height of the image."""
        return self.size[0] / self.size[1]

    def centre(self, ball: Ball) -> Array:
        """World coordinates (3,) of a ball's centre: its radius above the surface, along the normal."""
        return self.relief.place(ball.xy) + ball.radius * self.relief.normal(ball.xy)

    def drape(self, xy: ArrayLike, spacing: float = 0.01) -> tuple[Array, Array]:
        """A path (n, 2) laid over the terrain: world points (m, 3) at most `spacing` apart where the path runs on the
        model, and for each its place along the path (m,), in rows of `xy`. It ends where the path is not finite or
        leaves the model."""
        xy = np.asarray(xy, dtype=np.float64)
        outside = np.flatnonzero(~self.relief.inside(xy))
        xy = xy[: outside[0]] if len(outside) else xy
        if len(xy) < 2:
            return np.empty((0, 3)), np.empty(0)
        scale = 2 / max(high - low for low, high in self.relief.terrain.domain)
        gaps = np.linalg.norm(np.diff(xy, axis=0), axis=1) * scale
        pieces = np.maximum(1, np.ceil(gaps / spacing).astype(int))
        rows = np.concatenate([k + np.arange(n) / n for k, n in enumerate(pieces)] + [[len(xy) - 1.0]])
        fine = np.stack([np.interp(rows, np.arange(len(xy)), xy[:, axis]) for axis in (0, 1)], axis=-1)
        return self.relief.place(fine), rows

    def frame(self, camera: OrbitCamera, balls: Sequence[Ball] = (), trails: Sequence[Trail] = ()) -> NDArray[np.uint8]:
        """The image (height, width, 4), opaque."""
        if len(balls) > _MOST_BALLS:
            raise ValueError(f"{len(balls)} balls are not allowed: at most {_MOST_BALLS} fit")
        gl, context = self._gl, self._gl.context
        matrix = camera.matrix(self.aspect).T.astype("f4").tobytes()
        centres = [self.centre(ball) for ball in balls]

        gl.target.use()
        context.enable(gl.DEPTH_TEST)
        context.clear(*to_rgb(self.palette.ground), 1.0)

        gl.terrain["camera"].write(matrix)
        gl.terrain["eye"] = tuple(camera.position)
        gl.terrain["ball_count"] = len(balls)
        spots = np.zeros((_MOST_BALLS, 4), dtype="f4")
        for k, (ball, centre) in enumerate(zip(balls, centres, strict=True)):
            spots[k] = [*centre, ball.radius]
        gl.terrain["balls"].write(spots.tobytes())
        gl.relief.render()

        # Trails are tested against the depth but write none, so that two of them blend where they cross
        # and a ball hides the end of its own.
        gl.target.depth_mask = False
        context.enable(gl.BLEND)
        gl.trail["camera"].write(matrix)
        for trail in trails:
            if len(trail.points) < 2:
                continue
            ends = np.concatenate([trail.points[:-1], trail.points[1:]], axis=1).astype("f4")
            gl.segments.orphan(ends.nbytes)
            gl.segments.write(ends.tobytes())
            scale = self.size[1] / 1080
            casing = to_rgb(self.palette.terrain[0] if self.palette.ground < "#888888" else self.palette.ground)
            for extra, paint in ((5.0, (*casing, 0.85)), (0.0, (*to_rgb(trail.colour), 1.0))):
                gl.trail["width"] = max((trail.width + extra) * scale, 1.5)
                gl.trail["paint"] = paint
                gl.strokes.render(gl.TRIANGLE_STRIP, vertices=4, instances=len(ends))
        context.disable(gl.BLEND)
        gl.target.depth_mask = True

        gl.ball["camera"].write(matrix)
        gl.ball["eye"] = tuple(camera.position)
        for ball, centre in zip(balls, centres, strict=True):
            gl.ball["centre"], gl.ball["radius"], gl.ball["paint"] = tuple(centre), ball.radius, to_rgb(ball.colour)
            gl.sphere.render()

        context.copy_framebuffer(gl.resolved, gl.target)
        width, height = self.size
        pixels = np.frombuffer(gl.resolved.read(components=4, alignment=1), dtype=np.uint8)
        # OpenGL's first row is the lowest.
        return np.ascontiguousarray(pixels.reshape(height, width, 4)[::-1])

    @cached_property
    def _gl(self) -> _Pipeline:
        return _Pipeline(self)


class _Pipeline:
    """The OpenGL objects of one world."""

    def __init__(self, world: World) -> None:
        import moderngl

        self.DEPTH_TEST, self.BLEND, self.TRIANGLE_STRIP = moderngl.DEPTH_TEST, moderngl.BLEND, moderngl.TRIANGLE_STRIP
        self.context = context = _open_context()
        samples = min(world._samples, context.max_samples)
        self.target = context.framebuffer(
            [context.renderbuffer(world.size, 4, samples=samples)],
            context.depth_renderbuffer(world.size, samples=samples),
        )
        self.resolved = context.framebuffer([context.renderbuffer(world.size, 4)])

        self.terrain, self.ball, self.trail = (self._program(name) for name in ("terrain", "ball", "trail"))
        sun = np.array([-0.45, 0.35, 0.82])
        self.terrain["sun"] = self.ball["sun"] = tuple(sun / np.linalg.norm(sun))
        self.terrain["line_colour"] = to_rgb(world.palette.terrain[0])
        self.terrain["ground"] = to_rgb(world.palette.ground)
        self.terrain["height"] = world.relief.height
        self.terrain["levels"] = _LEVELS
        self.trail["viewport"] = world.size
        self.trail["nearer"] = _NEARER

        vertices, indices = world.relief.triangles()
        self.relief = context.vertex_array(
            self.terrain,
            [(context.buffer(vertices.tobytes()), "3f 3f", "in_position", "in_normal")],
            context.buffer(indices.tobytes()),
        )
        points, indices = sphere()
        self.sphere = context.vertex_array(
            self.ball, [(context.buffer(points.tobytes()), "3f", "in_position")], context.buffer(indices.tobytes())
        )
        self.segments = context.buffer(reserve=24, dynamic=True)
        self.strokes = context.vertex_array(self.trail, [(self.segments, "3f 3f/i", "in_from", "in_to")])

        colours = (255 * world.palette.colormap(np.linspace(0, 1, 256))).astype("u1")
        self.colormap = context.texture((256, 1), 4, colours.tobytes())
        self.colormap.repeat_x = False
        self.colormap.use(0)

    def _program(self, name: str) -> Any:
        source = (resources.files(__package__) / f"{name}.glsl").read_text()
        version, _, body = source.partition("\n")
        stages = {f"{stage}_shader": f"{version}\n#define {stage.upper()}\n{body}" for stage in ("vertex", "fragment")}
        return self.context.program(**stages)


def _open_context() -> Any:
    """An OpenGL 3.3 context without a window: EGL on Linux, the system's own elsewhere."""
    import sys

    import moderngl

    try:
        if sys.platform.startswith("linux"):
            # By the names that the run-time packages install; the bare ones come with development packages only.
            libraries: Any = {"backend": "egl", "libgl": "libGL.so.1", "libegl": "libEGL.so.1"}
            return moderngl.create_standalone_context(**libraries)
        return moderngl.create_standalone_context()
    except Exception as error:  # glcontext raises bare Exceptions
        raise RenderError(f"OpenGL cannot be opened ({error}): {_GL_HELP}") from error
