"""Words on figures: labels at the ends of lines, legends, and titles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.offsetbox import AnnotationBbox, DrawingArea, HPacker, TextArea
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation, Text
from matplotlib.transforms import ScaledTranslation
from numpy.typing import ArrayLike

from ..terrains import Terrain
from ..training.run import Run
from .breaking import columns
from .layout import settle
from .names import facts_of, title_of
from .palettes import current
from .scales import Exit, LossScale
from .styles import figure_of, is_wide
from .words import listed, literal, say, wrapped

_CHARACTERS = 128.0  # of a bold title that fit into an inch, over the type's size in points
_TITLE, _LINES = 500, 5  # letters and lines of a title, beyond which some are left out
_MARKS = 7  # on a line
_BELOW = 0.22  # of a narrow figure's height, which a legend under it may take
_LETTER, _LINE, _GAP = 0.48, 1.5, 2.0  # of names: times the type's size, of a letter, a line, and between columns
_ASIDE = 1.2  # width over height, from which on a legend may stand at the right
_HIGH = 0.85  # of the figure's height, which that may take
_SAMPLE = 2.6  # times the type's size, of the piece of a line that stands before its name
READABLE = 5.0  # points of the smallest type at line ends
_LABELS = 0.28  # of a figure's width, which names at line ends may take


def label_ends(ax: Axes, lines: Sequence[Line2D], names: Sequence[str], legend: bool = True) -> list[AnnotationBbox]:
    """Write each line's name at its end, in its colour.

    Names stand in a column at the right edge, but for those that begin with "_"; where ends lie close together they are
    pushed apart. A figure that would lose much of its width to them, or in which they would be too small to be read,
    has a legend under it instead, if it may; one that has a legend there already has no labels so small. One whose
    layout leaves them no room, as it is not a constrained one, has a legend in the axes. Then no labels are returned.
    """
    names = [literal(name) for name in names]
    for line, name in zip(lines, names, strict=True):
        line.set_label(name)
    lines = [line for line, name in zip(lines, names, strict=True) if not name.startswith("_")]
    names = [name for name in names if not name.startswith("_")]
    if not names:
        return []
    figure = ax.figure
    size = 0.9 * float(ax.xaxis.label.get_fontsize())
    if not isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine):
        ax.legend(handles=lines, fontsize=size, labelcolor="linecolor")
        return []
    if legend and isinstance(figure, Figure) and _legend_width(names, size) > _LABELS * figure.get_figwidth():
        legend_below(figure, lines, names, size)
        return []
    ends = [_end(line) for line in lines]
    ax.margins(x=0.02)
    ax.autoscale_view()
    if isinstance(figure, Figure) and figure.legends:
        settle(figure)  # what it leaves of the height
    heights = [ax.transAxes.inverted().transform(ax.transData.transform(end))[1] for end in ends]
    pixels = ax.get_window_extent().height
    gap = 1.5 * size * figure.dpi / 72 / max(pixels, 1)
    # So many that they would not fit have to be smaller; a little more so, as the layout will take some height yet.
    crowded = 0.92 / (gap * max(1, len(lines) - 1))
    if crowded < 1:
        if isinstance(figure, Figure) and 0.85 * crowded * size < READABLE and (legend or figure.legends):
            if legend:
                legend_below(figure, lines, names, size)
            return []
        gap, size = crowded * gap, 0.85 * crowded * size
    places = spread(heights, gap)
    # Each label shows a piece of its line, so that they can be told apart without colours.
    labels = [_label(*given, size, len(lines) > 1) for given in zip(lines, names, places, strict=True)]
    for label in labels:
        ax.add_artist(label)
    return labels


def legend_below(figure: Figure, lines: Sequence[Artist], names: Sequence[str], size: float) -> None:
    """A legend under all axes, of names as `literal` gives them, in type of a size that leaves those most of the
    figure's height; names that are wider than the figure are in several lines. It joins one that is there."""
    for before in list(figure.legends):
        there = [text.get_text() for text in before.get_texts()]
        new = [k for k, name in enumerate(names) if name not in there]
        lines = [*filter(None, before.legend_handles), *(lines[k] for k in new)]
        names = [*there, *(names[k] for k in new)]
        before.remove()
    for smaller in (1.0, 0.85, 0.7, 0.6):
        points = smaller * size
        told = _in_width(names, figure.get_figwidth() - _GAP * points / 72, points)
        room = figure.get_figwidth() / (_legend_width(told, points) + _GAP * points / 72)
        across = max(1, min(len(told), int(room)))
        rows = -(-len(told) // across) * max(map(_rows, told), default=1)
        if rows * _LINE * points / 72 < _BELOW * figure.get_figheight():
            break
    place: dict[str, Any] = {"loc": "outside lower center", "labelspacing": 0.25, "borderpad": 0, "borderaxespad": 0.2}
    shown = figure.legend(lines, told, ncols=across, fontsize=points, labelcolor="linecolor", **place)
    for handle in filter(None, shown.legend_handles):
        handle.set(markevery=[1])


def name_lines(ax: Axes, lines: Sequence[Line2D]) -> None:
    """A legend of lines that hides none of their points: in the axes where there is room, or else under them; in a
    figure that is not wide, always under them. Without a constrained layout it can be in the axes only."""
    figure, names = ax.figure, [str(line.get_label()) for line in lines]
    size = 0.9 * float(ax.xaxis.label.get_fontsize())
    if not isinstance(figure, Figure) or not isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine):
        ax.legend(labelcolor="linecolor")
        return
    if is_wide(figure):
        shown = ax.legend(labelcolor="linecolor")
        settle(figure)
        if not _hides(shown, ax):
            return
        shown.remove()
    legend_below(figure, lines, names, size)


