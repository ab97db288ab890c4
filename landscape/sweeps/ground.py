"""The shape of the ground under one set of weights, or one point of a terrain: a few numbers by name.

A further measure is a function here, and its name in `NETWORK` or `TERRAIN`: tables have a column for it then.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..core.annotations import Array
from ..datasets import Dataset
from ..networks.mlp import MLP
from ..terrains import Terrain
from ..training import measuring

_IMAGES = 1000  # training images that are looked at, at the most


def of_network(net: MLP, params: Array, data: Dataset) -> dict[str, float]:
    """All measures of a network at parameters (P,); nan where these are not finite."""
    if not np.isfinite(params).all():
        return dict.fromkeys(NETWORK, np.nan)
    return {name: measure(net, params, data) for name, measure in NETWORK.items()}


def of_terrain(terrain: Terrain, x: Array) -> dict[str, float]:
    """All measures of a terrain at a point (2,); nan where it is not finite."""
    if not np.isfinite(x).all():
        return dict.fromkeys(TERRAIN, np.nan)
    return {name: measure(terrain, x) for name, measure in TERRAIN.items()}


def _gradient_norm(net: MLP, params: Array, data: Dataset) -> float:
    _, gradient = net.loss_and_gradient(params, data.x_train[:_IMAGES], data.y_train[:_IMAGES])
    return float(np.linalg.norm(gradient.astype(np.float64)))


def _units(net: MLP, params: Array, data: Dataset) -> dict[str, float]:
    """The mean over hidden layers; nan without one."""
    found = measuring.units(net, net.trace(params, data.x_train[:_IMAGES], data.y_train[:_IMAGES]))
    return {name: float(layers.mean()) if layers.size else np.nan for name, layers in found.items()}


def _steepness(terrain: Terrain, x: Array) -> float:
    return float(np.linalg.norm(terrain.gradient(x)))


def _curvature(terrain: Terrain, x: Array) -> float:
    hessian = terrain.hessian(x)
    return float(np.linalg.eigvalsh(hessian)[-1]) if np.isfinite(hessian).all() else np.nan


NETWORK: dict[str, Callable[[MLP, Array, Dataset], float]] = {
    "gradient_norm": _gradient_norm,
    "sharpness": measuring.sharpness,
    "saturated": lambda net, params, data: _units(net, params, data)["saturated"],
    "dead": lambda net, params, data: _units(net, params, data)["dead"],
}
TERRAIN: dict[str, Callable[[Terrain, Array], float]] = {"gradient_norm": _steepness, "sharpness": _curvature}
