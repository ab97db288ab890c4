"""2-D loss terrains: found by name, or made from a formula or a Python function.

>>> import landscape as ls
>>> float(ls.terrains.get("ravine", kappa=10.0, angle=0.0).value([2.0, 1.0]))
7.0
>>> ls.terrains.parse("x^2 + 10*y^2").gradient([2.0, 1.0])
array([ 4., 20.])
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..core.errors import InputError, no_part, shortened
from ..core.registry import Registry
from .chains import Cliff, SigmoidChain
from .custom import DOMAIN
from .expression import ExpressionTerrain, from_expression
from .multimodal import Himmelblau, SixHumpCamel, StyblinskiTang
from .neurons import Neuron
from .quadratics import Booth, Ravine
from .relu import ReluPair, ReluValley
from .ripples import Ackley, Rastrigin
from .saddles import MonkeySaddle, Saddle
from .terrain import Domain, Terrain
from .user import FunctionTerrain, from_file, from_function
from .valleys import Beale, GoldsteinPrice, Rosenbrock

_TEXTBOOK: list[type[Terrain]] = [
    *(Ravine, Booth, Saddle, MonkeySaddle),
    *(Rosenbrock, Beale, GoldsteinPrice),
    *(Himmelblau, SixHumpCamel, StyblinskiTang, Rastrigin, Ackley),
]
_NETWORKS: list[type[Terrain]] = [SigmoidChain, Neuron, ReluPair, ReluValley, Cliff]

_FILE = re.compile(r"\.py\s*(:|$)")

registry: Registry[Terrain] = Registry("terrain", Terrain, [*_TEXTBOOK, *_NETWORKS])
names, get = registry.names, registry.get


def parse(text: str, domain: Any = None) -> Terrain:
    """Read `ravine:kappa=10`, a formula such as `x^2 + 10*y^2`, or `path/to/file.py:function`.

    `domain` ((x0, x1), (y0, y1)) is for formulas and files; a registered terrain has its own. Raises ValueError in one
    line: what was given, what is allowed, and the nearest valid name.
    """
    return from_file(text, domain) if _FILE.search(text) else read(text, domain)


def of(given: Terrain | str) -> Terrain:
    """A terrain as it is, or the one whose notation was given; ValueError for anything else."""
    if isinstance(given, str):
        return parse(given)
    if not isinstance(given, Terrain):
        raise no_part("terrain", given)
    return given


def read(text: str, domain: Any = None) -> Terrain:
    """As `parse`, but for texts that lie in files, such as those of saved walks: nothing is run that they name.

    ValueError for `path/to/file.py:function`.
    """
    if _FILE.search(text):
        raise ValueError(f"'{shortened(text)}' is a function in a file, which is not run because another file names it")
    # A text without x and y is meant as a name, even when it is misspelled.
    head = text.partition(":")[0]
    if re.match(r"\s*[^\W\d][\w\s-]*$", head) and not {"x", "y", "e", "pi"} & set(re.findall(r"\w+", head)):
        if domain is not None:
            raise ValueError(f"a domain is not allowed with '{shortened(text)}': only formulas and files take one")
        return registry.parse(text)
    return from_expression(text, DOMAIN if domain is None else domain)


def source(text: str) -> Path | None:
    """The file that `parse` runs for `path/to/file.py:function`; None for other notations."""
    return Path(text.strip().rpartition(":")[0]).expanduser() if _FILE.search(text) else None


def text(terrain: Terrain) -> str:
    """The notation that `parse` reads back; domain and start are not part of it.

    Raises ValueError for what has none: a terrain from a bare Python function, or a surface.
    """
    if type(terrain) in registry.classes.values():
        return registry.text(terrain)
    if isinstance(terrain, ExpressionTerrain):
        return terrain.name
    if isinstance(terrain, FunctionTerrain) and terrain.source:
        return terrain.source
    raise InputError(f"terrain '{terrain.name}' has no notation: only registered ones, formulas and files have")


__all__ = [
    "Ackley",
    "Beale",
    "Booth",
    "Cliff",
    "Domain",
    "ExpressionTerrain",
    "FunctionTerrain",
    "GoldsteinPrice",
    "Himmelblau",
    "MonkeySaddle",
    "Neuron",
    "Rastrigin",
    "Ravine",
    "ReluPair",
    "ReluValley",
    "Rosenbrock",
    "Saddle",
    "SigmoidChain",
    "SixHumpCamel",
    "StyblinskiTang",
    "Terrain",
    "from_expression",
    "from_file",
    "from_function",
    "get",
    "names",
    "of",
    "parse",
    "registry",
    "text",
]
