"""The picture of the ground in its light: painted once, before the first frame, as no camera changes it."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.colors import Colormap
from numpy.typing import NDArray

from landscape.core.annotations import Array

from .air import Air
from .mesh import Relief

_FINER = 4  # times the grid, along both sides
_GRAIN = 0.07  # of the light, the standard deviation of the grain
_BEGINS, _ENDS = 0.20, 0.85  # of the way to where the ground ends, squared, that haze begins, and hides all
_UNKNOWN = 0.7  # haze on ground that was not computed
_ROUGH = 0.6  # lumps of grain of wavelength w are as strong as w to this power


def painted(relief: Relief, colours: Colormap, air: Air) -> NDArray[np.uint8]:
    """(rows, columns, 4): colours in sunlight and skylight, with grain, so that speed and slope can be felt; alpha is 0
    where there is no ground, else from 255, where no haze lies on it, to 128."""
    points = _FINER * (len(relief.x) - 1)
    fine = _stretched(np.dstack([relief.light, relief.z / relief.height]), points)
    sun, sky = (np.array(one, dtype=np.float32) for one in (air.sunlight, air.skylight))
    light = fine[..., :1] * sun + fine[..., 1:2] * sky
    shades = (air.pale + (1 - air.pale) * colours(np.linspace(0, 1, 256))[:, :3]).astype(np.float32)
    plain = shades[np.clip(255 * fine[..., 2], 0, 255).astype(int)]
    # Beyond the domain grid points lie ever wider apart, and with them the grain.
    density = np.outer(_density(relief.y, points), _density(relief.x, points))
    grain = (_GRAIN * density * _grain(points)).astype(np.float32)
    lit = np.clip(plain * light * (1 + grain)[..., None], 0, 1)
    clear = np.where(relief.known, 255 - 127 * _haze(relief), 0)
    # The nearest, so that holes have sharp edges.
    at = np.linspace(0, len(relief.x) - 1, points).round().astype(int)
    return np.dstack([(255 * lit).astype(np.uint8), clear[np.ix_(at, at)].astype(np.uint8)])


def _haze(relief: Relief) -> Array:
    """How much haze lies on the ground (rows, columns) wherever one stands: where it ends, and where it was not
    computed."""
    away = np.hypot(*np.meshgrid(relief.x, relief.y)) ** 2 / relief.x[-1] ** 2
    share = np.clip((away - _BEGINS) / (_ENDS - _BEGINS), 0, 1)
    return np.maximum(share * share * (3 - 2 * share), np.where(relief.computed, 0.0, _UNKNOWN))


def _stretched(grid: Array, points: int) -> Array:
    """A grid (n, n, k) in between its points, (points, points, k)."""
    at = np.linspace(0, len(grid) - 1, points, dtype=np.float32)
    low = np.minimum(at.astype(int), len(grid) - 2)
    share = (at - low)[:, None, None]
    for axis in (0, 1):
        grid = np.moveaxis(grid.astype(np.float32), axis, 0)
        grid = np.moveaxis((1 - share) * grid[low] + share * grid[low + 1], 0, axis)
    return grid


def _density(axis: Array, points: int) -> Array:
    """How close the grid points of an axis lie, (points,), where they are closest 1."""
    gaps = np.gradient(axis)
    return np.interp(np.linspace(0, 1, points), np.linspace(0, 1, len(axis)), gaps.min() / gaps)


@cache
def _grain(points: int) -> Array:
    """Lumps of all sizes, (points, points), with mean 0 and standard deviation 1."""
    noise = np.random.default_rng(0).standard_normal((points, points), dtype=np.float32)
    sizes = np.hypot(*np.meshgrid(np.fft.rfftfreq(points), np.fft.fftfreq(points)))
    sizes[0, 0] = np.inf
    lumps = np.fft.irfft2(np.fft.rfft2(noise) / np.maximum(sizes, 16 / points) ** _ROUGH, s=noise.shape)
    return np.asarray(lumps / lumps.std())
