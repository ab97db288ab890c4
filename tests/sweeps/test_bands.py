"""Sweeps of learning rates: bands that do not depend on the grid, and what a hair at the start does."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

import landscape as ls
from landscape.figures.names import sweep_names
from landscape.sweeps.bands import LIMITS, rates, sweeps_of


def _bowl(curvature):
    return ls.terrains.get("ravine", kappa=curvature, angle=0.0)


def test_a_band_is_measured_until_it_ends_on_both_sides():
    # Along both axes SGD's error shrinks by |1 − lr κ| a step; it arrives where the larger of the two is small enough.
    kappa, steps = 1.0, 1000
    terrain = _bowl(kappa)
    target = 1e-6 * float(terrain.value(terrain.start))
    sgd, adam = ls.sweep(terrain, [ls.optimizers.SGD(), ls.optimizers.Adam()], target)
    shrink = 1e-3 ** (1 / steps)  # the loss goes with the square of the error
    low, high = 1 - shrink, 1 + shrink
    assert sgd.band.low == pytest.approx(low, rel=10 ** (1 / 16) - 1)  # half the spacing of 8 to the decade
    assert sgd.band.high == pytest.approx(high, rel=10 ** (1 / 16) - 1)
    assert sgd.band.decades == pytest.approx(np.log10(high / low), abs=1 / 8)
    assert (sgd.band.holes, sgd.band.open_below, sgd.band.open_above) == (0, False, False)
    # On a quadratic Adam arrives at any rate, however large: the grid ends at its limit, and the band says so.
    assert adam.band.open_above
    assert not adam.band.open_below
    assert adam.lrs[-1] == LIMITS[1]
    np.testing.assert_array_equal(adam.lrs, sgd.lrs)


def test_the_band_is_the_same_from_every_grid_that_reaches_beyond_it():
    terrain = _bowl(100.0)
    target = 1e-6 * float(terrain.value(terrain.start))
    momentum = [ls.optimizers.Momentum()]
    (grown,) = ls.sweep(terrain, momentum, target)
    bands, counts = [], []
    for ends in ((1e-5, 1.0), (1e-4, 100.0), (1.3e-4, 0.13)):
        (one,) = ls.sweep(terrain, momentum, target, rates(*ends, 8))
        bands.append(one.band.decades)
        counts.append(one.arrives.sum() / len(one.lrs))
        assert not one.band.open_below
        assert not one.band.open_above
    np.testing.assert_allclose(bands, grown.band.decades, atol=1 / 8)
    # What was counted before: the same band is a third of one grid and two thirds of another.
    assert max(counts) > 1.5 * min(counts)
    # A grid that ends inside the band says that there is more.
    (cut,) = ls.sweep(terrain, momentum, target, rates(1e-3, 1e-2, 8))
    assert cut.band.open_below
    assert cut.band.open_above
    assert cut.band.decades == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("terrain", "low", "high"),
    # Where all rates of the first grid, 1e-3 … 10, are too large, and where all are too small.
    [("goldstein_price", 1e-6, 1e-3), ("sigmoid_chain:depth=10", 10.0, 1e4)],
)
def test_a_grid_grows_to_where_rates_arrive(terrain, low, high):
    terrain = ls.terrains.parse(terrain)
    lowest = float(terrain.value(terrain.minima).min()) if len(terrain.minima) else 0.0
    goal = lowest + 0.006 * (float(terrain.value(terrain.start)) - lowest)
    (found,) = ls.sweep(terrain, [ls.optimizers.SGD()], goal, per_decade=4)
    assert low < found.band.low < found.band.high < high
    assert not found.best_at_edge
    assert len(np.unique(found.lrs)) == len(found.lrs)


def test_a_grid_that_can_find_nothing_does_not_grow():
    (found,) = ls.sweep("booth", [ls.optimizers.SGD()], -1.0, per_decade=2)
    np.testing.assert_array_equal(found.lrs, rates(1e-3, 10, 2))
    assert found.band is None


@pytest.mark.parametrize(
    ("score", "at_edge"),
    [
        ([3, 2, 1], True),
        ([1, 2, 3], True),
        ([2, 1, 2], False),
        ([1, 1, 2], False),  # what is inside was tried on both sides
        ([np.inf, np.inf, 1], True),
        ([np.inf] * 3, False),
    ],
)
def test_a_best_rate_at_the_end_of_the_grid_says_so(score, at_edge):
    found = ls.Sweep(ls.optimizers.SGD(), np.array([0.1, 1.0, 10.0]), np.array(score, float), "loss")
    assert found.best_at_edge == at_edge


def test_holes_do_not_count_as_band():
    one = ls.Sweep(ls.optimizers.SGD(), rates(1e-3, 1e3, 1), np.array([np.inf, 1, 2, np.inf, 5, 3, np.inf]), "x")
    band = one.band
    assert (band.holes, band.open_below, band.open_above) == (1, False, False)
    assert band.decades == pytest.approx(4)
    assert (band.low, band.high) == pytest.approx((10**-2.5, 10**2.5))
    good = ls.Sweep(one.optimizer, one.lrs, one.score, "x", good=2.0).band
    assert (good.decades, good.holes) == (pytest.approx(2), 0)


def test_training_is_swept_until_the_best_lies_inside(digits_net):
    net, data = digits_net
    (found,) = ls.sweep_training(net, data, [ls.optimizers.SGD()], per_decade=1)
    (fixed,) = ls.sweep_training(net, data, [ls.optimizers.SGD()], found.lrs)
    np.testing.assert_array_equal(found.score, fixed.score)
    assert not found.best_at_edge
    # With a loss that counts as arriving: the band ends on both sides.
    (good,) = ls.sweep_training(net, data, [ls.optimizers.SGD()], per_decade=1, good=1.05 * found.score.min())
    assert not good.arrives[[0, -1]].any()
    assert good.arrives.any()


@pytest.fixture
def digits_net():
    data = ls.datasets.load().subset(300)
    return ls.MLP((784, 10)), data


def test_plain_sgd_on_the_cliff_is_a_matter_of_rounding_and_adam_is_not():
    found = {text: ls.nudged("cliff", text, 1e-3, 800, tries=51) for text in ("sgd:lr=0.5", "adam:lr=0.05")}
    sgd, adam = found.values()
    # 82 of 200 starts within 1e-12 arrive; of 51, an eighth to three quarters, whatever the machine's libm.
    assert sgd.chaotic
    assert 1 / 8 < sgd.share < 3 / 4
    assert not adam.chaotic
    assert adam.share == 1
    walk = ls.descend("cliff", "adam:lr=0.05", adam.typical, 800)
    assert walk.settled_at(1e-3) == adam.median
    assert (adam.starts.max(axis=0) - adam.starts.min(axis=0) < 1e-10).all()


def test_a_sweep_takes_the_median_of_nudged_walks():
    clipped = ls.optimizers.parse("sgd:lr=0.5,clip=0.5")
    (one,) = ls.sweep("cliff", [clipped], 1e-3, [0.5], 800, tries=21)
    assert one.score[0] == ls.nudged("cliff", clipped, 1e-3, 800, tries=21).median


def test_what_cannot_be_swept_is_told():
    sgd = [ls.optimizers.SGD()]
    for make, said in (
        (lambda: ls.sweep("booth", sgd, np.nan), "target = nan"),
        (lambda: ls.sweep("booth", sgd, 1.0, steps=0), "steps = 0"),
        (lambda: ls.sweep("booth", sgd, 1.0, per_decade=0), "per_decade = 0"),
        (lambda: ls.sweep("booth", sgd, 1.0, lrs=[0.0, 1.0]), "lr = 0.0 is not allowed"),
        (lambda: ls.sweep("booth", sgd, 1.0, tries=3, start=np.zeros((4, 2))), "one start"),
        (lambda: ls.nudged("booth", "sgd", 1.0, tries=0), "tries = 0"),
        (lambda: ls.nudged("booth", "sgd", 1.0, nudge=0.0), "nudge = 0.0"),
        (lambda: ls.Sweep(sgd[0], np.array([1.0, 0.1]), np.ones(2), "x"), "ascend"),
        (lambda: ls.Sweep(sgd[0], np.array([1.0]), np.ones(2), "x"), "a score for each rate"),
    ):
        with pytest.raises(ValueError, match=said) as error:
            make()
        assert "\n" not in str(error.value)


def test_runs_of_different_networks_are_not_averaged(mnist):
    """A line each: the mean of .25 and 2.27 is no network's loss."""
    part = mnist.subset(320)
    runs = [
        ls.train(ls.MLP((784, 8, 10), activation=activation, seed=seed), part, f"sgd:lr={lr}", seed=seed, snapshots=1)
        for activation in ("relu", "sigmoid")
        for lr in (0.03, 0.1)
        for seed in (0, 1)
    ]
    found = sweeps_of(runs)
    assert len(found) == 2
    assert [name.split(", ")[1] for name in sweep_names(found)] == ["relu", "sigmoid"]
    for one, own in zip(found, (runs[:4], runs[4:]), strict=True):
        losses = np.array([run.history["loss"][-1] for run in own]).reshape(2, 2)
        np.testing.assert_allclose(one.score, losses.mean(axis=1))  # two seeds: the median is the mean
    with pytest.raises(ValueError, match="several learning rates"):
        sweeps_of([runs[0], runs[4]])


