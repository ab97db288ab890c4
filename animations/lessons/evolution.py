"""The old times, the new ground, the new vehicle: one deep network on MNIST, on two grounds with two vehicles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, FadeIn, FadeOut, VGroup

from landscape import datasets, evidence
from landscape.core.numerals import number
from landscape.core.statistics import Difference
from landscape.evidence import Finding, Quantity
from landscape.evidence.comparing import clear_way, points
from landscape.evidence.real_grounds import RealGround, real_ground
from landscape.figures.names import short_name
from landscape.figures.palettes import Look
from landscape.optimizers import SGD, Adam, Optimizer

from ..panels import Table
from ..stage import BODY, SMALL, Lesson
from ..travelling import Traveller
from ..world import OrbitCamera

VEHICLES: tuple[Optimizer, ...] = (SGD(), Adam())
GROUNDS = ("sigmoid", "relu")
# The ground and the vehicle of each case, in the order of the story, as the finding names them.
CASES = ("plain_sgd", "ground_sgd", "ground_adam", "plain_adam")
OLD, GROUND, BOTH, VEHICLE = range(len(CASES))
# What each case is beside one before it, as the finding names that.
GAINS = {GROUND: "new_ground", BOTH: "ground_gain", VEHICLE: "plain_gain"}
_HEIGHT = 0.65  # of the relief: from the lowest loss to the highest
_SMALL = 0.03  # of the world, the length of a vehicle


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
        return self.finding.values[GAINS[case]].compared

    def reads(self, case: int) -> Quantity:
        """What it reads of the test digits."""
        return self.finding.values[CASES[case]]

    def lr(self, case: int) -> float:
        """The best of the learning rates."""
        return float(self.finding.series["curves"][CASES[case]]["lr"])

    def band(self, case: int) -> str:
        """Over how many decades its rates train."""
        return f"{self.finding.values[f'{CASES[case]}_band']:plain}"

    @property
    def answer(self) -> str:
        """What the four cases say together: "plain" where Adam helps on the old ground and not clearly on the new one,
        "ground" where the ground helps and Adam on neither, or "other"."""
        ground, new, old = (clear_way(self.gain(case)) for case in GAINS)
        if ground == "more" and new != "more":
            return "plain" if old == "more" else "ground"
        return "other"


class EvolutionLesson(Lesson):
    """Two grounds, two vehicles, one after the other, on the losses that were measured."""

    def solve(self) -> Evolution:
        labels = datasets.load().y_test
        return Evolution(evidence.stored()["coevolution"], float(np.bincount(labels).max() / len(labels)))

    def construct(self) -> None:
        solved: Evolution = self.solved
        settings = solved.finding.settings
        self.looks = self.palette.styles(VEHICLES)
        board = Cells(self, solved, self.looks)

        # The old ground: a plain, in which somewhere there is a pit.
        ground = self._ground("sigmoid", azimuth=-70, elevation=16, span=1.5)
        self.add(self.title(), self.height_note())
        self.say("question", run_time=0.8, layers=settings["deep"], images=settings["images"])
        self.fly(azimuth=-112, elevation=9, span=0.8, run_time=5)
        self._drive(ground, OLD, board, azimuth=-100, elevation=8, span=0.42, run_time=6)

        # New ground, on which the same vehicle gets down; and the new vehicle beside it.
        self.leave(*map(FadeOut, board.shown))
        ground = self._ground("relu", azimuth=150, elevation=30, span=2.6)
        walker = self._drive(ground, GROUND, board, elevation=10, span=0.7, pace=1.8, run_time=7)
        walker.move(float(walker.walk.steps[-1]))
        self._drive(ground, BOTH, board, elevation=10, span=0.7, pace=1.8, run_time=7)
        self.fly(view=self.view.above(span=2.7, shift=self.beside), run_time=2.5)

        # And the new vehicle on the old ground.
        self.leave(*map(FadeOut, board.shown))
        ground = self._ground("sigmoid", azimuth=-112, elevation=13, span=0.9)
        walker = self.ball(ground.walks["sgd"], self.looks[0])
        walker.move(float(walker.walk.steps[-1]))
        self._drive(ground, VEHICLE, board, elevation=10, span=0.7, pace=1.3, run_time=8)
        self.fly(azimuth=-50, elevation=44, span=2.7, target=(0.0, 0.0, 0.3), shift=self.beside, run_time=3)

        # Over how many rates.
        self.say("rates", *(FadeIn(board.rate(k)) for k in range(len(CASES))), goal=number(settings["target"]))
        self.fly(azimuth=-40, run_time=3)
        gains = {"ground": GROUND, "old": VEHICLE, "new": BOTH}
        effects: dict[str, Any] = {name: points(solved.gain(case))["effect"] for name, case in gains.items()}
        self.say(f"answer_{solved.answer}", **effects)
        self.fly(azimuth=-26, run_time=5)
        self.pause(0.5)

    def _ground(self, activation: str, **view: Any) -> RealGround:
        """Enter the ground of an activation, at its start."""
        ground = real_ground(activation)
        scale: dict[str, Any] = {"height": _HEIGHT, "scale": "linear", "beyond": ground.wide, "vehicle": _SMALL}
        world = self.enter(ground.surface, **scale)
        start = tuple(world.relief.place(ground.walks["sgd"].x[0]).tolist())
        self.view = world.clear(OrbitCamera(target=start, shift=(0.0, -0.1), field_of_view=52, **view))
        return ground

    def _drive(
        self, ground: RealGround, case: int, board: Cells, run_time: float = 8.0, pace: float = 1.0, **view: Any
    ) -> Traveller:
        """Say what a case is, and drive it."""
        solved: Evolution = self.solved
        k = int(case in (BOTH, VEHICLE))
        said: dict[str, Any] = {"accuracy": self.read(case), "lr": number(solved.lr(case))}
        said |= {"seeds": solved.reads(case).n, "chance": self.percent(solved.chance, 1)}
        key = f"say{case}"
        if case in GAINS:
            gain = solved.gain(case)
            key, said = f"{key}_{clear_way(gain)}", said | points(gain)
        walk = ground.walks[VEHICLES[k].name]
        traveller = self.ball(walk, self.looks[k])
        self.say(key, *map(FadeIn, board.shown), **said)
        last = float(walk.steps[-1])
        self.drive([traveller], last, run_time=run_time, pace=pace, follow=traveller, chase=True, **view)
        self.play(FadeIn(board.read(case)), run_time=0.5)
        self.pause(0.8)
        return traveller

    def read(self, case: int) -> str:
        """The mean accuracy of a case over seeds."""
        return self.percent(self.solved.reads(case).value, 1)


class Cells:
    """Four cells, a row a ground and a column a vehicle, which fill one by one."""

    def __init__(self, lesson: Lesson, solved: Evolution, looks: Sequence[Look]) -> None:
        heads = [
            lesson.text(short_name(one), BODY, look.colour, "SEMIBOLD")
            for one, look in zip(VEHICLES, looks, strict=True)
        ]
        places = {OLD: (0, 0), VEHICLE: (0, 1), GROUND: (1, 0), BOTH: (1, 1)}
        self._cells: dict[int, VGroup] = {}
        rows: list[list[Any]] = [[lesson.text(lesson.word("of_digits"), SMALL, lesson.palette.muted), *heads]]
        for row, ground in enumerate(GROUNDS):
            cells: list[Any] = [lesson.text(lesson.word(ground), BODY, weight="SEMIBOLD")]
            for column, look in enumerate(looks):
                case = next(key for key, place in places.items() if place == (row, column))
                read = lesson.text(lesson.percent(solved.reads(case).value, 1), 40, look.colour, "BOLD")
                rate = lesson.text(lesson.word("good", decades=solved.band(case)), SMALL, look.colour)
                self._cells[case] = VGroup(read, rate).arrange(DOWN, buff=0.12)
                cells.append(self._cells[case])
            rows.append(cells)
        table = Table(lesson, rows, (0.0, 3.0, 5.2), gap=1.15)
        self._panel = lesson.column(table)
        # Cells are shown once they are known.
        self._known: list[Any] = []
        for cell in self._cells.values():
            for row_ in table:
                row_.remove(cell)

    @property
    def shown(self) -> list[Any]:
        """The panel, and what is known."""
        return [self._panel, *self._known]

    def read(self, case: int) -> Any:
        """What a case reads, from now on known."""
        self._known.append(self._cells[case][0])
        return self._cells[case][0]

    def rate(self, case: int) -> Any:
        """Over how many decades its rates train."""
        return self._cells[case][1]
