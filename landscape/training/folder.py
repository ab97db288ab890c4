"""A run folder on disk: what is written when, so that a stop at any moment, even kill −9, leaves a run that loads.

- `snapshots.npy` grows by rows; its header counts those that are complete.
- `checkpoint.npz` holds everything else that resuming needs, and says how many rows belong to it, with their checksum.
- `run.json` makes a folder a run: it is written last when a run begins, and again, with the results and checksums, when
  it has ended.
- A new run begins as `.new.snapshots.npy` and so on, and takes the place of an older one only when all is there. Where
  a process was stopped while files were being renamed, there is a `.new.run.json`, and each file of such a name counts.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from ..core.annotations import Array
from ..core.errors import RunError
from ..files import kinds, writing
from ..files.archives import parsed, reading
from ..files.kinds import SUMMARY
from ..files.opening import MOST_JSON, fits, opened, whole
from . import summary

SNAPSHOTS, CHECKPOINT, HISTORY = "snapshots.npy", "checkpoint.npz", "history.npz"
WEIGHTS = "weights.safetensors"


@contextmanager
def replacing(folder: Path) -> Iterator[Callable[[str], Path]]:
    """The places, by name, for the files of a new run, run.json the last; they then take the place of an older run."""
    check(folder)
    with writing.room(folder / SUMMARY):
        take_up(folder)
        try:
            yield partial(_new, folder)
        except BaseException:
            for name in kinds.RUN_FILES:
                _new(folder, name).unlink(missing_ok=True)
            raise
        take_up(folder)


def take_up(folder: Path) -> None:
    """Move the files of a new run, if there is one, to where they belong, and remove what a killed process left."""
    with writing.telling(folder):
        if _new(folder, SUMMARY).exists():
            finished = summary.read(folder, _new(folder, SUMMARY))["finished"]
            belonging = (SNAPSHOTS, HISTORY, WEIGHTS) if finished else (SNAPSHOTS, CHECKPOINT)
            for name in set(kinds.RUN_FILES) - {*belonging, SUMMARY}:
                (folder / name).unlink(missing_ok=True)
            for name in (*belonging, SUMMARY):
                if _new(folder, name).exists():
                    os.replace(_new(folder, name), folder / name)
        for name in kinds.RUN_FILES:
            _new(folder, name).unlink(missing_ok=True)
            writing.tidy(_new(folder, name))
            writing.tidy(folder / name)


def at(path: str | Path) -> Path:
    """Where a run is to be written; ValueError for an empty name, which would be the folder of the moment."""
    if not os.fspath(path):
        raise ValueError("'' is not allowed as a run folder: it must be named; '.' is the present one")
    return Path(path)


def check(folder: Path) -> None:
    """RunError if a run folder there would take the place of anything but a run."""
    if os.path.exists(folder) and not folder.is_dir():
        raise RunError(f"cannot write run folder '{folder}': {kinds.lies_at(folder)}; give another place")
    ours = is_run(folder) and _ours(folder)
    there = [name for name in kinds.RUN_FILES if os.path.exists(folder / name)]
    foreign = [name for name in there if not (ours and _belongs(folder / name))]
    if foreign:
        one = foreign[0]
        lost = f"it is no run folder, and {' and '.join(foreign)} in it"
        lost = f"{one} in it is {kinds.kind(folder / one)}, and" if ours else lost
        raise RunError(f"cannot write run folder '{folder}': {lost} would be lost; give another place")


def is_run(folder: Path) -> bool:
    """Whether there is a run, begun or ended."""
    return os.path.exists(place(folder, SUMMARY))


def place(folder: Path, name: str) -> Path:
    """Where a file of a run is."""
    new = _new(folder, name)
    # Unlike Path.exists, these say no where the system lets nobody look.
    return new if os.path.exists(new) and os.path.exists(_new(folder, SUMMARY)) else folder / name


def read_summary(folder: Path) -> dict[str, Any]:
    """What run.json says; RunError if the folder is no run or run.json is damaged."""
    return summary.read(folder, place(folder, SUMMARY))


def append(folder: Path, rows: Array, at: int) -> None:
    """Put snapshots (n, P) into the rows from `at` on; what an unfinished checkpoint left there is overwritten."""
    with writing.telling(folder / SNAPSHOTS), open(folder / SNAPSHOTS, "r+b") as file:
        (_, width), dtype = _header(file)
        start = file.tell()
        file.seek(start + at * width * dtype.itemsize)
        file.write(np.ascontiguousarray(rows, dtype=dtype).data)
        file.flush()
        _write_header(file, start, at + len(rows), width, dtype, folder / SNAPSHOTS)
        os.fsync(file.fileno())


class Rows:
    """The snapshots of a run that is being recorded, to be written in any order."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / SNAPSHOTS
        with writing.telling(self.path):
            self._file = open(self.path, "r+b", buffering=0)  # noqa: SIM115  as long as the recording lasts
            (self.count, self._width), self._dtype = _header(self._file)
            self._start = self._file.tell()

    def put(self, row: Array, at: int) -> None:
        """Put a snapshot (P,) into a row, which may lie behind the last one, or be one that no checkpoint needs."""
        with writing.telling(self.path):
            content = np.ascontiguousarray(row, dtype=self._dtype).view(np.uint8).data
            self._file.seek(self._start + at * len(content))
            while content:
                content = content[self._file.write(content) :]
            self.count = max(self.count, at + 1)

    def flush(self) -> None:
        """Say how many there are, and see to it that they are on the disk."""
        with writing.telling(self.path):
            _write_header(self._file, self._start, self.count, self._width, self._dtype, self.path)
            os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def copy_snapshots(folder: Path, rows: Sequence[int], target: Path) -> str:
    """Write rows in this order to another file, one after the other; their checksum."""
    checksum = ""
    with reading(folder / SNAPSHOTS), opened(folder / SNAPSHOTS) as source, writing.replacing(target) as file:
        (_, width), dtype = _header(source)
        start = source.tell()
        description = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": (len(rows), width)}
        npy.write_array_header_1_0(file, description)
        for row in rows:
            source.seek(start + row * width * dtype.itemsize)
            found = np.fromfile(source, dtype, width)
            checksum = checksum_of(found, checksum)
            file.write(found.data)
    return checksum


