"""What a page shows, as plain numbers and words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from matplotlib.path import Path

from .. import optimizers as zoo
from .. import terrains
from ..core import foreign_text
from ..core.annotations import Array
from ..figures.contours import heights, is_to_scale, networks_seen
from ..figures.exits import inside
from ..figures.levels import round_levels
from ..figures.names import fixed_name, path_names
from ..figures.palettes import Look
from ..figures.themes import palette
from ..optimizers import SAM, Clip, Sophia, Walker, Wrapper
from ..optimizers.wrappers import WRAPPERS
from ..terrains import ExpressionTerrain, Neuron, Terrain
from ..walks.trajectory import Projected, Trajectory, Walk
from . import symbols

# Points along each axis. Plotly makes coarser reliefs finer by itself, so that fewer would not be quicker.
_MAP, _RELIEF = 181, 121
_NAME = 100  # letters of a path's
_LEVELS = 14  # of the map, as in figures
_PIXELS = 5.0  # to a square of the relief's grid
# Numbers that JSON has no words for, and where Python puts its own; in a string they are not alone.
_NUMBERS = {"NaN": "null", "Infinity": "1e999", "-Infinity": "-1e999"}
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN')
_SLIDERS = ("momentum", "alpha", "beta1", "beta2")  # of a live path, beside its learning rate
_RECORDED = {"optimizer": None, "options": None, "around": None}


def runnable(terrain: Terrain, walker: Walker) -> bool:
    """Whether a page can walk an optimizer over a terrain by itself: both are of this project, and not a user's own."""
    around, inner = _unwrapped(walker)
    wrapped = all(type(one) in (SAM, Clip) for one in around)
    ground = isinstance(terrain, ExpressionTerrain) or terrains.registry.is_ours(terrain)
    return ground and wrapped and zoo.registry.is_ours(inner)


def of_terrain(terrain: Terrain, live: bool, walks: Sequence[Walk] = ()) -> dict[str, Any]:
    """A terrain's heights, its round levels, what is marked on it beside walks and, if it is live, what its JavaScript
    is made from.

    Heights are shares of the way from the lowest to the highest point, so that no range of losses is too small or too
    far from 0 to be seen. ValueError if the terrain has no finite loss in its domain.
    """
    with np.errstate(all="ignore"):
        on_map, on_relief, seen = (terrain.grid(points, points)[2] for points in (_MAP, _RELIEF, 51))
    both, low, high = heights(terrain, np.concatenate([on_map.ravel(), on_relief.ravel()]))
    losses = round_levels(terrain, low, high, _LEVELS) if high > low else np.empty(0)

    def shares(elevation: Array) -> Array:
        return np.round((elevation - low) / (high - low), 6) if high > low else 0 * elevation

    for_map = shares(both[: on_map.size]).reshape(on_map.shape)
    for_relief = shares(both[on_map.size :]).reshape(on_relief.shape)
    levels = [(loss, float(at)) for loss, at in zip(losses, shares(terrain.elevation(losses)), strict=True)]
    seen = seen[np.isfinite(seen)]
    # On a plane whose two axes have different scales there is no scale to keep to.
    return {
        "domain": terrain.domain,
        "coordinates": terrain.coordinates,
        "log": terrain.height == "log",
        "equal": is_to_scale(terrain, terrain.domain),
        # As the axis of losses is made from, in figures and here.
        "ground": [seen.min(), seen.max()] if seen.size else None,
        "rounding": terrain.rounding,
        # Of ground that is level, its loss.
        "loss": None if high > low else float(np.nanmedian(on_map)),
        "levels": [{"loss": loss, "at": at, "lines": _lines(for_relief, at)} for loss, at in levels],
        "minima": terrain.minima[inside(terrain.minima, terrain.domain)],
        "networks": networks_seen(terrain, terrain.domain, walks),
        "map": _map(for_map),
        "relief": {"height": for_relief},
        "live": _made_from(terrain) if live else None,
    }


def of_paths(walks: Sequence[Walk], live: Sequence[bool]) -> list[dict[str, Any]]:
    """Each walk's looks and numbers, up to its last finite point; those that are live with their hyperparameters."""
    walkers = [walk.optimizer for walk in walks]
    looks = {theme: palette(theme).styles(walkers) for theme in ("light", "dark")}
    recorded = iter(path_names([walk for walk, moving in zip(walks, live, strict=True) if not moving]))
    names = [fixed_name(one, _SLIDERS) if moving else next(recorded) for one, moving in zip(walkers, live, strict=True)]
    names = _distinct([foreign_text.shown(name, most=_NAME) for name in names])
    return [
        {
            "name": names[k],
            **(recipe(walk.optimizer, int(walk.steps[-1])) if moving else _RECORDED),
            "look": _look({theme: styles[k] for theme, styles in looks.items()}),
            "walk": _walk(walk),
        }
        for k, (walk, moving) in enumerate(zip(walks, live, strict=True))
    ]


