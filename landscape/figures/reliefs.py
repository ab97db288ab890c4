"""A terrain as a relief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from contourpy import contour_generator
from matplotlib.colors import LightSource
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import FixedLocator, MaxNLocator
from mpl_toolkits.mplot3d import Axes3D
from mpl_toolkits.mplot3d.art3d import Poly3DCollection
from numpy.typing import NDArray

from ..core.annotations import Floats
from ..core.checks import within
from ..terrains import Terrain
from ..walks.trajectory import Walk
from .catalogue import kind
from .contours import heights, level_label
from .exits import inside, shown_path
from .given import as_list, as_terrain, check_walks, looks
from .labels import legend_outside, titled
from .levels import Even, base_of, counted
from .names import walk_names
from .palettes import Look, current
from .styles import width_of
from .words import caveat, literal, say, wrapped

Sight = tuple[float, float]  # elevation and azimuth of the one who looks, in degrees

_ELEVATION = 38.0
# From where a relief may be looked at, in the order of preference; a later one has to show more of the paths.
_SIDES = (-60.0, -30.0, -120.0, -150.0, 30.0, 60.0, 120.0, 150.0)
_MORE = 0.08  # of the paths
_SMALLEST = 1e-200  # below which all heights are one to matplotlib
_SHORT = 6  # characters of a number at the axis of heights that have room
_LIFT = 0.012  # of paths over the ground, as a share of the terrain's height
_PATHS, _POINTS = 20, 60  # of each walk, and of each of its paths, that are looked for
_PLACEABLE = 1e100  # length of a step beyond which sums would overflow
_SIGHT = 90  # points of a line of sight at which the ground may be in the way


class Heights(NamedTuple):
    """The lowest elevation, and what the highest is above it."""

    low: float
    span: float

    @property
    def unit(self) -> float:
        """Of the heights' axis: the smallest of numbers are in one of their own."""
        return 1.0 if max(abs(self.low), self.span) > _SMALLEST else float(10 ** np.floor(np.log10(self.span)))


def surface3d(
    terrain: Terrain | str,
    trajectories: Walk | Sequence[Walk] = (),
    ax: Axes3D | None = None,
    *,
    resolution: int = 161,
    elev: float = _ELEVATION,
    azim: float | None = None,
    names: Sequence[str] | None = None,
    colors: Sequence[Any] | None = None,
    **kwargs: Any,
) -> Poly3DCollection:
    """Draw a terrain as a relief under soft light, with the paths of trajectories; hills hide what is behind them.

    Heights are elevations, so a logarithm of the loss where the terrain says so; the numbers at the axis are losses.
    Parts of paths that cannot be seen from the given side are faint. Turning the axes afterwards leaves that as it is.

    Parameters
    ----------
    ax : three-dimensional axes; new ones in the current figure if None.
    resolution : grid points along each axis.
    elev, azim : where it is seen from, in degrees, as in `Axes3D.view_init`; if azim is None, from a side from which
        most of the paths can be seen.
    names, colors : of the paths, one each.
    kwargs : passed on to `Axes3D.plot_surface`; `cmap` colours the heights.

    An `ax.legend()` shows whose the paths are. Returns the surface. ValueError if the terrain has no finite loss in its
    domain, or the axes are flat.
    """
    terrain, walks = as_terrain(terrain), as_list(trajectories, Walk)
    check_walks(terrain, walks)
    told, own = walk_names(walks, names), looks([walk.optimizer for walk in walks], colors)
    if ax is None:
        # Paths are drawn over the surface in the order that is said here, as matplotlib cannot sort them into it.
        ax = plt.gcf().add_subplot(projection="3d", computed_zorder=False)
    if not isinstance(ax, Axes3D):
        raise ValueError(
            'a relief needs three-dimensional axes, such as subplots(subplot_kw={"projection": "3d"}) gives'
        )
    terrain = terrain.seen(terrain.domain)
    colours = current()
    resolution = within("resolution", resolution, 2, 2000)
    xs, ys, loss = terrain.grid(resolution, resolution)
    height, low, high = heights(terrain, loss)
    span = high - low if high > low else max(1.0, abs(low))
    seen = Heights(low, span)
    x, y = np.meshgrid(xs, ys)
    azim = _best_side(terrain, walks, seen, elev) if azim is None else azim
    sight = (elev, azim)
    light = LightSource(azdeg=315, altdeg=50)
    # The light falls on the relief as it is drawn: a box about as wide as it is deep, and half as high.
    steepness = 0.5 * (resolution - 1) / span
    lit: dict[str, Any] = {"blend_mode": "soft", "vert_exag": steepness, "fraction": 0.9, "vmin": low, "vmax": high}
    colormap = plt.get_cmap(kwargs.pop("cmap", colours.colormap))
    colour = light.shade(np.nan_to_num(height, nan=low), colormap, **lit)
    style: dict[str, Any] = {"facecolors": colour, "shade": False, "lw": 0.8, "rasterized": True, "zorder": 1}
    if not {"rcount", "ccount"} & set(kwargs):
        style |= {"rstride": 1, "cstride": 1}
    # The facets' borders, of their own colours, close the seams between them.
    drawn = ax.plot_surface(x, y, height / seen.unit, **(style | kwargs))
    _sort_by_ground(drawn, x, y, ax)
    ax.view_init(elev=elev, azim=azim)
    # Beside a narrow box there is less room for the words at its side.
    ax.set_box_aspect((1, 1, 0.5), zoom=1.2 if _is_wide(ax) else 0.76)
    ax.set(xlim=terrain.domain[0], ylim=terrain.domain[1], zlim=(low / seen.unit, (low + span) / seen.unit))
    _close_sides(x, y, height / seen.unit, low / seen.unit, ax)
    lines = contour_generator(x, y, height)
    for level in np.linspace(low, low + span, 15)[1:-1]:
        for line in map(np.asarray, lines.lines(level)):
            z = np.full(len(line), level)
            z[~_visible(terrain, line, z + _LIFT * span, seen, sight)] = np.nan
            ax.plot(
                *line.T, z / seen.unit, color=colours.ink, lw=0.2 * plt.rcParams["lines.linewidth"], alpha=0.3, zorder=2
            )
    for walk, name, look in zip(walks, told, own, strict=True):
        ax.plot([], [], color=look.colour, ls=look.dash, marker=look.marker, label=literal(name))
        for k, lost in enumerate(np.broadcast_to(walk.diverged.reshape(-1), walk.loss[0].size)):
            path, out = shown_path(walk, terrain.domain, k)
            # One that only left has no end there.
            end = "X" if lost else look.marker if out is None else ""
            _draw_path(terrain, path, look, end, seen, sight, ax)
    if terrain.is_plane:
        _mark_networks(terrain, seen, sight, ax)
    _draw_axes(terrain, seen, ax)
    if _is_wide(ax):
        # matplotlib cuts off what is beyond a square in the middle.
        for artist in (*ax.collections, *ax.lines):
            artist.set(clip_on=False, in_layout=False)
    return drawn


