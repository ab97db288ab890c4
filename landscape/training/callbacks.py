"""Callbacks that record what PyTorch Lightning, Hugging Face's Trainer and Keras train, as `ls.record` does.

    trainer = lightning.Trainer(callbacks=[ls.callbacks.Lightning("runs/mine", snapshots=50)])

Each is given to its library as any callback is. A training that ends leaves a run that is complete; of one that an
error or Ctrl-C ends, `resume=True` goes on. Where several processes train, the first one records, and parameters that
are split among them are not gathered.

Each takes the run folder and the options of `ls.record`: snapshots, every, spacing, half, trainable, resume, model,
data, loss, options, caption, seed and batch_size. LandscapeError where the library is not installed; ValueError, in
one line, for an option that there is none of, and, when training begins, for a value that is not allowed.
"""

from __future__ import annotations

import atexit
import inspect
import math
import re
import sys
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from ..core.errors import LandscapeError, unknown
from .recorder import Recorder
from .recording import record

__all__ = ["Keras", "Lightning", "Trainer"]

_MEASURED = re.compile(
    r"(?:val|valid|validation|eval|test)[_/ -](?:(?P<loss>loss)|(?:(?:sparse_)?categorical_|binary_)?acc(?:uracy)?)"
)
_PARTS = 10_000  # losses of batches that one step is made of, at the most


def Lightning(path: str | Path, **options: Any) -> Any:  # noqa: N802  as the library's own callbacks are called
    """A `lightning.pytorch.Callback`, or one of the older package pytorch_lightning where that alone is in use.

    A step is recorded after each batch after which the optimizer went on: its loss is the mean over the batches that
    were accumulated, its learning rate that of the first optimizer. What validation logs as val_loss or val_acc is
    measured as test_loss and test_accuracy. A trial by `fast_dev_run` is not recorded.
    """
    older = "pytorch_lightning" in sys.modules and "lightning.pytorch" not in sys.modules
    base: Any = _library("pytorch_lightning" if older else "lightning.pytorch", "lightning", "pytorch_lightning")

    class Callback(_Recording, base.Callback):
        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            if trainer.is_global_zero and not trainer.fast_dev_run:
                self._start(pl_module, next(iter(trainer.optimizers), None))
                self._seen = trainer.global_step

        def on_before_optimizer_step(self, trainer: Any, pl_module: Any, optimizer: Any) -> None:
            # A schedule moves on before the batch ends.
            self._lr = float(trainer.optimizers[0].param_groups[0]["lr"])

        def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
            loss: Any = outputs.get("loss") if isinstance(outputs, Mapping) else outputs
            if _is_number(loss):
                # Lightning has divided it by the number of batches.
                self._losses.append(loss.detach() * trainer.accumulate_grad_batches)
            if trainer.global_step > self._seen:
                self._seen = trainer.global_step
                self._step(_mean(self._losses))

        def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
            self._measure(trainer.callback_metrics)

        def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
            self._hold()

        def on_train_end(self, trainer: Any, pl_module: Any) -> None:
            self._finish()

        def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
            self._stop()

    return Callback(Lightning, path, options)


