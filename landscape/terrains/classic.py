"""Terrains from optimization textbooks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..checks import finite, non_negative, positive
from .base import Array, Domain, Terrain, split, symmetric


@dataclass(frozen=True)
class Ravine(Terrain):
    """A quadratic valley, κ times steeper across than along, turned by `angle` degrees.

        L = ½ (u² + κ v²),   (u, v) = (x, y) turned back by the angle

    Minimum 0 at the origin; eigenvalues 1 (floor) and κ (walls). Gradient descent converges for lr < 2/κ and at its
    best rate, (κ−1)/(κ+1) a step, for lr = 2/(κ+1) (Polyak 1964; Nesterov 2004, §2.1.5).
    """

    kappa: float = 100.0
    angle: float = 0.0

    name: ClassVar[str] = "ravine"
    height: ClassVar[Literal["linear", "log"]] = "log"
    floor: ClassVar[float] = 0.1
    domain: ClassVar[Domain] = ((-10.0, 10.0), (-7.5, 7.5))

    def __post_init__(self) -> None:
        positive("kappa", self.kappa)
        finite("angle", self.angle)

    @cached_property
    def _turn(self) -> tuple[float, float]:
        """Cosine and sine of the angle, exact at multiples of 90°, where those of the radians are not."""
        quarters, rest = divmod(self.angle, 90.0)
        turn = complex(math.cos(math.radians(rest)), math.sin(math.radians(rest))) * (1, 1j, -1, -1j)[int(quarters) % 4]
        return turn.real, turn.imag

    @property
    def start(self) -> Array:
        return self._turned(np.array(-7.0), np.array(1.5))

    @property
    def minima(self) -> Array:
        return np.zeros((1, 2))

    def value(self, xy: ArrayLike) -> Array:
        u, v = self._along_and_across(xy)
        return np.asarray(0.5 * (u**2 + self.kappa * v**2))

    def gradient(self, xy: ArrayLike) -> Array:
        u, v = self._along_and_across(xy)
        return self._turned(u, self.kappa * v)

    def hessian(self, xy: ArrayLike) -> Array:
        one = np.ones_like(split(xy)[0])
        c, s = self._turn
        return symmetric(
            (c * c + self.kappa * s * s) * one, (1 - self.kappa) * c * s * one, (s * s + self.kappa * c * c) * one
        )

    # Written out rather than as a matrix product, whose rounding depends on how many points come at once.

    def _along_and_across(self, xy: ArrayLike) -> tuple[Array, Array]:
        (x, y), (c, s) = split(xy), self._turn
        return np.asarray(c * x + s * y), np.asarray(c * y - s * x)

    def _turned(self, u: Array, v: Array) -> Array:
        c, s = self._turn
        return np.stack([c * u - s * v, s * u + c * v], axis=-1)


@dataclass(frozen=True)
class Saddle(Terrain):
    """The simplest saddle: a valley along x, a ridge along y.

        L = ½ (x² − y²) + ¼ · bound · y⁴

    With bound = 0 it falls without end; otherwise the minima are (0, ±1/√bound), where L = −1/(4·bound). From (·, ε)
    gradient descent leaves |y| < 1 after ln(1/ε) / ln(1 + lr) steps, and never from ε = 0.
    """

    bound: float = 0.0

    name: ClassVar[str] = "saddle"
    domain: ClassVar[Domain] = ((-2.0, 2.0), (-2.0, 2.0))

    def __post_init__(self) -> None:
        non_negative("bound", self.bound)

    @property
    def start(self) -> Array:
        return np.array([1.0, 1e-4])

    @property
    def minima(self) -> Array:
        if self.bound == 0:
            return np.empty((0, 2))
        return np.array([[0.0, -1.0], [0.0, 1.0]]) / float(np.sqrt(self.bound))

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return 0.5 * (x**2 - y**2) + 0.25 * self.bound * y**4

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return np.stack([x, -y + self.bound * y**3], axis=-1)

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return symmetric(np.ones_like(x), np.zeros_like(x), -1.0 + 3.0 * self.bound * y**2)


@dataclass(frozen=True)
class Rosenbrock(Terrain):
    """The banana valley (Rosenbrock 1960).

        L = (a − x)² + b (y − x²)²

    Minimum 0 at (a, a²). The valley floor is the parabola y = x²; the classic start is (−1.2, 1).
    """

    a: float = 1.0
    b: float = 100.0

    name: ClassVar[str] = "rosenbrock"
    height: ClassVar[Literal["linear", "log"]] = "log"
    floor: ClassVar[float] = 0.1
    domain: ClassVar[Domain] = ((-2.0, 2.0), (-1.0, 3.0))

    def __post_init__(self) -> None:
        finite("a", self.a)
        positive("b", self.b)

    @property
    def start(self) -> Array:
        return np.array([-1.2, 1.0])

    @property
    def minima(self) -> Array:
        return np.array([[self.a, self.a**2]])

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return (self.a - x) ** 2 + self.b * (y - x**2) ** 2

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        off = y - x**2
        return np.stack([-2 * (self.a - x) - 4 * self.b * x * off, 2 * self.b * off], axis=-1)

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return symmetric(2 - 4 * self.b * (y - 3 * x**2), -4 * self.b * x, np.full_like(x, 2 * self.b))
