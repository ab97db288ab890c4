"""The numbers of the story on analytic terrains: what theory says, and what was measured and published with it."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls

RAVINE = ls.terrains.get("ravine")


def test_gradient_descent_on_a_ravine():
    # Rate (κ−1)/(κ+1) a step at lr = 2/(κ+1): .9802 and 346 steps at κ = 100; beyond lr = 2/κ it diverges.
    walk = ls.descend(RAVINE, ls.optimizers.SGD(2 / 101), [10.0, 1.0], steps=400)
    np.testing.assert_allclose(walk.loss[1:100] / walk.loss[:99], (99 / 101) ** 2, rtol=1e-9)
    assert walk.steps_to(1e-6 * walk.loss[0]) == 346
    assert ls.descend(RAVINE, ls.optimizers.SGD(0.0201), [0.0, 1.0], steps=400).loss[-1] > 100


@pytest.mark.parametrize(
    ("depth", "walker", "arrival"),
    [(10, "sgd:lr=10", 4500), (10, "adam:lr=0.05", 80), (5, "sgd:lr=10", 58), (5, "adam:lr=0.05", 104)],
)
def test_chain_of_sigmoids(depth, walker, arrival):
    # Reference figures, which are the first steps at which L ≤ 1e-4.
    walk = ls.descend(ls.terrains.get("sigmoid_chain", depth=depth), walker, steps=arrival + 10)
    assert walk.steps_to(1e-4) == arrival


def test_slow_walk_on_the_plateau_of_the_chain():
    # SGD at lr 1 has not arrived after 20,000 steps; it moved by less than a tenth.
    walk = ls.descend(ls.terrains.get("sigmoid_chain"), "sgd:lr=1", steps=20_000, record=20_000)
    assert np.abs(walk.x[-1] - walk.x[0]).max() < 0.1


@pytest.mark.parametrize(("loss", "arrival"), [("mse", 3373), ("cross_entropy", 35)])
def test_neuron_that_is_wrong_and_certain(loss, arrival):
    # Both walks count as there when the mean squared error ½(p − y)² is .01 or less.
    mse, ground = ls.terrains.get("neuron", loss="mse"), ls.terrains.get("neuron", loss=loss)
    walk = ls.descend(ground, ls.optimizers.SGD(1.0), [-12.0, 0.0], steps=arrival + 5)
    assert int(np.argmax(mse.value(walk.x) <= 0.01)) == arrival
    # By symmetry b stays 0. With the squared error that is a ridge: beside it the walk is caught where every answer is
    # 1, two of four wrong, L = ¼.
    np.testing.assert_array_equal(walk.x[:, 1], 0)
    beside = ls.descend(ground, ls.optimizers.SGD(1.0), steps=10_000)
    if loss == "mse":
        assert beside.loss[-1] == pytest.approx(0.25, rel=0.01)
        assert (mse.value(beside.x) > 0.2).all()
    else:
        assert int(np.argmax(mse.value(beside.x) <= 0.01)) == 36
