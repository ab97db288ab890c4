"""Terrains that users bring: Python functions, files and formulas."""

from __future__ import annotations

import math
import pickle
import time

import mpmath as mp
import numpy as np
import pytest

import landscape as ls
from landscape.terrains.formula import _CALLS, Reader
from landscape.terrains.graph import needed, of_order

from_function, from_file, from_expression = (
    ls.terrains.from_function,
    ls.terrains.from_file,
    ls.terrains.from_expression,
)
ROSENBROCK = ls.terrains.get("rosenbrock")
SQUARE = ((-2.0, 2.0), (-1.0, 3.0))


def by_coordinates(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def by_points(xy):
    return (1 - xy[..., 0]) ** 2 + 100 * (xy[..., 1] - xy[..., 0] ** 2) ** 2


def by_one_point(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def by_one_number(x, y):
    return math.pow(1 - x, 2) + 100 * (y - x**2) ** 2 if x < 5 else math.nan


def slopes(x, y):
    return -2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)


def slopes_of_points(xy):
    return np.stack(slopes(xy[..., 0], xy[..., 1]), axis=-1)


def bends(x, y):
    return (2 - 400 * (y - 3 * x**2), -400 * x), (-400 * x, 200)


@pytest.mark.parametrize("f", [by_coordinates, by_points, by_one_point, by_one_number])
@pytest.mark.parametrize(
    ("derivatives", "first", "second"),
    [
        # Differences: rounding 1e-16 · L/h = 1e-16 · 2500/2e-3, and /h² with h = 8e-3; polynomials have no other error.
        ({}, 1e-9, 1e-7),
        ({"gradient": slopes}, 1e-13, 1e-9),
        ({"gradient": slopes_of_points, "hessian": bends}, 1e-13, 1e-13),
    ],
)
def test_functions_of_every_kind(f, derivatives, first, second, rng):
    mine = from_function(f, SQUARE, **derivatives)
    xy = rng.uniform(*np.transpose(SQUARE), size=(6, 5, 2))
    np.testing.assert_allclose(mine.value(xy), ROSENBROCK.value(xy), rtol=1e-13)
    np.testing.assert_allclose(mine.gradient(xy), ROSENBROCK.gradient(xy), rtol=first, atol=first * 100)
    np.testing.assert_allclose(mine.hessian(xy), ROSENBROCK.hessian(xy), rtol=second, atol=second * 100)
    for method in ("value", "gradient", "hessian"):
        together = getattr(mine, method)(xy)
        np.testing.assert_array_equal(getattr(mine, method)(xy[2, 3]), together[2, 3])
        assert getattr(mine, method)(np.empty((0, 2))).shape == (0, *together.shape[2:])


def test_a_function_brings_its_frame():
    mine = from_function(by_points, SQUARE, minima=(1, 1), height="log", floor=0.1)
    assert (mine.name, mine.domain, mine.height, mine.floor) == ("by_points", SQUARE, "log", 0.1)
    np.testing.assert_array_equal(mine.start, [-1.0, 0.0])  # a quarter of the way in from the lower left corner
    np.testing.assert_array_equal(mine.minima, [[1.0, 1.0]])
    assert pickle.loads(pickle.dumps(mine)).value([0.0, 0.0]) == 1.0
    walk = ls.descend(mine, ls.optimizers.get("adam", lr=0.01), [-1.2, 1.0], steps=100)
    np.testing.assert_allclose(walk.x[-1], [-1.0435756, 1.0938827], atol=1e-6)  # claims: Adam on Rosenbrock


def test_a_function_may_not_change_its_points():
    def greedy(xy):
        xy *= 2
        return xy[..., 0] ** 2

    xy = np.ones((3, 2))
    assert from_function(greedy, SQUARE).value(xy).tolist() == [4.0] * 3
    np.testing.assert_array_equal(xy, 1)


def test_outside_of_a_functions_domain_is_nan():
    log = from_function(lambda x, y: math.log(x) + y, ((0.1, 1), (0, 1)))
    np.testing.assert_array_equal(np.isnan(log.value([[-1.0, 0.0], [1.0, 0.0]])), [True, False])


FILE = """
import math
from dataclasses import dataclass

@dataclass
class Helper:
    scale: "float" = 3.0

def my_loss(x, y):
    return Helper().scale * math.sin(x) + y**2

my_loss.domain = ((0, 2), (0, 4))
my_loss.start = (1, 2)

def plain(xy):
    return (xy**2).sum(axis=-1)
"""


def test_files(tmp_path):
    path = tmp_path / "my_file.py"
    path.write_text(FILE)
    mine = from_file(f"{path}:my_loss")
    assert mine.value([1.0, 2.0]) == pytest.approx(3 * math.sin(1) + 4, rel=1e-15)
    assert (mine.name, mine.domain, mine.start.tolist()) == ("my_loss", ((0.0, 2.0), (0.0, 4.0)), [1.0, 2.0])
    assert ls.terrains.parse(f"{path}:my_loss", SQUARE).domain == SQUARE
    assert ls.terrains.parse(f"{path}:plain").domain == ((-3.0, 3.0), (-3.0, 3.0))
    assert ls.terrains.text(mine) == f"{path}:my_loss"
    (tmp_path / "broken.py").write_text("def f(x, y:\n")
    for text, message in (
        (f"{path}:my_los", "did you mean 'my_loss'"),
        (f"{path}", "path/to/file.py:function"),
        (f"{tmp_path}/none.py:f", "no file"),
        (f"{tmp_path}/broken.py:f", "raises SyntaxError"),
    ):
        with pytest.raises(ValueError, match=message):
            ls.terrains.parse(text)


FORMULAS = {
    "ravine:kappa=10": "0.5*(x^2 + 10*y^2)",
    "rosenbrock": "(1 - x)**2 + 100*(y - x^2)^2",
    "himmelblau": "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    "rastrigin": "20 + x^2 + y^2 - 10*(cos(2*pi*x) + cos(2*pi*y))",
    "ackley": "20*(1 - exp(-0.2*sqrt(0.5*(x^2+y^2)))) + e - exp(0.5*(cos(2*pi*x) + cos(2*pi*y)))",
    "relu_pair": "0.5*(y*relu(x) - 1)^2",
    "neuron": "0.25*(softplus(y - x) + softplus(y - x/2) + softplus(-y - x/2) + softplus(-y - x))",
    "sigmoid_chain:depth=2": "0.5*(sigmoid(y*(sigmoid(x) - 0.5)) - 0.9)^2",
}


@pytest.mark.parametrize(("name", "formula"), FORMULAS.items())
def test_formulas_equal_registered_terrains(name, formula, rng):
    known = ls.terrains.parse(name)
    mine = ls.terrains.parse(formula, known.domain)
    xy = rng.uniform(*np.transpose(known.domain), size=(200, 2))
    for method in ("value", "gradient", "hessian"):
        expected = getattr(known, method)(xy)
        scale = np.abs(expected).max()
        np.testing.assert_allclose(getattr(mine, method)(xy), expected, rtol=1e-12, atol=1e-14 * scale)
        # Powers included: np.power rounds numbers and arrays differently.
        np.testing.assert_array_equal(
            np.stack([getattr(mine, method)(point) for point in xy]), getattr(mine, method)(xy)
        )
    assert mine.name == ls.terrains.text(mine) == formula
    assert ls.terrains.parse(formula, known.domain) == mine


@pytest.mark.parametrize(
    ("formula", "value", "gradient", "hessian"),
    [
        # At (3, −2), by hand. The kinks' second derivatives are 0.
        ("abs(y)*x", 6, (2, -3), (0, -1, 0)),
        ("max(x, y, 1)^2 + min(x, y)", 7, (6, 1), (2, 0, 0)),
        ("relu(y) + relu(-y)*x", 6, (2, -3), (0, -1, 0)),
        ("sign(y)*x^3", -27, (-27, 0), (-18, 0, 0)),
        ("x^-1 + 2^y", 1 / 3 + 1 / 4, (-1 / 9, math.log(2) / 4), (2 / 27, 0, math.log(2) ** 2 / 4)),
        ("log10(x) + 0*y", math.log10(3), (1 / 3 / math.log(10), 0), (-1 / 9 / math.log(10), 0, 0)),
        ("erf(x - 3) + gaussian(y + 2)", 1, (2 / math.sqrt(math.pi), 0), (0, 0, -2)),
        ("-y^2", -4, (0, 4), (0, 0, -2)),
        ("0.1 + 2e3/7", 0.1 + 2e3 / 7, (0, 0), (0, 0, 0)),
    ],
)
def test_formulas_by_hand(formula, value, gradient, hessian):
    mine, xx, xy, yy = from_expression(formula), *hessian
    points = np.full((2, 3, 2), [3.0, -2.0])
    np.testing.assert_allclose(mine.value(points), np.full((2, 3), value), rtol=1e-15)
    np.testing.assert_allclose(mine.gradient(points)[1, 2], gradient, rtol=1e-15)
    np.testing.assert_allclose(mine.hessian(points)[1, 2], [[xx, xy], [xy, yy]], rtol=1e-15)


def test_a_formula_is_plain_data():
    mine = from_expression(" x**2 +\n 3*y ", start=(1, 2))
    assert mine.name == "x**2 + 3*y"
    assert "x**2 + 3*y" in repr(mine)
    assert pickle.loads(pickle.dumps(mine)) == mine
    np.testing.assert_array_equal(mine.start, [1.0, 2.0])


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("9**9**9**9", "at character 4: '9\\*\\*9\\*\\*9' is not a finite real number"),
        ("x + 2^(1/0)", "at character 8: '1/0' is not a finite real number"),
        ("1/0 + x", "not a finite real number"),
        ("x/(2 - 2)", "not a finite real number"),
        ("x*" + "9" * 400, "is not a finite real number"),
        ("log(-1)*x", "not a finite real number"),
        ("exp(exp(exp(9)))", "not a finite real number"),
        ("(-2)^x", "needs a base above 0"),
        ("(" * 240 + "x" + ")" * 240, "too many nested parentheses"),
        ("x" * 501, "501 characters"),
        ("__import__('os').system('ls')", "not allowed"),
        ("__import__(x)", "unknown function"),
        ("x.__class__", "not allowed"),
        ("(lambda: x)()", "not allowed"),
        ("[x for x in y]", "not allowed"),
        ("'x'*y", "not allowed"),
        ("x if y else 1", "not allowed"),
        ("True + x", "not allowed"),
        ("x + 1j", "not allowed"),
        ("sin(x, y)", "takes one argument"),
        ("max(x)", "two arguments or more"),
        ("sim(x)", "did you mean 'sin'"),
        ("x + z", "unknown name in 'x \\+ z': 'z'"),
        ("x^2 +* y", "at character 6: invalid syntax"),
        ("x^2 + (y", "at character 7: '\\(' was never closed"),
        ("x +", "at character 4: invalid syntax"),
        ("", "empty"),
    ],
)
def test_hostile_formulas(formula, message):
    with pytest.raises(ValueError, match=message) as caught:
        from_expression(formula)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


