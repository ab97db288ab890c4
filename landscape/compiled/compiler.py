"""How loops are compiled: without the interpreter's lock, with NumPy's rounding, and once for all processes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core.caching import FunctionCache

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """A function of numbers and arrays, compiled as it is first called; numba keeps the code beside the file, or where
    that cannot be written in the user's cache folder.

    No sum is rearranged and no product fused with a sum, so arithmetic and roots have the bits of NumPy's; division
    by 0 is no error.
    """
    jitted = numba.njit(nogil=True, error_model="numpy")(function)
    # There may be no folder to keep it in.
    with suppress(RuntimeError):
        jitted._cache = _Cache(function)
    return jitted  # type: ignore[no-any-return]


def inlined(function: F) -> F:
    """A function that others are compiled with; nothing is kept of it alone."""
    return numba.njit(nogil=True, error_model="numpy")(function)  # type: ignore[no-any-return]


class _Cache(FunctionCache):  # type: ignore[misc]
    """numba's own knows when the file of a function has changed, but not those of the functions that it calls."""

    def _index_key(self, *of: Any) -> tuple[Any, ...]:
        return (*super()._index_key(*of), _sources())


@cache
def _sources() -> str:
    """What tells this state of all files of this folder from others."""
    found = sorted(Path(__file__).parent.glob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in found)).hexdigest()
