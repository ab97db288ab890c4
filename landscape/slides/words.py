"""The words of a deck, in English or Chinese."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from ..core.errors import unknown
from ..core.shares import percentage
from ..figures.words import LANGUAGES

_MISSING = "–"  # in the place of a number that there is not
_SMALL = 0.001  # a p-value, below which it is not told how small
_BETWEEN_CHINESE = re.compile(r"(?<=[⺀-鿿　-〿＀-￯]) (?=[⺀-鿿　-〿＀-￯])")


@dataclass(frozen=True)
class Words:
    """Words of the language `lang`; ValueError with the nearest valid name if there is none such."""

    lang: str
    _table: dict[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.lang not in LANGUAGES:
            raise unknown("language", self.lang, LANGUAGES)
        object.__setattr__(self, "_table", table()[self.lang])

    def __call__(self, key: str, **values: Any) -> str:
        """The words at "slide.part", with values in the places of their names."""
        section, _, name = key.partition(".")
        words: str = self._table[section][name]
        return self._set(words.format(**values))

    def term(self, name: str) -> str:
        """What a setting is called; itself where it has no other name."""
        found: str = self._table["terms"].get(name, name)
        return found

    def numeral(self, n: int) -> str:
        """A number, small ones in words: "four"."""
        numerals: list[str] = self._table["counts"]["numerals"]
        return numerals[n] if n < len(numerals) else f"{n:,}"

    def count(self, noun: str, n: int) -> str:
        """A number of things: "four runs"."""
        one, many = self._table["counts"][noun]
        words: str = (one if n == 1 else many).format(n=self.numeral(n))
        return words

    def listed(self, parts: Iterable[str]) -> str:
        """ "a, b and c", each once."""
        *first, last = dict.fromkeys(parts) or [""]
        if not first:
            return last
        comma, final = self._table["counts"]["comma"], self._table["counts"]["and"]
        return self._set(f"{comma.join(first)}{final}{last}")

    def _set(self, words: str) -> str:
        """Without the spaces that stand beside Latin letters, where Chinese has come in their place."""
        return _BETWEEN_CHINESE.sub("", words) if self.lang == "zh" else words

    def percent(self, share: float, digits: int = 2) -> str:
        """A share of 1 as a percentage."""
        if share != share:
            return _MISSING
        # A space that no line ends at.
        space = "" if self.lang == "zh" else "\N{NO-BREAK SPACE}"
        return f"{percentage(share, digits)}{space}%"

    def points(self, share: float) -> str:
        """A difference of percentages."""
        return self("units.points", n=f"{abs(100 * share):.2f}")

    def p(self, value: float) -> str:
        """A probability of chance."""
        return self("units.p_small" if value < _SMALL else "units.p", p=f"{max(value, _SMALL):.2g}")

    def seconds(self, seconds: float) -> str:
        """A time."""
        return self("units.seconds", n=f"{seconds:.1f}" if seconds >= 1 else f"{seconds:.2g}")

    def sentences(self, parts: Sequence[str]) -> str:
        """Sentences, one after the other."""
        return ("" if self.lang == "zh" else " ").join(part for part in parts if part)


def number(value: float) -> str:
    """A loss or a distance in about three digits."""
    if value != value:
        return _MISSING
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e5:
        return f"{value:.3f}" if abs(value) < 1 else f"{value:,.{max(0, 2 - int(math.log10(abs(value))))}f}"
    return f"{value:.2g}"


def capital(words: str) -> str:
    """As at the beginning of a sentence."""
    return words[:1].upper() + words[1:]


@cache
def table() -> dict[str, dict[str, Any]]:
    """All words by language, section and name."""
    return tomllib.loads((resources.files(__package__) / "words.toml").read_text(encoding="utf-8"))
