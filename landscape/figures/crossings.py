"""Activations against optimizers: which of them go together, from the table of a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..core.errors import InputError
from ..core.numerals import percentage
from ..core.wording import share
from ..sweeps.groups import Group, groups_of
from ..sweeps.table import Table
from .breaking import columns as letters
from .catalogue import kind
from .grids import Where, about, arranged, chosen_rows, optimizer_names, panel_name, panels_of, points, told, varied
from .labels import fitted
from .layout import settle
from .palettes import current
from .styles import tighten
from .words import listed, say

_PANELS, _CELLS = 12, 40  # of a figure, and rows or columns of a panel
_LETTER = 0.5  # times the type's size, of a letter or digit


@kind("activations against optimizers: the best accuracy of each pair, and the share of rates that train")
def coevolution(table: Table, *, where: Where = "") -> Figure:
    """A matrix of activations (rows) and optimizers (columns): the test accuracy at the best learning rate, by colour
    and in per cent, and under it the share of all rates, and their seeds, that reach the target loss.

    A panel for each setting of all else. Accuracies are medians over seeds; the rate is the best by its training loss.
    where : which rows are drawn: "depth=3". Returns the figure. ValueError for walks on terrains, and for more panels
    than there is room for.
    """
    table = chosen_rows(table, where)
    if table.settings.get("terrain"):
        raise InputError("coevolution is a figure of networks: a terrain has no activations")
    names = varied(table, "activation")
    panels = panels_of(groups_of(table), names, _PANELS)
    # One initialiser goes with each activation, where panels do not tell it.
    rows = dict(table.groups("activation", "init").keys())
    named = len(set(rows.values())) > 1 and "init" not in names
    first: dict[str, Group] = {}
    for groups in panels.values():
        first |= {group.settings["optimizer"]: group for group in groups}
    optimizers = list(dict.fromkeys(table["optimizer"]))
    if max(len(rows), len(optimizers)) > _CELLS:
        raise InputError(f"{len(rows)} × {len(optimizers)} cells are not allowed, at most {_CELLS} each way")
    figure, size = plt.figure(layout="constrained"), points("axes.labelsize")
    high, wide, places = arranged(panels, figure)
    em = float(plt.rcParams["font.size"]) / 72
    tighten(figure, h_pad=0.15 * em, w_pad=0.15 * em, hspace=0.03, wspace=0.02)
    axes = figure.subplots(high, wide, squeeze=False, sharex=True, sharey=True)
    for at, unused in np.ndenumerate(axes):
        if at not in places:
            unused.remove()
    drawn = [axes[at] for at in places]
    known = np.array([group.best_accuracy[1] for groups in panels.values() for group in groups])
    ends = (float(np.nanmin(known)), float(np.nanmax(known))) if np.isfinite(known).any() else (0.0, 1.0)
    told_optimizers = optimizer_names({name: first[name] for name in optimizers})
    for ax, (row, column), (values, groups) in zip(drawn, places, panels.items(), strict=True):
        named_cells = {(one.settings["activation"], one.settings["optimizer"]): one for one in groups}
        places_of = {(list(rows).index(a), optimizers.index(o)): one for (a, o), one in named_cells.items()}
        cells = {at: (float(one.best_accuracy[1]), float(one.share)) for at, one in places_of.items()}
        matrix(ax, cells, (len(rows), len(optimizers)), ends)
        ax.tick_params(labelbottom=(row + 1, column) not in places, labelleft=column == 0)
        ax.set_xticks(range(len(optimizers)), told_optimizers)
        ax.set_yticks(range(len(rows)), [_named(*pair, named) for pair in rows.items()])
        if names:
            words = fitted(panel_name(names, values), 0.9 * figure.get_figwidth() / wide, "font.size")
            ax.set_title(words, fontsize=size, pad=0.3 * size)
    what, facts = say("test accuracy at the best rate, %"), about(table, "activation", "init")
    title = say("{what}: {facts}", what=what, facts=facts)
    figure.suptitle(fitted(title, 0.95 * figure.get_figwidth()), fontsize=points("axes.titlesize"))
    figure.supxlabel(say("small: share of the rates that train"), fontsize=0.85 * size, color=current().muted)
    write_cells(figure, drawn, told_optimizers)
    return figure


def _named(activation: str, init: str, both: bool) -> str:
    return listed([told("activation", activation), *([told("init", init)] if both else [])])


Cells = Mapping[tuple[int, int], tuple[float, float]]


def matrix(ax: Axes, cells: Cells, shape: tuple[int, int], ends: tuple[float, float]) -> None:
    """One panel of `shape` (rows, columns): in each cell an accuracy, and under it the share of rates that train.

    ends : the accuracies at the ends of the colours. The size of the words is that of `write_cells`.
    """
    colours = current()
    found = np.full(shape, np.nan)
    for at, (accuracy, _) in cells.items():
        found[at] = accuracy
    style: dict[str, Any] = {"cmap": colours.colormap.with_extremes(bad=colours.panel), "aspect": "auto"}
    low, high = ends
    image = ax.imshow(found, vmin=low, vmax=high if high > low else low + 1e-9, interpolation="nearest", **style)
    ax.set_xticks(np.arange(shape[1] + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(shape[0] + 1) - 0.5, minor=True)
    ax.grid(visible=False)
    ax.grid(which="minor", color=colours.ground, lw=0.8 * plt.rcParams["lines.linewidth"])
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)
    for (row, column), (accuracy, rates) in cells.items():
        ink = colours.readable(image.cmap(image.norm(np.asarray(accuracy)))) if np.isfinite(accuracy) else colours.muted
        place: dict[str, Any] = {"xytext": (0, 0), "textcoords": "offset points", "ha": "center", "color": ink}
        ax.annotate(percentage(accuracy, 1), (column, row), va="bottom", weight="bold", **place)
        if np.isfinite(rates):
            ax.annotate(share(rates), (column, row), va="top", **place)


def write_cells(figure: Figure, axes: Sequence[Axes], names: Sequence[str]) -> None:
    """Give the words in cells the size for which there is room, and set names of columns upright where they would run
    into each other."""
    settle(figure)
    for ax in axes:
        size = points("xtick.labelsize")
        inches = ax.get_window_extent().width / figure.dpi / len(names)
        if max(map(letters, names)) * _LETTER * size / 72 > 0.95 * inches:
            ax.tick_params(axis="x", labelrotation=90)
    settle(figure)
    for ax in axes:
        box = ax.get_window_extent()
        shape = ax.images[0].get_array().shape  # type: ignore[union-attr]
        sides = zip((box.height, box.width), shape, strict=True)
        high, wide = (72 / figure.dpi * side / count for side, count in sides)
        size = min(float(plt.rcParams["font.size"]), 0.36 * high, 0.85 * wide / (5 * _LETTER))
        for text in ax.texts:
            bold = text.get_fontweight() == "bold"
            text.set(fontsize=size if bold else 0.72 * size, position=(0, -0.15 * size if bold else -0.3 * size))
