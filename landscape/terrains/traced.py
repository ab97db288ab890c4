"""A terrain's formula as the operations that NumPy was asked for, one after the other, as they are written.

Its methods are called with symbols in place of arrays. So a formula is written once, and compiled loops compute what
NumPy computes: with the same operations in the same order, arithmetic has the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .graph import Graph, Node

# The kinds of nodes that NumPy's and SciPy's functions make, by the names of these.
_KINDS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "power": "**",
    "maximum": "max",
    "minimum": "min",
    "absolute": "abs",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    **{name: name for name in ("negative", "sqrt", "sign", "sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log")},
    **{name: name for name in ("log10", "erf", "expm1", "hypot", "arctan2", "logaddexp", "rint", "isnan")},
    **{name: name for name in ("less", "less_equal", "greater", "greater_equal")},
}
# As NumPy's arrays take powers of these numbers.
_POWERS: dict[float, Callable[[Symbol], Symbol]] = {
    2.0: lambda a: a * a,
    1.0: lambda a: a * 1.0,
    0.5: lambda a: np.sqrt(a),  # type: ignore[call-overload]
    -1.0: lambda a: 1.0 / a,
}


class Symbol(NDArrayOperatorsMixin):
    """What stands for an array in a formula that is traced: NumPy's functions make other symbols of it.

    It may be written into, as `np.sqrt(a, out=b)` and `b *= 2` do. TypeError for what is not known here, and where the
    formula asks for a value.
    """

    shape: tuple[int, ...] = ()
    ndim = 0

    def __init__(self, graph: Graph, node: Node | None = None) -> None:
        self.graph, self.node = graph, node

    def __array_ufunc__(self, function: np.ufunc, method: str, *given: Any, out: Any = None, **beside: Any) -> Any:
        kind = "square" if function is np.square else _KINDS.get(function.__name__)
        if method != "__call__" or beside or kind is None:
            return NotImplemented
        if kind == "square":
            kind, given = "*", (given[0], given[0])
        if kind == "**" and (power := _POWERS.get(_number(given[1]))):
            made = power(given[0])
        else:
            made = self.made(kind, *given)
        if out is None:
            return made
        (place,) = out
        place.node = made.node
        return place

    def __array_function__(self, function: Any, kinds: Any, given: Any, beside: Any) -> Any:
        if function is np.where:
            return self.made("where", *given)
        if function is np.empty_like:
            return Points(*(self.empty() for _ in range(beside["shape"][0])))
        filled = {np.zeros_like: 0.0, np.ones_like: 1.0, np.full_like: given[-1]}
        return float(filled[function]) if function in filled else NotImplemented

    def __bool__(self) -> bool:
        raise TypeError("a formula that is traced has no values to decide by")

    def empty(self) -> Symbol:
        """A symbol to be written into."""
        return Symbol(self.graph)

    def made(self, kind: str, *given: Any) -> Symbol:
        """The symbol of what an operation makes of symbols and numbers."""
        return Symbol(self.graph, self.graph.written(kind, *(part_of(self.graph, one) for one in given)))


@dataclass(frozen=True)
class Points:
    """Points, or a gradient, as terrains take and give them, of symbols."""

    x: Any
    y: Any

    ndim = 1

    def __getitem__(self, place: Any) -> Any:
        if place is None:
            return self
        return (self.x, self.y)[place if isinstance(place, int) else place[0]]

    def transpose(self, *axes: int) -> Points:
        return self


@dataclass(frozen=True)
class Curvature:
    """A Hessian, as terrains give it, of symbols and numbers."""

    xx: Any
    xy: Any
    yy: Any


@dataclass(frozen=True)
class Formula:
    """The nodes of a loss and of its two slopes."""

    value: Node
    slopes: tuple[Node, Node]


def traced(terrain: Any) -> Formula | None:
    """The formula of a terrain; None if it is none, as it looks at values or uses what is not known here."""
    graph = Graph()
    try:
        # Each begins with symbols of its own, into which nothing was written yet.
        loss, gradient = (method(_variables(graph)) for method in (terrain.value, terrain.gradient))
        return Formula(part_of(graph, loss), (part_of(graph, gradient.x), part_of(graph, gradient.y)))
    # Arrays are asked for much that symbols do not have.
    except (TypeError, ValueError, AttributeError, IndexError, KeyError):
        return None


def part_of(graph: Graph, given: Any) -> Node:
    """The node of a symbol or of a number; TypeError for anything else."""
    if not isinstance(given, Symbol):
        return graph.node(_number(given))
    if given.node is None:
        raise TypeError("what was not written yet has no node")
    return given.node


def _variables(graph: Graph) -> Points:
    return Points(*(Symbol(graph, graph.variable(name)) for name in ("x", "y")))


def _number(given: Any) -> float:
    """A number, or nan for a symbol; TypeError for anything else."""
    return float("nan") if isinstance(given, Symbol) else float(given)
