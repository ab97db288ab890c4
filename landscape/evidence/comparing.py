"""Which form of a sentence the numbers choose: nothing that compares is said unless it was measured.

A caption that compares has a form for each way in which it may come out, `key_less`, `key_alike`, `key_more`, and a
lesson says the one that its numbers allow.
"""

from __future__ import annotations

from typing import Any, Literal

from ..core.numerals import fixed
from ..core.statistics import Difference

Compared = Literal["less", "alike", "more"]

ALIKE = (
    1.25  # measured counts that differ by less are called alike: so much hangs on where a grid's rates happen to lie
)

_COARSE = 0.1  # differences of shares that need no hundredths of a point


def compared(one: float, other: float, alike: float = ALIKE) -> Compared:
    """What one number, not below 0, is to another: "alike" where neither is more than `alike` times the other.

    Infinite numbers, as of steps that were never enough, are alike.
    """
    if one == other:
        return "alike"
    if one > alike * other:
        return "more"
    return "less" if other > alike * one else "alike"


def clear_way(difference: Difference) -> Literal["less", "unclear", "more"]:
    """Which way a difference goes; "unclear" where chance explains it, or there are too few runs for a test."""
    if not difference.clear:
        return "unclear"
    return "more" if difference.effect > 0 else "less"


def points(difference: Difference) -> dict[str, Any]:
    """A difference of two shares in points, with its interval, for captions: `effect` has a sign, `apart` has none, and
    `low` and `high` are the ends of what is told, that without a sign where the difference is clear."""
    low, high = 100 * difference.low, 100 * difference.high
    if difference.clear and difference.effect < 0:
        low, high = -high, -low
    digits = 2 if abs(difference.effect) < _COARSE else 1
    sizes = {"effect": 100 * difference.effect, "low": low, "high": high}
    words = {key: fixed(size, digits, key == "effect" or not difference.clear) for key, size in sizes.items()}
    return words | {"apart": fixed(100 * abs(difference.effect), digits)}
