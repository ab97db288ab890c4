"""What a sweep costs beside its cells: per cell, on threads, processes and Dask; and its table, on disk and in memory.

    python bench/sweep.py

The smallest cell, one step on a terrain, is computed some thousand times on each executor: what the sweep takes for it,
less what it takes itself, is the overhead. Then real cells, one at a time. Then a table of 100,000 rows. Two minutes.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import landscape as ls
from landscape.sweeps import Spec, Table, storing

WORKERS, CELLS, ROWS = 2, 4000, 100_000
# Cells as they are swept: a small network on some images, the usual one on all, a deep one, and a walk.
REAL = {
    "784-32-10, 6,000 images": {"widths": 32, "images": 6000},
    "784-128-10, 60,000 images": {"widths": 128},
    "784-64×8-10, 60,000 images": {"widths": 64, "depths": 8},
    "the same, with its ground": {"widths": 64, "depths": 8, "ground": True},
    "1,000 steps on a terrain": {"terrain": "ravine", "target": 1e-3},
}


def tiny(cells: int) -> Spec:
    return Spec("sgd", np.geomspace(1e-3, 0.1, cells), terrain="booth", steps=1, target=1.0)


@contextmanager
def executors(folder: Path) -> Iterator[dict[str, Callable[[], Executor | None]]]:
    from dask.distributed import Client, LocalCluster

    place = {"dashboard_address": None, "local_directory": str(folder)}
    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, **place) as cluster,
        Client(cluster) as client,
        ThreadPoolExecutor(WORKERS) as threads,
    ):
        yield {
            "threads": lambda: threads,
            "processes": lambda: None,
            "Dask": client.get_executor,
        }


def overheads(folder: Path) -> None:
    print(f"{CELLS:,} cells of one step on {WORKERS} workers, each with a line in the table")
    with executors(folder) as found:
        for name, executor in found.items():
            for k, cells in enumerate((200, CELLS)):
                # Processes and workers load what they need with the first cells.
                begun = time.perf_counter()
                table = ls.sweeps.run(tiny(cells), folder / f"{name}{k}.csv", executor(), WORKERS)
                wall = time.perf_counter() - begun
                if k == 0:
                    start = wall
            cost, own = (wall - start) / (CELLS - 200), float(table["seconds"].mean())
            told = f"{1e3 * cost:5.2f} ms a cell, {1 / cost:6,.0f} a second"
            print(f"  {name:10}: {told}; a cell by itself {1e3 * own:.2f} ms; the first 200 in {start:.2f} s")
        print(f"  tasks of Dask's that do nothing: {1e3 * bare(found['Dask']()):.2f} ms each")


def bare(pool: Executor) -> float:
    begun = time.perf_counter()
    for future in [pool.submit(abs, -k) for k in range(CELLS)]:
        future.result()
    return (time.perf_counter() - begun) / CELLS


def real() -> None:
    print("real cells, one at a time: Adam, batch 32, one epoch")
    data = ls.datasets.load()
    for name, settings in REAL.items():
        given = {} if "terrain" in settings else {"data": data}
        found = ls.sweeps.estimate(Spec("adam", 0.001, **settings), jobs=1, **given)
        print(f"  {name:27}: {found.seconds:.3f} s")


def tables(folder: Path) -> None:
    spec = Spec(["sgd", "momentum", "adam"], np.geomspace(1e-4, 1, 20), seeds=list(range(ROWS // 240)), images=100)
    spec = Spec(spec.optimizers, spec.lrs, seeds=spec.seeds, images=100, depths=[1, 2], batch_sizes=[16, 64])
    object.__setattr__(spec, "known", {"features": 784, "classes": 10, "whole_pixels": 1, "test_pixels": 2})
    begun = time.perf_counter()
    count = sum(1 for _ in spec.cells())
    print(f"listing {count:,} cells: {1e6 * (time.perf_counter() - begun) / count:.0f} µs each")
    file, rng = folder / "table.csv", np.random.default_rng(0)
    settings = storing.settings_of(spec.settings)
    file.write_bytes(storing.head_of(settings))
    writer = storing.Writer(file, file.stat().st_size)
    begun = time.perf_counter()
    for cell in spec.cells():
        loss, accuracy = rng.random(2).tolist()
        ended = {"status": "done", "steps": 1875, "loss": loss, "test_loss": loss, "test_accuracy": round(accuracy, 4)}
        writer.append(cell.row | ended | {"trained": 1, "seconds": 0.1234, "engine": "numpy"})
    writer.close()
    each = 1e6 * (time.perf_counter() - begun) / count
    size = file.stat().st_size / count
    begun = time.perf_counter()
    table = Table.load(file)
    load = 1e6 * (time.perf_counter() - begun) / count
    tracemalloc.start()
    table = Table.load(file)
    kept, most = (one / count for one in tracemalloc.get_traced_memory())
    tracemalloc.stop()
    print(f"{len(table):,} rows: {each:.0f} µs each to write, {load:.0f} µs to read, {size:.0f} bytes on disk,")
    print(f"  {kept:.0f} in memory, {most:.0f} while they are read")
    begun = time.perf_counter()
    groups = ls.sweeps.groups_of(table)
    print(f"its {len(groups):,} groups: {time.perf_counter() - begun:.2f} s")


def main() -> None:
    with TemporaryDirectory() as folder:
        overheads(Path(folder))
        real()
        tables(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
