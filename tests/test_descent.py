"""Walks: records, many starts, divergence, and the numbers of the quadratic's theory."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls

ROSENBROCK = ls.terrains.get("rosenbrock")


def test_record_holds_what_the_optimizer_saw():
    walk = ls.descend(ROSENBROCK, ls.optimizers.Adam(0.05), steps=30)
    np.testing.assert_array_equal(walk.loss, ROSENBROCK.value(walk.x))
    np.testing.assert_array_equal(walk.gradient, ROSENBROCK.gradient(walk.x))
    np.testing.assert_allclose(np.diff(walk.x, axis=0), walk.state["delta"][1:], atol=1e-15)


@pytest.mark.parametrize(("record", "steps"), [("all", range(11)), ("last", [10]), (4, [0, 4, 8, 10])])
def test_record_chooses_rows(record, steps):
    full = ls.descend(ROSENBROCK, ls.optimizers.Adam(0.05), steps=10)
    walk = ls.descend(ROSENBROCK, ls.optimizers.Adam(0.05), steps=10, record=record)
    np.testing.assert_array_equal(walk.steps, list(steps))
    np.testing.assert_array_equal(walk.x, full.x[list(steps)])


@pytest.mark.parametrize("name", ls.optimizers.names())
def test_many_starts_equal_single_walks_and_divergence_stays_alone(name, rng):
    optimizer = ls.optimizers.get(name, lr=0.0005)
    starts = rng.uniform(-1, 1, size=(6, 2))
    starts[2] = 1e150  # overflows at once
    together = ls.descend(ROSENBROCK, optimizer, starts, steps=40)
    for k in (0, 1, 3, 4, 5):
        alone = ls.descend(ROSENBROCK, optimizer, starts[k], steps=40)
        np.testing.assert_array_equal(together.x[:, k], alone.x)
        assert not together.diverged[k]
    assert together.diverged[2]
    assert np.isnan(together.x[1:, 2]).all()


def test_gradient_descent_on_a_ravine_follows_theory():
    # Rate (κ−1)/(κ+1) a step at lr = 2/(κ+1); 346 steps to 1e-6 of the first loss at κ = 100.
    ravine = ls.terrains.get("ravine", kappa=100.0)
    walk = ls.descend(ravine, ls.optimizers.SGD(2 / 101), [10.0, 1.0], steps=400)
    np.testing.assert_allclose(walk.loss[1:100] / walk.loss[:99], (99 / 101) ** 2, rtol=1e-9)
    assert walk.steps_to(1e-6 * walk.loss[0]) == 346
    assert ls.descend(ravine, ls.optimizers.SGD(0.0201), [0.0, 1.0], steps=400).loss[-1] > 100


def test_saddle_escape_follows_theory():
    # |y| grows by (1 + lr) a step: ln(1/ε)/ln(1 + lr) = 925.6 steps from 1e-4 to 1.
    walk = ls.descend(ls.terrains.get("saddle"), ls.optimizers.SGD(0.01), [1.0, 1e-4], steps=1000)
    assert int(np.argmax(np.abs(walk.x[:, 1]) >= 1)) == 926
    stuck = ls.descend(ls.terrains.get("saddle"), ls.optimizers.Adam(0.01), [1.0, 0.0], steps=1000)
    assert stuck.x[-1, 1] == 0


def test_settled_is_not_fooled_by_a_dip():
    walk = ls.Trajectory(
        ROSENBROCK,
        ls.optimizers.SGD(),
        np.arange(5),
        np.zeros((5, 3, 2)),
        np.array([[9, 9, 0], [1, 9, 0], [9, 1, 0], [1, 1, 0], [1, 9, 0]]),
    )
    np.testing.assert_array_equal(walk.steps_to(1), [1, 2, 0])
    np.testing.assert_array_equal(walk.settled_at(1), [3, -1, 0])


def test_noise_is_seeded():
    walks = [ls.descend(ROSENBROCK, ls.optimizers.SGD(1e-3), noise=1.0, seed=s, steps=20).x for s in (0, 0, 1)]
    np.testing.assert_array_equal(walks[0], walks[1])
    assert not np.array_equal(walks[0], walks[2])


@pytest.mark.parametrize(
    "bad", [{"steps": -1}, {"start": [1.0]}, {"start": [1.0, np.nan]}, {"record": 0}, {"noise": -1.0}]
)
def test_bad_input_is_refused(bad):
    with pytest.raises(ValueError, match="not allowed"):
        ls.descend(ROSENBROCK, ls.optimizers.SGD(), **bad)
