"""The old times, the new ground, the new vehicle: one deep network on MNIST, on two grounds with two vehicles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, UP, FadeIn, VGroup

from landscape import datasets, evidence
from landscape.core.numerals import number
from landscape.core.statistics import Difference
from landscape.evidence import Finding, Quantity
from landscape.evidence.comparing import clear_way, points
from landscape.figures.scales import loss_scale
from landscape.optimizers import SGD, Adam, Optimizer

from ..charts import Chart, Curve, linear
from ..stage import SMALL, Lesson

_VEHICLES: tuple[Optimizer, ...] = (SGD(), Adam())
# The ground and the vehicle of each case, in the order of the story, as the finding names them.
_CASES = ("plain_sgd", "ground_sgd", "ground_adam", "plain_adam")
_OLD, _GROUND, _BOTH, _VEHICLE = range(len(_CASES))
# What each case is beside one before it, as the finding names that.
_GAINS = {_GROUND: "new_ground", _BOTH: "ground_gain", _VEHICLE: "plain_gain"}


@dataclass(frozen=True)
class Evolution:
    """Sigmoid with SGD, ReLU with SGD, ReLU with Adam, and sigmoid with Adam, as they were measured over one grid of
    learning rates and several seeds.

    chance : the accuracy of always saying the most frequent digit.
    """

    finding: Finding
    chance: float

    def gain(self, case: int) -> Difference:
        """How much more of the test digits a case reads than the one before it, over seeds."""
        return self.finding.values[_GAINS[case]].compared

    def reads(self, case: int) -> Quantity:
        """What it reads of the test digits."""
        return self.finding.values[_CASES[case]]

    def curve(self, case: int) -> dict[str, Any]:
        """The losses of its first seed at the best rate: "steps", "loss" and "lr"."""
        found: dict[str, Any] = self.finding.series["curves"][_CASES[case]]
        return found

    def band(self, case: int) -> str:
        """Over how many decades its rates train."""
        return f"{self.finding.values[f'{_CASES[case]}_band']:plain}"

    @property
    def answer(self) -> str:
        """What the four cases say together: "plain" where Adam helps on the old ground and not clearly on the new one,
        "ground" where the ground helps and Adam on neither, or "other"."""
        ground, new, old = (clear_way(self.gain(case)) for case in _GAINS)
        if ground == "more" and new != "more":
            return "plain" if old == "more" else "ground"
        return "other"


class EvolutionLesson(Lesson):
    """Side by side."""

    def solve(self) -> Evolution:
        labels = datasets.load().y_test
        return Evolution(evidence.stored()["coevolution"], float(np.bincount(labels).max() / len(labels)))

    def construct(self) -> None:
        solved: Evolution = self.solved
        sgd, adam = self.palette.styles(_VEHICLES)
        looks = [sgd, sgd, adam, adam]

        self.add(self.title())
        settings, walks = solved.finding.settings, [solved.curve(k) for k in range(len(_CASES))]
        last = max(walk["steps"][-1] for walk in walks)
        losses = [np.array(walk["loss"], dtype=float) for walk in walks]
        axes = linear(0, last), loss_scale(losses)
        charts, curves, heads, ends = [], [], [], []
        for k, (walk, look) in enumerate(zip(walks, looks, strict=True)):
            chart = Chart(self, *axes, 2.4, 2.1, self.word("loss"), self.word("steps"))
            chart.move_to([-4.95 + 3.42 * k, 0.4, 0])
            charts.append(chart)
            curves.append(Curve(chart, np.array(walk["steps"]), losses[k], look))
            heads.append(
                self.text(self.word(f"case{k}"), 30, look.colour, "SEMIBOLD")
                .match_x(chart.field)
                .align_to([0, 2.6, 0], UP)
            )
            ends.append(
                self.text(self.read(k), 42, look.colour, "BOLD").next_to(chart, DOWN, buff=0.2).match_x(chart.field)
            )
        about = {"layers": settings["deep"], "images": settings["images"]}
        self.say("question", *map(FadeIn, charts), run_time=0.8, **about)
        self.pause(2)
        for k, walk in enumerate(walks):
            said: dict[str, Any] = {"accuracy": self.read(k), "lr": number(walk["lr"]), "seeds": solved.reads(k).n}
            key = f"say{k}"
            if k in _GAINS:
                gain = solved.gain(k)
                key, said = f"{key}_{clear_way(gain)}", said | points(gain)
            self.say(key, FadeIn(heads[k]), chance=self.percent(solved.chance, 1), **said)
            self.drive([curves[k]], last, run_time=3)
            self.play(FadeIn(ends[k]), run_time=0.4)
            self.pause(1.2)

        # Over how many rates.
        rows = VGroup(
            *(
                self.text(self.word("good", decades=solved.band(k)), SMALL, look.colour).next_to(end, DOWN, buff=0.16)
                for k, (look, end) in enumerate(zip(looks, ends, strict=True))
            )
        )
        self.say("rates", FadeIn(rows), goal=number(settings["target"]))
        self.pause(3)
        gains = {"ground": _GROUND, "old": _VEHICLE, "new": _BOTH}
        effects: dict[str, Any] = {name: points(solved.gain(case))["effect"] for name, case in gains.items()}
        self.say(f"answer_{solved.answer}", **effects)
        self.pause(5)

    def read(self, case: int) -> str:
        """The mean accuracy of a case over seeds."""
        return self.percent(self.solved.reads(case).value, 1)
