"""Formulas in x and y: from text to a graph of operators and functions, without ever executing the text as Python."""

from __future__ import annotations

import ast
import math
import operator
import warnings
from collections.abc import Callable
from functools import reduce
from typing import Any

from ..core.checks import one_of
from ..core.errors import shortened
from .graph import FUNCTIONS, Graph, Node

MAX_LENGTH = 500  # characters, far more than a formula worth drawing has

_CONSTANTS = {"pi": math.pi, "e": math.e}
# What a formula may call, as it is made from numbers or from nodes.
_CALLS: dict[str, Callable[..., Any]] = {
    **{name: lambda a, *b, name=name: a.of(name, *b) for name in FUNCTIONS if name != "slope"},
    "relu": lambda a: a.of("max", 0.0),
    "gaussian": lambda a: (-(a**2)).of("exp"),
}
_OPERATORS: dict[type[ast.AST], Callable[[Node, Node], Node]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


# Signs as mathematics is typeset, and as it is typed.
_SIGNS = str.maketrans({"^": "**", "²": "**2", "³": "**3", "·": "*", "×": "*", "−": "-", "÷": "/"})


class Reader:
    """Turns a formula into a node of a graph, part by part of Python's grammar; what it does not know is an error."""

    def __init__(self, text: str) -> None:
        # In Python ^ binds more loosely than +, so it is replaced before the text is taken apart.
        self.text, self.source = text, text.translate(_SIGNS)
        self.graph = Graph()

    def read(self) -> Node:
        """The node of the whole formula. ValueError, in one line that says where, for what is none."""
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
        # Without recursion, as a formula may be nested as deeply as it is long.
        made: dict[ast.expr, Node] = {}
        waiting = [tree.body]
        while waiting:
            operands = self._operands(waiting[-1])
            missing = [operand for operand in operands if operand not in made]
            if missing:
                waiting += reversed(missing)
            else:
                node = waiting.pop()
                made[node] = self._made(node, [made[operand] for operand in operands])
        return made[tree.body]

    def _operands(self, node: ast.expr) -> list[ast.expr]:
        """What a part of the formula is made from."""
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return []
            case ast.Name(id=name):
                one_of(f"name in '{shortened(self.text)}':", name, ("x", "y", *_CONSTANTS))
                return []
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return [operand]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return [left, right]
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                one_of(f"function in '{shortened(self.text)}':", name, _CALLS)
                return args
            case _:
                raise self._wrong(f"'{self._part(node)}' is not allowed in a formula", node)

    def _made(self, node: ast.expr, operands: list[Node]) -> Node:
        """The node of a part of the formula from those that it is made from."""
        match node:
            case ast.Constant(value=int() | float() as number):
                return self._real(node, lambda: self.graph.node(number))
            case ast.Name(id=name):
                return self.graph.node(_CONSTANTS[name]) if name in _CONSTANTS else self.graph.variable(name)
            case ast.UnaryOp(op=op):
                return -operands[0] if isinstance(op, ast.USub) else operands[0]
            case ast.BinOp(op=op):
                return self._combined(node, op, *operands)
            case ast.Call(func=ast.Name(id=name)):
                return self._called(node, name, operands)
        raise AssertionError(node)

    def _combined(self, node: ast.expr, op: ast.operator, a: Node, b: Node) -> Node:
        if isinstance(op, ast.Pow) and b.number is None and a.number is not None and a.number <= 0:
            raise self._wrong("a power with x or y in the exponent needs a base above 0", node)
        if isinstance(op, ast.Div) and b.number == 0:
            raise self._wrong(f"'{self._part(node)}' is not a finite real number", node)
        return self._real(node, lambda: _OPERATORS[type(op)](a, b))

    def _called(self, node: ast.expr, name: str, operands: list[Node]) -> Node:
        if name in ("max", "min"):
            if len(operands) < 2:
                raise self._wrong(f"{name} takes two arguments or more", node)
        elif len(operands) != 1:
            raise self._wrong(f"{name} takes one argument", node)
        if len(operands) == 1:
            return self._real(node, lambda: _CALLS[name](*operands))
        return reduce(_CALLS[name], operands)

    def _real(self, node: ast.expr, make: Callable[[], Node]) -> Node:
        """What is made; ValueError if that is a number that is not finite."""
        try:
            made = make()
        except OverflowError:
            made = self.graph.node(math.inf)
        if made.number is not None and not math.isfinite(made.number):
            raise self._wrong(f"'{self._part(node)}' is not a finite real number", node)
        return made

    def _part(self, node: ast.expr) -> str:
        """A part of the formula, as it is written."""
        start, end = (self._place(self._column(offset)) for offset in (node.col_offset, node.end_col_offset))
        return shortened(self.text[start:end])

    def _wrong(self, reason: str, at: ast.expr | int | None = None) -> ValueError:
        """A ValueError with the place in the text, counted from 1."""
        place = ""
        if at is not None:
            column = at if isinstance(at, int) else self._column(at.col_offset)
            place = f" at character {self._place(column) + 1}"
        return ValueError(f"formula '{shortened(self.text)}'{place}: {reason}")

    def _column(self, offset: int | None) -> int:
        """The character at a byte of the source."""
        return len(self.source.encode()[:offset].decode())

    def _place(self, column: int) -> int:
        """Where in the text a character of the source stands: some signs became longer."""
        return next((i for i in range(len(self.text) + 1) if len(self.text[:i].translate(_SIGNS)) >= column), 0)
