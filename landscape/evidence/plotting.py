"""What the figures of claims are made of: curves, walks on a map, and rows of numbers with their spread."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .. import optimizers
from ..core.numerals import number
from ..figures.contours import contour
from ..figures.crossings import matrix, write_cells
from ..figures.curves import numbers, powers
from ..figures.labels import few_marks, name_lines
from ..figures.names import short_name
from ..figures.palettes import current
from ..figures.styles import is_wide
from ..figures.trails import paths
from ..figures.words import literal
from ..terrains import Terrain
from ..walks.trajectory import Trajectory
from .finding import Expected, Quantity

_CALLED = {"sigmoid": "sigmoid", "relu": "ReLU", "gelu": "GELU"}
_HUES = ("orange", "blue", "green", "magenta", "sky", "violet", "brown", "olive")  # of what is no optimizer


def hue(k: int) -> str:
    """The colour of the k-th thing of a figure that is no optimizer."""
    return current().hues[_HUES[k % len(_HUES)]]


def two_axes(figure: Figure, first: float = 1.0) -> tuple[Axes, Axes]:
    """Two panels of an empty figure, side by side where it is wide; the first is `first` times the other's size."""
    if is_wide(figure):
        one, other = figure.subplots(1, 2, width_ratios=[first, 1])
    else:
        one, other = figure.subplots(2, 1, height_ratios=[first, 1])
    return one, other


def curves(
    ax: Axes,
    lines: Sequence[dict[str, Any]],
    x: str,
    y: str,
    log: str = "",
) -> list[Line2D]:
    """Curves, with their names at their ends.

    lines : of each "x", "y" and "name", empty for none, or "optimizer", a notation, whose look it has then, and name
        without another; "low" and "high", between which it spreads; "color"; "dash", true for what theory says.
    x, y : what the axes are called.
    log : which of them are logarithmic: "", "x", "y" or "xy".
    """
    walkers = [optimizers.stored(line["optimizer"]) for line in lines if "optimizer" in line]
    looks = iter(current().styles(walkers))
    drawn = []
    for k, line in enumerate(lines):
        style: dict[str, Any] = {"color": line.get("color", hue(k)), "zorder": 3}
        marker, name = "", line.get("name", "")
        if "optimizer" in line:
            look, name = next(looks), line.get("name", short_name(optimizers.stored(line["optimizer"])))
            style, marker = {"color": look.colour, "ls": look.dash, "zorder": 3}, look.marker
        if line.get("dash"):
            style |= {"ls": (0, (2, 1.5)), "color": current().ink, "zorder": 4}
        (made,) = ax.plot(list(map(_float, line["x"])), list(map(_float, line["y"])), label=literal(name), **style)
        if marker:
            few_marks(made, marker, k)
        if low := line.get("low"):
            band = list(map(_float, low)), list(map(_float, line["high"]))
            ax.fill_between(list(map(_float, line["x"])), *band, color=made.get_color(), alpha=0.18, lw=0, zorder=1)
        drawn.append(made)
    for axis, name in ((ax.xaxis, "x"), (ax.yaxis, "y")):
        if name in log:
            ax.set(**{f"{name}scale": "log"})
            low, high = axis.get_view_interval()
            (powers if low > 0 and high / low > 1e4 else numbers)(axis)
    ax.set(xlabel=x, ylabel=y)
    if named := [line for line in drawn if not str(line.get_label()).startswith("_")]:
        name_lines(ax, named)
    return drawn


def on_map(ax: Axes, terrain: Terrain, walks: Sequence[dict[str, Any]], names: Sequence[str] = ()) -> None:
    """Walks on the map of a terrain, with their names.

    walks : of each "optimizer", a notation, and the points "x" (n, 2). names : others than their optimizers'.
    """
    known = [optimizers.stored(walk["optimizer"]) for walk in walks]
    points = [np.array(walk["x"], dtype=np.float64) for walk in walks]
    made = [
        Trajectory(terrain, one, np.arange(len(x)), x, np.asarray(terrain.value(x)))
        for one, x in zip(known, points, strict=True)
    ]
    contour(terrain, ax, avoid=made)
    name_lines(ax, paths(made, ax, names=[*names] or [short_name(one) for one in known]))


