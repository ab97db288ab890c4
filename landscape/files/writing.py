"""Files of results: written beside their place and renamed, and never over what they are not."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..core.errors import RunError
from . import kinds

try:
    import fcntl
except ImportError:  # Windows: what a killed process leaves there stays
    fcntl = None  # type: ignore[assignment]

_TEMPORARY = ".tmp"


def check(path: Path, kind: str, inputs: Iterable[Path] = ()) -> None:
    """RunError if a result of that kind, one of `kinds`, would take the place of something else, or of an input."""
    for one in inputs:
        if os.path.exists(path) and os.path.exists(one) and os.path.samefile(path, one):
            raise RunError(f"cannot write '{path}': it is read here, and would be lost; give another place")
    there = kinds.kind(path)
    # What is like nothing that is known, and ends as such a result does, is a damaged one.
    damaged = there in (kinds.DAMAGED, kinds.OTHER) and kinds.ends_as(Path(os.path.realpath(path)), kind)
    # Of a folder the system says that it is one.
    if there not in (kind, kinds.NOTHING, kinds.EMPTY, kinds.PIPE, kinds.FOLDER, kinds.RUN) and not damaged:
        what = kinds.lies_at(path).removeprefix("it is ")
        raise RunError(f"cannot write '{path}': it is {what}, not {kind}, and would be lost; give another place")


def write_bytes(path: Path, content: bytes | memoryview, kind: str) -> None:
    """Any file, of one of `kinds`."""
    check(path, kind)
    with replacing(path) as file:
        file.write(content)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """A readable `.json` file; numbers that are not finite become null, which JSON can say."""
    write_bytes(path, json.dumps(plain(value), indent=2, allow_nan=False).encode(), kinds.JSON)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file beside `path` that takes its place when all is written, so that `path` is never seen half written.

    A file that is there keeps its permissions, and a link goes on pointing to it. What is no file, such as /dev/stdout,
    is written to as it is. What a killed process was about to rename is removed.
    """
    with telling(path):
        place = Path(os.path.realpath(path))
        if place.exists() and not place.is_file():
            with open(place, "wb", opener=_read_by_now) as file:
                yield file
            return
        tidy(place)
        mode = _usual_mode() if not place.exists() else stat.S_IMODE(place.stat().st_mode)
        handle, temporary = _beginning(place)
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


@contextmanager
def passing(place: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A hidden file beside `place`, which is there as long as the block lasts; what killed processes left of such is
    removed."""
    with telling(place):
        tidy(place)
        handle, name = _beginning(place)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def room(path: Path) -> Iterator[None]:
    """The folder that a result is to lie in; those that were made for it go at the end, if nothing is in them."""
    made = [folder for folder in path.absolute().parents if not os.path.exists(folder)]
    try:
        # Of a file in its place the system says more when something is written there.
        with telling(path), suppress(FileExistsError):
            path.parent.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


def tidy(path: Path) -> None:
    """Remove what a process that was killed was about to rename to `path`."""
    if fcntl is None:
        return
    start = _hidden(path)
    with suppress(OSError):
        for one in os.scandir(path.parent):
            if one.name.startswith(start) and one.name.endswith(_TEMPORARY):
                _remove_unless_held(one.path)


def beside(path: Path, ending: str) -> Path:
    """A hidden file beside another one: `.name.lock`."""
    return path.parent / f"{_hidden(path)}{ending}"


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Says of a file system's error which file could not be written."""
    try:
        yield
    except OSError as error:
        raise RunError(f"cannot write '{path}': {error.strerror or error}") from error


def plain(value: Any) -> Any:
    """`value` with null in the place of numbers that are not finite."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


def _read_by_now(name: str, flags: int) -> int:
    """Opens a pipe, too, and does not wait until it is read, which may never be."""
    try:
        handle = os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise OSError(errno.ENXIO, "it is no file, and nothing reads from it") from None
        raise
    os.set_blocking(handle, True)
    return handle


def _hidden(path: Path) -> str:
    """How the names of hidden files beside it begin; a name as long as the system allows leaves no room for more."""
    name = path.name
    if len(os.fsencode(name)) > 200:
        name = hashlib.blake2b(os.fsencode(name), digest_size=16).hexdigest()
    return f".{name}."


def _beginning(place: Path) -> tuple[int, str]:
    """A temporary file, held as long as it is open, so that it is told from one that was left behind."""
    while True:
        handle, temporary = tempfile.mkstemp(_TEMPORARY, _hidden(place), place.parent)
        if fcntl is None:
            return handle, temporary
        # File systems without locks leave such files behind.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.exists(temporary):
            return handle, temporary
        os.close(handle)  # another process has tidied up in between


def _remove_unless_held(path: str) -> None:
    with suppress(OSError):
        handle = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(path)
        finally:
            os.close(handle)


def _usual_mode() -> int:
    """The user's permissions of a new file; mkstemp makes such as only their owner reads."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
