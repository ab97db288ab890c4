"""Initial weights. Biases start at 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .errors import unknown


def _he(fan_in: int, fan_out: int) -> float:
    """√(2/fan_in): keeps E[h²] through ReLU layers (He et al. 2015)."""
    return float(np.sqrt(2 / fan_in))


def _glorot(fan_in: int, fan_out: int) -> float:
    """√(2/(fan_in + fan_out)): keeps the variance through linear layers, both ways (Glorot & Bengio 2010)."""
    return float(np.sqrt(2 / (fan_in + fan_out)))


_STANDARD_DEVIATIONS = {"he": _he, "glorot": _glorot}


def names() -> list[str]:
    """All initialisers."""
    return list(_STANDARD_DEVIATIONS)


def draw(name: str, fan_in: int, fan_out: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """A weight matrix (fan_in, fan_out) of independent Gaussians; ValueError with the nearest name if unknown."""
    if name not in _STANDARD_DEVIATIONS:
        raise unknown("initialiser", name, _STANDARD_DEVIATIONS)
    return rng.normal(scale=_STANDARD_DEVIATIONS[name](fan_in, fan_out), size=(fan_in, fan_out))
