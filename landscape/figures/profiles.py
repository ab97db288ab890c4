"""The loss on the straight line between two networks, or from the start of one run to its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnnotationBbox, TextArea, VPacker
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from .. import surfaces
from ..core.numerals import number
from ..core.wording import percent
from ..datasets.sample import Sample
from ..surfaces import Line
from ..training.run import Run
from .catalogue import kind
from .curves import numbers
from .given import as_list, named, same_network
from .labels import READABLE, fitted, legend_below, room_over, spread
from .layout import settle
from .names import run_names
from .palettes import current
from .styles import chosen, figure_of, tighten, width_of
from .words import listed, literal, of_data, say, wrapped

_LOGARITHMIC = 5.0  # ratio of losses, from which on their axis is logarithmic
_CHARACTERS = 26  # of a name in a row
_FROM = " →\n"  # between the names of the two networks that a line is between
_DASHES = ("-", "--", ":", "-.")


def interpolation(
    lines: Line | Sequence[Line], names: Sequence[str] | None = None, ax: Axes | None = None, **kwargs: Any
) -> list[Line2D]:
    """The loss over α on the line from one network (α = 0) to another (α = 1), or from a run's start to its end, and
    under it the accuracy.

    Where no answer is right or wrong, it is the loss alone. The two networks are marked.

    How high the barrier between them is stands at the end of each line, if it is clear
    that other images would show one, too; that of a single line is drawn, with its interval, from the straight line
    between the networks' losses upwards. The loss has a logarithmic axis if it spans much.

    lines : what `line` gives. names : one each. ax : axes for the loss alone; if None, both are drawn into the current
    figure, or into a new one if that is not empty. kwargs are passed on to `Axes.plot`. Returns the lines of the loss.
    """
    lines = as_list(lines, Line, "lines")
    told = named(names, [""] * len(lines), "lines")
    below = None
    if ax is None:
        figure = plt.figure(layout="constrained") if plt.gcf().axes else plt.gcf()
        if any(np.isfinite(line.accuracy).any() for line in lines):
            ax, below = figure.subplots(2, 1, sharex=True, height_ratios=[2.4, 1])
        else:
            ax = figure.subplots()
        data = {line.data for line in lines}
        words = _title(lines)
        if len(data) == 1 and any(data):
            words = say("{what}, over {data}", what=words, data=of_data(data.pop()))
        ax.set_title(fitted(words, 0.85 * figure.get_figwidth()))
    colours, width = current(), float(plt.rcParams["lines.linewidth"])
    # Not the optimizers' colours, as both ends may have been trained by any.
    hues = (colours.ink, colours.accent, colours.muted)
    drawn: list[Line2D] = []
    for k, line in enumerate(lines):
        style = chosen({"color": hues[k % len(hues)], "ls": _DASHES[k % len(_DASHES)], "zorder": 3}, kwargs)
        drawn += ax.plot(line.alphas, line.loss, **style)
        if below is not None:
            below.plot(line.alphas, 100 * line.accuracy, **style)
        ring: dict[str, Any] = {"mfc": colours.ground, "mec": drawn[-1].get_color(), "mew": 0.8 * width}
        ax.plot([0, 1], line.ends, "o", ms=3.4 * width, zorder=5, **ring)
    _scale(lines, ax, below)
    barriers = [_height(line) for line in lines]
    if len(lines) == 1 and lines[0].rise.clear:
        interval = {"low": number(lines[0].rise.low, 2), "high": number(lines[0].rise.high, 2)}
        _draw_barrier(lines[0], say("{barrier} (95 %: {low} to {high})", barrier=barriers.pop(), **interval), ax)
    # Sets the sizes of the axes, which decide on the labels' places.
    settle(figure_of(ax))
    _label_ends(lines, drawn, told, barriers or [""], ax)
    return drawn


@kind("the line between two networks, or from a run's start to its end", name="interpolation")
def _interpolation(runs: Sequence[Run], sample: Sample) -> Figure:
    same_network(runs, "have no straight line between them")
    first, (x, y, caption) = runs[0], sample
    start, *others = run_names(runs)
    if others:
        ends = zip(others, runs[1:], strict=True)
        pairs = [(start + _FROM + name, first.params, one.params) for name, one in ends]
    else:
        pairs = [(f"{start}:\n{say('start')} → {say('end')}", first.snapshots[0], first.params)]
    lines = [surfaces.line(first.network, a, b, x, y, data=caption, of_run=not others) for _, a, b in pairs]
    figure = plt.figure()
    interpolation(lines, [name for name, _, _ in pairs])
    return figure


def _title(lines: Sequence[Line]) -> str:
    one = len(lines) == 1
    if all(line.of_run for line in lines):
        return say("loss from a run's start to its end" if one else "loss from runs' starts to their ends")
    return say("loss between two networks" if one else "loss between pairs of networks")


def _height(line: Line) -> str:
    if np.isnan(line.barrier):
        return ""  # nothing between the ends was looked at
    if np.isinf(line.barrier):
        return say("barrier: overflow")
    if line.barrier == 0:
        return say("no barrier")
    if line.rise.tested and not line.rise.clear:
        return say("no clear barrier")
    height = number(line.barrier, 2)
    return say("barrier {height}" if line.rise.tested else "barrier {height}, not tested", height=height)


def _scale(lines: Sequence[Line], ax: Axes, below: Axes | None) -> None:
    """Scales and words of the axes, and where the networks are."""
    losses = np.concatenate([np.append(line.loss, line.ends) for line in lines])
    losses = losses[np.isfinite(losses)]
    if losses.size and losses.min() > 0 and losses.max() > _LOGARITHMIC * losses.min():
        ax.set_yscale("log")
        numbers(ax.yaxis)
    elif losses.size and losses.min() >= 0:
        ax.set_ylim(0, 1.08 * losses.max() or 1.0)
    places = np.concatenate([line.alphas for line in lines])
    margin = 0.03 * float(np.ptp(places)) or 0.1
    for panel in filter(None, (ax, below)):
        for alpha in (0, 1):
            panel.axvline(alpha, color=current().muted, lw=0.35 * plt.rcParams["lines.linewidth"], zorder=1)
        panel.set_xlim(places.min() - margin, places.max() + margin)
        panel.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    of_runs = all(line.of_run for line in lines)
    words = (
        say("α, from the start at 0 to the end at 1") if of_runs else say("α, from one network at 0 to the other at 1")
    )
    if any(0 < line.barrier < np.inf for line in lines):
        size = float(ax.xaxis.label.get_fontsize())
        meant = say("barrier: highest rise above the straight line between the losses at 0 and 1")
        words += "\n" + wrapped(meant, 72 * min(0.9 * width_of(ax), room_over(ax)) / (0.5 * size))
    (ax if below is None else below).set_xlabel(words)
    ax.set_ylabel(say("loss"))
    if below is not None:
        low = 100 * float(np.nanmin([np.nanmin(line.accuracy) for line in lines if np.isfinite(line.accuracy).any()]))
        low = min(80.0, 20 * float(np.floor(low / 20)))
        below.set(ylabel=say("accuracy"), ylim=(low - 0.06 * (100 - low), 100 + 0.06 * (100 - low)))
        below.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
        below.yaxis.set_major_formatter(percent("{x:.0f}"))


def _draw_barrier(line: Line, words: str, ax: Axes) -> None:
    """The straight line between the ends' losses, and the barrier above it with its words."""
    colours, width = current(), float(plt.rcParams["lines.linewidth"])
    between = np.linspace(0, 1, 101)
    chord = (1 - between) * line.ends[0] + between * line.ends[1]
    ax.plot(between, chord, color=colours.muted, ls=(0, (2, 1.5)), lw=0.6 * width, zorder=2)
    alphas = np.where((line.alphas >= 0) & (line.alphas <= 1), line.alphas, np.nan)
    base = (1 - alphas) * line.ends[0] + alphas * line.ends[1]
    top = int(np.nanargmax(line.loss - base))
    arrow = {"arrowstyle": "<->", "color": colours.accent, "lw": 0.7 * width, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (alphas[top], line.loss[top]), xytext=(alphas[top], base[top]), arrowprops=arrow, zorder=4)
    size = 0.9 * float(ax.xaxis.label.get_fontsize())
    style: dict[str, Any] = {"color": colours.accent, "fontsize": size, "weight": "bold", "zorder": 6}
    place: dict[str, Any] = {"xytext": (0, 0.5 * size), "textcoords": "offset points", "ha": "center", "va": "bottom"}
    low, high = ax.get_ylim()
    # Room for the words above the highest barrier.
    ax.set_ylim(low, high * (high / low) ** 0.12 if ax.get_yscale() == "log" else high + 0.12 * (high - low))
    halo = [withStroke(linewidth=3, foreground=colours.ground)]
    ax.annotate(words, (alphas[top], line.loss[top]), path_effects=halo, **(place | style))


