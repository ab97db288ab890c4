"""Run: what training a network left behind, in memory and as a folder on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import datasets, folder, optimizers, weights
from .datasets import Dataset
from .errors import DataError, OtherDataError, RunError
from .locks import writing
from .network import MLP
from .optimizers import Optimizer
from .shares import percentage
from .shown import Shown

Array = NDArray[Any]

# Settings that are a run's own: its draws, where its data lay, and how closely it was watched.
_OWN = {"seed", "weights", "source", "version", "snapshots", "spacing", "measure", "sharpness"}


@dataclass(frozen=True, repr=False)
class Run(Shown):
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

        - every step (T,): "step"; "loss" and "gradient_norm" of the batch, before the step
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
    """

    settings: dict[str, Any]
    params: Array
    snapshots: Array
    steps: NDArray[np.int64]
    history: dict[str, Array]
    diverged: bool
    seconds: float
    finished: bool = True

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self.settings["network"]["sizes"]))
        state = "diverged" if self.diverged else f"test accuracy {percentage(self.test_accuracy, 2)}%"
        return f"<Run of {self.settings['optimizer']} on {sizes}, {len(self.history['loss']):,} steps, {state}>"

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
    def network(self) -> MLP:
        """The network that was trained, with its parameters at the start."""
        net = MLP(**self.settings["network"])
        net.params = self.snapshots[0].copy()
        return net

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer that trained it."""
        return optimizers.parse(self.settings["optimizer"])

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
        """Write the run folder; an older run there is replaced.

        run.json (settings and summary), history.npz, snapshots.npy (S, P) and weights.safetensors, the last with
        PyTorch's names and layout (`0.weight` (out, in), `0.bias`, …).
        """
        folder.make_room(path := Path(path))
        with writing(path):
            folder.begin(path, self.snapshots, {}, {"settings": self.settings, "finished": False})
            (path / folder.CHECKPOINT).unlink()
            return self.write_results(path)

    def write_results(self, path: Path) -> Path:
        """Write what a folder that has the snapshots still lacks; run.json comes last."""
        folder.write_arrays(path / folder.HISTORY, {"snapshot_step": self.steps, **self.history})
        weights.save(path / folder.WEIGHTS, self.network, self.params)
        folder.write_json(path / folder.SUMMARY, self._summary)
        return path

    @property
    def _summary(self) -> dict[str, Any]:
        steps = len(self.history["loss"])
        return summary(self.settings, steps, self.test_accuracy, self.diverged, self.seconds, finished=True)

    @classmethod
    def load(cls, path: str | Path) -> Run:
        """Read a run folder, an unfinished one up to its last checkpoint; RunError if it is none or is damaged."""
        path = Path(path)
        about = folder.read_json(path)
        try:
            if not about["finished"]:
                checkpoint = folder.read_arrays(path / folder.CHECKPOINT)
                return cls.from_checkpoint(path, about["settings"], checkpoint)._to_its_end()
            history = folder.read_arrays(path / folder.HISTORY)
            return cls(
                settings=about["settings"],
                params=weights.load(path / folder.WEIGHTS, MLP(**about["settings"]["network"])),
                snapshots=folder.read_snapshots(path),
                steps=history.pop("snapshot_step"),
                history=history,
                diverged=about["diverged"],
                seconds=about["seconds"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(f"run folder '{path}' is damaged: {error}") from error

    @classmethod
    def from_checkpoint(cls, path: Path, settings: dict[str, Any], checkpoint: Mapping[str, Array]) -> Run:
        """The run in `path` as far as its checkpoint goes."""
        steps = checkpoint["snapshot_step"]
        prefix = "history/"
        return cls(
            settings=settings,
            params=checkpoint["params"],
            snapshots=folder.read_snapshots(path, len(steps)),
            steps=steps,
            history={key.removeprefix(prefix): value for key, value in checkpoint.items() if key.startswith(prefix)},
            diverged=False,
            seconds=float(checkpoint["seconds"]),
            finished=False,
        )

    def _to_its_end(self) -> Run:
        """With a snapshot of where it stopped, so that its path ends where the run does."""
        step = len(self.history["loss"])
        if self.steps[-1] == step or not np.isfinite(self.params).all():
            return self
        return replace(self, snapshots=np.vstack([self.snapshots, self.params]), steps=np.append(self.steps, step))

    @staticmethod
    def summary(path: str | Path) -> dict[str, Any]:
        """What run.json says, without reading the large files: "settings", "finished", "step" (steps taken),
        "steps" (planned), "test_accuracy", "diverged" and "seconds". RunError if it is no run folder or is damaged.
        """
        return folder.read_json(Path(path))


def data_of(runs: Sequence[Run], source: str | Path | None = None) -> Dataset:
    """The one data set of all `runs`; `Run.data` for several.

    OtherDataError, too, where they were trained on different data.
    """
    settings = runs[0].settings
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


def _named(run: Run) -> str:
    return f"the run of {optimizers.text(run.optimizer, defaults=False)}"


def summary(
    settings: dict[str, Any], step: int, test_accuracy: float, diverged: bool, seconds: float, *, finished: bool
) -> dict[str, Any]:
    """The content of run.json."""
    return {
        "settings": settings,
        "finished": finished,
        "step": step,
        "steps": settings["steps"],
        "test_accuracy": test_accuracy,
        "diverged": diverged,
        "seconds": seconds,
    }
