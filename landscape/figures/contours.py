"""A terrain from above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import Normal, Stroke
from matplotlib.quiver import Quiver
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from ..core.annotations import Floats
from ..core.checks import within
from ..core.errors import InputError
from ..core.numerals import number
from ..surfaces import Surface
from ..terrains import Domain, Terrain
from ..walks.trajectory import Walk
from .exits import inside
from .given import as_list, as_terrain, check_walks
from .levels import LARGEST, round_levels, written
from .palettes import current
from .words import caveat, literal, say, wrapped

_MARGIN = 0.07  # of the map, in which no number of a contour line stands
_LONGEST = 3.0  # sides' ratio of a plane's map to scale; a longer one would be a strip
_LINES = 5  # of words under a map, as far as there is room for them
_SHORTEST = 0.2  # of the longest arrow, so that gentle slopes show a direction, too


def contour(
    terrain: Terrain | str,
    ax: Axes | None = None,
    *,
    domain: Domain | None = None,
    levels: int | Sequence[float] = 14,
    resolution: int = 301,
    avoid: Walk | Sequence[Walk] = (),
    **kwargs: Any,
) -> QuadContourSet:
    """Draw a terrain as a map: filled contours at round losses, about evenly spaced in elevation, thin lines with the
    loss on them, and a star at each minimum that is known.

    Both axes have one scale, so that angles are true and steps against the gradient stand at right angles to contours;
    but for long strips, and for planes through weight space whose axes are not at right angles or of one scale, at
    which words say so. Under a plane stands how much of the movement it holds, and a cross marks each network that it
    was laid around, or through. Of a `PlaneTerrain`, which takes its time for every point, the surface is drawn. Level
    ground has one colour, and its loss in a corner.

    Parameters
    ----------
    terrain : the terrain, or its notation, such as "ravine:kappa=100".
    ax : axes to draw into; the current ones if None.
    domain : ((x0, x1), (y0, y1)), the part to be drawn; the terrain's own if None.
    levels : about how many there are; or the losses at which they lie.
    resolution : grid points along each axis.
    avoid : trajectories on it whose paths the numbers on contour lines stay clear of.
    kwargs : passed on to `Axes.contourf`.

    Returns the filled contour set. Its levels are elevations, so logarithms of the loss where the terrain says so.
    """
    terrain, avoid, resolution = as_terrain(terrain), as_list(avoid, Walk), within("resolution", resolution, 2, 5000)
    check_walks(terrain, avoid)
    ax = plt.gca() if ax is None else ax
    colours = current()
    xlim, ylim = terrain.domain if domain is None else domain
    terrain = terrain.seen((xlim, ylim))
    xs, ys, elevation, low, high = relief(terrain, (xlim, ylim), resolution)
    level = high == low
    if isinstance(levels, int):
        levels = within("levels", levels, 1, 1000)
        # Level ground, such as where a ReLU is dead, is drawn in one colour.
        top = low + max(1.0, abs(low)) if level else high
        inner = np.empty(0) if level else terrain.elevation(round_levels(terrain, low, high, levels))
        # What lies at the lowest edge itself would be left out.
        edges = np.concatenate([[np.nextafter(low, -np.inf)], inner, [top]])
    else:
        edges = terrain.elevation(np.sort(np.asarray(levels, dtype=np.float64)))
    style: dict[str, Any] = {} if "colors" in kwargs else {"cmap": colours.colormap}
    style = {"zorder": 0} | style | kwargs
    filled = ax.contourf(xs, ys, elevation, edges, **style)
    vars(filled)["terrain"] = terrain  # for those who draw walks onto the map
    crossed = (edges[1:-1] > low) & (edges[1:-1] < high)
    if crossed.any():
        # Solid, as matplotlib would dash those where the logarithm is negative.
        thin: dict[str, Any] = {"linewidths": 0.7, "linestyles": "solid", "alpha": 0.4, "zorder": 1}
        lines = ax.contour(xs, ys, elevation, edges[1:-1], colors=colours.ink, **thin)
        _label(lines, edges[1:-1], terrain, ax, [walk.x.reshape(-1, 2) for walk in avoid])
    elif level:
        _say_level(terrain, elevation, ax)
    ax.grid(False)
    ax.set(xlim=xlim, ylim=ylim)
    for axis in (ax.xaxis, ax.yaxis):
        if axis.get_scale() == "linear":
            axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    if is_to_scale(terrain, (xlim, ylim)):
        ax.set_aspect("equal", anchor="N")
    if terrain.is_plane:
        admit(terrain, ax, walks=avoid)
        _mark_networks(terrain, ax, avoid)
    else:
        ax.set_xlabel(literal(across(terrain, (xlim, ylim))))
        ax.set_ylabel(literal(terrain.coordinates[1]), rotation=0, va="center")
    _mark_minima(terrain, (xlim, ylim), ax)
    return filled


def relief(terrain: Terrain, domain: Domain, resolution: int) -> tuple[Floats, Floats, Floats, float, float]:
    """xs (n,), ys (n,), the elevations (n, n) at which a map of that part is drawn, nan where nothing is known, and the
    lowest and the highest of them; see `heights`."""
    xs, ys = (np.linspace(*side, resolution) for side in domain)
    with np.errstate(all="ignore"):
        loss = terrain.value(points := np.stack(np.meshgrid(xs, ys), axis=-1))
    if terrain.is_bounded:
        # Beyond its grid nothing is known.
        loss = np.where(inside(points, terrain.domain), loss, np.nan)
    return xs, ys, *heights(terrain, loss)


def is_to_scale(terrain: Terrain, domain: Domain) -> bool:
    """Whether a terrain's map has one scale: not that of a long strip, nor of a plane whose own two axes differ."""
    return terrain.to_scale and not is_strip(domain)


