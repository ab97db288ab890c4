"""Optimizers against PyTorch, and the properties that their contract promises."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import landscape as ls

GOLDEN = np.load(Path(__file__).parent / "golden" / "torch_optimizers.npz")
ALL = [ls.optimizers.get(name) for name in ls.optimizers.names()]


@pytest.mark.parametrize("key", sorted(GOLDEN.files))
def test_equals_pytorch(key):
    notation, terrain, angle = key.split("|")
    ground = ls.terrains.get(terrain, angle=float(angle)) if terrain == "ravine" else ls.terrains.get(terrain)
    walk = ls.descend(ground, ls.optimizers.parse(notation), steps=len(GOLDEN[key]) - 1)
    np.testing.assert_allclose(walk.x, GOLDEN[key], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("optimizer", ALL, ids=lambda one: one.name)
@pytest.mark.parametrize("shape", [(2,), (5, 2), (17,)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pure_and_in_place_agree_bit_for_bit(optimizer, shape, dtype, rng):
    x = rng.normal(size=shape).astype(dtype)
    pure, inplace = x.copy(), x.copy()
    pure_state, state = optimizer.init(pure), optimizer.init(inplace)
    for _ in range(20):
        gradient = rng.normal(size=shape).astype(dtype)
        before = {key: np.copy(value) for key, value in pure_state.items()}
        delta, new_state = optimizer.update(gradient, pure_state, pure)
        for key, value in before.items():
            np.testing.assert_array_equal(pure_state[key], value)
        pure, pure_state = pure + delta, new_state
        optimizer.step_(inplace, gradient, state)
        np.testing.assert_array_equal(pure, inplace)
    assert inplace.dtype == dtype


@pytest.mark.parametrize("optimizer", ALL, ids=lambda one: one.name)
def test_notation_reads_back(optimizer):
    assert ls.optimizers.parse(ls.optimizers.text(optimizer)) == optimizer


def test_adam_ignores_the_scale_of_the_gradient():
    rosenbrock, adam = ls.terrains.get("rosenbrock"), ls.optimizers.Adam(lr=0.01)
    paths = []
    for scale in (1e-3, 1.0, 1e3):
        x = rosenbrock.start.copy()
        state = adam.init(x)
        for _ in range(100):
            adam.step_(x, scale * rosenbrock.gradient(x), state)
        paths.append(x)
    # Reference: where Adam is after 100 steps at lr .01 from (−1.2, 1).
    np.testing.assert_allclose(paths[1], [-1.0435756, 1.0938827], atol=1e-7)
    np.testing.assert_allclose(paths[0], paths[1], atol=1e-7)
    np.testing.assert_allclose(paths[2], paths[1], atol=1e-8)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("adma", "did you mean 'adam'"),
        ("adam:lr=fast", "lr = 'fast'"),
        ("adam:lr=-1", "lr = -1.0"),
        ("adam:bata1=0.9", "did you mean 'beta1'"),
        ("adam:beta1=1.5", r"must lie in \[0, 1\)"),
        ("adam:lr", "key=value"),
    ],
)
def test_bad_notation_is_named(text, message):
    with pytest.raises(ValueError, match=message):
        ls.optimizers.parse(text)
