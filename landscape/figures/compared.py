"""Maps of several surfaces, to be compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import Bbox

from ..core.errors import InputError
from ..surfaces import Surface
from .contours import contour, heights, is_to_scale, level_label
from .given import as_list, named, panels
from .labels import fitted, room_over
from .layout import settle
from .levels import round_levels, written
from .palettes import current
from .styles import figure_of, tighten
from .words import caveat, literal, of_data, say, wrapped

_LEVELS = 14  # about how many there are
_MARGIN = 1e-9  # of the elevations, that the colours go beyond them, as what lies at an end would be left out
_TICKS = 9  # at the bar of colours, at the most
# Widths of a letter M beside and over each map, and beside and under all of them, that words take.
_BESIDE, _OVER, _BAR, _UNDER = 2.5, 4.0, 6.0, 5.0


def side_by_side(
    surfaces: Iterable[Surface], names: Sequence[str] | None = None, axes: Sequence[Axes] | None = None
) -> Figure:
    """Maps of several surfaces on one scale: the same loss has the same colour, and the same contour line, in all.

    Over each map stands its name and what losses it has, beside all of them which colour is which loss, and under them
    once what maps of planes cannot show, with the largest error of all.

    names : one each; letters if None. axes : one each to draw into; a new figure if None. Returns the figure.
    ValueError for no surfaces, or where some have losses that are not above 0, and others none: these have no scale in
    common.
    """
    grounds = as_list(surfaces, Surface, "surfaces")
    told = named(names, [chr(ord("a") + k) for k in range(len(grounds))], "surfaces")
    if len({ground.height for ground in grounds}) > 1:
        odd = next(name for name, ground in zip(told, grounds, strict=True) if ground.height == "linear")
        raise InputError(f"surface '{odd}' has losses that are not above 0, and others have none: they share no scale")
    drawn = panels(_axes(grounds) if axes is None else axes, len(grounds))
    figure = figure_of(drawn[0])
    spans = [heights(ground, ground.grid(301, 301)[2])[1:] for ground in grounds]
    low, high = min(one for one, _ in spans), max(one for _, one in spans)
    edges = _edges(grounds[0], low, high)
    maps = []
    for ground, name, span, ax in zip(grounds, told, spans, drawn, strict=True):
        maps.append(contour(ground, ax, levels=edges))
        ax.set_xlabel("")
        # What the cross is, is said once.
        for text in [one for one in ax.texts if ax is not drawn[0] and one.get_text() == say("the network")]:
            text.remove()
        least, most = (level_label(ground, end, span[1] - span[0]) for end in span)
        _title(ax, literal(name), say("loss {low} … {high}", low=least, high=most))
    if len(edges) > 2:
        _bar(maps[0], edges, drawn)
    if axes is None:
        _admit(grounds, told, figure)
    return figure


def _axes(grounds: Sequence[Surface]) -> Any:
    """Axes in a new figure, arranged so that square maps are as large as they can be."""
    # Maps to scale stand together, not each in the middle of its own room.
    figure, count = plt.figure(layout="compressed"), len(grounds)
    em = float(plt.rcParams["font.size"]) / 72
    width, height = figure.get_size_inches() / em

    def side(columns: int) -> tuple[float, int]:
        rows = -(-count // columns)
        room = min((width - _BAR) / columns - _BESIDE, (height - _UNDER) / rows - _OVER)
        return room, count - rows * columns

    columns = max(range(1, count + 1), key=side)
    tighten(figure, w_pad=0.5 * em, h_pad=0.2 * em)
    same = len({ground.domain for ground in grounds}) == 1
    axes = figure.subplots(-(-count // columns), columns, sharex=same, sharey=same, squeeze=False).ravel()
    for empty in axes[count:]:
        empty.remove()
    for ax in axes[max(0, count - columns) : count]:
        ax.tick_params(labelbottom=True)
    return axes[:count]


def _edges(ground: Surface, low: float, high: float) -> list[float]:
    """Losses: round ones between two elevations, and the two ends, a little beyond what there is."""
    margin = _MARGIN * (max(abs(low), abs(high)) or 1.0)
    ends = np.array([low - margin, high + margin])
    first, last = (ends if ground.height == "linear" else 10**ends).tolist()
    return [first, *round_levels(ground, low, high, _LEVELS).tolist(), last]


def _title(ax: Axes, name: str, losses: str) -> None:
    """A name over axes, and smaller between them what losses there are."""
    size = float(plt.rcParams["font.size"])
    ax.set_title(fitted(name, room_over(ax), "font.size"), fontsize=size, pad=1.6 * size)
    place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}
    small: dict[str, Any] = {"color": current().muted, "fontsize": 0.85 * size}
    ax.annotate(losses, (0, 1), xytext=(0, 0.3 * size), **place, **small)


def _bar(filled: QuadContourSet, edges: Sequence[float], axes: Sequence[Axes]) -> None:
    """What loss each colour is."""
    figure, inner = figure_of(axes[0]), list(edges[1:-1])
    bar = figure.colorbar(filled, ax=list(axes), spacing="proportional", aspect=32, pad=0.02)
    shown = inner[:: -(-len(inner) // _TICKS)]
    terrain = vars(filled)["terrain"]
    bar.set_ticks(np.asarray(terrain.elevation(shown)).tolist(), labels=written(shown))
    bar.minorticks_off()
    bar.outline.set_visible(False)
    bar.ax.set_axes_locator(lambda *_: _beside(axes, bar.ax))
    bar.set_label(say("loss, logarithmic") if terrain.height == "log" else say("loss"))


def _beside(axes: Sequence[Axes], bar: Axes) -> Bbox:
    """The room of a bar of colours, as high as maps that are to scale are in theirs."""
    own, maps = bar.get_position(original=True), Bbox.union([ax.get_position() for ax in axes])
    return Bbox.from_extents(own.x0, maps.y0, own.x1, maps.y1)


def _admit(grounds: Sequence[Surface], names: Sequence[str], figure: Figure) -> None:
    """Say under all maps, once, what they are over and cannot show; and of single ones where they are blank."""
    settle(figure)
    said = [caveat(ground).split("\n") for ground in grounds]
    first = dict.fromkeys(lines[0] for lines in said)
    errors = [max(ground.error.loss, ground.error.slope) for ground in grounds]
    known = [k for k, error in enumerate(errors) if np.isfinite(error)]
    within = [said[max(known, key=lambda k: grounds[k].error.loss)][1]] if known else []
    blank = [
        say("{what}: {facts}", what=literal(name), facts=lines[-1])
        for name, lines, ground in zip(names, said, grounds, strict=True)
        if not np.isfinite(ground.loss).all()
    ]
    to_scale = all(is_to_scale(ground, ground.domain) for ground in grounds)
    scale = [] if to_scale else [say("The map is not to scale.")]
    data = {ground.data for ground in grounds}
    about = [say("mean over {data}", data=literal(of_data(data.pop())))] if len(data) == 1 and any(data) else []
    size = 0.85 * FontProperties(size=plt.rcParams["axes.labelsize"]).get_size_in_points()
    columns = 72 * 0.92 * figure.get_figwidth() / (0.47 * size)
    words = wrapped("\n".join([*about, *first, *within, *blank, *scale]), columns)
    figure.supxlabel(words, color=current().muted, fontsize=size, x=0.01, ha="left")
