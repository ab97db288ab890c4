"""The entries of a spec: lists of values and notations as they are given, checked and brought into one form."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .. import optimizers
from ..core import checks, own
from ..core.checks import at_least, positive
from ..core.errors import InputError, not_allowed, shortened
from ..files.opening import whole
from ..networks import activations, initialisers, losses
from ..optimizers import schedules
from .bands import rates

_GRID = ("low", "high", "per_decade")


def listed(name: str, given: Any, rule: Callable[[str, Any], Any]) -> tuple[Any, ...]:
    """The values of a list, each as the rule makes it; ValueError for none, and for one that is there twice."""
    values = given if isinstance(given, list | tuple | range | np.ndarray) else [given]
    found = [rule(name, one) for one in values]
    if not found:
        raise InputError(f"{name} = [] is not allowed: give one value or more")
    if len(set(found)) < len(found):
        twice = next(one for one in found if found.count(one) > 1)
        raise InputError(f"{name} has {shortened(twice)} twice: give each value once")
    return tuple(found)


def grid(given: Any) -> Any:
    """Learning rates, or those that low, high and per_decade mean."""
    if not isinstance(given, Mapping):
        return given
    for name in given:
        checks.one_of("setting of lrs", name, _GRID)
    for name in _GRID[:2]:
        if name not in given:
            raise InputError(f"lrs lacks {name}: expected low and high, and per_decade if not 4")
    if positive("high", given["high"]) < positive("low", given["low"]):
        raise not_allowed("high", given["high"], f"it must not be below low, {given['low']:g}")
    return rates(**given)


def batch_size(name: str, given: Any) -> int | str:
    """A whole number, or "full"."""
    if isinstance(given, str):
        checks.one_of(name, given, ["full"])
        return given
    return at_least(name, given, 1)


def pairs(given: Any, activation: Callable[[str, Any], str], init: Callable[[str, Any], str]) -> Any:
    """Activations with the initialiser of each, or none."""
    found = given if isinstance(given, list | tuple) else [given]

    def pair(name: str, one: Any) -> tuple[str, str]:
        if not isinstance(one, list | tuple) or len(one) != 2:
            raise not_allowed(name, one, "it must be pairs of an activation and an initialiser")
        return activation(name, one[0]), init(name, one[1])

    return listed("pairs", found, pair) if len(found) else ()


_FAMILIES: dict[str, Any] = {
    "schedule": schedules.registry,
    "activation": activations.registry,
    "initialiser": initialisers.registry,
    "loss": losses.registry,
}


def notation(family: str, what: str, given: Any, named: list[tuple[str, str]], sources: dict[str, int]) -> str:
    """The notation of a part by its name, without what is default, and an optimizer's without a learning rate.

    One that names a file is noted in `named`, and what a user's own is written in, in `sources`.
    """
    if not isinstance(given, str):
        raise not_allowed(what, repr(given), "it must be a notation, such as name or name:key=value")
    if family != "optimizer":
        part = _FAMILIES[family].parse(given)
        text: str = _FAMILIES[family].text(part, defaults=False)
    else:
        name, settings = own.halves(given)
        if any(one.partition("=")[0].strip() == "lr" for one in settings.split(",")):
            raise InputError(f"'{shortened(given)}' is not allowed: a sweep sets the learning rates; leave lr out")
        part = optimizers.parse(given)
        name, _, rest = optimizers.text(part, defaults=False).partition(":")
        rest = ",".join(one for one in rest.split(",") if not one.startswith("lr="))
        text, part = f"{name}:{rest}" if rest else name, optimizers.innermost(part)
    if own.is_file(given):
        named.append((family, given))
    note(sources, text, part)
    return text


def note(sources: dict[str, int], text: str, part: object) -> None:
    """The checksum of the file that a user's own part is written in."""
    kind: Any = type(part)
    path = own.path_of(text) or getattr(sys.modules.get(kind.__module__), "__file__", None)
    if path and (own.is_foreign(kind) or own.is_file(text)) and Path(path).is_file():
        sources[text] = zlib.crc32(whole(path))


def texts(given: Any) -> Iterator[str]:
    """All texts in lists and tables but the place of the data."""
    if isinstance(given, str):
        yield given
    elif isinstance(given, list):
        for one in given:
            yield from texts(one)
    elif isinstance(given, dict):
        for name, one in given.items():
            if name != "data":
                yield from texts(one)


def plain(value: Any) -> Any:
    """As JSON holds it."""
    return [plain(one) for one in value] if isinstance(value, tuple) else value