def _label_ends(
    lines: Sequence[Line], drawn: Sequence[Line2D], names: Sequence[str], barriers: Sequence[str], ax: Axes
) -> None:
    """Write each line's name and its barrier's height at its end, in its colour, clear of the others; under all axes,
    where so many would be too small to be read."""
    rows_of = [wrapped(literal(name), _CHARACTERS) if name else "" for name in names]
    size = 0.85 * float(ax.xaxis.label.get_fontsize())
    rows = 1 + max(name.count("\n") + bool(name) for name in rows_of)
    gap = (1.35 * rows + 0.5) * size * ax.figure.dpi / 72 / max(1.0, ax.get_window_extent().height)
    crowded = min(1.0, 0.92 / (gap * max(1, len(lines) - 1)))
    figure = ax.figure
    roomy = isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine)
    if crowded * size < READABLE and roomy and isinstance(figure, Figure):
        _name_below(figure, drawn, names, barriers, size)
        return
    ends = [line.loss[np.argmax(np.where(np.isfinite(line.loss), line.alphas, -np.inf))] for line in lines]
    heights = ax.transAxes.inverted().transform(ax.transData.transform([(0, end) for end in ends]))[:, 1]
    places = spread([float(at) for at in heights], crowded * gap)
    box: dict[str, Any] = {"xycoords": "axes fraction", "boxcoords": "offset points", "annotation_clip": False}
    box |= {"xybox": (8, 0), "box_alignment": (0, 0.5), "frameon": False, "pad": 0}
    for line, name, barrier, place in zip(drawn, rows_of, barriers, places, strict=True):
        style = {"color": line.get_color(), "fontsize": crowded * size}
        pairs = [(name, "bold"), (barrier, "normal")]
        parts: list[Artist] = [TextArea(part, textprops=style | {"fontweight": how}) for part, how in pairs if part]
        if parts:
            label = VPacker(children=parts, pad=0, sep=0.1 * size, align="left")
            ax.add_artist(AnnotationBbox(label, (1.0, place), **box))


def _name_below(
    figure: Figure, drawn: Sequence[Line2D], names: Sequence[str], barriers: Sequence[str], size: float
) -> None:
    """Write all names and heights in a legend under the axes; what all lines begin at, once, before the others."""
    tighten(figure, h_pad=0.2 * float(plt.rcParams["font.size"]) / 72)
    starts, arrows, ends = zip(*(name.partition(_FROM) for name in names), strict=True)
    one = all(arrows) and len(set(starts)) == 1
    told = [
        literal(listed([*filter(None, (" ".join(name.split("\n")), barrier))]))
        for name, barrier in zip(ends if one else names, barriers, strict=True)
    ]
    lines = [*drawn]
    if one:
        lines.insert(0, Line2D([], [], ls="none", color=current().ink))
        told.insert(0, literal((starts[0] + arrows[0]).strip()))
    legend_below(figure, lines, told, size)
