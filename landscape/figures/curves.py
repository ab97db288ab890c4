"""Curves over steps: the loss on a terrain, races on it, and sweeps of the learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator, ScalarFormatter

from .. import optimizers as zoo
from ..core.annotations import Array
from ..core.checks import Count, Finite
from ..core.errors import InputError
from ..core.numerals import number, power, setting
from ..core.wording import term
from ..sweeps import bands
from ..sweeps.bands import Sweep, sweeps_of
from ..terrains import Domain, Terrain
from ..training.run import Run
from ..walks.trajectory import Walk
from .catalogue import kind
from .contours import admit, contour
from .given import as_list, as_terrain, check_walks, looks, named, panels
from .labels import (
    few_marks,
    fitted,
    label_ends,
    legend_beside,
    mark_divergence,
    mark_floor,
    name_lines,
    room_over,
    titled,
)
from .layout import settle
from .levels import Even, written
from .names import network_name, sweep_names, title_of, walk_names
from .scales import LossScale, scale_of
from .styles import chosen, figure_of, is_wide, two_panels
from .trails import paths
from .words import enumerated, literal, say

_EARLY = 0.25  # of the last step; if the middle snapshot is before it, most of them are early ones
_PLAIN = (1e-3, 1e5)  # numbers between which the largest of an even axis is written without a power of ten
_DECADES, _NARROW = 300.0, 4.0  # ratios between which a logarithmic axis has ticks at 1, 2 and 5


def loss(
    trajectories: Walk | Sequence[Walk],
    ax: Axes | None = None,
    *,
    names: Sequence[str] | None = None,
    colors: Sequence[Any] | None = None,
    **kwargs: Any,
) -> list[Line2D]:
    """The loss of each trajectory over its steps, labelled at the line's end.

    A walk that diverged ends in an arrow where it leaves the axes for the first time, and losses that are mere rounding
    are drawn where rounding begins. For a run that was projected onto a plane the solid line
    is the true loss and the dashed one the loss in the plane. A trajectory of many starts has a line each, of which the
    first one carries the name. names (or label), colors : others, one each; names that begin with "_" are not
    written. Other kwargs are passed on to `Axes.plot`. Returns the solid lines.
    """
    ax = plt.gca() if ax is None else ax
    walks = as_list(trajectories, Walk)
    told = walk_names(walks, kwargs.pop("label", names))
    drawn = _losses(walks, ax, kwargs, colors)
    label_ends(ax, [lines[0] for lines in drawn], told)
    return [line for lines in drawn for line in lines]


@kind("the losses over the steps", name="loss")
def _loss(walks: Sequence[Walk], ax: Axes) -> None:
    titled(ax, of=walks[0].terrain)
    loss(walks, ax)


def _losses(
    trajectories: Sequence[Walk], ax: Axes, kwargs: dict[str, Any], colors: Sequence[Any] | None
) -> list[list[Line2D]]:
    """The curves of `loss`, those of each trajectory, without their names."""
    scale = scale_of(trajectories)
    set_losses(ax, scale)
    drawn = []
    styles = looks([trajectory.optimizer for trajectory in trajectories], colors)
    for rank, (walk, (colour, dash, marker)) in enumerate(zip(trajectories, styles, strict=True)):
        style = chosen({"color": colour, "ls": dash, "zorder": 3}, kwargs)
        losses = walk.loss.reshape(len(walk.steps), -1)
        lost = np.broadcast_to(walk.diverged.reshape(-1), losses.shape[1])
        shown = [scale.drawn(one, bool(gone)) for one, gone in zip(losses.T, lost, strict=True)]
        lines = ax.plot(walk.steps, np.stack(shown, axis=-1), **style)
        drawn.append(lines)
        if "marker" not in kwargs:
            few_marks(lines[0], marker, rank)
            if lost.all():
                # For its name: the arrow itself is drawn.
                lines[0].set(marker="X", markersize=2.4 * lines[0].get_linewidth(), markevery=[])
        for in_plane in walk.losses[1:]:
            thin = {"color": lines[0].get_color(), "ls": (0, (2, 1.5)), "lw": 0.6 * plt.rcParams["lines.linewidth"]}
            ax.plot(walk.steps, scale.drawn(in_plane, bool(lost.all())), **thin)
        for line, one, gone in zip(lines, losses.T, lost, strict=True):
            out = scale.way_out(walk.steps, one) if gone else None
            if out is not None:
                mark_divergence(ax, line, out)
        # The steps count even where no loss is left to be drawn.
        ax.update_datalim([(walk.steps[-1], 0.0)], updatey=False)
    curves = [(walk.steps, losses) for walk in trajectories for losses in walk.loss.reshape(len(walk.steps), -1).T]
    mark_floor(ax, scale, curves)
    ax.autoscale_view(scaley=False)
    ax.set(xlabel=say("step"), ylabel=scale.named(say("loss")))
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda step, _: f"{step:,.0f}"))
    return drawn


def set_losses(ax: Axes, scale: LossScale) -> None:
    """Give axes the scale of losses."""
    if scale.kind == "symlog":
        ax.set_yscale("symlog", linthresh=scale.linear_to)
    elif scale.base:
        # Far from 0 matplotlib would round lines, markers and ticks to places of their own.
        ax.set_yscale("function", functions=(lambda loss: loss - scale.base, lambda above: scale.base + above))
    else:
        ax.set_yscale(scale.kind)
    ax.set_ylim(scale.low, scale.high)
    if scale.kind == "log":
        numbers(ax.yaxis)
    elif scale.kind == "linear":
        ax.yaxis.set_major_locator(Even("auto", steps=[1, 2, 2.5, 5, 10]))
        ax.yaxis.set_major_formatter(_Numbers(scale.base))


class _Few(FuncFormatter):
    """Numbers, each in its own digits."""

    def __init__(self) -> None:
        super().__init__(lambda value, _: number(value))

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        return written(np.asarray(values))


class _Numbers(ScalarFormatter):
    """Plain numbers, all in as many digits; powers of ten far from 1."""

    def __init__(self, base: float) -> None:
        super().__init__(useOffset=False)
        self.set_scientific(False)
        self._base = base

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        numbers = np.asarray(values, dtype=np.float64) - self._base
        most = float(np.abs(numbers).max(initial=0.0))
        if self._base == 0 and (most == 0 or _PLAIN[0] <= most < _PLAIN[1]):
            return super().format_ticks(list(values))
        return written(numbers)


def race(
    terrain: Terrain | str,
    trajectories: Walk | Sequence[Walk],
    axes: Sequence[Axes] | None = None,
    names: Sequence[str] | None = None,
    colors: Sequence[Any] | None = None,
) -> Figure:
    """The map with the paths, and beside it, or under it in a figure that is not wide, the loss over the steps.

    The lines are named at their ends or, where that would take too much room, in a legend.

    axes : two axes to draw into; a new figure if None. names, colors : others, one each. Returns the figure. ValueError
    for a walk on another terrain.
    """
    terrain, trajectories = as_terrain(terrain), as_list(trajectories, Walk)
    check_walks(terrain, trajectories)
    on_map, on_curves = two_panels(1.6, 1.5) if axes is None else panels(axes, 2)
    figure = figure_of(on_map)
    terrain = terrain.seen(seen := _seen(terrain, trajectories))
    contour(terrain, on_map, domain=seen, avoid=trajectories)
    own = walk_names(trajectories, names)
    paths(trajectories, on_map, names=own, colors=colors)
    if axes is None and not is_wide(figure) and on_map.get_aspect() != "auto":
        # Beside a map to scale there is room for the names, and over and under it for wider lines.
        inches = 0.85 * figure.get_figwidth()
        on_map.set_anchor("NW")
        on_map.set_title(fitted(title_of(terrain), inches))
        if terrain.is_plane:
            admit(terrain, on_map, inches, trajectories)
        drawn = _losses(trajectories, on_curves, {}, colors)
        if not legend_beside(on_map):
            label_ends(on_curves, [lines[0] for lines in drawn], own)
    else:
        loss(trajectories, on_curves, names=own, colors=colors)
        # The names at the lines' ends have taken their room by now.
        settle(figure)
        boxes = [ax.get_tightbbox() or ax.get_window_extent() for ax in (on_map, on_curves)]
        beside = float(boxes[1].x0 - boxes[0].x0) / figure.dpi
        inches = beside if beside > 0 else room_over(on_map)
        on_map.set_title(fitted(title_of(terrain), inches))
        if terrain.is_plane:
            admit(terrain, on_map, inches, trajectories)
    projected = not all(trajectory.on_ground for trajectory in trajectories)
    in_plane = all(trajectory.terrain.is_plane for trajectory in trajectories)
    if projected:
        on_curves.set_title(say("true loss, and dashed in the plane"))
    elif in_plane and trajectories:
        on_curves.set_title(say("loss in the plane"))
    return figure


@kind("the map, and the losses", name="race")
def _race(walks: Sequence[Walk]) -> Figure:
    return race(walks[0].terrain, walks)


def numbers(axis: Axis) -> None:
    """Plain numbers at 1, 2 and 5 on a logarithmic axis; powers of 10 where it spans many decades."""
    low, high = sorted(axis.get_view_interval())
    if high / low > _DECADES:
        powers(axis)
        return
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)) if high / low > _NARROW else Even(4))
    axis.set_major_formatter(_Few())
    axis.set_minor_formatter(NullFormatter())


def powers(axis: Axis) -> None:
    """Powers of 10 on a logarithmic axis, as text: mathematics is set in the fonts that are in force when a figure is
    drawn, which in a notebook is after the style has ended."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: power(round(np.log10(value))) if value > 0 else "0"))
    axis.set_minor_formatter(NullFormatter())


