"""Table: what a sweep found, a row a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern
from typing import Any

import msgspec
import numpy as np

from .. import optimizers
from ..core import bounds
from ..core.annotations import Array
from ..core.checks import one_of
from ..core.errors import LandscapeError, RunError, shortened, unknown
from ..core.shown import Shown
from ..core.values import Value
from ..files import kinds, writing
from ..files.archives import reading
from ..files.frames import frame_of
from . import storing
from .bands import Sweep
from .cell import DONE, TRIED, Row
from .storing import COLUMNS, TEXTS, Settings

_ROW, _LINE = 1000, 150  # bytes of memory that a row takes while a table is read, and of a short line
# What tells one row from another, but for the learning rate and the seed.
GROUP = ("activation", "init", "depth", "width", "batch_size", "schedule", "optimizer")


@dataclass(frozen=True, eq=False, repr=False)
class Table(Value, Shown):
    """The rows of a sweep, in the order of its settings.

    Attributes
    ----------
    settings : of the sweep, by name, as its `Spec` has them: "optimizers", "lrs", "seeds", "target" …; of networks
        "networks" (activation and initialiser each), "depths", "widths", "batch_sizes", "data", "images", "epochs".
    columns : by name, an array (N,) each: texts, "" where there is none, and numbers, nan where there is none.

        - key, a checksum of all that decides the row; the settings optimizer, lr, schedule, seed, activation, init,
          depth (hidden layers), width, batch_size, images, epochs; most_steps of walks
        - status: "done"; "diverged"; "failed"; or "cut" by successive halving; and the reason of the last three
        - steps taken; loss at the end (of training the mean over the last tenth of the batches, as in
          `sweep_training`); test_loss, test_accuracy; steps_to the target: those after which the loss, of training the
          running mean over 2 % of the steps, stays at or below it; trained, 1 if the loss at the end is at or below the
          target, on a terrain if it has arrived there to stay; seconds that the cell took; engine
        - start_… and end_…, of the ground, if it was measured: gradient_norm, sharpness (the largest eigenvalue of the
          Hessian), negative (the share of all curvature, Σ|λ|, that is), level (the share of a random plane around the
          weights, 1.5 times the norm of each layer in reach, whose loss is within 0.1 of theirs), saturated and dead
          (shares of the hidden units)
    rungs : the trials of successive halving that were not the last of their cells, as a table of their own.
    """

    settings: Mapping[str, Any]
    columns: Mapping[str, Array]
    rungs: Table | None = field(default=None, compare=False)

    @classmethod
    def of(cls, settings: Settings, rows: Iterable[Row]) -> Table:
        """The table of these rows; of two with one key the later one counts."""
        found = _collected(rows)
        order = _order(settings, found)
        tried = found["status"][order] == TRIED
        told = msgspec.to_builtins(settings)
        whole = {name: column[order[~tried]] for name, column in found.items()}
        rungs = cls(told, {name: column[order[tried]] for name, column in found.items()}) if tried.any() else None
        return cls(told, whole, rungs)

    @classmethod
    def load(cls, path: str | Path) -> Table:
        """Read what `ls.sweeps.run` wrote, finished or not; RunError if it is something else or is damaged."""
        found = storing.read(Path(path))
        try:
            size = Path(path).stat().st_size
            bounds.memory({f"'{shortened(path)}'": size * _ROW // _LINE})
            with reading(Path(path)):
                return cls.of(found.settings, (row for row, _ in found.rows))
        except ValueError as error:
            raise RunError(str(error)) from error

    def save(self, path: str | Path) -> Path:
        """Write the rows as a file of the same form, .csv, or as a Parquet file, .parquet, which needs pandas and
        pyarrow; RunError if it cannot be written."""
        path = Path(path)
        one_of("ending of a table", path.suffix, (".csv", ".parquet"))
        if path.suffix == ".csv":
            rows = [*self.rows(), *(self.rungs.rows() if self.rungs else ())]
            lines = [storing.head_of(storing.settings_of(self.settings)), *map(storing.line_of, rows)]
            writing.write_bytes(path, b"".join(lines), kinds.SWEEP)
            return path
        frame = self.to_frame()
        writing.check(path, kinds.PARQUET)
        with writing.replacing(path) as file:
            try:
                frame.to_parquet(file, index=False)
            except ImportError:
                raise LandscapeError("Parquet needs pyarrow, which is not installed: pip install pyarrow") from None
        return path

    def to_frame(self) -> Any:
        """The rows as a `pandas.DataFrame`; LandscapeError where pandas is not installed."""
        return frame_of({name: _typed(name, column) for name, column in self.columns.items()})

    def __len__(self) -> int:
        return len(self.columns["key"])

    def __repr__(self) -> str:
        counts = [f"{count:,} {status}" for status, count in self.counts.items() if count]
        where = self.settings.get("terrain") or self.settings.get("data", "")
        return f"<Table of a sweep on {shortened(where)}: {', '.join(counts) or 'no cells yet'}>"

    @property
    def counts(self) -> dict[str, int]:
        """How many cells ended how."""
        return {status: int((self.columns["status"] == status).sum()) for status in storing.STATUSES}

    def __getitem__(self, name: str) -> Array:
        """A column (N,); ValueError with the nearest valid name for anything else."""
        one_of("column of a sweep", name, self.columns)
        return self.columns[name]

    def rows(self) -> Iterator[Row]:
        """The rows, one after the other, without what is not there."""
        names = list(self.columns)
        for values in zip(*self.columns.values(), strict=True):
            yield {name: _item(name, one) for name, one in zip(names, values, strict=True) if one == one and one != ""}

    def select(self, **wanted: Any) -> Table:
        """The rows in which columns have these values, one each or several: `select(optimizer="adam", depth=[3, 5])`.

        ValueError, with those that there are, for a column or a value that is not there.
        """
        chosen = np.ones(len(self), dtype=bool)
        for name, value in wanted.items():
            values = value if isinstance(value, list | tuple | set | np.ndarray) else [value]
            fits = np.zeros(len(self), dtype=bool)
            for one in values:
                given = str(one) if name in TEXTS else _number(one)
                here = np.asarray(self[name] == given, dtype=bool)
                if not here.any():
                    there = dict.fromkeys(str(_item(name, other)) for other in self[name] if other == other)
                    raise unknown(name, one, filter(None, there))
                fits |= here
            chosen &= fits
        return Table(self.settings, {name: column[chosen] for name, column in self.columns.items()})

    def groups(self, *names: str) -> dict[tuple[Any, ...], Array]:
        """Which rows, (K,), have each combination of values of these columns, in the order of the table."""
        columns = [self[name] for name in names]
        found: dict[tuple[Any, ...], list[int]] = {}
        for k, values in enumerate(zip(*columns, strict=True)):
            found.setdefault(tuple(_item(name, one) for name, one in zip(names, values, strict=True)), []).append(k)
        return {values: np.array(rows) for values, rows in found.items()}

    @property
    def score(self) -> str:
        """The column by which learning rates are compared: loss, and on a terrain steps_to."""
        return "steps_to" if self.settings.get("terrain") else "loss"

    def sweeps(self) -> list[Sweep]:
        """What the rows say on learning rates, a `Sweep` for each combination of all other settings but seeds.

        The score is the loss at the end, on a terrain the steps to the target; the median over seeds, but inf where any
        of them did not come through.
        """
        score = self.score
        said = "steps to the target" if score == "steps_to" else "training loss at the end"
        target, found = self.settings.get("target"), []
        good = np.inf if score == "steps_to" or target is None else float(target)
        for values, rows in self.groups(*GROUP).items():
            group = dict(zip(GROUP, values, strict=True))
            lrs = np.unique(self["lr"][rows])
            # Of what was cut the loss is one after fewer steps.
            there = (self["status"][rows] == DONE) & ~np.isnan(self[score][rows])
            scores = np.where(there, self[score][rows], np.inf)
            medians = np.array([_median(scores[self["lr"][rows] == lr]) for lr in lrs])
            steps = self.settings.get("steps") if score == "steps_to" else None
            optimizer = optimizers.stored(str(group["optimizer"]))
            found.append(Sweep(optimizer, lrs, medians, said, steps, good, self._setup(group)))
        return found

    def _setup(self, group: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of a group as a run of it would have them, by which names are told apart."""
        if self.settings.get("terrain"):
            return {}
        sizes = [self.settings["features"], *[group["width"]] * group["depth"], self.settings["classes"]]
        network = {"sizes": sizes, "activation": group["activation"], "init": group["init"]}
        names = ("data", "images", "epochs", "whole_pixels", "test_pixels")
        about = {name: self.settings.get(name, 0) for name in names}
        return about | {
            "network": network | {"loss": self.settings["loss"]},
            "optimizer": group["optimizer"],
            "schedule": group["schedule"],
            "batch_size": group["batch_size"],
        }


