"""The curvature of a network's loss: the largest eigenvalues of its Hessian, by exact Hessian-vector products."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import at_least
from .network import MLP, Workspace

Array = NDArray[Any]


def top(
    net: MLP, params: Array, x: ArrayLike, y: NDArray[np.int64], k: int = 5, tolerance: float = 1e-4, seed: int = 0
) -> tuple[Array, Array, Array]:
    """The k largest eigenvalues of the Hessian of the mean loss over images x (N, D), y (N,).

    By ARPACK's implicitly restarted Lanczos method.

    tolerance : of the eigenvalues, relative; seed : of the first vector.

    Returns eigenvalues (k,), the largest first, eigenvectors (k, P) of length 1, and residuals |Hv − λv| (k,); all are
    nan where the Hessian is not finite.
    """
    from scipy.sparse.linalg import LinearOperator, eigsh

    at_least("k", k, 1)
    params, x = np.asarray(params, dtype=net.dtype), np.asarray(x, dtype=net.dtype)
    work, product = Workspace(net, len(x)), np.empty_like(params)

    def times(v: Array) -> Array:
        work.hessian_product(params, v.ravel().astype(net.dtype), x, y, product)
        return product.astype(np.float64)

    hessian = LinearOperator((params.size, params.size), matvec=times, dtype=np.float64)
    first = np.random.default_rng(seed).normal(size=params.size)
    ahead = times(first)
    # LAPACK complains of nan, on standard output, and ARPACK of a Hessian of 0, which saturated networks have.
    if not np.isfinite(ahead).all():
        return np.full(k, np.nan), np.full((k, params.size), np.nan), np.full(k, np.nan)
    if not ahead.any():
        return np.zeros(k), np.eye(k, params.size), np.zeros(k)
    values, vectors = eigsh(hessian, k, which="LA", tol=tolerance, v0=first)
    values, vectors = values[::-1], vectors.T[::-1]
    residuals = [float(np.linalg.norm(times(v) - value * v)) for value, v in zip(values, vectors, strict=True)]
    return values, vectors, np.array(residuals)
