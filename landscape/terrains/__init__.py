"""2-D loss terrains: found by name, or made from a formula or a Python function.

>>> import landscape as ls
>>> float(ls.terrains.get("ravine", kappa=10.0, angle=0.0).value([2.0, 1.0]))
7.0
>>> ls.terrains.parse("x^2 + 10*y^2").gradient([2.0, 1.0])
array([ 4., 20.])
"""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import isfunction
from typing import Any

from ..core import own
from ..core.errors import InputError, no_part, shortened
from ..core.placeholders import check_form, missing
from ..core.registry import Registry, members
from . import chains, multimodal, neurons, quadratics, relu_units, ripples, saddles, valleys
from .chains import *
from .custom import DOMAIN, AbsentTerrain
from .expression import ExpressionTerrain, from_expression
from .multimodal import *
from .neurons import *
from .quadratics import *
from .relu_units import *
from .ripples import *
from .saddles import *
from .terrain import Domain, Terrain
from .user import FunctionTerrain, from_file, from_function, with_attributes
from .valleys import *

registry: Registry[Terrain] = Registry(
    "terrain",
    Terrain,
    members(quadratics, saddles, valleys, multimodal, ripples, chains, neurons, relu_units),
    reserved=("x", "y", "e", "pi", "surface", "plane"),
)
names, get = registry.names, registry.get


def register(given: Any) -> Any:
    """Make a terrain known by its name: a class, as `registry.register` takes it, or a plain function f(x, y) with
    attributes as `from_file` reads them. For use as a decorator; it returns what it was given."""
    if not isfunction(given):
        return registry.register(given)
    return registry.register_function(given, with_attributes(given, given.__name__, given.__name__))


def parse(text: str, domain: Any = None) -> Terrain:
    """Read `ravine:kappa=10`, a formula such as `x^2 + 10*y^2`, or `path/to/mine.py:function`, or a class or a terrain
    in such a file, as in `path/to/mine.py:Bowl:depth=3`.

    `domain` ((x0, x1), (y0, y1)) is for formulas and functions; a registered terrain has its own. Raises ValueError in
    one line: what was given, what is allowed, and the nearest valid name.
    """
    if not own.is_file(text):
        return _read(text, domain, registry.parse)
    name, there = own.members(text, "function")
    if isinstance(found := there.get(name), type | Terrain):
        _without(domain, text)
        return registry.taken(text, name, there)
    if not callable(found) and not any(map(callable, there.values())):
        raise registry.not_there(text, name, there)
    return from_file(text, domain)


def of(given: Terrain | str) -> Terrain:
    """A terrain as it is, or the one whose notation was given; ValueError for anything else."""
    if isinstance(given, str):
        return parse(given)
    if not isinstance(given, Terrain):
        raise no_part("terrain", given)
    if isinstance(given, AbsentTerrain):
        raise missing("terrain", given.notation)
    return registry.of(given) if registry.readable(type(given)) else given


def stored(text: str, domain: Any, start: Any) -> Terrain:
    """As `parse`, but for texts that lie in files, such as those of saved walks: nothing is run that they name, and a
    terrain that is not known has that domain and start, and no values.

    ValueError for `path/to/file.py:function`.
    """
    own.refuse_file(text)

    def known(notation: str) -> Terrain:
        if registry.knows(own.halves(notation.strip())[0]):
            return registry.parse(notation)
        check_form("terrain", notation)
        return AbsentTerrain.of(notation, domain, start)

    found = _read(text, None, known)
    return from_expression(text, domain, start) if isinstance(found, ExpressionTerrain) else found


def _read(text: str, domain: Any, named: Callable[[str], Terrain]) -> Terrain:
    """A formula, or what `named` makes of a name with its settings."""
    # A text without x and y is meant as a name, even when it is misspelled.
    head = text.partition(":")[0]
    if re.match(r"\s*[^\W\d][\w\s-]*$", head) and not {"x", "y", "e", "pi"} & set(re.findall(r"\w+", head)):
        _without(domain, text)
        return named(text)
    return from_expression(text, DOMAIN if domain is None else domain)


def _without(domain: Any, text: str) -> None:
    if domain is not None:
        raise ValueError(f"a domain is not allowed with '{shortened(text)}': only formulas and files take one")


def text(terrain: Terrain) -> str:
    """The notation that `parse` reads back; domain and start are not part of it.

    Raises ValueError for what has none: a terrain from a bare Python function, or a surface.
    """
    if isinstance(terrain, AbsentTerrain):
        return terrain.notation
    if isinstance(terrain, ExpressionTerrain):
        return terrain.name
    if isinstance(terrain, FunctionTerrain) and terrain.source:
        return terrain.source
    if registry.is_ours(terrain) or (own.is_foreign(type(terrain)) and registry.readable(type(terrain))):
        return registry.text(terrain)
    raise InputError(f"terrain '{terrain.name}' has no notation: only registered ones, formulas and files have")


__all__ = [
    "Domain",
    "ExpressionTerrain",
    "FunctionTerrain",
    "Terrain",
    "from_expression",
    "from_file",
    "from_function",
    "get",
    "names",
    "of",
    "parse",
    "register",
    "registry",
    "stored",
    "text",
]
