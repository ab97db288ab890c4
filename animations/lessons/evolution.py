"""The old times, the new ground, the new vehicle: one deep network on MNIST, on two grounds with two vehicles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from manim import DOWN, FadeIn, FadeOut, VGroup

from landscape import datasets, evidence
from landscape.core.numerals import number
from landscape.core.statistics import Difference
from landscape.evidence import Finding, Quantity
from landscape.evidence.comparing import clear_way, points
from landscape.evidence.crossed import Crossed
from landscape.evidence.real_grounds import RealGround, real_ground
from landscape.figures.names import name_of, short_name
from landscape.figures.palettes import Look
from landscape.optimizers import SGD, Adam, Optimizer

from ..material import Material
from ..panels import Table
from ..stage import BODY, SMALL, Lesson
from ..travelling import Traveller
from ..world import OrbitCamera

VEHICLES: tuple[Optimizer, ...] = (SGD(), Adam())
GROUNDS = ("sigmoid", "relu")
# The ground and the vehicle of each case, in the order of the story, as the finding names them.
CASES = ("plain_sgd", "ground_sgd", "ground_adam", "plain_adam")
OLD, GROUND, BOTH, VEHICLE = range(len(CASES))
PLACES = {OLD: (0, 0), VEHICLE: (0, 1), GROUND: (1, 0), BOTH: (1, 1)}  # of ground and vehicle
BEFORE = {GROUND: OLD, BOTH: GROUND, VEHICLE: OLD}  # what each case is compared with
# As the finding names that.
GAINS = {GROUND: "new_ground", BOTH: "ground_gain", VEHICLE: "plain_gain"}
_HEIGHT = 0.65  # of the relief: from the lowest loss to the highest
_SMALL = 0.03  # of the world, the length of a vehicle


@dataclass(frozen=True)
class Evolution:
    """Sigmoid with SGD, ReLU with SGD, ReLU with Adam, and sigmoid with Adam, as they were measured over one grid of
    learning rates and several seeds.

    chance : the accuracy of always saying the most frequent digit. crossed : runs of the user's own, which are told in
    place of what was found.
    """

    finding: Finding
    chance: float
    crossed: Crossed | None = None

    @property
    def vehicles(self) -> tuple[Optimizer, ...]:
        """The old one and the new one."""
        return VEHICLES if self.crossed is None else self.crossed.vehicles

    def ground(self, which: int) -> RealGround:
        """The old one, 0, or the new one, 1."""
        return real_ground(GROUNDS[which]) if self.crossed is None else self.crossed.ground(which)

    def gain(self, case: int) -> Difference:
        """How much more of the test digits a case reads than the one before it, over seeds."""
        if self.crossed is not None:
            return self.crossed.gain(PLACES[case], PLACES[BEFORE[case]])
        return self.finding.values[GAINS[case]].compared

    def reads(self, case: int) -> Quantity:
        """What it reads of the test digits."""
        if self.crossed is not None:
            return self.crossed.reads(*PLACES[case])
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

    takes_alone: ClassVar = frozenset({"runs"})

    @classmethod
    def check(cls, material: Material) -> None:
        Crossed.of(material.runs, datasets.load())

    def solve(self) -> Evolution:
        data, runs = datasets.load(), self.material.runs
        chance = float(np.bincount(data.y_test).max() / len(data.y_test))
        return Evolution(evidence.stored()["coevolution"], chance, Crossed.of(runs, data) if runs else None)

    def construct(self) -> None:
        solved: Evolution = self.solved
        settings, own = solved.finding.settings, solved.crossed
        self.looks = self.palette.styles(solved.vehicles)
        board = Cells(self, solved, self.looks)

        # The old ground: a plain, in which somewhere there is a pit.
        ground = self._ground(0, azimuth=-70, elevation=16, span=1.5)
        self.add(self.title(), self.height_note())
        if own:
            self.say("own_question", run_time=0.8, runs=sum(map(len, own.runs.values())))
        else:
            self.say("question", run_time=0.8, layers=settings["deep"], images=settings["images"])
        self.fly(azimuth=-112, elevation=9, span=0.8, run_time=5)
        self._drive(ground, OLD, board, azimuth=-100, elevation=8, span=0.42, run_time=6)

        # New ground, on which the same vehicle gets down; and the new vehicle beside it.
        self.leave(*map(FadeOut, board.shown))
        ground = self._ground(1, azimuth=150, elevation=30, span=2.6)
        walker = self._drive(ground, GROUND, board, elevation=10, span=0.7, pace=1.8, run_time=7)
        walker.move(float(walker.walk.steps[-1]))
        self._drive(ground, BOTH, board, elevation=10, span=0.7, pace=1.8, run_time=7)
        self.fly(view=self.view.above(span=2.7, shift=self.beside), run_time=2.5)

        # And the new vehicle on the old ground.
        self.leave(*map(FadeOut, board.shown))
        ground = self._ground(0, azimuth=-112, elevation=13, span=0.9)
        walker = self.ball(ground.walks[solved.vehicles[0].name], self.looks[0])
        walker.move(float(walker.walk.steps[-1]))
        self._drive(ground, VEHICLE, board, elevation=10, span=0.7, pace=1.3, run_time=8)
        self.fly(azimuth=-50, elevation=44, span=2.7, target=(0.0, 0.0, 0.3), shift=self.beside, run_time=3)

        # Over how many rates.
        if not own:
            self.say("rates", *(FadeIn(board.rate(k)) for k in range(len(CASES))), goal=number(settings["target"]))
            self.fly(azimuth=-40, run_time=3)
        gains = {"ground": GROUND, "old": VEHICLE, "new": BOTH}
        effects: dict[str, Any] = {name: points(solved.gain(case))["effect"] for name, case in gains.items()}
        self.say("own_answer" if own else f"answer_{solved.answer}", **effects)
        self.fly(azimuth=-26, run_time=5)
        self.pause(0.5)

    def _ground(self, which: int, **view: Any) -> RealGround:
        """Enter one of the grounds, at its start."""
        ground = self.solved.ground(which)
        scale: dict[str, Any] = {"height": _HEIGHT, "scale": "linear", "beyond": ground.wide, "vehicle": _SMALL}
        world = self.enter(ground.surface, **scale)
        walks = list(ground.walks.values())
        start = tuple(world.relief.place(walks[0].x[0]).tolist())
        view_ = OrbitCamera(target=start, shift=(0.0, -0.1), field_of_view=52, **view)
        if self.material.given:
            view_ = world.overlooking([walk.x for walk in walks], view_)
        self.view = world.clear(view_)
        return ground

    def _drive(
        self, ground: RealGround, case: int, board: Cells, run_time: float = 8.0, pace: float = 1.0, **view: Any
    ) -> Traveller:
        """Say what a case is, and drive it."""
        solved: Evolution = self.solved
        k = PLACES[case][1]
        key, said = self._told(case)
        walk = ground.walks[solved.vehicles[k].name]
        traveller = self.ball(walk, self.looks[k])
        self.say(key, *map(FadeIn, board.shown), **said)
        last = float(walk.steps[-1])
        self.drive([traveller], last, run_time=run_time, pace=pace, follow=traveller, chase=True, **view)
        self.play(FadeIn(board.read(case)), run_time=0.5)
        self.pause(0.8)
        return traveller

    def _told(self, case: int) -> tuple[str, dict[str, Any]]:
        """What is said of a case: the words' key, and their values."""
        solved: Evolution = self.solved
        said: dict[str, Any] = {"accuracy": self.read(case), "seeds": solved.reads(case).n}
        gain = solved.gain(case) if case in GAINS else None
        if solved.crossed is None:
            said |= {"lr": number(solved.lr(case)), "chance": self.percent(solved.chance, 1)}
            key = f"say{case}"
        else:
            pair = self._pair(case)
            said |= {"pair": pair[:1].upper() + pair[1:], "other": self._pair(BEFORE.get(case, case))}
            key = "own_say" if gain is None or gain.tested else "own_untested"
        if gain is None:
            return key, said
        return key if key == "own_untested" else f"{key}_{clear_way(gain)}", said | points(gain)

    def _pair(self, case: int) -> str:
        """The ground and the vehicle of a case of the user's own."""
        ground, vehicle = PLACES[case]
        solved: Evolution = self.solved
        assert solved.crossed is not None
        activation, driver = solved.crossed.grounds[ground], name_of(solved.vehicles[vehicle])
        return self.word("pair", ground=self.words.get(activation, activation), vehicle=driver)

    def read(self, case: int) -> str:
        """The mean accuracy of a case over seeds."""
        return self.percent(self.solved.reads(case).value, 1)


