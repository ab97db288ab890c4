"""The same grid of learning rates for every optimizer, so that no comparison is decided by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import optimizers
from .datasets import Dataset
from .descent import descend
from .network import MLP
from .optimizers import Optimizer
from .run import Run
from .terrains import Terrain
from .training import train


@dataclass(frozen=True)
class Sweep:
    """One optimizer over a grid of learning rates.

    Attributes
    ----------
    optimizer : as given; only its learning rate was varied.
    lrs : (K,), the grid.
    score : (K,), lower is better, inf where the target was not reached or the run diverged.
    score_name : what the score counts, for captions.
    steps : that a walk had for the target; None where only divergence fails.
    """

    optimizer: Optimizer
    lrs: NDArray[np.float64]
    score: NDArray[np.float64]
    score_name: str
    steps: int | None = None

    @property
    def best(self) -> Optimizer:
        """The optimizer at the learning rate with the lowest score; ValueError if every one failed."""
        if not np.isfinite(self.score).any():
            raise ValueError(f"{self.optimizer.name}: no learning rate of the grid reached the target")
        return self.optimizer.with_lr(float(self.lrs[self.score.argmin()]))


def rates(low: float, high: float, per_decade: int = 4) -> NDArray[np.float64]:
    """Learning rates evenly spread on a logarithmic scale, rounded to two digits."""
    count = round(np.log10(high / low) * per_decade) + 1
    return np.array([float(f"{lr:.2g}") for lr in np.geomspace(low, high, count)])


def sweep(
    terrain: Terrain,
    optimizers: Sequence[Optimizer],
    target: float,
    lrs: ArrayLike | None = None,
    steps: int = 1000,
    start: ArrayLike | None = None,
) -> list[Sweep]:
    """Steps that each optimizer needs until its loss stays at or below `target`, at every rate of one common grid.

    A walk that is above the target again before `steps` are over has not arrived; dips by chance do not count. The grid
    is 1e-3 … 10, eight to the decade, if none is given.
    """
    lrs = rates(1e-3, 10, 8) if lrs is None else np.asarray(lrs, dtype=np.float64)
    sweeps = []
    for optimizer in optimizers:
        walks = [descend(terrain, optimizer.with_lr(float(lr)), start, steps) for lr in lrs]
        arrived = np.array([walk.settled_at(target) for walk in walks])
        sweeps.append(Sweep(optimizer, lrs, np.where(arrived >= 0, arrived, np.inf), "steps to the target", steps))
    return sweeps


def sweep_training(
    net: MLP,
    data: Dataset,
    optimizers: Sequence[Optimizer],
    lrs: ArrayLike | None = None,
    epochs: int = 1,
    batch_size: int = 32,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> list[Sweep]:
    """The training loss that each optimizer reaches, at every learning rate of one common grid.

    The score is the mean loss of the last tenth of the batches, so the test images play no part in the choice. The grid
    is 1e-4 … 1, two to the decade, if none is given. progress is called as progress(done, runs).
    """
    lrs = rates(1e-4, 1, 2) if lrs is None else np.asarray(lrs, dtype=np.float64)
    sweeps = []
    for k, optimizer in enumerate(optimizers):
        score = np.full(len(lrs), np.inf)
        for i, lr in enumerate(lrs):
            run = train(net, data, optimizer.with_lr(float(lr)), epochs, batch_size, seed, snapshots=1)
            if not run.diverged:
                losses = run.history["loss"]
                score[i] = losses[-max(1, len(losses) // 10) :].mean()
            if progress is not None:
                progress(k * len(lrs) + i + 1, len(optimizers) * len(lrs))
        sweeps.append(Sweep(optimizer, lrs, score, "training loss at the end"))
    return sweeps


def sweeps_of(runs: Sequence[Run]) -> list[Sweep]:
    """What runs that were trained already say on learning rates, an entry for each kind of optimizer.

    The score is that of `sweep_training`. Where several runs have the same rate, as with several seeds, it is their
    median. ValueError if all have the same rate.
    """
    scores: dict[str, dict[float, list[float]]] = {}
    for run in runs:
        losses = run.history["loss"]
        score = np.inf if run.diverged else float(losses[-max(1, len(losses) // 10) :].mean())
        kind = optimizers.text(run.optimizer.with_lr(1.0))
        scores.setdefault(kind, {}).setdefault(run.optimizer.lr, []).append(score)
    if max(map(len, scores.values()), default=0) < 2:
        raise ValueError("a sweep needs runs of one optimizer at several learning rates")
    found = []
    for kind, by_rate in scores.items():
        lrs = np.array(sorted(by_rate))
        medians = np.array([np.median(by_rate[lr]) for lr in lrs])
        found.append(Sweep(optimizers.parse(kind), lrs, medians, "training loss at the end"))
    return found
