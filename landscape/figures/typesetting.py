"""Formulas as they are printed in books, read as Python reads them, so that nothing changes places."""

from __future__ import annotations

import ast

_POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FRACTIONS = {(1, 2): "½", (1, 4): "¼", (3, 4): "¾"}
# How tightly what is printed holds together.
_SUM, _SIGN, _PRODUCT, _QUOTIENT, _POWER, _ATOM = range(6)


def typeset(formula: str) -> str:
    """A formula as it is printed: x² + sin(3y); as it is written where it cannot be read, or is nested too deeply.

    >>> [typeset(one) for one in ("x/2*y", "1/2*x^2", "x^2^3", "x^0.5*y")]
    ['(x/2)·y', '½x²', 'x^(2³)', 'x^0.5·y']
    """
    source = formula.strip().replace("^", "**")
    try:
        return _Printer(source).print(ast.parse(source, mode="eval").body)[0]
    except (SyntaxError, RecursionError):
        return formula


class _Printer:
    """What is printed of each part of a formula, and how tightly it holds together."""

    def __init__(self, source: str) -> None:
        self._source = source

    def print(self, node: ast.expr) -> tuple[str, int]:
        match node:
            case ast.BinOp(left, ast.Add() | ast.Sub() as operator, right):
                sign = "+" if isinstance(operator, ast.Add) else "−"
                return f"{self._at_least(left, _SUM)} {sign} {self._at_least(right, _PRODUCT)}", _SUM
            case ast.BinOp(left, ast.Mult(), right):
                return self._product(left, right)
            case ast.BinOp(ast.Constant(int() as above), ast.Div(), ast.Constant(int() as below)) if (
                above,
                below,
            ) in _FRACTIONS:
                return _FRACTIONS[above, below], _ATOM
            case ast.BinOp(left, ast.Div(), right):
                return f"{self._at_least(left, _PRODUCT)}/{self._at_least(right, _POWER)}", _QUOTIENT
            case ast.BinOp(left, ast.Pow(), right):
                return self._at_least(left, _ATOM) + self._exponent(right), _POWER
            case ast.UnaryOp(ast.USub(), operand):
                return f"−{self._at_least(operand, _PRODUCT)}", _SIGN
            case ast.UnaryOp(ast.UAdd(), operand):
                return self.print(operand)
            case ast.Call(ast.Name(name), arguments):
                return f"{'√' if name == 'sqrt' else name}({', '.join(self.print(one)[0] for one in arguments)})", _ATOM
            case ast.Name("pi"):
                return "π", _ATOM
        return (ast.get_source_segment(self._source, node) or "").replace("-", "−"), _ATOM

    def _at_least(self, node: ast.expr, least: int) -> str:
        """A part, in brackets unless it holds together so tightly."""
        words, tightness = self.print(node)
        return words if tightness >= least else f"({words})"

    def _product(self, left: ast.expr, right: ast.expr) -> tuple[str, int]:
        # After a quotient, what follows would be taken for part of what it is divided by.
        a, tightness = self.print(left)
        a = f"({a})" if tightness == _QUOTIENT or tightness < _PRODUCT else a
        b = self._at_least(right, _POWER)
        # Between a number and a letter or bracket no sign is needed.
        number = isinstance(left, ast.Constant) or a in _FRACTIONS.values()
        return (f"{a}{b}" if number and not b[0].isdigit() and b[0] not in "½¼¾" else f"{a}·{b}"), _PRODUCT

    def _exponent(self, node: ast.expr) -> str:
        negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
        size = node.operand if isinstance(node, ast.UnaryOp) and negative else node
        if isinstance(size, ast.Constant) and isinstance(size.value, int):
            return ("-" * negative + str(size.value)).translate(_POWERS)
        return f"^{self._at_least(node, _ATOM)}"