@kind("the relief, with paths", name="surface3d")
def _relief(terrain: Terrain, walks: Sequence[Walk] = ()) -> Figure:
    figure = plt.figure()
    ax = surface3d(terrain, walks).axes
    titled(ax, of=terrain)
    if walks:
        legend_outside(ax)
    return figure


class _Wall(Poly3DCollection):  # type: ignore[misc,unused-ignore]
    """A wall under a border of a relief, before it where it faces the one who looks, and behind it otherwise."""

    def __init__(self, outline: Floats, outward: tuple[int, int], **kwargs: Any) -> None:
        super().__init__([outline], **kwargs)
        self._outward = outward

    def do_3d_projection(self) -> float:
        azimuth = np.deg2rad(self.axes.azim)
        faces = self._outward @ np.array([np.cos(azimuth), np.sin(azimuth)]) > 0
        self.set_zorder(1.5 if faces else 0.5)
        return float(super().do_3d_projection())


def _close_sides(x: Floats, y: Floats, height: Floats, low: float, ax: Axes3D) -> None:
    """Walls from the relief's borders to the floor, which hide it from below."""
    colours = current()
    east, west, north, south = np.s_[:, -1], np.s_[:, 0], np.s_[-1, :], np.s_[0, :]
    for border, outward in ((east, (1, 0)), (west, (-1, 0)), (north, (0, 1)), (south, (0, -1))):
        corners = np.column_stack([x[border], y[border], np.nan_to_num(height[border], nan=low)])
        floor = corners[[-1, 0]] * [1, 1, 0] + [0, 0, low]
        style: dict[str, Any] = {"facecolor": colours.panel if outward[0] else colours.grid, "edgecolor": colours.muted}
        wall = _Wall(np.vstack([corners, floor]), outward, lw=0.3 * plt.rcParams["lines.linewidth"], **style)
        ax.add_collection3d(wall)


