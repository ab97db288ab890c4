"""Matplotlib figures. Each function draws into `ax` (or the current axes), returns what it drew, and touches no global
state; `with figures.style("dark"):` sets fonts and colours for a slide.
"""

from __future__ import annotations

from .anatomy import anatomy
from .basins import basins
from .curves import loss, race, sweep
from .flow import gradient_flow
from .learning import learning_curves
from .lines import interpolation
from .networks import confusion, misread, weights
from .palette import palette
from .projection import projection
from .spectrum import sharpness, spectrum
from .style import style
from .terrain import contour, paths, quiver

__all__ = [
    "anatomy",
    "basins",
    "confusion",
    "contour",
    "gradient_flow",
    "interpolation",
    "learning_curves",
    "loss",
    "misread",
    "palette",
    "paths",
    "projection",
    "quiver",
    "race",
    "sharpness",
    "spectrum",
    "style",
    "sweep",
    "weights",
]
