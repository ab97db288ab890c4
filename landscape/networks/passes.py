"""One pass over images, forward and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Array, Labels
from ..core.values import Value
from .architecture import Architecture, Layers

# Images a pass at the most, in larger batches and whole data sets: enough for BLAS, few enough for the cache.
CHUNK = 1024


@dataclass(frozen=True, eq=False, repr=False)
class Trace(Value):
    """One pass over a batch, taken apart; layers count from the input.

    Attributes
    ----------
    x : (N, D), the images.
    z : a layer (N, units) before its activation; the last are the logits.
    a : a hidden layer (N, units) after it.
    delta : the back-propagated error of a layer (N, units), ∂(mean loss)/∂z.
    loss : the mean loss.
    gradient : (P,); `network.layers(gradient)` gives it by layers.
    """

    x: Array
    z: list[Array]
    a: list[Array]
    delta: list[Array]
    loss: float
    gradient: Array
    network: Architecture

    def __repr__(self) -> str:
        return f"<Trace of {len(self.x):,} images through {len(self.z)} layers, loss {self.loss:.4g}>"

    @property
    def probabilities(self) -> Array:
        """Softmax of the logits (N, C)."""
        p = np.exp(self.z[-1] - self.z[-1].max(axis=1, keepdims=True))
        return np.asarray(p / p.sum(axis=1, keepdims=True))

    @property
    def slopes(self) -> list[Array]:
        """The derivative of the activation at each hidden unit (N, units)."""
        slopes = []
        for z, a in zip(self.z, self.a, strict=False):
            self.network.activation.derivative(z, a, out=(slope := np.empty_like(z)), work=np.empty_like(z))
            slopes.append(slope)
        return slopes

    @property
    def error_norm(self) -> NDArray[np.float64]:
        """|delta| of each layer (L,)."""
        return np.array([np.linalg.norm(delta) for delta in self.delta])

    @property
    def gradient_norm(self) -> NDArray[np.float64]:
        """|gradient| of each layer (L,), weights and biases together."""
        layers = self.network.layers(self.gradient)
        return np.array([np.linalg.norm([np.linalg.norm(part) for part in layer]) for layer in layers])


class Workspace:
    """The buffers of a network's passes over up to `n` images at a time: a training loop then allocates nothing of a
    batch's size. Larger batches are worked through in chunks, unless `whole`, and their gradients added up.
    """

    def __init__(self, network: Architecture, n: int, whole: bool = False) -> None:
        self.network, self.size = network, n if whole else min(n, CHUNK)
        self.z = self._buffers(network.sizes[1:])
        self.a, self.delta, self._slope, self._work = (self._buffers(network.sizes[1:-1]) for _ in range(4))
        self._ones = np.ones(self.size, dtype=network.dtype)
        self._partial = np.empty(network.parameters if n > self.size else 0, dtype=network.dtype)

    def loss_and_gradient(self, params: Array, x: Array, y: Labels, gradient: Array) -> float:
        """Write the gradient (P,) of the mean loss over x (n, D), y (n,) into `gradient`; return the loss."""
        layers, loss = self.network.layers(params), 0.0
        for at in range(0, len(x), self.size):
            part, out = slice(at, at + self.size), self._partial if at else gradient
            self.forward(layers, x[part])
            loss += self.backward(layers, x[part], y[part], self.network.layers(out), len(x))
            if at:
                gradient += out
        return loss

    def forward(self, layers: Layers, x: Array) -> None:
        """Fill z and a."""
        h = x
        for (w, b), z, a in zip(layers, self._rows(self.z, x), [*self._rows(self.a, x), None], strict=True):
            np.matmul(h, w, out=z)
            z += b
            if a is not None:
                self.network.activation.function(z, out=a)
                h = a

    def backward(self, layers: Layers, x: Array, y: Labels, gradients: Layers, samples: int) -> float:
        """After `forward`: fill delta, write the gradient of Σ losses / samples, and return that sum.

        The last layer's error takes the place of its z.
        """
        z, a, deltas = self._rows(self.z, x), self._rows(self.a, x), self._rows(self.delta, x)
        slopes, works = self._rows(self._slope, x), self._rows(self._work, x)
        loss = self.network.loss.gradient_(z[-1], y, samples)
        delta = z[-1]
        for k in reversed(range(len(layers))):
            h = x if k == 0 else a[k - 1]
            np.matmul(h.T, delta, out=gradients[k][0])
            np.dot(self._ones[: len(h)], delta, out=gradients[k][1])
            if k > 0:
                np.matmul(delta, layers[k][0].T, out=deltas[k - 1])
                self.network.activation.derivative(z[k - 1], a[k - 1], out=slopes[k - 1], work=works[k - 1])
                delta = deltas[k - 1]
                delta *= slopes[k - 1]
        return loss

    def _buffers(self, widths: Sequence[int]) -> list[Array]:
        return [np.empty((self.size, width), dtype=self.network.dtype) for width in widths]

    def _rows(self, buffers: list[Array], x: Array) -> list[Array]:
        """The part of the buffers that as many images as in x need."""
        return buffers if len(x) == self.size else [buffer[: len(x)] for buffer in buffers]