def read_snapshots(folder: Path, rows: int | None = None, checksum: str | None = None) -> Array:
    """The first `rows` snapshots, or all; RunError if they are damaged, or have another checksum."""
    path = place(folder, SNAPSHOTS)
    with reading(path), opened(path) as file:
        (there, width), dtype = _header(file)
        rows = there if rows is None else rows
        held, size = os.fstat(file.fileno()).st_size - file.tell(), rows * width * dtype.itemsize
        if rows > there or size > held:
            raise ValueError(f"it holds less than {rows} snapshots of {width} parameters")
        fits(size)
        found = np.fromfile(file, dtype, rows * width).reshape(rows, width)
        if checksum is not None and checksum_of(found) != checksum:
            raise ValueError("its content has changed since it was written")
        return found


def read_rows(folder: Path, rows: Array, checksums: Array) -> Array:
    """Snapshots in these rows; RunError if they are damaged, or have other checksums."""
    path = place(folder, SNAPSHOTS)
    found = read_snapshots(folder, int(rows.max(initial=-1)) + 1)[rows]
    with reading(path):
        if [int(checksum_of(row), 16) for row in found] != checksums.tolist():
            raise ValueError("its content has changed since it was written")
    return found


def write_snapshots(path: Path, snapshots: Array) -> None:
    """The snapshots (S, P) of a new run."""
    array = np.ascontiguousarray(snapshots)
    # np.save writes past Python's file: it misses that the last block found no room on a full disk.
    with writing.replacing(path) as file:
        npy.write_array_header_1_0(file, npy.header_data_from_array_1_0(array))
        file.write(array.data)


def checksum_of(content: Array | bytes, before: str = "") -> str:
    """A checksum of numbers or bytes, or of these after others that have the checksum `before`."""
    data = np.ascontiguousarray(content).data if isinstance(content, np.ndarray) else content
    return f"{zlib.crc32(data, int(before or '0', 16)):08x}"


def _new(folder: Path, name: str) -> Path:
    return folder / f".new.{name}"


def _belongs(file: Path) -> bool:
    """Whether a file in a run folder is what its name says, as far as one can see: it may be damaged."""
    return kinds.kind(file) in (kinds.RUN_FILES[file.name], kinds.EMPTY, kinds.DAMAGED, kinds.OTHER, kinds.UNREADABLE)


def _ours(folder: Path) -> bool:
    """Whether a run.json is one of a run; what cannot be read may have been."""
    try:
        found = parsed(whole(place(folder, SUMMARY), MOST_JSON))
    except (OSError, ValueError, RecursionError):
        return True
    return isinstance(found, dict) and "settings" in found


def _write_header(file: BinaryIO, length: int, rows: int, width: int, dtype: np.dtype[Any], path: Path) -> None:
    """Say how many rows there are, in a header of this length: NumPy leaves room in it for their number to grow."""
    file.seek(0)
    header = BytesIO()
    description = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": (rows, width)}
    npy.write_array_header_1_0(header, description)
    if header.tell() != length:
        raise RunError(f"'{path}' was not written by this project: its header has no room to grow")
    file.write(header.getvalue())
    file.flush()


def _header(file: BinaryIO) -> tuple[tuple[int, int], np.dtype[Any]]:
    """Shape and type of an `.npy` file of rows; the file then stands at its first number."""
    # Headers of later versions may be as long as the file.
    if (version := npy.read_magic(file)) != (1, 0):
        raise ValueError(f"its header is of version {version}, not (1, 0)")
    shape, fortran, dtype = npy.read_array_header_1_0(file)
    # Bytes in another order would be other numbers with the same checksum.
    if len(shape) != 2 or dtype not in (np.float16, np.float32, np.float64) or not dtype.isnative or fortran:
        raise ValueError(f"snapshots of shape {shape} and type {dtype} are not rows of parameters")
    return shape, dtype
