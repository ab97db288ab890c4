"""Formulas in x and y: from text to a sympy expression, without ever executing the text as Python."""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from ..errors import unknown
from .sigmoid import sigmoid

# Limits that no formula worth drawing comes near; beyond them differentiating takes seconds, or forever.
MAX_LENGTH, MAX_NESTING, MAX_FUNCTIONS, MAX_POWER = 500, 12, 30, 100

_CONSTANTS = {"pi": math.pi, "e": math.e}


def _erf(a: Any) -> Any:
    from scipy.special import erf

    return erf(a)


# The functions of a formula, as they compute numbers. `_symbols` says what the derivatives are of those that sympy
# lacks, would differentiate to Dirac deltas, or to differences without digits: tanh to 1 − tanh².
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
    "relu": lambda a: np.maximum(a, 0.0),
    "sigmoid": sigmoid,
    "softplus": lambda a: np.logaddexp(0.0, a),
    "gaussian": lambda a: np.exp(-a * a),
}
_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}


@lru_cache(maxsize=1)
def _symbols() -> dict[str, Callable[..., Any]]:
    """The functions of a formula, as sympy knows them."""
    import sympy

    def own(name: str, *slopes: Callable[..., Any]) -> Any:
        """A function of sympy's that is left as it is, with its derivative by each argument."""
        return type(f"{name}_", (sympy.Function,), {"fdiff": lambda self, i=1: slopes[i - 1](*self.args)})

    def zero(*_: Any) -> Any:
        return sympy.Integer(0)

    above = own("above", zero, zero)  # 1 where a > b, else 0
    sign = own("sign", zero)
    sigmoid = own("sigmoid", lambda a: sigmoid(a) * sigmoid(-a))
    known = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "exp", "log", "sqrt")
    return {name: getattr(sympy, name) for name in known} | {
        "log10": own("log10", lambda a: _exact(1 / math.log(10)) / a),
        "erf": own("erf", lambda a: _exact(2 / math.sqrt(math.pi)) * sympy.exp(-(a**2))),
        "abs": own("abs", sign),
        "sign": sign,
        "max": own("max", above, lambda a, b: 1 - above(a, b)),
        "min": own("min", lambda a, b: 1 - above(a, b), above),
        "relu": own("relu", lambda a: above(a, 0)),
        "sigmoid": sigmoid,
        "tanh": own("tanh", lambda a: 4 * sigmoid(2 * a) * sigmoid(-2 * a)),
        "softplus": own("softplus", sigmoid),
        "gaussian": lambda a: sympy.exp(-(a**2)),
    }


def _exact(number: float) -> Any:
    """A number for sympy, such that `lambdify` prints it with all its digits."""
    import sympy

    return sympy.Integer(int(number)) if number.is_integer() and abs(number) < 2**53 else sympy.Float(repr(number), 17)


