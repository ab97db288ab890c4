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
    ("lr", "sharpness"),
    # From λ ≈ 100 at (10, .3): below 2/λ it stays, above it is thrown out and lands where it is flatter.
    [(0.0195, 98.7), (0.021, 89.3), (0.03, 7.5)],
)
def test_catapult_of_the_relu_pair(lr, sharpness):
    pair = ls.terrains.get("relu_pair")
    walk = ls.descend(pair, ls.optimizers.SGD(lr), [10.0, 0.3], steps=3000)
    assert walk.loss[-1] < 1e-12
    assert np.linalg.eigvalsh(pair.hessian(walk.x[-1]))[-1] == pytest.approx(sharpness, rel=0.01)


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
