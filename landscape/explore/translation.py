"""A formula's loss and derivatives as JavaScript, from the graph that the terrain is computed from."""

from __future__ import annotations

import math

from ..terrains.formula import Reader
from ..terrains.graph import FUNCTIONS, Node, needed, of_order

_OWN = ("erf", "sigmoid", "slope", "softplus")  # the page's functions that JavaScript's Math lacks
_WORDS = {
    **{name: f"{name if name in _OWN else f'Math.{name}'}({{}})" for name in FUNCTIONS},
    **{name: f"Math.{name}({{}}, {{}})" for name in ("max", "min")},
    **{sign: f"{{}} {sign} {{}}" for sign in ("+", "-", "*", "/")},
    "**": "Math.pow({}, {})",
    "negative": "-{}",
    "pick": "{} > {} ? {} : {}",
}


def javascript(formula: str) -> str:
    """A terrain {value(x, y), gradient(x, y), hessian(x, y)} in JavaScript, for a page that holds `formula.js`.

    Nothing of the formula's text gets into it but numbers, x and y. ValueError for what `terrains.parse` does not read.
    """
    # Where a formula has no value it has no slope, though that of log x can be computed for x < 0.
    return f"""{{
  value(x, y) {{
{_body(formula, 0)}
    return parts[0];
  }},
  gradient(x, y) {{
{_body(formula, 1)}
    return Number.isNaN(parts[0]) ? [NaN, NaN] : parts.slice(1);
  }},
  hessian(x, y) {{
{_body(formula, 2)}
    return Number.isNaN(parts[0]) ? [NaN, NaN, NaN] : parts.slice(1);
  }},
}}"""


def _body(formula: str, order: int) -> str:
    """Statements that compute the array `parts`: the formula's value, and after it its derivatives of that order."""
    results = of_order(order, Reader(formula).read())
    words: dict[Node, str] = {}
    code: list[str] = []
    for node in needed(results):
        if node.number is not None:
            words[node] = _number(node.number)
        elif node.kind in _WORDS:
            words[node] = f"c{len(code)}"
            code.append(f"    const {words[node]} = {_WORDS[node.kind].format(*(words[part] for part in node.parts))};")
        else:
            words[node] = node.kind
    return "\n".join([*code, f"    const parts = [{', '.join(words[result] for result in results)}];"])


def _number(value: float) -> str:
    """A number in JavaScript, with all its digits."""
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
