"""How many threads BLAS has: one, where it would cost more to share the work than to do it."""

from __future__ import annotations

import threading
from typing import Any

from threadpoolctl import threadpool_limits


class _OneBlasThread:
    """Limits this process to one BLAS thread while any of its threads is inside."""

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), 0
        self._limits: Any = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._limits = threadpool_limits(1, "blas")
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limits.restore_original_limits()


# The limit is the process's, so what counts who needs it has to be, too.
one_blas_thread = _OneBlasThread()
