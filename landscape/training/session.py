"""A training run under way: the loop over batches, and the checkpoints that it can go on from."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import merge
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..compiled.trainer import Trainer
from ..core.annotations import Array
from ..core.errors import RunError
from ..datasets import Dataset
from ..files import archives, kinds
from ..files.archives import reading
from ..files.locks import Lock
from ..networks.mlp import MLP
from ..optimizers import Optimizer, schedules
from ..optimizers.schedules import Schedule
from . import folder, measuring, steps, summary
from .run import Run

_REPORT_EVERY = 0.1  # seconds
_AT_ONCE, _MOST_AT_ONCE = 0.03, 256  # seconds of steps that are taken without a look at anything else, and steps
_BLOWN_UP = 100.0  # times the loss at the start
_OTHERS = ("step", "loss", "gradient_norm", "sharpness_step", "sharpness")  # in the history, beside measurements


@dataclass(frozen=True)
class Status:
    """How far a training run is.

    Attributes
    ----------
    step, steps : taken so far, and planned.
    epoch, epochs : the present one, from 1, and how many are planned.
    loss : of the last batch.
    images_per_second : since training began or was resumed.
    test_accuracy, measured_step : when it was last measured, and after which step that was; 0 is the start.
    measured : True if that was just now.
    """

    step: int
    steps: int
    epoch: int
    epochs: int
    loss: float
    images_per_second: float
    test_accuracy: float
    measured_step: int
    measured: bool


class Steps(Protocol):
    """Steps in ascending order, which a range holds without room for each."""

    def __contains__(self, step: object, /) -> bool: ...
    def __iter__(self) -> Iterator[int]: ...
    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Due:
    """After which steps something is due."""

    snapshot: Steps
    measurement: Steps
    sharpness: Steps

    def after(self, step: int) -> Iterator[int]:
        """The steps beyond this one at which anything is, each once."""
        last = step
        for one in merge(self.snapshot, self.measurement, self.sharpness):
            if one > last:
                yield one
                last = one


class Session:
    """A training run between two steps: what a checkpoint holds, and how to go on from it."""

    def __init__(
        self,
        net: MLP,
        data: Dataset,
        optimizer: Optimizer,
        schedule: Schedule,
        size: int,
        settings: dict[str, Any],
        due: Due,
    ) -> None:
        self.net, self.data, self.optimizer, self.schedule = net, data, optimizer, schedule
        self.size, self.settings, self.due = size, settings, due
        self.params = net.params.astype(net.dtype)
        # A hyperparameter may be too large for the network's precision: then the run diverges.
        with np.errstate(all="ignore"):
            self.state = optimizer.init(self.params, net.blocks)
        self.step, self.seconds, self.diverged = 0, 0.0, False
        self.losses, self.norms = np.empty(settings["steps"]), np.empty(settings["steps"])
        self.measurements: dict[str, list[Any]] = {}
        self.sharpnesses: list[tuple[int, float]] = []
        # Memory that is not yet written to is not taken either.
        self.snapshots = np.empty((len(due.snapshot), self.params.size), dtype=self.params.dtype)
        self.steps: list[int] = []  # of the snapshots so far
        self.written, self.checksum = 0, ""  # snapshots that the folder has already, and their checksum
        self.lock: Lock | None = None  # of the folder

    @property
    def size_on_disk(self) -> int:
        """About how many bytes its run folder takes."""
        state = sum(int(value.nbytes) for value in self.state.values() if isinstance(value, np.ndarray))
        steps: int = self.settings["steps"]
        return (len(self.snapshots) + 2) * int(self.params.nbytes) + state + 50 * steps

    def begin(self, target: Path | None) -> None:
        """Look at the start, and make the run folder."""
        self._record_due()
        if target is not None:
            with folder.replacing(target) as place:
                folder.write_snapshots(place(folder.SNAPSHOTS), self.snapshots[:1])
                self._written(self.snapshots[:1])
                archives.write(place(folder.CHECKPOINT), kinds.CHECKPOINT, self._checkpoint())
                self._write_summary(place(kinds.SUMMARY))

    def restore(self, target: Path) -> None:
        """Take up the last checkpoint."""
        folder.take_up(target)
        run, state = Run.from_checkpoint(target, self.settings)
        with reading(target, f"the checkpoint in '{target}'"):
            if run.params.shape != self.params.shape or len(run.steps) > len(self.snapshots):
                raise ValueError("it is of another network")
            np.copyto(self.params, run.params)
            for key, value in self.state.items():
                if isinstance(value, np.ndarray):
                    if state[key].shape != value.shape:
                        raise ValueError(f"state/{key} has shape {state[key].shape}, expected {value.shape}")
                    np.copyto(value, state[key])
                elif isinstance(value, int | float):
                    self.state[key] = type(value)(state[key])
            history = run.history
            self.step, self.seconds = len(history["loss"]), run.seconds
            self.losses[: self.step], self.norms[: self.step] = history["loss"], history["gradient_norm"]
            # Without the one that was made for the checkpoint.
            rows = [row for row, step in enumerate(history["measured_step"]) if step in self.due.measurement]
            self.measurements = {name: list(one[rows]) for name, one in history.items() if name not in _OTHERS}
            self.sharpnesses = list(zip(history["sharpness_step"].tolist(), history["sharpness"].tolist(), strict=True))
            self.steps = run.steps.tolist()
            self.snapshots[: len(run.steps)] = run.snapshots
            self._written(run.snapshots)

    def run(self, target: Path | None, checkpoint_every: float, progress: Callable[[Status], None] | None) -> None:
        """Train from where it stands to the end, or until Ctrl-C."""
        steps, engine, batches = self.settings["steps"], self._engine(), _Batches(self)
        upcoming = chain(self.due.after(self.step), [steps + 1])
        next_due, at_once, span = next(upcoming), 1, min(_AT_ONCE, checkpoint_every)

        def report(measured: bool) -> None:
            if progress is not None:
                done, spent = self.step - first, self.seconds + time.perf_counter() - began - seconds
                progress(self._status(done * self.size / max(spent, 1e-9), measured))

        with _interruptible(target is not None) as stop, np.errstate(all="ignore"):
            first, seconds = self.step, self.seconds
            began = now = time.perf_counter()
            next_report, next_checkpoint = began, began + checkpoint_every
            report(self.measurements["measured_step"][-1] == self.step)
            while self.step < steps:
                chosen = batches.after(self.step, min(at_once, next_due - self.step) if self.step else 1)
                losses, norms, self.diverged = engine.advance(chosen, self._rates(len(chosen)), self._limit())
                done, here = len(losses), self.step
                self.losses[here : here + done], self.norms[here : here + done] = losses, norms
                self.step += done
                if self.diverged:
                    break

                before, now = now, time.perf_counter()
                at_once = max(1, min(int(span * done / max(now - before, 1e-9)), _MOST_AT_ONCE))
                if self.step == next_due:
                    self.seconds += now - began
                    measured = self._record_due()
                    next_due, began = next(upcoming), time.perf_counter()
                    report(measured)
                elif now >= next_report:
                    report(measured=False)
                    next_report = now + _REPORT_EVERY
                if target is not None and (stop.is_set() or now >= next_checkpoint):
                    self.seconds += time.perf_counter() - began
                    self.save(target)
                    if stop.is_set():
                        raise KeyboardInterrupt(f"stopped at step {self.step} of {steps}")
                    began = time.perf_counter()
                    next_checkpoint = began + checkpoint_every
                now = time.perf_counter()
            self.seconds += time.perf_counter() - began
        if self.diverged and self.measurements["measured_step"][-1] < self.step:
            self._measure()

    def _engine(self) -> steps.Engine:
        """What takes the steps."""
        x, y = self.data.x_train.astype(self.net.dtype, copy=False), self.data.y_train
        kind = Trainer if self.settings["engine"] == "compiled" else steps.Plain
        return kind(self.net, self.optimizer, self.params, self.state, x, y, self.size)

    def _limit(self) -> float:
        """The loss beyond which the run has blown up; of the first batch any."""
        if not self.step:
            return math.inf
        return _BLOWN_UP * max(float(self.losses[0]), self.net.loss.uniform(self.net.sizes[-1]))

    def _rates(self, count: int) -> list[float]:
        """The learning rates of the next steps."""
        lr, steps = self.optimizer.lr, self.settings["steps"]
        if isinstance(self.schedule, schedules.Constant):
            return [lr] * count
        return [lr * self.schedule(self.step + k, steps) for k in range(count)]

    def save(self, target: Path) -> None:
        """Write a checkpoint, with a measurement of where it stands, so that a stopped run is shown by no older one.

        That one is not part of the history of a run that goes on: it ends like one that was never stopped.
        """
        if self.lock is not None:
            self.lock.check()
        before = {name: list(values) for name, values in self.measurements.items()}
        try:
            if before["measured_step"][-1] < self.step:
                self._measure()
            rows = self.snapshots[self.written : len(self.steps)]
            folder.append(target, rows, self.written)
            self._written(rows)
            archives.write(target / folder.CHECKPOINT, kinds.CHECKPOINT, self._checkpoint())
            self._write_summary(target / kinds.SUMMARY)
        except RunError as error:
            raise RunError(
                f"{error} (training stopped after step {self.step}; the last checkpoint is intact)"
            ) from error
        finally:
            self.measurements = before

    def end(self, target: Path | None) -> Run:
        """The Run; its folder is completed."""
        run = Run(
            settings=self.settings,
            params=self.params,
            snapshots=self.snapshots[: len(self.steps)],
            steps=np.array(self.steps, dtype=np.int64),
            history=self._history(),
            diverged=self.diverged,
            seconds=self.seconds,
            folder=None if target is None else Path(os.path.abspath(target)),
        )
        if target is not None:
            self.save(target)
            run.write_results(target.joinpath, self.checksum)
        return run

    def _record_due(self) -> bool:
        """Do what is due at the present step; True if a measurement was."""
        if self.step in self.due.snapshot and np.isfinite(self.params).all():
            self.snapshots[len(self.steps)] = self.params
            self.steps.append(self.step)
        if self.step in self.due.sharpness:
            self.sharpnesses.append((self.step, measuring.sharpness(self.net, self.params, self.data)))
        if self.step in self.due.measurement:
            self._measure()
            return True
        return False

    def _measure(self) -> None:
        # A network that diverged overflows.
        with np.errstate(all="ignore"):
            values = measuring.measure(self.net, self.params, self.state, self.data)
        for name, value in ({"measured_step": self.step} | values).items():
            self.measurements.setdefault(name, []).append(value)

    def _history(self) -> dict[str, Array]:
        """The arrays of `Run.history`, so far."""
        sharpnesses = np.array(self.sharpnesses, dtype=np.float64).reshape(-1, 2)
        return {
            "step": np.arange(self.step),
            "loss": self.losses[: self.step].copy(),
            "gradient_norm": self.norms[: self.step].copy(),
            **{name: np.array(values) for name, values in self.measurements.items()},
            "sharpness_step": sharpnesses[:, 0].astype(np.int64),
            "sharpness": sharpnesses[:, 1],
        }

    def _written(self, rows: Array) -> None:
        """Say that the folder has these snapshots as well."""
        self.written += len(rows)
        self.checksum = folder.checksum_of(rows, self.checksum)

    def _checkpoint(self) -> dict[str, Any]:
        state = {key: value for key, value in self.state.items() if isinstance(value, np.ndarray | int | float)}
        return {
            "params": self.params,
            "seconds": self.seconds,
            "snapshot_step": np.array(self.steps, dtype=np.int64),
            "snapshots": np.array(self.checksum),
            **{f"state/{key}": value for key, value in state.items()},
            **{f"history/{name}": values for name, values in self._history().items()},
        }

    def _write_summary(self, path: Path) -> None:
        accuracy = float(self.measurements["test_accuracy"][-1])
        summary.write(path, self.settings, self.step, accuracy, self.diverged, self.seconds)

    def _status(self, images_per_second: float, measured: bool) -> Status:
        steps, epochs = self.settings["steps"], self.settings["epochs"]
        return Status(
            step=self.step,
            steps=steps,
            epoch=min(epochs, self.step * epochs // max(steps, 1) + 1),
            epochs=epochs,
            loss=float(self.losses[self.step - 1]) if self.step else math.nan,
            images_per_second=images_per_second,
            test_accuracy=float(self.measurements["test_accuracy"][-1]),
            measured_step=int(self.measurements["measured_step"][-1]),
            measured=measured,
        )


class _Batches:
    """The images of each step, in an order that is drawn anew for each epoch."""

    def __init__(self, session: Session) -> None:
        self._images, self._size = len(session.data.x_train), session.size
        self._rng = np.random.default_rng(session.settings["seed"])
        self._drawn = 0  # epochs

    def after(self, step: int, most: int) -> NDArray[np.int64]:
        """The places (T, B) of the images of the next steps, at most so many and within an epoch."""
        per_epoch = self._images // self._size
        epoch, begin = divmod(step, per_epoch)
        while self._drawn <= epoch:
            # Drawn for epochs that are over, too, so that a resumed run sees the same orders.
            self._order = self._rng.permutation(self._images)[: per_epoch * self._size].reshape(per_epoch, -1)
            self._drawn += 1
        return self._order[begin : begin + most]


@contextmanager
def _interruptible(wanted: bool) -> Iterator[threading.Event]:
    """Lets Ctrl-C finish the step it falls into: the first sets the event, a second one interrupts at once."""
    stop = threading.Event()
    # Only the main thread may say what signals do.
    if not wanted or threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
