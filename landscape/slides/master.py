"""The project's own design as a PowerPoint master: colours and fonts of the theme, and the layouts.

All of it is in the master, so that slides that are added later look like the others, and a change there changes all.
"""

from __future__ import annotations

from typing import Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from ..figures.fonts import FAMILY
from ..figures.palettes import Palette
from .boxes import Box
from .design import EMU, Design, place, sizes_down
from .parts import Look
from .words import Words

SIZE = 13.333, 7.5  # inches, 16:9

_MARGIN = 0.6
_TITLE = Box(_MARGIN, 0.3, 12.13, 1.0)
_RULE = Box(_MARGIN, 1.38, 0.6, 0.05)
_LINE = Box(_MARGIN, 1.55, 12.13, 0.45)
_AREA = Box(_MARGIN, 1.62, 12.13, 5.33)
_NUMBER = Box(11.73, 7.02, 1.0, 0.3)
_COVER = Box(7.3, 0.0, 13.333 - 7.3, 7.5)
_OPENING, _OPENING_RULE, _OPENING_LINES = Box(0.7, 1.1, 6.1, 3.0), Box(0.7, 4.28, 0.9, 0.06), Box(0.7, 4.5, 6.1, 2.0)
_TITLE_POINTS, _OPENING_POINTS, _TEXT_POINTS = 30, 44, 18

# Layouts of python-pptx's own presentation that are kept, and what each becomes.
_LAYOUTS = {0: "title", 1: "content", 2: "sentence", 3: "two", 5: "only", 6: "blank"}

# Microsoft YaHei comes with PowerPoint on Windows and macOS, and other programs replace it by their own Chinese font.
_CHINESE = "Microsoft YaHei"
# What a program looks for that does not have the font: one without serifs. The second is the Chinese character set.
_SANS = 'panose="020B0503030403020204" pitchFamily="34" charset="0"'
_SANS_CHINESE = 'panose="020B0503020204020204" pitchFamily="34" charset="-122"'


def own(look: Look) -> Design:
    """A presentation of 16:9 in the theme, without slides."""
    words, palette = Words(look.lang), look.palette
    presentation: Any = Presentation()
    presentation.slide_width, presentation.slide_height = (round(side * EMU) for side in SIZE)
    package = presentation.part.package
    for name, relation in list(package._rels.items()):
        # A preview of somebody else's blank page.
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            package.drop_rel(name)
    master = presentation.slide_master
    _set_theme(master, palette)
    _set_text(master)
    layouts = {}
    for k, layout in enumerate(list(presentation.slide_layouts)):
        if k in _LAYOUTS:
            layouts[_LAYOUTS[k]] = layout
            layout.name = words(f"layouts.{_LAYOUTS[k]}")
        else:
            presentation.slide_layouts.remove(layout)
    for shapes in (master, *layouts.values()):
        _arrange(shapes, words)
    _rule(master, _RULE)
    _arrange_opening(layouts["title"])
    _arrange_others(layouts)
    if not palette.is_light:
        # Dark on light is light on dark: the theme keeps both, and this says which is the ground.
        mapping = master.element.find(qn("p:clrMap"))
        for name, colour in {"bg1": "dk1", "tx1": "lt1", "bg2": "dk2", "tx2": "lt2"}.items():
            mapping.set(name, colour)
    return Design(
        presentation,
        layouts["title"],
        layouts["only"],
        layouts["sentence"],
        layouts["two"],
        _AREA,
        _COVER,
        sizes_down(_TITLE_POINTS, 18),
        sizes_down(_OPENING_POINTS, 24),
        own=True,
    )


def _set_theme(master: Any, palette: Palette) -> None:
    """The colours and fonts."""
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = parse_xml(part.blob)
    theme.set("name", "landscape")
    dark, light = (palette.ink, palette.ground) if palette.is_light else (palette.ground, palette.ink)
    soft = (palette.muted, palette.panel) if palette.is_light else (palette.panel, palette.muted)
    hues = [palette.accent, *(palette.hues[name] for name in ("blue", "orange", "green", "magenta", "olive"))]
    colours = {"dk1": dark, "lt1": light, "dk2": soft[0], "lt2": soft[1]}
    colours |= {f"accent{k}": hue for k, hue in enumerate(hues, 1)}
    colours |= {"hlink": palette.accent, "folHlink": palette.muted}
    elements = theme.find(qn("a:themeElements"))
    scheme = "".join(f'<a:{name}><a:srgbClr val="{hue[1:].upper()}"/></a:{name}>' for name, hue in colours.items())
    own = parse_xml(f'<a:clrScheme {nsdecls("a")} name="landscape">{scheme}</a:clrScheme>')
    elements.replace(elements.find(qn("a:clrScheme")), own)
    fonts = (
        f'<a:latin typeface="{FAMILY}" {_SANS}/><a:ea typeface="{_CHINESE}" {_SANS_CHINESE}/><a:cs typeface=""/>'
        f'<a:font script="Hans" typeface="{_CHINESE}"/>'
    )
    both = f"<a:majorFont>{fonts}</a:majorFont><a:minorFont>{fonts}</a:minorFont>"
    scheme_ = parse_xml(f'<a:fontScheme {nsdecls("a")} name="landscape">{both}</a:fontScheme>')
    elements.replace(elements.find(qn("a:fontScheme")), scheme_)
    part._blob = serialize_part_xml(theme)


