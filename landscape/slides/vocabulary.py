"""The words of a deck, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..core import wording
from ..core.numerals import fixed, number

_SMALL = 0.001  # a p-value, below which it is not told how small


class Words(wording.Words):
    """Words of the language `lang`; ValueError with the nearest valid name if there is none such."""

    def __init__(self, lang: str) -> None:
        super().__init__(lang, __package__)

    def fill(self, text: str, **values: Any) -> str:
        """Words from elsewhere, as those of this file."""
        return wording.filled(text, self.lang, **values)

    def term(self, name: str) -> str:
        """What a setting is called; itself where it has no other name."""
        found: str = self.known.get(f"terms.{name}") or wording.term(name, self.lang)
        return found

    def numeral(self, n: int) -> str:
        """A number, small ones in words: "four"."""
        numerals: list[str] = self.known["counts.numerals"]
        return numerals[n] if n < len(numerals) else f"{n:,}"

    def count(self, noun: str, n: int) -> str:
        """A number of things: "four runs"."""
        one, many = self.known[f"counts.{noun}"]
        return self.fill(one if n == 1 else many, n=self.numeral(n))

    def listed(self, parts: Iterable[str]) -> str:
        """ "a, b and c", each once."""
        *first, last = dict.fromkeys(parts) or [""]
        if not first:
            return last
        comma, final = self.known["counts.comma"], self.known["counts.and"]
        return self.fill(final, first=comma.join(first), last=last)

    def percent(self, share: float, digits: int = 2) -> str:
        """A share of 1 as a percentage."""
        return wording.share(share, digits, self.lang)

    def points(self, share: float) -> str:
        """A difference of percentages."""
        return self("units.points", n=fixed(abs(100 * share), 2))

    def p(self, value: float) -> str:
        """A probability of chance."""
        return self("units.p_small" if value < _SMALL else "units.p", p=number(max(value, _SMALL), 2))

    def seconds(self, seconds: float) -> str:
        """A time."""
        return self("units.seconds", n=fixed(seconds, 1) if seconds >= 1 else number(seconds, 2))

    def sentences(self, parts: Sequence[str]) -> str:
        """Sentences, one after the other."""
        return ("" if self.lang == "zh" else " ").join(part for part in parts if part)


def measured(value: float) -> str:
    """A loss or a distance, as all that a deck compares: in thousandths, or in three digits."""
    return number(value, zeros=True, places=3)


def capital(words: str) -> str:
    """As at the beginning of a sentence."""
    return words[:1].upper() + words[1:]
