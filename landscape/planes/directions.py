"""Planes around one model, or through three."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Array, Floats
from ..core.checks import at_least, one_of
from ..core.errors import InputError, unknown
from ..models.objective import Model, objective
from ..models.specification import Specification
from ..models.spectrum import top
from ..terrains import Domain
from .plane import Kind, Plane, upright

NORMALISATIONS = ("filter", "layer", None)
VECTORS = ("zero", "scaled")


def random(
    model: Model, params: ArrayLike, seed: int = 0, normalize: str | None = "filter", vectors: str = "zero"
) -> Plane:
    """The plane through `params` (P,) along two Gaussian directions.

    normalize : what a direction's norms are made equal to.

        - "filter": each filter has the norm that it has in `params`. A filter is what one output is made of: a unit's
          weights, a channel's kernel, the embedding of one token. A filter of 0 has a direction of 0.
        - "layer": the weights of each tensor, as one.
        - None: nothing; the extent is then such that at its border the plane is as far from `params` as 0 is.
    vectors : what becomes of biases, and of the scales and shifts of normalisations, where norms are made equal: "zero"
        lets them stay as they are, "scaled" gives each such tensor the norm that it has in `params`.

    The directions are nearly orthogonal, as random ones are in high dimension, and not made so: that would spoil the
    norms. `Plane.project` sees to it.

    Source: Li, Xu, Taylor, Studer & Goldstein 2018.
    """
    seed = at_least("seed", seed, 0)
    if normalize not in NORMALISATIONS:
        raise unknown("normalisation", str(normalize), ["filter", "layer", "None"])
    one_of("vectors", vectors, VECTORS)
    specification, centre = tensors_of(model), np.array(params, dtype=np.float64)
    if specification is not None:
        specification.check(centre)
    basis = np.random.default_rng(seed).normal(size=(2, centre.size))
    if normalize is None:
        reach = max(float(np.linalg.norm(centre)), 1e-12) / np.linalg.norm(basis, axis=1)
        return Plane(centre, basis, Kind("random"), extent=_box(reach))
    if specification is None:
        raise InputError(
            f"{normalize} norms are not known of this model, which does not tell its tensors: name them, as "
            "models.function(loss, tensors={'0.weight': (10, 784), …}), or give normalize=None"
        )
    for direction in basis:
        _normalise(direction, centre, specification, whole=normalize == "layer", scaled=vectors == "scaled")
    return Plane(centre, basis, Kind("random", normalize))


def tensors_of(model: Model) -> Specification | None:
    """The tensors of a model; None where it does not tell them. ValueError for what is no model."""
    if not isinstance(model, Model):
        objective(model)  # it says what is wrong
    return model.specification


def _normalise(direction: Floats, centre: Floats, tensors: Specification, *, whole: bool, scaled: bool) -> None:
    """Give the filters of a direction, or its tensors as a `whole`, the norms that they have in the centre."""
    for tensor, w, d in zip(tensors.tensors, tensors.views(centre), tensors.views(direction), strict=True):
        vector = tensor.kind in ("bias", "norm")
        if vector and not scaled:
            d[...] = 0
            continue
        axes = None if whole or vector else tensor.across
        norms, own = (np.sqrt(np.square(one).sum(axis=axes, keepdims=True)) for one in (w, d))
        d *= norms / np.where(own > 0, own, 1)


def hessian(
    model: Model, params: ArrayLike, x: ArrayLike | None = None, y: ArrayLike | None = None, seed: int = 0
) -> Plane:
    """The plane through `params` (P,) along the two eigenvectors of the Hessian with the largest eigenvalues.

    x (N, D), y (N,) : the images whose mean loss is meant; none for a model with data of its own. The basis has length
    1; the extent reaches as far as the quadratic approximation says that the loss has risen by 1, which is √(2/λ).
    ValueError where nothing curves upwards.
    """
    centre = np.array(params, dtype=np.float64)
    values, vectors, _ = top(model, centre, x, y, k=2, seed=seed)
    if not values[0] > 0:
        raise ValueError(f"the Hessian's largest eigenvalue is {values[0]:.3g}: there is no curvature to draw")
    rise = np.where(values > 1e-3 * values[0], values, values[0])
    basis = np.array([upright(vector) for vector in vectors])
    return Plane(centre, basis, Kind("hessian"), extent=_box(np.sqrt(2 / rise)))


def gradient(
    model: Model, params: ArrayLike, x: ArrayLike | None = None, y: ArrayLike | None = None, seed: int = 0
) -> Plane:
    """The plane through `params` (P,) along the gradient and the direction of largest curvature.

    x (N, D), y (N,) : as in `hessian`. The first axis is the gradient, scaled to length 1, so the way down is to the
    left; the second is the Hessian's top eigenvector, less its part along the gradient, which is often large (Gur-Ari,
    Roberts & Dyer 2018). The extent reaches as far as the loss rises by 1 along the curvature.
    """
    centre, loss = np.array(params, dtype=np.float64), objective(model, x, y)
    _, downhill = loss.loss_and_gradient(loss.check(centre))
    first: Array = downhill.astype(np.float64)
    values, vectors, _ = top(model, centre, x, y, k=1, seed=seed)
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
