"""Formulas as tables of operations on rows of numbers, one row for the points' values at each part of the formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..core.annotations import Floats, Labels
from ..terrains.graph import Node, needed
from ..terrains.traced import Formula

# The first rows of every program: x and y, the slopes by both, the last step, two pairs of moments, and the loss.
X, SLOPES, DELTA, MOMENTS, LOSS = 0, 2, 4, 6, 10
_HEAD = 11

# The kinds of a formula's nodes, and "copy" for a result that is not computed; `operations.run` knows them by their
# places.
KINDS = (
    *("copy", "+", "-", "*", "/", "negative", "sqrt", "abs", "sign", "max", "min", "rint"),
    *("less", "less_equal", "greater", "greater_equal", "isnan", "where"),
    *("**", "exp", "expm1", "log", "log10", "logaddexp", "erf"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "arctan2", "sinh", "cosh", "tanh", "hypot"),
)
_INEXACT = KINDS.index("**")  # the first of which libraries round the last digit as they like


@dataclass(frozen=True)
class Program:
    """What computes a terrain's slopes and loss.

    Attributes
    ----------
    slopes, loss : (..., 5), an operation in each line: its kind, the row that it fills, and the rows of its operands.
    numbers : that stand in the rows after the first ones.
    width : how many rows there are.
    is_exact : whether all is arithmetic, roots and choices, which have the same bits wherever they are computed.
    """

    slopes: Labels
    loss: Labels
    numbers: Floats
    width: int
    is_exact: bool

    @classmethod
    def of(cls, formula: Formula) -> Program:
        nodes = needed([formula.value, *formula.slopes])
        numbers = [node for node in nodes if node.number is not None]
        known = {node: X + ("x", "y").index(node.kind) for node in nodes if node.kind in ("x", "y")}
        known |= {node: _HEAD + k for k, node in enumerate(numbers)}
        free = _HEAD + len(numbers)
        slopes, enough = _table(formula.slopes, [SLOPES, SLOPES + 1], known, free)
        loss, also = _table([formula.value], [LOSS], known, free)
        values = np.array([node.number for node in numbers], dtype=np.float64)
        is_exact = bool((np.concatenate([slopes, loss])[:, 0] < _INEXACT).all())
        return cls(slopes, loss, values, max(enough, also), is_exact)

    def rows(self, points: int) -> Floats:
        """Rows for so many points at a time, with the numbers in theirs."""
        rows = np.zeros((self.width, points))
        rows[_HEAD : _HEAD + len(self.numbers)] = self.numbers[:, None]
        return rows


def _table(results: Sequence[Node], places: list[int], known: dict[Node, int], free: int) -> tuple[Labels, int]:
    """The operations that bring results to their places, and the first row after all that they fill.

    known : where x, y and all numbers stand. free : the first row that may be filled.
    """
    nodes = [node for node in needed(results) if node not in known]
    last = {part: node for node in nodes for part in node.parts}
    at, left, lines = dict(known), list[int](), list[list[int]]()
    pinned = {node: place for node, place in zip(results, places, strict=True) if node not in known}
    for node in nodes:
        # Before the rows of its operands are given up: they must not be filled while they are read.
        if node in pinned:
            at[node] = pinned[node]
        elif left:
            at[node] = left.pop()
        else:
            at[node], free = free, free + 1
        left += [
            at[part] for part in set(node.parts) if part not in known and part not in pinned and last[part] is node
        ]
        operands = [at[part] for part in node.parts]
        lines.append([KINDS.index(node.kind), at[node], *operands, *[X] * (3 - len(operands))])
    copies = [(node, place) for node, place in zip(results, places, strict=True) if at[node] != place]
    lines += [[KINDS.index("copy"), place, at[node], X, X] for node, place in copies]
    return np.array(lines, dtype=np.int64).reshape(-1, 5), free
