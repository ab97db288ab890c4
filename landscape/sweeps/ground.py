"""The shape of the ground under one set of weights, or one point of a terrain: a few numbers by name.

A further measure is a function here, and its names in `NETWORK` or `TERRAIN`: tables have columns for them then.
"""

from __future__ import annotations

import numpy as np

from ..core.annotations import Array
from ..datasets import Dataset
from ..models import spectrum
from ..networks.mlp import MLP
from ..planes import random
from ..surfaces import surface
from ..surfaces.tiles import InTurn
from ..terrains import Terrain
from ..training import measuring

NETWORK = ("gradient_norm", "sharpness", "negative", "level", "saturated", "dead")
TERRAIN = ("gradient_norm", "sharpness")

_IMAGES, _FEW = 1000, 500  # training images that are looked at, at the most: once, and again and again
_STEPS = 30  # of the Lanczos method
_REACH, _SIDE = 1.5, 11  # of the plane: how far it reaches, in the norm of each layer, and points along a side
_LEVEL = 0.1  # in the loss: what differs by less is level ground


def of_network(net: MLP, params: Array, data: Dataset) -> dict[str, float]:
    """All measures of a network at parameters (P,); nan where these are not finite."""
    if not np.isfinite(params).all():
        return dict.fromkeys(NETWORK, np.nan)
    x, y = data.x_train[:_IMAGES], data.y_train[:_IMAGES]
    _, gradient = net.loss_and_gradient(params, x, y)
    # Of shares of hidden layers the mean; nan without one.
    units = {name: layers for name, layers in measuring.units(net, net.trace(params, x, y)).items() if layers.size}
    return {
        "gradient_norm": float(np.linalg.norm(gradient.astype(np.float64))),
        **_curvature(net, params, x[:_FEW], y[:_FEW]),
        "level": _level(net, params, x[:_FEW], y[:_FEW]),
        **dict.fromkeys(("saturated", "dead"), np.nan),
        **{name: float(layers.mean()) for name, layers in units.items()},
    }


def of_terrain(terrain: Terrain, x: Array) -> dict[str, float]:
    """All measures of a terrain at a point (2,); nan where it is not finite."""
    if not np.isfinite(x).all():
        return dict.fromkeys(TERRAIN, np.nan)
    hessian = terrain.hessian(x)
    steepest = float(np.linalg.eigvalsh(hessian)[-1]) if np.isfinite(hessian).all() else np.nan
    return {"gradient_norm": float(np.linalg.norm(terrain.gradient(x))), "sharpness": steepest}


def _curvature(net: MLP, params: Array, x: Array, y: Array) -> dict[str, float]:
    """The largest eigenvalue of the Hessian, and how much of all curvature, Σ|λ|, is negative."""
    try:
        values, shares = spectrum.ritz(net, params, x, y, steps=_STEPS)
    except ValueError:
        return {"sharpness": np.nan, "negative": np.nan}
    whole = float(shares @ np.abs(values))
    return {"sharpness": float(values.max()), "negative": float(shares @ np.maximum(-values, 0)) / (whole or np.nan)}


def _level(net: MLP, params: Array, x: Array, y: Array) -> float:
    """The share of a random plane around the parameters on which the loss is as good as theirs: a plateau."""
    plane, ends = random(net, params, normalize="layer"), (-_REACH, _REACH)
    loss = surface(net, plane, x, y, (ends, ends), _SIDE, InTurn()).loss
    return float(np.mean(np.abs(loss - loss[_SIDE // 2, _SIDE // 2]) < _LEVEL))
