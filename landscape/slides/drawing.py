"""Pictures and posters as bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from math import ceil
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from .. import figures
from ..core.errors import LandscapeError
from ..figures.saving import svg as vector
from ..figures.saving import write
from ..files.opening import opened, whole
from .parts import Clip, Look, Picture

# Inches of a figure across a slide: wider than the slide, so that the figures' type comes out a little smaller than
# that of the slide. A picture that is not wide stands beside text, and has no type.
_ACROSS, _BESIDE = 15.0, 8.0
_WIDE = 1.3  # width over height
_PIXELS = 1920  # across, at the least
_DPI = 150


def png(picture: Picture, look: Look, aspect: float, transparent: bool = False) -> bytes:
    """The picture in a shape (width over height), at least 1920 pixels wide."""
    with _drawn(picture, look, aspect) as figure:
        file = BytesIO()
        dpi = max(_DPI, ceil(_PIXELS / figure.get_figwidth()))
        write(figure, file, format="png", dpi=dpi, transparent=transparent)
        return file.getvalue()


def svg(picture: Picture, look: Look, aspect: float) -> bytes:
    """The picture as an SVG document that brings its fonts along."""
    with _drawn(picture, look, aspect) as figure:
        return vector(figure).encode()


@contextmanager
def _drawn(picture: Picture, look: Look, aspect: float) -> Iterator[Figure]:
    """The figure, inside its style."""
    width = _ACROSS if aspect > _WIDE else _BESIDE
    with figures.style(look.theme, "slide", look.lang), plt.rc_context({"figure.figsize": (width, width / aspect)}):
        figure = picture.draw()
        yield figure
        plt.close(figure)


def size(image: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels."""
    from PIL import Image

    with Image.open(BytesIO(image)) as picture:
        picture.load()
        return picture.width, picture.height


def poster(clip: Clip) -> bytes:
    """The still that stands for a clip: the PNG file of its name beside it, as `animations.render` leaves there, or its
    first frame. LandscapeError if the clip cannot be read, or neither can be shown."""
    beside = clip.file.with_suffix(".png")
    try:
        # A film that has a still is put in as it is; whether it can be read is better known before the deck is made.
        with opened(clip.file):
            still = whole(beside) if beside.exists() else _first_frame(clip.file)
        size(still)
    # What PIL and av raise depends on where the damage lies; and PIL's words are on where that lay in memory.
    except Exception as error:
        reason = getattr(error, "strerror", None) or f"'{beside if beside.exists() else clip.file}' cannot be read"
        raise LandscapeError(f"cannot use clip '{clip.file}': {reason}") from error
    return still


def _first_frame(film: Path) -> bytes:
    """ValueError if it has none."""
    import av
    from PIL import Image

    with av.open(str(film)) as source:
        for frame in source.decode(video=0) if source.streams.video else ():
            Image.fromarray(frame.to_ndarray(format="rgb24")).save(file := BytesIO(), "PNG")
            return file.getvalue()
    raise ValueError("it has no picture")
