"""Surfaces side by side on one scale of losses, and what of them can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure

from ..core.annotations import Floats
from ..core.errors import InputError
from ..surfaces import Surface
from .catalogue import kind
from .comparable import comparisons, kind_of, told
from .contours import contour, is_strip, is_to_scale, relief
from .given import as_list, named
from .grids import points
from .labels import fitted
from .layout import settle
from .levels import round_levels, written
from .palettes import current
from .styles import tighten
from .words import literal, say, wrapped

_MOST = 8  # surfaces of a figure
_BESIDE = 4  # panels that stand side by side
_SMALL, _NARROWEST = 40, 12  # widths of a letter M: of a figure without room for reasons, and of a panel
_RESOLUTION, _LEVELS, _TICKS = 201, 14, 8
# Widths of a letter M beside all maps, under all, beside each, and over and under each, that words take.
_BAR, _UNDER, _AXIS, _OVER = 5.0, 8.0, 3.0, 5.0


class _Even(Surface):
    """A surface that is drawn on the scale of its loss, and not of the loss's logarithm."""

    @property
    def height(self) -> Literal["linear", "log"]:
        return "linear"


def compare(surfaces: Sequence[Surface], names: Sequence[str] | None = None) -> Figure:
    """Two surfaces or more side by side, with the same colours and contour lines for the same losses, one bar that
    tells these, and sentences on what can be compared and what cannot: data, networks, planes, extents, norms of random
    directions, grids and noise.

    The scale is logarithmic where all losses are above 0. names : one each; letters if None. Returns the figure.
    ValueError for fewer than two surfaces, or more than there is room for.
    """
    given = as_list(surfaces, Surface)
    if not 2 <= len(given) <= _MOST:
        raise InputError(f"{len(given)} surfaces are not allowed: from 2 to {_MOST} can be compared")
    titles = named(names, [chr(ord("A") + k) for k in range(len(given))], "surfaces")
    drawn = given if len({one.height for one in given}) == 1 else [_even(one) for one in given]
    levels = _shared(drawn)
    # Maps to scale stand together, not each in the middle of its own room.
    figure, size = plt.figure(layout="compressed"), points("axes.labelsize")
    em = float(plt.rcParams["font.size"]) / 72
    small = figure.get_figwidth() < _SMALL * em
    tighten(figure, h_pad=0.25 * em, w_pad=0.4 * em)
    rows, columns, inches = _arranged(len(drawn), figure, em)
    axes = figure.subplots(rows, columns, squeeze=False)
    for spare in axes.flat[len(drawn) :]:
        spare.remove()
    panels: list[Axes] = list(axes.flat[: len(drawn)])
    for ax, surface, title in zip(panels, drawn, titles, strict=True):
        filled = contour(surface, ax, levels=levels.tolist(), resolution=_RESOLUTION)
        if not is_to_scale(surface, surface.domain) and not is_strip(surface.domain):
            # As its neighbours, whose axes have one scale: it would fill all the room that it is given.
            (x0, x1), (y0, y1) = surface.domain
            ax.set_box_aspect((y1 - y0) / (x1 - x0))
        ax.set_anchor("N")
        ax.locator_params(nbins=3 if small or rows > 1 else 5)
        ax.set_title(fitted(title, inches, "font.size"), fontsize=size, loc="left")
        # What a map alone cannot show stands in its own picture; here it is what tells it from the others.
        ax.set_xlabel("")
        # What the cross is, is said once.
        for text in [one for one in ax.texts if ax is not panels[0] and one.get_text() == say("the network")]:
            text.remove()
        if not small:
            kind_told = wrapped(kind_of(surface), 72 * inches / (0.5 * 0.8 * size))
            ax.set_xlabel(kind_told, fontsize=0.8 * size, loc="left")
    _bar(figure, panels, filled, drawn[0], levels, upright=rows == 1 and columns < 3 and not small)
    words = told(comparisons(given, [literal(title) for title in titles]), brief=small)
    letters = 72 * 0.95 * figure.get_figwidth() / (0.47 * 0.8 * size)
    style: dict[str, Any] = {"fontsize": 0.8 * size, "color": current().muted, "ha": "left", "x": 0.02}
    figure.supxlabel(wrapped(words, letters), **style)
    settle(figure)
    return figure


@kind("surfaces on one scale, and what of them can be compared", name="compare")
def _compare(surfaces: Sequence[Surface]) -> Figure:
    return compare(surfaces)


def _even(surface: Surface) -> Surface:
    return _Even(**{field.name: getattr(surface, field.name) for field in fields(Surface)})


def _shared(surfaces: Sequence[Surface]) -> Floats:
    """Losses (k,) of contour lines for all surfaces: round ones, and the lowest and the highest of all before and after
    them."""
    ends = [relief(one, one.domain, _RESOLUTION)[3:] for one in surfaces]
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    terrain = surfaces[0]
    bottom, top = (float(10**end) if terrain.height == "log" else end for end in (low, high))
    # What lies at an edge itself would be left out.
    margin = max(1e-9 * max(abs(bottom), abs(top)), 1e-300)
    inner = round_levels(terrain, low, high, _LEVELS) if high > low else np.empty(0)
    return np.concatenate([[bottom - (margin if terrain.height == "linear" else 1e-9 * bottom)], inner, [top + margin]])


def _arranged(count: int, figure: Figure, em: float) -> tuple[int, int, float]:
    """Rows and columns of panels, so that square maps are as large as they can be, and none is too narrow for words;
    and how wide each is with its axis, in inches."""
    width, height = figure.get_size_inches() / em

    def side(columns: int) -> tuple[float, int]:
        rows = -(-count // columns)
        room = min((width - _BAR) / columns - _AXIS, (height - _UNDER) / rows - _OVER)
        # Of maps as large, those that leave no place empty.
        return room, count - rows * columns

    fitting = [columns for columns in range(1, min(count, _BESIDE) + 1) if width / columns >= _NARROWEST]
    columns = max(fitting or [1], key=side)
    return -(-count // columns), columns, (side(columns)[0] + _AXIS) * em


def _bar(
    figure: Figure, panels: Sequence[Axes], filled: QuadContourSet, surface: Surface, levels: Floats, *, upright: bool
) -> None:
    """The colours of all maps with the losses of some contour lines, at the right, or lying under them."""
    style: dict[str, Any] = {"location": "right", "fraction": 0.04, "pad": 0.02}
    if not upright:
        style = {"location": "bottom", "fraction": 0.03, "pad": 0.03, "aspect": 45, "shrink": 0.8}
    bar = figure.colorbar(filled, ax=panels, spacing="proportional", panchor=False, **style)
    inner = levels[1:-1]
    inner = inner[:: max(1, -(-len(inner) // _TICKS))]
    bar.set_ticks(surface.elevation(inner).tolist(), labels=written(inner))
    bar.ax.minorticks_off()
    bar.outline.set_visible(False)
    words = say("loss, logarithmic") if surface.height == "log" else say("loss")
    bar.set_label(words, fontsize=0.8 * points("axes.labelsize"))
