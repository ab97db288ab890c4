"""A race of any optimizers on any terrain: the world, then the map and the losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from manim import FadeIn, FadeOut, Group, VGroup

from landscape import optimizers, terrains
from landscape.descent import descend
from landscape.figures.names import name_of, title_of
from landscape.trajectory import Trajectory

from ..board import Board
from ..panels import Table, number
from ..stage import BODY, HEADING, MARGIN, TITLE, Lesson
from ..world import OrbitCamera

_STEPS = 300
_DEFAULT = "rosenbrock", ("sgd:lr=0.0015", "momentum:lr=0.0005", "adam:lr=0.1")


class RaceLesson(Lesson):
    """Optimizers on a terrain, as they are given.

    terrain, optimizers : notations, as on the command line.
    """

    name: ClassVar[str] = "race"
    shows_terrain: ClassVar[bool] = True

    def __init__(self, terrain: str = "", optimizers: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._terrain, self._optimizers = terrain or _DEFAULT[0], tuple(optimizers) or _DEFAULT[1]

    def solve(self) -> list[Trajectory]:
        terrain = terrains.parse(self._terrain)
        return [descend(terrain, optimizers.parse(text), steps=_STEPS) for text in self._optimizers]

    def construct(self) -> None:
        walks: list[Trajectory] = self.solved
        terrain = walks[0].terrain

        # The terrain, and the walks on it.
        title = self.haloed(self.text(title_of(terrain), TITLE, weight="SEMIBOLD"))
        title.scale(min(1.0, 7.6 / title.width)).to_corner([-1, 1, 0], buff=MARGIN)
        self.enter(terrain, OrbitCamera(azimuth=-50, elevation=34, span=3.1, shift=(0.0, 0.08)))
        note = self.height_note()
        self.add(title, note)
        self.say("question", n=len(walks), steps=_STEPS, run_time=0.8)
        self.fly(azimuth=-25, elevation=40, run_time=4)
        self.pause(0.5)
        balls = [self.ball(walk, name_of(walk.optimizer)) for walk in walks]
        self.say("drive")
        self.drive(balls, _STEPS, run_time=9, pace=1.8, azimuth=30, elevation=44)
        self.pause(1)
        self.fly(view=self.view.above(span=2.6), run_time=3)
        self.pause(0.5)

        # The same on a map, with the losses.
        self.leave(FadeOut(note))
        losses = np.concatenate([walk.loss[np.isfinite(walk.loss)] for walk in walks])
        board = Board(self, terrain, walks, max(float(losses.min() / losses.max()), 1e-12))
        self.say("board", FadeIn(Group(board.map, board.chart, board.legend)))
        board.drive(range(len(walks)), run_time=6)
        self.pause(1.5)
        self.play(FadeOut(Group(*board.all)), run_time=0.4)
        self.say("answer", FadeIn(self._table()), steps=_STEPS)
        self.pause(4)

    def _table(self) -> VGroup:
        """The loss at the end of each, and where it ended."""
        heads = [self.text(self.word(key), BODY, self.palette.muted) for key in ("loss", "place")]
        rows: list[list[Any]] = [["", *heads]]
        for walk in self.solved:
            colour = self.colour(walk.optimizer)
            if walk.diverged:
                cells = [self.word("diverged", step=int(walk.diverged_at)), "–"]
            else:
                cells = [number(float(walk.loss[-1])), f"({number(walk.x[-1, 0])}, {number(walk.x[-1, 1])})"]
            rows.append([self.text(one, HEADING, colour, "SEMIBOLD") for one in (name_of(walk.optimizer), *cells)])
        table = Table(self, rows, (0.0, 7.0, 11.0), gap=min(0.95, 4.6 / len(rows)))
        return table.scale(min(1.0, 13.0 / table.width)).move_to([0, 0.3, 0])


LESSON = RaceLesson
