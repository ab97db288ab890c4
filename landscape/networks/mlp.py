"""MLP: a multilayer perceptron whose parameters are one flat buffer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ..core import bounds
from ..core.checks import at_least
from ..core.errors import shortened
from ..core.values import Value
from . import activations, initialisers, losses
from .activations import Activation
from .initialisers import Initialiser
from .losses import Loss

Array = NDArray[Any]
Labels = NDArray[np.int64]
Layers = list[tuple[Array, Array]]

# Images a pass at the most, in larger batches and whole data sets: enough for BLAS, few enough for the cache.
_CHUNK = 1024

_MOST_LAYERS, _MOST_PARAMETERS = 1000, 100_000_000  # beyond which memory ends, or patience


class MLP(Value):
    """A fully connected network; the last layer is linear and gives logits.

    Parameters
    ----------
    sizes : units a layer, from the input to the classes; (784, 10) without a hidden layer is softmax regression.
    activation : of the hidden layers, by name or notation: "relu", "leaky_relu:slope=0.1" (see `activations.names()`).
    init : initialiser of the weights, "he", "normal:std=0.01" … (`initialisers.names()`); biases start at 0.
    loss : "cross_entropy", "cross_entropy:label_smoothing=0.1", "mse".
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
        activation: Activation | str = "relu",
        init: Initialiser | str = "he",
        loss: Loss | str = "cross_entropy",
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        if isinstance(sizes, str) or not isinstance(sizes, Sequence | np.ndarray) or len(sizes) < 2:
            raise ValueError(
                f"layers = {shortened(sizes)} is not allowed: a sequence of sizes, at least an input and an output, is "
                "needed"
            )
        if len(sizes) > _MOST_LAYERS:
            raise ValueError(f"{len(sizes)} layers are not allowed: at most {_MOST_LAYERS}")
        self.sizes = tuple(at_least("layer size", size, 1) for size in sizes)
        parameters = sum((n_in + 1) * n_out for n_in, n_out in pairwise(self.sizes))
        if parameters > _MOST_PARAMETERS:
            raise ValueError(
                f"layers = {shortened(self.sizes)} is not allowed: a network of {parameters} parameters, of which there"
                f" may be {_MOST_PARAMETERS}"
            )
        self.activation, self.init, self.loss = (
            activations.of(activation),
            initialisers.of(init),
            losses.of(loss),
        )
        self.seed, self.dtype = at_least("seed", seed, 0), _precision(dtype)

        rng = np.random.default_rng(self.seed)
        # Each layer is drawn in float64.
        bounds.memory({f"layers = {shortened(self.sizes)}": parameters * (self.dtype.itemsize + 16)})
        self.params = np.zeros(parameters, dtype=self.dtype)
        # A deviation may be too large for the precision: such weights are infinite.
        with np.errstate(over="ignore"):
            for w, _ in self.layers(self.params):
                w[:] = self.init.draw(w.shape[0], w.shape[1], rng)

    def __repr__(self) -> str:
        sizes, act = "-".join(map(str, self.sizes)), activations.text(self.activation, defaults=False)
        return f"<MLP {sizes} {act}, {self.params.size:,} parameters>"

    def _contents(self) -> dict[str, Any]:
        return {**self.settings, "params": self.params}

    @property
    def settings(self) -> dict[str, Any]:
        """What `MLP(**settings)` needs to make this network again."""
        return {
            "sizes": list(self.sizes),
            "activation": activations.text(self.activation),
            "init": initialisers.text(self.init),
            "loss": losses.text(self.loss),
            "seed": self.seed,
            "dtype": self.dtype.name,
        }

    @property
    def blocks(self) -> list[tuple[int, ...]]:
        """The shapes that a flat buffer (P,) is made of, in order: W1 (in, out), b1 (out,), W2 …"""
        return [shape for n_in, n_out in pairwise(self.sizes) for shape in ((n_in, n_out), (n_out,))]

    def layers(self, params: Array) -> list[tuple[Array, Array]]:
        """Views of a flat buffer (P,) as [(W (in, out), b (out,)), …]."""
        wanted = sum((n_in + 1) * n_out for n_in, n_out in pairwise(self.sizes))
        if params.shape != (wanted,):
            raise ValueError(f"parameters of shape {params.shape} are not allowed: this network has {wanted}")
        views, at = [], 0
        for n_in, n_out in pairwise(self.sizes):
            w = params[at : at + n_in * n_out].reshape(n_in, n_out)
            at += n_in * n_out
            views.append((w, params[at : at + n_out]))
            at += n_out
        return views

    def logits(self, params: Array, x: ArrayLike) -> Array:
        """Logits (N, C) of images (N, D)."""
        layers = self.layers(np.asarray(params, dtype=self.dtype))
        h = np.asarray(x, dtype=self.dtype)
        for w, b in layers[:-1]:
            z = h @ w
            z += b
            self.activation.function(z, out=(h := np.empty_like(z)))
        return np.asarray(h @ layers[-1][0] + layers[-1][1])

    def loss_value(self, params: Array, x: Array, y: Labels) -> float:
        """Mean loss over images (N, D) with labels (N,)."""
        return self.evaluate(params, x, y)[0]

    def accuracy(self, params: Array, x: Array, y: Labels) -> float:
        """Share of images whose largest logit is that of the label."""
        return self.evaluate(params, x, y)[1]

    def evaluate(self, params: Array, x: Array, y: Labels) -> tuple[float, float]:
        """Mean loss and accuracy in one pass over the data. ValueError, as everywhere, for data that do not fit."""
        x, y = fitting(self, x, y)
        loss, right = 0.0, 0
        for at in range(0, len(x), _CHUNK):
            part = slice(at, at + _CHUNK)
            logits = self.logits(params, x[part])
            right += int((logits.argmax(axis=1) == y[part]).sum())
            loss += self.loss.gradient_(logits, y[part], len(x))
        return loss, right / len(x)

    def loss_and_gradient(self, params: Array, x: ArrayLike, y: Labels) -> tuple[float, Array]:
        """Mean loss over images (N, D) and its gradient (P,)."""
        x, y = fitting(self, x, y)
        params, x = np.asarray(params, dtype=self.dtype), np.asarray(x, dtype=self.dtype)
        gradient = np.empty_like(params)
        return Workspace(self, len(x)).loss_and_gradient(params, x, y, gradient), gradient

    def hvp(self, params: Array, v: Array, x: ArrayLike, y: Labels) -> Array:
        """The Hessian of the mean loss over images (N, D), times v (P,): exact, by the R-operator.

        For many products at the same parameters make a `hessian.Hessian` once.
        """
        from .hessian import product

        return product(self, params, v, x, y)

    def trace(self, params: Array, x: ArrayLike, y: Labels) -> Trace:
        """Every intermediate of one forward and backward pass over images (N, D)."""
        x, y = fitting(self, x, y)
        params, x = np.asarray(params, dtype=self.dtype), np.asarray(x, dtype=self.dtype)
        work, layers, gradient = Workspace(self, len(x), whole=True), self.layers(params), np.empty_like(params)
        work.forward(layers, x)
        logits = work.z[-1].copy()
        loss = work.backward(layers, x, y, self.layers(gradient), len(x))
        return Trace(x, [*work.z[:-1], logits], work.a, [*work.delta, work.z[-1]], loss, gradient, self)


