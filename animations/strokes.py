"""How a line and its head are drawn: an optimizer's colour, dash and marker, as in figures."""

from __future__ import annotations

import numpy as np
from manim import Dot, LineJointType, VGroup, VMobject
from matplotlib.markers import MarkerStyle
from numpy.typing import NDArray

from landscape.core.annotations import Array
from landscape.figures.labels import arrow
from landscape.figures.palettes import DASHES, Dash, Look

_UNIT = 0.01  # of manim's, that a stroke of width 1 is wide
_SLACK = 1e-6  # of manim's units, as places on a border are rounded
_ROUND = "o"
_THIRDS = np.linspace(0, 1, 4)[:, None]  # of a straight line, as a Bézier curve


def plain(colour: str) -> Look:
    """The look of what is no optimizer: a solid line and a ball."""
    return Look(colour, DASHES[0], _ROUND)


class Stroke(VMobject):
    """A line in the colour and the dash of a look, along points that may change.

    within : the corners (2, 2) of the box of the scene that it is seen in; everywhere if None.
    """

    def __init__(self, look: Look, width: float = 4, within: Array | None = None) -> None:
        # A bouncing walk turns so sharply that other joints would stick out as thorns.
        super().__init__(stroke_color=look.colour, stroke_width=width, joint_type=LineJointType.ROUND)
        self._pattern, self._within = pattern(look.dash, width * _UNIT), within

    def follow(self, path: Array) -> None:
        """Lie along the points (n, 3)."""
        parts = np.stack([path[:-1], path[1:]], axis=1)
        if self._within is not None:
            parts = clipped(parts, self._within)
        if self._pattern is not None:
            parts = dashed(parts, self._pattern)
        if not len(parts):
            parts = np.repeat(path[:1], 2, axis=0)[None] if len(path) else np.zeros((1, 2, 3))
        begin, end = parts[:, :1], parts[:, 1:]
        self.set_points(((1 - _THIRDS) * begin + _THIRDS * end).reshape(-1, 3))

    def sees(self, point: Array) -> bool:
        """Whether a point (2,) lies in its box."""
        return self._within is None or bool(
            ((point >= self._within[0] - _SLACK) & (point <= self._within[1] + _SLACK)).all()
        )


def pattern(dash: Dash, unit: float) -> Array | None:
    """The lengths of a dash's strokes and gaps, by turns, where a line is `unit` wide; None for a solid line."""
    lengths = dash[1]
    return None if lengths is None else unit * np.asarray(lengths, dtype=np.float64)


def shown(along: Array, lengths: Array) -> NDArray[np.bool_]:
    """Whether the places so far along a line (n,) lie in a stroke of a dash, not in a gap."""
    edges = np.cumsum(lengths)
    piece = np.searchsorted(edges, np.mod(along, edges[-1]), side="right")
    return np.asarray(piece % 2 == 0)


def dashed(parts: Array, lengths: Array) -> Array:
    """What a dash leaves of the straight parts (k, 2, d) of a line, (m, 2, d)."""
    sizes = np.linalg.norm(parts[:, 1] - parts[:, 0], axis=-1)
    parts, sizes = parts[sizes > 0], sizes[sizes > 0]
    if not len(parts):
        return parts
    ends = np.cumsum(sizes)
    edges = np.cumsum(lengths)
    turns = (np.arange(int(ends[-1] // edges[-1]) + 1)[:, None] * edges[-1] + edges).ravel()
    cuts = np.union1d(np.append(0.0, ends), turns[turns < ends[-1]])
    middles = (cuts[:-1] + cuts[1:]) / 2
    which = np.minimum(np.searchsorted(ends, middles, side="right"), len(parts) - 1)
    begin = (ends - sizes)[which]
    shares = np.stack([cuts[:-1] - begin, cuts[1:] - begin], axis=-1) / sizes[which][:, None]
    found = parts[which, :1] + shares[..., None] * (parts[which, 1:] - parts[which, :1])
    return np.asarray(found[shown(middles, lengths)])


def clipped(parts: Array, box: Array) -> Array:
    """What lies in a box, of corners (2, 2), of the straight parts (k, 2, d) of a line (Liang & Barsky 1984)."""
    begin, way = parts[:, 0], parts[:, 1] - parts[:, 0]
    first, last = np.zeros(len(parts)), np.ones(len(parts))
    with np.errstate(divide="ignore", invalid="ignore"):
        for axis in (0, 1):
            ends = (box[:, axis] - begin[:, axis, None]) / way[:, axis, None]
            level = way[:, axis] == 0
            outside = (begin[:, axis] < box[0, axis]) | (begin[:, axis] > box[1, axis])
            first = np.maximum(first, np.where(level, np.where(outside, 2.0, 0.0), ends.min(axis=1)))
            last = np.minimum(last, np.where(level, 1.0, ends.max(axis=1)))
    seen = first < last
    shares = np.stack([first, last], axis=-1)[seen, :, None]
    return np.asarray(begin[seen, None] + shares * way[seen, None])


def marker(look: Look, radius: float) -> VMobject:
    """The look's marker, filled, about as large as a ball of this radius."""
    if look.marker == _ROUND:
        return Dot(radius=radius, color=look.colour)
    return _shape(MarkerStyle(look.marker), look.colour, 2.3 * radius)


def arrow_head(way: Array, colour: str, radius: float) -> VMobject:
    """An arrow for what leaves, in the direction (2,)."""
    return _shape(arrow(float(np.rad2deg(np.arctan2(way[1], way[0])))), colour, 3.2 * radius)


def cross(colour: str, radius: float) -> VMobject:
    """Where something ended that did not leave."""
    return _shape(MarkerStyle("X"), colour, 2.6 * radius)


def _shape(style: MarkerStyle, colour: str, size: float) -> VMobject:
    outline = np.asarray(style.get_path().transformed(style.get_transform()).to_polygons()[0], dtype=np.float64)
    shape = VMobject(fill_color=colour, fill_opacity=1, stroke_width=0)
    return shape.set_points_as_corners(np.column_stack([size * outline, np.zeros(len(outline))]))


def sample(look: Look, radius: float = 0.09) -> VGroup:
    """What a legend shows: a piece of the line with its marker on it."""
    line = Stroke(look)
    line.follow(np.array([[-0.36, 0, 0], [0.36, 0, 0]]))
    return VGroup(line, marker(look, radius))
