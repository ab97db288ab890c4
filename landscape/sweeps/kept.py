"""The rows of a sweep as they come, in a file or in memory, and those that were there before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from ..core.errors import shortened
from ..files import kinds, writing
from . import storing
from .cell import FAILED, Cell, Row
from .storing import Settings
from .table import Table

# Values of these may be added to a sweep that was begun.
_GROW = ("optimizers", "lrs", "schedules", "seeds", "networks", "depths", "widths", "batch_sizes", "sources")


class Kept:
    """The table that a sweep writes, for the time of a `with` block; see `ls.sweeps.run`."""

    def __init__(self, settings: Mapping[str, Any], path: Path | None, *, overwrite: bool, retry: bool) -> None:
        self.settings, self._path = storing.settings_of(settings), path
        self._rows: list[Row] = []
        # By key, of what was there before, as much as decides what is to be computed.
        self._there: dict[str, Row] = {}
        self._end = 0
        self._writer: storing.Writer | None = None
        if path is not None:
            writing.check(path, kinds.SWEEP)
            if not overwrite and kinds.kind(path) == kinds.SWEEP:
                self._take_up(path, retry)
            if not self._end:
                self._end = _write(path, self.settings, [])

    def __enter__(self) -> Kept:
        if self._path is not None:
            self._writer = storing.Writer(self._path, self._end)
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def known(self, cell: Cell) -> Row | None:
        """What was there of a cell before; None if it has to be computed."""
        return self._there.get(cell.key)

    def append(self, row: Row) -> None:
        """Keep a row, unless it was there before."""
        if row["key"] in self._there:
            return
        if self._writer is None:
            self._rows.append(row)
        else:
            self._writer.append(row)

    def table(self) -> Table:
        """Of what is in memory."""
        return Table.of(self.settings, self._rows)

    def _take_up(self, path: Path, retry: bool) -> None:
        """Know the rows that are there."""
        found = storing.read(path)
        _check_same(found.settings, self.settings, path)
        anew = found.settings != self.settings or found.columns != storing.COLUMNS
        rows: list[bytes] = []
        self._end = found.begins
        halved = bool(self.settings.halving)
        for row, self._end in found.rows:
            if anew:
                rows.append(storing.line_of(row))
            if not (retry and row["status"] == FAILED):
                self._there[str(row["key"])] = row if halved else _SOME
        if anew:
            self._end = _write(path, self.settings, rows)


# A sweep that is not halved has to know nothing of a row but that it is there.
_SOME: Row = {"status": ""}


def _write(path: Path, settings: Settings, lines: list[bytes]) -> int:
    """Write a table anew; where it ends."""
    content = b"".join([storing.head_of(settings), *lines])
    writing.write_bytes(path, content, kinds.SWEEP)
    return len(content)


def _check_same(begun: Settings, given: Settings, path: Path) -> None:
    """ValueError where a table is of another sweep, but for one of which the given one has all values and more; one
    that is halved cannot grow, as what was cut depends on all."""
    old, new = msgspec.to_builtins(begun), msgspec.to_builtins(given)
    changed = []
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        grown = name in _GROW and not given.halving and _holds(after, before)
        # Where the data lie decides nothing: they have checksums.
        if before != after and not grown and name != "data":
            changed.append(f"{name} = {after}, but it was begun with {before}")
    if changed:
        told = shortened("; ".join(changed), 600)
        raise ValueError(f"'{path}' is the table of another sweep: {told}; give another place, or --overwrite it")


def _holds(after: Any, before: Any) -> bool:
    """Whether a list has all of another one, or a table its names with the same values."""
    if isinstance(before, dict) or isinstance(after, dict):
        return (before or {}).items() <= (after or {}).items()
    return bool(before and after) and all(one in after for one in before)
