"""Compiled training beside NumPy's: the same losses, the same runs, whatever the threads, and what it does not do."""

from __future__ import annotations

from dataclasses import replace

import mpmath as mp
import numpy as np
import pytest

import landscape as ls
from landscape.compiled import engine, mathematics, trainer
from landscape.compiled.compiling import fused

OPTIMIZERS = [
    "sgd:lr=0.1",
    "momentum:lr=0.01,dampening=0.3,weight_decay=0.001",
    "nesterov:lr=0.01",
    "rmsprop:lr=0.001",
    "adam",
    "adamw:lr=0.003,weight_decay=0.1",
]
NETWORK = (784, 32, 10)


@pytest.fixture(scope="module")
def few(mnist):
    """200 steps of 32 images, and few to be read."""
    return replace(mnist.subset(6400), x_test=mnist.x_test[:500], y_test=mnist.y_test[:500])


@pytest.fixture(scope="module")
def small(mnist):
    """300 images of 21 pixels, none of which is 0."""
    x = mnist.x_train[:300, 300:321] + np.float32(0.001)
    return ls.datasets.Dataset("small", x, mnist.y_train[:300], x[:50], mnist.y_train[:50], scaling="as it is")


def both(net, data, optimizer, **given):
    return [ls.train(net, data, optimizer, snapshots=1, engine=one, **given) for one in ("numpy", "compiled")]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_losses_of_200_steps_are_those_of_numpy(few, optimizer):
    schedule = "cosine" if optimizer == "adam" else None
    plain, fast = both(ls.MLP(NETWORK), few, optimizer, schedule=schedule)
    np.testing.assert_allclose(fast.history["loss"], plain.history["loss"], rtol=1e-6)
    np.testing.assert_allclose(fast.history["gradient_norm"], plain.history["gradient_norm"], rtol=1e-5)
    np.testing.assert_allclose(fast.history["update_ratio"], plain.history["update_ratio"], rtol=1e-3)
    assert (fast.settings["engine"], plain.settings["engine"]) == ("compiled", "numpy")
    assert fast.setup == plain.setup  # repetitions of one setup, whichever computed them


@pytest.mark.parametrize("kind", ["identity", "sigmoid", "tanh", "relu", "leaky_relu:slope=0.2", "gelu", "silu"])
@pytest.mark.parametrize("loss", ["cross_entropy:label_smoothing=0.1", "mse:label_smoothing=0.2"])
@pytest.mark.parametrize("size", [7, 32])
def test_layers_of_any_width_and_batches_of_any_size(small, kind, loss, size):
    # None of them fills a vector, nor a tile.
    net = ls.MLP((21, 19, 5, 33, 10), kind, "glorot", loss)
    plain, fast = both(net, small, "momentum:lr=0.02", batch_size=size)
    np.testing.assert_allclose(fast.history["loss"], plain.history["loss"], rtol=2e-6)
    np.testing.assert_allclose(fast.params, plain.params, rtol=1e-4, atol=2e-6)


def test_softmax_regression_on_sparse_and_on_dense_images(few):
    for data in (few.subset(320), few.subset(320).standardised()):
        plain, fast = both(ls.MLP((784, 10)), data, "sgd:lr=0.05")
        np.testing.assert_allclose(fast.history["loss"], plain.history["loss"], rtol=1e-6)


def test_one_thread_or_two_in_steps_of_any_number_at_once(few, monkeypatch):
    def trained(threads, at_once):
        monkeypatch.setattr(trainer, "_cores", lambda: threads)
        monkeypatch.setattr("landscape.training.session._MOST_AT_ONCE", at_once)
        net, data = ls.MLP((784, 20, 20, 10), "tanh"), few.subset(1600)
        return [ls.train(net, data, one, snapshots=1, engine="compiled").params for one in ("sgd:lr=0.1", "adam")]

    one = trained(1, 256)
    for other in (trained(2, 256), trained(2, 1), trained(1, 7)):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("optimizer", "scale"),
    [("sgd:lr=30", 1.0), ("sgd:lr=1e30", 1.0), ("adam:lr=1e38", 1.0), ("momentum:lr=3e38", 1.0), ("sgd:lr=0.1", 1e25)],
)
def test_a_run_diverges_at_the_same_step(few, optimizer, scale):
    net = ls.MLP(NETWORK)
    net.params *= np.float32(scale)
    plain, fast = both(net, few, optimizer)
    assert plain.diverged
    assert fast.diverged_at == plain.diverged_at
    steps = plain.diverged_at
    np.testing.assert_allclose(fast.history["loss"][: steps - 1], plain.history["loss"][: steps - 1], rtol=1e-3)
    np.testing.assert_array_equal(np.isfinite(fast.params), np.isfinite(plain.params))


