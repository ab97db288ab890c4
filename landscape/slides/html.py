"""A deck as one web page that needs nothing but itself."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from html import escape
from importlib import resources
from string import Template

from ..core import foreign_text
from ..figures.saving import font_faces
from ..files.opening import whole
from . import tables
from .boxes import Box
from .drawing import png, poster, svg
from .parts import Clip, Column, Look, Picture, Slide, Table
from .vocabulary import Words

_LARGE = 1_000_000  # bytes of an SVG document, from which on the picture goes in as pixels
_ASPECT, _UNDER_LINES, _COVER = 2.02, 2.16, 36.2 / 45  # of the places of pictures, as `deck.css` lays them out
_REM = 6.0  # rem, as `deck.css` has them, in an inch of a PowerPoint slide
_TABLE = Box(0, 0, 12.13, 5.4)  # inches, the place of a table
_MANY = 8  # lines of a column, beyond which its type is smaller
_LONG = 62  # letters of a title, beyond which its type is smaller


def page(slides: Sequence[Slide], look: Look, title: str, progress: Callable[[int, int], None]) -> str:
    """The page of a deck; see `Deck.save`."""
    words, made = Words(look.lang), []
    for k, slide in enumerate(slides, 1):
        made.append(_slide(slide, look, k))
        progress(k, len(slides))
    body = "\n".join(made)
    labels = {name: escape(words(f"page.{name}")) for name in ("previous", "next", "notes", "help", "close")}
    keys = "\n".join(
        f"<tr><th>{escape(key)}</th><td>{escape(what)}</td></tr>"
        for key, _, what in (line.partition(": ") for line in words("page.keys").splitlines())
    )
    text = _text_of(body) + _text_of(keys) + "".join(labels.values()) + title + "0123456789/‹›"
    return Template(_part("deck.html")).substitute(
        lang={"zh": "zh-CN"}.get(look.lang, "en"),
        theme=look.theme,
        title=escape(title),
        fonts=font_faces(text),
        colours=_colours(look),
        style=_part("deck.css"),
        script=_part("deck.js"),
        slides=body,
        keys=keys,
        slide=json.dumps(words("page.slide", n="{n}", all="{all}")),
        **labels,
    )


def _slide(slide: Slide, look: Look, number: int) -> str:
    opening = slide.kind == "opening"
    level = "h1" if opening else "h2"
    long = ' class="long"' if len(slide.title) > _LONG and not opening else ""
    title = f"<{level}{long}>{escape(slide.title).replace(chr(10), '<br>')}</{level}>"
    lines = "".join(f"<p>{escape(line)}</p>" for line in slide.lines)
    content = slide.content
    if opening:
        picture = _picture(content, look, _COVER) if isinstance(content, Picture) else ""
        inner = f"<div>{title}{lines}</div>{picture}"
    elif isinstance(content, Clip):
        inner = f'{title}<div class="beside">{_clip(content)}<div>{lines}</div></div>'
    else:
        lead = "".join(f'<p class="lead">{escape(line)}</p>' for line in slide.lines)
        inner = f"{title}{lead}"
        if slide.columns:
            inner += _columns(slide.columns)
        elif isinstance(content, Picture):
            inner += f'<div class="place">{_picture(content, look, _UNDER_LINES if lead else _ASPECT)}</div>'
        elif isinstance(content, Table):
            inner += f'<div class="place">{_table(content, _TABLE.below(0.4 * len(slide.lines)))}</div>'
    return (
        f'<section class="slide{" opening" if opening else ""}" id="slide{number}" aria-roledescription="slide" '
        f'aria-label="{escape(foreign_text.shown(slide.title))}">{inner}<template class="notes">{escape(slide.notes)}'
        "</template></section>"
    )


def _picture(picture: Picture, look: Look, aspect: float) -> str:
    content, kind = svg(picture, look, aspect), "svg+xml"
    if len(content) > _LARGE:
        content, kind = png(picture, look, aspect), "png"
    return f'<img alt="{escape(picture.alt)}" src="data:image/{kind};base64,{b64encode(content).decode()}">'


def _clip(clip: Clip) -> str:
    film, still = (b64encode(one).decode() for one in (whole(clip.file), poster(clip)))
    return (
        f'<video controls muted playsinline preload="metadata" aria-label="{escape(clip.alt)}" '
        f'poster="data:image/png;base64,{still}" src="data:video/mp4;base64,{film}"></video>'
    )


def _columns(columns: tuple[Column, ...]) -> str:
    many = " many" if max(len(column.lines) for column in columns) > _MANY else ""
    inner = ""
    for column in columns:
        lines = "".join(f"<li>{escape(line)}</li>" for line in column.lines)
        inner += f"<div><h3>{escape(column.heading)}</h3><ul>{lines}</ul></div>"
    return f'<div class="columns{many}">{inner}</div>'


def _table(table: Table, box: Box) -> str:
    """A table in the sizes that it has in PowerPoint."""
    fitted = tables.fitted(table, box)
    columns = "".join(f'<col style="width:{_REM * inches:.2f}rem">' for inches in fitted.widths)

    def cell(tag: str, words: str, column: int, strong: bool = False, colour: str = "", scope: str = "") -> str:
        kinds = ["left"] * (column in table.left) + ["strong"] * strong
        named = f' class="{" ".join(kinds)}"' if kinds else ""
        style = f' style="color:{colour}"' if colour else ""
        return f"<{tag}{named}{style}{scope}>{escape(words)}</{tag}>"

    head = "".join(cell("th", words, k, scope=' scope="col"') for k, words in enumerate(table.header))
    rows = ""
    for row, inches in zip(table.rows, fitted.heights[1:], strict=True):
        first, *others = row.cells
        cells = cell("th", first, 0, 0 in row.strong or bool(row.colour), row.colour, ' scope="row"')
        cells += "".join(cell("td", words, k, k in row.strong) for k, words in enumerate(others, 1))
        rows += f'<tr style="height:{_REM * inches:.2f}rem">{cells}</tr>'
    style = f'style="font-size:{_REM / 72 * fitted.points:.2f}rem;width:{_REM * sum(fitted.widths):.1f}rem"'
    return f"<table {style}><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _colours(look: Look) -> str:
    palette = look.palette
    names = {"ground": palette.ground, "panel": palette.panel, "ink": palette.ink, "muted": palette.muted}
    names |= {"line": palette.grid, "accent": palette.accent}
    scheme = "light" if palette.is_light else "dark"
    return f"color-scheme: {scheme}; " + " ".join(f"--{name}: {colour};" for name, colour in names.items())


def _text_of(markup: str) -> str:
    """What is to be read, without tags and what stands in them."""
    return re.sub(r"<[^>]*>", "", markup)


def _part(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")
