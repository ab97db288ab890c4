"""Round losses for contour lines and axes, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from ..core.annotations import Floats
from ..core.numerals import number
from ..terrains import Terrain

LARGEST = 1e300  # of numbers that are drawn, as sums of larger ones overflow; its inverse is the smallest difference
_FAR = 1e4  # times the distance of two numbers, from which on an axis counts from a round one
_TINY = 1e-200  # below which numbers are none to matplotlib
_CLOSE = 1e-3  # of the way between the lowest and the highest, in which a level would lie at one of them
# Of each decade, from many lines to few; then every other decade, and so on.
_DECADE = ((1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8), (1, 1.5, 2, 3, 4, 5, 7), (1, 2, 3, 5), (1, 2, 5), (1, 3), (1,))


def round_levels(terrain: Terrain, low: float, high: float, count: int) -> Floats:
    """Round losses (k,) whose elevations lie between two elevations; about as many as `count`, evenly spaced in
    elevation as far as round numbers are."""
    bottom, top = _loss(terrain, low), _loss(terrain, high)
    if terrain.height == "linear" or not top > 4 * max(bottom, terrain.floor):
        return _between(Even(count, steps=[1, 2, 2.5, 5, 10]).tick_values(bottom, top), bottom, top)
    # Below the floor all losses lie at nearly one elevation.
    bottom = max(bottom, 0.3 * terrain.floor, top * 1e-300)
    first, last = int(np.floor(np.log10(bottom))), int(np.ceil(np.log10(top)))
    # Close to an end of a logarithmic scale is what is close to it by its ratio.
    least, most = bottom * (1 + _CLOSE), top * (1 - _CLOSE)
    for parts in _DECADE:
        levels = np.array([part * 10.0**k for k in range(first, last + 1) for part in parts])
        levels = levels[(levels > least) & (levels < most)]
        if len(levels) <= count:
            return levels
    stride = -(-(last - first) // count)
    levels = np.array([10.0**k for k in range(first, last + 1) if k % stride == 0])
    return levels[(levels > least) & (levels < most)]


def base_of(low: float, high: float) -> float:
    """The round number that the numbers of an even axis count from: 0, but where they would be so long that there is no
    room for them, and only their last digits differ."""
    apart = (high - low) / 6
    if not 0 < apart < abs(low) / _FAR:
        return 0.0
    unit = _unit(apart)
    # An axis may begin a little below what it shows.
    return float(unit * np.floor((low + apart) / unit))


def counted(words: str, low: float, high: float) -> str:
    """The name of such an axis: what it shows, less what its numbers count from."""
    base = base_of(low, high)
    return f"{words} − {number(base, 2, _unit((high - low) / 6))}".replace("− −", "+ ") if base else words


class Even(MaxNLocator):  # type: ignore[misc,unused-ignore]
    """Round numbers at equal distances, also where matplotlib's own locator takes two for one: far from 0 they count
    from a round number, and near 0 in small units."""

    def tick_values(self, vmin: float, vmax: float) -> Any:
        base = base_of(vmin, vmax)
        unit = 1.0 if max(abs(vmin), abs(vmax)) > _TINY else _TINY
        places = super().tick_values((vmin - base) / unit, (vmax - base) / unit)
        return base + unit * np.asarray(places)


def _unit(apart: float) -> float:
    """A power of ten that numbers so far apart lie within."""
    return float(10.0 ** np.ceil(np.log10(apart) + 1))


def written(levels: Sequence[float] | Floats) -> list[str]:
    """Losses as text, each with as many digits as tell it from its neighbours: 0.5, 20, 1,000,001.5, 2×10⁶."""
    values = np.asarray(levels, dtype=np.float64)
    order = np.argsort(values)
    gaps = np.diff(values[order])
    gaps = np.where(gaps > 0, gaps, np.inf)
    nearest = np.full(len(values), np.inf)
    nearest[order] = np.minimum(np.append(np.inf, gaps), np.append(gaps, np.inf)) if len(values) > 1 else np.inf
    return [number(float(value), 2, float(gap)) for value, gap in zip(values, nearest, strict=True)]


def _loss(terrain: Terrain, elevation: float) -> float:
    return elevation if terrain.height == "linear" else float(max(10**elevation - terrain.floor, 0.0))


def _between(levels: ArrayLike, low: float, high: float) -> Floats:
    """Those levels that lie between two losses, and not at them."""
    found = np.asarray(levels, dtype=np.float64)
    margin = _CLOSE * (high - low)
    return found[(found > low + margin) & (found < high - margin)] if high > low else found[:0]
