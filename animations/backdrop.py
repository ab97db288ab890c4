"""Manim's camera and renderer, taught to put a moving 3-D world behind everything else.

Manim bakes what does not move, its background included, into one image a play. Here the bake is transparent, and every
frame is composed anew: the world, the baked overlay, what moves.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary

import cairo
import numpy as np
from manim import Camera, ImageMobject, Mobject, Scene
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


class WorldCamera(Camera):
    """A manim camera whose background may be a function that gives the current frame, (height, width, 4), or a smaller
    one of the same shape."""

    backdrop: Callable[[], Pixels] | None = None
    baking = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Of images, their pixels and the same times alpha.
        self._images: WeakKeyDictionary[ImageMobject, tuple[Pixels, Pixels]] = WeakKeyDictionary()

    def reset(self) -> WorldCamera:
        if self.backdrop is None:
            super().reset()
        elif self.baking:
            self.pixel_array[:] = 0
        else:
            self._lay(self.backdrop())
        return self

    def set_frame_to_background(self, background: Pixels) -> None:
        if self.backdrop is None:
            super().set_frame_to_background(background)
            return
        self._lay(self.backdrop())
        frame = _surface(self.pixel_array)
        context = cairo.Context(frame)
        context.set_source_surface(_surface(background))
        context.paint()
        frame.flush()

    def _lay(self, picture: Pixels) -> None:
        """Put a picture under all that is drawn, stretched if it is smaller."""
        if picture.shape == self.pixel_array.shape:
            self.pixel_array[:] = picture
            return
        frame, source = _surface(self.pixel_array), _surface(np.require(picture, requirements=["C", "W"]))
        context = cairo.Context(frame)
        context.scale(frame.get_width() / source.get_width(), frame.get_height() / source.get_height())
        context.set_source_surface(source)
        context.get_source().set_filter(cairo.Filter.BILINEAR)
        # Beyond its border is what lies at it, not nothing.
        context.get_source().set_extend(cairo.Extend.PAD)
        context.set_operator(cairo.Operator.SOURCE)
        context.paint()
        frame.flush()

    def _multiplied(self, image: ImageMobject) -> Pixels:
        """Colours times their alpha, as cairo wants them; made once for an image that does not change."""
        pixels = image.get_pixel_array()
        before, made = self._images.get(image, (None, pixels))
        # Manim fades images in place, so the array being the same says nothing.
        if before is None or not np.array_equal(before, pixels):
            colours = (pixels[..., :3] * (pixels[..., 3:] / 255)).astype(np.uint8)
            made = np.ascontiguousarray(np.concatenate([colours, pixels[..., 3:]], axis=-1))
            self._images[image] = (pixels.copy(), made)
        return made

    def display_image_mobject(self, image_mobject: ImageMobject, pixel_array: Pixels) -> None:
        """Draw an upright image with cairo, in place of manim's slower path, which Pillow 13 no longer runs."""
        image = self._multiplied(image_mobject)
        height, width = image.shape[:2]
        upper_left, upper_right, lower_left = image_mobject.points[:3]

        context = self.get_cairo_context(pixel_array)
        context.save()
        context.translate(*upper_left[:2])
        context.scale((upper_right - upper_left)[0] / width, (lower_left - upper_left)[1] / height)
        context.set_source_surface(cairo.ImageSurface.create_for_data(image.data, cairo.FORMAT_ARGB32, width, height))
        context.get_source().set_filter(cairo.Filter.GOOD)
        context.paint()
        context.restore()


def _surface(pixels: Pixels) -> cairo.ImageSurface:
    height, width = pixels.shape[:2]
    return cairo.ImageSurface.create_for_data(pixels.data, cairo.FORMAT_ARGB32, width, height)


class FilmWriter(SceneFileWriter):
    """Manim's writer with a faster encoder; films like these, of plain areas and soft slopes, become smaller too."""

    def open_partial_movie_stream(self, *given: Any, **kwargs: Any) -> None:
        super().open_partial_movie_stream(*given, **kwargs)
        job = self._current_encode_job
        # Of manim up to 0.21, and since.
        stream = job.stream if hasattr(job, "stream") else job.encoder._stream
        codec = stream.codec_context
        if codec.name == "libvpx-vp9":
            codec.options |= {"deadline": "realtime", "cpu-used": "6"}
        if codec.name == "libx264":
            # What this preset leaves out and costs little, arithmetic coding and smooth edges of blocks, is put in.
            codec.options |= {"preset": "ultrafast", "crf": "23", "x264-params": "cabac=1:deblock=0,0"}
            # Where films share the cores, more threads for one only wait for each other.
            codec.thread_count = int(os.environ.get("LP_NUM_THREADS", "0"))


class WorldRenderer(CairoRenderer):
    """Manim's renderer with a `WorldCamera`."""

    camera: WorldCamera
    report: Callable[[float], None] | None = None  # told the time after every frame

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"camera_class": WorldCamera, "file_writer_class": FilmWriter} | kwargs))

    def save_static_frame_data(self, scene: Scene, static_mobjects: Iterable[Mobject]) -> Pixels | None:
        self.camera.baking = True
        try:
            return super().save_static_frame_data(scene, static_mobjects)
        finally:
            self.camera.baking = False

    def update_frame(self, scene: Scene, mobjects: Iterable[Mobject] | None = None, **kwargs: Any) -> None:
        # Manim would draw everything again over the bake when nothing moves, and so darken what is translucent.
        if self.static_image is not None and mobjects is not None and not list(mobjects):
            self.camera.set_frame_to_background(self.static_image)
            return
        super().update_frame(scene, mobjects, **kwargs)

    def add_frame(self, frame: Pixels, num_frames: int = 1) -> None:
        super().add_frame(frame, num_frames)
        if self.report is not None:
            self.report(self.time)
