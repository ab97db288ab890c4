"""A race of any optimizers on any terrain, with their losses; then from above, as a map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from manim import FadeIn, FadeOut, VGroup

from landscape.core.numerals import number
from landscape.figures.names import name_of, title_of
from landscape.figures.scales import scale_of
from landscape.walks.descent import descend
from landscape.walks.trajectory import Trajectory

from ..panels import Table
from ..ride import Ride
from ..stage import BODY, HEADING, Lesson
from ..walking import Way, arrival
from ..world import OrbitCamera

# Of a race of which nothing else is said.
_TERRAIN, _OPTIMIZERS = "rosenbrock", ("sgd:lr=0.0015", "momentum:lr=0.0005", "adam:lr=0.1")
_LEAST, _MOST = 20, 300  # steps
_NONE = 1e-6  # of a map's side, below which a coordinate is 0
_SEEN = 1e-3  # of the axis of losses, or of a map's side, that is still told


class RaceLesson(Lesson):
    """Optimizers on a terrain, as they are given."""

    takes: ClassVar = frozenset({"terrain", "optimizers", "start", "steps", "domain"})

    def solve(self) -> list[Trajectory]:
        terrain, walkers = self.material.ground(_TERRAIN), self.material.walkers(_OPTIMIZERS)
        begin, most = self.material.begin(terrain), self.material.steps or _MOST
        # As far as anything is seen to move.
        steps = max(_LEAST, arrival([descend(terrain, one, begin, most) for one in walkers]))
        return [descend(terrain, one, begin, min(steps, most)) for one in walkers]

    def construct(self) -> None:
        walks: list[Trajectory] = self.solved
        terrain = walks[0].terrain
        names = [name_of(walk.optimizer) for walk in walks]
        looks = self.palette.styles([walk.optimizer for walk in walks])

        # The terrain, from where its hills hide little of the walks.
        view = OrbitCamera(azimuth=0, elevation=38, span=3.1, shift=(0.0, 0.08))
        ride = Ride(self, walks, view)
        view = self.world.overlooking([walk.x for walk in walks], view)
        self.view = replace(view, azimuth=view.azimuth - 40, elevation=34)
        title = self.headed(title_of(terrain))
        note = self.height_note()
        self.add(title, note)
        question = "question_one" if len(walks) == 1 else "question"
        steps = int(walks[0].steps[-1])
        self.say(question, n=len(walks), steps=steps, run_time=0.8)
        self.fly(view=replace(view, azimuth=view.azimuth - 15), run_time=4)
        self.pause(0.5)

        # The walks, with their losses.
        everyone = range(len(walks))
        self.say("drive", FadeIn(ride.panel), *ride.names(everyone))
        ride.drive(everyone, run_time=9, azimuth=view.azimuth + 15, elevation=42, shift=self.beside)
        self.pause(1)
        self.say("above")
        self.fly(view=self.view.above(span=3.0, shift=self.beside), run_time=3)
        self.pause(1)

        # Where they ended.
        self.leave(FadeOut(note), *map(FadeOut, ride.all))
        self.set_scene(azimuth=100)
        self.say("answer", FadeIn(self._table(names, [look.colour for look in looks])), steps=steps)
        self.pause(4)

    def _table(self, names: Sequence[str], colours: Sequence[str]) -> VGroup:
        """The loss at the end of each, and where it ended."""
        walks: list[Trajectory] = self.solved
        scale = scale_of(walks)
        words = scale.named(self.word("loss")), self.word("place")
        rows: list[list[Any]] = [["", *(self.text(one, BODY, self.palette.muted) for one in words)]]
        for walk, name, colour in zip(walks, names, colours, strict=True):
            way = Way.of_walk(walk)
            if way.diverged or way.out is not None:
                cells = [self.farewell(walk, way), "–"]
            else:
                loss = float(walk.loss[-1])
                # On an even axis that of the axis counts, not the number's own size.
                even = scale.kind == "linear" and scale.low <= loss <= scale.high
                fine = _SEEN * (scale.high - scale.low) if even else np.inf
                cells = [number(loss - scale.base, 2, fine), _place(walk)]
            rows.append([self.text(one, HEADING, colour, "SEMIBOLD") for one in (name, *cells)])
        table = Table(self, rows, (0.0, 7.0, 11.0), gap=min(0.95, 4.6 / len(rows)))
        return self.fitted(table)


def _place(walk: Trajectory) -> str:
    """Where a walk ended, in digits that count on its map: 0 where what is left of it nobody sees."""
    words = []
    for end, (low, high) in zip(walk.x[-1].tolist(), walk.terrain.domain, strict=True):
        side = high - low
        words.append(number(0.0 if abs(end) < _NONE * side else end, 2, _SEEN * side if low <= end <= high else np.inf))
    return f"({', '.join(words)})"
