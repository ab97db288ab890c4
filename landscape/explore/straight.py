"""Formulas as straight lines of operations on numbered places, which the page computes: no text of theirs is code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..terrains.graph import Node, needed

# What the page can compute, with how many operands; `program.ts` knows them by their places.
KINDS: Mapping[str, int] = {
    **dict.fromkeys(("+", "-", "*", "/"), 2),
    **dict.fromkeys(("negative", "sqrt", "abs", "sign"), 1),
    **dict.fromkeys(("max", "min"), 2),
    **dict.fromkeys(("rint", "floor"), 1),
    **dict.fromkeys(("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"), 2),
    **dict.fromkeys(("isnan", "isfinite", "isinf", "logical_not"), 1),
    **dict.fromkeys(("logical_and", "logical_or"), 2),
    "where": 3,
    "pick": 4,
    **dict.fromkeys(("**", "remainder"), 2),
    **dict.fromkeys(("exp", "expm1", "log", "log2", "log10", "erf"), 1),
    "logaddexp": 2,
    **dict.fromkeys(("sigmoid", "slope", "softplus"), 1),
    **dict.fromkeys(("sin", "cos", "tan", "asin", "acos", "atan"), 1),
    "arctan2": 2,
    **dict.fromkeys(("sinh", "cosh", "tanh"), 1),
    "hypot": 2,
    **dict.fromkeys(("sum", "largest", "any", "every"), 1),
    **dict.fromkeys((f"eigh{k}" for k in range(6)), 3),
    **dict.fromkeys((f"qr{k}" for k in range(3)), 2),
    "ndtr": 1,
}
_PLACES = {kind: place for place, kind in enumerate(KINDS)}


def line(inputs: Sequence[str], results: Mapping[str, Sequence[Node]]) -> dict[str, Any]:
    """A program: the inputs stand in the first places, after them the numbers, then what each operation makes.

    ValueError for an operation that the page does not know.
    """
    nodes = needed([node for group in results.values() for node in group])
    places = {node: inputs.index(node.kind) for node in nodes if node.number is None and node.kind in inputs}
    numbers = [node for node in nodes if node.number is not None]
    places |= {node: len(inputs) + k for k, node in enumerate(numbers)}
    operations: list[int] = []
    free = len(inputs) + len(numbers)
    for node in nodes:
        if node in places:
            continue
        if node.kind not in _PLACES:
            raise ValueError(f"a page does not know the operation {node.kind}")
        operations += [_PLACES[node.kind], *(places[part] for part in node.parts)]
        places[node] = free
        free += 1
    return {
        "inputs": list(inputs),
        "numbers": [node.number for node in numbers],
        "operations": operations,
        "results": {name: [places[node] for node in group] for name, group in results.items()},
    }
