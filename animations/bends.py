"""How steep an activation is: its curve, and a tangent that slides along it."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, Dot, Line, VGroup

from landscape.core.annotations import Floats
from landscape.networks import activations

from .charts import Chart, Curve, linear
from .lettering import Words
from .stage import BODY, Lesson
from .strokes import plain

_REACH = 6.0  # of z, both ways
_LEVEL = 0.02  # a slope that is none
_HALF = 0.9  # of a tangent, in manim's units


class Bend(VGroup):
    """An activation's curve over its slope; as a mover its steps are z, from −6 to 6.

    top : of the curve's axis.
    """

    def __init__(self, lesson: Lesson, activation: str, colour: str, top: float) -> None:
        super().__init__()
        self._of = activations.get(activation)
        z = np.linspace(-_REACH, _REACH, 241)
        values, slopes = self._of.at(z)
        across = linear(-_REACH, _REACH)
        self._upper = Chart(lesson, across, linear(0, top), *lesson.chart_size(7.2, 1.9), lesson.word("value"))
        self._lower = Chart(lesson, across, linear(0, 1), *lesson.chart_size(7.2, 1.2), lesson.word("slope"), "z")
        self._lower.next_to(self._upper, DOWN, buff=0.3).align_to(self._upper, RIGHT)
        self._lower.shift([self._upper.field.get_x() - self._lower.field.get_x(), 0, 0])
        lesson.fitted(VGroup(self._upper, self._lower))
        curve = Curve(self._upper, z, values, plain(colour), head=False)
        curve.move(_REACH)
        self._grown = Curve(self._lower, z, slopes, plain(colour), head=True)
        self._tangent = Line(stroke_color=lesson.palette.ink, stroke_width=5)
        self._touch = Dot(radius=0.09, color=lesson.palette.ink)
        self._ink = lesson.palette.ink
        self._label = lesson.haloed(lesson.text("0.00", BODY, self._ink, "SEMIBOLD"))
        self.add(self._upper, self._lower, curve, self._grown, self._tangent, self._touch, self._label)
        self.move(-_REACH)

    def move(self, step: float) -> None:
        """Touch the curve at z."""
        value, slope = (float(one[0]) for one in self._of.at(np.array([step])))
        place, beyond = self._upper.point([step, step + 1.0], [value, value + slope])
        way = (beyond - place) / np.linalg.norm(beyond - place)
        self._tangent.put_start_and_end_on(place - _HALF * way, place + _HALF * way)
        self._touch.move_to(place)
        self._grown.move(step)
        # Its letters alone, as manim copies what it fades in, with all that it holds.
        label = Words(f"{slope:.2f}", BODY, self._ink, "SEMIBOLD")
        # On the side from which the curve bends away.
        off = (
            np.array([-0.75, 0.3, 0])
            if slope > _LEVEL
            else np.array([0, 0.34 if value < 1e-2 or step < 0 else -0.36, 0])
        )
        label.move_to(self._upper.point(step, value) + off)
        self._label.set_points(label.points)


def steepest(activation: str) -> Floats:
    """Where an activation is steepest, z and f′(z)."""
    z = np.linspace(-_REACH, _REACH, 241)
    slopes = activations.get(activation).at(z)[1]
    return np.array([z[slopes.argmax()], slopes.max()])
