"""How functions are compiled here: without holding the interpreter, and once, into files that later processes read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba import extending

Function = TypeVar("Function", bound=Callable[..., Any])

# What is not said here of a function's roundings would be as in the function that calls it.
_SETTINGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "boundscheck": False}
_FUSED = {"contract", "nsz"}


def compiled(function: Function) -> Function:
    """Compile a function. Products and sums may be fused, which rounds once instead of twice; all else is done in the
    order in which it is written."""
    made: Function = numba.njit(**_SETTINGS, fastmath=_FUSED)(function)
    return made


def exact(function: Function) -> Function:
    """Compile one that rounds as NumPy does, after each operation."""
    made: Function = numba.njit(**_SETTINGS, fastmath=False)(function)
    return made


def summing(function: Function) -> Function:
    """Compile one that sums, in whatever order is quickest on this machine."""
    made: Function = numba.njit(**_SETTINGS, fastmath=True)(function)
    return made


def kept(function: Function) -> Function:
    """Compile one that Python calls, as `compiled` does, and keep the result, with all that it calls, in a file.

    numba compiles anew what has changed in a function's own file; here that is so for any file of this folder.
    """
    made: Any = numba.njit(**_SETTINGS, fastmath=_FUSED)(function)
    # Where no folder can be written to, it is compiled each time.
    with suppress(RuntimeError):
        made.enable_caching()
        key = made._cache._index_key
        made._cache._index_key = lambda *given: (*key(*given), _sources())
    result: Function = made
    return result


def instructions(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function for compiled code of one that writes its instructions."""
    made: Callable[..., Any] = extending.intrinsic(function)
    return made


def _sources() -> str:
    """A checksum of this folder's modules."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
