"""Bands of learning rates, from the table of a sweep."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, NullLocator

from ..core.annotations import Array
from ..sweeps.groups import Group, groups_of
from ..sweeps.table import Table
from .catalogue import kind
from .curves import numbers, powers
from .given import looks
from .grids import (
    Where,
    about,
    arranged,
    chosen_rows,
    goal,
    optimizer_names,
    panel_name,
    panels_of,
    points,
    quantity,
    varied,
    walkers,
)
from .labels import fitted, legend_below
from .layout import settle
from .palettes import Look, current
from .styles import tighten
from .words import say

_PANELS = 12
_SHADE = 0.22  # of a line's colour, from quartile to quartile
_BAR = 0.072  # of the height of the curves, that a bar under them has where there is one row of panels


@kind("what each optimizer reaches at each learning rate, over all else that was swept", name="rate-bands")
def rate_bands(table: Table, *, where: Where = "") -> Figure:
    """What each optimizer reaches at each learning rate: a panel for each setting of all else.

    Lines are medians over seeds, shaded from quartile to quartile: of the test accuracy, on a terrain of the steps to
    the target. A bar under them is as strong as the share of seeds that reach the target loss; crosses are rates at
    which a seed diverges. Returns the figure. ValueError for more panels than there is room for.

    where : which rows are drawn: "depth=3/activation=relu".
    """
    table = chosen_rows(table, where)
    names = varied(table)
    panels = panels_of(groups_of(table), names, _PANELS)
    first = {group.settings["optimizer"]: group for groups in panels.values() for group in reversed(groups)}
    first = {name: first[name] for name in dict.fromkeys(table["optimizer"])}
    styles = dict(zip(first, looks(walkers(first)), strict=True))
    figure, size = plt.figure(layout="constrained"), points("axes.labelsize")
    rows, columns, places = arranged(panels, figure)
    em = float(plt.rcParams["font.size"]) / 72
    tighten(figure, h_pad=0.1 * em, w_pad=0.15 * em, hspace=0.0, wspace=0.02)
    bars = _BAR * (1 + 0.25 * (rows - 1)) * (len(first) + 0.6)
    grid = figure.add_gridspec(2 * rows, columns, height_ratios=[1, bars] * rows)
    drawn: dict[str, Line2D] = {}
    shared: Axes | None = None
    on_terrain = bool(table.settings.get("terrain"))
    for (values, groups), (row, column) in zip(panels.items(), places, strict=True):
        ax = figure.add_subplot(grid[2 * row, column], sharex=shared, sharey=shared)
        shared = shared or ax
        strip = figure.add_subplot(grid[2 * row + 1, column], sharex=ax)
        for group in groups:
            name = group.settings["optimizer"]
            line = _band(ax, group, styles[name], on_terrain)
            drawn.setdefault(name, line)
            _bars(strip, group, list(first)[::-1].index(name), styles[name].colour)
        _axes(ax, strip, len(first), rows, on_terrain)
        ax.tick_params(labelbottom=False, bottom=False, which="both")
        ax.tick_params(labelleft=column == 0)
        strip.tick_params(labelbottom=(row + 1, column) not in places)
        if (row + 1, column) not in places and column == (columns - 1) // 2:
            # In the middle of the row.
            strip.set_xlabel(say("learning rate"), x=0.5 if columns % 2 else 1.0)
        if names:
            title = fitted(panel_name(names, values), 0.9 * figure.get_figwidth() / columns, "font.size")
            ax.set_title(title, fontsize=size, pad=0.3 * size)
    figure.supylabel(quantity(table), fontsize=size)
    figure.suptitle(fitted(about(table), 0.95 * figure.get_figwidth()), fontsize=points("axes.titlesize"))
    muted = current().muted
    reached = Line2D([], [], color=muted, lw=0.5 * size, alpha=0.6, solid_capstyle="butt")
    lost = Line2D([], [], color=muted, marker="x", ls="none", ms=0.4 * size, mew=0.07 * size)
    handles = [*(drawn[name] for name in first), reached, lost]
    words = [say("reach {goal}", goal=goal(table)), say("diverge")]
    legend_below(figure, handles, [*optimizer_names(first), *words], 0.9 * size)
    _crosses(figure)
    return figure


def _band(ax: Axes, group: Group, look: Look, on_terrain: bool) -> Line2D:
    """The median over seeds at each rate, and from quartile to quartile."""
    found = group.score if on_terrain else 100 * group.accuracy
    low, middle, high = np.where(np.isfinite(found), found, np.nan).T
    width = float(plt.rcParams["lines.linewidth"])
    style: dict[str, Any] = {"color": look.colour, "ls": look.dash, "marker": look.marker, "zorder": 3}
    (line,) = ax.plot(group.lrs, middle, **style, markersize=1.7 * width, lw=0.7 * width, markeredgewidth=0)
    ax.fill_between(group.lrs, low, high, color=look.colour, alpha=_SHADE, lw=0, zorder=2)
    return line


def _bars(ax: Axes, group: Group, place: int, colour: str) -> None:
    """At each rate a bar as strong as the share of seeds that reached the target there, and a cross where one
    diverged."""
    ends = _ends(group.lrs)
    for k, share in enumerate(group.trained):
        if share > 0:
            box = (ends[k], place - 0.38), ends[k + 1] - ends[k], 0.76
            ax.add_patch(Rectangle(*box, color=colour, alpha=float(share), lw=0, zorder=2))
    lost = group.lrs[group.diverged]
    size = 0.9 * float(plt.rcParams["lines.markersize"])
    style: dict[str, Any] = {"marker": "x", "ls": "none", "color": current().muted, "ms": size, "gid": "cross"}
    ax.plot(lost, np.full(len(lost), place), **style, mew=0.18 * size, zorder=3)


def _ends(lrs: Array) -> Array:
    """Where the bars of rates end: halfway between them on a logarithmic scale."""
    logs = np.log10(lrs)
    if len(logs) == 1:
        return np.asarray(10 ** np.array([logs[0] - 0.25, logs[0] + 0.25]))
    between = 0.5 * (logs[1:] + logs[:-1])
    return np.asarray(10 ** np.concatenate([[2 * logs[0] - between[0]], between, [2 * logs[-1] - between[-1]]]))


def _axes(ax: Axes, strip: Axes, count: int, rows: int, on_terrain: bool) -> None:
    ax.set_xscale("log")
    if on_terrain:
        ax.set_yscale("log")
        numbers(ax.yaxis)
    else:
        ax.set_ylim(0, 100)
        ax.yaxis.set_major_locator(MaxNLocator(5 if rows == 1 else 3, steps=[2, 2.5, 5, 10]))
    strip.set_ylim(-0.6, count - 0.4)
    strip.set_yticks([])
    strip.grid(visible=False)
    strip.spines[:].set_visible(False)
    powers(strip.xaxis)
    strip.xaxis.set_minor_locator(NullLocator())


def _crosses(figure: Figure) -> None:
    """No larger than the bars that they stand on."""
    settle(figure)
    for ax in figure.axes:
        for line in ax.lines:
            if line.get_gid() == "cross":
                high = abs(np.diff(ax.transData.transform([(1, 0), (1, 0.5)])[:, 1])[0]) * 72 / figure.dpi
                line.set_markersize(min(line.get_markersize(), high))
