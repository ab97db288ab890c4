"""Functions of single numbers, which take what stands for a number in a formula that is traced, too.

Of numbers they are `math`'s: NumPy's own numbers would turn float32 arrays into float64 ones.
"""

from __future__ import annotations

import math
from typing import cast

import numpy as np


def sqrt(a: float) -> float:
    """√a."""
    return math.sqrt(a) if isinstance(a, float | int) else cast(float, np.sqrt(a))


def log2(a: float) -> float:
    """The logarithm of a to the base 2."""
    return math.log2(a) if isinstance(a, float | int) else cast(float, np.log2(a))


def floor(a: float) -> float:
    """The largest whole number that is not above a."""
    return math.floor(a) if isinstance(a, float | int) else cast(float, np.floor(a))


def cos(a: float) -> float:
    """The cosine of a, in radians."""
    return math.cos(a) if isinstance(a, float | int) else cast(float, np.cos(a))


def sin(a: float) -> float:
    """The sine of a, in radians."""
    return math.sin(a) if isinstance(a, float | int) else cast(float, np.sin(a))


def power(a: float, b: float) -> float:
    """a to the power of b; infinite where it overflows, at which Python's own power raises an error."""
    if not (isinstance(a, float | int) and isinstance(b, float | int)):
        return cast(float, a**b)
    with np.errstate(over="ignore"):
        return float(np.float64(a) ** b)
