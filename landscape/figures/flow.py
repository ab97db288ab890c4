"""How errors flow back through a network: the norm that reaches each layer, and the units that let nothing through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import NullLocator

from ..core.annotations import Array
from ..core.numerals import fraction, percentage
from ..core.wording import percent, term
from ..training.run import Run
from .breaking import columns as letters
from .catalogue import kind
from .curves import powers
from .given import as_list, panels
from .labels import READABLE, fitted, headed
from .learning import epoch_length
from .names import facts_side_by_side
from .palettes import DARK, current
from .styles import figure_of, is_wide, tighten, width_of
from .words import listed, literal, say, wrapped

_MOMENTS = 6
_FAR = 1e4  # times the largest norm at the start, beyond which a run that diverges is not followed
_CHARACTERS = 115.0  # of titles side by side that fit into an inch, over the type's size in points
_NARROWEST = 7  # letters over a panel
_LINE, _HIGHEST = 1.35, 0.3  # a title's line over its type's size; all of it in the figure's height
_FEW = 7  # hidden layers, up to which bars carry their numbers


@kind("the error that reaches each layer")
def gradient_flow(runs: Run | Sequence[Run], axes: Any = None) -> Figure:
    """How the back-propagated error shrinks or grows from layer to layer, at several moments of one or more runs.

    A run has three panels: the norm of the error ∂loss/∂z of each layer; that of the gradient by the layer's
    parameters; and the shares of each hidden layer's units that are dead (no slope for any image), and that have hardly
    any slope, saturated or inactive by their activation function, at the end, with a line where they were at the start.
    All are over a sample of training images. axes : three axes a run, (3,) or (3, runs); a new figure if None. Returns
    the figure. ValueError if there are no runs, or more than a new figure has room for side by side.
    """
    runs = as_list(runs, Run, "runs")
    heads = _heads(runs) if axes is None and len(runs) > 1 else None
    rows = _flow_panels(len(runs)) if axes is None else panels(axes, 3 * len(runs))
    grid = np.array(rows, dtype=object).reshape(3, len(runs))
    figure, wide = grid[0, 0].figure, axes is not None or is_wide(figure_of(grid[0, 0]))

    for quantity, row in zip(("layer_error_norm", "layer_gradient_norm"), grid, strict=False):
        # Whole decades, and the same for all runs, so that slopes compare.
        drawn = np.concatenate([_norms(run, quantity, ax) for run, ax in zip(runs, row, strict=True)])
        drawn = drawn[np.isfinite(drawn)]
        low, high = (np.log10(drawn.min()), np.log10(drawn.max())) if len(drawn) else (-1, 0)
        for ax in row:
            ax.set_ylim(10.0 ** np.floor(low - 0.02), 10.0 ** np.ceil(high + 0.02))
    for run, ax in zip(runs, grid[2], strict=True):
        _units(run, ax, numbers=len(runs) < 3)
    small = 0.9 * plt.rcParams["font.size"]
    kinds: list[Artist] = [Patch(color=colour, label=literal(label)) for label, colour in _kinds(runs)]
    kinds.append(Line2D([], [], color=current().ink, lw=_thin(), label=say("at the start")))
    moments: list[Artist] = [*_moment_handles(runs)]
    if len(runs) == 1:
        figure.suptitle(headed(say("how errors flow back"), runs[0], 0.9 * width_of(grid[0, 0])))
        grid[0, 0].set_title(say("error at each layer, |∂loss/∂z|"))
        grid[1, 0].set_title(say("gradient, |∂loss/∂W|"))
        grid[0, 0].set_xlabel(wrapped(_shrinking(runs[0]), 52), color=current().muted, fontsize=small)
        if not wide:
            moments = [*moments, *kinds]
        else:
            above: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderpad": 0, "handlelength": 1}
            grid[2, 0].legend(handles=kinds, ncols=3, columnspacing=1.2, **above)
    else:
        moments = [*moments, *kinds]
        for ax, label in zip(grid[:, 0], (say("error"), say("gradient"), say("units")), strict=True):
            ax.set_ylabel(label)
        _head(runs, grid, heads)
    if axes is None:
        across = len(moments) if wide else 3
        figure.legend(handles=moments, loc="outside lower center", ncols=across, handlelength=1.2, labelspacing=0.3)
    else:
        grid[0, 0].legend(handles=moments)
    return figure_of(grid[0, 0])


class _Heads(NamedTuple):
    """The titles of runs side by side: what all share, what is each one's own, and the type's size in points."""

    shared: str
    own: list[str]
    size: float


def _heads(runs: Sequence[Run]) -> _Heads | None:
    """Titles for so many runs that what they share has to be said once, in smaller type; None for few.

    ValueError, which says how many can be drawn, where no titles could be read in a figure of the style's size.
    """
    small, (width, height) = 0.9 * plt.rcParams["font.size"], plt.rcParams["figure.figsize"]
    facts = facts_side_by_side(runs)
    under = [_shrinking(run, brief=True) for run in runs]
    if _fits([[*one, more] for one, more in zip(facts, under, strict=True)], len(runs), small, width, height):
        return None
    shared = [fact for fact in facts[0] if all(fact in own for own in facts)]
    own = [[fact for fact in one if fact not in shared] for one in facts]
    sizes = [scale * small for scale in (0.85, 0.7, 0.6) if scale * small >= READABLE]
    for size in sizes:
        if _fits(own, len(runs), size, width, height):
            told = [_lines(one, _columns(width, size, len(runs))) for one in own]
            return _Heads(fitted(listed(shared), 0.9 * width, "font.size"), told, size)
    most = next((n for n in range(len(runs) - 1, 1, -1) if _fits(own, n, sizes[-1], width, height)), 1)
    raise ValueError(f"there is no room for {len(runs)} runs side by side: give {most} at most, or a larger figure")


def _columns(width: float, size: float, runs: int) -> float:
    """Letters in a line of a title over one of the runs' panels, which share such a width."""
    return _CHARACTERS * width / size / runs


