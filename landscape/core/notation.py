"""The values of settings in notations: numbers and words."""

from __future__ import annotations

import re
from typing import Any, Literal, get_args, get_origin

import numpy as np

from .checks import one_of
from .errors import shortened


def written(value: Any) -> str:
    """A setting as notations hold it: a number or a word. What is neither is told in letters, and not read back."""
    # NumPy's own numbers would show their type.
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else re.sub(r"[^\w./+-]+", "_", str(value))


def holds(kind: Any) -> bool:
    """Whether a notation can hold values of a type."""
    if get_origin(kind) is Literal:
        return all(isinstance(one, str | int) and re.fullmatch(r"[\w./+-]*", str(one)) for one in get_args(kind))
    return kind in (float, int, bool, str)


def read(kind: Any, key: str, value: str, notation: str) -> Any:
    """A setting of type `kind` from its text; ValueError that shows where it stands otherwise."""
    if kind is float or kind is int:
        return number(key, value, notation, kind)
    if kind is bool:
        if value.lower() not in ("true", "false"):
            raise _wrong(key, value, notation, "true or false")
        return value.lower() == "true"
    if get_origin(kind) is Literal:
        allowed = {written(one): one for one in get_args(kind)}
        one_of(key, value, allowed)
        return allowed[value]
    return value


def number(key: str, value: str, notation: str, kind: type = float) -> Any:
    """`value` as a number of type `kind`; ValueError that shows where it stands otherwise."""
    try:
        return kind(value)
    except ValueError:
        raise _wrong(key, value, notation, "a whole number" if kind is int else "a number") from None


def _wrong(key: str, value: str, notation: str, wanted: str) -> ValueError:
    return ValueError(f"{key} = '{shortened(value)}' in '{shortened(notation)}' is not allowed: it must be {wanted}")
