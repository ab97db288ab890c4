"""Words on figures: labels at the ends of lines, and titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from itertools import groupby
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnnotationBbox, DrawingArea, HPacker, TextArea

from .. import terrains
from ..optimizers import Clip, Elsewhere, Optimizer, SciPy, Walker, Wrapper
from ..run import Run
from ..surfaces import PlaneTerrain, Surface
from ..terrains import Terrain

_CHARACTERS = 6.0  # of a title that fit into an inch


def label_ends(ax: Axes, lines: Sequence[Line2D], names: Sequence[str]) -> list[AnnotationBbox]:
    """Write each line's name above or below its end, in its colour, inside the axes and clear of the other names.

    Names stand in a column at the right edge; where ends lie close together the names are pushed apart.
    """
    figure = ax.figure
    ends = []
    for line in lines:
        data = np.column_stack([np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)])
        data = data[np.isfinite(data).all(axis=1)]
        ends.append(data[-1] if len(data) else np.array([np.nan, np.nan]))
    ax.margins(x=0.02)
    ax.autoscale_view()
    heights = [ax.transAxes.inverted().transform(ax.transData.transform(end))[1] for end in ends]
    pixels = ax.get_window_extent().height
    size = 0.9 * float(ax.xaxis.label.get_fontsize())
    gap = 1.5 * size * figure.dpi / 72 / max(pixels, 1)
    # So many that they would not fit have to be smaller; a little more so, as the layout will take some height yet.
    crowded = 0.92 / (gap * max(1, len(lines) - 1))
    if crowded < 1:
        gap, size = crowded * gap, 0.85 * crowded * size
    places = spread(heights, gap)
    # Lines of one colour differ in their dashes alone, so each label shows a piece of its line.
    sampled = len({line.get_color() for line in lines}) < len(lines)
    labels = [_label(*given, size, sampled) for given in zip(lines, names, places, strict=True)]
    for label in labels:
        ax.add_artist(label)
    return labels


def _label(line: Line2D, name: str, place: float, size: float, sampled: bool) -> AnnotationBbox:
    """A name at the right edge of the axes, at the height `place` of them, after a piece of its line if wanted."""
    words = TextArea(name, textprops={"color": line.get_color(), "fontsize": size, "fontweight": "bold"})
    sample = Line2D([0, 2.2 * size], [0.5 * size, 0.5 * size])
    sample.update_from(line)
    sample.set_linewidth(min(line.get_linewidth(), 0.14 * size))
    piece = DrawingArea(2.2 * size, size)
    # The line's place came along with its looks.
    sample.set_transform(piece.get_transform())
    sample.set(clip_on=False, marker="None")
    piece.add_artist(sample)
    label = HPacker(children=[piece, words] if sampled else [words], align="center", pad=0, sep=0.3 * size)
    return AnnotationBbox(
        label,
        (1.0, place),
        xycoords="axes fraction",
        xybox=(8, 0),
        boxcoords="offset points",
        box_alignment=(0, 0.5),
        frameon=False,
        pad=0,
        annotation_clip=False,
    )


def name_of(walker: Walker) -> str:
    """An optimizer's name and learning rate, as figures and films show them."""
    return _name(walker, f", lr {walker.lr:g}" if isinstance(walker, Optimizer) else "")


def short_name(walker: Walker) -> str:
    """An optimizer's name without its learning rate."""
    return _name(walker, "")


def run_names(runs: Sequence[Run]) -> list[str]:
    """Optimizer and learning rate of each run, with the seed where those are the same, and whether it diverged."""
    names = [name_of(run.optimizer) for run in runs]
    told = [
        f"{name}, seed {run.settings['seed']}" if names.count(name) > 1 else name
        for name, run in zip(names, runs, strict=True)
    ]
    return [f"{name}, diverged" if run.diverged else name for name, run in zip(told, runs, strict=True)]


def network_name(run: Run) -> str:
    """Layers and activation, equal layers counted: 784-64×6-10 sigmoid. Without a hidden layer there is none."""
    network, parts = run.settings["network"], []
    for size, group in groupby(network["sizes"]):
        n = len(list(group))
        parts += [f"{size}×{n}"] if n > 2 else [str(size)] * n
    return " ".join(["-".join(parts), *([network["activation"]] if len(network["sizes"]) > 2 else [])])


def steps_taken(run: Run) -> int:
    """Steps of a run; a batch whose loss or gradient is not finite leads to none."""
    return int((np.isfinite(run.history["loss"]) & np.isfinite(run.history["gradient_norm"])).sum())


def facts_of(run: Run) -> list[str]:
    """A run's network, its optimizer and, if it did not end as planned, where it ended."""
    name = [network_name(run), name_of(run.optimizer)]
    if run.diverged or not run.finished:
        name.append(f"{'diverged' if run.diverged else 'stopped'} at step {steps_taken(run):,}")
    return name


def headed(words: str, run: Run, inches: float) -> str:
    """A title that ends in the name of the run, in as many lines as the width asks for."""
    # Spaces that do not break keep each fact in one line.
    facts = ", ".join(fact.replace(" ", "\xa0") for fact in facts_of(run))
    title = f"{words}: {facts}" if words else facts
    return fill(title, int(_CHARACTERS * inches), break_on_hyphens=False).replace("\xa0", " ")


def _name(walker: Walker, rate: str) -> str:
    if isinstance(walker, SciPy):
        return f"SciPy {walker.method.upper()}"
    if isinstance(walker, Elsewhere):
        return walker.label or "path"
    around = ""
    while isinstance(walker, Wrapper):
        around = (f", clipped at {walker.max_norm:g}" if isinstance(walker, Clip) else ", SAM") + around
        walker = walker.optimizer
    return type(walker).__name__ + rate + around


def title_of(terrain: Terrain) -> str:
    """A terrain's name with the parameters that define it; for a surface, what its plane holds."""
    if isinstance(terrain, Surface | PlaneTerrain):
        return "loss on a plane through weight space"
    if terrain.name not in terrains.names():
        return terrain.name
    parameters = []
    for field in fields(terrain):  # type: ignore[arg-type]
        value = getattr(terrain, field.name)
        words = value.replace("_", " ") if isinstance(value, str) else f"{value:g}{'°' * (field.name == 'angle')}"
        parameters.append(f"{'κ' if field.name == 'kappa' else field.name} = {words}")
    return terrain.name.replace("_", " ") + (":  " if parameters else "") + ",  ".join(parameters)


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """The heights, moved apart to at least `gap` and kept within [0, 1], in their order."""
    order = np.argsort(heights)
    placed = np.clip(np.asarray(heights, dtype=float)[order], 0.02, 0.98)
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + gap)
    for k in reversed(range(len(placed))):
        placed[k] = min(placed[k], placed[k + 1] - gap if k + 1 < len(placed) else 0.98)
    result = np.empty_like(placed)
    result[order] = placed
    return [float(value) for value in result]
