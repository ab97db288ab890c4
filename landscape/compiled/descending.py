"""Walks of many starts, or of many steps, with compiled loops."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import optimizers, terrains
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

# Seconds of NumPy's that are worth loading numba and the compiled loops for, and where that has been done.
_WORTH, _WORTH_LOADED = 1.0, 0.01


def pays(seconds: float) -> bool:
    """Whether walks that NumPy would take so long for are worth it."""
    loaded = f"{__package__}.stepping" in sys.modules
    return seconds > (_WORTH_LOADED if loaded else _WORTH)


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
        label = optimizers.text(optimizer, defaults=False)
        return f"there is no loop for {label} (there is for {', '.join(step_numbers.names())})"
    if noise or batch_size is not None:
        return f"NumPy draws the {'noise' if noise else 'minibatches'}"
    return "" if program else "there are loops for registered terrains and for formulas in x and y, and none for others"


@dataclass(frozen=True)
class Walks:
    """The walks of an optimizer; called with starts (n, 2) it gives their record, as the NumPy path does.

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

    def __call__(self, starts: Floats, block: int) -> dict[str, Any]:
        # Here, as it may be in another process, and as numba takes its time to be loaded.
        from .stepping import walk

        optimizer, steps, n = self.optimizer, int(self.rows[-1]), len(starts)
        pairs = 3 + len(optimizer.moments)
        state, outside = np.zeros((2 * pairs, n)), np.zeros(n, dtype=bool)
        state[:2] = starts.T
        record, losses = np.full((pairs, len(self.rows), n, 2), np.nan), np.full((len(self.rows), n), np.nan)
        rule, scratch = step_numbers.place(optimizer), self.program.rows(max(1, min(n, _POINTS)))
        for first in range(0, steps + 1, _STEPS):
            count = min(_STEPS, steps - first)
            numbers = np.empty((count, step_numbers.MOST))
            for k in range(count):
                numbers[k] = step_numbers.numbers(optimizer, first + k + 1, self._lr(first + k, steps))
            ends, row = first + count == steps, int(np.searchsorted(self.rows, first))
            walk(
                *(self.program.slopes, self.program.loss, scratch, rule, numbers, first, ends),
                *(self.rows, row, self.far, state, outside, record, losses),
            )
            if ends or not np.isfinite(state[:2]).all(axis=0).any():
                break
        x, gradient, *memory = record
        with np.errstate(all="ignore"):
            kept = optimizer.recorded(dict(zip(("delta", *optimizer.moments), memory, strict=True)))
        return {"x": x, "loss": losses, "gradient": gradient, **kept, "outside": outside[None]}

    def _lr(self, step: int, steps: int) -> float:
        return self.optimizer.lr if self.schedule is None else self.optimizer.lr * self.schedule(step, steps)
