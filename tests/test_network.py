"""The network, its data and its training."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls


@pytest.mark.parametrize("activation", ls.activations.names())
@pytest.mark.parametrize("sizes", [(6, 4), (6, 5, 4), (6, 8, 7, 4)])
def test_gradient_against_differences(activation, sizes, rng):
    net = ls.MLP(sizes, activation, "glorot", dtype=np.float64)
    params = net.params + 0.1 * rng.normal(size=net.params.size)
    x, y = rng.normal(size=(9, 6)), rng.integers(0, 4, size=9)
    _, gradient = net.loss_and_gradient(params, x, y)

    def slope(direction, h=1e-3):
        def central(s):
            return (net.loss_value(params + s * direction, x, y) - net.loss_value(params - s * direction, x, y)) / (
                2 * s
            )

        return (4 * central(h / 2) - central(h)) / 3

    numeric = np.array([slope(axis) for axis in np.eye(params.size)])
    np.testing.assert_allclose(gradient, numeric, atol=1e-8)


def test_layers_are_views_in_order():
    net = ls.MLP((3, 2, 4))
    (w1, b1), (w2, b2) = net.layers(np.arange(net.params.size))
    assert [w1.shape, b1.shape, w2.shape, b2.shape] == [(3, 2), (2,), (2, 4), (4,)]
    np.testing.assert_array_equal(np.concatenate([part.ravel() for part in (w1, b1, w2, b2)]), np.arange(20))


@pytest.mark.parametrize(("init", "variance"), [("he", 2 / 400), ("glorot", 2 / 700)])
def test_initial_weights_have_their_variance(init, variance):
    (w, b), _ = (net := ls.MLP((400, 300, 10), init=init)).layers(net.params)
    assert w.var() == pytest.approx(variance, rel=0.02)  # 120,000 draws: standard error 0.4 %
    assert not b.any()


def test_training_learns_and_repeats_itself(mnist, runs):
    sgd, adam = runs
    assert sgd.test_accuracy > 0.8
    assert adam.test_accuracy > 0.85
    again = ls.train(ls.MLP((784, 32, 10)), mnist.subset(3200), adam.optimizer, snapshots=40)
    np.testing.assert_array_equal(again.params, adam.params)
    np.testing.assert_array_equal(adam.snapshots[0], ls.MLP((784, 32, 10)).params)
    np.testing.assert_array_equal(adam.snapshots[-1], adam.params)
    assert adam.network.accuracy(adam.params, mnist.x_test, mnist.y_test) == adam.test_accuracy


def test_divergence_is_recorded(mnist):
    run = ls.train(ls.MLP((784, 32, 10)), mnist.subset(640), ls.optimizers.SGD(1e30), epochs=3)
    assert run.diverged
    assert np.isfinite(run.history["loss"]).all()


def test_run_folder_reads_back(runs, tmp_path):
    from safetensors.numpy import load_file

    folder = runs[1].save(tmp_path / "run")
    loaded = ls.Run.load(folder)
    np.testing.assert_array_equal(loaded.snapshots, runs[1].snapshots)
    assert loaded.settings == runs[1].settings
    assert loaded.optimizer == runs[1].optimizer
    assert loaded.test_accuracy == runs[1].test_accuracy
    weights = load_file(folder / "weights.safetensors")
    np.testing.assert_array_equal(weights["0.weight"].T, runs[1].network.layers(runs[1].params)[0][0])
    assert {path.name for path in folder.iterdir()} == {
        "run.json",
        "history.npz",
        "snapshots.npy",
        "weights.safetensors",
    }


def test_damaged_files_are_named(runs, tmp_path):
    folder = runs[0].save(tmp_path / "run")
    snapshots = folder / "snapshots.npy"
    snapshots.write_bytes(snapshots.read_bytes()[:500])
    with pytest.raises(ls.RunError, match="damaged"):
        ls.Run.load(folder)
    with pytest.raises(ls.RunError, match="not a run folder"):
        ls.Run.load(tmp_path)
