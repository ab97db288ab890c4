"""What networks are made of: layers in one flat buffer, an activation and a loss."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Array, Labels
from ..models.specification import Specification, Tensor
from . import activations, losses
from .activations import Activation
from .losses import Loss

Layers = list[tuple[Array, Array]]


class Architecture:
    """All of a network but its weights: what a pass over images needs to know.

    Attributes
    ----------
    sizes : units a layer, from the input to the classes.
    activation : of the hidden layers; the last one is linear.
    loss : of its logits.
    dtype : float32 or float64.
    """

    sizes: tuple[int, ...]
    activation: Activation
    loss: Loss
    dtype: np.dtype[Any]

    @property
    def blocks(self) -> list[tuple[int, ...]]:
        """The shapes that a flat buffer (P,) is made of, in order: W1 (in, out), b1 (out,), W2 …"""
        return [shape for n_in, n_out in pairwise(self.sizes) for shape in ((n_in, n_out), (n_out,))]

    @property
    def specification(self) -> Specification:
        """The tensors of the buffer."""
        return specification(self.sizes)

    @property
    def about(self) -> list[Any]:
        """What decides on the loss at given parameters."""
        activation, loss = activations.text(self.activation), losses.text(self.loss)
        return [list(self.sizes), activation, loss, self.dtype.name]

    @property
    def told(self) -> str:
        """The same in words."""
        activation, loss = activations.text(self.activation, defaults=False), losses.text(self.loss, defaults=False)
        return f"{'-'.join(map(str, self.sizes))} {activation}, {loss}"

    @property
    def parameters(self) -> int:
        """How many numbers the buffer holds."""
        return sum((n_in + 1) * n_out for n_in, n_out in pairwise(self.sizes))

    def layers(self, params: Array) -> Layers:
        """Views of a flat buffer (P,) as [(W (in, out), b (out,)), …]."""
        if params.shape != (self.parameters,):
            raise ValueError(f"parameters of shape {params.shape} are not allowed: this network has {self.parameters}")
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


def specification(sizes: Sequence[int]) -> Specification:
    """The tensors of a network of these sizes, by the names that PyTorch's nn.Sequential gives them: 0.weight, 0.bias,
    2.weight … Weights are (in, out), so a unit's, its filter, are a column."""
    tensors = []
    # nn.Sequential counts the activations too, so linear layers have even numbers.
    for k, (n_in, n_out) in enumerate(pairwise(sizes)):
        tensors.append(Tensor(f"{2 * k}.weight", (n_in, n_out), "weight", 1))
        tensors.append(Tensor(f"{2 * k}.bias", (n_out,), "bias"))
    return Specification(tuple(tensors))


def fitting(net: Architecture, x: ArrayLike, y: ArrayLike) -> tuple[Array, Labels]:
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
