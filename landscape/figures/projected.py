"""Training runs on one plane of their weight space, and what the plane does not show of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import BboxBase

from ..core.annotations import Floats
from ..core.errors import InputError
from ..core.numerals import number
from ..surfaces import Surface
from ..training.run import Run
from ..walks.trajectory import Projected, Walk
from .catalogue import kind
from .contours import admit, contour
from .curves import set_losses, step_scale
from .given import as_list, check_walks, looks, named
from .labels import fitted, label_ends, legend_below, mark_divergence, room_over, spread
from .layout import settle
from .names import run_names, title_of, walk_name, walk_names
from .palettes import Dash, Look, current
from .placing import densely, name_paths
from .scales import LossScale, scale_of
from .styles import figure_of, is_wide, tighten
from .trails import paths
from .words import listed, literal, of_data, say, wrapped

_SMALL = 40  # widths of a letter M, below which a figure has no room for panels of each walk
_BESIDE = 22  # characters of a name beside a small map
_HIGHEST = 0.5  # of a small figure's height, which names beside its map may take
_PANELS = 5  # walks that have panels of their own; more share one
_IN_PLANE: Dash = (0, (2, 1.3))
_OVER: Dash = (0, (1.6, 2.4))  # a path that lies on another one
# Words at a place of axes, beside which they stand.
_AT_AXES: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}


def projection(
    surface: Surface,
    walks: Walk | Sequence[Walk],
    names: Sequence[str] | None = None,
    colors: Sequence[Any] | None = None,
) -> Figure:
    """Training runs on the map of one plane, and what is true of them: for each run the loss of the network itself,
    dashed the loss at the nearest point of the plane, and the distance between the two.

    The map's axes have equal scales where the plane's do, unless it is a long strip. Steps are on a logarithmic
    scale if most snapshots were taken early. The curves stand beside the map in a figure that is wide, as on a slide,
    and under it otherwise. A figure that is small against its type, as on half a slide or in a column, has all losses
    in one pair of axes, and the distances at the end in the names.

    walks : what `project` gives for each run. names : one each; optimizer and learning rate if None. colors : others.

    Returns a new figure. ValueError if there are no walks, or walks that were not projected.
    """
    if not isinstance(surface, Surface):
        raise TypeError(f"a projection is drawn on a Surface over a plane of weight space, not on {surface!r}")
    walks = as_list(walks, Walk)
    full = [literal(name) for name in named(names, walk_names(walks), "runs")]
    brief = [literal(name) for name in names or (walk_name(walk, brief=True) for walk in walks)]
    styles = looks([walk.optimizer for walk in walks], colors)
    entries = [_entry(walk, name, look) for walk, name, look in zip(walks, full, styles, strict=True)]
    if not entries:
        raise ValueError("there are no runs to be drawn: give one trajectory or more, made by `project`")
    check_walks(surface, walks)
    figure = plt.figure(layout="constrained")
    wide, em = is_wide(figure), float(plt.rcParams["font.size"]) / 72
    small = figure.get_figwidth() < _SMALL * em
    on_map, panels = _few_axes(figure, wide) if small else _axes(figure, len(entries), wide)
    contour(surface, on_map, avoid=walks)
    on_map.locator_params(nbins=5)
    on_map.set_anchor("N" if wide else "W" if small else "C")
    own = len(panels) == len(entries) and not small
    # In a small figure, words over and under the map may be wider than it is.
    inches = 0.9 * figure.get_figwidth() if small and not wide else room_over(on_map)
    _head(on_map, title_of(surface), 1.6 if surface.data or (wide and own) else 0.6, inches)
    if small and not wide:
        admit(surface, on_map, inches)
    _subtitle(
        on_map, say("mean over {data}", data=literal(of_data(surface.data))) if surface.data else "", current().muted
    )
    if small:
        _compact(entries, *panels[0])
    elif own:
        _separate(entries, panels, wide)
    else:
        _shared(entries, *panels[0])
    below = small and _is_high(panels[0][1])
    if below:
        _name_below(entries, on_map, *panels[0], wide)
    # The layout sets the map's size only now, which decides on which paths look like one, and where words fit.
    settle(figure)
    if small:
        if not below and _covers(panels[0][1], on_map, panels[0][0]):
            _name_below(entries, on_map, *panels[0], wide)
            settle(figure)
        _thin_out(panels[0][0])
    else:
        admit(surface, on_map)
        settle(figure)
    _draw_paths(entries, on_map)
    if not small:
        names_on_map = brief if len(set(brief)) == len(brief) else full
        colours = [entry.colour for entry in entries]
        name_paths([entry.path for entry in entries], names_on_map, colours, on_map, _one_start(entries))
    return figure


@kind("runs on a plane, and what it does not hold", name="projection")
def _projection(walks: Sequence[Projected], runs: Sequence[Run]) -> Figure:
    return projection(walks[0].terrain, walks, run_names(runs))  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Entry:
    """A run as it is drawn."""

    walk: Projected
    name: str
    colour: str
    dash: Dash
    marker: str

    @property
    def diverged(self) -> bool:
        """Whether the run diverged, or its last loss is no number."""
        return bool(self.walk.diverged) or not np.isfinite(self.walk.loss[-1])

    @property
    def path(self) -> Floats:
        """The points (n, 2) that can be drawn."""
        return np.asarray(self.walk.x[np.isfinite(self.walk.x).all(axis=-1)])


def _entry(walk: Walk, name: str, look: Look) -> _Entry:
    if not isinstance(walk, Projected):
        raise InputError(f"the walk of {name} was not projected onto a plane: give what `project` makes of a run")
    return _Entry(walk, name, *look)


def _few_axes(figure: Figure, wide: bool) -> tuple[Axes, list[tuple[Axes, Axes]]]:
    """The map, and a pair of axes: for all losses, and for the names."""
    places = "mn;ml" if wide else "mn;ll"
    axes = figure.subplot_mosaic(places, height_ratios=[1.7, 1], width_ratios=[1.3, 1])
    return axes["m"], [(axes["l"], axes["n"])]


def _axes(figure: Figure, walks: int, wide: bool) -> tuple[Axes, list[tuple[Axes, Axes]]]:
    """The map, and the axes for losses and for distances off the plane: a pair for each walk, or one for all."""
    em = float(plt.rcParams["font.size"]) / 72
    tighten(figure, h_pad=(0.15 if wide else 0.4) * em, w_pad=0.4 * em)
    if walks == 1 or walks > _PANELS:
        places, ratios = ("ml;md", [1.7, 1]) if wide else ("mm;ld", [1.7, 1])
        axes = figure.subplot_mosaic(places, height_ratios=ratios, width_ratios=[1.2, 1])
        return axes["m"], [(axes["l"], axes["d"])]
    if wide:
        spec = figure.add_gridspec(walks, 3, width_ratios=[2.0, 1.2, 0.8])
        map_at, places_at = spec[:, 0], [(spec[k, 1], spec[k, 2]) for k in range(walks)]
    else:
        spec = figure.add_gridspec(3, walks, height_ratios=[3.4, 1.3, 0.8])
        map_at, places_at = spec[0, :], [(spec[1, k], spec[2, k]) for k in range(walks)]
    on_map = figure.add_subplot(map_at)
    panels: list[tuple[Axes, Axes]] = []
    for k, pair in enumerate(places_at):
        first = panels[0] if panels else (None, None)
        one, two = (figure.add_subplot(at, sharex=same, sharey=same) for at, same in zip(pair, first, strict=True))
        panels.append((one, two))
        # Numbers at the outer axes alone.
        one.tick_params(labelbottom=wide and k == walks - 1, labelleft=wide or k == 0)
        two.tick_params(labelbottom=not wide or k == walks - 1, labelleft=wide or k == 0)
    return on_map, panels


def _small() -> float:
    """The size of type in the panels."""
    return 0.85 * float(plt.rcParams["font.size"])


def _true() -> str:
    return say("true loss, dashed in the plane")


def _head(ax: Axes, words: str, lines: float = 1.6, inches: float | None = None) -> None:
    """A title, so many lines above the axes: there is room for another one between them.

    inches : it may be as wide; as the axes if None.
    """
    size = float(plt.rcParams["font.size"])
    ax.set_title(fitted(words, inches or room_over(ax), "font.size"), fontsize=size, pad=lines * size)


def _subtitle(ax: Axes, words: str, colour: str, **kwargs: Any) -> None:
    """A line above the axes, at their left."""
    ax.annotate(words, (0, 1), xytext=(0, 0.35 * _small()), color=colour, fontsize=_small(), **_AT_AXES, **kwargs)


def _shared(entries: Sequence[_Entry], on_loss: Axes, on_distance: Axes) -> None:
    """All curves in one pair of axes."""
    scale = _scales(entries, on_loss, on_distance)
    lines = [_curves(entry, scale, on_loss, on_distance, entry.dash) for entry in entries]
    for ax, title in ((on_loss, _true()), (on_distance, say("distance off the plane"))):
        _head(ax, title, 0.6)
        ax.set_xlabel(say("step"), fontsize=_small())
    for line, entry in zip(lines, entries, strict=True):
        # For its name alone: the map has it at the path's end.
        line.set(marker=entry.marker, markersize=2.4 * line.get_linewidth(), markevery=[])
    label_ends(on_loss, lines, [entry.name for entry in entries])


def _compact(entries: Sequence[_Entry], on_loss: Axes, beside: Axes) -> None:
    """All losses in one pair of axes, and the distances at the end with the names beside the map."""
    scale = _scales(entries, on_loss, None)
    for entry in entries:
        _curves(entry, scale, on_loss, None, entry.dash)
    _head(on_loss, _true(), 0.6)
    on_loss.set_xlabel(say("step"), fontsize=_small())
    names = [_with_distance(wrapped(entry.name, _BESIDE), entry) for entry in entries]
    beside.axis("off")
    place: dict[str, Any] = {"loc": "center left", "borderpad": 0, "borderaxespad": 0, "handlelength": 2.4}
    size = _small() * min(1.0, 5 / len(names))
    beside.legend(_samples(entries), names, fontsize=size, labelcolor="linecolor", **place)


def _samples(entries: Sequence[_Entry]) -> list[Line2D]:
    """A line each, as it is drawn, for a legend."""
    return [Line2D([], [], color=entry.colour, ls=entry.dash, marker=entry.marker) for entry in entries]


def _with_distance(name: str, entry: _Entry) -> str:
    """A name, and under it the distance off the plane at the end."""
    distance = number(float(entry.walk.residual[-1]), 2, zeros=True)
    return say("{name}\n{distance} off the plane", name=name, distance=distance)


def _names_box(beside: Axes) -> BboxBase:
    """Where the names beside a map stand."""
    names = beside.get_legend()
    assert names is not None
    return names.get_window_extent()


def _is_high(beside: Axes) -> bool:
    """Whether so many names, or so long ones, stand beside a map that the layout would have no room for it."""
    return bool(_names_box(beside).height > _HIGHEST * figure_of(beside).bbox.height)


def _covers(beside: Axes, on_map: Axes, on_loss: Axes) -> bool:
    """Whether the names beside a map cover words of it, or the losses."""
    figure, box = figure_of(beside), _names_box(beside)
    words = [text.get_window_extent() for text in (on_map._left_title, on_map.xaxis.label, *on_map.texts)]  # type: ignore[attr-defined]
    others = [*words, on_loss.get_tightbbox() or on_loss.bbox]
    return any(box.overlaps(other) for other in others) or box.y0 < 0 or box.y1 > figure.bbox.y1


def _name_below(entries: Sequence[_Entry], on_map: Axes, on_loss: Axes, beside: Axes, wide: bool) -> None:
    """Put the names under all axes, which take the room beside the map."""
    figure = figure_of(on_map)
    tighten(figure, h_pad=0.15 * float(plt.rcParams["font.size"]) / 72)
    beside.remove()
    for ax, row in ((on_map, 0), (on_loss, 1)):
        place = ax.get_subplotspec()
        assert place is not None
        grid = place.get_gridspec()
        ax.set_subplotspec(grid[:, row] if wide else grid[row, :])
    names = [listed(_with_distance(entry.name, entry).split("\n")) for entry in entries]
    legend_below(figure, _samples(entries), names, _small())


def _separate(entries: Sequence[_Entry], panels: Sequence[tuple[Axes, Axes]], wide: bool) -> None:
    """A pair of axes for each walk, with the numbers at the end."""
    scale = _scales(entries, *panels[0])
    for entry, (on_loss, on_distance) in zip(entries, panels, strict=True):
        _curves(entry, scale, on_loss, on_distance, (0, None))
        on_distance.fill_between(entry.walk.steps, entry.walk.residual, color=entry.colour, alpha=0.18, lw=0)
        _subtitle(on_loss, entry.name, entry.colour, weight="bold")
    first, last = panels[0], panels[-1]
    if len(panels) == 1:
        _head(first[0], _true())
        _head(first[1], say("distance off the plane"), 0.6)
    elif wide:
        _head(first[0], _true())
        _head(first[1], say("off the plane"))
    else:
        first[0].set_ylabel(wrapped(_true(), 11), fontsize=_small())
        first[1].set_ylabel(wrapped(say("distance off the plane"), 14), fontsize=_small())
    for ax in first if len(panels) == 1 else last if wide else [ax for _, ax in panels]:
        ax.set_xlabel(say("step"), fontsize=_small())
    settle(figure_of(first[0]))
    _thin_out(panels[0][0])
    for entry, (on_loss, on_distance) in zip(entries, panels, strict=True):
        _number_ends(on_loss, [entry.walk.loss, entry.walk.in_plane], entry.colour, scale)
        _number_ends(on_distance, [entry.walk.residual], entry.colour)


def _thin_out(ax: Axes) -> None:
    """Fewer numbers on a logarithmic axis that is too low for them."""
    room = ax.get_window_extent().height / (ax.figure.dpi / 72 * float(ax.yaxis.get_ticklabels()[0].get_fontsize()))
    low, high = ax.get_ylim()
    if ax.get_yscale() == "log" and room < 4.2 * np.log10(high / low):
        powers = np.floor(np.log10(high)) - np.ceil(np.log10(low)) + 1
        ax.yaxis.set_major_locator(LogLocator(subs=(1,) if powers > 1 else (1, 3)))
        ax.yaxis.set_minor_locator(NullLocator())


def _curves(entry: _Entry, scale: LossScale, on_loss: Axes, on_distance: Axes | None, dash: Dash) -> Line2D:
    """Losses and distance over the steps; returns the line of the true loss."""
    steps = entry.walk.steps
    style: dict[str, Any] = {"color": entry.colour, "ls": dash, "zorder": 3}
    (line,) = on_loss.plot(steps, scale.drawn(entry.walk.loss, entry.diverged), **style)
    thin = 0.6 * plt.rcParams["lines.linewidth"]
    shown = scale.drawn(entry.walk.in_plane, entry.diverged)
    on_loss.plot(steps, shown, color=entry.colour, ls=_IN_PLANE, lw=thin, zorder=4, dash_capstyle="butt")
    out = scale.way_out(steps, entry.walk.loss) if entry.diverged else None
    if out is not None:
        mark_divergence(on_loss, line, out)
    if on_distance is not None:
        on_distance.plot(steps, entry.walk.residual, **style)
    return line


def _scales(entries: Sequence[_Entry], on_loss: Axes, on_distance: Axes | None) -> LossScale:
    """Set the axes' scales, which other panels share; returns that of the losses."""
    for ax in filter(None, (on_loss, on_distance)):
        # So narrow that there is room for the middle and the end.
        narrow = ax.get_window_extent().width < 12 * float(plt.rcParams["font.size"]) * ax.figure.dpi / 72
        step_scale(ax, [entry.walk.steps for entry in entries], 2 if narrow else 4)
    set_losses(on_loss, scale := scale_of([entry.walk for entry in entries]))
    if on_distance is not None:
        distances = np.concatenate([entry.walk.residual for entry in entries])
        top = float(np.max(distances, where=np.isfinite(distances), initial=0.0))
        on_distance.set_ylim(0, 1.15 * top or 1.0)
        on_distance.yaxis.set_major_locator(MaxNLocator(2, steps=[1, 2, 5, 10]))
    return scale


