"""Which of the two engines computes: NumPy, or loops that numba compiles."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Literal, get_args

from ..core.checks import one_of
from ..core.errors import InputError, LandscapeError

Choice = Literal["auto", "numpy", "compiled"]
Engine = Literal["numpy", "compiled"]

VARIABLE = "LANDSCAPE_ENGINE"


def installed() -> bool:
    """Whether there is a compiler."""
    return find_spec("numba") is not None


def chosen(choice: str, cannot: str = "", pays: bool = True) -> Engine:
    """The engine that a choice, or where that is "auto" the variable LANDSCAPE_ENGINE, comes to.

    cannot : why the compiled loops cannot do this work, empty where they can. pays : whether it is long enough to be
        worth loading the compiler for, which "auto" asks.

    ValueError for what is no choice, or cannot be done; LandscapeError where the compiler is missing.
    """
    one_of("engine", choice, get_args(Choice))
    if choice == "auto":
        choice = os.environ.get(VARIABLE) or "auto"
        one_of(VARIABLE, choice, get_args(Choice))
    if choice == "compiled":
        if not installed():
            raise LandscapeError("engine = compiled needs numba, which is not installed: pip install numba")
        if cannot:
            raise InputError(f"engine = compiled is not allowed: {cannot}")
        return "compiled"
    return "compiled" if choice == "auto" and pays and not cannot and installed() else "numpy"
