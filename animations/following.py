"""Quantities on their way through a network: boxes with a name and a number, that light up one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Arrow, RoundedRectangle, VGroup

from .shapes import Room
from .stage import BODY, SMALL, Lesson

_WIDTH, _HEIGHT = 1.28, 0.66  # of a box, at most
_NAME = 0.4  # above it
_APART = 0.84  # of the way from one to the next, that a box may be wide


class Chain(VGroup):
    """Boxes from one place to another, (x, y) each, with arrows between them; as a mover its steps are boxes, of which
    as many are seen.

    entries : of each its name and its number.
    """

    def __init__(
        self,
        lesson: Lesson,
        entries: Sequence[tuple[str, str]],
        begin: tuple[float, float],
        end: tuple[float, float],
        colour: str,
    ) -> None:
        super().__init__()
        palette = lesson.palette
        places = np.linspace([*begin, 0.0], [*end, 0.0], len(entries))
        across, up = places[-1][:2] - places[0][:2]
        self._way = (RIGHT if across > 0 else LEFT) if abs(across) > abs(up) else (UP if up > 0 else DOWN)
        width = min(_WIDTH, _APART * abs(across) / (len(entries) - 1)) if abs(across) > abs(up) else _WIDTH
        self._boxes = []
        for (name, number), place in zip(entries, places, strict=True):
            back = RoundedRectangle(
                corner_radius=0.1, width=width, height=_HEIGHT, fill_color=palette.panel, fill_opacity=0.92
            )
            back.set_stroke(colour, width=2.5).move_to(place)
            words = lesson.text(number, BODY, palette.ink, "SEMIBOLD")
            words.scale(min(1.0, (width - 0.16) / words.width)).move_to(place)
            head = lesson.text(name, SMALL, colour, "SEMIBOLD")
            head.scale(min(1.0, 1.08 * _WIDTH / head.width)).next_to(back, UP, buff=0.08)
            self._boxes.append(VGroup(back, words, head))
        style = {"color": palette.muted, "stroke_width": 4, "buff": 0.06, "tip_length": 0.14}
        style |= {"max_tip_length_to_length_ratio": 0.6}
        self._arrows = [Arrow(self._edge(a, 1), self._edge(b, -1), **style) for a, b in pairwise(self._boxes)]
        self.add(*self._arrows, *self._boxes)
        self.move(0.0)

    @property
    def mouth(self) -> np.ndarray:
        """Where it begins, (3,)."""
        return self._edge(self._boxes[0], -1) - 0.1 * self._way

    def move(self, step: float) -> None:
        """Show so many of the boxes; the last of them appears by and by."""
        for k, box in enumerate(self._boxes):
            seen = float(np.clip(step - k, 0, 1))
            back, words, head = box
            back.set_fill(opacity=0.92 * seen).set_stroke(opacity=seen)
            words.set_opacity(seen)
            head.set_opacity(seen)
        for k, arrow in enumerate(self._arrows):
            arrow.set_opacity(float(np.clip(2 * (step - k - 1), 0, 1)))

    def _edge(self, box: VGroup, side: int) -> np.ndarray:
        """Where an arrow leaves a box (1), or comes to it (−1)."""
        # Above it is its name.
        whole = box if self._way[1] else box[0]
        edge = whole.get_edge_center(side * self._way)
        edge[0] = edge[0] if self._way[0] else box[0].get_x()
        return np.asarray(edge)


def lanes(room: Room, count: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Where so many chains begin and end: in rows from left to right, or in a high room in columns downwards."""
    k = (np.arange(count) + 0.5) / count
    if room.height > room.width:
        x = room.x + room.width * (k - 0.5)
        top, bottom = room.high - _HEIGHT / 2 - _NAME, room.low + _HEIGHT / 2
        return [((float(at), top), (float(at), bottom)) for at in x]
    y = room.high - room.height * k - _NAME / 2
    reach = (room.width - _WIDTH) / 2
    return [((room.x - reach, float(at)), (room.x + reach, float(at))) for at in y]
