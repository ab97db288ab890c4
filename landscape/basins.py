"""Which minimum is reached from where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checks import at_least
from .descent import descend
from .optimizers import Walker
from .terrains import Terrain

Array = NDArray[Any]

DIVERGED, ON_THE_WAY = -2, -1
# A walk has reached a minimum when it ends within this share of the domain's diagonal of it.
_NEAR = 0.02


@dataclass(frozen=True)
class Basins:
    """Where the walks of one optimizer end that start on a grid over the terrain's domain.

    Attributes
    ----------
    terrain, optimizer, steps : what was walked on, what walked, and how many steps.
    xs (nx,), ys (ny,) : the grid of starts.
    minima : (k, 2), the isolated minima of the domain, the lowest first; empty where minima form a curve.
    reached : (ny, nx), the number of the minimum within 2 % of whose position (of the domain's diagonal) the walk from
        (xs[i], ys[j]) ended; ON_THE_WAY (−1) if it ended elsewhere, DIVERGED (−2) if it went off to infinity.
    loss : (ny, nx), the loss at the ends.
    """

    terrain: Terrain
    optimizer: Walker
    steps: int
    xs: Array
    ys: Array
    minima: Array
    reached: NDArray[np.int64]
    loss: Array

    def share(self, minimum: int) -> float:
        """The part of all starts that reached a minimum; also for ON_THE_WAY and DIVERGED."""
        return float(np.mean(self.reached == minimum))

    @property
    def lowest(self) -> NDArray[np.int64]:
        """The numbers of those minima that are as low as the lowest."""
        if not len(self.minima):
            return np.empty(0, dtype=np.int64)
        losses = self.terrain.value(self.minima)
        return np.flatnonzero(losses <= losses.min() + 1e-9 * max(1.0, np.ptp(losses)))


def basins(
    terrain: Terrain,
    optimizer: Walker | str,
    steps: int = 500,
    resolution: int = 200,
    seed: int = 0,
    noise: float = 0.0,
    progress: Callable[[int, int], None] | None = None,
) -> Basins:
    """Walk `optimizer` from `resolution`² starts, evenly spread over the terrain's domain, and see where each ends.

    noise, seed, progress : as in `descend`.
    """
    at_least("resolution", resolution, 2)
    xs, ys = (np.linspace(*side, resolution) for side in terrain.domain)
    starts = np.stack(np.meshgrid(xs, ys), axis=-1)
    walk = descend(terrain, optimizer, starts, steps, noise, seed, record="last", progress=progress)

    found, ends = minima(terrain), walk.x[-1]
    reached = np.full(ends.shape[:-1], ON_THE_WAY)
    near = _NEAR * np.hypot(*np.ptp(terrain.domain, axis=1))
    for k, minimum in enumerate(found):
        distance = np.hypot(*np.moveaxis(ends - minimum, -1, 0))
        # Minima may lie closer together than that; then the nearest counts.
        others = [np.hypot(*(minimum - other)) for other in np.delete(found, k, axis=0)]
        reached[distance < min([near, *(0.5 * other for other in others)])] = k
    reached[walk.diverged] = DIVERGED
    return Basins(terrain, walk.optimizer, steps, xs, ys, found, reached, walk.loss[-1])


def minima(terrain: Terrain, resolution: int = 301) -> Array:
    """The isolated minima inside the terrain's domain, (k, 2), the lowest first.

    Points of a grid that are lower than their eight neighbours are polished by Newton's method; those stay at which
    the gradient vanishes and the Hessian is positive definite.
    """
    xs, ys, loss = terrain.grid(resolution, resolution)
    inner = loss[1:-1, 1:-1]
    shifts = [(i, j) for i in (0, 1, 2) for j in (0, 1, 2) if (i, j) != (1, 1)]
    size = resolution - 2
    lower = np.all([inner < loss[i : i + size, j : j + size] for i, j in shifts], axis=0)
    rows, columns = np.nonzero(lower)
    points = np.column_stack([xs[columns + 1], ys[rows + 1]])
    known = terrain.minima[_inside(terrain, terrain.minima)] if len(terrain.minima) else np.empty((0, 2))

    cell = np.array([xs[1] - xs[0], ys[1] - ys[0]])
    polished = points.copy()
    for _ in range(30):
        hessian, gradient = terrain.hessian(polished), terrain.gradient(polished)
        curved = np.linalg.det(hessian) > 0
        step = np.zeros_like(polished)
        step[curved] = np.linalg.solve(hessian[curved], -gradient[curved][..., None])[..., 0]
        polished += np.clip(step, -cell, cell)
    sharp = np.linalg.eigvalsh(terrain.hessian(polished))[:, 0] > 1e-6
    still = np.hypot(*terrain.gradient(polished).T) < 1e-8 * (1 + np.abs(terrain.value(polished)))
    near = (np.abs(polished - points) <= 3 * cell).all(axis=1)
    candidates = np.concatenate([known, polished[sharp & still & near & _inside(terrain, polished)]])

    distinct: list[Array] = []
    for point in candidates:
        if all((np.abs(point - other) > 0.5 * cell).any() for other in distinct):
            distinct.append(point)
    found = np.array(distinct).reshape(-1, 2)
    return found[np.argsort(terrain.value(found), kind="stable")]


def lowest_loss(terrain: Terrain) -> float:
    """The lowest loss in the domain, whether at an isolated minimum, along a curve, or at the border."""
    from scipy.optimize import minimize

    xs, ys, loss = terrain.grid(301, 301)
    if not np.isfinite(loss).any():
        raise ValueError(f"terrain '{terrain.name}' has no finite loss in its domain {terrain.domain}")
    row, column = np.unravel_index(np.nanargmin(loss), loss.shape)
    start = np.array([xs[column], ys[row]])
    found = minimize(lambda xy: float(terrain.value(xy)), start, jac=terrain.gradient, bounds=terrain.domain)
    low = min(float(loss[row, column]), float(found.fun))
    isolated = minima(terrain)
    return min(low, float(terrain.value(isolated[0]))) if len(isolated) else low


def _inside(terrain: Terrain, points: Array) -> NDArray[np.bool_]:
    low, high = np.transpose(terrain.domain)
    return np.asarray(((points >= low) & (points <= high)).all(axis=-1))
