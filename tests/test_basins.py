"""Minima that are found, and where walks end."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls
from landscape.basins import DIVERGED, ON_THE_WAY, lowest_loss, minima


@pytest.mark.parametrize(
    ("name", "count"),
    # By their authors; Rastrigin has a minimum near each of the 11 × 11 whole numbers of its domain.
    [
        *(("rosenbrock", 1), ("goldstein_price", 4), ("himmelblau", 4), ("six_hump_camel", 6), ("styblinski_tang", 4)),
        *(("rastrigin", 121), ("saddle", 0), ("relu_pair", 0), ("sigmoid_chain", 0)),
    ],
)
def test_all_minima_are_found(name, count):
    terrain = ls.terrains.get(name)
    found = minima(terrain)
    assert len(found) == count
    losses = terrain.value(found)
    assert (np.diff(losses) >= 0).all()
    np.testing.assert_allclose(terrain.gradient(found), 0, atol=1e-8)
    if count:
        np.testing.assert_allclose(lowest_loss(terrain), terrain.value(terrain.minima).min(), atol=1e-12)


@pytest.mark.parametrize(
    ("ground", "low"),
    [("5+(x-y)^2", 5.0), ("1+abs(x)+abs(y)", 1.0), ("x+y^2", -3.0), ("relu_pair", 0.0), ("saddle", -2.0)],
)
def test_lowest_loss_need_not_be_isolated(ground, low):
    # Along a line, at a kink, and at the border of the domain, which is −3 … 3 for formulas and −2 … 2 for the saddle.
    assert lowest_loss(ls.terrains.parse(ground)) == pytest.approx(low, abs=1e-7)


def test_small_steps_follow_the_gradient_s_basins():
    # By symmetry each quarter of ½x² ± … belongs to its own minimum: L = (x² − 1)² + (y² − 1)².
    terrain = ls.terrains.parse("(x^2 - 1)^2 + (y^2 - 1)^2", domain=((-2, 2), (-2, 2)))
    found = ls.basins(terrain, "sgd:lr=0.01", resolution=20)
    np.testing.assert_allclose(np.sort(found.minima, axis=None), [-1] * 4 + [1] * 4, atol=1e-9)
    starts = np.stack(np.meshgrid(found.xs, found.ys), axis=-1)
    np.testing.assert_allclose(found.minima[found.reached], np.sign(starts), atol=1e-9)
    assert [found.share(k) for k in range(4)] == [0.25] * 4
    assert found.lowest.tolist() == [0, 1, 2, 3]
    assert found.share(ON_THE_WAY) == found.share(DIVERGED) == 0


def test_walks_that_end_nowhere_are_told_apart():
    ravine = ls.terrains.get("ravine")
    assert ls.basins(ravine, "sgd:lr=1", resolution=6).share(DIVERGED) == 1
    assert ls.basins(ravine, "sgd:lr=1e-6", resolution=6).share(ON_THE_WAY) == 1
    assert ls.basins(ravine, "adam:lr=0.5", resolution=6).share(0) == 1
