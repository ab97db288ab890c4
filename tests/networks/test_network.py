"""The network, its activations, losses and initialisers: derivatives against differences, formulas against PyTorch."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

import landscape as ls
from landscape.networks import hessian as products
from landscape.networks import over_images, passes

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "torch_training.npz")
ACTIVATIONS = [*ls.activations.names(), "elu:alpha=2", "leaky_relu:slope=0.2"]
LOSSES = [f"{name}{smoothing}" for name in ls.losses.names() for smoothing in ("", ":label_smoothing=0.1")]
KINKED = ("relu", "leaky_relu", "elu")
DEPTHS = {0: (5, 4), 1: (5, 6, 4), 2: (5, 6, 7, 4)}

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
every_loss = pytest.mark.parametrize("loss", LOSSES)
every_depth = pytest.mark.parametrize("depth", DEPTHS)

# Differences of fourth order: at this step both truncation, h⁴ ~ 1e-15, and rounding, ε/h ~ 1e-12, are far below 1e-8.
H = 2e-4


def slope(f, direction):
    """The derivative of f at 0 along `direction`."""
    near, far = (f(k * H * direction) - f(-k * H * direction) for k in (1, 2))
    return (8 * near - far) / (12 * H)


def network_and_batch(depth, activation, loss, seed=0):
    """A network in float64 with all parameters drawn, biases too, and a batch."""
    rng = np.random.default_rng(seed)
    net = ls.MLP(DEPTHS[depth], activation, "glorot", loss, dtype="float64")
    params = net.params + 0.3 * rng.normal(size=net.params.size)
    return net, params, rng.normal(size=(7, 5)), rng.integers(0, 4, size=7)


def far_from_kinks(net, params, x, y, directions):
    """True if no hidden unit's z comes near 0 within the reach of the differences, so that no kink excuses an error."""

    def hidden(p):
        return np.concatenate([np.zeros(0), *(z.ravel() for z in net.trace(p, x, y).z[:-1])])

    start = hidden(params)
    reach = max(np.abs(hidden(params + 2 * H * d) - start).max(initial=0) for d in directions)
    return np.abs(start).min(initial=1) > 1.5 * reach


