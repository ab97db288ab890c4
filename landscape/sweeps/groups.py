"""The rows of a table by group: all learning rates and seeds of one setting of everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.annotations import Array
from .bands import Sweep
from .cell import CUT, DONE
from .table import GROUP, Table


@dataclass(frozen=True, eq=False)
class Group:
    """What the cells of one group say, rate by rate.

    Attributes
    ----------
    settings : activation, init, depth, width, batch_size, schedule and optimizer, by name.
    sweep : the medians over seeds, by which the best rate is chosen: test images play no part in that.
    lrs : (K,).
    accuracy : (K, 3), the quartiles over seeds of the test accuracy, of which those that did not come through have the
        least; nan where that is a quartile, and on terrains.
    score : (K, 3), the same of what the sweep's score is a median of; inf for those.
    trained : (K,), the share of seeds that reached the target; nan where all were cut.
    diverged : (K,), whether a seed diverged.
    """

    settings: Mapping[str, Any]
    sweep: Sweep
    lrs: Array
    accuracy: Array
    score: Array
    trained: Array
    diverged: Array

    @property
    def best(self) -> int | None:
        """Which rate is the best; None where none came through."""
        return int(self.sweep.score.argmin()) if np.isfinite(self.sweep.score).any() else None

    @property
    def best_accuracy(self) -> Array:
        """(3,), the quartiles at the best rate; nan without one."""
        return self.accuracy[self.best] if self.best is not None else np.full(3, np.nan)

    @property
    def share(self) -> float:
        """Of the rates, and their seeds, how many reached the target; nan where all were cut."""
        known = self.trained[~np.isnan(self.trained)]
        return float(known.mean()) if known.size else np.nan


def groups_of(table: Table) -> list[Group]:
    """The groups of a table, in its order."""
    found = []
    for (values, rows), sweep in zip(table.groups(*GROUP).items(), table.sweeps(), strict=True):
        here = {name: table[name][rows] for name in ("lr", "status", "test_accuracy", "trained")}
        done, cut = here["status"] == DONE, here["status"] == CUT
        accuracy = np.where(done, here["test_accuracy"], -np.inf)
        score = table[table.score][rows]
        score = np.where(done & ~np.isnan(score), score, np.inf)
        each = [here["lr"] == lr for lr in sweep.lrs]
        quartiles = np.array([_quartiles(accuracy[own]) for own in each])
        found.append(
            Group(
                settings=dict(zip(GROUP, values, strict=True)),
                sweep=sweep,
                lrs=sweep.lrs,
                accuracy=np.where(np.isfinite(quartiles), quartiles, np.nan),
                score=np.array([_quartiles(score[own]) for own in each]),
                trained=np.array([_share(here["trained"][own & ~cut]) for own in each]),
                diverged=np.array([bool((here["status"][own] == "diverged").any()) for own in each]),
            )
        )
    return found


def _quartiles(values: Array) -> Array:
    """(3,); where one lies between a number and one that is infinite, it is that."""
    ranked = np.sort(values)
    places = np.array([0.25, 0.5, 0.75]) * (len(ranked) - 1)
    low, high = ranked[np.floor(places).astype(int)], ranked[np.ceil(places).astype(int)]
    with np.errstate(invalid="ignore"):
        between = low + (high - low) * (places % 1)
    infinite = np.where(np.isfinite(low), high, low)
    return np.asarray(np.where(np.isfinite(low) & np.isfinite(high), between, np.where(places % 1 == 0, low, infinite)))


def _share(trained: Array) -> float:
    return float(trained.mean()) if trained.size else np.nan
