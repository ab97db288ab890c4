"""Checks of single values, used by every frozen dataclass that takes parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import shortened, unknown

MOST = 2**63 - 1  # the largest whole number that NumPy counts with
MOST_STEPS = 10_000_000  # of a walk or a training, beyond which nobody waits for its end


def check(record: object, **rules: Callable[[str, Any], float]) -> None:
    """Check fields of a frozen dataclass, each by its rule, such as `positive`, and keep them as Python's own numbers:
    what is whole is an int, also where it was given as 3.0, and anything else a float."""
    for name, rule in rules.items():
        object.__setattr__(record, name, rule(name, getattr(record, name)))


def positive(name: str, value: Any) -> float:
    """The value as a float; ValueError unless it is finite and above 0."""
    return _allowed(name, value, lambda number: number > 0, "be a finite number above 0")


def non_negative(name: str, value: Any) -> float:
    """The value as a float; ValueError unless it is finite and at least 0."""
    return _allowed(name, value, lambda number: number >= 0, "be a finite number of 0 or more")


def finite(name: str, value: Any) -> float:
    """The value as a float; ValueError unless it is finite."""
    return _allowed(name, value, lambda number: True, "be a finite number")


def fraction(name: str, value: Any) -> float:
    """The value as a float; ValueError unless 0 ≤ value < 1, as for a decay rate such as β₁."""
    return _allowed(name, value, lambda number: 0 <= number < 1, "lie in [0, 1)")


def inside(name: str, value: Any) -> float:
    """The value as a float; ValueError unless 0 < value < 1."""
    return _allowed(name, value, lambda number: 0 < number < 1, "lie in (0, 1)")


def at_least(name: str, value: Any, least: int) -> int:
    """The value as an int; ValueError unless it is a whole number of at least `least`, and no larger than MOST."""
    return within(name, value, least, MOST)


def within(name: str, value: Any, least: int, most: int) -> int:
    """The value as an int; ValueError unless it is a whole number from `least` to `most`: far more than is sensible,
    where it says what something costs."""
    number = _number(value)
    if number is not None and number.is_integer() and least <= value <= most:
        return int(value)
    too_large = isinstance(value, Real) and bool(value > most)  # type: ignore[operator]
    wanted = f"from {least} to {most}" if most < MOST or too_large else f"of {least} or more"
    raise ValueError(f"{name} = {shortened(value)} is not allowed: it must be a whole number {wanted}")


def one_of(kind: str, value: Any, allowed: Sequence[str]) -> None:
    """Raise ValueError, with the nearest valid name, unless `value` is in `allowed`."""
    if value not in allowed:
        raise unknown(kind, value, allowed)


def rectangle(name: str, given: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """((x0, x1), (y0, y1)) in floats; ValueError unless they are finite and ascending."""
    try:
        (x0, x1), (y0, y1) = np.asarray(given, dtype=np.float64).tolist()
        fine = x0 < x1 and y0 < y1 and math.isfinite(x1 - x0) and math.isfinite(y1 - y0)
    except (TypeError, ValueError, OverflowError):
        fine = False
    if not fine:
        wanted = "((x0, x1), (y0, y1)) with x0 < x1 and y0 < y1, of a finite width and height"
        raise ValueError(f"{name} = {shortened(given)} is not allowed: it must be {wanted}")
    return (x0, x1), (y0, y1)


def start(given: Any, *, many: bool = False) -> NDArray[np.float64]:
    """The coordinates (2,) of a start, if `many` are allowed also (n, 2), in floats; ValueError for anything else."""
    try:
        found = np.array(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        found = np.array(np.nan)
    if found.shape[-1:] != (2,) or (found.ndim > 1 and not many) or not np.isfinite(found).all():
        wanted = "finite numbers of shape (2,) or (n, 2)" if many else "one start, finite numbers of shape (2,)"
        shown = given.tolist() if isinstance(given, np.ndarray) else given
        raise ValueError(f"start = {shortened(shown)} is not allowed: it must be {wanted}")
    return found


def start_with_loss(start: Sequence[float], loss: float) -> None:
    """Raise ValueError unless the loss at a start is finite."""
    if not math.isfinite(loss):
        raise ValueError(f"start {','.join(f'{value:g}' for value in start)} is not allowed: the loss is {loss}")


def _allowed(name: str, value: Any, fits: Callable[[float], bool], wanted: str) -> float:
    number = _number(value)
    if number is None or not fits(number):
        raise ValueError(f"{name} = {shortened(value)} is not allowed: it must {wanted}")
    return number


def _number(value: Any) -> float | None:
    """A finite number as a float; None for anything else, True and False included."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
