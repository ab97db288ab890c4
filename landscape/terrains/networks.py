"""Losses of networks with just two parameters: where the shapes of real loss terrains come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..checks import at_least
from .base import Array, Domain, Terrain, split, symmetric


def _centred_sigmoid(a: Array) -> Array:
    """σ(a) − ½, written as a tanh so that nothing overflows."""
    return 0.5 * np.tanh(0.5 * a)


@dataclass(frozen=True)
class SigmoidChain(Terrain):
    """A chain of `depth` sigmoid units with one input of 1 and a target of 0.9: the plateau of deep sigmoid networks.

        u₁ = σ(w₁) − ½,   u_k = σ(w₂ u_{k−1}) − ½,   L = ½ (u_D + ½ − 0.9)²

    Near 0 every unit multiplies by w₂/4: the gradient vanishes with depth below w₂ = 4 and explodes above. The minima
    form a curve. Point = (w₁, w₂).
    """

    depth: int = 10

    name: ClassVar[str] = "sigmoid_chain"
    domain: ClassVar[Domain] = ((-2.0, 10.0), (-2.0, 10.0))

    def __post_init__(self) -> None:
        at_least("depth", self.depth, 1)

    @property
    def start(self) -> Array:
        return np.array([1.0, 1.0])

    def value(self, xy: ArrayLike) -> Array:
        w1, w2 = split(xy)
        u = _centred_sigmoid(w1)
        for _ in range(self.depth - 1):
            u = _centred_sigmoid(w2 * u)
        return 0.5 * (u - 0.4) ** 2

    def gradient(self, xy: ArrayLike) -> Array:
        u, first, _ = self._derivatives(xy)
        return (u - 0.4)[..., None] * first

    def hessian(self, xy: ArrayLike) -> Array:
        u, first, second = self._derivatives(xy)
        return first[..., :, None] * first[..., None, :] + (u - 0.4)[..., None, None] * second

    def _derivatives(self, xy: ArrayLike) -> tuple[Array, Array, Array]:
        """u_D with its gradient (..., 2) and Hessian (..., 2, 2), carried forward unit by unit."""
        w1, w2 = split(xy)
        zero, one = np.zeros_like(w1), np.ones_like(w1)

        # a is a unit's input; a1, a2 and a11, a12, a22 are its derivatives by w₁ and w₂.
        a, a1, a2, a11, a12, a22 = w1, one, zero, zero, zero, zero
        for unit in range(self.depth):
            u = _centred_sigmoid(a)
            s = 0.25 - u**2
            c = -2 * u * s  # σ″
            u1, u2 = s * a1, s * a2
            u11, u12, u22 = c * a1**2 + s * a11, c * a1 * a2 + s * a12, c * a2**2 + s * a22
            if unit < self.depth - 1:
                a, a1, a2 = w2 * u, w2 * u1, u + w2 * u2
                a11, a12, a22 = w2 * u11, u1 + w2 * u12, 2 * u2 + w2 * u22
        return u, np.stack([u1, u2], axis=-1), symmetric(u11, u12, u22)


@dataclass(frozen=True)
class ReluPair(Terrain):
    """Two weights in series with a ReLU between them, one example, target 1.

        L = ½ (w₂ · max(w₁, 0) − 1)²

    The valley w₁w₂ = 1 has a flat floor and sharpness w₁² + w₂² across. For w₁ ≤ 0 the unit is dead: L = ½ and the
    gradient is exactly 0. The origin is a one-sided saddle. Point = (w₁, w₂).
    """

    name: ClassVar[str] = "relu_pair"
    height: ClassVar[Literal["linear", "log"]] = "log"
    floor: ClassVar[float] = 0.03
    domain: ClassVar[Domain] = ((-2.0, 4.0), (-2.0, 4.0))

    @property
    def start(self) -> Array:
        return np.array([3.5, -0.75])

    def value(self, xy: ArrayLike) -> Array:
        w1, w2 = split(xy)
        return 0.5 * (w2 * np.maximum(w1, 0) - 1) ** 2

    def gradient(self, xy: ArrayLike) -> Array:
        w1, w2 = split(xy)
        h, open_ = np.maximum(w1, 0), w1 > 0
        r = w2 * h - 1
        return np.stack([r * w2 * open_, r * h], axis=-1)

    def hessian(self, xy: ArrayLike) -> Array:
        w1, w2 = split(xy)
        h, open_ = np.maximum(w1, 0), w1 > 0
        return symmetric(w2**2 * open_, (2 * w2 * h - 1) * open_, h**2)
