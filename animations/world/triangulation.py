"""As few triangles as a grid of heights needs: a right-triangulated irregular network.

Source: Evans, Kirkpatrick & Townsend 2001.
"""

from __future__ import annotations

import numpy as np

from landscape.core.annotations import Array

_SLIDE = 12.0  # what is drawn on the ground may lie so much farther off than the ground itself


def triangulate(z: Array, x: Array, y: Array, tolerance: float, slack: Array) -> Array:
    """Triangles (T, 3) of indices into the flattened heights z (n, n) over x (n,), y (n,), n = 2^k + 1, which they
    follow but for about `tolerance`, and places between grid points but for `_SLIDE` times that; or as many times more
    as `slack` (n, n) is there. They cover the square without gaps, and none lies on another.

    The square is halved along its diagonal, and each right triangle again through the middle of its longest side, as
    long as that side, or one of a triangle within, strays from the heights.
    """
    n = len(z)
    levels = _halvings(n)
    # How far the longest side of any triangle within is off, at the middle of the longest side.
    error = np.zeros(z.size)
    flat, more = z.ravel(), slack.ravel()
    east, north = (one.ravel() / _SLIDE for one in np.meshgrid(x, y))
    for level in reversed(range(len(levels) - 1)):
        a, b, _ = levels[level].T
        middle = (a + b) // 2
        for of in (flat, east, north):
            np.maximum.at(error, middle, np.abs((of[a] + of[b]) / 2 - of[middle]) / more[middle])
        if level + 2 < len(levels):
            x, y, _ = levels[level + 1].T
            np.maximum.at(error, middle, error[(x + y) // 2].reshape(2, -1).max(axis=0))
    kept, split = [], np.arange(2)
    for level, triangles in enumerate(levels):
        here = triangles[split]
        if level == len(levels) - 1:
            kept.append(here)
            break
        coarse = error[(here[:, 0] + here[:, 1]) // 2] <= tolerance
        kept.append(here[coarse])
        split = split[~coarse]
        split = np.concatenate([split, split + len(triangles)])
    return np.concatenate(kept)


def _halvings(n: int) -> list[Array]:
    """All triangles (2^(level + 1), 3) of each level: the ends of the longest side, and the right angle. Those that
    triangle k is halved into are k and k + 2^(level + 1) of the next level."""
    last = n - 1
    sw, se, nw, ne = 0, last, last * n, last * n + last
    levels = [np.array([[sw, ne, se], [ne, sw, nw]], dtype=np.int64)]
    while len(levels) < 2 * int(np.log2(last)) + 1:
        a, b, c = levels[-1].T
        middle = (a + b) // 2
        levels.append(np.concatenate([np.stack([c, a, middle], axis=1), np.stack([b, c, middle], axis=1)]))
    return levels
