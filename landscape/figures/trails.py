"""The paths that were walked on a terrain, over its map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke

from ..core.annotations import Floats
from ..terrains import Terrain
from ..walks.trajectory import Walk
from .catalogue import kind
from .contours import contour
from .exits import WayOut, inside, shown_path
from .given import as_list, looks, on_map
from .labels import arrow, legend_outside, titled
from .names import lost_at, walk_names
from .palettes import Look, current
from .placing import tell_exits
from .styles import chosen
from .words import literal

# Paths of up to this many steps show each step as a dot.
_DOTTED = 60
_FARTHEST = 100.0  # times the side of the map, beyond which matplotlib would have to place points
_WINDING = 30.0  # times the map's diagonal, the length from which on a path is drawn thinly


def paths(
    trajectories: Walk | Sequence[Walk],
    ax: Axes | None = None,
    *,
    names: Sequence[str] | None = None,
    colors: Sequence[Any] | None = None,
    **kwargs: Any,
) -> list[Line2D]:
    """Draw each trajectory's path in its optimizer's colour and dashes: a ring at the start, its marker at the end.

    A trajectory of many starts gives a line each, of which the first one has the name that an `ax.legend()` shows. A
    walk that diverged ends where it leaves the view for the first time, with an arrow and the step at which it did; or
    in a cross at its last finite point. One that only leaves has an arrow, too. names (or label), colors : others,
    one each. Other kwargs are passed on to `Axes.plot`; marks at the end have the lines' colour. Returns the lines.
    ValueError for a walk on another terrain than a map in the axes shows.
    """
    ax = plt.gca() if ax is None else ax
    trajectories = as_list(trajectories, Walk)
    on_map(ax, trajectories)
    told, drawn = walk_names(trajectories, kwargs.pop("label", names)), []
    width = plt.rcParams["lines.linewidth"]
    casing = [Stroke(linewidth=width + 2.4, foreground=current().ground, alpha=0.75), Normal()]
    # Axes that follow their data show all of walks that end, and the terrain for those that do not.
    follows = ax.get_autoscale_on()
    view = _all_starts(trajectories) if follows else np.sort([ax.get_xlim(), ax.get_ylim()], axis=1)
    styles = looks([trajectory.optimizer for trajectory in trajectories], colors)
    outs: list[tuple[WayOut, Line2D, str]] = []
    for rank, (trajectory, look, name) in enumerate(zip(trajectories, styles, told, strict=True)):
        lost = trajectory.diverged.reshape(-1)
        for walk in range(trajectory.loss[0].size):
            path, out = shown_path(trajectory, view, walk)
            gone = bool(np.broadcast_to(lost, trajectory.loss[0].size)[walk])
            if follows and not gone:
                out = None
            path = _placed(path, view)
            # One that bounces from wall to wall would fill the map.
            winding = _length(path, view) > _WINDING
            own: dict[str, Any] = {"zorder": 3 + rank, "label": None if walk else literal(name)}
            own |= {"lw": 0.35 * width, "path_effects": []} if winding else {"path_effects": casing}
            # A run's snapshots lie where they were taken; its steps are many more.
            if winding or len(path) > _DOTTED or gone or not trajectory.on_ground:
                own["markevery"] = []
            line = _draw_path(path, look, gone, chosen(own, kwargs), ax)
            if out is not None:
                outs.append((out, line, lost_at(trajectory, walk) if gone else ""))
            elif len(path) and (follows or inside(path[-1], view)):
                _draw_end(path[-1], line, look, gone, ax)
            drawn.append(line)
    if outs:
        _mark_exits(outs, drawn, ax)
    return drawn


@kind("the map, with paths", name="contour")
def _map(terrain: Terrain, walks: Sequence[Walk] = (), *, ax: Axes) -> None:
    titled(ax, of=terrain)
    contour(terrain, ax, avoid=walks)
    paths(walks, ax)
    if walks:
        legend_outside(ax)


def _all_starts(trajectories: Sequence[Walk]) -> Floats:
    """A view ((x0, x1), (y0, y1)) of the terrain and all starts."""
    corners = [np.transpose(trajectory.terrain.domain) for trajectory in trajectories]
    starts = [trajectory.x[0].reshape(-1, 2) for trajectory in trajectories]
    points = np.concatenate([*corners, *starts]) if corners else np.array([[0.0, 0.0], [1.0, 1.0]])
    return np.stack([np.nanmin(points, axis=0), np.nanmax(points, axis=0)], axis=1)


def _placed(path: Floats, view: Floats) -> Floats:
    """The points (n, 2) of a path, none of them so far from a view that matplotlib could not place it."""
    middle, reach = view.mean(axis=1), _FARTHEST * float(np.ptp(view, axis=1).max())
    return np.asarray(np.clip(path, middle - reach, middle + reach))


def _draw_path(path: Floats, look: Look, diverged: bool, settings: dict[str, Any], ax: Axes) -> Line2D:
    """One path (n, 2) with a ring at its start, in ink, as the start is no optimizer's."""
    colours, width = current(), plt.rcParams["lines.linewidth"]
    # A legend shows the marker, whether steps have dots or not.
    style: dict[str, Any] = {"color": look.colour, "ls": look.dash, "markersize": 1.9 * width}
    style["marker"] = "X" if diverged else look.marker
    (line,) = ax.plot(*path.T, **chosen(style, settings))
    ax.plot(*path[:1].T, "o", mfc=colours.ground, mec=colours.ink, mew=width, ms=4.2 * width, zorder=9)
    return line


