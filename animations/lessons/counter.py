"""Where Adam loses: Reddi's example, the turned ravine, and a tuned momentum on MNIST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from manim import DOWN, LEFT, RIGHT, FadeIn, FadeOut, Group, VGroup
from numpy.typing import NDArray

from landscape import datasets
from landscape.figures.names import short_name
from landscape.network import MLP
from landscape.optimizers import Adam, AMSGrad, Momentum, Optimizer, RMSProp
from landscape.sweeps import Sweep, sweep, sweep_training
from landscape.terrains import Ravine
from landscape.training import train

from ..panels import Bars, Chart, Curve, Legend, Map, Table, number
from ..stage import BODY, MARGIN, SMALL, Lesson

Floats = NDArray[np.float64]

_STEPS, _PERIOD, _LARGE, _SMALL = 20_000, 101, 1010.0, -10.0
_GOAL = 1e-6  # of the first loss, on the ravine


@dataclass(frozen=True)
class Counter:
    """Three places where Adam is not the best.

    x : (2, steps), the walks of Adam and AMSGrad in Reddi's problem.
    aligned, turned : RMSProp, Adam and momentum on the ravine.
    tried : momentum and Adam on MNIST, an epoch at each rate; accuracy : (2,), on the test digits, at the best.
    """

    x: Floats
    aligned: list[Sweep]
    turned: list[Sweep]
    tried: list[Sweep]
    accuracy: list[float]

    @classmethod
    def solve(cls) -> Counter:
        walks = [reddi(one) for one in (Adam(lr=0.5, beta2=0.99), AMSGrad(lr=0.5, beta2=0.99))]
        kinds: list[Optimizer] = [RMSProp(), Adam(), Momentum()]
        aligned, turned = (
            sweep(terrain, kinds, _GOAL * float(terrain.value(terrain.start)))
            for terrain in (Ravine(100.0, 0.0), Ravine(100.0, 45.0))
        )
        data, net = datasets.load(), MLP((784, 128, 10))
        tried = sweep_training(net, data, [Momentum(), Adam()])
        accuracy = [train(net, data, one.best, snapshots=1).test_accuracy for one in tried]
        return cls(np.array(walks), aligned, turned, tried, accuracy)


def reddi(optimizer: Optimizer) -> Floats:
    """x (steps,) on [−1, 1], where the gradient is +1010 once in 101 steps and −10 otherwise, at the rate lr/√t.

    On average that says: go to −1. Source: Reddi, Kale & Kumar 2018.
    """
    x, state, xs = np.zeros(1), optimizer.init(np.zeros(1)), np.empty(_STEPS)
    for t in range(1, _STEPS + 1):
        gradient = np.array([_LARGE if t % _PERIOD == 1 else _SMALL])
        step, state = optimizer.update(gradient, state, x, lr=optimizer.lr / np.sqrt(t))
        x = np.clip(x + step, -1, 1)
        xs[t - 1] = x[0]
    return xs


class CounterLesson(Lesson):
    """Three counterexamples."""

    name: ClassVar[str] = "counter"

    def solve(self) -> Counter:
        return Counter.solve()

    def construct(self) -> None:
        solved: Counter = self.solved
        self.add(self.title())
        self.say("question", run_time=0.8)
        self.pause(2.5)

        # Reddi's example.
        chart = Chart(self, (0, _STEPS), (-1.1, 1.1), 6.0, 3.6, self.word("place"), self.word("steps"), (False, False))
        chart.to_edge(LEFT, buff=MARGIN + 0.6).set_y(0.15)
        colours = [self.colour(Adam()), self.palette.ink]
        steps = np.arange(1, _STEPS + 1)
        every = np.unique(np.geomspace(1, _STEPS, 900).astype(int)) - 1
        curves = [
            Curve(chart, steps[every], walk[every], colour) for walk, colour in zip(solved.x, colours, strict=True)
        ]
        legend = Legend(self, list(zip(("Adam", "AMSGrad"), colours, strict=True)), BODY)
        # No words: equations have no Chinese letters.
        often = f"{_SMALL:g} quad t equiv.not 1 thin (mod {_PERIOD})"
        rule = self.equation(f"g_t = cases(+{_LARGE:g} quad t equiv 1 thin (mod {_PERIOD}), {often})", 30)
        side = self.column(VGroup(rule, legend).arrange(DOWN, buff=0.5, aligned_edge=LEFT))
        self.say("reddi", FadeIn(chart), FadeIn(side), large=number(_LARGE), period=_PERIOD, small=number(_SMALL))
        self.drive(curves, _STEPS, first=1, run_time=8)
        self.say("reddi_end", adam=signed(solved.x[0, -1]), amsgrad=signed(solved.x[1, -1]))
        self.pause(3)
        self.play(FadeOut(VGroup(chart, side, *curves)), run_time=0.5)

        # The turned ravine.
        panels = [self._ravine(angle, race) for angle, race in ((0.0, solved.aligned), (45.0, solved.turned))]
        pair = Group(*panels).arrange(RIGHT, buff=1.0).move_to([0, 0.25, 0])
        self.say("ravine", FadeIn(panels[0]))
        self.pause(2.5)
        before, after = (float(race[0].score.min()) for race in (solved.aligned, solved.turned))
        adam = [int(race[1].score.min()) for race in (solved.aligned, solved.turned)]
        self.say("turned", FadeIn(panels[1]), before=before, after=after, adam_before=adam[0], adam=adam[1])
        self.pause(4)
        self.play(FadeOut(pair), run_time=0.5)

        # MNIST: who has tuned momentum needs no Adam.
        lrs = solved.tried[0].lrs
        chart = Chart(
            self, (lrs[0], lrs[-1]), (0.08, 3), 6.0, 3.5, self.word("reached"), self.word("rate"), (True, True)
        )
        chart.to_edge(LEFT, buff=MARGIN + 0.6).set_y(0.15)
        lines = [
            Curve(chart, one.lrs, np.where(np.isfinite(one.score), one.score, np.nan), self.colour(one.optimizer))
            for one in solved.tried
        ]
        apart = 100 * abs(solved.accuracy[0] - solved.accuracy[1])
        lost = int((~np.isfinite(solved.tried[1].score)).sum())
        self.say("mnist", FadeIn(chart), FadeIn(self.column(self._table())), rates=len(lrs), lost=lost, apart=apart)
        self.drive(lines, float(lrs[-1]), first=float(lrs[0]), run_time=3, pace=3.0)
        self.pause(3)
        self.say("answer")
        self.pause(4.5)

    def _table(self) -> Table:
        """What momentum and Adam reach on MNIST, each at its best rate."""
        heads = [self.lines(self.word(key), 13, SMALL, self.palette.muted) for key in ("train_loss", "accuracy")]
        rows: list[list[Any]] = [["", *heads]]
        for one, accuracy in zip(self.solved.tried, self.solved.accuracy, strict=True):
            colour = self.colour(one.optimizer)
            cells = (short_name(one.optimizer), f"{one.score.min():.3f}", self.percent(f"{100 * accuracy:.2f}"))
            rows.append([self.text(cell, BODY, colour, "SEMIBOLD") for cell in cells])
        return Table(self, rows, (0.0, 3.2, 5.4))

    def _ravine(self, angle: float, race: list[Sweep]) -> Group:
        """A small map, and what each optimizer needs at its best rate."""
        ground = Map(self, Ravine(100.0, angle), 5.4, 2.2)
        best = [float(one.score.min()) for one in race]
        names, colours = [short_name(one.optimizer) for one in race], [self.colour(one.optimizer) for one in race]
        longest = max(float(one.score.min()) for one in (*self.solved.aligned, *self.solved.turned))
        bars = Bars(self, names, best, colours, [f"{one:,.0f}" for one in best], 5.6, size=SMALL, longest=longest)
        words = self.text(self.word("aligned" if angle == 0 else "by45"), BODY, weight="SEMIBOLD")
        return Group(words, ground, bars).arrange(DOWN, buff=0.22)


def signed(value: float) -> str:
    """Two digits, with a sign."""
    return f"{value:+.2f}".replace("-", "−")


LESSON = CounterLesson
