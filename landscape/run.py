"""Run: what training a network left behind, in memory and as a folder on disk."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from . import optimizers
from .errors import RunError
from .network import MLP
from .optimizers import Optimizer

Array = NDArray[Any]


@dataclass(frozen=True)
class Run:
    """One training run.

    Attributes
    ----------
    settings : all that the run depended on: network, optimizer, data, epochs, batch_size, seed, version.
    params : (P,), the parameters at the end.
    snapshots : (S, P), the parameters along the way, the first and the last included.
    steps : (S,), the step of each snapshot.
    history : arrays a step ("step", "loss", "gradient_norm": the batch's, before the step) and an epoch ("epoch_step",
        "train_accuracy", "test_loss", "test_accuracy").
    test_accuracy : at the end; nan if there was no epoch.
    diverged : True if loss or gradient stopped being finite; training ended there.
    seconds : spent on training, without evaluation.
    """

    settings: dict[str, Any]
    params: Array
    snapshots: Array
    steps: NDArray[np.int64]
    history: dict[str, Array]
    diverged: bool
    seconds: float

    @property
    def test_accuracy(self) -> float:
        accuracy = self.history["test_accuracy"]
        return float(accuracy[-1]) if len(accuracy) else float("nan")

    @property
    def network(self) -> MLP:
        """The network that was trained, with its initial parameters."""
        return MLP(**self.settings["network"])

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer that trained it."""
        return optimizers.parse(self.settings["optimizer"])

    def save(self, folder: str | Path) -> Path:
        """Write the run folder; every file is written beside its place and then renamed.

        run.json (settings and summary), history.npz, snapshots.npy and weights.safetensors, the last with PyTorch's
        names and layout (`0.weight` (out, in), `0.bias`, …).
        """
        from safetensors.numpy import save as to_safetensors

        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        weights: dict[str, Array] = {}
        # PyTorch's nn.Sequential counts the activations too, so linear layers have even numbers.
        for k, (w, b) in enumerate(self.network.layers(self.params)):
            weights |= {f"{2 * k}.weight": np.ascontiguousarray(w.T), f"{2 * k}.bias": np.ascontiguousarray(b)}
        summary = {
            "settings": self.settings,
            "test_accuracy": self.test_accuracy,
            "diverged": self.diverged,
            "seconds": self.seconds,
        }
        _replace(folder / "snapshots.npy", lambda file: np.save(file, self.snapshots, allow_pickle=False))
        arrays: dict[str, Any] = {"snapshot_step": self.steps, **self.history}
        _replace(folder / "history.npz", lambda file: np.savez(file, **arrays))
        _replace(folder / "weights.safetensors", lambda file: file.write(to_safetensors(weights)))
        _replace(folder / "run.json", lambda file: file.write(json.dumps(summary, indent=2).encode()))
        return folder

    @classmethod
    def load(cls, folder: str | Path) -> Run:
        """Read a run folder; RunError if it is not one or if it is damaged."""
        folder = Path(folder)
        if not (folder / "run.json").is_file():
            raise RunError(f"'{folder}' is not a run folder: it has no run.json")
        try:
            summary = json.loads((folder / "run.json").read_text())
            snapshots = np.load(folder / "snapshots.npy", allow_pickle=False)
            with np.load(folder / "history.npz", allow_pickle=False) as archive:
                history = dict(archive)
            return cls(
                settings=summary["settings"],
                params=snapshots[-1],
                snapshots=snapshots,
                steps=history.pop("snapshot_step"),
                history=history,
                diverged=summary["diverged"],
                seconds=summary["seconds"],
            )
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise RunError(f"run folder '{folder}' is damaged: {error}") from error


def _replace(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file beside `path`, then rename it, so that `path` is never seen half written."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        # mkstemp makes files that only their owner reads; a result has the user's usual permissions.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