def across(terrain: Terrain, domain: Domain) -> str:
    """The name of a map's axis across, and that it is not to the other's scale, where it is not."""
    x, y = terrain.coordinates
    return x if is_to_scale(terrain, domain) else say("{x}, not to the scale of {y}", x=x, y=y)


def is_strip(domain: Domain) -> bool:
    """Whether a map to scale would be too long to be read."""
    across, down = (abs(high - low) for low, high in domain)
    return not 1 / _LONGEST < across / down < _LONGEST


def _mark_minima(terrain: Terrain, domain: Domain, ax: Axes) -> None:
    """A star at each minimum that is known and on the map."""
    minima = np.reshape(terrain.minima, (-1, 2))
    ax.plot(*minima[inside(minima, np.sort(domain, axis=1))].T, **star())


def star() -> dict[str, Any]:
    """How minima are marked on maps."""
    width = float(plt.rcParams["lines.linewidth"])
    face: dict[str, Any] = {"color": current().star, "mec": current().ink, "mew": 0.35 * width, "ms": 5.5 * width}
    return face | {"ls": "", "marker": "*", "label": "_minima", "zorder": 2.5}


def networks_seen(terrain: Terrain, domain: Domain, walks: Sequence[Walk]) -> Floats:
    """The networks (n, 2) that a terrain's plane was laid around, or through, and that a map is to mark: those on it,
    but for where a walk's own end is."""
    low, high = np.transpose(domain)
    ends = np.concatenate([np.empty((0, 2)), *(walk.x[[0, -1]].reshape(-1, 2) for walk in walks)])
    places, shares = (terrain.networks - low) / (high - low), (ends - low) / (high - low)
    shown = (np.abs(shares - places[:, None]) < _MARGIN).all(axis=2).any(axis=1)
    return np.asarray(terrain.networks[inside(places, ((0, 1), (0, 1))) & ~shown])


