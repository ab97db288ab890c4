"""What ends a process, or makes an operation fail, at a moment that a test chooses."""

import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any


def killed(*_: Any) -> None:
    """As by the kernel, where memory has run out."""
    os.kill(os.getpid(), signal.SIGKILL)


def failing_at(
    n: int, fail: Callable[[], Any], moments: Iterator[int] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What wraps operations such that `fail` is called before the n-th of all their calls, which `moments` counts."""
    moments = count(1) if moments is None else moments

    def guarded(operation: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if next(moments) == n:
                fail()
            return operation(*args, **kwargs)

        return call

    return guarded
