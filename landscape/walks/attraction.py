"""Which minimum is reached from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from .. import optimizers, terrains
from ..core.annotations import Array, Progress
from ..core.checks import within
from ..core.errors import InputError
from ..core.shown import Shown
from ..core.values import Value
from ..optimizers import Walker
from ..terrains import Terrain
from .descent import descend

OUTSIDE, DIVERGED, ON_THE_WAY = -3, -2, -1
_AT_BORDER = 1e-9  # of the domain's width
_ZOOMS, _FINER = 12, 10.0  # how often the ground around the lowest point is looked at so much closer
_LASTING, _SEEN = 0.5, 1e-6  # of how much it fell before, and of the ground's height, that tell from rounding
# A walk has reached a minimum when it ends within this share of the domain's diagonal of it.
_NEAR = 0.02


@dataclass(frozen=True, eq=False, repr=False)
class Basins(Value, Shown):
    """Where the walks of one optimizer end that start on a grid over the terrain's domain.

    Attributes
    ----------
    terrain, optimizer, steps : what was walked on, what walked, and how many steps.
    xs (nx,), ys (ny,) : the grid of starts.
    minima : (k, 2), the isolated minima of the domain, the lowest first; empty where minima form a curve.
    reached : (ny, nx), the number of the minimum within 2 % of whose position (of the domain's diagonal) the walk from
        (xs[i], ys[j]) ended; ON_THE_WAY (−1) if it ended elsewhere, DIVERGED (−2) if it went off to
        infinity, OUTSIDE (−3) if it began or ended where there is no loss.
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

    def __repr__(self) -> str:
        who = optimizers.text(self.optimizer, defaults=False)
        starts = f"{self.steps:,} steps from {len(self.xs):,} × {len(self.ys):,} starts"
        return f"<Basins of {who} on {self.terrain.name}, {starts}, {len(self.minima)} minima>"

    def share(self, minimum: int) -> float:
        """The part of all starts that reached a minimum; also for ON_THE_WAY, DIVERGED and OUTSIDE."""
        return float(np.mean(self.reached == minimum))

    @property
    def lowest(self) -> NDArray[np.int64]:
        """The numbers of those minima that are as low as the lowest."""
        return np.flatnonzero(_ranks(self.terrain, self.minima) == 0)


@overload
def basins(
    terrain: Terrain | str,
    optimizer: Walker | str,
    steps: int = 500,
    resolution: int = 200,
    seed: int = 0,
    noise: float = 0.0,
    progress: Progress | None = None,
) -> Basins: ...
@overload
def basins(
    terrain: Terrain | str,
    optimizer: list[Walker | str] | tuple[Walker | str, ...],
    steps: int = 500,
    resolution: int = 200,
    seed: int = 0,
    noise: float = 0.0,
    progress: Progress | None = None,
) -> list[Basins]: ...
def basins(
    terrain: Terrain | str,
    optimizer: Walker | str | list[Walker | str] | tuple[Walker | str, ...],
    steps: int = 500,
    resolution: int = 200,
    seed: int = 0,
    noise: float = 0.0,
    progress: Progress | None = None,
) -> Basins | list[Basins]:
    """Walk `optimizer` from `resolution`² starts, evenly spread over the terrain's domain, and see where each ends.

    terrain, optimizer : as objects or as their notations; of several optimizers, as a list, a list of their basins.
    noise, seed, progress : as in `descend`.
    """
    if isinstance(optimizer, list | tuple):
        return [basins(terrain, one, steps, resolution, seed, noise, progress) for one in optimizer]
    terrain, resolution = terrains.of(terrain), within("resolution", resolution, 2, 2000)
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
    reached[walk.outside] = OUTSIDE
    return Basins(terrain, walk.optimizer, steps, xs, ys, found, reached, walk.loss[-1])


def minima(terrain: Terrain, resolution: int = 301) -> Array:
    """The isolated minima inside the terrain's domain, (k, 2), the lowest first; of those that are equally low the ones
    that the terrain names come first, in its order.

    Points of a grid that are lower than their eight neighbours are polished by Newton's method; those stay at which
    the gradient vanishes and the Hessian is positive definite.
    """
    # One ring of points lies outside, so that minima near the border have neighbours on all sides.
    cell = np.ptp(terrain.domain, axis=1) / (resolution - 1)
    xs, ys = (
        np.linspace(low - size, high + size, resolution + 2)
        for (low, high), size in zip(terrain.domain, cell, strict=True)
    )
    points = _hollows(terrain, xs, ys)
    known = terrain.minima[_inside(terrain, terrain.minima)] if len(terrain.minima) else np.empty((0, 2))

    polished = points.copy()
    with np.errstate(all="ignore"):
        for _ in range(30):
            hessian, gradient = terrain.hessian(polished), terrain.gradient(polished)
            curved = np.linalg.det(hessian) > 0
            step = np.zeros_like(polished)
            step[curved] = np.linalg.solve(hessian[curved], -gradient[curved][..., None])[..., 0]
            polished += np.clip(step, -cell, cell)
        flattest, steepest = np.linalg.eigvalsh(np.where(curved[:, None, None], hessian, 0.0)).T
    # Nothing of this depends on the unit of the loss.
    sharp, still = flattest > 1e-9 * np.abs(steepest), (np.abs(step) < 1e-6 * cell).all(axis=1)
    near = (np.abs(polished - points) <= 3 * cell).all(axis=1)
    candidates = np.concatenate([known, polished[sharp & still & near & _inside(terrain, polished)]])

    distinct: list[Array] = []
    for point in candidates:
        if all((np.abs(point - other) > 0.5 * cell).any() for other in distinct):
            distinct.append(point)
    found = np.array(distinct).reshape(-1, 2)
    return found[np.argsort(_ranks(terrain, found), kind="stable")]


def _hollows(terrain: Terrain, xs: Array, ys: Array) -> Array:
    """The points (n, 2) inside a grid that are lower than their eight neighbours, or as low as those before them."""
    with np.errstate(all="ignore"):
        loss = terrain.value(np.stack(np.meshgrid(xs, ys), axis=-1))
    loss = np.where(np.isnan(loss), np.inf, loss)
    inner, (height, width) = loss[1:-1, 1:-1], loss.shape
    lower = np.isfinite(inner)
    for i, j in ((i, j) for i in (0, 1, 2) for j in (0, 1, 2) if (i, j) != (1, 1)):
        neighbour = loss[i : i + height - 2, j : j + width - 2]
        lower &= inner <= neighbour if (i, j) < (1, 1) else inner < neighbour
    rows, columns = np.nonzero(lower)
    return np.column_stack([xs[columns + 1], ys[rows + 1]])


def _ranks(terrain: Terrain, found: Array) -> NDArray[np.int64]:
    """For each minimum how many depths lie below its own; those that differ by rounding alone are one."""
    if not len(found):
        return np.empty(0, dtype=np.int64)
    _, _, ground = terrain.grid(61, 61)
    with np.errstate(all="ignore"):
        losses = terrain.value(found)
        # The middle of all losses, as the highest may be out of all proportion.
        known = ground[np.isfinite(ground)]
        height = float(np.median(known) if known.size else 0.0) - float(losses.min())
    order = np.argsort(losses, kind="stable")
    deeper = np.concatenate([[0], np.cumsum(np.diff(losses[order]) > 1e-9 * max(height, 0.0))])
    ranks = np.empty(len(losses), dtype=np.int64)
    ranks[order] = deeper
    return ranks


@np.errstate(all="ignore")
def lowest(terrain: Terrain) -> tuple[float, bool]:
    """The lowest loss in the domain, whether at an isolated minimum, along a curve, or at the border, and whether it is
    at the border and lower beyond; −∞ where it falls without end, as beside a pole."""
    from scipy.optimize import minimize

    xs, ys, loss = terrain.grid(301, 301)
    if not np.isfinite(loss).any():
        raise InputError(f"terrain '{terrain.name}' has no finite loss in its domain {terrain.domain}")
    row, column = np.unravel_index(np.nanargmin(loss), loss.shape)
    start = np.array([xs[column], ys[row]])
    found = minimize(lambda xy: float(terrain.value(xy)), start, jac=terrain.gradient, bounds=terrain.domain)
    low, place = min((float(loss[row, column]), tuple(start)), (float(found.fun), tuple(found.x)))
    height = float(np.median(loss[np.isfinite(loss)])) - low
    if _falls_on(terrain, start, 2 * np.array([xs[1] - xs[0], ys[1] - ys[0]]), height):
        return -np.inf, False
    isolated = minima(terrain)
    if len(isolated) and terrain.value(isolated[0]) <= low:
        return float(terrain.value(isolated[0])), False
    ends = np.transpose(terrain.domain)
    at_border = (np.abs(place - ends) <= _AT_BORDER * np.ptp(ends, axis=0)).any(axis=0)
    outward = np.sign(place - ends.mean(axis=0)) * at_border
    return low, bool((outward * terrain.gradient(np.array(place)) < 0).any())


def _falls_on(terrain: Terrain, point: Array, sides: Array, height: float) -> bool:
    """Whether the loss falls without end in a box of such sides (2,) around a point (2,) on ground of such a height:
    seen ever closer, it falls by as much again. At a lowest point, be it a cusp, it falls by less and less."""
    low, high = np.transpose(terrain.domain)
    best, lows = np.inf, []
    for _ in range(_ZOOMS):
        # An even number of points, none of which is the middle: that may be lucky enough to be where the loss ends.
        ends = np.clip([point - sides / 2, point + sides / 2], low, high)
        axes = np.linspace(ends[0], ends[1], 20).T
        grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
        with np.errstate(all="ignore"):
            loss = terrain.value(grid)
        loss = np.where(np.isnan(loss), np.inf, loss)
        if loss.min() < best:
            best, point = float(loss.min()), grid[np.argmin(loss)]
        lows.append(float(loss.min()))
        sides = sides / _FINER
    if best == -np.inf:
        return True
    first, then = lows[0] - lows[_ZOOMS // 2], lows[_ZOOMS // 2] - lows[-1]
    return bool(then > max(_LASTING * first, _SEEN * height))


def _inside(terrain: Terrain, points: Array) -> NDArray[np.bool_]:
    low, high = np.transpose(terrain.domain)
    return np.asarray(((points >= low) & (points <= high)).all(axis=-1))