def _mark_networks(terrain: Terrain, ax: Axes, walks: Sequence[Walk]) -> None:
    """A cross at each network that the plane was laid around, or through, but where a walk's own end is."""
    width, size = float(plt.rcParams["lines.linewidth"]), 0.75 * float(plt.rcParams["font.size"])
    casing = [Stroke(linewidth=0.8 * width + 2, foreground=current().ground), Normal()]
    for x, y in networks_seen(terrain, (ax.get_xlim(), ax.get_ylim()), walks):
        style: dict[str, Any] = {"color": current().ink, "mew": 0.8 * width, "ms": 5.5 * width, "label": "_network"}
        ax.plot(x, y, "+", zorder=2.6, path_effects=casing, **style)
        if len(terrain.networks) == 1:
            side: dict[str, Any] = {"xytext": (0.4 * size, 0.3 * size), "textcoords": "offset points", "zorder": 2.6}
            text = ax.annotate(say("the network"), (x, y), fontsize=size, **side)
            text.set_path_effects([Stroke(linewidth=2.5, foreground=current().ground), Normal()])


def quiver(terrain: Terrain | str, ax: Axes | None = None, arrows: int = 17, **kwargs: Any) -> Quiver:
    """Draw the way downhill, −gradient, as arrows over what the axes show, or over the terrain's domain if they are
    empty.

    Directions are exact. Lengths grow with the cube root of the slope, and none is shorter than a fifth of the longest,
    so that plateaus show a direction, too; where the gradient is 0 there is a dot, and where it is not finite, nothing.
    A surface with `slopes` shows those, at points of its grid; any other terrain its `gradient`.

    arrows : in a row; columns have as many as stand equally close together. kwargs are passed on to `Axes.quiver`.
    Returns the arrows, whose U and V (n,) are such that 1 is the distance between two of them.
    """
    arrows = within("arrows", arrows, 1, 1000)
    terrain = as_terrain(terrain)
    ax = plt.gca() if ax is None else ax
    shown = (ax.get_xlim(), ax.get_ylim()) if ax.has_data() else terrain.domain
    (x0, x1), (y0, y1) = [
        np.clip(sorted(one), *side) if terrain.is_bounded else sorted(one)
        for one, side in zip(shown, terrain.domain, strict=True)
    ]
    box = ax.get_window_extent()
    rows = max(1, round(arrows * box.height / box.width))
    xs, ys, slopes = _middles(x0, x1, arrows), _middles(y0, y1, rows), None
    if isinstance(terrain, Surface) and terrain.slopes is not None:
        i, j = _every(terrain.xs, x0, x1, arrows), _every(terrain.ys, y0, y1, rows)
        # A view between two lines of the grid has none of its points.
        if i.size and j.size:
            xs, ys, slopes = terrain.xs[i], terrain.ys[j], terrain.slopes[np.ix_(j, i)]
    if slopes is None:
        slopes = terrain.gradient(np.stack(np.meshgrid(xs, ys), axis=-1))
    u, v = np.moveaxis(_downhill(slopes), -1, 0)
    colours = current()
    style: dict[str, Any] = {
        "angles": "xy",
        "scale_units": "width",
        "scale": np.ptp(shown[0]) / (xs[1] - xs[0]) if len(xs) > 1 else 1.0,
        "pivot": "mid",
        "units": "width",
        "width": 0.045 / len(xs),
        "headwidth": 4.0,
        "headlength": 4.5,
        "headaxislength": 4.0,
        "minlength": 2.2,
        "color": colours.ink,
        "alpha": 0.85,
        "zorder": 2,
    }
    drawn = ax.quiver(*np.meshgrid(xs, ys), u, v, **(style | kwargs))
    ax.set(xlim=shown[0], ylim=shown[1])
    if terrain.is_plane:
        admit(terrain, ax)
    return drawn


