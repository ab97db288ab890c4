"""What figures are given: a terrain or its notation; trajectories, runs and the like, one or several."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import is_color_like, to_hex

from .. import terrains
from ..core.errors import InputError, shortened
from ..models.objective import told_of
from ..optimizers import Walker
from ..surfaces.sampled import OverPlane
from ..terrains import Terrain
from ..terrains.custom import CustomTerrain
from ..training.run import Run
from ..walks.trajectory import Walk
from .names import name_of, title_of
from .palettes import Look, current

Kind = TypeVar("Kind")


def as_terrain(terrain: Terrain | str) -> Terrain:
    """A terrain, which may be given by its notation; TypeError for anything else."""
    if isinstance(terrain, str):
        return terrains.parse(terrain)
    if not isinstance(terrain, Terrain):
        raise TypeError(f"a terrain or its notation is needed, not {type(terrain).__name__}")
    return terrain


def as_list(given: Kind | Iterable[Kind], kind: type[Kind], needed: str = "") -> list[Kind]:
    """One of a kind, or several of them, as a list; TypeError for anything else, and ValueError for none where one is
    `needed`, which says what they are."""
    if isinstance(given, kind):
        return [given]
    found = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    # A Walk is one or the other.
    wanted = "Trajectory or Projected" if kind is Walk else kind.__name__
    for one in found:
        if not isinstance(one, kind):
            raise TypeError(f"{wanted}, one or several of it, is needed, not {type(one).__name__}")
    if needed and not found:
        raise ValueError(f"there are no {needed} to be drawn: give one or more")
    return found


def check_walks(terrain: Terrain, walks: Sequence[Walk]) -> None:
    """ValueError for a walk on another terrain than is drawn. Surfaces over one plane are one ground, however fine they
    are, and so is what a formula means, whatever part of it is drawn."""
    for walk in walks:
        if not _same_terrain(walk.terrain, terrain):
            raise InputError(
                f"a walk of {name_of(walk.optimizer)} on {_told(walk.terrain)} cannot be drawn on {_told(terrain)}: "
                "draw it on the terrain that it was walked on"
            )


def _same_terrain(one: Terrain, other: Terrain) -> bool:
    if one is other or one == other:
        return True
    if isinstance(one, OverPlane) and isinstance(other, OverPlane):
        return bool(one.plane == other.plane)
    if not (isinstance(one, CustomTerrain) and type(one) is type(other)):
        return False
    shown = {field.name: getattr(one, field.name) for field in fields(CustomTerrain) if field.name != "name"}
    return bool(replace(other, **shown) == one)


def on_map(ax: Axes, walks: Sequence[Walk]) -> None:
    """ValueError for a walk on another terrain than a map in those axes shows."""
    for artist in ax.get_children():
        if isinstance(drawn := vars(artist).get("terrain"), Terrain):
            check_walks(drawn, walks)


def _told(terrain: Terrain) -> str:
    return "a plane through weight space" if terrain.is_plane else shortened(title_of(terrain))


def named(names: Sequence[str] | None, own: Sequence[str], of: str = "") -> list[str]:
    """The names that the caller gives, or the `own` ones; ValueError, which says whose they are, unless one each."""
    if names is not None and len(names) != len(own):
        given = f"{len(names)} names for {len(own)} {of}".strip()
        raise ValueError(f"{given} are not allowed: one each is needed")
    return list(own if names is None else names)


def looks(
    walkers: Sequence[Walker], colors: Sequence[Any] | None = None, kin: Sequence[Hashable] | None = None
) -> list[Look]:
    """How the lines of one picture are drawn, in the caller's colours if given; ValueError unless one each."""
    own = current().styles(walkers, kin)
    if colors is None:
        return own
    if isinstance(colors, str) or len(colors) != len(own) or not all(map(is_color_like, colors)):
        raise ValueError(f"colors = {shortened(repr(colors))} are not allowed: {len(own)} of matplotlib's are needed")
    return [look._replace(colour=to_hex(colour, keep_alpha=True)) for look, colour in zip(own, colors, strict=True)]


def same_network(runs: Sequence[Run], what: str) -> None:
    """ValueError if the runs are not of one kind of network; `what` says what they cannot share then."""
    kinds = {told_of(run.network) for run in runs}
    if len(kinds) > 1:
        raise InputError(f"runs of different networks {what}: {'; '.join(sorted(kinds))}")


def panels(axes: Any, count: int) -> list[Axes]:
    """So many axes, given as `subplots` gives them or as a sequence; ValueError if there are more or fewer."""
    found = list(np.ravel(np.asarray(axes, dtype=object)))
    if len(found) != count or not all(isinstance(one, Axes) for one in found):
        raise ValueError(f"axes = {len(found)} of them are not allowed: this figure draws into {count}")
    return found
