"""The cells of a sweep on their way: which are being computed, and what becomes of those whose process was killed."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from queue import SimpleQueue

from ..core.annotations import Progress
from ..core.errors import LandscapeError
from .cell import TRIED, Cell, Common, Row, failed, run_cell
from .halving import source_of
from .pool import Processes
from .spec import Spec

KILLED = "its process was killed, twice; perhaps memory ran out"
_AHEAD = 1024  # cells that are waiting or being computed on an executor of the caller's


class Work:
    """Computes all cells of a sweep that are not known, a few ahead at a time.

    known : what is known of a cell by its key; None of one that has to be computed. keep : takes each new row. done :
    how many cells are finished.
    """

    def __init__(
        self,
        spec: Spec,
        common: Common,
        executor: Executor | Processes,
        known: Callable[[Cell], Row | None],
        keep: Callable[[Row], None],
        progress: Progress | None,
    ) -> None:
        self.spec, self.common, self.executor = spec, common, executor
        self.known, self.keep, self.progress = known, keep, progress
        self.done = 0
        self._ahead = 2 * executor.jobs if isinstance(executor, Processes) else _AHEAD
        self._source = source_of(spec)
        self._running: dict[Future[Row], Cell] = {}
        # They come here as they end: to look through all of them each time would take longer than small cells do.
        self._over: SimpleQueue[Future[Row]] = SimpleQueue()
        self._kills: Counter[str] = Counter()
        self._suspects: deque[Cell] = deque()

    def run(self) -> None:
        """To the end. LandscapeError where no process can be begun, or the caller's executor has lost its own."""
        try:
            while self._begin_more():
                self._take(self._over.get())
        finally:
            for future in self._running:
                future.cancel()

    def _begin_more(self) -> bool:
        """Whether anything is being computed."""
        while not self._suspects and len(self._running) < self._ahead:
            if (cell := self._source.next()) is None:
                break
            if (row := self.known(cell)) is None:
                self._begin(cell)
            else:
                self._note(cell, row)
        if self._suspects and not self._running:
            self._begin(self._suspects.popleft())
        return bool(self._running)

    def _begin(self, cell: Cell) -> None:
        future = self.executor.submit(run_cell, cell, self.common)
        self._running[future] = cell
        future.add_done_callback(self._over.put)

    def _take(self, future: Future[Row]) -> None:
        """What has come of one cell."""
        cell = self._running.pop(future)
        try:
            row = future.result()
        except BrokenExecutor as error:
            self._broken(cell, error)
            return
        except Exception as error:
            # Dask's own, which is not imported here: it has lost several workers to this cell.
            if type(error).__name__ != "KilledWorker":
                raise
            self._suspect([cell], alone=not self._running)
            return
        self._keep(cell, row)

    def _broken(self, cell: Cell, error: BrokenExecutor) -> None:
        """A process was killed, and all that ran with it are lost."""
        if not isinstance(self.executor, Processes):
            raise LandscapeError("a process of the executor was killed, perhaps as memory ran out") from error
        if not self.executor.begun:
            raise LandscapeError(
                "no process can be begun; a script needs `if __name__ == '__main__':` around what begins some"
            ) from error
        lost = [cell]
        while self._running:
            future = self._over.get()
            other = self._running.pop(future)
            if future.exception() is None:
                self._keep(other, future.result())
            else:
                lost.append(other)
        self.executor.end()
        self._suspect(lost, alone=len(lost) == 1)

    def _suspect(self, lost: list[Cell], *, alone: bool) -> None:
        """Of cells that ran as a process was killed, one may be the reason; which one shows when each runs alone."""
        for one in lost:
            self._kills[one.key] += 1
            if alone and self._kills[one.key] > 1:
                self._keep(one, one.row | failed(KILLED))
            else:
                self._suspects.append(one)

    def _keep(self, cell: Cell, row: Row) -> None:
        self.keep(row)
        self._note(cell, row)

    def _note(self, cell: Cell, row: Row) -> None:
        """What follows from how a cell ended, for others, too."""
        cut = self._source.ended(cell, row)
        for one in cut:
            self.keep(one)
        self.done += len(cut) + (row["status"] != TRIED)
        if self.progress is not None:
            self.progress(self.done, len(self.spec))
