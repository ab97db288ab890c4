"""Later than Adam: gradient differences, signs, curvature."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..core.annotations import Array
from ..core.checks import Count, Fraction, Natural, NonNegative, Positive
from ..core.elementary import sqrt
from .optimizer import Optimizer, Probe, State, average, average_of_squares, decay

__all__ = ["Adan", "Lion", "Sophia"]


class Adan(Optimizer):
    """Adam with a running mean of gradient differences, which looks ahead like Nesterov.

        mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
        dₜ = β₂ dₜ₋₁ + (1 − β₂) (gₜ − gₜ₋₁)                 g₀ = g₁
        nₜ = β₃ nₜ₋₁ + (1 − β₃) (gₜ + β₂ (gₜ − gₜ₋₁))²
        Δx = −lr · (m̂ₜ + β₂ d̂ₜ) / (√n̂ₜ + ε)
        x  = (x + Δx) / (1 + lr λ)              ^ corrected as in Adam

    Convention of the authors' code: β is the share that is kept (the paper
    writes 1 − β), ε outside the root, moments corrected. optax (0.2.8) keeps
    the paper's 1 − β₂ beside the differences though its β₂ is the share kept,
    so that they count .08 and not .92; it has a second ε inside the root, and
    decays as AdamW.

    Source: Xie et al. 2022.
    """

    lr: Positive = 1e-3
    beta1: Fraction = 0.98
    beta2: Fraction = 0.92
    beta3: Fraction = 0.99
    eps: NonNegative = 1e-8
    weight_decay: NonNegative = 0.0

    moments = ("m", "d", "n", "g_last")
    scratch = ("work", "difference")

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m, d, n, last, t = s["m"], s["d"], s["n"], s["g_last"], s["t"]
        work, difference = s["_work"], s["_difference"]

        if t == 1:
            difference[...] = 0
        else:
            np.subtract(g, last, out=difference)
        np.copyto(last, g)

        average(m, g, self.beta1, delta)
        average(d, difference, self.beta2, delta)
        difference *= self.beta2
        difference += g
        average_of_squares(n, difference, self.beta3, delta)

        np.divide(m, 1 - self.beta1**t, out=delta)
        np.multiply(d, self.beta2 / (1 - self.beta2**t), out=work)
        delta += work
        np.sqrt(n, out=work)
        work /= sqrt(1 - self.beta3**t)
        work += self.eps
        delta /= work
        delta *= -lr

        if self.weight_decay:
            shrunk = 1 / (1 + lr * self.weight_decay)
            delta *= shrunk
            decay(delta, x, 1 - shrunk, work)


class Lion(Optimizer):
    """The sign of a momentum: every step is ±lr, found by a search over programs.

        cₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
        Δx = −lr · (sign(cₜ) + λ x)
        mₜ = β₂ mₜ₋₁ + (1 − β₂) gₜ

    As every coordinate moves by lr, rates are 3 to 10 times smaller than
    Adam's. The same in the paper, optax and PyTorch packages.

    Source: Chen et al. 2023.
    """

    lr: Positive = 1e-4
    beta1: Fraction = 0.9
    beta2: Fraction = 0.99
    weight_decay: NonNegative = 0.0

    moments = ("m",)
    scratch = ("work",)

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m, work = s["m"], s["_work"]

        np.multiply(m, self.beta1, out=delta)
        np.multiply(g, 1 - self.beta1, out=work)
        delta += work
        np.sign(delta, out=delta)
        delta *= -lr
        decay(delta, x, lr * self.weight_decay, work)

        average(m, g, self.beta2, work)


class Sophia(Optimizer):
    """Momentum divided by the Hessian's diagonal, each step clipped to ±lr.

        mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
        hₜ = β₂ hₜ₋₁ + (1 − β₂) diag H      at steps 1, 1 + k, 1 + 2k …
        Δx = −lr · clip(mₜ / max(γ hₜ, ε), −1, 1) − lr · λ x

    k is `every`. diag H is "exact", from one Hessian product a coordinate, or
    Hutchinson's estimate u ⊙ Hu with one u of random signs (in the paper u is
    Gaussian). Where curvature is negative or tiny the step is ±lr, as in
    signsgd.

    The paper's convention: h starts at 0 and is not corrected, and γ stands
    beside h. Some packages clip m/h at ±γ, which is the same with lr·γ.

    Source: Liu et al. 2023.
    """

    lr: Positive = 1e-3
    beta1: Fraction = 0.96
    beta2: Fraction = 0.99
    gamma: Positive = 0.01
    eps: NonNegative = 1e-12
    weight_decay: NonNegative = 0.0
    every: Count = 10
    diagonal: Literal["hutchinson", "exact"] = "hutchinson"
    seed: Natural = 0

    scales = "m"
    moments = ("m", "h")
    scratch = ("work",)
    needs_probe = True

    def signs(self, step: int, size: int) -> Array:
        """The signs u (size,) of Hutchinson's estimate at a step 1, 2 …

        The same for all points of a batch: a point's walk then does not depend on its company.
        """
        return np.random.default_rng((self.seed, step)).choice([-1.0, 1.0], size=size)

    def _ask(self, g: Array, s: State, x: Array, probe: Probe) -> Array:
        if (s["t"] - 1) % self.every == 0:
            average(s["h"], self._curvature(s, x, probe), self.beta2, s["delta"])
        return g

    def _curvature(self, s: State, x: Array, probe: Probe) -> Array:
        """diag H at x, or an unbiased estimate of it."""
        if self.diagonal == "hutchinson":
            u = np.empty_like(x)
            u[...] = self.signs(s["t"], x.shape[-1])
            return u * probe.hvp(x, u)
        diagonal, axis = np.empty_like(x), np.zeros_like(x)
        for k in range(x.shape[-1]):
            axis[..., k] = 1
            diagonal[..., k] = probe.hvp(x, axis)[..., k]
            axis[..., k] = 0
        return diagonal

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m, h, work = s["m"], s["h"], s["_work"]

        average(m, g, self.beta1, delta)

        np.multiply(h, self.gamma, out=work)
        np.maximum(work, self.eps, out=work)
        np.divide(m, work, out=delta)
        np.clip(delta, -1, 1, out=delta)
        delta *= -lr
        decay(delta, x, lr * self.weight_decay, work)
