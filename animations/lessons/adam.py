"""One step of Adam, taken apart: the gradient, its two averages, their correction, and the step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from manim import FadeIn, FadeOut, VGroup

from landscape.core.annotations import Floats
from landscape.core.numerals import number
from landscape.evidence.claims.step import Anatomy, anatomy
from landscape.optimizers import Adam

from ..apart import Apart
from ..panels import Table
from ..stage import BODY, Lesson
from ..travelling import Traveller
from ..world import OrbitCamera

_LONG, _LONGEST = 3.0, 2.6  # lengths of arrows and ellipse on the ground, in the terrain's units
_FROM_AFAR = OrbitCamera(azimuth=-40, elevation=34, span=2.1, field_of_view=45, target=(0.0, 0.0, 0.1))


class AdamLesson(Lesson):
    """m, v, bias correction, step: arrows, the ellipse of the grip, and the equations lighting up."""

    def solve(self) -> Anatomy:
        return anatomy()

    def construct(self) -> None:
        solved: Anatomy = self.solved
        colours = self.palette
        (look,) = colours.styles([solved.walk.optimizer])
        adam = look.colour
        assert isinstance(solved.walk.optimizer, Adam)

        # A car on its way.
        self.enter(solved.walk.terrain, _FROM_AFAR, scale="sqrt", height=0.5, vehicle=0.07)
        self.add(self.title(), self.height_note())
        car = self.ball(solved.walk, look)
        self.say("question", run_time=0.8)
        self.drive([car], solved.at, run_time=3.5)
        self.fly(view=self._close(car, azimuth=-28), run_time=3)
        # Who it is is known, and there will be names enough.
        self.remove(car.names[0])
        car.names = []

        # The equations, with the numbers of this step beside them.
        rows = self._rows()
        column = self.column(rows)
        for row in rows[1:]:
            row.set_opacity(0.22)
        self.play(FadeIn(column), run_time=0.8)

        # The gradient: uphill, so its opposite is drawn.
        scale = _LONG / float(np.linalg.norm(solved.m_hat))
        apart = Apart(self, solved.walk.x[solved.at])
        self.say("gradient", *self._light(rows[1]))
        apart.grow("g", -scale * solved.g, colours.ink)
        self.pause(0.8)

        # m keeps going.
        off, turn = angle(solved.g, solved.m_before), angle(solved.m, solved.m_before)
        self.say("m", *self._light(rows[2]), beta=solved.walk.optimizer.beta1)
        apart.grow("m", -scale * solved.m_before, adam)
        self.pause(0.8)
        self.say("m_turns", apart=off, turn=turn)
        apart.grow("m", -scale * solved.m, adam)
        self.pause(0.8)

        # v is the grip: an ellipse on the ground.
        grip, root = 1 / np.sqrt(solved.v_hat), np.sqrt(solved.v_hat)
        points, name = apart.ring(_LONGEST * grip / grip.max(), "1/√v̂", colours.accent)
        self.say("v", FadeIn(name), *self._light(rows[3]), steep=f"{root[1] / root[0]:.1f}")
        apart.draw_ring(points, colours.accent)
        self.pause(0.8)

        # Both averages started from nothing.
        factor = 1 / solved.bias[0]
        self.say("bias", *self._light(rows[4], rows[5]), t=solved.at + 1, factor=factor)
        apart.rename("m", "m̂")
        apart.grow("m̂", -scale * solved.m_hat, adam)
        self.pause(0.8)

        # The step.
        ways = off_valley(solved.m_hat), off_valley(solved.step)
        self.say("step", FadeOut(name), *self._light(rows[6]), before=ways[0], after=ways[1])
        apart.drop("g")
        apart.rename("m̂", "Δθ", colours.accent)
        apart.grow("Δθ", solved.step, colours.accent)
        self.pause(0.8)
        self.strokes = []
        self.drive([car], solved.at + 1, first=solved.at, run_time=1.4)
        apart.drop("Δθ")

        # And on: a stride is an arrow.
        strides = solved.strides
        car.shown = {"step": (colours.accent, 1.0)}
        self.say("on", longest=strides.max())
        last = float(solved.walk.steps[-1])
        view = replace(_FROM_AFAR, azimuth=18, shift=self.beside)
        self.drive([car], last, first=solved.at + 1, run_time=5, view=view)
        share = self.percent(np.mean(strides <= 1))
        self.say("answer", bound=solved.bound, share=share)
        self.fly(azimuth=34, run_time=4)
        self.pause(0.5)

    def _close(self, car: Traveller, **view: Any) -> OrbitCamera:
        """Above the car, and near."""
        target = tuple(np.asarray(car.here()).tolist())
        # Its arrows need room above what stands below them.
        span = 1.1 * float(np.sqrt(self.shape.taller))
        return replace(_FROM_AFAR, target=target, span=span, elevation=50, shift=self.beside, **view)

    def _rows(self) -> Table:
        """The step's quantities, and what they are along x and y."""
        solved: Anatomy = self.solved
        contents = (
            ("g = nabla L", solved.g),
            ("m <- beta_1 m + (1 - beta_1) g", solved.m),
            ("v <- beta_2 v + (1 - beta_2) g^2", solved.v),
            ("hat(m) = m slash (1 - beta_1^t)", solved.m_hat),
            ("hat(v) = v slash (1 - beta_2^t)", solved.v_hat),
            ('Delta theta = - "lr" thin hat(m) slash (sqrt(hat(v)) + epsilon)', solved.step),
        )
        head = self.text(
            self.word("of_step", step=solved.at + 1, lr=number(solved.walk.lr_at(solved.at))), BODY, self.palette.muted
        )
        rows: list[list[Any]] = [[head, *(self.text(axis, BODY, self.palette.muted) for axis in ("x", "y"))]]
        for equation, pair in contents:
            rows.append([self.equation(equation, 30), *(self.text(number(one), BODY) for one in pair)])
        return Table(self, rows, (0.0, 5.0, 6.4), gap=0.78)

    def _light(self, *parts: VGroup) -> list[Any]:
        """Light up rows of the box; those that were lit stay legible."""
        return [part.animate.set_opacity(1.0) for part in parts]


def angle(one: Floats, other: Floats) -> float:
    """Between two directions (2,), in degrees."""
    cosine = one @ other / (np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.rad2deg(np.arccos(np.clip(cosine, -1, 1))))


def off_valley(way: Floats) -> float:
    """How far a direction (2,) is from the line of the valley, which runs along x, in degrees."""
    return float(np.rad2deg(np.arctan2(abs(way[1]), abs(way[0]))))
