"""The curvature of a model's loss: eigenvalues of its Hessian, by exact Hessian-vector products.

The Hessian itself, P × P, is never formed. All are of the mean loss over images x (N, D), y (N,), or over the model's
own data, where it has some. With `layer` they are of that layer's own block of the Hessian: how the loss curves while
all other parameters stay.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core import bounds
from ..core.annotations import Array, Floats, Progress
from ..core.checks import at_least, positive, within
from ..core.errors import InputError, not_allowed
from .objective import Model, Objective, Products, objective

_PRODUCT = 1e-10  # seconds that a parameter and image take of a product with the Hessian, at the least


def top(
    model: Model,
    params: ArrayLike,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    k: int = 5,
    tolerance: float = 1e-4,
    seed: int = 0,
    layer: str | None = None,
) -> tuple[Floats, Floats, Floats]:
    """The k largest eigenvalues of the Hessian at `params` (P,), by ARPACK's implicitly restarted Lanczos method.

    tolerance : of the eigenvalues, relative; seed : of the first vector. layer : of one layer alone, such as "conv1".

    Returns eigenvalues (k,), the largest first, eigenvectors (k, P) of length 1, which are 0 outside of a `layer`, and
    residuals |Hv − λv| (k,); all are nan where the Hessian is not finite.

    Source: Lehoucq, Sorensen & Yang 1998.
    """
    from scipy.sparse.linalg import LinearOperator, eigsh

    k, seed = within("k", k, 1, 1000), at_least("seed", seed, 0)
    loss = objective(model, x, y)
    hessian, places = _hessian(loss, params, layer)
    if k >= hessian.size:
        whose = "layer" if layer else "model"
        raise not_allowed("k", k, f"this {whose}'s Hessian has {hessian.size} eigenvalues, of which fewer are found")
    bounds.hours(seconds(loss.samples, np.size(params), k), f"k = {k}")
    bounds.memory({f"k = {k}": 40 * int(k) * hessian.size})
    first = np.random.default_rng(seed).normal(size=hessian.size)
    ahead = hessian.times(first)
    # LAPACK complains of nan, on standard output, and ARPACK of a Hessian of 0, which saturated networks have.
    if not np.isfinite(ahead).all():
        return np.full(k, np.nan), np.full((k, np.size(params)), np.nan), np.full(k, np.nan)
    if not ahead.any():
        return np.zeros(k), _within(np.eye(k, hessian.size), places, np.size(params)), np.zeros(k)
    operator = LinearOperator((hessian.size, hessian.size), matvec=lambda v: hessian.times(v.ravel()), dtype=np.float64)
    values, vectors = eigsh(operator, k, which="LA", tol=tolerance, v0=first)
    values, vectors = values[::-1], vectors.T[::-1]
    residuals = [float(np.linalg.norm(hessian.times(v) - value * v)) for value, v in zip(values, vectors, strict=True)]
    return values, _within(vectors, places, np.size(params)), np.array(residuals)


def seconds(images: int, parameters: int, k: int = 1) -> float:
    """That `top` takes at the least: so many products are made before it is looked at what they tell."""
    return min(max(2 * k + 1, 20), parameters) * images * parameters * _PRODUCT


def density(
    model: Model,
    params: ArrayLike,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    probes: int = 4,
    steps: int = 80,
    points: int = 1001,
    width: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    layer: str | None = None,
) -> tuple[Floats, Floats]:
    """How the eigenvalues of the Hessian at `params` (P,) are spread, by stochastic Lanczos quadrature.

    Parameters
    ----------
    probes : random vectors to start from; each stands for the whole spectrum, and their mean is taken.
    steps : of the Lanczos method from each; so many eigenvalues at the most are told apart, those at the ends first.
    points : of the grid; 20 at the least.
    width : standard deviation of the Gaussian that each eigenvalue is drawn as; a hundredth of the whole range if None,
        and never narrower than the grid's steps.
    progress : called as progress(done, products).
    layer : of one layer alone, such as "conv1".

    Returns grid (points,) and density (points,), whose integral is 1. ValueError where the Hessian is not finite.

    Vectors are orthogonalised against all before them, twice, so no eigenvalue appears a second time; that takes
    8 · steps · P bytes.

    Source: Lin, Saad & Yang 2016; Ghorbani, Krishnan & Xiao 2019.
    """
    probes, steps = within("probes", probes, 1, 10_000), at_least("steps", steps, 2)
    points, seed = within("points", points, 20, 100_000), at_least("seed", seed, 0)
    width = None if width is None else positive("width", width)
    eigenvalues, shares = ritz(model, params, x, y, probes, steps, seed, progress, layer)
    low, high = eigenvalues.min(), eigenvalues.max()
    sigma = max(0.01 * (high - low), 1e-6 * max(abs(low), abs(high)), 1e-12) if width is None else width
    # Narrower Gaussians than the grid's steps would fall between its points.
    sigma = max(sigma, (high - low) / (points - 9))
    grid = np.linspace(low - 4 * sigma, high + 4 * sigma, points)
    bells = np.exp(-np.square((grid[:, None] - eigenvalues) / sigma) / 2) / (sigma * np.sqrt(2 * np.pi))
    return grid, bells @ shares


def ritz(
    model: Model,
    params: ArrayLike,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    probes: int = 1,
    steps: int = 40,
    seed: int = 0,
    progress: Progress | None = None,
    layer: str | None = None,
) -> tuple[Floats, Floats]:
    """The few eigenvalues (K,) by which the quadrature of `density` stands for all, and the share (K,) of each.

    Those at the ends are nearly the Hessian's own; sums over all, such as Σ share · |λ|, are unbiased estimates.
    ValueError where the Hessian is not finite.
    """
    loss, rng = objective(model, x, y), np.random.default_rng(seed)
    hessian, _ = _hessian(loss, params, layer)
    steps = min(steps, hessian.size)
    bounds.hours(probes * steps * loss.samples * np.size(params) * _PRODUCT, f"probes = {probes}")
    bounds.memory({f"steps = {steps}": 8 * steps * (hessian.size + 3 * steps)})
    nodes, weights = [], []
    for probe in range(probes):
        start = rng.normal(size=hessian.size)

        def told(step: int, before: int = probe * steps) -> None:
            if progress is not None:
                progress(before + step, probes * steps)

        values, vectors = np.linalg.eigh(_tridiagonal(hessian, start, steps, told))
        nodes.append(values)
        weights.append(np.square(vectors[0]) / probes)
    return np.concatenate(nodes), np.concatenate(weights)


def _tridiagonal(hessian: Products, start: Array, steps: int, told: Callable[[int], None]) -> Floats:
    """The Lanczos matrix (m, m): the Hessian on the Krylov space of `start`; m < steps where that space is smaller."""
    basis = np.empty((steps, hessian.size))
    diagonal, beside = np.zeros(steps), np.zeros(steps)
    v = start / np.linalg.norm(start)
    for k in range(steps):
        basis[k] = v
        w = hessian.times(v).astype(np.float64)
        if not np.isfinite(w).all():
            raise ValueError("the Hessian is not finite at these parameters, so its eigenvalues have no density")
        told(k + 1)
        diagonal[k] = v @ w
        for _ in range(2):
            w -= basis[: k + 1].T @ (basis[: k + 1] @ w)
        beside[k] = np.linalg.norm(w)
        # What is left is rounding: the Krylov space is exhausted.
        if not beside[k] > 1e-6 * np.abs(diagonal[: k + 1]).max():
            steps = k + 1
            break
        v = w / beside[k]
    return np.diag(diagonal[:steps]) + np.diag(beside[: steps - 1], 1) + np.diag(beside[: steps - 1], -1)


def _hessian(loss: Objective, params: ArrayLike, layer: str | None) -> tuple[Products, NDArray[np.int64] | None]:
    """The Hessian, or a layer's block of it, and which parameters that is of."""
    products = loss.products(loss.check(params))
    if layer is None:
        return products, None
    if loss.specification is None:
        raise InputError(f"layer '{layer}' is not known: this model does not tell its tensors")
    places = loss.specification.places(layer)
    return _Block(products, places), places


class _Block:
    """The block of a matrix that is of some of the parameters."""

    def __init__(self, whole: Products, places: NDArray[np.int64]) -> None:
        self.whole, self.places, self.size = whole, places, places.size

    def times(self, v: ArrayLike) -> Array:
        return self.whole.times(_within(np.asarray(v), self.places, self.whole.size))[self.places]


def _within(vectors: Array, places: NDArray[np.int64] | None, size: int) -> Array:
    """Vectors (..., n) of some of the parameters as vectors (..., P) of all, 0 elsewhere."""
    if places is None:
        return vectors
    whole = np.zeros((*vectors.shape[:-1], size), dtype=vectors.dtype)
    whole[..., places] = vectors
    return whole
