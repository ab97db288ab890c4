"""Source Sans 3 for matplotlib.

The font ships as one variable file, of which matplotlib can show only the lightest weight. Two weights are cut out of
it once and kept in matplotlib's cache folder.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path

import matplotlib
from matplotlib import font_manager

FAMILY = "Source Sans 3"
_WEIGHTS = (400, 700)
# Latin, Greek, punctuation, super- and subscripts, arrows and mathematical operators.
_CHARACTERS = [*range(0x20, 0x180), *range(0x370, 0x400), *range(0x2000, 0x2300)]


def variable_font() -> Path:
    """The variable font file that the font package brings."""
    return Path(str(resources.files("fontpkg_source_sans_3") / "files" / "SourceSans3[wght].ttf"))


def chinese_font() -> Path:
    """The variable font collection, of Noto Sans CJK, that the font package brings for Chinese."""
    return Path(str(resources.files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc"))


@cache
def register() -> None:
    """Make the family known to matplotlib; quick after the first time on a machine."""
    for weight in _WEIGHTS:
        path = Path(matplotlib.get_cachedir()) / f"landscape-SourceSans3-{weight}.ttf"
        if not path.exists():
            _cut(weight, path)
        font_manager.fontManager.addfont(path)


def _cut(weight: int, path: Path) -> None:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(variable_font())
    # Fewer glyphs first: fixing the weight of all of them takes ten times as long.
    subsetter = Subsetter(Options(layout_features=["kern", "mark", "ccmp"], notdef_outline=True, name_IDs=["*"]))
    subsetter.populate(unicodes=_CHARACTERS)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": weight}, updateFontNames=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".ttf")
    os.close(handle)
    font.save(temporary)
    os.replace(temporary, path)
