"""Running a sweep: on processes of this machine, or any executor; what is finished is kept, whatever happens."""

from __future__ import annotations

import os
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from .. import datasets
from ..core import bounds
from ..core.annotations import Progress
from ..core.blas import one_blas_thread
from ..core.checks import within
from ..datasets import Dataset
from ..files import kinds, locks
from . import halving
from .cell import Cell, run_cell
from .kept import Kept
from .pool import Processes
from .sharing import shared
from .spec import Spec
from .table import Table
from .working import Work

_PRODUCT, _STEP = 1e-11, 1e-6  # seconds that a parameter and image, and a step on a terrain, take at the least
_COPIES = 40  # bytes a parameter that training takes


def run(
    spec: Spec | str | Path,
    out: str | Path | None = None,
    executor: Executor | Processes | None = None,
    jobs: int | None = None,
    *,
    data: Dataset | None = None,
    retry: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Table:
    """Compute the cells of a sweep, and return its table.

    Parameters
    ----------
    spec : or the path of a TOML file of one.
    out : a .csv file that gets each row as soon as it is there. Where it has a table of this sweep already it goes on:
        no cell that is there is computed again. The table of a sweep with fewer values is extended.
    executor : where cells are computed; processes of this machine if None, which in a script need
        `if __name__ == "__main__":` around the call. Which one it is changes no number.
    jobs : how many processes; as many as there are cores if None.
    data : in the place of those that the spec names, such as arrays of one's own.
    retry : compute those again that failed.
    overwrite : begin anew where `out` has a table.
    progress : called as progress(done, cells).

    Cells that diverge, that fail, or whose process is killed twice, are rows that say so. Processes of this machine
    share the data in memory. Ctrl-C stops at once.

    ValueError for a spec that is not allowed, or another one than that of the table in `out`; RunError where that
    cannot be written, or another process writes it.
    """
    spec, data = prepared(spec, data)
    jobs = (os.cpu_count() or 1) if jobs is None else within("jobs", jobs, 1, 1024)
    own = Processes(jobs) if executor is None else executor
    check(spec, own.jobs if isinstance(own, Processes) else 1)
    path = None if out is None else Path(out)
    with ExitStack() as stack:
        stack.enter_context(locks.writing(path))
        kept = stack.enter_context(Kept(spec.settings, path, overwrite=overwrite, retry=retry))
        common = spec.common
        apart = not isinstance(executor, ThreadPoolExecutor)
        if not apart:
            # Once, and not for each cell.
            stack.enter_context(one_blas_thread)
        if data is not None:
            handle = stack.enter_context(shared(data, spec.images or 0, processes=apart))
            common = replace(common, data=handle)
        if executor is None:
            stack.enter_context(own)
        work = Work(spec, common, own, kept.known, kept.append, progress)
        try:
            work.run()
        except KeyboardInterrupt:
            if path is None:
                raise
            raise KeyboardInterrupt(f"{work.done:,} of {len(spec):,} cells are kept in '{path}'") from None
    return kept.table() if path is None else Table.load(path)


class Estimate(NamedTuple):
    """What a sweep takes: cells, of which so many were `there` already; the cell that was timed, its seconds, and those
    of all that are left."""

    cells: int
    there: int
    timed: Cell
    seconds: float
    total: float


def estimate(
    spec: Spec | str | Path, out: str | Path | None = None, jobs: int | None = None, *, data: Dataset | None = None
) -> Estimate:
    """What `run` would take, from one cell in the middle of the grid that is computed now, and kept nowhere."""
    spec, data = prepared(spec, data)
    jobs = (os.cpu_count() or 1) if jobs is None else within("jobs", jobs, 1, 1024)
    check(spec, jobs)
    there = len(Table.load(out)) if out is not None and kinds.kind(Path(out)) == kinds.SWEEP else 0
    cell = spec.middle
    with ExitStack() as stack:
        common = spec.common
        if data is not None:
            common = replace(common, data=stack.enter_context(shared(data, spec.images or 0, processes=False)))
        # The first one loads what all others find there.
        seconds = min(float(run_cell(cell, common)["seconds"] or 0) for _ in range(2))
    share = halving.work(spec) if spec.halving else 1.0
    return Estimate(len(spec), there, cell, seconds, seconds * share * max(0, len(spec) - there) / jobs)


def prepared(spec: Spec | str | Path, data: Dataset | None) -> tuple[Spec, Dataset | None]:
    """A spec with all that depends on its data, and those; None on a terrain."""
    spec = spec if isinstance(spec, Spec) else Spec.load(spec)
    if spec.terrain:
        return spec, None
    data = datasets.load(spec.data) if data is None else data
    return spec.of_data(data), data


def check(spec: Spec, jobs: int) -> None:
    """ValueError where a sweep takes more memory or time than there is, by the least that it may take."""
    count = len(spec)
    if spec.terrain:
        bounds.hours(count * spec.steps * _STEP / jobs, f"a sweep of {count:,} cells")
        return
    shapes = [(depth, width) for depth in spec.depths for width in spec.widths]
    features, classes = spec.known["features"], spec.known["classes"]
    sizes = [(features, *[width] * depth, classes) for depth, width in shapes]
    parameters = [sum((a + 1) * b for a, b in pairwise(one)) for one in sizes]
    images = spec.images or 0
    seconds = count * spec.epochs * images * sum(parameters) / len(shapes) * _PRODUCT
    # Of a grid that is halved all begin with little.
    bounds.hours(seconds / jobs / (spec.halving or 1), f"a sweep of {count:,} cells")
    bounds.memory({f"images = {images}": 4 * images * features, f"jobs = {jobs}": jobs * _COPIES * max(parameters)})
