"""What a trained network has learned: its first layer's weights, and which images it misreads."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from ..core.annotations import Array
from ..core.checks import at_least
from ..core.errors import InputError
from ..core.wording import share
from ..datasets import Dataset
from ..training.run import Run
from .catalogue import kind
from .given import panels
from .labels import fitted, headed, room_over
from .palettes import current
from .styles import figure_of, tighten, width_of
from .words import say

_LEGIBLE = 20  # classes, up to which the cells of a confusion matrix hold their counts
_CHUNK = 1024  # images a pass
_WORDS = 0.82  # size of the words above images, of the type's
_HEADING = 0.14  # of a figure's height


@kind("what the first layer looks for")
def weights(run: Run, ax: Axes | None = None, count: int = 64, **kwargs: Any) -> AxesImage:
    """The first layer's weights as images: what each unit looks for, in orange, and what speaks against it, in blue.

    Hidden units stand in the order of their norm, `count` at the most; without a hidden layer they are the classes.
    kwargs are passed on to `Axes.imshow`. Returns the image of all tiles. ValueError if the inputs are no square image,
    or the parameters are not finite.
    """
    count = at_least("count", count, 1)
    ax = plt.gca() if ax is None else ax
    side = _side(run.mlp.sizes[0])
    _check_finite(run)
    w = run.mlp.layers(run.params)[0][0].T.reshape(-1, side, side).astype(np.float64)
    hidden = len(run.mlp.sizes) > 2
    units = np.argsort(-np.linalg.norm(w, axis=(1, 2)), kind="stable")[:count] if hidden else np.arange(len(w))[:count]

    # As wide as the figure is, beside its height.
    wide, high = ax.figure.bbox.size
    rows = max(1, round((len(units) / (1.07 * wide / high)) ** 0.5))
    columns = -(-len(units) // rows)
    gap = max(1, side // 14)
    mosaic = np.full((rows * (side + gap) - gap, columns * (side + gap) - gap), np.nan)
    for k, unit in enumerate(units):
        top, left = (side + gap) * (k // columns), (side + gap) * (k % columns)
        mosaic[top : top + side, left : left + side] = w[unit]
    # A few extreme weights would make all the others pale.
    strongest = float(np.quantile(np.abs(w[units]), 0.998)) or 1.0
    style: dict[str, Any] = {"cmap": _diverging(), "vmin": -strongest, "vmax": strongest, "interpolation": "nearest"}
    image = ax.imshow(mosaic, **_scaled(style, kwargs))
    if not hidden:
        for k in units:
            place = (side + gap) * (k % columns) + 1, (side + gap) * (k // columns) + 1
            ax.text(*place, str(k), va="top", weight="bold", fontsize=plt.rcParams["axes.titlesize"])
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.grid(False)
    if not hidden:
        words = say("weights of the classes")
    elif len(units) < len(w):
        words = say("weights of the {shown} strongest of {all} units", shown=len(units), all=len(w))
    else:
        words = say("weights of {all} units", all=len(w))
    ax.set_title(headed(words, run, room_over(ax)))
    bar = ax.figure.colorbar(image, ax=ax, extend="both", fraction=0.025, pad=0.02, label=say("weight"))
    bar.locator = MaxNLocator(5, symmetric=True)
    bar.outline.set_visible(False)
    return image


@kind("which class is read as which")
def confusion(run: Run, data: Dataset, ax: Axes | None = None, **kwargs: Any) -> AxesImage:
    """How often each class of the test images (a row) is read as each class (a column), at the end of the run.

    Errors are coloured by their number; on the diagonal stands the share of the class that is read right. kwargs are
    passed on to `Axes.imshow`. Returns the image; its array (C, C) holds all counts, the diagonal masked. ValueError if
    network and data do not fit, or the parameters are not finite.
    """
    ax = plt.gca() if ax is None else ax
    colours = current()
    outputs = _outputs(run, data)
    classes = outputs.shape[1]
    counts = np.bincount(classes * data.y_test + outputs.argmax(axis=1), minlength=classes**2).reshape(classes, -1)
    errors = np.ma.array(counts, mask=np.eye(classes, dtype=bool))

    colormap = LinearSegmentedColormap.from_list("errors", [colours.ground, colours.hues["orange"]])
    style: dict[str, Any] = {"cmap": colormap.with_extremes(bad=colours.panel), "aspect": "auto", "vmin": 0}
    image = ax.imshow(errors, **_scaled(style | {"vmax": max(1, errors.max())}, kwargs))
    if classes <= _LEGIBLE:
        style = {"ha": "center", "va": "center", "fontsize": _cell_size(ax, classes)}
        for (row, column), number in np.ndenumerate(counts):
            if row == column:
                own = counts[row].sum()
                ax.text(column, row, share(number / own, 1) if own else say("none"), weight="bold", **style)
            elif number:
                colour = current().readable(image.cmap(image.norm(np.asarray(number))))
                ax.text(column, row, f"{number:,}", color=colour, **style)
        ax.set(xticks=range(classes), yticks=range(classes))
    ax.set(xlabel=say("read as"), ylabel=say("true class"))
    ax.grid(False)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    right = int(counts.trace())
    words = say("{right:,} of {all:,} test images read right", right=right, all=counts.sum())
    ax.set_title(headed(_of_others(words, run, data), run, room_over(ax)))
    return image


@kind("the most confident errors")
def misread(run: Run, data: Dataset, count: int = 24, axes: Sequence[Axes] | None = None) -> Figure:
    """The test images that the run misreads most confidently, the worst first, with what they are.

    The percentage is the softmax of the logits; networks that were trained on another loss than cross-entropy have the
    largest output in its place. As many of the `count` are shown as a figure of the style's size
    has room for; where fewer are misread, it is smaller. axes : one an image, in
    place of `count`; a new figure if None. Returns the figure. ValueError if network and data do not fit, or the
    parameters are not finite.
    """
    count = at_least("count", count, 1)
    _side(data.x_test.shape[1])  # complains of what is no square
    outputs = _outputs(run, data)
    read = outputs.argmax(axis=1)
    wrong = np.flatnonzero(read != data.y_test)
    rows, columns = _grid()
    worst = wrong[np.argsort(-outputs[wrong, read[wrong]], kind="stable")]
    given = None if axes is None else panels(axes, np.size(np.asarray(axes, dtype=object)))
    worst = worst[: min(count, rows * columns) if given is None else len(given)]
    axes = _image_axes(len(worst), rows, columns) if given is None else given
    figure, inches = axes[0].figure, width_of(axes[0])
    for ax in axes:
        ax.axis("off")
    for ax, k in zip(axes, worst, strict=False):
        draw_images(data.x_test[k : k + 1], data, ax)
        output = outputs[k, read[k]]
        confidence = share(output, 1) if probable(run) else f"{output:.2f}"
        words = say("read {read} ({confidence}),\nis {true}", read=read[k], confidence=confidence, true=data.y_test[k])
        ax.set_title(words, loc="center", fontsize=_WORDS * plt.rcParams["font.size"], weight="normal", pad=6)
    if not len(worst):
        words = _of_others(say("None of the {all:,} test images is misread.", all=len(read)), run, data)
        words = f"{fitted(words, inches)}\n{headed('', run, inches)}"
        axes[0].text(0.5, 0.5, words, ha="center", va="center", transform=axes[0].transAxes)
    else:
        counted = {"wrong": len(wrong), "all": len(read), "shown": len(worst)}
        if len(worst) < len(wrong):
            words = say("misread: {wrong:,} of {all:,} test images; the {shown} most confident", **counted)
        else:
            words = say("misread: {wrong:,} of {all:,} test images; most confident first", **counted)
        words = f"{fitted(_of_others(words, run, data), inches)}\n{headed('', run, inches)}"
        figure.suptitle(words, fontsize=plt.rcParams["axes.titlesize"])
    return figure_of(axes[0])


def draw_images(images: Array, data: Dataset, ax: Axes, rows: int = 1, columns: int = 1, **kwargs: Any) -> None:
    """Square images (n, pixels) of a data set in rows and columns, edge to edge and without axes; what is left empty
    has the ground's colour. kwargs are passed on to `Axes.imshow`."""
    side, colours = isqrt(images.shape[1]), current()
    tiles = np.full((rows * columns, side, side), np.nan, images.dtype)
    tiles[: len(images)] = images[: len(tiles)].reshape(-1, side, side)
    picture = tiles.reshape(rows, columns, side, side).swapaxes(1, 2).reshape(rows * side, -1)
    ink = LinearSegmentedColormap.from_list("ink", [colours.panel, colours.ink]).with_extremes(bad=colours.ground)
    low, high = data.ends
    ax.imshow(picture, cmap=ink, vmin=low, vmax=high, interpolation="nearest", **kwargs)
    ax.axis("off")