def _sort_by_ground(drawn: Poly3DCollection, x: Floats, y: Floats, ax: Axes3D) -> None:
    """Draw the facets from the farthest on the ground to the nearest, whatever their heights, which is right for every
    relief; matplotlib sorts them by the distance of their middles, and so steep walls look like combs."""
    middles = [0.25 * (at[1:, 1:] + at[1:, :-1] + at[:-1, 1:] + at[:-1, :-1]).ravel() for at in (x, y)]

    def depth(zs: Floats, axis: int = -1) -> Floats:
        azimuth = np.deg2rad(ax.azim)
        sides = (np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim()))
        way = [at / side * to for at, side, to in zip(middles, sides, (np.cos(azimuth), np.sin(azimuth)), strict=True)]
        return -(way[0] + way[1]) if len(zs) == len(way[0]) else np.asarray(zs.mean(axis=axis))

    drawn._zsortfunc = depth


def _draw_path(terrain: Terrain, xy: Floats, look: Look, mark: str, heights: Heights, sight: Sight, ax: Axes3D) -> None:
    """A path (n, 2) over the ground, faint where a hill is before it, with a mark at its end, if any."""
    colours, width = current(), float(plt.rcParams["lines.linewidth"])
    (x0, x1), _ = terrain.domain
    xy = np.where(inside(xy, terrain.domain)[:, None], xy, np.nan)
    steps = np.concatenate([[0.0], np.cumsum(np.nan_to_num(np.hypot(*np.diff(xy, axis=0).T) / (x1 - x0)))])
    # Long steps are laid over the ground, too.
    rows = np.arange(len(xy))
    places = np.unique(np.concatenate([rows, np.interp(np.arange(0, steps[-1], 0.01), steps, rows)]))
    fine = np.stack([np.interp(places, rows, xy[:, axis]) for axis in (0, 1)], axis=-1)
    z = terrain.elevation(terrain.value(fine)) + _LIFT * heights.span
    if not np.isfinite(z).any():
        return
    seen = _visible(terrain, fine, z, heights, sight)
    casing = [Stroke(linewidth=width + 2, foreground=colours.ground, alpha=0.75), Normal()]
    for shown, style in ((seen, {"lw": width, "path_effects": casing}), (~seen, {"lw": 0.6 * width, "alpha": 0.4})):
        ax.plot(*fine.T, np.where(shown, z, np.nan) / heights.unit, color=look.colour, ls=look.dash, zorder=4, **style)
    for at, shape, face in ((0, "o", colours.ground), *([(-1, mark, look.colour)] if mark else [])):
        where = np.flatnonzero(np.isfinite(z))[at]
        # The start is no optimizer's.
        edge = colours.ground if at else colours.ink
        ring: dict[str, Any] = {"mfc": face, "mec": edge, "mew": 0.7 * width, "ms": 3.6 * width}
        # No start of a later path hides the end of an earlier one.
        ring |= {"zorder": 6 if at else 5, "alpha": 1 if seen[where] else 0.5}
        ax.plot(*fine[where : where + 1].T, z[where : where + 1] / heights.unit, shape, **ring)


def _mark_networks(terrain: Terrain, heights: Heights, sight: Sight, ax: Axes3D) -> None:
    """A cross on the relief at each network that its plane was laid around, or through, faint behind a hill."""
    width = float(plt.rcParams["lines.linewidth"])
    for x, y in terrain.networks[inside(terrain.networks, terrain.domain)]:
        z = terrain.elevation(terrain.value([x, y])) + _LIFT * heights.span
        if np.isfinite(z):
            seen = bool(_visible(terrain, np.array([[x, y]]), np.array([z]), heights, sight)[0])
            casing = [Stroke(linewidth=0.8 * width + 2, foreground=current().ground), Normal()]
            style: dict[str, Any] = {"color": current().ink, "mew": 0.8 * width, "ms": 5.5 * width}
            ax.plot([x], [y], [z / heights.unit], "+", alpha=1 if seen else 0.5, zorder=6, path_effects=casing, **style)


def _best_side(terrain: Terrain, walks: Sequence[Walk], heights: Heights, elev: float) -> float:
    """The azimuth from which most of the paths on the map can be seen."""
    points = [walk.x[:, None] if walk.x.ndim == 2 else walk.x for walk in walks]
    paths = [_few(one[:, k]) for one in points for k in range(min(one.shape[1], _PATHS))]
    xy = np.concatenate(paths) if paths else np.empty((0, 2))
    xy = xy[inside(xy, terrain.domain)]
    if not len(xy):
        return _SIDES[0]
    z = terrain.elevation(terrain.value(xy)) + _LIFT * heights.span
    shares = [float(_visible(terrain, xy, z, heights, (elev, azim)).mean()) for azim in _SIDES]
    best = max(shares)
    return next(azim for azim, share in zip(_SIDES, shares, strict=True) if share >= best - _MORE)


