"""A cliff throws plain SGD far away; what a clipped gradient and Adam do on it.

Such a walk hangs on rounding, so nothing is told of one alone: all are walked from many starts that differ by a hair.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from manim import DOWN, LEFT, FadeIn, VGroup

from landscape.core.numerals import number
from landscape.evidence.claims.cliff import MOST, TRIES_A_RATE, Fall, fall, goal_on
from landscape.evidence.tuning import decades
from landscape.figures.names import name_of, short_name, title_of
from landscape.figures.scales import scale_of
from landscape.optimizers import Clip
from landscape.walks.nudges import Nudged

from ..charts import Chart, Curve, linear
from ..material import Material
from ..panels import Bars
from ..stage import SMALL, Lesson
from ..world import OrbitCamera


class CliffLesson(Lesson):
    """Thrown out; clipping; Adam."""

    takes: ClassVar = frozenset({"terrain", "start", "steps", "domain"})

    @classmethod
    def check(cls, material: Material) -> None:
        goal_on(ground := material.ground("cliff"), material.begin(ground))

    def solve(self) -> Fall:
        brought = self.material
        if not brought.given:
            return fall()
        ground = brought.ground("cliff")
        return fall(ground, brought.begin(ground), brought.steps or MOST)

    def construct(self) -> None:
        solved: Fall = self.solved
        sgd, clipped, adam = solved.walks
        looks = self.palette.styles([walk.optimizer for walk in solved.walks])
        own = "own_" if self.material.given else ""

        # The cliff.
        self.enter(solved.terrain, height=0.6, vehicle=0.05)
        far = 1.0
        if own:
            far, view = 1.4, self.world.overlooking([walk.x for walk in solved.walks], OrbitCamera(elevation=34))
        else:
            # Before the wall, where the walks of all meet it.
            x, y, _ = self.world.relief.place(solved.walks[0].x[solved.at]).tolist()
            view = OrbitCamera(azimuth=-165, elevation=26, target=(x, y, 0.2))
        base = view.azimuth
        self.view = self.world.clear(replace(view, azimuth=base + 30, span=2.4 * far, shift=(0.0, 0.02)))
        self.add(self.headed(title_of(solved.terrain)) if own else self.title(), self.height_note())
        times = solved.slopes[1] / max(solved.slopes[0], 1e-300)
        self.say(f"{own}question", run_time=0.8, times=number(times, 2))
        self.fly(azimuth=base + 8, elevation=30, shift=(-0.36, 0.1), run_time=4)
        self.pause(0.5)

        # SGD walks along the flat ground, touches the edge, and flies.
        ball = self.ball(sgd, looks[0], name_of(sgd.optimizer))
        # As far as those that arrive need; the others stand where they are for longer.
        ends = [int(found.median) for found in solved.landed if np.isfinite(found.median)]
        last = max([2 * solved.at, *(int(1.1 * end) for end in ends)])
        chart = Chart(self, linear(0, last), scale_of(solved.walks), 4.2, 2.1, self.word("loss"), self.word("steps"))
        bars = self._bars([look.colour for look in looks])
        column = self.column(chart, bars)
        curves = [Curve(chart, walk.steps, walk.loss, look) for walk, look in zip(solved.walks, looks, strict=True)]
        assert isinstance(clipped.optimizer, Clip)
        lr, norm = number(sgd.lr_at(0)), number(clipped.optimizer.max_norm, 2)
        self.say(f"{own}walk", FadeIn(column[0]), lr=lr)
        self.drive([ball, curves[0]], solved.at, run_time=5, span=1.7 * far)
        thrown = solved.landed[0]
        jumps: dict[str, Any] = {"shortest": solved.jumps.min(), "longest": solved.jumps.max()}
        self.say("own_thrown" if own else f"thrown_{solved.thrown}", **jumps, **told(thrown, solved.steps))
        self.drive([ball, curves[0]], solved.at + 1, first=solved.at, run_time=1.6, span=2.4 * far)
        self.pause(2)
        self.drive([ball, curves[0]], float(sgd.steps[-1]), first=solved.at + 1, run_time=3, pace=1.5, azimuth=base - 8)
        self.pause(0.5)

        # Clipping shortens the step and keeps its direction; Adam's step is never long.
        self.say(f"clip_{solved.clip}", norm=norm, **told(solved.landed[1], solved.steps))
        ball = self.ball(clipped, looks[1], self.word("clipped"))
        self.drive([ball, curves[1]], float(clipped.steps[-1]), run_time=4, azimuth=base - 16)
        self.pause(1)
        longest = float(np.abs(np.diff(adam.x, axis=0)).max())
        self.say("adam", longest=longest)
        self.drive([self.ball(adam, looks[2]), curves[2]], float(adam.steps[-1]), run_time=4, azimuth=base - 24)
        self.pause(1)

        # Over all rates.
        grid = solved.sweeps[0].lrs
        self.say("rates", FadeIn(column[1]), tries=TRIES_A_RATE, low=number(grid[0]), high=number(grid[-1]))
        self.pause(4)
        widths: dict[str, Any] = {
            key: decades(one.band) for key, one in zip(("sgd", "clipped", "adam"), solved.sweeps, strict=True)
        }
        self.say(f"{own}answer_{solved.answer}", **widths)
        self.pause(4)

    def _bars(self, colours: list[str]) -> VGroup:
        sweeps = self.solved.sweeps
        names = [short_name(sweeps[0].optimizer), self.word("clipped"), short_name(sweeps[2].optimizer)]
        entries = [
            (name, one.band.decades if one.band else 0.0, colour, decades(one.band))
            for name, one, colour in zip(names, sweeps, colours, strict=True)
        ]
        bars = Bars(self, entries, 4.8)
        heading = self.text(self.word("arriving"), SMALL, weight="SEMIBOLD")
        return VGroup(heading, bars).arrange(DOWN, buff=0.22, aligned_edge=LEFT)


def told(found: Nudged, steps: int = MOST) -> dict[str, Any]:
    """What captions tell of walks of so many steps from starts a hair apart."""
    arrived = found.arrived[np.isfinite(found.arrived)]
    least, most = (f"{end(arrived):,.0f}" if len(arrived) else "–" for end in (np.min, np.max))
    median = f"{found.median:,.0f}"
    return {
        "steps": steps,
        "tries": len(found.arrived),
        "landed": len(arrived),
        "median": median,
        "least": least,
        "most": most,
    }
