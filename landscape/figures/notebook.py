"""What objects look like in a notebook: a small picture, and a short table."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import singledispatch
from html import escape
from io import BytesIO
from itertools import pairwise
from math import isqrt
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from ..core import foreign_text
from ..core.errors import LandscapeError
from ..core.numerals import number
from ..core.wording import percent, share, term
from ..curvature import Sharpness
from ..datasets import Dataset
from ..networks import losses
from ..networks.mlp import MLP
from ..optimizers import stored, text
from ..planes import Plane
from ..surfaces import Line, Surface
from ..sweeps.bands import Sweep
from ..sweeps.table import Table
from ..terrains import Terrain
from ..training.run import Run
from ..walks.attraction import DIVERGED, Basins
from ..walks.trajectory import Walk
from .basin_maps import basins
from .catalogue import kinds
from .curves import race, sweep
from .eigenvalues import sharpness
from .learning import learning_curves
from .names import name_of, network_name, short_name, steps_taken, title_of
from .palettes import current
from .profiles import interpolation
from .recognition import draw_images
from .styles import figure_of, style
from .words import faithfulness, listed, literal, of_data, part_name, say, wrapped

_DPI = 60  # a slide's figure is then 768 pixels wide
_MANY = 8  # walks of one trajectory, beyond which only their number is told; of minima, that are told at most
_FLAT = (6.4, 2.6)  # inches of a picture that needs no more
_UNITS = 10  # of a layer, that are drawn at most
_ROWS, _ACROSS = 4, 12  # of images

Rows = Sequence[tuple[str, str]]


def html(shown: Any) -> str:
    """A picture, and a table of what it is, in the style that is in force; in the light one where that is matplotlib's
    own."""
    rows = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th><td style="text-align:left">{escape(value)}</td></tr>'
        for name, value in ((name, foreign_text.shown(value)) for name, value in _facts(shown))
    )
    picture = b64encode(png(shown)).decode()
    return (
        f'<div><img alt="{escape(type(shown).__name__)}" style="max-width:100%" src="data:image/png;base64,{picture}">'
        f"<table>{rows}</table></div>"
    )


def png(shown: Any) -> bytes:
    """The picture alone, as a PNG file."""
    theme = "light" if current().is_light else "dark"
    with style(theme):
        # Not one of pyplot's figures once it is drawn, or the notebook would show it twice.
        figure = _draw(shown)
        buffer = BytesIO()
        figure.savefig(buffer, dpi=_DPI)
        plt.close(figure)
    return buffer.getvalue()


@singledispatch
def _draw(shown: Any) -> Figure:
    raise TypeError(f"there is no picture of a {type(shown).__name__}")


@singledispatch
def _facts(shown: Any) -> Rows:
    return []


_draw.register(Walk, lambda walk: race(walk.terrain, walk))
_draw.register(Run, learning_curves)
_draw.register(Basins, basins)
_draw.register(Line, lambda line: figure_of(interpolation(line)[0]))
_draw.register(Sweep, lambda found: figure_of(sweep(found, plt.figure().subplots())[0]))
_draw.register(Sharpness, lambda found: figure_of(sharpness(found, plt.figure().subplots())[0]))


@_facts.register(Walk)
def _(walk: Walk) -> Rows:
    first, last = np.ravel(walk.loss[0]), np.ravel(walk.loss[-1])
    rows = [
        (say("terrain"), title_of(walk.terrain)),
        (say("optimizer"), text(walk.optimizer, defaults=False)),
        (say("step"), f"{int(walk.steps[0]):,} … {int(walk.steps[-1]):,}"),
    ]
    if len(first) > 1:
        rows.append((say("walks"), f"{len(first):,}"))
    if len(first) <= _MANY:
        ends = (f"{number(a, 4)} → {number(b, 4)}" for a, b in zip(first, last, strict=True))
        rows.append((say("loss"), "; ".join(ends)))
    outside = int(np.sum(walk.outside))
    lost = [(say("diverged"), int(np.sum(walk.diverged)) - outside), (say("loss undefined"), outside)]
    return rows + [(how, f"{count:,}") for how, count in lost if count]


@_facts.register
def _(run: Run) -> Rows:
    planned = int(run.settings["steps"])
    accuracy = say("diverged") if run.diverged else share(run.test_accuracy, 2)
    return [
        (say("network"), f"{network_name(run)}; {run.params.size:,}"),
        (say("optimizer"), name_of(run.optimizer)),
        (say("step"), f"{steps_taken(run):,} / {planned:,}"),
        (say("test accuracy"), accuracy),
        (say("seconds"), f"{run.seconds:.1f}"),
    ]


@_draw.register
def _(terrain: Terrain) -> Figure:
    try:
        return kinds.get("contour").draw(terrain=terrain)
    # What has no ground to be drawn, or whose class is not there.
    except (ValueError, LandscapeError) as error:
        return _told(str(error))


@_facts.register
def _(terrain: Terrain) -> Rows:
    (x0, x1), (y0, y1) = terrain.domain
    rows = [
        (say("terrain"), title_of(terrain)),
        (say("domain"), f"{number(x0, 4)} … {number(x1, 4)}, {number(y0, 4)} … {number(y1, 4)}"),
        (say("start"), _point(terrain.start)),
    ]
    return [*rows, (say("minima"), "; ".join(map(_point, terrain.minima)))] if len(terrain.minima) else rows


@_facts.register
def _(surface: Surface) -> Rows:
    finite = surface.loss[np.isfinite(surface.loss)]
    spread = f"{number(finite.min(), 4)} … {number(finite.max(), 4)}" if finite.size else "–"
    rows = [(say("loss"), spread), (say("grid"), f"{len(surface.xs)} × {len(surface.ys)}")]
    return [*rows, (say("data"), of_data(surface.data))] if surface.data else rows


@_draw.register
def _(plane: Plane) -> Figure:
    """How much of the movement each axis holds, and what chance would give."""
    if plane.explained is None or plane.null_explained is None:
        return _told(listed([say(str(plane.kind)), f"{plane.origin.size:,}"]))
    colours, figure = current(), plt.figure(figsize=_FLAT)
    ax = figure.subplots()
    for row, (shares, colour) in enumerate(((plane.explained, colours.ink), (plane.null_explained, colours.muted))):
        ax.barh(row, 100 * shares[0], color=colour)
        ax.barh(row, 100 * shares[1], left=100 * shares[0], color=colour, alpha=0.5)
    ax.set(yticks=[0, 1], yticklabels=[say("these runs"), say("by chance")], xlim=(0, 100))
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(percent("{x:.0f}"))
    return figure


@_facts.register
def _(plane: Plane) -> Rows:
    return [(say("plane"), f"{say(str(plane.kind))}; {plane.origin.size:,}"), ("", faithfulness(plane))]


@_draw.register
def _(network: MLP) -> Figure:
    """A column of units for each layer, all of them joined to the next ones."""
    colours, figure = current(), plt.figure(figsize=_FLAT)
    ax = figure.subplots()
    columns = [np.linspace(0.1, 0.9, min(size, _UNITS)) if size > 1 else np.array([0.5]) for size in network.sizes]
    for k, (here, there) in enumerate(pairwise(columns)):
        ends = np.stack(np.meshgrid(here, there), axis=-1).reshape(-1, 2)
        ax.plot([k, k + 1], ends.T, color=colours.muted, lw=0.4, alpha=0.5, zorder=1)
    for k, (units, size) in enumerate(zip(columns, network.sizes, strict=True)):
        ax.plot(np.full(len(units), k), units, "o", color=colours.ink, ms=5)
        ax.text(k, -0.03, f"{size:,}", ha="center", va="top")
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-0.15, 1))
    ax.axis("off")
    return figure


@_facts.register
def _(network: MLP) -> Rows:
    own = network.settings
    rows = [(say("layers"), "-".join(map(str, network.sizes)))]
    if len(network.sizes) > 2:
        rows.append((say("activation"), part_name(own["activation"])))
    return [
        *rows,
        (say("weights drawn by"), listed([part_name(own["init"]), say("seed {seed}", seed=own["seed"])])),
        (say("loss"), part_name(losses.text(network.loss, defaults=False))),
        (say("parameters"), f"{network.params.size:,}"),
    ]


@_facts.register
def _(line: Line) -> Rows:
    ends = " → ".join(number(end, 4) for end in line.ends)
    rows = [(say("loss"), ends), (say("barrier"), number(line.barrier, 3))]
    return [*rows, (say("data"), of_data(line.data))] if line.data else rows


@_facts.register
def _(found: Sweep) -> Rows:
    arrived = np.isfinite(found.score)
    rows = [
        (say("optimizer"), short_name(found.optimizer)),
        (say("learning rate"), f"{number(found.lrs[0])} … {number(found.lrs[-1])}"),
    ]
    if arrived.any():
        best = int(np.argmin(np.where(arrived, found.score, np.inf)))
        rows.append((say("best"), listed([number(found.score[best], 4), f"{term('lr')} {number(found.lrs[best], 4)}"])))
    return rows


@_draw.register
def _(table: Table) -> Figure:
    """Of networks the matrix, of walks the bands; all lines where these have no room."""
    kind = kinds.get("rate-bands" if table.settings.get("terrain") else "coevolution")
    try:
        return kind.draw(table=table)
    except ValueError:
        plt.close(plt.gcf())
        return kinds.get("parallel").draw(table=table) if len(table) else _told(repr(table))


@_facts.register
def _(table: Table) -> Rows:
    names = {group[0]: short_name(stored(str(group[0]))) for group in table.groups("optimizer")}
    lrs = table["lr"]
    rows = [(say("optimizer"), "; ".join(names.values()))]
    if len(lrs):
        rows.append((say("learning rate"), f"{number(lrs.min())} … {number(lrs.max())}"))
    words = {"done": say("done"), "diverged": say("diverged"), "failed": say("failed"), "cut": say("cut")}
    return [*rows, *((words.get(status, status), f"{count:,}") for status, count in table.counts.items() if count)]


@_facts.register
def _(found: Basins) -> Rows:
    rows = [
        (say("terrain"), title_of(found.terrain)),
        (say("optimizer"), text(found.optimizer, defaults=False)),
        (say("walks"), f"{found.reached.size:,}"),
        (say("step"), f"{found.steps:,}"),
    ]
    ends = [(_point(minimum), share(found.share(k))) for k, minimum in enumerate(found.minima[:_MANY])]
    lost = found.share(DIVERGED)
    return [*rows, *ends, *([(say("diverged"), share(lost))] if lost else [])]


@_facts.register
def _(found: Sharpness) -> Rows:
    ends = f"{number(found.eigenvalues[0, 0], 4)} → {number(found.eigenvalues[-1, 0], 4)}"
    rows = [(say("optimizer"), name_of(found.optimizer)), (say("largest eigenvalue"), ends)]
    return [*rows, (say("data"), of_data(found.data))] if found.data else rows


@_draw.register
def _(data: Dataset) -> Figure:
    """The first training images, or how many there are of each class where they are not square."""
    figure, pixels = plt.figure(figsize=_FLAT), data.x_train.shape[1]
    ax = figure.subplots()
    if isqrt(pixels) ** 2 != pixels:
        ax.bar(np.arange(data.classes), np.bincount(data.y_train, minlength=data.classes), color=current().muted)
        ax.set(xlabel=say("class"), title=say("training images"))
        return figure
    draw_images(data.x_train, data, ax, _ROWS, _ACROSS)
    return figure


@_facts.register
def _(data: Dataset) -> Rows:
    return [
        (say("data"), data.name),
        (say("training images"), f"{len(data.x_train):,}"),
        (say("test images"), f"{len(data.x_test):,}"),
        (say("pixels"), f"{data.x_train.shape[1]:,}; {data.scaling}" if data.scaling else f"{data.x_train.shape[1]:,}"),
        (say("classes"), f"{data.classes}"),
    ]


def _told(words: str) -> Figure:
    """A picture of words alone."""
    figure = plt.figure(figsize=_FLAT)
    ax = figure.subplots()
    ax.axis("off")
    ax.text(0, 0.5, literal(wrapped(words, 80)), transform=ax.transAxes)
    return figure


def _point(xy: Any) -> str:
    return "({}, {})".format(*(number(float(value), 4) for value in xy))
