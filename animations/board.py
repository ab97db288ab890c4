"""A board: the map of a terrain on the left, the loss over the steps on the right, and walks that move on both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Mobject

from landscape.figures.names import name_of
from landscape.figures.palettes import Look
from landscape.figures.scales import scale_of
from landscape.walks.trajectory import Walk

from .charts import Chart, Curve, linear
from .maps import Map, Walker
from .panels import Legend
from .stage import MARGIN, Lesson

_PACE = 2.2  # time runs slowly at first, when the bounces are large
_WIDE, _GAP = 4.5, 0.2  # the chart's, and the least between it and the map
_HIGH, _NAME = 4.0, 0.36  # what the chart and the names may take together, and each name
_WORDS, _INSET, _ASIDE = 22, 0.1, 0.2  # words on the map: their size, how far inside they stand and from what they tell
# Where they stand from there: towards each corner, then further up or down.
_PLACES = [np.array([x, y]) for y in (1.0, -1.0, 3.0, -3.0, 5.0, -5.0) for x in (1.0, -1.0)]


class Board:
    """Of walks on one terrain."""

    def __init__(self, lesson: Lesson, walks: Sequence[Walk]) -> None:
        self._lesson, self.walks = lesson, list(walks)
        self.map = Map(lesson, walks[0].terrain, 7.6, 5.1).to_edge(LEFT, buff=MARGIN).set_y(0.25)
        last = max(1, *(int(walk.steps[-1]) for walk in walks))
        scale = scale_of(walks)
        # Many names need room above it.
        high = float(np.clip(_HIGH - _NAME * len(walks), 1.6, 2.6))

        def chart(width: float) -> Chart:
            made = Chart(lesson, linear(0, last), scale, width, high, lesson.word("loss"), lesson.word("steps"))
            return made.to_edge(RIGHT, buff=MARGIN + 0.1).align_to(self.map, DOWN)

        self.chart = chart(_WIDE)
        # Long numbers at its axis would stand on a wide map.
        over = float(self.map.get_right()[0] + _GAP - self.chart.get_left()[0])
        if over > 0:
            self.chart = chart(_WIDE - over)
        if any(scale.reached(walk.loss) for walk in walks):
            self.chart.mark_floor(lesson, [(walk.steps, walk.loss) for walk in walks])
        looks = lesson.palette.styles([walk.optimizer for walk in walks])
        names = [name_of(walk.optimizer) for walk in walks]
        self.legend = Legend(lesson, list(zip(names, looks, strict=True)))
        room = self.map.get_top()[1] - self.chart.get_top()[1] - 0.15
        self.legend.scale(min(1.0, (self.chart.field.width + 0.4) / self.legend.width, room / self.legend.height))
        self.legend.align_to(self.map, UP).align_to(self.chart.field, LEFT)
        self.walkers = [Walker(lesson, self.map, walk, look) for walk, look in zip(walks, looks, strict=True)]
        self.curves = [
            Curve(self.chart, walk.steps, walk.loss, look, lost=bool(walk.diverged))
            for walk, look in zip(walks, looks, strict=True)
        ]
        self.moving: list[Walker] = []
        self._say_farewell(looks)

    @property
    def all(self) -> list[Mobject]:
        return [self.map, self.chart, self.legend, *self.walkers, *self.curves]

    def drive(self, which: Sequence[int], run_time: float) -> None:
        """Let some of the walks go to their ends."""
        self.moving = [self.walkers[k] for k in which]
        last = float(np.max([self.walks[k].steps[-1] for k in which]))
        self._lesson.drive([*self.moving, *(self.curves[k] for k in which)], last, run_time=run_time, pace=_PACE)

    def _say_farewell(self, looks: Sequence[Look]) -> None:
        """Give walks that leave the map or diverge words on that, beside where they do, as far as there is room."""
        low, high = self.map.box + np.array([[_INSET], [-_INSET]])
        taken: list[tuple[np.ndarray, np.ndarray]] = []
        for walker, walk, look in zip(self.walkers, self.walks, looks, strict=True):
            if not len(walker.way.points) or not (walker.way.diverged or walker.way.out is not None):
                continue
            words = self._lesson.text(self._lesson.farewell(walk, walker.way), _WORDS, look.colour, "SEMIBOLD")
            half = np.array([words.width, words.height]) / 2
            end = self.map.point(walker.way.points[-1])[:2]
            for side in _PLACES:
                middle = np.clip(end + side * (half + _ASIDE), low + half, high - half)
                box = middle - half - 0.05, middle + half + 0.05
                if not any((box[0] < b).all() and (a < box[1]).all() for a, b in taken):
                    walker.say_at_end(self._lesson.haloed(words.move_to([*middle, 0])))
                    taken.append(box)
                    break
