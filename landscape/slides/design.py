"""What a slide's writer needs to know of a presentation: its layouts, and where things may stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .boxes import Box

EMU = 914_400  # an inch in the units of PowerPoint


@dataclass(frozen=True)
class Design:
    """The layouts of a presentation, and places in inches.

    Attributes
    ----------
    presentation : python-pptx's, without slides.
    opening : the layout of the first and the last slide; `only`, with a title alone. sentence, two : with a line of
        text, and with two columns, under the title; None where text boxes take their place.
    area : the place under the title.
    cover : the place of the picture on an opening slide; None where there is none.
    title_sizes, opening_sizes : points of titles, of which the first that fits is taken.
    own : whether it is the project's own design, whose colours are known.
    """

    presentation: Any
    opening: Any
    only: Any
    sentence: Any
    two: Any
    area: Box
    cover: Box | None
    title_sizes: tuple[float, ...]
    opening_sizes: tuple[float, ...]
    own: bool


def box_of(shape: Any) -> Box:
    """Where a shape stands, with what it inherits."""
    return Box(*(float(side or 0) / EMU for side in (shape.left, shape.top, shape.width, shape.height)))


def place(shape: Any, box: Box) -> None:
    """Put a shape there."""
    shape.left, shape.top, shape.width, shape.height = (round(side * EMU) for side in box)


def sizes_down(largest: float, least: float) -> tuple[float, ...]:
    """Points from the largest on, a tenth less each time."""
    sizes = [largest]
    while sizes[-1] * 0.9 >= least:
        sizes.append(round(sizes[-1] * 0.9, 1))
    return tuple(sizes)
