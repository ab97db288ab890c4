"""Optimizers with one rate for all coordinates, or with nothing but signs."""

from __future__ import annotations

import numpy as np

from ..core.annotations import Array
from ..core.checks import Fraction, NonNegative, Positive
from ..core.errors import not_allowed
from .optimizer import Blocks, Optimizer, State

__all__ = ["SGD", "Momentum", "Nesterov", "Rprop", "SignSGD"]


class SGD(Optimizer):
    """Plain gradient descent; stochastic when the gradient is.

        Δx = −lr · (gₜ + λ x)

    λ is `weight_decay`, the L2 penalty ½λ|x|² (0 by default).

    Source: Cauchy 1847; Robbins & Monro 1951.
    """

    lr: Positive = 1e-2
    weight_decay: NonNegative = 0.0

    scales = "g"

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        _penalised(g, x, self.weight_decay, delta)
        delta *= -lr


class Momentum(Optimizer):
    """Heavy ball: the step remembers the steps before it.

        gₜ ← gₜ + λ x
        mₜ = μ mₜ₋₁ + (1 − τ) gₜ,   m₁ = g₁
        Δx = −lr · mₜ

    PyTorch's convention: the learning rate multiplies the buffer, not the
    gradient, so changing it acts at once on the whole velocity; on a straight
    slope the steps grow to lr/(1 − μ). τ is `dampening`, 0 by default; it
    leaves the first gradient alone, and all where μ = 0. Polyak's paper, and
    Sutskever et al. 2013, have the rate inside the buffer; while lr is
    constant that is the same path.

    Source: Polyak 1964.
    """

    lr: Positive = 1e-2
    momentum: Fraction = 0.9
    dampening: Fraction = 0.0
    weight_decay: NonNegative = 0.0

    scales = "m"
    moments = ("m",)

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m = s["m"]

        m *= self.momentum
        _penalised(g, x, self.weight_decay, delta)
        if self.momentum and self.dampening and s["t"] > 1:
            delta *= 1 - self.dampening
        m += delta

        np.multiply(m, -lr, out=delta)


class Nesterov(Optimizer):
    """Momentum that looks ahead: the gradient counts once more than in the buffer.

        gₜ ← gₜ + λ x
        mₜ = μ mₜ₋₁ + gₜ
        Δx = −lr · (gₜ + μ mₜ)

    PyTorch's convention, which moves the point where the gradient is taken.
    Nesterov's own form takes it at x + μ·(last step) and stores the other
    point; the two paths are shifted against each other by that look ahead.

    Source: Nesterov 1983; Sutskever et al. 2013.
    """

    lr: Positive = 1e-2
    momentum: Fraction = 0.9
    weight_decay: NonNegative = 0.0

    moments = ("m",)
    scratch = ("work",)

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m, penalised = s["m"], s["_work"]

        _penalised(g, x, self.weight_decay, penalised)
        m *= self.momentum
        m += penalised

        np.multiply(m, self.momentum, out=delta)
        delta += penalised
        delta *= -lr


class SignSGD(Optimizer):
    """Only the direction of each coordinate counts: every step is ±lr.

        Δx = −lr · sign(gₜ)

    Adam without its averages (β₁ = β₂ = 0, ε = 0) is this. A coordinate whose
    gradient is exactly 0 stays.

    Source: Bernstein et al. 2018.
    """

    lr: Positive = 1e-3

    name = "signsgd"
    scales = "g"

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        np.sign(g, out=delta)
        delta *= -lr


class Rprop(Optimizer):
    """A step size a coordinate that grows while the sign stays and shrinks when it turns.

        ηₜ = 1.2 ηₜ₋₁  if gₜ gₜ₋₁ > 0        (at most step_max)
        ηₜ = 0.5 ηₜ₋₁  if gₜ gₜ₋₁ < 0        (at least step_min)
        Δx = −ηₜ · sign(gₜ),   0 where the sign has just turned

    The learning rate is only the first η, so schedules do nothing. For full
    batches: with noisy signs the step sizes shrink to nothing.

    PyTorch's convention (the paper's iRprop−: after a turn gₜ counts as 0),
    but signs are multiplied, where its gₜ gₜ₋₁ may underflow; the first paper
    takes the last step back instead.

    Source: Riedmiller & Braun 1993; Igel & Hüsken 2000.
    """

    lr: Positive = 1e-2
    step_min: Positive = 1e-6
    step_max: Positive = 50.0

    scales = "g"
    moments = ("g_last", "eta")
    scheduled = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.step_min > self.step_max:
            raise not_allowed("step_min", self.step_min, f"it must be step_max = {self.step_max} or less")

    def init(self, x: Array, blocks: Blocks | None = None) -> State:
        state = super().init(x, blocks)
        state["eta"] += self.lr
        return state | {"_same": np.empty_like(x, dtype=bool), "_turned": np.empty_like(x, dtype=bool)}

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        last, eta, same, turned = s["g_last"], s["eta"], s["_same"], s["_turned"]

        # Signs rather than gradients: their product cannot underflow to a false 0.
        np.sign(g, out=delta)
        np.sign(last, out=last)
        last *= delta
        np.greater(last, 0, out=same)
        np.less(last, 0, out=turned)

        np.multiply(eta, 1.2, out=eta, where=same)
        np.multiply(eta, 0.5, out=eta, where=turned)
        np.clip(eta, self.step_min, self.step_max, out=eta)

        np.copyto(last, g)
        np.copyto(last, 0, where=turned)
        np.copyto(delta, 0, where=turned)
        delta *= eta
        np.negative(delta, out=delta)


def _penalised(g: Array, x: Array, weight_decay: float, out: Array) -> None:
    """out ← g + λ x."""
    if weight_decay:
        np.multiply(x, weight_decay, out=out)
        out += g
    else:
        np.copyto(out, g)
