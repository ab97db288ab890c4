"""The vehicle built for rugged ground: momentum cancels bounces, adaptive rates fit each direction, Adam is both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, LEFT, FadeIn, FadeOut, VGroup

from landscape import evidence
from landscape.core.annotations import Floats
from landscape.core.numerals import number
from landscape.evidence import Finding, three_places
from landscape.evidence.claims.step import Anatomy, anatomy
from landscape.evidence.comparing import compared
from landscape.evidence.three_places import KINDS, Place
from landscape.evidence.tuning import counts
from landscape.optimizers import Momentum
from landscape.walks.descent import descend
from landscape.walks.trajectory import Trajectory

from ..apart import Apart
from ..panels import Bars
from ..stage import SMALL, Lesson
from ..travelling import Traveller
from ..world import OrbitCamera, Trail

_BOUNCES = 24  # steps of the ball that are seen slowly
_LONG = 0.24  # of the world, how long the longest arrow of the ball's is drawn
_LONGEST, _ARROW = 2.6, 3.0  # of the grip's ellipse and of Adam's arrows, in the terrain's units
_FIELD = 50.0  # of view, in degrees


@dataclass(frozen=True)
class Vehicles:
    """A ball that rolls with momentum, one step of Adam, and three places with three vehicles.

    finding : "coevolution", as it is stored. ball : momentum at its best rate in the ravine.
    """

    finding: Finding
    ball: Trajectory
    anatomy: Anatomy
    places: list[Place]

    @property
    def left(self) -> Floats:
        """(2,), what is left of the slopes across and along the ravine when the first ones are added up, as shares."""
        slopes = self.ball.gradient[:_BOUNCES]
        return np.asarray(np.abs(slopes.sum(axis=0)) / np.abs(slopes).sum(axis=0))

    @property
    def first(self) -> int:
        """In how many places Adam needs the fewest steps."""
        needed = [[one.needed for one in place.tuned] for place in self.places]
        return sum(bool(np.isfinite(one[-1]) and one[-1] == min(one)) for one in needed)


class VehicleLesson(Lesson):
    """Momentum, adaptive rates, one step, three places."""

    def solve(self) -> Vehicles:
        ravine = three_places.ravine()
        (ball,) = (one for one in ravine.tuned if isinstance(one.sweep.optimizer, Momentum))
        walk = descend(ravine.terrain, ball.sweep.best, steps=max(len(ball.walk.x), 2 * _BOUNCES))
        places = [ravine, three_places.saddle(), three_places.cliff()]
        return Vehicles(evidence.stored()["coevolution"], walk, anatomy(), places)

    def construct(self) -> None:
        solved: Vehicles = self.solved
        self.looks = self.palette.styles(KINDS)
        self.add(self.title())

        # Why not go back.
        ravine = solved.places[0]
        self._enter(ravine, height=0.5, azimuth=-60, elevation=16, span=1.3, target=(0.05, -0.4, 0.1))
        grounds = self.column(self._grounds())
        settings = solved.finding.settings
        self.say("back", run_time=0.8)
        self.fly(azimuth=-48, run_time=2)
        values = solved.finding.values
        shift = compared(values["plain_sgd"].value, values["ground_sgd"].value)
        read: dict[str, Any] = {name: self.percent(values[f"{name}_sgd"].value, 1) for name in ("plain", "ground")}
        self.say(f"back_{shift}", FadeIn(grounds), layers=settings["deep"], **read)
        self.fly(azimuth=-36, elevation=20, run_time=3)
        self.pause(0.5)
        self.play(FadeOut(grounds), run_time=0.4)

        # Momentum: bounces cancel.
        ball = self.ball(solved.ball, self.looks[1])
        self._show_slopes(ball)
        self.say("momentum")
        near: dict[str, Any] = {"follow": ball, "elevation": 34, "span": 0.55}
        self.drive([ball], _BOUNCES / 2, run_time=7, azimuth=-20, **near)
        across, along = solved.left
        self.say(f"cancel_{compared(across, along)}", across=self.percent(across), along=self.percent(along))
        self.drive([ball], _BOUNCES, first=_BOUNCES / 2, run_time=6, azimuth=-6, **near)
        ball.shown = {}
        self.drive([ball], float(solved.ball.steps[-1]), first=_BOUNCES, run_time=3, elevation=26, span=0.9)
        self.pause(0.5)

        # Adaptive rates, and both in one step.
        self._one_step()

        # The three places.
        views: list[dict[str, Any]] = [
            {"azimuth": -44, "elevation": 20, "span": 0.9, "target": (0.05, -0.4, 0.08), "height": 0.5},
            {"azimuth": -112, "elevation": 22, "span": 1.1, "target": (-0.1, -0.28, 0.05)},
            {"azimuth": 88, "elevation": 28, "span": 1.4, "target": (0.15, 0.1, 0.15)},
        ]
        for key, place, view in zip(("ravine", "saddle", "cliff"), solved.places, views, strict=True):
            self.leave()
            self._enter(place, **view)
            riders = [
                self.ball(one.walk, look, arrival=self.word("arrived", steps=one.count) if one.arrives else "")
                for one, look in zip(place.tuned, self.looks, strict=True)
            ]
            rate = number(place.tuned[0].walk.lr_at(0))
            before = number(place.accident.lr_at(0))
            self.say(key, run_time=0.8, target=number(place.target), rate=rate, before=before, **counts(place.tuned))
            last = max(float(one.walk.steps[-1]) for one in place.tuned)
            self.drive(riders, last, run_time=7, pace=1.8, azimuth=view["azimuth"] + 30, span=view["span"] + 0.2)
            # For the numbers of those who came last.
            self.fly(azimuth=self.view.azimuth + 4, run_time=1.5)
        many = len(solved.places)
        key = "all" if solved.first == many else "some" if solved.first else "none"
        self.say(f"answer_{key}", first=solved.first, all=many)
        self.fly(azimuth=self.view.azimuth + 14, elevation=36, span=2.2, run_time=4)
        self.pause(1)

    def _enter(self, place: Place, height: float = 0.6, **view: Any) -> None:
        self.enter(place.terrain, scale="sqrt", height=height, vehicle=0.04)
        self.view = self.world.clear(OrbitCamera(field_of_view=_FIELD, shift=(0.0, 0.05), **view))

    def _grounds(self) -> VGroup:
        """What the walker reads on either ground."""
        values = self.solved.finding.values
        hues = (self.palette.hues["magenta"], self.palette.hues["green"])
        shares = [values[f"{name}_sgd"].value for name in ("plain", "ground")]
        names = [self.word(name) for name in ("sigmoid", "relu")]
        entries = [(name, one, hue, self.percent(one, 1)) for name, one, hue in zip(names, shares, hues, strict=True)]
        heading = self.text(self.word("walker_reads"), SMALL)
        return VGroup(heading, Bars(self, entries, 4.8, longest=1.0)).arrange(DOWN, buff=0.25, aligned_edge=LEFT)

    def _show_slopes(self, ball: Traveller) -> None:
        """Arrows for what it feels, and for what it remembers, each kind as long as fits."""
        scale = self.world.relief.flat([1.0, 0.0])[0] - self.world.relief.flat([0.0, 0.0])[0]
        walk = self.solved.ball
        seen = {"descent": walk.gradient[:_BOUNCES], "momentum": walk.state["m"][:_BOUNCES]}
        colours = {"descent": self.palette.ink, "momentum": self.palette.hues["magenta"]}
        ball.shown = {
            name: (colours[name], _LONG / (float(scale) * float(np.abs(one).max()))) for name, one in seen.items()
        }

    def _one_step(self) -> None:
        """The gradient, its memory, the grip, and the step that comes of them."""
        one: Anatomy = self.solved.anatomy
        self.leave()
        self.enter(one.walk.terrain, scale="sqrt", height=0.5, vehicle=0.07)
        car = self.ball(one.walk, self.looks[-1])
        car.move(float(one.at))
        where = one.walk.x[one.at]
        place = tuple(np.asarray(car.here()).tolist())
        self.view = OrbitCamera(azimuth=-30, elevation=46, span=1.2, field_of_view=45, target=place, shift=(0.0, 0.1))
        self.remove(car.names[0])
        car.names = []
        apart, scale = Apart(self, where), _ARROW / float(np.linalg.norm(one.m_hat))
        root = np.sqrt(one.v_hat)
        valley, _ = self.world.drape(np.array([where * [1, 0] - [6, 0], where * [1, 0] + [9, 0]]))
        named = self.haloed(self.text(self.word("valley"), SMALL, self.palette.muted, "SEMIBOLD"))
        self.strokes = [Trail(valley, self.palette.muted, 5.0)]
        self.add(self.pinned(named, lambda: valley[3 * len(valley) // 4], np.array([0.0, 0.28, 0.0])))
        self.say("grip", steep=f"{max(root) / min(root):.1f}")
        apart.grow(self.word("slope_name"), -scale * one.g, self.palette.ink)
        apart.grow(self.word("memory_name"), -scale * one.m_hat, self.palette.hues["magenta"])
        grip = 1 / root
        points, name = apart.ring(_LONGEST * grip / grip.max(), self.word("grip_name"), self.palette.accent)
        self.play(FadeIn(name), run_time=0.3)
        apart.draw_ring(points, self.palette.accent)
        self.pause(0.3)
        before, after = (float(np.rad2deg(np.arctan2(abs(way[1]), abs(way[0])))) for way in (one.m_hat, one.step))
        self.say(f"step_{compared(after, before)}", FadeOut(name), before=f"{before:.0f}", after=f"{after:.0f}")
        apart.drop(self.word("slope_name"))
        step = self.word("step_name")
        apart.rename(self.word("memory_name"), step, self.palette.accent)
        apart.grow(step, one.step, self.palette.accent, run_time=2.5)
        self.strokes = []
        self.remove(named)
        self.drive([car], one.at + 1, first=one.at, run_time=1.5)
        apart.drop(step)
        self.pause(0.3)
