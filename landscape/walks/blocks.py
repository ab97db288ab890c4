"""Walks from many starts, block by block: in threads, which write into one record, or wherever an executor has them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Array, Progress
from ..optimizers import Optimizer

# Arrays (rows, n, …) by name: "x", "loss", "gradient", those of the optimizer, and (1, n) of which ended "outside".
Record = dict[str, Array]
# Walks a block of starts (n, 2), which has a number, and writes its record into that of all, from a place on.
BlockWalk = Callable[[Array, int, Record, int], None]


@dataclass(frozen=True)
class Room:
    """What a record has room for: an optimizer's memory, and the steps that are rows."""

    optimizer: Optimizer
    rows: NDArray[np.int64]

    def of(self, n: int) -> Record:
        """The record of n walks, whose numbers are still to be written; none is outside."""
        x = np.zeros((1, 2))
        each = {"x": x, "loss": x[:, 0], "gradient": x, **self.optimizer.recorded(self.optimizer.init(x))}
        record: Record = {name: np.empty((len(self.rows), n, *one.shape[1:])) for name, one in each.items()}
        return record | {"outside": np.zeros((1, n), dtype=bool)}


def walk_blocks(
    walk: BlockWalk, room: Room, starts: Array, size: int, executor: Executor | None, progress: Progress | None
) -> Record:
    """The record of the walks of all starts (n, 2), so many of which make a block; `executor` and `progress` as in
    `descend`."""
    whole = room.of(len(starts))
    blocks = [slice(at, at + size) for at in range(0, len(starts), size)] or [slice(0, 0)]
    if len(blocks) == 1:
        walk(starts, 0, whole, 0)
        if progress is not None:
            progress(1, 1)
        return whole
    with ExitStack() as stack:
        if executor is None:
            executor = ThreadPoolExecutor(cpu_count() or 1)
            stack.callback(executor.shutdown, cancel_futures=True)
        here = isinstance(executor, ThreadPoolExecutor)
        work = partial(_within, walk, whole) if here else partial(_elsewhere, walk, room)
        futures = {executor.submit(work, starts[block], k, block.start): block for k, block in enumerate(blocks)}
        for done, future in enumerate(as_completed(list(futures)), start=1):
            # Forgotten once copied, or a million starts would be held twice.
            block = futures.pop(future)
            for name, part in future.result().items():
                whole[name][:, block] = part
            if progress is not None:
                progress(done, len(blocks))
    return whole


def _within(walk: BlockWalk, whole: Record, starts: Array, block: int, at: int) -> Record:
    """Walk a block where the record is at hand: nothing is left to be copied."""
    walk(starts, block, whole, at)
    return {}


def _elsewhere(walk: BlockWalk, room: Room, starts: Array, block: int, at: int) -> Record:
    """Walk a block in another process, from which its record is sent."""
    record = room.of(len(starts))
    walk(starts, block, record, 0)
    return record