def _hides(legend: Legend, ax: Axes) -> bool:
    """Whether a legend stands on a line of its axes, or on a marker."""
    frame = legend.get_window_extent()
    for line in ax.lines:
        reach = 0.5 * (line.get_markersize() + line.get_linewidth()) * ax.figure.dpi / 72
        path = ax.transData.transform_path(line.get_path())
        room = frame.padded(reach)
        with np.errstate(invalid="ignore"):
            if path.intersects_bbox(room, filled=False) or room.count_contains(path.vertices):
                return True
    return False


def legend_outside(ax: Axes) -> None:
    """A legend at the right of axes that have their figure for themselves or, where that is narrow or they have many
    names, under them."""
    figure, (lines, names) = figure_of(ax), ax.get_legend_handles_labels()
    size = FontProperties(size=rcParams["legend.fontsize"]).get_size_in_points()
    if figure.get_figwidth() > _ASIDE * figure.get_figheight():
        for smaller in (1.0, 0.85, 0.7):
            points = smaller * size
            told = _in_width(names, _LABELS * figure.get_figwidth(), points)
            if sum(map(_rows, told)) * _LINE * points / 72 < _HIGH * figure.get_figheight():
                figure.legend(lines, told, fontsize=points, labelcolor="linecolor", loc="outside right center")
                return
    legend_below(figure, lines, names, size)


def _in_width(names: Sequence[str], inches: float, size: float) -> list[str]:
    """Names in as many lines as let them stand in a legend of such a width."""
    return [wrapped(name, (72 * inches / size - _SAMPLE - 0.5) / _LETTER) for name in names]


def _rows(name: str) -> int:
    return name.count("\n") + 1


def _legend_width(names: Sequence[str], size: float) -> float:
    """Inches of the longest name, with a piece of its line."""
    longest = max((columns(line) for name in names for line in name.split("\n")), default=0)
    return (_LETTER * longest + _SAMPLE + 0.5) * size / 72


