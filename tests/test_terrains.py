"""Terrains against finite differences and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls


def differences(f, xy, h=3e-4):
    """Derivative of f by each coordinate, by Richardson's extrapolation of central differences: error O(h⁴)."""
    columns = []
    for axis in np.eye(2):
        coarse, fine = ((f(xy + s * axis) - f(xy - s * axis)) / (2 * s) for s in (h, h / 2))
        columns.append((4 * fine - coarse) / 3)
    return np.stack(columns, axis=-1)


def points(terrain, rng, n=200):
    low, high = np.transpose(terrain.domain)
    xy = rng.uniform(low, high, size=(n, 2))
    # Away from the kink of ReLU, where no derivative exists.
    return xy[np.abs(xy[:, 0]) > 0.01] if terrain.name == "relu_pair" else xy


TERRAINS = [
    *(ls.terrains.get(name) for name in ls.terrains.names()),
    ls.terrains.get("ravine", angle=30.0),
    ls.terrains.get("saddle", bound=0.5),
    ls.terrains.get("sigmoid_chain", depth=3),
]


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
def test_derivatives(terrain, rng):
    xy = points(terrain, rng)
    gradient, hessian = terrain.gradient(xy), terrain.hessian(xy)
    scale = max(1.0, np.abs(gradient).max())
    np.testing.assert_allclose(gradient, differences(terrain.value, xy), rtol=1e-8, atol=1e-8 * scale)
    scale = max(1.0, np.abs(hessian).max())
    np.testing.assert_allclose(hessian, differences(terrain.gradient, xy), rtol=1e-6, atol=1e-8 * scale)


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
def test_minima_are_minima(terrain):
    for minimum in terrain.minima:
        np.testing.assert_allclose(terrain.gradient(minimum), 0, atol=1e-12)
        assert np.linalg.eigvalsh(terrain.hessian(minimum)).min() > 0


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
def test_batches_have_their_shapes(terrain):
    xy = np.broadcast_to(terrain.start, (3, 4, 2))
    assert terrain.value(xy).shape == (3, 4)
    assert terrain.gradient(xy).shape == (3, 4, 2)
    assert terrain.hessian(xy).shape == (3, 4, 2, 2)
    np.testing.assert_array_equal(terrain.gradient(xy)[1, 2], terrain.gradient(terrain.start))


def test_turned_ravine_has_the_same_curvatures():
    turned = ls.terrains.get("ravine", kappa=50.0, angle=33.0)
    np.testing.assert_allclose(np.linalg.eigvalsh(turned.hessian(turned.start)), [1, 50], rtol=1e-12)


def test_deep_chain_is_a_plateau():
    # Reference: the chain's gradient norm at (1, 1) is 3e-6 at depth 10.
    chain = ls.terrains.get("sigmoid_chain", depth=10)
    assert np.linalg.norm(chain.gradient([1.0, 1.0])) == pytest.approx(3e-6, rel=0.15)


def test_dead_unit_has_no_gradient():
    pair = ls.terrains.get("relu_pair")
    np.testing.assert_array_equal(pair.gradient([-0.5, 2.0]), 0)
    assert pair.value([-0.5, 2.0]) == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ls.terrains.get("ravin"), "did you mean 'ravine'"),
        (lambda: ls.terrains.get("ravine", kapa=3.0), "did you mean 'kappa'"),
        (lambda: ls.terrains.get("ravine", kappa=-1.0), "kappa = -1.0"),
        (lambda: ls.terrains.parse("ravine:kappa=big"), "must be a number"),
        (lambda: ls.terrains.get("rosenbrock").value([1.0, 2.0, 3.0]), "last axis"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
