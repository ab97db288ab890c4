"""The loops of walks: of few starts all steps before the next few, which so stay in a core's first cache."""

from __future__ import annotations

import numpy as np

from ..core.annotations import Array, Floats, Labels
from .compiling import exact, kept
from .operations import run
from .programs import DELTA, LOSS, MOMENTS, SLOPES, X
from .rules import adam, momentum, nesterov, rmsprop, sgd


@kept
@exact
def walk(
    slopes: Labels,
    loss: Labels,
    rows: Floats,
    rule: int,
    numbers: Floats,
    first: int,
    ends: bool,
    recorded: Labels,
    start: int,
    far: float,
    state: Floats,
    place: int,
    x: Floats,
    losses: Floats,
    gradient: Floats,
    delta: Floats,
    m: Floats,
    v: Floats,
    outside: Array,
) -> None:
    """Take T steps of n walks, from the step number `first` on.

    slopes, loss : of a program, tables of operations on its `rows` (..., B); so many points are walked at a time.
    rule, numbers : the place of the optimizer in `step_numbers`, and what its rule takes, (T, ...).
    ends : whether the walks end after these steps.
    recorded, start : (R,), the steps at which is recorded, and the place of the first that is not before `first`.
    far : coordinates beyond which a loss may be missing because something overflows.
    state : (6 + 2 K, n), the first rows of the program, in pairs: point, slopes, the last step, and each of K moments.
    x, …, v : (R, N, 2), and `losses` (R, N), the records of all walks, of which these begin at `place`; m is the first
        moment, v the second, whatever they are called; without rows if the optimizer has none. Where a walk has ended
        they are nan.
    outside : (1, N), which walks ended where there is no loss.
    """
    for at in range(0, state.shape[1], rows.shape[1]):
        n = min(rows.shape[1], state.shape[1] - at)
        for k in range(state.shape[0]):
            for i in range(n):
                rows[k, i] = state[k, at + i]
        row = start
        for step in range(first, first + numbers.shape[0] + ends):
            run(slopes, rows, n)
            if row < recorded.shape[0] and step == recorded[row]:
                run(loss, rows, n)
                part = slice(place + at, place + at + n)
                _join(rows, X, x[row, part])
                _join(rows, SLOPES, gradient[row, part])
                _join(rows, DELTA, delta[row, part])
                if state.shape[0] > MOMENTS:
                    _join(rows, MOMENTS, m[row, part])
                if state.shape[0] > MOMENTS + 2:
                    _join(rows, MOMENTS + 2, v[row, part])
                for i in range(n):
                    losses[row, place + at + i] = rows[LOSS, i] if _is_finite(rows, X, i) else np.nan
                row += 1
            if step == first + numbers.shape[0]:
                for i in range(n):
                    outside[0, place + at + i] |= _has_no_loss(rows, i, far)
                break
            lost = 0
            for i in range(n):
                lost += _is_finite(rows, X, i) and not _is_finite(rows, SLOPES, i)
            if lost:
                run(loss, rows, n)
                _end(rows, n, far, outside[0, place + at : place + at + n])
            _advance(rule, numbers[step - first], rows, n)
        for k in range(state.shape[0]):
            for i in range(n):
                state[k, at + i] = rows[k, i]


@exact
def _is_finite(rows: Floats, pair: int, i: int) -> bool:
    x, y = rows[pair, i], rows[pair + 1, i]
    return bool((x - x == 0) & (y - y == 0))


@exact
def _has_no_loss(rows: Floats, i: int, far: float) -> bool:
    return bool((rows[LOSS, i] != rows[LOSS, i]) & (abs(rows[X, i]) < far) & (abs(rows[X + 1, i]) < far))


@exact
def _join(rows: Floats, pair: int, out: Floats) -> None:
    """Record a pair of rows as (n, 2)."""
    for i in range(out.shape[0]):
        there = _is_finite(rows, X, i)
        out[i, 0] = rows[pair, i] if there else np.nan
        out[i, 1] = rows[pair + 1, i] if there else np.nan


@exact
def _end(rows: Floats, n: int, far: float, outside: Array) -> None:
    """End those of n walks that are where there is no slope."""
    for i in range(n):
        if _is_finite(rows, X, i) and not _is_finite(rows, SLOPES, i):
            outside[i] = _has_no_loss(rows, i, far)
            rows[X, i] = rows[X + 1, i] = np.nan


@exact
def _advance(rule: int, numbers: Floats, rows: Floats, n: int) -> None:
    """One step of n points, by the rule of that place in `step_numbers`."""
    for k in range(2):
        x, g, delta, m, v = rows[X + k], rows[SLOPES + k], rows[DELTA + k], rows[MOMENTS + k], rows[MOMENTS + 2 + k]
        # Four rows to a loop at most: of more, LLVM does not ask whether they overlap, and takes one point at a time.
        if rule == 0:
            for i in range(n):
                delta[i] = sgd(g[i], x[i], numbers[0], numbers[1])
        elif rule == 1:
            for i in range(n):
                delta[i], m[i] = momentum(g[i], x[i], m[i], numbers[0], numbers[1], numbers[2], numbers[3])
        elif rule == 2:
            for i in range(n):
                delta[i], m[i] = nesterov(g[i], x[i], m[i], numbers[0], numbers[1], numbers[2])
        elif rule == 3:
            # The only moment is v.
            for i in range(n):
                delta[i], m[i] = rmsprop(g[i], m[i], numbers[0], numbers[1], numbers[2], numbers[3])
        else:
            rate, eps, c, beta1, beta2, decay = numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]
            for i in range(n):
                delta[i], m[i], v[i] = adam(g[i], m[i], v[i], rate, eps, c, beta1, beta2)
            if decay:
                for i in range(n):
                    delta[i] += x[i] * decay
        for i in range(n):
            x[i] += delta[i]
