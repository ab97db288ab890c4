"""A user's own PowerPoint file as the design of a deck."""

from __future__ import annotations

from hashlib import sha1
from io import BytesIO
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.package import Package
from pptx.parts.presentation import PresentationPart

from .boxes import Box
from .design import EMU, Design, box_of, sizes_down
from .template_file import UNREADABLE, Template

_MACROS = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_OTHERS = {"wordprocessingml": "a Word file", "spreadsheetml": "an Excel file"}
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
_FOOT = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_GAP = 0.15  # inches between the title and what is under it
_LEAST = 0.4  # of the slide's height that the area must have
_MARGIN = 0.05  # of the slide's width, where nothing else says how wide the area is
_POINTS = 32.0  # of titles, where the template does not say


def from_template(template: Template) -> Design:
    """The design of a PowerPoint file, whose own slides are taken out; LandscapeError if it cannot be used.

    Of a damaged file python-pptx and its parsers raise what they will: `rehearsal.tried` is there for that.
    """
    presentation = _opened(template)
    width, height = ((side or 0) / EMU for side in (presentation.slide_width, presentation.slide_height))
    if min(width, height) < 1:
        raise template.wrong(f"it has slides of {width:.2g} × {height:.2g} inches: both must be 1 or more")
    layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    titled = [layout for layout in layouts if _title(layout) is not None]
    if not titled:
        raise template.wrong("it has no layout with a title")
    opening, only = min(titled, key=_as_opening), min(titled, key=_as_only)
    title = _title(only)
    return Design(
        presentation,
        opening,
        only,
        None,
        None,
        _area(presentation, only, box_of(title)),
        None,
        sizes_down(_points(title, only), 14),
        sizes_down(_points(_title(opening), opening), 18),
        own=False,
    )


def _opened(template: Template) -> Any:
    """A presentation or a template, as a presentation without slides and macros."""
    part = Package.open(BytesIO(template.content)).main_document_part
    if not isinstance(part, PresentationPart):
        kind = next((name for sign, name in _OTHERS.items() if sign in part.content_type), part.content_type)
        raise template.wrong(f"{UNREADABLE}: it is {kind}")
    # Under the name .pptx PowerPoint opens nothing but this.
    part._content_type = CONTENT_TYPE.PML_PRESENTATION_MAIN
    for key, relation in list(part.rels.items()):
        if relation.reltype == _MACROS:
            part.rels.pop(key)
    presentation = part.presentation
    _empty(presentation)
    for relation in part.package.iter_rels():
        # A film that is put in is compared with all media, of which python-pptx reads some kinds of videos alone.
        played = relation.reltype in (RELATIONSHIP_TYPE.MEDIA, RELATIONSHIP_TYPE.VIDEO) and not relation.is_external
        if played and not hasattr(relation.target_part, "sha1"):
            relation.target_part.sha1 = sha1(relation.target_part.blob).hexdigest()
    return presentation


def _empty(presentation: Any) -> None:
    """Take all slides out, and what refers to them."""
    slides = presentation.slides._sldIdLst
    for slide in list(slides):
        presentation.part.drop_rel(slide.rId)
        slides.remove(slide)
    root = presentation.part._element
    for element in root.findall(qn("p:custShowLst")):
        root.remove(element)
    # Sections of slides that are gone would make PowerPoint repair the file.
    for extension in root.iter(qn("p:ext")):
        if any(child.tag.endswith("}sectionLst") for child in extension):
            extension.getparent().remove(extension)
            break


def _title(layout: Any) -> Any:
    return next((shape for shape in layout.placeholders if shape.placeholder_format.type in _TITLES), None)


def _others(layout: Any) -> list[Any]:
    """The types of a layout's placeholders, without titles and feet."""
    types = [shape.placeholder_format.type for shape in layout.placeholders]
    return [one for one in types if one not in (*_TITLES, *_FOOT)]


def _as_opening(layout: Any) -> tuple[bool, bool, int]:
    """How far a layout is from a title slide's: a centred title, and a subtitle."""
    centred = _title(layout).placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE
    others = _others(layout)
    return not centred, PP_PLACEHOLDER.SUBTITLE not in others, len(others)


def _as_only(layout: Any) -> tuple[bool, int]:
    """How far a layout is from a title alone."""
    plain = _title(layout).placeholder_format.type == PP_PLACEHOLDER.TITLE
    return not plain, len(_others(layout))


def _area(presentation: Any, layout: Any, title: Box) -> Box:
    """The place under the title: as wide as the master's text, and down to the feet."""
    width, height = presentation.slide_width / EMU, presentation.slide_height / EMU
    master = layout.slide_master
    texts = [shape for shape in master.placeholders if shape.placeholder_format.type == PP_PLACEHOLDER.BODY]
    across = box_of(texts[0]) if texts else Box(_MARGIN * width, 0, (1 - 2 * _MARGIN) * width, height)
    top = title.top + title.height + _GAP
    feet = [box_of(shape).top for shape in layout.placeholders if shape.placeholder_format.type in _FOOT]
    bottom = min([foot for foot in feet if foot > top + _LEAST * height], default=height - _MARGIN * width)
    if bottom - top < _LEAST * height:
        # A title at the foot of the slide, or over all of it.
        top, bottom = (0.05 * height, title.top - _GAP) if title.top > height / 2 else (0.3 * height, 0.95 * height)
    left, right = max(across.left, 0.0), min(across.left + across.width, width)
    return Box(left, top, right - left, bottom - top)


def _points(title: Any, layout: Any) -> float:
    """The size of a title's type: the layout's own, or else the master's."""
    master = layout.slide_master
    titles = [shape.element for shape in master.placeholders if shape.placeholder_format.type in _TITLES]
    places = [title.element, *titles, master.element.find(f".//{qn('p:titleStyle')}")]
    sizes = [found.get("sz") for one in places if one is not None for found in one.iter(qn("a:defRPr"))]
    return next((float(size) / 100 for size in sizes if size), _POINTS)
