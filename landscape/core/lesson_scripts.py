"""Scripts of lessons: what is told about a film without rendering it.

A script is a TOML file beside the code of its lesson:

    place = 5                       # in the tour; a lesson without one is no part of it
    chapter = 2                     # of the story, if it is one
    [deck]
    usual = true                    # one of the films of a deck for which none were named
    when = "beginning"              # or "terrain": after the map of the runs, of whose training it is a film
    mentions = "activations"        # or an optimizer's name: what the deck says of its runs beside the film
    [en]
    blurb = "what it shows, in a line"
    title = "…"                     # and all other words of the film
    [en.deck]
    title = "…"                     # of its slide, with {runs} in it if it likes; and line1, line2 and notes
    [zh]

Nothing of it is needed: what a language lacks is said in English, and what that lacks is left out.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .checks import one_of
from .errors import InputError
from .wording import ENGLISH, LANGUAGES, flat

When = Literal["beginning", "terrain"]

ACTIVATIONS = "activations"  # what a deck may mention that is no optimizer

_DECK = "deck"
_WHEN: tuple[When, ...] = ("beginning", "terrain")
_SETTINGS = ("usual", "when", "mentions")


@dataclass(frozen=True)
class Script:
    """Of one lesson. words : by language, then by key, "title" or "deck.title". Others as in the file."""

    name: str
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    place: float | None = None
    chapter: int | None = None
    usual: bool = False
    when: When = "beginning"
    mentions: str = ""

    def __post_init__(self) -> None:
        for key, text in ((key, text) for words in self.words.values() for key, text in words.items()):
            alone = key in ("title", "blurb") or key.startswith(f"{_DECK}.")
            if alone and _values(text) - ({"runs"} if key == f"{_DECK}.title" else set()):
                raise InputError(
                    f"{key} of lesson {self.name}, '{text}', is not allowed: nothing can stand for {{…}} there"
                )

    @classmethod
    def read(cls, name: str, text: str, source: str = "") -> Script:
        """From the text of a file; ValueError, in one line that names the `source`, where it is no script."""
        source = source or f"the script of {name}"
        try:
            found = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise InputError(f"'{source}' is no TOML: {error}") from error
        place, deck = found.pop("place", None), found.pop(_DECK, {})
        if not (place is None or (isinstance(place, int | float) and not isinstance(place, bool))):
            raise InputError(f"place = {place!r} in '{source}' is not allowed: it must be a number")
        chapter = found.pop("chapter", None)
        if not (chapter is None or type(chapter) is int):
            raise InputError(f"chapter = {chapter!r} in '{source}' is not allowed: it must be a whole number")
        if not isinstance(deck, dict) or not isinstance(deck.get("mentions", ""), str):
            raise InputError(f"{_DECK} in '{source}' is not allowed: it must be a table of {', '.join(_SETTINGS)}")
        for key in deck:
            one_of(f"setting of {_DECK} in '{source}'", key, _SETTINGS)
        if not isinstance(deck.get("usual", False), bool):
            raise InputError(f"usual = {deck['usual']!r} in '{source}' is not allowed: it must be true or false")
        one_of(f"when in '{source}'", deck.get("when", _WHEN[0]), _WHEN)
        for lang in found:
            one_of(f"key in '{source}'", lang, ("place", "chapter", _DECK, *LANGUAGES))
            _check(found[lang], f"{lang} in '{source}'")
        return cls(name, {lang: dict(flat(words)) for lang, words in found.items()}, place, chapter, **deck)

    def said(self, lang: str) -> dict[str, str]:
        """All words in a language."""
        return {**self.words.get(ENGLISH, {}), **self.words.get(lang, {})}

    def told(self, lang: str) -> dict[str, str]:
        """What a deck says of it, under the keys title, line1, line2 and notes, as far as there are words for them; the
        film's own title where the slide has none."""
        said = self.said(lang)
        found = {key.removeprefix(f"{_DECK}."): text for key, text in said.items() if key.startswith(f"{_DECK}.")}
        return {"title": self.title(lang), **found}

    def title(self, lang: str) -> str:
        """Of the film; its name if it has none."""
        return self.said(lang).get("title", self.name)

    def blurb(self, lang: str = ENGLISH) -> str:
        """What it shows, in a line; empty where nobody said it."""
        return self.said(lang).get("blurb", "")


def _values(text: str) -> set[str]:
    """The names in braces, for which values stand."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _check(words: Any, where: str) -> None:
    """ValueError unless these are words, or tables of them, into which values can be put."""
    if isinstance(words, dict):
        for key, inner in words.items():
            _check(inner, f"{key} of {where}")
        return
    try:
        _values(words)
    except (TypeError, ValueError):
        raise InputError(
            f"{where} is not allowed: it must be text, in which {{names}} in braces stand for values"
        ) from None