def test_a_run_goes_on_with_its_engine(few, tmp_path, monkeypatch):
    def stop(status):
        if status.step >= 60:
            raise KeyboardInterrupt

    net, given = ls.MLP(NETWORK), {"measure": 20, "snapshots": 10}
    whole = ls.train(net, few, "adam", engine="compiled", **given)
    with pytest.raises(KeyboardInterrupt):
        ls.train(net, few, "adam", engine="compiled", out=tmp_path / "a", checkpoint_every=1e-3, progress=stop, **given)
    with pytest.raises(ValueError, match="engine = numpy, but the run began with compiled"):
        ls.train(net, few, "adam", engine="numpy", out=tmp_path / "a", resume=True, **given)
    monkeypatch.setenv("LANDSCAPE_ENGINE", "numpy")
    run = ls.train(net, few, "adam", out=tmp_path / "a", resume=True, **given)
    assert ls.Run.summary(tmp_path / "a")["settings"]["engine"] == "compiled"
    np.testing.assert_array_equal(run.params, whole.params)
    np.testing.assert_array_equal(run.snapshots, whole.snapshots)
    for name, values in whole.history.items():
        np.testing.assert_array_equal(run.history[name], values, err_msg=name)


def test_which_engine_computes(few, monkeypatch):
    def named(optimizer="adam", images=few, **given):
        net = ls.MLP((6, 10), **given.pop("net", {})) if images is None else ls.MLP(NETWORK, **given.pop("net", {}))
        return ls.train(net, images, optimizer, epochs=0, **given).settings["engine"]

    assert named() == "numpy"  # so little is done sooner than a compiler is loaded
    assert named(engine="compiled") == "compiled"
    monkeypatch.setenv("LANDSCAPE_ENGINE", "compiled")
    assert named() == "compiled"
    assert named(engine="numpy") == "numpy"
    with pytest.raises(ValueError, match="lion is not compiled"):
        named("lion")
    with pytest.raises(ValueError, match="mish is not compiled"):
        named(net={"activation": "mish"})
    with pytest.raises(ValueError, match="float64 is not compiled"):
        named(net={"dtype": "float64"})
    with pytest.raises(ValueError, match=r"batches of 600 images .* up to 512"):
        named(batch_size=600)
    monkeypatch.setenv("LANDSCAPE_ENGINE", "compield")
    with pytest.raises(ValueError, match=r"LANDSCAPE_ENGINE 'compield'.*did you mean 'compiled'"):
        named()
    with pytest.raises(ValueError, match=r"engine 'numpi'.*did you mean 'numpy'"):
        named(engine="numpi")
    monkeypatch.delenv("LANDSCAPE_ENGINE")
    assert engine.chosen("auto") == "compiled"
    assert engine.chosen("auto", pays=False) == engine.chosen("auto", cannot="it is too large") == "numpy"
    monkeypatch.setattr(engine, "installed", lambda: False)
    assert engine.chosen("auto") == "numpy"
    with pytest.raises(ls.LandscapeError, match="needs numba, which is not installed"):
        named(engine="compiled")


def test_a_subclass_is_not_taken_for_what_it_comes_from(few):
    class Mine(ls.optimizers.Adam):
        pass

    assert "is not compiled" in trainer.cannot(ls.MLP(NETWORK), Mine(), 32)
    assert not trainer.cannot(ls.MLP(NETWORK), ls.optimizers.Adam(), 32)


@fused
def _all(z, out):
    for k in range(z.shape[0]):
        out[0, k] = mathematics.power(z[k])
        out[1, k], out[2, k] = mathematics.sigmoid(z[k])
        out[3, k], out[4, k] = mathematics.tanh(z[k])
        out[5, k], out[6, k] = mathematics.normal(z[k])


def test_exponentials_beside_fifty_digits():
    z = np.concatenate([np.linspace(-30, 30, 301), np.linspace(-1, 1, 100), [0.0, 1e-20, -1e-7]]).astype(np.float32)
    out = np.empty((7, len(z)), np.float32)
    _all(z, out)
    with mp.workdps(50):
        numbers = list(map(mp.mpf, z.tolist()))
        slope = [mp.sech(one / 2) ** 2 / 4 for one in numbers]
        exact = [
            [mp.exp(one) for one in numbers],
            [1 / (1 + mp.exp(-one)) for one in numbers],
            slope,
            [mp.tanh(one) for one in numbers],
            [mp.sech(one) ** 2 for one in numbers],
            [mp.ncdf(one) for one in numbers],
            [mp.npdf(one) for one in numbers],
        ]
    exact = np.array(exact, dtype=np.float64)
    shown = np.abs(exact) > 1e-30
    # A unit in the last place is 1.2e-7; squares in the exponent of Φ lose another with their size.
    allowed = 4e-7 + np.where(np.arange(7)[:, None] > 4, 1.5e-7 * z**2, 0)
    assert (np.abs(out - exact)[shown] <= (allowed * np.abs(exact))[shown]).all()
