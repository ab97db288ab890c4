"""Checks of single values, used by every frozen dataclass that takes parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real

from .errors import unknown


def positive(name: str, value: float) -> None:
    """Raise ValueError unless `value` is finite and above 0."""
    if not (_number(value) and value > 0):
        raise ValueError(f"{name} = {value} is not allowed: it must be a finite number above 0")


def non_negative(name: str, value: float) -> None:
    """Raise ValueError unless `value` is finite and at least 0."""
    if not (_number(value) and value >= 0):
        raise ValueError(f"{name} = {value} is not allowed: it must be a finite number of 0 or more")


def finite(name: str, value: float) -> None:
    """Raise ValueError unless `value` is finite."""
    if not _number(value):
        raise ValueError(f"{name} = {value} is not allowed: it must be a finite number")


def fraction(name: str, value: float) -> None:
    """Raise ValueError unless 0 ≤ `value` < 1, as for a decay rate such as β₁."""
    if not (_number(value) and 0 <= value < 1):
        raise ValueError(f"{name} = {value} is not allowed: it must lie in [0, 1)")


def at_least(name: str, value: int, least: int) -> None:
    """Raise ValueError unless `value` is a whole number of at least `least`."""
    if not _number(value) or value != int(value) or value < least:
        raise ValueError(f"{name} = {value} is not allowed: it must be a whole number of {least} or more")


def one_of(kind: str, value: str, allowed: Sequence[str]) -> None:
    """Raise ValueError, with the nearest valid name, unless `value` is in `allowed`."""
    if value not in allowed:
        raise unknown(kind, value, allowed)


def start_with_loss(start: Sequence[float], loss: float) -> None:
    """Raise ValueError unless the loss at a start is finite."""
    if not math.isfinite(loss):
        raise ValueError(f"start {','.join(f'{value:g}' for value in start)} is not allowed: the loss is {loss}")


def _number(value: object) -> bool:
    return isinstance(value, Real) and math.isfinite(value)
