"""Parallel coordinates: every cell of a sweep as a line through its settings, from its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patheffects import withStroke
from matplotlib.ticker import LogLocator, MaxNLocator

from ..core.annotations import Array
from ..core.numerals import power, setting
from ..sweeps.cell import DIVERGED, DONE
from ..sweeps.groups import groups_of
from ..sweeps.table import Table
from .catalogue import kind
from .grids import Where, about, chosen_rows, optimizer_names, quantity, told, varied
from .labels import fitted, room_over
from .palettes import current
from .words import say, wrapped

_MOST = 4000  # lines, of which more would only hide each other
_SPREAD = 0.55  # of the way to the next value, over which lines of one value lie apart
_LOST = -0.13  # where lines end whose cells did not come through, below the lowest
_TOLD = 9  # values of a setting, of which more are told by the first, the last and some between
_LETTER = 0.5  # times the type's size, of a letter


@dataclass(frozen=True)
class _Axis:
    """One coordinate: its name, where each row stands on it (N,), from 0 to 1, and words at some places."""

    name: str
    places: Array
    ticks: dict[float, str]


@kind("every cell of a sweep as a line through its settings, coloured by what it reached")
def parallel(table: Table, ax: Axes | None = None, *, where: Where = "") -> LineCollection:
    """A line a cell, from optimizer and learning rate through all else that was varied to what it reached: the test
    accuracy, on a terrain the steps to the target.

    Lines that reached more stand out, and lie above others at each of their settings; those of cells that diverged,
    failed or were cut are dotted, and end below the axis. Of more than 4,000 cells so many are drawn, evenly chosen.
    where : which rows are drawn: "depth=3". Returns the lines of those that came through.
    """
    table = chosen_rows(table, where)
    ax = plt.gca() if ax is None else ax
    rows = np.arange(0, len(table), -(-len(table) // _MOST))
    last = _reached(table, rows)
    there = np.isfinite(last.places)
    height = np.where(there, last.places, _LOST)
    apart = np.argsort(np.argsort(height, kind="stable"), kind="stable") / max(1, len(rows) - 1) - 0.5
    axes = [_optimizers(table, rows, apart), _rates(table, rows)]
    axes += [_settings(table, name, rows, apart) for name in varied(table)]
    axes.append(_Axis(last.name, height, last.ticks))
    places = np.stack([axis.places for axis in axes], axis=1)
    points = np.stack([np.broadcast_to(np.arange(len(axes), dtype=float), places.shape), places], axis=2)
    colours, strength = current(), float(np.clip(12 / np.sqrt(len(rows)), 0.3, 1.0))
    thin = 0.6 * strength * float(plt.rcParams["lines.linewidth"])
    gone = LineCollection(list(points[~there]), colors=colours.muted, lw=0.8 * thin, alpha=0.7, zorder=1)
    gone.set_linestyle((0, (1, 2.5)))
    ax.add_collection(gone)
    order = np.flatnonzero(there)[np.argsort(height[there], kind="stable")]
    shades = LinearSegmentedColormap.from_list("reached", [colours.grid, colours.hues["orange"], colours.ink])
    lines = LineCollection(list(points[order]), cmap=shades, lw=thin, alpha=min(1.0, 0.3 + strength), zorder=2)
    lines.set_array(height[order])
    lines.set_clim(0, 1)
    ax.add_collection(lines)
    _draw(ax, axes, "" if there.all() else _lost(table, rows[~there]))
    ax.set_title(fitted(about(table), room_over(ax)))
    return lines


def _optimizers(table: Table, rows: Array, apart: Array) -> _Axis:
    first = {group.settings["optimizer"]: group for group in groups_of(table)}
    names = dict(zip(first, optimizer_names(first), strict=True))
    return _ordered(say("optimizer"), list(table["optimizer"][rows]), names, apart)


def _rates(table: Table, rows: Array) -> _Axis:
    """Learning rates on a logarithmic scale."""
    logs = np.log10(table["lr"])
    low, high = float(logs.min()), float(logs.max())
    span = high - low or 1.0
    whole = range(int(np.ceil(low - 1e-9)), int(np.floor(high + 1e-9)) + 1)
    # Where a grid lies within a decade, its ends.
    ticks = {(k - low) / span: power(k) for k in whole[:: -(-len(whole) // 6)]} if len(whole) > 1 else {}
    ticks = ticks or {0.0: setting(float(table["lr"].min())), 1.0: setting(float(table["lr"].max()))}
    return _Axis(say("learning rate"), (logs[rows] - low) / span, ticks)


def _settings(table: Table, name: str, rows: Array, apart: Array) -> _Axis:
    """Any other setting, its values in their order."""
    titles = {
        "activation": say("activation"),
        "init": say("weights drawn by"),
        "depth": say("hidden layers"),
        "width": say("units a layer"),
        "batch_size": say("batch size"),
        "schedule": say("schedule"),
    }
    values = [value for (value,) in table.groups(name)]
    if not isinstance(values[0], str):
        values.sort()
    names = {one: f"{one:,}" if isinstance(one, int) else told(name, one) for one in values}
    column = [one if isinstance(one, str) else int(one) for one in table[name][rows]]
    return _ordered(titles[name], column, names, apart)


def _ordered(title: str, column: Sequence[Any], names: dict[Any, str], apart: Array) -> _Axis:
    """Values at equal distances, the first words at the top; lines of one value are apart by what they reached."""
    values = list(names)
    if isinstance(values[0], str):
        values.reverse()
    gap = 1 / max(1, len(values) - 1)
    at = {value: k * gap if len(values) > 1 else 0.5 for k, value in enumerate(values)}
    spread = _SPREAD * min(gap, 0.5)
    # Within the axis, also at its ends.
    places = spread / 2 + (1 - spread) * np.array([at[one] for one in column]) + spread * apart
    step = -(-len(values) // _TOLD)
    return _Axis(title, places, {spread / 2 + (1 - spread) * at[one]: names[one] for one in values[::step]})


def _reached(table: Table, rows: Array) -> _Axis:
    """What cells reached, the better the higher; nan where they did not come through."""
    on_terrain = bool(table.settings.get("terrain"))
    column = table["steps_to" if on_terrain else "test_accuracy"]
    found = np.where(table["status"] == DONE, column, np.nan)
    if on_terrain:
        found = np.log10(np.maximum(found, 1.0))
    known = found[np.isfinite(found)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    span = high - low or 1.0
    if on_terrain:
        steps = LogLocator(subs=(1, 2, 5)).tick_values(10**low, 10**high)
        marks = {float(np.log10(one)): f"{one:,.0f}" for one in steps if low <= np.log10(one) <= high}
    else:
        marks = {
            one / 100: setting(float(one))
            for one in MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(100 * low, 100 * high)
        }
    ticks = {(one - low) / span: words for one, words in marks.items() if low - 1e-9 <= one <= high + 1e-9}
    places = (found[rows] - low) / span
    if on_terrain:
        return _Axis(quantity(table), 1 - places, {1 - place: words for place, words in ticks.items()})
    return _Axis(quantity(table), places, ticks)


def _lost(table: Table, rows: Array) -> str:
    """What became of cells that did not come through."""
    return say("diverged") if set(table["status"][rows]) == {DIVERGED} else say("no result")


def _draw(ax: Axes, axes: Sequence[_Axis], lost: str) -> None:
    """The coordinates, with their names under them and words beside them, which lines do not hide."""
    colours, size = current(), 0.8 * float(plt.rcParams["font.size"])
    halo = [withStroke(linewidth=0.22 * size, foreground=colours.ground)]
    for k, axis in enumerate(axes):
        ax.axvline(k, 0.0, 1.0, color=colours.muted, lw=0.5 * plt.rcParams["lines.linewidth"], zorder=3)
        at_end = k == len(axes) - 1
        side: dict[str, Any] = {"ha": "left", "va": "center", "fontsize": size, "zorder": 4}
        marks = dict(axis.ticks) | ({_LOST: lost} if at_end and lost else {})
        for place, words in marks.items():
            style: dict[str, Any] = {"xytext": (0.35 * size, 0), "textcoords": "offset points", "path_effects": halo}
            text = ax.annotate(words, (k, place), color=colours.ink, **style, **side)
            text.set_in_layout(at_end)
    inches = 0.85 * ax.figure.bbox.width / ax.figure.dpi / len(axes)
    names = [wrapped(axis.name, 72 * inches / (_LETTER * size / 0.8)) for axis in axes]
    ax.set_xticks(range(len(axes)), names)
    ax.tick_params(axis="x", length=0)
    ax.set(xlim=(-0.05, len(axes) - 1 + 0.02), ylim=(_LOST - 0.05 if lost else -0.03, 1.03), yticks=[])
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)
