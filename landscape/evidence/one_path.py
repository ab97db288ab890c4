"""One path through a network: what of the error of one digit comes back along it, unit by unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import datasets
from ..core.annotations import Floats
from ..networks.mlp import MLP
from .claims.coevolution import NATURAL
from .real_grounds import SIZES


@dataclass(frozen=True, eq=False)
class OnePath:
    """From an output of a fresh network back to its first hidden layer, each time to the unit to which most of it goes.

    All from the last layer to the first: units : (depth + 1,), which one of its layer. shares : (depth + 1,), what is
    left of the output's error, as its size. slopes : (depth,), f′(z) of each hidden unit. layers : (depth + 1,), the
    whole error |δ| of each layer. open : of each hidden layer from the first to the last, which units have a slope
    that is not 0, (depth, width).
    """

    activation: str
    units: NDArray[np.int64]
    shares: Floats
    slopes: Floats
    layers: Floats
    open: NDArray[np.bool_]


def strongest_path(activation: str, digit: int = 0, seed: int = 0) -> OnePath:
    """Of the deep network of the table of grounds and vehicles, before training, for a training image."""
    net = MLP(SIZES, activation, NATURAL[activation], seed=seed, dtype="float64")
    data = datasets.load()
    row = slice(digit, digit + 1)
    trace = net.trace(net.params, data.x_train[row], data.y_train[row])
    weights = [w for w, _ in net.layers(net.params)]
    slopes = [slope[0] for slope in trace.slopes]
    units, shares = [int(np.abs(trace.delta[-1][0]).argmax())], [1.0]
    for w, slope in zip(weights[:0:-1], slopes[::-1], strict=True):
        onward = np.abs(w[:, units[-1]] * slope)
        units.append(int(onward.argmax()))
        shares.append(shares[-1] * float(onward[units[-1]]))
    passed = [float(slope[unit]) for slope, unit in zip(slopes[::-1], units[1:], strict=True)]
    layers = [float(np.linalg.norm(delta)) for delta in trace.delta[::-1]]
    given = (np.array(units), np.array(shares), np.array(passed), np.array(layers))
    return OnePath(activation, *given, np.array([slope != 0 for slope in slopes]))
