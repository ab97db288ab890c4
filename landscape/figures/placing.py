"""Names beside paths on a map, where they hide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from ..core.annotations import Floats
from .palettes import current
from .words import say


def name_paths(paths: Sequence[Floats], names: Sequence[str], hues: Sequence[str], ax: Axes, one_start: bool) -> None:
    """Write each name, in its colour, near the end of its path (n, 2), where it hides nothing, and "start" where all
    begin if they do so in one place. What lies beyond the map is not named; nor is any path, where the names do not all
    have room on it: those that were left would be taken for all.
    """
    colours, em = current(), float(plt.rcParams["font.size"]) * ax.figure.dpi / 72
    frame = ax.get_window_extent()
    seen = [np.clip(ax.transData.transform(path), frame.min, frame.max) for path in paths]
    dense = [densely(one, 0.3 * em) for one in seen]
    inside = [[frame.contains(*ax.transData.transform(path[end])) for end in (0, -1)] for path in paths]
    wanted = [
        (name, one[-1], one[-1] - one[max(0, len(one) - 6)], hue, "bold")
        for name, one, hue, (_, ends_here) in zip(names, seen, hues, inside, strict=True)
        if ends_here
    ]
    if one_start and inside[0][0]:
        away = seen[0][0] - np.mean([one[-1] for one in seen], axis=0)
        wanted.append((say("start"), seen[0][0], away, colours.ink, "normal"))
    written = [text.get_window_extent() for text in ax.texts]
    room = _Room(frame, em, np.concatenate(dense), np.array([one[end] for one in seen for end in (0, -1)]), written)
    told: list[Annotation] = []
    crowded = False
    # The longest first, as it has the fewest places.
    for name, end, way, colour, weight in sorted(wanted, key=lambda one: -len(one[0])):
        others = [
            one for one in dense if np.hypot(*(one[-1] - end)) > 0.5 * em and np.hypot(*(one[0] - end)) > 0.5 * em
        ]
        text, fits = _write(name, end, way, others, room, ax, color=colour, weight=weight)
        if weight == "bold":
            told.append(text)
            crowded |= not fits
    if crowded:
        for text in told:
            text.remove()


def tell_exits(
    words: Sequence[str], points: Floats, ways: Floats, hues: Sequence[str], paths: Sequence[Floats], ax: Axes
) -> None:
    """Write words, each in its colour, near the points (n, 2) where paths (m, 2) leave a map along `ways` (n, 2): on
    the map, and where they hide nothing."""
    size = 0.8 * float(plt.rcParams["font.size"])
    em = size * ax.figure.dpi / 72
    frame = ax.get_window_extent()
    ends, ahead = ax.transData.transform(points), ax.transData.transform(points + ways)
    # Only the parts of paths before they leave are in the way.
    seen = [np.clip(ax.transData.transform(path), frame.min, frame.max) for path in paths if len(path)]
    dense = [densely(one, 0.3 * em) for one in seen]
    written = [text.get_window_extent() for text in ax.texts]
    room = _Room(frame, em, np.concatenate(dense), ends, written)
    for one, end, onwards, hue in zip(words, ends, ahead, hues, strict=True):
        _write(one, end, end - onwards, [], room, ax, color=hue, weight="bold", fontsize=size)


def _write(
    words: str, end: Floats, way: Floats, others: Sequence[Floats], room: _Room, ax: Axes, **style: Any
) -> tuple[Annotation, bool]:
    """Words beside a point in pixels, where there is most room for them, and whether they stand within the map and on
    no other words; the rest is as in `_Room.place`."""
    text = ax.annotate(
        words,
        tuple(ax.transData.inverted().transform(end)),
        xytext=(0, 0),
        textcoords="offset points",
        ha="center",
        va="center",
        path_effects=[withStroke(linewidth=3, foreground=current().ground, alpha=0.85)],
        zorder=12,
        **style,
    )
    text.set_in_layout(False)
    extent = text.get_window_extent()
    # Letters are not as high as their line.
    offset, fits = room.place(np.array([extent.width, 0.85 * extent.height]) / 2, end, way, others)
    text.set_position(tuple(offset * 72 / text.figure.dpi))
    return text, fits


def densely(points: Floats, gap: float) -> Floats:
    """A path (n, 2) as points that are about `gap` apart, 2,000 at the most."""
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    places = np.linspace(0, way[-1], int(np.clip(way[-1] / gap, 2, 2000)))
    return np.stack([np.interp(places, way, column) for column in points.T], axis=-1)


@dataclass(frozen=True)
class _Room:
    """Where on a map words can stand; all in pixels.

    frame : the map. em : the type's size. paths (n, 2) : points of all paths. marks (m, 2) : starts and ends. boxes :
    the words that are there.
    """

    frame: Bbox
    em: float
    paths: Floats
    marks: Floats
    boxes: list[Bbox]

    def place(self, half: Floats, end: Floats, way: Floats, others: Sequence[Floats]) -> tuple[Floats, bool]:
        """The offset (2,) from `end` to the middle of words of half sizes `half` (2,), where they hide least, and
        whether they are within the map and on no other words there.

        way : the direction that the path has there. others : the paths (n, 2) that words should not stand beyond.
        """
        onwards = way / max(float(np.hypot(*way)), 1e-9)
        beyond = np.concatenate([np.empty((0, 2)), *others])
        best, chosen = np.inf, (np.zeros(2), self.frame)
        for far in (0.55, 0.9, 1.4, 2.0, 3.0, 4.2, 5.6):
            for angle in np.arange(24) * np.pi / 12:
                towards = np.array([np.cos(angle), np.sin(angle)])
                offset = half * np.clip(1.6 * towards, -1, 1) + far * self.em * towards
                low, high = end + offset - half - 0.1 * self.em, end + offset + half + 0.1 * self.em
                cost = 2 * far - 0.8 * float(towards @ onwards) + self._cost(low, high)
                # Beyond another path they would be taken for that one's.
                between = end + np.linspace(0, 1, 12)[:, None] * (np.clip(end, low, high) - end)
                cost += 6 * bool((np.hypot(*(beyond[:, None] - between).T) < 0.2 * self.em).any())
                if cost < best:
                    best, chosen = cost, (offset, Bbox([low, high]))
        offset, box = chosen
        within = all(self.frame.contains(*corner) for corner in (box.p0, box.p1))
        fits = within and not any(box.overlaps(other) for other in self.boxes)
        self.boxes.append(box)
        return offset, fits

    def _cost(self, low: Floats, high: Floats) -> float:
        """What words between two corners (2,) would hide."""
        near = 0.3 * self.em
        west, south, east, north = self.frame.extents
        inside = low[0] >= west + near and low[1] >= south + near and high[0] <= east - near and high[1] <= north - near
        hidden = ((self.paths > low) & (self.paths < high)).all(axis=1).sum()
        covered = ((self.marks > low - near) & (self.marks < high + near)).all(axis=1).sum()
        written = sum(Bbox([low, high]).overlaps(box) for box in self.boxes)
        return float(100 * (not inside) + 4 * hidden + 20 * covered + 50 * written)
