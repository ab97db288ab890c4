"""What can go wrong, said in one line: what was given, what is allowed, and the nearest valid name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class LandscapeError(Exception):
    """Base of this project's own errors; its text is one line meant for the user."""


class DataError(LandscapeError, ValueError):
    """A data set is missing, truncated or not in a layout that can be read; or arrays given by hand make none."""


class OtherDataError(DataError):
    """Data can be read, but are not those that a run was trained and measured on."""


class RunError(LandscapeError):
    """A run folder, or another saved result, cannot be read."""


class RenderError(LandscapeError):
    """A part of the system that rendering needs is missing; the text says how to install it."""


def unknown(kind: str, given: str, allowed: Iterable[str]) -> ValueError:
    """A ValueError for a name that does not exist, with the nearest one that does."""
    allowed = list(allowed)
    near = nearest(given, allowed)
    hint = f"; did you mean '{near}'?" if near else ""
    return ValueError(f"unknown {kind} '{given}'{hint} (allowed: {', '.join(allowed)})")


def nearest(given: str, allowed: Iterable[str], alike: float = 0.6) -> str:
    """The name that is most probably meant; empty where none is.

    alike : from 0 to 1, how much of both names must agree; what begins with the given three letters or more is meant
        in any case.
    """
    allowed = list(allowed)
    near = get_close_matches(given.lower(), allowed, len(allowed) or 1, alike)
    near += [name for name in allowed if len(given) > 2 and name.startswith(given.lower())]
    # Of names that look alike, one of the same letters comes first: "adma" is adam, not adan or adamax.
    return min(near, key=lambda name: sorted(name) != sorted(given.lower()), default="")
