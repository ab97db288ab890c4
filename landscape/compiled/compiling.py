"""How loops are compiled: without the interpreter's lock, and once for all processes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba import extending
from numba.core.caching import FunctionCache

F = TypeVar("F", bound=Callable[..., Any])

# How a function rounds that does not say so itself is as in whatever calls it, so each says it.
_FUSED, _ANY_ORDER = {"contract", "nsz"}, True


def exact(function: F) -> F:
    """A function of numbers and arrays, compiled as it is first called, that rounds after each operation: arithmetic
    and roots have the bits of NumPy's. Division by 0 is no error."""
    return _compiled(function, fastmath=False)


def fused(function: F) -> F:
    """The same, where a product may be rounded together with the sum that it goes into; nothing is rearranged."""
    return _compiled(function, fastmath=_FUSED)


def summing(function: F) -> F:
    """The same, where sums are made in whatever order is quickest on this machine."""
    return _compiled(function, fastmath=_ANY_ORDER)


def kept(function: F) -> F:
    """A function of `exact` or `fused` that Python calls: numba keeps its code, with all that it calls, beside the file
    or, where that cannot be written, in the user's cache folder."""
    made: Any = function
    # There may be no folder to keep it in.
    with suppress(RuntimeError):
        made._cache = _Cache(made.py_func)
    return function


def instructions(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function for compiled code, of one that writes its instructions."""
    made: Callable[..., Any] = extending.intrinsic(function)
    return made


def _compiled(function: F, fastmath: Any) -> F:
    made: F = numba.njit(nogil=True, error_model="numpy", boundscheck=False, fastmath=fastmath)(function)
    return made


class _Cache(FunctionCache):  # type: ignore[misc]
    """numba's own knows when the file of a function has changed, but not those of the functions that it calls."""

    def _index_key(self, *of: Any) -> tuple[Any, ...]:
        return (*super()._index_key(*of), _sources())


@cache
def _sources() -> str:
    """What tells this state of all files of this folder from others."""
    found = sorted(Path(__file__).parent.glob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in found)).hexdigest()
