"""The file of a sweep: CSV, a line a cell, that grows safely and is read without trust.

The first line, which begins with #, says in JSON what the file is, in which format, and of which sweep; the second
names the columns. Each line ends with a checksum of it. What a process that was killed left of its last line is
dropped, and written over by the next one that goes on.
"""

from __future__ import annotations

import csv
import json
import math
import os
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal, NamedTuple

import msgspec
from msgspec import Meta

from ..files import kinds, writing
from ..files.archives import VERSION, check_version, checksum, parsed, reading, written_by
from ..files.opening import opened
from . import ground
from .cell import CUT, DIVERGED, DONE, FAILED, SETTINGS, TRIED, Row

STATUSES = (DONE, DIVERGED, FAILED, CUT, TRIED)
_RESULTS = (
    "status",
    "reason",
    "steps",
    "loss",
    "test_loss",
    "test_accuracy",
    "steps_to",
    "trained",
    "seconds",
    "engine",
)
_GROUND = tuple(f"{when}_{name}" for when in ("start", "end") for name in ground.NETWORK)
COLUMNS = (*SETTINGS, *_RESULTS, *_GROUND)
_CHECK = "check"

TEXTS = ("key", "optimizer", "schedule", "activation", "init", "batch_size", "status", "reason", "engine")
_NEEDED = ("key", "optimizer", "lr", "schedule", "seed", "status")
WHOLE = ("seed", "depth", "width", "images", "epochs", "most_steps", "rung", "steps", "steps_to", "trained")
_LEAST = {"lr": 5e-324, "test_accuracy": 0.0, "seconds": 0.0, **dict.fromkeys(WHOLE, 0.0)}
_MOST = {"test_accuracy": 1.0, "trained": 1.0, **dict.fromkeys(WHOLE, 2.0**53)}

_LONGEST = 2**16  # bytes of a line of a cell
_FIRST = 2**24  # of the first line
_SYNCED = 2.0  # seconds after which what was written is on the disk

_Text = Annotated[str, Meta(max_length=10_000)]
_Number = Annotated[float, Meta(ge=-1e300, le=1e300)]
_Whole = Annotated[int, Meta(ge=0, le=2**53)]
_Texts = Annotated[list[_Text], Meta(min_length=1)]
_Wholes = Annotated[list[_Whole], Meta(min_length=1)]


class Settings(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What the first line says of the sweep; see `Spec.settings`."""

    optimizers: _Texts
    lrs: Annotated[list[Annotated[float, Meta(gt=0, le=1e300)]], Meta(min_length=1)]
    schedules: _Texts
    seeds: _Wholes
    target: _Number | None
    ground: bool
    halving: _Whole
    sources: dict[str, _Whole] = {}
    networks: list[tuple[_Text, _Text]] = []
    depths: list[Annotated[int, Meta(ge=0, le=998)]] = []
    widths: list[Annotated[int, Meta(ge=1, le=10**8)]] = []
    batch_sizes: list[_Whole | Literal["full"]] = []
    data: _Text = ""
    images: _Whole | None = None
    epochs: _Whole = 0
    loss: _Text = ""
    features: _Whole = 0
    classes: _Whole = 0
    whole_pixels: _Whole = 0
    test_pixels: _Whole = 0
    terrain: _Text = ""
    start: tuple[_Number, _Number] | None = None
    steps: _Whole = 0
    noise: _Number = 0.0

    def __post_init__(self) -> None:
        of_networks = ("networks", "depths", "widths", "batch_sizes", "data", "images", "epochs", "loss", "features")
        names = ("start", "steps") if self.terrain else (*of_networks, "classes")
        if lost := [name for name in names if not getattr(self, name)]:
            raise ValueError(f"its settings lack {', '.join(lost)}")

    def rows(self) -> Callable[[Row], None]:
        """What raises ValueError for a row whose settings are none of these."""
        known: dict[str, set[Any]] = {
            "optimizer": set(self.optimizers),
            "lr": set(self.lrs),
            "schedule": set(self.schedules),
            "seed": set(self.seeds),
        }
        if not self.terrain:
            known |= {"depth": set(self.depths), "width": set(self.widths)}
            known |= {"batch_size": {str(one) for one in self.batch_sizes}}
        networks = set(self.networks)

        def check(row: Row) -> None:
            for name, values in known.items():
                if row.get(name) not in values:
                    raise ValueError(f"{name} = {str(row.get(name))[:40]} is none of the sweep's")
            if networks and (row.get("activation"), row.get("init")) not in networks:
                raise ValueError("activation and init are none of the sweep's")

        return check


def settings_of(given: Mapping[str, Any]) -> Settings:
    """The settings of a sweep in the form in which a file has them."""
    return msgspec.convert(dict(given), Settings)


def line_of(row: Row) -> bytes:
    """A row as a line; floats in as many digits as give back the same bits."""
    buffer = StringIO()
    csv.writer(buffer, lineterminator="").writerow([_text(row.get(name)) for name in COLUMNS])
    text = buffer.getvalue()
    return f"{text},{zlib.crc32(text.encode()):08x}\n".encode()


def head_of(settings: Settings) -> bytes:
    """The first two lines."""
    about: dict[str, Any] = {"kind": kinds.SWEEP, "version": VERSION, "written_by": written_by()}
    told = msgspec.to_builtins(settings)
    about |= {"spec": told, "checksum": checksum([json.dumps(told, sort_keys=True)])}
    return f"# {json.dumps(about, ensure_ascii=True)}\n{','.join((*COLUMNS, _CHECK))}\n".encode()


class Writer:
    """Appends rows to a file, each whole; it is on the disk some seconds later, whatever happens to the machine."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        with writing.telling(path):
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND)
            # What a killed process left of its last line goes.
            os.ftruncate(self._file, size)
        self._end, self._synced = size, time.monotonic()

    def append(self, row: Row) -> None:
        """RunError where it cannot be written, as the disk is full; what there was stays."""
        line = line_of(row)
        with writing.telling(self.path):
            try:
                written = os.write(self._file, line)
                if written < len(line):
                    os.write(self._file, line[written:])
            except OSError:
                os.ftruncate(self._file, self._end)
                raise
            self._end += len(line)
            if (now := time.monotonic()) - self._synced >= _SYNCED:
                os.fsync(self._file)
                self._synced = now

    def close(self) -> None:
        try:
            with writing.telling(self.path):
                os.fsync(self._file)
        finally:
            os.close(self._file)


