"""Terrains from a formula in x and y."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .custom import DOMAIN, CustomTerrain, frame
from .formula import Reader
from .graph import OPERATIONS, needed, of_order
from .terrain import Array, join, split, symmetric
from .traced import Symbol

_POINTS = 16_384  # that are computed at once, so that what lies between fits into a cache


@dataclass(frozen=True)
class ExpressionTerrain(CustomTerrain):
    """A terrain from a formula, which is its name; made by `from_expression`."""

    def value(self, xy: ArrayLike) -> Array:
        (value,) = self._evaluate(0, xy)
        return value

    def gradient(self, xy: ArrayLike) -> Array:
        return join(*self._slopes(1, xy))

    def hessian(self, xy: ArrayLike) -> Array:
        return symmetric(*self._slopes(2, xy))

    def _slopes(self, order: int, xy: ArrayLike) -> list[Array]:
        # Where a formula has no value it has no slope, though that of log x, 1/x, can be computed for x < 0.
        value, *slopes = self._evaluate(order, xy)
        lost = np.isnan(value)
        return [np.where(lost, np.nan, slope) for slope in slopes]

    def _evaluate(self, order: int, xy: ArrayLike) -> list[Array]:
        """The formula's value and after it its derivatives of that order, each of the shape of x."""
        x, y = split(xy)
        compute = _compiled(self.name, order)
        if isinstance(x, Symbol):
            return compute(x, y)
        # Powers of a single number round differently from those of arrays, so there are only arrays.
        flat = x.reshape(-1), y.reshape(-1)
        parts = np.empty(((1, 3, 4)[order], x.size))
        with np.errstate(all="ignore"):
            for at in range(0, x.size, _POINTS):
                block = slice(at, at + _POINTS)
                for part, computed in zip(parts, compute(flat[0][block], flat[1][block]), strict=True):
                    part[block] = computed
        return [*parts.reshape(len(parts), *x.shape)]


def from_expression(text: str, domain: Any = DOMAIN, start: ArrayLike | None = None) -> ExpressionTerrain:
    """A terrain from a formula such as `x**2 + 10*y^2 - cos(3*x)`, with exact derivatives.

    Allowed are numbers, x, y, pi, e, + − * / and ** or ^ for powers, parentheses, and sin cos tan asin acos atan sinh
    cosh tanh exp log log10 sqrt erf abs sign max min relu sigmoid softplus gaussian (exp(−a²)). Where abs, max, min and
    relu have a kink, the derivative is one of the two sides' (0 for abs and relu) and the second derivative 0.

    `start` is a quarter of the way in from the domain's lower left corner if None. Raises ValueError, in one line that
    says where, for anything else, and for formulas of more than 500 characters.

    >>> from_expression("x^2 + relu(y)").gradient([3.0, -1.0])
    array([6., 0.])
    """
    text = " ".join(text.split())
    _compiled(text, 0)
    return ExpressionTerrain(name=text, **frame(domain, start))


@lru_cache(maxsize=192)
def _compiled(text: str, order: int) -> Callable[[Array, Array], list[Any]]:
    """What `of_order` makes of the formula, as a function of arrays x and y.

    It is a list of steps and no text of Python's: nothing is executed that a file may have brought along.
    """
    results = of_order(order, Reader(text).read())
    nodes, kept = needed(results), set(results)
    last = {part: node for node in nodes for part in node.parts}
    places, constants = {"x": 0, "y": 1}, [node.number for node in nodes if node.number is not None]
    at = {node: places[node.kind] for node in nodes if node.kind in places}
    at |= {node: 2 + k for k, node in enumerate(node for node in nodes if node.number is not None)}
    width, free = 2 + len(constants), list[int]()
    steps: list[tuple[Callable[..., Any], int, list[int]]] = []
    for node in nodes:
        if node.kind not in OPERATIONS:
            continue
        operands = [at[part] for part in node.parts]
        # What is not needed any more makes room, so that all stays in a cache.
        done = [part for part in dict.fromkeys(node.parts) if last[part] is node and part not in kept]
        free += [at[part] for part in done if part.kind in OPERATIONS]
        at[node] = free.pop() if free else width
        width = max(width, at[node] + 1)
        steps.append((OPERATIONS[node.kind], at[node], operands))

    def compute(x: Array, y: Array) -> list[Any]:
        values: list[Any] = [x, y, *constants, *[None] * (width - 2 - len(constants))]
        for operation, place, operands in steps:
            values[place] = operation(*[values[operand] for operand in operands])
        return [values[at[result]] for result in results]

    return compute
