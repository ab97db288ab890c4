"""Writes the tables of docs/figures.md and docs/films.md: what each kind and lesson says of itself, and its picture."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

from landscape import figures
from landscape.animations import lessons

DOCS = Path(__file__).parents[1]
TABLE = re.compile(r"\| \| \|\n\|---\|---\|\n(\| \*\*\w.*!\[\].*\n)+")


def told() -> dict[str, dict[str, str]]:
    """For each page, the line of everything in its table; users' own parts are not in our pages."""
    kinds = [name for name in figures.kinds.names() if not figures.kinds.origin(name)]
    return {
        "figures": {name: figures.kinds.get(name).title for name in kinds},
        "films": {name: lessons.script(name).blurb() for name in lessons.tour()},
    }


def written(page: str, text: str) -> str:
    """`text` of a page with its table of pictures as it has to be, two in a row."""
    cells = [f"**{name}**: {line}<br>![](images/{page}/{name}.png)" for name, line in told()[page].items()]
    rows = [f"| {left} | {right} |" for left, right in zip_longest(cells[::2], cells[1::2], fillvalue="")]
    table = "\n".join(["| | |", "|---|---|", *rows, ""])
    anew, count = TABLE.subn(lambda _: table, text)
    if count != 1:
        raise ValueError(f"docs/{page}.md has {count} tables of pictures: one is wanted")
    return anew


if __name__ == "__main__":
    for page in told():
        path = DOCS / f"{page}.md"
        path.write_text(written(page, path.read_text(encoding="utf-8")), encoding="utf-8")
