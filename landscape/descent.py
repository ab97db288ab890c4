"""Walking an optimizer over a terrain."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from .checks import at_least, non_negative
from .optimizers import Optimizer
from .terrains import Terrain
from .trajectory import Trajectory


def descend(
    terrain: Terrain,
    optimizer: Optimizer,
    start: ArrayLike | None = None,
    steps: int = 200,
    noise: float = 0.0,
    seed: int = 0,
    record: Literal["all", "last"] | int = "all",
) -> Trajectory:
    """Walk `optimizer` over `terrain` and record where it went.

    Parameters
    ----------
    start : (2,) for one walk or (n, 2) for n walks at once; the terrain's own start if None.
    steps : number of steps T.
    noise : standard deviation of Gaussian noise on each coordinate of the gradient.
    seed : seed of that noise.
    record : "all" (T + 1 rows), "last" (first and last row) or k (every k-th step, and the last).

    A walk ends where its point, loss or gradient is no longer finite: later rows are nan, and other walks go on.

    >>> import landscape as ls
    >>> walk = ls.descend(ls.terrains.get("rosenbrock"), ls.optimizers.Adam(lr=0.01), steps=100)
    >>> walk.x[-1].round(7)
    array([-1.0435756,  1.0938827])
    """
    at_least("steps", steps, 0)
    non_negative("noise", noise)
    x = np.array(terrain.start if start is None else start, dtype=np.float64)
    if x.shape[-1:] != (2,) or not np.isfinite(x).all():
        raise ValueError(f"start = {x.tolist()} is not allowed: it must be finite numbers of shape (2,) or (n, 2)")
    rows = _rows(record, steps)
    rng = np.random.default_rng(seed)
    state = optimizer.init(x)

    names = [name for name, value in state.items() if isinstance(value, np.ndarray)]
    xs = np.full((len(rows), *x.shape), np.nan)
    gradients, states = np.full_like(xs, np.nan), {name: np.full_like(xs, np.nan) for name in names}
    losses = np.full((len(rows), *x.shape[:-1]), np.nan)

    # Walking off to infinity is a result here, so overflow is no cause for a warning.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        row = 0
        for step in range(steps + 1):
            loss, gradient = terrain.value(x), terrain.gradient(x)
            if noise:
                gradient = gradient + rng.normal(scale=noise, size=x.shape)
            if step == rows[row]:
                xs[row], losses[row], gradients[row] = x, loss, gradient
                for name in names:
                    states[name][row] = state[name]
                row += 1
            if step < steps:
                # nan in the point makes every later loss, gradient and step nan as well.
                x[~np.isfinite(gradient.sum(axis=-1) + loss)] = np.nan
                optimizer.step_(x, gradient, state)
    return Trajectory(terrain, optimizer, rows, xs, losses, gradients, states)


def _rows(record: Literal["all", "last"] | int, steps: int) -> np.ndarray:
    """The step numbers to be recorded."""
    if record == "all":
        return np.arange(steps + 1)
    if record == "last":
        return np.unique([0, steps])
    if not isinstance(record, int) or record < 1:
        raise ValueError(f"record = {record!r} is not allowed: it must be 'all', 'last' or a whole number above 0")
    return np.unique([*range(0, steps + 1, record), steps])
