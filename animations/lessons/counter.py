"""Adam beside others: in Reddi's example, in a ravine and the same one turned, and beside momentum on MNIST."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from manim import DOWN, LEFT, FadeIn, FadeOut, VGroup

from landscape import evidence, optimizers
from landscape.core.annotations import Floats
from landscape.core.numerals import fixed, number
from landscape.core.statistics import Difference
from landscape.evidence import Finding, Quantity
from landscape.evidence.claims.adaptive import KAPPA, KINDS, PER_DECADE, PERIOD, RARE, REDDI, STEPS, USUAL, reddi
from landscape.evidence.comparing import Compared, clear_way, compared, points
from landscape.evidence.tuning import Tuned, counts, in_ravines
from landscape.figures.names import short_name
from landscape.figures.palettes import Look
from landscape.figures.scales import loss_scale
from landscape.sweeps.bands import Sweep

from ..charts import Chart, Curve, linear, logarithmic
from ..panels import Bars, Legend, Table
from ..stage import BODY, SMALL, Lesson
from ..world import OrbitCamera

_RIVALS = ("momentum", "adam")


@dataclass(frozen=True)
class Counter:
    """Adam beside others.

    x : (2, steps), the walks of Adam and AMSGrad in Reddi's problem.
    aligned, turned : RMSProp, Adam and momentum, in this order, on the ravine.
    demand : what all reach on MNIST, over one grid of learning rates and several seeds.
    """

    x: Floats
    aligned: list[Tuned]
    turned: list[Tuned]
    demand: Finding

    @property
    def reddi(self) -> str:
        """Whether Adam is "lost" at the wrong end where AMSGrad is at the right one, or "other"."""
        adam, amsgrad = self.x[:, -1]
        return "lost" if adam > 0 > amsgrad else "other"

    @property
    def ravine(self) -> Compared:
        """What momentum needs along the axes, to Adam."""
        return compared(self.aligned[2].needed, self.aligned[1].needed)

    @property
    def turn(self) -> str:
        """Whether momentum needs the same after the turn, "same", or "other"."""
        return "same" if self.aligned[2].needed == self.turned[2].needed else "other"

    @property
    def tried(self) -> list[Sweep]:
        """The training loss of momentum and Adam at each learning rate, the median over seeds."""
        rates = {optimizers.stored(one["optimizer"]).name: one for one in self.demand.series["cases"]}
        found = []
        for name in _RIVALS:
            lrs, losses = (np.array(list(map(float, rates[name][key]))) for key in ("lrs", "loss"))
            found.append(Sweep(optimizers.get(name), lrs, losses, "training loss at the end"))
        return found

    @property
    def reads(self) -> list[Quantity]:
        """What momentum and Adam read of the test digits, each at its best rate."""
        return [self.demand.values[name] for name in _RIVALS]

    @property
    def apart(self) -> Difference:
        """How much more Adam reads of the test digits than momentum, over seeds."""
        return self.demand.values["over_momentum"].compared

    @property
    def ahead(self) -> list[bool]:
        """Whether Adam is ahead of all others in Reddi's problem, on either ravine, and on MNIST."""
        adam, amsgrad = self.x[:, -1]
        # To be ahead means more than the two being alike.
        ravines = [
            all(compared(one.needed, race[1].needed) == "more" for one in (race[0], race[2]))
            for race in (self.aligned, self.turned)
        ]
        return [bool(compared(1 + amsgrad, 1 + adam) == "more"), *ravines, clear_way(self.apart) == "more"]


