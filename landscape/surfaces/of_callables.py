"""The loss surface of any function of the parameters."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

from ..core.annotations import Array, Progress
from ..datasets.sample import Caption
from ..models.callables import function
from ..planes import Plane
from ..terrains import Domain
from .of_models import surface
from .sampled import Surface


def surface_of(
    loss: Callable[[Array], float],
    plane: Plane,
    extent: Domain | None = None,
    resolution: int = 51,
    executor: Executor | None = None,
    out: str | Path | None = None,
    data: Caption = "",
    progress: Progress | None = None,
    *,
    tol: float | None = None,
    checkpoint_every: float = 1.0,
    at_once: bool = False,
) -> Surface:
    """Any loss over a grid on `plane`: `surface` of `models.function(loss)`, where more can be said of a model.

    loss : from parameters (P,) float64 to a number. It is called once for each point of the grid, with an array of its
    own, and five times more, to see that it gives the same again; in this thread, a point after the other, without an
    `executor`. One of processes needs a function that can be pickled.
    at_once : as in `models.function`. A dozen points are then computed again alone.

    All others as in `surface`.

    >>> import numpy as np
    >>> import landscape as ls
    >>> plane = ls.planes.through(np.zeros(5), np.eye(5)[0], np.eye(5)[3])
    >>> ls.surface_of(lambda p: 1 + p @ p, plane, extent=((0, 1), (0, 1)), resolution=5).loss[2]
    array([1.25  , 1.3125, 1.5   , 1.8125, 2.25  ])
    """
    model, how = function(loss, at_once=at_once), {"tol": tol, "checkpoint_every": checkpoint_every}
    return surface(model, plane, None, None, extent, resolution, executor, out, data, progress, **how)  # type: ignore[arg-type]
