"""Steps of training in NumPy, as they are read and taught; `compiled` takes the same ones faster."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Array, Floats, Labels
from ..networks.hessian import product
from ..networks.mlp import MLP
from ..networks.passes import Workspace
from ..optimizers import Optimizer
from ..optimizers.optimizer import State


class Engine(Protocol):
    """What takes steps of training, on parameters and an optimizer's state that it was given."""

    def advance(self, batches: NDArray[np.int64], rates: Sequence[float], limit: float) -> tuple[Floats, Floats, bool]:
        """Take steps for batches (T, B), places of images, at learning rates (T,).

        Returns loss and gradient norm before each of the steps taken, which are fewer if that suits it; and whether the
        training ended before the next one: at a loss that is above `limit`, or a loss or gradient that is not finite.
        """


class Plain:
    """Takes steps on `params` (P,) and an optimizer's `state`, in place, from images (N, D) and labels (N,)."""

    def __init__(
        self, net: MLP, optimizer: Optimizer, params: Array, state: State, x: Array, y: Labels, batch_size: int
    ) -> None:
        self._optimizer, self._params, self._state, self._x, self._y = optimizer, params, state, x, y
        self._whole = batch_size == len(x)
        self._xb = np.empty((0 if self._whole else batch_size, x.shape[1]), dtype=x.dtype)
        self._yb = np.empty(len(self._xb), dtype=y.dtype)
        self._gradient, self._workspace = np.empty_like(params), Workspace(net, batch_size)
        self._probe = _Probe(self._workspace, params)

    def advance(self, batches: NDArray[np.int64], rates: Sequence[float], limit: float) -> tuple[Floats, Floats, bool]:
        """Take steps, as `Engine` says: all that are asked for."""
        losses, norms = np.empty(len(batches)), np.empty(len(batches))
        params, gradient, probe = self._params, self._gradient, self._probe
        for k, (batch, rate) in enumerate(zip(batches, rates, strict=True)):
            probe.x, probe.y = self._batch(batch)
            loss = self._workspace.loss_and_gradient(params, probe.x, probe.y, gradient)
            norm = math.sqrt(np.dot(gradient, gradient))
            if not (loss <= limit and math.isfinite(loss) and math.isfinite(norm)):
                return losses[:k], norms[:k], True
            losses[k], norms[k] = loss, norm
            self._optimizer.step_(params, gradient, self._state, lr=rate, probe=probe)
        return losses, norms, False

    def _batch(self, batch: NDArray[np.int64]) -> tuple[Array, Labels]:
        """Images and labels, in buffers that are used again."""
        if self._whole:
            return self._x, self._y
        np.take(self._x, batch, axis=0, out=self._xb, mode="clip")
        np.take(self._y, batch, out=self._yb, mode="clip")
        return self._xb, self._yb


class _Probe:
    """Further questions about the loss of the present batch."""

    def __init__(self, workspace: Workspace, params: Array) -> None:
        self.workspace = workspace
        self.slope = np.empty_like(params)
        self.x: Array
        self.y: Labels

    def gradient(self, x: Array) -> Array:
        self.workspace.loss_and_gradient(x, self.x, self.y, self.slope)
        return self.slope

    def hvp(self, x: Array, v: Array) -> Array:
        return product(self.workspace.network, x, v, self.x, self.y)
