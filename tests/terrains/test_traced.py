"""Formulas that symbols trace: which can be, and in which order."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls
from landscape.compiled.programs import KINDS
from landscape.terrains import traced
from landscape.terrains.graph import needed
from landscape.terrains.terrain import join, split


class Drawn(ls.terrains.Terrain):
    """A terrain whose loss and slope by x are those of a function of x and y."""

    domain, start = ((-1.0, 1.0), (-1.0, 1.0)), np.zeros(2)

    def __init__(self, f):
        self.f = f

    def value(self, xy):
        return self.f(*split(xy))

    def gradient(self, xy):
        return join(self.f(*split(xy)), split(xy)[1])

    def hessian(self, xy):
        raise NotImplementedError


def written(node):
    """A node as text, as it is written."""
    if node.number is not None:
        return f"{node.number:g}"
    parts = [written(part) for part in node.parts]
    infix = node.kind in ("+", "-", "*", "/")
    return f"({f' {node.kind} '.join(parts)})" if infix else f"{node.kind}({', '.join(parts)})" if parts else node.kind


def in_place(x, y):
    room = np.empty_like(x, shape=(2, *x.shape))
    z = room[0, ...]
    np.multiply(x, y, out=z)
    z -= x
    kept = z + 0.0
    z *= z
    return kept * z


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        # A sum stays in its order, which decides on rounding; a number stays on its side, and zeros are not left out.
        (lambda x, y: y + (x + 1) + 0 * x, "((y + (x + 1)) + (0 * x))"),
        (lambda x, y: np.float64(2) * x - np.array(3.0) / y, "((2 * x) - (3 / y))"),
        (lambda x, y: x**2 + x**0.5 + x**-1 + x**3, "((((x * x) + sqrt(x)) + (1 / x)) + **(x, 3))"),
        (lambda x, y: np.where(x > y, np.zeros_like(x), np.full_like(y, 2)), "where(greater(x, y), 0, 2)"),
        (in_place, "((((x * y) - x) + 0) * (((x * y) - x) * ((x * y) - x)))"),
    ],
    ids=["order", "numbers", "powers", "where", "in place"],
)
def test_a_formula_is_traced_as_it_is_written(f, expected):
    formula = traced.traced(Drawn(f))
    assert (written(formula.value), written(formula.slopes[0]), written(formula.slopes[1])) == (expected, expected, "y")


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: x if x > 0 else y,
        lambda x, y: max(x, y),
        lambda x, y: np.asarray(x * y),
        lambda x, y: np.cumsum(x),
        lambda x, y: np.add.reduce(x),
        lambda x, y: np.add(x, y, where=True),
        lambda x, y: np.heaviside(x, y),
        lambda x, y: float(x),
        lambda x, y: x[0],
        lambda x, y: x + np.ones(3),
        lambda x, y: x * np.empty_like(x, shape=(2,))[0],
        lambda x, y: np.multiply(x, y, out=np.empty(())),
        lambda x, y: "x",
    ],
)
def test_what_looks_at_values_or_is_not_known_is_no_formula(f):
    assert traced.traced(Drawn(f)) is None


@pytest.mark.parametrize("name", ls.terrains.names())
def test_every_registered_terrain_is_a_formula(name):
    formula = traced.traced(ls.terrains.get(name))
    kinds = {node.kind for node in needed([formula.value, *formula.slopes])} - {"x", "y", "number"}
    assert kinds <= set(KINDS)