LONG = {
    "hyperbolic": "tanh(" * 8 + "x/y" + ")" * 8,
    "brackets": "*".join(f"({'xy'[k % 2]}+{k})" for k in range(22)),
    "largest": f"exp(max({','.join(f'x*{k}' for k in range(80))}))",
    "powers": "x" + "**x" * 166,
    "quotients": "y" + "/(x/y)" * 80,
    "products": "x" + "*y" * 249,
    "signs": "-" * 499 + "x",
    "nested": "sin(" * 99 + "x" + ")" * 99,
    "bells": "gaussian(" * 45 + "x*y" + ")" * 45,
    "high": "((x^50)^50)^1e10",
}


@pytest.mark.parametrize("formula", LONG.values(), ids=LONG)
def test_what_a_formula_costs_grows_with_its_length(formula):
    # Written out, derivatives of the first ones have millions of terms.
    for order, most in ((0, 1), (1, 10), (2, 40)):
        assert len(needed(of_order(order, Reader(formula).read()))) <= most * len(formula)
    for method in ("value", "gradient", "hessian"):
        assert getattr(from_expression(formula), method)(np.ones((50, 50, 2))).shape[:2] == (50, 50)


# In mpmath, which knows no derivatives but those it computes by differences in many digits.
MANY_DIGITS = {
    **{
        name: getattr(mp, name)
        for name in [
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "exp",
            "log",
            "log10",
            "sqrt",
            "erf",
        ]
    },
    "abs": abs,
    "sign": mp.sign,
    "max": max,
    "min": min,
    "relu": lambda a: max(a, 0),
    "sigmoid": lambda a: 1 / (1 + mp.exp(-a)),
    "softplus": lambda a: mp.log1p(mp.exp(a)),
    "gaussian": lambda a: mp.exp(-(a**2)),
}


