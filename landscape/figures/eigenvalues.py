"""The Hessian of a network's loss: how its eigenvalues are spread, and how the largest change in training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from .. import curvature
from ..core.annotations import Floats
from ..core.numerals import number
from ..curvature import Sharpness
from ..datasets.sample import Sample
from ..optimizers import SGD, Momentum, Walker
from ..training.run import Run
from .catalogue import kind
from .curves import numbers, powers, step_scale
from .given import as_list, looks, named
from .labels import few_marks, headed, label_ends, spread
from .names import name_of, run_names
from .palettes import current
from .styles import chosen, width_of
from .words import literal, of_data, say

_SEEN = 1e-8  # of the highest density, below which no bump is shown
_LABELLED = 12  # eigenvalues, at the most
_LOGARITHMIC = 12.0  # ratio of eigenvalues, from which on their axis is logarithmic
_NEAR = 1.6  # times the largest eigenvalue, up to which a limit is drawn and not only mentioned


def spectrum(
    grid: ArrayLike, density: ArrayLike, eigenvalues: ArrayLike | None = None, ax: Axes | None = None, **kwargs: Any
) -> Line2D:
    """The density of a Hessian's eigenvalues on a logarithmic axis, which ends just under the lowest of its bumps.

    Most eigenvalues are near 0, so a single one at the far end is a bump that only such an axis shows. The lines above
    the axis are the largest eigenvalues, which are known far better than the density.

    grid, density : (points,), from `curvature.density`. eigenvalues : (k,), from `curvature.top`, or None. kwargs are
    passed on to `Axes.plot`. Returns the density's line.
    """
    ax = plt.gca() if ax is None else ax
    grid, density = np.asarray(grid, dtype=np.float64), np.asarray(density, dtype=np.float64)
    if grid.ndim != 1 or grid.shape != density.shape or not (np.isfinite(density).all() and density.max() > 0):
        raise ValueError(
            f"a grid of shape {grid.shape} and a density of shape {density.shape} are not allowed: "
            "both must be (points,), and the density finite and not 0 everywhere"
        )
    colours = current()
    floor = _floor(density)
    drawn = np.where(density > 0, density, np.nan)
    ax.fill_between(grid, floor, np.maximum(density, floor), color=colours.muted, alpha=0.25, lw=0, zorder=2)
    (line,) = ax.plot(grid, drawn, **chosen({"color": colours.ink, "zorder": 3}, kwargs))
    ax.set(yscale="log", ylim=(floor, 4 * density.max()))
    powers(ax.yaxis)
    ax.set(xlabel=say("eigenvalue of the Hessian"), ylabel=say("density"))
    values = np.empty(0) if eigenvalues is None else np.ravel(np.asarray(eigenvalues, dtype=np.float64))
    values = np.sort(values[np.isfinite(values)])
    ax.set_xlim(min([grid[0], *values]), max([grid[-1], *values]) + 0.01 * float(np.ptp(grid)))
    if len(values):
        _mark(values, density[grid > values[0] - 0.05 * (values[-1] - values[0])], floor, ax)
    return line


@kind("the Hessian's eigenvalues", name="spectrum")
def _spectrum(run: Run, sample: Sample, ax: Axes) -> None:
    x, y, _ = sample
    values, _, _ = curvature.top(run.network, run.params, x, y)
    eigenvalues(run, *curvature.density(run.network, run.params, x, y), values, ax)


def eigenvalues(run: Run, grid: Floats, density: Floats, values: Floats, ax: Axes) -> None:
    """The spectrum of a run, under its name."""
    spectrum(grid, density, values, ax)
    ax.set_title(headed("", run, width_of(ax)))


def _floor(density: Floats) -> float:
    """A power of 10 below all bumps."""
    inner = density[1:-1]
    bumps = inner[(inner >= density[:-2]) & (inner >= density[2:]) & (inner > _SEEN * density.max())]
    return float(10 ** np.floor(np.log10(0.5 * np.min(bumps, initial=density.max() * 1e-3))))


def _mark(values: Floats, beside: Floats, floor: float, ax: Axes) -> None:
    """A line for each eigenvalue (k,), from the axis up to its number; `beside` is the density thereabouts."""
    colour, size = current().accent, 0.8 * float(plt.rcParams["font.size"])
    highest = np.log(np.max(beside, initial=floor) / floor) / np.log(ax.get_ylim()[1] / floor)
    top = float(np.clip(highest + 0.08, 0.3, 0.72))
    ax.vlines(
        values, 0, top, color=colour, lw=0.5 * plt.rcParams["lines.linewidth"], transform=ax.get_xaxis_transform()
    )
    words = [number(value) for value in values[-_LABELLED:]]
    width = max(map(len, words)) * 0.62 * size * ax.figure.dpi / 72 / max(1.0, ax.get_window_extent().width)
    low, high = ax.get_xlim()
    gap = min(width, 0.95 / max(1, len(words) - 1))
    shown = values[-len(words) :]
    places = spread([float(place) for place in (shown - low) / (high - low)], gap)
    for k, (word, value, place) in enumerate(zip(words, shown, places, strict=True)):
        ax.annotate(
            word,
            (value, top),
            xycoords=ax.get_xaxis_transform(),
            xytext=(place, top + 0.07),
            textcoords="axes fraction",
            ha="center",
            va="bottom",
            color=colour,
            fontsize=size * min(1.0, gap / width),
            weight="bold" if k == len(words) - 1 else "normal",
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 1.0, "shrinkA": 1, "shrinkB": 0},
        )
    many = say("the {count} largest", count=len(values)) if len(values) > 1 else say("the largest")
    ax.annotate(
        many,
        (places[-1], top + 0.15),
        xycoords="axes fraction",
        xytext=(0.5 * width * ax.get_window_extent().width * 72 / ax.figure.dpi, 0),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=colour,
        fontsize=size,
    )


@kind("the largest eigenvalues along the way", name="sharpness")
def _sharpness(runs: Sequence[Run], samples: Sequence[Sample], ax: Axes) -> None:
    pairs = zip(runs, samples, strict=True)
    curves = [curvature.along(run, x, y, data=caption) for run, (x, y, caption) in pairs]
    sharpness(curves, ax, run_names(runs))


def sharpness(
    curves: Sharpness | Sequence[Sharpness],
    ax: Axes | None = None,
    names: Sequence[str] | None = None,
    colors: Sequence[Any] | None = None,
    **kwargs: Any,
) -> list[Line2D]:
    """The Hessian's largest eigenvalue over the steps of one or several runs; the next ones, if there are, are thin.

    Thin and dashed is the limit above which gradient descent would not be stable in a valley of that curvature: 2/lr,
    for momentum 2 (1 + μ)/lr; where a schedule changes the rate, it changes with it. A limit far from all eigenvalues
    is mentioned under the axis. It holds for full batches.

    curves : what `curvature.along` gives. names : one each; optimizer and learning rate if None. colors : others.
    kwargs are passed on to `Axes.plot`. Returns the largest eigenvalues' lines.
    """
    ax = plt.gca() if ax is None else ax
    curves = as_list(curves, Sharpness, "curves")
    width = float(plt.rcParams["lines.linewidth"])
    styles = looks([curve.optimizer for curve in curves], colors)
    lines: list[Line2D] = []
    for rank, (curve, (colour, dash, marker)) in enumerate(zip(curves, styles, strict=True)):
        style = chosen({"color": colour, "ls": dash, "zorder": 3}, kwargs)
        if len(curve.steps) == 1:
            style = {"marker": marker} | style
        lines += ax.plot(curve.steps, curve.eigenvalues[:, 0], **style)
        if "marker" not in style:
            few_marks(lines[-1], marker, rank)
        for others in curve.eigenvalues.T[1:]:
            ax.plot(curve.steps, others, **(style | {"linewidth": 0.45 * width, "alpha": 0.7, "zorder": 2}))
    step_scale(ax, [curve.steps for curve in curves])
    seen = np.concatenate([np.ravel(curve.eigenvalues) for curve in curves])
    seen = seen[np.isfinite(seen)] if np.isfinite(seen).any() else np.array([0.0, 1.0])
    low, high = float(seen.min()), float(seen.max())
    labels, notes, limits = named(names, [name_of(curve.optimizer) for curve in curves]), [], []
    for curve, (colour, _, _) in zip(curves, styles, strict=True):
        over, formula = _limit(curve.optimizer)
        if not formula:
            continue
        if len(curve.lrs):
            steps, limit = np.arange(len(curve.lrs)), over / np.where(curve.lrs > 0, curve.lrs, np.nan)
        else:
            steps = np.array([min(one.steps[0] for one in curves), max(one.steps[-1] for one in curves)])
            limit = np.full(2, over / curve.optimizer.lr)
        least, most = float(np.nanmin(limit)), float(np.nanmax(limit))
        values = {"name": literal(name_of(curve.optimizer)), "formula": formula}
        values |= {"limit": number(least), "most": number(most)}
        near = (limit > seen.min() / _NEAR) & (limit < _NEAR * seen.max())
        if near.any():
            shown = np.where(near, limit, np.nan)
            limits += ax.plot(steps, shown, color=colour, ls=(0, (4, 3)), lw=0.5 * width, zorder=1)
            labels.append(say("limit {formula} = {limit}" if least == most else "limit {formula}", **values))
            low, high = min(low, float(np.nanmin(shown))), max(high, float(np.nanmax(shown)))
        elif least == most:
            notes.append(say("off this axis: the limit of {name}, {formula} = {limit}", **values))
        else:
            notes.append(say("off this axis: the limit of {name}, {formula}: {limit} … {most}", **values))
    if limits:
        notes.append(say("limits hold for steps on all images"))
    if low > 0 and high > _LOGARITHMIC * low:
        ax.set(yscale="log", ylim=(low / 1.2, 1.2 * high))
        numbers(ax.yaxis)
    else:
        ax.set_ylim(min(0.0, 1.08 * low), 1.08 * high or 1.0)
    single = curves[0].eigenvalues.shape[1] == 1
    ax.set(xlabel=say("step"), ylabel=say("largest eigenvalue") if single else say("largest eigenvalues"))
    ax.set_title(say("curvature along the way"))
    data = {curve.data for curve in curves}
    if len(data) == 1 and any(data):
        notes.insert(0, say("of the Hessian of the loss over {data}", data=literal(of_data(data.pop()))))
    if notes:
        size = 0.85 * float(ax.xaxis.label.get_fontsize())
        below: dict[str, Any] = {"xycoords": ax.xaxis.label, "textcoords": "offset points", "ha": "center", "va": "top"}
        words = "\n".join(dict.fromkeys(notes))
        ax.annotate(words, (0.5, 0), xytext=(0, -0.3 * size), color=current().muted, fontsize=size, **below)
    label_ends(ax, [*lines, *limits], labels)
    return lines


def _limit(walker: Walker) -> tuple[float, str]:
    """The largest curvature at which a plain optimizer is stable, times its learning rate, and the formula; of others,
    nothing."""
    plain = isinstance(walker, SGD | Momentum) and walker.lr > 0 and not walker.weight_decay
    if plain and isinstance(walker, SGD):
        return 2, "2/lr"
    if plain and isinstance(walker, Momentum) and not walker.dampening:
        return 2 * (1 + walker.momentum), "2 (1 + μ)/lr"
    return float("nan"), ""
