"""The axis of losses: one rule for figures, films and pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Array
from ..core.errors import InputError
from ..terrains import Terrain
from ..walks.trajectory import Walk
from .levels import LARGEST, base_of, counted

ROUNDING = 1e-12  # of the first loss, below which what is left of it is rounding
_TALLEST = 100.0  # times the first loss, where logarithmic axes end
_MUCH = 1e3  # ratio of losses from which on their axis is logarithmic
_BESIDE = 0.02  # of the axes' width, that words keep from curves
_SMALL = 1e-280  # below which matplotlib has logarithmic axes only
_OUTSIDE = 100 * LARGEST  # where larger losses are drawn, on their way out: beyond the ends of every axis


class Exit(NamedTuple):
    """Where a curve leaves the axis for good, or ends: at a step, at the top (1), the bottom (0) or within (None)."""

    step: float
    edge: Literal[0, 1] | None
    loss: float


@dataclass(frozen=True)
class LossScale:
    """An axis of losses.

    kind : "log" only where no loss is negative, but for rounding; "linear" or, where losses of both signs span many
        decades, "symlog" otherwise.
    low, high : its ends; losses above leave through the top, and on a linear axis those below through the bottom.
    floor : on a logarithmic axis the loss that counts as reached, as smaller ones are rounding; −inf on others.
    linear_to : on a "symlog" axis, how far from 0 it is linear.
    """

    kind: Literal["linear", "log", "symlog"]
    low: float
    high: float
    floor: float = -np.inf
    linear_to: float = 1.0

    @property
    def base(self) -> float:
        """The round number that the axis' numbers count from; 0 but on an even axis far from 0."""
        return base_of(self.low, self.high) if self.kind == "linear" else 0.0

    def named(self, words: str) -> str:
        """The name of the axis: what it shows, less what its numbers count from."""
        return counted(words, self.low, self.high) if self.base else words

    def drawn(self, losses: ArrayLike, diverged: bool = False) -> Array:
        """The losses (R,) as they are drawn: at the floor at the least; those that leave the axis at one end do so at
        the first that is beyond it, and one that diverged does not come back. nan where there is nothing to be drawn.
        """
        losses = np.asarray(losses, dtype=np.float64)
        shown = np.where(np.isnan(losses), np.nan, np.clip(losses, max(self.floor, -_OUTSIDE), _OUTSIDE))
        beyond = ~((shown >= self.low) & (shown <= self.high))
        # Of several beyond one end in a row the first one shows the way out, and the last one the way back. A gap
        # counts as where the curve was before it.
        side = (shown > self.high).astype(np.int8) - (shown < self.low)
        side = side[np.maximum.accumulate(np.where(np.isnan(shown), 0, np.arange(len(shown))))]
        hidden = (side != 0) & (side == np.append(0, side[:-1])) & (side == np.append(side[1:], side[-1:]))
        shown[hidden] = np.nan
        if diverged and beyond.any():
            shown[np.argmax(beyond) + 1 :] = np.nan
        return shown

    def way_out(self, steps: ArrayLike, losses: ArrayLike) -> Exit | None:
        """Where a curve (R,) that diverged first leaves the axis, or ends within it; None if it has no finite loss."""
        steps, shown = np.asarray(steps, dtype=np.float64), self.drawn(losses, diverged=True)
        there = np.flatnonzero(np.isfinite(shown))
        if not len(there):
            return None
        last = int(there[-1])
        end = float(shown[last])
        edge: Literal[0, 1] | None = 1 if end > self.high else 0 if end < self.low else None
        if edge is None or last == 0:
            return Exit(float(steps[last]), edge, end)
        border = self.high if edge else self.low
        before, after, at = (float(one) for one in self._placed(np.array([shown[last - 1], end, border])))
        share = (at - before) / (after - before)
        return Exit(float(steps[last - 1] + share * (steps[last] - steps[last - 1])), edge, border)

    def reached(self, losses: ArrayLike) -> bool:
        """Whether losses go down to the floor."""
        return bool(np.isfinite(self.floor) and (np.asarray(losses) <= self.floor).any())

    def note_at(self, curves: Sequence[tuple[ArrayLike, ArrayLike]], width: float, height: float) -> float:
        """Where words over the floor stand so that the fewest curves of (steps, losses), (R,) each, pass through them,
        and those with the fewest points: at the right (1), as curves fall at the left, in the middle (0.5) or at the
        left (0). Sizes are in shares of the axes."""
        return min((1.0, 0.5, 0.0), key=lambda place: self.passing(curves, place, width, height))

    def passing(
        self, curves: Sequence[tuple[ArrayLike, ArrayLike]], place: float, width: float, height: float
    ) -> tuple[int, int]:
        """How many of the curves pass through words over the floor at such a place, and in how many points."""
        last = max(float(np.max(steps)) for steps, _ in curves) or 1.0
        floor, begin, counts = float(self.shares(self.floor)), place * (1 - width), []
        for steps, losses in curves:
            x, y = np.asarray(steps) / last, self.shares(self.drawn(losses))
            # With the points at both sides, between which the curve may pass.
            first, end = np.searchsorted(x, (begin - _BESIDE, begin + width + _BESIDE))
            near = y[max(int(first) - 1, 0) : int(end) + 1]
            over, under = near > floor + 1e-6, near < floor + height
            if over.any() and under.any():
                counts.append(int((over & under).sum()))
        return len(counts), sum(counts)

    def shares(self, losses: ArrayLike) -> Array:
        """Where losses lie on the axis, 0 at its lower end and 1 at its upper one."""
        low, high = self._placed(np.array([self.low, self.high]))
        return np.asarray((self._placed(np.clip(losses, -_OUTSIDE, _OUTSIDE)) - low) / (high - low))

    def _placed(self, losses: Array) -> Array:
        """Where losses lie along the axis, in units of its own."""
        if self.kind == "log":
            return np.log10(np.maximum(losses, 1 / LARGEST))
        if self.kind == "symlog":
            far = np.maximum(np.abs(losses) / self.linear_to, 1.0)
            return np.asarray(np.where(far > 1, np.sign(losses) * (1 + np.log10(far)), losses / self.linear_to))
        return losses


