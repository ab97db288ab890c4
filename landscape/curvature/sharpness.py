"""How the largest eigenvalues of a model's Hessian change along a run."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import optimizers
from ..core import bounds
from ..core.annotations import Floats, Progress
from ..core.checks import at_least, within
from ..core.shown import Shown
from ..core.values import Value
from ..datasets.sample import Caption
from ..models.objective import Model, objective
from ..models.spectrum import seconds, top
from ..optimizers import Missing, Optimizer, schedules
from ..training.run import Run


@dataclass(frozen=True, eq=False, repr=False)
class Sharpness(Value, Shown):
    """The largest eigenvalues of the Hessian along a run.

    Attributes
    ----------
    optimizer : what trained it.
    steps : (S,), of the snapshots that were looked at.
    eigenvalues, residuals : (S, k), the largest first, and |Hv − λv|.
    data : what the loss is a mean over, for captions.
    lrs : (T,), the learning rate of each step of a run with a schedule; empty where it is the optimizer's throughout.
    """

    optimizer: Optimizer | Missing
    steps: NDArray[np.int64]
    eigenvalues: Floats
    residuals: Floats
    data: Caption = ""
    lrs: Floats = field(default_factory=lambda: np.empty(0))

    def __repr__(self) -> str:
        who, last = optimizers.text(self.optimizer, defaults=False), self.eigenvalues[-1, 0]
        return f"<Sharpness along {who}, {len(self.steps)} snapshots, {last:.4g} at the end>"


def along(
    run: Run,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    k: int = 1,
    count: int = 20,
    data: Caption = "",
    progress: Progress | None = None,
    *,
    model: Model | None = None,
    layer: str | None = None,
) -> Sharpness:
    """The k largest eigenvalues at `count` of the run's snapshots, evenly spread, the first and the last included.

    x (N, D), y (N,) : the images whose mean loss is meant; none for a model with data of its own.
    data : what they are, for captions; what the model says of its own if empty.
    progress : called as progress(done, snapshots).
    model : what computes, in place of the run's own network. layer : of one layer alone, such as "conv1".
    """
    k, count = within("k", k, 1, 1000), at_least("count", count, 1)
    chosen = np.unique(np.linspace(0, len(run.steps) - 1, min(count, len(run.steps))).round().astype(int))
    chosen = chosen if count > 1 else np.array([len(run.steps) - 1])
    loss = objective(run.network if model is None else model, x, y)
    bounds.hours(len(chosen) * seconds(loss.samples, run.params.size, k), f"count = {count}")
    values, residuals = np.empty((2, len(chosen), k))
    for done, row in enumerate(chosen, start=1):
        values[done - 1], _, residuals[done - 1] = top(loss, run.snapshots[row], k=k, layer=layer)
        if progress is not None:
            progress(done, len(chosen))
    return Sharpness(run.optimizer, run.steps[chosen], values, residuals, data or loss.caption, _scheduled(run))


def _scheduled(run: Run) -> Floats:
    """The learning rate (T,) of each step of a run with a schedule; empty if it has none."""
    if run.is_recorded:
        rates = run.history.get("lr", np.empty(0))
        return np.empty(0) if len(np.unique(rates)) < 2 else rates[: int(run.steps[-1])]
    schedule = schedules.stored(run.settings.get("schedule", "constant"))
    if isinstance(schedule, schedules.Constant):
        return np.empty(0)
    steps = int(run.settings["steps"])
    return np.array([run.optimizer.lr * schedule(step, steps) for step in range(int(run.steps[-1]))])
