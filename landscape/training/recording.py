"""record: a run folder from anyone's training loop."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import optimizers
from ..core.annotations import Array
from ..core.checks import at_least, one_of, within
from ..core.errors import InputError
from ..core.release import __version__
from ..files import kinds, writing
from ..models.keras_variables import is_keras
from ..models.making import Making
from ..models.specification import Specification
from . import folder
from .recorded import described, is_recorded
from .recorder import Reader, Recorder
from .thinning import Thinning


def record(
    module: Any,
    path: str | Path,
    optimizer: Any = None,
    snapshots: int = 200,
    every: int | None = None,
    *,
    spacing: str = "linear",
    half: bool = False,
    trainable: Any = None,
    resume: bool = False,
    model: str = "",
    data: str = "",
    loss: str = "",
    options: Mapping[str, Any] | None = None,
    caption: str = "",
    seed: int | None = None,
    batch_size: int | None = None,
) -> Recorder:
    """Record a training: `rec.step(loss)` after each step of the optimizer writes a run folder as it goes.

    It is a context manager, too: at its end the run is complete; where an error or Ctrl-C ends it, it can be resumed.

    Parameters
    ----------
    module : a PyTorch module, or a Keras model; or a function that gives the parameters as they are now, as a dict of
        arrays by name.
    path : the run folder; an older run there is replaced, unless `resume`. It is usable from the first second on: kill
        −9 loses at most the last seconds.
    optimizer : of PyTorch or Keras, for its name and its learning rates; or a name.
    snapshots : how many times the parameters are kept at the most, the start on top. They are written as they come, and
        given up again, every other one, as the run becomes longer: nobody needs to know how long it will be.
    every : in place of that, keep every k-th step, however many these become.
    spacing : "linear", or "log" for snapshots that are close together at the start.
    half : keep them in half precision.
    trainable : which parameters, as in `models.torch`.
    resume : go on with the run in `path` from its last checkpoint; one that is not there begins.
    model, data, loss, options : how the model is made, for all that computes with it: names in files, as mine.py:build,
        which gives the module, mine.py:digits, which gives data, and mine.py:loss, which is a loss of outputs and
        targets; and further options of `models.torch`.
    caption, seed, batch_size : facts for captions and tables, as far as they are known.

    ValueError, in one line, for what is not allowed; RunError if the folder cannot be written at the beginning. What
    happens to it later is one warning, and the training goes on.
    """
    within("snapshots", snapshots, 1, 100_000)
    one_of("spacing", spacing, ("linear", "log"))
    every = None if every is None else at_least("every", every, 1)
    making = Making(model, data, loss, tuple((options or {}).items())).absolute() if model else None
    if not model and (data or loss or options):
        raise InputError("data, loss and options say how a model is made: give model, too, as mine.py:build")
    reader, kind, notation = _reader(module, optimizer, trainable)
    dtype = np.dtype(np.float64 if reader.params().dtype == np.float64 else np.float32)
    settings: dict[str, Any] = {
        "network": described(kind, reader.specification, dtype, making),
        "optimizer": notation,
        "steps": 0,
        "snapshots": snapshots,
        "spacing": "every" if every else spacing,
        "data": caption,
        "version": __version__,
    }
    settings |= {"seed": at_least("seed", seed, 0)} if seed is not None else {}
    settings |= {"batch_size": at_least("batch_size", batch_size, 1)} if batch_size is not None else {}
    target = folder.at(path)
    folder.check(target)
    return Recorder(reader, target, settings, Thinning(snapshots, spacing), every, half, resume)  # type: ignore[arg-type]


def remember(path: Path, making: Making) -> None:
    """Let a run that was recorded say how its model is made."""
    about = folder.read_summary(path)
    if is_recorded(about["settings"]["network"]):
        about["settings"]["network"]["making"] = making.told()
        writing.write_json(folder.place(path, kinds.SUMMARY), about)


def _reader(module: Any, optimizer: Any, trainable: Any) -> tuple[Reader, str, str]:
    """What reads the model, what kind it is, and the optimizer's notation."""
    if is_keras(module):
        from ..models.keras_reading import KerasReader

        return _read_by(KerasReader, module, optimizer, trainable, "Keras", "get_config")
    if hasattr(module, "named_parameters"):
        from ..models.torch_reading import ModuleReader

        return _read_by(ModuleReader, module, optimizer, trainable, "PyTorch", "param_groups")
    if callable(module):
        name = getattr(module, "__name__", type(module).__name__)
        kind = "model" if name == "<lambda>" else str(name)
        return _ArraysReader(module), kind, _told(str(optimizer or ""))
    raise InputError(
        f"module of type {type(module).__name__} is not allowed: a PyTorch module is needed, or a Keras model, or a "
        "function that gives a dict of arrays"
    )


def _read_by(
    reads: Callable[..., Any], module: Any, optimizer: Any, trainable: Any, library: str, mark: str
) -> tuple[Reader, str, str]:
    """The same by a reader of a library, whose optimizers have an attribute that marks them."""
    named = isinstance(optimizer, str)
    if not (optimizer is None or named or hasattr(optimizer, mark)):
        raise InputError(f"optimizer of type {type(optimizer).__name__} is not allowed: one of {library}'s, or a name")
    reader = reads(module, trainable, None if named else optimizer)
    return reader, reader.kind, _told(optimizer) if named else reader.notation() or _told("")


def _told(name: str) -> str:
    """A name as the notation of an optimizer, of one that is known here or not."""
    try:
        return optimizers.text(optimizers.parse(name))
    except ValueError:
        pass
    try:
        optimizers.stored(name)
        return name
    except ValueError:
        return "_".join(re.findall(r"\w+", name)) or "unknown"


class _ArraysReader:
    """Reads parameters as a function gives them."""

    def __init__(self, read: Callable[[], Mapping[str, Any]]) -> None:
        self._read = read
        first = self._arrays()
        self.specification = Specification.of({name: one.shape for name, one in first.items()})

    def params(self) -> Array:
        return np.concatenate([one.ravel() for one in self._arrays().values()])

    def gradient_norm(self) -> float:
        return math.nan

    def lr(self) -> float:
        return math.nan

    def values(self, losses: Sequence[Any]) -> list[float]:
        return [float(np.asarray(one)) for one in losses]

    def _arrays(self) -> dict[str, Array]:
        given = self._read()
        if not isinstance(given, Mapping) or not given:
            raise InputError(f"the parameters are {type(given).__name__}: a dict of arrays by name is needed")
        arrays = {str(name): np.asarray(one) for name, one in given.items()}
        if odd := next((name for name, one in arrays.items() if one.dtype.kind != "f"), None):
            raise InputError(f"'{odd}' of type {arrays[odd].dtype} is not allowed: parameters must be real numbers")
        doubled = any(one.dtype == np.float64 for one in arrays.values())
        return {name: one.astype(np.float64 if doubled else np.float32) for name, one in arrays.items()}
