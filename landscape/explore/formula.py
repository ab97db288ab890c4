"""A formula's loss and derivatives as JavaScript, from the sympy expression that the terrain is computed from."""

from __future__ import annotations

from typing import Any

from ..terrains.formula import FUNCTIONS, Reader


def javascript(formula: str) -> str:
    """A terrain {value(x, y), gradient(x, y), hessian(x, y)} in JavaScript, for a page that holds `formula.js`.

    Nothing of the formula's text gets into it but numbers, x and y. ValueError for what `terrains.parse` does not read.
    """
    import sympy

    value = Reader(formula).read()
    x, y = sympy.symbols("x y")
    slopes = [value.diff(x), value.diff(y)]
    bends = [slopes[0].diff(x), slopes[0].diff(y), slopes[1].diff(y)]
    # Where a formula has no value it has no slope, though that of log x can be computed for x < 0.
    return f"""{{
  value(x, y) {{
{_body([value])}
    return parts[0];
  }},
  gradient(x, y) {{
{_body([value, *slopes])}
    return Number.isNaN(parts[0]) ? [NaN, NaN] : parts.slice(1);
  }},
  hessian(x, y) {{
{_body(bends)}
    return parts;
  }},
}}"""


def _body(parts: list[Any]) -> str:
    """Statements that compute the array `parts`, and only once what its members have in common."""
    import sympy

    own = {f"{name}_": f"{name}_" for name in (*FUNCTIONS, "above")}
    common, reduced = sympy.cse(parts, symbols=sympy.numbered_symbols("c"))
    code = [f"    const {symbol} = {sympy.jscode(part, user_functions=own)};" for symbol, part in common]
    results = ", ".join(sympy.jscode(part, user_functions=own) for part in reduced)
    return "\n".join([*code, f"    const parts = [{results}];"])
