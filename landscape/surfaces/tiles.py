"""Work that is split into tiles, done on an executor, and kept on disk until all of it is there.

Tiles come in rounds, of which each may depend on what those before it have found. What a tile computes is added to its
part of the result in the order of the tiles, whichever is finished first, so any executor gives the same bits, and so
does a run that was stopped and resumed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from typing import Any

import numpy as np

from ..core.annotations import Array, Progress
from ..core.blas import one_blas_thread
from ..core.errors import RunError
from ..files import archives, kinds
from ..files.archives import COUNT, TEXT, Field, Schema

_SCHEMA: Schema = {"key": TEXT, "result": Field("f", None), "tiles": COUNT}
_AHEAD = 32  # tiles that are waiting or being worked on, so that images on their way to a cluster stay few


@dataclass(frozen=True)
class Tile:
    """`function(*arguments)` gives numbers that are added to the result at an index; the `first` are put there."""

    where: tuple[Any, ...]
    first: bool
    function: Callable[..., Array]
    arguments: tuple[Any, ...]


Round = Callable[[Array], Sequence[Tile]]  # the tiles of a round, from the result of all before it


class Part:
    """The unfinished result beside `path`, for the work with this key; removed when the work is done.

    It is nan where nothing is known yet. The key is in the file's name, so that other work at the same path leaves it.
    """

    def __init__(self, path: Path, key: str, every: float) -> None:
        self.path = path
        self.file, self.key, self.every = path.with_name(f"{path.name}.{key[:8]}.part"), key, every
        self._written = time.monotonic()

    def read(self, shape: tuple[int, ...]) -> tuple[Array, int]:
        """The result so far, and how many tiles are in it."""
        try:
            found = archives.read(self.file, kinds.PART, _SCHEMA, sealed=True)
        except RunError:
            found = {}  # there is none, or whatever it is, it is not this work
        if str(found.get("key")) == self.key and found["result"].shape == shape:
            return found["result"], int(found["tiles"])
        return np.full(shape, np.nan), 0

    def write(self, result: Array, tiles: int, now: bool = False) -> None:
        """Keep what is there, if the last time was long ago."""
        if now or time.monotonic() - self._written >= self.every:
            archives.write(self.file, kinds.PART, {"key": np.array(self.key), "result": result, "tiles": tiles})
            self._written = time.monotonic()

    def remove(self) -> None:
        self.file.unlink(missing_ok=True)


def work(
    rounds: Iterable[Round],
    tiles: int,
    shape: tuple[int, ...],
    executor: Executor | None,
    part: Part | None = None,
    progress: Progress | None = None,
    *,
    threads: bool = True,
) -> Array:
    """The result of all tiles of all rounds, of this shape; nan where no tile computes anything.

    tiles : how many there are at the most, for progress, which is called as progress(done, tiles).
    threads : whether there may be several at once where no executor is given.

    Whatever stops it leaves the tiles that are finished in `part`.
    """
    result, kept = (np.full(shape, np.nan), 0) if part is None else part.read(shape)
    if kept > tiles:
        result, kept = np.full(shape, np.nan), 0  # it cannot be of this work
    if part is not None:
        # A place that cannot be written to is better known before the work than after it.
        part.write(result, kept, now=True)
    ours = executor is None and threads
    pool: Executor = InTurn() if executor is None else executor
    done = 0
    # One BLAS thread each: the tiles already use all cores.
    with one_blas_thread if ours else nullcontext():
        if ours:
            pool = ThreadPoolExecutor(cpu_count() or 1)
        running: deque[Future[Array]] = deque()
        try:
            for one in rounds:
                waiting = one(result)
                begun = min(max(0, kept - done), len(waiting))
                done += begun
                for number in range(begun, len(waiting)):
                    for tile in waiting[number + len(running) : number + _AHEAD]:
                        running.append(pool.submit(*_task(tile, executor)))
                        if running[-1].done():  # so that it is kept before the next one begins
                            break
                    tile, found = waiting[number], running[0].result()
                    total = found if tile.first else result[tile.where] + found
                    # Ctrl-C comes between calls: what is added is counted.
                    result[tile.where] = total
                    done += 1
                    running.popleft()
                    if part is not None and done < tiles:
                        part.write(result, done)
                    if progress is not None:
                        progress(done, tiles)
        except BaseException as stop:
            if part is None:
                raise
            part.write(result, max(done, kept), now=True)
            if isinstance(stop, KeyboardInterrupt):
                said = f"{max(done, kept)} of {tiles} parts are kept in '{part.file}'"
                raise KeyboardInterrupt(said) from None
            raise
        finally:
            for future in running:
                future.cancel()
            if ours:
                pool.shutdown(cancel_futures=True)
    if progress is not None and done < tiles:
        progress(tiles, tiles)
    return result


class InTurn(Executor):
    """Calls at once, in this thread."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _task(tile: Tile, executor: Executor | None) -> tuple[Any, ...]:
    """What to submit; an executor that is not ours may work in other processes, with BLAS threads of their own."""
    ours = executor is None or isinstance(executor, InTurn)
    return (tile.function, *tile.arguments) if ours else (_alone, tile.function, *tile.arguments)


def _alone(function: Callable[..., Array], *arguments: Any) -> Array:
    with one_blas_thread:
        return function(*arguments)
