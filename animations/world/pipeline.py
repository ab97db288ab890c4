"""The OpenGL objects of one world, and how they draw."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from landscape.core.annotations import Array
from landscape.core.errors import RenderError
from landscape.figures.palettes import Palette

from .air import air
from .camera import OrbitCamera
from .horizon import growth_of
from .light import SUN
from .mesh import Relief
from .models import model
from .things import Becoming, Colour, Radar, Standing

_LEVELS = 24  # contour lines from the lowest place to the highest
_NEARER = 0.0015
_CLEAR = 0.9  # of the way to what the camera looks at, up to which there is no haze
_PAINTS = ((0.09, 0.10, 0.13), (0.93, 0.93, 0.90), (0.80, 0.58, 0.44))  # of models, after a walker's own
_STAGES = ("vertex", "fragment")
_EVERY = 2  # grid points, of those that triangles have which must do for two grounds
_EXACT = 0.4  # pixels that triangles may lie from the terrain, where a frame shows about 2.5 of the world
_GL_HELP = "install it (Debian, Ubuntu: apt install libegl1 libgl1 libgl1-mesa-dri)"


class Pipeline:
    """Draws a frame: `begin`, then the world, trails, then `read`."""

    def __init__(self, relief: Relief, paint: NDArray[np.uint8], size: tuple[int, int], palette: Palette) -> None:
        import moderngl

        self._relief, self._size = relief, size
        modes = ("DEPTH_TEST", "BLEND", "TRIANGLE_STRIP")
        self._modes = {name: getattr(moderngl, name) for name in modes}
        self._context = context = _open_context()
        context.depth_func = "<="
        # The world is drawn into one picture, smoothed into the other, and lines drawn over it, all by one depth.
        depth = context.depth_renderbuffer(size)
        self._rough = context.texture(size, 4)
        picture = context.renderbuffer(size, 4)
        self._first, self._second = (context.framebuffer([target], depth) for target in (self._rough, picture))
        self._plain = context.framebuffer([picture])
        self._values: dict[str, Any] = {}
        self._programs = {name: self._program(name) for name in ("sky", "trail", "smooth", "vehicle")}
        sky, self._trail, smooth, self._vehicle = self._programs.values()
        around = air(palette)
        self._tell("sun", tuple(SUN))
        self._tell("paper", to_rgb(palette.ground))
        for name, colour in vars(around).items():
            self._tell(name, colour)
        self._tell("half_sides", tuple(relief.half))
        self._tell("growth", tuple(growth_of(float(half)) for half in relief.half))
        self._tell("levels", _LEVELS)
        self._tell("texels", len(relief.x))
        self._tell("far", float(relief.x[-1]))
        self._tell("viewport", size)
        self._tell("rows", float(size[1]))
        self._tell("nearer", _NEARER)

        vertices, indices = relief.triangles(2.5 * _EXACT / size[1])
        self._mesh = context.buffer(vertices.tobytes()), context.buffer(indices.tobytes())
        self._lands: dict[tuple[int, ...], tuple[Any, Any]] = {}
        self._models: dict[tuple[str, int], Any] = {}
        self._segments = context.buffer(reserve=24, dynamic=True)
        self._strokes = context.vertex_array(self._trail, [(self._segments, "3f 3f/i", "in_from", "in_to")])
        self._screen, self._heavens = (context.vertex_array(one, []) for one in (smooth, sky))

        colours = (255 * palette.colormap(np.linspace(0, 1, 256))).astype("u1")
        self._smooth = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        self._textures: list[Any] = []
        self._put("colormap", context.texture((256, 1), 4, colours.tobytes()))
        self._put("picture", self._rough)
        self._put_ground("at", relief, paint)
        self._own = len(self._textures)  # those that come later are of what it becomes
        self._becoming: Relief | None = None

    def begin(self, camera: OrbitCamera) -> None:
        """Look from there."""
        self._camera, self._aspect = camera, self._size[0] / self._size[1]
        # OpenGL's first row is the lowest, and an image's the highest: so all is drawn upside down.
        matrix = (camera.matrix(self._aspect) * [[1], [-1], [1], [1]]).T.astype("f4").tobytes()
        self._tell("camera", matrix)
        rays = camera.rays(self._aspect) * [1, -1, 1]
        self._tell("rays", rays.T.astype("f4").tobytes())
        right, up, _ = camera.axes()
        self._tell("relief", camera.relief)
        self._tell("eye", tuple(camera.position))
        self._tell("right", tuple(right))
        self._tell("up", tuple(up))
        self._tell("clear", _CLEAR * camera.distance)
        for unit, texture in enumerate(self._textures):
            texture.use(unit)

    def draw_world(
        self,
        feet: Sequence[tuple[Array, float]],
        standing: Sequence[Standing],
        radar: Radar | None,
        becoming: Becoming | None,
    ) -> None:
        """Ground and sky, with the shadows of what stands at `feet` (3,) and has those radii, the beam of a radar, and
        models; then smooth it."""
        kind = (self._camera.relief < 1, radar is not None, len(feet), becoming is not None)
        if becoming is not None:
            self._become(becoming)
        program, land = self._land(*map(int, kind))
        if feet:
            program["feet"].write(np.array([[*foot, radius] for foot, radius in feet], dtype="f4").tobytes())
        if radar is not None:
            program["radar"] = (*radar.place[:2], radar.reach, radar.turn)
            program["beam"] = to_rgb(radar.colour)
        self._context.enable_only(self._modes["DEPTH_TEST"])
        self._first.use()
        self._first.clear()
        land.render()
        for one in standing:
            self._draw_model(one)
        self._heavens.render(self._modes["TRIANGLE_STRIP"], vertices=3)

        # Copied first, and then drawn anew at edges alone.
        self._context.copy_framebuffer(self._plain, self._first)
        self._second.use()
        self._context.enable_only(0)
        # Its depth, which both pictures share, stays as it is.
        self._second.depth_mask = False
        self._screen.render(self._modes["TRIANGLE_STRIP"], vertices=3)
        self._second.depth_mask = True

    def _draw_model(self, one: Standing) -> None:
        program = self._vehicle
        program["model"].write(one.frame.T.astype("f4").tobytes())
        program["paints"].write(np.array([one.colour, *_PAINTS], dtype="f4").tobytes())
        program["shade"], program["own"] = one.shade, one.glow
        if (key := (one.kind, one.phase)) not in self._models:
            buffer = self._context.buffer(model(*key).vertices.tobytes())
            self._models[key] = self._context.vertex_array(
                program, [(buffer, "3f 3f 1f", "in_position", "in_normal", "in_paint")]
            )
        self._models[key].render()

    def draw_trail(self, points: Array, width: float, paint: Colour) -> None:
        """A line through world points (n, 3), `width` pixels wide, with gaps where they are nan."""
        ends = np.concatenate([points[:-1], points[1:]], axis=1).astype("f4")
        ends = ends[np.isfinite(ends).all(axis=1)]
        if not len(ends):
            return
        self._segments.orphan(ends.nbytes)
        self._segments.write(ends.tobytes())
        self._trail["width"], self._trail["paint"] = width, paint
        # Tested against the depth but not written to it, so that two of them blend where they cross.
        self._context.enable_only(self._modes["DEPTH_TEST"] | self._modes["BLEND"])
        self._second.depth_mask = False
        self._strokes.render(self._modes["TRIANGLE_STRIP"], vertices=4, instances=len(ends))
        self._second.depth_mask = True

    def read(self) -> NDArray[np.uint8]:
        """The picture (height, width, 4)."""
        width, height = self._size
        pixels = np.frombuffer(self._second.read(components=4, alignment=1), dtype=np.uint8)
        return pixels.reshape(height, width, 4)

    def _put(self, name: str, texture: Any) -> None:
        """Let all programs find a texture by a name."""
        texture.repeat_x = texture.repeat_y = False
        texture.use(len(self._textures))
        self._tell(name, len(self._textures))
        self._textures.append(texture)

    def _put_ground(self, end: str, relief: Relief, paint: NDArray[np.uint8]) -> None:
        """The heights and the paint of a relief, for names with that end."""
        context = self._context
        heights = (relief.z / relief.height).astype("f4").tobytes()
        self._put(f"height_{end}", context.texture(relief.z.shape[::-1], 1, heights, dtype="f4"))
        texture = context.texture(paint.shape[1::-1], 4, paint.tobytes())
        texture.build_mipmaps()
        texture.filter = self._smooth
        self._put(f"paint_{end}", texture)

    def _become(self, becoming: Becoming) -> None:
        """Have the other ground at hand, and its share."""
        if self._becoming is not becoming.relief:
            self._becoming = becoming.relief
            del self._textures[self._own :]
            self._put_ground("to", becoming.relief, becoming.paint)
            self._tell("tall", self._relief.height)
        self._tell("become", becoming.share)

    def _land(self, *key: int) -> tuple[Any, Any]:
        """The program and the triangles of the ground, for what a frame shows: as a map, with a radar, with so many
        vehicles, becoming another."""
        if key not in self._lands:
            wanted = dict(zip(("MAP", "RADAR", "STANDING", "MORPH"), key, strict=True))
            holes = int(not self._relief.known.all())
            program = self._programs[f"terrain {key}"] = self._program("terrain", HOLES=holes, **wanted)
            vertices, indices = self._grid if key[-1] else self._mesh
            content = [(vertices, "3f", "in_position")]
            self._lands[key] = program, self._context.vertex_array(program, content, indices)
        return self._lands[key]

    @cached_property
    def _grid(self) -> tuple[Any, Any]:
        """Vertices and triangles of a regular grid, as few triangles for one ground are not so for another."""
        relief = self._relief
        rows, columns = (np.arange(0, len(axis), _EVERY) for axis in (relief.y, relief.x))
        x, y = np.meshgrid(relief.x[columns], relief.y[rows])
        vertices = np.stack([x, y, 0 * x], axis=-1).astype("f4")
        corner = np.arange(x.size, dtype="i4").reshape(x.shape)[:-1, :-1].ravel()
        across = x.shape[1]
        faces = corner[:, None] + np.array([0, 1, across, 1, across + 1, across], dtype="i4")
        return self._context.buffer(vertices.tobytes()), self._context.buffer(faces.tobytes())

    def _tell(self, name: str, value: Any) -> None:
        """Set a uniform of all programs that have it, and of those that come."""
        self._values[name] = value
        for program in self._programs.values():
            _set(program, name, value)

    def _program(self, name: str, **defined: int) -> Any:
        air, body = (
            (resources.files(__package__) / f"{one}.glsl").read_text(encoding="utf-8") for one in ("air", name)
        )
        head = "".join(f"#define {key} {value}\n" for key, value in defined.items())
        stages = {f"{stage}_shader": f"#version 400\n#define {stage.upper()}\n{head}{air}{body}" for stage in _STAGES}
        program = self._context.program(**stages)
        for key, value in self._values.items():
            _set(program, key, value)
        return program


def _set(program: Any, name: str, value: Any) -> None:
    """A uniform, if the program has it."""
    if name in program:
        if isinstance(value, bytes):
            program[name].write(value)
        else:
            program[name] = value


def _open_context() -> Any:
    """An OpenGL 4.0 context without a window: EGL on Linux, the system's own elsewhere."""
    import sys

    import moderngl

    try:
        if sys.platform.startswith("linux"):
            # By the names that the run-time packages install; the bare ones come with development packages only.
            libraries: Any = {"require": 400, "backend": "egl", "libgl": "libGL.so.1", "libegl": "libEGL.so.1"}
            return moderngl.create_standalone_context(**libraries)
        return moderngl.create_standalone_context(require=400)
    except Exception as error:  # glcontext raises bare Exceptions
        raise RenderError(f"OpenGL cannot be opened ({error}): {_GL_HELP}") from error
