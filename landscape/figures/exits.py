"""Where a path leaves what is shown: one rule for figures, films and pages."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.annotations import Array
from ..walks.trajectory import Walk

_FAR = 1e150  # beyond which lengths of steps overflow


class WayOut(NamedTuple):
    """Where a path leaves a view: after which of its rows, at which point (2,) of the border, and which way (2,)."""

    row: int
    point: Array
    way: Array


def inside(points: ArrayLike, view: ArrayLike) -> NDArray[np.bool_]:
    """Which of points (..., 2) are in a view ((x0, x1), (y0, y1))."""
    low, high = np.transpose(view)
    with np.errstate(invalid="ignore"):
        return np.asarray(((points >= low) & (points <= high)).all(axis=-1))


def first_exit(path: ArrayLike, view: ArrayLike) -> WayOut | None:
    """Where a path (n, 2) leaves a view ((x0, x1), (y0, y1)) for the first time; None if it begins outside of it, never
    leaves it, or ends within it, as what follows is nan."""
    return _exit(path, view, first=True)


def last_exit(path: ArrayLike, view: ArrayLike) -> WayOut | None:
    """Where a path (n, 2) leaves a view for good; None if it was never in it or ends within it."""
    return _exit(path, view, first=False)


def shown_path(walk: Walk, view: ArrayLike, which: int = 0) -> tuple[Array, WayOut | None]:
    """The points (n, 2) of one of a trajectory's walks as they are drawn on a map, and where it leaves that for good.

    A walk that diverged ends at its first way out, or at its last finite point. Any other is drawn whole, and leaves
    the map where it does not come back.
    """
    lost = bool(np.broadcast_to(walk.diverged.reshape(-1), walk.loss[0].size)[which])
    return shown_points(walk.x.reshape(len(walk.x), -1, 2)[:, which], view, lost)


def shown_points(path: ArrayLike, view: ArrayLike, lost: bool) -> tuple[Array, WayOut | None]:
    """The same of any points (n, 2), such as a curve's on its axes; lost : whether they are of a walk that diverged."""
    path = np.asarray(path, dtype=np.float64)
    whole = np.isfinite(path).all(axis=-1)
    end = len(path) if whole.all() else int(np.argmin(whole))
    if not lost:
        return path[:end], last_exit(path[:end], view)
    # The first point that is infinite still says where to.
    out = first_exit(path[: end + 1], view)
    return (path[:end], None) if out is None else (np.vstack([path[: out.row + 1], out.point]), out)


def _exit(path: ArrayLike, view: ArrayLike, first: bool) -> WayOut | None:
    path, (low, high) = np.asarray(path, dtype=np.float64), np.sort(np.asarray(view, dtype=np.float64), axis=1).T
    seen = inside(path, np.stack([low, high], axis=1))
    leaves = np.flatnonzero(seen[:-1] & ~seen[1:] & ~np.isnan(path[1:]).any(axis=-1))
    if not len(leaves) or not (seen[0] if first else leaves[-1] == np.flatnonzero(seen)[-1]):
        return None
    row = int(leaves[0 if first else -1])
    here = path[row]
    way = np.clip(path[row + 1], -_FAR, _FAR) - here
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        shares = np.where(way == 0, np.inf, (np.where(way > 0, high, low) - here) / way)
    return WayOut(row, here + shares.min() * way, way)