def _look(themes: dict[str, Look]) -> dict[str, Any]:
    """A path's look: only its colour depends on the theme."""
    look = themes["light"]
    return {
        "colour": {theme: one.colour for theme, one in themes.items()},
        "dash": look.dash[1] or (),
        "symbol": symbols.SYMBOLS[look.marker],
        "letter": symbols.letter(look.marker),
        "outline": symbols.outline(look.marker, 11),
    }


def dumped(content: Any) -> str:
    """JSON that can stand in an element of HTML: numbers are exact, nan is null, what overflows is read as infinite."""
    text = json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":"))
    return _WORD.sub(lambda found: _NUMBERS.get(found[0], found[0]), text).replace("<", "\\u003c")


def _lines(height: Array, level: float) -> list[Array]:
    """The lines (2, n) at a height, in columns and rows of the grid, with no more points than they need."""
    from contourpy import contour_generator

    lines: Any = contour_generator(z=np.ma.masked_invalid(height)).lines(level)
    found = []
    for line in lines:
        # In pixels of the relief, of which a fraction is not seen.
        path = Path(_PIXELS * line)
        path.simplify_threshold = 0.5
        corners = np.asarray(path.cleaned(simplify=True).vertices)[:-1]
        found.append(np.round(corners.T / _PIXELS, 2))
    return found


def _map(height: Array) -> dict[str, Any]:
    """Heights without gaps, which Plotly's contours would take seconds to fill, and `holes`, where there were some."""
    from scipy.ndimage import distance_transform_edt

    lost = np.isnan(height)
    if not lost.any():
        return {"height": height, "holes": None}
    nearest = distance_transform_edt(lost, return_distances=False, return_indices=True)
    return {"height": height[tuple(nearest)], "holes": np.where(lost, 1.0, np.nan)}


def _made_from(terrain: Terrain) -> dict[str, Any]:
    """Name and parameters of the factory in terrains.js."""
    if isinstance(terrain, ExpressionTerrain):
        return {"name": "formula", "parameters": {}}
    parameters = {field.name: getattr(terrain, field.name) for field in fields(terrain)}
    if isinstance(terrain, Neuron):
        parameters["inputs"] = terrain._inputs
    return {"name": terrain.name, "parameters": parameters}


def _unwrapped(walker: Walker) -> tuple[list[Wrapper], Walker]:
    """What is around an optimizer, the outermost first, and the optimizer."""
    around = []
    while isinstance(walker, Wrapper):
        around.append(walker)
        walker = walker.optimizer
    return around, walker


def recipe(walker: Walker, steps: int) -> dict[str, Any]:
    """What walking.js makes so many steps of."""
    around, inner = _unwrapped(walker)
    options = {field.name: getattr(inner, field.name) for field in fields(inner)}
    if isinstance(inner, Sophia) and inner.diagonal == "hutchinson":
        options["signs"] = [inner.signs(step, 2) for step in range(1, steps + 1, inner.every)]
    sizes = [{"name": one.name, "size": getattr(one, WRAPPERS[one.name][1])} for one in around]
    return {"optimizer": inner.name, "options": options, "around": sizes}


def _walk(walk: Walk) -> dict[str, Any]:
    """The columns of a walk."""
    ended = np.flatnonzero(~np.isfinite(walk.x).all(axis=-1))
    if len(ended) and not ended[0]:
        raise ValueError(f"{walk!r} begins at no finite point, so there is no path to be shown")
    rows = slice(0, ended[0] if len(ended) else len(walk.x))
    beside: tuple[Array | None, Array | None] = (None, None)
    vectors: dict[str, Array] = {}
    if isinstance(walk, Projected):
        beside = walk.residual[rows], walk.in_plane[rows]
    if isinstance(walk, Trajectory):
        vectors = {"gradient": walk.gradient, **walk.state}
    flat = {name: vector[rows].reshape(len(walk.x[rows]), -1).T for name, vector in vectors.items()}
    return {
        "steps": walk.steps[rows],
        "x": walk.x[rows, 0],
        "y": walk.x[rows, 1],
        "loss": walk.loss[rows],
        "residual": beside[0],
        "in_plane": beside[1],
        "gradient": flat.pop("gradient", None),
        "state": flat,
        "diverged": int(walk.diverged_at),
        "outside": bool(walk.outside),
    }


def _distinct(names: list[str]) -> list[str]:
    """The names, counted where there are several of one."""
    so_far = [names[: k + 1].count(name) for k, name in enumerate(names)]
    return [f"{name} ({met})" if names.count(name) > 1 else name for name, met in zip(names, so_far, strict=True)]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return foreign_text.shown(value) if isinstance(value, str) else value
