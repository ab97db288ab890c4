"""Any text as a formula: one line says what is wrong, or value, slopes and curvature are there."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from landscape.explore.tracing import of_formula
from landscape.figures.typesetting import typeset
from landscape.terrains import ExpressionTerrain, from_expression
from landscape.terrains.formula import MAX_LENGTH, Reader
from landscape.terrains.graph import needed, of_order

from .attempts import fuzz

ONE = "sin cos tan asin acos atan sinh cosh tanh exp log log10 sqrt erf abs sign relu sigmoid softplus gaussian"
ATOMS = st.sampled_from(["x", "y", "pi", "e", "0", "1", "2", "0.5", "3.7", "1e300", "1e-320", "9" * 30])
FORMULAS = st.recursive(
    ATOMS,
    lambda part: (
        st.builds("{}({})".format, st.sampled_from(ONE.split()), part)
        | st.builds("{}({}, {})".format, st.sampled_from(["max", "min"]), part, part)
        | st.builds("({}){}({})".format, part, st.sampled_from([*"+-*/^", "**"]), part)
        | st.builds("-({})".format, part)
    ),
    max_leaves=30,
)
# What makes a formula long: the same thing again and again, inside itself or beside itself.
LONG = st.builds(
    lambda before, inner, after, count: before * count + inner + after * count,
    st.sampled_from(["sin(", "(x+1)*(", "x^(", "y/(", "max(x*y,", "-", "tanh(", "gaussian(", "2^(", "(x-y)/("]),
    FORMULAS,
    st.sampled_from([")", "*x)", "+y)", "^2)", "/x)", ""]),
    st.integers(1, 120),
)
CHARACTERS = st.text("xye0123456789.+-*/^(), sincoexplgtanhmax_\x00\n²٣é", max_size=MAX_LENGTH + 20)


def read(text: str) -> tuple[ExpressionTerrain | None, str]:
    """The terrain, or what is wrong."""
    try:
        return from_expression(text), ""
    except ValueError as error:
        return None, str(error)


@fuzz
@given(FORMULAS | LONG | CHARACTERS)
def test_any_formula(text: str) -> None:
    typeset(text)
    terrain, message = read(text)
    if terrain is None:
        assert "\n" not in message
        assert 0 < len(message) < 1000
        return
    for order, most in ((0, 1), (1, 12), (2, 60)):
        assert len(needed(of_order(order, Reader(terrain.name).read()))) <= most * (len(text) + 10)
    points = np.random.default_rng(0).uniform(-3, 3, (4, 5, 2))
    value, gradient, hessian = terrain.value(points), terrain.gradient(points), terrain.hessian(points)
    assert (value.shape, gradient.shape, hessian.shape) == ((4, 5), (4, 5, 2), (4, 5, 2, 2))
    # No slope without a value, and one point at a time gives the same bits.
    assert np.isnan(gradient[np.isnan(value)]).all()
    assert np.isnan(hessian[np.isnan(value)]).all()
    np.testing.assert_array_equal(terrain.gradient(points[1, 2]), gradient[1, 2])
    for name, program in of_formula(terrain.name).items():
        assert name in ("value", "slopes", "hessian")
        assert all(isinstance(one, int) for one in program["operations"])
