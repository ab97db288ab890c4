"""Derivatives by central differences of sixth order, for functions that come without their own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .terrain import Array, symmetric

# f′ ≈ Σ c_k (f(x + kh) − f(x − kh)) / h and f″ ≈ (c₀ f(x) + Σ c_k (f(x + kh) + f(x − kh))) / h² (Fornberg 1988).
_FIRST = ((1, 3 / 4), (2, -3 / 20), (3, 1 / 60))
_SECOND = ((1, 3 / 2), (2, -3 / 20), (3, 1 / 90))
_CENTRE = -49 / 18

Function = Callable[[Array], Array]


def slopes(f: Function, points: Array, steps: Array) -> Array:
    """Derivatives of f, (n, ...), by both coordinates at points (n, 2): (n, ..., 2)."""
    columns = []
    for axis, step in enumerate(steps):
        move = np.where(np.arange(2) == axis, step, 0.0)
        columns.append(_total(f, points, move, _FIRST, -1.0) / step)
    return np.stack(columns, axis=-1)


def curvatures(f: Function, points: Array, steps: Array) -> Array:
    """Hessians (n, 2, 2) of f, (n,), from its values alone."""
    hx, hy = steps
    centre = _CENTRE * f(points)

    def along(dx: float, dy: float) -> Array:
        """The second derivative by t of f(x + t dx, y + t dy)."""
        return centre + _total(f, points, np.array([dx, dy]), _SECOND, 1.0)

    # Along (hx, ±hy) it is hx² f_xx ± 2 hx hy f_xy + hy² f_yy.
    mixed = along(hx, hy) - along(hx, -hy)
    return symmetric(along(hx, 0.0) / (hx * hx), mixed / (4 * hx * hy), along(0.0, hy) / (hy * hy))


def _total(f: Function, points: Array, move: Array, weights: tuple[tuple[int, float], ...], sign: float) -> Array:
    """Σ c_k (f(points + k·move) ± f(points − k·move)), smallest terms first."""
    terms = [c * (f(points + k * move) + sign * f(points - k * move)) for k, c in reversed(weights)]
    return terms[0] + terms[1] + terms[2]
