"""What trajectories, runs, surfaces and planes look like in a notebook."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import singledispatch
from html import escape
from io import BytesIO
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from ..core import foreign
from ..core.numerals import number
from ..core.wording import percent, share
from ..optimizers import text
from ..planes import Plane
from ..surfaces import Surface
from ..training.run import Run
from ..walks.trajectory import Walk
from .contours import contour
from .curves import race
from .learning import learning_curves
from .names import name_of, network_name, steps_taken, title_of
from .palettes import current
from .styles import style
from .words import faithfulness, literal, of_data, say

_DPI = 60  # a slide's figure is then 768 pixels wide
_MANY = 8  # walks of one trajectory, beyond which only their number is told

Rows = Sequence[tuple[str, str]]


def html(shown: Any) -> str:
    """A picture, and a table of what it is, in the style that is in force; in the light one where that is matplotlib's
    own."""
    rows = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th><td style="text-align:left">{escape(value)}</td></tr>'
        for name, value in ((name, foreign.shown(value)) for name, value in _facts(shown))
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


@_draw.register(Walk)
def _(walk: Walk) -> Figure:
    return race(walk.terrain, walk)


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


@_draw.register
def _(run: Run) -> Figure:
    return learning_curves([run])


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
def _(surface: Surface) -> Figure:
    figure = plt.figure()
    ax = figure.subplots()
    contour(surface, ax)
    ax.set_title(literal(title_of(surface)))
    return figure


@_facts.register
def _(surface: Surface) -> Rows:
    finite = surface.loss[np.isfinite(surface.loss)]
    spread = f"{number(finite.min(), 4)} … {number(finite.max(), 4)}" if finite.size else "–"
    rows = [(say("loss"), spread), (say("grid"), f"{len(surface.xs)} × {len(surface.ys)}")]
    return [*rows, (say("data"), of_data(surface.data))] if surface.data else rows


@_draw.register
def _(plane: Plane) -> Figure:
    """How much of the movement each axis holds, and what chance would give."""
    colours, figure = current(), plt.figure(figsize=(6.4, 2.6))
    ax = figure.subplots()
    held = [plane.explained, plane.null_explained]
    if held[0] is None or held[1] is None:
        ax.axis("off")
        ax.text(0, 0.5, literal(f"{plane.kind}, {plane.origin.size:,}"), transform=ax.transAxes)
        return figure
    for row, (shares, colour) in enumerate(zip(held, (colours.ink, colours.muted), strict=True)):
        assert shares is not None
        ax.barh(row, 100 * shares[0], color=colour)
        ax.barh(row, 100 * shares[1], left=100 * shares[0], color=colour, alpha=0.5)
    ax.set(yticks=[0, 1], yticklabels=[say("these runs"), say("by chance")], xlim=(0, 100))
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(percent("{x:.0f}"))
    return figure


@_facts.register
def _(plane: Plane) -> Rows:
    return [
        (say("plane"), f"{plane.kind}; {plane.origin.size:,}"),
        ("", faithfulness(plane)),
    ]
