"""MLP: a multilayer perceptron whose parameters are one flat buffer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import activations, initialisers, losses
from .checks import at_least

Array = NDArray[Any]
Labels = NDArray[np.int64]

# Images a pass when a whole data set is evaluated: large enough for BLAS, small enough for the cache.
_EVALUATION_BATCH = 1024


class MLP:
    """A fully connected network; the last layer is linear and gives logits.

    Parameters
    ----------
    sizes : units a layer, from the input to the classes; (784, 10) without a hidden layer is softmax regression.
    activation : of the hidden layers, "sigmoid" or "relu".
    init : initialiser of the weights, "he" or "glorot"; biases start at 0.
    loss : "cross_entropy".
    seed : of the initial weights.
    dtype : float32, or float64 for checks.

    Attributes
    ----------
    params : (P,), the initial parameters, in the order W1 b1 W2 b2 …, each W (in, out) in C order. Methods take the
        parameters to be used as an argument and change nothing.

    >>> import landscape as ls
    >>> ls.MLP((784, 128, 10)).params.size
    101770
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str = "relu",
        init: str = "he",
        loss: str = "cross_entropy",
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        if len(sizes) < 2:
            raise ValueError(f"layers = {tuple(sizes)} is not allowed: at least an input and an output size are needed")
        for size in sizes:
            at_least("layer size", size, 1)
        self.sizes = tuple(int(size) for size in sizes)
        self.activation, self.init, self.loss, self.seed = activation, init, loss, seed
        self.dtype = np.dtype(dtype)
        self._activation = activations.get(activation)
        self._loss = losses.get(loss)

        rng = np.random.default_rng(seed)
        self.params = np.zeros(sum((n_in + 1) * n_out for n_in, n_out in pairwise(self.sizes)), dtype=self.dtype)
        for w, _ in self.layers(self.params):
            w[:] = initialisers.draw(init, w.shape[0], w.shape[1], rng)

    @property
    def settings(self) -> dict[str, Any]:
        """What `MLP(**settings)` needs to make this network again."""
        return {
            "sizes": list(self.sizes),
            "activation": self.activation,
            "init": self.init,
            "loss": self.loss,
            "seed": self.seed,
            "dtype": self.dtype.name,
        }

    @property
    def blocks(self) -> list[tuple[int, ...]]:
        """The shapes that a flat buffer (P,) is made of, in order: W1 (in, out), b1 (out,), W2 …"""
        return [shape for n_in, n_out in pairwise(self.sizes) for shape in ((n_in, n_out), (n_out,))]

    def layers(self, params: Array) -> list[tuple[Array, Array]]:
        """Views of a flat buffer (P,) as [(W (in, out), b (out,)), …]."""
        views, at = [], 0
        for n_in, n_out in pairwise(self.sizes):
            w = params[at : at + n_in * n_out].reshape(n_in, n_out)
            at += n_in * n_out
            views.append((w, params[at : at + n_out]))
            at += n_out
        if at != params.size:
            raise ValueError(f"parameters of shape {params.shape} are not allowed: this network has {at}")
        return views

    def workspace(self, n: int) -> Workspace:
        """Buffers for passes over batches of `n` images."""
        return Workspace(self, n)

    def logits(self, params: Array, x: ArrayLike) -> Array:
        """Logits (N, C) of images (N, D)."""
        layers = self.layers(np.asarray(params, dtype=self.dtype))
        a = np.asarray(x, dtype=self.dtype)
        for w, b in layers[:-1]:
            a = a @ w
            a += b
            self._activation.function(a, out=a)
        return np.asarray(a @ layers[-1][0] + layers[-1][1])

    def loss_value(self, params: Array, x: Array, y: Labels) -> float:
        """Mean loss over images (N, D) with labels (N,)."""
        return self.evaluate(params, x, y)[0]

    def accuracy(self, params: Array, x: Array, y: Labels) -> float:
        """Share of images whose largest logit is that of the label."""
        return self.evaluate(params, x, y)[1]

    def evaluate(self, params: Array, x: Array, y: Labels) -> tuple[float, float]:
        """Mean loss and accuracy in one pass over the data."""
        loss, right = 0.0, 0
        for at in range(0, len(x), _EVALUATION_BATCH):
            part = slice(at, at + _EVALUATION_BATCH)
            logits, labels = self.logits(params, x[part]), y[part]
            right += int((logits.argmax(axis=1) == labels).sum())
            loss += self._loss(logits, labels) * len(labels)
        return loss / len(x), right / len(x)

    def loss_and_gradient(self, params: Array, x: ArrayLike, y: Labels) -> tuple[float, Array]:
        """Mean loss over the batch and its gradient (P,)."""
        params, x = np.asarray(params, dtype=self.dtype), np.asarray(x, dtype=self.dtype)
        gradient = np.empty_like(params)
        return self.workspace(len(x)).loss_and_gradient(params, x, y, gradient), gradient


class Workspace:
    """The buffers of one forward and backward pass, so that a training loop allocates nothing of a batch's size."""

    def __init__(self, network: MLP, n: int) -> None:
        self.network = network
        widths = network.sizes[1:]
        self.z = [np.empty((n, width), dtype=network.dtype) for width in widths]
        self.a = [np.empty_like(z) for z in self.z[:-1]]
        self.delta = [np.empty_like(z) for z in self.z[:-1]]
        self.slope = [np.empty_like(z) for z in self.z[:-1]]

    def loss_and_gradient(self, params: Array, x: Array, y: Labels, gradient: Array) -> float:
        """Write the gradient (P,) of the mean loss over x (n, D), y (n,) into `gradient`; return the loss."""
        layers = self.network.layers(params)
        activation = self.network._activation

        inputs = [x, *self.a]
        for (w, b), z, h, out in zip(layers, self.z, inputs, [*self.a, None], strict=True):
            np.matmul(h, w, out=z)
            z += b
            if out is not None:
                activation.function(z, out=out)

        loss = self.network._loss(self.z[-1], y)
        delta = self.z[-1]  # the loss has written its gradient there

        gradients = self.network.layers(gradient)
        for k in reversed(range(len(layers))):
            np.matmul(inputs[k].T, delta, out=gradients[k][0])
            np.sum(delta, axis=0, out=gradients[k][1])
            if k > 0:
                np.matmul(delta, layers[k][0].T, out=self.delta[k - 1])
                activation.derivative(self.z[k - 1], self.a[k - 1], out=self.slope[k - 1])
                delta = self.delta[k - 1]
                delta *= self.slope[k - 1]
        return loss
