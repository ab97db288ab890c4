"""`--dask`: a cluster on which surfaces are computed, and what can be wrong with it in one line."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import click

from landscape.core.errors import LandscapeError, unknown

_PATIENCE = 5  # seconds until a scheduler answers
_EVERY = 1.0  # seconds between two looks at whether there are workers
_SCHEMES = ("tcp", "tls", "ws", "wss", "ucx")

option = click.option("--dask", metavar="ADDRESS", help="Compute on a Dask cluster, such as tcp://scheduler:8786.")


@contextmanager
def executor(address: str | None) -> Iterator[Executor | None]:
    """Where surfaces are computed: on the Dask cluster with this address, or on threads (None).

    ValueError for what is no address; LandscapeError where nobody can be reached there, or the cluster is lost.
    """
    if address is None:
        yield None
        return
    scheme = _checked(address)
    try:
        from dask.distributed import Client
    except ImportError:
        raise LandscapeError("--dask needs Dask, which is not installed: pip install 'dask[distributed]'") from None
    with _quiet():
        try:
            client = Client(address, timeout=_PATIENCE)  # type: ignore[no-untyped-call,unused-ignore]
        # A scheme that lacks its certificates or its package shows so in errors of any kind.
        except Exception as error:
            raise LandscapeError(f"there is no Dask scheduler at '{address}': {_unreached(scheme, error)}") from error
        with client, _Watched(client, address) as pool:
            try:
                yield pool
            except Exception as error:
                if not (reason := _lost(error)):
                    raise
                kept = "the same command goes on from what is finished"
                raise LandscapeError(f"the Dask cluster at '{address}' was lost: {reason}; {kept}") from error


def _checked(address: str) -> str:
    """The scheme of an address; ValueError if it is none."""
    scheme, mark, rest = address.partition("://")
    scheme, rest = (scheme, rest) if mark else ("tcp", address)
    if scheme not in _SCHEMES:
        raise unknown("scheme of --dask", scheme, _SCHEMES)
    try:
        parts = urlsplit(f"//{rest}")
        whole = bool(parts.hostname and parts.port)
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(f"--dask '{address}' is not allowed: expected a host and a port, as in tcp://scheduler:8786")
    return scheme


def _unreached(scheme: str, error: Exception) -> str:
    if scheme in ("tls", "wss") and isinstance(error, TypeError):
        return f"{scheme} needs certificates: name them in Dask's configuration, under distributed.comm.tls"
    if scheme == "ucx" and isinstance(error, TypeError):
        return "ucx needs a package of its own: pip install distributed-ucxx-cu12"
    return " ".join(str(error).split()) or type(error).__name__


def _lost(error: Exception) -> str:
    """Why a cluster was lost; nothing if it was not."""
    name = type(error).__name__
    if name == "KilledWorker":
        return "its workers died again and again, perhaps as memory ran out"
    if isinstance(error, CancelledError) or name in ("CommClosedError", "FutureCancelledError"):
        return "its scheduler cannot be reached any more"
    if isinstance(error, ImportError):
        return f"its workers lack what the work needs: {error}"
    told = " ".join(str(error).split()) or name
    return told if type(error).__module__.startswith("distributed") else ""


class _Watched(Executor):
    """A client's executor, whose work ends when the scheduler does: Dask leaves some of it waiting for ever. Says each
    time that there are no workers (left), as whoever waits should know what for."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._executor: Executor = client.get_executor()
        self._waiting: set[Future[Any]] = set()
        self._ended, self._manned = Event(), True
        self._look()
        Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        future = self._executor.submit(fn, *args, **kwargs)
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Only the watch ends; work on its way to the cluster is the client's."""
        self._ended.set()

    def _look(self) -> None:
        from . import screen

        # Asked for by Dask itself every other second.
        was, self._manned = self._manned, bool(self._client._scheduler_identity.get("workers"))
        if was and not self._manned:
            screen.console.print(f"The Dask scheduler at '{self._address}' has no workers: waiting for one …")

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY):
            if self._client.status in ("closing", "closed"):
                for future in list(self._waiting):
                    with suppress(InvalidStateError):
                        future.set_exception(CancelledError())
            else:
                self._look()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the tracebacks that Dask writes where a connection is lost."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in ("distributed", "tornado")]
    loggers = [logging.getLogger(name) for name in names]
    were = [logger.disabled for logger in loggers]
    try:
        for logger in loggers:
            logger.disabled = True
        yield
    finally:
        for logger, was in zip(loggers, were, strict=True):
            logger.disabled = was
