"""The edge of stability (Cohen et al. 2021): full-batch gradient descent cannot rest where the curvature is above 2/lr.

In a valley it is thrown to where it can, and a network climbs to that edge by itself and hovers there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import datasets, terrains
from ..core.annotations import Floats
from ..core.blas import one_blas_thread
from ..datasets import Dataset
from ..networks.mlp import MLP
from ..optimizers import SGD
from ..terrains import Terrain
from ..training.loop import train
from ..walks.descent import descend
from ..walks.trajectory import Trajectory

SIZES = (784, 32, 32, 10)
IMAGES = 500
RATES = (1.0, 0.8)  # of the network, one after the other

_START, _LRS = (3.2, 0.36), (0.15, 0.22, 0.3)  # in the valley of two weights
_STEPS, _NUDGE = 60, 1e-3  # without a nudge a walk that has settled to the last digit would never leave
_EPOCHS, _EVERY = 1500, 25  # a batch each, and between two looks at the sharpness
_NEAR = 0.1  # of the edge, within which a sharpness hovers at it


@dataclass(frozen=True, eq=False)
class Valley:
    """Walks of SGD in the valley of two weights with a ReLU between them, each from the end of the one before it, at a
    larger rate."""

    walks: list[Trajectory]

    @property
    def terrain(self) -> Terrain:
        """That they walk."""
        return self.walks[0].terrain

    def sharpness(self, k: int) -> float:
        """The largest curvature where a walk ends; on the valley's floor it is the square of the distance from 0."""
        return float(np.linalg.eigvalsh(self.terrain.hessian(self.walks[k].x[-1])).max())


@dataclass(frozen=True, eq=False)
class Training:
    """Full-batch training of one network, at one rate after another.

    steps, sharpness, edge : (n,), the Hessian's largest eigenvalue and 2/lr. changes : the steps at which the rate
    changes.
    """

    steps: NDArray[np.int64]
    sharpness: Floats
    edge: Floats
    changes: list[int]

    def last(self, k: int) -> Floats:
        """The sharpness over the last quarter of a phase."""
        ends = [0, *self.changes, int(self.steps[-1]) + 1]
        begin, end = ends[k], ends[k + 1]
        late = (self.steps >= begin + 0.75 * (end - begin)) & (self.steps < end)
        return np.asarray(self.sharpness[late])

    def hovers(self, k: int) -> bool:
        """Whether it is at the edge by then, but for a tenth."""
        return bool(abs(float(np.median(self.last(k))) / (2 / RATES[k]) - 1) < _NEAR)


def in_a_valley() -> Valley:
    """Three rates."""
    walks: list[Trajectory] = []
    for lr in _LRS:
        start = walks[-1].x[-1] if walks else np.array(_START)
        walks.append(descend(terrains.get("relu_pair"), SGD(lr=lr), start, _STEPS, noise=_NUDGE))
    return Valley(walks)


def of_a_network() -> Training:
    """Tanh and a squared loss, on digits from which their mean was taken: two rates."""
    data = datasets.load().subset(IMAGES)
    mean = data.x_train.mean(axis=0)
    centred = Dataset("digits", data.x_train - mean, data.y_train, data.x_test - mean, data.y_test)
    net = MLP(SIZES, "tanh", "glorot", loss="mse", seed=0)
    steps, sharpness, edges, changes = [], [], [], []
    with one_blas_thread:
        for k, lr in enumerate(RATES):
            done = k * _EPOCHS
            how: dict[str, Any] = {"epochs": _EPOCHS, "batch_size": "full", "snapshots": 1, "measure": []}
            run = train(net, centred, SGD(lr=lr), sharpness=_EVERY, **how)
            at = np.asarray(run.history["sharpness_step"])
            steps.append(done + at)
            sharpness.append(np.asarray(run.history["sharpness"], dtype=np.float64))
            edges.append(np.full(len(at), 2 / lr))
            net = MLP(SIZES, "tanh", "glorot", loss="mse", seed=0)
            net.params[:] = run.params
            changes.append(done + _EPOCHS)
    return Training(np.concatenate(steps), np.concatenate(sharpness), np.concatenate(edges), changes[:-1])
