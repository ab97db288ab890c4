"""The light on the ground: sun, the shadows that hills cast, and how much of the sky each place sees.

It does not depend on the camera, so it is computed once, before the first frame.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.interpolate import RegularGridInterpolator
from scipy.ndimage import gaussian_filter

from landscape.core.annotations import Array

SUN = np.array([-0.66, 0.40, 0.46]) / np.linalg.norm([-0.66, 0.40, 0.46])

_SQUARES = ((1.6, 321), (np.inf, 257))  # around the middle, on which shadows are cast: half of a side, and grid points
_EDGE = 0.2  # of a square, over which it gives way to the next
_DIRECTIONS, _REACH, _STEPS = 12, 0.7, 14  # around each place, how far it looks for the horizon, and in how many steps
_MOST = 1.25  # sunlight, where level ground gets 1
_SOFT = 0.16  # of the sun's height, over which a shadow begins


def light(x: Array, y: Array, z: Array) -> Array:
    """How much sun, and how much sky, shines on heights z over x (columns,), y (rows,): (rows, columns, 2), 1 on open,
    level ground."""
    seen = np.ones((len(y), len(x), 2))
    at = np.stack(np.meshgrid(y, x, indexing="ij"), axis=-1)
    ground = RegularGridInterpolator((y, x), z)
    # The wide square first, then the narrow one over its middle, so that what is near has fine shadows.
    for half, points in reversed(_SQUARES):
        xs, ys = (np.linspace(-min(half, one[-1]), min(half, one[-1]), points) for one in (x, y))
        square = ground(np.stack(np.meshgrid(ys, xs, indexing="ij"), axis=-1))
        found = np.stack([_unshaded(xs, ys, square), _sky(xs, ys, square)], axis=-1)
        there = RegularGridInterpolator((ys, xs), found, bounds_error=False, fill_value=None)
        room = np.minimum(xs[-1] - np.abs(at[..., 1]), ys[-1] - np.abs(at[..., 0]))
        share = np.clip(room / (_EDGE * half), 0, 1)[..., None] if np.isfinite(half) else 1.0
        seen = np.asarray((1 - share) * seen + share * there(at))
    # A slope that faces a low sun gets twice as much as level ground, which would be blinding.
    seen[..., 0] *= _MOST * np.tanh(_facing(x, y, z) / (_MOST * SUN[2])) / (_MOST * np.tanh(1 / _MOST))
    return seen


def _facing(x: Array, y: Array, z: Array) -> Array:
    """The cosine between the ground's normal and the sun."""
    dzdy, dzdx = np.gradient(z, y, x)
    return np.asarray(np.maximum(SUN[2] - SUN[0] * dzdx - SUN[1] * dzdy, 0) / np.sqrt(1 + dzdx**2 + dzdy**2))


def _unshaded(x: Array, y: Array, z: Array) -> Array:
    """1 where the sun is seen, 0 where a hill stands well before it."""
    steep = SUN[2] / np.hypot(*SUN[:2])
    horizon = _horizon(x, y, z, float(np.arctan2(SUN[1], SUN[0])), reach=2.0 * x[-1], steps=64)
    seen = np.clip((steep * (1 + _SOFT / 2) - horizon) / (_SOFT * steep), 0, 1)
    return np.asarray(gaussian_filter(seen, 1.0))


def _sky(x: Array, y: Array, z: Array) -> Array:
    """The share of the sky above each place, weighted by how much light it sends down."""
    angles = 2 * np.pi * np.arange(_DIRECTIONS) / _DIRECTIONS
    open_ = [1 / (1 + np.maximum(_horizon(x, y, z, angle, _REACH, _STEPS), 0) ** 2) for angle in angles]
    return np.asarray(gaussian_filter(np.mean(open_, axis=0), 1.0))


def _horizon(x: Array, y: Array, z: Array, angle: float, reach: float, steps: int) -> Array:
    """The steepest rise, as a tangent, that each place sees in a direction; −inf where the model ends at once."""
    steepest = np.full(z.shape, -np.inf)
    # Near hills need fine steps, far ones do not.
    for away in reach * (np.arange(1, steps + 1) / steps) ** 2:
        rows, before = _between(len(y), float(away * np.sin(angle) / (y[1] - y[0])))
        columns, left = _between(len(x), float(away * np.cos(angle) / (x[1] - x[0])))
        if not (before and left):
            continue
        height = sum(a * b * z[i, j] for i, a in before for j, b in left)
        here = z[rows, columns]
        np.fmax(steepest[rows, columns], (height - here) / away, out=steepest[rows, columns])
    return steepest


def _between(count: int, by: float) -> tuple[slice, list[tuple[slice, float]]]:
    """Those of `count` places in a row from which one is still in the row after going `by`; and what lies there, as
    slices of the row with their weights."""
    by = round(by, 12)  # the cosine of 90° is not 0
    low, high = math.floor(by), math.ceil(by)
    first, end = max(0, -low), min(count, count - high)
    weights = {low: 1 - (by - low)} | ({high: by - low} if high > low else {})
    return slice(first, end), [(slice(first + k, end + k), weight) for k, weight in weights.items() if first < end]
