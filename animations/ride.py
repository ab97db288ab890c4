"""A ride: walks on one terrain in a world, one after the other or together, with the loss over the steps beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from manim import DOWN, LEFT, RIGHT, UP, Mobject, VGroup

from landscape.figures.names import name_of
from landscape.figures.scales import scale_of
from landscape.walks.trajectory import Walk

from .charts import Chart, Curve, linear
from .panels import Legend
from .stage import Lesson, Mover
from .travelling import Traveller
from .world import OrbitCamera

_FLAT = 1.8  # times as wide as high, from which on there is room for names beside a chart
_PACE = 2.2  # time runs slowly at first, when the bounces are large


class Ride:
    """Of walks on one terrain; `view` is where the camera stands at first, `world` as for `World`.

    panel : the chart with its legend, backed, not yet shown; the names come when their walks are driven. curves : of
    the losses, one a walk.
    """

    def __init__(self, lesson: Lesson, walks: Sequence[Walk], view: OrbitCamera, **world: Any) -> None:
        self._lesson, self.walks = lesson, list(walks)
        lesson.enter(walks[0].terrain, view, **world)
        self._looks = lesson.palette.styles([walk.optimizer for walk in walks])
        last = max(1, *(int(walk.steps[-1]) for walk in walks))
        scale = scale_of(walks)
        self.chart = Chart(lesson, linear(0, last), scale, 4.0, 2.1, lesson.word("loss"), lesson.word("steps"))
        if any(scale.reached(walk.loss) for walk in walks):
            self.chart.mark_floor(lesson, [(walk.steps, walk.loss) for walk in walks])
        names = [name_of(walk.optimizer) for walk in walks]
        self.legend = Legend(lesson, list(zip(names, self._looks, strict=True)))
        both, room = VGroup(self.legend, self.chart), lesson.shape.panels
        flat = room.width > _FLAT * room.height
        self.panel = lesson.column(both.arrange(RIGHT if flat else DOWN, buff=0.3, aligned_edge=UP if flat else LEFT))
        self.curves = [
            Curve(self.chart, walk.steps, walk.loss, look, lost=bool(walk.diverged))
            for walk, look in zip(walks, self._looks, strict=True)
        ]
        self._shown: list[Mobject] = []
        self.legend.set_opacity(0.25)
        self.travellers: dict[int, Traveller] = {}

    @property
    def all(self) -> list[Mobject]:
        """What is shown of it, beside the world."""
        return [self.panel, *self._shown]

    def names(self, which: Sequence[int]) -> list[Any]:
        """Their names light up."""
        return [self.legend[k].animate.set_opacity(1.0) for k in which]

    def drive(self, which: Sequence[int], run_time: float, **view: Any) -> None:
        """Let some of the walks go to their ends; `view` as for `Lesson.drive`."""
        for k in which:
            self.travellers[k] = self._lesson.ball(self.walks[k], self._looks[k])
        curves = [self.curves[k] for k in which]
        last = float(max(self.walks[k].steps[-1] for k in which))
        movers: list[Mover] = [*(self.travellers[k] for k in which), *curves]
        self._lesson.drive(movers, last, run_time=run_time, pace=_PACE, **view)
        self._shown += curves
