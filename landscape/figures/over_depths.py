"""Depth against trainability, from the table of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ..core.errors import InputError
from ..sweeps.groups import Group, groups_of
from ..sweeps.table import Table
from .catalogue import kind
from .given import looks, panels
from .grids import Where, about, chosen_rows, goal, optimizer_names, panel_name, points, varied, walkers
from .labels import fitted, legend_below
from .palettes import DASHES, Look, current
from .styles import figure_of, is_wide, two_panels
from .words import say

_LINES, _DEPTHS = 30, 10
_SHADE = 0.18  # of a line's colour, from quartile to quartile


@kind("how deep networks can be: the best accuracy, and the share of rates that train")
def depth(table: Table, axes: Sequence[Axes] | None = None, *, where: Where = "") -> Figure:
    """What is reached at the best learning rate over the number of hidden layers, and which share of all rates, and
    their seeds, reaches the target loss: a line for each optimizer and setting of all else.

    Accuracies are medians over seeds, shaded from quartile to quartile. axes : two axes to draw into; a new figure if
    None. where : which rows are drawn: "activation=relu". Returns the figure. ValueError for walks on terrains, for a
    single depth, and for more lines than can be told apart.
    """
    table = chosen_rows(table, where)
    if table.settings.get("terrain"):
        raise InputError("depth is a figure of networks: a terrain has no layers")
    if len(table.groups("depth")) < 2:
        raise InputError("depth needs networks of several depths")
    names = varied(table, "depth")
    lines: dict[tuple[Any, ...], list[Group]] = {}
    for group in groups_of(table):
        key = (group.settings["optimizer"], *(group.settings[name] for name in names))
        lines.setdefault(key, []).append(group)
    if len(lines) > _LINES:
        raise InputError(f"{len(lines)} lines are not allowed, at most {_LINES}: choose rows, by where=width=128")
    first = {key[0]: groups[0] for key, groups in lines.items()}
    # An optimizer has its colour and its marker, and what else a line is of shows in its dashes.
    styles = dict(zip(first, looks(walkers(first)), strict=True))
    kinds = list(dict.fromkeys(key[1:] for key in lines))
    dashes = {values: DASHES[k % len(DASHES)] for k, values in enumerate(kinds)}
    above, below = two_panels(1.0, 1.0) if axes is None else panels(axes, 2)
    for (optimizer, *values), groups in lines.items():
        _draw(above, below, groups, styles[optimizer]._replace(dash=dashes[tuple(values)]))
    figure = figure_of(above)
    wide = is_wide(figure)
    inches = (0.46 if wide else 0.95) * figure.get_figwidth()
    best, share = say("test accuracy at the best rate, %"), say("rates that train ({goal}), %", goal=goal(table))
    for ax, words in ((above, best), (below, share)):
        ax.set_title(fitted(words, inches))
        _scale(ax, sorted({depth for (depth,) in table.groups("depth")}))
    above.set_ylim(0, 100)
    below.set_xlabel(say("hidden layers"))
    if wide:
        above.set_xlabel(say("hidden layers"))
    if axes is None:
        title = fitted(about(table, "depth", *names), 0.95 * figure.get_figwidth())
        figure.suptitle(title, fontsize=points("axes.titlesize"))
        above.tick_params(labelbottom=wide)
        handles = [Line2D([], [], **_style(look)) for look in styles.values()]
        told = optimizer_names(first)
        if len(kinds) > 1:
            muted = Look(current().muted, DASHES[0], "")
            handles += [Line2D([], [], **_style(muted._replace(dash=dash))) for dash in dashes.values()]
            told += [panel_name(names, values) for values in kinds]
        legend_below(figure, handles, told, 0.9 * points("axes.labelsize"))
    return figure


def _draw(above: Axes, below: Axes, groups: Sequence[Group], look: Look) -> None:
    """One line in both panels."""
    depths = [group.settings["depth"] for group in groups]
    low, middle, high = 100 * np.array([group.best_accuracy for group in groups]).T
    above.plot(depths, middle, **_style(look))
    above.fill_between(depths, low, high, color=look.colour, alpha=_SHADE, lw=0, zorder=2)
    below.plot(depths, [100 * group.share for group in groups], **_style(look))


def _style(look: Look) -> dict[str, Any]:
    width = float(plt.rcParams["lines.linewidth"])
    drawn = {"color": look.colour, "ls": look.dash, "marker": look.marker, "markeredgewidth": 0, "zorder": 3}
    return drawn | {"markersize": 2.2 * width, "lw": 0.8 * width}


def _scale(ax: Axes, depths: Sequence[int]) -> None:
    """Numbers at the depths that there are, or at some of many."""
    if len(depths) <= _DEPTHS:
        ax.set_xticks(depths)
    else:
        ax.xaxis.set_major_locator(MaxNLocator(_DEPTHS, steps=[1, 2, 5, 10], integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    low, high = ax.get_ylim()
    ax.set_ylim(min(0.0, low), max(high, 1.0))
