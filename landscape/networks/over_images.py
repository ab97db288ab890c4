"""The mean loss of a network over images, as a function of its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Array
from ..models.objective import Objective, Part
from ..models.specification import Specification
from .architecture import Architecture, fitting
from .cells import OfImages
from .hessian import Hessian
from .jets import Images
from .passes import CHUNK, Workspace

_PART = 1024  # images


class OverImages(Objective):
    """The mean loss of a network over images x (N, D) with labels y (N,).

    ValueError for images or labels that do not fit the network.
    """

    whole = at_once = True

    def __init__(self, net: Architecture, params: Array, x: ArrayLike, y: ArrayLike) -> None:
        self.net, self.params = net, params
        self.x, self.y = fitting(net, x, y)

    @property
    def specification(self) -> Specification:  # type: ignore[override]
        return self.net.specification

    @property
    def dtype(self) -> np.dtype[Any]:  # type: ignore[override]
        return self.net.dtype

    @property
    def samples(self) -> int:  # type: ignore[override]
        return len(self.y)

    @property
    def about(self) -> list[Any]:
        return [*self.net.about, self.x, self.y]

    def parts(self) -> Sequence[Part]:
        parts = [slice(at, at + _PART) for at in range(0, len(self.y), _PART)]
        return [OfImages(self.net, self.x[part], self.y[part]) for part in parts]

    def evaluate(self, params: Array) -> tuple[float, float]:
        params, (loss, right) = self.check(params), (0.0, 0)
        for at in range(0, len(self.y), CHUNK):
            part = slice(at, at + CHUNK)
            logits = self.net.logits(params, self.x[part])
            right += int((logits.argmax(axis=1) == self.y[part]).sum())
            loss += self.net.loss.gradient_(logits, self.y[part], len(self.y))
        return loss, right / len(self.y)

    def loss_and_gradient(self, params: Array) -> tuple[float, Array]:
        params, x = self.check(params), np.asarray(self.x, dtype=self.dtype)
        gradient = np.empty_like(params)
        return Workspace(self.net, len(x)).loss_and_gradient(params, x, self.y, gradient), gradient

    def products(self, params: Array) -> Hessian:
        return Hessian(self.net, params, self.x, self.y)

    def jets(self, vectors: Array) -> Images:
        return Images(self.net, vectors, self.x, self.y)
