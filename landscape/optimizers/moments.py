"""Adam and its nearest relatives: momentum, and a rate for each coordinate."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..core.annotations import Array
from ..core.checks import Fraction, NonNegative, Positive
from ..core.elementary import floor, log2, sqrt
from .optimizer import Blocks, Optimizer, State, average, average_of_squares, decay

__all__ = ["AMSGrad", "Adam", "AdamW", "Adamax", "NAdam", "RAdam"]


class Adam(Optimizer):
    """Momentum, and a step size of its own for each coordinate.

        mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ          m̂ₜ = mₜ / (1 − β₁ᵗ)
        vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²         v̂ₜ = vₜ / (1 − β₂ᵗ)
        Δx = −lr · m̂ₜ / (√v̂ₜ + ε)

    A step is about lr at most; the true bound, reached on growing gradients,
    is 7.27·lr at the defaults. Multiplying the loss by a constant changes
    nothing but what ε does.

    PyTorch's convention: ε outside the root and on the corrected v̂. The end
    of the paper's §2, and TensorFlow, add ε before the correction.

    Source: Kingma & Ba 2015.
    """

    lr: Positive = 1e-3
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: NonNegative = 1e-8

    scales = "m"
    moments: ClassVar[tuple[str, ...]] = ("m_scaled", "v_scaled")

    # The state holds c/(1 − β₁) · m and c²/(1 − β₂) · v, which one multiplication of g serves; their factors, the bias
    # corrections and the learning rate fold into two scalars: 11 passes over memory in place of 14. With c a power of
    # two no digit changes, and with c² at most 1 − β₂ no square overflows before v itself would, as PyTorch's do.

    @property
    def _c(self) -> float:
        # At most 1 − β₁, so that sums of gradients do not overflow at all.
        c: float = 2.0 ** min(floor(0.5 * log2(1 - self.beta2)), floor(log2(1 - self.beta1)))
        return c

    def recorded(self, state: State) -> dict[str, Array]:
        arrays = super().recorded(state)
        m = (1 - self.beta1) / self._c * arrays.pop("m_scaled")
        return arrays | {"m": m, "v": self._of_squares(arrays.pop("v_scaled"))}

    def _of_squares(self, scaled: Array) -> Array:
        return np.asarray((1 - self.beta2) / self._c**2 * scaled)

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m, v = s["m_scaled"], s["v_scaled"]
        rate, eps, c = self.folded(s["t"], lr)

        np.multiply(g, c, out=delta)
        m *= self.beta1
        m += delta

        v *= self.beta2
        np.square(delta, out=delta)
        v += delta

        np.sqrt(self._second(v, s), out=delta)
        delta += eps
        np.divide(m, delta, out=delta)
        delta *= rate

    def folded(self, t: int, lr: float) -> tuple[float, float, float]:
        """What step t multiplies m by, what it adds to the root of v, and c, for the scaled moments."""
        root = sqrt((1 - self.beta2) / (1 - self.beta2**t))
        return -lr * (1 - self.beta1) / (1 - self.beta1**t) / root, self._c * (self.eps / root), self._c

    def _second(self, v: Array, s: State) -> Array:
        """The second moment that the step is divided by."""
        return v

    def plain(self, g: Array, m: Array, v: Array, t: int) -> tuple[Array, Array, Array]:
        """Step t as the formula has it: Δx, m and v. `_advance` computes the same, which a test holds it to."""
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        return -self.lr * m_hat / (np.sqrt(v_hat) + self.eps), m, v


class Adamax(Optimizer):
    """Adam with a decaying maximum of |g| in place of the root of v.

        mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
        uₜ = max(β₂ uₜ₋₁, |gₜ| + ε)
        Δx = −lr / (1 − β₁ᵗ) · mₜ / uₜ

    PyTorch's convention: ε is added to |g| inside the maximum; the paper has
    none, Keras adds it to u.

    Source: Kingma & Ba 2015, §7.1.
    """

    lr: Positive = 2e-3
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: NonNegative = 1e-8

    scales = "m"
    moments = ("m", "u")

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m, u, t = s["m"], s["u"], s["t"]

        average(m, g, self.beta1, delta)

        u *= self.beta2
        np.abs(g, out=delta)
        delta += self.eps
        np.maximum(u, delta, out=u)

        np.divide(m, u, out=delta)
        delta *= -lr / (1 - self.beta1**t)


class AMSGrad(Adam):
    """Adam that never forgets its largest second moment.

        mₜ, vₜ, m̂ₜ as in Adam;   wₜ = max(wₜ₋₁, vₜ)
        Δx = −lr · m̂ₜ / (√(wₜ / (1 − β₂ᵗ)) + ε)

    Made for the case in which Adam ends at the wrong place: rare large
    gradients among many small ones.

    PyTorch's convention: the maximum is of the raw v and is corrected
    afterwards; the paper corrects nothing, optax takes the maximum of v̂.

    Source: Reddi, Kale & Kumar 2018.
    """

    name = "amsgrad"
    moments = ("m_scaled", "v_scaled", "w_scaled")

    def recorded(self, state: State) -> dict[str, Array]:
        arrays = super().recorded(state)
        return arrays | {"w": self._of_squares(arrays.pop("w_scaled"))}

    def _second(self, v: Array, s: State) -> Array:
        w: Array = s["w_scaled"]
        return np.maximum(w, v, out=w)


class AdamW(Adam):
    """Adam with weight decay beside the gradient instead of in it.

        Δx = −lr · m̂ₜ / (√v̂ₜ + ε) − lr · λ x          m̂, v̂ as in Adam

    λ is `weight_decay`. An L2 penalty in the gradient would be divided by √v̂
    like the rest and so hardly shrink the weights that learn much.

    PyTorch's convention: the decay is multiplied by lr. In the paper it is
    not, only by the schedule's factor.

    Source: Loshchilov & Hutter 2019.
    """

    weight_decay: NonNegative = 1e-2

    name = "adamw"
    scratch = ("work",)

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        super()._advance(g, s, delta, x, lr)
        decay(delta, x, lr * self.weight_decay, s["_work"])


class NAdam(Optimizer):
    """Adam with Nesterov's look ahead.

        μₜ = β₁ (1 − ½ · 0.96^(tψ)),   Mₜ = μ₁ μ₂ … μₜ
        m̂ₜ = μₜ₊₁ mₜ / (1 − Mₜ₊₁) + (1 − μₜ) gₜ / (1 − Mₜ)
        Δx = −lr · m̂ₜ / (√v̂ₜ + ε)                mₜ, v̂ₜ as in Adam

    PyTorch's convention: the schedule of μ with ψ = `momentum_decay` = 0.004,
    as in the paper. optax and many others keep μ = β₁ constant.

    Source: Dozat 2016.
    """

    lr: Positive = 2e-3
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: NonNegative = 1e-8
    momentum_decay: NonNegative = 4e-3

    name = "nadam"
    moments = ("m", "v")
    scratch = ("work",)

    def init(self, x: Array, blocks: Blocks | None = None) -> State:
        return super().init(x, blocks) | {"mu_product": 1.0}

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m, v, t, work = s["m"], s["v"], s["t"], s["_work"]

        average(m, g, self.beta1, delta)
        average_of_squares(v, g, self.beta2, delta)

        mu, mu_next = (self.beta1 * (1 - 0.5 * 0.96 ** (step * self.momentum_decay)) for step in (t, t + 1))
        s["mu_product"] *= mu
        np.multiply(m, mu_next / (1 - s["mu_product"] * mu_next), out=delta)
        np.multiply(g, (1 - mu) / (1 - s["mu_product"]), out=work)
        delta += work

        np.sqrt(v, out=work)
        work /= sqrt(1 - self.beta2**t)
        work += self.eps
        delta /= work
        delta *= -lr


class RAdam(Optimizer):
    """Adam that waits until its second moment rests on enough gradients.

        ρ∞ = 2/(1 − β₂) − 1,   ρₜ = ρ∞ − 2t β₂ᵗ/(1 − β₂ᵗ)
        rₜ = √( (ρₜ−4)(ρₜ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρₜ) )
        Δx = −lr · m̂ₜ · rₜ √(1 − β₂ᵗ) / (√vₜ + ε)    if ρₜ > 5
        Δx = −lr · m̂ₜ                                otherwise

    The first steps (5 at the defaults) are plain momentum, so unlike Adam's
    they do depend on the gradient's scale.

    PyTorch's convention: rectified for ρₜ > 5 (the paper says 4), and ε is
    added to the raw √v.

    Source: Liu et al. 2020.
    """

    lr: Positive = 1e-3
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: NonNegative = 1e-8

    name = "radam"
    scales = "m"
    moments = ("m", "v")
    scratch = ("work",)

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m, v, t, work = s["m"], s["v"], s["t"], s["_work"]

        average(m, g, self.beta1, delta)
        average_of_squares(v, g, self.beta2, delta)

        np.multiply(m, -lr / (1 - self.beta1**t), out=delta)

        correction2 = 1 - self.beta2**t
        rho_inf = 2 / (1 - self.beta2) - 1
        rho = rho_inf - 2 * t * self.beta2**t / correction2
        if rho > 5:
            rectified = sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
            np.sqrt(v, out=work)
            work += self.eps
            delta /= work
            delta *= rectified * sqrt(correction2)
