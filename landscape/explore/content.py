"""Walks and texts as plain numbers and words, which a page holds as JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from ..core import foreign_text
from ..core.annotations import Array
from ..walks.trajectory import Projected, Trajectory, Walk

# Numbers that JSON has no words for, and where Python puts its own; in a string they are not alone.
_NUMBERS = {"NaN": "null", "Infinity": "1e999", "-Infinity": "-1e999"}
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN')


def dumped(content: Any) -> str:
    """JSON that can stand in an element of HTML: numbers are exact, nan is null, what overflows is read as infinite."""
    text = json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":"))
    return _WORD.sub(lambda found: _NUMBERS.get(found[0], found[0]), text).replace("<", "\\u003c")


def of_walk(walk: Walk) -> dict[str, Any]:
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


def distinct(names: list[str]) -> list[str]:
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
    return foreign_text.shown(value, "\n") if isinstance(value, str) else value
