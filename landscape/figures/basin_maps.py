"""Basins of attraction: which minimum is reached from where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from ..core.checks import Count
from ..core.wording import share
from ..terrains import Terrain
from ..walks import attraction
from ..walks.attraction import DIVERGED, ON_THE_WAY, OUTSIDE, Basins
from .catalogue import kind
from .contours import across, heights, is_to_scale, level_label, star
from .given import as_list, panels
from .labels import fitted
from .names import name_of, title_of
from .palettes import current
from .styles import figure_of, is_wide, tighten, width_of
from .words import caveat, enumerated, literal, say, wrapped

# More minima than that are not lettered.
_LETTERS = "ABCDEFGHI"
_LETTERED = len(_LETTERS)


def basins(found: Basins | Sequence[Basins], axes: Axes | Sequence[Axes] | None = None) -> Figure:
    """The starts of one or several optimizers, coloured by the minimum that each reaches; a panel an optimizer.

    Minima are marked and lettered from the lowest on, with the share of starts that reach them. Starts that end
    elsewhere are grey, those that diverge have the ground's colour. Where minima form a curve the loss at the end is
    shown instead, from the lowest to the highest of all panels, and divergence in orange.

    axes : as many as there are basins; a new figure if None. Returns the figure. ValueError if there are no basins.
    """
    found = as_list(found, Basins, "basins")
    given = axes
    if given is None:
        figure = plt.figure(layout="constrained")
        most = max(4, -(-len(found) // 2)) if is_wide(figure) else 2
        rows = -(-len(found) // most)
        columns = -(-len(found) // rows)
        if rows > 1:
            em = float(plt.rcParams["font.size"]) / 72
            tighten(figure, h_pad=0.1 * em, w_pad=0.1 * em)
        cells = list(figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel())
        axes = cells[: len(found)]
        for over, unused in zip(cells[len(found) - columns :], cells[len(found) :], strict=False):
            over.tick_params(labelbottom=True)
            unused.remove()
        inches = width_of(axes[0]) / columns
    else:
        axes = panels(given, len(found))
        inches = axes[0].get_window_extent().width / axes[0].figure.dpi
    scale = _scale(found)
    for one, panel in zip(found, axes, strict=True):
        _panel(one, panel, scale, inches, small=given is None and rows > 1)
    if len(found) > 1:
        isolated = len(found[0].minima) > 0
        question = say("which minimum is reached from where") if isolated else say("how low walks end from where")
        words = say("{what}: {facts}", what=title_of(found[0].terrain), facts=question)
        axes[0].figure.suptitle(fitted(words, 0.95 * width_of(axes[0]), "figure.titlesize"))
    return figure_of(axes[0])


@kind("which minimum is reached from where", name="basins")
def _basins(
    terrain: Terrain, optimizers: Sequence[str], *, steps: Annotated[Count, "That walks take."] = 200
) -> Figure:
    return basins([attraction.basins(terrain, text, steps=steps) for text in optimizers])


def _scale(found: Sequence[Basins]) -> tuple[float, float]:
    """The lowest and the highest elevation at which a walk of any panel ends."""
    ends = np.concatenate([one.terrain.elevation(one.loss).ravel() for one in found])
    ends = ends[np.isfinite(ends)]
    return (float(ends.min()), float(ends.max())) if len(ends) else (0.0, 0.0)


def _panel(one: Basins, ax: Axes, scale: tuple[float, float], inches: float, small: bool) -> None:
    """One panel, with words under it that are no wider than so many inches; a small one in smaller type, and without
    letters."""
    colours = current()
    xs, ys, loss = one.terrain.grid(201, 201)
    # One scale for all panels: the heights that the terrain has on this map.
    elevation, low, high = heights(one.terrain, loss)
    # Each start is the middle of its pixel.
    half_x, half_y = 0.5 * np.diff(one.xs[:2])[0], 0.5 * np.diff(one.ys[:2])[0]
    picture: dict[str, Any] = {
        "extent": (xs[0] - half_x, xs[-1] + half_x, ys[0] - half_y, ys[-1] + half_y),
        "origin": "lower",
        "interpolation": "nearest",
    }
    if len(one.minima):
        ax.imshow(_coloured(one), **picture)
        lettered = not small and len(one.minima) <= _LETTERED
        if lettered:
            _letter(one, ax)
        else:
            ax.plot(*one.minima.T, **(star() | {"ms": 7 if len(one.minima) <= _LETTERED else 4}))
        shares = _reached(one, lettered)
    else:
        colormap = colours.colormap.with_extremes(bad=colours.categories[5])
        ends = one.terrain.elevation(one.loss)
        ends = np.where(np.isfinite(ends), ends, np.nan)
        ax.imshow(ends, cmap=colormap, vmin=scale[0], vmax=scale[1], **picture)
        shares = _drawn(one, ends)
    away = one.share(ON_THE_WAY)
    if away and len(one.minima):
        shares.append(say("{share} end elsewhere", share=share(away)))
    isolated = len(one.minima) > 0
    if lost := one.share(DIVERGED):
        shares.append(say("{share} diverge" if isolated else "{share} diverge (orange)", share=share(lost)))
    if left := one.share(OUTSIDE):
        shares.append(
            say("{share} without a loss" if isolated else "{share} without a loss (orange)", share=share(left))
        )
    if one.terrain.is_plane:
        shares.append(caveat(one.terrain, to_scale=is_to_scale(one.terrain, one.terrain.domain)))
    else:
        shares.insert(0, across(one.terrain, one.terrain.domain))
        cell = ax.get_subplotspec()
        if cell is None or cell.is_first_col():
            ax.set_ylabel(literal(one.terrain.coordinates[1]), rotation=0, va="center")
    if high > low:
        ax.contour(xs, ys, elevation, 12, colors=colours.ink, linewidths=0.5, alpha=0.3)
    ax.grid(False)
    (x0, x1), (y0, y1) = one.terrain.domain
    ax.set(xlim=(x0, x1), ylim=(y0, y1))
    # A strip becomes a square.
    ax.set_aspect("equal" if is_to_scale(one.terrain, one.terrain.domain) else (x1 - x0) / (y1 - y0))
    size = (0.7 if small else 0.85) * float(ax.xaxis.label.get_fontsize())
    if small:
        ax.tick_params(labelsize=size)
        ax.yaxis.label.set_fontsize(size)
        ax.set_title(wrapped(literal(name_of(one.optimizer)), 72 * inches / (0.55 * size)), fontsize=size, loc="center")
    else:
        ax.set_title(fitted(name_of(one.optimizer), 0.9 * inches))
    words = wrapped("\n".join(shares), 72 * inches / (0.47 * size))
    ax.set_xlabel(words, color=colours.muted, fontsize=size)


def _reached(one: Basins, lettered: bool) -> list[str]:
    """Who reaches what is lowest, in words: the minimum, or one of several that are equally low."""
    lowest = one.lowest
    together = share(sum(one.share(k) for k in lowest))
    if len(one.minima) == 1:
        return [say("{share} reach it", share=together)]
    if len(lowest) == 1:
        return [say("{share} reach the lowest", share=together)]
    if not lettered:
        return [say("{share} reach one of the {count} lowest", share=together, count=len(lowest))]
    names = enumerated([_LETTERS[k] for k in lowest])
    return [say("{share} reach a lowest one", share=together), say("{names} are equally low", names=names)]


def _drawn(one: Basins, ends: NDArray[np.float64]) -> list[str]:
    """What the darkest and the lightest of a panel's starts end at."""
    known = ends[np.isfinite(ends)]
    if not len(known):
        return []
    low, high = (level_label(one.terrain, float(end)) for end in (known.min(), known.max()))
    if low == high:
        return [say("all end at a loss of {loss}", loss=low)]
    return [say("dark: loss {low}, light: {high}", low=low, high=high)]


