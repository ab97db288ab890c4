"""A cliff throws plain SGD far away; what a clipped gradient and Adam do on it.

Such a walk hangs on rounding, so nothing is told of one alone: all are walked from many starts that differ by a hair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, LEFT, FadeIn, VGroup
from numpy.typing import NDArray

from landscape.core.numerals import number
from landscape.evidence.tuning import decades, wider
from landscape.figures.names import name_of, short_name
from landscape.figures.scales import scale_of
from landscape.optimizers import SGD, Adam, Clip, Optimizer
from landscape.sweeps.bands import Sweep, sweep
from landscape.terrains import Cliff
from landscape.walks.descent import descend
from landscape.walks.nudges import Nudged, nudged
from landscape.walks.trajectory import Trajectory

from ..charts import Chart, Curve, linear
from ..panels import Bars
from ..stage import SMALL, Lesson
from ..world import OrbitCamera

_GOAL = 1e-3  # loss
_MOST = 800  # steps
_LR = 1.0  # of SGD, at which it is thrown out from every start
_NORM = 0.5  # that gradients are clipped at
_ADAM = Adam(lr=0.05)
_TRIES, _TRIES_A_RATE = 101, 21
_PER_DECADE = 3


class WideCliff(Cliff):
    """The same ground, drawn as far as SGD is thrown."""

    domain = ((2.0, 9.0), (-6.0, 3.0))


@dataclass(frozen=True)
class Fall:
    """SGD, the same with its gradient's norm clipped, and Adam, in this order, before the cliff; and all three over one
    grid of rates.

    landed : when the walks arrive, from starts a hair apart. walks : from the start in the middle of those.
    at : the step after which the shown walk of SGD makes its longest one. jumps : (n,), the longest step of each of
        SGD's walks.
    """

    terrain: Cliff
    walks: list[Trajectory]
    landed: list[Nudged]
    at: int
    jumps: NDArray[np.float64]
    sweeps: list[Sweep]

    @property
    def thrown(self) -> str:
        """How many of SGD's walks arrive: "none", "some", half of them and more, or "few"."""
        share = self.landed[0].share
        return "none" if share == 0 else "some" if np.isfinite(self.landed[0].median) else "few"

    @property
    def clip(self) -> str:
        """Whether "all" of the clipped walks arrive, or "some"."""
        return "all" if self.landed[1].share == 1 else "some"

    @property
    def answer(self) -> str:
        """How wide a band clipping makes, to Adam's; "not" where it is no wider than without."""
        sgd, clipped, adam = self.sweeps
        return wider(clipped, adam) if wider(clipped, sgd) == "more" else "not"


class CliffLesson(Lesson):
    """Thrown out; clipping; Adam."""

    def solve(self) -> Fall:
        terrain = WideCliff()
        kinds: list[Optimizer] = [SGD(lr=_LR), Clip(SGD(lr=_LR), max_norm=_NORM), _ADAM]
        landed = [nudged(terrain, one, _GOAL, _MOST, tries=_TRIES) for one in kinds]
        walks = [
            descend(terrain, one, found.typical, int(found.median) if np.isfinite(found.median) else _MOST)
            for one, found in zip(kinds, landed, strict=True)
        ]
        everywhere = descend(terrain, kinds[0], landed[0].starts, _MOST)
        jumps = np.linalg.norm(np.diff(everywhere.x, axis=0), axis=-1).max(axis=0)
        at = int(np.linalg.norm(np.diff(walks[0].x, axis=0), axis=-1).argmax())
        sweeps = sweep(terrain, kinds, _GOAL, steps=_MOST, per_decade=_PER_DECADE, tries=_TRIES_A_RATE)
        return Fall(terrain, walks, landed, at, jumps, sweeps)

    def construct(self) -> None:
        solved: Fall = self.solved
        sgd, clipped, adam = solved.walks
        looks = self.palette.styles([walk.optimizer for walk in solved.walks])

        # The cliff.
        self.enter(solved.terrain, OrbitCamera(azimuth=-150, elevation=30, span=3.3, shift=(0.0, 0.08)), height=0.6)
        self.add(self.title(), self.height_note())
        self.say("question", run_time=0.8)
        self.fly(azimuth=-120, elevation=36, shift=(-0.36, 0.1), run_time=4)
        self.pause(0.5)

        # SGD walks along the flat ground, touches the edge, and flies.
        ball = self.ball(sgd, looks[0], name_of(sgd.optimizer))
        last = max(int(walk.steps[-1]) for walk in solved.walks)
        chart = Chart(self, linear(0, last), scale_of(solved.walks), 4.2, 2.1, self.word("loss"), self.word("steps"))
        bars = self._bars([look.colour for look in looks])
        column = self.column(chart, bars)
        curves = [Curve(chart, walk.steps, walk.loss, look) for walk, look in zip(solved.walks, looks, strict=True)]
        self.say("walk", FadeIn(column[0]), lr=number(_LR))
        self.drive([ball, curves[0]], solved.at, run_time=3.5, span=3.2)
        thrown = solved.landed[0]
        jumps: dict[str, Any] = {"shortest": solved.jumps.min(), "longest": solved.jumps.max()}
        self.say(f"thrown_{solved.thrown}", **jumps, **told(thrown))
        self.drive([ball, curves[0]], solved.at + 1, first=solved.at, run_time=1.6, elevation=40)
        self.pause(2)
        self.drive([ball, curves[0]], float(sgd.steps[-1]), first=solved.at + 1, run_time=3, pace=1.5, azimuth=-128)
        self.pause(0.5)

        # Clipping shortens the step and keeps its direction; Adam's step is never long.
        self.say(f"clip_{solved.clip}", norm=number(_NORM), **told(solved.landed[1]))
        ball = self.ball(clipped, looks[1], self.word("clipped"))
        self.drive([ball, curves[1]], float(clipped.steps[-1]), run_time=4, azimuth=-136)
        self.pause(1)
        longest = float(np.abs(np.diff(adam.x, axis=0)).max())
        self.say("adam", longest=longest)
        self.drive([self.ball(adam, looks[2]), curves[2]], float(adam.steps[-1]), run_time=4, azimuth=-144)
        self.pause(1)

        # Over all rates.
        grid = solved.sweeps[0].lrs
        self.say("rates", FadeIn(column[1]), tries=_TRIES_A_RATE, low=number(grid[0]), high=number(grid[-1]))
        self.pause(4)
        widths: dict[str, Any] = {
            key: decades(one.band) for key, one in zip(("sgd", "clipped", "adam"), solved.sweeps, strict=True)
        }
        self.say(f"answer_{solved.answer}", **widths)
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


def told(found: Nudged) -> dict[str, Any]:
    """What captions tell of walks from starts a hair apart."""
    arrived = found.arrived[np.isfinite(found.arrived)]
    least, most = (f"{end(arrived):,.0f}" if len(arrived) else "–" for end in (np.min, np.max))
    median = f"{found.median:,.0f}"
    return {
        "steps": _MOST,
        "tries": len(found.arrived),
        "landed": len(arrived),
        "median": median,
        "least": least,
        "most": most,
    }