@pytest.mark.parametrize("name", [*_CALLS, "power", "quotient"])
@pytest.mark.parametrize(("x", "y"), [(0.7, 0.9), (1.3, 0.4)])
def test_every_derivative_has_all_its_digits(name, x, y):
    other = ", x - y^2" if name in ("max", "min") else ""
    special = {"power": "(x*y + 0.1)^(x - y^3)", "quotient": "(x - y^2)/(x*y^3 + 1)"}
    formula = special.get(name, f"{name}(0.9*x*y^2 + 0.1*x{other})^3")
    known = eval("lambda x, y: " + formula.replace("^", "**").replace("0.9", "mp.mpf(0.9)"), {"mp": mp} | MANY_DIGITS)
    mine = from_expression(formula)
    with mp.workdps(60):
        orders = (1, 0), (0, 1), (2, 0), (1, 1), (0, 2)
        slopes = [float(mp.diff(known, (mp.mpf(x), mp.mpf(y)), order)) for order in orders]
    np.testing.assert_allclose(mine.gradient([x, y]), slopes[:2], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(mine.hessian([x, y])[[0, 0, 1], [0, 1, 1]], slopes[2:], rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("formula", ["1e15 + x^2 + y^2", "1e15 - (-x^2) + y^2", "x^2 + 1e15 + y^2"])
def test_terms_of_a_sum_are_rounded_once(formula):
    x, y = 1.15, 0.36
    assert from_expression(formula).value([x, y]) == 1e15 + (x * x + y * y)


@pytest.mark.parametrize("formula", ["log(x)", "sqrt(x) + y", "max(x, log(x))"])
def test_where_there_is_no_value_there_is_no_slope(formula):
    mine = from_expression(formula)
    assert np.isnan([*mine.gradient([-1.0, 1.0]), *mine.hessian([-1.0, 1.0]).ravel()]).all()


def raises(x, y):
    raise KeyError("weights")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: from_function(by_points, ((1, 1), (0, 1))), "domain = .* x0 < x1"),
        (lambda: from_function(by_points, (0, 1)), "domain = "),
        (lambda: from_function(by_points, SQUARE, start=(1, 2, 3)), "start = .* two finite numbers"),
        (lambda: from_function(by_points, SQUARE, height="lok"), "did you mean 'log'"),
        (lambda: from_function(lambda: 1.0, SQUARE), "requires 0 positional"),
        (lambda: from_function(lambda x, y, z: x, SQUARE), "requires 3 positional"),
        (lambda: from_function(raises, SQUARE), "raises at .* raises KeyError: 'weights'"),
        (lambda: from_function(lambda x, y: None, SQUARE), "is None: it must be a real number"),
        (lambda: from_function(lambda x, y: x + 1j, SQUARE), "must be a real number"),
        (lambda: from_function(lambda x, y: [x, y], SQUARE), "has shape \\(2,\\): it must be a single number"),
        (lambda: from_function(lambda xy: xy, SQUARE), "has shape \\(2,\\): it must be \\(\\)"),
        (lambda: from_function(lambda x, y: math.log(-1), SQUARE), "raises ValueError"),
        (lambda: from_function(by_points, SQUARE, gradient=by_coordinates), "gradient of by_points .* must be a pair"),
        (lambda: ls.terrains.parse("ravin"), "unknown terrain 'ravin'; did you mean 'ravine'"),
        (lambda: ls.terrains.parse("six-hump-camel"), "did you mean 'six_hump_camel'"),
        (lambda: ls.terrains.parse("ravine:kapa=3"), "did you mean 'kappa'"),
        (lambda: ls.terrains.parse("ravine", SQUARE), "a domain is not allowed"),
        (lambda: ls.terrains.text(from_function(by_points, SQUARE)), "has no notation"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_slopes_of_tanh_keep_their_digits():
    # 1 − tanh² has none beyond x = 19; tanh′ = 4 e^(−2x) / (1 + e^(−2x))², tanh″ = −2 tanh tanh′.
    terrain = ls.terrains.parse("tanh(x) + y^2")
    for x in (0.3, 5.0, 19.0, 40.0, -60.0, 300.0):
        far = np.exp(-2 * abs(x))
        slope = 4 * far / (1 + far) ** 2
        assert terrain.value([x, 0.0]) == np.tanh(x)
        assert terrain.gradient([x, 1.0])[0] == pytest.approx(slope, rel=1e-13)
        assert terrain.hessian([x, 1.0])[0, 0] == pytest.approx(-2 * np.tanh(x) * slope, rel=1e-13)


def test_a_function_with_state_is_called_one_at_a_time():
    """More starts than a block are walked in threads; what a call keeps is not that of another one."""
    kept = {}

    def loss(x, y):
        kept["x"] = x
        time.sleep(1e-3)  # whoever else wants to compute does so now
        return kept["x"] ** 2 + y**2

    terrain = ls.terrains.from_function(loss, ((-1, 1), (-1, 1)), gradient=lambda x, y: (2 * x, 2 * y))
    starts = np.random.default_rng(0).uniform(-1, 1, (60_000, 2))
    walk = ls.descend(terrain, "sgd:lr=0.1", starts, steps=1)
    np.testing.assert_allclose(walk.loss[0], np.square(starts).sum(axis=-1))
