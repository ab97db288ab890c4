"""A user's function, whether it takes one point or many, as a function of many points."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.errors import InputError
from ..core.turns import one_at_a_time
from .terrain import Array


class WrongResultError(ValueError):
    """A function's result is not a number, or not of its shape."""


@dataclass(frozen=True)
class Batched:
    """A function of one point or of many as a function of points (n, 2), with results (n, *shape)."""

    f: Callable[..., Any]
    label: str
    shape: tuple[int, ...]
    coordinates: int
    looped: bool = False

    @classmethod
    def of(cls, f: Callable[..., Any], label: str, shape: tuple[int, ...], probes: Array) -> Batched:
        """Find out how f wants its points; ValueError if it cannot be used at all."""
        one = cls(f, label, shape, _coordinates(f, label), looped=True)
        singles = one(probes)
        if np.isnan(singles).all():
            one._explain(probes[0])
        many = cls(f, label, shape, one.coordinates)
        # An array makes math.sin and `if x > 0` raise, and p[0]² + p[1]² mean something else.
        try:
            with np.errstate(all="ignore"):
                together = many(probes)
        except Exception:
            return one
        return many if np.allclose(together, singles, rtol=1e-9, atol=1e-12, equal_nan=True) else one

    def __call__(self, points: Array) -> Array:
        with one_at_a_time:
            if not self.looped:
                return self._call(np.array(points))
            return np.array([self._single(point) for point in points]).reshape(-1, *self.shape)

    def _single(self, point: Array) -> Array:
        try:
            return self._call(np.array(point))
        except WrongResultError as error:
            raise ValueError(f"{self._at(point)} {error}") from None
        except (ArithmeticError, ValueError):
            # math.log(−1) raises where np.log says nan.
            return np.full(self.shape, np.nan)
        except Exception as error:
            raise ValueError(f"{self._at(point)} raises {type(error).__name__}: {error}") from error

    def _call(self, points: Array) -> Array:
        where = points.shape[:-1]
        if self.coordinates == 1:
            result = _real(self.f(points))
            if result.shape != (*where, *self.shape):
                raise WrongResultError(f"has shape {result.shape}: it must be {(*where, *self.shape)}")
            return result
        x, y = points[..., 0].copy(), points[..., 1].copy()
        result = self.f(x, y) if where else self.f(float(x), float(y))
        return _stacked(result, self.shape, where)

    def _explain(self, point: Array) -> None:
        """Raise ValueError with the reason why there is no number at `point`."""
        try:
            self._call(np.array(point))
        except (ArithmeticError, ValueError) as error:
            raise ValueError(f"{self._at(point)} raises {type(error).__name__}: {error}") from error
        raise ValueError(f"{self._at(point)}, like everywhere it was tried in the domain, is nan")

    def _at(self, point: Array) -> str:
        return f"{self.label} at ({point[0]:.4g}, {point[1]:.4g})"


def _coordinates(f: Callable[..., Any], label: str) -> int:
    """How many positional arguments f requires, 1 or 2."""
    if isinstance(f, np.ufunc):
        count = f.nin
    else:
        try:
            parameters = inspect.signature(f).parameters.values()
        except (TypeError, ValueError):
            raise InputError(f"{label} does not tell its parameters: wrap it as lambda x, y: …") from None
        positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        count = sum(p.default is p.empty for p in positional)
    if count not in (1, 2):
        raise InputError(f"{label} requires {count} positional arguments: it must take (x, y), or xy of shape (..., 2)")
    return count


def _stacked(result: Any, shape: tuple[int, ...], where: tuple[int, ...]) -> Array:
    """Nested components, each a number or of shape `where`, as one array (*where, *shape)."""
    if not shape:
        number = _real(result)
        if number.shape not in ((), where):
            raise WrongResultError(f"has shape {number.shape}: it must be {where or 'a single number'}")
        return np.broadcast_to(number, where)
    try:
        parts = list(result)
    except TypeError:
        parts = []
    if len(parts) != shape[0]:
        raise WrongResultError(f"is {result!r}: it must be {'a pair' if len(shape) == 1 else 'two pairs'} of numbers")
    return np.stack([_stacked(part, shape[1:], where) for part in parts], axis=-len(shape))


def _real(result: Any) -> Array:
    number = np.asarray(result)
    if number.dtype.kind not in "biuf":
        raise WrongResultError(f"is {result!r}: it must be a real number")
    return number.astype(np.float64)
