"""The old times, the new ground, the new vehicle: one deep network on MNIST, on two grounds with two vehicles."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, UP, FadeIn, VGroup

from landscape import datasets
from landscape.core.numerals import number
from landscape.core.statistics import Difference, over_seeds
from landscape.evidence.comparing import clear_way, points
from landscape.evidence.tuning import decades
from landscape.figures.scales import loss_scale
from landscape.networks.mlp import MLP
from landscape.optimizers import SGD, Adam, Optimizer
from landscape.sweeps.bands import Sweep, sweep_training
from landscape.training.loop import train
from landscape.training.run import Run

from ..charts import Chart, Curve, linear
from ..stage import SMALL, Lesson

_LAYERS = (784, 64, 64, 64, 64, 64, 64, 10)
_LEARNT = 20_000  # images, for each rate that is tried too
_GOOD = 1.0  # training loss that a rate must come below to count as one that works
_SEEDS = range(1, 6)  # that of the sweep is 0
_GROUNDS = (("sigmoid", "glorot"), ("relu", "he"))
_VEHICLES: tuple[Optimizer, ...] = (SGD(), Adam())
# The ground and the vehicle of each case, in the order of the story.
_CASES = ((0, 0), (1, 0), (1, 1), (0, 1))
_OLD, _GROUND, _BOTH, _VEHICLE = range(len(_CASES))


@dataclass(frozen=True)
class Evolution:
    """Sigmoid with SGD, ReLU with SGD, ReLU with Adam, and sigmoid with Adam, in this order.

    sweeps : of learning rates, from one seed. runs : at the best rates, each from the first of other seeds.
    accuracy : of each case on the test digits, by seed. chance : of always saying the most frequent digit.
    """

    sweeps: list[Sweep]
    runs: list[Run]
    accuracy: list[dict[Hashable, float]]
    chance: float

    def gain(self, case: int, before: int) -> Difference:
        """How much more of the test digits one case reads than another, over seeds."""
        return over_seeds(self.accuracy[case], self.accuracy[before])

    @property
    def answer(self) -> str:
        """What the four cases say together: "plain" where Adam helps on the old ground and not clearly on the new one,
        "ground" where the ground helps and Adam on neither, or "other"."""
        ground, old, new = (
            clear_way(self.gain(*pair)) for pair in ((_GROUND, _OLD), (_VEHICLE, _OLD), (_BOTH, _GROUND))
        )
        if ground == "more" and new != "more":
            return "plain" if old == "more" else "ground"
        return "other"


class EvolutionLesson(Lesson):
    """Side by side."""

    def solve(self) -> Evolution:
        data = datasets.load()
        learnt = data.subset(_LEARNT)
        found = [sweep_training(MLP(_LAYERS, *ground), learnt, list(_VEHICLES), good=_GOOD) for ground in _GROUNDS]
        sweeps, runs, accuracy = [found[ground][vehicle] for ground, vehicle in _CASES], [], []
        for (ground, _), one in zip(_CASES, sweeps, strict=True):
            made: dict[Hashable, Run] = {
                seed: train(MLP(_LAYERS, *_GROUNDS[ground], seed=seed), learnt, one.best, seed=seed, snapshots=1)
                for seed in _SEEDS
            }
            runs.append(made[_SEEDS[0]])
            # One that diverged has read nothing.
            accuracy.append({seed: 0.0 if run.diverged else run.test_accuracy for seed, run in made.items()})
        return Evolution(sweeps, runs, accuracy, float(np.bincount(data.y_test).max() / len(data.y_test)))

    def construct(self) -> None:
        solved: Evolution = self.solved
        styles = self.palette.styles(_VEHICLES)
        looks = [styles[vehicle] for _, vehicle in _CASES]

        self.add(self.title())
        last = max(run.history["loss"].size for run in solved.runs)
        smooth = [smoothed(run.history["loss"]) for run in solved.runs]
        axes = linear(0, last), loss_scale([losses for _, losses in smooth])
        charts, curves, heads, ends = [], [], [], []
        for k, (run, look) in enumerate(zip(solved.runs, looks, strict=True)):
            chart = Chart(self, *axes, 2.4, 2.1, self.word("loss"), self.word("steps"))
            chart.move_to([-4.95 + 3.42 * k, 0.4, 0])
            charts.append(chart)
            curves.append(Curve(chart, *smooth[k], look, lost=run.diverged))
            heads.append(
                self.text(self.word(f"case{k}"), 30, look.colour, "SEMIBOLD")
                .match_x(chart.field)
                .align_to([0, 2.6, 0], UP)
            )
            ends.append(
                self.text(self.read(k), 42, look.colour, "BOLD").next_to(chart, DOWN, buff=0.2).match_x(chart.field)
            )
        self.say("question", *map(FadeIn, charts), layers=len(_LAYERS) - 2, images=_LEARNT, run_time=0.8)
        self.pause(2)
        pairs = {_GROUND: _OLD, _BOTH: _GROUND, _VEHICLE: _OLD}
        for k, run in enumerate(solved.runs):
            said: dict[str, Any] = {"accuracy": self.read(k), "lr": number(run.optimizer.lr), "seeds": len(_SEEDS)}
            key = f"say{k}"
            if k in pairs:
                gain = solved.gain(k, pairs[k])
                key, said = f"{key}_{clear_way(gain)}", said | points(gain)
            self.say(key, FadeIn(heads[k]), chance=self.percent(solved.chance, 1), **said)
            self.drive([curves[k]], last, run_time=3)
            self.play(FadeIn(ends[k]), run_time=0.4)
            self.pause(1.2)

        # Over how many rates.
        rows = VGroup(
            *(
                self.text(self.word("good", decades=decades(one.band)), SMALL, look.colour).next_to(
                    end, DOWN, buff=0.16
                )
                for one, look, end in zip(solved.sweeps, looks, ends, strict=True)
            )
        )
        self.say("rates", FadeIn(rows), goal=number(_GOOD))
        self.pause(3)
        gains = {"ground": (_GROUND, _OLD), "old": (_VEHICLE, _OLD), "new": (_BOTH, _GROUND)}
        effects: dict[str, Any] = {name: points(solved.gain(*pair))["effect"] for name, pair in gains.items()}
        self.say(f"answer_{solved.answer}", **effects)
        self.pause(5)

    def read(self, case: int) -> str:
        """The mean accuracy of a case over seeds."""
        return self.percent(np.mean(list(self.solved.accuracy[case].values())), 1)


def smoothed(losses: np.ndarray, window: int = 25) -> tuple[np.ndarray, np.ndarray]:
    """Steps and the mean loss of the last batches, every few steps: single batches are noise."""
    sums = np.cumsum(np.concatenate([[0.0], losses]))
    steps = np.unique(np.linspace(1, len(losses), 200).astype(int))
    first = np.maximum(steps - window, 0)
    return steps, (sums[steps] - sums[first]) / (steps - first)
