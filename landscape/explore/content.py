"""What a page shows, as plain numbers and words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import terrains
from ..figures.names import name_of, short_name
from ..figures.palette import palette
from ..figures.terrain import equal_scales
from ..optimizers import Optimizer, Walker
from ..surfaces import Surface
from ..terrains import ExpressionTerrain, Neuron, Terrain
from ..trajectory import Trajectory

Array = NDArray[Any]

# Points along each axis. Plotly makes coarser reliefs finer by itself, so that fewer would not be quicker.
_MAP, _RELIEF = 181, 121
# What optimizers.js can run.
_RULES = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "amsgrad", "adamw", "nadam")
# Shapes that the relief can draw, too. They go by the place in the page, so that paths differ in more than colour.
_SYMBOLS = ("circle", "square", "diamond", "circle-open", "square-open", "diamond-open")
_LONGEST = 3.0  # sides' ratio of a map to scale; a longer one would be a strip
# Matplotlib's dashes of the palette, in the order in which it gives them out, as Plotly calls them.
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def runnable(terrain: Terrain, walker: Walker) -> bool:
    """Whether a page can walk an optimizer over a terrain by itself."""
    known = isinstance(terrain, ExpressionTerrain) or type(terrain) in terrains.registry.classes.values()
    return known and isinstance(walker, Optimizer) and walker.name in _RULES


def of_terrain(terrain: Terrain, live: bool) -> dict[str, Any]:
    """A terrain's grid and, if it is live, what its JavaScript is made from.

    ValueError if it has no finite loss in its domain.
    """
    relief, _ = _grid(terrain, _RELIEF)
    # On a plane whose two axes have different scales there is no scale to keep to.
    scaled = not isinstance(terrain, Surface) or equal_scales(terrain.plane)
    width, height = np.ptp(terrain.domain, axis=1)
    return {
        "domain": terrain.domain,
        "log": terrain.height == "log",
        "floor": terrain.floor,
        "equal": bool(scaled and 1 / _LONGEST <= width / height <= _LONGEST),
        "map": _map(terrain),
        "relief": relief,
        "live": _made_from(terrain) if live else None,
    }


def of_paths(walks: Sequence[Trajectory], live: Sequence[bool]) -> list[dict[str, Any]]:
    """Each walk's looks and numbers, up to its last finite point; those that are live with their hyperparameters."""
    walkers = [walk.optimizer for walk in walks]
    looks = {theme: palette(theme).styles(walkers) for theme in ("light", "dark")}
    names = _distinct([short_name(one) if moving else name_of(one) for one, moving in zip(walkers, live, strict=True)])
    met: Counter[str] = Counter()
    content = []
    for k, (walk, moving) in enumerate(zip(walks, live, strict=True)):
        colour = {theme: styles[k].colour for theme, styles in looks.items()}
        content.append(
            {
                "name": names[k],
                "optimizer": walk.optimizer.name,
                "options": _options(walk.optimizer) if moving and isinstance(walk.optimizer, Optimizer) else None,
                "symbol": _SYMBOLS[k % len(_SYMBOLS)],
                "dash": _DASHES[met[colour["light"]] % len(_DASHES)],
                "colour": colour,
                "walk": _walk(walk),
            }
        )
        met[colour["light"]] += 1
    return content


def dumped(content: Any) -> str:
    """JSON that can stand in an element of HTML; numbers that are not finite are null, the others exact."""
    text = json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _grid(terrain: Terrain, resolution: int) -> tuple[dict[str, Any], Array]:
    """The grid with its heights, and where these are finite."""
    xs, ys, loss = terrain.grid(resolution, resolution)
    height = terrain.elevation(loss)
    known = np.isfinite(height)
    if not known.any():
        raise ValueError(f"terrain '{terrain.name}' has no finite loss within {terrain.domain}")
    return {"xs": _short(xs), "ys": _short(ys), "height": _short(height)}, known


def _map(terrain: Terrain) -> dict[str, Any]:
    """A grid without gaps, which Plotly's contours would take seconds to fill, and `holes`, where there were some."""
    from scipy.ndimage import distance_transform_edt

    grid, known = _grid(terrain, _MAP)
    if known.all():
        return {**grid, "holes": None}
    nearest = distance_transform_edt(~known, return_distances=False, return_indices=True)
    height = np.array(grid["height"], dtype=float)[tuple(nearest)]
    return {**grid, "height": height, "holes": np.where(known, np.nan, 1.0)}


def _made_from(terrain: Terrain) -> dict[str, Any]:
    """Name and parameters of the factory in terrains.js."""
    if isinstance(terrain, ExpressionTerrain):
        return {"name": "formula", "parameters": {}}
    parameters = {field.name: getattr(terrain, field.name) for field in fields(terrain)}  # type: ignore[arg-type]
    if isinstance(terrain, Neuron):
        parameters["examples"] = terrain._examples
    return {"name": terrain.name, "parameters": parameters}


def _options(optimizer: Optimizer) -> dict[str, float]:
    return {field.name: float(getattr(optimizer, field.name)) for field in fields(optimizer)}  # type: ignore[arg-type]


def _walk(walk: Trajectory) -> dict[str, Any]:
    """The columns of a walk."""
    ended = np.flatnonzero(~np.isfinite(walk.x).all(axis=-1))
    rows = slice(0, ended[0] if len(ended) else len(walk.x))
    columns = {"residual": walk.residual, "in_plane": walk.in_plane}
    vectors = {"gradient": walk.gradient, **walk.state}
    flat = {name: None if v is None else v[rows].reshape(len(walk.x[rows]), -1).T for name, v in vectors.items()}
    return {
        "steps": walk.steps[rows],
        "x": walk.x[rows, 0],
        "y": walk.x[rows, 1],
        "loss": walk.loss[rows],
        **{name: None if column is None else column[rows] for name, column in columns.items()},
        "gradient": flat.pop("gradient"),
        "state": flat,
        "diverged": int(walk.diverged_at),
    }


def _distinct(names: list[str]) -> list[str]:
    """The names, counted where there are several of one."""
    met: Counter[str] = Counter()
    told = []
    for name in names:
        met[name] += 1
        told.append(f"{name} ({met[name]})" if names.count(name) > 1 else name)
    return told


def _short(numbers: Array) -> Any:
    """Numbers in six digits, which is more than a picture shows."""
    if numbers.ndim > 1:
        return [_short(row) for row in numbers]
    return [float(f"{number:.6g}") for number in numbers.tolist()]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value