def fitting(net: MLP, x: ArrayLike, y: ArrayLike) -> tuple[Array, Labels]:
    """Images (N, D) and labels (N,) as arrays; ValueError if they do not fit the network."""
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim != 2 or x.shape[1] != net.sizes[0] or y.shape != x.shape[:1] or not len(x):
        raise ValueError(
            f"images of shape {x.shape} with labels of shape {y.shape} are not allowed: "
            f"this network needs (N, {net.sizes[0]}) and (N,)"
        )
    if y.dtype.kind not in "iu":
        raise ValueError(f"labels of type {y.dtype} are not allowed: class numbers are whole numbers from 0")
    if y.min() < 0 or y.max() >= net.sizes[-1]:
        raise ValueError(
            f"labels from {y.min()} to {y.max()} are not allowed: this network has {net.sizes[-1]} classes"
        )
    return x, y


def _precision(dtype: DTypeLike) -> np.dtype[Any]:
    try:
        found = np.dtype(dtype)
    except (TypeError, ValueError, SyntaxError):
        found = None
    if found not in (np.float32, np.float64):
        raise ValueError(f"dtype = {shortened(dtype)} is not allowed: it must be float32 or float64")
    return found


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
    network: MLP

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

    def __init__(self, network: MLP, n: int, whole: bool = False) -> None:
        self.network, self.size = network, n if whole else min(n, _CHUNK)
        self.z = self._buffers(network.sizes[1:])
        self.a, self.delta, self._slope, self._work = (self._buffers(network.sizes[1:-1]) for _ in range(4))
        self._ones = np.ones(self.size, dtype=network.dtype)
        self._partial = np.empty(network.params.size if n > self.size else 0, dtype=network.dtype)

    def loss_and_gradient(self, params: Array, x: Array, y: Labels, gradient: Array) -> float:
        """Write the gradient (P,) of the mean loss over x (n, D), y (n,) into `gradient`; return the loss."""
        layers, loss = self.network.layers(params), 0.0
        for part, out in self._chunks(len(x), gradient):
            self.forward(layers, x[part])
            loss += self.backward(layers, x[part], y[part], self.network.layers(out), len(x))
            if out is not gradient:
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
            self._weights(x if k == 0 else a[k - 1], delta, gradients[k])
            if k > 0:
                np.matmul(delta, layers[k][0].T, out=deltas[k - 1])
                self.network.activation.derivative(z[k - 1], a[k - 1], out=slopes[k - 1], work=works[k - 1])
                delta = deltas[k - 1]
                delta *= slopes[k - 1]
        return loss

    def _weights(self, h: Array, delta: Array, gradient: tuple[Array, Array]) -> None:
        """The gradient of a layer with inputs h (n, in) and errors delta (n, out)."""
        np.matmul(h.T, delta, out=gradient[0])
        np.dot(self._ones[: len(h)], delta, out=gradient[1])

    def _chunks(self, n: int, out: Array) -> Iterator[tuple[slice, Array]]:
        """The parts of n images, and where each one's gradient goes: the first into `out`, the others beside it."""
        for at in range(0, n, self.size):
            yield slice(at, at + self.size), self._partial if at else out

    def _buffers(self, widths: Sequence[int]) -> list[Array]:
        return [np.empty((self.size, width), dtype=self.network.dtype) for width in widths]

    def _rows(self, buffers: list[Array], x: Array) -> list[Array]:
        """The part of the buffers that as many images as in x need."""
        return buffers if len(x) == self.size else [buffer[: len(x)] for buffer in buffers]
