"""The optimizer zoo, simplest first.

An optimizer is a frozen dataclass of hyperparameters. What it remembers between steps is a small dict of named arrays,
shaped like the point: `t` counts the steps, `delta` is the step last taken, `m`, `v` … are the paper's own symbols. The
same object walks one point (2,), many points (n, 2), or the flat parameter buffer (P,) of a network.

Conventions are PyTorch's throughout; each docstring says where others differ.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .checks import fraction, non_negative, positive
from .registry import Registry

Array = NDArray[Any]
State = dict[str, Any]


@dataclass(frozen=True)
class Optimizer(ABC):
    """Base of the zoo. `lr` is the learning rate; `name` the one in the registry; `moments` the remembered arrays."""

    lr: float

    name: ClassVar[str]
    moments: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        positive("lr", self.lr)

    def init(self, x: Array) -> State:
        """The state before the first step, for points shaped and typed like `x`."""
        return {"t": 0, "delta": np.zeros_like(x)} | {moment: np.zeros_like(x) for moment in self.moments}

    def update(self, grad: Array, state: State, x: Array) -> tuple[Array, State]:
        """The step Δx and the state after it; nothing that was passed in is changed. x + Δx is the new point."""
        state = {key: value.copy() if isinstance(value, np.ndarray) else value for key, value in state.items()}
        state["t"] += 1
        self._advance(grad, state, state["delta"])
        return state["delta"], state

    def step_(self, x: Array, grad: Array, state: State) -> None:
        """Take one step in place: `x` and `state` change, nothing is allocated. Same numbers as `update`."""
        state["t"] += 1
        self._advance(grad, state, state["delta"])
        x += state["delta"]

    @abstractmethod
    def _advance(self, g: Array, s: State, delta: Array) -> None:
        """Bring the moments in `s` up to step s["t"] and write Δx into `delta`, which also serves as scratch."""


@dataclass(frozen=True)
class SGD(Optimizer):
    """Plain gradient descent; stochastic when the gradient is (Robbins & Monro 1951).

    Δx = −lr · gₜ
    """

    lr: float = 1e-2

    name: ClassVar[str] = "sgd"

    def _advance(self, g: Array, s: State, delta: Array) -> None:
        np.multiply(g, -self.lr, out=delta)


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Heavy ball (Polyak 1964).

        mₜ = μ mₜ₋₁ + gₜ
        Δx = −lr · mₜ

    PyTorch's convention: the learning rate multiplies the buffer, not the gradient, so changing it acts at once on the
    whole velocity; on a straight slope the steps grow to lr/(1 − μ).
    """

    lr: float = 1e-2
    momentum: float = 0.9

    name: ClassVar[str] = "momentum"
    moments: ClassVar[tuple[str, ...]] = ("m",)

    def __post_init__(self) -> None:
        super().__post_init__()
        fraction("momentum", self.momentum)

    def _advance(self, g: Array, s: State, delta: Array) -> None:
        m = s["m"]

        m *= self.momentum
        m += g

        np.multiply(m, -self.lr, out=delta)


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """Divide the step by a running root mean square of the gradient (Hinton 2012, lecture 6e).

        vₜ = α vₜ₋₁ + (1 − α) gₜ²
        Δx = −lr · gₜ / (√vₜ + ε)

    PyTorch's convention: ε outside the root, v₀ = 0, α = 0.99. TensorFlow puts ε inside the root and takes α = 0.9.
    """

    lr: float = 1e-2
    alpha: float = 0.99
    eps: float = 1e-8

    name: ClassVar[str] = "rmsprop"
    moments: ClassVar[tuple[str, ...]] = ("v",)

    def __post_init__(self) -> None:
        super().__post_init__()
        fraction("alpha", self.alpha)
        non_negative("eps", self.eps)

    def _advance(self, g: Array, s: State, delta: Array) -> None:
        v = s["v"]

        v *= self.alpha
        np.multiply(g, g, out=delta)
        delta *= 1 - self.alpha
        v += delta

        np.sqrt(v, out=delta)
        delta += self.eps
        np.divide(g, delta, out=delta)
        delta *= -self.lr


@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum and a step size of its own for each coordinate (Kingma & Ba 2015).

        mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ          m̂ₜ = mₜ / (1 − β₁ᵗ)
        vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²         v̂ₜ = vₜ / (1 − β₂ᵗ)
        Δx = −lr · m̂ₜ / (√v̂ₜ + ε)

    PyTorch's convention: ε outside the root and on the corrected v̂. The paper's §2 variant, and TensorFlow, add ε
    before the correction.
    """

    lr: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    name: ClassVar[str] = "adam"
    moments: ClassVar[tuple[str, ...]] = ("m", "v")

    def __post_init__(self) -> None:
        super().__post_init__()
        fraction("beta1", self.beta1)
        fraction("beta2", self.beta2)
        non_negative("eps", self.eps)

    def _advance(self, g: Array, s: State, delta: Array) -> None:
        m, v, t = s["m"], s["v"], s["t"]

        m *= self.beta1
        np.multiply(g, 1 - self.beta1, out=delta)
        m += delta

        v *= self.beta2
        np.multiply(g, g, out=delta)
        delta *= 1 - self.beta2
        v += delta

        np.divide(v, 1 - self.beta2**t, out=delta)
        np.sqrt(delta, out=delta)
        delta += self.eps
        np.divide(m, delta, out=delta)
        delta *= -self.lr / (1 - self.beta1**t)


registry: Registry[Optimizer] = Registry("optimizer", [SGD, Momentum, RMSProp, Adam])
names, get, parse, text = registry.names, registry.get, registry.parse, registry.text
