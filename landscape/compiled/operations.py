"""The operations of formulas on rows of numbers: a loop for each, over points that lie in a core's first cache.

A formula is a table of operations and no code, so that one compiled function serves every terrain. The numbers of the
kinds are their places in `programs.KINDS`.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.annotations import Floats, Labels
from .compiling import exact


@exact
def run(table: Labels, rows: Floats, n: int) -> None:
    """Compute the first n points of rows, operation by operation: each is its kind, the row that it fills, and those of
    its three operands. No row is filled that is among its own operands, so loops need not take care of that."""
    for line in range(table.shape[0]):
        kind, out, a, b = table[line, 0], rows[table[line, 1]], rows[table[line, 2]], rows[table[line, 3]]
        if kind < 12:
            _arithmetic(kind, out, a, b, n)
        elif kind < 18:
            _choices(kind, out, a, b, rows[table[line, 4]], n)
        elif kind < 25:
            _exponentials(kind, out, a, b, n)
        else:
            _angles(kind, out, a, b, n)


@exact
def _arithmetic(kind: int, out: Floats, a: Floats, b: Floats, n: int) -> None:
    if kind == 0:
        for i in range(n):
            out[i] = a[i]
    elif kind == 1:
        for i in range(n):
            out[i] = a[i] + b[i]
    elif kind == 2:
        for i in range(n):
            out[i] = a[i] - b[i]
    elif kind == 3:
        for i in range(n):
            out[i] = a[i] * b[i]
    elif kind == 4:
        for i in range(n):
            out[i] = a[i] / b[i]
    elif kind == 5:
        for i in range(n):
            out[i] = -a[i]
    elif kind == 6:
        for i in range(n):
            out[i] = math.sqrt(a[i])
    elif kind == 7:
        for i in range(n):
            out[i] = abs(a[i])
    elif kind == 8:
        for i in range(n):
            # 0 and nan are their own signs.
            out[i] = 1.0 if a[i] > 0 else -1.0 if a[i] < 0 else a[i]
    elif kind == 9:
        for i in range(n):
            out[i] = a[i] if a[i] >= b[i] or a[i] != a[i] else b[i]
    elif kind == 10:
        for i in range(n):
            out[i] = a[i] if a[i] <= b[i] or a[i] != a[i] else b[i]
    elif kind == 11:
        for i in range(n):
            out[i] = np.rint(a[i])


@exact
def _choices(kind: int, out: Floats, a: Floats, b: Floats, c: Floats, n: int) -> None:
    """Comparisons give 1 or 0, by which "where" chooses."""
    if kind == 12:
        for i in range(n):
            out[i] = 1.0 if a[i] < b[i] else 0.0
    elif kind == 13:
        for i in range(n):
            out[i] = 1.0 if a[i] <= b[i] else 0.0
    elif kind == 14:
        for i in range(n):
            out[i] = 1.0 if a[i] > b[i] else 0.0
    elif kind == 15:
        for i in range(n):
            out[i] = 1.0 if a[i] >= b[i] else 0.0
    elif kind == 16:
        for i in range(n):
            out[i] = 1.0 if a[i] != a[i] else 0.0
    elif kind == 17:
        for i in range(n):
            out[i] = b[i] if a[i] != 0 else c[i]


@exact
def _exponentials(kind: int, out: Floats, a: Floats, b: Floats, n: int) -> None:
    if kind == 18:
        for i in range(n):
            out[i] = a[i] ** b[i]
    elif kind == 19:
        for i in range(n):
            out[i] = math.exp(a[i])
    elif kind == 20:
        for i in range(n):
            out[i] = math.expm1(a[i])
    elif kind == 21:
        for i in range(n):
            out[i] = math.log(a[i])
    elif kind == 22:
        for i in range(n):
            out[i] = math.log10(a[i])
    elif kind == 23:
        for i in range(n):
            # Of equal ones, also infinite ones, there is no difference.
            apart = 0.0 if a[i] == b[i] else abs(a[i] - b[i])
            out[i] = max(a[i], b[i]) + math.log1p(math.exp(-apart)) if apart == apart else apart
    elif kind == 24:
        for i in range(n):
            out[i] = math.erf(a[i])


@exact
def _angles(kind: int, out: Floats, a: Floats, b: Floats, n: int) -> None:
    if kind == 25:
        for i in range(n):
            out[i] = math.sin(a[i])
    elif kind == 26:
        for i in range(n):
            out[i] = math.cos(a[i])
    elif kind == 27:
        for i in range(n):
            out[i] = math.tan(a[i])
    elif kind == 28:
        for i in range(n):
            out[i] = math.asin(a[i])
    elif kind == 29:
        for i in range(n):
            out[i] = math.acos(a[i])
    elif kind == 30:
        for i in range(n):
            out[i] = math.atan(a[i])
    elif kind == 31:
        for i in range(n):
            out[i] = math.atan2(a[i], b[i])
    elif kind == 32:
        for i in range(n):
            out[i] = math.sinh(a[i])
    elif kind == 33:
        for i in range(n):
            out[i] = math.cosh(a[i])
    elif kind == 34:
        for i in range(n):
            out[i] = math.tanh(a[i])
    elif kind == 35:
        for i in range(n):
            out[i] = math.hypot(a[i], b[i])