def loss_scale(
    losses: Sequence[ArrayLike],
    log: bool = False,
    ground: Callable[[], tuple[float, float] | None] = lambda: None,
    rounding: float = 1e-14,
) -> LossScale:
    """The axis on which curves of losses, (R, ...) each, are shown.

    log : whether the terrain's own heights are logarithmic; then the axis is, too, wherever it can be.
    ground : gives the lowest and the highest loss on the map, if there is one; asked only where it counts. A walk that
        falls without end is followed a tenth of their difference below the lowest, level curves lie on an axis that is
        as long as that difference, and where the lowest is below 0, coming near 0 is not arriving.
    rounding : of the losses, as a share of them, as in `Terrain`.
    """
    curves = [_whole(one) for one in losses if len(np.asarray(one))]
    whole = np.concatenate([one[np.isfinite(one)] for one in curves]) if curves else np.empty(0)
    if not len(whole):
        return LossScale("linear", 0.0, 1.0)
    firsts = np.concatenate([one[0][np.isfinite(one[0])] for one in curves])
    firsts = firsts if len(firsts) else whole[:1]
    first = float(firsts.max())
    # Many starts may lie at very different heights.
    floor = ROUNDING * (float(np.median(np.abs(firsts))) or float(np.abs(whole).max()))
    tops = np.minimum(whole, _TALLEST * first) if first > 0 else whole
    if float(whole.min()) >= -floor and float(tops.max()) > floor:
        low, high = max(float(tops.min()), floor), float(tops.max())
        wide = first > _MUCH * low or 1 / LARGEST < low <= high < _SMALL
        if low > 0 and (log or (wide and not _goes_below(ground(), floor))):
            margin = (high / low) ** 0.05 if high > 1.02 * low else 1.1
            bottom = max(low / margin, 1 / LARGEST)
            return LossScale("log", bottom, max(min(high * margin, 10 * LARGEST), 1.1 * bottom), floor)
    # Drawn in full, a walk that diverges would flatten all the others, and so would one that falls without end.
    every = [one[:, k] for one in curves for k in range(one.shape[1])]
    calm = [one for one in every if one[-1] <= one[0]]
    if not calm:
        # Those that rise may do so to somewhere, as from a valley onto a saddle.
        most = first + _TALLEST * max(abs(first), 1.0)
        calm = [one for one in every if np.isfinite(one[-1]) and np.fmax.reduce(one) <= most]
    seen = np.concatenate(calm) if calm else whole[whole <= first + max(abs(first), 1.0)]
    seen = seen[np.isfinite(seen)]
    low, high = (float(seen.min()), float(seen.max())) if len(seen) else (first, first)
    if float(whole.min()) < 0 and (seen_on_map := ground()):
        below = 0.1 * (seen_on_map[1] - seen_on_map[0])
        low = max(low, min(seen_on_map[0] - below, high))
    far = max(abs(low), abs(high))
    near = min(abs(low), abs(high)) or 1.0
    if low < 0 and far > _MUCH * near:
        return LossScale("symlog", low - 0.2 * abs(low), high + 0.2 * abs(high), linear_to=near)
    span = high - low
    if not span > rounding * far:
        # A level curve, as on a plateau, lies in the middle; its axis is as fine as the map, if that is not level, too.
        ends = ground() or (0.0, 0.0)
        span = ends[1] - ends[0]
        if not rounding * max(far, *map(abs, ends)) < span < np.inf:
            span = max(abs(high), 1.0)
    return LossScale("linear", low - 0.05 * span, high + 0.1 * span)


def _goes_below(seen_on_map: tuple[float, float] | None, floor: float) -> bool:
    """Whether losses go below 0 on the map: then it is no end to come down to, as on a saddle."""
    return seen_on_map is not None and seen_on_map[0] < -floor


def _whole(losses: ArrayLike) -> Array:
    """Losses (R, n), nan where they are not finite or too large to be drawn."""
    found = np.asarray(losses, dtype=np.float64).reshape(len(np.asarray(losses)), -1)
    return np.where(np.abs(found) <= LARGEST, found, np.nan)


def scale_of(walks: Sequence[Walk]) -> LossScale:
    """The axis of losses for walks on one terrain, those in the plane included where they were projected.

    ValueError if all that start at a finite loss do so at one too large to be drawn.
    """
    if not walks:
        return LossScale("linear", 0.0, 1.0)
    terrain: Terrain = walks[0].terrain
    starts = np.concatenate([np.abs(walk.loss[0]).reshape(-1) for walk in walks])
    starts = starts[np.isfinite(starts)]
    if len(starts) and float(starts.min()) > LARGEST:
        raise InputError(f"on terrain '{terrain.name}' walks start at a loss beyond 1e300: they cannot be drawn")
    losses = [curve for walk in walks for curve in walk.losses]
    return loss_scale(losses, terrain.height == "log", lambda: _ground(terrain), terrain.rounding)


def _ground(terrain: Terrain) -> tuple[float, float] | None:
    """The lowest and highest finite loss on a terrain's map, if there is any."""
    with np.errstate(all="ignore"):
        seen = terrain.grid(51, 51)[2]
    seen = seen[np.isfinite(seen)]
    return (float(seen.min()), float(seen.max())) if len(seen) else None
