"""Analytic 2-D loss terrains, found by name.

>>> import landscape as ls
>>> float(ls.terrains.get("ravine", kappa=10.0, angle=0.0).value([2.0, 1.0]))
7.0
"""

from __future__ import annotations

from ..registry import Registry
from .base import Domain, Terrain
from .classic import Ravine, Rosenbrock, Saddle
from .networks import ReluPair, SigmoidChain

registry: Registry[Terrain] = Registry("terrain", [Ravine, Saddle, Rosenbrock, SigmoidChain, ReluPair])
names, get, parse = registry.names, registry.get, registry.parse

__all__ = [
    "Domain",
    "Ravine",
    "ReluPair",
    "Rosenbrock",
    "Saddle",
    "SigmoidChain",
    "Terrain",
    "get",
    "names",
    "parse",
    "registry",
]
