"""The words of all that is shown, by language: whatever one lacks is said in English, and without that by its key.

A file of words is TOML, [language.section] and name = "words", in which {names} in braces are put in later. What things
are called that several products show, such as learning rates, is in terms.toml, by their English names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from .errors import unknown
from .numerals import percentage

LANGUAGES = ("en", "zh")
ENGLISH = LANGUAGES[0]
HAN = "⺀-鿿　-〿＀-￯"  # Chinese characters and their marks, in a class of a regular expression

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    """The language in force, "en" or "zh"."""
    return _spoken.get()


def speak(lang: str) -> None:
    """Say from here on what no `lang` is given for in this language; ValueError if there is none such."""
    _spoken.set(checked(lang))


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Say so inside a `with` block."""
    before = _spoken.set(checked(lang))
    try:
        yield
    finally:
        _spoken.reset(before)


def checked(lang: str) -> str:
    """The language; ValueError with the nearest valid name if there is none such."""
    if lang not in LANGUAGES:
        raise unknown("language", lang, LANGUAGES)
    return lang


class Words:
    """The words of a file in a language, `lang`, by their keys, "section.name"."""

    def __init__(
        self, lang: str, package: str, file: str = "words.toml", own: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        """own : words by language, in the place of a file's."""
        by_language = table(package, file) if own is None else {one: dict(flat(words)) for one, words in own.items()}
        self.lang = checked(lang)
        self.known: Mapping[str, Any] = by_language.get(ENGLISH, {}) | by_language.get(lang, {})

    def __call__(self, key: str, **values: Any) -> str:
        """Words, with values in the places of their names."""
        return filled(self.known.get(key, key), self.lang, **values)

    def said(self) -> dict[str, Any]:
        """All words by their keys."""
        return dict(self.known)


def filled(words: str, lang: str, **values: Any) -> str:
    """Words of a language with values in the places of their names. In Chinese a value that is a number or Latin has a
    space between itself and Chinese letters, and a Chinese one none, whatever the words had there."""
    if lang != "zh":
        return words.format(**values)
    return _SEAM.sub(_joined, _Seamed().format(words, **values))


_EDGE = "\N{INFORMATION SEPARATOR ONE}"  # what no text holds
_SEAM = re.compile(f"(?<=([^{_EDGE}]))( ?)(?:{_EDGE} ?)*{_EDGE}( ?)(?=([^{_EDGE}]))|{_EDGE}")
_HAN = re.compile(f"[{HAN}]")


class _Seamed(Formatter):
    """Leaves a mark at each end of what is put in."""

    def format_field(self, value: Any, format_spec: str) -> str:
        return f"{_EDGE}{super().format_field(value, format_spec)}{_EDGE}"


def _joined(seam: re.Match[str]) -> str:
    before, after = seam[1], seam[4]
    if before is None:
        return ""
    left, right = (_HAN.match(one) is not None for one in (before, after))
    if left and right:
        return ""
    latin = after if left else before
    meets = left != right and (before if left else after).isalpha() and (latin.isalnum() or latin in "+−#%°")
    return " " if meets or " " in seam[0] else ""


@cache
def table(package: str, file: str) -> dict[str, dict[str, Any]]:
    """The words of a package's file, of each language by key."""
    found = tomllib.loads((resources.files(package) / file).read_text(encoding="utf-8"))
    return {lang: dict(flat(words)) for lang, words in found.items()}


def flat(words: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The words of nested tables by their keys, "section.name"."""
    for name, one in words.items():
        if isinstance(one, dict):
            yield from ((f"{name}.{key}", inner) for key, inner in flat(one))
        else:
            yield name, one


def term(english: str, lang: str | None = None) -> str:
    """What a thing is called in a language, that in force if None, be it named as in a notation, one_cycle, or in
    words; as it is given where it has no other name."""
    name: str = table(__package__, "terms.toml").get(lang or language(), {}).get(english.replace("_", " "), english)
    return name


def percent(number: str, lang: str | None = None) -> str:
    """A percentage with its sign, before which Chinese has no space, and English one that no line ends at."""
    return f"{number}%" if (lang or language()) == "zh" else f"{number}\N{NO-BREAK SPACE}%"


def share(part: float, digits: int = 0, lang: str | None = None) -> str:
    """A share as a percentage with its sign, as `percentage` tells it; – for one that is none."""
    return percent(percentage(part, digits), lang) if part == part else percentage(part)