def _lines(facts: Sequence[str], columns: float) -> str:
    return "\n".join(wrapped(literal(fact), columns) for fact in facts)


def _fits(facts: Sequence[Sequence[str]], runs: int, size: float, width: float, height: float) -> bool:
    """Whether each run's facts, in type of such a size, are no wider than its panels and leave these most of the
    figure's height."""
    columns = _columns(width, size, runs)
    lines = [_lines(one, columns).split("\n") for one in facts]
    # The words under the panels need some width, too.
    inside = columns >= _NARROWEST and all(letters(line) <= columns for one in lines for line in one)
    return inside and max(map(len, lines)) * _LINE * size / 72 <= _HIGHEST * height


def _head(runs: Sequence[Run], grid: Array, heads: _Heads | None) -> None:
    """Write what each run is over its panels, and under the first of them how its error shrinks, where that has
    room."""
    size = 0.9 * plt.rcParams["font.size"] if heads is None else heads.size
    columns = _columns(width_of(grid[0, 0]), size, len(runs))
    titles = [_lines(facts, columns) for facts in facts_side_by_side(runs)] if heads is None else heads.own
    for run, title, ax in zip(runs, titles, grid[0], strict=True):
        ax.set_title(title, fontsize=size)
        if heads is None:
            ax.set_xlabel(wrapped(_shrinking(run, brief=True), columns), color=current().muted, fontsize=size)
    if heads is not None:
        grid[0, 0].figure.suptitle(heads.shared, fontsize=plt.rcParams["font.size"])
        for ax in grid.ravel():
            ax.tick_params(labelsize=size)
            ax.xaxis.label.set_fontsize(size)
            ax.yaxis.label.set_fontsize(size)
        grid[2, 0].set_yticks([0, 100], ["0", percent("100")])


def _flow_panels(runs: int) -> Array:
    """Axes (3, runs): for a single run the error has the place of two, for several the runs are columns."""
    figure = plt.figure(layout="constrained")
    tighten(figure, h_pad=0.3 * plt.rcParams["font.size"] / 72)
    if runs == 1:
        if is_wide(figure):
            mosaic = figure.subplot_mosaic("eg;eu", width_ratios=[1.25, 1], height_ratios=[1.3, 1])
        else:
            mosaic = figure.subplot_mosaic("ee;gu", height_ratios=[1.3, 1])
        return np.array([[mosaic[panel]] for panel in "egu"], dtype=object)
    return np.asarray(
        figure.subplots(3, runs, squeeze=False, sharex="col", sharey="row", height_ratios=[1.5, 1.1, 0.7])
    )


def _moments(run: Run) -> list[int]:
    """Measurements to be drawn: close together at the start, where most happens, the last one included."""
    rows = np.flatnonzero(np.isfinite(run.history["layer_error_norm"]).all(axis=1))
    if not len(rows):
        return []
    return [int(row) for row in rows[np.unique(np.geomspace(1, len(rows), _MOMENTS).round().astype(int)) - 1]]


