"""Processes that work for this one: they end with it, and nothing in the working folder decides what they do."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import connection, resource_tracker
from typing import Any

from .settings import only_ours

_MASKS = hasattr(signal, "pthread_sigmask")  # not on Windows

# Set in each such process by `start`: where it reports to.
reports: Any = None


@contextmanager
def begun_safely() -> Iterator[None]:
    """While processes are begun: Python would look for its own modules in the working folder first, and Ctrl-C is for
    the process that began them alone, which then ends them."""
    variable = "PYTHONSAFEPATH"
    given = os.environ.get(variable)
    os.environ[variable] = "1"
    # It says that signals may come again as it begins.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]) if _MASKS else set()
    try:
        yield
    finally:
        if _MASKS:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if given is None:
            del os.environ[variable]
        else:
            os.environ[variable] = given


def start(queue: Any, workers: int) -> None:
    """What such a process, one of so many, does first; it reports to the queue.

    It is said here, and not where the work is, so that it is done before the libraries of the work are loaded.
    """
    global reports
    reports = queue
    only_ours()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if workers > 1:
        # Software OpenGL and BLAS would each take all cores for every one.
        share = max(1, (os.cpu_count() or 1) // workers)
        for name in ("LP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
            os.environ.setdefault(name, str(share))


def start_and_say(queue: Any, workers: int) -> None:
    """The same, of which the queue is told: whoever began the process knows then that it could be begun."""
    start(queue, workers)
    queue.put(True)


def _end_with_parent() -> None:
    """End this process when the one that started it has, however that happened."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)
