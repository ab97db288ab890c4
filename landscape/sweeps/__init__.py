"""Sweeps: grids of settings, the same for all, so that no comparison is decided by hand.

>>> import landscape as ls
>>> spec = ls.sweeps.Spec(["sgd", "adam"], [0.01, 0.1], terrain="booth", target=1e-3)
>>> from concurrent.futures import ThreadPoolExecutor
>>> ls.sweeps.run(spec, executor=ThreadPoolExecutor(1))
<Table of a sweep on booth: 4 done>
"""

from .bands import Band, Sweep, rates, sweep, sweep_training, sweeps_of
from .cell import Cell
from .groups import Group, groups_of
from .running import Estimate, estimate, run
from .spec import Spec
from .table import Table

__all__ = [
    "Band",
    "Cell",
    "Estimate",
    "Group",
    "Spec",
    "Sweep",
    "Table",
    "estimate",
    "groups_of",
    "rates",
    "run",
    "sweep",
    "sweep_training",
    "sweeps_of",
]