def relative(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


@every_depth
@every_loss
@every_activation
def test_gradient_and_hessian_products_equal_differences(activation, loss, depth):
    net, params, x, y = network_and_batch(depth, activation, loss)
    axes = np.eye(params.size)
    v, u = np.random.default_rng(1).normal(size=(2, params.size)) / np.sqrt(params.size)
    assert net.activation.name not in KINKED or far_from_kinks(net, params, x, y, [*axes, v])

    value, gradient = net.loss_and_gradient(params, x, y)
    assert value == pytest.approx(net.loss_value(params, x, y), rel=1e-14)
    numeric = [slope(lambda step: net.loss_value(params + step, x, y), axis) for axis in axes]
    assert relative(gradient, np.array(numeric)) < 1e-8

    product = net.hvp(params, v, x, y)
    assert relative(product, slope(lambda step: net.loss_and_gradient(params + step, x, y)[1], v)) < 1e-8
    other = net.hvp(params, u, x, y)
    assert u @ product == pytest.approx(v @ other, rel=1e-10, abs=1e-15)
    assert relative(net.hvp(params, 2 * v - 3 * u, x, y), 2 * product - 3 * other) < 1e-12


@pytest.mark.parametrize("loss", LOSSES)
def test_hessian_of_softmax_regression_has_its_closed_form(loss):
    net, params, x, y = network_and_batch(0, "relu", loss)
    inputs = np.c_[x, np.ones(len(x))]  # a bias is the weight of an input 1, and comes last
    p = softmax(net.logits(params, x), axis=1)
    # (diag p − ppᵀ) ⊗ x̃x̃ᵀ for cross-entropy, whatever the targets; for the mean over C classes of squares, 2/C · 1.
    by_logits = np.einsum("nc,cd->ncd", p, np.eye(4)) - np.einsum("nc,nd->ncd", p, p)
    if loss.startswith("mse"):
        by_logits = np.broadcast_to(2 / 4 * np.eye(4), (len(x), 4, 4))
    closed = np.einsum("ni,nj,ncd->icjd", inputs, inputs, by_logits).reshape(params.size, params.size) / len(x)
    hessian = np.array([net.hvp(params, axis, x, y) for axis in np.eye(params.size)])
    np.testing.assert_allclose(hessian, closed, atol=1e-8 * np.abs(closed).max())


@every_depth
def test_curvature_finds_the_largest_eigenvalues(depth):
    net, params, x, y = network_and_batch(depth, "tanh", "cross_entropy")
    dense = np.linalg.eigvalsh([net.hvp(params, axis, x, y) for axis in np.eye(params.size)])
    values, vectors, residuals = ls.curvature.top(net, params, x, y, k=3)
    np.testing.assert_allclose(values, dense[:-4:-1], rtol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1)
    assert (residuals < 1e-2 * values).all()


@every_loss
def test_chunks_of_a_large_batch_add_up_to_it(loss, monkeypatch):
    net, params, x, y = network_and_batch(2, "gelu", loss)
    v = np.random.default_rng(1).normal(size=params.size)

    def everything():
        return [*net.loss_and_gradient(params, x, y), net.hvp(params, v, x, y), *net.evaluate(params, x, y)]

    whole = everything()
    for chunk in (1, 3, 7):
        monkeypatch.setattr(passes, "CHUNK", chunk)
        monkeypatch.setattr(over_images, "CHUNK", chunk)
        monkeypatch.setattr(products, "_CHUNK", chunk)
        for one, other in zip(everything(), whole, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-15)


@every_loss
def test_losses_have_their_formulas(loss, rng):
    member, logits, y = ls.losses.parse(loss), 5 * rng.normal(size=(2, 6, 4)), rng.integers(0, 4, size=6)
    target = (1 - member.label_smoothing) * np.eye(4)[y] + member.label_smoothing / 4
    if member.name == "mse":
        expected = np.square(logits - target).mean(axis=-1)
    else:
        expected = -(target * log_softmax(logits, axis=-1)).sum(axis=-1)
    # Classes come before samples there.
    terms, right = member.per_sample(logits.swapaxes(-1, -2).copy(), y)
    np.testing.assert_array_equal(right, logits.argmax(axis=-1) == y)
    np.testing.assert_allclose(terms, expected, rtol=1e-13)
    assert member.gradient_(logits[0].copy(), y, 6) == pytest.approx(expected[0].mean(), rel=1e-13)
    blank = {"cross_entropy": np.log(4), "mse": np.square(target[0]).mean()}
    assert member.uniform(4) == pytest.approx(blank[member.name])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_cross_entropy_of_huge_logits_is_finite(dtype):
    loss, logits, y = (
        ls.losses.get("cross_entropy"),
        np.array([[1e4, 0, -1e4], [-1e4, 0, 1e4]], dtype),
        np.array([2, 2]),
    )
    np.testing.assert_allclose(loss.per_sample(logits.T.copy(), y)[0], [2e4, 0])
    assert loss.gradient_(logits, y, 2) == 1e4
    np.testing.assert_allclose(logits, [[0.5, 0, -0.5], [0, 0, 0]])


def evaluated(activation, z):
    """f, f′ and f″ at z."""
    member = ls.activations.parse(activation)
    a, first, second, work = (np.full_like(z, np.nan) for _ in range(4))
    member.function(z, out=a)
    member.derivative(z, a, out=first, work=work)
    member.second(z, a, out=second, work=work)
    return a, first, second


@every_activation
def test_derivatives_of_activations_equal_differences(activation):
    z = np.linspace(-8, 8, 400)  # without 0, where the kinks are
    _, first, second = evaluated(activation, z)
    for k, exact in enumerate((first, second)):
        numeric = slope(lambda step, k=k: evaluated(activation, z + step)[k], np.ones_like(z))
        np.testing.assert_allclose(numeric, exact, atol=1e-10)


@every_activation
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_activations_are_sound_far_away(activation, dtype):
    near, far = np.array([-40, -30, -20, 20, 30, 40], dtype), np.array([-1e4, -100, 100, 1e4], dtype)
    limits = [evaluated(activation, z) for z in (near, far)]
    for a, first, second in limits:
        assert a.dtype == first.dtype == second.dtype == dtype
        assert np.isfinite([a, first, second]).all()
        # From 20 on all are straight lines.
        np.testing.assert_allclose(second, 0, atol=1e-6)
        np.testing.assert_allclose(first[: len(a) // 2], first[0], atol=1e-6)
        np.testing.assert_allclose(first[len(a) // 2 :], first[-1], atol=1e-6)


@every_activation
def test_no_slope_is_steeper_than_the_steepest(activation):
    # The table of published bounds: σ′ ≤ 1/4, GELU 1.129, SiLU 1.0998, Mish 1.0885.
    _, first, _ = evaluated(activation, np.linspace(-8, 8, 100_001))
    assert np.abs(first).max() == pytest.approx(ls.activations.parse(activation).steepest, rel=1e-3)


@pytest.mark.parametrize("key", [key for key in GOLDEN.files if key.startswith("activation|")])
def test_activations_equal_pytorch(key):
    z, *golden = GOLDEN[key]
    activation = key.partition("|")[2]
    for name, one, other in zip(("f", "f′", "f″"), evaluated(activation, z), golden, strict=True):
        smooth = z != 0 if name == "f″" and activation.startswith("elu") else slice(None)  # f″ jumps at ELU's kink
        np.testing.assert_allclose(one[smooth], other[smooth], rtol=1e-12, atol=1e-14, err_msg=name)


@pytest.mark.parametrize(
    ("activation", "f", "slope_of"),
    [("relu", lambda z: np.where(z > 0, z, 0), lambda z: 1.0 * (z > 0)), ("tanh", np.tanh, lambda z: np.cosh(z) ** -2)],
)
def test_trace_is_the_pass_written_out(activation, f, slope_of):
    net, params, x, y = network_and_batch(2, activation, "cross_entropy")
    trace = net.trace(params, x, y)
    layers = net.layers(params)

    z, a, h = [], [], x
    for w, b in layers:
        z.append(h @ w + b)
        a.append(h := f(z[-1]))
    p = np.exp(z[-1]) / np.exp(z[-1]).sum(axis=1, keepdims=True)
    delta = [(p - np.eye(4)[y]) / len(x)]
    for (w, _), before in zip(layers[:0:-1], z[-2::-1], strict=True):
        delta.insert(0, delta[0] @ w.T * slope_of(before))

    assert [len(trace.z), len(trace.a), len(trace.delta), len(trace.slopes)] == [3, 2, 3, 2]
    for ours, by_hand in ((trace.z, z), (trace.a, a[:-1]), (trace.delta, delta), (trace.slopes, map(slope_of, z[:-1]))):
        for one, other in zip(ours, by_hand, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(trace.probabilities, p, rtol=1e-12)
    np.testing.assert_allclose(trace.loss, -np.log(p[np.arange(len(x)), y]).mean(), rtol=1e-12)

    loss, gradient = net.loss_and_gradient(params, x, y)
    assert trace.loss == loss
    np.testing.assert_array_equal(trace.gradient, gradient)
    by_layer = [np.concatenate([(h.T @ d).ravel(), d.sum(axis=0)]) for h, d in zip([x, *a], delta, strict=False)]
    np.testing.assert_allclose(trace.gradient, np.concatenate(by_layer), rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(trace.gradient_norm, [np.linalg.norm(part) for part in by_layer])
    np.testing.assert_allclose(trace.error_norm, [np.linalg.norm(d) for d in delta])
    np.testing.assert_array_equal(trace.x, x)


def test_passes_change_nothing_that_they_are_given(rng):
    net, params, x, y = network_and_batch(2, "silu", "mse")
    before = [array.copy() for array in (params, x, y, net.params)]
    net.loss_and_gradient(params, x, y)
    net.hvp(params, params, x, y)
    net.trace(params, x, y)
    net.evaluate(params, x, y)
    for one, other in zip((params, x, y, net.params), before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_accuracy_is_the_share_of_right_answers():
    net, params, x, y = network_and_batch(1, "relu", "cross_entropy")
    assert net.accuracy(params, x, y) == (net.logits(params, x).argmax(axis=1) == y).mean()


def test_layers_are_views_in_order():
    net = ls.MLP((3, 2, 4))
    (w1, b1), (w2, b2) = net.layers(np.arange(net.params.size))
    assert [w1.shape, b1.shape, w2.shape, b2.shape] == net.blocks == [(3, 2), (2,), (2, 4), (4,)]
    np.testing.assert_array_equal(np.concatenate([part.ravel() for part in (w1, b1, w2, b2)]), np.arange(20))
    w1[0, 1] = -1
    assert net.layers(flat := np.zeros(20))[0][0].base is flat
    with pytest.raises(ValueError, match="this network has 20"):
        net.layers(np.zeros(21))


def test_settings_make_the_network_again():
    net = ls.MLP((6, 5, 4), "elu:alpha=2", "normal:std=0.2", "mse:label_smoothing=0.1", seed=3, dtype="float64")
    again = ls.MLP(**net.settings)
    assert again.settings == net.settings
    np.testing.assert_array_equal(again.params, net.params)
    assert not np.array_equal(ls.MLP((6, 5, 4), seed=4).params, ls.MLP((6, 5, 4), seed=3).params)
    single = ls.MLP((6, 5, 4), "elu:alpha=2", "normal:std=0.2", seed=3)
    np.testing.assert_array_equal(single.params, net.params.astype(np.float32))


@pytest.mark.parametrize(
    ("init", "variance"),
    [("he", 2 / 400), ("glorot", 2 / 700), ("lecun", 1 / 400), ("normal:std=0.3", 0.09), ("zeros", 0)],
)
def test_initial_weights_have_their_variance(init, variance):
    (w, b), _ = (net := ls.MLP((400, 300, 10), init=init)).layers(net.params)
    # 120,000 draws: standard errors of 0.4 % of the variance, and of 1/346 of the deviation in the mean.
    assert w.var() == pytest.approx(variance, rel=0.02)
    assert abs(w.mean()) <= 4 / 346 * np.sqrt(variance)
    assert not b.any()


@pytest.mark.parametrize("sizes", [(30, 20), (20, 30), (20, 20)])
def test_orthogonal_weights_are_orthogonal(sizes):
    net = ls.MLP(sizes, init="orthogonal:gain=1.5", dtype="float64")
    ((w, _),) = net.layers(net.params)
    short = w if w.shape[0] >= w.shape[1] else w.T
    np.testing.assert_allclose(short.T @ short, 1.5**2 * np.eye(min(sizes)), atol=1e-13)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sizes": (784,)}, "an input and an output"),
        ({"sizes": 784}, "layers = 784"),
        ({"sizes": ([3], 4)}, "layer size = "),
        ({"sizes": (784, 0, 10)}, "layer size = 0"),
        ({"activation": "rleu"}, "did you mean 'relu'"),
        ({"init": "hee"}, "did you mean 'he'"),
        ({"loss": "mse:label_smoothing=1"}, "label_smoothing = 1.0"),
        ({"activation": "elu:alpha=0"}, "alpha = 0.0"),
        ({"dtype": "float16"}, "float32 or float64"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_networks_that_cannot_be_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ls.MLP(**{"sizes": (784, 10), **arguments})


def test_parameters_are_counted():
    sizes = (784, 128, 64, 10)
    assert ls.MLP(sizes).params.size == sum(n * m + m for n, m in pairwise(sizes))


WRONG = {
    "a column": (lambda x, y: (x, y[:, None]), "labels of shape"),
    "from -1": (lambda x, y: (x, y - 1), "labels from -1 to"),
    "too many": (lambda x, y: (x, y + 1), "this network has 3 classes"),
    "fractions": (lambda x, y: (x, y.astype(float)), "labels of type float64"),
    "fewer": (lambda x, y: (x, y[:5]), "labels of shape"),
    "images, not rows": (lambda x, y: (x.reshape(-1, 2, 2), y), "images of shape"),
    "none": (lambda x, y: (x[:0], y[:0]), "images of shape"),
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("method", ["loss_value", "accuracy", "evaluate", "loss_and_gradient", "trace", "hvp"])
def test_labels_and_images_that_do_not_fit_are_refused(rng, method, what):
    """Labels in a column would be compared with each image many times, one of −1 with the last class."""
    net, (change, said) = ls.MLP((4, 5, 3)), WRONG[what]
    x, y = change(rng.random((9, 4)), np.arange(9) % 3)
    vector = (net.params,) if method == "hvp" else ()
    with pytest.raises(ValueError, match=said):
        getattr(net, method)(net.params, *vector, x, y)
