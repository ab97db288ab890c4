"""Run: what training a network left behind, in memory and as a folder on disk."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import datasets, optimizers
from ..core.annotations import Array
from ..core.errors import DataError, InputError, OtherDataError
from ..core.numerals import percentage
from ..core.shown import Shown
from ..core.values import Value
from ..datasets import Dataset
from ..files import archives, kinds, locks
from ..files.archives import NUMBER, SHARE, TEXT, Field, Schema, reading
from ..files.frames import frame_of
from ..files.opening import whole
from ..models.objective import Model
from ..networks import weights
from ..networks.mlp import MLP
from ..optimizers import Missing, Optimizer
from . import folder, summary
from .recorded import Recorded, is_recorded, read_weights, specification_of, write_weights

# Settings that are a run's own: its draws, where its data lay, and how closely it was watched.
_OWN = {"seed", "weights", "source", "version", "snapshots", "spacing", "measure", "sharpness", "engine"}

_ARRAYS: Schema = {
    "step": Field("iu", ("T",)),
    "loss": Field("f", ("T",)),
    "gradient_norm": Field("f", ("T",), least=0),
    "lr": Field("f", ("T",), optional=True),
    "measured_step": Field("iu", ("M",), rule="ascending"),
    **{name: Field("f", ("M",)) for name in ("train_loss", "test_loss")},
    **{name: replace(SHARE, shape=("M",)) for name in ("train_accuracy", "test_accuracy")},
    **{name: Field("f", ("M", "L"), least=0) for name in ("layer_gradient_norm", "layer_error_norm", "update_ratio")},
    **{name: replace(SHARE, shape=("M", "H")) for name in ("dead", "saturated")},
    "sharpness_step": Field("iu", ("K",), rule="ascending"),
    "sharpness": Field("f", ("K",)),
}
_STEPS = Field("iu", ("S",), rule="ascending")
_HISTORY: Schema = {"snapshot_step": _STEPS, **_ARRAYS}
_CHECKPOINT: Schema = {
    "params": Field("f", ("P",)),
    "seconds": NUMBER,
    "snapshot_step": _STEPS,
    "snapshots": replace(TEXT, optional=True),  # their checksum
    # Of a run that is recorded: in which row of the file each is, and its own checksum.
    "snapshot_row": Field("iu", ("S",), optional=True),
    "snapshot_sum": Field("iu", ("S",), optional=True),
    "state/*": Field("biuf", None),
    **{f"history/{name}": field for name, field in _ARRAYS.items()},
}


@dataclass(frozen=True, eq=False, repr=False)
class Run(Value, Shown):
    """One training run.

    Attributes
    ----------
    settings : all that the run depended on: network, optimizer, data, epochs, batch_size, seed, schedule …; and
        "start", "given", if it began with other weights than its network's `init` and seed draw.
    params : (P,), the parameters at the end.
    snapshots : (S, P), the parameters along the way, the first and the last included, also where the run was stopped;
        only finite ones.
    steps : (S,), the step of each snapshot.
    history : arrays of

        - every step (T,): "step"; "loss" and "gradient_norm" of the batch, before the step; of a recorded run also
          "lr", and norms are nan where they were not looked at
        - every measurement (M,): "measured_step", the steps taken so far; "train_loss", "train_accuracy" over the first
          10,000 training images; "test_loss", "test_accuracy"
        - every measurement and layer, over the first 1,000 training images: "layer_gradient_norm" and
          "layer_error_norm" (M, L), of the gradient by the weights and of the back-propagated error ∂loss/∂z;
          "update_ratio" (M, L), |last step| / |weights|, nan at the start; "dead" (M, L − 1), the share of a hidden
          layer's units with no slope for any image; "saturated" (M, L − 1), the share of units and images with less
          than a twentieth of the steepest slope
        - every step at which it was asked for (K,): "sharpness_step" and "sharpness", the largest eigenvalue of the
          Hessian over the first 2,000 training images
    diverged : True if the loss stopped being finite or blew up, as `train` says; training ended there.
    seconds : spent on training, without measurements.
    finished : False for a run that was stopped; `train(…, resume=True)` continues it.
    folder : where it was read from, or trained into; None for one that is in memory alone.
    model : of a run that `record` wrote, what computes, where it was given; the files that the run names, otherwise.
    """

    settings: dict[str, Any]
    params: Array
    snapshots: Array
    steps: NDArray[np.int64]
    history: dict[str, Array]
    diverged: bool
    seconds: float
    finished: bool = True
    folder: Path | None = field(default=None, compare=False)
    model: Model | None = field(default=None, compare=False, repr=False)

    def __repr__(self) -> str:
        network = self.settings["network"]
        name = network["kind"] if self.is_recorded else "-".join(map(str, network["sizes"]))
        state = "diverged" if self.diverged else f"test accuracy {percentage(self.test_accuracy, 2)}%"
        if not (self.diverged or np.isfinite(self.test_accuracy)):
            state = f"loss {self.history['loss'][-1]:.4g}" if len(self.history["loss"]) else "not begun"
        return f"<Run of {self.settings['optimizer']} on {name}, {len(self.history['loss']):,} steps, {state}>"

    @property
    def test_accuracy(self) -> float:
        """At the end; nan if the run diverged or has not been measured yet."""
        accuracy = self.history["test_accuracy"]
        return float("nan") if self.diverged or not len(accuracy) else float(accuracy[-1])

    @property
    def diverged_at(self) -> int | None:
        """The step at which the loss was no longer finite or too large; None if the run did not diverge."""
        return len(self.history["loss"]) if self.diverged else None

    @property
    def network(self) -> MLP | Recorded:
        """The network that was trained, with its parameters at the start: an MLP, or, of a run that `record` wrote, a
        Model of which at least the tensors are known."""
        if self.is_recorded:
            return Recorded(self.settings["network"], self.snapshots[0].astype(self.params.dtype), self.model)
        return MLP.stored(self.settings["network"], self.snapshots[0].copy())

    @property
    def mlp(self) -> MLP:
        """The same, for what only a network of this project's has; ValueError, in one line, where it is none."""
        if isinstance(network := self.network, MLP):
            return network
        where = f"'{self.folder.name}'" if self.folder else "this run"
        raise InputError(f"{where} was recorded of a model of another library, {network.told}: this needs an MLP")

    @property
    def is_recorded(self) -> bool:
        """Whether `record` wrote it, of a model of another library."""
        return is_recorded(self.settings["network"])

    @property
    def optimizer(self) -> Optimizer | Missing:
        """The optimizer that trained it."""
        return optimizers.stored(self.settings["optimizer"])

    @property
    def setup(self) -> str:
        """All that it depends on but its seeds, as a text: runs of one setup are repetitions of each other."""
        # Weights that were drawn are told by their seed.
        own = _OWN - {"weights"} if "start" in self.settings else _OWN
        settings = {key: value for key, value in self.settings.items() if key not in own}
        settings["network"] = {key: value for key, value in self.settings["network"].items() if key != "seed"}
        return json.dumps(settings, sort_keys=True, default=str)

    def data(self, source: str | Path | None = None) -> Dataset:
        """Load the data that it was trained on, whole where it was a subset.

        source : where they are now, as `datasets.load` takes it; where they were if None.

        DataError if they cannot be read; OtherDataError, one of those, if what is read has other images or labels.
        """
        return data_of([self], source)

    def other_data(self, data: Dataset) -> str:
        """What `data` have other than those that this run was trained and measured on; empty where they are the same.

        They may be the whole of what it was trained on a part of.
        """
        known = self.settings
        if self.is_recorded:
            return "other samples: its model has data of its own"
        if "test_pixels" not in known:
            return "" if known["data"] == data.name else "another name, which is all that so old a run knows of them"
        same = {name: known[name] == checksum for name, checksum in data.checksums.items()}
        parts = " and ".join(
            part
            for part, fits in (("training", same["whole_pixels"] or same["pixels"]), ("test", same["test_pixels"]))
            if not fits
        )
        return parts and f"other {parts} images or labels"

    def save(self, path: str | Path) -> Path:
        """Write the run folder; an older run there is replaced, once this one is complete.

        run.json (settings and summary), history.npz, snapshots.npy (S, P) and weights.safetensors, the last with
        PyTorch's names and layout (`0.weight` (out, in), `0.bias`, …). RunError if it cannot be written, if another
        process writes it, or if files of those names are there in a folder that is no run.
        """
        folder.check(path := folder.at(path))
        with locks.writing(path), folder.replacing(path) as place:
            folder.write_snapshots(place(folder.SNAPSHOTS), self.snapshots)
            self.write_results(place, folder.checksum_of(self.snapshots))
        return path

    def write_results(self, place: Callable[[str], Path], checksum: str) -> None:
        """Write what a folder that has the snapshots, of that checksum, still lacks; run.json comes last.

        place : from the name of a file to where it is written.
        """
        archives.write(place(folder.HISTORY), kinds.HISTORY, {"snapshot_step": self.steps, **self.history})
        if self.is_recorded:
            write_weights(place(folder.WEIGHTS), specification_of(self.settings["network"]), self.params)
        else:
            weights.save(place(folder.WEIGHTS), self.mlp, self.params)
        checksums = {
            folder.SNAPSHOTS: checksum,
            folder.HISTORY: folder.checksum_of(place(folder.HISTORY).read_bytes()),
            folder.WEIGHTS: folder.checksum_of(place(folder.WEIGHTS).read_bytes()),
        }
        steps = len(self.history["loss"])
        ended = self.test_accuracy, self.diverged, self.seconds
        summary.write(place(kinds.SUMMARY), self.settings, steps, *ended, checksums)

    def to_frame(self) -> Any:
        """A row for each step, with its loss, the norm of its gradient and, of a recorded run, its learning rate, as a
        `pandas.DataFrame`; LandscapeError where pandas is not installed."""
        kept = ("step", "loss", "gradient_norm", "lr")
        return frame_of({name: self.history[name] for name in kept if name in self.history})

    @classmethod
    def load(cls, path: str | Path, model: Model | None = None) -> Run:
        """Read a run folder, an unfinished one up to its last checkpoint.

        model : of a run that `record` wrote, what computes, where the run does not say how that is made.

        RunError if it is none, is damaged, may not be read, or was written by a newer version.
        """
        path = Path(path)
        about = folder.read_summary(path)
        settings, sums = about["settings"], about.get("checksums", {})
        place = Path(os.path.abspath(path))
        if not about["finished"]:
            return replace(cls.from_checkpoint(path, settings)[0]._to_its_end(), folder=place, model=model)
        snapshots = folder.read_snapshots(path, checksum=sums.get(folder.SNAPSHOTS))
        history = archives.read(folder.place(path, folder.HISTORY), kinds.HISTORY, _HISTORY)
        file = folder.place(path, folder.WEIGHTS)
        with reading(path, f"run folder '{path}'"):
            steps = history.pop("snapshot_step")
            _check_whole(settings, snapshots, steps, history)
            for name in sums.keys() & {folder.WEIGHTS, folder.HISTORY}:
                if folder.checksum_of(whole(folder.place(path, name))) != sums[name]:
                    raise ValueError(f"{name} has changed since it was written")
            if is_recorded(network := settings["network"]):
                params = read_weights(file, specification_of(network), np.dtype(network["dtype"]))
            else:
                params = weights.load(file, MLP.stored(network, snapshots[0]))
            ended = about["diverged"], about["seconds"]
            return cls(settings, params, snapshots, steps, history, *ended, folder=place, model=model)

    @classmethod
    def from_checkpoint(cls, path: Path, settings: dict[str, Any]) -> tuple[Run, dict[str, Array]]:
        """The run in `path` as far as its last checkpoint goes, and the optimizer's memory then."""
        found = archives.read(folder.place(path, folder.CHECKPOINT), kinds.CHECKPOINT, _CHECKPOINT)
        steps = found["snapshot_step"]
        sums = str(found.get("snapshots", "")) or None
        if "snapshot_row" in found:
            snapshots = folder.read_rows(path, found["snapshot_row"], found["snapshot_sum"])
        else:
            snapshots = folder.read_snapshots(path, len(steps), sums)
        history = {name.removeprefix("history/"): found[name] for name in found if name.startswith("history/")}
        state = {name.removeprefix("state/"): found[name] for name in found if name.startswith("state/")}
        with reading(path, f"run folder '{path}'"):
            _check_whole(settings, snapshots, steps, history)
            ended = False, float(found["seconds"])
            return cls(settings, found["params"], snapshots, steps, history, *ended, finished=False), state

    def _to_its_end(self) -> Run:
        """With a snapshot of where it stopped, so that its path ends where the run does."""
        step = len(self.history["loss"])
        if self.steps[-1] == step or not np.isfinite(self.params).all():
            return self
        last = self.params.astype(self.snapshots.dtype)
        return replace(self, snapshots=np.vstack([self.snapshots, last]), steps=np.append(self.steps, step))

    @staticmethod
    def summary(path: str | Path) -> dict[str, Any]:
        """What run.json says, without reading the large files: "settings", "finished", "step" (steps taken),
        "steps" (planned), "test_accuracy", "diverged" and "seconds". RunError if it is no run folder or is damaged.
        """
        return folder.read_summary(Path(path))