def _set_text(master: Any) -> None:
    """Sizes, weights and spaces of titles and of text, for every layout."""

    def level(points: int, bold: bool, colour: str, space: int, font: str) -> str:
        return (
            f'algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1" marL="0" indent="0">'
            f'<a:spcBef><a:spcPts val="{100 * space}"/></a:spcBef><a:buNone/>'
            f'<a:defRPr sz="{100 * points}" b="{int(bold)}" kern="1200"><a:solidFill><a:schemeClr val="{colour}"/>'
            f'</a:solidFill><a:latin typeface="+{font}-lt"/><a:ea typeface="+{font}-ea"/><a:cs typeface="+{font}-cs"/>'
            f"</a:defRPr>"
        )

    title = level(_TITLE_POINTS, True, "tx1", 0, "mj")
    text = "".join(
        f"<a:lvl{k}pPr {level(_TEXT_POINTS - 2 * (k > 1), False, 'tx1', 6, 'mn')}</a:lvl{k}pPr>" for k in range(1, 6)
    )
    styles = master.element.find(qn("p:txStyles"))
    for name, inner in (("titleStyle", f"<a:lvl1pPr {title}</a:lvl1pPr>"), ("bodyStyle", text)):
        new = parse_xml(f"<p:{name} {nsdecls('p', 'a')}>{inner}</p:{name}>")
        styles.replace(styles.find(qn(f"p:{name}")), new)


def _arrange(shapes: Any, words: Words) -> None:
    """Titles, texts, dates, footers and numbers where every layout has them, with prompts in the deck's language."""
    places = {"title": _TITLE, "ctrTitle": _TITLE, "body": _AREA, "sldNum": _NUMBER}
    places |= {"dt": Box(_MARGIN, 7.02, 2.5, 0.3), "ftr": Box(3.4, 7.02, 6.5, 0.3)}
    for shape in list(shapes.placeholders):
        kind = shape.element.find(".//" + qn("p:ph")).get("type", "obj")
        if kind in places:
            place(shape, places[kind])
        body = shape.element.find(qn("p:txBody"))
        properties = body.find(qn("a:bodyPr"))
        for side in ("lIns", "rIns", "tIns", "bIns"):
            properties.set(side, "0")
        properties.set(
            "anchor", {"title": "b", "ctrTitle": "b"}.get(kind, "ctr" if kind in ("sldNum", "dt", "ftr") else "t")
        )
        for child in list(properties):
            properties.remove(child)
        if kind in ("sldNum", "dt", "ftr"):
            align = {"sldNum": "r", "dt": "l", "ftr": "ctr"}[kind]
            _list_style(body, f'algn="{align}"', 11, "tx2")
        else:
            _list_style(body, "", 0, "")
            prompt = words("layouts.prompt" if kind in ("title", "ctrTitle") else "layouts.text")
            shape.text_frame.text = prompt
        shape.name = {"title": "Title", "ctrTitle": "Title", "sldNum": "Number"}.get(kind, shape.name)


def _list_style(body: Any, attributes: str, points: int, colour: str, bold: bool | None = None) -> None:
    """A placeholder's own text properties in place of those that it has; those of the master without a size."""
    style = body.find(qn("a:lstStyle"))
    inner = ""
    if points:
        weight = "" if bold is None else f' b="{int(bold)}"'
        inner = (
            f'<a:lvl1pPr {attributes}><a:defRPr sz="{100 * points}"{weight}><a:solidFill>'
            f'<a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
        )
    body.replace(style, parse_xml(f"<a:lstStyle {nsdecls('a')}>{inner}</a:lstStyle>"))


def _arrange_opening(layout: Any) -> None:
    """The title and lines at the left, where the picture leaves room, without what the master shows."""
    layout.element.set("showMasterSp", "0")
    for shape in layout.placeholders:
        body = shape.element.find(qn("p:txBody"))
        if shape.placeholder_format.idx == 0:
            place(shape, _OPENING)
            _list_style(body, 'algn="l"', _OPENING_POINTS, "tx1", bold=True)
        elif shape.placeholder_format.idx == 1:
            place(shape, _OPENING_LINES)
            _list_style(body, 'algn="l"', 20, "tx2")
        else:
            shape.element.getparent().remove(shape.element)
    _rule(layout, _OPENING_RULE)


def _arrange_others(layouts: dict[str, Any]) -> None:
    for shape in layouts["sentence"].placeholders:
        if shape.placeholder_format.idx == 1:
            place(shape, _LINE)
            _list_style(shape.element.find(qn("p:txBody")), "", _TEXT_POINTS, "tx2")
    layouts["sentence"].element.attrib.pop("type", None)
    for shape in layouts["content"].placeholders:
        if shape.placeholder_format.idx == 1:
            place(shape, _AREA)
    left, right = _AREA.columns(2, 0.6)
    for shape in layouts["two"].placeholders:
        if shape.placeholder_format.idx in (1, 2):
            place(shape, left if shape.placeholder_format.idx == 1 else right)


def _rule(shapes: Any, box: Box) -> None:
    """A short line in the colour of the accent, which belongs to the master or layout."""
    left, top, width, height = (round(side * EMU) for side in box)
    used = [int(one.get("id")) for one in shapes.element.iter(qn("p:cNvPr"))]
    shape = parse_xml(
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{max(used) + 1}" name="Rule"/><p:cNvSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" '
        f'cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>'
        f'<a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )
    shapes.shapes._spTree.append(shape)