def _collected(rows: Iterable[Row]) -> dict[str, Array]:
    """The columns; texts that are the same are kept once."""
    lists: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    places: dict[str, int] = {}
    for k, row in enumerate(rows):
        for name, values in lists.items():
            value = row.get(name)
            if name in TEXTS:
                values.append(intern(str(value)) if value is not None else "")
            else:
                values.append(np.nan if value is None else value)
        places[str(row["key"])] = k
    last = np.array(list(places.values()), dtype=np.int64)
    return {
        name: np.array(values, dtype=object if name in TEXTS else np.float64)[last] for name, values in lists.items()
    }


def _order(settings: Settings, columns: Mapping[str, Array]) -> Array:
    """The rows in the order of the settings, and where they are the same, of less before more work."""
    nets = [f"{a}\n{b}" for a, b in settings.networks]
    both = [f"{a}\n{b}" for a, b in zip(columns["activation"], columns["init"], strict=True)]
    axes: list[tuple[list[Any], Iterable[Any]]] = [
        (nets, both),
        (settings.depths, columns["depth"]),
        (settings.widths, columns["width"]),
        ([str(one) for one in settings.batch_sizes], columns["batch_size"]),
        (settings.schedules, columns["schedule"]),
        (settings.optimizers, columns["optimizer"]),
        (settings.lrs, columns["lr"]),
        (settings.seeds, columns["seed"]),
    ]
    keys = [np.nan_to_num(columns["most_steps"]), np.nan_to_num(columns["images"]), np.nan_to_num(columns["epochs"])]
    for values, column in reversed(axes):
        places = {one: k for k, one in enumerate(values)}
        keys.append(np.array([places.get(one, len(places)) for one in column], dtype=np.float64))
    return np.lexsort(keys)


def _number(given: Any) -> Any:
    """A number, which may be given as a text."""
    try:
        return float(given)
    except (TypeError, ValueError):
        return given


def _item(name: str, value: Any) -> Any:
    """A value as Python's own, whole numbers as such; None for none."""
    if name in TEXTS:
        return value
    if value != value:
        return None
    return int(value) if name in storing.WHOLE else float(value)


def _typed(name: str, column: Array) -> Array:
    """Whole numbers as such where all are there."""
    return column.astype(np.int64) if name in storing.WHOLE and not np.isnan(column).any() else column


def _median(scores: Array) -> float:
    # At a rate at which one seed diverges, nobody would train.
    return float(np.median(scores)) if np.isfinite(scores).all() else np.inf
