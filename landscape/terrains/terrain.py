"""What a Terrain is: a loss over two parameters, with its derivatives and what a picture of it needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core import bounds
from ..core.checks import Checked, name_of, rectangle, result, start
from ..core.errors import InputError
from ..core.shown import Shown
from .traced import Curvature, Points, Symbol

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], tuple[float, float]]
Height = Literal["linear", "log"]

# A sentence ready to be translated, with names in the places of numbers, and the numbers.
Admission = tuple[str, dict[str, str]]


# Where a user's own is tried out, as fractions of the domain: a point, and a row of them, of shape (1, 3, 2).
_TRIED = np.array([[0.245, 0.43], [0.51, 0.86], [0.735, 0.29]])


class Terrain(Checked, Shown, ABC):
    """A loss L(x, y).

    Points have shape (..., 2); every method is batched over the leading axes and computes in float64. Each point is
    computed on its own: many at once give the same bits as one at a time. The registered terrains give all digits that
    the coordinates allow, near minima and far out; where a loss is too large for a number it is ±inf, and slopes that
    are too large are not finite.

    Attributes
    ----------
    name : the terrain's name in the registry, its formula, or the name of its function; that of the class in small
        letters if none is given.
    domain : ((x0, x1), (y0, y1)), the part worth drawing; nothing stops at its border.
    start : (2,), where a walk begins when nothing else is said; on no ridge, where rounding would choose the way.
    minima : (k, 2), the isolated global minima; empty where there are none or they form a curve.
    height : "linear" or "log", the scale on which the terrain is drawn (see `elevation`).
    floor : on the log scale, added to the loss, which it must make positive; smaller differences no longer show.
    coordinates : what x and y are called: "x" and "y", or a network's parameters.
    rounding : of the loss, as a share of it; no picture shows smaller differences.
    is_plane : whether x and y are coordinates on a plane through a network's weight space.
    to_scale : whether x and y stand at right angles and have one scale.
    is_bounded : whether nothing is known beyond the domain.
    data : what the loss is a mean over, as a caption; empty where that is not told.
    networks : (n, 2), the points that are networks to be marked.
    caveats : what a picture cannot show, in sentences with their numbers.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.name is Terrain.name:
            cls.name = name_of(cls)  # type: ignore[method-assign, assignment]

    # All of these are read-only: a class attribute in most terrains, a property where it depends on the object.

    @property
    def name(self) -> str:
        return name_of(type(self))

    @property
    @abstractmethod
    def domain(self) -> Domain: ...

    @property
    @abstractmethod
    def start(self) -> Array: ...

    @property
    def minima(self) -> Array:
        return np.empty((0, 2))

    @property
    def height(self) -> Height:
        return "linear"

    @property
    def floor(self) -> float:
        return 0.0

    @property
    def coordinates(self) -> tuple[str, str]:
        return "x", "y"

    @property
    def rounding(self) -> float:
        return 1e-14

    @property
    def is_plane(self) -> bool:
        return False

    @property
    def to_scale(self) -> bool:
        return True

    @property
    def is_bounded(self) -> bool:
        return False

    @property
    def data(self) -> object:
        return ""

    @property
    def networks(self) -> Array:
        return np.empty((0, 2))

    @property
    def caveats(self) -> list[Admission]:
        return []

    @abstractmethod
    def value(self, xy: ArrayLike) -> Array:
        """Loss at points (..., 2), shape (...)."""

    @abstractmethod
    def gradient(self, xy: ArrayLike) -> Array:
        """Gradient at points (..., 2), shape (..., 2)."""

    @abstractmethod
    def hessian(self, xy: ArrayLike) -> Array:
        """Hessian at points (..., 2), shape (..., 2, 2)."""

    def try_out(self) -> None:
        rectangle(f"domain of terrain {self.name}", self.domain)
        start(self.start, of=f" of terrain {self.name}")
        low, high = np.transpose(self.domain)
        for points in (low + _TRIED[0] * (high - low), low + _TRIED[None] * (high - low)):
            for key, of_each in (("value", ()), ("gradient", (2,)), ("hessian", (2, 2))):
                with np.errstate(all="ignore"):
                    given = getattr(self, key)(points.copy())
                what = f"{key} of terrain {self.name}, for points of shape {points.shape},"
                result(what, given, (*points.shape[:-1], *of_each))

    def minibatch_gradient(self, xy: ArrayLike, batch_size: int, rng: np.random.Generator) -> Array:
        """Mean gradient, shape (..., 2), over `batch_size` examples drawn with replacement, afresh for every point.

        Its expectation is `gradient`. Raises ValueError on a terrain that is no mean over examples.
        """
        raise self._without_data()

    def minibatch_hessian(self, xy: ArrayLike, batch_size: int, rng: np.random.Generator) -> Array:
        """Mean Hessian, shape (..., 2, 2), over the examples that `minibatch_gradient` draws at the same points from a
        generator in the same state."""
        raise self._without_data()

    def _without_data(self) -> InputError:
        kinds = [kind for kind in Terrain.__subclasses__() if "minibatch_gradient" in vars(kind)]
        own = [str(kind.name) if isinstance(kind.name, str) else kind.__name__ for kind in kinds]
        return InputError(f"'{self.name}' has no data to draw a minibatch from (terrains that have: {', '.join(own)})")

    def elevation(self, loss: ArrayLike) -> Array:
        """The height at which a loss is drawn: itself, or log₁₀(loss + floor)."""
        loss = np.asarray(loss, dtype=np.float64)
        return loss if self.height == "linear" else np.log10(np.maximum(loss + self.floor, 1e-300))

    def seen(self, domain: Domain) -> Terrain:
        """What a map of that part is drawn from: the terrain itself, or a quicker one of the same loss."""
        return self

    def grid(self, columns: int, rows: int) -> tuple[Array, Array, Array]:
        """xs (columns,), ys (rows,) over the domain, and the loss there (rows, columns)."""
        bounds.memory({f"a grid of {columns} × {rows} points": 100 * columns * rows})
        xs = np.linspace(*self.domain[0], columns)
        ys = np.linspace(*self.domain[1], rows)
        # Where the loss overflows it is infinite, which is no cause for a warning.
        with np.errstate(all="ignore"):
            return xs, ys, self.value(np.stack(np.meshgrid(xs, ys), axis=-1))


