"""Values that are out of all proportion: one line says so, or what they lead to is a result."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Ellipse

import landscape as ls
from landscape.core.errors import RunError, one_line, shortened

PIXELS = np.random.default_rng(0).random((18, 4))
DATA = ls.datasets.Dataset("own", PIXELS[:12], np.arange(12) % 3, PIXELS[12:], np.arange(6) % 3)
HUGE = 10**400


def trained(optimizer="sgd:lr=0.1", **settings):
    return ls.train(ls.MLP((4, 3, 3)), DATA, optimizer, batch_size=4, **settings)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ls.terrains.parse("sigmoid_chain:depth=1000000000"), "depth = 1000000000 .* from 1 to 200$"),
        (lambda: ls.terrains.parse("cliff:steps=501"), "steps = 501 .* from 1 to 500$"),
        (lambda: ls.optimizers.parse("muon:iterations=1000000000"), "iterations = 1000000000 .* from 1 to 100$"),
        (lambda: ls.descend("booth", "sgd", steps=10**8), "steps = 100000000 .* from 0 to 10000000$"),
        (lambda: ls.descend("relu_valley", "sgd", batch_size=10**9), "batch_size = 1000000000 .* from 1 to 10000$"),
        (lambda: ls.nudged("booth", "sgd", 1.0, tries=10**9), "tries = 1000000000 .* from 1 to 100000$"),
        (lambda: ls.nudged("booth", "sgd", 1.0, nudge=2), "nudge = 2.0 .* at most 1$"),
        (lambda: ls.sweep("booth", [], 1.0, per_decade=10**9), "per_decade = 1000000000 .* from 1 to 1000$"),
        (lambda: ls.basins(ls.terrains.get("booth"), "sgd", resolution=10**6), "resolution = 1000000 .* to 2000$"),
        (lambda: ls.figures.contour("booth", resolution=10**6), "resolution = 1000000 .* from 2 to 5000$"),
        (lambda: ls.MLP((4, 10**9, 3)), "a network of 8000000003 parameters, of which there may be 100000000$"),
        (lambda: ls.MLP((4,) * 5000), "5000 layers are not allowed: at most 1000$"),
        (lambda: trained(epochs=10**9), "these are 3000000000 steps, and at most 10000000 can be taken$"),
        (lambda: trained(snapshots=10**9), "snapshots = 1000000000 .* from 1 to 100000$"),
    ],
)
def test_what_would_never_end_is_not_begun(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda value: ls.optimizers.get("sgd", lr=value),
        lambda value: ls.optimizers.get("sophia", seed=value),
        lambda value: ls.optimizers.get("prodigy", growth=value),
        lambda value: ls.optimizers.get("sophia", diagonal=value),
        lambda value: ls.optimizers.Clip(ls.optimizers.SGD(), value),
        lambda value: ls.optimizers.SAM(value),
        lambda value: ls.schedules.get("one_cycle", rise=value),
        lambda value: ls.schedules.get("warmup", then=value),
        lambda value: ls.terrains.get("ravine", kappa=value),
        lambda value: ls.activations.get("elu", alpha=value),
        lambda value: ls.descend("booth", "sgd", seed=value),
        lambda value: ls.descend("booth", "sgd", [value, value]),
        lambda value: ls.nudged("booth", "sgd", 1.0, start=value),
        lambda value: ls.MLP((4, 3), seed=value),
        lambda value: ls.MLP((4, 3), dtype=value),
        lambda value: DATA.subset(3, value),
        lambda value: ls.terrains.parse("x*y", ((-value, value), (0, 1)) if isinstance(value, int) else value),
    ],
)
@pytest.mark.parametrize("value", [-HUGE, 10**5000, "x", ","], ids=["-10^400", "10^5000", "x", "comma"])
def test_no_number_of_that_kind_is_refused_in_one_line(call, value):
    with pytest.raises(ValueError, match=r"not allowed|unknown") as caught:
        call(value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


def test_numbers_become_pythons_own():
    for optimizer in (
        ls.optimizers.get("sophia", seed=np.float64(3), every=2.0),
        ls.optimizers.get("sophia", seed=np.int64(3), every=2),
    ):
        assert ls.optimizers.parse(ls.optimizers.text(optimizer)) == optimizer
        assert (type(optimizer.seed), type(optimizer.every)) == (int, int)
        ls.descend("booth", optimizer, steps=3)
    assert type(ls.optimizers.SGD(np.float32(0.5)).lr) is float
    with pytest.raises(ValueError, match="lr = True is not allowed"):
        ls.optimizers.SGD(True)
    assert ls.terrains.get("sigmoid_chain", depth=3.0).value([1.0, 1.0]).shape == ()
    assert ls.MLP((4.0, 3), seed=1.0).settings == ls.MLP((4, 3), seed=1).settings
    np.testing.assert_array_equal(DATA.subset(5, 1.0).x_train, DATA.subset(5, 1).x_train)
    walks = [ls.descend("booth", "sgd", noise=1.0, seed=seed, steps=3) for seed in (1.0, np.int64(1), 1)]
    assert len({walk.x.tobytes() for walk in walks}) == 1


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize(
    ("optimizer", "schedule"),
    [
        ("sgd:lr=1e308", None),
        ("rprop:lr=1e308", None),
        ("prodigy:d0=1e308", None),
        ("shampoo:eps=1e308", None),
        ("schedule_free_adamw:lr=1e308", None),
        ("sgd:lr=0.1", "step:gamma=1e300,every=1"),
        ("sgd:lr=0.1", "one_cycle:divide=1e-320,divide_end=1e-320"),
        ("sgd:lr=0.1", "exponential:end=1e308"),
    ],
)
def test_rates_that_overflow_diverge(optimizer, schedule, precision):
    ls.descend("x^4 + y^2", optimizer, steps=5, schedule=schedule)
    ls.train(ls.MLP((4, 3, 3), dtype=precision), DATA, optimizer, batch_size=4, schedule=schedule)
    walk = ls.descend("x^4 + y^2", "sgd:lr=1e308", steps=5)
    assert walk.diverged
    assert math.isnan(walk.loss[-1])


@pytest.mark.parametrize("family", ["optimizers", "schedules", "terrains", "activations", "initialisers", "losses"])
def test_names_and_notations_of_any_length_are_answered_in_a_line(family):
    family, long = getattr(ls, family), "a" * 10**6
    name = family.names()[0]
    calls = [
        lambda: family.get(long),
        lambda: family.parse(long),
        lambda: family.parse(f"{name}:{long}=1"),
        lambda: family.get(name, **{long: 1}),
        lambda: ls.terrains.parse(f"{long}.py:f"),
        lambda: ls.schedules.parse("warmup:then=" * 5000 + "cosine"),
        lambda: ls.optimizers.parse("sgd:lr=" + long),
        lambda: ls.optimizers.parse("muon:iterations=" + "9" * 10**6),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"unknown|not allowed|no file") as caught:
            call()
        assert len(str(caught.value)) < 700


def test_texts_are_shortened_once():
    assert shortened("a" * 200) == "a" * 200
    assert shortened("a" * 999) == "a" * 170 + "… (999 characters)"
    assert shortened("a\nb") == "a b"
    told = str(RunError(f"run folder '{'a' * 5000}'\nis missing"))
    assert told == one_line(told)
    assert told.endswith("is missing")
    assert len(told) < 1100


@pytest.mark.parametrize("terrain", ["1e308*x", "0 - 1e308*y", "1e308 + x", "ravine:kappa=1e308", "saddle:bound=1e308"])
@pytest.mark.parametrize("draw", ["contour", "surface3d"])
def test_ground_that_is_too_high_is_refused_in_one_line(terrain, draw):
    with pytest.raises(ValueError, match=r"1e300: (it cannot|nothing can) be drawn$"):
        getattr(ls.figures, draw)(terrain)
    plt.close("all")


def test_an_ellipse_that_leaves_the_map_has_an_end():
    # With dashes as long as a step, one of 1e300 would never be drawn.
    walk = ls.descend("x^2 + 1e-300*y^2", "adam:lr=0.1", [1.0, 1.0], 3)
    figure = ls.figures.anatomy(walk, 1)
    (ellipse,) = [patch for ax in figure.axes for patch in ax.patches if isinstance(patch, Ellipse)]
    assert max(ellipse.width, ellipse.height) < 1000
    plt.close(figure)
