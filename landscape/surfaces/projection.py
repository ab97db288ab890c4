"""A run seen on a plane of its weight space."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from .. import optimizers
from ..core import own
from ..core.annotations import Array, Progress
from ..files.archives import checksum
from ..models.callables import function
from ..models.objective import Jets, Model, Objective, objective
from ..optimizers import External, Walker
from ..training.cache import Cache
from ..training.run import Run
from ..walks.trajectory import Projected
from . import Surface
from .steadiness import hold

VERSION = "projection 2"  # changes with the numbers
_ROWS = 10_000  # losses that are kept of a run
# Of a loss summed in float32: of all of it, and where it is near 0; other images change more.
_ROUNDING, _TINY = 1e-3, 1e-5


def project(
    run: Run | ArrayLike,
    surface: Surface,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    *,
    loss: Callable[[Array], float] | None = None,
    model: Model | None = None,
    optimizer: Walker | str | None = None,
    steps: ArrayLike | None = None,
    progress: Progress | None = None,
) -> Projected:
    """Snapshots seen on `surface`, for the same pictures as a walk on an analytic terrain.

    Parameters
    ----------
    run : a Run, whose network is then evaluated over images x (N, D), y (N,), which must be those of the surface; or
        plain snapshots (S, P) of any `model`, or of a `loss`.
    loss : from parameters (P,) float64 to a number, the function that the surface was made of; not for a Run.
    model : that the surface is of, in place of a loss; also for a Run.
    optimizer : for plain snapshots, what trained them: one of `optimizers`, its notation, or any other name.
    steps : (S,), for plain snapshots, the step number of each; 0, 1, 2 … if None.
    progress : called as progress(done, snapshots).

    ValueError where the surface is not of the images given for a Run, or of another model: its heights and the path's
    would not be of one loss; and if a loss gives no number, or another one when it is called again.
    """
    tell = progress or (lambda done, total: None)
    if isinstance(run, Run):
        own = model is None and (x is None or y is None)
        if own or loss is not None or optimizer is not None or steps is not None:
            raise ValueError("for a run give images x and labels y; loss, optimizer and steps are the run's own")
        of = objective(run.network if model is None else model, x, y)
        return seen(run, marks_of(run.snapshots), surface, of, Cache(None), tell, checked=False)
    if (loss is None) == (model is None):
        raise ValueError("for plain snapshots give loss=, the function that the surface shows, or model=")
    of = objective(function(loss) if model is None and loss is not None else model, x, y)
    snapshots = np.asarray(run)
    counted = np.arange(len(snapshots)) if steps is None else np.asarray(steps, dtype=np.int64)
    if snapshots.ndim != 2 or counted.shape != snapshots.shape[:1]:
        raise ValueError(
            f"snapshots of shape {snapshots.shape} with {counted.size} steps are not allowed: (S, P), (S,)"
        )
    walker = named(optimizer or "") if optimizer is None or isinstance(optimizer, str) else optimizer
    xy, residual = surface.plane.project(snapshots)
    losses = np.empty((2, len(snapshots)))
    for k, (params, point) in enumerate(zip(snapshots, xy, strict=True)):
        losses[:, k] = of.loss_value(params), of.loss_value(surface.plane.at(point))
        tell(k + 1, len(snapshots))
    largest = float(np.max(np.abs(losses[0]), where=np.isfinite(losses[0]), initial=0.0))
    for k in (0, len(snapshots) - 1) if not of.whole else ():
        hold(float(losses[0, k]), of.loss_value(snapshots[k]), largest, f"of snapshot {k}")
    return Projected(surface, walker, counted, xy, losses[0], residual, losses[1])


def seen(
    run: Run, marks: list[str], surface: Surface, of: Objective, kept: Cache, progress: Progress, *, checked: bool
) -> Projected:
    """A run, whose snapshots have these marks, on a surface of the loss `of`; what is kept of it is not computed
    again."""
    plane = surface.plane
    # Not by evaluating what `plane.at` gives: an MLP's jets compute in float64.
    jets = of.jets(plane.vectors)
    if not checked:
        _check_same(surface, jets, of.samples)
    about = checksum([VERSION, *of.about, *([] if of.whole else [of.loss_value(run.snapshots[0])])])
    keys = f"true {about}", f"in plane {checksum([about, plane.vectors])}"
    true, near = _rows(kept.get(keys[0]), 1), _rows(kept.get(keys[1]), 4)
    news = [mark for mark in marks if mark not in true or mark not in near]
    try:
        for k, (mark, params) in enumerate(zip(marks, run.snapshots, strict=True), start=1):
            if mark not in true:
                true[mark] = [of.loss_value(params)]
            if mark not in near:
                xy, residual = plane.project(params)
                near[mark] = [_height(jets, xy.tolist(), of.samples), *xy.tolist(), float(residual)]
            progress(k, len(marks))
    finally:
        for key, found in zip(keys, (true, near) if news else (), strict=False):
            last = dict(list(found.items())[-_ROWS:])
            kept.put(key, rows=np.array(list(last)), numbers=np.array(list(last.values())))
    losses = np.array([true[mark][0] for mark in marks])
    in_plane, *xys, residuals = np.ascontiguousarray(np.array([near[mark] for mark in marks]).T)
    known = run.optimizer, run.steps, np.stack(xys, axis=-1)
    return Projected(surface, *known, losses, residuals, in_plane, run.diverged_at, run.settings)


def _height(jets: Jets, at: Sequence[float], samples: int) -> float:
    """The mean loss at coordinates (2,) in the plane; inf where it has overflowed."""
    loss = jets.jet(at[0], at[1], order=0).loss / samples
    return math.inf if math.isnan(loss) else loss


def _rows(found: dict[str, Array], width: int) -> dict[str, list[float]]:
    """So many numbers each by the marks of their snapshots."""
    rows, numbers = found.get("rows", np.empty(0, "U1")), found.get("numbers", np.empty((0, width)))
    fine = rows.ndim == 1 and numbers.shape == (len(rows), width)
    return dict(zip(rows.tolist(), numbers.tolist(), strict=True)) if fine else {}


def marks_of(snapshots: Array) -> list[str]:
    """What tells each snapshot from all others."""
    rows = np.ascontiguousarray(snapshots)
    return [f"{rows.dtype} {hashlib.blake2b(row.data, digest_size=16).hexdigest()}" for row in rows]


def _check_same(surface: Surface, jets: Jets, samples: int) -> None:
    """ValueError unless the surface is that of this loss: at one point of its grid, the lowest, where rounding is
    least."""
    finite = np.where(np.isfinite(surface.loss), surface.loss, np.inf)
    row, column = np.unravel_index(finite.argmin(), finite.shape)
    height, loss = float(finite[row, column]), _height(jets, [surface.xs[column], surface.ys[row]], samples)
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
