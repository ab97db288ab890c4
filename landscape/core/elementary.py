"""Functions of single numbers, which take what stands for a number in a formula that is traced, too.

Of numbers they are `math`'s: NumPy's own numbers would turn float32 arrays into float64 ones.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def sqrt(a: Any) -> Any:
    """√a."""
    return math.sqrt(a) if isinstance(a, float | int) else np.sqrt(a)


def log2(a: Any) -> Any:
    """The logarithm of a to the base 2."""
    return math.log2(a) if isinstance(a, float | int) else np.log2(a)


def floor(a: Any) -> Any:
    """The largest whole number that is not above a."""
    return math.floor(a) if isinstance(a, float | int) else np.floor(a)


def cos(a: Any) -> Any:
    """The cosine of a, in radians."""
    return math.cos(a) if isinstance(a, float | int) else np.cos(a)


def sin(a: Any) -> Any:
    """The sine of a, in radians."""
    return math.sin(a) if isinstance(a, float | int) else np.sin(a)


def power(a: Any, b: Any) -> Any:
    """a to the power of b; infinite where it overflows, at which Python's own power raises an error."""
    if not (isinstance(a, float | int) and isinstance(b, float | int)):
        return a**b
    with np.errstate(over="ignore"):
        return float(np.float64(a) ** b)