class CounterLesson(Lesson):
    """Three counterexamples."""

    def solve(self) -> Counter:
        walks = [reddi(one) for one in REDDI]
        aligned, turned = in_ravines(KINDS, KAPPA, PER_DECADE)
        return Counter(np.array(walks), aligned, turned, evidence.stored()["demand"])

    def construct(self) -> None:
        solved: Counter = self.solved
        self.set_scene(azimuth=20)
        self.add(self.title())
        self.say("question", all=len(solved.ahead), run_time=0.8)
        self.pause(2.5)

        # Reddi's example.
        axes = linear(0, STEPS), linear(-1.1, 1.1)
        chart = Chart(self, *axes, *self.chart_size(5.8, 3.6), self.word("place"), self.word("steps"))
        looks = self.palette.styles(REDDI)
        steps = np.arange(1, STEPS + 1)
        every = np.unique(np.geomspace(1, STEPS, 900).astype(int)) - 1
        legend = Legend(self, list(zip(map(short_name, REDDI), looks, strict=True)), BODY)
        # No words: equations have no Chinese letters.
        often = f"{USUAL:g} quad t equiv.not 1 thin (mod {PERIOD})"
        rule = self.equation(f"g_t = cases(+{RARE:g} quad t equiv 1 thin (mod {PERIOD}), {often})", 30)
        side = VGroup(rule, legend).arrange(DOWN, buff=0.5, aligned_edge=LEFT)
        self.gathered(chart, side)
        curves = [Curve(chart, steps[every], walk[every], look) for walk, look in zip(solved.x, looks, strict=True)]
        self.say("reddi", FadeIn(chart), FadeIn(side), large=number(RARE), period=PERIOD, small=number(USUAL))
        self.drive(curves, STEPS, first=1, run_time=8)
        adam, amsgrad = (fixed(x, 2, signed=True) for x in solved.x[:, -1])
        self.say(f"reddi_end_{solved.reddi}", adam=adam, amsgrad=amsgrad)
        self.pause(3)
        self.play(FadeOut(VGroup(chart, side, *curves)), run_time=0.5)

        # A ravine, and the same one turned.
        self._ravine(solved.aligned, -74)
        self.say(f"ravine_{solved.ravine}", FadeIn(self._bars("aligned", solved.aligned)), **counts(solved.aligned))
        self._ride(solved.aligned)
        self.leave(*map(FadeOut, self._panels))
        self._ravine(solved.turned, -116)
        needed = counts(solved.turned) | counts(solved.aligned, "_before")
        self.say(f"turned_{solved.turn}", FadeIn(self._bars("by45", solved.turned)), **needed)
        self._ride(solved.turned)
        self.leave(*map(FadeOut, self._panels))

        # MNIST.
        self.set_scene(azimuth=60)
        looks = self.palette.styles([one.optimizer for one in solved.tried])
        lrs = solved.tried[0].lrs
        axes = logarithmic(lrs[0], lrs[-1]), loss_scale([one.score[np.isfinite(one.score)] for one in solved.tried])
        chart = Chart(self, *axes, *self.chart_size(6.0, 3.5), self.word("mnist_loss"), self.word("rate"))
        table = self._table(looks)
        self.gathered(chart, table)
        lines = [
            Curve(chart, one.lrs[np.isfinite(one.score)], one.score[np.isfinite(one.score)], look)
            for one, look in zip(solved.tried, looks, strict=True)
        ]
        apart = points(solved.apart)
        self.say(f"mnist_{clear_way(solved.apart)}", FadeIn(chart), FadeIn(table), seeds=solved.reads[0].n, **apart)
        self.drive(lines, float(lrs[-1]), first=float(lrs[0]), run_time=3, pace=3.0)
        self.pause(3)
        ahead, everywhere = sum(solved.ahead), len(solved.ahead)
        answer = "answer_none" if not ahead else "answer_all" if ahead == everywhere else "answer_some"
        self.say(answer, ahead=ahead, all=everywhere)
        self.pause(4.5)

    def _table(self, looks: list[Look]) -> Table:
        """What momentum and Adam reach on MNIST, each at its best rate: the loss there, and the mean accuracy."""
        heads = [self.lines(self.word(key), 13, SMALL, self.palette.muted) for key in ("train_loss", "accuracy")]
        rows: list[list[Any]] = [["", *heads]]
        for one, reads, look in zip(self.solved.tried, self.solved.reads, looks, strict=True):
            read = self.percent(reads.value, 2)
            cells = (short_name(one.optimizer), f"{one.score.min():.3f}", read)
            rows.append([self.text(cell, BODY, look.colour, "SEMIBOLD") for cell in cells])
        return Table(self, rows, (0.0, 3.2, 5.4))

    def _ravine(self, race: list[Tuned], azimuth: float) -> None:
        """Enter it."""
        view = OrbitCamera(azimuth=azimuth, elevation=28, span=1.9, field_of_view=45, target=(0.0, 0.0, 0.1))
        self.enter(race[0].walk.terrain, replace(view, shift=self.beside), scale="sqrt", height=0.6, vehicle=0.06)

    def _ride(self, race: list[Tuned]) -> None:
        """All at once, each until it has arrived."""
        looks = self.palette.styles([one.sweep.optimizer for one in race])
        riders = [self.ball(one.walk, look) for one, look in zip(race, looks, strict=True)]
        last = max(float(one.walk.steps[-1]) for one in race)
        self.drive(riders, last, run_time=6, pace=2.2, azimuth=self.view.azimuth + 26)
        self.pause(1.5)

    def _bars(self, key: str, race: list[Tuned]) -> VGroup:
        """What each optimizer needs at its best rate."""
        kinds = [one.sweep.optimizer for one in race]
        longest = max(one.needed for one in (*self.solved.aligned, *self.solved.turned))
        entries = [
            (short_name(kind), one.needed, look.colour, one.count)
            for kind, one, look in zip(kinds, race, self.palette.styles(kinds), strict=True)
        ]
        bars = Bars(self, entries, 4.8, longest=longest if np.isfinite(longest) else race[0].sweep.steps)
        words = self.text(self.word(key), BODY, weight="SEMIBOLD")
        panel = self.column(VGroup(words, bars).arrange(DOWN, buff=0.22, aligned_edge=LEFT))
        self._panels = [panel]
        return panel
