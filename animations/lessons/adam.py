"""One step of Adam, taken apart: the gradient, its two averages, their correction, and the step."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import LEFT, Arrow, Ellipse, FadeIn, FadeOut, GrowArrow, Transform, VGroup

from landscape.core.annotations import Floats
from landscape.core.numerals import number
from landscape.evidence.claims.step import Anatomy, anatomy
from landscape.optimizers import Adam

from ..lettering import Words
from ..maps import Map, Walker
from ..panels import Table
from ..stage import BODY, MARGIN, SMALL, Lesson

_LONG, _LONGEST = 3.0, 2.6  # lengths of arrows and ellipse on the map, in the terrain's units


class AdamLesson(Lesson):
    """m, v, bias correction, step: arrows, the ellipse of the grip, and the equations lighting up."""

    def solve(self) -> Anatomy:
        return anatomy()

    def construct(self) -> None:
        solved: Anatomy = self.solved
        where, colours = solved.walk.x[solved.at], self.palette
        (look,) = colours.styles([solved.walk.optimizer])
        adam = look.colour
        assert isinstance(solved.walk.optimizer, Adam)

        # A walk on its way.
        self.ground = ground = Map(self, solved.walk.terrain, 7.0, 5.2).to_edge(LEFT, buff=MARGIN).set_y(0.2)
        walker = Walker(self, ground, solved.walk, look)
        self.set_scene(azimuth=-120)
        self.add(self.title())
        self.say("question", FadeIn(ground), run_time=0.8)
        self.drive([walker], solved.at, run_time=3)
        self.pause(1)

        # The equations, with the numbers of this step beside them.
        rows = self._rows()
        column = self.column(rows)
        for row in rows[1:]:
            row.set_opacity(0.22)
        self.play(FadeIn(column), run_time=0.8)

        # The gradient: uphill, so its opposite is drawn.
        scale = _LONG / float(np.linalg.norm(solved.m_hat))
        gradient = ground.arrow(where, -solved.g, colours.ink, scale)
        name = self._beside(gradient, "g", colours.ink)
        self.say("gradient", GrowArrow(gradient), FadeIn(name), *self._light(rows[1]))
        self.pause(1.2)

        # m keeps going.
        before = ground.arrow(where, -solved.m_before, colours.muted, scale)
        mean = ground.arrow(where, -solved.m, adam, scale)
        names = VGroup(name, self._beside(before, "m", adam))
        apart, turn = angle(solved.g, solved.m_before), angle(solved.m, solved.m_before)
        self.say("m", GrowArrow(before), FadeIn(names[1]), *self._light(rows[2]), beta=solved.walk.optimizer.beta1)
        self.pause(1.2)
        self.say("m_turns", Transform(before, mean), run_time=1.2, apart=apart, turn=turn)
        self.pause(1.2)

        # v is the grip.
        grip = 1 / np.sqrt(solved.v_hat)
        ellipse = Ellipse(*(2 * _LONGEST * grip / grip.max() * ground.scale_), color=colours.accent, stroke_width=4)
        ellipse.move_to(ground.point(where)).set_fill(colours.accent, opacity=0.12)
        root = np.sqrt(solved.v_hat)
        names.add(self.text("1/√v̂", SMALL, colours.accent, "SEMIBOLD").next_to(ellipse, LEFT, buff=0.12))
        self.haloed(names[2])
        self.say("v", FadeIn(ellipse), FadeIn(names[2]), *self._light(rows[3]), steep=f"{root[1] / root[0]:.1f}")
        self.pause(1.2)

        # Both averages started from nothing.
        corrected = ground.arrow(where, -solved.m_hat, adam, scale)
        renamed = self._beside(corrected, "m̂", adam)
        self.say(
            "bias",
            Transform(before, corrected),
            FadeOut(names[1]),
            FadeIn(renamed),
            *self._light(rows[4], rows[5]),
            t=solved.at + 1,
            factor=1 / solved.bias[0],
        )
        self.pause(1.2)

        # The step.
        stride = ground.arrow(where, solved.step, colours.accent, 1.0, stroke_width=8)
        self.say(
            "step",
            FadeOut(VGroup(gradient, before, names[0], names[2], renamed)),
            GrowArrow(stride),
            *self._light(rows[6]),
            before=off_valley(solved.m_hat),
            after=off_valley(solved.step),
        )
        self.pause(1.2)
        self.drive([walker], solved.at + 1, FadeOut(ellipse), first=solved.at, run_time=1.2)
        self.play(FadeOut(stride), run_time=0.3)

        # And on.
        strides = solved.strides
        self.say("on", longest=strides.max())
        self.drive([walker], float(solved.walk.steps[-1]), first=solved.at + 1, run_time=4)
        share = self.percent(np.mean(strides <= 1))
        self.say("answer", bound=solved.bound, share=share)
        self.pause(4)

    def _beside(self, arrow: Arrow, name: str, colour: str) -> Words:
        """An arrow's name, at its end."""
        word = self.haloed(self.text(name, BODY, colour, "SEMIBOLD"))
        way = arrow.get_unit_vector()
        word.move_to(arrow.get_end() + 0.25 * way + 0.2 * np.array([way[1], -way[0], 0]))
        # Inside the map, which ends not far from the arrows' tips.
        low = self.ground.frame.get_bottom()[1] + 0.1
        return word.shift([0, max(0.0, low - word.get_bottom()[1]), 0])

    def _rows(self) -> Table:
        """The step's quantities, and what they are along x and y."""
        solved: Anatomy = self.solved
        contents = (
            ("g = nabla L", solved.g),
            ("m <- beta_1 m + (1 - beta_1) g", solved.m),
            ("v <- beta_2 v + (1 - beta_2) g^2", solved.v),
            ("hat(m) = m slash (1 - beta_1^t)", solved.m_hat),
            ("hat(v) = v slash (1 - beta_2^t)", solved.v_hat),
            ("Delta theta = - eta thin hat(m) slash (sqrt(hat(v)) + epsilon)", solved.step),
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
