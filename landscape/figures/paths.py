"""The paths that were walked on a terrain, over its map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke
from numpy.typing import NDArray

from ..trajectory import Trajectory
from .given import several
from .names import walk_names
from .palette import Look, current
from .style import chosen

Floats = NDArray[np.float64]

# Paths of up to this many steps show each step as a dot.
_DOTTED = 60
_FARTHEST = 100.0  # times the reach of the map, beyond which matplotlib would have to place points
_WINDING = 30.0  # times the map's diagonal, the length from which on a path is drawn thinly


def paths(trajectories: Trajectory | Sequence[Trajectory], ax: Axes | None = None, **kwargs: Any) -> list[Line2D]:
    """Draw each trajectory's path in its optimizer's colour and dashes: a ring at the start, its marker at the end.

    A trajectory of many starts gives a line each, of which the first one has the name that an `ax.legend()` shows. A
    path that diverged ends in a cross at its last finite point, or where it leaves the view; one that has left it
    without that has no end. label : other names, one each. Other kwargs are passed on to `Axes.plot`; marks have the
    lines' colour. Returns the lines.
    """
    ax = plt.gca() if ax is None else ax
    trajectories = several(trajectories, Trajectory)
    names, drawn = walk_names(trajectories, kwargs.pop("label", None)), []
    width = plt.rcParams["lines.linewidth"]
    casing = [Stroke(linewidth=width + 2.4, foreground=current().ground, alpha=0.75), Normal()]
    view = np.sort([ax.get_xlim(), ax.get_ylim()], axis=1)
    # Axes that follow their data will show all of it.
    follows = ax.get_autoscale_on()
    shown = np.array([[-np.inf, np.inf]] * 2) if follows else view
    styles = current().styles([trajectory.optimizer for trajectory in trajectories])
    for rank, (trajectory, look, name) in enumerate(zip(trajectories, styles, names, strict=True)):
        seen = np.stack([view, trajectory.terrain.domain])
        middle = np.mean(trajectory.terrain.domain, axis=1)
        reach = _FARTHEST * float(np.abs(seen - middle[:, None]).max())
        points = trajectory.x.reshape(len(trajectory.x), -1, 2)
        lost = np.broadcast_to(trajectory.diverged.reshape(-1), points.shape[1])
        for walk in range(points.shape[1]):
            path = _within(points[:, walk], middle, reach, leave=not follows)
            # One that bounces from wall to wall would fill the map.
            winding = _length(path, view) > _WINDING
            own: dict[str, Any] = {"zorder": 3 + rank, "label": None if walk else name}
            own |= {"lw": 0.35 * width, "path_effects": []} if winding else {"path_effects": casing}
            if winding or len(path) > _DOTTED or lost[walk]:
                own["markevery"] = []
            drawn.append(_draw_path(path, look, bool(lost[walk]), chosen(own, kwargs), shown, ax))
    return drawn


def _within(points: Floats, middle: Floats, reach: float, leave: bool) -> Floats:
    """Points (n, 2) up to the first that is farther than `reach` from the middle, which cannot be placed: it is moved
    towards the one before it if the path is to `leave` the view, and those after it are nan."""
    far = np.flatnonzero(~(np.abs(points - middle).max(axis=-1) <= reach))
    if not len(far):
        return points
    cut, placed = far[0], np.full_like(points, np.nan)
    placed[:cut] = points[:cut]
    if leave and cut and np.isfinite(points[cut]).all():
        way = points[cut] - points[cut - 1]
        placed[cut] = points[cut - 1] + way / np.abs(way).max() * reach
    return placed


def _draw_path(path: Floats, look: Look, diverged: bool, settings: dict[str, Any], view: Floats, ax: Axes) -> Line2D:
    """One path (n, 2) and its marks, of which that of the end is not drawn outside of a view."""
    ground, width = current().ground, plt.rcParams["lines.linewidth"]
    # A legend shows the marker, whether steps have dots or not.
    style: dict[str, Any] = {"color": look.colour, "ls": look.dash, "markersize": 1.9 * width}
    style["marker"] = "X" if diverged else look.marker
    (line,) = ax.plot(*path.T, **chosen(style, settings))
    colour = line.get_color()
    ax.plot(*path[:1].T, "o", mfc=ground, mec=colour, mew=width, ms=4.2 * width, zorder=9)
    finite = path[np.isfinite(path).all(axis=-1)]
    here = _inside(finite[-1:], view).any()
    if len(finite) and (here or diverged):
        edge: dict[str, Any] = {"mec": ground, "mew": 0.6 * width, "zorder": 10, "clip_on": not diverged}
        end = finite[-1] if here else _exit(finite, view)
        ax.plot(*end, "X" if diverged else look.marker, mfc=colour, ms=4.6 * width, **edge)
    return line


def _inside(points: Floats, view: Floats) -> NDArray[np.bool_]:
    """Which of points (n, 2) are in a view ((x0, x1), (y0, y1))."""
    return np.asarray(((points >= view[:, 0]) & (points <= view[:, 1])).all(axis=-1))


def _exit(path: Floats, view: Floats) -> Floats:
    """Where a path (n, 2) leaves a view ((x0, x1), (y0, y1)) for good; nan if it never was within it."""
    inside = np.flatnonzero(_inside(path, view))
    if not len(inside):
        return np.full(2, np.nan)
    here, there = path[inside[-1]], path[inside[-1] + 1]
    way = there - here
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = (np.where(way > 0, view[:, 1], view[:, 0]) - here) / way
    return np.asarray(here + np.nanmin(np.where(way == 0, np.inf, shares)) * way)


def _length(path: Floats, view: Floats) -> float:
    """The length of a path (n, 2) inside a view ((x0, x1), (y0, y1)), where its diagonal is √2."""
    inside = np.clip((path - view[:, 0]) / np.ptp(view, axis=1), 0, 1)
    return float(np.nansum(np.hypot(*np.diff(inside, axis=0).T))) / 2**0.5