def _moment_handles(runs: Sequence[Run]) -> list[Line2D]:
    """Legend entries for the moments; for several runs, whose own differ, what their colours have in common."""
    own = [_moment(runs[0], row) for row in _moments(runs[0])]
    names = own if len(runs) == 1 else [say("start"), say("between"), say("end")]
    return [Line2D([], [], color=colour, label=name) for colour, name in zip(_ramp(len(names)), names, strict=True)]


def _moment(run: Run, row: int) -> str:
    step, last = int(run.history["measured_step"][row]), len(run.history["measured_step"]) - 1
    batches = epoch_length(run)
    if step == 0:
        return say("start")
    if row == last and not run.diverged:
        return say("end")
    return say("step {step:,}", step=step) if step % batches else say("epoch {epoch}", epoch=step // batches)


def _ramp(n: int) -> list[Any]:
    """Colours from the start to the end of a run, on the ground of the style."""
    first, last = (0.42, 0.95) if current() is DARK else (0.72, 0.0)
    return list(plt.get_cmap("plasma")(np.linspace(first, last, n)))


def _norms(run: Run, quantity: str, ax: Axes) -> Array:
    """A line for each moment over the layers; the norms that are drawn, nan elsewhere."""
    rows = _moments(run)
    values = run.history[quantity][rows]
    far = _FAR * np.max(values[:1], initial=0.0)
    # What is 0, as in a dead network, or has exploded, has no place on the axis.
    values = np.where((values > 0) & (values < far), values, np.nan)
    for colour, norms in zip(_ramp(len(rows)), values, strict=True):
        ax.plot(np.arange(1, len(norms) + 1), norms, "-o", color=colour, ms=2.5 * plt.rcParams["lines.linewidth"])
    ax.set_yscale("log")
    ax.yaxis.set_minor_locator(NullLocator())
    powers(ax.yaxis)
    _layer_axis(run, ax)
    return np.ravel(values)


def _units(run: Run, ax: Axes, numbers: bool) -> None:
    """Dead shares of each hidden layer, and those with hardly any slope, at the end as bars and at the start as
    lines."""
    colours = current()
    rows = _moments(run)
    layers = np.arange(1, run.history["dead"].shape[1] + 1)
    for shift, state, (_, colour) in zip((-0.2, 0.2), ("dead", "saturated"), _kinds([run]), strict=True):
        if rows and len(layers):
            first, last = 100 * run.history[state][rows[0]], 100 * run.history[state][rows[-1]]
            bars = ax.bar(layers + shift, last, 0.38, color=colour)
            ax.hlines(first, layers + shift - 0.19, layers + shift + 0.19, color=colours.ink, lw=_thin())
            if numbers and len(layers) <= _FEW:
                size = 0.75 * plt.rcParams["font.size"]
                ax.bar_label(bars, [percentage(share / 100) for share in last], padding=0.3 * size, fontsize=size)
    if not len(layers):
        ax.text(0.5, 0.5, say("no hidden layer"), ha="center", va="center", transform=ax.transAxes, color=colours.muted)
    ax.set(ylim=(0, 125), yticks=[0, 50, 100], yticklabels=["0", "50", percent("100")], xlabel=say("layer"))
    _layer_axis(run, ax)
    ax.grid(False, axis="x")


def _thin() -> float:
    return 0.7 * float(plt.rcParams["lines.linewidth"])


def _kinds(runs: Sequence[Run]) -> list[tuple[str, str]]:
    """What the units' states are called, and their colours."""
    flat = dict.fromkeys(term(run.mlp.activation.flat) for run in runs)
    names = term("dead"), " / ".join(flat)
    return list(zip(names, (current().categories[5], current().categories[1]), strict=True))


def _layer_axis(run: Run, ax: Axes) -> None:
    layers = len(run.mlp.sizes) - 1
    ax.set_xlim(0.5, layers + 0.5)
    ax.set_xticks(range(1, layers + 1, -(-layers // 8)))


def _shrinking(run: Run, brief: bool = False) -> str:
    """The error of the first layer beside the last one's."""
    rows = _moments(run)
    errors = run.history["layer_error_norm"][rows]
    if not rows or errors.shape[1] < 2:
        return say("layer")
    ratios = [fraction(norms[0] / norms[-1]) if norms[-1] > 0 else "?" for norms in errors[[0, -1][: len(rows)]]]
    if brief:
        return say("first / last: {ratios}", ratios=" → ".join(ratios))
    moments = (say("start"), _moment(run, rows[-1]))
    at = [say("{ratio} at {moment}", ratio=ratio, moment=one) for ratio, one in zip(ratios, moments, strict=False)]
    return say("layer 1 / layer {last}: {ratios}", last=errors.shape[1], ratios=listed(at))
