"""The loss surface of a model over a plane."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core import bounds
from ..core.annotations import Array, Floats, Progress
from ..core.checks import fraction, positive
from ..core.errors import RunError
from ..datasets.sample import Caption, Sample
from ..files import kinds, locks, writing
from ..files.archives import checksum
from ..models.objective import LOSS, RIGHT, SLOPES, SQUARES, Model, Objective, objective
from ..planes import Plane
from ..terrains import Domain
from .enough import fewer
from .refining import Refining
from .sampled import Surface, grid
from .steadiness import hold, same
from .tiles import Part, Round, Tile, work

_TILES = 8  # of a round at the least, by splitting its points too where samples are few
_CHECKED, _CHECKED_AT_ONCE = 3, 12  # points that are computed a second time where a user's code computes
_VERSION = "surface 3"  # changes with the numbers

Preview = Callable[[Surface, float], None]


def surface(
    model: Model,
    plane: Plane,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    extent: Domain | None = None,
    resolution: int = 51,
    executor: Executor | None = None,
    out: str | Path | None = None,
    data: Caption = "",
    progress: Progress | None = None,
    *,
    gradient: bool = False,
    tol: float | None = None,
    error: float | None = None,
    preview: Preview | None = None,
    checkpoint_every: float = 1.0,
) -> Surface:
    """Loss and accuracy of a model over a grid on `plane`, as means over images x (N, D) with labels y (N,), or over
    data of the model's own.

    Parameters
    ----------
    extent : ((x0, x1), (y0, y1)) in the plane's coordinates; the plane's own if None.
    resolution : grid points along the longer side; the shorter has as many as make the cells about square.
    executor : any `concurrent.futures.Executor`, such as `dask.distributed.Client(…).get_executor()`; threads on all
        cores if None. Which one it is never changes a bit.
    out : an `.npz` file for the surface. What is finished is kept beside it, in a `.part` file, so that the same call
        goes on after a stop, Ctrl-C or kill −9, and ends with the same bits; a file that holds this surface already is
        read. "The same" means model, plane, grid and samples, compared by a checksum. Of code that is not this
        project's there is none: `data` and the loss at the grid's first point stand for it, so change `data` whenever
        the loss changes.
    data : what x and y are, for captions; what the model says of its own if empty.
    progress : called as progress(done, parts).
    gradient : also compute `Surface.slopes`, the exact gradient at each point; takes two to five times as long.
    tol : how far the loss may be off, as a share of its range and of that of its logarithm. Points at which a bicubic
        prediction held within it are then not computed; `Surface.computed` says which. All are, if None.
    error : of images x, take as many, the first ones, as bring the standard error of a usual point to this share of the
        range of the loss; all, if None.
    preview : called as preview(surface, error) with a whole surface, first after the first twentieth of the points and
        then each time as many more are computed as there are; error is how far what is predicted may be off, as a share
        of the range, nan at first.
    checkpoint_every : seconds between two writings of the `.part` file.

    Memory does not grow with resolution × samples: of an MLP it is about 20 MB a thread, 40 with gradients, beside the
    images.

    Raises
    ------
    ValueError for a plane, an extent or images that do not fit; RunError if `out` cannot be written, or another process
    writes it. A user's loss that gives something else than a real number, or another one when it is called again with
    the same parameters, is a ValueError: it is random, such as by dropout, or depends on calls before. What it raises
    comes through, with a note on where that was.
    """
    xs, ys = grid(plane.extent if extent is None else extent, resolution)
    positive("checkpoint_every", checkpoint_every)
    tol = None if tol is None else fraction("tol", tol)
    loss = fitting(model, plane, x, y)
    if error is not None:
        loss, data = fewer(model, plane, Sample(x, y, data), ((xs[0], xs[-1]), (ys[0], ys[-1])), error)
    data = data or loss.caption
    bounds.hours(loss.seconds(len(xs) * len(ys), plane.origin.size), f"resolution = {resolution}")
    work_ = _Work(loss, plane, xs, ys, gradient, tol, data, preview)
    first = work_.first()
    part = None
    if out is not None:
        work_.key = key_of(loss, plane, xs, ys, gradient, tol, str(data), first)
        part = Part(Path(out), work_.key, checkpoint_every)
        if (finished := load_finished(part)) is not None:
            return replace(finished, plane=plane, data=data)
    with locks.writing(part.path if part else None), loss.session():
        try:
            made = work_.done(executor, part, progress, first)
        except _UnsteadyError as error:
            if part is not None:
                part.remove()  # it must not be gone on from
            raise ValueError(str(error)) from None
        if part is not None:
            made.save(part.path)
            part.remove()
        return made


class _UnsteadyError(ValueError):
    """A loss that is another when it is called again."""


@dataclass
class _Work:
    """A surface that is being computed."""

    loss: Objective
    plane: Plane
    xs: Floats
    ys: Floats
    gradient: bool
    tol: float | None
    data: Caption
    preview: Preview | None
    key: str = ""

    def __post_init__(self) -> None:
        self.vectors = self.plane.vectors.astype(self.loss.dtype)
        self.points = np.stack(np.meshgrid(self.xs, self.ys), axis=-1).reshape(-1, 2)
        self.parts = self.loss.parts()
        self.refining = Refining(self.xs, self.ys, self.tol)

    def first(self) -> float | None:
        """The loss at the grid's first point, where a user's code computes it; otherwise it need not be known."""
        return None if self.loss.whole else self._again(0)

    def done(
        self, executor: Executor | None, part: Part | None, progress: Progress | None, first: float | None
    ) -> Surface:
        """Compute it; `first` is what the loss was at the first point, if that is to be compared."""
        if first is not None:
            self._compare(0, first, abs(first))
        tiles = sum(len(self._pieces(self.refining.new(stride))) for stride in self.refining.strides) * len(self.parts)
        shape = (5 if self.gradient else 3, len(self.points))
        sums = work(self._rounds(), tiles, shape, executor, part, progress, threads=self.loss.at_once)
        if first is not None:
            self._check(sums[LOSS] / self.loss.samples, executor is not None)
        return self._surface(sums)

    def _rounds(self) -> Iterator[Round]:
        """The tiles of each stride, and the picture that it makes."""
        strides, points = self.refining.strides, np.empty(0, dtype=np.int64)
        for stride in strides:

            def tiles(sums: Array, stride: int = stride) -> Sequence[Tile]:
                nonlocal points
                if stride < strides[0]:
                    self._look(sums, 2 * stride, points)
                points = self.refining.wanted(stride, self._losses(sums))
                return self._tiles(points)

            yield tiles

        def last(sums: Array) -> Sequence[Tile]:
            self._look(sums, 1, points)
            return []

        yield last

    def _look(self, sums: Array, stride: int, points: NDArray[np.int64]) -> None:
        """Learn from a stride that is done, and show what there is."""
        if self.tol is None and self.preview is None:
            return
        self.refining.learn(stride, points, self._losses(sums))
        if self.preview is not None:
            self.preview(self._surface(sums, stride), self.refining.error)

    def _losses(self, sums: Array) -> Floats:
        """The losses' sums as a grid, which is a view: what is predicted stands there, too."""
        losses: Floats = sums[LOSS]
        return losses.reshape(len(self.ys), len(self.xs))

    def _pieces(self, points: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """The points of each tile: what they are depends on the work alone."""
        if not points.size:
            return []
        pieces = min(points.size, -(-_TILES // len(self.parts)))
        if self.loss.cells is not None:
            pieces = max(pieces, -(-points.size // self.loss.cells))
        return np.array_split(points, pieces)

    def _tiles(self, points: NDArray[np.int64]) -> list[Tile]:
        return [
            Tile((slice(None), piece), k == 0, part.sums, (self.vectors, self.points[piece], self.gradient))
            for piece in self._pieces(points)
            for k, part in enumerate(self.parts)
        ]

    def _surface(self, sums: Array, stride: int = 1) -> Surface:
        """The surface of what is known; where it is a coarser grid alone, that is carried on to all points."""
        shape, count, fine = (len(self.ys), len(self.xs)), self.loss.samples, self.refining
        means = sums.reshape(-1, *shape) / count
        if stride > 1:
            means = np.stack([fine.predicted(stride, row) for row in means])
        loss, squares = means[LOSS], means[SQUARES]
        loss = np.where(np.isnan(loss), np.inf, loss)  # all is computed: what is nan has overflowed
        fill = fine.filled if stride == 1 else np.asarray
        accuracy, error = fill(means[RIGHT]), fill(_error(loss, squares, self.loss.losses))
        slopes = np.stack([fill(row) for row in means[SLOPES]], axis=-1) if self.gradient else None
        return Surface(
            self.plane,
            self.xs,
            self.ys,
            loss,
            None if np.isnan(accuracy).all() else np.clip(accuracy, 0, 1),
            slopes,
            self.data,
            self.key,
            self.loss.rounding,
            None if np.isnan(error).all() else error,
            None if fine.known.all() else fine.known.copy(),
        )

    def _again(self, number: int) -> float:
        """The loss at a point of the grid, alone."""
        sums = [part.sums(self.vectors, self.points[number : number + 1], False)[LOSS, 0] for part in self.parts]
        return float(sum(sums)) / self.loss.samples

    def _check(self, losses: Floats, executed: bool) -> None:
        """Compute some points again, one after the other; ValueError if any comes out otherwise."""
        finite = np.abs(losses[np.isfinite(losses)])
        count = _CHECKED_AT_ONCE if executed and self.loss.at_once else _CHECKED
        computed = np.flatnonzero(self.refining.known)
        for number in computed[np.unique(np.linspace(0, computed.size - 1, count).astype(int))].tolist():
            self._compare(number, float(losses[number]), float(finite.max(initial=0.0)), executed)

    def _compare(self, number: int, before: float, largest: float, executed: bool = False) -> None:
        """ValueError unless a loss is what it was before, but for rounding."""
        again, (a, b) = self._again(number), self.points[number]
        where = f"at ({a:g}, {b:g}) of the plane"
        differs = executed and self.loss.at_once and not same(before, again, largest)
        if differs and same(again, self._again(number), largest):
            raise _UnsteadyError(
                f"the loss was {before:.6g} {where}, and {again:.6g} when called there again, alone: "
                "it cannot be called at once; leave at_once out"
            )
        try:
            hold(before, again, largest, where)
        except ValueError as error:
            raise _UnsteadyError(str(error)) from None


def _error(loss: Floats, squares: Floats, losses: int) -> Floats:
    """The standard error (ny, nx) of mean losses, from the means of their squares; nan where there is but one."""
    if losses < 2:
        return np.full(loss.shape, math.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.sqrt(np.maximum(0.0, squares - np.square(loss)) / (losses - 1)))


def key_of(
    loss: Objective,
    plane: Plane,
    xs: Array,
    ys: Array,
    gradient: bool,
    tol: float | None = None,
    data: str = "",
    first: float | None = None,
) -> str:
    """A checksum of all that a surface over the grid xs, ys is computed from."""
    unknown = [] if first is None else [data, first]
    return checksum([_VERSION, *loss.about, *unknown, plane.origin, plane.basis, xs, ys, gradient, tol])


def load_finished(part: Part) -> Surface | None:
    """The surface in the file, if it is the one that the part is of, which then has served; RunError if something else
    is there, that it must not replace."""
    writing.check(part.path, kinds.SURFACE)
    try:
        there = Surface.load(part.path)
    except RunError:
        return None
    if there.key != part.key:
        return None
    part.remove()
    return there


def fitting(model: Model, plane: Plane, x: ArrayLike | None = None, y: ArrayLike | None = None) -> Objective:
    """The loss of a model that the plane is one of; ValueError if they, or the images, do not fit."""
    loss = objective(model, x, y)
    if loss.specification is not None and plane.origin.size != loss.specification.size:
        raise ValueError(
            f"a plane among {plane.origin.size} parameters is not one of this network, which has "
            f"{loss.specification.size}"
        )
    return loss
