"""One step taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyArrowPatch
from matplotlib.patheffects import Normal, Stroke, withStroke

from ..core.annotations import Array
from ..core.checks import Natural
from ..core.numerals import number
from ..optimizers import Momentum, Optimizer, Wrapper
from ..walks.trajectory import Trajectory
from .catalogue import kind
from .contours import contour
from .given import panels
from .layout import settle
from .names import name_of, title_of
from .palettes import current
from .styles import figure_of, two_panels
from .words import listed, literal, say, wrapped

# Half the window's width, in lengths of the step; the gradient's arrow in half widths.
_WINDOW, _ARROW = 2.2, 0.78
_LONGEST = 24  # characters of a name that fit over the numbers in one line
_SHORTEST = 1e-12  # of the coordinates, up to which steps are none to matplotlib
_ROW, _NOTE = 1.3, 1.75  # the least heights of a table's rows and of the notes under it, in sizes of their type


def anatomy(trajectory: Trajectory, step: int, axes: Sequence[Axes] | None = None) -> Figure:
    """The step that leaves the point of number `step`: gradient, momentum, adaptive scaling, and the step itself.

    On the map the step is drawn to scale. The gradient's and the momentum's arrows share a scale of their own, for they
    are slopes and not lengths; they point downhill. The ellipse is the step's scaling: where a momentum of the same
    length would have led in every other direction, each coordinate multiplied as it was. It is a circle for optimizers
    with one rate for all, and the step always ends on it; where a step is more than such a product there is none. The
    numbers stand beside the map.

    trajectory : one walk (R, 2), in which the rows `step` and `step` + 1 are recorded. axes : two axes to draw into; a
    new figure if None. Returns the figure. ValueError if there is no such step to take apart.
    """
    parts = _Parts(trajectory, step)
    on_map, beside = panels(two_panels(1.35, stacked=0.85) if axes is None else axes, 2)
    on_map.set_title(literal(listed([title_of(trajectory.terrain), say("step {step:,}", step=step)])))
    beside.set_title(wrapped(literal(name_of(trajectory.optimizer)), _LONGEST))
    if axes is None:
        # The sizes of the axes, which a layout sets only now, decide on those of the words and of the window.
        settle(plt.gcf())
    _draw(parts, on_map)
    _tabulate(parts, beside)
    return figure_of(on_map)


@kind("one step taken apart", name="anatomy")
def _anatomy(walk: Trajectory, *, step: Annotated[Natural, "The one that is taken apart."] = 5) -> Figure:
    return anatomy(walk, step)


class _Parts:
    """What one step is made of."""

    def __init__(self, walk: Trajectory, step: int) -> None:
        rows = {int(number): row for row, number in enumerate(walk.steps)}
        if not isinstance(walk, Trajectory) or walk.x.ndim != 2 or not isinstance(walk.optimizer, Optimizer):
            raise ValueError("only the steps of a single walk on a terrain can be taken apart, and not SciPy's")
        if step not in rows or step + 1 not in rows:
            raise ValueError(f"step = {step} is not allowed: the trajectory must hold both it and the step after it")
        here, there = rows[step], rows[step + 1]
        self.walk, self.number, self.start = walk, step, walk.x[here]
        self.gradient, self.step = walk.gradient[here], walk.state["delta"][there]
        if not np.isfinite(walk.x[there]).all():
            why = "comes to where there is no loss" if walk.outside else "diverges"
            raise ValueError(f"step = {step} is not allowed: the walk ends there, as it {why}")
        self.momentum: Array | None = walk.state["m"][there] if "m" in walk.state else None
        self.second = {name: walk.state[name][there] for name in ("v", "w", "u", "n", "h") if name in walk.state}

    @property
    def direction(self) -> Array:
        """What the rates are multiplied with."""
        return self.gradient if self.momentum is None else self.momentum

    @property
    def rates(self) -> Array | None:
        """Δx = −rate · direction, coordinate by coordinate; None where the step is no such product."""
        walker = self.walk.optimizer
        # SAM's gradient is not that of the point, so only its momentum is known.
        around = set()
        while isinstance(walker, Wrapper):
            around.add(walker.name)
            walker = walker.optimizer
        assert isinstance(walker, Optimizer)
        unknown = not walker.scales or (walker.scales == "g" and "sam" in around)
        decays = getattr(walker, "weight_decay", 0.0) and not isinstance(walker, Momentum)
        return None if unknown or decays or not self.direction.all() else -self.step / self.direction


def _draw(parts: _Parts, ax: Axes) -> None:
    """The map around the point, with the arrows and the ellipse."""
    colours = current()
    colour, width = colours.colour(parts.walk.optimizer), plt.rcParams["lines.linewidth"]
    size = 0.8 * plt.rcParams["font.size"]
    length = float(np.hypot(*parts.step))
    if length <= _SHORTEST * float(np.abs(parts.start).max()):
        # No map can show it, but where it would have begun.
        length = 1e-3 * float(np.ptp(parts.walk.terrain.domain))
    box = ax.get_window_extent()
    # The same length in both directions, whatever shape the axes have, so that angles are right.
    reach = _WINDOW * length * np.array([max(1.0, box.width / box.height), max(1.0, box.height / box.width)])
    low, high = parts.start - reach, parts.start + reach
    contour(parts.walk.terrain, ax, domain=((low[0], high[0]), (low[1], high[1])), levels=9, resolution=201)
    ax.locator_params(nbins=4)

    slopes = [parts.gradient] + ([] if parts.momentum is None else [parts.momentum])
    scale = _ARROW * reach.min() / max(*(float(np.hypot(*slope)) for slope in slopes), 1e-300)
    if parts.rates is not None:
        # Far beyond the window an ellipse looks the same from within however long it is, but has dashes without end.
        diameters = np.minimum(2 * np.abs(parts.rates) * float(np.hypot(*parts.direction)), 200 * reach.max())
        ax.add_patch(Ellipse(tuple(parts.start), *diameters, fill=False, ec=colour, ls=(0, (3, 2)), lw=0.8 * width))
    kinds = (("−g", colours.muted, 0), ("−m", colours.ink, 1))
    arrows = [(-scale * slope, *kind, 0.9) for slope, kind in zip(slopes, kinds, strict=False)]
    arrows.append((parts.step, "Δx", colour, -1, 1.5))
    lengths = [float(np.hypot(*vector)) for vector, *_ in arrows]
    for vector, words, shade, side, weight in arrows:
        # The shortest on top, as the momentum often lies along the step.
        longer = sum(one > np.hypot(*vector) for one in lengths)
        arrow = FancyArrowPatch(
            tuple(parts.start),
            tuple(parts.start + vector),
            arrowstyle="-|>",
            mutation_scale=7 * width,
            lw=weight * width,
            color=shade,
            shrinkA=0,
            shrinkB=0,
            zorder=5 + 0.1 * longer,
        )
        arrow.set_path_effects([Stroke(linewidth=(weight + 0.9) * width, foreground=colours.ground), Normal()])
        ax.add_patch(arrow)
        # Beyond the tip, to the side where the others are not; parallel arrows each have a side of their own.
        along = vector / (float(np.hypot(*vector)) or 1.0)
        others = sum((other / (float(np.hypot(*other)) or 1.0) for other, *_ in arrows), np.zeros(2)) - along
        turn = float(along[0] * others[1] - along[1] * others[0])
        side = side if abs(turn) < 0.1 else -1 if turn > 0 else 1
        offset = 1.1 * size * (along + 0.9 * side * np.array([-along[1], along[0]]))
        ax.annotate(
            words,
            tuple(parts.start + vector),
            xytext=tuple(offset),
            textcoords="offset points",
            ha="center",
            va="center",
            color=shade,
            fontsize=size,
            weight="bold",
            path_effects=[withStroke(linewidth=3, foreground=colours.ground)],
            zorder=7,
        )
    ax.plot(*parts.start, "o", mfc=colours.ground, mec=colours.ink, mew=width, ms=4 * width, zorder=6)


def _tabulate(parts: _Parts, ax: Axes) -> None:
    """The numbers of the step, each in the colour of its arrow."""
    colours = current()
    colour = colours.colour(parts.walk.optimizer)
    rows: list[tuple[str, Array, str]] = [
        (say("point"), parts.start, colours.muted),
        (say("gradient g"), parts.gradient, colours.muted),
    ]
    if parts.momentum is not None:
        rows.append((say("momentum m"), parts.momentum, colours.ink))
    rows += [(say("memory {name}", name=name), value, colours.ink) for name, value in parts.second.items()]
    if parts.rates is not None:
        rows.append((say("rate  −Δx/{of}", of="g" if parts.momentum is None else "m"), parts.rates, colour))
    rows.append((say("step Δx"), parts.step, colour))

    ax.axis("off")
    ax.set(xlim=(0, 1), ylim=(0, 1))
    # No larger than the columns allow, whatever the figure's size.
    width = ax.get_window_extent().width * 72 / ax.figure.dpi
    height = ax.get_window_extent().height * 72 / ax.figure.dpi
    lr, length = parts.walk.lr_at(parts.number), float(np.hypot(*parts.step))
    notes = [
        say("length of the step  {length}", length=number(length, 4)),
        say("lr · |g|, plain SGD's  {length}", length=number(lr * float(np.hypot(*parts.gradient)), 4)),
    ]
    if parts.rates is not None:
        turned = parts.momentum is None
        notes.append(
            say("dashed: this gradient, turned any way" if turned else "dashed: this momentum, turned any way")
        )
    # Rows as far apart as on a slide, or as close as the notes under them ask for, but apart.
    least = 0.97 * height / (_ROW * (len(rows) + 1) + _NOTE * len(notes))
    size = min(0.88 * plt.rcParams["font.size"], width / 22, least)
    line = min(0.105, (0.97 - _NOTE * len(notes) * size / height) / (len(rows) + 1))
    for column, heading in ((0.66, "x"), (1.0, "y")):
        ax.text(column, 0.97, heading, ha="right", va="top", color=colours.muted, fontsize=size)
    for k, (words, values, shade) in enumerate(rows, start=1):
        ax.text(0, 0.97 - k * line, words, va="top", color=shade, fontsize=size, weight="bold")
        for column, value in zip((0.66, 1.0), values, strict=True):
            ax.text(column, 0.97 - k * line, number(value, 4), ha="right", va="top", color=colours.ink, fontsize=size)
    ax.text(0, 0.0, "\n".join(notes), va="bottom", color=colours.muted, fontsize=size, linespacing=1.25)