# The terrains' formulas multiply powers out, x * x * x for x³: beside being slow, np.power rounds single numbers
# and arrays differently on processors with AVX-512. A square's factor comes first, c * r * r from the left: r * r alone
# may overflow where the loss does not.


def always(points: ArrayLike) -> Any:
    """A start, or minima, that are the same whatever the parameters; who asks gets an array of its own."""
    return property(lambda self: np.array(points))


def split(xy: ArrayLike) -> tuple[Array, Array]:
    """The coordinates of points (..., 2), each of shape (...)."""
    if isinstance(xy, Points):
        return cast(Array, xy.x), cast(Array, xy.y)
    xy = np.asarray(xy, dtype=np.float64)
    if xy.shape[-1:] != (2,):
        raise ValueError(f"points of shape {xy.shape} are not allowed: the last axis must have length 2")
    return xy[..., 0], xy[..., 1]


def join(x: ArrayLike, y: ArrayLike) -> Array:
    """Points or gradients (..., 2) from their coordinates; in memory all x come first, as `descend` keeps them."""
    if isinstance(x, Symbol) or isinstance(y, Symbol):
        return cast(Array, Points(x, y))
    planes = np.empty((2, *np.broadcast(x, y).shape))
    planes[0], planes[1] = x, y
    return as_points(planes)


def as_points(planes: Array) -> Array:
    """Coordinates (2, ...) seen as points (..., 2), without a copy."""
    # np.moveaxis does the same, at ten times the cost.
    return planes.transpose(*range(1, planes.ndim), 0)


def symmetric(xx: ArrayLike, xy: ArrayLike, yy: ArrayLike) -> Array:
    """Matrices (..., 2, 2) from their three different entries; in memory entry by entry, like `join`."""
    if isinstance(xx, Symbol) or isinstance(yy, Symbol):
        return cast(Array, Curvature(xx, xy, yy))
    planes = np.empty((2, 2, *np.broadcast(xx, xy, yy).shape))
    planes[0, 0], planes[0, 1], planes[1, 0], planes[1, 1] = xx, xy, xy, yy
    return planes.transpose(*range(2, planes.ndim), 0, 1)
