"""The loss along the straight line between two networks."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..network import MLP
from ..planes import Plane
from .cells import sums
from .network import checked, image_parts
from .tiles import Progress, Tile, work

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Line:
    """Loss and accuracy on the line (1 − α)·a + α·b.

    Attributes
    ----------
    alphas, loss, accuracy : (n,); the loss is inf where it overflowed.
    ends : (2,), the loss at a and at b.
    data : what the loss is a mean over, for captions.
    """

    alphas: Floats
    loss: Floats
    accuracy: Floats
    ends: Floats
    data: str = ""

    @property
    def barrier(self) -> float:
        """How far the loss between the ends rises above the straight line from the one's to the other's; at least 0.

        Networks without a barrier are linearly mode-connected (Frankle, Dziugaite, Roy & Carbin 2020).
        """
        between = (self.alphas >= 0) & (self.alphas <= 1)
        with np.errstate(invalid="ignore"):
            chord = (1 - self.alphas) * self.ends[0] + self.alphas * self.ends[1]
            rise = np.where(np.isinf(self.loss), np.inf, self.loss - chord)
        return float(np.nanmax(rise[between], initial=0.0))


def line(
    net: MLP,
    a: ArrayLike,
    b: ArrayLike,
    x: ArrayLike,
    y: ArrayLike,
    alphas: ArrayLike | None = None,
    data: str = "",
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Line:
    """Loss and accuracy of `net` between parameters a and b (P,), over images x (N, D), y (N,).

    alphas : (n,), where; 81 places from −0.5 to 1.5 if None. a is at 0, b at 1.

    Source: Goodfellow, Vinyals & Saxe 2015.
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if a.shape != net.params.shape or b.shape != net.params.shape:
        raise ValueError(
            f"parameters of shapes {a.shape} and {b.shape} are not allowed: this network has {net.params.size}"
        )
    places = np.linspace(-0.5, 1.5, 81) if alphas is None else np.asarray(alphas, dtype=np.float64)
    if places.ndim != 1 or not places.size or not np.isfinite(places).all():
        raise ValueError(f"alphas of shape {places.shape} are not allowed: a row of finite numbers is needed")
    plane = Plane(a, np.stack([b - a, np.zeros_like(a)]))
    x, y = checked(net, plane, x, y)
    vectors = plane.vectors.astype(net.dtype)
    # The ends come on top, as `alphas` need not hold them.
    along = np.concatenate([places, [0.0, 1.0]])
    tiles = [
        Tile(slice(0, 1), sums, (net, vectors, x[part], y[part], along, np.zeros(1))) for part in image_parts(len(x))
    ]
    loss, accuracy = work(tiles, (2, 1, len(along)), executor, None, progress)[:, 0] / len(x)
    loss[np.isnan(loss)] = np.inf  # what is nan has overflowed
    return Line(places, loss[:-2], accuracy[:-2], loss[-2:], data)
