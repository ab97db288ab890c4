"""From coarse to fine: which points of a grid are computed when, and which can be told from those beside them.

A grid is gone through with strides of 16, 8, … 1, its last row and column always included, so that a whole picture
is there soon. With a tolerance, points of which the coarser ones already tell the loss are not computed: where the
bicubic spline through the coarser grid held at the last stride, it is taken at its word at the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Array, Floats
from .spline import Spline

_FIRST = 0.05  # of all points, at the most, make the first picture
_SURE = 0.5  # of the tolerance, within which the last prediction must have been for the next one to be trusted
_FEWEST = 4  # points along a side, through which a spline can be drawn

Mask = NDArray[np.bool_]


@dataclass
class Refining:
    """The points of a grid xs (nx,), ys (ny,), stride after stride.

    tolerance : how far a loss may be off where it is not computed, as a share of the losses' range, and of the range of
        their logarithms where all are positive; None to compute all.

    Attributes
    ----------
    known : (ny, nx), which points have been handed out to be computed.
    error : as a share of the range, how far the spline through the points before was off at those that came last: what
        19 of 20 are within; nan before that is known.
    """

    xs: Floats
    ys: Floats
    tolerance: float | None = None
    error: float = field(default=np.nan, init=False)

    def __post_init__(self) -> None:
        shape = len(self.ys), len(self.xs)
        self.known: Mask = np.zeros(shape, dtype=bool)
        self._off: Floats = np.full(shape, np.nan)  # in units of the tolerance

    @property
    def strides(self) -> list[int]:
        """From the first to 1."""
        stride = 1
        while self._lines(stride, 0).size * self._lines(stride, 1).size > _FIRST * self.known.size:
            if min(self._lines(2 * stride, axis).size for axis in (0, 1)) < _FEWEST:
                break
            stride *= 2
        return [2**k for k in reversed(range(stride.bit_length()))]

    def new(self, stride: int) -> NDArray[np.int64]:
        """The points that this stride brings, by their number in the flat grid."""
        mask = self._on(stride)
        if stride < self.strides[0]:
            mask &= ~self._on(2 * stride)
        return np.flatnonzero(mask)

    def wanted(self, stride: int, loss: Floats) -> NDArray[np.int64]:
        """Those of the new points that have to be computed, from the losses (ny, nx) so far; they then count as known.

        Points that a tolerance spares get what the spline says, in place.
        """
        points = self.new(stride)
        coarser = 2 * stride
        if self.tolerance is not None and coarser < self.strides[0]:
            near = _highest(self._off, coarser)
            spared = points[near.flat[points] <= _SURE]
            points = np.setdiff1d(points, spared)
            loss.flat[spared] = self.predicted(coarser, loss).flat[spared]
            self._off.flat[spared] = near.flat[spared]
        self.known.flat[points] = True
        return points

    def learn(self, stride: int, points: NDArray[np.int64], loss: Floats) -> None:
        """How far the spline through the coarser grid was off at points that have now been computed."""
        if stride == self.strides[0] or not points.size:
            return
        before, now = self.predicted(2 * stride, loss).flat[points], loss.flat[points]
        everything = loss[self._on(stride)]
        finite = everything[np.isfinite(everything)]
        # Beside an overflow nothing is sure.
        off = np.full(points.size, np.inf)
        sure = np.isfinite(before) & np.isfinite(now)
        before, now = before[sure], now[sure]
        off[sure] = np.abs(before - now) / _range(finite)
        if finite.size and finite.min() > 0:
            off[sure] = np.maximum(off[sure], np.abs(np.log(before) - np.log(now)) / _range(np.log(finite)))
        self.error = float(np.quantile(off[sure], 0.95)) if sure.any() else np.inf
        self._off.flat[points] = off / (self.tolerance or 1.0)

    def predicted(self, stride: int, values: Array) -> Floats:
        """Values (ny, nx) on the grid of a stride, carried on to all points."""
        rows, columns = self._lines(stride, 0), self._lines(stride, 1)
        coarse = values[np.ix_(rows, columns)].astype(np.float64)
        logarithmic = bool(np.isfinite(coarse).any() and coarse[np.isfinite(coarse)].min() > 0)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            spline = Spline(self.xs[columns], self.ys[rows], np.log(coarse) if logarithmic else coarse)
            found = spline.value(*np.meshgrid(self.xs, self.ys))
            found = np.exp(found) if logarithmic else found
        return np.where(np.isnan(found), np.inf, found)

    def filled(self, values: Array) -> Floats:
        """Values (ny, nx) that are not followed on the way, such as accuracies, at points that were not computed: on
        the surface of triangles through those that were."""
        from scipy.interpolate import griddata

        if self.known.all():
            return values
        places = np.stack(np.nonzero(self.known), axis=-1)
        spared = np.stack(np.nonzero(~self.known), axis=-1)
        found = values.copy()
        found[~self.known] = griddata(places, values[self.known], spared)
        return found

    def _lines(self, stride: int, axis: int) -> NDArray[np.int64]:
        last = self.known.shape[axis] - 1
        return np.unique([*range(0, last, stride), last])

    def _on(self, stride: int) -> Mask:
        mask = np.zeros(self.known.shape, dtype=bool)
        mask[np.ix_(self._lines(stride, 0), self._lines(stride, 1))] = True
        return mask


def _range(values: Floats) -> float:
    return float(np.ptp(values)) or 1.0 if values.size else 1.0


def _highest(values: Floats, reach: int) -> Floats:
    """The largest of the values (ny, nx) that are known within `reach` of each point; infinite where none is."""
    from scipy.ndimage import maximum_filter

    known = np.where(np.isnan(values), -np.inf, values)
    highest = maximum_filter(known, 2 * reach + 1, mode="constant", cval=-np.inf)
    return np.where(highest == -np.inf, np.inf, highest)
