"""Trajectory: where one optimizer went, from one start or from many at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .optimizers import Optimizer
from .terrains import Terrain

Array = NDArray[Any]


@dataclass(frozen=True)
class Trajectory:
    """The record of a walk; every picture of a path is drawn from one.

    Rows are the recorded steps, R of them; the axes after the first, written `...`, are those of the starts.

    Attributes
    ----------
    terrain, optimizer : what was walked on, and what walked.
    steps : (R,), the step number of each row; the first is 0, the last is always there.
    x : (R, ..., 2), the points.
    loss : (R, ...), the true loss. For a network's run that was projected onto a plane this is the network's own loss;
        the loss in the plane is `terrain.value(x)`.
    gradient : (R, ..., 2), the gradient that the optimizer saw at each point, noise included; None for a projected run.
    state : the optimizer's memory after each step, name → (R, ..., 2); row 0 is the state before the first step.
    residual : (R,), how far the true point lies off the plane; None for a walk on a terrain.
    diverged : (...), True where a walk reached a point, loss or gradient that is not finite. Later rows are nan there.
    """

    terrain: Terrain
    optimizer: Optimizer
    steps: NDArray[np.int64]
    x: Array
    loss: Array
    gradient: Array | None = None
    state: dict[str, Array] = field(default_factory=dict)
    residual: Array | None = None

    @property
    def diverged(self) -> NDArray[np.bool_]:
        broken = ~np.isfinite(self.loss).all(axis=0) | ~np.isfinite(self.x).all(axis=(0, -1))
        return np.asarray(broken)

    def steps_to(self, loss: float) -> NDArray[np.int64]:
        """The first recorded step at which each walk is at or below `loss`, shape (...); −1 where it never is."""
        reached = self.loss <= loss
        first = self.steps[np.argmax(reached, axis=0)]
        return np.where(reached.any(axis=0), first, -1)

    def settled_at(self, loss: float) -> NDArray[np.int64]:
        """The recorded step from which each walk stays at or below `loss`, shape (...); −1 where it ends above.

        An oscillating walk may dip below a loss by chance long before; then this is what is worth comparing.
        """
        above = ~(self.loss <= loss)
        last_above = len(self.steps) - 1 - np.argmax(above[::-1], axis=0)
        first = self.steps[np.minimum(last_above + 1, len(self.steps) - 1)]
        return np.where(above[-1], -1, np.where(above.any(axis=0), first, self.steps[0]))
