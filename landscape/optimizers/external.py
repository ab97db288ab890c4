"""Optimizers of which no more than the name is known: of other libraries, or whose class is not there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import nan
from typing import Self

_RATE = re.compile(r"(?<=[:,]lr=)[^,]*")


@dataclass(frozen=True)
class External:
    """What trained a model outside of this project: a label for its trajectory. It takes no steps."""

    label: str = ""

    @property
    def name(self) -> str:
        """What `optimizers.stored` reads, as in elsewhere:my run."""
        return f"elsewhere:{self.label}"


class Missing(External):
    """What a run or walk was made with whose class is not there; its label is its notation."""

    @property
    def name(self) -> str:
        return self.label

    @property
    def short(self) -> str:
        """Its name without settings."""
        return self.label.partition(":")[0]

    @property
    def lr(self) -> float:
        """As its notation says; nan where that says none."""
        found = _RATE.search(self.label)
        try:
            return float(found[0]) if found else nan
        except ValueError:
            return nan

    def with_lr(self, lr: float) -> Self:
        """The same with another learning rate, where it has one."""
        return replace(self, label=_RATE.sub(repr(lr), self.label))
