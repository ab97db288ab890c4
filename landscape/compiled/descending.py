"""Walks of many starts, or of many steps, with compiled loops."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import terrains
from ..core.annotations import Floats
from ..optimizers import Optimizer
from ..optimizers.schedules import Schedule
from ..terrains import ExpressionTerrain, Terrain
from ..terrains.traced import traced
from . import step_numbers
from .programs import Program

BLOCK = 8192  # starts that are one piece of work, of which there are so enough for all cores
_POINTS = 256  # walked at a time, so that all their rows lie in a core's first cache
_STEPS = 4096  # taken at a time, so that Ctrl-C does not wait long
_AT_ONCE = 65_536  # numbers that are computed with by NumPy

# Seconds that NumPy takes for a step, and for each point of it, on two cores.
_STEP, _POINT = 2e-5, 1e-8
# Seconds of NumPy's from which on loops are compiled: numba and they take half a second to be loaded, once a process.
_WORTH, _WORTH_LOADED = 0.5, 0.01


def pays(steps: int, points: int) -> bool:
    """Whether so many steps of so many walks are worth it."""
    loaded = f"{__package__}.stepping" in sys.modules
    return steps * (_STEP + points * _POINT) > (_WORTH_LOADED if loaded else _WORTH)


def program(terrain: Terrain) -> Program | None:
    """What computes a terrain's formula; None of one that has none that could be traced, or is a user's own, as nobody
    knows what that does beside computing."""
    if not (terrains.registry.is_ours(terrain) or type(terrain) is ExpressionTerrain):
        return None
    formula = traced(terrain)
    return None if formula is None else Program.of(formula)


def obstacle(program: Program | None, optimizer: Optimizer, noise: float, batch_size: int | None) -> str:
    """Why walks cannot be compiled; empty where they can."""
    if step_numbers.place(optimizer) < 0:
        return f"there is no loop for {optimizer.name} (there is for {', '.join(step_numbers.names())})"
    if noise or batch_size is not None:
        return f"NumPy draws the {'noise' if noise else 'minibatches'}"
    return "" if program else "there are loops for registered terrains and for formulas in x and y, and none for others"


@dataclass(frozen=True)
class Walks:
    """The walks of an optimizer; called with a block of starts it records them, as `descend` says.

    Attributes
    ----------
    program : of the terrain.
    rows : (R,), the steps to be recorded, the last of which is the walks' last.
    far : coordinates beyond which a loss may be missing because something overflows.
    """

    program: Program
    optimizer: Optimizer
    schedule: Schedule | None
    rows: NDArray[np.int64]
    far: float

    def __call__(self, starts: Floats, block: int, record: dict[str, Any], at: int) -> None:
        # Here, as it may be in another process, and as numba takes its time to be loaded.
        from .stepping import walk

        optimizer, steps, n = self.optimizer, int(self.rows[-1]), len(starts)
        *kept, outside = record.values()
        moments = kept[4:]
        # The loops are of one type, whatever the optimizer remembers.
        kept += [np.empty((0, 0, 2))] * (6 - len(kept))
        state = np.zeros((6 + 2 * len(moments), n))
        state[:2] = starts.T
        rule, scratch = step_numbers.place(optimizer), self.program.rows(max(1, min(n, _POINTS)))
        for first in range(0, max(steps, 1), _STEPS):
            count = min(_STEPS, steps - first)
            numbers = np.empty((count, step_numbers.MOST))
            for k in range(count):
                numbers[k] = step_numbers.numbers(optimizer, first + k + 1, self._lr(first + k, steps))
            ends, row = first + count == steps, int(np.searchsorted(self.rows, first))
            walk(
                *(self.program.slopes, self.program.loss, scratch, rule, numbers, first, ends),
                *(self.rows, row, self.far, state, at, *kept, outside),
            )
            if not np.isfinite(state[:2]).all(axis=0).any():
                for array in kept:
                    array[np.searchsorted(self.rows, first + count) :, at : at + n] = np.nan
                break
        # In the paper's symbols; a few rows at a time, as memory is slow where nothing was yet.
        few = max(1, _AT_ONCE // max(n, 1))
        for low in range(0, len(self.rows), few):
            part = [moment[low : low + few, at : at + n] for moment in moments]
            with np.errstate(all="ignore"):
                shown = optimizer.recorded(dict(zip(optimizer.moments, part, strict=True)))
            for old, new in zip(part, shown.values(), strict=True):
                if new is not old:
                    old[:] = new

    def _lr(self, step: int, steps: int) -> float:
        return self.optimizer.lr if self.schedule is None else self.optimizer.lr * self.schedule(step, steps)