def legend_beside(ax: Axes) -> bool:
    """A legend at the right of axes that are to scale, in the room that this leaves; False, and none, without any."""
    if not ax.get_legend_handles_labels()[0]:
        return False
    figure, size = figure_of(ax), 0.9 * float(ax.xaxis.label.get_fontsize())
    place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.1, 1.0), "borderpad": 0, "borderaxespad": 0}
    for smaller in (1.0, 0.85, 0.72):
        shown = ax.legend(fontsize=smaller * size, labelcolor="linecolor", frameon=False, labelspacing=0.3, **place)
        shown.set_in_layout(False)
        settle(figure)
        room = shown.get_window_extent()
        if room.x1 <= figure.bbox.x1 and room.y0 >= ax.get_window_extent().y0:
            return True
        shown.remove()
    return False


def few_marks(line: Line2D, marker: str, rank: int) -> None:
    """Put an optimizer's marker on some points of a line, at other ones than the lines of other ranks have."""
    data = np.asarray(line.get_ydata(), dtype=float)
    seen = np.flatnonzero(np.isfinite(data))
    if len(seen) > 1:
        places = (np.arange(_MARKS) + (0.3 + 0.37 * rank) % 1) / _MARKS
        line.set(marker=marker, markersize=2.4 * line.get_linewidth(), markeredgewidth=0)
        line.set_markevery([int(k) for k in np.unique(seen[(places * len(seen)).astype(int)])])


def mark_divergence(ax: Axes, line: Line2D, out: Exit) -> None:
    """Where what a line shows diverged: an arrow in its colour where it leaves the axes, or a cross where it ends
    within them."""
    size = 4.6 * float(line.get_linewidth())
    style: dict[str, Any] = {"mfc": line.get_color(), "mec": current().ground, "mew": 1, "zorder": 5, "clip_on": False}
    if out.edge is None:
        style |= {"transform": ax.transData, "ms": size}
        ax.add_artist(Line2D([out.step], [out.loss], marker="X", **style))
    else:
        inwards = ScaledTranslation(0, (0.5 - out.edge) * 1.3 * size / 72, ax.figure.dpi_scale_trans)
        style |= {"transform": ax.get_xaxis_transform() + inwards, "ms": 1.3 * size}
        ax.add_artist(Line2D([out.step], [out.edge], marker=arrow(180.0 * out.edge - 90), **style))
    ax.update_datalim([(out.step, 0)], updatey=False)
    ax.autoscale_view(scaley=False)


def arrow(degrees: float) -> MarkerStyle:
    """An arrow as a marker, counter-clockwise from the right."""
    outline = [(0.5, 0), (-0.1, 0.5), (-0.1, 0.2), (-0.5, 0.2), (-0.5, -0.2), (-0.1, -0.2), (-0.1, -0.5), (0.5, 0)]
    return MarkerStyle(Path(outline, closed=True)).rotated(deg=degrees)


def mark_floor(ax: Axes, scale: LossScale, curves: Sequence[tuple[ArrayLike, ArrayLike]]) -> None:
    """Say where losses that are less are only rounding, if any of the curves of (steps, losses), (R,) each, comes down
    to there."""
    if not any(scale.reached(losses) for _, losses in curves):
        return
    colours, size = current(), 0.8 * float(ax.xaxis.label.get_fontsize())
    ax.axhline(scale.floor, color=colours.muted, lw=0.4 * rcParams["lines.linewidth"], ls=(0, (1.2, 1.6)), zorder=1)
    place: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "xytext": (0, 3)}
    style: dict[str, Any] = {"color": colours.muted, "fontsize": size, "va": "bottom", "zorder": 3.5}
    halo = [withStroke(linewidth=2, foreground=colours.ground)]
    words = say("reached, but for rounding")
    note = _FloorNote(words, (0, scale.floor), path_effects=halo, **place, **style)
    note.forms, note.scale, note.curves = (words, wrapped(words, 0.6 * columns(words))), scale, curves
    ax.add_artist(note)