def data_of(runs: Sequence[Run], source: str | Path | None = None) -> Dataset:
    """The one data set of all `runs`; `Run.data` for several.

    OtherDataError, too, where they were trained on different data.
    """
    settings = runs[0].settings
    if recorded := next((run for run in runs if run.is_recorded), None):
        raise DataError(f"{_named(recorded)} has no data of this project's: its model has data of its own")
    if source is None and not settings["source"] and settings["data"] not in datasets.BUNDLED:
        raise DataError(
            f"{_named(runs[0])} was trained on arrays called '{settings['data']}', of which no file is known: say "
            "where they are (--data)"
        )
    data = datasets.load(source or settings["source"] or settings["data"])
    if settings.get("std", 1.0) != 1 or settings.get("mean"):
        data = data.standardised(settings["mean"], settings["std"])
    for run in runs:
        if other := run.other_data(data):
            place = "" if data.source in ("", data.name) else f" in '{data.source}'"
            raise OtherDataError(
                f"data '{data.name}'{place} are not those of {_named(run)}: they have {other}; if its own are "
                "elsewhere, say where (--data)"
            )
    return data


def _check_whole(
    settings: dict[str, Any], snapshots: Array, steps: NDArray[np.int64], history: Mapping[str, Array]
) -> None:
    """ValueError unless the parts of a run belong together, and its names could be some."""
    recorded = is_recorded(settings["network"])
    parameters = specification_of(settings["network"]).size
    layers = 0 if recorded else len(settings["network"]["sizes"]) - 1
    if snapshots.shape != (len(steps), parameters) or not len(steps):
        raise ValueError(
            f"{folder.SNAPSHOTS} has shape {snapshots.shape}, expected {len(steps)} steps and {parameters} parameters"
        )
    taken, widths = len(history["loss"]), (history["update_ratio"].shape[1], history["dead"].shape[1] + 1)
    last = max([*steps[-1:], *history["measured_step"][-1:], *history["sharpness_step"][-1:]])
    if last > taken or widths != (layers, layers + recorded):
        raise ValueError("snapshots, losses and network do not fit together")
    if not np.array_equal(history["step"], np.arange(taken)):
        raise ValueError("step does not count the losses")
    summary.check_names(settings)


def _named(run: Run) -> str:
    return f"the run of {optimizers.text(run.optimizer, defaults=False)}"