class Found(NamedTuple):
    """What a file has: settings, columns, where the rows begin, and these, each with where its line ends."""

    settings: Settings
    columns: tuple[str, ...]
    begins: int
    rows: Iterator[tuple[Row, int]]


def read(path: Path) -> Found:
    """RunError if it is no such file or, as its rows are taken, if it is damaged."""
    with reading(path):
        file = opened(path)
    try:
        with reading(path):
            settings = _head(path, file.readline(_FIRST))
            columns = file.readline(_LONGEST).decode().rstrip("\n").split(",")
            if columns[-1:] != [_CHECK] or not set(_NEEDED) <= set(columns) or len(set(columns)) < len(columns):
                raise ValueError("its second line does not name the columns of a sweep")
            begins = file.tell()
    except BaseException:
        file.close()
        raise
    return Found(settings, tuple(columns[:-1]), begins, _rows(path, file, columns[:-1], settings.rows()))


def _head(path: Path, line: bytes) -> Settings:
    if not line.startswith(b"# {") or not line.endswith(b"\n"):
        raise ValueError("its first line is not that of a sweep")
    about = parsed(line[2:])
    if about.get("kind") != kinds.SWEEP:
        raise ValueError(f"it is {str(about.get('kind'))[:40]}")
    check_version(path, about["version"], about.get("written_by"))
    if about["checksum"] != checksum([json.dumps(about["spec"], sort_keys=True)]):
        raise ValueError("its first line has changed since it was written")
    return settings_of(about["spec"])


def _rows(path: Path, file: BinaryIO, columns: list[str], check: Callable[[Row], None]) -> Iterator[tuple[Row, int]]:
    with file, reading(path):
        fault, number, end = None, 2, file.tell()
        while line := file.readline(_LONGEST):
            number += 1
            if fault is not None:
                raise ValueError(fault)
            try:
                check(row := row_of(line, columns))
            # The last line may be one that a killed process began.
            except (ValueError, csv.Error) as error:
                fault = f"line {number}: {error}"
                continue
            end += len(line)
            yield row, end


def row_of(line: bytes, columns: Sequence[str]) -> Row:
    """The row of a line; ValueError, or csv's own error, for one that is damaged."""
    if not line.endswith(b"\n"):
        raise ValueError("it is cut off")
    text, _, check = line[:-1].decode().rpartition(",")
    if check != f"{zlib.crc32(text.encode()):08x}":
        raise ValueError("it has changed since it was written")
    (values,) = csv.reader([text], strict=True)
    if len(values) != len(columns):
        raise ValueError(f"it has {len(values)} values, expected {len(columns)}")
    row = {name: _value(name, value) for name, value in zip(columns, values, strict=True)}
    for name in _NEEDED:
        if row[name] is None:
            raise ValueError(f"it has no {name}")
    if row["status"] not in STATUSES:
        raise ValueError(f"status '{str(row['status'])[:40]}' is none")
    return row


def _value(name: str, text: str) -> str | int | float | None:
    if not text:
        return None
    if name in TEXTS or name not in COLUMNS:
        return text
    number = float(text)
    if not _LEAST.get(name, -math.inf) <= number <= _MOST.get(name, math.inf) or (
        name in WHOLE and not number.is_integer()
    ):
        raise ValueError(f"{name} = {text[:40]} is not allowed")
    return int(number) if name in WHOLE else number


def _text(value: str | int | float | None) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value
    return repr(float(value)) if isinstance(value, float) else str(int(value))
