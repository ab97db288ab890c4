"""Matrices and digits as pictures, each with its name and its shape."""

from __future__ import annotations

import numpy as np
from manim import DOWN, UP, Group, ImageMobject, Rectangle
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from numpy.typing import NDArray

from landscape.core.annotations import Array

from .stage import SMALL, Lesson

_FINE, _DIGIT = 400, 170  # pixels of a picture's longer side, and of a digit's, at the least


class Tile(Group):
    """A matrix as a picture, `width` × `height`, with its name above and its shape below.

    colours : "signed", blue below 0 and orange above; "gray", of digits; "ink", of shares from 0 on.
    """

    def __init__(
        self,
        lesson: Lesson,
        values: Array,
        width: float,
        height: float,
        name: str = "",
        shape: str = "",
        colours: str = "signed",
    ) -> None:
        self.picture = ImageMobject(_pixels(lesson, values, colours))
        self.picture.set_resampling_algorithm(0)
        self.picture.stretch_to_fit_width(width).stretch_to_fit_height(height)
        self.frame = Rectangle(width=width, height=height, stroke_color=lesson.palette.muted, stroke_width=1.5)
        words = []
        if name:
            words.append(lesson.text(name, 30, weight="SEMIBOLD").next_to(self.frame, UP, buff=0.12))
        if shape:
            words.append(lesson.text(shape, SMALL, lesson.palette.muted).next_to(self.frame, DOWN, buff=0.12))
        super().__init__(self.frame, self.picture, *words)


def digit(lesson: Lesson, image: Array, size: float) -> ImageMobject:
    """A digit (784,) in ink on the ground's own colour."""
    shown = ImageMobject(_pixels(lesson, 1 - image.reshape(28, 28), "gray", _DIGIT))
    return shown.set_resampling_algorithm(0).stretch_to_fit_width(size).stretch_to_fit_height(size)


def mosaic(images: Array, columns: int) -> Array:
    """Images (n, h, w) in rows of so many (h · n / columns, w · columns)."""
    n, height, width = images.shape
    rows = images.reshape(n // columns, columns, height, width)
    return np.asarray(rows.transpose(0, 2, 1, 3).reshape(n // columns * height, columns * width))


def mix(a: str, b: str, share: float) -> str:
    """A colour on the way from one to another."""
    red, green, blue = (1 - share) * np.array(to_rgb(a)) + share * np.array(to_rgb(b))
    return str(to_hex((red, green, blue)))


def _pixels(lesson: Lesson, values: Array, colours: str, fine: int = _FINE) -> NDArray[np.uint8]:
    palette = lesson.palette
    if colours == "gray":
        shown = LinearSegmentedColormap.from_list("digits", [palette.ink, palette.ground])(values)
    elif colours == "ink":
        shown = LinearSegmentedColormap.from_list("share", [palette.ground, palette.accent])(
            values / (values.max() or 1.0)
        )
    else:
        # The few largest numbers would leave the others without colour.
        reach = np.quantile(np.abs(values), 0.99) or 1.0
        ends = [palette.hues["blue"], palette.ground, palette.hues["orange"]]
        shown = LinearSegmentedColormap.from_list("signed", ends)(0.5 + 0.5 * values / reach)
    # Cairo smooths what it enlarges: small matrices are enlarged here, in whole steps.
    factor = max(1, fine // max(shown.shape[:2]))
    return (255 * shown).astype(np.uint8).repeat(factor, axis=0).repeat(factor, axis=1)
