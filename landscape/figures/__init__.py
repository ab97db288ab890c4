"""Matplotlib figures. Each function draws into `ax` (or the current axes), returns what it drew, and touches no global
state; `with figures.style("dark"):` sets fonts and colours for a slide.
"""

from __future__ import annotations

from .anatomy import anatomy
from .basins import basins
from .curves import loss, race, sweep
from .flow import gradient_flow
from .learning import learning_curves
from .networks import confusion, misread, weights
from .palette import palette
from .style import style
from .terrain import contour, paths

__all__ = [
    "anatomy",
    "basins",
    "confusion",
    "contour",
    "gradient_flow",
    "learning_curves",
    "loss",
    "misread",
    "palette",
    "paths",
    "race",
    "style",
    "sweep",
    "weights",
]
