"""Where words stand on a figure."""

from __future__ import annotations

from itertools import combinations

from matplotlib.offsetbox import AnnotationBbox
from matplotlib.text import Annotation, Text


def check_inside(boxes, figure, spare=0):
    """All lie within the figure, but for some pixels."""
    for box in boxes:
        assert min(box.x0, box.y0) >= -spare
        assert box.x1 <= figure.bbox.x1 + spare
        assert box.y1 <= figure.bbox.y1 + spare


def check_text(figure, numbers=True):
    """All words but those on contour lines, and the axes' numbers, lie inside the figure and do not overlap."""
    drawn = _drawn(figure, numbers)
    # Without the arrows of annotations.
    boxes = [Text.get_window_extent(one) if isinstance(one, Text) else one.get_window_extent() for one in drawn]
    check_inside(boxes, figure)
    # Numbers at the corner of axes may share the air above and below letters.
    air = 0.2 * numbers
    letters = [(box.x0, box.y0 + air * box.height, box.x1, box.y1 - air * box.height) for box in boxes]
    for a, b in combinations(letters, 2):
        assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def _drawn(figure, numbers):
    texts = []
    for ax in figure.axes:
        texts += [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label]
        texts += [text for text in ax.texts if isinstance(text, Annotation)]
        texts += [label for label in ax.artists if isinstance(label, AnnotationBbox)]
        for axis in (ax.xaxis, ax.yaxis) if numbers else ():
            texts += [tick.label1 for tick in axis._update_ticks() if tick.label1.get_visible()]
    return [text for text in texts if not isinstance(text, Text) or text.get_text()]
