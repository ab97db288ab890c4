"""Processes of this machine that compute cells, and are begun anew where one was killed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from functools import cache
from typing import Any

from ..core import workers
from ..core.blas import one_blas_thread


class Processes:
    """A pool of at most so many, for the time of a `with` block; those that still compute at its end are ended."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        # Threads of NumPy's, and locks, do not survive a fork.
        self._context = multiprocessing.get_context("spawn")
        self._pool: ProcessPoolExecutor | None = None
        self._reports: Any = None

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, error: object, *_: object) -> None:
        self.end(at_once=error is not None)

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        with workers.begun_safely():
            if self._pool is None:
                self._reports = self._context.SimpleQueue()
                given = (self._reports, self.jobs)
                self._pool = ProcessPoolExecutor(self.jobs, self._context, workers.start_and_say, given)
            try:
                return self._pool.submit(_alone, function, *arguments)
            except BrokenExecutor as error:
                # A process was killed just now: as if that had been a moment later.
                lost: Future[Any] = Future()
                lost.set_exception(error)
                return lost

    @property
    def begun(self) -> bool:
        """Whether any of them came so far as to work."""
        return self._reports is not None and not self._reports.empty()

    def end(self, *, at_once: bool = False) -> None:
        """End them; the next cell begins others."""
        pool, self._pool = self._pool, None
        if pool is not None:
            if at_once:
                for process in list((getattr(pool, "_processes", None) or {}).values()):
                    process.terminate()
            pool.shutdown(cancel_futures=True)


def _alone(function: Callable[..., Any], *arguments: Any) -> Any:
    _with_one_blas_thread()
    return function(*arguments)


@cache
def _with_one_blas_thread() -> None:
    """For good: such a process does nothing else, and to say so for each cell would take longer than small ones."""
    one_blas_thread.__enter__()
