"""Source Sans 3 and, for Chinese, Noto Sans CJK SC in matplotlib.

Both ship as variable fonts, of which matplotlib can show only the lightest weight. Two weights are cut out of each once
when they are first needed, and kept in matplotlib's cache folder.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import font_manager

FAMILY = "Source Sans 3"
CHINESE = "Noto Sans CJK SC"
HAN = 0x2E80  # the first character that is Chinese
_WEIGHTS = {"Regular": 400, "Bold": 700}
# Latin, Greek, punctuation, super- and subscripts, arrows and mathematical operators.
_CHARACTERS = [*range(0x20, 0x180), *range(0x370, 0x400), *range(0x2000, 0x2300)]
# Chinese punctuation and full-width forms, beside the characters of GB 2312.
_PUNCTUATION = [0x20, *range(0x2010, 0x2027), *range(0x3000, 0x3020), *range(0xFF00, 0xFF60)]


def variable_font() -> Path:
    """The variable font file that the font package brings."""
    return Path(str(resources.files("fontpkg_source_sans_3") / "files" / "SourceSans3[wght].ttf"))


def chinese_font() -> Path:
    """The variable font collection, of Noto Sans CJK, that the font package brings for Chinese."""
    return Path(str(resources.files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc"))


def register() -> None:
    """Make Source Sans 3 known to matplotlib; quick after the first time on a machine."""
    for style, weight in _WEIGHTS.items():
        _add(f"SourceSans3-{style}", FAMILY, weight, partial(_latin, weight))
    if all(_cached(f"NotoSansCJKsc-{style}").exists() for style in _WEIGHTS):
        register_chinese()
    elif not any(entry.name == CHINESE for entry in font_manager.fontManager.ttflist):
        # Another font answers to its name, without which matplotlib would complain, until it is needed.
        path = font_manager.findfont("DejaVu Sans")
        for weight in _WEIGHTS.values():
            font_manager.fontManager.ttflist.append(font_manager.FontEntry(fname=path, name=CHINESE, weight=weight))


def register_chinese() -> None:
    """Make Noto Sans CJK SC known to matplotlib; takes some ten seconds for the first time on a machine."""
    for style, weight in _WEIGHTS.items():
        _add(f"NotoSansCJKsc-{style}", CHINESE, weight, partial(_chinese, style))


def letters(words: str) -> frozenset[str]:
    """Those letters of a text that the fonts of the style in force have."""
    families = [str(one) for one in matplotlib.rcParams["font.family"]]
    if CHINESE in families and any(ord(letter) >= HAN for letter in words):
        register_chinese()
    properties = font_manager.FontProperties(family=families)
    paths = tuple(font_manager.fontManager._find_fonts_by_props(properties))
    return frozenset(letter for letter in words if any(ord(letter) in _codes(str(path)) for path in paths))


@cache
def _codes(path: str) -> frozenset[int]:
    return frozenset(font_manager.get_font(path).get_charmap())


def _add(name: str, family: str, weight: int, cut: Callable[[], Any]) -> None:
    """Register a font file of the cache, which is made if it is not there."""
    path, known = _cached(name), font_manager.fontManager.ttflist
    first = next((entry.fname for entry in known if entry.name == family and entry.weight == weight), "")
    if first == str(path):
        return
    if not path.exists():
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".ttf")
        os.close(handle)
        cut().save(temporary)
        os.replace(temporary, path)
    # Of fonts of one name the first is taken, and the system's may be such as can neither be cut nor put into SVG.
    others = known[:]
    known.clear()
    font_manager.fontManager.addfont(path)
    known += others


def _cached(name: str) -> Path:
    return Path(matplotlib.get_cachedir()) / f"landscape-{name}.ttf"


def _latin(weight: int) -> Any:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(variable_font(), recalcTimestamp=False)
    # Fewer glyphs first: fixing the weight of all of them takes ten times as long.
    subsetter = Subsetter(Options(layout_features=["kern", "mark", "ccmp"], notdef_outline=True, name_IDs=["*"]))
    subsetter.populate(unicodes=_CHARACTERS)
    subsetter.subset(font)
    return instancer.instantiateVariableFont(font, {"wght": weight}, updateFontNames=True)


def _chinese(style: str) -> Any:
    """A TrueType font, as PDF files can hold no other, of the characters that GB 2312 has."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTCollection

    font = next(one for one in TTCollection(chinese_font(), lazy=True) if one["name"].getDebugName(1) == CHINESE)
    known = font.getBestCmap()
    mapping = {code: known[code] for code in [*_PUNCTUATION, *_hanzi()] if code in known}
    outlines = font.getGlyphSet(location={"wght": _WEIGHTS[style]})
    glyphs = {}
    for name in [".notdef", *dict.fromkeys(mapping.values())]:
        pen = TTGlyphPen(None)
        # An error of a thousandth of the type's size cannot be seen.
        outlines[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        glyphs[name] = pen.glyph()
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(mapping)
    builder.setupGlyf(glyphs)
    # Where a glyph begins is known only now; an empty one, the space, has no bounds.
    builder.setupHorizontalMetrics(
        {name: (round(outlines[name].width), getattr(glyph, "xMin", 0)) for name, glyph in glyphs.items()}
    )
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    builder.setupNameTable({"familyName": CHINESE, "styleName": style, "psName": f"NotoSansCJKsc-{style}"})
    typographic = {name: getattr(font["OS/2"], name) for name in ("sTypoAscender", "sTypoDescender")}
    builder.setupOS2(usWeightClass=_WEIGHTS[style], **typographic)
    builder.setupPost()
    return builder


def _hanzi() -> list[int]:
    """The code points of GB 2312's 6,763 Chinese characters."""
    pairs = (bytes([row, column]) for row in range(0xB0, 0xF8) for column in range(0xA1, 0xFF))
    return [ord(text) for text in (pair.decode("gb2312", "ignore") for pair in pairs) if text]
