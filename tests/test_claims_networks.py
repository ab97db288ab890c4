"""The numbers of the story on real networks: what reaches the first layer, what survives the last, and chance.

Published figures are of 784-128-…-128-10, on MNIST's pixels in [0, 1]; depth counts the hidden layers.
"""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import landscape as ls

SEEDS = range(12)
WIDTH, DEEP = 128, 20


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Matrices this small are slower by two."""
    with threadpool_limits(1, "blas"):
        yield


@pytest.fixture(scope="module")
def digits(mnist):
    return mnist.x_train[:64], mnist.y_train[:64]


@pytest.fixture(scope="module")
def traced(digits):
    """Networks of a notation and their passes, one a seed, in float64: float32 ends at 1e-45."""

    def passes(activation, init, depth=DEEP, seeds=SEEDS, scale=1.0):
        for seed in seeds:
            net = ls.MLP((784, *[WIDTH] * depth, 10), activation, init, seed=seed, dtype="float64")
            net.params *= scale
            yield net, net.trace(net.params, *digits)

    return passes


def energy(trace):
    """E[h²] of the last hidden layer beside that of the first."""
    return np.square(trace.a[-1]).mean() / np.square(trace.a[0]).mean()


@pytest.mark.parametrize("init", ["he", "glorot", "orthogonal", "normal:std=0.01"])
def test_weight_gradients_of_a_relu_network_hide_how_errors_shrink(traced, init):
    # The loss depends on the product of the layers' scales alone, as biases are 0: Σ w ∂loss/∂w is the same in each.
    ((net, trace),) = traced("relu", init, seeds=[0])
    pairs = zip(net.layers(net.params), net.layers(trace.gradient), strict=True)
    np.testing.assert_allclose(products := [np.vdot(w, g) for (w, _), (g, _) in pairs], products[-1], rtol=1e-8)
    if init == "glorot":
        # Hidden matrices are alike, so their gradients are of one size, where errors shrink a thousandfold.
        first, last = (np.linalg.norm(net.layers(trace.gradient)[k][0]) for k in (1, DEEP - 1))
        assert 0.2 < first / last < 5
        assert trace.error_norm[1] / trace.error_norm[-2] < 3e-3


def test_sizes_of_weights_multiply_the_signal_once_a_layer(traced):
    # The other initialisers draw the same numbers, scaled: ratios differ by that scale squared, for each of 19 layers.
    he = [energy(trace) for _, trace in traced("relu", "he", seeds=range(4))]
    for init, share in [("glorot", 1 / 2), ("normal:std=0.01", 0.01**2 * WIDTH / 2)]:
        ratios = [energy(trace) for _, trace in traced("relu", init, seeds=range(4))]
        np.testing.assert_allclose(np.divide(ratios, he), share**19, rtol=1e-9)


def test_weights_a_fifth_too_large_explode(traced):
    he, larger = ([energy(trace) for _, trace in traced("relu", "he", scale=scale)] for scale in (1.0, 1.2))
    np.testing.assert_allclose(np.divide(larger, he), 1.2 ** (2 * 19), rtol=1e-9)
    # Published as 714, the ratio of one network; 1.2² a layer makes 1020 in the mean over networks.
    assert min(larger) < 714 < max(larger)


def test_a_single_activation_is_measured_by_its_square_not_its_variance(traced):
    # He keeps E[h²]; of ReLU's outputs, which are never negative, the variance over images is only a part of it.
    _, trace = next(traced("relu", "he"))
    for h in trace.a:
        assert h.var(axis=0).mean() < 0.5 * np.square(h).mean()


def test_chance_is_what_the_classes_shares_say(mnist):
    share = np.bincount(mnist.y_train) / len(mnist.y_train)
    prior = -(share * np.log(share)).sum()
    assert prior == pytest.approx(2.3012, abs=5e-5)
    assert share.max() == pytest.approx(0.1124, abs=5e-5)
    # A network of zeros, with the logarithms of the shares as its last biases, predicts just that.
    net = ls.MLP((784, 16, 10), init="zeros")
    net.layers(net.params)[-1][1][:] = np.log(share)
    loss, accuracy = net.evaluate(net.params, mnist.x_train, mnist.y_train)
    assert loss == pytest.approx(prior, abs=1e-5)
    assert accuracy == share.max()


def test_a_fresh_he_network_starts_above_chance(mnist):
    # Its logits are not 0 but of the pixels' size, which costs a tenth: 2.40 ± .04 over seeds, not ln 10 = 2.303.
    nets = [ls.MLP((784, WIDTH, 10), seed=seed) for seed in range(10)]
    losses = [net.loss_value(net.params, mnist.x_train[:2000], mnist.y_train[:2000]) for net in nets]
    assert np.mean(losses) == pytest.approx(2.4, abs=0.04)
    assert min(losses) > 2.303
