"""Text in lines of a length, Chinese as well as English."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from ..core.wording import HAN

_WIDE = 2.3  # letters
_OTHER = HAN + "“”‘’…—"
_PIECE = re.compile(rf"[{_OTHER}]|(?:[^\s{_OTHER}]|\xa0)+[^\S\xa0]*|\s+")
_NOT_FIRST = "，。、；：！？）」』”’…—·%°),.;:!?\xa0"  # marks that do not begin a line
_NOT_LAST = "（「『“‘(\xa0"
_PAUSES = "，。；：？！、,.;:?!"  # marks after which a line ends well
_OPENING = "（("  # marks before which it ends better than within a word
# What it costs to break elsewhere, between words and within Chinese ones: the square of how uneven lines may be.
_WITHIN, _INSIDE = 150.0, 900.0


def balanced(words: str, columns_: float) -> list[str]:
    """As few lines as fit into so many columns of Latin letters, of about equal length, and rather broken after a mark
    than within a sentence."""
    parts = [part for piece in pieces(words) for part in _narrow(piece, columns_)]
    widths = [columns(part) for part in parts]
    lines = 1
    while (best := _broken(parts, widths, columns_, lines)) is None and lines < len(parts):
        lines += 1
    cuts = [0, *(range(1, len(parts)) if best is None else best), len(parts)]
    return ["".join(parts[i:j]).strip() for i, j in pairwise(cuts)]


def _narrow(piece: str, most: float) -> list[str]:
    """A piece in as many parts as it needs to be no wider than a line."""
    if columns(piece.strip()) <= max(most, _WIDE):
        return [piece]
    step = max(1, int(most / max(map(columns, piece))))
    return [piece[k : k + step] for k in range(0, len(piece), step)]


def columns(words: str) -> float:
    """How many columns a text takes; a Chinese character is as wide as some letters."""
    return sum(_WIDE if is_wide(mark) else 1 for mark in words)


def is_wide(mark: str) -> bool:
    """Whether a character is as wide as Chinese ones."""
    return unicodedata.east_asian_width(mark) in "WF"


def _broken(pieces: list[str], widths: list[float], most: float, lines: int) -> list[int] | None:
    """Where to cut into so many lines of at most `most` columns; None if that cannot be."""
    wanted = sum(widths) / lines
    # The cheapest way to cut the first k pieces into n lines, for n = 1, 2 …
    costs: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for _ in range(lines):
        further: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, cuts) in costs.items():
            width = 0.0
            for end in range(start + 1, len(pieces) + 1):
                width += widths[end - 1]
                if width - (pieces[end - 1][-1] == " ") > most:
                    break
                total = cost + (width - wanted) ** 2
                if end < len(pieces) and pieces[end - 1].strip()[-1:] not in _PAUSES:
                    between = pieces[end - 1].endswith(" ") or pieces[end][0] in _OPENING
                    total += _WITHIN if between else _INSIDE
                if end not in further or total < further[end][0]:
                    further[end] = (total, [*cuts, end])
        costs = further
    return costs[len(pieces)][1][:-1] if len(pieces) in costs else None


def pieces(words: str) -> list[str]:
    """What must not be broken: words and the space after them, Chinese characters and the marks that belong to them."""
    found: list[str] = []
    for piece in _PIECE.findall(words):
        glued = found and (piece[0] in _NOT_FIRST or found[-1][-1] in _NOT_LAST or piece.isspace())
        if glued:
            found[-1] += piece
        else:
            found.append(piece)
    return found
