"""Symbols and arrays of them, with which Python's own formulas are called so that they write themselves down.

A formula that decides by a value, as `if weight_decay:`, is followed both ways, and what comes of them stands side by
side, with the condition that chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..terrains.graph import Graph, Node
from ..terrains.traced import Symbol, part_of

# Kinds that formulas of terrains do without, by the names of NumPy's functions.
_KINDS = {
    **{name: name for name in ("equal", "not_equal", "floor", "log2", "isfinite", "isinf")},
    **{name: name for name in ("logical_and", "logical_or", "logical_not", "remainder", "ndtr")},
    "invert": "logical_not",
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
}
_MOST = 12  # decisions in a row, far more than a formula has that can be followed


class Undecided(Exception):  # noqa: N818  it is no error, but how a formula says that it comes to a decision
    """A formula decides too often to be followed."""


class Paths:
    """The ways through a formula: which of its decisions were taken how."""

    def __init__(self) -> None:
        self.graph = Graph()
        self._planned: tuple[bool, ...] = ()
        self._met: list[Node] = []

    def symbol(self, name: str) -> Quantity:
        """What stands for an input."""
        return Quantity(self, self.graph.variable(name))

    def number(self, value: float) -> Quantity:
        """What stands for a number, into which may be written."""
        return Quantity(self, self.graph.node(value))

    def node(self, given: Any) -> Node:
        """The node of a symbol or a number."""
        return part_of(self.graph, given)

    def decide(self, condition: Node) -> bool:
        """How a decision is taken this time."""
        if condition.number is not None:
            return bool(condition.number)
        place = len(self._met)
        self._met.append(condition)
        if place >= _MOST:
            raise Undecided
        return self._planned[place] if place < len(self._planned) else True

    def all(self, formula: Callable[[], Sequence[Any]], planned: tuple[bool, ...] = ()) -> list[Node]:
        """The nodes of a formula's results, which are as many whichever way it goes, or fewer: then they are nan."""
        self._planned, self._met = planned, []
        results = [self.node(one) for one in formula()]
        met = self._met
        if len(met) == len(planned):
            return results
        condition = met[len(planned)]
        yes, no = (self.all(formula, (*planned, answer)) for answer in (True, False))
        nan = [self.graph.node(np.nan)] * max(len(yes), len(no))
        pairs = zip([*yes, *nan[len(yes) :]], [*no, *nan[len(no) :]], strict=True)
        return [a if a is b else self.graph.written("where", condition, a, b) for a, b in pairs]


class Quantity(Symbol):
    """A symbol that decisions may be taken by."""

    def __init__(self, paths: Paths, node: Node | None = None) -> None:
        super().__init__(paths.graph, node)
        self.paths = paths

    def empty(self) -> Quantity:
        return Quantity(self.paths)

    def made(self, kind: str, *given: Any) -> Quantity:
        nodes = [self.paths.node(one) for one in given]
        if all(node.number is not None for node in nodes) and kind in _FOLDED:
            return self.paths.number(_FOLDED[kind](*(node.number for node in nodes)))
        return Quantity(self.paths, self.graph.written(kind, *nodes))

    def __array_ufunc__(self, function: np.ufunc, method: str, *given: Any, out: Any = None, **beside: Any) -> Any:
        if any(isinstance(one, Symbols) for one in (*given, *(out or ()))):
            return NotImplemented
        if any(isinstance(one, np.ndarray) and one.ndim for one in given):
            return Symbols.of(self.paths, _each(function, given, self.paths))
        if function is np.clip:
            value, low, high = given
            made = np.minimum(np.maximum(value, low), high)
        elif function is np.floor_divide:
            made = np.floor(np.divide(*given))
        elif (kind := _KINDS.get(function.__name__)) and method == "__call__":
            made = self.made(kind, *given)
        else:
            return super().__array_ufunc__(function, method, *given, out=out, **beside)
        if out is None:
            return made
        out[0].node = made.node
        return out[0]

    def __bool__(self) -> bool:
        assert self.node is not None
        return self.paths.decide(self.node)

    def __floor__(self) -> Quantity:
        return self.made("floor", self)


_FOLDED: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "equal": lambda a, b: float(a == b),
    "not_equal": lambda a, b: float(a != b),
    "greater": lambda a, b: float(a > b),
    "less": lambda a, b: float(a < b),
}


