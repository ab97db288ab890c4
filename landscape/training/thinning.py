"""Which steps of a run are kept of which nobody knows yet how long it will be."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

Spacing = Literal["linear", "log"]

_FINEST = 64  # steps that are kept while a run doubles its length, on the logarithmic scale, before any are given up


@dataclass
class Thinning:
    """Keeps at most `most` steps, evenly spread, by giving up every other one whenever there would be more.

    most : how many are kept beside the start. spacing : "linear", or "log" for steps that are close together at the
        start.

    Attributes
    ----------
    kept : the steps, in their order.
    """

    most: int
    spacing: Spacing = "linear"
    kept: list[int] = field(default_factory=list)
    _level: int = 0

    def due(self, step: int) -> bool:
        """Whether a step is one of those that are kept now."""
        return self._rank(step) >= self._level

    def keep(self, step: int) -> list[int]:
        """Keep a step that is due; those that are given up for it."""
        self.kept.append(step)
        given_up: list[int] = []
        # The start does not count, and is never given up.
        while len(self.kept) - (self.kept[0] == 0) > self.most:
            self._level += 1
            gone = [one for one in self.kept if not self.due(one)]
            self.kept = [one for one in self.kept if self.due(one)]
            given_up += gone
        return given_up

    @property
    def coarse(self) -> bool:
        """Whether steps have been given up."""
        return self._level > 0

    def _rank(self, step: int) -> float:
        """How often the steps can be halved until this one goes."""
        if step == 0:
            return math.inf
        number = step if self.spacing == "linear" else _number(step)
        if number is None:
            return -1
        return math.inf if number == 0 else (number & -number).bit_length() - 1


def _number(step: int) -> int | None:
    """Of a step on the logarithmic scale its number, the largest power of two in it that hits the step; None where none
    does."""
    low = math.ceil(_FINEST * math.log2(step - 0.5)) if step > 1 else 0
    high = math.floor(_FINEST * math.log2(step + 0.5) - 1e-12)
    numbers = range(max(low, 0), high + 1)
    return max(numbers, key=lambda one: math.inf if one == 0 else one & -one, default=None)
