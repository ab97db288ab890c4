"""Who writes where: of two processes that write one result, the second is told so before it begins."""

from __future__ import annotations

import errno
import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two processes may write one result there
    fcntl = None  # type: ignore[assignment]

from ..core.errors import RunError
from .writing import beside, room


class Lock:
    """A file beside a result, `.name.lock`, that says who writes it; the system frees it when its process ends, however
    that happens."""

    def __init__(self, result: Path) -> None:
        self.result = result
        self.file = beside(result, "lock")
        self._handle = -1

    def take(self) -> None:
        """RunError, which says who has it, if it is taken."""
        try:
            while not self._taken():
                pass
        except OSError as error:
            raise RunError(
                f"cannot write '{self.result}': its lock, '{self.file}', cannot be taken: {error.strerror or error}"
            ) from error

    def _taken(self) -> bool:
        """Whether the file that was locked is still the one of that name."""
        self._handle = os.open(self.file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        # From a pipe nothing might ever come.
        if not stat.S_ISREG(os.fstat(self._handle).st_mode):
            raise self._foreign()
        try:
            if fcntl is not None:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # A file system without locks.
            if error.errno in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                return True
            owner = os.read(self._handle, 1000).decode(errors="replace").strip()
            os.close(self._handle)
            if not isinstance(error, BlockingIOError):
                raise
            raise RunError(
                f"'{self.result}' is being written by {owner or 'another process'}: wait for it, or give another place"
            ) from None
        if not self.ours:
            os.close(self._handle)
            return False
        if not os.read(self._handle, 8).startswith((b"", b"process ")[os.fstat(self._handle).st_size > 0]):
            raise self._foreign()
        try:
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, _owner().encode())
        except OSError:
            self.leave()
            raise
        return True

    def _foreign(self) -> RunError:
        os.close(self._handle)
        return RunError(f"'{self.file}' is no lock of this project's, and would be lost: remove it, or rename it")

    @property
    def ours(self) -> bool:
        """Whether the file is still there, and the one that was taken."""
        try:
            return os.path.samestat(os.fstat(self._handle), os.stat(self.file))
        except OSError:
            return False

    def check(self) -> None:
        """RunError if somebody has removed the file: from then on others may write, too."""
        if not self.ours:
            raise RunError(f"'{self.file}' was removed, so others may write '{self.result}' as well: stopped")

    def leave(self) -> None:
        """Let others write."""
        # A file that nobody holds is no lock, and is removed with the next.
        with suppress(OSError):
            if self.ours:
                self.file.unlink()
        os.close(self._handle)


@contextmanager
def writing(result: Path | None) -> Iterator[Lock | None]:
    """Hold the lock of a result, if there is one, in a folder that is made for it; RunError, which says who has it, if
    it is taken."""
    if result is None:
        yield None
        return
    lock = Lock(Path(os.path.realpath(result)))
    with room(result):
        lock.take()
        try:
            yield lock
        finally:
            lock.leave()


def _owner() -> str:
    """Who we are: "process 4711 on booth (landscape train), since 10:31:07"."""
    command = " ".join([os.path.basename(sys.argv[0]), *sys.argv[1:2]]).strip()
    who = f" ({command[:60]})" if command else ""
    return f"process {os.getpid()} on {socket.gethostname()}{who}, since {datetime.now():%H:%M:%S}"
