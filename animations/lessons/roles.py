"""Four parts that work as a team: the shaper of the terrain, the strategy, the survey instrument, the vehicle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, LEFT, FadeIn, FadeOut, VGroup

from landscape.core.annotations import Floats
from landscape.core.numerals import number
from landscape.evidence.claims.plateau import DEEP, GOAL, SHORT
from landscape.evidence.claims.roles import START, STEPS, drivers, swapped
from landscape.evidence.tuning import Tuned, decades
from landscape.sweeps.bands import Sweep
from landscape.terrains import Himmelblau, Terrain

from ..panels import Table, results
from ..stage import BODY, SMALL, Lesson
from ..strokes import plain
from ..world import OrbitCamera, Radar, Trail

_DEPTHS = (DEEP, SHORT)
_REACH = 0.45  # of the world, how far the radar sees


@dataclass(frozen=True)
class Team:
    """A terrain, the way down at its start, SGD and Adam on it; and what swapping one part does on sigmoid chains.

    drivers : SGD and Adam, each at the best of the same rates. swapped : the two on chains of `_DEPTHS` sigmoids.
    """

    terrain: Terrain
    drivers: list[Tuned]
    downhill: Floats
    swapped: list[list[Sweep]]

    @property
    def arriving(self) -> int:
        """How many of the drivers arrive."""
        return sum(bool(np.isfinite(one.needed)) for one in self.drivers)


class RolesLesson(Lesson):
    """Who does what."""

    def solve(self) -> Team:
        terrain = Himmelblau()
        return Team(terrain, drivers(), -terrain.gradient(START), swapped())

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
        ball = self.ball(solved.drivers[0].walk, plain(self.palette.ink), self.word("here"))
        arrow = self._downhill(world)
        self.say("say_descent", FadeIn(cards[1]))
        self.strokes = [arrow]
        self.fly(azimuth=16, elevation=42, span=3.3, shift=(-0.36, 0.05), run_time=3)
        self.pause(1)
        slope = float(np.linalg.norm(solved.downhill))
        self.say("say_backprop", FadeIn(cards[2]), slope=number(slope))
        here = world.relief.place(START)

        def sweep(share: float) -> None:
            self.radar = Radar(tuple(here.tolist()), _REACH, 2 * share, self.palette.accent)

        self.fly(moves=sweep, azimuth=22, elevation=46, run_time=4)
        self.radar = None
        self.pause(0.5)

        # The vehicles.
        self.strokes = []
        self.travellers.remove(ball)
        self.play(FadeOut(ball.label), run_time=0.2)
        everyone = len(solved.drivers)
        key = "say_optimizer_all" if solved.arriving == everyone else "say_optimizer_some"
        self.say(key, FadeIn(cards[3]), arriving=solved.arriving, all=everyone, steps=STEPS)
        looks = self.palette.styles([one.sweep.optimizer for one in solved.drivers])
        balls = [self.ball(one.walk, look) for one, look in zip(solved.drivers, looks, strict=True)]
        last = max(int(one.walk.steps[-1]) for one in solved.drivers)
        self.drive(balls, last, run_time=7, pace=1.6, azimuth=3, elevation=72, span=3.5, shift=(-0.38, 0.06))
        self.pause(1)

        # Swap one part at a time.
        self.leave(FadeOut(cards), FadeOut(note))
        self.set_scene(azimuth=-80)
        self.bring_to_front(title)
        table = self._table().move_to([0, 0.3, 0])
        (sgd, adam), (easier, _) = ([decades(one.band) for one in row] for row in solved.swapped)
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
        points, _ = world.drape(np.array(START) + np.linspace(0, 1.6, 40)[:, None] * way)
        return Trail(points, self.palette.accent, 9.0)

    def _table(self) -> Table:
        """The decades of rates that arrive, for each pair of terrain and vehicle."""
        heading = self.lines(self.word("needed", goal=number(GOAL)), 34, BODY, self.palette.muted)
        kinds = [one.sweep.optimizer for one in self.solved.drivers]
        rows = [
            (self.word("ground", depth=depth), [decades(one.band) for one in found])
            for depth, found in zip(_DEPTHS, self.solved.swapped, strict=True)
        ]
        return results(self, heading, kinds, rows, (0.0, 7.4, 10.2), gap=1.2)
