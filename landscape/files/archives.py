"""Arrays in `.npz` files: each with its format's version and a checksum, and looked at before it is used.

An entry `format` says of an archive what it is, in which version of that format, by which version of this project it
was written, and the checksum of all the others. Archives without one, of other programs, are judged by their arrays
alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import ArrayLike

from ..core import bounds
from ..core.annotations import Array
from ..core.errors import DamagedError, LandscapeError, NewerError, RunError, UnreadableError
from ..core.release import __version__
from . import writing
from .opening import MOST_JSON, fits, opened, whole

VERSION = 1  # of all formats; it changes where an older version of the project would misread a file
_FORMAT = "format"
_BLOCK = 2**20  # bytes


@dataclass(frozen=True)
class Field:
    """What an array must be.

    kinds : letters of NumPy's types, "iu" for whole numbers.
    shape : sizes; names, which stand for one size throughout an archive; … for any sizes above 0, the same throughout.
    optional : whether it may be missing.
    rule : what its numbers must be beyond that: "finite", or "ascending" (in each row, if it has some), which for whole
        numbers is from 0 on.
    least, most : what those of them that are numbers, and not nan, lie between.
    """

    kinds: str
    shape: tuple[int | str | EllipsisType, ...] | None = ()
    optional: bool = False
    rule: str = ""
    least: float | None = None
    most: float | None = None


Schema = Mapping[str, Field]

TEXT, COUNT = Field("U"), Field("iu", least=0)
NUMBER = Field("f", rule="finite", least=0)
SHARE = Field("f", least=0, most=1)


def write(path: Path, kind: str, arrays: Mapping[str, ArrayLike]) -> None:
    """An archive of that kind, one of `kinds`."""
    made = {name: np.asarray(array) for name, array in arrays.items()}
    about = {"kind": kind, "version": VERSION, "written_by": written_by(), "checksum": _checksum(made)}
    # By way of memory: a zip file that cannot be closed, as the disk is full, complains once more when it is deleted.
    np.savez(buffer := BytesIO(), **made, **{_FORMAT: np.array(json.dumps(about))})  # type: ignore[arg-type]
    writing.write_bytes(path, buffer.getbuffer(), kind)


def read(path: Path, kind: str, schema: Schema, *, sealed: bool = False) -> dict[str, Array]:
    """The arrays of an archive of that kind, all as `schema` says; names that end in * stand for any ending.

    sealed : whether it must have a checksum.

    RunError if it cannot be read, is damaged, or was written by a newer version.
    """
    with reading(path):
        arrays = stored(path)
        about = parsed(str(arrays.pop(_FORMAT, "{}")))
        if not about and f"{_FORMAT}.npy".encode() in whole(path):
            raise ValueError("its directory has lost some of its entries")
        if about or sealed:
            check_version(path, about["version"], about.get("written_by"))
            if about["kind"] != kind:
                raise ValueError(f"it is {about['kind']}")
            if about["checksum"] != _checksum(arrays):
                raise ValueError("its content has changed since it was written")
        _check(arrays, schema)
        return arrays


def entries(path: Path) -> list[str]:
    """The names of the arrays in an `.npz` file."""
    with opened(path) as file, zipfile.ZipFile(file) as archive:
        return [name.removesuffix(".npy") for name in archive.namelist()]


def stored(path: Path, names: Collection[str] = ()) -> dict[str, Array]:
    """The arrays of an `.npz` file, all or those of these names: numbers and texts, which fit into memory together."""
    with opened(path) as file:
        fits(os.fstat(file.fileno()).st_size)  # a zip file's directory may be as long as the file
        archive = zipfile.ZipFile(file)
        members = [one for one in archive.infolist() if not names or one.filename.removesuffix(".npy") in names]
        total = sum(member.file_size for member in members)
        if total > (free := bounds.available()):
            raise RunError(f"'{path}' holds {bounds.size(total)}, and {bounds.size(free)} of memory are free")
        return {member.filename.removesuffix(".npy"): _member(archive, member) for member in members}


def parsed(text: str | bytes) -> Any:
    """What a text in JSON says; ValueError for one that is no such text, or too long for one of this project's."""
    if len(text) > MOST_JSON:
        raise ValueError(f"it holds a text of {bounds.size(len(text))}")
    return json.loads(text, parse_constant=_no_number)


def _no_number(name: str) -> float:
    raise ValueError(f"it says {name}, which is no number")


def check_version(path: Path, form: Any, writer: Any) -> None:
    """RunError where a file says that it is of a newer format than this version reads."""
    if not isinstance(form, int):
        raise ValueError(f"its format is '{form}'")
    if form > VERSION:
        raise NewerError(
            f"'{path}' was written by {str(writer)[:40]}, in format {form:.4g}; this is {written_by()}, which reads "
            f"format {VERSION}: a newer version is needed"
        )


