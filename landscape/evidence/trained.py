"""Networks over one grid of learning rates and several seeds, and what each optimizer does at the best of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from concurrent.futures import as_completed
from contextlib import ExitStack
from dataclasses import dataclass, replace
from os import cpu_count
from pathlib import Path
from typing import Any

import numpy as np

from ..core.annotations import Progress
from ..core.statistics import Difference, over_seeds
from ..sweeps import Band, Spec, Table, rates, run
from ..sweeps.bands import Sweep
from ..sweeps.cell import Row, run_cell
from ..sweeps.pool import Processes
from ..sweeps.running import prepared
from ..sweeps.sharing import shared
from ..sweeps.table import GROUP
from .claim import Claim, Scale
from .finding import Quantity

_PER_DECADE, _GROWTHS = 2, 3  # learning rates of a grid, and how often it grows at the most


@dataclass(frozen=True)
class Case:
    """One setting of all but learning rate and seed, at the best of its rates: that with the lowest median of the
    training loss over seeds.

    group : the setting, by the names of a table's columns. lr : the best rate; where none comes through for all seeds,
        the one with the most that do. edge : whether it is the grid's lowest or highest, and trains.
    accuracy : on the test images, by seed; that of one who has seen nothing, 0, for a run that diverged.
    steps_to : the target, by seed; inf where it is not reached. trains : (rates,), the share of seeds at each rate
        whose loss at the end is at or below the target. sweep : all rates.
    """

    group: dict[str, Any]
    lr: float
    edge: bool
    accuracy: dict[Hashable, float]
    steps_to: list[float]
    trains: list[float]
    sweep: Sweep

    @property
    def band(self) -> Band | None:
        """The rates that train for all seeds."""
        return self.sweep.band

    @property
    def rates(self) -> Quantity:
        """The share of learning rates that train, the mean over seeds."""
        return Quantity.single(float(np.mean(self.trains)), "share", "rates", len(self.trains))

    @property
    def reads(self) -> Quantity:
        """The accuracy at the best rate."""
        return Quantity.mean(list(self.accuracy.values()), "share")

    def ahead_of(self, other: Case) -> Difference:
        """How much more it reads than another, over seeds."""
        return over_seeds(self.accuracy, other.accuracy)

    def gain_over(self, other: Case) -> dict[Hashable, float]:
        """How much more it reads than another of the same seeds, by seed."""
        return {seed: read - other.accuracy[seed] for seed, read in self.accuracy.items()}


def cases(table: Table) -> list[Case]:
    """The cases of a table, in its order."""
    found = []
    for (values, rows), sweep in zip(table.groups(*GROUP).items(), table.sweeps(), strict=True):
        lrs, seeds = table["lr"][rows], table["seed"][rows]
        trains = [float(np.mean(table["trained"][rows][lrs == lr])) for lr in sweep.lrs]
        best = float(sweep.lrs[int(sweep.score.argmin())]) if np.isfinite(sweep.score).any() else _survivor(table, rows)
        chosen = rows[lrs == best]
        read = np.nan_to_num(table["test_accuracy"][chosen])
        accuracy: dict[Hashable, float] = dict(zip(map(int, seeds[lrs == best]), map(float, read), strict=True))
        steps = [float(one) if one == one else np.inf for one in table["steps_to"][chosen]]
        edge = sweep.best_at_edge and max(trains) > 0
        found.append(Case(dict(zip(GROUP, values, strict=True)), best, edge, accuracy, steps, trains, sweep))
    return found


def _survivor(table: Table, rows: Any) -> float:
    """The rate at which the most seeds come through."""
    lrs = table["lr"][rows]
    through = {lr: int(np.isfinite(table["loss"][rows][lrs == lr]).sum()) for lr in np.unique(lrs)}
    return float(max(through, key=lambda lr: through[lr]))


class TrainedClaim(Claim):
    """A claim that trains networks, on processes.

    place, resume : a folder in which what is finished is kept, or None; and whether it goes on from what is there.
    pool : the processes; of its own if None.
    """

    place: Path | None = None
    resume: bool = False
    pool: Processes | None = None

    def swept(self, scale: Scale, spec: Mapping[str, Any], ends: tuple[int, int], progress: Progress | None) -> Table:
        """The table of a sweep over learning rates, two to the decade, whose grid grows, for all alike, until no best
        that trains lies at its edge, or three times.

        spec : of `Spec`, without learning rates. ends : of the first grid, as exponents of √10.
        """
        low, high = ends
        path = None if self.place is None else self.place / f"{self.name}-{scale}.csv"
        if path is not None and path.exists() and self.resume:
            there = np.log10(Table.load(path).settings["lrs"]) * _PER_DECADE
            low, high = min(low, round(there[0])), max(high, round(there[-1]))
        for growth in range(_GROWTHS + 1):
            lrs = rates(10 ** (low / _PER_DECADE), 10 ** (high / _PER_DECADE), _PER_DECADE)
            anew = not (growth or self.resume)
            table = run(Spec(**spec, lrs=lrs), path, self.pool, overwrite=anew, progress=progress)
            edges = {one.lr for one in cases(table) if one.edge}
            if growth == _GROWTHS or not edges:
                break
            low, high = low - (lrs[0] in edges), high + (lrs[-1] in edges)
        return table

    def grounds(self, spec: Mapping[str, Any], found: Sequence[Case], progress: Progress | None) -> list[Row]:
        """The ground under each case, at the start and at the end of its best rate, from its first seed: rows of a
        table.

        spec : of `Spec`, without learning rates, of whose table the cases are.
        """
        whole, data = prepared(Spec(**spec, lrs=[one.lr for one in found[:1]]), None)
        assert data is not None
        by_group = {tuple(map(str, one.group.values())): one for one in found}
        rows: list[Row] = [{}] * len(found)
        with ExitStack() as stack:
            handle = stack.enter_context(shared(data, whole.images or 0, processes=True))
            pool = self.pool or stack.enter_context(Processes(cpu_count() or 1))
            common = replace(whole.common, data=handle, ground=True)
            futures = {}
            for where in whole.groups():
                cell = whole.cell(where, whole.seeds[0], whole.lrs[0])
                case = by_group[tuple(str(cell.row[name]) for name in GROUP)]
                futures[pool.submit(run_cell, whole.cell(where, whole.seeds[0], case.lr), common)] = found.index(case)
            for done, future in enumerate(as_completed(futures), 1):
                rows[futures[future]] = future.result()
                if progress is not None:
                    progress(done, len(futures))
        return rows