def _number_ends(ax: Axes, curves: Sequence[Floats], colour: str, scale: LossScale | None = None) -> None:
    """Write the last value of each curve (R,) at the right edge, the first one's in bold: the value itself, wherever
    the curve has left the axes."""
    size, ends = 0.9 * _small(), [float(one[-1]) for one in curves]
    low, high = ax.get_ylim()
    drawn = [float(np.clip(np.nan_to_num(end, nan=np.inf), low, high)) for end in ends]
    places = ax.transAxes.inverted().transform(ax.transData.transform([(1.0, end) for end in drawn]))[:, 1]
    gap = 1.4 * size * ax.figure.dpi / 72 / max(1.0, ax.get_window_extent().height)
    # What is less than a share of the axis, or than where rounding begins, counts as nothing.
    tiny = 1e-6 * high if scale is None or scale.kind != "log" else scale.floor
    for k, (end, place) in enumerate(zip(ends, spread(list(places), gap), strict=True)):
        words = "0" if abs(end) <= tiny else number(end, 2, zeros=True)
        style: dict[str, Any] = {"color": colour, "fontsize": size, "weight": "normal" if k else "bold"}
        ax.annotate(words, (1.0, place), xytext=(0.35 * size, 0), va="center", **_AT_AXES, **style)


def _draw_paths(entries: Sequence[_Entry], ax: Axes) -> None:
    """The paths; where one would hide another, it is dashed and its end smaller than the other's."""
    colours, width = current(), float(plt.rcParams["lines.linewidth"])
    pixel = ax.figure.dpi / 72
    seen = [ax.transData.transform(entry.path) for entry in entries]
    lines = paths([entry.walk for entry in entries], ax)
    for k, line in enumerate(lines):
        below = [j for j in range(k) if _hides(seen[k], seen[j], width * pixel)]
        if below:
            line.set(ls=_OVER, path_effects=[], dash_capstyle="butt")
        for j in below:
            if np.hypot(*(seen[k][-1] - seen[j][-1])) < 3 * width * pixel:
                disc: dict[str, Any] = {"mfc": entries[j].colour, "mec": colours.ground, "mew": 0.6 * width}
                ax.plot(*entries[j].path[-1], "o", ms=8 * width, zorder=9.9, **disc)


def _hides(over: Floats, under: Floats, width: float) -> bool:
    """Whether most of a path (n, 2) lies within a line's width of another (m, 2), all in pixels."""
    dense = densely(over, width)
    along = densely(under, width / 2)
    nearest = np.array([np.hypot(*(along - point).T).min() for point in dense])
    return bool(np.mean(nearest < width) > 0.6)


def _one_start(entries: Sequence[_Entry]) -> bool:
    starts = np.array([entry.path[0] for entry in entries])
    return bool(np.ptp(starts, axis=0).max() <= 1e-3 * np.ptp(entries[0].walk.terrain.domain))
