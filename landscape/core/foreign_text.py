"""Texts that others wrote, in names of runs, files and data, titles and formulas: what can be shown of them anywhere.

Each medium has one place through which they pass: `errors`, `cli.terminal`, `figures.words.literal`,
`slides.Deck.save`, `explore.page` and `animations.words`.
"""

from __future__ import annotations

import re
import unicodedata

_COMMANDS = ("Cc", "Cf", "Zl", "Zp")  # categories of what is done instead of being shown
_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_TALL = 3  # marks on a letter; more of them would stand over other lines
_MARK = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACKED = re.compile(f"({_MARK}{{{_TALL}}}){_MARK}+")


def visible(text: str, kept: str = "\n\t", whole: bool = True) -> str:
    r"""A text without commands and changes of the direction of writing, which are shown as their numbers, \x1b, but for
    those that are `kept`; `whole`: without halves of characters, too, which no text has, but names of files may."""
    hidden = [one for one in dict.fromkeys(text) if one not in kept and _is_hidden(one, whole)]
    return text.translate({ord(one): numbered(one) for one in hidden}) if hidden else text


def shown(text: str, kept: str = "", most: int | None = None) -> str:
    """A text as documents can hold it: in one line unless line breaks are `kept`, with few marks on a letter, and with
    its middle left out if it has more than `most` letters."""
    text = _BREAKS.sub("\n" if "\n" in kept else " ", text).replace("\t", " ")
    text = _STACKED.sub("\\1…", visible(text, "\n"))
    if most is None or len(text) <= most:
        return text
    return f"{text[: most * 2 // 3]}…{text[-(most // 3) :]}"


def numbered(sign: str) -> str:
    r"""A character as its number: \x1b, \u202e, \U0001f98a."""
    return f"\\x{ord(sign):02x}" if ord(sign) < 0x100 else sign.encode("ascii", "backslashreplace").decode()


def _is_hidden(sign: str, whole: bool) -> bool:
    category = unicodedata.category(sign)
    # XML and HTML have no place for the last two of each plane, and for those that stand for nothing.
    broken = category == "Cs" or ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF
    return category in _COMMANDS or (whole and broken)
