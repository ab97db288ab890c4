"""A run folder on disk: what is written when, so that a stop at any moment, even kill −9, leaves a run that loads.

- `snapshots.npy` grows by rows; its header counts those that are complete.
- `checkpoint.npz` holds everything else that resuming needs, and says how many rows belong to it. It is written beside
  its place and renamed, like every other file.
- `run.json` makes a folder a run: it is written last when a run begins, and again, with the results, when it has ended.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import ArrayLike, NDArray

from .errors import RunError

Array = NDArray[Any]
SNAPSHOTS, CHECKPOINT, HISTORY = "snapshots.npy", "checkpoint.npz", "history.npz"
WEIGHTS, SUMMARY = "weights.safetensors", "run.json"


def begin(folder: Path, snapshots: Array, checkpoint: Mapping[str, ArrayLike], summary: Mapping[str, Any]) -> None:
    """Make a new run folder, with its first snapshots (S, P); an older run there is removed."""
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        tidy(folder)
        for name in (SUMMARY, CHECKPOINT, SNAPSHOTS, HISTORY, WEIGHTS):
            (folder / name).unlink(missing_ok=True)
        write_array(folder / SNAPSHOTS, snapshots)
    write_arrays(folder / CHECKPOINT, checkpoint)
    write_json(folder / SUMMARY, summary)


def make_room(path: Path) -> None:
    """The folders that a run folder is to lie in."""
    # Of a file in their place the system says more when something is written there.
    with _writing(path), suppress(FileExistsError):
        path.parent.mkdir(parents=True, exist_ok=True)


def tidy(folder: Path) -> None:
    """Remove what a killed process was about to rename."""
    for name in (SUMMARY, CHECKPOINT, SNAPSHOTS, HISTORY, WEIGHTS):
        for path in folder.glob(f".{name}.*"):
            path.unlink(missing_ok=True)


def append(folder: Path, rows: Array, at: int) -> None:
    """Put snapshots (n, P) into the rows from `at` on; what an unfinished checkpoint left there is overwritten."""
    with _writing(folder / SNAPSHOTS), open(folder / SNAPSHOTS, "r+b") as file:
        (_, width), _, dtype = _header(file)
        start = file.tell()
        file.seek(start + at * width * dtype.itemsize)
        file.write(np.ascontiguousarray(rows, dtype=dtype).data)
        file.flush()
        # NumPy leaves room in the header for the number of rows to grow.
        file.seek(0)
        header = BytesIO()
        description = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": (at + len(rows), width)}
        npy.write_array_header_1_0(header, description)
        if header.tell() != start:
            raise RunError(f"'{folder / SNAPSHOTS}' was not written by this project: its header has no room to grow")
        file.write(header.getvalue())
        file.flush()
        os.fsync(file.fileno())


def read_snapshots(folder: Path, rows: int | None = None) -> Array:
    """The first `rows` snapshots, or all."""
    with open(folder / SNAPSHOTS, "rb") as file:
        (there, width), fortran, dtype = _header(file)
        rows = there if rows is None else rows
        flat = np.fromfile(file, dtype, rows * width)
    if fortran or flat.size != rows * width or rows > there:
        raise RunError(f"'{folder / SNAPSHOTS}' is damaged: it holds less than {rows} snapshots of {width} parameters")
    return flat.reshape(rows, width)


def read_arrays(path: Path) -> dict[str, Array]:
    """All arrays of an `.npz` file; RunError if it is damaged."""
    try:
        # Of anything but an archive NumPy would say how to unpickle it.
        if path.exists() and not zipfile.is_zipfile(path):
            raise zipfile.BadZipFile("it is no .npz file")
        with np.load(path, allow_pickle=False) as archive:
            return dict(archive)
    # What numpy raises on a damaged archive depends on where the damage lies.
    except (OSError, ValueError, KeyError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise RunError(f"'{path}' is damaged or missing: {error}") from error


def read_json(folder: Path) -> dict[str, Any]:
    """run.json; RunError if the folder has none or a damaged one."""
    try:
        summary: dict[str, Any] = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise RunError(f"'{folder}' is not a run folder: {lies_at(folder)}") from None
    except (OSError, ValueError) as error:
        raise RunError(f"run folder '{folder}' is damaged: {error}") from error
    if not isinstance(summary, dict) or not {"settings", "finished"} <= summary.keys():
        raise RunError(f"run folder '{folder}' is damaged: {SUMMARY} has no settings, or does not say if it finished")
    return summary


def archived(path: Path) -> str:
    """What is in an `.npz` file: a "surface", a "trajectory", a "data set", something "else"; "nothing" if damaged."""
    signs = {"extent": "surface", "terrain_name": "trajectory", "x_train": "data set"}
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.removesuffix(".npy") for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile):
        return "nothing"
    return next((kind for sign, kind in signs.items() if sign in names), "else")


def lies_at(path: Path) -> str:
    """What there is at a path where something else was wanted: "it is a saved surface" …"""
    if not path.exists():
        return "there is no such file or folder"
    if (path / SUMMARY).exists():
        return "it is a run folder"
    if path.is_dir():
        runs = sorted(path.glob(f"*/{SUMMARY}"))
        return f"it is a folder of runs, such as '{runs[0].parent}'" if runs else f"it is a folder without {SUMMARY}"
    if path.name in (SUMMARY, CHECKPOINT, SNAPSHOTS, HISTORY, WEIGHTS) and (path.parent / SUMMARY).exists():
        return f"it is one file of the run folder '{path.parent}'"
    kinds = {"surface": "a saved surface", "trajectory": "a saved trajectory", "data set": "a data set"}
    kinds["nothing"] = "damaged" if path.suffix == ".npz" else "a file"
    return f"it is {kinds.get(archived(path), 'an archive of something else')}"


def write_array(path: Path, array: Array) -> None:
    """An `.npy` file."""
    array = np.ascontiguousarray(array)
    # np.save writes past Python's file: it misses that the last block found no room on a full disk.
    with _replacing(path) as file:
        npy.write_array_header_1_0(file, npy.header_data_from_array_1_0(array))
        file.write(array.data)


def write_arrays(path: Path, arrays: Mapping[str, ArrayLike]) -> None:
    """An `.npz` file."""
    # By way of memory: a zip file that cannot be closed, as the disk is full, complains once more when it is deleted.
    np.savez(buffer := BytesIO(), **arrays)  # type: ignore[arg-type]
    write_bytes(path, buffer.getbuffer())


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """A readable `.json` file; numbers that are not finite become null, which JSON can say."""
    write_bytes(path, json.dumps(plain(value), indent=2, allow_nan=False).encode())


def write_bytes(path: Path, content: bytes | memoryview) -> None:
    """Any file."""
    with _replacing(path) as file:
        file.write(content)


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """A file beside `path` that takes its place when all is written, so that `path` is never seen half written.

    A file that is there keeps its permissions, and a link goes on pointing to it. What is no file, such as /dev/stdout,
    is written to as it is.
    """
    with _writing(path):
        place = Path(os.path.realpath(path))
        if place.exists() and not place.is_file():
            with open(place, "wb") as file:
                yield file
            return
        mode = _usual_mode() if not place.exists() else stat.S_IMODE(place.stat().st_mode)
        # A name may be as long as names can be.
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:60]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, mode)
            os.replace(temporary, place)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _usual_mode() -> int:
    """The user's permissions of a new file; mkstemp makes such as only their owner reads."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Says of a file system's error which file could not be written."""
    try:
        yield
    except OSError as error:
        raise RunError(f"cannot write '{path}': {error.strerror or error}") from error


def _header(file: BinaryIO) -> tuple[tuple[int, int], bool, np.dtype[Any]]:
    """Shape, order and type of an `.npy` file of two dimensions; the file then stands at its first number."""
    version = npy.read_magic(file)
    shape, fortran, dtype = npy.read_array_header_1_0(file) if version == (1, 0) else npy.read_array_header_2_0(file)
    if len(shape) != 2 or dtype.hasobject:
        raise ValueError(f"snapshots of shape {shape} are not rows of parameters")
    return shape, fortran, dtype


def plain(value: Any) -> Any:
    """`value` with null in the place of numbers that are not finite."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
