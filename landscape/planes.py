"""Planes through the weight space of a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .run import Run
from .terrains import Domain

Array = NDArray[Any]

_CHUNK = 8192  # parameters a block, when snapshots are streamed in float64


@dataclass(frozen=True)
class Plane:
    """All points origin + a·basis[0] + b·basis[1].

    Attributes
    ----------
    origin : (P,) float64.
    basis : (2, P) float64; neither orthogonal nor of length 1 in general, though PCA's is both.
    kind : how it was made, for captions.
    explained : (2,), the share of the movement's variance along each axis, for PCA.
    null_explained : (2,), what the same share would be for random walks as long as the runs.
    extent : ((x0, x1), (y0, y1)), the part worth drawing, in the plane's coordinates.
    """

    origin: NDArray[np.float64]
    basis: NDArray[np.float64]
    kind: str = "plane"
    explained: NDArray[np.float64] | None = None
    null_explained: NDArray[np.float64] | None = None
    extent: Domain = ((-1.0, 1.0), (-1.0, 1.0))

    def at(self, xy: ArrayLike) -> Array:
        """The parameters (..., P) at coordinates (..., 2)."""
        return self.origin + np.asarray(xy, dtype=np.float64) @ self.basis

    def project(self, params: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Coordinates (..., 2) of the nearest points of the plane, and the distances (...) to them.

        Least squares, so the coordinates are right for a basis that is not orthonormal too.
        """
        params = np.asarray(params)
        rows = params.reshape(-1, params.shape[-1])
        coordinates, distances = np.empty((len(rows), 2)), np.empty(len(rows))
        q, r = self._qr
        # Row by row: all snapshots of a run in float64 would be many times the run's own size.
        for k, row in enumerate(rows):
            offset = row - self.origin
            along = q.T @ offset
            coordinates[k] = np.linalg.solve(r, along)
            distances[k] = np.linalg.norm(offset - q @ along)
        return coordinates.reshape(*params.shape[:-1], 2), distances.reshape(params.shape[:-1])

    @property
    def faithfulness(self) -> str:
        """One plain sentence on how much of the movement the plane holds, beside what chance would give."""
        if self.explained is None or self.null_explained is None:
            return "This plane was not fitted to the runs, so it says nothing on how much of their movement it holds."
        held, null = self.explained.sum(), self.null_explained.sum()
        return f"This plane holds {held:.0%} of the movement; a random walk would give {null:.0%}."

    @cached_property
    def _qr(self) -> tuple[Array, Array]:
        q, r = np.linalg.qr(self.basis.T)
        return q, r


def pca(runs: Sequence[Run]) -> Plane:
    """The plane that holds most of the variance of all the runs' snapshots: one plane for many runs.

    The origin is the snapshots' mean, so the plane is the best fit in the sense of least squares. Each basis vector has
    length 1, and its largest component is positive, since PCA leaves the sign open.

    The null is what random walks of the same lengths would give (Antognini & Sohl-Dickstein 2018 for one walk): in
    high dimension their Gram matrix is min(s, t) for steps s, t of one walk and 0 between walks that are independent.
    """
    if not runs:
        raise ValueError("no runs given: a plane needs the snapshots of at least one")
    sizes = {run.params.size for run in runs}
    if len(sizes) > 1:
        raise ValueError(f"runs with {sorted(sizes)} parameters do not share a weight space: one network is needed")
    snapshots = [run.snapshots for run in runs]
    if sum(map(len, snapshots)) < 3:
        raise ValueError("a plane needs at least 3 snapshots")

    parameters = sizes.pop()
    mean = np.concatenate(snapshots).mean(axis=0, dtype=np.float64)
    gram = np.zeros((sum(map(len, snapshots)),) * 2)
    for at in range(0, parameters, _CHUNK):
        part = slice(at, at + _CHUNK)
        block = np.concatenate([rows[:, part] for rows in snapshots]).astype(np.float64) - mean[part]
        gram += block @ block.T

    shares, vectors = _principal(gram)
    basis = np.empty((2, parameters))
    for at in range(0, parameters, _CHUNK):
        part = slice(at, at + _CHUNK)
        basis[:, part] = vectors.T @ (np.concatenate([rows[:, part] for rows in snapshots]) - mean[part])
    for axis in basis:
        axis *= np.sign(axis[np.abs(axis).argmax()]) / np.linalg.norm(axis)

    null_shares, _ = _principal(_random_walks([run.steps for run in runs]))
    plane = Plane(mean, basis, "pca", shares, null_shares)
    points = np.concatenate([plane.project(rows)[0] for rows in snapshots])
    return Plane(mean, basis, "pca", shares, null_shares, around(points))


def around(points: ArrayLike, margin: float = 0.35, squarest: float = 0.6) -> Domain:
    """The extent around points (n, 2): their bounding box and a margin on every side, as a share of its longer side.

    The shorter side is widened to at least `squarest` times the longer one.
    """
    points = np.asarray(points)
    low, high = points.min(axis=0), points.max(axis=0)
    longest = max((high - low).max(), 1e-12)
    half = np.maximum((high - low) / 2 + margin * longest, squarest * (0.5 + margin) * longest)
    middle = (low + high) / 2
    (x0, y0), (x1, y1) = (middle - half).tolist(), (middle + half).tolist()
    return (x0, x1), (y0, y1)


def _principal(gram: Array) -> tuple[Array, Array]:
    """Shares (2,) of the variance in the first two principal components, and the eigenvectors (S, 2), of a centred
    Gram matrix (S, S)."""
    values, vectors = np.linalg.eigh(gram)
    values = np.maximum(values[::-1], 0)
    if not values[1] > values[0] * 1e-12:
        raise ValueError("the snapshots lie on a line or a point: no plane is defined by them")
    return values[:2] / values.sum(), vectors[:, ::-1][:, :2]


def _random_walks(steps: Sequence[NDArray[np.int64]]) -> Array:
    """The centred Gram matrix that independent random walks, recorded at these steps, have in high dimension."""
    total = sum(map(len, steps))
    gram, at = np.zeros((total, total)), 0
    for walk in steps:
        part = slice(at, at + len(walk))
        gram[part, part] = np.minimum.outer(walk, walk)
        at += len(walk)
    centre = np.eye(total) - 1 / total
    return centre @ gram @ centre
