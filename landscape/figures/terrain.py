"""A terrain from above, with the paths that were walked on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke

from ..terrains import Domain, Terrain
from ..trajectory import Trajectory
from .palette import current

# Paths of up to this many steps show each step as a dot.
_DOTTED = 60


def contour(
    terrain: Terrain,
    ax: Axes | None = None,
    *,
    domain: Domain | None = None,
    levels: int = 14,
    resolution: int = 301,
    **kwargs: Any,
) -> QuadContourSet:
    """Draw a terrain as a map: filled contours evenly spaced in elevation, thin lines with the loss on them.

    Parameters
    ----------
    ax : axes to draw into; the current ones if None.
    domain : ((x0, x1), (y0, y1)), the part to be drawn; the terrain's own if None.
    levels : number of elevations.
    resolution : grid points along each axis.
    kwargs : passed on to `Axes.contourf`.

    Returns the filled contour set.
    """
    ax = plt.gca() if ax is None else ax
    colours = current()
    xlim, ylim = terrain.domain if domain is None else domain
    xs, ys = np.linspace(*xlim, resolution), np.linspace(*ylim, resolution)
    loss = terrain.value(np.stack(np.meshgrid(xs, ys), axis=-1))
    elevation = terrain.elevation(loss)
    # Heights near the largest float would overflow within matplotlib.
    elevation = np.where(np.abs(elevation) < 1e300, elevation, np.nan)
    if np.isnan(elevation).all():
        raise ValueError(f"terrain '{terrain.name}' has no finite loss within x {xlim}, y {ylim}")
    low, high = float(np.nanmin(elevation)), float(np.nanmax(elevation))
    # Level ground, such as where a ReLU is dead, is drawn in one colour.
    edges = np.linspace(low, high if high > low else low + max(1.0, abs(low)), levels + 1)
    style: dict[str, Any] = {"cmap": colours.colormap, "zorder": 0} | kwargs
    filled = ax.contourf(xs, ys, elevation, edges, **style)
    if high > low:
        lines = ax.contour(xs, ys, elevation, edges[1:-1], colors=colours.ink, linewidths=0.7, alpha=0.4, zorder=1)
        size = 0.62 * plt.rcParams["font.size"]
        ax.clabel(lines, edges[2:-1:3], fontsize=size, fmt=lambda level: loss_label(terrain, level))
    ax.grid(False)
    ax.set(xlim=xlim, ylim=ylim)
    return filled


def paths(trajectories: Trajectory | Sequence[Trajectory], ax: Axes | None = None, **kwargs: Any) -> list[Line2D]:
    """Draw the path of each trajectory in its optimizer's colour and dashes: a ring at the start, a disc at the end.

    A trajectory of many starts gives a line each; a path that diverged ends in a cross at its last finite point.
    kwargs are passed on to `Axes.plot`. Returns the lines.
    """
    ax = plt.gca() if ax is None else ax
    colours = current()
    if isinstance(trajectories, Trajectory):
        trajectories = [trajectories]
    width = plt.rcParams["lines.linewidth"]
    casing = [Stroke(linewidth=width + 2.4, foreground=colours.ground, alpha=0.75), Normal()]
    drawn = []
    styles = colours.styles([trajectory.optimizer for trajectory in trajectories])
    for rank, (trajectory, (colour, dash)) in enumerate(zip(trajectories, styles, strict=True)):
        seen = np.array([ax.get_xlim(), ax.get_ylim(), *trajectory.terrain.domain]).reshape(2, 2, 2)
        middle = np.mean(trajectory.terrain.domain, axis=1)
        reach = np.abs(seen - middle[:, None]).max()
        points = trajectory.x.reshape(len(trajectory.x), -1, 2)
        for walk in range(points.shape[1]):
            # What has diverged far off the map cannot be placed; the line leaves the map all the same.
            far = np.abs(points[:, walk] - middle).max(axis=-1) > 100 * reach
            x, y = np.where(far[:, None], np.nan, points[:, walk]).T
            style: dict[str, Any] = {"color": colour, "ls": dash, "path_effects": casing, "zorder": 3 + rank}
            if len(x) <= _DOTTED:
                style |= {"marker": "o", "markersize": 1.6 * width}
            drawn += ax.plot(x, y, **(style | kwargs))
            last = np.flatnonzero(np.isfinite(x) & np.isfinite(y))[-1:]
            diverged = trajectory.diverged.reshape(-1)[walk]
            ax.plot(x[:1], y[:1], "o", mfc=colours.ground, mec=colour, mew=width, ms=4.2 * width, zorder=9)
            ax.plot(
                x[last],
                y[last],
                "X" if diverged else "o",
                mfc=colour,
                mec=colours.ground,
                mew=0.6 * width,
                ms=4.6 * width,
                zorder=10,
            )
    return drawn


def loss_label(terrain: Terrain, elevation: float) -> str:
    """The loss at an elevation, in two digits, short enough to stand on a contour line."""
    loss = elevation if terrain.height == "linear" else max(10**elevation - terrain.floor, 0.0)
    return f"{float(f'{loss:.2g}'):g}".replace("-", "−")
