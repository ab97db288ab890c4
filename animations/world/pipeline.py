"""The OpenGL objects of one world, and how they draw."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from itertools import product
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from landscape.core.annotations import Array
from landscape.core.errors import RenderError
from landscape.figures.palettes import Palette

from .camera import OrbitCamera
from .light import SUN, light
from .mesh import Relief

Colour = tuple[float, ...]

MOST_BALLS = 8  # as in terrain.glsl
_LEVELS = 24  # contour lines from the lowest place to the highest
_NEARER = 0.0015
_EXACT = 1.0  # pixels that triangles may lie from the terrain, where a frame shows about 2.5 of the world
_GL_HELP = "install it (Debian, Ubuntu: apt install libegl1 libgl1 libgl1-mesa-dri)"


class Pipeline:
    """Draws a frame: `begin`, then the terrain, trails and balls, then `read`."""

    def __init__(self, relief: Relief, size: tuple[int, int], palette: Palette) -> None:
        import moderngl

        self._relief, self._size, self._ground = relief, size, to_rgb(palette.ground)
        self._modes = {"depth": moderngl.DEPTH_TEST, "blend": moderngl.BLEND, "strip": moderngl.TRIANGLE_STRIP}
        self._context = context = _open_context()
        # The terrain is drawn into one picture, smoothed into the other, and the rest drawn over it, all by one depth.
        depth = context.depth_renderbuffer(size)
        self._rough = context.texture(size, 4)
        self._first, self._second = (
            context.framebuffer([target], depth) for target in (self._rough, context.renderbuffer(size, 4))
        )
        self._terrain, self._ball, self._trail, self._smooth = (
            self._program(name) for name in ("terrain", "ball", "trail", "smooth")
        )
        self._terrain["sun"] = self._ball["sun"] = tuple(SUN)
        self._terrain["ground"] = self._ground
        self._terrain["height"], self._terrain["levels"] = relief.height, _LEVELS
        self._trail["viewport"], self._trail["nearer"] = size, _NEARER

        vertices, indices = relief.triangles(2.5 * _EXACT / size[1])
        self._land = context.vertex_array(
            self._terrain,
            [(context.buffer(vertices.tobytes()), "3f 3f", "in_position", "in_outward")],
            context.buffer(indices.tobytes()),
        )
        self._segments = context.buffer(reserve=24, dynamic=True)
        self._strokes = context.vertex_array(self._trail, [(self._segments, "3f 3f/i", "in_from", "in_to")])
        self._disc, self._screen = (context.vertex_array(program, []) for program in (self._ball, self._smooth))

        colours = (255 * palette.colormap(np.linspace(0, 1, 256))).astype("u1")
        layers = [light(relief.x, relief.y, relief.z), relief.z / relief.height, relief.known]
        ground = np.stack(layers, axis=-1).astype("f4")
        self._textures = [
            context.texture((256, 1), 4, colours.tobytes()),
            context.texture(relief.z.shape[::-1], 3, ground.tobytes(), dtype="f4"),
            self._rough,
        ]
        users = ((self._terrain, "colormap"), (self._terrain, "ground_at"), (self._smooth, "picture"))
        for unit, (texture, (program, name)) in enumerate(zip(self._textures, users, strict=True)):
            texture.repeat_x = texture.repeat_y = False
            program[name] = unit
        self._terrain["extent"] = _texture_extent(relief)

    def begin(self, camera: OrbitCamera) -> None:
        """Clear the pictures and look from there."""
        self._camera, self._aspect = camera, self._size[0] / self._size[1]
        # OpenGL's first row is the lowest, and an image's the highest: so all is drawn upside down.
        matrix = (camera.matrix(self._aspect) * [[1], [-1], [1], [1]]).T.astype("f4").tobytes()
        for program in (self._terrain, self._ball, self._trail):
            program["camera"].write(matrix)
        self._terrain["relief"] = self._trail["relief"] = camera.relief
        right, up, _ = camera.axes()
        self._ball["eye"], self._ball["right"], self._ball["up"] = tuple(camera.position), tuple(right), tuple(up)
        for unit, texture in enumerate(self._textures):
            texture.use(unit)

    def draw_terrain(self, feet: Sequence[tuple[Array, float]]) -> None:
        """The relief, with the shadows of balls that stand at `feet` (3,) and have those radii; then smooth it."""
        spots = np.zeros((MOST_BALLS, 4), dtype="f4")
        for k, (foot, radius) in enumerate(feet):
            spots[k] = [*foot, radius]
        self._terrain["balls"].write(spots.tobytes())
        self._terrain["ball_count"] = len(feet)
        self._context.enable_only(self._modes["depth"])
        self._first.use()
        self._first.clear(*self._ground, float(np.dot(self._ground, (0.3, 0.6, 0.1))))
        self._land.render()

        # Smoothing costs as much as the terrain itself, so it is done only where there is some.
        self._second.use()
        self._context.enable_only(0)
        # Clearing only colours would need the depth, which both pictures share, to be masked.
        self._second.depth_mask = False
        self._second.clear(*self._ground, 1.0)
        self._second.scissor = self._box()
        self._screen.render(self._modes["strip"], vertices=3)
        self._second.scissor = None
        self._second.depth_mask = True

    def draw_trail(self, points: Array, width: float, paint: Colour) -> None:
        """A line through world points (n, 3), `width` pixels wide, with gaps where they are nan."""
        ends = np.concatenate([points[:-1], points[1:]], axis=1).astype("f4")
        ends = ends[np.isfinite(ends).all(axis=1)]
        if not len(ends):
            return
        self._segments.orphan(ends.nbytes)
        self._segments.write(ends.tobytes())
        self._trail["width"], self._trail["paint"] = width, paint
        # Tested against the depth but not written to it, so that two of them blend where they cross and a ball hides
        # the end of its own.
        self._context.enable_only(self._modes["depth"] | self._modes["blend"])
        self._second.depth_mask = False
        self._strokes.render(self._modes["strip"], vertices=4, instances=len(ends))
        self._second.depth_mask = True

    def draw_ball(self, centre: Array, radius: float, paint: Colour, casing: Colour) -> None:
        """A ball at a place of the world, which is not flattened with the relief."""
        away = float(np.linalg.norm(self._camera.position - centre))
        pixel = away * self._camera.span / self._camera.distance / self._size[1]
        self._ball["centre"], self._ball["radius"], self._ball["pixel"] = tuple(centre), radius, pixel
        self._ball["paint"], self._ball["casing"] = paint[:3], casing[:3]
        self._context.enable_only(self._modes["depth"] | self._modes["blend"])
        self._disc.render(self._modes["strip"], vertices=4)

    def read(self) -> NDArray[np.uint8]:
        """The picture (height, width, 4)."""
        width, height = self._size
        pixels = np.frombuffer(self._second.read(components=4, alignment=1), dtype=np.uint8)
        return pixels.reshape(height, width, 4)

    def _box(self) -> tuple[int, int, int, int]:
        """The part of the picture that the relief lies in: left, bottom, width, height in pixels."""
        relief = self._relief
        sides = ((relief.x[0], relief.x[-1]), (relief.y[0], relief.y[-1]), (relief.base, relief.height))
        seen = self._camera.project(np.array(list(product(*sides))), self._aspect)[:, :2] * [1, -1]
        corners = (0.5 + 0.5 * np.array([seen.min(axis=0), seen.max(axis=0)])) * self._size
        low, high = np.clip(corners + np.array([[-2], [2]]), 0, self._size).astype(int)
        return int(low[0]), int(low[1]), int(max(high[0] - low[0], 1)), int(max(high[1] - low[1], 1))

    def _program(self, name: str) -> Any:
        source = (resources.files(__package__) / f"{name}.glsl").read_text(encoding="utf-8")
        version, _, body = source.partition("\n")
        stages = {f"{stage}_shader": f"{version}\n#define {stage.upper()}\n{body}" for stage in ("vertex", "fragment")}
        return self._context.program(**stages)


def _texture_extent(relief: Relief) -> tuple[float, float, float, float]:
    """Of a texture with a texel for each grid point: where it begins, and the reciprocals of its sides."""
    starts, sides = [], []
    for axis in (relief.x, relief.y):
        gap = axis[1] - axis[0]
        starts.append(float(axis[0] - gap / 2))
        sides.append(float(1 / (gap * len(axis))))
    return (*starts, *sides)  # type: ignore[return-value]


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
