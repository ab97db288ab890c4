"""The loss surface of a network of this project."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..core import bounds
from ..core.annotations import Array, Labels, Progress
from ..core.checks import positive
from ..core.errors import RunError
from ..datasets.sample import Caption
from ..files import kinds, locks, writing
from ..files.archives import checksum
from ..networks.architecture import fitting
from ..networks.mlp import MLP
from ..planes import Plane
from ..terrains import Domain
from .cells import sums, sums_and_slopes
from .sampled import Surface, grid
from .tiles import Part, Tile, work

_IMAGES = 1024  # a tile
_TILES = 8  # at the least, by splitting rows too where images are few
_ROUNDING = 64  # times the precision of the network's numbers, that of its loss
_PRODUCT = 1e-12  # seconds that a parameter and image take at a point, at the least
_VERSION = "surface 2"  # changes with the numbers


def surface(
    net: MLP,
    plane: Plane,
    x: ArrayLike,
    y: ArrayLike,
    extent: Domain | None = None,
    resolution: int = 51,
    executor: Executor | None = None,
    out: str | Path | None = None,
    data: Caption = "",
    progress: Progress | None = None,
    *,
    gradient: bool = False,
    checkpoint_every: float = 1.0,
) -> Surface:
    """Loss and accuracy of `net` over a grid on `plane`, as means over images x (N, D) with labels y (N,).

    Parameters
    ----------
    extent : ((x0, x1), (y0, y1)) in the plane's coordinates; the plane's own if None.
    resolution : grid points along the longer side; the shorter has as many as make the cells about square.
    executor : any `concurrent.futures.Executor`, such as `dask.distributed.Client(…).get_executor()`; threads on all
        cores if None. Which one it is never changes a bit.
    out : an `.npz` file for the surface. What is finished is kept beside it, in a `.part` file, so that the same call
        goes on after a stop, Ctrl-C or kill −9, and ends with the same bits; a file that holds this surface already is
        read. "The same" means network, plane, grid and images, compared by a checksum.
    data : what x and y are, for captions.
    progress : called as progress(done, parts).
    gradient : also compute `Surface.slopes`, the exact gradient at each point; takes two to five times as long.
    checkpoint_every : seconds between two writings of the `.part` file.

    Memory does not grow with resolution × images: about 20 MB a thread, 40 with gradients, beside the images.

    Raises
    ------
    ValueError for a plane, an extent or images that do not fit; RunError if `out` cannot be written, or another process
    writes it.
    """
    xs, ys = grid(plane.extent if extent is None else extent, resolution)
    positive("checkpoint_every", checkpoint_every)
    x, y = checked(net, plane, x, y)
    bounds.hours(len(xs) * len(ys) * len(x) * net.params.size * _PRODUCT, f"resolution = {resolution}")
    vectors = plane.vectors.astype(net.dtype)
    key, part = "", None
    if out is not None:
        key = key_of(net, plane, xs, ys, x, y, gradient)
        part = Part(Path(out), key, checkpoint_every)
        if (finished := load_finished(part)) is not None:
            return replace(finished, plane=plane, data=data)

    function = sums_and_slopes if gradient else sums
    shape = (4 if gradient else 2, len(ys), len(xs))
    tiles = [
        Tile(rows, function, (net, vectors, x[images], y[images], xs, ys[rows]))
        for rows in _row_parts(len(x), len(ys))
        for images in image_parts(len(x))
    ]
    with locks.writing(part.path if part else None):
        loss, accuracy, *slopes = work(tiles, shape, executor, part, progress) / len(x)
        loss[np.isnan(loss)] = np.inf  # all is computed: what is nan has overflowed
        drawn = np.stack(slopes, axis=-1) if gradient else None
        made = Surface(plane, xs, ys, loss, accuracy, drawn, data, key, rounding(net))
        return finish(made, part)


def about(net: MLP) -> list[Any]:
    """What decides on the loss of a network at given parameters."""
    return [net.settings[name] for name in ("sizes", "activation", "loss", "dtype")]


def key_of(net: MLP, plane: Plane, xs: Array, ys: Array, x: Array, y: Labels, gradient: bool) -> str:
    """A checksum of all that a surface over the grid xs, ys is computed from."""
    return checksum([_VERSION, *about(net), plane.origin, plane.basis, xs, ys, x, y, gradient])


def rounding(net: MLP) -> float:
    """Of the loss, as a share of it."""
    return _ROUNDING * float(np.finfo(net.dtype).eps)


def image_parts(images: int) -> list[slice]:
    """The images of each tile."""
    return [slice(at, at + _IMAGES) for at in range(0, images, _IMAGES)]


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


def finish(made: Surface, part: Part | None) -> Surface:
    """Write the surface to where its part was kept, if it was, and remove that."""
    if part is not None:
        made.save(part.path)
        part.remove()
    return made


def checked(net: MLP, plane: Plane, x: ArrayLike, y: ArrayLike) -> tuple[Array, Labels]:
    """Images (N, D) and labels (N,) that fit the network, as arrays; ValueError if they or the plane do not."""
    if plane.origin.size != net.params.size:
        raise ValueError(
            f"a plane among {plane.origin.size} parameters is not one of this network, which has {net.params.size}"
        )
    return fitting(net, x, y)


def _row_parts(images: int, rows: int) -> list[slice]:
    """All rows at once, or in as many parts as give enough tiles; what they are depends on the work alone."""
    parts = min(rows, -(-_TILES // -(-images // _IMAGES)))
    edges = np.linspace(0, rows, parts + 1).astype(int).tolist()
    return [slice(low, high) for low, high in pairwise(edges)]