def _few(path: Floats) -> Floats:
    """Some points (k, 2) of a path (n, 2), evenly spread along its length, so that slow parts weigh no more."""
    path = path[np.isfinite(path).all(axis=-1)]
    lengths = np.concatenate([[0.0], np.cumsum(np.minimum(np.hypot(*np.diff(path, axis=0).T), _PLACEABLE))])
    places = (
        np.interp(np.linspace(0, lengths[-1], _POINTS), lengths, np.arange(len(path))) if len(path) else np.empty(0)
    )
    return np.asarray(path[places.round().astype(int)])


def _visible(terrain: Terrain, xy: Floats, z: Floats, heights: Heights, sight: Sight) -> NDArray[np.bool_]:
    """Whether nothing of the ground is between points (n, 2) at heights (n,) and the one who looks."""
    (x0, x1), (y0, y1) = terrain.domain
    low, span = heights
    size = np.array([x1 - x0, y1 - y0])
    elevation, azimuth = np.deg2rad(sight)
    # In a box of sides 1, 1 and a half, lines of sight are straight and parallel enough.
    towards = np.array([np.cos(azimuth), np.sin(azimuth)]) * np.cos(elevation)
    far = np.linspace(0.02, 1.5, _SIGHT)[:, None]
    flat = (xy - [x0, y0])[None] / size + far[..., None] * towards
    above = (z - low)[None] / span * 0.5 + far * np.sin(elevation)
    on_map = inside(flat, ((0, 1), (0, 1)))
    with np.errstate(all="ignore"):
        ground = terrain.elevation(terrain.value(np.where(on_map[..., None], flat, 0.5) * size + [x0, y0]))
    return np.asarray(~(on_map & ((ground - low) / span * 0.5 > above)).any(axis=0) & np.isfinite(z))


def _is_wide(ax: Axes3D) -> bool:
    """Whether there is room at both sides of the relief."""
    place = ax.get_position(original=True)
    across, down = ax.figure.bbox.size * place.size
    return bool(across > 1.2 * down)


def _draw_axes(terrain: Terrain, heights: Heights, ax: Axes3D) -> None:
    """A light floor, few numbers, and losses at the height's axis."""
    colours = current()
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color((0, 0, 0, 0))
        axis.line.set_color(colours.muted)
        axis._axinfo["grid"].update(color=colours.grid, linewidth=0.5)
        axis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    # Where axes meet at a corner, their numbers would, too.
    for axis, most in ((ax.yaxis, 4), (ax.zaxis, 5)):
        axis.set_major_locator(Even(most, steps=[1, 2, 5, 10], prune="lower"))
    if terrain.height == "log":
        bottom, top = ax.get_zlim()
        powers = terrain.elevation(10.0 ** np.arange(-300, 301))
        powers = powers[(powers > bottom + 0.04 * (top - bottom)) & (powers <= top)]
        if len(powers) > 1:
            ax.zaxis.set_major_locator(FixedLocator(powers[:: -(-len(powers) // 5)]))
    low, high = (end * heights.unit for end in ax.get_zlim())
    size = 0.8 * float(plt.rcParams["font.size"])
    ax.tick_params(labelsize=size, pad=0)
    words, base = say("loss, logarithmic"), 0.0
    if terrain.height == "linear":
        words, base = counted(say("loss"), low, high), base_of(low, high)
    ax.zaxis.set_major_formatter(lambda at, _: level_label(terrain, at * heights.unit - base, (high - low) / 6))
    # Numbers stand on their middles, so that long ones need room.
    longest = max(map(len, ax.zaxis.get_major_formatter().format_ticks(ax.get_zticks())), default=0)
    room = 0.22 * size * max(0, longest - _SHORT)
    ax.tick_params(axis="z", pad=0.2 * size + room)
    pad = (0.85 if _is_wide(ax) else 0.62) * size + 2 * room
    ax.set_zlabel(words, fontsize=size, color=colours.muted, labelpad=pad)
    if terrain.is_plane:
        style: dict[str, Any] = {"transform": ax.transAxes, "color": colours.muted, "fontsize": size}
        if _is_wide(ax):
            # A relief that fills its frame leaves room under it alone, which the layout makes.
            words = wrapped(caveat(terrain), 72 * 0.6 * width_of(ax) / (0.47 * size))
            ax.text2D(0.5, -0.13, words, ha="center", va="top", **style)
        else:
            # Left of the corner that is nearest there is room.
            ax.text2D(-0.1, -0.03, wrapped(caveat(terrain), 34), va="bottom", **style)
        ax.set(xlabel="", ylabel="")
