"""One neuron with data of its own: what the choice of the loss function does to the terrain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..checks import at_least, one_of
from .base import Array, Terrain, join, split, symmetric
from .sigmoid import sigmoid, slope


@dataclass(frozen=True)
class Neuron(Terrain):
    """One sigmoid unit that must tell negative from positive inputs.

        p = σ(w x + b),   x = −1, −½, ½, 1,   y = 0, 0, 1, 1

        mse            L = mean ½ (p − y)²
        cross_entropy  L = mean −y ln p − (1 − y) ln(1 − p)

    At w = −12, b = 0 every answer is wrong and certain. There the mean
    squared error is a plateau, |∇L| = 6e-4, and the cross-entropy a slope,
    0.75: down to a mean squared error ½ (p − y)² of 0.01, gradient descent
    with lr = 1 takes 3373 steps on the first and 35 on the second. On the
    first b = 0 is a ridge, which only an exact walk keeps to: from the
    default start beside it, b = 1, it ends on the plateau where every answer
    is 1, and on the second it takes 36 steps.
    Minima: none, L falls to 0 as w → ∞. Point = (w, b).
    Source: Solla, Levin & Fleisher 1988.
    """

    loss: str = "cross_entropy"

    name = "neuron"
    coordinates = ("w", "b")
    domain = ((-15.0, 15.0), (-10.0, 10.0))

    # The inputs x and their classes as y = −1 or +1, with which all four examples read alike.
    # In pairs, so that what cancels by symmetry at b = 0 cancels in floating point, too.
    _examples = ((-1.0, -1.0), (1.0, 1.0), (-0.5, -1.0), (0.5, 1.0))

    def __post_init__(self) -> None:
        one_of("loss of neuron", self.loss, ("cross_entropy", "mse"))

    @property
    def start(self) -> Array:
        return np.array([-12.0, 1.0])

    def value(self, xy: ArrayLike) -> Array:
        total = np.zeros(())
        for _, _, t in self._answers(xy):
            total = total + (np.logaddexp(0.0, t) if self.loss == "cross_entropy" else 0.5 * np.square(sigmoid(t)))
        return 0.25 * total

    def gradient(self, xy: ArrayLike) -> Array:
        return self._mean_gradient(xy, np.full(4, 0.25))

    def hessian(self, xy: ArrayLike) -> Array:
        ww = wb = bb = np.zeros(())
        for x, y, t in self._answers(xy):
            bend = slope(t)
            if self.loss == "mse":
                miss = sigmoid(t)
                bend = bend * miss * (2 - 3 * miss)
            tw, tb = -y * x, -y
            ww, wb, bb = ww + tw * tw * bend, wb + tw * tb * bend, bb + tb * tb * bend
        return 0.25 * symmetric(ww, wb, bb)

    def minibatch_gradient(self, xy: ArrayLike, batch_size: int, rng: np.random.Generator) -> Array:
        at_least("batch_size", batch_size, 1)
        shape = split(xy)[0].shape
        counts = rng.multinomial(batch_size, np.full(4, 0.25), size=shape or None)
        return self._mean_gradient(xy, np.moveaxis(counts, -1, 0) / batch_size)

    def _answers(self, xy: ArrayLike) -> Iterator[tuple[float, float, Array]]:
        """For each example x, y, and the logit t = −y (w x + b) of the wrong class, whose probability is σ(t)."""
        w, b = split(xy)
        for x, y in self._examples:
            yield x, y, -y * (w * x + b)

    def _mean_gradient(self, xy: ArrayLike, weights: Array) -> Array:
        """The gradients of the four examples, weighted; weights have shape (4, ...)."""
        gw = gb = np.zeros(())
        for (x, y, t), weight in zip(self._answers(xy), weights, strict=True):
            steep = sigmoid(t) if self.loss == "cross_entropy" else sigmoid(t) * slope(t)
            gt = weight * steep * -y
            gw, gb = gw + gt * x, gb + gt
        return join(gw, gb)
