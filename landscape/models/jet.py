"""A loss at a point of a plane, with its derivatives by the plane's coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..core.annotations import Array


@dataclass
class Jet:
    """Sums over samples: of the loss, of right answers, and of the loss's first (2,) and second (2, 2) derivatives."""

    loss: float = 0.0
    right: float = 0.0
    gradient: Array = field(default_factory=lambda: np.zeros(2))
    hessian: Array = field(default_factory=lambda: np.zeros((2, 2)))

    def __iadd__(self, other: Jet) -> Jet:
        self.loss += other.loss
        self.right += other.right
        self.gradient += other.gradient
        self.hessian += other.hessian
        return self