def Trainer(path: str | Path, **options: Any) -> Any:  # noqa: N802
    """A `transformers.TrainerCallback`.

    A step is recorded after each step of the optimizer, with its gradient's norm. Its loss is the model's own, the mean
    over what was accumulated; it is not known where a `compute_loss` of yours computes it outside the model, or several
    graphics cards share a process. What an evaluation gives as eval_loss and eval_accuracy is measured as test_loss and
    test_accuracy.
    """
    base: Any = _library("transformers", "transformers accelerate")
    if not hasattr(base.TrainerCallback, "on_optimizer_step"):
        raise LandscapeError("this transformers is too old: pip install --upgrade transformers")

    class Callback(_Recording, base.TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            if state.is_world_process_zero:
                optimizer = given.get("optimizer")
                self._start(given["model"], getattr(optimizer, "optimizer", optimizer))
                if args.n_gpu <= 1:
                    share = args.world_size if args.average_tokens_across_devices else 1
                    seen = partial(_keep_loss, self._losses, share)
                    self._undo = given["model"].register_forward_hook(seen, with_kwargs=True).remove

        def on_optimizer_step(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            # Before gradients are put to 0, and the schedule moves on.
            parts = [loss for loss, _ in self._losses]
            in_parts = any(part for _, part in self._losses)
            self._step(sum(parts) if in_parts else _mean(parts))

        def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **given: Any) -> None:
            self._measure(metrics or {})

        def on_epoch_end(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            self._hold()

        def on_train_end(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            self._finish()

    return Callback(Trainer, path, options)


def Keras(path: str | Path, **options: Any) -> Any:  # noqa: N802
    """A `keras.callbacks.Callback` of Keras 3, for any of its backends.

    A step is recorded after each batch that is not accumulated with the next. Its loss is the batch's own, which Keras
    does not log: it is told from how Keras's running mean has changed. Norms of gradients are there with the PyTorch
    backend. What validation gives as val_loss and val_accuracy is measured as test_loss and test_accuracy.
    """
    base: Any = _library("keras", "keras")
    from ..models.keras_reading import accumulates, learning_rate, synchronise

    if not hasattr(base, "StatelessScope"):
        raise LandscapeError("this Keras is too old: pip install --upgrade keras")

    class Callback(_Recording, base.callbacks.Callback):
        def on_train_begin(self, logs: Any = None) -> None:
            self._start(self.model, self.model.optimizer)
            self._seen = self._taken()

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._before = 0.0, 0.0

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            self._lr = learning_rate(self.model.optimizer)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            synchronise(self.model)
            taken = self._taken()
            if taken > self._seen or not accumulates(self.model.optimizer):
                self._seen = taken
                self._step(self._loss())

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self._measure(logs or {})
            self._hold()

        def on_train_end(self, logs: Any = None) -> None:
            self._finish()

        def _loss(self) -> float:
            """The mean over what came since the last step, from Keras's mean since the epoch began."""
            mean = next((one for one in self.model.metrics if one.name == "loss" and hasattr(one, "total")), None)
            if mean is None:
                return math.nan
            (total, count), self._before = self._before, (self._number(mean.total), self._number(mean.count))
            more = self._before[1] - count
            return (self._before[0] - total) / more if more > 0 else math.nan

        def _taken(self) -> int:
            """How many steps the optimizer has taken in all."""
            return int(self._number(self.model.optimizer.iterations))

        def _number(self, value: Any) -> float:
            return float(base.ops.convert_to_numpy(value))

    return Callback(Keras, path, options)


class _Recording:
    """What the callbacks have in common: a recorder for each training.

    recorder : of the last training; None before.
    """

    def __init__(self, made: Callable[..., Any], path: str | Path, options: Mapping[str, Any]) -> None:
        super().__init__()
        allowed = [name for name in inspect.signature(record).parameters if name not in ("module", "path", "optimizer")]
        if lost := next((name for name in options if name not in allowed), None):
            raise unknown("option", lost, allowed)
        self._made, self._path, self._options = made, path, dict(options)
        self.recorder: Recorder | None = None
        self._losses: deque[Any] = deque(maxlen=_PARTS)
        self._lr: float | None = None
        self._seen = 0  # steps that the library had taken at the last one that was recorded
        self._open: Recorder | None = None
        self._undo: Callable[[], None] | None = None

    def __reduce__(self) -> Any:
        # Whoever copies it, or sends it to another process, has one that records a training of its own.
        return partial(self._made, **self._options), (self._path,)

    def _start(self, model: Any, optimizer: Any) -> None:
        self._stop()  # a training that an error has ended
        self._losses.clear()
        self.recorder = self._open = record(model, self._path, optimizer, **self._options)
        # A library that has not said that the training is over, has not come to its end.
        atexit.register(self._open.stop)

    def _step(self, loss: Any) -> None:
        if self._open is not None:
            self._open.step(loss, self._lr)
        self._losses.clear()

    def _measure(self, logged: Mapping[str, Any]) -> None:
        """What was logged of data that are not trained on, as far as a run has a name for it."""
        found: dict[str, float] = {}
        for name, value in logged.items():
            if match := _MEASURED.fullmatch(name):
                number = float(value)
                if match["loss"] and math.isfinite(number):
                    found["test_loss"] = number
                elif not match["loss"] and 0 <= number <= 1:
                    found["test_accuracy"] = number
        if self._open is not None and found:
            self._open.measure(**found)

    def _hold(self) -> None:
        if self._open is not None:
            self._open.hold()

    def _finish(self) -> None:
        self._leave(Recorder.close)

    def _stop(self) -> None:
        self._leave(Recorder.stop)

    def _leave(self, leave: Callable[[Recorder], Any]) -> None:
        if self._undo is not None:
            self._undo()
            self._undo = None
        if self._open is not None:
            leave(self._open)
            atexit.unregister(self._open.stop)
            self._open = None


def _keep_loss(losses: deque[Any], share: int, module: Any, given: Any, named: Mapping[str, Any], outputs: Any) -> None:
    """Keep the loss that a transformer gives for a batch, and whether it is a part of a sum over several batches, of
    which this process has one of so many shares."""
    if not module.training:
        return
    of_tuple = outputs[0] if isinstance(outputs, tuple) else None
    loss: Any = outputs.get("loss") if isinstance(outputs, Mapping) else of_tuple
    if _is_number(loss):
        in_parts = named.get("num_items_in_batch") is not None
        losses.append((loss.detach() * share if in_parts else loss.detach(), in_parts))


def _is_number(loss: Any) -> bool:
    """Whether it is a tensor of one number."""
    return hasattr(loss, "numel") and loss.numel() == 1


def _mean(losses: Any) -> Any:
    return sum(losses) / len(losses) if losses else math.nan


def _library(name: str, install: str, *others: str) -> Any:
    """The first of these libraries that is installed; LandscapeError, which says what to install, where none is."""
    for one in (name, *others):
        try:
            return import_module(one)
        except ImportError as error:
            if error.name is None or (error.name != one and not one.startswith(f"{error.name}.")):
                raise
    raise LandscapeError(f"{name.partition('.')[0]} is not installed: pip install {install}")
