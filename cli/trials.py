"""What films need, done once and small: a frame of the world in OpenGL, and a clip that is encoded and read again."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np

from landscape.core.errors import RenderError

_SIZE, _FRAMES = (96, 54), 5  # pixels, and pictures of the clip


def draw_frame() -> None:
    """Draw a terrain; RenderError where nothing is seen, or OpenGL is missing."""
    from landscape import terrains
    from landscape.animations.world.camera import OrbitCamera
    from landscape.animations.world.view import World
    from landscape.figures.themes import palette

    world = World(terrains.get("saddle"), _SIZE, palette("dark"), resolution=32)
    if len(np.unique(world.frame(OrbitCamera())[..., :3].reshape(-1, 3), axis=0)) < _FRAMES:
        raise RenderError(
            "OpenGL draws one colour: install another driver (Debian, Ubuntu: apt install libgl1-mesa-dri)"
        )


def encode_clip() -> None:
    """Encode pictures as films are, and count what is read again; RenderError where that is another number."""
    import av

    file, shades = io.BytesIO(), np.linspace(0, 255, _FRAMES).astype(np.uint8)
    with av.open(file, "w", format="mp4") as target:
        stream = target.add_stream("libx264", rate=Fraction(15))
        stream.width, stream.height, stream.pix_fmt = (*_SIZE, "yuv420p")
        for shade in shades:
            picture = np.full((_SIZE[1], _SIZE[0], 3), shade)
            target.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        target.mux(stream.encode())
    file.seek(0)
    with av.open(file, "r") as source:
        found = len(list(source.decode(video=0)))
    if found != _FRAMES:
        raise RenderError(
            f"of {_FRAMES} pictures that were encoded {found} can be read: pip install --force-reinstall av"
        )
