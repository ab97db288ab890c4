"""Networks before training, and what passes through them: the signal on its way in, the error on its way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.annotations import Floats
from ..core.blas import one_blas_thread
from ..datasets.sample import Sample
from ..networks.mlp import MLP
from ..networks.passes import Trace
from .claim import Scale

WIDTH = 128
NETWORKS = 7  # drawn from as many seeds, so that what is said is not one network's luck
DEPTHS = (2, 5, 10, 20)  # hidden layers
LISTED = "reference value, of twelve such networks"  # where figures of depths come from
IMAGES: dict[Scale, int] = {"quick": 64, "full": 1000}


@dataclass(frozen=True)
class Fresh:
    """A kind of network: hidden layers of one width, and their weights, which are `scale` times what `init` draws."""

    activation: str
    init: str
    depth: int
    scale: float = 1.0
    width: int = WIDTH

    def network(self, seed: int) -> MLP:
        """In float64: of a signal that vanishes nothing is left in float32."""
        net = MLP((784, *[self.width] * self.depth, 10), self.activation, self.init, seed=seed, dtype="float64")
        net.params *= self.scale
        return net

    def passes(self, digits: Sample, networks: int = NETWORKS) -> Iterator[tuple[MLP, Trace]]:
        """Networks of the seeds from 0 on, and a pass of the digits through each."""
        for seed in range(networks):
            net = self.network(seed)
            # Two threads are slower for matrices this small, and much so where other programs run.
            with one_blas_thread:
                trace = net.trace(net.params, digits.x, digits.y)
            yield net, trace

    def errors(self, digits: Sample, networks: int = NETWORKS) -> Floats:
        """|δ| of each hidden layer, from the first, (networks, depth)."""
        return np.array([trace.error_norm[:-1] for _, trace in self.passes(digits, networks)])


def matrices(net: MLP) -> list[Any]:
    """The weights between the hidden layers, from the first such on: all are of one shape."""
    return [w for w, _ in net.layers(net.params)[1:-1]]


def arrived(errors: Floats) -> Floats:
    """What of the error in the last hidden layer is in the first one (networks,), of |δ| (networks, depth)."""
    return np.asarray(errors[:, 0] / errors[:, -1])


def back(errors: Floats) -> dict[str, Any]:
    """A curve of |δ| (networks, depth): what is left so many layers before the last hidden one, as the median and the
    range of the networks."""
    left = (errors / errors[:, -1:])[:, ::-1]
    x = list(range(left.shape[1]))
    return {"x": x, "y": np.median(left, axis=0), "low": left.min(axis=0), "high": left.max(axis=0)}
