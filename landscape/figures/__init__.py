"""Matplotlib figures.

A function of one panel takes `ax`, the current axes if None, and returns what it drew: an artist, or a list with one
for each of several things that it was given. A function of several panels takes `axes`, those of a new figure if None,
and returns the figure. Neither touches global state; nor does importing them. A kind of figure, which draws a whole one
from what it is made of, is described once, in `kinds`, and one of your own by the decorator `kind`.

`with figures.style("dark"):` sets fonts and colours for a slide, `figures.use("dark")` for all that follows, and after
`figures.register()` matplotlib knows the style sheets by name, "landscape-dark".
"""

from __future__ import annotations

from .basin_maps import basins as basins
from .catalogue import kind as kind
from .catalogue import kinds as kinds
from .comparison import compare as compare
from .contours import contour as contour
from .contours import quiver as quiver
from .coordinates import parallel as parallel
from .crossings import coevolution as coevolution
from .curves import loss as loss
from .curves import race as race
from .curves import sweep as sweep
from .eigenvalues import sharpness as sharpness
from .eigenvalues import spectrum as spectrum
from .flow import gradient_flow as gradient_flow
from .learning import learning_curves as learning_curves
from .one_step import anatomy as anatomy
from .over_depths import depth as depth
from .over_rates import rate_bands as rate_bands
from .profiles import interpolation as interpolation
from .projected import projection as projection
from .recognition import confusion as confusion
from .recognition import misread as misread
from .recognition import weights as weights
from .reliefs import surface3d as surface3d
from .saving import save as save
from .styles import SIZES as SIZES
from .styles import THEMES as THEMES
from .styles import register as register
from .styles import style as style
from .styles import use as use
from .themes import palette as palette
from .trails import paths as paths
