"""A board: the map of a terrain on the left, the loss over the steps on the right, and walks that move on both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Mobject

from landscape.figures.names import name_of
from landscape.terrains import Terrain
from landscape.trajectory import Trajectory

from .panels import Chart, Curve, Legend, Map, Walker
from .stage import MARGIN, Lesson

_PACE = 2.2  # time runs slowly at first, when the bounces are large


class Board:
    """Of walks on one terrain.

    goal : the share of the first loss that the chart goes down to.
    """

    def __init__(self, lesson: Lesson, terrain: Terrain, walks: Sequence[Trajectory], goal: float) -> None:
        self._lesson, self.walks = lesson, list(walks)
        self.map = Map(lesson, terrain, 7.6, 5.1).to_edge(LEFT, buff=MARGIN).set_y(0.25)
        first = float(walks[0].loss[0])
        last = max(int(walk.steps[-1]) for walk in walks)
        words = lesson.word("loss"), lesson.word("steps")
        self.chart = Chart(lesson, (0, last), (goal * first / 10, 2 * first), 4.5, 2.6, *words)
        self.chart.to_edge(RIGHT, buff=MARGIN + 0.1).align_to(self.map, DOWN)
        self.legend = Legend(lesson, [(name_of(walk.optimizer), lesson.colour(walk.optimizer)) for walk in walks])
        self.legend.align_to(self.map, UP).align_to(self.chart.field, LEFT)
        self.walkers = [Walker(lesson, self.map, walk) for walk in walks]
        self.curves = [Curve(self.chart, walk.steps, walk.loss, lesson.colour(walk.optimizer)) for walk in walks]
        self.moving: list[Walker] = []

    @property
    def all(self) -> list[Mobject]:
        return [self.map, self.chart, self.legend, *self.walkers, *self.curves]

    def drive(self, which: Sequence[int], run_time: float) -> None:
        """Let some of the walks go to their ends."""
        self.moving = [self.walkers[k] for k in which]
        last = float(np.max([self.walks[k].steps[-1] for k in which]))
        self._lesson.drive([*self.moving, *(self.curves[k] for k in which)], last, run_time=run_time, pace=_PACE)
