"""Terrains from a formula in x and y."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .base import Array, join, split, symmetric
from .custom import DOMAIN, CustomTerrain, frame
from .formula import FUNCTIONS, Reader


@dataclass(frozen=True)
class ExpressionTerrain(CustomTerrain):
    """A terrain from a formula, which is its name; made by `from_expression`."""

    def value(self, xy: ArrayLike) -> Array:
        (value,) = self._evaluate(0, xy)
        return np.array(value)

    def gradient(self, xy: ArrayLike) -> Array:
        # Where a formula has no value it has no slope, though that of log x, 1/x, can be computed for x < 0.
        value, gx, gy = self._evaluate(1, xy)
        lost = np.isnan(value)
        return join(np.where(lost, np.nan, gx), np.where(lost, np.nan, gy))

    def hessian(self, xy: ArrayLike) -> Array:
        return symmetric(*self._evaluate(2, xy))

    def _evaluate(self, order: int, xy: ArrayLike) -> list[Array]:
        """The derivatives of that order, of first order after the value, each of the shape of x."""
        x, y = split(xy)
        # Powers of a single number round differently from those of arrays, so there are only arrays.
        flat = x.reshape(-1), y.reshape(-1)
        with np.errstate(all="ignore"):
            parts = _compiled(self.name)[order](*flat)
        return [np.broadcast_to(np.asarray(part, np.float64), flat[0].shape).reshape(x.shape) for part in parts]


def from_expression(text: str, domain: Any = DOMAIN, start: ArrayLike | None = None) -> ExpressionTerrain:
    """A terrain from a formula such as `x**2 + 10*y^2 - cos(3*x)`, with exact derivatives.

    Allowed are numbers, x, y, pi, e, + − * / and ** or ^ for powers, parentheses, and sin cos tan asin acos atan sinh
    cosh tanh exp log log10 sqrt erf abs sign max min relu sigmoid softplus gaussian (exp(−a²)). Where abs, max, min and
    relu have a kink, the derivative is one of the two sides' (0 for abs and relu) and the second derivative 0.

    `start` is a quarter of the way in from the domain's lower left corner if None. Raises ValueError, in one line that
    says where, for anything else, and for formulas of more than 500 characters, with powers above 100 in total, or with
    more than 30 functions and powers or more than 12 of them inside one another.

    >>> from_expression("x^2 + relu(y)").gradient([3.0, -1.0])
    array([6., 0.])
    """
    text = " ".join(text.split())
    try:
        _compiled(text)
    except RecursionError:
        raise ValueError(f"formula '{text}': its parentheses are nested too deeply") from None
    return ExpressionTerrain(name=text, **frame(domain, start))


@lru_cache(maxsize=64)
def _compiled(text: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """The formula, it with its two first, and its three second derivatives, as functions of arrays x and y."""
    import sympy

    formula = Reader(text).read()
    x, y = sympy.symbols("x y")
    gx, gy = formula.diff(x), formula.diff(y)
    orders = [formula], [formula, gx, gy], [gx.diff(x), gx.diff(y), gy.diff(y)]
    own = {f"{name}_": f for name, f in FUNCTIONS.items()} | {"above_": lambda a, b: np.where(a > b, 1.0, 0.0)}
    value, gradient, hessian = (sympy.lambdify([x, y], parts, [own, "numpy"], cse=True) for parts in orders)
    return value, gradient, hessian
