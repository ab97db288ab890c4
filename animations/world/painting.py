"""The picture of the ground in its light: painted once, before the first frame, as no camera changes it."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.colors import Colormap
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter, minimum_filter

from landscape.core.annotations import Array

from .air import Air
from .mesh import Relief

_FINER = 4  # times the grid, along both sides
_ROWS = 32  # that are painted at a time
_GRAIN = 0.07  # of the light, the standard deviation of the grain
_BEGINS, _ENDS = 0.20, 0.85  # of the way to where the ground ends, squared, that haze begins, and hides all
_UNKNOWN = 0.7  # haze on ground that was not computed
_WALL, _ALONG = 0.2, 3.0  # of the model's height between neighbours, and grid points
_ROUGH = 0.6  # lumps of grain of wavelength w are as strong as w to this power


def painted(relief: Relief, colours: Colormap, air: Air) -> NDArray[np.uint8]:
    """(rows, columns, 4): colours in sunlight and skylight, with grain, so that speed and slope can be felt; alpha is 0
    where there is no ground, else from 255, where no haze lies on it, to 128."""
    points = _FINER * (len(relief.x) - 1)
    fine = _between(_without_steps(np.dstack([relief.light, relief.z / relief.height])), points, axis=1)
    sun, sky = (np.array(one, dtype=np.float32) for one in (air.sunlight, air.skylight))
    shades = (255 * (air.pale + (1 - air.pale) * colours(np.linspace(0, 1, 256))[:, :3])).astype(np.float32)
    # Beyond the domain grid points lie ever wider apart, and with them the grain.
    wide, high = (_GRAIN * _density(relief.x, points)).astype(np.float32), _density(relief.y, points)
    grain = _grain(points)
    clear = np.where(relief.known, 255 - 127 * _haze(relief), 0).astype(np.uint8)
    # The nearest, so that holes have sharp edges.
    at = np.linspace(0, len(relief.x) - 1, points).round().astype(int)
    paint = np.empty((points, points, 4), dtype=np.uint8)
    paint[..., 3] = clear[np.ix_(at, at)]
    # A few rows at a time, which find room near the processor.
    for rows in np.array_split(np.arange(points), points // _ROWS):
        some = _between(fine, points, axis=0, only=rows)
        lit = some[..., :1] * sun + some[..., 1:2] * sky
        lit *= shades[np.clip(255 * some[..., 2], 0, 255).astype(np.uint8)]
        lit *= (1 + high[rows, None].astype(np.float32) * wide * grain[rows])[..., None]
        paint[rows, :, :3] = np.clip(lit, 0, 255, out=lit)
    return paint


def _without_steps(ground: Array) -> Array:
    """Light and heights (rows, columns, 3), along walls a mean over some grid points: what falls from one of them to
    the next lies along their rows and columns in steps, which would be stripes."""
    heights = ground[..., 2]
    falls = maximum_filter(heights, 3) - minimum_filter(heights, 3)
    wall = gaussian_filter(np.clip((falls - _WALL) / _WALL, 0, 1), 1.0)[..., None]
    if not wall.any():
        return ground
    return np.asarray((1 - wall) * ground + wall * gaussian_filter(ground, (_ALONG, _ALONG, 0)))


def _haze(relief: Relief) -> Array:
    """How much haze lies on the ground (rows, columns) wherever one stands: where it ends, and where it was not
    computed."""
    away = np.hypot(*np.meshgrid(relief.x, relief.y)) ** 2 / relief.x[-1] ** 2
    share = np.clip((away - _BEGINS) / (_ENDS - _BEGINS), 0, 1)
    return np.maximum(share * share * (3 - 2 * share), np.where(relief.computed, 0.0, _UNKNOWN))


def _between(grid: Array, points: int, axis: int, only: Array | None = None) -> NDArray[np.float32]:
    """A grid in between its points along an axis, of which it has `points` then; or `only` some of these."""
    at = np.linspace(0, grid.shape[axis] - 1, points, dtype=np.float32)
    at = at if only is None else at[only]
    low = np.minimum(at.astype(int), grid.shape[axis] - 2)
    grid = np.moveaxis(grid.astype(np.float32, copy=False), axis, 0)
    share = (at - low).reshape(-1, *[1] * (grid.ndim - 1))
    return np.moveaxis((1 - share) * grid[low] + share * grid[low + 1], 0, axis)


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
