"""Optimizers at the best of their learning rates: their walks, and what may be said of their bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Floats
from ..core.errors import InputError
from ..optimizers import Optimizer
from ..sweeps.bands import Band, Sweep, sweep
from ..terrains import Ravine, Terrain
from ..terrains.turned import TurnedTerrain
from ..walks.descent import descend
from ..walks.stationary import bottom
from ..walks.trajectory import Trajectory
from .comparing import Compared

_LEAST_STEPS = 1000  # of a sweep
_GOAL = 1e-6  # of the first loss, in a ravine
_MOST_CURVED = 1000.0  # times as curved across as along: more steps than for this are not waited for


@dataclass(frozen=True)
class Tuned:
    """An optimizer at its best rate, and its walk until it has arrived.

    needed : steps until the loss stays at or below the sweep's target; inf if no rate gets there in the sweep's steps:
        then the walk has all of those, at the rate that ends lowest.
    """

    sweep: Sweep
    walk: Trajectory
    needed: float

    @classmethod
    def of(cls, terrain: Terrain, sweep: Sweep, start: ArrayLike | None = None) -> Tuned:
        """From a sweep on the terrain; walked from the start that it had."""
        assert sweep.steps is not None
        needed = float(sweep.score.min())
        if np.isfinite(needed):
            return cls(sweep, descend(terrain, sweep.best, start, int(needed)), needed)
        ends = [
            float(descend(terrain, sweep.optimizer.with_lr(lr), start, sweep.steps, record="last").loss[-1])
            for lr in sweep.lrs.tolist()
        ]
        lr = float(sweep.lrs[int(np.nan_to_num(ends, nan=np.inf).argmin())])
        return cls(sweep, descend(terrain, sweep.optimizer.with_lr(lr), start, sweep.steps), np.inf)

    @property
    def arrives(self) -> bool:
        """Whether it does at any rate."""
        return bool(np.isfinite(self.needed))

    @property
    def count(self) -> str:
        """The steps that it needs, in words."""
        return f"{self.needed:,.0f}" if self.arrives else f"> {self.sweep.steps:,}"


def at_best(
    terrain: Terrain,
    optimizers: Sequence[Optimizer],
    target: float,
    steps: int,
    per_decade: int,
    start: ArrayLike | None = None,
) -> list[Tuned]:
    """Each at the best of a common grid of rates, which ends where nobody arrives any more."""
    found = sweep(terrain, optimizers, target, steps=steps, start=start, per_decade=per_decade)
    return [Tuned.of(terrain, one, start) for one in found]


def in_ravines(optimizers: Sequence[Optimizer], kappa: float, per_decade: int) -> list[list[Tuned]]:
    """The same in a ravine along the axes, and in one turned by 45°."""
    grounds = [Ravine(kappa, angle) for angle in (0.0, 45.0)]
    goals = [_GOAL * float(one.value(one.start)) for one in grounds]
    steps = _enough(kappa)
    return [at_best(one, optimizers, goal, steps, per_decade) for one, goal in zip(grounds, goals, strict=True)]


def in_valley(
    terrain: Terrain,
    optimizers: Sequence[Optimizer],
    per_decade: int,
    start: ArrayLike | None = None,
    steps: int | None = None,
) -> list[list[Tuned]]:
    """The same in the valley of any terrain as it lies, and turned by 45° around its bottom, from a start in at most so
    many steps. InputError where it has no valley."""
    there = bottom(terrain, start)
    flattest, steepest = there.curvatures
    steps = _enough(min(float(steepest / flattest), _MOST_CURVED)) if steps is None else steps
    begin = np.asarray(terrain.start if start is None else start, dtype=np.float64)
    goal = goal_above(float(terrain.value(there.point)), _GOAL, terrain, begin)
    turned = TurnedTerrain(terrain, 45.0, tuple(there.point.tolist()))
    return [
        at_best(one, optimizers, goal, steps, per_decade, begun)
        for one, begun in ((terrain, begin), (turned, turned.turned(begin)))
    ]


def goal_above(low: float, share: float, terrain: Terrain, start: Floats) -> float:
    """The loss at which a walk from a start (2,) counts as arrived: of what it may fall to the lowest such a share is
    left. InputError where nothing is to be fallen."""
    height = float(terrain.value(start)) - low
    if not height > 0:
        raise InputError(f"start {','.join(f'{one:g}' for one in start)} is not allowed: there it falls no more")
    return low + share * height


def _enough(kappa: float) -> int:
    """Steps for a ravine: SGD at its best needs κ ln(10⁶)/4, at the best rate of a grid up to 10^¼ times as many."""
    return max(_LEAST_STEPS, int(7 * kappa))


def counts(tuned: Sequence[Tuned], end: str = "") -> dict[str, Any]:
    """What captions tell of the steps that each needs, by its optimizer's name and what comes after that."""
    return {f"{one.sweep.optimizer.name}{end}": one.count for one in tuned}


def decades(band: Band | None) -> str:
    """How many decades of rates arrive: 2.5, or ≥2.5 where the band goes on beyond the rates that were tried."""
    if band is None:
        return "0"
    return f"{'≥' * (band.open_below or band.open_above)}{band.decades:.1f}"


def wider(one: Sweep, other: Sweep) -> Compared:
    """Whether one band is wider than another, "more", or narrower, "less": by more than the grids' spacing, within
    which the ends are known; "alike" too where an open end leaves it undecided."""
    (low, wide), (other_low, other_wide) = _width(one.band), _width(other.band)
    spacing = max(float(np.diff(np.log10(sweep.lrs)).max(initial=0.0)) for sweep in (one, other))
    if low > other_wide + spacing:
        return "more"
    return "less" if other_low > wide + spacing else "alike"


def widest(sweeps: Sequence[Sweep]) -> float:
    """The most decades of any."""
    return max(_width(one.band)[0] for one in sweeps)


def _width(band: Band | None) -> tuple[float, float]:
    """Decades of a band, at the least and at the most."""
    if band is None:
        return 0.0, 0.0
    return band.decades, np.inf if band.open_below or band.open_above else band.decades
