"""A deck as a PowerPoint file: text, tables and films that can be edited and played there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Pt

from ..core import foreign_text
from . import tables
from .boxes import Box, height, is_full, largest
from .design import EMU, Design, box_of, place
from .drawing import png, poster, size
from .master import own
from .parts import Clip, Look, Picture, Slide, Table
from .template import from_template
from .template_file import Template

_TEXT = (20.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0)  # points of text, the first that fits
_LINE_TEXT = (18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0)  # of a sentence over a picture or a table
_APART = 0.45  # of a line, between paragraphs
_BETWEEN = 0.4  # inches between a film and the text beside it, and between columns
_UNDER = 0.12  # inches between a sentence and what is under it
_FILM = 0.72  # of the width, that a film takes at the least where text stands beside it
_UNKNOWN = 0.88  # of the size that fits in the project's font, for a template's font, which may be wider
_BESIDE = 2.4  # inches that text beside a film needs at the least
_SHAPES = 1.4, 2.4  # the narrowest and the widest figure, as width over height
_PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's table style without colours and lines
_SMALLER = 0.8  # of a title's size, down to which it is made smaller for better lines
_RULE = 0.5  # points of the line under a table's row; that under the header is thrice as thick


def presentation(
    slides: Sequence[Slide], look: Look, title: str, template: Template | None, progress: Callable[[int, int], None]
) -> bytes:
    """The content of the file; see `Deck.save`."""
    design = own(look) if template is None else from_template(template)
    writer = _Writer(design, look)
    for k, slide in enumerate(slides, 1):
        writer.add(slide)
        progress(k, len(slides))
    properties = design.presentation.core_properties
    # The format has room for that many characters.
    properties.title, properties.language = title[:255], {"zh": "zh-CN"}.get(look.lang, "en-GB")
    if design.own:
        properties.author = properties.last_modified_by = "landscape"
    file = BytesIO()
    design.presentation.save(file)
    return file.getvalue()


class _Writer:
    """Puts slides into a presentation."""

    def __init__(self, design: Design, look: Look) -> None:
        self.design, self.look = design, look
        self.language = MSO_LANGUAGE_ID.SIMPLIFIED_CHINESE if look.lang == "zh" else MSO_LANGUAGE_ID.ENGLISH_UK

    def add(self, given: Slide) -> None:
        """A slide at the end."""
        slide = self.design.presentation.slides.add_slide(self._layout(given))
        opening = given.kind == "opening"
        self._title(slide, given.title, self.design.opening_sizes if opening else self.design.title_sizes)
        if opening:
            self._opening(slide, given)
        elif given.columns:
            self._columns(slide, given)
        else:
            self._content(slide, given)
        # What the layout offers and nothing was put into would ask for a click.
        for shape in list(slide.placeholders):
            if shape.has_text_frame and not shape.text_frame.text:
                shape.element.getparent().remove(shape.element)
        if self.design.own and not opening:
            self._number(slide)
        notes = slide.notes_slide.notes_text_frame
        if notes is not None:
            notes.text = given.notes
            self._mark(notes)

    def _layout(self, given: Slide) -> Any:
        design = self.design
        if given.kind == "opening":
            return design.opening
        if len(given.columns) == 2 and not given.lines:
            return design.two or design.only
        return (design.sentence if given.lines else None) or design.only

    def _title(self, slide: Any, words: str, sizes: Sequence[float]) -> None:
        title = slide.shapes.title
        # A break within the paragraph.
        title.text_frame.text = words.replace("\n", "\v")
        box = self._inside(title)
        # Rather a little smaller than a last line of one word.
        full = [one for one in sizes if one >= _SMALLER * sizes[0] and is_full(words, box, one)]
        points = full[0] if full else largest([words], box, sizes, bold=True)
        if points < sizes[0]:
            for run in title.text_frame.paragraphs[0].runs:
                run.font.size = Pt(points)
        self._mark(title.text_frame)

    def _opening(self, slide: Any, given: Slide) -> None:
        cover = self.design.cover
        for shape in slide.placeholders:
            if shape.placeholder_format.idx != 0 and shape.has_text_frame:
                self._text(shape, given.lines, _LINE_TEXT, muted=True)
                break
        if cover is not None and isinstance(given.content, Picture):
            self._picture(slide, given.content, cover, cover.width / cover.height)

    def _columns(self, slide: Any, given: Slide) -> None:
        area = self._lines_above(slide, given.lines, self.design.area)
        boxes = area.columns(2, _BETWEEN * 1.5)
        holders = [] if given.lines else [one for one in slide.placeholders if one.placeholder_format.idx in (1, 2)]
        # All columns in one size: the smallest that one of them needs.
        points = min(
            largest([column.heading, *column.lines], box, _TEXT, gap=_APART)
            for column, box in zip(given.columns, boxes, strict=False)
        )
        for k, (column, box) in enumerate(zip(given.columns, boxes, strict=False)):
            shape = holders[k] if k < len(holders) else _text_box(slide, box)
            self._text(shape, column.lines, (points,), column.heading)

    def _content(self, slide: Any, given: Slide) -> None:
        area, content = self.design.area, given.content
        if isinstance(content, Clip):
            self._clip(slide, content, given.lines)
            return
        area = self._lines_above(slide, given.lines, area)
        if isinstance(content, Picture):
            narrowest, widest = _SHAPES
            self._picture(slide, content, area, min(max(area.width / area.height, narrowest), widest))
        elif isinstance(content, Table):
            self._table(slide, content, area, given.title)

    def _lines_above(self, slide: Any, texts: Sequence[str], area: Box) -> Box:
        """Put sentences at the head of an area; what is left of it."""
        if not texts:
            return area
        points = largest(texts, Box(area.left, area.top, area.width, area.height / 4), _LINE_TEXT, gap=_APART)
        needed = height(texts, area.width, points, gap=_APART) + 0.05
        holder = self._holder(slide, Box(area.left, area.top, area.width, needed))
        self._text(holder, texts, (points,), muted=True)
        return area.below(needed + _UNDER)

    def _holder(self, slide: Any, box: Box) -> Any:
        """The placeholder for a sentence, put there, or a text box if the layout has none."""
        holder = next((one for one in slide.placeholders if one.placeholder_format.idx == 1), None)
        if holder is None:
            return _text_box(slide, box)
        place(holder, box)
        return holder

    def _picture(self, slide: Any, picture: Picture, box: Box, aspect: float) -> None:
        image = png(picture, self.look, aspect, transparent=not self.design.own)
        across, down = size(image)
        shape = slide.shapes.add_picture(BytesIO(image), 0, 0)
        place(shape, box.fitted(across / down))
        shape.element.nvPicPr.cNvPr.set("descr", picture.alt)

    def _clip(self, slide: Any, clip: Clip, texts: Sequence[str]) -> None:
        """A film, with its sentences beside it where there is room, or else above it."""
        area, still = self.design.area, poster(clip)
        across, down = size(still)
        wide = min(area.width - _BESIDE - _BETWEEN, area.height * across / down)
        if texts and wide >= _FILM * area.width:
            beside = Box(area.left + wide + _BETWEEN, area.top, area.width - wide - _BETWEEN, area.height)
            box = Box(area.left, area.top, wide, wide * down / across)
            self._text(self._holder(slide, beside), texts, _TEXT)
        else:
            box = self._lines_above(slide, texts, area).fitted(across / down)
        left, top, width, high = (round(side * EMU) for side in box)
        film = slide.shapes.add_movie(
            str(clip.file), left, top, width, high, poster_frame_image=BytesIO(still), mime_type="video/mp4"
        )
        film.element.nvPicPr.cNvPr.set("descr", clip.alt)
        # It starts when its slide comes, and not at a click.
        for condition in slide.element.iter(qn("p:cond")):
            condition.set("delay", "0")

    def _table(self, slide: Any, table: Table, box: Box, title: str) -> None:
        fitted = tables.fitted(table, box)
        rows = [table.header, *(row.cells for row in table.rows)]
        left, top = Emu(round(box.left * EMU)), Emu(round(box.top * EMU))
        width, high = (Emu(round(sum(sides) * EMU)) for sides in (fitted.widths, fitted.heights))
        frame = slide.shapes.add_table(len(rows), len(table.header), left, top, width, high)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", foreign_text.shown(title))
        drawn = frame.table
        drawn._tbl.tblPr.find(qn("a:tableStyleId")).text = _PLAIN
        drawn.horz_banding = False
        for column, inches in zip(drawn.columns, fitted.widths, strict=True):
            column.width = Emu(round(inches * EMU))
        for k, (cells, inches) in enumerate(zip(rows, fitted.heights, strict=True)):
            drawn.rows[k].height = Emu(round(inches * EMU))
            for j, words in enumerate(cells):
                row = table.rows[k - 1] if k else None
                cell = drawn.cell(k, j)
                # The first column begins where the title does.
                cell.margin_left = Emu(round(tables.MARGIN * EMU) if j else 0)
                cell.margin_right = Emu(round(tables.MARGIN * EMU))
                cell.margin_top = cell.margin_bottom = Emu(0)
                cell.vertical_anchor = MSO_ANCHOR.BOTTOM if k == 0 else MSO_ANCHOR.MIDDLE
                paragraph = cell.text_frame.paragraphs[0]
                paragraph.alignment = PP_ALIGN.LEFT if j in table.left else PP_ALIGN.RIGHT
                run = paragraph.add_run()
                run.text = words
                run.font.size = Pt(fitted.points * (1 if self.design.own else _UNKNOWN))
                run.font.bold = row is not None and j in row.strong
                run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1 if k else MSO_THEME_COLOR.TEXT_2
                if row is not None and j == 0 and row.colour and self.design.own:
                    run.font.color.rgb = RGBColor(*bytes.fromhex(row.colour[1:]))
                    run.font.bold = True
                _rule_under(cell, _RULE if k else 3 * _RULE)
                self._mark(cell.text_frame)

    def _text(
        self, shape: Any, texts: Sequence[str], sizes: Sequence[float], heading: str = "", muted: bool = False
    ) -> None:
        """Paragraphs, under a heading in the colour of the accent if there is one."""
        frame = shape.text_frame
        frame.word_wrap = True
        texts = [heading, *texts] if heading else texts
        points = largest(texts, self._inside(shape), sizes, gap=_APART)
        colour = MSO_THEME_COLOR.TEXT_2 if muted else MSO_THEME_COLOR.TEXT_1
        for k, text in enumerate(texts):
            paragraph = frame.add_paragraph() if k else frame.paragraphs[0]
            if k:
                paragraph.space_before = Pt(_APART * points)
            run = paragraph.add_run()
            run.text = text
            run.font.size = Pt(points)
            run.font.color.theme_color = colour
            if heading and k == 0:
                run.font.bold = True
                run.font.color.theme_color = MSO_THEME_COLOR.ACCENT_1
        self._mark(frame)

    def _number(self, slide: Any) -> None:
        """The slide's number, where the layout has it."""
        for shape in slide.slide_layout.placeholders:
            element = shape.element
            if element.find(".//" + qn("p:ph")).get("type") == "sldNum":
                copy = deepcopy(element)
                used = [int(one.get("id")) for one in slide.element.iter(qn("p:cNvPr"))]
                copy.find(".//" + qn("p:cNvPr")).set("id", str(max(used) + 1))
                slide.shapes._spTree.append(copy)

    def _inside(self, shape: Any) -> Box:
        """A shape without its margins, as much of it as words may fill."""
        box, frame = box_of(shape), shape.text_frame
        across = float(frame.margin_left + frame.margin_right) / EMU
        down = float(frame.margin_top + frame.margin_bottom) / EMU
        known = 1.0 if self.design.own else _UNKNOWN
        return Box(box.left, box.top, max(known * (box.width - across), 0.5), max(box.height - down, 0.2))

    def _mark(self, frame: Any) -> None:
        """Say which language the words are in, so that spelling and line breaks go by it."""
        for paragraph in frame.paragraphs:
            for run in paragraph.runs:
                run.font.language_id = self.language


def _text_box(slide: Any, box: Box) -> Any:
    shape = slide.shapes.add_textbox(0, 0, 0, 0)
    place(shape, box)
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return shape


def _rule_under(cell: Any, points: float) -> None:
    """A line under a cell, in the theme's second colour of text; no other lines and no fill."""
    properties = cell._tc.get_or_add_tcPr()
    for name in ("lnL", "lnR", "lnT"):
        properties.append(parse_xml(f'<a:{name} {nsdecls("a")} w="0"><a:noFill/></a:{name}>'))
    colour = '<a:solidFill><a:schemeClr val="tx2"/></a:solidFill>'
    properties.append(parse_xml(f'<a:lnB {nsdecls("a")} w="{round(points * 12_700)}">{colour}</a:lnB>'))
    properties.append(parse_xml(f"<a:noFill {nsdecls('a')}/>"))
