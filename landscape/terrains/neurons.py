"""One neuron with data of its own: what the choice of the loss function does to the terrain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..core.checks import at_least
from .sigmoid import difference, sigmoid, slope
from .terrain import Array, Terrain, always, join, split, symmetric

__all__ = ["Neuron"]


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

    loss: Literal["cross_entropy", "mse"] = "cross_entropy"

    coordinates = ("w", "b")
    domain = ((-15.0, 15.0), (-10.0, 10.0))
    start = always([-12.0, 1.0])

    # Each input x of class 1 has a twin, −x of class 0. With m = −w x the logits of their wrong answers are m − b and
    # m + b: what b does cancels between the two near b = 0, and is computed as a difference that keeps its digits.
    _inputs = (1.0, 0.5)

    def value(self, xy: ArrayLike) -> Array:
        total = np.zeros(())
        for _, m, b in self._twins(xy):
            for t in (m + b, m - b):
                each = np.logaddexp(0.0, t) if self.loss == "cross_entropy" else 0.5 * np.square(sigmoid(t))
                total = total + 0.25 * each
        return total

    def gradient(self, xy: ArrayLike) -> Array:
        return self._mean_gradient(xy, np.full(4, 0.25))

    def hessian(self, xy: ArrayLike) -> Array:
        return self._mean_hessian(xy, np.full(4, 0.25))

    def minibatch_gradient(self, xy: ArrayLike, batch_size: int, rng: np.random.Generator) -> Array:
        return self._mean_gradient(xy, self._drawn(xy, batch_size, rng))

    def minibatch_hessian(self, xy: ArrayLike, batch_size: int, rng: np.random.Generator) -> Array:
        return self._mean_hessian(xy, self._drawn(xy, batch_size, rng))

    def _drawn(self, xy: ArrayLike, batch_size: int, rng: np.random.Generator) -> Array:
        """The weights (4, ...) that the examples have in the batch of each point."""
        batch_size = at_least("batch_size", batch_size, 1)
        shape = split(xy)[0].shape
        counts = rng.multinomial(batch_size, np.full(4, 0.25), size=shape or None)
        return np.moveaxis(counts, -1, 0) / batch_size

    def _twins(self, xy: ArrayLike) -> Iterator[tuple[float, Array, Array]]:
        """For each input x, m and b."""
        w, b = split(xy)
        for x in self._inputs:
            yield x, -w * x, b

    def _mean_gradient(self, xy: ArrayLike, weights: Array) -> Array:
        """The gradients of the four examples, weighted; weights have shape (4, ...), a twin's before its input's."""
        gw = gb = np.zeros(())
        for (x, m, b), twin, own in zip(self._twins(xy), weights[::2], weights[1::2], strict=True):
            both, apart = self._steeps(m, b)
            shared, extra = 0.5 * (twin + own), 0.5 * (twin - own)
            gw, gb = gw - x * (shared * both + extra * apart), gb + (shared * apart + extra * both)
        return join(gw, gb)

    def _mean_hessian(self, xy: ArrayLike, weights: Array) -> Array:
        """The same of the Hessians."""
        ww = wb = bb = np.zeros(())
        for (x, m, b), twin, own in zip(self._twins(xy), weights[::2], weights[1::2], strict=True):
            both, apart = self._bends(m, b)
            shared, extra = 0.5 * (twin + own), 0.5 * (twin - own)
            along, across = shared * both + extra * apart, shared * apart + extra * both
            ww, wb, bb = ww + x * x * along, wb - x * across, bb + along
        return symmetric(ww, wb, bb)

    def _steeps(self, m: Array, b: Array) -> tuple[Array, Array]:
        """The loss' slope by the logit at m + b and at m − b: the sum, and the difference."""
        high, low, rest, gap = self._answers(m, b)
        if self.loss == "cross_entropy":
            return high + low, gap
        far = np.abs(b)
        return high * slope(m + far) + low * slope(m - far), gap * ((high + low) * rest - low * low)

    def _bends(self, m: Array, b: Array) -> tuple[Array, Array]:
        """The same of its second derivative."""
        high, low, rest, gap = self._answers(m, b)
        far = np.abs(b)
        above, below = slope(m + far), slope(m - far)
        if self.loss == "cross_entropy":
            return above + below, -gap * difference(b, m)
        both = high * above * (2 - 3 * high) + low * below * (2 - 3 * low)
        return both, gap * ((high + low) * rest * (2 - 3 * high) - low * low * (5 - 3 * (high + low)))

    @staticmethod
    def _answers(m: Array, b: Array) -> tuple[Array, Array, Array, Array]:
        """σ(m + |b|), σ(m − |b|), 1 − σ(m + |b|), and σ(m + b) − σ(m − b)."""
        far = np.abs(b)
        return sigmoid(m + far), sigmoid(m - far), sigmoid(-m - far), difference(m, b)
