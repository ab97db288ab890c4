"""The old times: sigmoid's slope is a quarter at most, the error dies on its way back, a walker stands on a plain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from manim import FadeIn, FadeOut

from landscape import evidence
from landscape.core.numerals import number
from landscape.evidence import Finding
from landscape.evidence.one_path import OnePath, strongest_path
from landscape.evidence.real_grounds import RealGround, real_ground
from landscape.optimizers import SGD

from ..bends import Bend, steepest
from ..errors_back import ErrorBack
from ..stage import BODY, Lesson
from ..world import OrbitCamera, Trail

_HEIGHT = 0.65  # of the relief
_SMALL = 0.03  # of the world, the length of a vehicle
_STANDS = 0.1  # of the fall from the start to the lowest place, that is no way down


@dataclass(frozen=True)
class Plateau:
    """A deep network of sigmoids: one path of its error, its ground with a walker, and what it learns otherwise."""

    finding: Finding
    path: OnePath
    ground: RealGround
    steepest: tuple[float, float]

    @property
    def loss(self) -> tuple[float, float]:
        """The walker's, at its start and at its end."""
        walk = self.ground.walks["sgd"]
        return float(walk.loss[0]), float(walk.loss[-1])

    @property
    def lowest(self) -> float:
        """The loss of the lowest place of the ground."""
        return float(self.ground.surface.loss.min())

    @property
    def stands(self) -> bool:
        """Whether the walker got nowhere on the way down."""
        start, end = self.loss
        return start - end < _STANDS * (start - self.lowest)

    @property
    def training(self) -> tuple[int, int]:
        """At how many rates, of how many, some network came to a loss that counts as learnt."""
        share = self.finding.values["plain_sgd_rates"]
        return round(share.value * share.n), share.n


class PlateauLesson(Lesson):
    """A quarter, a quarter of a quarter, and a plain."""

    def solve(self) -> Plateau:
        z, slope = steepest("sigmoid")
        finding = evidence.stored()["coevolution"]
        return Plateau(finding, strongest_path("sigmoid"), real_ground("sigmoid"), (float(z), float(slope)))

    def construct(self) -> None:
        solved: Plateau = self.solved
        sigmoid = self.palette.hues["magenta"]

        # The slope of a sigmoid.
        self.set_scene(azimuth=-100)
        bend = Bend(self, "sigmoid", sigmoid, 1.0)
        self.add(self.title())
        self.say("bend", FadeIn(bend), run_time=0.8)
        self.drive([bend], 6.0, first=-6.0, run_time=5)
        self.say("quarter", slope=f"{solved.steepest[1]:.2f}")
        self.drive([bend], solved.steepest[0], first=6.0, run_time=2.5)
        self.pause(1)

        # The error goes back along one path.
        self.play(FadeOut(bend), run_time=0.5)
        back = ErrorBack(self, solved.path, sigmoid)
        depth = len(solved.path.slopes)
        self.say("path", FadeIn(back), layers=depth)
        self.drive([back], 1.0, run_time=2.5)
        slope, left = float(solved.path.slopes[0]), float(solved.path.shares[1])
        self.say("shrinks", slope=f"{slope:.2f}", weight=f"{left / slope:.2f}", left=number(left, 2))
        self.drive([back], float(depth), first=1.0, run_time=7)
        whole = float(solved.path.layers[-1] / solved.path.layers[0])
        self.say("arrives", left=number(solved.path.shares[-1], 2), whole=number(whole, 2))
        self.pause(1.5)

        # So its ground is a plain.
        ground, (look,) = solved.ground, self.palette.styles([SGD()])
        self.leave(FadeOut(back))
        scale: dict[str, Any] = {"height": _HEIGHT, "scale": "linear", "beyond": ground.wide, "vehicle": _SMALL}
        self.enter(ground.surface, **scale)
        walk = ground.walks["sgd"]
        at = self.world.relief.place(walk.x[0])
        low = OrbitCamera(azimuth=-64, elevation=13, span=1.1, target=tuple(at.tolist()), field_of_view=52)
        self.view = self.world.clear(replace(low, shift=(0.0, -0.1)))
        note = self.height_note()
        self.say("plain", FadeIn(note), run_time=0.8)
        self.fly(azimuth=-88, elevation=7, span=0.5, run_time=5)
        walker = self.ball(walk, look)
        before, after = solved.loss
        self.say("walks" if solved.stands else "goes", steps=int(walk.steps[-1]), start=before, end=after)
        self.drive([walker], float(walk.steps[-1]), run_time=6, follow=walker, azimuth=-96, elevation=6, span=0.38)
        self.pause(0.5)

        # What it takes for the floor of the valley.
        row, column = np.unravel_index(ground.surface.loss.argmin(), ground.surface.loss.shape)
        floor = np.array([ground.surface.xs[column], ground.surface.ys[row]])
        there = self.world.relief.place(floor)
        here = np.asarray(walker.here())
        top = np.array([*there[:2], here[2]])
        mark, stands = (
            self.haloed(self.text(words, BODY, self.palette.accent, "BOLD"))
            for words in (number(solved.lowest), f"{after:.2f}")
        )
        away = float(np.linalg.norm(floor - walk.x[0]))
        self.say(
            "half_way", end=after, low=number(solved.lowest), away=number(away, 2), moved=number(ground.moved("sgd"), 2)
        )
        middle = tuple((0.5 * (here + there)).tolist())
        self.add(self.pinned(stands, lambda: here, np.array([0.62, 0.0, 0.0])))
        # From behind the walker both places are one.
        self.fly(azimuth=-108, elevation=19, span=1.1, target=middle, run_time=3)
        way = self.world.drape(np.array([walk.x[-1], floor]))[0]
        far = self.haloed(self.text(number(away, 2), BODY, self.palette.accent, "BOLD"))
        self.strokes = [Trail(one, self.palette.accent, 8.0) for one in (np.array([there, top]), way)]
        self.add(self.pinned(mark, lambda: there, np.array([0.0, -0.3, 0.0])))
        self.add(self.pinned(far, lambda: way[len(way) // 2], np.array([0.0, 0.3, 0.0])))
        self.fly(azimuth=-118, elevation=30, span=1.7, run_time=3)
        self.pause(1)

        # What does not help, and what does.
        trains, rates = solved.training
        self.say("rates_none" if not trains else "rates_some", rates=rates, trains=trains)
        self.fly(azimuth=-128, run_time=3)
        self.pause(0.3)
        values, settings = solved.finding.values, solved.finding.settings
        few, many = (self.percent(values[name].value, 1) for name in ("plain_sgd_shallow", "plain_sgd"))
        self.say(
            "shallow",
            shallow=settings["shallow_depth"],
            layers=settings["deep"],
            few=few,
            many=many,
            seeds=values["plain_sgd"].n,
        )
        self.fly(azimuth=-138, run_time=3)
        self.say("answer")
        self.fly(azimuth=-160, elevation=36, span=2.2, run_time=4)
        self.pause(1)
