"""What the story stands on: grounds of one network's weights, one path of its error, and three places."""

from dataclasses import replace

import numpy as np
import pytest

import landscape as ls
from landscape.evidence import real_grounds, stability, three_places
from landscape.evidence.one_path import strongest_path
from landscape.optimizers import SGD


@pytest.fixture
def ground(mnist, monkeypatch):
    """Of ReLU, with few images, points and steps."""
    small = ls.datasets.Dataset(
        "mnist", mnist.x_train[:640], mnist.y_train[:640], mnist.x_test[:100], mnist.y_test[:100]
    )
    monkeypatch.setattr(ls.datasets, "load", lambda *_: small)
    for name, count in (("FINE", 9), ("_COARSE", 9), ("SEEN", 50), ("_SNAPSHOTS", 5)):
        monkeypatch.setattr(real_grounds, name, count)
    for one in (real_grounds.trained, real_grounds.real_ground):
        one.cache_clear()
    yield real_grounds.real_ground("relu")
    for one in (real_grounds.trained, real_grounds.real_ground):
        one.cache_clear()


def test_another_activation_is_another_ground_of_the_same_weights(ground):
    sample = real_grounds._digits().sample(50)
    for activation in ("identity", "sigmoid"):
        found, wide = real_grounds.with_activation(ground, activation)
        assert found.domain == ground.surface.domain
        net = ls.MLP(real_grounds.SIZES, activation)
        params = ground.surface.plane.at([found.xs[2], found.ys[6]]).astype(np.float32)
        assert found.loss[6, 2] == pytest.approx(net.loss_value(params, sample.x, sample.y), rel=1e-4)
        assert wide.coarser.xs[0] < found.xs[0] < found.xs[-1] < wide.coarser.xs[-1]


def test_matrices_without_an_activation_are_one(ground):
    through, at_once = real_grounds.as_one_matrix(ground.runs["sgd"].snapshots[0], images=20)
    assert through.shape == (20, 10)
    np.testing.assert_allclose(through, at_once, rtol=1e-9, atol=1e-9)


def test_the_walks_of_a_ground_are_its_runs(ground):
    for name, run in ground.runs.items():
        walk = ground.walks[name]
        xy, residual = ground.surface.plane.project(run.snapshots[-1])
        np.testing.assert_allclose(walk.x[-1], xy, rtol=1e-6, atol=1e-6)
        assert walk.residual[-1] == pytest.approx(residual, rel=1e-3, abs=1e-3)
        assert (walk.x[-1] > np.array(ground.surface.domain)[:, 0]).all()
        assert (walk.x[-1] < np.array(ground.surface.domain)[:, 1]).all()


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_the_error_on_one_path_by_hand(activation, mnist):
    """Weight by weight and slope by slope; it is the strongest of the first step, and no path has more than all."""
    found = strongest_path(activation, digit=3)
    net = ls.MLP(real_grounds.SIZES, activation, {"sigmoid": "glorot", "relu": "he"}[activation], dtype="float64")
    trace = net.trace(net.params, mnist.x_train[3:4], mnist.y_train[3:4])
    weights = [w for w, _ in net.layers(net.params)]
    share = 1.0
    for k, (unit, after) in enumerate(zip(found.units[1:], found.units, strict=False)):
        w, z = weights[-1 - k], trace.z[-2 - k][0]
        s = 1 / (1 + np.exp(-z))
        slopes = s * (1 - s) if activation == "sigmoid" else (z > 0).astype(float)
        assert found.slopes[k] == pytest.approx(slopes[unit])
        assert abs(w[unit, after] * slopes[unit]) == pytest.approx(np.abs(w[:, after] * slopes).max())
        share *= abs(w[unit, after] * slopes[unit])
        assert found.shares[k + 1] == pytest.approx(share)
    np.testing.assert_array_equal(found.open, [z[0] > 0 if activation == "relu" else z[0] < 1e9 for z in trace.z[:-1]])
    assert len(found.layers) == len(found.shares) == len(real_grounds.SIZES) - 1


@pytest.fixture
def few_rates(monkeypatch):
    monkeypatch.setattr(three_places, "_PER_DECADE", 1)
    places = (three_places.ravine, three_places.saddle, three_places.cliff)
    for one in places:
        one.cache_clear()
    yield places
    for one in places:
        one.cache_clear()


def test_three_places_have_their_accidents(few_rates):
    ravine, saddle, cliff = (place() for place in few_rates)
    for place in (ravine, saddle, cliff):
        assert isinstance(place.accident.optimizer, SGD)
        for one in place.tuned:
            np.testing.assert_allclose(one.walk.x[0], place.tuned[0].walk.x[0])
            if np.isfinite(one.needed):
                assert one.walk.loss[-1] <= place.target < one.walk.loss[-2]
    # From wall to wall: the slope across changes its sign with every step, once it has come to the valley.
    across = ravine.accident.gradient[2:40, 0]
    assert (across[1:] * across[:-1] < 0).all()
    # The saddle is at 0, with a loss of a half; the walk is near it for long, and gets away.
    near = np.linalg.norm(saddle.accident.x, axis=1).argmin()
    assert abs(saddle.accident.loss[near] - 0.5) < 0.05
    assert saddle.accident.loss[-1] < 0.01
    assert three_places.stalled(saddle.accident) >= 10
    # One step at the cliff is a flight beside all others.
    steps = np.linalg.norm(np.diff(cliff.accident.x, axis=0), axis=1)
    assert steps.max() > 50 * np.median(steps)


def test_what_is_thrown_to_where_relu_is_shut_stays_there():
    walk = three_places.dead()
    last = int(np.argmax(walk.x[:, 0] <= 0))
    assert 0 < last < len(walk.x) - 2
    assert (walk.gradient[last:] == 0).all()
    assert (walk.x[last:] == walk.x[last]).all()
    low, high = np.transpose(walk.terrain.domain)
    assert ((walk.x[last] > low) & (walk.x[last] < high)).all()


def test_a_stall_is_the_longest_time_without_a_fall():
    walk = three_places.saddle().accident
    loss = np.array([10.0, 5.0, 4.95, 4.94, 4.9, 2.0, 1.95, 0.0])
    assert three_places.stalled(replace(walk, loss=loss)) == 3


def test_a_walker_rests_where_two_over_its_rate_lets_it():
    """On the floor, where the product of the weights is 1, the sharpness is the sum of their squares."""
    valley = stability.in_a_valley()
    for k, walk in enumerate(valley.walks):
        end = walk.x[-1]
        assert end[0] * end[1] == pytest.approx(1, abs=0.15)
        assert valley.sharpness(k) == pytest.approx(end @ end, rel=0.1)
        assert valley.sharpness(k) < 2 / walk.lr_at(0)
        if k:
            np.testing.assert_array_equal(walk.x[0], valley.walks[k - 1].x[-1])
            assert valley.sharpness(k - 1) > 2 / walk.lr_at(0)


def test_sharpness_is_measured_over_both_phases(monkeypatch):
    monkeypatch.setattr(stability, "_EPOCHS", 40)
    monkeypatch.setattr(stability, "_EVERY", 10)
    monkeypatch.setattr(stability, "IMAGES", 50)
    found = stability.of_a_network()
    assert found.changes == [40]
    assert found.steps[0] == 0
    assert (np.diff(found.steps) >= 0).all()
    assert found.steps[-1] == 80
    np.testing.assert_array_equal(np.unique(found.edge), sorted(2 / rate for rate in stability.RATES))
    assert (found.sharpness > 0).all()
