"""A ravine along the axes, and the same one turned: what SGD, momentum and Adam need in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from manim import RIGHT, FadeIn, FadeOut, Group

from landscape.core.numerals import number, setting
from landscape.evidence.claims.ravine import KAPPA, KINDS, PER_DECADE
from landscape.evidence.comparing import Compared, compared
from landscape.evidence.tuning import Tuned, counts, decades, in_ravines, wider

from ..board import Board
from ..panels import Table, results
from ..stage import BODY, Lesson


@dataclass(frozen=True)
class Ravines:
    """SGD, momentum and Adam, in this order, on a ravine along the axes, and on one turned by 45°."""

    aligned: list[Tuned]
    turned: list[Tuned]

    @property
    def momentum(self) -> Compared:
        """What momentum needs, to Adam."""
        _, momentum, adam = self.aligned
        return compared(momentum.needed, adam.needed)

    @property
    def turn(self) -> str:
        """Whether SGD and momentum need the same after the turn, "same", or "other"."""
        pairs = list(zip(self.aligned, self.turned, strict=True))[:2]
        return "same" if all(before.needed == after.needed for before, after in pairs) else "other"

    @property
    def band(self) -> Compared:
        """How wide the band of Adam's rates is, to SGD's."""
        return wider(self.aligned[2].sweep, self.aligned[0].sweep)


class RavineLesson(Lesson):
    """SGD, momentum and Adam in a ravine along the axes, then in one turned by 45°."""

    kappa: ClassVar[float] = KAPPA

    def solve(self) -> Ravines:
        return Ravines(*in_ravines(KINDS, self.kappa, PER_DECADE))

    def construct(self) -> None:
        solved: Ravines = self.solved
        aligned, turned = solved.aligned, solved.turned
        sgd, momentum, adam = range(3)

        # The ravine.
        title = self.title()
        equation = self.equation(f"L = 1 slash 2 thin (x^2 + {self.kappa:g} y^2)").next_to(title, RIGHT, buff=0.9)
        board = Board(self, [one.walk for one in aligned])
        self.add(title)
        self.say("question", FadeIn(equation), FadeIn(board.map), run_time=1.2, kappa=setting(self.kappa))
        self.pause(2.2)

        # SGD alone: it bounces, then it crawls.
        self.play(FadeIn(board.chart), FadeIn(board.legend[sgd]), run_time=0.8)
        across = aligned[sgd].walk.x[:, 1]
        bounces = int((across[1:] * across[:-1] < 0).sum())
        self.say("bounce", kappa=setting(self.kappa), bounces=bounces, steps=len(across) - 1)
        board.drive([sgd], run_time=8)
        self.pause(1)

        # Adam, from the same start, and momentum, which does as well.
        self.say("adam", FadeIn(board.legend[adam]))
        board.drive([adam], run_time=5)
        self.say(f"momentum_{solved.momentum}", FadeIn(board.legend[momentum]), **counts(aligned))
        board.drive([momentum], run_time=4)
        self.pause(1.5)

        # The same, turned.
        again = Board(self, [one.walk for one in turned])
        shown = Group(again.map, again.chart, again.legend)
        self.say("turn", FadeOut(Group(*board.all, equation)), FadeIn(shown))
        again.drive([sgd, momentum, adam], run_time=6)
        before, after = (number(race[adam].walk.lr_at(0)) for race in (aligned, turned))
        needed = counts(turned) | counts(aligned, "_before")
        self.say(f"turned_{solved.turn}", lr=after, lr_before=before, **needed)
        self.pause(3)

        # What to remember.
        table = self._table()
        table.scale(min(1.0, 13.2 / table.width)).move_to([0, 0.35, 0])
        self.play(FadeOut(Group(*again.all)), run_time=0.4)
        widths: dict[str, Any] = {one.sweep.optimizer.name: decades(one.sweep.band) for one in aligned}
        self.say(f"answer_{solved.band}", FadeIn(table), run_time=0.8, **widths)
        self.pause(4)

    def _table(self) -> Table:
        """Steps needed, and decades of rates that arrive, a row each; a column an optimizer."""
        races: dict[str, list[Tuned]] = {"aligned": self.solved.aligned, "turned": self.solved.turned}
        rows = [(self.word(f"{key}_row"), [one.count for one in race]) for key, race in races.items()]
        rows += [(self.word(f"{key}_rates"), [decades(one.sweep.band) for one in race]) for key, race in races.items()]
        heading = self.text(self.word("table"), BODY, self.palette.muted)
        kinds = [one.sweep.optimizer for one in self.solved.aligned]
        return results(self, heading, kinds, rows, (0.0, 7.6, 10.0, 12.4), gap=0.95)