def _coloured(one: Basins) -> NDArray[np.float64]:
    """An RGB picture of the starts (ny, nx, 3)."""
    colours = current()
    ground = np.array(to_rgb(colours.ground))
    hues = np.array([to_rgb(hue) for hue in colours.categories])
    picture = np.empty((*one.reached.shape, 3))
    picture[one.reached == ON_THE_WAY] = 0.72 * ground + 0.28 * np.array(to_rgb(colours.muted))
    picture[(one.reached == DIVERGED) | (one.reached == OUTSIDE)] = ground
    for k, hue in enumerate(_spread_colours(one.minima, len(hues))):
        picture[one.reached == k] = 0.3 * ground + 0.7 * hues[hue]
    return picture


def _spread_colours(minima: NDArray[np.float64], colours: int) -> list[int]:
    """A colour for each minimum; where there are more minima than colours, the same ones lie far apart."""
    chosen: list[int] = []
    for k, minimum in enumerate(minima):
        if k < colours:
            chosen.append(k)
            continue
        distance = np.hypot(*(minima[:k] - minimum).T)
        nearest = [distance[np.array(chosen) == colour].min() for colour in range(colours)]
        chosen.append(int(np.argmax(nearest)))
    return chosen


def _letter(one: Basins, ax: Axes) -> None:
    colours = current()
    size = 0.72 * plt.rcParams["font.size"]
    (x0, x1), (y0, y1) = one.terrain.domain
    places = (one.minima - [x0, y0]) / [x1 - x0, y1 - y0]
    taken = list(places)
    for k, (x, y) in enumerate(places):
        others = [other for i, other in enumerate(taken) if i != k]
        ax.plot(*one.minima[k], **star())
        # Above or below, where other minima and words are farther away and the border is not in the way.
        sides = [side for side in (1, -1) if 0.12 < y + 0.09 * side < 0.95] or [1 if y < 0.5 else -1]
        spots = {side: np.array([x, y + 0.08 * side]) for side in sides}
        room = {
            side: min([float(np.hypot(*(spot - other))) for other in others] or [0]) for side, spot in spots.items()
        }
        side = max(room, key=room.__getitem__)
        taken.append(spots[side])
        ax.annotate(
            f"{_LETTERS[k]}  {share(one.share(k))}",
            tuple(one.minima[k]),
            xytext=(0, 9 * side),
            textcoords="offset points",
            ha="left" if x < 0.14 else "right" if x > 0.86 else "center",
            va="bottom" if side > 0 else "top",
            fontsize=size,
            weight="bold",
            path_effects=[withStroke(linewidth=3, foreground=colours.ground, alpha=0.85)],
        )
