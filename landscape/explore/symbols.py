"""The figures' markers on a page, as outlines of SVG."""

from __future__ import annotations

import numpy as np
from matplotlib.markers import MarkerStyle
from matplotlib.transforms import Affine2D

from ..core.annotations import Floats

_UNITS = 1000  # to a marker's side, in which its curves are cut into pieces


def outline(marker: str, size: float) -> str:
    """A marker around (0, 0), `size` wide, as the path of an SVG."""
    return "".join(
        "M" + "L".join(f"{size * x:.2f} {-size * y:.2f}" for x, y in polygon) + "Z" for polygon in _polygons(marker)
    )


def _polygons(marker: str) -> list[Floats]:
    """The outline (n, 2) of each part of a marker, about 1 wide around (0, 0)."""
    style = MarkerStyle(marker)
    # Enlarged, as curves are cut into pieces of a pixel or so.
    path = style.get_path().transformed(style.get_transform() + Affine2D().scale(_UNITS))
    return [np.asarray(polygon)[:-1] / _UNITS for polygon in path.to_polygons(closed_only=True)]
