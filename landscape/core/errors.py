"""What can go wrong, said in one line: what was given, what is allowed, and the nearest valid name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from .foreign_text import visible

MOST_SHOWN = 200  # characters of a text that was given; longer ones were hardly meant


def shortened(given: object, most: int = MOST_SHOWN) -> str:
    """What was given as text for a message, in one line and without commands for terminals: of a very long one its
    beginning, and how long it is."""
    try:
        text = " ".join(str(given).split())
    except ValueError:
        # Python writes no whole number of more than 4300 digits.
        text = hex(given) if isinstance(given, int) else repr(type(given))
    return visible(text if len(text) <= most else f"{text[: most - 30]}… ({len(text)} characters)", whole=False)


def not_allowed(name: str, given: object, why: str) -> ValueError:
    """A ValueError for the value that was given of a name; `why` says what is allowed: "it must be a number"."""
    return ValueError(f"{name} = {shortened(given)} is not allowed: {why}")


def no_part(kind: str, given: object) -> ValueError:
    """A ValueError for what is neither a part of a kind nor a notation of one."""
    return not_allowed(kind, repr(given), "it must be one of this project's, or its notation")


def one_line(message: str) -> str:
    """A message in one line, in which words, such as paths, are cut that are longer than any that is meant, and what
    would command a terminal is shown as its number."""
    return " ".join(shortened(word, 1000) for word in message.split())


class LandscapeError(Exception):
    """Base of this project's own errors; its text is one line meant for the user."""

    def __init__(self, message: str = "") -> None:
        super().__init__(one_line(message))


class InputError(ValueError):
    """What was given is not allowed; its text is one line, whatever names it quotes."""

    def __init__(self, message: str = "") -> None:
        super().__init__(one_line(message))


class NoPlaneError(ValueError):
    """Snapshots that span no plane."""


class DataError(LandscapeError, ValueError):
    """A data set is missing, truncated or not in a layout that can be read; or arrays given by hand make none."""


class OtherDataError(DataError):
    """Data can be read, but are not those that a run was trained and measured on."""


class RunError(LandscapeError):
    """A run folder, or another saved result, cannot be read or written."""


class DamagedError(RunError):
    """What is there was meant to be one, and is not whole."""


class NewerError(RunError):
    """It was written by a newer version of this project."""


class UnreadableError(RunError):
    """The system does not let it be read."""


class NoRunError(RunError):
    """There is no run."""


class RenderError(LandscapeError):
    """A part of the system that rendering needs is missing; the text says how to install it."""


def unknown(kind: str, given: object, allowed: Iterable[str]) -> InputError:
    """An error for a name that does not exist, with the nearest one that does."""
    allowed, given = list(allowed), shortened(given)
    near = nearest(given, allowed)
    hint = f"; did you mean '{near}'?" if near else ""
    known = f"allowed: {', '.join(allowed)}" if allowed else "there is none"
    return InputError(f"unknown {kind} '{given}'{hint} ({known})")


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
