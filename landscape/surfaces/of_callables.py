"""The loss surface of any model at all."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..core.annotations import Array, Progress
from ..core.checks import positive
from ..core.turns import one_at_a_time
from ..datasets.sample import Caption
from ..files.archives import checksum
from ..files.locks import writing
from ..planes import Plane
from ..terrains import Domain
from .of_networks import finish, load_finished
from .sampled import Surface, grid
from .tiles import InTurn, Part, Tile, work

_ROUNDING = 1e-5  # of a loss, by which two calls may differ: sums on a graphics card have no order
_CHECKED, _CHECKED_AT_ONCE = 3, 12  # cells that are computed a second time


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
    checkpoint_every: float = 1.0,
    at_once: bool = False,
) -> Surface:
    """Any loss over a grid on `plane`: PyTorch's, JAX's, scikit-learn's.

    Parameters
    ----------
    loss : from parameters (P,) float64 to a number. It is called once for each point of the grid, with an array of its
        own, and five times more, to see that it gives the same again.
    executor : where it is called; in this thread, a point after the other, if None. An executor of processes needs a
        function that can be pickled. In any one process there is a call at a time: most models hold one set of
        parameters only, and calls in other threads would meet those of one another.
    out : as in `surface`. A function has no checksum, so `data` and the loss at the grid's first point stand for it:
        change `data` whenever the loss changes.
    at_once : the loss may be called in several threads of `executor` at once, as it changes nothing, its model least of
        all. A dozen cells are then computed again alone.

    extent, resolution, data, progress, checkpoint_every : as in `surface`.

    Raises
    ------
    ValueError if the loss gives something else than a real number, or another one when it is called again with the same
    parameters: it is random, such as by dropout, or depends on calls before. What the loss raises comes through, with a
    note on where that was.

    >>> import numpy as np
    >>> import landscape as ls
    >>> plane = ls.planes.through(np.zeros(5), np.eye(5)[0], np.eye(5)[3])
    >>> ls.surface_of(lambda p: 1 + p @ p, plane, extent=((0, 1), (0, 1)), resolution=5).loss[2]
    array([1.25  , 1.3125, 1.5   , 1.8125, 2.25  ])
    """
    xs, ys = grid(plane.extent if extent is None else extent, resolution)
    positive("checkpoint_every", checkpoint_every)
    row = _Row(loss, plane, xs, at_once)
    first = row.cell(0, ys[0])
    key, part = "", None
    if out is not None:
        key = checksum(["surface_of 1", str(data), first, plane.origin, plane.basis, xs, ys])
        part = Part(Path(out), key, checkpoint_every)
        if (finished := load_finished(part)) is not None:
            return replace(finished, plane=plane)
    _compare(row, 0, ys[0], first, abs(first))
    tiles = [Tile(slice(j, j + 1), row, (b,)) for j, b in enumerate(ys)]
    with writing(part.path if part else None):
        values = work(tiles, (len(ys), len(xs)), InTurn() if executor is None else executor, part, progress)
        try:
            _check(row, ys, values)
        except ValueError:
            if part is not None:
                part.remove()  # it must not be gone on from
            raise
        return finish(Surface(plane, xs, ys, values, data=data, key=key), part)


def called(loss: Callable[[Array], float], params: Array, at_once: bool = False) -> float:
    """The loss of parameters (P,), which are copied: it may write into what it is given.

    ValueError if it gives no real number.
    """
    with nullcontext() if at_once else one_at_a_time:
        value = loss(np.array(params, dtype=np.float64))
    try:
        if isinstance(value, str | bytes):
            raise TypeError
        # A number in an array, or in a tensor of another library's.
        return float(value.item() if hasattr(value, "item") else value)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        shape = tuple(getattr(value, "shape", ()))
        more = f" of shape {shape}" if shape else f" {value}" if isinstance(value, complex | str) else ""
        what = type(value).__name__ + more
        raise ValueError(f"the loss gave a value of type {what}: it must give one real number") from None


@dataclass(frozen=True)
class _Row:
    """A row of the grid; a class, as it can be sent to another process."""

    loss: Callable[[Array], float]
    plane: Plane
    xs: Array
    at_once: bool

    def __call__(self, b: float) -> Array:
        return np.array([[self.cell(i, b, self.at_once) for i in range(len(self.xs))]])

    def cell(self, i: int, b: float, at_once: bool = False) -> float:
        """The loss in a column of the row."""
        place = (float(self.xs[i]), float(b))
        try:
            return called(self.loss, self.plane.at(place), at_once)
        except Exception as error:
            error.add_note(f"This was at ({place[0]:g}, {place[1]:g}) of {self.plane!r}.")
            raise


def _check(row: _Row, ys: Array, values: Array) -> None:
    """Compute some cells of the values (ny, nx) again, one after the other; ValueError if any comes out otherwise."""
    size = values.size
    finite = np.abs(values[np.isfinite(values)])
    for number in np.unique(np.linspace(0, size - 1, _CHECKED_AT_ONCE if row.at_once else _CHECKED).astype(int)):
        j, i = np.unravel_index(number, values.shape)
        _compare(row, int(i), float(ys[j]), float(values[j, i]), float(finite.max(initial=0.0)))


def _compare(row: _Row, i: int, b: float, before: float, largest: float) -> None:
    """ValueError unless a cell is what it was before, but for rounding."""
    again, where = row.cell(i, b), f"at ({row.xs[i]:g}, {b:g}) of the plane"
    if row.at_once and not same(before, again, largest) and same(again, row.cell(i, b), largest):
        raise ValueError(
            f"the loss was {before:.6g} {where}, and {again:.6g} when called there again, alone: "
            "it cannot be called at once; leave at_once out"
        )
    hold(before, again, largest, where)


def hold(before: float, again: float, largest: float, where: str) -> None:
    """ValueError unless a loss is what it was before, but for rounding beside the largest."""
    if not same(before, again, largest):
        raise ValueError(
            f"the loss was {before:.6g} {where}, and {again:.6g} when called there again: it must depend on the "
            "parameters alone, and not on chance (dropout, minibatches) or on calls before"
        )


def same(one: float, other: float, largest: float) -> bool:
    """Whether two losses differ by no more than rounding does beside the largest."""
    near = _ROUNDING * (max(abs(one), abs(other)) + 0.01 * largest)
    return one == other or abs(one - other) <= near or (math.isnan(one) and math.isnan(other))
