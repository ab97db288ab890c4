"""Matplotlib figures. Each function draws into `ax` (or the current axes), returns what it drew, and touches no global
state; `with figures.style("dark"):` sets fonts and colours for a slide.
"""

from __future__ import annotations

from .anatomy import anatomy
from .basins import basins
from .curves import learning_curves, loss, race, sweep
from .palette import palette
from .style import style
from .terrain import contour, paths

__all__ = ["anatomy", "basins", "contour", "learning_curves", "loss", "palette", "paths", "race", "style", "sweep"]
