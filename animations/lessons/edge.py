"""The edge of stability: a walker cannot rest where the ground is curved more than 2/lr, and a network climbs there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import FadeIn, FadeOut

from landscape.core.annotations import Array
from landscape.core.numerals import number
from landscape.evidence.stability import IMAGES, RATES, Training, Valley, in_a_valley, of_a_network
from landscape.optimizers import SGD

from ..charts import Chart, Curve, linear
from ..panels import Legend
from ..stage import Lesson
from ..strokes import plain
from ..world import OrbitCamera, Trail

_AROUND = np.linspace(-0.35 * np.pi, 0.62 * np.pi, 181)  # of the ring, as far as the map shows it
_WIDE = 12.0  # of the scene, how wide a chart has room for its legend in it
_RINGS = 30  # on the way from one to the next


@dataclass(frozen=True)
class Edge:
    """Walks in a valley at three rates, and a network trained at two."""

    valley: Valley
    training: Training


class EdgeLesson(Lesson):
    """A ring on the ground; a curve that climbs to its line."""

    def solve(self) -> Edge:
        return Edge(in_a_valley(), of_a_network())

    def construct(self) -> None:
        solved: Edge = self.solved
        valley, training = solved.valley, solved.training
        (look,) = self.palette.styles([SGD()])

        # A ring on the valley's floor.
        view = OrbitCamera(azimuth=-30, elevation=24, span=1.5, field_of_view=50, target=(0.1, -0.2, 0.05))
        self.enter(valley.terrain, view, scale="sqrt", height=0.6, vehicle=0.05)
        self.add(self.title())
        # Where the title leaves room for it.
        self.add(note := self.height_note())
        walker = self.ball(valley.walks[0], look)
        first = 2 / valley.walks[0].lr_at(0)
        self.say("question", run_time=0.8)
        self.fly(azimuth=-18, run_time=4)
        self.say("ring", edge=number(first))
        self._ring(0.2, first)
        self.drive([walker], float(walker.walk.steps[-1]), run_time=3, azimuth=-8)
        lr = number(valley.walks[0].lr_at(0))
        self.say("rests", lr=lr, edge=number(first), sharpness=number(valley.sharpness(0)))
        self.fly(azimuth=-2, run_time=2.5)
        self.pause(0.3)

        # The rate is raised, and the ring shrinks.
        for k in range(1, len(valley.walks)):
            walk = valley.walks[k]
            now, before = float(walk.lr_at(0)), float(valley.walks[k - 1].lr_at(0))
            self.say("raise", lr=number(now), edge=number(2 / now))
            self._ring(2 / before, 2 / now)
            self.travellers = []
            self.remove(*walker.names)
            walker = self.ball(walk, look)
            sharpness = valley.sharpness(k)
            key = "thrown" if sharpness < 2 / now else "stays"
            self.say(key, sharpness=number(sharpness), edge=number(2 / now))
            self.drive([walker], float(walk.steps[-1]), run_time=5, pace=1.6, azimuth=10 + 14 * k, elevation=30)
            self.pause(0.3)

        # A network climbs there by itself.
        self.leave(FadeOut(note))
        self.set_scene(azimuth=100)
        steps = training.steps.astype(float)
        top = 1.15 * float(max(training.sharpness.max(), training.edge.max()))
        axes, size = (linear(0, steps[-1]), linear(0, top)), self.chart_size(9.6, 3.9)
        chart = Chart(self, *axes, *size, self.word("sharpness"), self.word("steps"))
        names = [(self.word("edge_name"), plain(self.palette.accent))]
        names.append((self.word("curve_name"), plain(self.palette.hues["sky"])))
        legend = Legend(self, names)
        if self.shape.room.width > _WIDE:
            self.fitted(chart)
            legend.move_to(chart.field.get_corner([1, 1, 0]) - np.array([1.6, 0.2, 0]))
        else:
            self.gathered(chart, legend)
        edge = Curve(chart, steps, training.edge, plain(self.palette.accent), 3, head=False)
        curve = Curve(chart, steps, training.sharpness, plain(self.palette.hues["sky"]))
        edge.move(steps[-1])
        change = float(training.changes[0])
        told: dict[str, Any] = {"images": IMAGES, "lr": number(RATES[0]), "edge": number(2 / RATES[0])}
        self.say("network", FadeIn(chart), FadeIn(edge), FadeIn(legend), **told)
        self.drive([curve], change - 1, run_time=7)
        self.say(f"climbs_{self._at(0)}", start=number(self._lowest(0)), end=number(float(np.median(training.last(0)))))
        self.pause(1)
        self.say("lower", lr=number(RATES[1]), edge=number(2 / RATES[1]))
        self.drive([curve], steps[-1], first=change - 1, run_time=7)
        self.say(f"again_{self._at(1)}", end=number(float(np.median(training.last(1)))))
        self.pause(1)
        self.say("answer")
        self.pause(1.5)

    def _at(self, k: int) -> str:
        return "edge" if self.solved.training.hovers(k) else "other"

    def _lowest(self, k: int) -> float:
        """The lowest sharpness of the first phase."""
        training: Training = self.solved.training
        return float(training.sharpness[training.steps < training.changes[k]].min())

    def _ring(self, before: float, after: float) -> None:
        """A ring on the ground turns from one curvature of the valley's floor to another."""

        def draw(share: float) -> None:
            self.strokes = [Trail(self._points((1 - share) * before + share * after), self.palette.accent, 8.0)]

        self.fly(moves=draw, run_time=2)

    def _points(self, sharpness: float) -> Array:
        """World points (n, 3) of all places that are so far from 0 that the floor there has this sharpness."""
        ring = np.sqrt(sharpness) * np.stack([np.cos(_AROUND), np.sin(_AROUND)], axis=-1)
        return np.asarray(self.world.drape(ring)[0])
