"""The optimizers' updates of one coordinate, as compiled loops call them: the operations of `_advance`, in its order.

Each takes the gradient g, the moments and the numbers of the step, all of the type of the rows, and gives the step Δx
and the moments after it. What depends on the step alone is computed beforehand, in float64: see `step_numbers`.
"""

from __future__ import annotations

from math import sqrt

from .compiling import exact


@exact
def penalised(g: float, x: float, weight_decay: float) -> float:
    """g + λ x."""
    return x * weight_decay + g if weight_decay else g


@exact
def sgd(g: float, x: float, rate: float, weight_decay: float) -> float:
    """−lr · (g + λ x), where rate = −lr."""
    return penalised(g, x, weight_decay) * rate


@exact
def momentum(
    g: float, x: float, m: float, rate: float, mu: float, kept: float, weight_decay: float
) -> tuple[float, float]:
    """m ← μ m + (1 − τ) (g + λ x), of which `kept` is 1 − τ."""
    m = m * mu + penalised(g, x, weight_decay) * kept
    return m * rate, m


@exact
def nesterov(g: float, x: float, m: float, rate: float, mu: float, weight_decay: float) -> tuple[float, float]:
    g = penalised(g, x, weight_decay)
    m = m * mu + g
    return (m * mu + g) * rate, m


@exact
def rmsprop(g: float, v: float, rate: float, alpha: float, beside: float, eps: float) -> tuple[float, float]:
    """v ← α v + (1 − α) g², of which `beside` is 1 − α."""
    v = v * alpha + g * beside * g
    return g / (sqrt(v) + eps) * rate, v


@exact
def adam(
    g: float, m: float, v: float, rate: float, eps: float, c: float, beta1: float, beta2: float
) -> tuple[float, float, float]:
    """With both moments scaled, and c, the bias corrections and lr folded into `rate` and `eps`, as in `Adam`."""
    scaled = g * c
    m = m * beta1 + scaled
    v = v * beta2 + scaled * scaled
    return m / (sqrt(v) + eps) * rate, m, v
