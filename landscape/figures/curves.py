"""Curves over steps: the loss on a terrain, races on it, and sweeps of the learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..surfaces import Surface
from ..sweeps import Sweep
from ..terrains import Domain, Terrain
from ..trajectory import Trajectory
from .labels import label_ends, name_of, short_name, title_of
from .palette import current
from .terrain import contour, paths

_TALLEST = 100.0  # times the first loss, where logarithmic charts end


def loss(trajectories: Sequence[Trajectory], ax: Axes | None = None, **kwargs: Any) -> list[Line2D]:
    """The loss of each trajectory over its steps, labelled at the line's end.

    For a run that was projected onto a plane the solid line is the true loss and the dashed one the loss in the plane.
    A trajectory of many starts has a line each, of which the first one carries the label. kwargs are passed on to
    `Axes.plot`. Returns the solid lines.
    """
    ax = plt.gca() if ax is None else ax
    colours = current()
    drawn, labelled, names = [], [], []
    styles = colours.styles([trajectory.optimizer for trajectory in trajectories])
    for trajectory, (colour, dash) in zip(trajectories, styles, strict=True):
        style: dict[str, Any] = {"color": colour, "ls": dash, "zorder": 3} | kwargs
        losses = trajectory.loss.reshape(len(trajectory.steps), -1)
        first = losses[0].max()
        lines = ax.plot(trajectory.steps, np.where(losses <= max(_TALLEST * first, first + 1), losses, np.nan), **style)
        drawn += lines
        labelled.append(lines[0])
        names.append(name_of(trajectory.optimizer))
        if trajectory.in_plane is not None:
            ax.plot(
                trajectory.steps,
                trajectory.in_plane,
                color=colour,
                ls=(0, (2, 1.5)),
                lw=0.6 * plt.rcParams["lines.linewidth"],
            )
        # The steps count even where no loss is left to be drawn.
        ax.update_datalim([(trajectory.steps[-1], float(np.nanmin(losses[0])))])
    if trajectories and trajectories[0].terrain.height == "log" and any((walk.loss > 0).any() for walk in trajectories):
        ax.set_yscale("log")
    else:
        # A walk that diverges leaves through the top; drawn in full it would flatten all the others.
        calm = [walk.loss for walk in trajectories if np.all(walk.loss[-1] <= walk.loss[0])]
        if calm:
            low, high = min(np.min(one) for one in calm), max(np.max(one) for one in calm)
            # Neither must one that falls without end.
            ground = trajectories[0].terrain.grid(51, 51)[2]
            low = max(low, float(np.nanmin(ground)) - 0.1 * float(np.ptp(ground[np.isfinite(ground)])))
        if calm and high > low:
            ax.set_ylim(low - 0.05 * (high - low), high + 0.1 * (high - low))
    ax.set(xlabel="step", ylabel="loss")
    label_ends(ax, labelled, names)
    return drawn


def race(
    terrain: Terrain, trajectories: Trajectory | Sequence[Trajectory], axes: Sequence[Axes] | None = None
) -> Figure:
    """The map with the paths on the left, the loss over the steps on the right.

    axes : two axes to draw into; a new figure if None. Returns the figure.
    """
    if axes is None:
        axes = plt.figure().subplots(1, 2, width_ratios=[1.15, 1])
    on_map, on_curves = axes
    if isinstance(trajectories, Trajectory):
        trajectories = [trajectories]
    contour(terrain, on_map, domain=_seen(terrain, trajectories))
    paths(trajectories, on_map)
    on_map.set_title(title_of(terrain))
    if isinstance(terrain, Surface):
        on_map.set_xlabel(terrain.plane.faithfulness.replace("; ", ";\n"), color=current().muted)
    loss(trajectories, on_curves)
    projected = any(trajectory.in_plane is not None for trajectory in trajectories)
    on_curves.set_title("true loss, and dashed in the plane" if projected else "loss")
    figure = on_map.figure
    assert isinstance(figure, Figure)
    return figure


def _seen(terrain: Terrain, trajectories: Sequence[Trajectory]) -> Domain:
    """The terrain's domain, widened where a walk starts outside of it."""
    if not trajectories:
        return terrain.domain
    sides = []
    for axis, (low, high) in enumerate(terrain.domain):
        starts = [float(value) for walk in trajectories for value in walk.x[0, ..., axis].flat]
        west, east = min(low, *starts), max(high, *starts)
        margin = 0.05 * (east - west)
        sides.append((low if west == low else west - margin, high if east == high else east + margin))
    return sides[0], sides[1]


def sweep(sweeps: Sequence[Sweep], ax: Axes | None = None, **kwargs: Any) -> list[Line2D]:
    """What each optimizer scores at each learning rate of the common grid; gaps are rates at which it failed.

    A ring marks the best. kwargs are passed on to `Axes.plot`. Returns the lines.
    """
    ax = plt.gca() if ax is None else ax
    colours = current()
    drawn = []
    for one, (colour, dash) in zip(sweeps, colours.styles([one.optimizer for one in sweeps]), strict=True):
        score = np.where(np.isfinite(one.score), one.score, np.nan)
        style: dict[str, Any] = {"color": colour, "ls": dash, "marker": "o", "markersize": 5}
        drawn += ax.plot(one.lrs, score, label=short_name(one.optimizer), **(style | kwargs))
        if np.isfinite(score).any():
            best = np.nanargmin(score)
            ax.plot(one.lrs[best], score[best], "o", mfc="none", mec=colour, mew=2.5, ms=15)
    ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel=sweeps[0].score_name if sweeps else "")
    ax.legend()
    return drawn
