"""A ravine along the axes, and the same one turned: what SGD, momentum and Adam need in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from manim import RIGHT, FadeIn, FadeOut, Group, Mobject

from landscape.core.numerals import number, setting
from landscape.figures.names import name_of, short_name
from landscape.optimizers import SGD, Adam, Momentum, Optimizer
from landscape.terrains import Ravine
from landscape.walks.sweeps import sweep

from ..board import Board
from ..panels import Table
from ..stage import BODY, HEADING, Lesson
from ..tuned import Tuned, decades, wider
from ..verdicts import Verdict, compared

_GOAL = 1e-6  # of the first loss
_LEAST_STEPS = 1000
_PER_DECADE = 4


@dataclass(frozen=True)
class Race:
    """Optimizers on one ravine, each at its best rate of a common grid, which ends where nobody arrives any more."""

    terrain: Ravine
    tuned: list[Tuned]

    @classmethod
    def run(cls, terrain: Ravine, optimizers: list[Optimizer]) -> Race:
        # SGD at its best needs κ ln(10⁶)/4 steps, and the best rate of the grid up to 10^¼ times as many.
        most = max(_LEAST_STEPS, int(7 * terrain.kappa))
        target = _GOAL * float(terrain.value(terrain.start))
        sweeps = sweep(terrain, optimizers, target, steps=most, per_decade=_PER_DECADE)
        return cls(terrain, [Tuned.of(terrain, one) for one in sweeps])


@dataclass(frozen=True)
class Ravines:
    """SGD, momentum and Adam, in this order, on a ravine along the axes, and on one turned by 45°."""

    aligned: Race
    turned: Race

    @property
    def momentum(self) -> Verdict:
        """What momentum needs, to Adam."""
        _, momentum, adam = self.aligned.tuned
        return compared(momentum.needed, adam.needed)

    @property
    def turn(self) -> str:
        """Whether SGD and momentum need the same after the turn, "same", or "other"."""
        pairs = list(zip(self.aligned.tuned, self.turned.tuned, strict=True))[:2]
        return "same" if all(before.needed == after.needed for before, after in pairs) else "other"

    @property
    def band(self) -> Verdict:
        """How wide the band of Adam's rates is, to SGD's."""
        return wider(self.aligned.tuned[2].sweep, self.aligned.tuned[0].sweep)


class RavineLesson(Lesson):
    """SGD, momentum and Adam in a ravine along the axes, then in one turned by 45°."""

    kappa: ClassVar[float] = 100.0

    def solve(self) -> Ravines:
        kinds: list[Optimizer] = [SGD(), Momentum(), Adam()]
        return Ravines(*(Race.run(Ravine(self.kappa, angle), kinds) for angle in (0.0, 45.0)))

    def construct(self) -> None:
        solved: Ravines = self.solved
        aligned, turned = solved.aligned, solved.turned
        sgd, momentum, adam = range(3)

        # The ravine.
        title = self.title()
        equation = self.equation(f"L = 1 slash 2 thin (x^2 + {self.kappa:g} y^2)").next_to(title, RIGHT, buff=0.9)
        names = [name_of(one.walk.optimizer) for one in aligned.tuned]
        board = Board(self, aligned.terrain, [one.walk for one in aligned.tuned], names)
        self.add(title)
        self.say("question", FadeIn(equation), FadeIn(board.map), run_time=1.2, kappa=setting(self.kappa))
        self.pause(2.2)

        # SGD alone: it bounces, then it crawls.
        self.play(FadeIn(board.chart), FadeIn(board.legend[sgd]), run_time=0.8)
        across = aligned.tuned[sgd].walk.x[:, 1]
        bounces = int((across[1:] * across[:-1] < 0).sum())
        self.say("bounce", kappa=setting(self.kappa), bounces=bounces, steps=len(across) - 1)
        board.drive([sgd], run_time=8)
        self.pause(1)

        # Adam, from the same start, and momentum, which does as well.
        self.say("adam", FadeIn(board.legend[adam]))
        board.drive([adam], run_time=5)
        numbers: dict[str, Any] = {"momentum": aligned.tuned[momentum].count, "adam": aligned.tuned[adam].count}
        self.say(f"momentum_{solved.momentum}", FadeIn(board.legend[momentum]), **numbers)
        board.drive([momentum], run_time=4)
        self.pause(1.5)

        # The same, turned.
        names = [name_of(one.walk.optimizer) for one in turned.tuned]
        again = Board(self, turned.terrain, [one.walk for one in turned.tuned], names)
        shown = Group(again.map, again.chart, again.legend)
        self.say("turn", FadeOut(Group(*board.all, equation)), FadeIn(shown))
        again.drive([sgd, momentum, adam], run_time=6)
        lrs = [number(race.tuned[adam].walk.lr_at(0)) for race in (aligned, turned)]
        keys = ("sgd", "momentum", "adam")
        counts: dict[str, Any] = {key: one.count for key, one in zip(keys, turned.tuned, strict=True)}
        counts |= {f"{key}_before": one.count for key, one in zip(keys, aligned.tuned, strict=True)}
        self.say(f"turned_{solved.turn}", lr=lrs[1], lr_before=lrs[0], **counts)
        self.pause(3)

        # What to remember.
        table = self._table(aligned, turned)
        table.scale(min(1.0, 13.2 / table.width)).move_to([0, 0.35, 0])
        self.play(FadeOut(Group(*again.all)), run_time=0.4)
        widths: dict[str, Any] = {key: decades(one.sweep.band) for key, one in zip(keys, aligned.tuned, strict=True)}
        self.say(f"answer_{solved.band}", FadeIn(table), run_time=0.8, **widths)
        self.pause(4)

    def _table(self, *races: Race) -> Table:
        """Steps needed, and decades of rates that arrive, a row each; a column an optimizer."""
        optimizers = [one.sweep.optimizer for one in races[0].tuned]
        looks = self.palette.styles(optimizers)
        heads = [
            self.text(short_name(one), HEADING, look.colour, "SEMIBOLD")
            for one, look in zip(optimizers, looks, strict=True)
        ]
        rows: list[list[Mobject | str]] = [[self.text(self.word("table"), BODY, self.palette.muted), *heads]]
        contents = [
            (key, [one.count for one in race.tuned])
            for key, race in zip(("aligned_row", "turned_row"), races, strict=True)
        ]
        contents += [
            (key, [decades(one.sweep.band) for one in race.tuned])
            for key, race in zip(("aligned_rates", "turned_rates"), races, strict=True)
        ]
        for key, cells in contents:
            shown = [self.text(cell, 44, look.colour, "SEMIBOLD") for cell, look in zip(cells, looks, strict=True)]
            rows.append([self.text(self.word(key), HEADING), *shown])
        return Table(self, rows, (0.0, 7.6, 10.0, 12.4), gap=0.95)
