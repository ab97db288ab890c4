"""Files that are read: nothing is waited for that may never come, and no more is taken than there is room for."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from ..core import bounds

# Bytes of a file of JSON, which takes some seventy times as much memory at the worst; such files hold settings.
MOST_JSON = 2**24

_SMALL = 10**7  # bytes that are not worth the question
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def opened(path: str | Path) -> BinaryIO:
    """A file to read bytes from; OSError, which says what it is, for a folder, a pipe or a device, which may have no
    end: those who have such make a file of it first."""
    _check(path, os.stat(path))
    # Nor is anything waited for that has come in its place by now.
    file = open(path, "rb", opener=_at_once)  # noqa: SIM115
    try:
        _check(path, os.fstat(file.fileno()))
    except OSError:
        file.close()
        raise
    return file


def whole(path: str | Path, most: float = float("inf"), takes: float = 1.0) -> bytes:
    """All bytes of a file; OSError where it is none, or is too large.

    most : bytes that such a file may have. takes : how many times its size is needed in memory for what is made of it.
    """
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise OSError(errno.EFBIG, f"it holds {bounds.size(size)}, and such a file has at most {bounds.size(most)}")
        fits(size * takes)
        # Not to the end: a file may grow as it is read.
        return file.read(size)


def fits(size: float) -> None:
    """OSError where a file asks for more bytes than are free."""
    if size > _SMALL and size > (free := bounds.available()):
        raise OSError(errno.EFBIG, f"{bounds.size(size)} of memory would be needed, and {bounds.size(free)} are free")


def _at_once(name: str, flags: int) -> int:
    """An opener of files that does not wait for the other end of a pipe."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _check(path: str | Path, about: os.stat_result) -> None:
    kind = stat.S_IFMT(about.st_mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if kind != stat.S_IFREG:
        raise OSError(errno.EINVAL, f"it is {_KINDS.get(kind, 'something else')}, and no file", str(path))