def _draw_end(end: Floats, line: Line2D, look: Look, diverged: bool, ax: Axes) -> None:
    """The mark (2,) where a path ends: the optimizer's, or a cross if it diverged there."""
    width = plt.rcParams["lines.linewidth"]
    style: dict[str, Any] = {"mfc": line.get_color(), "mec": current().ground, "mew": 0.6 * width, "ms": 4.6 * width}
    ax.plot(*end, "X" if diverged else look.marker, zorder=10, **style)


def _mark_exits(outs: Sequence[tuple[WayOut, Line2D, str]], drawn: Sequence[Line2D], ax: Axes) -> None:
    """An arrow where each path leaves the map, and words if it diverged, as far as there is room for them beside all
    that is drawn."""
    colours, width = current(), plt.rcParams["lines.linewidth"]
    size = 0.8 * float(plt.rcParams["font.size"])
    told: list[tuple[str, Floats, Floats, str]] = []
    taken: list[Floats] = []
    for out, line, words in outs:
        onwards = 1e-6 * out.way / np.abs(out.way).max() * np.ptp(ax.viewLim, axis=0)
        ahead = ax.transData.transform([out.point, out.point + onwards])
        degrees = float(np.degrees(np.arctan2(*(ahead[1] - ahead[0])[::-1])))
        style: dict[str, Any] = {"mfc": line.get_color(), "mec": colours.ground, "mew": 0.6 * width, "zorder": 10}
        ax.plot(*out.point, marker=arrow(degrees), ms=6.5 * width, clip_on=False, **style)
        if not words or any(np.hypot(*(ahead[0] - other)) < 1.5 * size * ax.figure.dpi / 72 for other in taken):
            continue
        taken.append(ahead[0])
        told.append((words, out.point, onwards, str(line.get_color())))
    if told:
        all_words, points, ways, hues = zip(*told, strict=True)
        tell_exits(all_words, np.array(points), np.array(ways), hues, [_shown(line) for line in drawn], ax)


def _shown(line: Line2D) -> Floats:
    """The points (n, 2) of a line that are finite."""
    points = np.asarray(line.get_xydata(), dtype=np.float64)
    return points[np.isfinite(points).all(axis=1)]


def _length(path: Floats, view: Floats) -> float:
    """The length of a path (n, 2) inside a view ((x0, x1), (y0, y1)), where its diagonal is √2."""
    inside = np.clip((path - view[:, 0]) / np.ptp(view, axis=1), 0, 1)
    return float(np.nansum(np.hypot(*np.diff(inside, axis=0).T))) / 2**0.5
