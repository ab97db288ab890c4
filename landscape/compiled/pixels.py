"""Images of which most pixels are 0, as the compiled loops read them: what is not 0, and where."""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Array
from .compiling import fused, kept

_SPARSE = 0.5  # share of pixels that are not 0, up to which it pays to leave the others out


class Pixels(NamedTuple):
    """Images (N, D) as `steps` takes them.

    Attributes
    ----------
    dense : whether all pixels are to be used; the next but one are then empty.
    x : (N, D), all of them.
    first : (N + 1,), where the numbers of each image begin in the two that follow.
    column, value : (K,), of the pixels that are not 0, image by image.
    """

    dense: bool
    x: Array
    first: NDArray[np.int64]
    column: NDArray[np.uint16]
    value: Array


_known: list[tuple[ref[Array], Pixels]] = []  # of the images that were asked for last: a sweep asks again and again
_lock = Lock()


def pixels(x: Array) -> Pixels:
    """The pixels of images (N, D) in float32."""
    with _lock:
        if not _known or _known[0][0]() is not x:
            found = _found(x)
            _known[:] = [(ref(x), found)]
        return _known[0][1]


def _found(x: Array) -> Pixels:
    first = np.zeros(len(x) + 1, dtype=np.int64)
    if x.shape[1] < 2**16:
        _count(x, first)
        np.cumsum(first, out=first)
    if not 0 < first[-1] <= _SPARSE * x.size:
        return Pixels(True, x, first[:1], np.empty(0, np.uint16), x[:0, 0].copy())
    column, value = np.empty(first[-1], np.uint16), np.empty(first[-1], x.dtype)
    _fill(x, first, column, value)
    return Pixels(False, x[:0], first, column, value)


@kept
@fused
def _count(x: Array, first: NDArray[np.int64]) -> None:
    for i in range(x.shape[0]):
        count = 0
        for j in range(x.shape[1]):
            count += x[i, j] != 0
        first[i + 1] = count


@kept
@fused
def _fill(x: Array, first: NDArray[np.int64], column: NDArray[np.uint16], value: Array) -> None:
    for i in range(x.shape[0]):
        place = first[i]
        for j in range(x.shape[1]):
            if x[i, j] != 0:
                column[place], value[place] = j, x[i, j]
                place += 1
