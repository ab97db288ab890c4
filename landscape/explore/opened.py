"""What a page opens with: where it begins, and what of it was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np

from .. import optimizers as zoo
from .. import terrains
from ..core import foreign_text
from ..core.annotations import Floats
from ..figures.contours import networks_seen
from ..figures.exits import inside
from ..figures.names import path_names, title_of
from ..figures.themes import palette
from ..figures.words import caveat, of_data
from ..optimizers import SAM, Clip, Optimizer, Walker, Wrapper, innermost
from ..terrains import ExpressionTerrain, Terrain
from ..walks.descent import descend
from ..walks.trajectory import Walk
from . import symbols
from .content import distinct, of_walk
from .inventory import inventory, variant

_POINTS = 161  # along each axis of a ground that the page does not compute itself
_NAME = 100  # letters of a path's
# Each at the best of the same rates, as the page itself finds them.
_FIRST = "t=rosenbrock&o=sgd:lr=0.0032&o=momentum:lr=0.0018&o=adam:lr=1"


@dataclass(frozen=True)
class Opened:
    """What a page holds.

    Attributes
    ----------
    catalogue : of all that can be chosen. texts : what is said of it.
    address : where the page opens. given : what was recorded, and the ground that it was recorded on; None if nothing.
    """

    catalogue: dict[str, Any]
    texts: dict[str, Any]
    address: str
    given: dict[str, Any] | None


def opened(
    ground: Terrain | None,
    recorded: Sequence[Walk],
    walkers: Sequence[Walker],
    start: Floats | None,
    steps: int,
    words: dict[str, str],
    texts: dict[str, Any],
) -> Opened:
    """What a page opens with that is made of these.

    ValueError for a ground without a finite loss.
    """
    inner = [one for one in map(innermost, walkers) if isinstance(one, Optimizer)]
    held = inventory([ground] if ground is not None and _has_name(ground) else [], inner)
    if ground is None:
        return Opened(held, texts, _FIRST, None)
    live = isinstance(ground, ExpressionTerrain) or (_has_name(ground) and ground.name in held["terrains"])
    moving = [one for one in walkers if live and _is_live(one, held)]
    begin = ground.start if start is None else start
    still = [*recorded, *(descend(ground, one, begin, steps) for one in walkers if one not in moving)]
    address = [("o", zoo.text(one, defaults=False)) for one in moving]
    if live:
        address.insert(0, ("t", _notation(ground)))
        if isinstance(ground, ExpressionTerrain):
            address.append(("d", ",".join(repr(float(one)) for one in np.ravel(ground.domain))))
    if start is not None:
        address.append(("x", ",".join(repr(float(one)) for one in start)))
    if steps != 200:
        address.append(("n", str(steps)))
    given = None if live and not still else _given(ground, still, live, words)
    return Opened(held, texts, "&".join(f"{key}={quote(value, safe=':=,/^*()')}" for key, value in address), given)


def _notation(ground: Terrain) -> str:
    return ground.name if isinstance(ground, ExpressionTerrain) else terrains.registry.text(ground, defaults=False)


def _has_name(ground: Terrain) -> bool:
    """Whether it is a registered terrain, and none that was made of a function."""
    return terrains.registry.knows(ground.name) and ground.name not in terrains.registry.ready


def _is_live(walker: Walker, held: dict[str, Any]) -> bool:
    """Whether the page walks an optimizer itself: its programs are of these very settings."""
    inner, around = walker, []
    while isinstance(inner, Wrapper):
        around.append(inner)
        inner = inner.optimizer
    if not isinstance(inner, Optimizer) or inner.name not in held["optimizers"]:
        return False
    entry, settings = held["optimizers"][inner.name], variant(inner)
    wrapped = all(type(one) in (SAM, Clip) for one in around) and len({one.name for one in around}) == len(around)
    return wrapped and (not settings or settings in entry["variants"])


def _given(ground: Terrain, walks: Sequence[Walk], live: bool, words: dict[str, str]) -> dict[str, Any]:
    """What was recorded, and the ground that it was recorded on."""
    notes = [caveat(ground)] if ground.is_plane else []
    notes += [] if all(walk.on_ground for walk in walks) else [words["two_losses"]]
    notes += [words["hint_fixed"]] if walks and not live else []
    return {
        "title": _title(ground, words),
        "on": _notation(ground) if live else "",
        "notes": [foreign_text.shown(note) for note in notes],
        "ground": None if live else _ground(ground, walks),
        "paths": _paths(walks),
    }


def _title(ground: Terrain, words: dict[str, str]) -> str:
    """The terrain's name and parameters; for a surface, of what it is the loss."""
    name = title_of(ground)
    name = name[:1].upper() + name[1:] if ground.is_plane else name
    told = words["over"].format(what=name, data=of_data(ground.data)) if ground.data else name
    return foreign_text.shown(told)


def _ground(ground: Terrain, walks: Sequence[Walk]) -> dict[str, Any]:
    """A ground that the page does not compute: its losses over a grid."""
    from ..figures.contours import heights

    seen = ground.seen(ground.domain)
    with np.errstate(all="ignore"):
        losses = seen.grid(_POINTS, _POINTS)[2]
    heights(seen, losses)
    return {
        "domain": ground.domain,
        "coordinates": ground.coordinates,
        "height": ground.height,
        "floor": ground.floor,
        "rounding": ground.rounding,
        "toScale": ground.to_scale,
        "columns": _POINTS,
        "rows": _POINTS,
        "losses": losses.ravel(),
        "minima": ground.minima[inside(ground.minima, ground.domain)],
        "networks": networks_seen(ground, ground.domain, walks),
        "start": ground.start,
    }


def _paths(walks: Sequence[Walk]) -> list[dict[str, Any]]:
    """Each walk's looks and numbers, up to its last finite point."""
    walkers = [walk.optimizer for walk in walks]
    looks = {theme: palette(theme).styles(walkers) for theme in ("light", "dark")}
    names = distinct([foreign_text.shown(name, most=_NAME) for name in path_names(walks)])
    return [
        {
            "name": names[k],
            "kind": innermost(walkers[k]).name,
            "look": {
                "colour": {theme: styles[k].colour for theme, styles in looks.items()},
                "dash": looks["light"][k].dash[1] or (),
                "marker": looks["light"][k].marker,
                "outline": symbols.outline(looks["light"][k].marker, 11),
            },
            **of_walk(walk),
        }
        for k, walk in enumerate(walks)
    ]
