"""A cliff throws plain SGD far away; a clipped gradient, or Adam, stays on the ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from manim import DOWN, LEFT, FadeIn, VGroup

from landscape.descent import descend
from landscape.figures.names import name_of, short_name
from landscape.optimizers import SGD, Adam, Clip, Optimizer
from landscape.sweeps import Sweep, rates, sweep
from landscape.terrains import Cliff
from landscape.trajectory import Trajectory

from ..panels import Bars, Chart, Curve, number
from ..stage import SMALL, Lesson
from ..world import OrbitCamera

_GOAL = 1e-3  # loss
_MOST = 800
_ADAM = Adam(lr=0.05)
_NORM = 0.5  # that gradients are clipped at


class WideCliff(Cliff):
    """The same ground, drawn as far as SGD is thrown."""

    domain = ((2.0, 9.0), (-6.0, 1.0))


@dataclass(frozen=True)
class Fall:
    """SGD, the same with its gradient's norm clipped, and Adam, before the cliff; and all three over one grid of rates.

    jump, at : the length of SGD's longest step, and after which step it is made. edge : the gradient's norm there.
    """

    terrain: Cliff
    walks: list[Trajectory]
    landed: list[int]
    jump: float
    at: int
    edge: float
    sweeps: list[Sweep]

    @classmethod
    def solve(cls) -> Fall:
        terrain = WideCliff()
        kinds: list[Optimizer] = [SGD(lr=0.5), Clip(SGD(lr=0.5), max_norm=_NORM), _ADAM]
        walks = [descend(terrain, one, steps=_MOST) for one in kinds]
        landed = [int(walk.settled_at(_GOAL)) for walk in walks]
        walks = [
            descend(terrain, one, steps=steps if steps > 0 else _MOST) for one, steps in zip(kinds, landed, strict=True)
        ]
        strides = np.linalg.norm(np.diff(walks[0].x, axis=0), axis=1)
        at = int(strides.argmax())
        assert walks[0].gradient is not None
        edge = float(np.linalg.norm(walks[0].gradient[at]))
        return cls(
            terrain,
            walks,
            landed,
            float(strides[at]),
            at,
            edge,
            sweep(terrain, kinds, _GOAL, rates(1e-2, 10, 4), _MOST),
        )


class CliffLesson(Lesson):
    """Thrown out; clipping; Adam."""

    name: ClassVar[str] = "cliff"

    def solve(self) -> Fall:
        return Fall.solve()

    def construct(self) -> None:
        solved: Fall = self.solved
        sgd, clipped, adam = solved.walks

        # The cliff.
        self.enter(solved.terrain, OrbitCamera(azimuth=-150, elevation=30, span=3.3, shift=(0.0, 0.08)), height=0.6)
        self.add(self.title(), self.height_note())
        self.say("question", run_time=0.8)
        self.fly(azimuth=-120, elevation=36, shift=(-0.36, 0.1), run_time=4)
        self.pause(0.5)

        # SGD walks along the flat ground, touches the edge, and flies.
        ball = self.ball(sgd, name_of(sgd.optimizer))
        chart = Chart(self, (0, solved.landed[0]), (1e-6, 1), 4.2, 2.1, self.word("loss"), self.word("steps"))
        bars = self._bars()
        column = self.column(chart, bars)
        curves = [
            Curve(chart, walk.steps, walk.loss, colour)
            for walk, colour in zip(solved.walks, self._colours, strict=True)
        ]
        self.say("walk", FadeIn(column[0]))
        self.drive([ball, curves[0]], solved.at, run_time=3.5, span=3.2)
        self.say("thrown", edge=number(solved.edge), jump=solved.jump)
        self.drive([ball, curves[0]], solved.at + 1, first=solved.at, run_time=1.6, elevation=40)
        self.pause(2)
        self.drive([ball, curves[0]], solved.landed[0], first=solved.at + 1, run_time=3, pace=1.5, azimuth=-128)
        self.pause(0.5)

        # Clipping shortens the step and keeps its direction; Adam's step is never long.
        self.say("clip", norm=number(_NORM))
        self.drive(
            [self.ball(clipped, self.word("clipped"), self.palette.ink), curves[1]],
            solved.landed[1],
            run_time=4,
            azimuth=-136,
        )
        self.pause(1)
        longest = float(np.abs(np.diff(adam.x, axis=0)).max())
        self.say("adam", longest=longest)
        self.drive([self.ball(adam), curves[2]], solved.landed[2], run_time=4, azimuth=-144)
        self.pause(1)

        # Over all rates.
        grid = solved.sweeps[0].lrs
        self.say("rates", FadeIn(column[1]), rates=len(grid), low=number(grid[0]), high=number(grid[-1]))
        self.pause(4)
        self.say("answer")
        self.pause(4)

    @property
    def _colours(self) -> list[str]:
        # The clipped walk is SGD's too, so it is drawn in ink.
        return [self.colour(SGD()), self.palette.ink, self.colour(Adam())]

    def _bars(self) -> VGroup:
        sweeps = self.solved.sweeps
        arriving = [int(np.isfinite(one.score).sum()) for one in sweeps]
        names = [short_name(sweeps[0].optimizer), self.word("clipped"), short_name(sweeps[2].optimizer)]
        bars = Bars(
            self,
            names,
            [float(n) for n in arriving],
            self._colours,
            [str(n) for n in arriving],
            4.8,
            size=SMALL,
        )
        heading = self.text(self.word("arriving", rates=len(sweeps[0].lrs)), SMALL, weight="SEMIBOLD")
        return VGroup(heading, bars).arrange(DOWN, buff=0.22, aligned_edge=LEFT)


LESSON = CliffLesson
