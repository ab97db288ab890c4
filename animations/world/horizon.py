"""How the ground goes on beyond a terrain's domain, as far as the horizon.

A terrain is evaluated there wherever it can be. Where it cannot, the ground goes on as high as the nearest that is
known, ever smoother, and is marked as not computed.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from landscape.core.annotations import Array

FAR = 9.0  # how far the ground reaches from the middle, where the domain's longer side is 2
_SMOOTH = (
    3.0  # grid points, over which ground is averaged that lies beyond the domain: its hills may be finer than that
)
_JOINED = 12.0  # grid points, over which what is known from elsewhere comes to what lies in the domain
_MOST = 0.5  # of a model's height, by which ground beyond the domain may be higher, or lower


def axis(half: float, points: int) -> Array:
    """Coordinates (points,) from −FAR to FAR: evenly spaced over the domain, −half … half, which has half of them, and
    ever wider beyond, without a jump."""
    share = np.linspace(-2, 2, points)
    growth = growth_of(half)
    beyond = np.expm1(growth * np.maximum(np.abs(share) - 1, 0)) / growth
    return np.asarray(half * np.sign(share) * (np.minimum(np.abs(share), 1) + beyond))


def growth_of(half: float) -> float:
    """How fast grid points come to lie wider apart beyond the domain: g with (eᵍ − 1) / g = (FAR − half) / half, by
    Newton's method."""
    ratio = (FAR - half) / half
    g = 2.0 + float(np.log(ratio))  # beyond the root, from where it comes down to it
    for _ in range(50):
        g -= (np.expm1(g) - ratio * g) / (np.exp(g) - ratio)
    return float(g)


def tamed(z: Array, height: float) -> Array:
    """Heights that count less and less above `height` and below 0, so that mountains far away leave room for a sky."""
    unit = _MOST * height
    above, below = np.maximum(z - height, 0) / unit, np.maximum(-z, 0) / unit
    return np.asarray(np.clip(z, 0, height) + unit * (above / (1 + above) - below / (1 + below)))


def joined(z: Array, beyond: Array, inside: Array) -> Array:
    """Heights (rows, columns) that are z `inside` the domain, and around it those of `beyond`, which differ a little
    where they meet: there they come as near to each other as they must, without a fold."""
    away, nearest = distance_transform_edt(~inside, return_indices=True)
    off = np.where(np.isfinite(z - beyond), z - beyond, 0.0)[tuple(nearest)]
    # Without a bend at the border, and without the border's own unevenness farther away.
    share = np.clip(away / _JOINED, 0, 1)
    off = (1 - share) * off + share * gaussian_filter(off, _JOINED / 2, mode="nearest")
    return np.where(inside, z, beyond + off * (1 + away / _JOINED) * np.exp(-away / _JOINED))


def continued(z: Array, inside: Array) -> tuple[Array, Array]:
    """Heights (rows, columns), nan where nothing is known, with ground in all places; and for each whether it was
    computed. What lies `inside` the domain stays as it is, and what holes there are as high as their edges."""
    computed = np.isfinite(z)
    nearest = distance_transform_edt(~computed, return_distances=False, return_indices=True)
    whole = z[tuple(nearest)]
    away = distance_transform_edt(~inside)
    # The farther away, the smoother; and smoother still what nobody knows.
    for spread, share in (
        (_SMOOTH, np.clip(away / (4 * _SMOOTH), 0, 1)),
        (4 * _SMOOTH, np.where(computed, 0.0, np.clip(away / (8 * _SMOOTH), 0, 1))),
    ):
        whole = (1 - share) * whole + share * gaussian_filter(whole, spread, mode="nearest")
    return whole, computed
