"""Bottoms of valleys and saddles, beside closed forms."""

import numpy as np
import pytest

import landscape as ls
from landscape.terrains.turned import TurnedTerrain
from landscape.walks.stationary import bottom, saddle


@pytest.mark.parametrize(
    ("terrain", "point", "curvatures"),
    [
        ("saddle", (0, 0), (-1, 1)),
        ("x^2 - y^2 + 0.1*y^4", (0, 0), (-2, 2)),
        ("(x-1)*(y+0.5)", (1, -0.5), (-1, 1)),
        ("sin(x)*cos(y)", (0, -np.pi / 2), (-1, 1)),
    ],
)
def test_saddles(terrain, point, curvatures):
    found = saddle(ls.terrains.parse(terrain), (0.0, -1.0) if "sin" in terrain else None)
    assert found.point == pytest.approx(point, abs=1e-9)
    assert found.curvatures == pytest.approx(curvatures)
    assert np.abs(found.directions @ found.directions.T) == pytest.approx(np.eye(2))


@pytest.mark.parametrize("terrain", ["monkey_saddle", "x^2 + y^2", "x + y", "log(x + 2) + y^2"])
def test_where_there_is_none(terrain):
    with pytest.raises(ValueError, match="has no saddle: nowhere in its domain"):
        saddle(ls.terrains.parse(terrain))


def test_bottoms():
    ravine = bottom(ls.terrains.get("ravine", kappa=30.0))
    assert ravine.point == pytest.approx((0, 0))
    assert ravine.curvatures == pytest.approx((1, 30))
    himmelblau = ls.terrains.get("himmelblau")
    assert bottom(himmelblau, (-4.0, -4.0)).point == pytest.approx((-3.77931, -3.28319), abs=1e-5)
    with pytest.raises(ValueError, match="'saddle' has no valley: no isolated minimum"):
        bottom(ls.terrains.get("saddle"))


def test_a_turned_ravine_is_the_ravine_of_that_angle():
    turned = TurnedTerrain(ls.terrains.get("ravine", kappa=30.0), 45.0)
    same = ls.terrains.get("ravine", kappa=30.0, angle=45.0)
    points = np.random.default_rng(0).uniform(-5, 5, (20, 2))
    for part in ("value", "gradient", "hessian"):
        assert getattr(turned, part)(points) == pytest.approx(getattr(same, part)(points))
    assert turned.start == pytest.approx(same.start)
    assert np.all(np.transpose(turned.domain)[0] < turned.start)
    kept = TurnedTerrain(ls.terrains.get("rosenbrock"), 30.0, (1.0, 1.0))
    assert kept.minima == pytest.approx(np.array([[1.0, 1.0]]))
