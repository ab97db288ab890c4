"""In a ravine SGD bounces between the walls and crawls along the floor; momentum and Adam do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, FadeIn, FadeOut, Group, Line, Mobject, VGroup

from landscape.descent import descend
from landscape.figures.labels import name_of
from landscape.optimizers import SGD, Adam, Momentum, Optimizer
from landscape.sweeps import sweep
from landscape.terrains import Ravine
from landscape.trajectory import Trajectory

from ..panels import Chart, Curve, Legend, Map, Walker
from ..stage import BODY, HEADING, MARGIN, Drive, Lesson

_GOAL = 1e-6  # of the first loss
_MOST_STEPS = 1000


@dataclass(frozen=True)
class Race:
    """The walks of all optimizers on one ravine, each at its best rate of the common sweep, until they arrive.

    needed : steps until the loss stays below the goal. arriving : how many of the sweep's `rates` arrive.
    """

    terrain: Ravine
    walks: list[Trajectory]
    needed: list[int]
    arriving: list[int]
    rates: int

    @classmethod
    def run(cls, terrain: Ravine, optimizers: list[Optimizer]) -> Race:
        sweeps = sweep(terrain, optimizers, _GOAL * float(terrain.value(terrain.start)), steps=_MOST_STEPS)
        needed = [int(one.score.min()) for one in sweeps]
        return cls(
            terrain,
            [descend(terrain, one.best, steps=steps) for one, steps in zip(sweeps, needed, strict=True)],
            needed,
            [int(np.isfinite(one.score).sum()) for one in sweeps],
            len(sweeps[0].lrs),
        )


class RavineLesson(Lesson):
    """SGD, momentum and Adam in a ravine along the axes, then in one turned by 45°."""

    name: ClassVar[str] = "ravine"
    kappa: ClassVar[float] = 100.0

    def construct(self) -> None:
        # Solve.
        optimizers: list[Optimizer] = [SGD(), Momentum(), Adam()]
        aligned, turned = (Race.run(Ravine(self.kappa, angle), optimizers) for angle in (0.0, 45.0))
        sgd, momentum, adam = range(3)
        self.walkers: list[Walker] = []

        # Set the stage.
        title = self.title("title")
        equation = self.equation(f"L = 1/2 (x^2 + {self.kappa:g} y^2)").next_to(title, RIGHT, buff=0.9)
        board = Board(self, aligned)
        self.add(title)
        self.say("question", FadeIn(equation), FadeIn(board.map), run_time=1.2, kappa=self.kappa)
        self.wait(2.2)

        # SGD alone: it bounces, then it crawls.
        self.play(FadeIn(board.chart), FadeIn(board.legend[sgd]), run_time=0.8)
        self.say("bounce", kappa=self.kappa)
        self._drive(board, [sgd], run_time=8)
        self.wait(1)

        # Adam, from the same start, and momentum, which does as well.
        self.say("adam", FadeIn(board.legend[adam]))
        self._drive(board, [adam], run_time=5)
        self.say(
            "momentum", FadeIn(board.legend[momentum]), momentum=aligned.needed[momentum], adam=aligned.needed[adam]
        )
        self._drive(board, [momentum], run_time=4)
        self.wait(1.5)

        # The same, turned.
        again = Board(self, turned)
        shown = Group(again.map, again.chart, again.legend)
        self.play(FadeOut(Group(*board.all, equation)), run_time=0.4)
        self.say("turn", FadeIn(shown))
        self._drive(again, [sgd, momentum, adam], run_time=6)
        self.say("turned", adam=turned.needed[adam], before=aligned.needed[adam])
        self.wait(3)

        # What to remember.
        table = self._table(aligned, turned).next_to(title, DOWN, buff=0.7).set_x(0)
        self.play(FadeOut(Group(*again.all)), run_time=0.4)
        self.say(
            "answer",
            FadeIn(table),
            run_time=0.8,
            sgd=aligned.arriving[sgd],
            adam=aligned.arriving[adam],
            rates=aligned.rates,
        )
        self.wait(4)

    def _drive(self, board: Board, which: list[int], run_time: float) -> None:
        """Let the walkers go; time runs slowly at first, when the bounces are large."""
        last = max(board.race.needed[k] for k in which)
        self.walkers, curves = [board.walkers[k] for k in which], [board.curves[k] for k in which]
        movers: list[Walker | Curve] = [*self.walkers, *curves]
        self.add(*movers)

        def move(share: float) -> None:
            step = last * share**2.2
            for one in movers:
                one.move(step)

        self.play(Drive(move, *movers), run_time=run_time)

    def _table(self, *races: Race) -> VGroup:
        """Steps needed, and rates that arrive, a row each; a column an optimizer."""
        rows: list[list[Mobject]] = [[self.text(self.word("table"), BODY, self.palette.muted)]]
        for walk in races[0].walks:
            rows[0].append(self.text(type(walk.optimizer).__name__, HEADING, self.colour(walk.optimizer), "SEMIBOLD"))
        contents = [
            (self.word(key), race.needed) for key, race in zip(("aligned_row", "turned_row"), races, strict=True)
        ]
        contents.append((self.word("rates_row", rates=races[0].rates), races[0].arriving))
        for heading, numbers in contents:
            cells = [
                self.text(str(number), 50, self.colour(walk.optimizer), "SEMIBOLD")
                for number, walk in zip(numbers, races[0].walks, strict=True)
            ]
            rows.append([self.text(heading, HEADING), *cells])
        table = VGroup()
        for j, row in enumerate(rows):
            y = -1.15 * j
            row[0].move_to([-6.0, y, 0], aligned_edge=LEFT)
            for i, cell in enumerate(row[1:]):
                cell.move_to([1.6 + 2.4 * i, y, 0])
            table.add(*row)
            if j:
                table.add(Line([-6.0, y + 0.58, 0], [7.4, y + 0.58, 0], stroke_color=self.palette.grid, stroke_width=2))
        return table


class Board:
    """The map on the left, the chart on the right, and what moves on them."""

    def __init__(self, lesson: RavineLesson, race: Race) -> None:
        self.race = race
        self.map = Map(lesson, race.terrain, 6.75).to_edge(LEFT, buff=MARGIN).set_y(0.22)
        first = float(race.walks[0].loss[0])
        self.chart = Chart(lesson, max(race.needed), (_GOAL * first / 10, 2 * first), 4.7, 2.85, lesson.word("loss"))
        self.chart.to_edge(RIGHT, buff=MARGIN + 0.1).align_to(self.map, DOWN)
        self.legend = Legend(lesson, [(name_of(walk.optimizer), lesson.colour(walk.optimizer)) for walk in race.walks])
        self.legend.align_to(self.map, UP).align_to(self.chart.field, RIGHT)
        self.walkers = [Walker(lesson, self.map, walk) for walk in race.walks]
        self.curves = [Curve(self.chart, walk.steps, walk.loss, lesson.colour(walk.optimizer)) for walk in race.walks]

    @property
    def all(self) -> list[Mobject]:
        return [self.map, self.chart, self.legend, *self.walkers, *self.curves]


LESSON = RavineLesson
