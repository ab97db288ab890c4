"""Matplotlib figures. Each function draws into `ax` (or the current axes), returns what it drew, and touches no global
state; nor does importing them. `with figures.style("dark"):` sets fonts and colours for a slide, `figures.use("dark")`
for all that follows, and after `figures.register()` matplotlib knows the style sheets by name, "landscape-dark".
"""

from __future__ import annotations

from .basin_maps import basins
from .contours import contour, quiver
from .curves import loss, race, sweep
from .eigenvalues import sharpness, spectrum
from .flow import gradient_flow
from .learning import learning_curves
from .one_step import anatomy
from .palettes import palette
from .profiles import interpolation
from .projected import projection
from .recognition import confusion, misread, weights
from .reliefs import surface3d
from .saving import save
from .styles import SIZES, THEMES, register, style, use
from .trails import paths

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
    "register",
    "save",
    "sharpness",
    "spectrum",
    "style",
    "surface3d",
    "sweep",
    "use",
    "weights",
]