def test_a_rate_at_which_a_seed_diverged_is_a_gap_and_a_stopped_run_is_no_repetition(mnist):
    part = mnist.subset(320)
    runs = [
        ls.train(ls.MLP((784, 8, 10), seed=seed), part, f"sgd:lr={lr}", seed=seed, snapshots=1)
        for lr in (0.03, 0.1)
        for seed in (0, 1)
    ]
    runs[3] = replace(runs[3], diverged=True)
    (found,) = sweeps_of(runs)
    assert np.isfinite(found.score).tolist() == [True, False]
    cut = replace(runs[1], finished=False, history={**runs[1].history, "loss": runs[1].history["loss"][:3]})
    whole, stopped = sweeps_of([runs[0], runs[2], cut])
    assert whole.lrs.tolist() == [0.03, 0.1]
    assert stopped.settings["stopped"] == 3
    assert sweep_names([whole, stopped]) == ["SGD", "SGD, stopped at step 3"]


def test_a_sweep_of_momentum_has_four_names():
    walks = [ls.optimizers.parse(f"momentum:momentum={m}") for m in (0.5, 0.8, 0.9, 0.99)]
    found = [ls.Sweep(one, np.array([0.1, 1.0]), np.array([1.0, 2.0]), "loss") for one in walks]
    assert sweep_names(found) == [
        "Momentum, momentum 0.5",
        "Momentum, momentum 0.8",
        "Momentum",
        "Momentum, momentum 0.99",
    ]


@pytest.mark.parametrize(("lrs", "labels"), [([0.03, 0.1], {"0.04", "0.1"}), ([1e-4, 1.0], {"10⁻³", "10⁻²"})])
def test_rates_within_a_decade_are_told(lrs, labels):
    """Where an axis holds one power of 10, or none, its number alone tells no rate."""
    with ls.figures.style():
        figure = plt.figure()
        ls.figures.sweep(ls.Sweep(ls.optimizers.SGD(), np.array(lrs), np.ones(2), "loss"), figure.subplots())
        figure.canvas.draw()
        assert labels <= {label.get_text() for label in figure.axes[0].get_xticklabels()}
