"""Planes and the runs that are seen on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.annotations import Array
from ..core.blas import one_blas_thread
from ..core.errors import NoPlaneError
from ..training.run import Run
from .plane import Kind, Plane, around, upright

Walked = Run | ArrayLike

_CHUNK = 8192  # parameters a block, when snapshots are streamed in float64
_MANY = 200  # parameters, from which on the shares of random walks are within 0.3 % of those in high dimension
_DRAWS, _NUMBERS = 1000, 9000  # walks that are drawn where there are fewer, and their parameters, at most: their mean
# is then within 0.2 %


def pca(runs: Sequence[Walked] | Run, steps: Sequence[ArrayLike] | None = None) -> Plane:
    """The plane that holds most of the variance of all the runs' snapshots: one plane for many runs.

    runs : Runs, or plain snapshots (S, P) of any model. They need not share a start.
    steps : for plain snapshots, the step number (S,) of each; a step apart if None.

    The origin is the snapshots' mean, so the plane is the best fit in the sense of least squares. Each basis vector has
    length 1, and its largest component is positive, since PCA leaves the sign open.

    The null is what random walks would give, on average, that begin where the runs begin, go as far as they go, and
    have as many parameters. In high dimension the scalar product of two steps s, t of one such walk is min(s, t), and
    that of independent walks 0, beside those of their starts, so one walk of many steps has 60.8 % + 15.2 % (Antognini
    & Sohl-Dickstein 2018). In P dimensions it has about 0.5/P more, and in two all; there walks are drawn.
    """
    snapshots, taken = _walks(runs, steps)
    if sum(map(len, snapshots)) < 3:
        raise NoPlaneError("a plane needs at least 3 snapshots")

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

    plane = Plane(mean, basis, Kind("pca"), shares, _by_chance(snapshots, taken, _held_by_pca))
    return replace(plane, extent=around(np.concatenate([plane.project(rows)[0] for rows in snapshots])))


def frame(plane: Plane, runs: Sequence[Walked] | Run, steps: Sequence[ArrayLike] | None = None) -> Plane:
    """The same plane with the share of the runs' movement that it holds; its extent grows if their paths leave it.

    Beside it stands what chance would give: for a plane through three of their snapshots (`through`), what a plane
    through the same three points of random walks would hold; for any other, what a random plane would, 2/P of any
    movement. A plane that was fitted to these very runs is returned as it is.
    """
    snapshots, taken = _walks(runs, steps)
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
    fitted = plane.kind.way == "pca"
    if plane.explained is not None and fitted and np.allclose(along / total, plane.explained, atol=1e-6):
        return plane  # these are the runs that it was fitted to, for which its own null is the right one
    points = np.concatenate([*(plane.project(one)[0] for one in snapshots), np.transpose(plane.extent)])
    kept = np.all(points[:-2] >= points[-2]) and np.all(points[:-2] <= points[-1])
    extent = plane.extent if kept else around(points, margin=0.1, least_aspect=0.0)
    null, kind = np.full(2, 1 / len(mean)), Kind("pca_of_others") if fitted else plane.kind
    corners = _corners(plane, snapshots)
    if corners is not None:
        kind = Kind("through_runs")
        null = _by_chance(snapshots, taken, lambda points: _held_through(points, corners))
    return replace(plane, kind=kind, explained=along / total, null_explained=null, extent=extent)


def _corners(plane: Plane, snapshots: Sequence[Array]) -> list[int] | None:
    """Which of all snapshots are the points (0, 0), (1, 0) and (0, 1) of the plane; None if not all three are some."""
    corners = []
    for point in (plane.origin, *(plane.origin + axis for axis in plane.basis)):
        near = [np.abs(row - point).max() for one in snapshots for row in one]
        corners.append(int(np.argmin(near)))
        if near[corners[-1]] > 1e-6 * np.abs(point).max():
            return None
    return corners if len(set(corners)) == 3 else None


def _held_by_pca(points: Array) -> Array:
    """The shares (2,) of centred points (S, D) that their first two principal components hold."""
    return _principal(points @ points.T if len(points) <= points.shape[1] else points.T @ points)[0]


def _held_through(points: Array, corners: list[int]) -> Array:
    """The shares (2,) of centred points (S, D) that the plane through three of them holds."""
    a, *others = corners
    axes = points[others] - points[a]
    along, between = points @ axes.T, axes @ axes.T
    first = along[:, 0] @ along[:, 0] / between[0, 0]
    both = np.trace(np.linalg.solve(between, along.T @ along))
    return np.asarray([first, both - first] / np.square(points).sum())


def _walks(
    runs: Sequence[Walked] | Run, steps: Sequence[ArrayLike] | None
) -> tuple[list[Array], list[NDArray[np.int64]]]:
    """Snapshots (S, P) and steps (S,) of each; ValueError if they cannot share a plane."""
    runs = [runs] if isinstance(runs, Run) else list(runs)
    if not runs:
        raise ValueError("no runs given: a plane needs the snapshots of at least one")
    snapshots = [run.snapshots if isinstance(run, Run) else np.asarray(run) for run in runs]
    if steps is None:
        taken = [
            run.steps if isinstance(run, Run) else np.arange(np.size(run, 0) if np.ndim(run) else 0) for run in runs
        ]
    else:
        taken = [np.asarray(one, dtype=np.int64) for one in steps]
    if [one.shape for one in taken] != [rows.shape[:1] for rows in snapshots]:
        raise ValueError(
            f"steps of shapes {[one.shape for one in taken]} are not allowed for snapshots of shapes "
            f"{[rows.shape for rows in snapshots]}: runs, or arrays (S, P), are needed"
        )
    for k, rows in enumerate(snapshots):
        if rows.ndim != 2:
            raise ValueError(f"snapshots of shape {rows.shape} are not allowed: runs, or arrays (S, P), are needed")
        # A run that diverged counts as far as it came.
        finite = np.isfinite(rows).all(axis=1)
        if not finite.all():
            snapshots[k], taken[k] = rows[finite], taken[k][finite]
        if not finite.any():
            raise ValueError("a run without a finite snapshot lies on no plane")
    sizes = {rows.shape[1] for rows in snapshots}
    if len(sizes) > 1:
        raise ValueError(f"runs with {sorted(sizes)} parameters do not share a weight space: one network is needed")
    return snapshots, taken


def _parts(parameters: int) -> list[slice]:
    return [slice(at, at + _CHUNK) for at in range(0, parameters, _CHUNK)]


def _block(snapshots: Sequence[Array], part: slice) -> Array:
    """Some parameters of all snapshots, in float64."""
    return np.concatenate([rows[:, part] for rows in snapshots]).astype(np.float64)


def _principal(gram: Array) -> tuple[Array, Array]:
    """Shares (2,) of the variance in the first two principal components, and the eigenvectors (n, 2), of a Gram matrix
    (n, n) of centred points, or of the sums of their coordinates' products."""
    values, vectors = np.linalg.eigh(gram)
    values = np.maximum(values[::-1], 0)
    if not values[1] > values[0] * 1e-12:
        raise NoPlaneError("the snapshots lie on a line or a point: no plane is defined by them")
    return values[:2] / values.sum(), vectors[:, ::-1][:, :2]


