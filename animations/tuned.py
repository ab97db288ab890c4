"""Optimizers at the best of their learning rates: their walks, and what may be said of their bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from landscape.terrains import Terrain
from landscape.walks.descent import descend
from landscape.walks.sweeps import Band, Sweep
from landscape.walks.trajectory import Trajectory

from .verdicts import Verdict


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
    def count(self) -> str:
        """The steps that it needs, in words."""
        return f"{self.needed:,.0f}" if np.isfinite(self.needed) else f"> {self.sweep.steps:,}"


def decades(band: Band | None) -> str:
    """How many decades of rates arrive: 2.5, or ≥2.5 where the band goes on beyond the rates that were tried."""
    if band is None:
        return "0"
    return f"{'≥' * (band.open_below or band.open_above)}{band.decades:.1f}"


def wider(one: Sweep, other: Sweep) -> Verdict:
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
