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


MOST_SHOWN = 200  # characters of a text that was given; longer ones were hardly meant


def shortened(given: object, most: int = MOST_SHOWN) -> str:
    """What was given as text for a message: of a very long one its beginning, and how long it is."""
    try:
        text = str(given)
    except ValueError:
        # Python writes no whole number of more than 4300 digits.
        text = hex(given) if isinstance(given, int) else repr(type(given))
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def unknown(kind: str, given: str, allowed: Iterable[str]) -> ValueError:
    """A ValueError for a name that does not exist, with the nearest one that does."""
    allowed = list(allowed)
    near = nearest(given, allowed)
    hint = f"; did you mean '{near}'?" if near else ""
    return ValueError(f"unknown {kind} '{shortened(given)}'{hint} (allowed: {', '.join(allowed)})")


def nearest(given: str, allowed: Iterable[str], alike: float = 0.6) -> str:
    """The name that is most probably meant; empty where none is.

    alike : from 0 to 1, how much of both names must agree; what begins with the given three letters or more is meant
        in any case.
    """
    allowed, given = list(allowed), given[:MOST_SHOWN]
    near = get_close_matches(given.lower(), allowed, len(allowed) or 1, alike)
    near += [name for name in allowed if len(given) > 2 and name.startswith(given.lower())]
    # Of names that look alike, one of the same letters comes first: "adma" is adam, not adan or adamax.
    return min(near, key=lambda name: sorted(name) != sorted(given.lower()), default="")