def _by_chance(snapshots: Sequence[Array], steps: Sequence[NDArray[np.int64]], held: Callable[[Array], Array]) -> Array:
    """What is `held` (2,) of independent random walks, given as centred points (S, D), that start where the runs start,
    were recorded at the same steps, and come as far from their start as the runs do."""
    parameters = snapshots[0].shape[1]
    starts = np.array([rows[0] for rows in snapshots], dtype=np.float64)
    # What a step adds to the squared distance from the start, on average.
    paces = [
        max(np.square(row - start).sum() for row in rows) / max(1, taken[-1] - taken[0])
        for rows, start, taken in zip(snapshots, starts, steps, strict=True)
    ]
    lengths = np.concatenate(
        [np.sqrt(pace * np.diff(taken, prepend=taken[0])) for pace, taken in zip(paces, steps, strict=True)]
    )
    starts -= starts.mean(axis=0)
    values, vectors = np.linalg.eigh(starts @ starts.T)
    # The starts' coordinates where as few axes as possible hold them: only what is between them counts.
    begin = (vectors * np.sqrt(np.maximum(values, 0)))[:, ::-1][:, :parameters]
    begin = np.repeat(begin, [len(taken) for taken in steps], axis=0)
    runs = np.repeat(np.arange(len(steps)), [len(taken) for taken in steps])

    def walked(strides: Array) -> Array:
        points = np.zeros((len(runs), strides.shape[1]))
        points[:, : begin.shape[1]] = begin
        for run in range(len(steps)):
            points[runs == run] += (lengths[:, None] * strides)[runs == run].cumsum(axis=0)
        return held(points - points.mean(axis=0))

    if parameters >= _MANY:
        # In high dimension all strides are at right angles to one another and to what is between the starts.
        return walked(np.eye(len(runs), len(runs) + begin.shape[1], begin.shape[1]))
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(min(_DRAWS, -(-_NUMBERS // parameters)), len(runs), parameters)) / np.sqrt(parameters)
    # These matrices are so small that BLAS's threads would only wait for one another.
    with one_blas_thread:
        return np.asarray(np.mean([walked(strides) for strides in draws], axis=0))
