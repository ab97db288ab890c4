"""Planes around one network, or through three."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import curvature
from ..core.annotations import Array, Labels
from ..core.checks import at_least
from ..core.errors import unknown
from ..networks.mlp import MLP
from ..terrains import Domain
from .plane import Kind, Plane, upright

NORMALISATIONS = ("filter", "layer", None)


def random(net: MLP, params: ArrayLike, seed: int = 0, normalize: str | None = "filter") -> Plane:
    """The plane through `params` (P,) along two Gaussian directions.

    normalize : what a direction's norms are made equal to.

        - "filter": the weights of each unit, its filter, have the norm that they have in `params`. A unit's weights are
          a column of W (in, out). Biases have a direction of 0.
        - "layer": the weights of each layer, as one; biases have a direction of 0.
        - None: nothing; the extent is then such that at its border the plane is as far from `params` as 0 is.

    The directions are nearly orthogonal, as random ones are in high dimension, and not made so: that would spoil the
    norms. `Plane.project` sees to it.

    Source: Li, Xu, Taylor, Studer & Goldstein 2018.
    """
    seed = at_least("seed", seed, 0)
    if normalize not in NORMALISATIONS:
        raise unknown("normalisation", str(normalize), ["filter", "layer", "None"])
    centre = np.array(params, dtype=np.float64)
    weights = net.layers(centre)
    basis = np.random.default_rng(seed).normal(size=(2, centre.size))
    if normalize is not None:
        for direction in basis:
            for (w, _), (d, bias) in zip(weights, net.layers(direction), strict=True):
                axis = 0 if normalize == "filter" else None
                d *= np.linalg.norm(w, axis=axis, keepdims=True) / np.linalg.norm(d, axis=axis, keepdims=True)
                bias[:] = 0
        return Plane(centre, basis, Kind("random", normalize))
    reach = max(float(np.linalg.norm(centre)), 1e-12) / np.linalg.norm(basis, axis=1)
    return Plane(centre, basis, Kind("random"), extent=_box(reach))


def hessian(net: MLP, params: ArrayLike, x: Array, y: Labels, seed: int = 0) -> Plane:
    """The plane through `params` (P,) along the two eigenvectors of the Hessian with the largest eigenvalues.

    x (N, D), y (N,) : the images whose mean loss is meant. The basis has length 1; the extent reaches as far as the
    quadratic approximation says that the loss has risen by 1, which is √(2/λ). ValueError where nothing curves upwards.
    """
    centre = np.array(params, dtype=np.float64)
    values, vectors, _ = curvature.top(net, centre, x, y, k=2, seed=seed)
    if not values[0] > 0:
        raise ValueError(f"the Hessian's largest eigenvalue is {values[0]:.3g}: there is no curvature to draw")
    rise = np.where(values > 1e-3 * values[0], values, values[0])
    basis = np.array([upright(vector) for vector in vectors])
    return Plane(centre, basis, Kind("hessian"), extent=_box(np.sqrt(2 / rise)))


def gradient(net: MLP, params: ArrayLike, x: Array, y: Labels, seed: int = 0) -> Plane:
    """The plane through `params` (P,) along the gradient and the direction of largest curvature.

    x (N, D), y (N,) : the images whose mean loss is meant. The first axis is the gradient, scaled to length 1, so the
    way down is to the left; the second is the Hessian's top eigenvector, less its part along the gradient, which is
    often large (Gur-Ari, Roberts & Dyer 2018). The extent reaches as far as the loss rises by 1 along the curvature.
    """
    centre = np.array(params, dtype=np.float64)
    _, downhill = net.loss_and_gradient(centre, x, y)
    first = downhill.astype(np.float64)
    values, vectors, _ = curvature.top(net, centre, x, y, k=1, seed=seed)
    length = np.linalg.norm(first)
    if not (length > 0 and values[0] > 0):
        raise ValueError(
            f"gradient of norm {length:.3g}, curvature {values[0]:.3g}: both must be above 0 to span a plane"
        )
    first /= length
    second = vectors[0] - (vectors[0] @ first) * first
    second /= np.linalg.norm(second)
    reach = np.sqrt(2 / values[0])
    return Plane(centre, np.array([first, upright(second)]), Kind("gradient"), extent=_box([reach, reach]))


def through(a: ArrayLike, b: ArrayLike, c: ArrayLike) -> Plane:
    """The plane through three points (P,): a lies at (0, 0), b at (1, 0) and c at (0, 1).

    Coordinates are thus shares of the way, as on a line of interpolation, and angles are not those of weight space.
    """
    a, b, c = (np.asarray(point, dtype=np.float64) for point in (a, b, c))
    if not a.shape == b.shape == c.shape or a.ndim != 1:
        raise ValueError(
            f"points of shapes {a.shape}, {b.shape}, {c.shape} are not allowed: three flat vectors (P,) are needed"
        )
    plane = Plane(a, np.array([b - a, c - a]), Kind("through"), extent=((-0.5, 1.5), (-0.5, 1.5)))
    plane.project(a)  # complains of points on a line
    return plane


def _box(reach: ArrayLike) -> Domain:
    """As far as `reach` (2,) to both sides."""
    x, y = (float(one) for one in np.asarray(reach))
    return (-x, x), (-y, y)
