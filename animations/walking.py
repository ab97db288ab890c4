"""A walk or a curve as a view shows it: as far as it has come, and its way out of the view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from landscape.core.annotations import Array
from landscape.figures.exits import WayOut, shown_points
from landscape.walks.trajectory import Walk

_WINDING = 10.0  # times a view's side
_RESTS = 2e-3  # of a view's side, within which a walk has come to where it ends


@dataclass(frozen=True)
class Way:
    """Points (n, 2) that are reached at steps (n,), and where they leave the view for good.

    What diverged ends at its first way out of the view, or at its last finite point; anything else ends where it leaves
    the view and does not come back.
    """

    steps: Array
    points: Array
    out: WayOut | None
    diverged: bool

    @classmethod
    def of(cls, steps: ArrayLike, points: ArrayLike, view: ArrayLike, lost: bool = False) -> Way:
        """view : ((x0, x1), (y0, y1)). lost : whether it diverged."""
        steps, given = np.asarray(steps, dtype=np.float64), np.asarray(points, dtype=np.float64)
        shown, out = shown_points(given, view, lost)
        if out is None:
            return cls(steps[: len(shown)], shown, None, lost)
        row = out.row
        stride = float(np.abs(out.way).max())
        share = float(np.abs(out.point - given[row]).max()) / stride if stride > 0 else 0.0
        at = steps[row] + share * (steps[row + 1] - steps[row])
        return cls(np.append(steps[: row + 1], at), np.vstack([given[: row + 1], out.point]), out, lost)

    @classmethod
    def of_walk(cls, walk: Walk) -> Way:
        """Over its terrain, seen as far as that is drawn."""
        return cls.of(walk.steps, walk.x, walk.terrain.domain, bool(walk.diverged))

    @property
    def end(self) -> float:
        """The step at which it is over."""
        return float(self.steps[-1]) if len(self.steps) else 0.0

    def winds(self, view: ArrayLike) -> bool:
        """Whether it is so long that it would fill the view, as one that bounces from wall to wall."""
        (x0, x1), (y0, y1) = np.asarray(view, dtype=np.float64)
        inside = np.clip((self.points - [x0, y0]) / [x1 - x0, y1 - y0], 0, 1)
        return bool(np.linalg.norm(np.diff(inside, axis=0), axis=1).sum() > _WINDING)

    def is_over(self, step: float) -> bool:
        """Whether it has left the view, or diverged, by a step."""
        return (self.diverged or self.out is not None) and step >= self.end


def arrival(walks: Sequence[Walk]) -> int:
    """The step after which none of the walks is seen to move: each has come to its end, or has left its terrain."""
    last = 1.0
    for walk in walks:
        way = Way.of_walk(walk)
        if way.diverged or way.out is not None:
            last = max(last, way.end)
        elif len(way.points):
            away = np.abs(way.points - way.points[-1]) / np.ptp(np.asarray(walk.terrain.domain), axis=1)
            moving = np.flatnonzero(away.max(axis=1) > _RESTS)
            last = max(last, float(way.steps[moving[-1] + 1]) if len(moving) else 0.0)
    return int(np.ceil(last))


def along(steps: Array, points: Array, step: float) -> tuple[Array, Array]:
    """Where a walk is at `step`, by linear interpolation between recorded rows, and the path (n, ...) up to there.

    A walk that has diverged stays at its last finite point.
    """
    finite = np.isfinite(points).all(axis=-1)
    last = len(points) - 1 if finite.all() else max(int(np.argmin(finite)) - 1, 0)
    step = float(np.clip(step, steps[0], steps[last]))
    row = int(np.searchsorted(steps, step, side="right")) - 1
    if row >= last:
        return points[last], points[: last + 1]
    share = (step - steps[row]) / (steps[row + 1] - steps[row])
    here = (1 - share) * points[row] + share * points[row + 1]
    return here, np.concatenate([points[: row + 1], here[None]])
