"""A cubic spline through numbers on a grid, with holes where they are not finite, and continued beyond its borders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Floats

_ON = 1e-9  # of a cell, within which a point is on its border


@dataclass(frozen=True, eq=False)
class Spline:
    """One function with its derivatives: `value` is what `slopes` and `bends` are the derivatives of, everywhere.

    Within the grid it is the cubic spline. Beyond a border it goes straight on, with the slope that it has there; so
    value and slopes are continuous. In a cell with a corner that is not finite it is nan, and its other cells are
    nearly what they would be without that: the spline goes through the smoothest continuation of the others there.

    xs (nx,), ys (ny,), values (ny, nx) : the grid; 3 points or more along each side.
    """

    xs: Floats
    ys: Floats
    values: Floats

    def value(self, x: Floats, y: Floats) -> Floats:
        """At coordinates (...) each, shape (...)."""
        x, y, over, above = self._within(x, y)
        found = self._at(x, y)
        if over.any() or above.any():
            found = found + self._at(x, y, 1, 0) * over + self._at(x, y, 0, 1) * above
            found = found + self._at(x, y, 1, 1) * over * above
        return self._known(x, y, found)

    def slopes(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """The derivatives by x and y, each (...)."""
        x, y, over, above = self._within(x, y)
        both = self._at(x, y, 1, 1)
        along_x, along_y = self._at(x, y, 1, 0) + both * above, self._at(x, y, 0, 1) + both * over
        return self._known(x, y, along_x), self._known(x, y, along_y)

    def bends(self, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
        """The second derivatives, by x twice, by both, by y twice, each (...)."""
        x, y, over, above = self._within(x, y)
        xx = np.where(over == 0, self._at(x, y, 2, 0) + self._at(x, y, 2, 1) * above, 0.0)
        yy = np.where(above == 0, self._at(x, y, 0, 2) + self._at(x, y, 1, 2) * over, 0.0)
        return self._known(x, y, xx), self._known(x, y, self._at(x, y, 1, 1)), self._known(x, y, yy)

    def thinned(self) -> Spline:
        """Through every other point of the grid, to be compared with the points that are left out."""
        rows, columns = (slice(0, len(side) - (len(side) + 1) % 2, 2) for side in (self.ys, self.xs))
        return Spline(self.xs[columns], self.ys[rows], self.values[rows, columns])

    def _at(self, x: Floats, y: Floats, in_x: int = 0, in_y: int = 0) -> Floats:
        return np.asarray(self._fitted(y, x, dx=in_y, dy=in_x, grid=False))

    def _within(self, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """The nearest point of the grid's domain, and how far from there the given one is, along each axis."""
        near_x, near_y = np.clip(x, self.xs[0], self.xs[-1]), np.clip(y, self.ys[0], self.ys[-1])
        return near_x, near_y, x - near_x, y - near_y

    def _known(self, x: Floats, y: Floats, found: Floats) -> Floats:
        """What was found at points of the domain, or nan where a corner of their cell is not finite."""
        finite = np.isfinite(self.values)
        if finite.all():
            return found
        known = np.isfinite(x) & np.isfinite(y)
        (i, right), (j, up) = _cell(self.xs, x), _cell(self.ys, y)
        # On a line of the grid, but for rounding, only its own points count.
        for row, counts_too in ((j, up < 1 - _ON), (j + 1, up > _ON)):
            for column, counts in ((i, right < 1 - _ON), (i + 1, right > _ON)):
                known &= finite[row, column] | ~(counts & counts_too)
        return np.where(known, found, np.nan)

    @cached_property
    def _fitted(self) -> Any:
        from scipy.interpolate import RectBivariateSpline

        in_y, in_x = (min(3, len(side) - 1) for side in (self.ys, self.xs))
        return RectBivariateSpline(self.ys, self.xs, _without_holes(self.values), kx=in_y, ky=in_x)


