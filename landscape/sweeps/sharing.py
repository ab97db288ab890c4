"""The data of a sweep: loaded once, and seen by all processes of a machine in the same memory.

They lie in a file that each process maps, so that the system holds them once, however many there are; where that file
is not, as on another machine of a cluster, a process loads them from where they come from, once.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .. import datasets
from ..core import bounds
from ..core.errors import DataError
from ..datasets import Dataset
from ..files import writing

_ARRAYS = ("x_train", "y_train", "x_test", "y_test")
_NAME = "landscape-sweep"
_ALIGNED = 64  # bytes


@dataclass(frozen=True)
class Handle:
    """How a process comes to the data: by the file with the arrays, each with its place, shape and type; or from their
    source.

    images : training images, of `whole` that there are. checksums : (name, value), of all of them.
    """

    file: str
    arrays: tuple[tuple[int, tuple[int, ...], str], ...]
    name: str
    source: str
    scaling: str
    mean: float
    std: float
    images: int
    checksums: tuple[tuple[str, int], ...]


# Of this process, by the file's name: its threads need no other way.
_here: dict[str, Dataset] = {}


@contextmanager
def shared(data: Dataset, images: int, *, processes: bool) -> Iterator[Handle]:
    """So many training images of data, and all test images, for as long as the block lasts.

    processes : whether others than this one are to see them. RunError where there is no room for the file.
    """
    part = data if images == len(data.x_train) else data.subset(images)
    about = (data.name, data.source, data.scaling, data.mean, data.std, images)
    place = Path(tempfile.gettempdir()) / _NAME
    parts = [getattr(part, name) for name in _ARRAYS]
    arrays, end = [], 0
    for one in parts:
        arrays.append((end, one.shape, one.dtype.str))
        end += -(-one.nbytes // _ALIGNED) * _ALIGNED
    checksums = tuple(data.checksums.items())
    if not processes:
        handle = Handle(f"{_NAME}-{id(part)}", (), *about, checksums)
        with _known(handle, part):
            yield handle
        return
    bounds.disk(end, place, "the data of a sweep, which its processes share,")
    with writing.passing(place) as (file, path):
        with writing.telling(path):
            for (at, _, _), one in zip(arrays, parts, strict=True):
                file.seek(at)
                file.write(np.ascontiguousarray(one).data)
            file.flush()
        handle = Handle(str(path), tuple(arrays), *about, checksums)
        with _known(handle, part):
            yield handle


@contextmanager
def _known(handle: Handle, part: Dataset) -> Iterator[None]:
    _here[handle.file] = part
    try:
        yield
    finally:
        del _here[handle.file]
        attached.cache_clear()
        to_train.cache_clear()


@lru_cache(maxsize=2)
def attached(handle: Handle) -> Dataset:
    """The data in this process; DataError where they cannot be had."""
    if handle.file in _here:
        return _here[handle.file]
    if os.access(handle.file, os.R_OK):
        found = {name: _mapped(handle.file, *one) for name, one in zip(_ARRAYS, handle.arrays, strict=True)}
        about: dict[str, Any] = {"source": handle.source, "scaling": handle.scaling}
        return Dataset(handle.name, **found, **about, mean=handle.mean, std=handle.std)
    return _loaded(handle)


@lru_cache(maxsize=8)
def to_train(handle: Handle, images: int) -> Dataset:
    """So many of the training images, and hardly any test images: on the way nothing is asked of those."""
    data = attached(handle)
    part = data if images == len(data.x_train) else data.subset(images)
    few = data.x_test[:1], data.y_test[:1]
    return Dataset(data.name, part.x_train, part.y_train, *few, scaling=part.scaling, mean=part.mean, std=part.std)


def _mapped(file: str, at: int, shape: tuple[int, ...], kind: str) -> Any:
    return np.asarray(np.memmap(file, kind, "r", at, shape))


def _loaded(handle: Handle) -> Dataset:
    if not handle.source:
        raise DataError(f"data '{handle.name}' are arrays of another machine's memory: save them as a file for all")
    data = datasets.load(handle.source)
    if handle.std != 1 or handle.mean:
        data = data.standardised(handle.mean, handle.std)
    if tuple(data.checksums.items()) != handle.checksums:
        raise DataError(f"data '{handle.source}' are others on this machine than where the sweep was begun")
    return data if handle.images == len(data.x_train) else data.subset(handle.images)
