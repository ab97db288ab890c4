"""How runs went: the training loss, and the accuracy on the test images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import ArrayLike

from ..core.annotations import Array
from ..core.numerals import setting
from ..core.wording import share
from ..training.run import Run
from .catalogue import kind
from .curves import numbers
from .given import as_list, looks, named, panels
from .labels import few_marks, headed, label_ends, legend_below, mark_divergence
from .names import distinct_names, ended, run_names, steps_taken
from .palettes import Look, current
from .scales import Exit
from .styles import figure_of, two_panels
from .words import listed, literal, say, wrapped

_TALLEST = 100.0  # times the first loss, beyond which a run that diverges is not followed
_DOTTED = 20  # measurements of a run that are shown as dots
_ALL, _EDGE = 99.999, 99.9997  # where 100 % is drawn on an axis that never comes to it, and where the axis ends
_ACCURACIES = (0, 50, 80, 90, 95, 98, 99, 99.5, 99.8, 99.9)


@kind("losses and accuracies, as runs trained")
def learning_curves(
    runs: Run | Sequence[Run],
    axes: Sequence[Axes] | None = None,
    names: Sequence[str] | None = None,
    colors: Sequence[Any] | None = None,
) -> Figure:
    """The training loss over the steps (left) and the accuracy over the epochs (right) of several runs.

    Batch losses are faint, their running mean over 2 % of the run is solid; of the accuracies those of the training
    images are faint. The scale of accuracies is stretched towards 100 %: halving the misread images is the same way up
    everywhere. A run that diverged ends in a cross. axes : two axes to draw into; a new figure if None, with one panel
    where no run has measured an accuracy. names, colors : others, one each. Returns the figure. ValueError if there are
    no runs.
    """
    runs = as_list(runs, Run, "runs")
    told = named(names, run_names(runs))
    measured = any(map(read, runs))
    if axes is None:
        axes = two_panels(1.25) if measured else [plt.figure().subplots()]
        if len(runs) == 1:
            # There is room to say all about it, and nothing to tell it from.
            figure = plt.gcf()
            figure.suptitle(headed("", runs[0], 0.9 * figure.get_figwidth()))
            told = []
    on_loss, *on_accuracies = panels(axes, len(list(axes)) if not measured else 2)
    styles = looks([run.optimizer for run in runs], colors, [run.setup for run in runs])
    lines = _losses(runs, styles, told, on_loss)
    if not measured:
        for ax in on_accuracies:
            ax.set_axis_off()
        return figure_of(on_loss)
    (on_accuracy,) = on_accuracies
    # Between a start and an end alone, lines would all be the same.
    if max(len(run.history["measured_step"]) for run in runs) <= 2:
        _final_accuracies(runs, styles, names or distinct_names(runs), on_accuracy)
    elif ends := _accuracies(runs, styles, on_accuracy):
        figure = figure_of(on_loss)
        figure.legends[0].remove()
        words = [literal(listed([name, end])) for name, end in zip(names or distinct_names(runs), ends, strict=True)]
        legend_below(figure, lines, words, 0.9 * float(on_loss.xaxis.label.get_fontsize()))
    return figure_of(on_loss)


def read(run: Run) -> bool:
    """Whether a run has measured accuracies."""
    history = run.history
    return bool(np.isfinite(history["test_accuracy"]).any()) if run.is_recorded else bool(len(history["measured_step"]))


def epoch_length(run: Run) -> int:
    """Steps an epoch; 1 where a recorded run does not tell, so that epochs are steps."""
    if run.is_recorded:
        return 1
    size = run.settings["batch_size"]
    return 1 if size == "full" else max(1, run.settings["images"] // size)


def _losses(runs: Sequence[Run], styles: Sequence[Look], names: Sequence[str], ax: Axes) -> list[Line2D]:
    """The loss of each batch and its running mean; returns the lines of that."""
    curves = [_loss_curve(run) for run in runs]
    tallest = _TALLEST * max([values[0] for _, values in curves if len(values)], default=1.0)
    lines, means, calm = [], [], []
    width = plt.rcParams["lines.linewidth"]
    for rank, (run, (steps, values), (colour, dash, marker)) in enumerate(zip(runs, curves, styles, strict=True)):
        values = np.minimum(values, tallest)
        window = max(1, len(values) // 50)
        mean = np.convolve(values, np.full(window, 1 / window), mode="valid") if len(values) else values
        ax.plot(steps, values, color=colour, alpha=0.18 / len(runs) ** 0.5, lw=0.3 * width, zorder=1)
        means.append(mean)
        lines += ax.plot(steps[window - 1 :], mean, color=colour, ls=dash, zorder=3)
        if len(mean) < 4:
            lines[-1].set(marker=marker, markersize=2.5 * width)
        else:
            few_marks(lines[-1], marker, rank)
        calm += [*values[:1], *(mean[mean <= values[0]] if run.diverged and len(mean) > 2 else mean)]
    # Single lucky batches lie far below the mean and would squeeze it; so would, from above, a run that diverges.
    seen = np.array([value for value in calm if value > 0] or [1.0])
    low, high = 0.6 * seen.min(), 1.6 * seen.max()
    ax.set(xlabel=say("step"), ylabel=say("training loss"), ylim=(low, high), yscale="log")
    ax.set_title(say("loss of each batch, and running mean"))
    numbers(ax.yaxis)
    for run, line, mean in zip(runs, lines, means, strict=True):
        end = float(mean[-1]) if len(mean) else high
        if run.diverged:
            mark_divergence(ax, line, Exit(steps_taken(run), 1, high))
        if not len(mean):
            line.set_data([steps_taken(run)], [end])
        if run.diverged and len(mean) < 4:
            # For its label: the cross itself is drawn.
            line.set(marker="X", markevery=[])
    longest = max(1, *(steps_taken(run) for run in runs))
    ax.set_xlim(-0.02 * longest, 1.02 * longest)
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda step, _: f"{step:,.0f}"))
    label_ends(ax, lines[: len(names)], names)
    return lines


def _loss_curve(run: Run) -> tuple[Array, Array]:
    """Steps and batch losses as far as they are finite; where there are none, the loss at the start."""
    taken = steps_taken(run)
    if taken or not len(run.history["train_loss"]):
        return run.history["step"][:taken], run.history["loss"][:taken]
    start = run.history["train_loss"][:1]
    return np.zeros(np.isfinite(start).sum()), start[np.isfinite(start)]


def _accuracies(runs: Sequence[Run], styles: Sequence[Look], ax: Axes) -> list[str]:
    """Accuracies over the epochs, on the test images and, faint, on the training images; returns those at the end where
    they have no room at the lines' ends, and the figure's legend has to tell them."""
    names: list[str] = []
    lines, crosses = [], []
    width = plt.rcParams["lines.linewidth"]
    for rank, (run, (colour, dash, marker)) in enumerate(zip(runs, styles, strict=True)):
        batches = epoch_length(run)
        # Where the weights are no longer finite, an accuracy says nothing.
        sound = np.isfinite(run.history["test_accuracy" if run.is_recorded else "test_loss"])
        epochs = run.history["measured_step"][sound] / batches
        test, training = (_drawn(run.history[f"{part}_accuracy"][sound]) for part in ("test", "train"))
        ax.plot(epochs, training, color=colour, ls=dash, alpha=0.55, lw=0.5 * width)
        lines += ax.plot(epochs, test, color=colour, ls=dash)
        if len(epochs) <= _DOTTED:
            lines[-1].set(marker=marker, markersize=2.4 * width)
        else:
            few_marks(lines[-1], marker, rank)
        names.append(share(run.test_accuracy, 2))
        if not run.finished:
            names[-1] = listed([names[-1], say("stopped")])
        if run.diverged:
            names[-1] = ended(run)
            lines[-1].set(marker="X", markevery=[])
            crosses.append((steps_taken(run) / batches, lines[-1]))
    trained = any(np.isfinite(run.history["train_accuracy"]).any() for run in runs)
    # Starts lie at chance; shown in full, the way up from there would squeeze the ends, which are what counts.
    best = max(float(np.max(line.get_ydata(), initial=0)) for line in lines)
    worst = min([100 * run.test_accuracy for run in runs if np.isfinite(run.test_accuracy)] + [99.0])
    _stretch(ax, "y", max(0.0, 100 - 8 * (100 - worst)), max(60.0, 100 - 0.45 * (100 - best)))
    for epoch, line in crosses:
        mark_divergence(ax, line, Exit(epoch, 0, 0.0))
    ax.set(
        xlabel=say("step") if all(run.is_recorded for run in runs) else say("epoch"),
        ylabel=wrapped(say("%, stretched towards 100"), 14),
        title=say("test accuracy; faint: training") if trained else say("test accuracy"),
    )
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    labelled = label_ends(ax, lines, names, legend=False)
    return [] if labelled or not figure_of(ax).legends else names


def _final_accuracies(runs: Sequence[Run], styles: Sequence[Look], names: Sequence[str], ax: Axes) -> None:
    """A row for each run: its accuracy at the end, filled on the test images and open on the training images."""
    ends = []
    size, width = 0.9 * plt.rcParams["font.size"] * min(1.0, 9 / len(runs)), plt.rcParams["lines.linewidth"]
    for row, (run, name, (colour, _, marker)) in enumerate(zip(runs, names, styles, strict=True)):
        name = name if run.finished else listed([name, say("stopped")])
        ax.text(
            0, row - 0.3, literal(name), color=colour, weight="bold", fontsize=size, transform=ax.get_yaxis_transform()
        )
        if run.diverged:
            ax.plot(0.02, row, "X", color=colour, ms=4 * width, transform=ax.get_yaxis_transform())
            ax.text(0.06, row, ended(run), fontsize=size, va="center", transform=ax.get_yaxis_transform())
            continue
        test, training = (float(_drawn(one)) for one in (run.test_accuracy, run.history["train_accuracy"][-1]))
        ends += [one for one in (test, training) if np.isfinite(one)]
        ax.plot([test, training], [row, row], color=colour, lw=0.4 * width, alpha=0.6)
        ax.plot(training, row, marker, mfc=current().ground, mec=colour, mew=0.7 * width, ms=3.2 * width)
        ax.plot(test, row, marker, color=colour, ms=4 * width)
        style: dict[str, Any] = {"color": colour, "weight": "bold", "va": "center", "fontsize": size}
        ax.text(1.02, row, share(run.test_accuracy, 2), transform=ax.get_yaxis_transform(), **style)
    ax.set(ylim=(len(runs) - 0.5, -0.8), xticks=[], yticks=[], title=say("test accuracy"))
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_visible(bool(ends))
    if ends:
        places = _stretched(np.array([min(ends), max(ends)]))
        margin = max(0.08 * float(np.ptp(places)), 0.02)
        low, high = _unstretched(np.add(places, [-margin, margin])).tolist()
        _stretch(ax, "x", max(0.0, low), high)
        trained = any(np.isfinite(run.history["train_accuracy"][-1:]).any() for run in runs)
        words = say("test accuracy; open: training") if trained else say("test accuracy")
        ax.set(xlabel=say("%, stretched towards 100"), title=words)


def _stretch(ax: Axes, axis: Literal["x", "y"], low: float, high: float) -> None:
    """Show percentages on a scale on which halving what is missing to 100 is the same step everywhere."""
    high = min(high, _EDGE)
    if low >= high:
        low = 100 - 10 * (100 - high)
    ticks = [tick for tick in _ACCURACIES if low <= tick <= high]
    if len(ticks) < 3:
        ticks = [tick for tick in MaxNLocator(4).tick_values(low, high) if low <= tick <= high]
    ticks += [_ALL] if high > _ALL else []
    # Numbers in a row need more room than those above each other.
    ticks = _apart(ticks, (0.14 if axis == "x" else 0.05) * float(np.ptp(_stretched(np.array([low, high])))))
    words = ["100" if tick == _ALL else setting(tick) for tick in ticks]
    getattr(ax, f"set_{axis}scale")("function", functions=(_stretched, _unstretched))
    ax.set(**{f"{axis}lim": (low, high), f"{axis}ticks": ticks, f"{axis}ticklabels": words})


def _apart(ticks: Sequence[float], least: float) -> list[float]:
    """Those of the ticks, the last one before the others, that are so far from each other on a stretched axis."""
    kept: list[float] = []
    for tick in reversed(ticks):
        if not kept or _stretched(np.array(kept[-1])) - _stretched(np.array(tick)) >= least:
            kept.append(tick)
    return kept[::-1]


def _drawn(accuracy: ArrayLike) -> Array:
    """Accuracies in per cent, 100 where a stretched axis has it."""
    return np.asarray(np.minimum(100 * np.asarray(accuracy, dtype=np.float64), _ALL))


def _stretched(percent: Array) -> Array:
    """Decades of the share that is missing to 100 %."""
    return np.asarray(-np.log10(np.maximum(1 - np.asarray(percent) / 100, 1e-9)))


def _unstretched(decades: Array) -> Array:
    return np.asarray(100 * (1 - 10.0 ** -np.asarray(decades)))