@dataclass(frozen=True)
class SplineError:
    """What a spline through losses is worth between the points of its grid: what 19 of 20 points are within.

    Estimated by leaving points out. A spline through every other one is off by so much where the others are; the full
    one has half the distance between its points. How much better that makes it is taken between two extremes: what the
    step from every fourth point to every other made, as where the loss is smooth, and what it makes at the least, where
    kinks such as ReLU's are strewn at random, 2^1.5 for the loss and nothing that is sure for its slope.

    Attributes
    ----------
    loss : as a share of the loss or, where losses are not all above 0, of their range; nan where a side of the grid has
        less than 5 points, which are too few to leave some out.
    slope : of the gradient, as a share of the gradients' root mean square over the grid; of exact slopes no estimate.
    """

    loss: float
    slope: float

    @classmethod
    # Slopes of losses near the largest float overflow; then nothing is known of them.
    @np.errstate(over="ignore", invalid="ignore")
    def of(cls, spline: Spline, loss: Floats, exact: Floats | None, logarithmic: bool, rounding: float) -> SplineError:
        """Of a spline through losses (ny, nx), or their logarithms, with their `exact` slopes (ny, nx, 2) if known."""
        finite = loss[np.isfinite(loss)]
        if min(loss.shape) < 5 or not finite.size:
            return cls(np.nan, np.nan)
        spread = float(np.ptp(finite))
        if spread <= rounding * float(np.abs(finite).max()):
            return cls(0.0, 0.0)
        unit = loss if logarithmic else np.ones_like(loss)
        thin = spline.thinned()
        off, wrong = _apart(thin, spline, 2, unit)
        # Less than 9 points along a side leave too few of every fourth one to be compared.
        four = _apart(thin.thinned(), spline, 4, unit) if min(loss.shape) >= 9 else (0.0, 0.0)
        off, wrong = _better(four[0], off, 2**1.5), _better(four[1], wrong, 1.0)
        grid = np.meshgrid(spline.xs, spline.ys)
        slopes = np.stack(spline.slopes(*grid)) * unit
        if exact is not None:
            wrong = _most(np.hypot(*(slopes - np.moveaxis(exact, -1, 0))))
        steep = np.hypot(*slopes)
        steepest = float(steep[np.isfinite(steep)].max())
        # In two steps, as squares of very small or very large slopes would leave the floats' range.
        usual = steepest * float(np.sqrt(np.nanmean(np.square(steep / (steepest or 1.0)))))
        return cls(float(np.expm1(off)) if logarithmic else off / spread, wrong / (usual or 1.0))


def _apart(thin: Spline, full: Spline, stride: int, unit: Floats) -> tuple[float, float]:
    """How far a spline through every `stride`th point is from the one through all: from its values at the points that
    are left out, and from its slopes times `unit` (ny, nx)."""
    rows, columns = (stride * (len(side) - 1) + 1 for side in (thin.ys, thin.xs))
    x, y = np.meshgrid(full.xs[:columns], full.ys[:rows])
    off = thin.value(x, y) - full.values[:rows, :columns]
    off[::stride, ::stride] = np.nan
    wrong = np.stack(thin.slopes(x, y)) - np.stack(full.slopes(x, y))
    return _most(off), _most(np.hypot(*wrong) * unit[:rows, :columns])


def _better(four: float, two: float, least: float) -> float:
    """The error of all points, from those of every fourth and every other, where half the distance makes it smaller by
    a factor of `least` or more."""
    return two / float(np.sqrt(least * max(least, four / two))) if two > 0 else 0.0


def _most(differences: Floats) -> float:
    """What 19 of 20 of those that are finite are within, without their signs."""
    finite = np.abs(differences[np.isfinite(differences)])
    return float(np.quantile(finite, 0.95)) if finite.size else 0.0


def _cell(side: Floats, at: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The cell's number along a side (n,) of the grid, and where in it a point is, from 0 to 1."""
    number = np.clip(np.searchsorted(side, at, side="right") - 1, 0, len(side) - 2)
    return number, (at - side[number]) / (side[number + 1] - side[number])


def _without_holes(values: Floats) -> Floats:
    """The same numbers (ny, nx) and, where they are not finite, those that bend least."""
    from scipy.sparse import diags, eye, kron, vstack
    from scipy.sparse.linalg import spsolve

    finite = np.isfinite(values)
    if finite.all():
        return values
    if not finite.any():
        return np.zeros_like(values)
    ny, nx = values.shape
    bend_y, bend_x = (diags([1.0, -2.0, 1.0], [0, 1, 2], (n - 2, n)) for n in (ny, nx))
    bends = vstack([kron(bend_y, eye(nx)), kron(eye(ny), bend_x)]).tocsc()
    hole, middle = ~finite.ravel(), float(np.median(values[finite]))
    known = np.where(finite, values - middle, 0.0).ravel()
    free = bends[:, hole]
    # The little that is added keeps what no number holds near the middle.
    normal = (free.T @ free + 1e-9 * eye(int(hole.sum()))).tocsc()
    known[hole] = spsolve(normal, -(free.T @ (bends @ known)))
    return known.reshape(ny, nx) + middle
