"""Optimizers of other libraries, of which no more than the name is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Elsewhere:
    """What trained a model outside of this project: a label for its trajectory. It takes no steps."""

    label: str = ""

    @property
    def name(self) -> str:
        """What `optimizers.walker` reads, as in elsewhere:my run."""
        return f"elsewhere:{self.label}"