def rows(
    ax: Axes,
    quantities: Sequence[tuple[str, Quantity]],
    x: str,
    *,
    expected: Sequence[Expected | None] = (),
    colours: Sequence[str] = (),
    log: bool = False,
) -> None:
    """Numbers under each other, the first on top, each a point with its spread, and written beside it.

    quantities : names, and numbers. x : what they are. expected : what each should be, drawn as a line; None where that
    is not known. What is infinite stands at the right edge, as an arrow.
    """
    size = float(plt.rcParams["lines.linewidth"])
    finite = [one.value for _, one in quantities if math.isfinite(one.value)]
    if log and min(finite, default=1.0) > 0:
        ax.set_xscale("log")
    for k, (_, one) in enumerate(quantities):
        colour = colours[k] if colours else hue(k)
        where = len(quantities) - 1 - k
        if not math.isfinite(one.value):
            ax.plot(1.0, where, ">", color=colour, ms=4 * size, transform=ax.get_yaxis_transform(), clip_on=False)
            place: Any = (0.97, where)
            ax.annotate(f"{one:}", place, xycoords=ax.get_yaxis_transform(), ha="right", va="center", color=colour)
            continue
        if one.spread and math.isfinite(one.low) and math.isfinite(one.high):
            ax.plot(
                [one.low, one.high], [where, where], color=colour, lw=1.6 * size, alpha=0.45, solid_capstyle="round"
            )
        ax.plot(one.value, where, "o", color=colour, ms=3.6 * size, zorder=3)
        end = one.high if one.spread and math.isfinite(one.high) else one.value
        ax.annotate(
            f"{one:}", (max(end, one.value), where), (4 * size, 0), textcoords="offset points", va="center",
            color=colour, fontsize=0.85 * float(ax.xaxis.label.get_fontsize()),
        )  # fmt: skip
    for k, due in enumerate(expected):
        if due is not None:
            where = len(quantities) - 1 - k
            # The number stands over the point.
            ax.plot([due.value] * 2, [where - 0.28, where + 0.1], color=current().muted, lw=size, ls=(0, (1.2, 1.2)))
    ax.set_yticks(range(len(quantities)), [literal(name) for name, _ in reversed(quantities)])
    ax.set_ylim(-0.6, len(quantities) - 0.25)
    ax.tick_params(axis="y", length=0)
    ax.grid(False, axis="y")
    ax.margins(x=0.12)
    if all(one.unit == "share" for _, one in quantities):
        ax.xaxis.set_major_formatter(lambda share, _: number(100 * share))
    _room_at_right(ax)
    if ax.get_xscale() == "log":
        numbers(ax.xaxis)
    ax.set_xlabel(x)


def _room_at_right(ax: Axes) -> None:
    """A third more, in which numbers stand beside the points that lie farthest to the right."""
    ends = ax.transScale.transform([(x, 0) for x in ax.get_xlim()])[:, 0]
    ax.set_xlim(right=float(ax.transScale.inverted().transform((ends[1] + np.ptp(ends) / 3, 0))[0]))


def _float(value: Any) -> float:
    return float(value)


def grounds_and_vehicles(figure: Figure, cases: Sequence[Mapping[str, Any]], panel: str, rates: str) -> None:
    """Accuracies of activations (rows) with optimizers (columns), a panel for each depth; in each cell the accuracy,
    and under it the share of learning rates that train.

    panel : the title of each, with {depth}. rates : what the small number is.
    """
    depths = sorted({one["depth"] for one in cases})
    grounds = list(dict.fromkeys((one["activation"], one["init"]) for one in cases))
    walkers = list(dict.fromkeys(one["optimizer"] for one in cases))
    names = [short_name(optimizers.stored(one)) for one in walkers]
    across = len(depths) if is_wide(figure) and len(depths) < 4 else min(2, len(depths))
    axes = figure.subplots(-(-len(depths) // across), across, sharey=True, squeeze=False).ravel().tolist()
    for ax, depth in zip(axes, depths, strict=False):
        cells = {
            (grounds.index((one["activation"], one["init"])), walkers.index(one["optimizer"])): (
                float(one["accuracy"]),
                float(one["rates"]),
            )
            for one in cases
            if one["depth"] == depth
        }
        matrix(ax, cells, (len(grounds), len(walkers)), (0.0, 1.0))
        ax.set_title(panel.format(depth=depth))
        ax.set_xticks(range(len(walkers)), names)
        ax.set_yticks(range(len(grounds)), [_CALLED.get(name, name) for name, _ in grounds])
    for ax in axes[len(depths) :]:
        ax.remove()
    figure.supxlabel(rates, fontsize=0.85 * float(plt.rcParams["font.size"]), color=current().muted)
    write_cells(figure, axes[: len(depths)], names)
