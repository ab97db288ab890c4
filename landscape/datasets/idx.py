"""IDX files, in which MNIST and its kin are distributed (LeCun, Cortes and Burges 1998).

A file is two zero bytes, the type of its values (0x08: unsigned byte), the number of dimensions n, then n sizes as
big-endian 32-bit numbers, then the values.
"""

from __future__ import annotations

import gzip
import math
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core import bounds
from ..core.errors import DataError
from ..files.opening import opened

FILES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}
# Not from a dot on: macOS leaves a hidden "._train-images…" beside a file that it copies.
_NAME = re.compile(r"((?!\.).*)(train|test|t10k)-(images|labels)[-.]idx\d-ubyte(?:\.gz)?")
_KEYS = {"images": "x_", "labels": "y_", "train": "train", "test": "test", "t10k": "test"}
# NumPy 1 holds 32 dimensions at most.
_DIMENSIONS = {"x": range(2, 33), "y": range(1, 2)}
_BLOCK, _MORE = 2**20, 2**24  # bytes
_ROOM = 6  # bytes that a pixel takes once it is a number


def find(folder: Path) -> dict[str, Path]:
    """The files of the one data set in `folder`, under the keys of FILES; DataError unless there is exactly one."""
    try:
        names = sorted(path.name + "/" * path.is_dir() for path in folder.iterdir())
    except OSError as error:
        raise DataError(f"data folder '{folder}' cannot be read: {error.strerror}") from error

    found: dict[str, dict[str, re.Match[str]]] = {key: {} for key in FILES}
    for name in names:
        if match := _NAME.fullmatch(name):
            _, part, kind = match.groups()
            # torchvision keeps an archive beside what it unpacked; sorted, the unpacked file comes first.
            found[_KEYS[kind] + _KEYS[part]].setdefault(name.removesuffix(".gz"), match)

    missing = [FILES[key] for key, matches in found.items() if not matches]
    if missing:
        spelled = "plain or .gz, with any prefix, t10k or test"
        raise DataError(f"data folder '{folder}' lacks {', '.join(missing)} ({spelled}); it has: {_listing(names)}")
    for key, matches in found.items():
        if len(matches) > 1:
            several = _listing([match.string for match in matches.values()])
            raise DataError(f"data folder '{folder}' has several {FILES[key]}, expected one: {several}")
    chosen = {key: match for key, matches in found.items() for match in matches.values()}
    if len({match[1] for match in chosen.values()}) > 1:
        mixed = ", ".join(match.string for match in chosen.values())
        raise DataError(f"data folder '{folder}' mixes data sets, expected one prefix for all: {mixed}")
    return {key: folder / match.string for key, match in chosen.items()}


def read(path: Path, kind: str) -> NDArray[np.uint8]:
    """The array of one file, gzipped or not, `kind` "x" (images) or "y" (labels); DataError unless it is whole."""
    try:
        with opened(path) as file:
            # The content decides: some browsers unpack what they fetch and keep the name.
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            content: Any = gzip.GzipFile(fileobj=file) if packed else file
            shape = _shape(path, kind, content)
            values, more = _values(path, content, math.prod(shape))
    except (OSError, EOFError, zlib.error) as error:
        # The system's own errors have a number, and gzip's have none.
        if isinstance(error, OSError) and error.errno is not None:
            raise DataError(f"data file '{path}' cannot be read: {error.strerror}") from error
        raise DataError(f"data file '{path}' cannot be read, it may be truncated or damaged: {error}") from error
    if len(values) + more != math.prod(shape):
        header = 4 + 4 * len(shape)
        found = f"{header + len(values) + more} bytes{' when unpacked' * packed}"
        found = f"more than {found}" if more >= _MORE else found
        raise DataError(
            f"data file '{path}' has {found}, expected {header + math.prod(shape)}: a header of {header} and {shape} "
            "values"
        )
    return np.frombuffer(values, np.uint8).reshape(shape)


def _values(path: Path, file: Any, size: int) -> tuple[bytearray, int]:
    """So many values, or what there is of them, and how many more; a little that is packed may be endless."""
    values, room = bytearray(), bounds.available() / _ROOM
    while block := file.read(min(_BLOCK, size - len(values))):
        values += block
        if len(values) > room:
            raise DataError(f"data file '{path}' holds more than {bounds.size(room)}, which do not fit into memory")
    more = 0
    while more < _MORE and (block := file.read(_BLOCK)):
        more += len(block)
    return values, more


def _shape(path: Path, kind: str, file: Any) -> tuple[int, ...]:
    """What the header says; the file then stands at the first value."""
    start = file.read(4)
    if len(start) < 4 or start[:3] != b"\0\0\x08":
        wanted = "00 00 08 (IDX, unsigned bytes) and the number of dimensions"
        raise DataError(f"data file '{path}' begins with {start.hex(' ') or 'nothing'}, expected {wanted}")
    n, allowed = start[3], _DIMENSIONS[kind]
    if n not in allowed:
        wanted = "2 to 32 for images" if kind == "x" else "1 for labels"
        raise DataError(f"data file '{path}': number of dimensions {n} in its header, expected {wanted}")
    sizes = file.read(4 * n)
    if len(sizes) < 4 * n:
        raise DataError(f"data file '{path}' is truncated: {4 + len(sizes)} bytes, expected a header of {4 + 4 * n}")
    shape: tuple[int, ...] = struct.unpack(f">{n}I", sizes)
    if 0 in shape:
        raise DataError(f"data file '{path}' is empty: its header says {shape}, expected sizes of 1 or more")
    return shape


def _listing(names: list[str], most: int = 12) -> str:
    """Names in a line, the first of them where there are too many."""
    more = f", … ({len(names)} in all)" if len(names) > most else ""
    return ", ".join(names[:most]) + more or "nothing"
