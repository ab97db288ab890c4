"""Which of a model's parameters span the space."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from ..core.errors import InputError, nearest


def chosen(names: Sequence[str], trainable: Any) -> list[str]:
    """Names that fit a pattern, one of several patterns, or a function; ValueError, in one line, where none does."""
    if callable(trainable):
        found = [name for name in names if trainable(name)]
    else:
        patterns = [trainable] if isinstance(trainable, str) else list(trainable)
        found = [name for name in names if any(fnmatchcase(name, str(one)) for one in patterns)]
    if not found:
        near = "" if callable(trainable) else nearest(str(trainable), names)
        hint = f"; did you mean '{near}'?" if near else ""
        raise InputError(f"trainable = {trainable!r} fits no parameter{hint} (there are: {_listed(list(names))})")
    return found


def _listed(names: list[str], most: int = 8) -> str:
    return ", ".join(names if len(names) <= most else [*names[: most - 1], f"… {len(names) - most + 1} more"])
