"""Figures as files: pictures, and vector graphics that bring their fonts along."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont

from ..errors import unknown
from . import fonts

FORMATS = ("png", "svg", "pdf")


def save(figure: Figure, path: str | Path, formats: Sequence[str] = (), transparent: bool = False) -> list[Path]:
    """Write a figure into files of one name: path.png, path.svg …

    Text in SVG and PDF files stays text, which can be searched and edited, and the files hold what they need of the
    fonts. An ending that `path` has is the format if none is given. transparent : without the ground of the style.
    Returns the files. ValueError for a format other than png, svg and pdf.
    """
    path = Path(path)
    ending = path.suffix.lstrip(".")
    if ending in FORMATS:
        path, formats = path.with_suffix(""), formats or [ending]
    for one in formats:
        if one not in FORMATS:
            raise unknown("format", one, FORMATS)
    path.parent.mkdir(parents=True, exist_ok=True)
    files = [path.with_name(f"{path.name}.{one}") for one in formats or ["png"]]
    for file in files:
        if file.suffix == ".svg":
            file.write_text(svg(figure, transparent), encoding="utf-8")
        else:
            figure.savefig(file, transparent=transparent)
    return files


def svg(figure: Figure, transparent: bool = False) -> str:
    """A figure as an SVG document that holds the letters of the project's fonts that it uses."""
    buffer = StringIO()
    figure.savefig(buffer, format="svg", transparent=transparent)
    drawing = buffer.getvalue()
    texts = re.findall(r"<text\b.*?</text>", drawing, re.DOTALL)
    letters = set(unescape("".join(re.sub(r"<[^>]*>", "", text) for text in texts)))
    faces = []
    for family in (fonts.FAMILY, fonts.CHINESE):
        for weight in (400, 700):
            bold = [bool(re.search(r"font-weight: (700|bold)|\b700 \d", text)) for text in texts]
            if any(family in text and (weight == 700) == is_bold for text, is_bold in zip(texts, bold, strict=True)):
                faces.append(_face(family, weight, letters))
    style = f'<style type="text/css">{"".join(faces)}</style>'
    return drawing.replace("<defs>", f"<defs>\n  {style}", 1) if faces else drawing


def _face(family: str, weight: int, letters: set[str]) -> str:
    """A CSS rule that holds those letters of a font which it has; empty if it has none."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    file = findfont(FontProperties(family=family, weight=weight), fallback_to_default=False)
    font: Any = TTFont(file)
    known = {code for letter in letters if (code := ord(letter)) in font.getBestCmap()}
    # Spaces alone are no reason to bring a font.
    if not known - {0x20, 0xA0}:
        return ""
    subsetter = Subsetter(Options(notdef_outline=True))
    subsetter.populate(unicodes=known)
    subsetter.subset(font)
    font.flavor = "woff"
    buffer = BytesIO()
    font.save(buffer)
    data = b64encode(buffer.getvalue()).decode()
    return f"@font-face{{font-family:'{family}';font-weight:{weight};src:url(data:font/woff;base64,{data})}}"
