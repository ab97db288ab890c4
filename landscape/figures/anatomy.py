"""One step taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyArrowPatch
from matplotlib.patheffects import Stroke
from numpy.typing import NDArray

from ..optimizers import SciPy, innermost
from ..optimizers.matrices import MatrixOptimizer
from ..trajectory import Trajectory
from .labels import name_of, title_of
from .palette import current
from .terrain import contour

Array = NDArray[Any]

# Half the window's width, in lengths of the step; the gradient's arrow in half widths.
_WINDOW, _ARROW = 2.2, 0.78


def anatomy(trajectory: Trajectory, step: int, axes: Sequence[Axes] | None = None) -> Figure:
    """The step that leaves the point of number `step`: gradient, momentum, adaptive scaling, and the step itself.

    On the map the step is drawn to scale. The gradient's and the momentum's arrows share a scale of their own, for they
    are slopes and not lengths; they point downhill. The ellipse is the step's scaling: where a momentum of the same
    length would have led in every other direction, each coordinate multiplied as it was. It is a circle for optimizers
    with one rate for all, and the step always ends on it. The numbers stand beside the map.

    trajectory : one walk (R, 2), in which the rows `step` and `step` + 1 are recorded. axes : two axes to draw into; a
    new figure if None. Returns the figure. ValueError if there is no such step to take apart.
    """
    parts = _Parts(trajectory, step)
    if axes is None:
        axes = plt.figure().subplots(1, 2, width_ratios=[1.35, 1])
    on_map, beside = axes
    _draw(parts, on_map)
    _tabulate(parts, beside)
    on_map.set_title(f"{title_of(trajectory.terrain)}, step {step}")
    beside.set_title(name_of(trajectory.optimizer))
    figure = on_map.figure
    assert isinstance(figure, Figure)
    return figure


class _Parts:
    """What one step is made of."""

    def __init__(self, walk: Trajectory, step: int) -> None:
        rows = {int(number): row for row, number in enumerate(walk.steps)}
        if walk.x.ndim != 2 or walk.gradient is None or isinstance(walk.optimizer, SciPy):
            raise ValueError("only the steps of a single walk on a terrain can be taken apart, and not SciPy's")
        if step not in rows or step + 1 not in rows:
            raise ValueError(f"step = {step} is not allowed: the trajectory must hold both it and the step after it")
        here, there = rows[step], rows[step + 1]
        self.walk, self.start = walk, walk.x[here]
        self.gradient, self.step = walk.gradient[here], walk.state["delta"][there]
        if not np.isfinite(walk.x[there]).all():
            raise ValueError(f"step = {step} is not allowed: the walk ends there, as it diverges")
        self.momentum: Array | None = walk.state["m"][there] if "m" in walk.state else None
        self.second = {name: walk.state[name][there] for name in ("v", "w", "u", "n", "h") if name in walk.state}

    @property
    def direction(self) -> Array:
        """What the rates are multiplied with."""
        return self.gradient if self.momentum is None else self.momentum

    @property
    def rates(self) -> Array | None:
        """Δx = −rate · direction, coordinate by coordinate; None where the step is no such product."""
        matrices = isinstance(innermost(self.walk.optimizer), MatrixOptimizer)
        return None if matrices or not self.direction.all() else -self.step / self.direction


def _draw(parts: _Parts, ax: Axes) -> None:
    colours = current()
    colour, width = colours.colour(parts.walk.optimizer), plt.rcParams["lines.linewidth"]
    length = float(np.hypot(*parts.step)) or 1e-3 * float(np.ptp(parts.walk.terrain.domain))
    half = _WINDOW * length
    # Square cells whatever the axes' shape, so that angles are right.
    box = ax.get_window_extent()
    tall = half * box.height / box.width
    x, y = parts.start
    contour(parts.walk.terrain, ax, domain=((x - half, x + half), (y - tall, y + tall)), levels=9, resolution=201)
    ax.set_aspect("equal", adjustable="datalim")
    ax.locator_params(nbins=5)

    scale = _ARROW * min(half, tall) / max(float(np.hypot(*parts.gradient)), float(np.hypot(*parts.direction)), 1e-300)
    if parts.rates is not None:
        semi = np.abs(parts.rates) * float(np.hypot(*parts.direction))
        ellipse = Ellipse((x, y), *(2 * semi), fill=False, ec=colour, ls=(0, (3, 2)), lw=0.75 * width, zorder=4)
        ax.add_patch(ellipse)
    arrows = [("gradient", -scale * parts.gradient, colours.muted, 0.8)]
    if parts.momentum is not None:
        arrows.append(("momentum", -scale * parts.momentum, colours.ink, 0.8))
    arrows.append(("step", parts.step, colour, 1.5))
    casing = [Stroke(linewidth=width + 3.5, foreground=colours.ground, alpha=0.8)]
    for _, vector, shade, weight in arrows:
        arrow = FancyArrowPatch(
            (x, y),
            (x + vector[0], y + vector[1]),
            arrowstyle="-|>",
            mutation_scale=9 * weight * width,
            lw=weight * width,
            color=shade,
            shrinkA=0,
            shrinkB=0,
            zorder=5,
        )
        ax.add_patch(arrow)
    ax.plot(x, y, "o", mfc=colours.ground, mec=colours.ink, mew=width, ms=4 * width, zorder=6)
    _ = casing


def _tabulate(parts: _Parts, ax: Axes) -> None:
    ax.axis("off")
