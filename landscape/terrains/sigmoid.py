"""The logistic function and its slope, with all their digits however far they saturate."""

from __future__ import annotations

import numpy as np

from ..core.annotations import Floats as Array

# 1 − σ and ¼ − (σ − ½)² would have none left beyond |a| = 37. Here nothing is subtracted, and nothing overflows.


def sigmoid(a: Array) -> Array:
    """σ(a) = 1 / (1 + e⁻ᵃ)."""
    t = np.exp(-np.abs(a))
    sigma: Array = np.where(a < 0, t, 1.0) / (1 + t)
    return sigma


def slope(a: Array) -> Array:
    """σ′(a) = σ(a) σ(−a)."""
    t = np.exp(-np.abs(a))
    steep: Array = t / ((1 + t) * (1 + t))
    return steep


def centred(a: Array) -> Array:
    """σ(a) − ½, as precise near 0 as a itself; σ″ = −2 σ′ · this."""
    half: Array = 0.5 * np.tanh(0.5 * a)
    return half


def difference(centre: Array, half: Array) -> Array:
    """σ(centre + half) − σ(centre − half), as precise near half = 0 as half itself."""
    far = np.abs(half)
    gap: Array = -np.sign(half) * np.expm1(-2 * far) * sigmoid(centre + far) * sigmoid(far - centre)
    return gap
