"""A ravine along the axes, and the same one turned: what SGD, momentum and Adam need in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from manim import DOWN, LEFT, FadeIn, FadeOut, Group, VGroup

from landscape.core.numerals import number
from landscape.evidence.claims.ravine import KAPPA, KINDS, PER_DECADE
from landscape.evidence.comparing import Compared, compared
from landscape.evidence.tuning import Tuned, counts, decades, goal_above, in_ravines, in_valley, wider
from landscape.figures.names import title_of
from landscape.walks.stationary import StationaryPoint, bottom
from landscape.walks.trajectory import Trajectory

from ..material import Material
from ..panels import Bands
from ..ride import Ride
from ..stage import SMALL, Lesson
from ..world import OrbitCamera

_USUAL = f"ravine:kappa={KAPPA:g}"
_RIM = OrbitCamera(azimuth=-58, elevation=26, span=2.2, field_of_view=45, target=(0.0, 0.0, 0.1))
_LONG = 0.75  # of the world, a way that the frame of the usual ravine holds
_ON = 0.57  # of the way from the end of a walk to its start


@dataclass(frozen=True)
class Ravines:
    """SGD, momentum and Adam, in this order, on a ravine along the axes, and on one turned by 45°."""

    aligned: list[Tuned]
    turned: list[Tuned]

    @cached_property
    def bottom(self) -> StationaryPoint:
        """Of the first."""
        walk = self.aligned[0].walk
        return bottom(walk.terrain, walk.x[0])

    @property
    def kappa(self) -> float:
        """How many times more curved across than along it is, at its bottom."""
        flattest, steepest = self.bottom.curvatures
        return float(steepest / flattest)

    @property
    def momentum(self) -> Compared | Literal["never"]:
        """What momentum needs, to Adam; "never" where neither arrives."""
        _, momentum, adam = self.aligned
        return compared(momentum.needed, adam.needed) if momentum.arrives or adam.arrives else "never"

    @property
    def turn(self) -> str:
        """Whether SGD and momentum need the same after the turn, "same", or "other"."""
        pairs = list(zip(self.aligned, self.turned, strict=True))[:2]
        return "same" if all(before.needed == after.needed < np.inf for before, after in pairs) else "other"

    @property
    def band(self) -> Compared:
        """How wide the band of Adam's rates is, to SGD's."""
        return wider(self.aligned[2].sweep, self.aligned[0].sweep)


class RavineLesson(Lesson):
    """SGD, momentum and Adam in a ravine along the axes, then in one turned by 45°."""

    takes: ClassVar = frozenset({"terrain", "start", "steps", "domain"})
    kappa: ClassVar[float] = KAPPA
    _along = 0.0  # the azimuth of a camera that looks along the floor

    @classmethod
    def check(cls, material: Material) -> None:
        begin = material.begin(ground := material.ground(_USUAL))
        goal_above(float(ground.value(bottom(ground, begin).point)), 1.0, ground, begin)

    def solve(self) -> Ravines:
        brought = self.material
        if not brought.given:
            return Ravines(*in_ravines(KINDS, self.kappa, PER_DECADE))
        ground = brought.ground(_USUAL)
        return Ravines(*in_valley(ground, KINDS, PER_DECADE, brought.begin(ground), brought.steps))

    def construct(self) -> None:
        solved: Ravines = self.solved
        aligned, turned = solved.aligned, solved.turned
        sgd, momentum, adam = range(3)
        own = "own_" if self.material.given else ""

        # The ravine, from its rim, then along its floor.
        walks = [one.walk for one in aligned]
        ride = Ride(self, walks, _RIM, **self._world)
        if own:
            self.view = self.world.overlooking([walk.x for walk in walks], self.view)
        title = self.headed(title_of(walks[0].terrain)) if own else self.title()
        kappa = number(solved.kappa, 3)
        equation = self.height_note() if own else self.aside(self.equation(f"L = 1 slash 2 thin (x^2 + {kappa} y^2)"))
        self.add(title, equation)
        self.say(f"{own}question", run_time=0.8, kappa=kappa)
        self.fly(view=self._floor(walks[momentum]), run_time=5)
        self.pause(0.3)

        # SGD alone: it bounces, then it crawls.
        across, strides = walks[sgd].x[:, 1], np.diff(walks[sgd].x, axis=0)
        crossed = int((across[1:] * across[:-1] < 0).sum())
        back = int(((strides[1:] * strides[:-1]).sum(axis=1) < 0).sum())
        steepest = float(solved.bottom.curvatures[1])
        said: dict[str, Any] = {"kappa": kappa, "bounces": back if own else crossed, "steps": len(strides)}
        said |= {"curvature": number(steepest, 3), "most": number(2 / steepest, 2)}
        key = f"{own}bounce" if aligned[sgd].arrives else "own_never"
        self.say(key, FadeOut(equation), FadeIn(ride.panel), *ride.names([sgd]), **said)
        ride.drive([sgd], run_time=9, elevation=20, shift=self.beside, azimuth=self._along + 18)
        self.pause(0.5)

        # Adam, from the same start, and momentum, which does as well.
        self.say("adam", *ride.names([adam]))
        ride.drive([adam], run_time=5, elevation=24, azimuth=self._along - 10)
        key = f"momentum_{solved.momentum}"
        self.say(key, *ride.names([momentum]), steps=len(walks[adam].x) - 1, **counts(aligned))
        ride.drive([momentum], run_time=5, elevation=28, azimuth=self._along + 10)
        self.pause(0.8)

        # The same, turned.
        self.leave(FadeOut(Group(*ride.all)))
        walks = [one.walk for one in turned]
        view = replace(self.view, azimuth=self._along - 22, elevation=30, shift=(0.0, 0.0))
        again = Ride(self, walks, view, **self._world)
        self.say(f"{own}turn", FadeIn(again.panel), *again.names(range(3)))
        again.drive([sgd, momentum, adam], run_time=6, elevation=26, shift=self.beside, azimuth=self._along - 48)
        before, after = (number(race[adam].walk.lr_at(0)) for race in (aligned, turned))
        needed = counts(turned) | counts(aligned, "_before")
        self.say(f"turned_{solved.turn}", lr=after, lr_before=before, **needed)
        self.fly(elevation=36, run_time=4, azimuth=self._along - 30)
        self.pause(0.3)

        # What to remember: which rates arrive.
        self.play(FadeOut(Group(*again.all)), run_time=0.4)
        widths: dict[str, Any] = {one.sweep.optimizer.name: decades(one.sweep.band) for one in aligned}
        self.say(f"answer_{solved.band}", FadeIn(self._rates()), run_time=0.8, **widths)
        self.fly(elevation=30, run_time=5, azimuth=self._along - 6)
        self.pause(1)

    @property
    def _world(self) -> dict[str, Any]:
        """How the ground is shown; of a terrain that was brought the height is its own."""
        return {"height": 0.6, "vehicle": 0.06} | ({} if self.material.given else {"scale": "sqrt"})

    def _floor(self, walk: Trajectory) -> OrbitCamera:
        """From behind a walk's start, along the floor to its middle."""
        relief, there = self.world.relief, self.solved.bottom
        begin, end = relief.flat(walk.x[0]), relief.flat(walk.x[-1])
        along = there.directions[0] * np.sign(there.directions[0] @ (end - begin))
        self._along = float(np.rad2deg(np.arctan2(-along[0], along[1])))
        x, y = end + _ON * ((begin - end) @ along) * along
        span = 1.3 * max(1.0, float(np.linalg.norm(begin - end)) / _LONG)
        return OrbitCamera(self._along, 15, span, (x, y, 0.06), 50)

    def _rates(self) -> VGroup:
        """The rates that arrive, along the axes and turned."""
        panels, own = [], "own_" if self.material.given else ""
        for key, race in (("aligned", self.solved.aligned), ("turned", self.solved.turned)):
            sweeps = [one.sweep for one in race]
            looks = self.palette.styles([one.optimizer for one in sweeps])
            heading = self.text(self.word(f"{own}{key}_rates"), SMALL, weight="SEMIBOLD")
            panels.append(VGroup(heading, Bands(self, sweeps, looks, 5.0)).arrange(DOWN, buff=0.22, aligned_edge=LEFT))
        return self.column(*panels)
