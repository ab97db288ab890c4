"""What a Terrain is: a loss over two parameters, with its derivatives and what a picture of it needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], tuple[float, float]]


class Terrain(ABC):
    """A loss L(x, y).

    Points have shape (..., 2); every method is batched over the leading axes and computes in float64.

    Attributes
    ----------
    name : the terrain's name in the registry, or of its surface.
    domain : ((x0, x1), (y0, y1)), the part worth drawing; nothing stops at its border.
    start : (2,), where a walk begins when nothing else is said.
    minima : (k, 2), the isolated global minima; empty where there are none or they form a curve.
    height : "linear" or "log", the scale on which the terrain is drawn (see `elevation`).
    floor : on the log scale, the loss below which differences are no longer shown.
    """

    name: ClassVar[str]
    height: ClassVar[Literal["linear", "log"]] = "linear"
    floor: ClassVar[float] = 0.0

    @property
    @abstractmethod
    def domain(self) -> Domain: ...

    @property
    @abstractmethod
    def start(self) -> Array: ...

    @property
    def minima(self) -> Array:
        return np.empty((0, 2))

    @abstractmethod
    def value(self, xy: ArrayLike) -> Array:
        """Loss at points (..., 2), shape (...)."""

    @abstractmethod
    def gradient(self, xy: ArrayLike) -> Array:
        """Gradient at points (..., 2), shape (..., 2)."""

    @abstractmethod
    def hessian(self, xy: ArrayLike) -> Array:
        """Hessian at points (..., 2), shape (..., 2, 2)."""

    def elevation(self, loss: ArrayLike) -> Array:
        """The height at which a loss is drawn: itself, or log₁₀(loss + floor)."""
        loss = np.asarray(loss, dtype=np.float64)
        return loss if self.height == "linear" else np.log10(np.maximum(loss + self.floor, 1e-300))

    def grid(self, columns: int, rows: int) -> tuple[Array, Array, Array]:
        """xs (columns,), ys (rows,) over the domain, and the loss there (rows, columns)."""
        xs = np.linspace(*self.domain[0], columns)
        ys = np.linspace(*self.domain[1], rows)
        return xs, ys, self.value(np.stack(np.meshgrid(xs, ys), axis=-1))


def split(xy: ArrayLike) -> tuple[Array, Array]:
    """The coordinates of points (..., 2), each of shape (...)."""
    xy = np.asarray(xy, dtype=np.float64)
    if xy.shape[-1:] != (2,):
        raise ValueError(f"points of shape {xy.shape} are not allowed: the last axis must have length 2")
    return xy[..., 0], xy[..., 1]


def symmetric(xx: ArrayLike, xy: ArrayLike, yy: ArrayLike) -> Array:
    """Matrices (..., 2, 2) from their three different entries."""
    xx, xy, yy = np.broadcast_arrays(xx, xy, yy)
    return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)
