"""A network's run seen on a plane of its weight space."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import optimizers
from ..core import own
from ..optimizers import External, Walker
from ..training.run import Run
from ..walks.trajectory import Projected
from . import PlaneTerrain, Surface
from .of_callables import called, hold

Array = NDArray[Any]
Progress = Callable[[int, int], None]

# Of a loss summed in float32: of all of it, and where it is near 0; other images change more.
_ROUNDING, _TINY = 1e-3, 1e-5


def project(
    run: Run | ArrayLike,
    surface: Surface,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    *,
    loss: Callable[[Array], float] | None = None,
    optimizer: Walker | str | None = None,
    steps: ArrayLike | None = None,
    progress: Progress | None = None,
) -> Projected:
    """Snapshots seen on `surface`, for the same pictures as a walk on an analytic terrain.

    Parameters
    ----------
    run : a Run, whose network is then evaluated over images x (N, D), y (N,), which must be those of the surface; or
        plain snapshots (S, P) of any model, with its `loss`.
    loss : from parameters (P,) float64 to a number, the function that the surface was made of; not for a Run.
    optimizer : for plain snapshots, what trained them: one of `optimizers`, its notation, or any other name.
    steps : (S,), for plain snapshots, the step number of each; 0, 1, 2 … if None.
    progress : called as progress(done, snapshots).

    ValueError where the surface is not
    of the images given for a Run, or of another network: its heights and the path's would not be of one loss; and if a
    loss gives no number, or another one when it is called again.
    """
    true: Callable[[Array], float]
    in_plane: Callable[[Array], float]
    if isinstance(run, Run):
        if loss is not None or optimizer is not None or steps is not None or x is None or y is None:
            raise ValueError("for a run give images x and labels y; loss, optimizer and steps are the run's own")
        net, images, labels = run.network, np.asarray(x), np.asarray(y)
        snapshots, counted = run.snapshots, run.steps
        walker: Walker = run.optimizer
        lost_at, settings = run.diverged_at, run.settings
        terrain = PlaneTerrain(net, surface.plane, images, labels)
        true, in_plane = partial(net.loss_value, x=images, y=labels), lambda point: float(terrain.value(point))
        check_same(surface, in_plane)
    else:
        if loss is None or x is not None or y is not None:
            raise ValueError("for plain snapshots give loss=, the function of the parameters that the surface shows")
        snapshots = np.asarray(run)
        counted = np.arange(len(snapshots)) if steps is None else np.asarray(steps, dtype=np.int64)
        if snapshots.ndim != 2 or counted.shape != snapshots.shape[:1]:
            raise ValueError(
                f"snapshots of shape {snapshots.shape} with {counted.size} steps are not allowed: (S, P), (S,)"
            )
        walker = named(optimizer or "") if optimizer is None or isinstance(optimizer, str) else optimizer
        lost_at, settings = None, {}
        true = partial(called, loss)
        in_plane = lambda point: called(loss, surface.plane.at(point))  # noqa: E731

    xy, residual = surface.plane.project(snapshots)
    losses = np.empty((2, len(snapshots)))
    for k, (params, point) in enumerate(zip(snapshots, xy, strict=True)):
        losses[:, k] = true(params), in_plane(point)
        if progress is not None:
            progress(k + 1, len(snapshots))
    if not isinstance(run, Run):
        largest = float(np.max(np.abs(losses[0]), where=np.isfinite(losses[0]), initial=0.0))
        for k in (0, len(snapshots) - 1):
            hold(float(losses[0, k]), true(snapshots[k]), largest, f"of snapshot {k}")
    return Projected(surface, walker, counted, xy, losses[0], residual, losses[1], lost_at, settings)


def check_same(surface: Surface, in_plane: Callable[[Array], float]) -> None:
    """Compare one point of the grid, the lowest, where rounding is least."""
    finite = np.where(np.isfinite(surface.loss), surface.loss, np.inf)
    row, column = np.unravel_index(finite.argmin(), finite.shape)
    height, loss = float(finite[row, column]), in_plane(np.array([surface.xs[column], surface.ys[row]]))
    if np.isfinite(height) and not np.isclose(height, loss, rtol=_ROUNDING, atol=_TINY):
        of = f" over {surface.data}" if surface.data else ""
        raise ValueError(
            f"the surface{of} is not that of this loss: at its lowest point it is {height:.6g}, where the loss is "
            f"{loss:.6g}; give the images that it was made of (--data)"
        )


def named(text: str) -> Walker:
    """An optimizer by its notation; a name without parameters, which says nothing of the learning rate, is a label."""
    name, parameters = own.halves(text)
    known = own.is_file(text) or optimizers.registry.knows(name)
    return optimizers.parse(text) if parameters and known else External(text)
