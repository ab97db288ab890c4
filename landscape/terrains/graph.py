"""Formulas as graphs, in which every part stands once, is differentiated once and computed once.

Written out, a derivative's length doubles with each bracket or function around another; as a graph it grows by a few
parts for each.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .sigmoid import sigmoid, slope


def _erf(a: Any) -> Any:
    from scipy.special import erf

    return erf(a)


# The functions of formulas and of their derivatives, as they compute numbers and arrays.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "erf": _erf,
    "abs": np.abs,
    "sign": np.sign,
    "max": np.maximum,
    "min": np.minimum,
    "sigmoid": sigmoid,
    "softplus": lambda a: np.logaddexp(0.0, a),
    "slope": slope,
}

# All that makes a node of others, with the operators.
OPERATIONS: dict[str, Callable[..., Any]] = FUNCTIONS | {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "negative": operator.neg,
    "pick": lambda a, b, then, otherwise: np.where(a > b, then, otherwise),
}


@dataclass(frozen=True, eq=False)
class Node:
    """A number, the variable "x" or "y", or what operators and functions make of other nodes.

    Attributes
    ----------
    kind : "number", "x", "y", or a name in OPERATIONS, such as "negative", or "pick": of its four parts the third where
        the first is above the second, and else the fourth.
    number : the value of a number, None of anything else.
    """

    graph: Graph = field(repr=False)
    index: int
    kind: str
    parts: tuple[Node, ...] = ()
    number: float | None = None

    def __add__(self, other: Node | float) -> Node:
        other = self.graph.node(other)
        if self.number == 0 or other.number == 0:
            return other if self.number == 0 else self
        if other.kind == "negative":
            return self - other.parts[0]
        if self.kind == "negative":
            return other - self.parts[0]
        if self._has_offset() and other.number is None:
            return self.parts[0] + (self._without_offset() + other)
        return self.graph.made("+", self, other)

    def __sub__(self, other: Node | float) -> Node:
        other = self.graph.node(other)
        if other.number == 0:
            return self
        if self.number == 0:
            return -other
        if other.kind == "negative":
            return self + other.parts[0]
        if self._has_offset() and other.number is None:
            return self.parts[0] + (self._without_offset() - other)
        return self.graph.made("-", self, other)

    def __neg__(self) -> Node:
        return self.parts[0] if self.kind == "negative" else self.graph.made("negative", self)

    def __mul__(self, other: Node | float) -> Node:
        other = self.graph.node(other)
        for one, rest in ((self, other), (other, self)):
            # 0 times anything is 0, also where that has no value: so it is not computed.
            if one.number in (0, 1, -1):
                return one if one.number == 0 else rest if one.number == 1 else -rest
        return self.graph.made("*", self, other)

    def __truediv__(self, other: Node | float) -> Node:
        other = self.graph.node(other)
        if self.number == 0 or other.number == 1:
            return self
        if other.kind == "exp":
            # Its derivatives would be 0/∞ where the exponential overflows.
            return self * (-other.parts[0]).of("exp")
        return self.graph.made("/", self, other)

    def __pow__(self, other: Node | float) -> Node:
        other = self.graph.node(other)
        if other.number in (0, 1):
            return self if other.number else self.graph.node(1.0)
        return self.graph.made("**", self, other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: float) -> Node:
        return self.graph.node(other) - self

    def __rtruediv__(self, other: float) -> Node:
        return self.graph.node(other) / self

    # A number at the head of a sum is added last: beside 1e15 each term alone would be rounded to an eighth.

    def _has_offset(self) -> bool:
        return self.kind in ("+", "-") and self.parts[0].number is not None

    def _without_offset(self) -> Node:
        return self.parts[1] if self.kind == "+" else -self.parts[1]

    def of(self, function: str, *others: Node | float) -> Node:
        """A function of this node, and of others."""
        return self.graph.made(function, self, *map(self.graph.node, others))


# The derivative of a function f of one argument a, from both.
SLOPES: dict[str, Callable[[Node, Node], Node]] = {
    "sin": lambda a, f: a.of("cos"),
    "cos": lambda a, f: -a.of("sin"),
    "tan": lambda a, f: f**2 + 1,
    # The two factors keep their digits near ±1, where those of 1 − a² are lost.
    "asin": lambda a, f: 1 / ((1 - a) * (1 + a)).of("sqrt"),
    "acos": lambda a, f: -1 / ((1 - a) * (1 + a)).of("sqrt"),
    "atan": lambda a, f: 1 / (a**2 + 1),
    "sinh": lambda a, f: a.of("cosh"),
    "cosh": lambda a, f: a.of("sinh"),
    # 1 − tanh² and σ(1 − σ) have no digits left far out. The slope is σ′, and σ″(a) = −σ′(a) tanh ½a.
    "tanh": lambda a, f: 4 * (2 * a).of("slope"),
    "sigmoid": lambda a, f: a.of("slope"),
    "slope": lambda a, f: -(f * (0.5 * a).of("tanh")),
    "softplus": lambda a, f: a.of("sigmoid"),
    "exp": lambda a, f: f,
    "log": lambda a, f: 1 / a,
    "log10": lambda a, f: (1 / math.log(10)) / a,
    "sqrt": lambda a, f: 0.5 / f,
    "erf": lambda a, f: (2 / math.sqrt(math.pi)) * (-(a**2)).of("exp"),
    "abs": lambda a, f: a.of("sign"),
}


class Graph:
    """The nodes of one formula and of its derivatives, each after its parts."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Node] = {}
        self._slopes: dict[str, dict[Node, Node]] = {"x": {}, "y": {}}

    def node(self, value: Node | float) -> Node:
        """The node of a number; a node itself."""
        return value if isinstance(value, Node) else self._kept("number", (), float(value) + 0.0)

    def variable(self, name: str) -> Node:
        """The node of "x" or of "y"."""
        return self._kept(name, ())

    def made(self, kind: str, *parts: Node) -> Node:
        """The node of that kind with these parts: a number where all of them are numbers, nan where it has none."""
        if all(part.number is not None for part in parts):
            with np.errstate(all="ignore"):
                return self.node(float(OPERATIONS[kind](*(np.float64(part.number) for part in parts))))
        if kind in ("+", "*"):
            parts = tuple(sorted(parts, key=lambda part: (part.number is None, part.index)))
        return self._kept(kind, parts)

    def written(self, kind: str, *parts: Node) -> Node:
        """The node of that kind with these parts, in this order: nothing is simplified, as rounding depends on it."""
        return self._kept(kind, parts)

    def derivative(self, of: Node, by: str) -> Node:
        """The derivative of a node by "x" or "y"."""
        slopes = self._slopes[by]
        for node in needed([of]):
            if node not in slopes:
                slopes[node] = self._derived(node, [slopes[part] for part in node.parts], by)
        return slopes[of]

    def _derived(self, node: Node, slopes: list[Node], by: str) -> Node:
        """The derivative of a node from those of its parts."""
        if node.kind == by:
            return self.node(1.0)
        if all(slope.number == 0 for slope in slopes):
            return self.node(0.0)
        match node.kind, node.parts, slopes:
            case "+", _, (u, v):
                return u + v
            case "-", _, (u, v):
                return u - v
            case "negative", _, (u,):
                return -u
            case "*", (a, b), (u, v):
                return u * b + a * v
            case "/", (_, b), (u, v):
                return (u - node * v) / b
            case "**", (a, b), (u, v):
                if b.number is not None:
                    return b * a ** (b.number - 1) * u
                return node * (v * a.of("log") + b * u / a)
            case "max", (a, b), (u, v):
                return _pick(a, b, u, v)
            case "min", (a, b), (u, v):
                return _pick(a, b, v, u)
            case "pick", (a, b, _, _), (_, _, u, v):
                return _pick(a, b, u, v)
            case "sign", _, _:
                return self.node(0.0)
            case function, (a,), (u,):
                return SLOPES[function](a, node) * u
        raise AssertionError(node.kind)

    def _kept(self, kind: str, parts: tuple[Node, ...], number: float | None = None) -> Node:
        key = (kind, *(part.index for part in parts), "" if number is None else repr(number))
        if key not in self._known:
            self._known[key] = Node(self, len(self._known), kind, parts, number)
        return self._known[key]


def _pick(a: Node, b: Node, above: Node, below: Node) -> Node:
    return above if above is below else a.of("pick", b, above, below)


def needed(nodes: Iterable[Node]) -> list[Node]:
    """These nodes and all that they are made from, each after its parts."""
    found: set[Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += node.parts
    return sorted(found, key=lambda node: node.index)


def of_order(order: int, value: Node) -> list[Node]:
    """A formula, and after it for order 1 its two first, or for order 2 its three second derivatives."""
    if order == 0:
        return [value]
    by = value.graph.derivative
    gx, gy = by(value, "x"), by(value, "y")
    return [value, *([gx, gy] if order == 1 else [by(gx, "x"), by(gx, "y"), by(gy, "y")])]