@contextmanager
def reading(path: Path, what: str = "", error: type[LandscapeError] = RunError) -> Iterator[None]:
    """Says in one line why a file could not be read: it is not there, not allowed, too large, or damaged."""
    name = what or f"'{path}'"
    try:
        yield
    except LandscapeError:
        raise
    # What zipfile, zlib, NumPy, JSON and Python's parser raise depends on where the damage lies.
    except Exception as reason:
        if bounds.ran_out(reason):
            raise error(f"{name} does not fit into memory") from reason
        if isinstance(reason, OSError):
            unreadable = UnreadableError if error is RunError else error
            raise unreadable(f"{name} cannot be read: {reason.strerror or reason}") from reason
        said = " ".join(str(reason).split()) or type(reason).__name__
        damaged = DamagedError if error is RunError else error
        raise damaged(f"{name} is damaged: {said[:200]}") from reason


def checksum(parts: Iterable[Any]) -> str:
    """A text that changes with any of the arrays, texts and numbers."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        if isinstance(part, np.ndarray):
            digest.update(f"{part.dtype}{part.shape}".encode())
            digest.update(np.ascontiguousarray(part).data)
        else:
            digest.update(repr(part).encode())
    return digest.hexdigest()


def written_by() -> str:
    """This project and its version."""
    return f"landscape {__version__}"


def _checksum(arrays: Mapping[str, Array]) -> str:
    return checksum(part for name in sorted(arrays) for part in (name, arrays[name]))


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Array:
    # Not by np.load: it takes room for as much as headers say before it sees that there is less.
    raw = bytearray()
    with archive.open(member) as file:
        while block := file.read(_BLOCK):
            raw += block
    if len(raw) != member.file_size:
        raise ValueError(f"{member.filename} is cut off")
    if not raw.startswith(npy.MAGIC_PREFIX):
        return np.array(bytes(raw))  # no array, as np.load gives it
    head = BytesIO(raw)
    major = npy.read_magic(head)
    shape, fortran, dtype = npy.read_array_header_1_0(head) if major == (1, 0) else npy.read_array_header_2_0(head)
    if dtype.hasobject:
        raise ValueError(f"Object arrays cannot be loaded: {member.filename} holds Python's objects")
    if dtype.kind not in "biufcUS":
        raise ValueError(f"{member.filename} holds {dtype}")
    flat = np.frombuffer(raw, dtype, offset=head.tell())
    return flat.reshape(shape, order="F" if fortran else "C")


def _check(arrays: Mapping[str, Array], schema: Schema) -> None:
    """ValueError, which names the array, unless all are there and are what they must be."""
    lost = [name for name, field in schema.items() if not (field.optional or name.endswith("*") or name in arrays)]
    if lost:
        raise ValueError(f"it has no {', '.join(lost)}")
    sizes: dict[Any, Any] = {}
    endless = {key[:-1]: field for key, field in schema.items() if key.endswith("*")}
    for name, array in arrays.items():
        field = schema.get(name) or next((one for key, one in endless.items() if name.startswith(key)), None)
        if field is not None:
            _check_one(name, array, field, sizes)


def _check_one(name: str, array: Array, field: Field, sizes: dict[Any, Any]) -> None:
    if array.dtype.kind not in field.kinds:
        raise ValueError(f"{name} holds {array.dtype}")
    if field.shape is not None and not _fits(array.shape, field.shape, sizes):
        raise ValueError(f"{name} has shape {array.shape}, which does not fit the other arrays")
    if field.rule == "finite" and not np.isfinite(array).all():
        raise ValueError(f"{name} is not finite")
    if field.rule == "ascending":
        whole = array.dtype.kind in "iu"
        if not (np.isfinite(array).all() and (np.diff(array) > 0).all() and not (whole and (array < 0).any())):
            raise ValueError(f"{name} does not ascend")
    below = field.least is not None and bool((array < field.least).any())
    if below or (field.most is not None and bool((array > field.most).any())):
        allowed = f"from {field.least:g} to {field.most:g}" if field.most is not None else f"of {field.least:g} or more"
        raise ValueError(
            f"{name} holds numbers from {np.nanmin(array):g} to {np.nanmax(array):g}, expected such {allowed}"
        )


def _fits(shape: tuple[int, ...], wanted: tuple[int | str | EllipsisType, ...], sizes: dict[Any, Any]) -> bool:
    """Whether a shape is the one that is wanted, with the sizes found so far, to which it adds its own."""
    if ... in wanted:
        at = wanted.index(...)
        if len(shape) < len(wanted) - 1:
            return False
        end = len(shape) - (len(wanted) - 1 - at)
        if 0 in shape[at:end] or sizes.setdefault(..., shape[at:end]) != shape[at:end]:
            return False
        shape, wanted = shape[:at] + shape[end:], wanted[:at] + wanted[at + 1 :]
    return len(shape) == len(wanted) and all(
        found == (one if isinstance(one, int) else sizes.setdefault(one, found))
        for found, one in zip(shape, wanted, strict=True)
    )
