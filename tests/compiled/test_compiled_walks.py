"""Compiled walks beside NumPy's: the same bits, or all digits but the last where there are functions."""

from __future__ import annotations

import pickle
from concurrent.futures import Executor, Future
from functools import partial

import numpy as np
import pytest

import landscape as ls
from landscape.compiled import descending, engine
from landscape.core.errors import LandscapeError
from landscape.terrains.graph import FUNCTIONS
from landscape.walks import descent

pytest.importorskip("numba", reason="loops are compiled by numba")

OPTIMIZERS = [
    *("sgd:lr=0.01", "sgd:lr=1000", "sgd:lr=0.01,weight_decay=0.1"),
    *("momentum:lr=0.002", "momentum:lr=0.02,dampening=0.3,weight_decay=0.01"),
    *("nesterov", "nesterov:lr=0.01,weight_decay=0.1"),
    *("rmsprop", "rmsprop:lr=0.1,alpha=0.5,eps=1"),
    *("adam:lr=0.1", "adam:beta1=0,beta2=0.5", "adamw", "adamw:weight_decay=0"),
]
EXACT = {
    *("ravine", "booth", "saddle", "saddle:bound=1", "monkey_saddle", "rosenbrock", "beale", "goldstein_price"),
    *("himmelblau", "six_hump_camel", "styblinski_tang", "relu_pair", "ravine:kappa=7,angle=30"),
    *("x^2 + 10*y^2", "sqrt(x) + y^2", "1/x + abs(y)", "max(x, y, 0) - min(x*y, 1)", "y", "x^2/sqrt(2 - x) + sign(y)"),
}
INEXACT = set(ls.terrains.names()) - EXACT | {"neuron:loss=mse", "sin(x)*exp(-y^2) + x^3", "x^-1 + y^4"}
EDGES = [0, -0.0, 1, -1, 0.5, 2, 37, 710, -710, 750, -750, 1e5, 1e18, 1e300, 5e-324]


class Elsewhere(Executor):
    """What it is given arrives as in another process."""

    def submit(self, work, *given):
        (future := Future()).set_result(pickle.loads(pickle.dumps(partial(work, *given)))())
        return future


def starts(terrain, n):
    """In the domain, and a few from where gradients overflow, at once or soon."""
    low, high = np.transpose(terrain.domain)
    points = np.random.default_rng(3).uniform(low, high, (n, 2))
    points[:3] = [[1e160, 1.0], [1e308, -1e308], [30.0, 1e6]]
    return points


@pytest.mark.parametrize("terrain", sorted(EXACT))
def test_arithmetic_has_the_bits_of_numpy_s(terrain):
    terrain = ls.terrains.parse(terrain)
    assert descending.program(terrain).is_exact
    points = starts(terrain, 300)
    for k, optimizer in enumerate(OPTIMIZERS):
        # Rows that are all, the last, or some; a number of points that fills no row of the loops.
        settings = {"steps": 30 + k, "record": ("all", "last", 7)[k % 3], "schedule": ("cosine", None)[k % 2]}
        compiled = ls.descend(terrain, optimizer, points[: 300 - k], engine="compiled", **settings)
        assert compiled == ls.descend(terrain, optimizer, points[: 300 - k], engine="numpy", **settings), optimizer


@pytest.mark.parametrize("terrain", sorted(INEXACT))
@pytest.mark.parametrize("optimizer", ["sgd:lr=0.001", "adam:lr=0.01"])
def test_functions_have_all_digits_but_the_last(terrain, optimizer):
    terrain = ls.terrains.parse(terrain)
    assert not descending.program(terrain).is_exact
    points = starts(terrain, 300)[3:]
    compiled, numpy = (ls.descend(terrain, optimizer, points, 10, engine=one) for one in ("compiled", "numpy"))
    for name in ("x", "loss", "gradient"):
        ours, theirs = getattr(compiled, name), getattr(numpy, name)
        # Chains and cliffs multiply what the last digit of a function was.
        assert (np.abs(ours - theirs) <= 1e-9 * np.abs(theirs).max(axis=0)).all()


