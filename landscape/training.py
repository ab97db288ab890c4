"""Training a network by minibatches."""

from __future__ import annotations

import math
import signal
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from . import folder, measuring, optimizers, schedules
from .checks import at_least, one_of, positive
from .datasets import Dataset
from .errors import RunError
from .network import MLP, Workspace
from .optimizers import Optimizer
from .run import Run, summary
from .schedules import Schedule

Array = NDArray[Any]
When = int | Sequence[int]

_REPORT_EVERY = 0.1  # seconds
_BLOWN_UP = 100.0  # times the loss at the start
_OTHERS = ("step", "loss", "gradient_norm", "sharpness_step", "sharpness")  # in the history, beside measurements
_MANY = 512  # images a batch, from which on more than one BLAS thread pays


@dataclass(frozen=True)
class Status:
    """How far a training run is.

    Attributes
    ----------
    step, steps : taken so far, and planned.
    epoch, epochs : the present one, from 1, and how many are planned.
    loss : of the last batch.
    images_per_second : since training began or was resumed.
    test_accuracy : when it was last measured.
    measured : True if that was just now.
    """

    step: int
    steps: int
    epoch: int
    epochs: int
    loss: float
    images_per_second: float
    test_accuracy: float
    measured: bool


def train(
    net: MLP,
    data: Dataset,
    optimizer: Optimizer | str,
    epochs: int = 1,
    batch_size: int | Literal["full"] = 32,
    seed: int = 0,
    schedule: Schedule | str | None = None,
    snapshots: int = 200,
    out: str | Path | None = None,
    resume: bool = False,
    progress: Callable[[Status], None] | None = None,
    *,
    spacing: Literal["linear", "log"] = "linear",
    measure: Literal["epoch"] | When = "epoch",
    sharpness: When = 0,
    checkpoint_every: float = 10.0,
) -> Run:
    """Train `net` from its parameters, which stay as they are, and return the Run.

    Parameters
    ----------
    optimizer : one of `optimizers`, or its notation: "adam:lr=0.01,clip=1".
    batch_size : images a step, or "full": all of them, so an epoch is one step.
    seed : of the order of the images, drawn anew each epoch; a last batch that is not full is left out.
    schedule : of the learning rate, or its notation: "cosine", "warmup:length=500,then=cosine".
    snapshots : how many times the parameters are recorded; the start comes on top.
    spacing : "linear", or "log" for snapshots that are close together at the start.
    measure : when accuracies and the state of the layers are measured: after every "epoch", every k steps, or at the
        steps given; at the start and at the end in any case.
    sharpness : when the Hessian's largest eigenvalue is: every k steps, or at the steps given; 0 for never.
    out : a run folder; an older run there is replaced, unless `resume`. It is usable from the first second on.
    resume : continue the run in `out` from its last checkpoint, to the same bits as if it had never stopped. Where
        there is none yet it begins; one that has ended is returned as it is.
    checkpoint_every : seconds between two checkpoints. Ctrl-C, too, finishes its step and leaves a checkpoint.
    progress : called now and then as progress(status).

    A loss or gradient that is not finite, or a batch's loss above 100 times that of the first batch (or of a network
    whose logits are 0, if that is more), ends the training: the run says `diverged` and keeps all before it. Where such
    a loss does not go on to overflow, the ReLU units have died, and the network has forgotten how to learn.

    Raises
    ------
    ValueError for a setting that is not allowed, or, with `resume`, another than the run began with; RunError if `out`
    cannot be written: its last checkpoint is then intact.
    """
    at_least("epochs", epochs, 0)
    at_least("snapshots", snapshots, 1)
    at_least("seed", seed, 0)
    positive("checkpoint_every", checkpoint_every)
    one_of("spacing", spacing, ("linear", "log"))
    if resume and out is None:
        raise ValueError("resume = True is not allowed without out, the run folder to continue")
    optimizer = optimizers.parse(optimizer) if isinstance(optimizer, str) else optimizer
    schedule = schedules.parse(schedule) if isinstance(schedule, str) else schedule or schedules.Constant()
    images = len(data.x_train)
    size = images if batch_size == "full" else batch_size
    _check_fit(net, data, size)
    steps = epochs * (images // size)

    settings = {
        "network": net.settings,
        "optimizer": optimizers.text(optimizer),
        "schedule": schedules.text(schedule),
        "data": data.name,
        "source": data.source,
        "images": images,
        "epochs": epochs,
        "steps": steps,
        "batch_size": batch_size,
        "seed": seed,
        "snapshots": snapshots,
        "spacing": spacing,
        "measure": measure if isinstance(measure, str | int) else list(measure),
        "sharpness": sharpness if isinstance(sharpness, int) else list(sharpness),
        # Checksums: names alone do not say that weights and images are the same.
        "weights": zlib.crc32(net.params.tobytes()),
        "pixels": zlib.crc32(data.x_train[::61].tobytes()) ^ zlib.crc32(data.y_train.tobytes()),
        "version": _version(),
    }
    due = _Due(
        _spread(snapshots, steps, spacing),
        _at("measure", images // size if measure == "epoch" else measure, steps) | {0, steps},
        _at("sharpness", sharpness, steps),
    )
    training = _Training(net, data, optimizer, schedule, size, settings, due)
    target = None if out is None else Path(out)
    if target is not None and resume and (target / folder.SUMMARY).exists():
        about = folder.read_json(target)
        _check_same(target, about["settings"], settings)
        if about["finished"]:
            return Run.load(target)
        training.restore(target)
    else:
        training.begin(target)
    training.run(target, checkpoint_every, progress)
    return training.end(target)


@dataclass(frozen=True)
class _Due:
    """After which steps something is due."""

    snapshot: set[int]
    measurement: set[int]
    sharpness: set[int]


class _Training:
    """A training run between two steps: what a checkpoint holds, and how to go on from it."""

    def __init__(
        self,
        net: MLP,
        data: Dataset,
        optimizer: Optimizer,
        schedule: Schedule,
        size: int,
        settings: dict[str, Any],
        due: _Due,
    ) -> None:
        self.net, self.data, self.optimizer, self.schedule = net, data, optimizer, schedule
        self.size, self.settings, self.due = size, settings, due
        self.params = net.params.copy()
        self.state = optimizer.init(self.params, net.blocks)
        self.step, self.seconds, self.diverged = 0, 0.0, False
        self.losses, self.norms = np.empty(settings["steps"]), np.empty(settings["steps"])
        self.measurements: dict[str, list[Any]] = {}
        self.sharpnesses: list[tuple[int, float]] = []
        self.snapshots: list[Array] = []
        self.steps: list[int] = []
        self.written = 0  # snapshots that the folder has already

    def begin(self, target: Path | None) -> None:
        """Look at the start, and make the run folder."""
        self._look()
        if target is not None:
            folder.begin(target, np.array(self.snapshots), self._checkpoint(), self._summary())
            self.written = len(self.snapshots)

    def restore(self, target: Path) -> None:
        """Take up the last checkpoint."""
        checkpoint = folder.read_arrays(target / folder.CHECKPOINT)
        try:
            run = Run.from_checkpoint(target, self.settings, checkpoint)
            np.copyto(self.params, run.params)
            for key, value in self.state.items():
                if isinstance(value, np.ndarray):
                    np.copyto(value, checkpoint[f"state/{key}"])
                elif isinstance(value, int | float):
                    self.state[key] = type(value)(checkpoint[f"state/{key}"])
            history = run.history
            self.step, self.seconds = len(history["loss"]), run.seconds
            self.losses[: self.step], self.norms[: self.step] = history["loss"], history["gradient_norm"]
            self.measurements = {name: list(values) for name, values in history.items() if name not in _OTHERS}
            self.sharpnesses = list(zip(history["sharpness_step"].tolist(), history["sharpness"].tolist(), strict=True))
            self.snapshots, self.steps, self.written = list(run.snapshots), run.steps.tolist(), len(run.steps)
        except (KeyError, ValueError) as error:
            raise RunError(f"the checkpoint in '{target}' is damaged: {error}") from error

    def run(self, target: Path | None, checkpoint_every: float, progress: Callable[[Status], None] | None) -> None:
        """Train from where it stands to the end, or until Ctrl-C."""
        net, optimizer, params, state = self.net, self.optimizer, self.params, self.state
        steps, constant = self.settings["steps"], isinstance(self.schedule, schedules.Constant)
        gradient, workspace = np.empty_like(params), Workspace(net, self.size)
        probe = _Probe(workspace, params)
        due = sorted(step for step in self.due.snapshot | self.due.measurement | self.due.sharpness if step > self.step)
        due.append(steps + 1)
        upcoming = iter(due)
        next_due = next(upcoming)

        def report(measured: bool) -> None:
            if progress is not None:
                done, spent = self.step - first, self.seconds + time.perf_counter() - began - seconds
                progress(self._status(done * self.size / max(spent, 1e-9), measured))

        # One BLAS thread is faster than two for matrices as small as a batch's.
        threads = threadpool_limits(1 if self.size < _MANY else None, "blas")
        with _interruptible(target is not None) as stop, threads, np.errstate(all="ignore"):
            first, seconds = self.step, self.seconds
            began = time.perf_counter()
            next_report, next_checkpoint = began, began + checkpoint_every
            report(measured=True)
            limit = 0.0
            for x, y in self._batches():
                probe.x, probe.y = x, y
                loss = workspace.loss_and_gradient(params, x, y, gradient)
                norm = math.sqrt(np.dot(gradient, gradient))
                limit = limit or _BLOWN_UP * max(self.losses[0] if self.step else loss, net.loss.blank(net.sizes[-1]))
                if not (loss <= limit and math.isfinite(norm)):
                    self.diverged = True
                    break
                self.losses[self.step], self.norms[self.step] = loss, norm
                rate = None if constant else optimizer.lr * self.schedule(self.step, steps)
                optimizer.step_(params, gradient, state, lr=rate, probe=probe)
                self.step += 1

                now = time.perf_counter()
                if self.step == next_due:
                    self.seconds += now - began
                    measured = self._look()
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
            self.seconds += time.perf_counter() - began
        if self.diverged and self.measurements["measured_step"][-1] < self.step:
            self._measure()

    def save(self, target: Path) -> None:
        """Write a checkpoint."""
        try:
            folder.append(target, np.array(self.snapshots[self.written :]), self.written)
            folder.write_arrays(target / folder.CHECKPOINT, self._checkpoint())
            folder.write_json(target / folder.SUMMARY, self._summary())
        except RunError as error:
            raise RunError(
                f"{error} (training stopped after step {self.step}; the last checkpoint is intact)"
            ) from error
        self.written = len(self.snapshots)

    def end(self, target: Path | None) -> Run:
        """The Run; its folder is completed."""
        run = Run(
            settings=self.settings,
            params=self.params,
            snapshots=np.array(self.snapshots),
            steps=np.array(self.steps, dtype=np.int64),
            history=self._history(),
            diverged=self.diverged,
            seconds=self.seconds,
        )
        if target is not None:
            self.save(target)
            run.write_results(target)
        return run

    def _batches(self) -> Iterator[tuple[Array, Array]]:
        """Images and labels of all the steps that are left, in buffers that are used again."""
        x, y = self.data.x_train.astype(self.net.dtype, copy=False), self.data.y_train
        per_epoch = len(x) // self.size
        xb, yb = np.empty((self.size, x.shape[1]), dtype=x.dtype), np.empty(self.size, dtype=y.dtype)
        rng = np.random.default_rng(self.settings["seed"])
        for epoch in range(self.settings["epochs"]):
            # Drawn for epochs that are over, too, so that a resumed run sees the same orders.
            order = rng.permutation(len(x))
            done = min(max(self.step - epoch * per_epoch, 0), per_epoch)
            for batch in order[: per_epoch * self.size].reshape(per_epoch, self.size)[done:]:
                if self.size == len(x):
                    yield x, y
                    continue
                np.take(x, batch, axis=0, out=xb, mode="clip")
                np.take(y, batch, out=yb, mode="clip")
                yield xb, yb

    def _look(self) -> bool:
        """Do what is due at the present step; True if a measurement was."""
        if self.step in self.due.snapshot:
            self.snapshots.append(self.params.copy())
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

    def _checkpoint(self) -> dict[str, Any]:
        state = {key: value for key, value in self.state.items() if isinstance(value, np.ndarray | int | float)}
        return {
            "params": self.params,
            "seconds": self.seconds,
            "snapshot_step": np.array(self.steps, dtype=np.int64),
            **{f"state/{key}": value for key, value in state.items()},
            **{f"history/{name}": values for name, values in self._history().items()},
        }

    def _summary(self) -> dict[str, Any]:
        accuracy = float(self.measurements["test_accuracy"][-1])
        return summary(self.settings, self.step, accuracy, self.diverged, self.seconds, finished=False)

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
            measured=measured,
        )


class _Probe:
    """Further questions about the loss of the present batch."""

    def __init__(self, workspace: Workspace, params: Array) -> None:
        self.workspace, self.answer = workspace, np.empty_like(params)
        self.x: Array
        self.y: NDArray[np.int64]

    def gradient(self, x: Array) -> Array:
        self.workspace.loss_and_gradient(x, self.x, self.y, self.answer)
        return self.answer

    def hvp(self, x: Array, v: Array) -> Array:
        self.workspace.hessian_product(x, v, self.x, self.y, self.answer)
        return self.answer


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


def _spread(count: int, steps: int, spacing: str) -> set[int]:
    """`count` steps, the last one included, and the start; fewer where they would fall together."""
    if spacing == "linear" or steps < 2:
        return set(np.round(np.linspace(0, steps, count + 1)).astype(int).tolist())
    return {0, *np.round(np.geomspace(1, steps, count)).astype(int).tolist()}


def _at(name: str, when: When, steps: int) -> set[int]:
    """The steps that are meant by "every k steps" or a list of steps."""
    if isinstance(when, int):
        at_least(name, when, 0)
        return set(range(0, steps + 1, when)) if when else set()
    for step in when:
        at_least(name, step, 0)
    return {int(step) for step in when if step <= steps}


def _check_fit(net: MLP, data: Dataset, batch_size: int) -> None:
    features, classes = data.x_train.shape[1], data.classes
    if net.sizes[0] != features or net.sizes[-1] < classes:
        raise ValueError(
            f"layers = {','.join(map(str, net.sizes))} is not allowed: "
            f"{data.name} needs {features} inputs and {classes} outputs"
        )
    at_least("batch_size", batch_size, 1)
    if batch_size > len(data.x_train):
        raise ValueError(f"batch_size = {batch_size} is not allowed: there are {len(data.x_train)} training images")


def _check_same(target: Path, begun: dict[str, Any], given: dict[str, Any]) -> None:
    """Refuse to go on with other settings than the run began with; where the data lie may change, and the version."""
    changed = [
        f"{name} = {after}, but the run began with {before}"
        for name, before, after in _differences(begun, given)
        if name not in ("source", "version", "steps")
    ]
    if changed:
        raise ValueError(f"cannot resume '{target}' with {'; '.join(changed)}")


def _differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in before | after:
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(old, new)
        elif old != new:
            yield name, old, new


def _version() -> str:
    try:
        return version("landscape-lab")
    except PackageNotFoundError:
        return "unknown"
