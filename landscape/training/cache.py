"""What was computed of a run before, beside its files: a help, and nothing more.

Each entry stands under a checksum of all that it was computed from, so it is the same, bit for bit, as if it were
computed anew. A file that is damaged, or of another version, counts as none; where none can be written, none is.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Array
from ..core.errors import LandscapeError
from ..files import archives, kinds, locks
from ..files.archives import Field, Schema
from . import folder
from .folder import SNAPSHOTS

Entry = dict[str, Array]

_SCHEMA: Schema = {"kept": Field("U", ("K",)), "*": Field("biufU", None)}
_MOST = 2**24  # bytes of a file, or half as many as the snapshots have; what was asked for last is kept


class Cache:
    """The entries of a run's folder; none where there is no folder."""

    def __init__(self, place: Path | None) -> None:
        self._place = place
        self._entries = {} if place is None else _read(place / kinds.PROJECTIONS_FILE)
        self._new: dict[str, Entry] = {}

    def get(self, key: str) -> Entry:
        """The arrays that were put there; none if there are none."""
        return self._new.get(key) or self._entries.get(key, {})

    def put(self, key: str, **arrays: ArrayLike | None) -> None:
        """Keep arrays; what is None is left out."""
        self._new[key] = {name: np.asarray(array) for name, array in arrays.items() if array is not None}

    def write(self) -> None:
        """Write what is new, unless the folder is no longer a run's, is being written, or may not be."""
        if self._place is None or not self._new or not folder.is_run(self._place):
            return
        with suppress(LandscapeError, OSError), locks.writing(self._place):
            path = self._place / kinds.PROJECTIONS_FILE
            # Another process may have put something there since.
            others = {key: entry for key, entry in _read(path).items() if key not in self._new}
            entries: dict[str, Entry] = {}
            left = max(_MOST, os.path.getsize(self._place / SNAPSHOTS) // 2)
            for key, entry in reversed((others | self._new).items()):
                left -= sum(array.nbytes for array in entry.values())
                if left < 0 and entries:
                    break
                entries[key] = entry
            keys = list(reversed(entries))
            arrays = {f"{key}/{name}": array for key in keys for name, array in entries[key].items()}
            archives.write(path, kinds.PROJECTIONS, {"kept": np.array(keys), **arrays})


def _read(path: Path) -> dict[str, Entry]:
    """The entries of a file, oldest first; none if it cannot be read."""
    entries: dict[str, Entry] = {}
    with suppress(LandscapeError, OSError):
        arrays = archives.read(path, kinds.PROJECTIONS, _SCHEMA, sealed=True)
        entries = {str(key): {} for key in arrays.pop("kept")}
        for name, array in arrays.items():
            key, _, own = name.rpartition("/")
            entries.setdefault(key, {})[own] = array
    return entries