def _of_others(words: str, run: Run, data: Dataset) -> str:
    """A sentence on the test images, which says so where they are not those whose accuracy the run knows."""
    return say("{what} (not the run's own test set)", what=words) if "test images" in run.other_data(data) else words


def _scaled(style: dict[str, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Settings of an image, and what the caller says in their place: a norm has limits of its own."""
    limits = ("vmin", "vmax") if "norm" in kwargs else ()
    return {key: value for key, value in style.items() if key not in limits} | kwargs


def _side(pixels: int) -> int:
    side = isqrt(pixels)
    if side * side != pixels:
        raise ValueError(f"inputs of {pixels} numbers cannot be shown as images: {pixels} is not a square number")
    return side


def _check_finite(run: Run) -> None:
    if not np.isfinite(run.params).all():
        raise ValueError("the run diverged: its last parameters are not finite and cannot be shown")


def _outputs(run: Run, data: Dataset) -> Array:
    """Outputs (N, C) for the test images: probabilities after cross-entropy, the logits themselves otherwise."""
    _check_finite(run)
    network = run.mlp
    if data.x_test.shape[1] != network.sizes[0] or data.classes > network.sizes[-1]:
        raise InputError(
            f"data '{data.name}' with {data.x_test.shape[1]} inputs and {data.classes} classes does not fit a network "
            f"of layers {'-'.join(map(str, network.sizes))}"
        )
    with np.errstate(all="ignore"):
        parts = [network.logits(run.params, data.x_test[at : at + _CHUNK]) for at in range(0, len(data.x_test), _CHUNK)]
    logits = np.concatenate(parts).astype(np.float64)
    if not np.isfinite(logits).all():
        raise ValueError("the run diverged: its last outputs are not finite and cannot be shown")
    if not probable(run):
        return logits
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def probable(run: Run) -> bool:
    """Whether the softmax of a network's outputs is a probability, as it was trained on cross-entropy."""
    return str(run.settings["network"]["loss"]).partition(":")[0] == "cross_entropy"


def _diverging() -> Colormap:
    """From blue over the ground to orange."""
    colours = current()
    ends = colours.hues["blue"], colours.ground, colours.hues["orange"]
    return LinearSegmentedColormap.from_list("weights", ends).with_extremes(bad=colours.ground)


def _cell_size(ax: Axes, classes: int) -> float:
    """Points, of type with which a percentage fits into a cell of a confusion matrix."""
    width = ax.get_window_extent().width * 72 / ax.figure.dpi
    return float(min(0.9 * plt.rcParams["font.size"], width / classes / 3.3))


def _grid() -> tuple[int, int]:
    """Rows and columns of images, with their words above them, that a figure has room for; 3 × 8 on a slide."""
    (wide, high), size = plt.rcParams["figure.figsize"], _WORDS * plt.rcParams["font.size"] / 72
    columns = int(np.clip(wide / (7.3 * size), 1, 8))
    return max(1, int((1 - _HEADING) * high / (2.6 * size + 0.8 * wide / columns))), columns


def _image_axes(images: int, rows: int, columns: int) -> Sequence[Axes]:
    """Axes in rows and columns, which are as large as in a figure that is full of them."""
    wide, high = plt.rcParams["figure.figsize"]
    heading, a_row = _HEADING * high, (1 - _HEADING) * high / rows
    filled = max(1, -(-images // columns))
    across = max(1, -(-images // filled))
    # A heading needs its width, too.
    figure = plt.figure(figsize=(wide * max(across, 0.75 * columns) / columns, heading + filled * a_row))
    tighten(figure, h_pad=0.06, w_pad=0.06)
    return list(figure.subplots(filled, across, squeeze=False).ravel())
