"""The words that all claims share, and those of each, in the language in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.numerals import number
from ..core.wording import Words, language


def said(key: str, **values: Any) -> str:
    """Words that claims share."""
    return Words(language(), "landscape.evidence")(key, **values)


def counted(of: str, n: int) -> str:
    """How many there are of something: 5 seeds."""
    return said(f"count.{of}" if n != 1 else f"one.{of}", n=number(n))


def source(text: str) -> str:
    """Where an expected number comes from: formulas and papers as they are, words in the language in force."""
    known = Words(language(), "landscape.evidence").known
    told: str = known.get(f"source.{text}", text)
    return told


# Of claims that are none of the project's, by name and language.
own: dict[str, Mapping[str, Mapping[str, Any]]] = {}


def of_claim(name: str) -> Words:
    """The words of a claim."""
    return Words(language(), "landscape.evidence.claims", f"{name}.toml", own.get(name))
