"""PlaneTerrain: a plane through the weight space of a model, for optimizers to walk on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.annotations import Array, Floats
from ..core.checks import within
from ..core.values import Value
from ..models.jet import Jet
from ..models.objective import Jets, Model, Objective
from ..planes import Plane
from ..terrains import Domain, Terrain
from ..terrains.terrain import split
from .of_models import fitting, surface
from .sampled import OverPlane, Surface


@dataclass(frozen=True, eq=False, repr=False)
class PlaneTerrain(Value, OverPlane, Terrain):
    """The mean loss of a model over images x (N, D), y (N,), or over data of its own, as a function of the coordinates
    on `plane`.

    Exact: value, gradient and Hessian come from the model itself; those of an MLP in float64. At ReLU's kinks the
    second derivative counts as 0. Each point costs a pass over the samples, so walk here, on some thousand, and draw
    `surface`.

    begin : where a walk starts when nothing else is said; the middle of the plane's extent if None.
    """

    model: Model
    plane: Plane
    x: Array | None = None
    y: NDArray[np.int64] | None = None
    begin: tuple[float, float] | None = None

    name: ClassVar[str] = "plane"
    height: ClassVar[Literal["linear", "log"]] = "log"

    def __post_init__(self) -> None:
        _ = self._loss  # it complains of what does not fit

    def __repr__(self) -> str:
        return f"<PlaneTerrain of {self.model!r} and {self._loss.samples:,} samples over {self.plane!r}>"

    @property
    def domain(self) -> Domain:
        return self.plane.extent

    @property
    def start(self) -> Floats:
        return np.mean(self.domain, axis=1) if self.begin is None else np.asarray(self.begin, dtype=np.float64)

    def value(self, xy: ArrayLike) -> Floats:
        values = self._each(xy, 0, lambda jet: jet.loss, ())
        return np.where(np.isnan(values), np.inf, values)  # what is nan has overflowed

    def gradient(self, xy: ArrayLike) -> Floats:
        return self._each(xy, 1, lambda jet: jet.gradient, (2,))

    def hessian(self, xy: ArrayLike) -> Floats:
        return self._each(xy, 2, lambda jet: jet.hessian, (2, 2))

    def accuracy(self, xy: ArrayLike) -> Floats:
        """The share of images that are read rightly at points (..., 2), shape (...)."""
        return self._each(xy, 0, lambda jet: jet.right, ())

    def minibatch_gradient(self, xy: ArrayLike, batch_size: int, rng: np.random.Generator) -> Floats:
        return self._each(xy, 1, lambda jet: jet.gradient, (2,), self._drawing(batch_size, rng))

    def minibatch_hessian(self, xy: ArrayLike, batch_size: int, rng: np.random.Generator) -> Floats:
        return self._each(xy, 2, lambda jet: jet.hessian, (2, 2), self._drawing(batch_size, rng))

    def _drawing(self, batch_size: int, rng: np.random.Generator) -> Callable[[], NDArray[np.int64]]:
        """What draws the images of a batch, point after point."""
        size = within("batch_size", batch_size, 1, max(1_000_000, self._loss.samples))
        return lambda: rng.integers(self._loss.samples, size=size)

    def surface(self, resolution: int = 51) -> Surface:
        """The same loss on a grid, to be drawn."""
        return surface(self.model, self.plane, self.x, self.y, resolution=resolution)

    def seen(self, domain: Domain) -> Surface:
        return surface(self.model, self.plane, self.x, self.y, extent=domain)

    def grid(self, columns: int, rows: int) -> tuple[Floats, Floats, Floats]:
        # By the surface's method, which is many times as fast as point after point, and its spline.
        drawn = self.surface(max(columns, rows))
        xs, ys = np.linspace(*self.domain[0], columns), np.linspace(*self.domain[1], rows)
        return xs, ys, drawn.value(np.stack(np.meshgrid(xs, ys), axis=-1))

    def _each(self, xy: ArrayLike, order: int, wanted: Any, shape: tuple[int, ...], draw: Any = None) -> Floats:
        x, y = split(xy)
        result = np.empty((*x.shape, *shape))
        for index in np.ndindex(x.shape):
            chosen = None if draw is None else draw()
            jet: Jet = self._jets.jet(float(x[index]), float(y[index]), order, chosen)
            result[index] = np.asarray(wanted(jet)) / (self._loss.samples if chosen is None else len(chosen))
        return result

    @cached_property
    def _loss(self) -> Objective:
        return fitting(self.model, self.plane, self.x, self.y)

    @cached_property
    def _jets(self) -> Jets:
        return self._loss.jets(self.plane.vectors)
