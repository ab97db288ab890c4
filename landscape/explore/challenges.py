"""Challenges: where each begins, what may be changed, and the goal that the page checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from .. import optimizers as zoo
from ..core import own
from ..core.checks import finite, inside, non_negative, one_of, positive, within
from ..core.errors import InputError, not_allowed, shortened
from ..core.wording import LANGUAGES
from ..files import handwritten
from ..optimizers import Optimizer, innermost
from ..optimizers.wrappers import WRAPPERS
from ..walks.trajectory import Trajectory
from .address import walks_of

CHANGES = ("optimizer", "parameters", "start", "terrain", "schedule", "noise", "steps")
_KEYS = ("id", "state", "change", "only", "goal", *LANGUAGES)
_STATE = ("t", "d", "o", "x", "n", "s", "noise", "batch", "seed")
_TEXTS = {"title": True, "text": True, "hint": False, "met": False}  # whether each must be there
_ID = re.compile(r"[\w-]{1,40}")
_MOST = 20_000  # steps of a walk on the page


def challenges(file: str | Path | None = None, lang: str = "en") -> list[dict[str, Any]]:
    """The challenges of a file, ours if None, with their texts in a language, or in the one that they have.

    ValueError, in one line, for a file that cannot be read, and for what is not allowed in it.
    """
    name = "challenges.toml" if file is None else str(file)
    if file is None:
        with resources.as_file(resources.files(__package__) / name) as ours:
            given = handwritten.table(ours)
    else:
        given = handwritten.table(file)
    for key in given:
        one_of(f"key of '{name}':", key, ("challenge",))
    found = given.get("challenge")
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise InputError(f"'{name}' is not allowed: it holds no [[challenge]]")
    read = [_read(one, f"challenge {k} of '{name}'", lang) for k, one in enumerate(found, start=1)]
    names = [one["id"] for one in read]
    twice = [one for one in names if names.count(one) > 1]
    if twice:
        raise InputError(f"'{name}' is not allowed: two challenges are called {twice[0]}")
    return read


def _read(given: Mapping[str, Any], where: str, lang: str) -> dict[str, Any]:
    for key in given:
        one_of(f"key of {where}:", key, _KEYS)
    name = _text(given, "id", where)
    if not _ID.fullmatch(name):
        raise InputError(f"id '{shortened(name)}' of {where} is not allowed: it must be of letters, digits and hyphens")
    where = f"challenge {name}"
    state = _text(given, "state", where)
    walks = _begun(state, where)
    kinds = [innermost(walk.optimizer).name for walk in walks]
    ground: Any = walks[0].terrain
    numbers = [one.name for one in fields(ground) if isinstance(getattr(ground, one.name), float)]
    parts: list[Any] = [ground, *(innermost(walk.optimizer) for walk in walks)]
    changeable = {*CHANGES, *WRAPPERS, *(one.name for part in parts for one in fields(part))}
    change, only = (_words(given, key, where) for key in ("change", "only"))
    for one in change:
        one_of(f"change of {where}:", one, sorted(changeable))
    for one in only:
        one_of(f"optimizer of {where}:", one, zoo.names())
    goal = given.get("goal")
    if not isinstance(goal, list) or not goal:
        raise InputError(f"{where} has no goal: it must be a list of conditions")
    texts = next((given[one] for one in (lang, *LANGUAGES) if one in given), None)
    if not isinstance(texts, dict):
        raise InputError(f"{where} has no texts: it needs [challenge.en] or [challenge.zh]")
    for key in texts:
        one_of(f"text of {where}:", key, _TEXTS)
    return {
        "id": name,
        "state": state,
        "change": change,
        "only": only,
        "goal": [_condition(one, where, kinds, numbers) for one in goal],
        **{key: _text(texts, key, where) for key, needed in _TEXTS.items() if needed or key in texts},
    }


def _begun(state: str, where: str) -> list[Trajectory]:
    """The walks that a challenge begins with; ValueError unless the page can walk them."""
    said = parse_qs(state, keep_blank_values=True)
    try:
        for key, values in said.items():
            one_of("key", key, _STATE)
            for value in values:
                # A challenge may come from anybody, and is no reason to run a file.
                own.refuse_file(value)
        if "o" not in said:
            raise InputError("it names no optimizer, as in o=sgd:lr=0.1")
        if int(said.get("n", ["1"])[0]) > _MOST:
            raise not_allowed("n", said["n"][0], f"it must be {_MOST} or less")
        walks = walks_of(state)
    except ValueError as error:
        raise InputError(f"state of {where}: {error}") from None
    for walk in walks:
        if not isinstance(walk.optimizer, Optimizer):
            raise InputError(f"state of {where}: the page does not walk {walk.optimizer.name}")
    return walks


def _kind(name: str, value: Any) -> str:
    one_of(name, value, zoo.names())
    return str(value)


def _aim(name: str, value: Any) -> str | float:
    if isinstance(value, str):
        one_of(name, value, ("minimum",))
        return value
    return finite(name, value)


def _yes(name: str, value: Any) -> bool:
    if value is not True:
        raise not_allowed(name, value, "it must be true")
    return True


def _axis(name: str, value: Any) -> str:
    one_of(name, value, ("x", "y"))
    return str(value)


# What a condition may say, each with the rule of its value, and what else it is said with.
_CONDITION: Mapping[str, tuple[Callable[[str, Any], Any], str]] = {
    "by": (_kind, ""),
    "reaches": (_aim, ""),
    "within": (partial(within, least=1, most=_MOST), "reaches"),
    "before": (_kind, "reaches"),
    "ends": (finite, ""),
    "explodes": (_yes, ""),
    "edge": (inside, "explodes"),
    "apart": (_kind, ""),
    "leaves": (_axis, "beyond"),
    "beyond": (non_negative, "leaves"),
    "parameter": (lambda name, value: value, "least"),
    "least": (positive, "parameter"),
}
_FULFILLED = ("reaches", "ends", "explodes", "apart", "leaves", "parameter")


def _condition(given: Any, where: str, kinds: list[str], numbers: list[str]) -> dict[str, Any]:
    """A condition of a challenge that begins with these kinds of optimizers, on a ground with these parameters."""
    if not isinstance(given, dict) or not given:
        raise InputError(f"condition {shortened(given)} of {where} is not allowed: it must be a table")
    found = {}
    for key, value in given.items():
        one_of(f"condition of {where}:", key, _CONDITION)
        rule, beside = _CONDITION[key]
        found[key] = rule(f"{key} of {where}", value)
        if beside and beside not in given:
            raise InputError(f"a condition of {where} has {key} without {beside}")
    if not {*_FULFILLED} & {*given}:
        raise InputError(f"a condition of {where} says nothing to be fulfilled (allowed: {', '.join(_FULFILLED)})")
    for key in ("before", "apart"):
        if key in given:
            one_of(f"{key} of {where}, among those that are there,", given[key], kinds)
    if "parameter" in given:
        one_of(f"parameter of {where}:", given["parameter"], numbers)
        if len(given) > 2:
            raise InputError(f"a condition of {where} on the parameter {given['parameter']} says more than that")
    return found


def _text(given: Mapping[str, Any], key: str, where: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where} has no {key}: it must be a text")
    return value


def _words(given: Mapping[str, Any], key: str, where: str) -> list[str]:
    value = given.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InputError(f"{key} = {shortened(value)} of {where} is not allowed: it must be a list of words")
    return value
