"""A user's own words for films: a third language, or captions of one's own.

A file of TOML with a table a lesson, and `all` for the words that lessons share:

    [ravine]
    title = "Der Canyon"
    question = "…"
    [ravine.spoken]
    question = "…"
    [all]
    steps = "Schritte"

What it lacks is said in the film's language.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from landscape.core.errors import InputError, unknown
from landscape.core.wording import flat
from landscape.files.handwritten import table

SHARED = "all"

_UNSEEN = ("deck.", "blurb", "spoken.")  # how words begin that a film does not show


@dataclass(frozen=True)
class OwnWords:
    """By lesson, and under `SHARED` for all, words by key. source : the file."""

    source: str = ""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: str | Path) -> OwnWords:
        """From a file; ValueError, in one line, where it is none such."""
        found = table(path)
        for lesson, words in found.items():
            if not isinstance(words, dict):
                raise InputError(f"'{lesson}' in '{path}' is not allowed: it must be a table of words, [{lesson}]")
        return cls(str(path), {lesson: dict(flat(words)) for lesson, words in found.items()})

    def of(self, lesson: str, known: Mapping[str, str]) -> dict[str, str]:
        """Those of a lesson, whose `known` words are these; ValueError for a word that it does not have, and for braces
        that nothing can stand for."""
        found = {key: text for key, text in self.words.get(SHARED, {}).items() if key in known}
        for key, text in self.words.get(lesson, {}).items():
            like = known.get(key, known.get(key.removeprefix("spoken.")))
            if like is None:
                raise unknown(f"word of {lesson} in '{self.source}'", key, sorted(known))
            if not isinstance(text, str):
                raise InputError(f"{lesson}.{key} in '{self.source}' is not allowed: it must be text")
            if more := _values(text, f"{lesson}.{key} in '{self.source}'") - _values(like, key):
                allowed = ", ".join(f"{{{one}}}" for one in sorted(_values(like, key))) or "none"
                told = f"{{{sorted(more)[0]}}} has no value there (allowed: {allowed})"
                raise InputError(f"{lesson}.{key} in '{self.source}' is not allowed: {told}")
            found[key] = text
        return found

    def lacks(self, lesson: str, known: Iterable[str]) -> list[str]:
        """The words of a lesson, of these keys, that it does not have."""
        own = self.words.get(lesson, {}).keys() | self.words.get(SHARED, {}).keys()
        return [key for key in sorted(known) if key not in own and not key.startswith(_UNSEEN)]


def _values(text: str, where: str) -> set[str]:
    """The names in braces, for which values stand."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise InputError(f"{where} is not allowed: {error}") from error