@pytest.mark.parametrize(
    "formula", [*(f"{name}(x)" for name in FUNCTIONS if name not in ("max", "min", "slope")), "x^y"]
)
def test_functions_at_the_edges_of_their_domains(formula):
    x = np.append(EDGES, np.linspace(-9, 9, 99))
    points = np.stack([np.append(x, -x), np.full(2 * len(x), 2.5)], axis=-1)
    compiled, numpy = (ls.descend(formula, "sgd", points, 0, engine=one) for one in ("compiled", "numpy"))
    for name in ("loss", "gradient"):
        np.testing.assert_allclose(getattr(compiled, name), getattr(numpy, name), rtol=1e-14, atol=1e-300)
    np.testing.assert_array_equal(compiled.outside, numpy.outside)


@pytest.mark.parametrize("record", ["all", "last", 500])
def test_walks_that_end_and_walks_that_take_their_time(record):
    # Of the first two one leaves for where there is no root and one overflows; the third goes on; then none does.
    points = np.array([[0.01, 1.0], [1.0, 1e200], [2.0, 0.0]])
    for few in (points, points[:2], points[0], points[:0]):
        walk = partial(ls.descend, "sqrt(x) + y^4", "sgd:lr=0.0001", few, 5000, record=record)
        assert (compiled := walk(engine="compiled")) == walk(engine="numpy")
        assert compiled.outside.tolist() == ([True, False, False][: len(few)] if few.ndim == 2 else True)


@pytest.mark.parametrize("shape", [(2,), (1, 2), (7, 5, 2)])
def test_blocks_executors_and_shapes_change_nothing(shape, monkeypatch, rng):
    points = rng.uniform(-1.5, 1.5, size=shape)
    numpy = ls.descend("rosenbrock", "adam", points, 20, engine="numpy")
    monkeypatch.setattr(descending, "BLOCK", 4)
    assert ls.descend("rosenbrock", "adam", points, 20, engine="compiled") == numpy
    assert ls.descend("rosenbrock", "adam", points, 20, engine="compiled", executor=Elsewhere()) == numpy


@pytest.mark.parametrize(
    ("terrain", "optimizer", "settings", "said"),
    [
        ("booth", "adam", {"noise": 0.1}, "NumPy draws the noise"),
        ("neuron", "adam", {"batch_size": 2}, "NumPy draws the minibatches"),
        ("booth", "sgd:clip=1", {}, "there is no loop for clip (there is for sgd, momentum, nesterov,"),
        ("booth", "lion", {}, "there is no loop for lion"),
        ("booth", "scipy:bfgs", {}, "scipy:bfgs is SciPy's own"),
        (
            ls.terrains.from_function(lambda x, y: x * x + y, ((-1, 1), (-1, 1))),
            "adam",
            {},
            "there are loops for registered terrains and",
        ),
    ],
)
def test_what_cannot_be_compiled_is_said_and_is_no_matter_by_itself(terrain, optimizer, settings, said, monkeypatch):
    monkeypatch.setattr(descending, "pays", lambda steps, points: True)
    walk = partial(ls.descend, terrain, optimizer, steps=5, **settings)
    with pytest.raises(ValueError, match="engine = compiled is not allowed: ") as raised:
        walk(engine="compiled")
    assert said in str(raised.value)
    assert walk() == walk(engine="numpy")


def test_by_itself_long_walks_are_compiled_where_no_bit_changes(monkeypatch):
    def compiles(terrain, points, choice="auto"):
        terrain, adam = ls.terrains.parse(terrain), ls.optimizers.Adam()
        plan = descent._Plan(terrain, adam, np.array([200]), 0.0, None, None, 0)
        return isinstance(descent._engine(plan, points, choice)[0], descending.Walks)

    assert compiles("rosenbrock", 512**2)
    assert not compiles("rosenbrock", 1)
    assert not compiles("ackley", 512**2)
    assert compiles("ackley", 1, "compiled")
    monkeypatch.setenv("LANDSCAPE_ENGINE", "numpy")
    assert not compiles("rosenbrock", 512**2)
    monkeypatch.delenv("LANDSCAPE_ENGINE")
    monkeypatch.setattr(engine, "installed", lambda: False)
    assert not compiles("rosenbrock", 512**2)
    with pytest.raises(LandscapeError, match="pip install numba"):
        compiles("rosenbrock", 1, "compiled")
