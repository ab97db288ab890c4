"""The project's own design: `master.pptx`, in the colours of a theme and the words of a language.

All of it is in the master and its layouts, so that slides that are added later look like the others, and a change there
changes all. The file can be edited in PowerPoint; what is expected of it stands in `own`.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from ..figures.palettes import Palette
from .boxes import Box
from .design import Design, box_of, sizes_down
from .parts import Look
from .vocabulary import Words

# The layouts of the file, in its order.
_LAYOUTS = ("title", "content", "sentence", "two", "only", "blank")

_COVER_LEFT = 7.3  # inches, from where on the picture of an opening slide covers it


def own(look: Look) -> Design:
    """A presentation of 16:9 in the theme, without slides."""
    words, palette = Words(look.lang), look.palette
    with (resources.files(__package__) / "master.pptx").open("rb") as file:
        presentation: Any = Presentation(file)
    master = presentation.slide_master
    layouts = dict(zip(_LAYOUTS, presentation.slide_layouts, strict=True))
    for name, layout in layouts.items():
        layout.name = words(f"layouts.{name}")
    for shapes in (master, *layouts.values()):
        _prompt(shapes, words)
    _colour(master, palette)
    (text,) = (one for one in layouts["content"].placeholders if one.placeholder_format.idx == 1)
    width, height = (float(side.inches) for side in (presentation.slide_width, presentation.slide_height))
    return Design(
        presentation,
        layouts["title"],
        layouts["only"],
        layouts["sentence"],
        layouts["two"],
        box_of(text),
        Box(_COVER_LEFT, 0.0, width - _COVER_LEFT, height),
        sizes_down(_points(master.element.find(qn("p:txStyles")).find(qn("p:titleStyle"))), 18),
        sizes_down(_points(layouts["title"].placeholders[0].element), 24),
        own=True,
    )


def _points(element: Any) -> float:
    """The size of the first level of text."""
    return int(element.find(".//" + qn("a:defRPr")).get("sz")) / 100


def _prompt(shapes: Any, words: Words) -> None:
    """What stands in empty placeholders, in the deck's language."""
    for shape in shapes.placeholders:
        kind = shape.element.find(".//" + qn("p:ph")).get("type", "obj")
        if kind not in ("sldNum", "dt", "ftr"):
            shape.text_frame.text = words("layouts.prompt" if kind in ("title", "ctrTitle") else "layouts.text")


def _colour(master: Any, palette: Palette) -> None:
    """The theme's colours in place of the file's."""
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = parse_xml(part.blob)
    dark, light = (palette.ink, palette.ground) if palette.is_light else (palette.ground, palette.ink)
    soft = (palette.muted, palette.panel) if palette.is_light else (palette.panel, palette.muted)
    hues = [palette.accent, *(palette.hues[name] for name in ("blue", "orange", "green", "magenta", "olive"))]
    colours = {"dk1": dark, "lt1": light, "dk2": soft[0], "lt2": soft[1]}
    colours |= {f"accent{k}": hue for k, hue in enumerate(hues, 1)}
    colours |= {"hlink": palette.accent, "folHlink": palette.muted}
    inner = "".join(f'<a:{name}><a:srgbClr val="{hue[1:].upper()}"/></a:{name}>' for name, hue in colours.items())
    elements = theme.find(qn("a:themeElements"))
    scheme = parse_xml(f'<a:clrScheme {nsdecls("a")} name="landscape">{inner}</a:clrScheme>')
    elements.replace(elements.find(qn("a:clrScheme")), scheme)
    part._blob = serialize_part_xml(theme)
    if not palette.is_light:
        # Dark on light is light on dark: the theme keeps both, and this says which is the ground.
        mapping = master.element.find(qn("p:clrMap"))
        for name, colour in {"bg1": "dk1", "tx1": "lt1", "bg2": "dk2", "tx2": "lt2"}.items():
            mapping.set(name, colour)
