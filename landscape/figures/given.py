"""What figures are given: a terrain or its notation; trajectories, runs and the like, one or several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np
from matplotlib.axes import Axes

from .. import terrains
from ..terrains import Terrain
from ..walks.trajectory import Walk

Kind = TypeVar("Kind")


def ground(terrain: Terrain | str) -> Terrain:
    """A terrain, which may be given by its notation; TypeError for anything else."""
    if isinstance(terrain, str):
        return terrains.parse(terrain)
    if not isinstance(terrain, Terrain):
        raise TypeError(f"a terrain or its notation is needed, not {type(terrain).__name__}")
    return terrain


def several(given: Kind | Iterable[Kind], kind: type[Kind]) -> list[Kind]:
    """One of a kind, or several of them, as a list; TypeError for anything else."""
    if isinstance(given, kind):
        return [given]
    found = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    # A Walk is one or the other.
    wanted = "Trajectory or Projected" if kind is Walk else kind.__name__
    for one in found:
        if not isinstance(one, kind):
            raise TypeError(f"{wanted}, one or several of it, is needed, not {type(one).__name__}")
    return found


def panels(axes: Any, count: int) -> list[Axes]:
    """So many axes, given as `subplots` gives them or as a sequence; ValueError if there are more or fewer."""
    found = list(np.ravel(np.asarray(axes, dtype=object)))
    if len(found) != count or not all(isinstance(one, Axes) for one in found):
        raise ValueError(f"axes = {len(found)} of them are not allowed: this figure draws into {count}")
    return found
