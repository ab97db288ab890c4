"""SciPy's minimisers as walkers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Array, Progress
from ..optimizers.scipy_methods import DERIVATIVE_FREE, NEED_HESSIAN, SciPy
from ..terrains import Terrain
from .trajectory import Trajectory, no_loss


def minimise(
    terrain: Terrain,
    method: SciPy,
    starts: Array,
    rows: NDArray[np.int64],
    progress: Progress | None = None,
) -> Trajectory:
    """Walk from each of `starts` (..., 2), an iteration of the method a step, and record the steps `rows`.

    A walk that has converged stays where it is. The state "evaluations" counts how often the terrain was asked for its
    loss up to each row: a line search asks several times a step.
    """
    steps = int(rows[-1])
    points = starts.reshape(-1, 2)
    x = np.empty((steps + 1, len(points), 2))
    evaluations = np.empty((steps + 1, len(points)))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for k, start in enumerate(points):
            x[:, k], evaluations[:, k] = _one(terrain, method.method, start, steps)
            if progress is not None:
                progress(k + 1, len(points))
        kept = x[rows].reshape(len(rows), *starts.shape)
        loss, gradient = terrain.value(kept), terrain.gradient(kept)
    asked = evaluations[rows].reshape(loss.shape)
    outside = no_loss(kept[-1], loss[-1])
    return Trajectory(terrain, method, rows, kept, loss, gradient, {"evaluations": asked}, outside=outside)


def _one(terrain: Terrain, method: str, start: Array, steps: int) -> tuple[Array, Array]:
    """The iterates (steps + 1, 2) from one start, and the evaluations up to each."""
    from scipy.optimize import minimize

    asked = 0

    def value(point: Array) -> float:
        nonlocal asked
        asked += 1
        return float(terrain.value(point))

    path, counts = [start], [0]

    def keep(point: Array) -> None:
        path.append(np.array(point))
        counts.append(asked)

    derivatives: dict[str, Any] = {} if method in DERIVATIVE_FREE else {"jac": terrain.gradient}
    if method in NEED_HESSIAN:
        derivatives["hess"] = terrain.hessian
    if steps:
        # TNC counts evaluations where the others count iterations.
        limit = {"maxfun": 20 * steps} if method == "tnc" else {"maxiter": steps}
        minimize(value, start, method=method, callback=keep, options=limit, **derivatives)
    path, counts = path[: steps + 1], counts[: steps + 1]
    rest = steps + 1 - len(path)
    return np.array(path + [path[-1]] * rest), np.array(counts + [counts[-1]] * rest, dtype=np.float64)
