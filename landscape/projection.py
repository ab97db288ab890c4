"""A network's run seen on a plane of its weight space."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .run import Run
from .surfaces import Surface
from .trajectory import Trajectory


def project(run: Run, surface: Surface, x: NDArray[Any], y: NDArray[np.int64]) -> Trajectory:
    """The run's snapshots as a Trajectory on `surface`, for the same pictures as a walk on an analytic terrain.

    x (N, D) and y (N,) should be the images that the surface was computed from. The trajectory's `loss` is the true
    loss of each snapshot over them; its `residual` is the snapshot's distance from the plane. The loss at the projected
    point, which is another thing, is `surface.value(trajectory.x)`.
    """
    xy, residual = surface.plane.project(run.snapshots)
    loss = np.array([run.network.loss_value(params, x, y) for params in run.snapshots])
    return Trajectory(surface, run.optimizer, run.steps, xy, loss, residual=residual)
