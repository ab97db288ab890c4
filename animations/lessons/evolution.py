"""The old times, the new ground, the new vehicle: one deep network on MNIST, with one part changed at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from manim import DOWN, UP, FadeIn, VGroup

from landscape import datasets
from landscape.network import MLP
from landscape.optimizers import SGD, Adam, Optimizer
from landscape.run import Run
from landscape.sweeps import Sweep, sweep_training
from landscape.training import train

from ..panels import Chart, Curve, number
from ..stage import BODY, HEADING, Lesson

_LAYERS = (784, 64, 64, 64, 64, 64, 64, 10)
_TRIED = 20_000  # images on which the learning rates are tried
_GOOD = 1.0  # training loss that a rate must come below to count as one that works
_CASES: tuple[tuple[str, str, Optimizer], ...] = (
    ("sigmoid", "glorot", SGD()),
    ("relu", "he", SGD()),
    ("relu", "he", Adam()),
)


@dataclass(frozen=True)
class Evolution:
    """Sigmoid with SGD, ReLU with SGD, ReLU with Adam; each trained for an epoch at the best of the same rates."""

    sweeps: list[Sweep]
    runs: list[Run]

    @classmethod
    def solve(cls) -> Evolution:
        data, sweeps, runs = datasets.load(), [], []
        for activation, init, optimizer in _CASES:
            net = MLP(_LAYERS, activation, init)
            sweeps += sweep_training(net, data.subset(_TRIED), [optimizer])
            runs.append(train(net, data, sweeps[-1].best, snapshots=1))
        return cls(sweeps, runs)


class EvolutionLesson(Lesson):
    """Side by side."""

    name: ClassVar[str] = "evolution"

    def solve(self) -> Evolution:
        return Evolution.solve()

    def construct(self) -> None:
        solved: Evolution = self.solved
        colours = [self.colour(optimizer) for _, _, optimizer in _CASES]

        self.add(self.title())
        last = solved.runs[0].history["loss"].size
        charts, curves, heads, ends = [], [], [], []
        for k, (run, colour) in enumerate(zip(solved.runs, colours, strict=True)):
            chart = Chart(self, (0, last), (0.05, 5), 3.35, 2.1, self.word("loss"), self.word("steps"))
            chart.move_to([-4.7 + 4.65 * k, 0.4, 0])
            steps, losses = smoothed(run.history["loss"])
            charts.append(chart)
            curves.append(Curve(chart, steps, losses, colour))
            heads.append(
                self.text(self.word(f"case{k}"), HEADING, colour, "SEMIBOLD")
                .match_x(chart.field)
                .align_to([0, 2.6, 0], UP)
            )
            ends.append(
                self.text(self.percent(f"{100 * run.test_accuracy:.1f}"), 42, colour, "BOLD")
                .next_to(chart, DOWN, buff=0.2)
                .match_x(chart.field)
            )
        self.say("question", *map(FadeIn, charts), layers=len(_LAYERS) - 2, run_time=0.8)
        self.pause(2)
        said = {"rates": len(solved.sweeps[0].lrs)}
        for k in range(3):
            run = solved.runs[k]
            self.say(
                f"say{k}",
                FadeIn(heads[k]),
                accuracy=100 * run.test_accuracy,
                lr=number(run.optimizer.lr),
                **said,
            )
            self.drive([curves[k]], last, run_time=4)
            self.play(FadeIn(ends[k]), run_time=0.4)
            self.pause(1.6)

        # What the vehicle saves.
        good = [int(np.sum(one.score < _GOOD)) for one in solved.sweeps]
        rows = VGroup(
            *(
                self.text(self.word("good", n=n, rates=len(one.lrs)), BODY, colour).next_to(end, DOWN, buff=0.16)
                for n, one, colour, end in zip(good, solved.sweeps, colours, ends, strict=True)
            )
        )
        self.say("answer", FadeIn(rows), sgd=good[1], adam=good[2], goal=number(_GOOD))
        self.pause(5)


def smoothed(losses: np.ndarray, window: int = 25) -> tuple[np.ndarray, np.ndarray]:
    """Steps and the mean loss of the last batches, every few steps: single batches are noise."""
    sums = np.cumsum(np.concatenate([[0.0], losses]))
    steps = np.unique(np.linspace(1, len(losses), 200).astype(int))
    first = np.maximum(steps - window, 0)
    return steps, (sums[steps] - sums[first]) / (steps - first)


LESSON = EvolutionLesson
