"""The figures' markers on a page: as Plotly's symbols, as outlines of SVG, and as the letters of a small font.

Plotly has few shapes for reliefs, but draws text there, so a font of shapes makes all of them the same everywhere.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from matplotlib.markers import MarkerStyle
from matplotlib.transforms import Affine2D

from ..core.annotations import Floats

FAMILY = "Landscape Marks"
# Matplotlib's markers, as Plotly calls them.
SYMBOLS = {
    "o": "circle",
    "s": "square",
    "^": "triangle-up",
    "v": "triangle-down",
    "<": "triangle-left",
    ">": "triangle-right",
    "D": "diamond",
    "d": "diamond-tall",
    "P": "cross",
    "X": "x",
    "*": "star",
    "p": "pentagon",
    "h": "hexagon",
    "H": "hexagon2",
    "8": "octagon",
}
_FIRST = 0xE000  # of the characters that mean nothing of their own
_UNITS = 1000  # of the font, to the side of a letter
_SIZE = 0.9  # of a marker in its letter


def letter(marker: str) -> str:
    """The character that is a marker's shape in the font."""
    return chr(_FIRST + list(SYMBOLS).index(marker))


def outline(marker: str, size: float) -> str:
    """A marker around (0, 0), `size` wide, as the path of an SVG."""
    return "".join(
        "M" + "L".join(f"{size * x:.2f} {-size * y:.2f}" for x, y in polygon) + "Z" for polygon in _polygons(marker)
    )


def font_face(markers: Sequence[str]) -> str:
    """A CSS rule that holds a font of these markers."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    glyphs, names, widths = {".notdef": TTGlyphPen(None).glyph()}, {}, {".notdef": (_UNITS, 0)}
    for k, marker in enumerate(dict.fromkeys(markers)):
        pen, left = TTGlyphPen(None), _UNITS
        for polygon in _polygons(marker):
            points = [(round(_UNITS * (0.5 + _SIZE * x)), round(_UNITS * (0.35 + _SIZE * y))) for x, y in polygon]
            pen.moveTo(points[0])
            for point in points[1:]:
                pen.lineTo(point)
            pen.closePath()
            left = min(left, *(x for x, _ in points))
        widths[f"mark{k}"] = (_UNITS, left)
        glyphs[f"mark{k}"], names[ord(letter(marker))] = pen.glyph(), f"mark{k}"
    font = FontBuilder(_UNITS, isTTF=True)
    font.setupGlyphOrder(list(glyphs))
    font.setupCharacterMap(names)
    font.setupGlyf(glyphs)
    font.setupHorizontalMetrics(widths)
    up, down = round(0.85 * _UNITS), round(0.15 * _UNITS)
    font.setupHorizontalHeader(ascent=up, descent=-down)
    font.setupOS2(sTypoAscender=up, sTypoDescender=-down, usWinAscent=up, usWinDescent=down)
    font.setupNameTable({"familyName": FAMILY, "styleName": "Regular"})
    font.setupPost()
    buffer = BytesIO()
    font.save(buffer)
    data = b64encode(buffer.getvalue()).decode()
    return f"@font-face{{font-family:'{FAMILY}';src:url(data:font/ttf;base64,{data})}}"


def _polygons(marker: str) -> list[Floats]:
    """The outline (n, 2) of each part of a marker, about 1 wide around (0, 0)."""
    style = MarkerStyle(marker)
    # Enlarged, as curves are cut into pieces of a pixel or so.
    path = style.get_path().transformed(style.get_transform() + Affine2D().scale(_UNITS))
    return [np.asarray(polygon)[:-1] / _UNITS for polygon in path.to_polygons(closed_only=True)]
