"""Writes docs/evidence.md, with its pictures, and README's sentences, in both languages, from the findings."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib.pyplot as plt

from landscape import evidence, figures
from landscape.core.wording import speaking
from landscape.evidence import experiments, report, telling
from landscape.evidence.essay import HEADLINE, essay

DOCS = Path(__file__).parents[1]
PAGES = {"en": "evidence.md", "zh": "evidence.zh-CN.md"}
READMES = {"en": DOCS.parent / "README.md", "zh": DOCS.parent / "README.zh.md"}
PASSAGE = re.compile(r"(<!-- findings -->\n).*?(\n<!-- end -->)", re.DOTALL)
QUOTED = ("stuck", "called", "plainer", "freed")
LINE = 120


def page(lang: str) -> str:
    """The page in a language."""
    with speaking(lang):
        return report.markdown(essay(evidence.stored()), f"images/evidence/{lang}")


def passage(lang: str) -> str:
    """What README says in a language: the statements on the question in the middle of the story. Chinese stays in one
    line, as the end of a line would become a space."""
    found = evidence.stored()[HEADLINE]
    with speaking(lang):
        said = [one.sentence for one in telling.statements(found) if one.name in QUOTED]
    if lang == "zh":
        return "".join(said)
    told, lines, line = " ".join(said), [], ""
    for word in told.split(" "):
        if len(line) + 1 + len(word) > LINE:
            lines, line = [*lines, line], word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def written(text: str, lang: str) -> str:
    """README with its passage as it has to be."""
    anew, count = PASSAGE.subn(lambda marks: marks[1] + passage(lang) + marks[2], text)
    if count != 1:
        raise ValueError(f"{READMES[lang].name} has {count} places for findings: one is wanted")
    return anew


def draw() -> None:
    """The pictures of both pages."""
    for lang in PAGES:
        for name, finding in evidence.stored().items():
            with figures.style("light", "page", lang):
                figure = plt.figure()
                experiments.get(name).draw(finding, figure)
                place = DOCS / "images" / "evidence" / lang / f"{name}.svg"
                place.parent.mkdir(parents=True, exist_ok=True)
                figures.save(figure, place)
                plt.close(figure)


if __name__ == "__main__":
    draw()
    for lang, name in PAGES.items():
        (DOCS / name).write_text(page(lang), encoding="utf-8")
    for lang, readme in READMES.items():
        readme.write_text(written(readme.read_text(encoding="utf-8"), lang), encoding="utf-8")
