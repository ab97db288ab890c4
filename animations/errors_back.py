"""The error of one digit on its way back through a network, along one path."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from manim import RIGHT, UP, Circle, Dot, Line, VGroup

from landscape.core.numerals import number
from landscape.evidence.one_path import OnePath

from .stage import BODY, Lesson

_UNITS = 7  # that are drawn of each layer
_RADIUS, _MOST = 0.15, 0.34  # of a unit, and of the light of the whole error
_GAP = 0.5  # between units
_LONG, _ENDS = 10.6, 1.2  # from the first layer to the last, at most, and what is left at both ends
_FAINT, _SHUT = 0.35, 0.12  # how much is seen of lines and units, and of units that let nothing pass


class ErrorBack(VGroup):
    """Layers with the outputs at the right, or at the top of a tall frame, some units of each, and a light that goes
    back along the path: its area is what is left of the error. As a mover its steps are layers, 0 at the outputs.
    """

    def __init__(self, lesson: Lesson, path: OnePath, colour: str) -> None:
        super().__init__()
        self._path = path
        depth, wide = path.open.shape
        room, muted = lesson.shape.room, lesson.palette.muted
        upright = room.height > room.width
        gap = min(_LONG, (room.height if upright else room.width) - _ENDS) / depth
        middle = np.array([*room.middle, 0.0])
        # Along the layers, and across the units of one.
        onward, across = (UP, RIGHT) if upright else (RIGHT, UP)
        rows = _GAP * (np.arange(_UNITS) - (_UNITS - 1) / 2)
        shown = [self._shown(10 if k == 0 else wide, unit) for k, unit in enumerate(path.units)]
        self._places, columns = [], []
        for k, units in enumerate(shown):
            layer = middle + gap * (depth / 2 - k) * onward
            opened = np.ones(_UNITS, dtype=bool) if k == 0 else path.open[depth - k][units]
            column = VGroup()
            for row, is_open in zip(rows, opened, strict=True):
                unit = Circle(_RADIUS, color=muted, stroke_width=2, fill_color=lesson.palette.ground, fill_opacity=1)
                column.add(unit.move_to(layer + row * across).set_stroke(opacity=0.9 if is_open else _SHUT))
            columns.append((column, opened))
            self._places.append(layer + rows[int(np.argmin(np.abs(units - path.units[k])))] * across)
        style: dict[str, Any] = {"stroke_color": muted, "stroke_width": 1.0}
        for (right, _), (left, opened) in pairwise(columns):
            for unit, is_open in zip(left, opened, strict=True):
                strength = _FAINT if is_open else _SHUT / 2
                ends = [(unit.get_center(), other.get_center()) for other in right]
                self.add(*(Line(*one, stroke_opacity=strength, **style) for one in ends))
        self.add(*(column for column, _ in columns))
        self._numbers = [lesson.text(number(share, 2), BODY, lesson.palette.ink, "SEMIBOLD") for share in path.shares]
        beside = rows[-1] + (0.3 + max(one.width for one in self._numbers) / 2 if upright else 0.55)
        for k, one in enumerate(self._numbers):
            one.move_to(middle + gap * (depth / 2 - k) * onward + beside * across)
        style = {"stroke_color": colour, "stroke_width": 5}
        self._lines = [Line(a, a + 1e-3 * (b - a), **style) for a, b in pairwise(self._places)]
        self._lights = [Dot(place, radius=1e-3, color=colour) for place in self._places]
        self._pulse = Dot(self._places[0], radius=_MOST, color=colour)
        self.add(*self._lines, *self._lights, self._pulse, *self._numbers)
        self.move(0.0)

    @staticmethod
    def _shown(count: int, unit: int) -> Any:
        """Some of so many units, in their order, and that one among them."""
        units = np.linspace(0, count - 1, _UNITS).round().astype(int)
        units[int(np.argmin(np.abs(units - unit)))] = unit
        return units

    def move(self, step: float) -> None:
        """The light has come so far."""
        last = len(self._places) - 1
        step = float(np.clip(step, 0, last))
        k = min(int(step), last - 1)
        share = step - k
        left = np.exp((1 - share) * np.log(self._path.shares[k]) + share * np.log(self._path.shares[k + 1]))
        here = (1 - share) * self._places[k] + share * self._places[k + 1]
        self._set(self._pulse, here, left)
        for j, (words, light) in enumerate(zip(self._numbers, self._lights, strict=True)):
            words.set_opacity(float(step >= j - 1e-9))
            self._set(light, self._places[j], self._path.shares[j] if step >= j - 1e-9 else 1e-9)
        for j, line in enumerate(self._lines):
            come = float(np.clip(step - j, 1e-3, 1))
            line.put_start_and_end_on(self._places[j], (1 - come) * self._places[j] + come * self._places[j + 1])

    def _set(self, light: Dot, place: Any, share: float) -> None:
        radius = max(_MOST * float(np.sqrt(share)), 0.012)
        light.stretch_to_fit_width(2 * radius).stretch_to_fit_height(2 * radius).move_to(place)
