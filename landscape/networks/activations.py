"""Activation functions, with the first and second derivatives that backpropagation and Hessian products multiply by.

Each is a frozen dataclass, found by name: `get("leaky_relu", slope=0.1)`, `parse("leaky_relu:slope=0.1")`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import pi, sqrt
from typing import ClassVar

import numpy as np

from ..core.annotations import Array
from ..core.checks import Fraction, Part, Positive
from ..core.errors import InputError
from ..core.registry import Registry

# Where the normal density is 0 to all digits of a float64, and squares are far from overflowing.
_FAR = 40.0


class Activation(Part, ABC):
    """An elementwise function a = f(z). Methods write into arrays of the caller's, all of one shape; none overlap.

    Attributes
    ----------
    steepest : the largest |f′|, beside which a unit's slope counts as hardly any.
    flat : what a unit with hardly any slope is called: "saturated" where f is flat at both ends, and "inactive" where
        it is so for negative inputs alone, so that the unit is switched off.
    """

    steepest: ClassVar[float] = 1.0
    flat: ClassVar[str] = "inactive"

    @abstractmethod
    def function(self, z: Array, out: Array) -> None:
        """Write f(z) into `out`."""

    @abstractmethod
    def derivative(self, z: Array, a: Array, out: Array, work: Array) -> None:
        """Write f′(z) into `out`, given z and a = f(z); `work` is overwritten."""

    @abstractmethod
    def second(self, z: Array, a: Array, out: Array, work: Array) -> None:
        """Write f″(z) into `out`, given z and a = f(z); `work` is overwritten. Kinks count as straight."""

    def at(self, z: Array) -> tuple[Array, Array]:
        """f(z) and f′(z), in arrays of their own."""
        a, slope = np.empty_like(z), np.empty_like(z)
        self.function(z, out=a)
        self.derivative(z, a, out=slope, work=np.empty_like(z))
        return a, slope

    def try_out(self) -> None:
        z = np.array([-0.5, 0.5])
        a, *others = (np.full_like(z, np.nan) for _ in range(3))
        self.function(z, out=a)
        self.derivative(z, a, out=others[0], work=np.empty_like(z))
        self.second(z, a, out=others[1], work=np.empty_like(z))
        for name, out in zip(("function", "derivative", "second"), (a, *others), strict=True):
            if np.isnan(out).all():
                raise InputError(f"{name} of activation {self.name} writes no numbers into out, as it must")


class Identity(Activation):
    """a = z: a deep linear network.

        f′ = 1

    Source: Saxe, McClelland & Ganguli 2014, on deep linear networks.
    """

    def function(self, z: Array, out: Array) -> None:
        np.copyto(out, z)

    def derivative(self, z: Array, a: Array, out: Array, work: Array) -> None:
        out.fill(1)

    def second(self, z: Array, a: Array, out: Array, work: Array) -> None:
        out.fill(0)


class Sigmoid(Activation):
    """a = σ(z) = 1 / (1 + e⁻ᶻ).

        f′ = a(1 − a) ≤ ¼

    The slope is computed from z: in float32 a is 1 beyond z = 17, and nothing
    would be left of 1 − a.

    Source: Rumelhart, Hinton & Williams 1986.
    """

    steepest = 0.25
    flat = "saturated"

    def function(self, z: Array, out: Array) -> None:
        _sigmoid(z, out)

    def derivative(self, z: Array, a: Array, out: Array, work: Array) -> None:
        _sigmoid_slope(z, out, work)

    def second(self, z: Array, a: Array, out: Array, work: Array) -> None:
        # f″ = −f′ tanh ½z
        _sigmoid_slope(z, out, work)
        np.multiply(z, 0.5, out=work)
        np.tanh(work, out=work)
        out *= work
        np.negative(out, out=out)


class Tanh(Activation):
    """a = tanh z.

        f′ = 1 − a²

    The slope is computed from z, as sigmoid's is.

    Source: LeCun, Bottou, Orr & Müller 1998.
    """

    flat = "saturated"

    def function(self, z: Array, out: Array) -> None:
        np.tanh(z, out=out)

    def derivative(self, z: Array, a: Array, out: Array, work: Array) -> None:
        # 1 − tanh² z = 4 σ′(2z)
        np.multiply(z, 2, out=out)
        _sigmoid_slope(out, out, work)
        out *= 4

    def second(self, z: Array, a: Array, out: Array, work: Array) -> None:
        self.derivative(z, a, out, work)
        out *= a
        out *= -2


class ReLU(Activation):
    """a = max(z, 0): a switch, open or shut.

        f′ = 1 if z > 0, else 0; also at z = 0, as in PyTorch

    Source: Nair & Hinton 2010.
    """

    name = "relu"

    def function(self, z: Array, out: Array) -> None:
        # NumPy compares two arrays three times as fast as an array and a number.
        np.maximum(z, np.zeros(z.shape[-1:], dtype=z.dtype), out=out)

    def derivative(self, z: Array, a: Array, out: Array, work: Array) -> None:
        np.greater(z, 0, out=out)

    def second(self, z: Array, a: Array, out: Array, work: Array) -> None:
        out.fill(0)


class LeakyReLU(Activation):
    """a = z if z > 0, else slope · z: no unit dies.

        f′ = 1 if z > 0, else slope

    Source: Maas, Hannun & Ng 2013.
    """

    slope: Fraction = 0.01

    name = "leaky_relu"

    def function(self, z: Array, out: Array) -> None:
        np.multiply(z, self.slope, out=out)
        np.maximum(out, z, out=out)

    def derivative(self, z: Array, a: Array, out: Array, work: Array) -> None:
        np.greater(z, 0, out=out)
        out *= 1 - self.slope
        out += self.slope

    def second(self, z: Array, a: Array, out: Array, work: Array) -> None:
        out.fill(0)


class ELU(Activation):
    """a = z if z > 0, else α(eᶻ − 1), with α = `alpha`.

        f′ = 1 if z > 0, else α eᶻ

    Source: Clevert, Unterthiner & Hochreiter 2016.
    """

    alpha: Positive = 1.0

    @property
    def steepest(self) -> float:  # type: ignore[override]
        return max(1.0, self.alpha)

    def function(self, z: Array, out: Array) -> None:
        np.minimum(z, 0, out=out)
        np.expm1(out, out=out)
        out *= self.alpha
        # The larger of the two, unless α is so large that the curve lies below the line z.
        np.maximum(out, z, out=out) if self.alpha <= 1 else np.copyto(out, z, where=z > 0)

    def derivative(self, z: Array, a: Array, out: Array, work: Array) -> None:
        # α eᶻ for z ≤ 0: of a + α nothing would be left where a comes near −α.
        np.minimum(z, 0, out=out)
        np.exp(out, out=out)
        out *= self.alpha
        np.copyto(out, 1, where=z > 0)

    def second(self, z: Array, a: Array, out: Array, work: Array) -> None:
        self.derivative(z, a, out, work)
        np.copyto(out, 0, where=z > 0)


class GELU(Activation):
    """a = z Φ(z), with the normal distribution Φ itself, not its approximation by tanh.

        f′ = Φ + z φ,   φ = e^(−z²/2) / √(2π)

    Source: Hendrycks & Gimpel 2016.
    """

    steepest = 1.129

    def function(self, z: Array, out: Array) -> None:
        from scipy.special import ndtr

        ndtr(z, out=out)
        out *= z

    def derivative(self, z: Array, a: Array, out: Array, work: Array) -> None:
        from scipy.special import ndtr

        _bell(z, out)
        out *= z
        ndtr(z, out=work)
        out += work

    def second(self, z: Array, a: Array, out: Array, work: Array) -> None:
        _bell(z, out)
        np.clip(z, -_FAR, _FAR, out=work)
        np.square(work, out=work)
        np.subtract(2, work, out=work)
        out *= work


class SiLU(Activation):
    """a = z σ(z), also called swish.

        f′ = σ + z σ′

    Source: Elfwing, Uchibe & Doya 2018; Ramachandran, Zoph & Le 2018.
    """

    name = "silu"
    steepest = 1.1

    def function(self, z: Array, out: Array) -> None:
        _sigmoid(z, out)
        out *= z

    def derivative(self, z: Array, a: Array, out: Array, work: Array) -> None:
        _sigmoid_slope(z, out, work)
        out *= z
        _sigmoid(z, work)
        out += work

    def second(self, z: Array, a: Array, out: Array, work: Array) -> None:
        # f″ = σ′ (2 − z tanh ½z)
        _sigmoid_slope(z, out, work)
        np.multiply(z, 0.5, out=work)
        np.tanh(work, out=work)
        work *= z
        np.subtract(2, work, out=work)
        out *= work


class Softplus(Activation):
    """a = ln(1 + eᶻ): ReLU with its kink rounded off.

        f′ = σ(z)

    Source: Dugas et al. 2001.
    """

    def function(self, z: Array, out: Array) -> None:
        np.logaddexp(0, z, out=out)

    def derivative(self, z: Array, a: Array, out: Array, work: Array) -> None:
        _sigmoid(z, out)

    def second(self, z: Array, a: Array, out: Array, work: Array) -> None:
        _sigmoid_slope(z, out, work)


class Mish(Activation):
    """a = z tanh(s), with s = ln(1 + eᶻ).

        f′ = τ + z σ (1 − τ²),   τ = tanh s,   σ = σ(z)

    Source: Misra 2020.
    """

    steepest = 1.089

    def function(self, z: Array, out: Array) -> None:
        _tanh_softplus(z, out)
        out *= z

    def derivative(self, z: Array, a: Array, out: Array, work: Array) -> None:
        _tanh_softplus_slope(z, out, work)
        out *= z
        _tanh_softplus(z, work)
        out += work

    def second(self, z: Array, a: Array, out: Array, work: Array) -> None:
        # f″ = (1 − τ²) σ (2 + z(1 − σ − 2 τ σ))
        _tanh_softplus(z, out)
        out *= -2
        out -= 1
        _sigmoid(z, work)
        out *= work
        out += 1
        out *= z
        out += 2
        bend = out.copy()
        _tanh_softplus_slope(z, out, work)
        out *= bend


def _sigmoid(z: Array, out: Array) -> None:
    # Where e⁻ᶻ overflows, σ is 0 to all digits.
    with np.errstate(over="ignore"):
        np.negative(z, out=out)
        np.exp(out, out=out)
    out += 1
    np.divide(1, out, out=out)


def _sigmoid_slope(z: Array, out: Array, work: Array) -> None:
    """σ′(z) = t / (1 + t)² with t = e^(−|z|); z and out may be the same."""
    np.abs(z, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.add(out, 1, out=work)
    work *= work
    out /= work


def _tanh_softplus(z: Array, out: Array) -> None:
    np.logaddexp(0, z, out=out)
    np.tanh(out, out=out)


def _tanh_softplus_slope(z: Array, out: Array, work: Array) -> None:
    """The slope σ(z) (1 − τ²) of τ = tanh ln(1 + eᶻ)."""
    np.logaddexp(0, z, out=out)
    out *= 2
    _sigmoid_slope(out, out, work)
    out *= 4
    _sigmoid(z, work)
    out *= work


def _bell(z: Array, out: Array) -> None:
    """The normal density."""
    np.clip(z, -_FAR, _FAR, out=out)
    np.square(out, out=out)
    out *= -0.5
    np.exp(out, out=out)
    out *= 1 / sqrt(2 * pi)


registry: Registry[Activation] = Registry(
    "activation", Activation, [Identity, Sigmoid, Tanh, ReLU, LeakyReLU, ELU, GELU, SiLU, Softplus, Mish]
)
names, get, register = registry.names, registry.get, registry.register
parse, stored, text, of = registry.parse, registry.stored, registry.text, registry.of
