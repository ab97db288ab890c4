"""A ravine along the axes, and the same one turned: what SGD, momentum and Adam need in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from manim import DOWN, LEFT, FadeIn, FadeOut, Group, VGroup

from landscape.core.numerals import number, setting
from landscape.evidence.claims.ravine import KAPPA, KINDS, PER_DECADE
from landscape.evidence.comparing import Compared, compared
from landscape.evidence.tuning import Tuned, counts, decades, in_ravines, wider

from ..panels import Bands
from ..ride import Ride
from ..stage import SMALL, Lesson
from ..world import OrbitCamera

_WORLD: dict[str, Any] = {"scale": "sqrt", "height": 0.6, "vehicle": 0.06}
_RIM = OrbitCamera(azimuth=-58, elevation=26, span=2.2, field_of_view=45, target=(0.0, 0.0, 0.1))


@dataclass(frozen=True)
class Ravines:
    """SGD, momentum and Adam, in this order, on a ravine along the axes, and on one turned by 45°."""

    aligned: list[Tuned]
    turned: list[Tuned]

    @property
    def momentum(self) -> Compared:
        """What momentum needs, to Adam."""
        _, momentum, adam = self.aligned
        return compared(momentum.needed, adam.needed)

    @property
    def turn(self) -> str:
        """Whether SGD and momentum need the same after the turn, "same", or "other"."""
        pairs = list(zip(self.aligned, self.turned, strict=True))[:2]
        return "same" if all(before.needed == after.needed for before, after in pairs) else "other"

    @property
    def band(self) -> Compared:
        """How wide the band of Adam's rates is, to SGD's."""
        return wider(self.aligned[2].sweep, self.aligned[0].sweep)


class RavineLesson(Lesson):
    """SGD, momentum and Adam in a ravine along the axes, then in one turned by 45°."""

    kappa: ClassVar[float] = KAPPA

    def solve(self) -> Ravines:
        return Ravines(*in_ravines(KINDS, self.kappa, PER_DECADE))

    def construct(self) -> None:
        solved: Ravines = self.solved
        aligned, turned = solved.aligned, solved.turned
        sgd, momentum, adam = range(3)

        # The ravine, from its rim, then along its floor.
        ride = Ride(self, [one.walk for one in aligned], _RIM, **_WORLD)
        title = self.title()
        equation = self.aside(self.equation(f"L = 1 slash 2 thin (x^2 + {self.kappa:g} y^2)"))
        self.add(title, equation)
        self.say("question", run_time=0.8, kappa=setting(self.kappa))
        self.fly(view=self._floor(azimuth=-90), run_time=5)
        self.pause(0.3)

        # SGD alone: it bounces, then it crawls.
        across = aligned[sgd].walk.x[:, 1]
        bounces = int((across[1:] * across[:-1] < 0).sum())
        self.say(
            "bounce", FadeOut(equation), FadeIn(ride.panel), *ride.names([sgd]),
            kappa=setting(self.kappa), bounces=bounces, steps=len(across) - 1,
        )  # fmt: skip
        ride.drive([sgd], run_time=9, azimuth=-72, elevation=20, shift=self.beside)
        self.pause(0.5)

        # Adam, from the same start, and momentum, which does as well.
        self.say("adam", *ride.names([adam]))
        ride.drive([adam], run_time=5, azimuth=-100, elevation=24)
        self.say(f"momentum_{solved.momentum}", *ride.names([momentum]), **counts(aligned))
        ride.drive([momentum], run_time=5, azimuth=-80, elevation=28)
        self.pause(0.8)

        # The same, turned.
        self.leave(FadeOut(Group(*ride.all)))
        again = Ride(self, [one.walk for one in turned], self._floor(azimuth=-112, elevation=30), **_WORLD)
        self.say("turn", FadeIn(again.panel), *again.names(range(3)))
        again.drive([sgd, momentum, adam], run_time=6, azimuth=-138, elevation=26, shift=self.beside)
        before, after = (number(race[adam].walk.lr_at(0)) for race in (aligned, turned))
        needed = counts(turned) | counts(aligned, "_before")
        self.say(f"turned_{solved.turn}", lr=after, lr_before=before, **needed)
        self.fly(azimuth=-120, elevation=36, run_time=4)
        self.pause(0.3)

        # What to remember: which rates arrive.
        self.play(FadeOut(Group(*again.all)), run_time=0.4)
        widths: dict[str, Any] = {one.sweep.optimizer.name: decades(one.sweep.band) for one in aligned}
        self.say(f"answer_{solved.band}", FadeIn(self._rates()), run_time=0.8, **widths)
        self.fly(azimuth=-96, elevation=30, run_time=5)
        self.pause(1)

    def _floor(self, **view: Any) -> OrbitCamera:
        """From behind the start, along the floor."""
        return replace(OrbitCamera(elevation=15, span=1.3, field_of_view=50, target=(-0.4, 0.0, 0.06)), **view)

    def _rates(self) -> VGroup:
        """The rates that arrive, along the axes and turned."""
        panels = []
        for key, race in (("aligned", self.solved.aligned), ("turned", self.solved.turned)):
            sweeps = [one.sweep for one in race]
            looks = self.palette.styles([one.optimizer for one in sweeps])
            heading = self.text(self.word(f"{key}_rates"), SMALL, weight="SEMIBOLD")
            panels.append(VGroup(heading, Bands(self, sweeps, looks, 5.0)).arrange(DOWN, buff=0.22, aligned_edge=LEFT))
        return self.column(*panels)
