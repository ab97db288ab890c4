"""Four parts that work as a team: the shaper of the terrain, the strategy, the survey instrument, the vehicle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from manim import DOWN, LEFT, FadeIn, FadeOut, VGroup

from landscape.descent import descend
from landscape.optimizers import SGD, Adam, Optimizer
from landscape.sweeps import rates, sweep
from landscape.terrains import Himmelblau, SigmoidChain, Terrain
from landscape.trajectory import Trajectory

from ..panels import Table, number
from ..stage import BODY, HEADING, SMALL, Lesson
from ..world import OrbitCamera, Trail

Array = np.ndarray[Any, np.dtype[np.float64]]

_START = (-0.4, -1.0)
_GRID, _MOST, _GOAL = (1e-2, 1000.0, 3), 2000, 1e-3  # as in the lesson on the plateau
_DEPTHS = (10, 3)


@dataclass(frozen=True)
class Team:
    """A terrain, the way down at its start, SGD and Adam on it; and what swapping one part does on sigmoid chains.

    walks : SGD and Adam, each at the best of the same rates. swapped : for chains of `_DEPTHS` sigmoids, how many of
    the rates arrive for each.
    """

    terrain: Terrain
    walks: list[Trajectory]
    downhill: Array
    swapped: list[list[int]]

    @classmethod
    def solve(cls) -> Team:
        kinds: list[Optimizer] = [SGD(), Adam()]
        terrain, grid = Himmelblau(), rates(*_GRID)
        walks = []
        for one in sweep(terrain, kinds, _GOAL, rates(1e-4, 1, 4), 400, start=_START):
            walks.append(descend(terrain, one.best, _START, steps=int(one.score.min())))
        swapped = []
        for depth in _DEPTHS:
            sweeps = sweep(SigmoidChain(depth), kinds, _GOAL, grid, _MOST)
            swapped.append([int(np.isfinite(one.score).sum()) for one in sweeps])
        return cls(terrain, walks, -terrain.gradient(_START), swapped)


class RolesLesson(Lesson):
    """Who does what."""

    name: ClassVar[str] = "roles"

    def solve(self) -> Team:
        return Team.solve()

    def construct(self) -> None:
        solved: Team = self.solved
        title = self.title()

        # The loss: a mountain range, and a walker in the fog.
        world = self.enter(
            solved.terrain, OrbitCamera(azimuth=-40, elevation=24, span=2.9, shift=(0.0, 0.08)), height=0.55
        )
        note = self.height_note()
        self.add(title, note)
        self.say("loss", run_time=0.8)
        self.fly(azimuth=-10, elevation=32, run_time=5)
        self.pause(0.5)

        # Part by part, each named at the right.
        cards = self.column(*(self._card(key) for key in ("activation", "descent", "backprop", "optimizer")), gap=0.22)
        self.say("say_activation", FadeIn(cards[0]))
        self.fly(azimuth=10, span=3.1, shift=(-0.36, 0.08), run_time=4)
        self.pause(1)
        ball = self.ball(solved.walks[0], self.word("here"), self.palette.ink)
        arrow = self._downhill(world)
        self.say("say_descent", FadeIn(cards[1]))
        self.strokes = [arrow]
        self.fly(azimuth=16, elevation=42, span=3.3, shift=(-0.36, 0.05), run_time=3)
        self.pause(1)
        slope = float(np.linalg.norm(solved.downhill))
        self.say("say_backprop", FadeIn(cards[2]), slope=number(slope))
        self.fly(azimuth=22, elevation=46, run_time=3)
        self.pause(1)

        # The vehicles.
        self.strokes = []
        self.travellers.remove(ball)
        self.play(FadeOut(ball.label), run_time=0.2)
        self.say("say_optimizer", FadeIn(cards[3]))
        balls = [self.ball(walk) for walk in solved.walks]
        last = max(int(walk.steps[-1]) for walk in solved.walks)
        self.drive(balls, last, run_time=7, pace=1.6, azimuth=3, elevation=72, span=3.5, shift=(-0.38, 0.06))
        self.pause(1)

        # Swap one part at a time.
        self.leave(FadeOut(cards), FadeOut(note))
        table = self._table().move_to([0, 0.3, 0])
        (sgd, adam), (easier, _) = solved.swapped
        self.say("swap", FadeIn(table), sgd=sgd, adam=adam, easier=easier)
        self.pause(4.5)
        self.say("answer")
        self.pause(4)

    def _card(self, key: str) -> VGroup:
        """A part's name and its image."""
        name = self.text(self.word(key), BODY, weight="SEMIBOLD")
        image = self.text(self.word(f"{key}_image"), SMALL, self.palette.accent)
        return VGroup(name, image).arrange(DOWN, buff=0.1, aligned_edge=LEFT)

    def _downhill(self, world: Any) -> Trail:
        """The steepest way down from the start, as a line on the ground."""
        way = self.solved.downhill / np.linalg.norm(self.solved.downhill)
        points, _ = world.drape(np.array(_START) + np.linspace(0, 1.6, 40)[:, None] * way)
        return Trail(points, self.palette.accent, 9.0)

    def _table(self) -> Table:
        """Steps to the goal for each pair of terrain and vehicle."""
        kinds = (SGD(), Adam())
        heads = [self.text(type(one).__name__, HEADING, self.colour(one), "SEMIBOLD") for one in kinds]
        rows: list[list[Any]] = [
            [self.lines(self.word("needed", rates=len(rates(*_GRID))), 34, BODY, self.palette.muted), *heads]
        ]
        for depth, needed in zip(_DEPTHS, self.solved.swapped, strict=True):
            cells = [self.text(str(n), 44, self.colour(one), "SEMIBOLD") for n, one in zip(needed, kinds, strict=True)]
            rows.append([self.text(self.word("ground", depth=depth), HEADING), *cells])
        return Table(self, rows, (0.0, 7.4, 10.2), gap=1.2)


LESSON = RolesLesson