class Reader:
    """Turns a formula into a sympy expression, node by node of Python's grammar; what it does not know is an error.

    Parts without x and y are computed at once, in floats: sympy, which is exact, would never finish 9**9**9**9.
    """

    def __init__(self, text: str) -> None:
        # In Python ^ binds more loosely than +, so it is replaced before the text is taken apart.
        self.text, self.source = text, text.replace("^", "**")

    def read(self) -> Any:
        if not self.text:
            raise self._wrong("it is empty")
        if len(self.text) > MAX_LENGTH:
            raise ValueError(f"a formula of {len(self.text)} characters is not allowed: at most {MAX_LENGTH}")
        try:
            with warnings.catch_warnings(action="ignore"):
                tree = ast.parse(self.source, mode="eval")
        except SyntaxError as error:
            raise self._wrong(error.msg, (error.offset or len(self.source) + 1) - 1) from None
        except (ValueError, MemoryError, RecursionError):
            raise self._wrong("it cannot be read") from None
        if sum(isinstance(node, ast.Call | ast.Pow) for node in ast.walk(tree)) > MAX_FUNCTIONS:
            raise self._wrong(f"it has more than {MAX_FUNCTIONS} functions and powers")
        formula = self._node(tree.body, 0, 1.0)
        return _exact(formula) if isinstance(formula, float) else formula

    def _node(self, node: ast.expr, nesting: int, power: float) -> Any:
        """A float, or an expression in x and y. `power` is the product of the exponents that it stands under."""
        if nesting > MAX_NESTING:
            raise self._wrong(f"functions and powers are nested more than {MAX_NESTING} deep", node)
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return self._number(node, float, number)
            case ast.Name(id="x" | "y" as name):
                import sympy

                return sympy.Symbol(name)
            case ast.Name(id=name):
                if name not in _CONSTANTS:
                    raise unknown(f"name in '{self.text}':", name, ["x", "y", *_CONSTANTS])
                return _CONSTANTS[name]
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                value = self._node(operand, nesting, power)
                return -value if isinstance(sign, ast.USub) else value
            case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
                return self._power(node, base, exponent, nesting + 1, power)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                operands = [self._node(side, nesting, power) for side in (left, right)]
                return self._apply(node, _OPERATORS[type(op)], _OPERATORS[type(op)], operands)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(node, name, args, nesting + 1)
            case _:
                raise self._wrong(f"'{ast.unparse(node)}' is not allowed in a formula", node)

    def _power(self, node: ast.expr, base: ast.expr, exponent: ast.expr, nesting: int, power: float) -> Any:
        n = self._node(exponent, nesting, 1.0)
        if isinstance(n, float):
            power *= max(abs(n), 1.0)
            if power > MAX_POWER:
                raise self._wrong(f"a power of {power:g} is not allowed: at most {MAX_POWER}", node)
        a = self._node(base, nesting, power)
        if isinstance(a, float) and a <= 0 and not isinstance(n, float):
            raise self._wrong("a power with x or y in the exponent needs a base above 0", node)
        return self._apply(node, _OPERATORS[ast.Pow], _OPERATORS[ast.Pow], [a, n])

    def _call(self, node: ast.expr, name: str, args: list[ast.expr], nesting: int) -> Any:
        if name not in FUNCTIONS:
            raise unknown(f"function in '{self.text}':", name, FUNCTIONS)
        values = [self._node(arg, nesting, 1.0) for arg in args]
        symbol, number = _symbols()[name], FUNCTIONS[name]
        if name in ("max", "min"):
            if len(values) < 2:
                raise self._wrong(f"{name} takes two arguments or more", node)
            return reduce(lambda a, b: self._apply(node, symbol, number, [a, b]), values)
        if len(values) != 1:
            raise self._wrong(f"{name} takes one argument", node)
        return self._apply(node, symbol, number, values)

    def _apply(
        self, node: ast.expr, symbol: Callable[..., Any], number: Callable[..., Any], operands: list[Any]
    ) -> Any:
        """Numbers make a number, everything else an expression."""
        if all(isinstance(a, float) for a in operands):
            return self._number(node, number, *operands)
        import sympy

        made = symbol(*(_exact(a) if isinstance(a, float) else a for a in operands))
        if made.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo):
            raise self._wrong(f"'{ast.unparse(node)}' is not a real number", node)
        return float(made) if made.is_Number else made

    def _number(self, node: ast.expr, f: Callable[..., Any], *operands: Any) -> float:
        try:
            with np.errstate(all="ignore"):
                value = f(*operands)
        except ArithmeticError:
            value = math.nan
        if isinstance(value, complex) or not math.isfinite(value):
            raise self._wrong(f"'{ast.unparse(node)}' is not a finite real number", node)
        return float(value)

    def _wrong(self, reason: str, at: ast.expr | int | None = None) -> ValueError:
        """A ValueError with the place in the text, counted from 1."""
        place = ""
        if at is not None:
            column = at if isinstance(at, int) else len(self.source.encode()[: at.col_offset].decode())
            # Every ^ became **, one character more.
            position = next((i for i in range(len(self.text) + 1) if i + self.text[:i].count("^") >= column), 0)
            place = f" at character {position + 1}"
        return ValueError(f"formula '{self.text}'{place}: {reason}")
