"""The optimizer zoo, simplest first.

An optimizer is a frozen dataclass of hyperparameters. What it remembers between steps is a small dict of named arrays,
shaped like the point. The same object walks one point (2,), many points (n, 2), or the flat parameter buffer (P,) of a
network. Conventions are PyTorch's throughout; each docstring says where others differ.

>>> import numpy as np
>>> import landscape as ls
>>> adam = ls.optimizers.Adam(lr=0.1)
>>> x = np.array([1.0, 2.0])
>>> delta, state = adam.update(np.array([5.0, -0.01]), adam.init(x), x)
>>> delta.round(6)
array([-0.1,  0.1])
>>> ls.optimizers.parse("sgd:lr=0.5,clip=1")
Clip(optimizer=SGD(lr=0.5, weight_decay=0.0), max_norm=1.0)
"""

from __future__ import annotations

from ..core import own
from ..core.checks import positive
from ..core.errors import no_part, shortened
from ..core.notation import number
from ..core.placeholders import check_form, missing
from ..core.registry import Registry, members
from . import adaptive, classic, matrices, modern, moments, schedules, untuned
from .adaptive import *
from .classic import *
from .external import External, Missing
from .matrices import *
from .modern import *
from .moments import *
from .optimizer import Blocks, Optimizer, Probe, State
from .scipy_methods import SciPy
from .untuned import *
from .wrappers import SAM, WRAPPERS, Clip, Wrapper

registry: Registry[Optimizer] = Registry(
    "optimizer",
    Optimizer,
    members(classic, adaptive, moments, modern, matrices, untuned),
    reserved=(*WRAPPERS, "scipy", "elsewhere"),
    beside=tuple(WRAPPERS),
)
names, get, register = registry.names, registry.get, registry.register

Walker = Optimizer | SciPy | External


def parse(notation: str) -> Optimizer:
    """Read `name` or `name:key=value,…`; the keys `clip` and `sam` wrap the optimizer in Clip and SAM.

    For the name there may be path/to/mine.py:Class, or an object there; the file is run.
    """
    name, rest = own.halves(notation.strip())
    if name in WRAPPERS:
        raise ValueError(
            f"'{shortened(notation)}' is not allowed: {name} goes with an optimizer, as in sgd:lr=0.1,{name}=1"
        )
    if name == "scipy":
        raise ValueError(f"'{shortened(notation)}' walks terrains only: it takes no single steps")
    inner, wrapped = list[str](), dict[str, str]()
    for part in rest.split(","):
        key, _, value = (piece.strip() for piece in part.partition("="))
        if key not in WRAPPERS:
            inner.append(part)
        elif key in wrapped:
            raise ValueError(f"'{shortened(notation)}' gives {key} twice")
        else:
            wrapped[key] = value
    optimizer = registry.parse(f"{name}:{','.join(inner)}" if any(map(str.strip, inner)) else name)
    for key, value in wrapped.items():
        wrapper, parameter = WRAPPERS[key]
        positive(key, size := number(key, value, notation))
        optimizer = wrapper(optimizer, **{parameter: size})
    return optimizer


def of(given: Optimizer | Missing | str) -> Optimizer:
    """An optimizer as it is, or the one whose notation was given; ValueError for anything else, and for one whose class
    is not there."""
    if isinstance(given, str):
        return parse(given)
    if isinstance(given, Missing):
        raise missing("optimizer", given.label)
    if isinstance(given, Optimizer):
        inner = innermost(given)
        assert isinstance(inner, Optimizer)
        registry.of(inner)
        return given
    raise no_part("optimizer", given)


def walker(given: Walker | str) -> Walker:
    """Whatever walks, as it is or from its notation: what `parse` reads, or `scipy:method`; and `elsewhere:label`,
    which only tells who did. ValueError for anything else."""
    if isinstance(given, str):
        name, _, rest = given.strip().partition(":")
        return External(rest) if name == "elsewhere" else SciPy(rest) if name == "scipy" else parse(given)
    return given if isinstance(given, SciPy) or type(given) is External else of(given)  # type: ignore[arg-type]


def stored(notation: str) -> Optimizer | Missing:
    """The optimizer that a file names: nothing is run, and one that is not known here is told by its notation alone."""
    own.refuse_file(notation)
    name = own.halves(notation.strip())[0]
    if name in registry.reserved or registry.knows(name):
        return parse(notation)
    check_form("optimizer", notation.strip())
    return Missing(notation.strip())


def stored_walker(notation: str) -> Walker:
    """The same for whatever a trajectory names."""
    return walker(notation) if notation.strip().startswith(("scipy:", "elsewhere:")) else stored(notation)


def innermost(optimizer: Walker) -> Walker:
    """The optimizer inside all wrappers."""
    while isinstance(optimizer, Wrapper):
        optimizer = optimizer.optimizer
    return optimizer


def follows_schedules(walker: Walker) -> bool:
    """Whether a schedule of the learning rate does anything."""
    inner = innermost(walker)
    return isinstance(inner, Optimizer) and inner.scheduled


def check_schedulable(optimizer: Optimizer, schedule: schedules.Schedule) -> None:
    """ValueError for one whose rate no schedule changes, unless the schedule is constant."""
    if not isinstance(schedule, schedules.Constant) and not follows_schedules(optimizer):
        raise ValueError(
            f"{text(optimizer, defaults=False)} takes no schedule: its learning rate is that of the first step alone"
        )


def text(optimizer: Walker, *, defaults: bool = True) -> str:
    """The notation that is read back; without `defaults`, only `lr` and what differs from them."""
    if isinstance(optimizer, SciPy | External):
        return optimizer.name
    if isinstance(optimizer, Clip | SAM):
        inner, parameter = text(optimizer.optimizer, defaults=defaults), WRAPPERS[optimizer.name][1]
        return f"{inner}{',' if ':' in inner else ':'}{optimizer.name}={float(getattr(optimizer, parameter))!r}"
    return registry.text(optimizer, defaults=defaults)


__all__ = [
    "SAM",
    "Blocks",
    "Clip",
    "External",
    "Missing",
    "Optimizer",
    "Probe",
    "SciPy",
    "State",
    "Walker",
    "Wrapper",
    "get",
    "innermost",
    "names",
    "of",
    "parse",
    "register",
    "registry",
    "schedules",
    "stored",
    "stored_walker",
    "text",
    "walker",
]
