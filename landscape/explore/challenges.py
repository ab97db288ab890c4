"""Challenges: where each begins, what may be changed, and the goal that the page checks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from .. import optimizers as zoo
from ..core.checks import one_of
from ..core.errors import DataError, InputError, shortened
from ..core.wording import LANGUAGES
from .address import walks_of

CHANGES = ("optimizer", "parameters", "start", "terrain", "schedule", "noise", "steps")
_KEYS = ("id", "state", "change", "only", "goal", *LANGUAGES)
_GOAL = {
    "by": str,
    "reaches": (str, float, int),
    "within": int,
    "ends": (float, int),
    "explodes": bool,
    "edge": (float, int),
    "before": str,
    "leaves": str,
    "beyond": (float, int),
    "parameter": str,
    "least": (float, int),
}
_NEEDED = {"before": "reaches", "leaves": "beyond", "beyond": "leaves", "parameter": "least", "least": "parameter"}
_TEXTS = ("title", "text", "hint", "met")
_ID = re.compile(r"[\w-]{1,40}")


def challenges(file: str | Path | None = None, lang: str = "en") -> list[dict[str, Any]]:
    """The challenges of a file, ours if None, with their texts in a language, or in the one that they have.

    DataError for a file that cannot be read; ValueError, in one line, for what is not allowed in it.
    """
    name = "challenges.toml" if file is None else str(file)
    try:
        text = (resources.files(__package__) / name if file is None else Path(file)).read_text(encoding="utf-8")
        given = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"cannot read challenges from '{name}': {error}") from None
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
    try:
        walks_of(f"{state}&n=1")
    except ValueError as error:
        raise InputError(f"state of {where}: {error}") from None
    change, only = (_words(given, key, where) for key in ("change", "only"))
    for one in change:
        one_of(f"change of {where}:", one, CHANGES)
    for one in only:
        one_of(f"optimizer of {where}:", one, zoo.names())
    goal = given.get("goal")
    if not isinstance(goal, list) or not goal:
        raise InputError(f"{where} has no goal: it must be a list of conditions")
    texts = next((given[one] for one in (lang, *LANGUAGES) if one in given), None)
    if not isinstance(texts, dict):
        raise InputError(f"{where} has no texts: it needs [challenge.en] or [challenge.zh]")
    said = {key: _text(texts, key, where) for key in _TEXTS if key in texts or key in ("title", "text")}
    return {
        "id": name,
        "state": state,
        "change": change,
        "only": only,
        "goal": [_condition(one, where) for one in goal],
        **said,
    }


def _condition(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, dict) or not given:
        raise InputError(f"condition {shortened(given)} of {where} is not allowed: it must be a table")
    for key, value in given.items():
        one_of(f"condition of {where}:", key, _GOAL)
        kinds = _GOAL[key]
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise InputError(f"{key} = {shortened(value)} of {where} is not allowed here")
    for key, other in _NEEDED.items():
        if key in given and other not in given:
            raise InputError(f"a condition of {where} has {key} without {other}")
    if isinstance(given.get("reaches"), str):
        one_of(f"reaches of {where}:", given["reaches"], ("minimum",))
    for key in ("by", "before"):
        if key in given:
            one_of(f"{key} of {where}:", given[key], zoo.names())
    if not {"reaches", "ends", "explodes", "leaves", "parameter"} & {*given}:
        raise InputError(f"a condition of {where} says nothing to be fulfilled")
    return dict(given)


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
