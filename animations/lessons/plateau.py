"""Sigmoid's plateau: ten layers multiply ten slopes of a quarter at most, and plain SGD stands still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from manim import DOWN, LEFT, FadeIn, FadeOut, VGroup

from landscape.descent import descend
from landscape.figures.names import name_of, short_name
from landscape.optimizers import SGD, Adam, Momentum
from landscape.sweeps import Sweep, rates, sweep
from landscape.terrains import SigmoidChain
from landscape.trajectory import Trajectory

from ..panels import Bars, Chart, Curve, number
from ..stage import HEADING, SMALL, Lesson
from ..theatre import Traveller
from ..world import OrbitCamera

_STEPS = 20_000  # of the ball that stands still
_MOST = 2000  # steps of the sweep
_GOAL = 1e-3  # loss; it is 0.08 at the start


class WideChain(SigmoidChain):
    """The same ground, drawn as far as momentum rolls."""

    domain = ((-2.0, 10.0), (-2.0, 15.0))


@dataclass(frozen=True)
class Plateau:
    """A chain of sigmoids, SGD at a rate of 1 on it, and what the best of common rates do, on a short chain too.

    sweeps, shallow : SGD, momentum and Adam over one grid of rates, on the chain and on a short one.
    walks, short_walks : of the sweeps' best, on the two chains.
    """

    terrain: SigmoidChain
    still: Trajectory
    sweeps: list[Sweep]
    walks: list[Trajectory]
    shallow: list[Sweep]
    short: SigmoidChain
    short_walks: list[Trajectory]

    @classmethod
    def solve(cls) -> Plateau:
        kinds, grid = [SGD(), Momentum(), Adam()], rates(1e-2, 1000, 3)
        deep, short = WideChain(10), WideChain(3)
        sweeps, shallow = (sweep(terrain, kinds, _GOAL, grid, _MOST) for terrain in (deep, short))
        walks, short_walks = (
            [descend(terrain, one.best, steps=int(one.score.min())) for one in found]
            for terrain, found in ((deep, sweeps), (short, shallow))
        )
        still = descend(deep, SGD(lr=1.0), steps=_STEPS, record=50)
        return cls(deep, still, sweeps, walks, shallow, short, short_walks)


class PlateauLesson(Lesson):
    """SGD stands still; what helps."""

    name: ClassVar[str] = "plateau"

    def solve(self) -> Plateau:
        return Plateau.solve()

    def construct(self) -> None:
        solved: Plateau = self.solved
        start, still = solved.terrain.start, solved.still
        slope = float(np.linalg.norm(solved.terrain.gradient(start)))
        moved = float(np.linalg.norm(still.x[-1] - start))

        # The terrain.
        self.enter(solved.terrain, OrbitCamera(azimuth=-64, elevation=30, span=3.0, shift=(0.0, 0.1)), height=0.7)
        self.add(self.title(), self.height_note())
        self.say("question", depth=solved.terrain.depth, run_time=0.8)
        self.fly(azimuth=-32, elevation=34, span=3.1, shift=(-0.34, 0.02), run_time=4)
        self.pause(0.5)

        # SGD stands on it.
        ball = self.ball(still, name_of(still.optimizer))
        chart = Chart(self, (0, _STEPS), (0, 0.1), 4.0, 1.9, self.word("loss"), self.word("steps"), (False, False))
        depth, r = solved.terrain.depth, float(np.sqrt(2 * solved.terrain.value(start)))  # L = r²/2, and w is 1
        why = self.equation(f"(partial L) / (partial w_1) = r dot sigma'_1 dot w sigma'_2 dots.c w sigma'_{depth}", 29)
        small = self.equation(
            f"abs((partial L) / (partial w_1)) <= {r:.2g} dot (1 / 4)^{depth} = {typst(r / 4**depth)}",
            29,
        )
        reason = VGroup(why, small).arrange(DOWN, buff=0.35)
        column = self.column(chart, reason)
        curve = Curve(chart, still.steps, still.loss, self.colour(SGD()))
        self.say("still", FadeIn(column[0]), steps=_STEPS, moved=moved, slope=number(slope))
        self.drive([ball, curve], _STEPS, run_time=6, azimuth=-24, span=3.1, shift=(-0.34, 0.02))
        self.pause(1.5)

        # Why.
        first = number(abs(float(solved.terrain.gradient(start)[0])))
        self.say("why", FadeIn(column[1]), first=first)
        self.pause(5)

        # What helps: a rate that fits, and an optimizer that divides by the gradient's size.
        self.play(FadeOut(VGroup(column, curve)), run_time=0.5)
        self.enter(self.world, self.view)
        self.remove(ball.label)
        balls = self._balls(solved.walks)
        deep, shallow = self.column(
            self._bars(solved.sweeps, self.word("deep", depth=solved.terrain.depth)),
            self._bars(solved.shallow, self.word("deep", depth=solved.short.depth)),
        )
        self.say(
            "helps",
            rates=len(solved.sweeps[0].lrs),
            low=number(solved.sweeps[0].lrs[0]),
            high=number(solved.sweeps[0].lrs[-1]),
        )
        last = max(int(walk.steps[-1]) for walk in solved.walks)
        self.drive(balls, last, FadeIn(deep, run_time=1), run_time=7, pace=2.5, azimuth=-2, elevation=38)
        self.pause(1)

        # The other way: fewer layers.
        view = self.view
        self.leave()
        self.enter(solved.short, view, height=0.7)
        self.say(
            "shallow",
            FadeIn(shallow),
            depth=solved.short.depth,
            sgd=arriving(solved.shallow)[0],
            rates=len(solved.shallow[0].lrs),
        )
        balls = self._balls(solved.short_walks)
        self.drive(balls, max(int(walk.steps[-1]) for walk in solved.short_walks), run_time=4, pace=2.5)
        self.pause(1.5)
        sgd, _, adam = arriving(solved.sweeps)
        self.say("answer", sgd=sgd, adam=adam, rates=len(solved.sweeps[0].lrs))
        self.pause(4)

    def _balls(self, walks: list[Trajectory]) -> list[Traveller]:
        # Where one has gone the way of another, its trail is a strip on that one's.
        return [self.ball(walk, width=width) for walk, width in zip(walks, (13.0, 8.0, 6.0), strict=True)]

    def _bars(self, sweeps: list[Sweep], heading: str) -> VGroup:
        """Steps to the goal at each one's best rate."""
        best = [float(one.score.min()) for one in sweeps]
        bars = Bars(
            self,
            [short_name(one.optimizer) for one in sweeps],
            best,
            [self.colour(one.optimizer) for one in sweeps],
            [f"{n:,.0f}  ({a}/{len(one.lrs)})" for n, a, one in zip(best, arriving(sweeps), sweeps, strict=True)],
            5.0,
            log=True,
            size=SMALL,
            longest=max(float(one.score.min()) for one in self.solved.sweeps),
        )
        head = VGroup(
            self.text(heading, HEADING, weight="SEMIBOLD"),
            self.lines(self.word("needed"), 60, SMALL, self.palette.muted),
        )
        head.arrange(DOWN, buff=0.1, aligned_edge=LEFT)
        return VGroup(head, bars).arrange(DOWN, buff=0.25, aligned_edge=LEFT)


def arriving(sweeps: list[Sweep]) -> list[int]:
    """How many rates of each arrive."""
    return [int(np.isfinite(one.score).sum()) for one in sweeps]


def typst(value: float) -> str:
    """A small number in Typst's notation."""
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits} times 10^({int(exponent)})"


LESSON = PlateauLesson
