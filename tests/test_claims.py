"""The numbers of the story on analytic terrains: what theory says, and what was measured and published with it."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls


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
