"""Losses of logits and class numbers, each the mean over samples.

Each is a frozen dataclass, found by name: `get("cross_entropy")`, `parse("cross_entropy:label_smoothing=0.1")`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Array, Labels
from ..core.checks import Fraction, Part
from ..core.registry import Registry


@dataclass(frozen=True)
class Loss(Part, ABC):
    """Base of the losses.

    label_smoothing : the share of the target that is spread evenly over all classes.
    """

    label_smoothing: Fraction = 0.0

    def per_sample(self, logits: Array, y: Labels) -> tuple[Array, NDArray[np.bool_]]:
        """The loss of each sample (..., N), and whether its largest logit is its label's, for logits (..., C, N), which
        are overwritten, and class numbers (N,).

        Classes come before samples, so that sums over classes run along contiguous rows.
        """
        own, highest = logits[..., y, np.arange(len(y))], logits.max(axis=-2)
        right = own == highest
        # Of several classes with the highest logit the network answers the first, as everywhere.
        if np.add.reduce(logits == highest[..., None, :], axis=-2, dtype=np.uint16).max(initial=0) > 1:
            right &= logits.argmax(axis=-2) == y
        return self._per_sample(logits, y, own, highest), right

    @abstractmethod
    def _per_sample(self, logits: Array, y: Labels, own: Array, highest: Array) -> Array:
        """The loss of each sample (..., N), given its label's logit and its highest one; all may be overwritten."""

    @abstractmethod
    def gradient_(self, logits: Array, y: Labels, samples: int) -> float:
        """Overwrite logits (N, C) with the gradient of Σ losses / `samples`; return Σ losses / `samples`.

        `samples` is N, or more where the N are part of a larger batch.
        """

    @abstractmethod
    def curvature_(self, logits: Array, direction: Array, samples: int) -> None:
        """Overwrite `direction` (N, C) with its product with the Hessian of Σ losses / `samples` by the logits (N, C).

        `logits` are overwritten too.
        """

    def uniform(self, classes: int) -> float:
        """The loss of uniform predictions, of logits that are all 0."""
        return float(self.per_sample(np.zeros((classes, 1)), np.zeros(1, dtype=np.int64))[0].item())

    def best_constant(self, y: Labels, classes: int) -> float:
        """The least loss over labels (N,) of outputs that are the same for every sample."""
        shares = np.bincount(y, minlength=classes) / len(y)
        found = np.flatnonzero(shares)
        target = (1 - self.label_smoothing) * shares + self.label_smoothing / classes
        logits = np.repeat(self._matching(target)[:, None], len(found), axis=1)
        return float(self.per_sample(logits, found)[0] @ shares[found])

    @abstractmethod
    def _matching(self, target: Array) -> Array:
        """Logits (C,) of the answer `target` (C,), which sums to 1."""

    def _towards(self, gradient: Array, y: Labels, weight: float) -> None:
        """gradient (N, C) ← gradient − weight · target."""
        n, classes = gradient.shape
        smoothing = self.label_smoothing
        gradient[np.arange(n), y] -= weight * (1 - smoothing)
        if smoothing:
            gradient -= weight * smoothing / classes


class CrossEntropy(Loss):
    """Softmax cross-entropy.

        −Σ target · ln softmax(logits),   target = (1 − ε)[it is the label] + ε/C

    ε is `label_smoothing`, C the number of classes. PyTorch's CrossEntropyLoss,
    but losses have their digits down to 1e-16 in float32, too, where PyTorch's
    end at 1e-7. The slope by a logit is precise to a unit in the last digit of
    its softmax, as there.

    Source: Szegedy et al. 2016, for the smoothing.
    """

    def _per_sample(self, logits: Array, y: Labels, own: Array, highest: Array) -> Array:
        if self.label_smoothing:
            own *= 1 - self.label_smoothing
            own += self.label_smoothing * logits.mean(axis=-2)
        logits -= highest[..., None, :]
        np.exp(logits, out=logits)
        # The highest has e⁰ = 1, beside which float32 would round the others off.
        others = logits.sum(axis=-2, dtype=np.float64)
        others -= 1
        total = others.astype(logits.dtype, copy=False)
        np.log1p(total, out=total)
        highest -= own
        total += highest
        return np.asarray(total)

    def gradient_(self, logits: Array, y: Labels, samples: int) -> float:
        n, classes = logits.shape
        logits -= np.maximum.reduce(logits, axis=1, keepdims=True)
        # Of the target's logits only sums are needed: of the labels' own, and of all for the smoothing.
        own = float(logits[np.arange(n), y].sum(dtype=np.float64))
        if self.label_smoothing:
            spread = float(logits.sum(dtype=np.float64)) / classes
            own = (1 - self.label_smoothing) * own + self.label_smoothing * spread
        np.exp(logits, out=logits)
        # In float64, as in `_per_sample`; the gradient does with less.
        loss = (float(np.log(np.add.reduce(logits, axis=1, dtype=np.float64)).sum()) - own) / samples
        total = np.add.reduce(logits, axis=1, keepdims=True)
        total *= samples
        logits /= total
        self._towards(logits, y, 1 / samples)
        return loss

    def _matching(self, target: Array) -> Array:
        # A share of 0 has no logarithm; e⁻⁷⁴⁵ is the least that is not 0.
        return np.log(np.maximum(target, 5e-324))

    def curvature_(self, logits: Array, direction: Array, samples: int) -> None:
        # (diag p − ppᵀ) r = p ∘ (r − p·r)
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=1, keepdims=True)
        direction -= np.einsum("nc,nc->n", logits, direction)[:, None]
        direction *= logits
        direction /= samples


class MSE(Loss):
    """Mean squared error of the logits.

        1/C · Σ (logit − target)²,   target = (1 − ε)[it is the label] + ε/C

    ε is `label_smoothing`, C the number of classes. PyTorch's MSELoss, a mean
    over classes too, with one-hot targets.

    Source: Hui & Belkin 2021, for classification.
    """

    def _per_sample(self, logits: Array, y: Labels, own: Array, highest: Array) -> Array:
        target = np.full((logits.shape[-2], len(y)), self.label_smoothing / logits.shape[-2], dtype=logits.dtype)
        target[y, np.arange(len(y))] += 1 - self.label_smoothing
        logits -= target
        return np.asarray(np.square(logits, out=logits).mean(axis=-2))

    def gradient_(self, logits: Array, y: Labels, samples: int) -> float:
        self._towards(logits, y, 1.0)
        loss: float = float(np.vdot(logits, logits)) / (samples * logits.shape[1])
        logits *= 2 / (samples * logits.shape[1])
        return loss

    def _matching(self, target: Array) -> Array:
        return target

    def curvature_(self, logits: Array, direction: Array, samples: int) -> None:
        direction *= 2 / (samples * logits.shape[1])


registry: Registry[Loss] = Registry("loss", Loss, [CrossEntropy, MSE])
names, get, register = registry.names, registry.get, registry.register
parse, stored, text, of = registry.parse, registry.stored, registry.text, registry.of
