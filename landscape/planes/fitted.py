"""Planes and the runs that are seen on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..run import Run
from .base import Plane, around, upright

Array = NDArray[Any]
Walked = Run | ArrayLike

_CHUNK = 8192  # parameters a block, when snapshots are streamed in float64


def pca(runs: Sequence[Walked] | Run) -> Plane:
    """The plane that holds most of the variance of all the runs' snapshots: one plane for many runs.

    runs : Runs, or plain snapshots (S, P) of any model, a step apart. They need not share a start.

    The origin is the snapshots' mean, so the plane is the best fit in the sense of least squares. Each basis vector has
    length 1, and its largest component is positive, since PCA leaves the sign open.

    The null is what random walks would give that begin where the runs begin and go as far as they go (Antognini &
    Sohl-Dickstein 2018 for one walk): in high dimension the scalar product of two steps s, t of one such walk is
    min(s, t), and that of independent walks 0, beside those of their starts.
    """
    snapshots, steps = _walks(runs)
    if sum(map(len, snapshots)) < 3:
        raise ValueError("a plane needs at least 3 snapshots")

    parameters = snapshots[0].shape[1]
    mean = np.empty(parameters)
    gram = np.zeros((sum(map(len, snapshots)),) * 2)
    for part in _parts(parameters):
        block = _block(snapshots, part)
        mean[part] = block.mean(axis=0)
        block -= mean[part]
        gram += block @ block.T

    shares, vectors = _principal(gram)
    basis = np.empty((2, parameters))
    for part in _parts(parameters):
        basis[:, part] = vectors.T @ (_block(snapshots, part) - mean[part])
    for axis in basis:
        upright(axis)
        axis /= np.linalg.norm(axis)

    null, _ = _principal(_random_walks(snapshots, steps))
    plane = Plane(mean, basis, "pca", shares, null)
    return replace(plane, extent=around(np.concatenate([plane.project(rows)[0] for rows in snapshots])))


def frame(plane: Plane, runs: Sequence[Walked] | Run) -> Plane:
    """The same plane with the share of the runs' movement that it holds; its extent grows if their paths leave it.

    Beside a plane that was not fitted to them stands what a random plane would hold: 2/P of any movement.
    """
    snapshots, _ = _walks(runs)
    rows = sum(map(len, snapshots))
    mean = sum(one.sum(axis=0, dtype=np.float64) for one in snapshots) / rows
    q, _ = np.linalg.qr(plane.basis.T)
    total, along = 0.0, np.zeros(2)
    for one in snapshots:
        for row in one:
            offset = row - mean
            total += float(offset @ offset)
            along += np.square(q.T @ offset)
    if not total > 0:
        raise ValueError("the runs do not move: no plane can hold a share of that")
    points = np.concatenate([*(plane.project(one)[0] for one in snapshots), np.transpose(plane.extent)])
    kept = np.all(points[:-2] >= points[-2]) and np.all(points[:-2] <= points[-1])
    extent = plane.extent if kept else around(points, margin=0.1, squarest=0.0)
    null, kind = np.full(2, 1 / len(mean)), "pca of other runs" if plane.kind == "pca" else plane.kind
    return replace(plane, kind=kind, explained=along / total, null_explained=null, extent=extent)


def _walks(runs: Sequence[Walked] | Run) -> tuple[list[Array], list[Array]]:
    """Snapshots (S, P) and steps (S,) of each; ValueError if they cannot share a plane."""
    runs = [runs] if isinstance(runs, Run) else list(runs)
    if not runs:
        raise ValueError("no runs given: a plane needs the snapshots of at least one")
    snapshots = [run.snapshots if isinstance(run, Run) else np.asarray(run) for run in runs]
    steps = [
        run.steps if isinstance(run, Run) else np.arange(len(rows)) for run, rows in zip(runs, snapshots, strict=True)
    ]
    for rows in snapshots:
        if rows.ndim != 2:
            raise ValueError(f"snapshots of shape {rows.shape} are not allowed: runs, or arrays (S, P), are needed")
    sizes = {rows.shape[1] for rows in snapshots}
    if len(sizes) > 1:
        raise ValueError(f"runs with {sorted(sizes)} parameters do not share a weight space: one network is needed")
    return snapshots, steps


def _parts(parameters: int) -> list[slice]:
    return [slice(at, at + _CHUNK) for at in range(0, parameters, _CHUNK)]


def _block(snapshots: Sequence[Array], part: slice) -> Array:
    """Some parameters of all snapshots, in float64."""
    return np.concatenate([rows[:, part] for rows in snapshots]).astype(np.float64)


def _principal(gram: Array) -> tuple[Array, Array]:
    """Shares (2,) of the variance in the first two principal components, and the eigenvectors (S, 2), of a centred
    Gram matrix (S, S)."""
    values, vectors = np.linalg.eigh(gram)
    values = np.maximum(values[::-1], 0)
    if not values[1] > values[0] * 1e-12:
        raise ValueError("the snapshots lie on a line or a point: no plane is defined by them")
    return values[:2] / values.sum(), vectors[:, ::-1][:, :2]


def _random_walks(snapshots: Sequence[Array], steps: Sequence[Array]) -> Array:
    """The centred Gram matrix that independent random walks have in high dimension, which start where the runs start,
    were recorded at the same steps, and come as far from their start as the runs do."""
    ends = [np.asarray(rows[[0, -1]], dtype=np.float64) for rows in snapshots]
    starts = np.array([first for first, _ in ends])
    starts -= starts.mean(axis=0)
    between = starts @ starts.T
    blocks = []
    for i, (taken, (first, last)) in enumerate(zip(steps, ends, strict=True)):
        since = taken - taken[0]
        variance = np.square(last - first).sum() / max(1, since[-1])
        walk = variance * np.minimum.outer(since, since)
        row = [np.full((len(since), len(other)), between[i, j]) for j, other in enumerate(steps)]
        row[i] = row[i] + walk
        blocks.append(row)
    gram = np.block(blocks)
    centre = np.eye(len(gram)) - 1 / len(gram)
    return np.asarray(centre @ gram @ centre)