def heights(terrain: Terrain, loss: Floats) -> tuple[Floats, float, float]:
    """The elevations at which losses (...) are drawn, nan where they cannot be, and the lowest and the highest of them:
    the same twice where they differ by rounding alone.

    ValueError if none can be drawn, or only lines of a grid (rows, columns), or if most of the finite ones are too
    large: what is left would not be what the terrain is like.
    """
    elevation = terrain.elevation(loss)
    finite = np.isfinite(elevation)
    # On the logarithmic scale an elevation is a power of ten.
    known = finite & (np.abs(elevation) < (np.log10(LARGEST) if terrain.height == "log" else LARGEST))
    elevation = np.where(known, elevation, np.nan)
    if not _can_be_drawn(known):
        raise InputError(f"terrain '{terrain.name}' has no ground with a finite loss below 1e300: nothing can be drawn")
    if 2 * np.count_nonzero(known) < np.count_nonzero(finite):
        raise InputError(f"most of terrain '{terrain.name}' has a loss beyond 1e300: it cannot be drawn")
    drawn = elevation[known]
    low, high = float(drawn.min()), float(drawn.max())
    # A share of the loss is as much everywhere on the scale of its logarithm.
    unit = 1.0 if terrain.height == "log" else 0.0
    least = max(terrain.rounding * max(abs(low), abs(high), unit), 1 / LARGEST)
    return elevation, low, high if high - low > least else low


def _can_be_drawn(known: NDArray[np.bool_]) -> bool:
    """Whether something is known and, of a grid (rows, columns), three corners of a cell, and not mere lines."""
    if known.ndim != 2:
        return bool(known.any())
    pairs = known[1:].astype(np.uint8) + known[:-1]
    return bool((pairs[:, 1:] + pairs[:, :-1] > 2).any())


def level_label(terrain: Terrain, elevation: float, apart: float = np.inf) -> str:
    """The loss at an elevation, short enough to stand on a contour line: in two digits, or in as many as tell it from
    the loss at another elevation so far `apart`."""
    loss = elevation
    if terrain.height == "log":
        with np.errstate(over="ignore"):
            loss, apart = max(10**elevation - terrain.floor, 0.0), 10**elevation * float(np.expm1(np.log(10) * apart))
    return number(loss, 2, apart)


def admit(terrain: Terrain, ax: Axes, inches: float | None = None, walks: Sequence[Walk] = ()) -> None:
    """Say under a map with walks what it cannot show, no wider than so many inches, or than the axes."""
    (x0, x1), (y0, y1) = terrain.domain
    # Of runs that were projected, losses are the network's own everywhere.
    places = [walk.x.reshape(-1, 2) for walk in walks if walk.on_ground]
    reached = np.concatenate([*places, np.transpose([ax.get_xlim(), ax.get_ylim()])])
    beyond = bool((reached < [x0, y0]).any() or (reached > [x1, y1]).any())
    size = 0.85 * FontProperties(size=plt.rcParams["axes.labelsize"]).get_size_in_points()
    inches = ax.get_window_extent().width / ax.figure.dpi if inches is None else inches
    to_scale = is_to_scale(terrain, (ax.get_xlim(), ax.get_ylim()))
    said = caveat(terrain, beyond, to_scale)
    words = wrapped(said, max(30.0, 72 * inches / (0.47 * size)))
    if (lines := words.count("\n") + 1) > _LINES:
        # More than there is room for under a map: smaller, and so wider.
        size *= _LINES / lines
        words = wrapped(said, max(30.0, 72 * inches / (0.47 * size)))
    ax.set_xlabel(words, color=current().muted, fontsize=size, loc="left")


def _say_level(terrain: Terrain, elevation: Floats, ax: Axes) -> None:
    """Write the loss on a map of one colour, on which there is no line to write it on."""
    loss = level_label(terrain, float(np.nanmin(elevation)))
    exact = np.nanmin(elevation) == np.nanmax(elevation)
    words = say("level: loss {loss}", loss=loss) if exact else say("level, but for rounding: loss {loss}", loss=loss)
    size = 0.7 * float(plt.rcParams["font.size"])
    place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "xytext": (0.6 * size,) * 2}
    ax.annotate(words, (0, 0), color=current().ink, fontsize=size, alpha=0.95, label="_level", zorder=2, **place)


