"""In a ravine SGD bounces between the walls and crawls along the floor; momentum and Adam do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from manim import RIGHT, FadeIn, FadeOut, Group, Mobject

from landscape.descent import descend
from landscape.optimizers import SGD, Adam, Momentum, Optimizer
from landscape.sweeps import sweep
from landscape.terrains import Ravine
from landscape.trajectory import Trajectory

from ..board import Board
from ..panels import Table, number
from ..stage import BODY, HEADING, Lesson

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

    def solve(self) -> tuple[Race, Race]:
        kinds: list[Optimizer] = [SGD(), Momentum(), Adam()]
        aligned, turned = (Race.run(Ravine(self.kappa, angle), kinds) for angle in (0.0, 45.0))
        return aligned, turned

    def construct(self) -> None:
        aligned, turned = self.solved
        sgd, momentum, adam = range(3)

        # The ravine.
        title = self.title()
        equation = self.equation(f"L = 1 slash 2 thin (x^2 + {self.kappa:g} y^2)").next_to(title, RIGHT, buff=0.9)
        board = Board(self, aligned.terrain, aligned.walks, _GOAL)
        self.add(title)
        self.say("question", FadeIn(equation), FadeIn(board.map), run_time=1.2, kappa=self.kappa)
        self.pause(2.2)

        # SGD alone: it bounces, then it crawls.
        self.play(FadeIn(board.chart), FadeIn(board.legend[sgd]), run_time=0.8)
        self.say("bounce", kappa=self.kappa)
        board.drive([sgd], run_time=8)
        self.pause(1)

        # Adam, from the same start, and momentum, which does as well.
        self.say("adam", FadeIn(board.legend[adam]))
        board.drive([adam], run_time=5)
        numbers = {"momentum": aligned.needed[momentum], "adam": aligned.needed[adam]}
        self.say("momentum", FadeIn(board.legend[momentum]), **numbers)
        board.drive([momentum], run_time=4)
        self.pause(1.5)

        # The same, turned.
        again = Board(self, turned.terrain, turned.walks, _GOAL)
        shown = Group(again.map, again.chart, again.legend)
        self.say("turn", FadeOut(Group(*board.all, equation)), FadeIn(shown))
        again.drive([sgd, momentum, adam], run_time=6)
        lrs = [number(race.walks[adam].lr_at(0)) for race in (aligned, turned)]
        self.say("turned", adam=turned.needed[adam], before=aligned.needed[adam], lr=lrs[1], lr_before=lrs[0])
        self.pause(3)

        # What to remember.
        table = self._table(aligned, turned)
        table.scale(min(1.0, 13.2 / table.width)).move_to([0, 0.35, 0])
        self.play(FadeOut(Group(*again.all)), run_time=0.4)
        counts = {"sgd": aligned.arriving[sgd], "adam": aligned.arriving[adam], "rates": aligned.rates}
        self.say("answer", FadeIn(table), run_time=0.8, **counts)
        self.pause(4)

    def _table(self, *races: Race) -> Table:
        """Steps needed, and rates that arrive, a row each; a column an optimizer."""
        optimizers = [walk.optimizer for walk in races[0].walks]
        heads = [self.text(type(one).__name__, HEADING, self.colour(one), "SEMIBOLD") for one in optimizers]
        rows: list[list[Mobject | str]] = [[self.text(self.word("table"), BODY, self.palette.muted), *heads]]
        contents = [
            (self.word(key), race.needed) for key, race in zip(("aligned_row", "turned_row"), races, strict=True)
        ]
        contents += [
            (self.word(key, rates=race.rates), race.arriving)
            for key, race in zip(("aligned_rates", "turned_rates"), races, strict=True)
        ]
        for heading, counts in contents:
            cells = [
                self.text(str(count), 44, self.colour(one), "SEMIBOLD")
                for count, one in zip(counts, optimizers, strict=True)
            ]
            rows.append([self.text(heading, HEADING), *cells])
        return Table(self, rows, (0.0, 7.6, 10.0, 12.4), gap=0.95)


LESSON = RavineLesson
