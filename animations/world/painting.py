"""The picture of the ground in its light: painted once, before the first frame, as no camera changes it."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import Colormap
from numpy.typing import NDArray
from scipy.ndimage import zoom

from landscape.core.annotations import Array

from .air import Air
from .mesh import Relief

_FINER = 4  # times the grid, along both sides
_GRAIN = 0.07  # of the light, the standard deviation of the grain
_ROUGH = 0.6  # lumps of grain of wavelength w are as strong as w to this power


def painted(relief: Relief, colours: Colormap, air: Air) -> NDArray[np.uint8]:
    """(rows, columns, 4): colours in sunlight and skylight, with grain, so that speed and slope can be felt; alpha is 0
    where there is no ground, 127 where it is not the terrain's own, else 255."""
    points = _FINER * (len(relief.x) - 1)
    fine = _stretched(np.dstack([relief.light, relief.z / relief.height]), points)
    light = fine[..., :1] * np.array(air.sunlight) + fine[..., 1:2] * np.array(air.skylight)
    shades = air.pale + (1 - air.pale) * colours(np.linspace(0, 1, 256))[:, :3]
    plain = shades[np.clip(255 * fine[..., 2], 0, 255).astype(int)]
    # Beyond the domain grid points lie ever wider apart, and with them the grain.
    grain = _GRAIN * np.outer(_density(relief.y, points), _density(relief.x, points)) * _grain(points)
    lit = np.clip(plain * light * (1 + grain)[..., None], 0, 1)
    sure = np.where(relief.known, np.where(relief.computed, 255, 127), 0)
    # The nearest, so that holes have sharp edges.
    at = np.linspace(0, len(relief.x) - 1, points).round().astype(int)
    return np.dstack([(255 * lit).astype(np.uint8), sure[np.ix_(at, at)].astype(np.uint8)])


def _stretched(grid: Array, points: int) -> Array:
    """A grid (n, n, k) in between its points, (points, points, k)."""
    return np.asarray(
        zoom(grid.astype(np.float32), (points / len(grid), points / len(grid), 1), order=1, grid_mode=False)
    )


def _density(axis: Array, points: int) -> Array:
    """How close the grid points of an axis lie, (points,), where they are closest 1."""
    gaps = np.gradient(axis)
    return np.interp(np.linspace(0, 1, points), np.linspace(0, 1, len(axis)), gaps.min() / gaps)


def _grain(points: int) -> Array:
    """Lumps of all sizes, (points, points), with mean 0 and standard deviation 1."""
    noise = np.random.default_rng(0).standard_normal((points, points), dtype=np.float32)
    sizes = np.hypot(*np.meshgrid(np.fft.rfftfreq(points), np.fft.fftfreq(points)))
    sizes[0, 0] = np.inf
    lumps = np.fft.irfft2(np.fft.rfft2(noise) / np.maximum(sizes, 16 / points) ** _ROUGH, s=noise.shape)
    return np.asarray(lumps / lumps.std())