def step_scale(ax: Axes, steps: Sequence[Array], numbers: int = 4) -> None:
    """Scale the axis of steps (R,): logarithmic, but for the first one, if most of all of them are early ones.

    numbers : at most so many stand at a linear axis, beside that at 0.
    """
    last = max(int(one[-1]) for one in steps)
    if last > 1 and all(np.median(one) < _EARLY * last for one in steps):
        # Every other power of 10, so that small panels have room for them.
        decades = int(np.log10(last))
        ticks = [0, *(10**k for k in range(decades, -1, -2 if decades > 1 else -1))]
        ax.set_xscale("symlog", linthresh=1, linscale=0.45)
        ax.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_xlim(-0.2, 1.15 * last)
    else:
        ax.set_xlim(-0.02 * last, 1.02 * max(1, last))
        ax.xaxis.set_major_locator(MaxNLocator(numbers, steps=[1, 2, 5, 10], integer=True))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda step, _: f"{step:,.0f}"))


def _seen(terrain: Terrain, trajectories: Sequence[Walk]) -> Domain:
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


def sweep(
    sweeps: Sweep | Sequence[Sweep],
    ax: Axes | None = None,
    *,
    names: Sequence[str] | None = None,
    colors: Sequence[Any] | None = None,
    **kwargs: Any,
) -> list[Line2D]:
    """What each optimizer scores at each learning rate of the common grid; gaps are rates at which it failed, and the
    axis reaches to these.

    A ring marks the best; where that is the lowest or highest rate tried, the name says so. names, colors : others, one
    each. Other kwargs are passed on to `Axes.plot`. Returns the lines.
    """
    sweeps = as_list(sweeps, Sweep)
    ax = plt.gca() if ax is None else ax
    drawn = []
    width = plt.rcParams["lines.linewidth"]
    styles = looks([one.optimizer for one in sweeps], colors)
    for one, name, (colour, dash, marker) in zip(sweeps, named(names, sweep_names(sweeps)), styles, strict=True):
        score = np.where(np.isfinite(one.score), one.score, np.nan)
        if not np.isfinite(score).any():
            name = say("{name}: at no rate", name=name)
        elif one.best_at_edge:
            name = say("{name}: best at the last rate tried", name=name)
        style: dict[str, Any] = {"color": colour, "ls": dash, "marker": marker, "markersize": 2.2 * width}
        drawn += ax.plot(one.lrs, score, **chosen(style | {"label": literal(name)}, kwargs))
        if np.isfinite(score).sum() > 1:
            best = np.nanargmin(score)
            ax.plot(one.lrs[best], score[best], "o", mfc="none", mec=colour, mew=0.9 * width, ms=5.4 * width)
    if not sweeps:
        return drawn
    ax.set(xscale="log", xlabel=_rates(sweeps), ylabel=term(sweeps[0].score_name))
    ax.update_datalim([(lr, 1) for one in sweeps for lr in one.lrs], updatey=False)
    ax.autoscale_view(scaley=False)
    numbers(ax.xaxis)
    scores = np.concatenate([one.score[np.isfinite(one.score)] for one in sweeps])
    if not scores.size:
        ax.set_yticks([])
    elif scores.min() > 0:
        ax.set_yscale("log")
        numbers(ax.yaxis)
    name_lines(ax, drawn)
    return drawn


