"""Sigmoid's plateau: ten layers multiply ten slopes of a quarter at most, and plain SGD stands still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import DOWN, LEFT, FadeIn, FadeOut, VGroup

from landscape.core.numerals import number
from landscape.evidence.claims.plateau import DEEP, MOST, SHORT, STEPS, on_chain, standing
from landscape.evidence.claims.sigmoid import WideChain, flatness
from landscape.evidence.comparing import Compared
from landscape.evidence.tuning import Tuned, decades, wider
from landscape.figures.names import name_of, short_name
from landscape.terrains import SigmoidChain
from landscape.walks.trajectory import Trajectory

from ..charts import Chart, Curve, linear
from ..panels import Bars
from ..stage import HEADING, SMALL, Lesson
from ..travelling import Traveller
from ..world import OrbitCamera


@dataclass(frozen=True)
class Plateau:
    """A chain of sigmoids, SGD at a rate of 1 on it, and what the best of common rates do, on a short chain too.

    deep, shallow : SGD, momentum and Adam, in this order, on the chain and on the short one.
    flat : the share of the chain's map that is flat.
    """

    terrain: SigmoidChain
    short: SigmoidChain
    still: Trajectory
    deep: tuple[Tuned, ...]
    shallow: tuple[Tuned, ...]
    flat: float

    @property
    def away(self) -> int:
        """How many get off the chain's plateau at any rate."""
        return sum(bool(np.isfinite(one.needed)) for one in self.deep)

    @property
    def fewer(self) -> Compared:
        """How wide SGD's band is on the short chain, to the long one."""
        return wider(self.shallow[0].sweep, self.deep[0].sweep)

    @property
    def vehicle(self) -> Compared:
        """How wide Adam's band is on the long chain, to SGD's."""
        return wider(self.deep[2].sweep, self.deep[0].sweep)


class PlateauLesson(Lesson):
    """SGD stands still; what helps."""

    def solve(self) -> Plateau:
        chain, short = WideChain(DEEP), WideChain(SHORT)
        return Plateau(chain, short, standing(), on_chain(DEEP), on_chain(SHORT), flatness(chain))

    def construct(self) -> None:
        solved: Plateau = self.solved
        start, still = solved.terrain.start, solved.still
        slope = float(np.linalg.norm(solved.terrain.gradient(start)))
        moved = float(np.linalg.norm(still.x[-1] - start))

        # The terrain.
        self.enter(solved.terrain, OrbitCamera(azimuth=-64, elevation=30, span=3.0, shift=(0.0, 0.1)), height=0.7)
        self.add(self.title(), self.height_note())
        flat = self.percent(solved.flat)
        self.say("question", depth=solved.terrain.depth, flat=flat, run_time=0.8)
        self.fly(azimuth=-32, elevation=34, span=3.1, shift=(-0.34, 0.02), run_time=4)
        self.pause(0.5)

        # SGD stands on it.
        looks = self.looks = self.palette.styles([one.sweep.optimizer for one in solved.deep])
        ball = self.ball(still, looks[0], name_of(still.optimizer))
        # From 0 on: drawn in full, the little that it falls would look like a way down.
        axes = linear(0, STEPS), linear(0, 1.2 * float(still.loss.max()))
        chart = Chart(self, *axes, 4.0, 1.9, self.word("loss"), self.word("steps"))
        depth, r = solved.terrain.depth, float(np.sqrt(2 * solved.terrain.value(start)))  # L = r²/2, and w is 1
        why = self.equation(f"(partial L) / (partial w_1) = r dot sigma'_1 dot w sigma'_2 dots.c w sigma'_{depth}", 29)
        small = self.equation(
            f"abs((partial L) / (partial w_1)) <= {r:.2g} dot (1 / 4)^{depth} = {typst(r / 4**depth)}",
            29,
        )
        reason = VGroup(why, small).arrange(DOWN, buff=0.35)
        column = self.column(chart, reason)
        curve = Curve(chart, still.steps, still.loss, looks[0])
        self.say("still", FadeIn(column[0]), steps=STEPS, moved=moved, slope=number(slope))
        self.drive([ball, curve], STEPS, run_time=6, azimuth=-24, span=3.1, shift=(-0.34, 0.02))
        self.pause(1.5)

        # Why.
        first = number(abs(float(solved.terrain.gradient(start)[0])))
        self.say("why", FadeIn(column[1]), first=first)
        self.pause(5)

        # What helps: a rate that fits, and an optimizer that divides by the gradient's size.
        self.play(FadeOut(VGroup(column, curve)), run_time=0.5)
        self.enter(self.world, self.view)
        self.remove(ball.label)
        balls = self._balls(solved.deep)
        deep, shallow = self.column(
            self._bars(solved.deep, self.word("deep", depth=solved.terrain.depth)),
            self._bars(solved.shallow, self.word("deep", depth=solved.short.depth)),
        )
        helps = "helps_all" if solved.away == len(solved.deep) else "helps_some"
        self.say(helps, away=solved.away, all=len(solved.deep), steps=MOST)
        last = max(int(one.walk.steps[-1]) for one in solved.deep)
        self.drive(balls, last, FadeIn(deep, run_time=1), run_time=7, pace=2.5, azimuth=-2, elevation=38)
        self.pause(1)

        # The other way: fewer layers.
        view = self.view
        self.leave()
        self.enter(solved.short, view, height=0.7)
        self.say(
            f"shallow_{solved.fewer}",
            FadeIn(shallow),
            depth=solved.short.depth,
            sgd=decades(solved.shallow[0].sweep.band),
            before=decades(solved.deep[0].sweep.band),
        )
        balls = self._balls(solved.shallow)
        self.drive(balls, max(int(one.walk.steps[-1]) for one in solved.shallow), run_time=4, pace=2.5)
        self.pause(1.5)
        sgd, _, adam = (decades(one.sweep.band) for one in solved.deep)
        self.say(f"answer_{solved.vehicle}", sgd=sgd, adam=adam)
        self.pause(4)

    def _balls(self, tuned: tuple[Tuned, ...]) -> list[Traveller]:
        # Where one has gone the way of another, its trail is a strip on that one's.
        return [
            self.ball(one.walk, look, width=width)
            for one, look, width in zip(tuned, self.looks, (13.0, 8.0, 6.0), strict=True)
        ]

    def _bars(self, tuned: tuple[Tuned, ...], heading: str) -> VGroup:
        """Steps to the goal at each one's best rate."""
        entries = [
            (short_name(one.sweep.optimizer), one.needed, look.colour, f"{one.count}  ({decades(one.sweep.band)})")
            for one, look in zip(tuned, self.looks, strict=True)
        ]
        bars = Bars(self, entries, 5.0, log=True, longest=MOST)
        head = VGroup(
            self.text(heading, HEADING, weight="SEMIBOLD"),
            self.lines(self.word("needed"), 60, SMALL, self.palette.muted),
        )
        head.arrange(DOWN, buff=0.1, aligned_edge=LEFT)
        return VGroup(head, bars).arrange(DOWN, buff=0.25, aligned_edge=LEFT)


def typst(value: float) -> str:
    """A small number in Typst's notation."""
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits} times 10^({int(exponent)})"
