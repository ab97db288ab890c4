"""Adam without a schedule, and without a learning rate to tune."""

from __future__ import annotations

from math import inf

import numpy as np

from ..core.annotations import Array
from ..core.checks import Fraction, NonNegative, Positive
from ..core.elementary import sqrt
from ..core.errors import not_allowed
from .optimizer import Blocks, Optimizer, State, average, average_of_squares, decay, precision

__all__ = ["Prodigy", "ScheduleFreeAdamW"]


class ScheduleFreeAdamW(Optimizer):
    """AdamW whose weighted average of all points takes the place of a falling learning rate.

        dₜ   = gₜ / (√v̂ₜ + ε) + λ yₜ                 vₜ, v̂ₜ as in Adam
        zₜ₊₁ = zₜ − lr · dₜ
        xₜ₊₁ = (1 − cₜ) xₜ + cₜ zₜ₊₁,   cₜ = lrₘ² / Σ lrₘ²
        yₜ₊₁ = (1 − β₁) zₜ₊₁ + β₁ xₜ₊₁

    lrₘ is the largest rate so far. The point that walks, and where gradients
    are taken, is y; the result to be judged is the average x, which a
    Trajectory keeps as state "average".

    Convention of the authors' code. No schedule should be added but a warm-up.

    Source: Defazio et al. 2024.
    """

    lr: Positive = 2.5e-3
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: NonNegative = 1e-8
    weight_decay: NonNegative = 0.0

    name = "schedule_free_adamw"
    moments = ("v",)
    scratch = ("work",)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.beta1 == 0:
            raise not_allowed("beta1", 0, "it must lie in (0, 1)")

    def init(self, x: Array, blocks: Blocks | None = None) -> State:
        averages = {"z": x.copy(), "average": x.copy(), "lr_max": 0.0, "weights": 0.0}
        return super().init(x, blocks) | averages

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        v, z, mean, work = s["v"], s["z"], s["average"], s["_work"]

        average_of_squares(v, g, self.beta2, delta)

        np.sqrt(v, out=work)
        work /= sqrt(1 - self.beta2 ** s["t"])
        work += self.eps
        np.divide(g, work, out=delta)
        decay(delta, x, -self.weight_decay, work)

        s["lr_max"] = max(s["lr_max"], lr)
        # A product, as Python's powers raise an error where they overflow.
        square = s["lr_max"] * s["lr_max"]
        s["weights"] += square
        c = square / s["weights"] if s["weights"] else 0.0

        delta *= lr
        z -= delta
        mean *= 1 - c
        np.multiply(z, c, out=work)
        mean += work

        np.multiply(z, 1 - self.beta1, out=delta)
        np.multiply(mean, self.beta1, out=work)
        delta += work
        delta -= x


class Prodigy(Optimizer):
    """Adam that finds its own learning rate from how far it has come.

        rₜ = √β₂ rₜ₋₁ + (1/d₀) dₜ² lr · ⟨gₜ, x₀ − xₜ⟩
        sₜ = √β₂ sₜ₋₁ + (1/d₀) dₜ² lr · gₜ
        mₜ = β₁ mₜ₋₁ + (1 − β₁) dₜ gₜ
        vₜ = β₂ vₜ₋₁ + (1 − β₂) dₜ² gₜ²
        dₜ₊₁ = max(dₜ, rₜ / |sₜ|₁)         at most `growth` · dₜ
        Δx = −dₜ lr · (mₜ / (√vₜ + dₜ₊₁ ε) + λ x)

    d is a lower bound of the distance to the minimum and grows towards it;
    leave lr at 1. Each point of a batch has its own d.

    Convention of the authors' code: no bias correction, 1/d₀ in r and s, no
    decay before the first gradient that is not 0.

    Source: Mishchenko & Defazio 2024.
    """

    lr: Positive = 1.0
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: NonNegative = 1e-8
    weight_decay: NonNegative = 0.0
    d0: Positive = 1e-6
    growth: float = inf

    scales = "m"
    moments = ("m", "v", "s")
    scratch = ("work",)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.growth > 1:
            raise not_allowed("growth", self.growth, "it must be above 1")

    def init(self, x: Array, blocks: Blocks | None = None) -> State:
        scalar = np.zeros_like(x[..., :1])
        scalars = {"r": scalar, "d": scalar + self.d0, "d_max": scalar + self.d0}
        return super().init(x, blocks) | {"x_first": x.copy()} | scalars

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m, v, distances, r, d, work = s["m"], s["v"], s["s"], s["r"], s["d"], s["_work"]
        beta3 = sqrt(self.beta2)
        scale = d * d * (lr / self.d0)

        np.subtract(s["x_first"], x, out=delta)
        delta *= g
        r *= beta3
        r += scale * delta.sum(axis=-1, keepdims=True)

        np.multiply(g, d, out=work)
        average(m, work, self.beta1, delta)
        average_of_squares(v, work, self.beta2, delta)

        distances *= beta3
        np.multiply(g, scale, out=work)
        distances += work

        np.abs(distances, out=work)
        norm = work.sum(axis=-1, keepdims=True)
        estimate = np.divide(r, norm, out=np.zeros_like(r), where=norm > 0)
        step_size = d * lr
        # Before its first growth d may jump to the estimate at once; later only as fast as `growth` lets it.
        first = np.where(d == self.d0, np.maximum(d, estimate), d)
        np.maximum(s["d_max"], estimate, out=s["d_max"])
        np.minimum(s["d_max"], first * self.growth, out=d)

        np.sqrt(v, out=work)
        work += d * self.eps
        # Where no gradient was ever seen, 0/0 means no step.
        np.maximum(work, float(precision(work).tiny), out=work)
        np.divide(m, work, out=delta)
        if self.weight_decay:
            np.multiply(x, self.weight_decay, out=work)
            delta += work
        # Before the first gradient nothing moves, and nothing decays.
        delta *= np.where(norm > 0, -step_size, 0)
