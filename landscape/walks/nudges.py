"""Walks from starts that differ by a hair: what an optimizer does, told from what rounding does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .. import terrains
from ..core import checks
from ..core.annotations import Floats
from ..core.checks import MOST_STEPS, at_least, finite, positive, within
from ..core.errors import not_allowed
from ..core.values import Value
from ..optimizers import Walker
from ..terrains import Terrain
from .descent import descend


@dataclass(frozen=True, eq=False, repr=False)
class Nudged(Value):
    """When walks arrive whose starts differ by a hair.

    Attributes
    ----------
    starts : (n, 2).
    arrived : (n,), steps until the loss stays at or below the target; inf where it does not.
    """

    starts: Floats
    arrived: Floats

    def __repr__(self) -> str:
        return f"<Nudged, {len(self.starts)} starts, {int(np.isfinite(self.arrived).sum())} arrive>"

    @property
    def share(self) -> float:
        """The part of the walks that arrive."""
        return float(np.isfinite(self.arrived).mean())

    @property
    def median(self) -> float:
        """Steps of the walk in the middle; inf if half of them or more do not arrive."""
        return float(np.median(self.arrived))

    @property
    def range(self) -> tuple[float, float]:
        """The fewest and the most steps; inf for a walk that does not arrive."""
        return float(self.arrived.min()), float(self.arrived.max())

    @property
    def chaotic(self) -> bool:
        """Whether the hair decides: the walks' steps differ by more than one, or only some of them arrive."""
        low, high = self.range
        return low < np.inf and not high - low <= 1

    @property
    def typical(self) -> Floats:
        """(2,), the start of the walk in the middle, which is the one to be shown."""
        return np.array(self.starts[np.argsort(self.arrived, kind="stable")[(len(self.arrived) - 1) // 2]])


def nudged(
    terrain: Terrain | str,
    optimizer: Walker | str,
    target: float,
    steps: int = 1000,
    start: ArrayLike | None = None,
    *,
    nudge: float = 1e-12,
    tries: int = 101,
    seed: int = 0,
) -> Nudged:
    """Walk from starts that differ by a hair, and see when each walk's loss stays at or below `target`.

    Where the hair decides, a single walk is chance, and a median over many is what can be told. That is so along the
    cliff's edge; past the edge of stability, as with SGD in Rastrigin's pits at lr = 0.01; where Prodigy leaps over
    pits, or down where there is no bottom; and where steps are signs, once a coordinate has come within rounding of its
    lowest point.

    Parameters
    ----------
    terrain, optimizer, start : as in `descend`; one start, around which the others lie.
    nudge : how far each coordinate is moved at most, as a part of the domain's width or height.
    tries : how many walks; of an odd number one is in the middle.

    >>> import landscape as ls
    >>> found = ls.nudged("booth", "sgd:lr=0.1", 1e-3)
    >>> found.median, found.chaotic
    (21.0, False)
    """
    terrain = terrains.of(terrain)
    target = finite("target", target)
    steps = within("steps", steps, 1, MOST_STEPS)
    starts = starts_around(terrain, start, tries, nudge, seed)
    arrived = descend(terrain, optimizer, starts, steps).settled_at(target)
    return Nudged(starts, np.where(arrived >= 0, arrived, np.inf))


def starts_around(terrain: Terrain, start: ArrayLike | None, tries: int, nudge: float = 1e-12, seed: int = 0) -> Floats:
    """`tries` starts (n, 2) around one (2,), the terrain's own if None, drawn evenly as `nudged` says."""
    nudge, seed = positive("nudge", nudge), at_least("seed", seed, 0)
    if nudge > 1:
        raise not_allowed("nudge", nudge, "it is a part of the domain's width, at most 1")
    tries = within("tries", tries, 1, 100_000)
    start = checks.start(terrain.start if start is None else start)
    by = np.random.default_rng(seed).uniform(-nudge, nudge, (tries, 2))
    return np.asarray(start + by * np.ptp(terrain.domain, axis=1))