class _FloorNote(Annotation):
    """Words over the floor, in one line or two, where the least of curves falls through them: which place that is, is
    known once axes have their size."""

    forms: tuple[str, str]
    scale: LossScale
    curves: Sequence[tuple[ArrayLike, ArrayLike]]

    def update_positions(self, renderer: Any) -> None:
        """Find the place in axes of the size that they have now."""
        assert self.axes is not None
        room, found = self.axes.get_window_extent(renderer), []
        for words in self.forms:
            self.set_text(words)
            seen = Text.get_window_extent(self, renderer)
            size = seen.width / room.width, 1.5 * seen.height / room.height
            place = self.scale.note_at(self.curves, *size)
            found.append((self.scale.passing(self.curves, place, *size), words, place))
        _, words, place = min(found, key=lambda one: one[0])
        side = {0.0: "left", 0.5: "center", 1.0: "right"}[place]
        # At the left they keep off the axis.
        self.xy, self.xyann = (place, self.scale.floor), (0.3 * float(self.get_fontsize()) if place == 0 else 0, 3)
        self.set(text=words, ha=side, ma=side)
        super().update_positions(renderer)


def _end(line: Line2D) -> tuple[float, float]:
    """The last point of a line that can be drawn; nan without one."""
    data = np.column_stack([np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)])
    data = data[np.isfinite(data).all(axis=1)]
    return (float(data[-1, 0]), float(data[-1, 1])) if len(data) else (np.nan, np.nan)


def _label(line: Line2D, name: str, place: float, size: float, sampled: bool) -> AnnotationBbox:
    """A name at the right edge of the axes, at the height `place` of them, after a piece of its line if wanted."""
    words = TextArea(name, textprops={"color": line.get_color(), "fontsize": size, "fontweight": "bold"})
    # So long that its dashes can be seen.
    width, middle = _SAMPLE * size, 0.5 * size
    sample = Line2D([0, width / 2, width], [middle] * 3)
    sample.update_from(line)
    sample.set_linewidth(min(line.get_linewidth(), 0.14 * size))
    sample.set(markevery=[1], markersize=min(line.get_markersize(), 0.5 * size), path_effects=[])
    piece = DrawingArea(width, size)
    # The line's place came along with its looks.
    sample.set_transform(piece.get_transform())
    sample.set_clip_on(False)
    piece.add_artist(sample)
    label = HPacker(children=[piece, words] if sampled else [words], align="center", pad=0, sep=0.3 * size)
    return AnnotationBbox(
        label,
        (1.0, place),
        xycoords="axes fraction",
        xybox=(0.4 * size, 0),
        boxcoords="offset points",
        box_alignment=(0, 0.5),
        frameon=False,
        pad=0,
        annotation_clip=False,
    )


Setting = Literal["axes.titlesize", "figure.titlesize", "font.size"]


def fitted(words: str, inches: float, size: Setting = "axes.titlesize") -> str:
    """A bold title, in as many lines as it needs in such a width; `size` is the setting of its type's. Names in it are
    shown letter by letter."""
    width = _CHARACTERS * inches / FontProperties(size=rcParams[size]).get_size_in_points()
    lines = wrapped(literal(words, _TITLE), width).split("\n")
    if len(lines) > _LINES:
        lines[_LINES - 2 : -1] = ["…"]
    return "\n".join(lines)


def titled(ax: Axes, *further: str, of: Terrain) -> None:
    """Over axes the terrain's name, and further facts, in as many lines as they need."""
    ax.set_title(fitted(listed([title_of(of), *further]), room_over(ax)))


def room_over(ax: Axes) -> float:
    """The inches that a title over axes has, as far as can be told before the layout."""
    if len(ax.figure.axes) == 1:
        return float(0.97 * ax.figure.bbox.width / ax.figure.dpi)
    return float(1.2 * ax.get_position(original=True).width * ax.figure.bbox.width / ax.figure.dpi)


def headed(words: str, run: Run, inches: float) -> str:
    """A title that ends in the name of the run, in as many lines as the width asks for."""
    facts = listed(facts_of(run))
    return fitted(say("{what}: {facts}", what=words, facts=facts) if words else facts, inches)


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
