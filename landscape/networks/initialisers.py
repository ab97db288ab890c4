"""Initial weights. Biases start at 0.

Each is a frozen dataclass, found by name: `get("normal", std=0.01)`, `parse("normal:std=0.01")`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from ..core.checks import Part, Positive, result
from ..core.elementary import sqrt
from ..core.registry import Registry

Weights = NDArray[np.float64]


class Initialiser(Part, ABC):
    """Base of the initialisers."""

    @abstractmethod
    def draw(self, fan_in: int, fan_out: int, rng: np.random.Generator) -> Weights:
        """A weight matrix (fan_in, fan_out)."""

    def try_out(self) -> None:
        drawn = self.draw(3, 2, np.random.default_rng(0))
        result(f"initialiser {self.name}, for 3 inputs and 2 outputs,", drawn, (3, 2))


class Gaussian(Initialiser):
    """Independent Gaussians around 0."""

    @abstractmethod
    def deviation(self, fan_in: int, fan_out: int) -> float:
        """The standard deviation of a weight."""

    def draw(self, fan_in: int, fan_out: int, rng: np.random.Generator) -> Weights:
        return rng.normal(scale=self.deviation(fan_in, fan_out), size=(fan_in, fan_out))


class He(Gaussian):
    """Gaussian, of deviation √(2/fan_in): keeps E[h²] through ReLU layers.

    Source: He et al. 2015.
    """

    def deviation(self, fan_in: int, fan_out: int) -> float:
        return sqrt(2 / fan_in)


class Glorot(Gaussian):
    """Gaussian, of deviation √(2/(fan_in + fan_out)): keeps the variance through linear layers, both ways.

    Source: Glorot & Bengio 2010.
    """

    def deviation(self, fan_in: int, fan_out: int) -> float:
        return sqrt(2 / (fan_in + fan_out))


class LeCun(Gaussian):
    """Gaussian, of deviation √(1/fan_in): keeps the variance of what goes forward through linear layers.

    Source: LeCun, Bottou, Orr & Müller 1998.
    """

    name = "lecun"

    def deviation(self, fan_in: int, fan_out: int) -> float:
        return sqrt(1 / fan_in)


class Normal(Gaussian):
    """Gaussian, of the same deviation `std` in every layer."""

    std: Positive = 0.01

    def deviation(self, fan_in: int, fan_out: int) -> float:
        return self.std


class Orthogonal(Initialiser):
    """A random matrix whose columns, or rows where they are fewer, are orthogonal and of length `gain`.

    Source: Saxe, McClelland & Ganguli 2014.
    """

    gain: Positive = 1.0

    def draw(self, fan_in: int, fan_out: int, rng: np.random.Generator) -> Weights:
        q, r = np.linalg.qr(rng.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out))))
        # QR leaves the signs open; this choice makes all rotations equally likely.
        q *= self.gain * np.sign(np.diag(r))
        return q if fan_in >= fan_out else q.T


class Zeros(Initialiser):
    """All weights 0: the units of a layer then never come to differ."""

    def draw(self, fan_in: int, fan_out: int, rng: np.random.Generator) -> Weights:
        return np.zeros((fan_in, fan_out))


registry: Registry[Initialiser] = Registry("initialiser", Initialiser, [He, Glorot, LeCun, Orthogonal, Normal, Zeros])
names, get, register = registry.names, registry.get, registry.register
parse, stored, text, of = registry.parse, registry.stored, registry.text, registry.of
