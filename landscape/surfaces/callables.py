"""The loss surface of any model at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checks import positive
from ..planes import Plane
from ..terrains import Domain
from .base import Surface, grid
from .network import finish, load_finished
from .tiles import InTurn, Part, Progress, Tile, checksum, work

Array = NDArray[Any]


def surface_of(
    loss: Callable[[Array], float],
    plane: Plane,
    extent: Domain | None = None,
    resolution: int = 51,
    executor: Executor | None = None,
    out: str | Path | None = None,
    data: str = "",
    progress: Progress | None = None,
    *,
    checkpoint_every: float = 1.0,
) -> Surface:
    """Any loss over a grid on `plane`: PyTorch's, JAX's, scikit-learn's.

    Parameters
    ----------
    loss : from parameters (P,) float64 to a number. It is called once for each point of the grid.
    executor : where it is called; in this thread, a point after the other, if None: most models hold one set of
        parameters only. An executor of processes needs a function that can be pickled.
    out : as in `surface`. A function has no checksum, so `data` and the loss at the grid's first point stand for it:
        change `data` whenever the loss changes.

    extent, resolution, data, progress, checkpoint_every : as in `surface`.

    >>> import numpy as np
    >>> import landscape as ls
    >>> plane = ls.planes.through(np.zeros(5), np.eye(5)[0], np.eye(5)[3])
    >>> ls.surface_of(lambda p: 1 + p @ p, plane, extent=((0, 1), (0, 1)), resolution=5).loss[2]
    array([1.25  , 1.3125, 1.5   , 1.8125, 2.25  ])
    """
    xs, ys = grid(plane.extent if extent is None else extent, resolution)
    positive("checkpoint_every", checkpoint_every)
    key, part = "", None
    if out is not None:
        first = float(loss(plane.at([xs[0], ys[0]])))
        key = checksum(["surface_of 1", data, first, plane.origin, plane.basis, xs, ys])
        part = Part(Path(out), key, checkpoint_every)
        finished = load_finished(Path(out), part)
        if finished is not None:
            return replace(finished, plane=plane)
    row = _Row(loss, plane, xs)
    tiles = [Tile(slice(j, j + 1), row, (b,)) for j, b in enumerate(ys)]
    values = work(tiles, (len(ys), len(xs)), InTurn() if executor is None else executor, part, progress)
    return finish(Surface(plane, xs, ys, values, data=data, key=key), out, part)


@dataclass(frozen=True)
class _Row:
    """A row of the grid; a class, as it can be sent to another process."""

    loss: Callable[[Array], float]
    plane: Plane
    xs: Array

    def __call__(self, b: float) -> Array:
        return np.array([[float(self.loss(self.plane.at([a, b]))) for a in self.xs]])
