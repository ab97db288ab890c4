"""Quantities on their way through a network: boxes with a name and a number, that light up one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from manim import LEFT, RIGHT, UP, Arrow, RoundedRectangle, VGroup

from .stage import BODY, SMALL, Lesson

_WIDTH, _HEIGHT = 1.28, 0.66


class Chain(VGroup):
    """A row of boxes from one place to another, (x, y) each, with arrows between them; as a mover its steps are boxes,
    of which as many are seen.

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
        self._boxes = []
        for (name, number), place in zip(entries, places, strict=True):
            back = RoundedRectangle(
                corner_radius=0.1, width=_WIDTH, height=_HEIGHT, fill_color=palette.panel, fill_opacity=0.92
            )
            back.set_stroke(colour, width=2.5).move_to(place)
            words = lesson.text(number, BODY, palette.ink, "SEMIBOLD")
            words.scale(min(1.0, (_WIDTH - 0.16) / words.width)).move_to(place)
            head = lesson.text(name, SMALL, colour, "SEMIBOLD").next_to(back, UP, buff=0.08)
            self._boxes.append(VGroup(back, words, head))
        way = RIGHT if places[-1][0] >= places[0][0] else LEFT
        style = {"color": palette.muted, "stroke_width": 4, "buff": 0.06, "tip_length": 0.14}
        self._arrows = [
            Arrow(a[0].get_edge_center(way), b[0].get_edge_center(-way), **style) for a, b in pairwise(self._boxes)
        ]
        self.add(*self._arrows, *self._boxes)
        self.move(0.0)

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
