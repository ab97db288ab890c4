"""The three places where a walker comes to grief, a ravine, a saddle and a cliff: each with an accident, and with SGD,
momentum and Adam at the best of common rates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from .. import terrains
from ..optimizers import SGD, Adam, Momentum, Optimizer
from ..terrains import Terrain
from ..walks.descent import descend
from ..walks.trajectory import Trajectory
from .claims.cliff import GOAL, LR, WideCliff
from .tuning import Tuned, at_best

KINDS: tuple[Optimizer, ...] = (SGD(), Momentum(), Adam())

_MOST, _PER_DECADE = 2000, 4  # steps, and rates
_NEARLY = 0.95  # of the largest rate that a ravine's wall bears
_RAVINE_STEPS, _SADDLE_STEPS, _CLIFF_STEPS, _DEAD_STEPS = 60, 90, 400, 40
_SADDLE, _SADDLE_LR = (1.0, -0.98), 0.1  # a start near the way that ends on the saddle
_TOO_FAST, _TOO_LARGE = (3.0, 0.8), 0.4  # a start in the steep valley, and a rate that throws it out


class _WiderCliff(WideCliff):
    """The same ground, drawn as far as all vehicles go that arrive."""

    domain = ((-4.0, 9.0), (-6.0, 3.5))


@dataclass(frozen=True, eq=False)
class Place:
    """A terrain, with an accident of SGD on it, and those of `KINDS` at their best from one start to a loss of
    `target`."""

    terrain: Terrain
    accident: Trajectory
    target: float
    tuned: list[Tuned]


@cache
def ravine() -> Place:
    """The valley of one ReLU unit that learns another one: 100 times as steep across as along."""
    terrain = terrains.get("relu_valley")
    steepest = float(np.linalg.eigvalsh(terrain.hessian(terrain.minima[0])).max())
    walk = descend(terrain, SGD(lr=_NEARLY * 2 / steepest), steps=_RAVINE_STEPS)
    target = 1e-4
    return Place(terrain, walk, target, at_best(terrain, KINDS, target, _MOST, _PER_DECADE))


@cache
def saddle() -> Place:
    """Of two weights in a row with a ReLU between them."""
    terrain, target = terrains.get("relu_pair"), 1e-3
    walk = descend(terrain, SGD(lr=_SADDLE_LR), _SADDLE, _SADDLE_STEPS)
    return Place(terrain, walk, target, at_best(terrain, KINDS, target, _MOST, _PER_DECADE, _SADDLE))


@cache
def cliff() -> Place:
    """Of a unit that feeds itself again and again."""
    walk, terrain = descend(WideCliff(), SGD(lr=LR), steps=_CLIFF_STEPS), _WiderCliff()
    return Place(terrain, walk, GOAL, at_best(terrain, KINDS, GOAL, _MOST, _PER_DECADE))


@cache
def dead() -> Trajectory:
    """SGD at too large a rate in the valley of two weights with a ReLU between them: thrown to where it is shut."""
    return descend(terrains.get("relu_pair"), SGD(lr=_TOO_LARGE), _TOO_FAST, _DEAD_STEPS)


def stalled(walk: Trajectory, share: float = 0.02) -> int:
    """The most steps in a row over which a walk's loss falls by less than a share of its first one."""
    loss, longest, begin = walk.loss, 0, 0
    for end in range(len(loss)):
        while loss[begin] - loss[end] >= share * loss[0]:
            begin += 1
        longest = max(longest, end - begin)
    return longest