def _label(lines: QuadContourSet, levels: Floats, terrain: Terrain, ax: Axes, paths: Sequence[Floats]) -> None:
    """Write the loss on every second or third contour line, away from the map's border, from paths (n, 2), and from one
    another."""
    losses = levels if terrain.height == "linear" else 10**levels - terrain.floor
    texts = dict(zip(levels.tolist(), written(losses), strict=True))
    levels = levels[1 :: 3 if len(levels) > 9 else 2] if len(levels) > 3 else levels
    corner, sides = np.array([ax.get_xlim()[0], ax.get_ylim()[0]]), np.ptp([ax.get_xlim(), ax.get_ylim()], axis=1)
    with np.errstate(over="ignore"):
        walked = [_few((path - corner) / sides) for path in paths]
    drawn = [_few((path.vertices - corner) / sides) for path in lines.get_paths()]
    places: list[Floats] = []
    for k in [int(np.argmin(np.abs(lines.levels - level))) for level in levels]:
        spots = drawn[k][(np.abs(drawn[k] - 0.5) < 0.5 - _MARGIN).all(axis=1)]
        if len(spots):
            # The point of the line that is farthest from the border, from other numbers, lines and paths.
            room = [0.5 - np.abs(spots - 0.5).max(axis=1), *(0.6 * np.hypot(*(spots - other).T) for other in places)]
            room += [3.0 * _distance(spots, other) for other in drawn[:k] + drawn[k + 1 :]]
            room += [_distance(spots, path) for path in walked]
            best = int(np.min(room, axis=0).argmax())
            if np.min(room, axis=0)[best] > _MARGIN:
                places.append(spots[best])
    if places:
        size = 0.7 * float(plt.rcParams["font.size"])
        lines.clabel(
            levels,
            fontsize=size,
            fmt=lambda level: texts[min(texts, key=lambda known: abs(known - level))],
            manual=[corner + sides * one for one in places],
        )
        for text in lines.labelTexts:
            text.set(alpha=0.95, clip_on=True)


def _few(points: Floats) -> Floats:
    """Some 300 of points (n, 2) that are near the unit square."""
    near = points[(np.abs(points) < 2).all(axis=1)]
    return near[:: max(1, len(near) // 300)]


def _distance(points: Floats, others: Floats) -> Floats:
    """How far each of points (n, 2) is from the nearest of others (m, 2), shape (n,)."""
    apart = np.hypot(*np.moveaxis(points[:, None] - others, -1, 0))
    return np.asarray(apart.min(axis=1, initial=np.inf))


def _middles(low: float, high: float, parts: int) -> Floats:
    """The middle (parts,) of each of as many equal parts."""
    edges = np.linspace(low, high, parts + 1)
    return np.asarray((edges[1:] + edges[:-1]) / 2)


def _every(places: Floats, low: float, high: float, count: int) -> NDArray[np.int64]:
    """Indices of about `count` of the places from low to high, equally far apart."""
    seen = np.flatnonzero((places >= low) & (places <= high))
    stride = max(1, round(len(seen) / count))
    return seen[(len(seen) - 1) % stride // 2 :: stride]


def _downhill(slopes: Floats) -> Floats:
    """Arrows (ny, nx, 2) against the slopes (ny, nx, 2), of lengths up to 0.85; nan where a slope is not finite."""
    with np.errstate(invalid="ignore", over="ignore"):
        # In two steps, as squares of very small or very large slopes would leave the floats' range.
        largest = np.abs(slopes).max(axis=-1)
        direction = slopes / np.where(largest > 0, largest, 1.0)[..., None]
        norm = np.hypot(*np.moveaxis(direction, -1, 0))
        steepness = norm * largest
        steep = steepness[np.isfinite(steepness) & (steepness > 0)]
        most = float(np.quantile(steep, 0.98)) if steep.size else 1.0
        length = 0.85 * np.clip(np.cbrt(steepness / most), _SHORTEST, 1.0)
        return np.asarray(-direction * (length / np.where(norm > 0, norm, 1.0))[..., None])
