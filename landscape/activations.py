"""Activation functions, with the derivative that backpropagation multiplies by."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .errors import unknown

Array = NDArray[Any]


class Activation(ABC):
    """An elementwise function a = f(z); both methods write into an array of the caller's."""

    name: ClassVar[str]

    @staticmethod
    @abstractmethod
    def function(z: Array, out: Array) -> None:
        """Write f(z) into `out`, which may be `z` itself."""

    @staticmethod
    @abstractmethod
    def derivative(z: Array, a: Array, out: Array) -> None:
        """Write f′(z) into `out`, given z and a = f(z)."""


class Sigmoid(Activation):
    """σ(z) = 1 / (1 + e⁻ᶻ), as ½(1 + tanh ½z) so that nothing overflows; σ′ = σ(1 − σ) ≤ ¼."""

    name: ClassVar[str] = "sigmoid"

    @staticmethod
    def function(z: Array, out: Array) -> None:
        np.multiply(z, 0.5, out=out)
        np.tanh(out, out=out)
        out += 1
        out *= 0.5

    @staticmethod
    def derivative(z: Array, a: Array, out: Array) -> None:
        np.subtract(1, a, out=out)
        out *= a


class ReLU(Activation):
    """max(z, 0): a switch, open (derivative 1) or shut (0; also at z = 0, as in PyTorch)."""

    name: ClassVar[str] = "relu"

    @staticmethod
    def function(z: Array, out: Array) -> None:
        np.maximum(z, 0, out=out)

    @staticmethod
    def derivative(z: Array, a: Array, out: Array) -> None:
        np.greater(z, 0, out=out)


_ALL: dict[str, type[Activation]] = {activation.name: activation for activation in (Sigmoid, ReLU)}


def names() -> list[str]:
    """All activations."""
    return list(_ALL)


def get(name: str) -> type[Activation]:
    """The activation called `name`; ValueError with the nearest valid name otherwise."""
    if name not in _ALL:
        raise unknown("activation", name, _ALL)
    return _ALL[name]
