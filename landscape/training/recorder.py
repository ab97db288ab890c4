"""Recorder: a run folder that is written while somebody else's loop trains a model."""

from __future__ import annotations

import atexit
import math
import os
import sys
import time
import warnings
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np

from ..core.annotations import Array
from ..core.checks import finite, fraction
from ..core.errors import LandscapeError, shortened, unknown
from ..files import archives, kinds
from ..files.locks import Lock
from ..models.specification import Specification
from . import folder, summary
from .recorded import specification_of, write_weights
from .run import Run
from .thinning import Thinning

_SOONEST = 2.0  # seconds between two checkpoints at the least
_CHECKPOINTS, _NORMS = 0.005, 0.005  # shares of the time that checkpoints, and norms of gradients, may take
_MEASURED = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")


class Reader(Protocol):
    """What is read of a model while it is trained."""

    @property
    def specification(self) -> Specification: ...

    def params(self) -> Array:
        """(P,), as they are now."""
        ...

    def gradient_norm(self) -> float:
        """Of the gradient that the last step was taken with; nan if there is none."""
        ...

    def lr(self) -> float:
        """The learning rate of the last step; nan if it is not known."""
        ...

    def values(self, losses: Sequence[Any]) -> list[float]:
        """Losses as numbers."""
        ...


