"""Points in the plane, in classes that no straight line parts: the least that a network needs a hidden layer for.

Each is a frozen dataclass, found by name: `load("spiral:noise=0.1,size=500")`. All lie about within [−1, 1].
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Floats, Labels
from ..core.checks import Fraction, Natural, NonNegative, Part, Positive, result, within
from ..core.registry import Registry
from .dataset import Dataset

SCALING = "as drawn"  # of the coordinates, which may be any numbers

_Size = Annotated[int, partial(within, least=2, most=100_000)]
_Arms = Annotated[int, partial(within, least=2, most=10)]


class Planar(Part, ABC):
    """Base of the sets of points.

    size : of the training points, and of the test points, which are drawn after them.
    noise : the deviation of what is added to both coordinates.
    seed : of all that is drawn.
    """

    size: _Size = 400
    noise: NonNegative = 0.05
    seed: Natural = 0

    classes: ClassVar[int] = 2

    @abstractmethod
    def place(self, y: Labels, rng: np.random.Generator) -> Floats:
        """Where points (n, 2) of classes y (n,) lie before noise is added."""

    def made(self) -> Dataset:
        """The training and test points as a data set, each class as often as the others, or once more."""
        rng = np.random.default_rng(self.seed)
        (x_train, y_train), (x_test, y_test) = self._part(rng), self._part(rng)
        name = registry.text(self, defaults=False)
        return Dataset(name, x_train, y_train, x_test, y_test, registry.text(self), SCALING)

    def _part(self, rng: np.random.Generator) -> tuple[NDArray[np.float32], Labels]:
        y = rng.permutation(np.arange(self.size) % self.classes)
        x = self.place(y, rng) + rng.normal(scale=self.noise, size=(self.size, 2))
        with np.errstate(over="ignore"):  # what is beyond float32 is infinite, which no data set takes
            return x.astype(np.float32), y

    def try_out(self) -> None:
        y = np.arange(3) % self.classes
        result(f"data set {self.name}, of 3 points,", self.place(y, np.random.default_rng(0)), (3, 2))


class Spiral(Planar):
    """Arms around one centre, one a class.

        (t cos φ, t sin φ),   φ = 2π (turns · t + class/arms)        t even in (0.05, 1)

    The hardest of the four, harder with every turn.

    Source: Lang & Witbrock 1988.
    """

    noise: NonNegative = 0.02
    arms: _Arms = 2
    turns: Positive = 1.0

    @property
    def classes(self) -> int:  # type: ignore[override]
        return self.arms

    def place(self, y: Labels, rng: np.random.Generator) -> Floats:
        t = rng.uniform(0.05, 1, len(y))
        angle = 2 * np.pi * (self.turns * t + y / self.arms)
        return np.stack([t * np.cos(angle), t * np.sin(angle)], axis=1)


class Circles(Planar):
    """A ring around a ring.

    Class 0 at a distance of 0.9 from the centre, class 1 at `inner` · 0.9.
    """

    inner: Fraction = 0.5

    def place(self, y: Labels, rng: np.random.Generator) -> Floats:
        radius, angle = np.where(y == 1, 0.9 * self.inner, 0.9), rng.uniform(0, 2 * np.pi, len(y))
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


class Xor(Planar):
    """A square of four fields, of which those on a diagonal are of one class.

    `gap` is the width of what is left free between the fields.

    Source: Minsky & Papert 1969.
    """

    gap: Fraction = 0.1

    def place(self, y: Labels, rng: np.random.Generator) -> Floats:
        x = rng.uniform(self.gap / 2, 1, (len(y), 2))
        right, same = rng.integers(2, size=len(y)), y == 0
        up = np.where(same, right, 1 - right)
        return np.asarray(x * (2 * np.stack([right, up], axis=1) - 1))


class Moons(Planar):
    """Two half rings, each with an end within the other."""

    def place(self, y: Labels, rng: np.random.Generator) -> Floats:
        angle = rng.uniform(0, np.pi, len(y))
        side = np.where(y == 1, -1, 1)
        return 0.6 * np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1) * side[:, None]


registry: Registry[Planar] = Registry("data set", Planar, [Spiral, Circles, Xor, Moons])
