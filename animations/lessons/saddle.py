"""At a saddle gradient descent stalls, for as long as the theory says; how it gets away, and when nothing does."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, FadeIn, FadeOut, Group, VGroup

from landscape.core.numerals import number
from landscape.evidence.claims.saddle import EPSILON, LR, SHORT, STEPS, Escape, away
from landscape.figures.names import name_of, short_name
from landscape.optimizers import SGD

from ..charts import Chart, Curve, linear, logarithmic
from ..panels import Bars
from ..stage import BODY, SMALL, Lesson
from ..world import OrbitCamera


class SaddleLesson(Lesson):
    """Stall and escape, predicted and measured."""

    def solve(self) -> Escape:
        return away()

    def construct(self) -> None:
        solved: Escape = self.solved
        sgd, momentum, matched = range(3)

        # The saddle.
        self.enter(solved.terrain, OrbitCamera(azimuth=35, elevation=24, span=2.9, shift=(0.0, 0.06)), height=0.75)
        self.add(self.title(), self.height_note())
        self.say("question", run_time=0.8)
        self.fly(azimuth=62, elevation=30, span=3.1, shift=(-0.4, 0.04), run_time=4)
        self.pause(0.5)

        # SGD comes down the ridge and stalls.
        walks = solved.walks
        looks = self.looks = self.palette.styles([walk.optimizer for walk in walks])
        ball = self.ball(walks[sgd], looks[sgd], self._name(sgd))
        axes = linear(0, STEPS), logarithmic(EPSILON / 2, 2)
        chart = Chart(self, *axes, 4.2, 2.3, self.word("away"), self.word("steps"))
        law = self.equation(
            '|y_t| = epsilon (1 + "lr")^t quad arrow.r.double quad t = ln(1 slash epsilon) / ln(1 + "lr")', 27
        )
        column = self.column(chart, law)
        curves = [Curve(chart, walk.steps, np.abs(walk.x[:, 1]), looks[k]) for k, walk in enumerate(walks)]
        self.say("stall", FadeIn(column[0]), epsilon=number(EPSILON), slow=solved.slow, short=number(SHORT))
        self.drive([ball, curves[sgd]], solved.left[sgd], run_time=9, azimuth=82, span=3.1, shift=(-0.4, 0.04))
        self.pause(0.5)

        # The theory says how long.
        self.say("law", FadeIn(column[1]), predicted=solved.predicted, measured=solved.left[sgd], growth=number(1 + LR))
        self.pause(4)

        # The others.
        self.say("others")
        # Two walks leave along the same way: the second's trail is a strip on the first's.
        ball.width = 11.0
        balls = [self.ball(walk, looks[k], self._name(k), (11, 11, 5, 7)[k]) for k, walk in enumerate(walks) if k]
        self.drive(
            [*balls, *curves[1:]],
            max(solved.left[1:]),
            run_time=7,
            azimuth=48,
            elevation=50,
            span=3.5,
            shift=(-0.4, 0.14),
        )
        self.pause(1)

        # Who needed how long.
        self.play(FadeOut(Group(column, *curves)), run_time=0.4)
        bars = self._bars(sorted(range(4), key=lambda k: solved.left[k]))
        nearer = VGroup(
            self.text(self.word("nearer"), SMALL, self.palette.muted),
            self.text(self.word("comma").join(map(str, solved.nearer.values())), BODY, looks[3].colour, "SEMIBOLD"),
        ).arrange(DOWN, buff=0.12, aligned_edge=LEFT)
        column = self.column(bars, nearer)
        needed = {"momentum": solved.left[momentum], "matched": solved.left[matched]}
        self.say(f"momentum_{solved.momentum}", FadeIn(column[0]), **needed)
        self.pause(4)
        counts = solved.nearer.values()
        self.say(f"adam_{solved.near}", FadeIn(column[1]), least=min(counts), most=max(counts))
        self.pause(4)
        # Nothing leaves the ridge: there the gradient's y is exactly 0.
        view = self.view
        self.leave(FadeOut(column))
        self.enter(solved.terrain, view, height=0.75)
        balls = [self.ball(walk, looks[k], self._name(k)) for k, walk in enumerate(solved.on_ridge)]
        everyone = len(solved.on_ridge)
        answer = "answer_all" if solved.stay == everyone else "answer_some"
        self.say(answer, stay=solved.stay, all=everyone, steps=STEPS)
        self.drive(balls, STEPS, run_time=4, pace=3.0, shift=(0.0, 0.1))
        self.pause(3)

    def _name(self, k: int) -> str:
        # One name is enough but where two walks have it.
        walker = self.solved.walks[k].optimizer
        return name_of(walker) if isinstance(walker, SGD) else short_name(walker)

    def _bars(self, order: list[int]) -> VGroup:
        walks, left = self.solved.walks, self.solved.left
        entries = [(name_of(walks[k].optimizer), left[k], self.looks[k].colour, str(left[k])) for k in order]
        heading = self.text(self.word("needed"), BODY, weight="SEMIBOLD")
        return VGroup(heading, Bars(self, entries, 5.4)).arrange(DOWN, buff=0.25, aligned_edge=LEFT)