class Recorder:
    """Writes a run folder as training goes. `record` makes it.

    Whatever goes wrong with the folder, such as a disk that is full, is one warning: the training goes on, and the
    folder stays what it was at its last checkpoint.

    Attributes
    ----------
    folder : where it writes.
    steps : taken so far.
    """

    def __init__(
        self,
        reader: Reader,
        target: Path,
        settings: dict[str, Any],
        thinning: Thinning,
        every: int | None,
        half: bool,
        resume: bool,
    ) -> None:
        self._reader, self.folder, self._settings, self._every = reader, target, settings, every
        self._thinning = thinning
        self._kind = np.dtype(np.float16) if half else np.dtype(settings["network"]["dtype"])
        self.steps, self._seconds, self._began = 0, 0.0, time.perf_counter()
        self._losses, self._norms, self._rates = array("d"), array("d"), array("d")
        self._pending: list[Any] = []
        self._measurements: dict[str, list[float]] = {"measured_step": [], **{name: [] for name in _MEASURED}}
        self._rows: dict[int, tuple[int, int]] = {}  # of each snapshot's step: its row in the file, and its checksum
        self._free: list[int] = []  # rows that no checkpoint will need
        self._given_up: list[int] = []  # rows that the last checkpoint still needs
        self._next, self._norming = _SOONEST, 0.0
        self._open = self._sound = True
        self._held: Array | None = None
        self._lock = Lock(Path(os.path.realpath(target)))
        target.mkdir(parents=True, exist_ok=True)
        self._lock.take()
        try:
            self._restore() if resume and folder.is_run(target) else self._begin()
            self._file = folder.Rows(target)
        except BaseException:
            self._lock.leave()
            raise
        atexit.register(self._at_exit)

    def __repr__(self) -> str:
        return f"<Recorder of {self.steps:,} steps in '{self.folder}'>"

    def step(self, loss: Any = math.nan, lr: float | None = None) -> None:
        """After each step of the optimizer: the batch's loss before it, a number or a tensor; and the step's learning
        rate, where a schedule has already set the next one, or no optimizer is known."""
        if not self._open:
            raise ValueError(f"the recorder of '{self.folder}' is closed")
        self.steps, self._held = self.steps + 1, None
        if not self._sound:
            return
        began = time.perf_counter()
        self._pending.append(loss.detach() if hasattr(loss, "detach") else loss)
        self._rates.append(self._reader.lr() if lr is None else lr)
        self._norms.append(self._norm(began) if self._norming <= _NORMS * (began - self._began) else math.nan)
        if self._due(self.steps):
            self._guarded(lambda: self._snapshot(self._reader.params()))
        now = time.perf_counter()
        if now - self._began >= self._next:
            self._guarded(self._checkpoint)
            self._next = time.perf_counter() - self._began + max(_SOONEST, (time.perf_counter() - now) / _CHECKPOINTS)

    def measure(self, **values: float) -> None:
        """What was measured after the last step, as far as it was: train_loss, train_accuracy, test_loss, and
        test_accuracy; accuracies lie between 0 and 1."""
        for name, value in values.items():
            if name not in _MEASURED:
                raise unknown("measurement", name, _MEASURED)
            if name.endswith("accuracy"):
                fraction(name, value)
            elif not math.isnan(value):
                finite(name, value)
        if self._measurements["measured_step"][-1:] == [self.steps]:
            for kept in self._measurements.values():
                kept.pop()
        self._measurements["measured_step"].append(self.steps)
        for name in _MEASURED:
            self._measurements[name].append(float(values.get(name, math.nan)))

    def hold(self) -> None:
        """Keep the parameters of now as those of the last step, whatever becomes of them before the next: at the end
        many libraries put the best ones in their place."""
        if self._open and self._sound:
            self._held = self._reader.params()

    def save(self) -> None:
        """Write a checkpoint now."""
        if self._open and self._sound:
            self._guarded(self._checkpoint)

    def close(self) -> Path:
        """The training is over: complete the folder."""
        if self._open:
            if self._sound:
                self._guarded(self._finish)
            self._leave()
        return self.folder

    def stop(self) -> Path:
        """The training is not over, but ends here for now: it can be resumed."""
        if self._open:
            self.save()
            self._leave()
        return self.folder

    def run(self) -> Run:
        """All that was recorded so far."""
        self.save()
        return Run.load(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.stop()

    def _norm(self, began: float) -> float:
        """Of the gradient: as often as its share of the time allows, as reading all of it also empties the caches of
        what the next step needs."""
        norm = self._reader.gradient_norm()
        self._norming += time.perf_counter() - began
        return norm

    def _due(self, step: int) -> bool:
        return step % self._every == 0 if self._every else self._thinning.due(step)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do what writes; whatever prevents it is one warning, and the last."""
        try:
            work()
        except (OSError, LandscapeError, MemoryError) as error:
            self._sound = False
            warnings.warn(
                f"recording stopped at step {self.steps}, the training goes on: {shortened(str(error), 300)}",
                stacklevel=3,
            )

    def _params(self) -> Array:
        """(P,), after the last step."""
        return self._reader.params() if self._held is None else self._held

    def _begin(self) -> None:
        start = self._reader.params()
        with folder.replacing(self.folder) as place:
            folder.write_snapshots(place(folder.SNAPSHOTS), start[None].astype(self._kind))
            self._thinning.keep(0)
            self._rows[0] = 0, _sum(start.astype(self._kind))
            archives.write(place(folder.CHECKPOINT), kinds.CHECKPOINT, self._state(start))
            self._summary(place(kinds.SUMMARY))

    def _restore(self) -> None:
        """Take up the last checkpoint."""
        folder.take_up(self.folder)
        about = folder.read_summary(self.folder)
        if about["finished"]:
            raise ValueError(f"cannot resume '{self.folder}': it is complete; give another place")
        # Not by their names, of which Keras gives a model other ones each time that it is built.
        networks = about["settings"]["network"], self._settings["network"]
        there, here = ([one["shape"] for one in network.get("tensors", [])] for network in networks)
        if there != here:
            raise ValueError(f"cannot resume '{self.folder}': it is of another model")
        run, _ = Run.from_checkpoint(self.folder, about["settings"])
        found = archives.read(folder.place(self.folder, folder.CHECKPOINT), kinds.CHECKPOINT, {})
        self._kind = run.snapshots.dtype
        self._seconds, self.steps = run.seconds, len(run.history["loss"])
        self._losses, self._norms = array("d", run.history["loss"]), array("d", run.history["gradient_norm"])
        self._rates = array("d", run.history.get("lr", np.full(self.steps, np.nan)))
        for name, kept in self._measurements.items():
            kept.extend(run.history[name].tolist())
        rows = zip(run.steps.tolist(), found["snapshot_row"].tolist(), found["snapshot_sum"].tolist(), strict=True)
        self._rows = {step: (row, total) for step, row, total in rows}
        taken = {row for row, _ in self._rows.values()}
        self._free = [row for row in range(max(taken) + 1) if row not in taken]
        for step in self._rows:
            for gone in self._thinning.keep(step):
                self._give_up(gone)

    def _snapshot(self, params: Array) -> None:
        """Keep the parameters of this step, if they are finite, in a row that nothing needs."""
        if not np.isfinite(params).all():
            return
        kept = params.astype(self._kind)
        if not self._every:
            for gone in self._thinning.keep(self.steps):
                if gone != self.steps:
                    self._give_up(gone)
            if self.steps not in self._thinning.kept[-1:]:
                return
        row = self._free.pop() if self._free else self._file.count
        self._file.put(kept, row)
        self._rows[self.steps] = row, _sum(kept)

    def _give_up(self, step: int) -> None:
        if step in self._rows:
            self._given_up.append(self._rows.pop(step)[0])

    def _checkpoint(self) -> None:
        self._lock.check()
        self._file.flush()
        archives.write(self.folder / folder.CHECKPOINT, kinds.CHECKPOINT, self._state(self._params()))
        self._summary(self.folder / kinds.SUMMARY)
        self._free += self._given_up
        self._given_up = []

    def _finish(self) -> None:
        """Write the complete run beside what there is, and put it in its place."""
        params, kind = self._params(), self._kind
        if self.steps not in self._rows and np.isfinite(params).all():
            row = self._file.count
            self._file.put(params.astype(kind), row)
            self._rows[self.steps] = row, _sum(params.astype(kind))
        self._checkpoint()
        steps = sorted(self._rows)
        with folder.replacing(self.folder) as place:
            checksum = folder.copy_snapshots(
                self.folder, [self._rows[step][0] for step in steps], place(folder.SNAPSHOTS)
            )
            history = {"snapshot_step": np.array(steps), **self._history()}
            archives.write(place(folder.HISTORY), kinds.HISTORY, history)
            write_weights(place(folder.WEIGHTS), specification_of(self._settings["network"]), params)
            sums = {name: folder.checksum_of(place(name).read_bytes()) for name in (folder.HISTORY, folder.WEIGHTS)}
            self._summary(place(kinds.SUMMARY), {folder.SNAPSHOTS: checksum, **sums})

    def _state(self, params: Array) -> dict[str, Any]:
        steps = sorted(self._rows)
        return {
            "params": params,
            "seconds": self._time(),
            "snapshot_step": np.array(steps, dtype=np.int64),
            "snapshot_row": np.array([self._rows[step][0] for step in steps], dtype=np.int64),
            "snapshot_sum": np.array([self._rows[step][1] for step in steps], dtype=np.int64),
            **{f"history/{name}": values for name, values in self._history().items()},
        }

    def _history(self) -> dict[str, Array]:
        """The arrays of `Run.history`, so far."""
        self._losses.extend(self._reader.values(self._pending))
        self._pending = []
        measured = len(self._measurements["measured_step"])
        return {
            "step": np.arange(self.steps),
            "loss": np.array(self._losses),
            "gradient_norm": np.array(self._norms),
            "lr": np.array(self._rates),
            **{name: np.array(values) for name, values in self._measurements.items()},
            "measured_step": np.array(self._measurements["measured_step"], dtype=np.int64),
            **{name: np.empty((measured, 0)) for name in ("layer_gradient_norm", "layer_error_norm", "update_ratio")},
            **{name: np.empty((measured, 0)) for name in ("dead", "saturated")},
            "sharpness_step": np.empty(0, dtype=np.int64),
            "sharpness": np.empty(0),
        }

    def _summary(self, path: Path, checksums: dict[str, str] | None = None) -> None:
        accuracy = self._measurements["test_accuracy"][-1:] or [math.nan]
        diverged = bool(len(self._losses)) and not math.isfinite(self._losses[-1]) and not math.isnan(self._losses[-1])
        settings = self._settings | {"steps": self.steps}
        summary.write(path, settings, self.steps, accuracy[0], diverged, self._time(), checksums)

    def _time(self) -> float:
        return self._seconds + time.perf_counter() - self._began

    def _leave(self) -> None:
        self._open = False
        self._file.close()
        self._lock.leave()
        atexit.unregister(self._at_exit)

    def _at_exit(self) -> None:
        """Whoever forgot to close it has come to the end, or to an error."""
        if getattr(sys, "last_value", None) is None:
            self.close()
        else:
            self.stop()


def _sum(row: Array) -> int:
    return int(folder.checksum_of(row), 16)
