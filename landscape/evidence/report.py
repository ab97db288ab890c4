"""The report as files: one page, the same as Markdown, the figures, and the findings themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from importlib import resources
from pathlib import Path
from string import Template

import matplotlib.pyplot as plt

from .. import figures
from ..core.numerals import number
from ..core.wording import speaking
from ..figures.saving import bare_svg, faces_of, font_faces, lettered
from ..files import kinds, writing
from . import kept_findings
from .claim_words import said
from .essay import Essay, Part, essay
from .experiments import get
from .finding import Finding

_PAGE, _NOTES, _FIGURES = "report.html", "report.md", "figures"
_MARKS = {"for": "✓", "against": "✗", "limit": "◐", "fact": "·"}
_SIGNS = {"holds": "✓", "holds when": "◐", "does not hold as said": "✗"}


def write(findings: Mapping[str, Finding], out: Path, lang: str = "en", theme: str = "light") -> list[Path]:
    """Write report.html, report.md, findings.json and figures/NAME.svg into a folder; these files.

    ValueError for a language or theme that does not exist; RunError if they cannot be written.
    """
    files = [out / kept_findings.FILE]
    kept_findings.write(files[0], findings.values())
    drawings = {}
    for name, finding in findings.items():
        with figures.style(theme, "page", lang):
            figure = plt.figure()
            get(name).draw(finding, figure)
            drawings[name] = bare_svg(figure)
            plt.close(figure)
    # All figures share their letters: to take them out of a font takes longer than to draw.
    faces = faces_of(*drawings.values())
    with speaking(lang):
        told = essay(findings)
        page = _page(told, {name: _part(one) for name, one in drawings.items()}, lang, theme)
        pages = ((_PAGE, page, kinds.PAGE), (_NOTES, markdown(told), kinds.OTHER))
    pictures = ((f"{_FIGURES}/{name}.svg", lettered(one, faces), kinds.SVG) for name, one in drawings.items())
    for place, text, kind in (*pictures, *pages):
        files.append(out / place)
        with writing.room(files[-1]):
            writing.write_bytes(files[-1], text.encode(), kind)
    return files


def _part(drawing: str) -> str:
    """A figure as part of a page that has its letters."""
    # Its size is that of the page.
    return re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", drawing[drawing.index("<svg") :], count=1)


def _page(told: Essay, drawings: Mapping[str, str], lang: str, theme: str) -> str:
    chapters = "".join(
        f"<h2>{escape(chapter.title)}</h2>" + "".join(_section(part, drawings) for part in chapter.parts)
        for chapter in told.chapters
    )
    answer = "".join(f"<p>{escape(sentence)}</p>" for sentence in told.answer)
    if answer:
        answer = f'<section class="answer"><h2>{escape(said("report.headline"))}</h2>{answer}</section>'
    rows = "".join(
        f'<tr><td>{part.finding.number}</td><td><a href="#{part.finding.claim}">{escape(part.claim)}</a></td>'
        f'<td class="{_class(part)}">{_SIGNS[part.finding.verdict]} {escape(part.verdict)}</td></tr>'
        for chapter in told.chapters
        for part in chapter.parts
    )
    heads = "".join(f"<th>{escape(said(f'report.{name}'))}</th>" for name in ("claim", "verdict"))
    overview = (
        f"<h2>{escape(said('report.overview'))}</h2><table><thead><tr><th></th>{heads}</tr></thead>{rows}</table>"
    )
    methods = "".join(f"<p>{escape(one)}</p>" for one in told.methods)
    ending = f"<h2>{escape(said('report.methods'))}</h2>{methods}<p class='muted'>{escape(told.made)}</p>"
    body = answer + overview + chapters + ending
    letters = unescape(re.sub(r"<[^>]*>", "", body)) + told.title + told.lead
    return Template((resources.files(__package__) / "report.html").read_text(encoding="utf-8")).substitute(
        lang={"zh": "zh-CN"}.get(lang, "en"),
        theme=theme,
        title=escape(told.title),
        lead=escape(told.lead),
        fonts=font_faces(letters),
        style=(resources.files(__package__) / "report.css").read_text(encoding="utf-8"),
        body=body,
    )


def _section(part: Part, drawings: Mapping[str, str]) -> str:
    name = part.finding.claim
    sentences = "".join(
        f'<li class="{one.speaks}" title="{escape(said(f"report.{one.speaks}"))}">{escape(one.sentence)}</li>'
        for one in part.statements
    )
    rows = "".join(
        f"<tr{'' if row.agrees else ' class=other'}><td>{escape(row.label)}</td>"
        f"<td>{escape(row.measured)}<small>{escape(row.spread)}</small></td>"
        f"<td>{escape(row.expected)}{'' if row.agrees else ' · ' + escape(said('report.not_as_expected'))}</td>"
        f"<td>{escape(row.source)}</td></tr>"
        for row in part.rows
    )
    heads = "".join(f"<th>{escape(said(f'report.{key}'))}</th>" for key in ("number", "measured", "expected", "source"))
    again = said("report.again", seconds=number(part.finding.seconds, 2), command="\0")
    again = escape(again).replace("\0", f"<code>{escape(part.command)}</code>")
    return (
        f'<section class="claim" id="{name}"><p class="number">{part.finding.number}</p><h3>{escape(part.claim)}</h3>'
        f'<p class="verdict {_class(part)}">{_SIGNS[part.finding.verdict]} {escape(part.verdict)}</p>'
        f"<p>{escape(part.how)}</p><ul>{sentences}</ul>"
        f'<figure role="img" aria-label="{escape(said("report.alt", caption=part.caption))}">{drawings[name]}'
        f"<figcaption>{escape(part.caption)}</figcaption></figure>"
        f'<div class="wide"><table class="numbers"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        f"<p class='muted'>{again}<br>{escape(said('report.settings', told=part.settings))}</p></section>"
    )


def _class(part: Part) -> str:
    return part.finding.verdict.split()[0] + ("-when" if part.finding.verdict == "holds when" else "")


def markdown(told: Essay, pictures: str = _FIGURES) -> str:
    """A report as Markdown; `pictures` is where those of its claims lie."""
    lines = [f"# {told.title}", told.lead]
    if told.answer:
        lines += [f"## {said('report.headline')}", *told.answer]
    rows = [
        f"| {part.finding.number} | {part.claim} | {_SIGNS[part.finding.verdict]} {part.verdict} |"
        for chapter in told.chapters
        for part in chapter.parts
    ]
    head = f"| | {said('report.claim')} | {said('report.verdict')} |\n|---|---|---|"
    lines += [f"## {said('report.overview')}", "\n".join([head, *rows])]
    for chapter in told.chapters:
        lines.append(f"## {chapter.title}")
        for part in chapter.parts:
            lines += [f"### {part.finding.number}. {part.claim}"]
            lines += [f"**{_SIGNS[part.finding.verdict]} {part.verdict}**", part.how]
            lines.append("\n".join(f"- {_MARKS[one.speaks]} {one.sentence}" for one in part.statements))
            lines.append(f"![{part.caption}]({pictures}/{part.finding.claim}.svg)\n\n*{part.caption}*")
            heads = " | ".join(said(f"report.{key}") for key in ("number", "measured", "expected", "source"))
            table = [
                f"| {row.label} | {said('quantity.spread', value=row.measured, spread=row.spread)} | {row.expected} "
                f"| {row.source} |"
                for row in part.rows
            ]
            lines.append("\n".join([f"| {heads} |\n|---|---|---|---|", *table]))
            again = said("report.again", seconds=number(part.finding.seconds, 2), command=f"`{part.command}`")
            lines.append(f"{again}  \n{said('report.settings', told=part.settings)}")
    lines += [f"## {said('report.methods')}", *told.methods, told.made]
    return "\n\n".join(lines) + "\n"
