"""Whether a loss is the same when it is called again."""

from __future__ import annotations

import math

_ROUNDING = 1e-5  # of a loss, by which two calls may differ: sums on a graphics card have no order


def hold(before: float, again: float, largest: float, where: str) -> None:
    """ValueError unless a loss is what it was before, but for rounding beside the largest."""
    if not same(before, again, largest):
        raise ValueError(
            f"the loss was {before:.6g} {where}, and {again:.6g} when called there again: it must depend on the "
            "parameters alone, and not on chance (dropout, minibatches) or on calls before"
        )


def same(one: float, other: float, largest: float) -> bool:
    """Whether two losses differ by no more than rounding does beside the largest."""
    near = _ROUNDING * (max(abs(one), abs(other)) + 0.01 * largest)
    return one == other or abs(one - other) <= near or (math.isnan(one) and math.isnan(other))