@kind("steps to a loss by the learning rate, one grid for all; or the losses of runs", name="sweep")
def _sweep(
    terrain: Terrain | None = None,
    optimizers: Sequence[str] = (),
    runs: Sequence[Run] = (),
    *,
    ax: Axes,
    target: Annotated[Finite, "Loss to be reached."] = 1e-3,
    steps: Annotated[Count, "That walks take at most."] = 1000,
) -> None:
    if runs:
        sweep(sweeps_of(runs), ax)
        ax.set_title(fitted(enumerated(sorted({network_name(run) for run in runs})), room_over(ax)))
        return
    if terrain is None or not optimizers:
        raise InputError("sweep needs optimizers on a terrain, or run folders: give -o once or more")
    for text in optimizers:
        if "lr=" in text:
            raise InputError(f"-o '{text}' is not allowed: a sweep sets the learning rates; leave lr out")
    found = bands.sweep(terrain, [zoo.parse(text) for text in optimizers], target, steps=steps)
    if not any(np.isfinite(one.score).any() for one in found):
        raise InputError(f"no walk stays at a loss of {target:g} or less in {steps} steps: give another --target")
    sweep(found, ax)
    titled(ax, f"{term('loss')} ≤ {setting(target)}", of=terrain)


def _rates(sweeps: Sequence[Sweep]) -> str:
    """The axis of learning rates, and what gaps in the curves mean if there are any."""
    words = say("learning rate")
    if all(np.isfinite(one.score).all() for one in sweeps):
        return words
    steps = {one.steps for one in sweeps}
    if steps == {None}:
        return say("{rate}; gaps: diverged", rate=words)
    limit = steps.pop() if len(steps) == 1 else None
    return say("{rate}; gaps: not there in {steps:,} steps", rate=words, steps=limit) if limit else words