class Symbols(np.ndarray):
    """An array of symbols and numbers, on which NumPy's functions go on element by element.

    summed : of a vector that stands for one of any length, by its one element: the kinds of what is made along it.
    """

    paths: Paths
    summed: bool

    @classmethod
    def of(cls, paths: Paths, elements: Any, *, summed: bool = False) -> Symbols:
        array = np.array(elements, dtype=object).view(cls)
        array.paths, array.summed = paths, summed
        return array

    @property
    def precision(self) -> type[np.floating]:
        """Of the numbers that take the symbols' places."""
        return np.float32 if self.summed else np.float64

    def __array_finalize__(self, source: Any) -> None:
        self.paths = getattr(source, "paths", None)  # type: ignore[assignment]
        self.summed = getattr(source, "summed", False)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *given: Any, out: Any = None, **beside: Any) -> Any:
        function = ufunc
        plain = [np.asarray(one) if isinstance(one, np.ndarray) else one for one in given]
        if method == "reduce":
            made = self._reduced(function, np.asarray(plain[0]), **beside)
        elif method != "__call__":
            return NotImplemented
        elif function is np.matmul:
            made = np.matmul(*(np.asarray(one, dtype=object) for one in plain))
        else:
            made = _each(function, plain, self.paths)
            if (mask := beside.get("where", True)) is not True:
                made = _chosen(self.paths, mask, made, out[0])
        if out is None:
            return self._wrapped(made)
        np.asarray(out[0])[...] = made
        return out[0]

    def _wrapped(self, made: Any) -> Any:
        return Symbols.of(self.paths, made, summed=self.summed) if isinstance(made, np.ndarray) else made

    def _reduced(self, function: np.ufunc, array: Any, axis: Any = 0, keepdims: bool = False, **beside: Any) -> Any:
        axes = tuple(range(array.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        for one in sorted(axis % array.ndim for axis in axes)[::-1]:
            array = self._along(function, array, one)
        return array if keepdims else np.squeeze(array, axis=axes)[()]

    def _along(self, function: np.ufunc, array: Any, axis: int) -> Any:
        parts = np.split(array, array.shape[axis], axis)
        if self.summed and axis == array.ndim - 1:
            whole = _WHOLE[function.__name__]
            return _each(lambda one: self.paths.symbol("").made(whole, one), parts, self.paths)
        return reduce(lambda a, b: _each(function, (a, b), self.paths), parts)

    def __array_function__(self, function: Any, kinds: Any, given: Any, beside: Any) -> Any:
        match function.__name__:
            case "where":
                return self._wrapped(_chosen(self.paths, *given))
            case "zeros_like" | "ones_like" | "empty_like" | "full_like":
                shape = beside.get("shape", np.shape(given[0]))
                filled = {"ones_like": 1.0, "full_like": given[-1]}.get(function.__name__, 0.0)
                return self._wrapped(np.full(shape, filled, dtype=object))
            case "copyto":
                place, source, *_ = given
                mask = beside.get("where", True)
                np.asarray(place)[...] = source if mask is True else _chosen(self.paths, mask, source, place)
                return None
            case "clip":
                value, low, high = given[:3]
                return np.minimum(np.maximum(value, low, out=beside.get("out")), high, out=beside.get("out"))
            case "eigh":
                return _eigh(self.paths, given[0])
            case "qr":
                return (_qr(self.paths, given[0]),)
            case "argsort":
                return _order(self.paths, given[0])
            case "take_along_axis":
                return _taken(self.paths, *given, **beside)
        return super().__array_function__(function, kinds, given, beside)


_WHOLE = {"add": "sum", "maximum": "largest", "logical_or": "any", "logical_and": "every"}


def _each(function: Any, given: Sequence[Any], paths: Paths) -> Any:
    """A function of the elements of arrays and numbers, as NumPy broadcasts them."""
    arrays = [np.asarray(one, dtype=object) for one in given]
    spread = np.broadcast(*arrays)
    made = np.empty(spread.shape, dtype=object)
    places = made.reshape(-1)
    for k, items in enumerate(spread):
        symbols = [one if isinstance(one, Symbol) else paths.number(one) for one in items]
        places[k] = function(*symbols)
    return made


def _chosen(paths: Paths, mask: Any, yes: Any, no: Any) -> Any:
    return _each(lambda *one: one[0].made("where", *one), (mask, yes, no), paths)


# Of matrices of two rows, or of one.


def _eigh(paths: Paths, matrix: Any) -> tuple[Symbols, Symbols]:
    """Eigenvalues, ascending, and eigenvectors as columns."""
    if np.shape(matrix) == (1, 1):
        return Symbols.of(paths, [matrix[0, 0]]), Symbols.of(paths, [[1.0]])
    a, b, c = matrix[0, 0], matrix[0, 1], matrix[1, 1]
    made = [paths.number(0.0).made(f"eigh{k}", a, b, c) for k in range(6)]
    return Symbols.of(paths, made[:2]), Symbols.of(paths, [made[2:4], made[4:]])


def _qr(paths: Paths, matrix: Any) -> Symbols:
    """Q of a matrix's QR, by LAPACK's signs."""
    if np.shape(matrix) == (1, 1):
        return Symbols.of(paths, [[1.0]])
    made = [paths.number(0.0).made(f"qr{k}", matrix[0, 0], matrix[1, 0]) for k in range(3)]
    return Symbols.of(paths, [[made[0], made[1]], [made[1], made[2]]])


def _order(paths: Paths, values: Any) -> Symbols:
    """The places of one or two values in ascending order."""
    if np.shape(values) == (1,):
        return Symbols.of(paths, [0.0])
    swapped = np.less(values[1], values[0])
    return Symbols.of(paths, [np.where(swapped, 1.0, 0.0), np.where(swapped, 0.0, 1.0)])


def _taken(paths: Paths, array: Any, order: Any, axis: int) -> Symbols:
    """The rows or columns in such an order."""
    moved = np.moveaxis(np.asarray(array), axis, 0)
    if len(moved) == 1:
        return Symbols.of(paths, array)
    first = np.asarray(order).reshape(-1)[0]
    pair = [_chosen(paths, first, moved[1], moved[0]), _chosen(paths, first, moved[0], moved[1])]
    return Symbols.of(paths, np.moveaxis(np.array(pair, dtype=object), 0, axis))


__all__ = ["Paths", "Quantity", "Symbols", "Undecided"]
