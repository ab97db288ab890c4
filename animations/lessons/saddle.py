"""At a saddle gradient descent stalls, for as long as the theory says; how it gets away, and when nothing does."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from manim import DOWN, LEFT, FadeIn, FadeOut, Group, VGroup

from landscape.core.numerals import number
from landscape.evidence.around_saddle import AroundSaddle
from landscape.evidence.claims.saddle import EPSILON, SHORT, STEPS, Escape, away
from landscape.figures.names import name_of, short_name, title_of
from landscape.optimizers import SGD

from ..charts import Chart, Curve, linear
from ..material import Material
from ..panels import Bars
from ..stage import BODY, SMALL, Lesson
from ..world import OrbitCamera

_LAW = '|y_t| = epsilon (1 + "lr")^t quad arrow.r.double quad t = ln(1 slash epsilon) / ln(1 + "lr")'
_OWN_LAW = 'd_t = d_0 (1 + lambda "lr")^t quad arrow.r.double quad t = ln(d_t slash d_0) / ln(1 + lambda "lr")'
_MORE = 1.08  # times the longest walk is the axis of steps
_TWICE, _MOST = 2, 20_000  # of the predicted steps, and how many at the most


class SaddleLesson(Lesson):
    """Stall and escape, predicted and measured."""

    takes: ClassVar = frozenset({"terrain", "start", "steps", "domain"})

    @classmethod
    def check(cls, material: Material) -> None:
        _around(material)

    def solve(self) -> Escape:
        brought = self.material
        if not brought.given:
            return away()
        place = _around(brought)
        return away(place, brought.steps or min(max(STEPS, int(_TWICE * place.predicted(EPSILON))), _MOST))

    def construct(self) -> None:
        solved: Escape = self.solved
        place, own = solved.place, "own_" if self.material.given else ""
        sgd, momentum, matched = range(3)

        # The saddle, seen from below, where no ridge stands before it.
        turn = float(np.rad2deg(np.arctan2(*place.along[::-1])))
        self.enter(place.terrain, height=0.75)
        relief = self.world.relief
        middle = relief.place(place.middle)
        # As near as to the plainest, which is out half as far as the terrain is wide.
        near = 2 * float(np.linalg.norm(relief.flat(place.middle + place.out * place.down) - middle[:2]))
        target = (*middle[:2].tolist(), float(middle[2]) if own else 0.15)
        self.view = self.world.clear(OrbitCamera(turn - 4, 20, 2.9 * near, target, shift=(0.0, 0.06)))
        self.add(self.headed(title_of(place.terrain)) if own else self.title(), self.height_note())
        self.say(f"{own}question", run_time=0.8)
        self.fly(azimuth=turn + 20, elevation=27, span=3.1 * near, shift=(-0.4, 0.04), run_time=4)
        self.pause(0.5)

        # SGD comes down the ridge and stalls.
        walks = solved.walks
        looks = self.looks = self.palette.styles([walk.optimizer for walk in walks])
        ball = self.ball(walks[sgd], looks[sgd], self._name(sgd))
        ends = [int(walk.steps[-1]) for walk in walks]
        axes = linear(0, _MORE * max(ends)), linear(0, 1.05)
        chart = Chart(self, *axes, 4.2, 2.3, self.word(f"{own}away"), self.word("steps"))
        law = self.equation(_OWN_LAW if own else _LAW, 27)
        column = self.column(chart, law)
        away = [place.away(walk) for walk in walks]
        curves = [Curve(chart, walk.steps, away[k], looks[k]) for k, walk in enumerate(walks)]
        beside: dict[str, Any] = {"epsilon": number(EPSILON * place.out, 2), "short": number(SHORT * place.out, 2)}
        self.say("stall" if solved.slow else "own_glides", FadeIn(column[0]), slow=solved.slow, **beside)
        self.drive(
            [ball, curves[sgd]],
            ends[sgd],
            run_time=9,
            azimuth=turn + 38,
            elevation=34,
            span=3.1 * near,
            shift=(-0.4, 0.04),
        )
        self.pause(0.5)

        # The theory says how long.
        told: dict[str, Any] = {"predicted": solved.predicted, "measured": solved.left[sgd], "steps": ends[sgd]}
        growth = number(1 + place.lr * place.curvature, 4)
        self.say("law" if solved.law == "as" else f"own_law_{solved.law}", FadeIn(column[1]), growth=growth, **told)
        self.pause(4)

        # The others.
        self.say("others")
        # Two walks leave along the same way: the second's trail is a strip on the first's.
        ball.width = 11.0
        balls = [self.ball(walk, looks[k], self._name(k), (11, 11, 5, 7)[k]) for k, walk in enumerate(walks) if k]
        self.drive(
            [*balls, *curves[1:]],
            max(ends[1:]),
            run_time=7,
            azimuth=turn + 12,
            elevation=50,
            span=3.5 * near,
            shift=(-0.4, 0.14),
        )
        self.pause(1)

        # Who needed how long.
        self.play(FadeOut(Group(column, *curves)), run_time=0.4)
        bars = self._bars(sorted(range(4), key=lambda k: (solved.left[k] < 0, solved.left[k])))
        nearer = VGroup(
            self.text(self.word("nearer"), SMALL, self.palette.muted),
            self.text(
                self.word("comma").join(_count(one) for one in solved.nearer.values()),
                BODY,
                looks[3].colour,
                "SEMIBOLD",
            ),
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
        self.enter(place.terrain, view, height=0.75)
        balls = [self.ball(walk, looks[k], self._name(k)) for k, walk in enumerate(solved.on_ridge)]
        everyone = len(solved.on_ridge)
        answer = "answer_all" if solved.stay == everyone else "answer_some"
        most = int(solved.on_ridge[sgd].steps[-1])
        self.say(answer, stay=solved.stay, all=everyone, steps=most)
        self.drive(balls, most, run_time=4, pace=3.0, shift=(0.0, 0.1))
        self.pause(3)

    def _name(self, k: int) -> str:
        # One name is enough but where two walks have it.
        walker = self.solved.walks[k].optimizer
        return name_of(walker) if isinstance(walker, SGD) else short_name(walker)

    def _bars(self, order: list[int]) -> VGroup:
        walks, left = self.solved.walks, self.solved.left
        ends = [int(walk.steps[-1]) for walk in walks]
        entries = [
            (name_of(walks[k].optimizer), ends[k], self.looks[k].colour, _count(left[k], ends[k])) for k in order
        ]
        heading = self.text(self.word(f"{'own_' if self.material.given else ''}needed"), BODY, weight="SEMIBOLD")
        return VGroup(heading, Bars(self, entries, 5.4)).arrange(DOWN, buff=0.25, aligned_edge=LEFT)


def _around(brought: Material) -> AroundSaddle:
    """The saddle of what was brought."""
    ground = brought.ground("saddle")
    return AroundSaddle.of(ground, brought.begin(ground))


def _count(left: int, most: int | None = None) -> str:
    """Steps until a walk has left, or that it stays for all of them."""
    return f"{left:,}" if left >= 0 else "–" if most is None else f"> {most:,}"
