"""Matplotlib figures. Each function draws into `ax` (or the current axes), returns what it drew, and touches no global
state; `with figures.style("dark"):` sets fonts and colours for a slide. Importing this makes the project's font and
style sheets known to matplotlib, so that `plt.style.use("landscape-dark")` works too.
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
from .paths import paths
from .projection import projection
from .saving import save
from .spectrum import sharpness, spectrum
from .style import SIZES, THEMES, register, style
from .surface import surface3d
from .terrain import contour, quiver

register()

__all__ = [
    "SIZES",
    "THEMES",
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
    "save",
    "sharpness",
    "spectrum",
    "style",
    "surface3d",
    "sweep",
    "weights",
]
