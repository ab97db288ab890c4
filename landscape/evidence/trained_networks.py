"""Networks trained at the best of common learning rates, over seeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..core.annotations import Floats
from ..datasets import Dataset
from ..networks.mlp import MLP
from ..optimizers import Optimizer
from ..sweeps.bands import Sweep, sweep_training
from ..training.loop import train


@dataclass(frozen=True)
class Trained:
    """A kind of network with an optimizer.

    sweep : of its learning rates, from seed 0, by the training loss alone. accuracy : on the test images, at the best
    rate, one a seed.
    """

    sweep: Sweep
    accuracy: Floats

    @property
    def lr(self) -> float:
        """The best rate."""
        return float(self.sweep.best.lr)


def trained(
    net: MLP, data: Dataset, optimizers: Sequence[Optimizer], seeds: Iterable[int], per_decade: int = 2
) -> list[Trained]:
    """One epoch with each optimizer: at every rate of one grid, which grows until no best rate is an outermost one, and
    then at its best rate from each of other seeds."""
    found = []
    for one in sweep_training(net, data, optimizers, per_decade=per_decade):
        nets = [(seed, MLP(net.sizes, net.activation, net.init, seed=seed)) for seed in seeds]
        runs = [train(each, data, one.best, seed=seed, snapshots=1, measure=[]) for seed, each in nets]
        # One that diverged has read nothing.
        found.append(Trained(one, np.array([0.0 if run.diverged else run.test_accuracy for run in runs])))
    return found
