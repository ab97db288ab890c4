"""The shapes of films: what a frame holds in each, and how a view that was chosen for a wide one is taken in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    # Shapes have names without the libraries of films.
    from .world import OrbitCamera


@dataclass(frozen=True)
class Room:
    """A part of the frame, in manim's units: from a lowest height to a highest, and so wide, around a middle."""

    low: float
    high: float
    width: float
    x: float = 0.0

    @property
    def height(self) -> float:
        """From the lowest to the highest."""
        return self.high - self.low

    @property
    def is_aside(self) -> bool:
        """Whether it lies at a side of the frame."""
        return self.x != 0

    @property
    def middle(self) -> tuple[float, float]:
        """(x, y)."""
        return self.x, 0.5 * (self.low + self.high)


@dataclass(frozen=True)
class Shape:
    """frame : its width and height, in manim's units. columns : letters of a line of captions, of which there are at
    most `lines`. room : what titles and captions leave. panels : where those stand that have a world behind them.
    taller : how much more a camera sees from bottom to top than in a wide frame. rises : how far up a target is moved,
    in halves of the frame's height, for each half of its width that it stood beside panels.
    """

    frame: tuple[float, float]
    columns: int
    lines: int
    room: Room
    panels: Room
    taller: float
    rises: float

    def taken(self, view: OrbitCamera) -> OrbitCamera:
        """A view that was chosen for a wide frame: from the same place, with the target above panels that would stand
        beside it."""
        if self.taller == 1:
            return view
        field = 2 * float(np.rad2deg(np.arctan(self.taller * np.tan(np.deg2rad(view.field_of_view) / 2))))
        aside, up = view.shift
        shift = (0.0, up - self.rises * min(aside, 0.0))
        return replace(view, span=self.taller * view.span, field_of_view=field, shift=shift)


SHAPES = {
    "wide": Shape((128 / 9, 8.0), 74, 2, Room(-2.35, 2.95, 13.3), Room(-2.35, 2.95, 5.6, 3.86), 1.0, 0.0),
    "square": Shape((10.6, 10.6), 54, 3, Room(-3.1, 3.5, 9.7), Room(-3.1, 0.6, 9.7), 1.7, 1.0),
    "tall": Shape((8.5, 136 / 9), 42, 4, Room(-4.95, 5.75, 7.6), Room(-4.95, -0.4, 7.6), 2.15, 1.25),
}


def nearest(width: float, height: float) -> Shape:
    """The one that is most like a frame."""
    return min(SHAPES.values(), key=lambda one: abs(float(np.log(one.frame[0] / one.frame[1] * height / width))))


def pixels(shape: str, width: int, height: int) -> tuple[int, int]:
    """Of a frame of a shape, of the quality of a wide one of so many pixels."""
    return {"wide": (width, height), "square": (height, height), "tall": (height, width)}[shape]
