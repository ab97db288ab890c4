"""Walking an optimizer over a terrain."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from numbers import Integral
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import optimizers, terrains
from ..compiled import descending
from ..compiled.engine import Choice, chosen
from ..core import bounds, checks
from ..core.annotations import Array, Progress
from ..core.checks import MOST_STEPS, at_least, non_negative, within
from ..core.errors import InputError, no_part, not_allowed
from ..optimizers import Optimizer, SciPy, Walker, schedules
from ..optimizers.schedules import Schedule
from ..terrains import Terrain
from .blocks import BlockWalk, Room, walk_blocks
from .minimisers import minimise
from .trajectory import FAR, Trajectory, no_loss

# Starts that are walked together, all steps before the next block: five arrays of a point then stay in a core's cache,
# and a call of NumPy is long against what it costs to make.
_BLOCK = 24_576
_STEP, _POINT = 2e-5, 5e-8  # seconds that a step takes, and each point of it, at the least


def descend(
    terrain: Terrain | str,
    optimizer: Walker | str,
    start: ArrayLike | None = None,
    steps: int = 200,
    noise: float = 0.0,
    seed: int = 0,
    record: Literal["all", "last"] | int = "all",
    *,
    batch_size: int | None = None,
    schedule: Schedule | str | None = None,
    engine: Choice = "auto",
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Trajectory:
    """Walk `optimizer` over `terrain` and record where it went.

    Parameters
    ----------
    terrain, optimizer, schedule : each as an object or as its notation; "scipy:bfgs" and its like walk too, an
        iteration a step. The schedule multiplies the learning rate.
    start : (2,) for one walk or (n, 2) for n walks at once; the terrain's own start if None.
    steps : number of steps T.
    noise : standard deviation of Gaussian noise on each coordinate of the gradient.
    seed : seed of the noise and of the minibatches.
    record : "all" (T + 1 rows), "last" (the last row alone) or k (every k-th step, and the last).
    batch_size : examples a step, drawn anew for each walk from the terrain's own data, which networks' terrains have;
        the exact gradient if None.
    engine : "numpy", or "compiled" for loops that numba compiles. "auto" compiles long walks whose formula is
        arithmetic and roots alone, as its numbers are then the same to the last bit; functions may differ in it.
    executor : where blocks of many starts are walked; threads if None. A `ProcessPoolExecutor` may be faster, as
        NumPy's calls are short, but needs a terrain that can be pickled. Which one it is never changes a number.
    progress : called as progress(done, blocks), and with a SciPy method as progress(done, starts).

    A walk ends where its point or gradient is no longer finite: its later rows are nan, those of the optimizer's
    memory, too, and other walks go on.

    >>> import landscape as ls
    >>> walk = ls.descend(ls.terrains.get("rosenbrock"), ls.optimizers.Adam(lr=0.01), steps=100)
    >>> walk.x[-1].round(7)
    array([-1.0435756,  1.0938827])
    """
    steps, seed, noise = within("steps", steps, 0, MOST_STEPS), at_least("seed", seed, 0), non_negative("noise", noise)
    if batch_size is not None:
        batch_size = at_least("batch_size", batch_size, 1)
    terrain, optimizer = terrains.of(terrain), optimizers.walker(optimizer)
    schedule = None if schedule is None else schedules.of(schedule)
    if not isinstance(optimizer, Optimizer | SciPy):
        raise no_part("optimizer", optimizer)
    x = checks.start(terrain.start if start is None else start, many=True)
    _check_size(optimizer, x, record, steps)
    rows = _rows(record, steps)

    if isinstance(optimizer, SciPy):
        if noise or batch_size is not None or schedule is not None:
            raise InputError(f"{optimizer.name} takes no noise, minibatches or schedule: it searches along lines")
        chosen(engine, f"{optimizer.name} is SciPy's own")
        return minimise(terrain, optimizer, x, rows, progress)

    if schedule is not None:
        optimizers.check_schedulable(optimizer, schedule)
    plan, starts = _Plan(terrain, optimizer, rows, noise, batch_size, schedule, seed), x.reshape(-1, 2)
    walk, size = _engine(plan, len(starts), engine)
    record_of = walk_blocks(walk, Room(optimizer, rows), starts, size, executor, progress)
    outside = record_of.pop("outside")
    shaped = {name: array.reshape(len(rows), *x.shape[:-1], *array.shape[2:]) for name, array in record_of.items()}
    points, loss, gradient = shaped.pop("x"), shaped.pop("loss"), shaped.pop("gradient")
    outside = outside.reshape(x.shape[:-1])
    beside: dict[str, Any] = {"schedule": schedule, "noise": noise, "batch_size": batch_size, "seed": seed}
    return Trajectory(terrain, optimizer, rows, points, loss, gradient, shaped, outside=outside, **beside)


def descend_together(terrain: Terrain, walkers: Sequence[Optimizer], starts: Array, steps: int) -> Array:
    """The losses (K, steps + 1, n) of the walks of K optimizers from the starts (n, 2), as `descend` records them.

    All walk in step, so that the terrain is asked once a step and not once for each: on few points a call of NumPy
    costs more than what it computes.
    """
    bounds.hours(steps * (_STEP + len(walkers) * len(starts) * _POINT), f"steps = {steps}")
    bounds.memory({f"steps = {steps}": 16 * len(walkers) * (steps + 1) * len(starts)})
    x = np.tile(np.asarray(starts, dtype=np.float64).T[:, None, :], (1, len(walkers), 1)).transpose(1, 2, 0)
    losses = np.full((len(walkers), steps + 1, len(starts)), np.nan)
    survey = _Survey(terrain, 0.0, None, np.random.default_rng(0))
    states = [one.init(points) for one, points in zip(walkers, x, strict=True)]
    walking = np.arange(len(walkers))
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            ended = ~np.isfinite(x).all(axis=-1)
            losses[walking, step] = np.where(ended, np.nan, terrain.value(x.reshape(-1, 2)).reshape(ended.shape))
            if ended.all(axis=-1).any():
                on = ~ended.all(axis=-1)
                walking, x = walking[on], x[on]
            if step == steps or not len(walking):
                break
            gradient = terrain.gradient(x.reshape(-1, 2)).reshape(x.shape)
            x[~np.isfinite(gradient).all(axis=-1)] = np.nan
            for k, points, g in zip(walking.tolist(), x, gradient, strict=True):
                walkers[k].step_(points, g, states[k], probe=survey)
    return losses


@dataclass(frozen=True)
class _Plan:
    """All that the walk of a block of starts depends on."""

    terrain: Terrain
    optimizer: Optimizer
    rows: NDArray[np.int64]
    noise: float
    batch_size: int | None
    schedule: Schedule | None
    seed: int


class _Survey:
    """The terrain as an optimizer meets it in one step: every question is answered with the same noise."""

    def __init__(self, terrain: Terrain, noise: float, batch_size: int | None, rng: np.random.Generator) -> None:
        self.terrain, self.scale, self.batch_size, self.rng = terrain, noise, batch_size, rng

    def renew(self, shape: tuple[int, ...]) -> None:
        """Draw the noise of the next step."""
        if self.scale:
            self.noise = self.rng.normal(scale=self.scale, size=shape)
        if self.batch_size is not None:
            self.batch = int(self.rng.integers(2**63))

    def gradient(self, x: Array) -> Array:
        if self.batch_size is None:
            g = self.terrain.gradient(x)
        else:
            g = self.terrain.minibatch_gradient(x, self.batch_size, np.random.default_rng(self.batch))
        return g + self.noise if self.scale else g

    def hvp(self, x: Array, v: Array) -> Array:
        if self.batch_size is None:
            hessian = self.terrain.hessian(x)
        else:
            hessian = self.terrain.minibatch_hessian(x, self.batch_size, np.random.default_rng(self.batch))
        return np.asarray((hessian * v[..., None, :]).sum(axis=-1))


def _engine(plan: _Plan, points: int, engine: Choice) -> tuple[BlockWalk, int]:
    """What walks a block of starts, and how many of them make one."""
    by_numpy = partial(_walk, plan), _BLOCK
    if chosen(engine, pays=descending.pays(int(plan.rows[-1]), points)) == "numpy":
        return by_numpy
    program = descending.program(plan.terrain)
    cannot = descending.obstacle(program, plan.optimizer, plan.noise, plan.batch_size)
    if chosen(engine, cannot, program is not None and program.is_exact) == "numpy" or program is None:
        return by_numpy
    return descending.Walks(program, plan.optimizer, plan.schedule, plan.rows, FAR), descending.BLOCK


def _walk(plan: _Plan, starts: Array, block: int, record: dict[str, Array], at: int) -> None:
    """Walk a block of starts (n, 2) and record it, as the walks from number `at` on."""
    terrain, optimizer, rows = plan.terrain, plan.optimizer, plan.rows
    record = {name: array[:, at : at + len(starts)] for name, array in record.items()}
    survey = _Survey(terrain, plan.noise, plan.batch_size, np.random.default_rng((plan.seed, block)))
    # Coordinates first in memory: all x, then all y, as terrains compute with them apart.
    x = np.array(starts.T, order="C").T
    state = optimizer.init(x)

    steps, row, outside = int(rows[-1]), 0, record["outside"][0]
    # Walking off to infinity is a result here, so overflow is no cause for a warning.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        for step in range(steps + 1):
            survey.renew(x.shape)
            gradient = survey.gradient(x)
            if step == rows[row]:
                now = {"x": x, "loss": terrain.value(x), "gradient": gradient, **optimizer.recorded(state)}
                for name, array in now.items():
                    record[name][row] = array
                # Whatever a terrain makes of nan and inf, a walk that has ended has neither place nor loss.
                ended = ~np.isfinite(x).all(axis=-1)
                for name in now:
                    record[name][row][ended] = np.nan
                row += 1
                if ended.all():
                    for name in now:
                        record[name][row:] = np.nan
                    break
            finite = np.isfinite(gradient)
            if not finite.all():
                ends = np.isfinite(x).all(axis=-1) & ~finite.all(axis=-1)
                outside[ends] = no_loss(x[ends], terrain.value(x[ends]))
            if step == steps:
                outside |= no_loss(x, now["loss"])
                break
            if not finite.all():
                x[~finite.all(axis=-1)] = np.nan
            lr = optimizer.lr if plan.schedule is None else optimizer.lr * plan.schedule(step, steps)
            optimizer.step_(x, gradient, state, lr=lr, probe=survey)


def _check_size(optimizer: Optimizer | SciPy, x: Array, record: Literal["all", "last"] | int, steps: int) -> None:
    """ValueError if the records of walks from x (..., 2) do not fit into memory, or the walks take too long."""
    points = x.size // 2
    bounds.hours(steps * (_STEP + points * _POINT), f"steps = {steps}")
    if isinstance(optimizer, SciPy):
        # Which keep all steps, and lists of them.
        bounds.memory({f"steps = {steps}": (steps + 1) * (32 * points + 100)})
        return
    numbers = sum(array.size for array in optimizer.recorded(optimizer.init(np.zeros((1, 2)))).values())
    every = int(record) if isinstance(record, Integral) and record > 0 else 1
    rows = 1 if record == "last" else steps // every + 2
    needs = {f"steps = {steps}": 8 * rows * points * (5 + numbers)}
    bounds.memory(needs | {f"start = {points} points": 16 * points * (10 + numbers)})


def _rows(record: Literal["all", "last"] | int, steps: int) -> NDArray[np.int64]:
    """The step numbers to be recorded."""
    if record == "all":
        return np.arange(steps + 1)
    if record == "last":
        return np.array([steps])
    if not isinstance(record, Integral) or record < 1:
        raise not_allowed("record", repr(record), "it must be 'all', 'last' or a whole number above 0")
    return np.unique([*range(0, steps + 1, int(record)), steps])