class Cells:
    """Four cells, a row a ground and a column a vehicle, which fill one by one."""

    def __init__(self, lesson: Lesson, solved: Evolution, looks: Sequence[Look], rated: bool = True) -> None:
        """rated : whether there is room in them for how many rates train."""
        heads = [
            lesson.text(short_name(one), BODY, look.colour, "SEMIBOLD")
            for one, look in zip(solved.vehicles, looks, strict=True)
        ]
        self._cells: dict[int, VGroup] = {}
        rows: list[list[Any]] = [[lesson.text(lesson.word("of_digits"), SMALL, lesson.palette.muted), *heads]]
        for row, ground in enumerate(GROUNDS if solved.crossed is None else solved.crossed.grounds):
            cells: list[Any] = [lesson.text(lesson.word(ground), BODY, weight="SEMIBOLD")]
            for column, look in enumerate(looks):
                case = next(key for key, place in PLACES.items() if place == (row, column))
                read = lesson.text(lesson.percent(solved.reads(case).value, 1), 40, look.colour, "BOLD")
                self._cells[case] = VGroup(read)
                if rated and solved.crossed is None:
                    rate = lesson.word("good", decades=solved.band(case))
                    self._cells[case].add(lesson.text(rate, SMALL, look.colour))
                self._cells[case].arrange(DOWN, buff=0.12)
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
