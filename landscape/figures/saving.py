"""Figures as files: pictures, and vector graphics that bring their fonts along."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from contextlib import nullcontext
from functools import lru_cache
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, Any

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont

from ..core.errors import unknown
from ..files import kinds, writing
from . import fonts
from .layout import kept

_KINDS = {"png": kinds.PNG, "svg": kinds.SVG, "pdf": kinds.PDF}
FORMATS = tuple(_KINDS)
_UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}


def save(figure: Figure, path: str | Path, formats: str | Sequence[str] = (), transparent: bool = False) -> list[Path]:
    """Write a figure into files of one name: path.png, path.svg …

    Text in SVG and PDF files stays text, which can be searched and edited, and the files hold what they need of the
    fonts. An ending that `path` has is the format if none is given. transparent : without the ground of the style.
    Returns the files. ValueError for a format other than png, svg and pdf.
    """
    path = Path(path)
    formats = [formats] if isinstance(formats, str) else formats
    ending = path.suffix.lstrip(".")
    if ending in FORMATS:
        path, formats = path.with_suffix(""), formats or [ending]
    for one in formats:
        if one not in FORMATS:
            raise unknown("format", one, FORMATS)
    files = [path.with_name(f"{path.name}.{one}") for one in formats or ["png"]]
    kinds_of = [_KINDS[one] for one in formats or ["png"]]
    # All of them, before the first is replaced.
    for file, kind in zip(files, kinds_of, strict=True):
        writing.check(file, kind)
    with writing.room(path):
        for k, (file, kind) in enumerate(zip(files, kinds_of, strict=True)):
            # All of them have the layout of the first.
            with kept(figure) if k else nullcontext():
                if kind == kinds.SVG:
                    writing.write_bytes(file, svg(figure, transparent).encode(), kind)
                else:
                    buffer = BytesIO()
                    write(figure, buffer, format=file.suffix.lstrip("."), transparent=transparent)
                    writing.write_bytes(file, buffer.getbuffer(), kind)
    return files


def svg(figure: Figure, transparent: bool = False) -> str:
    """A figure as an SVG document that holds the letters of the project's fonts that it uses."""
    return lettered(bare_svg(figure, transparent))


def bare_svg(figure: Figure, transparent: bool = False) -> str:
    """The same without the letters."""
    buffer = StringIO()
    write(figure, buffer, format="svg", transparent=transparent)
    return buffer.getvalue()


def lettered(drawing: str, faces: str = "") -> str:
    """An SVG document with rules of `font_faces` in it: `faces`, or those of its own letters."""
    faces = faces or faces_of(drawing)
    return drawing.replace("<defs>", f'<defs>\n  <style type="text/css">{faces}</style>', 1) if faces else drawing


def faces_of(*drawings: str) -> str:
    """The rules of `font_faces` for the letters of SVG documents."""
    texts = re.findall(r"<text\b.*?</text>", "".join(drawings), re.DOTALL)
    letters = unescape("".join(re.sub(r"<[^>]*>", "", text) for text in texts))
    bold = any(re.search(r"font-weight: (700|bold)|\b700 \d", text) for text in texts)
    return font_faces(letters, (400, 700) if bold else (400,))


def write(figure: Figure, file: IO[Any], *, transparent: bool, **kwargs: Any) -> None:
    """`Figure.savefig`, where transparent legends have no ground either, unless they lie on a map or an image, and
    where a figure has the same bytes whenever it is written."""
    on_lines = [ax.get_legend() for ax in figure.axes if not (ax.collections or ax.images)]
    boxes = [one.get_frame() for one in (*on_lines, *figure.legends) if one is not None and transparent]
    seen = [box.get_visible() for box in boxes]
    try:
        for box in boxes:
            box.set_visible(False)
        with rc_context({"svg.hashsalt": "landscape"}):
            figure.savefig(file, transparent=transparent, metadata=_UNDATED.get(kwargs.get("format", "")), **kwargs)
    finally:
        for box, was in zip(boxes, seen, strict=True):
            box.set_visible(was)


def font_faces(letters: str, weights: Sequence[int] = (400, 700)) -> str:
    """CSS rules that bring those letters of the project's fonts along: of Source Sans 3 what it has, and the others of
    Noto Sans CJK SC. For documents that are to look the same where neither is installed.
    """
    fonts.register()
    wanted = set(letters)
    chinese = {letter for letter in wanted if ord(letter) >= fonts.HAN}
    if chinese:
        fonts.register_chinese()
    families = {fonts.FAMILY: "".join(sorted(wanted - chinese)), fonts.CHINESE: "".join(sorted(chinese))}
    return "".join(_face(family, weight, some) for family, some in families.items() if some for weight in weights)


# Taking letters out of a font takes .2 s, and one page after the other needs the same ones.
@lru_cache(maxsize=32)
def _face(family: str, weight: int, letters: str) -> str:
    """A CSS rule that holds those letters, in their order, of a font which it has."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    path = findfont(FontProperties(family=family, weight=weight), fallback_to_default=False)
    font: Any = TTFont(path, recalcTimestamp=False)
    subsetter = Subsetter(Options(notdef_outline=True))
    subsetter.populate(unicodes=[ord(letter) for letter in letters])
    subsetter.subset(font)
    font.flavor = "woff"
    buffer = BytesIO()
    font.save(buffer)
    data = b64encode(buffer.getvalue()).decode()
    return f"@font-face{{font-family:'{family}';font-weight:{weight};src:url(data:font/woff;base64,{data})}}"
