"""A rate for each coordinate, from the squares of its past gradients; no momentum yet."""

from __future__ import annotations

import numpy as np

from ..core.annotations import Array
from ..core.checks import Fraction, NonNegative, Positive
from .optimizer import Optimizer, State, average_of_squares

__all__ = ["Adadelta", "Adagrad", "RMSProp"]


class Adagrad(Optimizer):
    """Divide by the root of all squared gradients so far: rates only ever shrink.

        vₜ = vₜ₋₁ + gₜ²
        Δx = −lr · gₜ / (√vₜ + ε)

    PyTorch's convention: v₀ = 0 and ε outside the root, so the first step is
    lr whatever the gradient. TensorFlow and optax start at v₀ = 0.1.

    Source: Duchi, Hazan & Singer 2011.
    """

    lr: Positive = 1e-2
    eps: NonNegative = 1e-10

    scales = "g"
    moments = ("v",)

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        v = s["v"]

        np.multiply(g, g, out=delta)
        v += delta

        np.sqrt(v, out=delta)
        delta += self.eps
        np.divide(g, delta, out=delta)
        delta *= -lr


class RMSProp(Optimizer):
    """Divide the step by a running root mean square of the gradient.

        vₜ = α vₜ₋₁ + (1 − α) gₜ²
        Δx = −lr · gₜ / (√vₜ + ε)

    PyTorch's convention: ε outside the root, v₀ = 0, α = 0.99. As v is not
    corrected for its start at 0, the first step is lr/√(1 − α) = 10·lr.
    TensorFlow puts ε inside the root and takes α = 0.9.

    Source: Hinton 2012, lecture 6e.
    """

    lr: Positive = 1e-2
    alpha: Fraction = 0.99
    eps: NonNegative = 1e-8

    name = "rmsprop"
    scales = "g"
    moments = ("v",)

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        v = s["v"]

        average_of_squares(v, g, self.alpha, delta)

        np.sqrt(v, out=delta)
        delta += self.eps
        np.divide(g, delta, out=delta)
        delta *= -lr


class Adadelta(Optimizer):
    """RMSProp whose learning rate is the running size of its own steps.

        vₜ = ρ vₜ₋₁ + (1 − ρ) gₜ²
        dₜ = √(uₜ₋₁ + ε) / √(vₜ + ε) · gₜ
        uₜ = ρ uₜ₋₁ + (1 − ρ) dₜ²
        Δx = −lr · dₜ

    PyTorch's convention: ε inside both roots; lr = 1 is the paper's algorithm.
    The first step is √(ε/(1 − ρ)), and steps take long to grow. Keras takes
    lr = 0.001.

    Source: Zeiler 2012.
    """

    lr: Positive = 1.0
    rho: Fraction = 0.9
    eps: NonNegative = 1e-6

    scales = "g"
    moments = ("v", "u")
    scratch = ("work",)

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        v, u, work = s["v"], s["u"], s["_work"]

        average_of_squares(v, g, self.rho, work)

        np.add(u, self.eps, out=delta)
        np.add(v, self.eps, out=work)
        # Roots first: the quotient of the squares may be too small for a number.
        np.sqrt(delta, out=delta)
        np.sqrt(work, out=work)
        delta /= work
        delta *= g

        average_of_squares(u, delta, self.rho, work)

        delta *= -lr
