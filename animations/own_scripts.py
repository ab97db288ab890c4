"""What stands beside the code of a lesson: a script, mine.toml of mine.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from landscape.core import wording
from landscape.core.errors import InputError
from landscape.core.lesson_scripts import Script
from landscape.core.wording import ENGLISH
from landscape.files.opening import whole

_MOST = 2**20  # bytes of a script
_END = ".toml"


def scripts(folder: Path) -> list[Script]:
    """All of a folder, by their names."""
    return [_read(path) for path in sorted(folder.glob(f"*{_END}"))]


def script_of(cls: type) -> Script | None:
    """The one beside the file of a class; None where there is none."""
    path = source(cls)
    found = path and path.with_suffix(_END)
    return _read(found) if found and found.is_file() else None


def source(cls: type) -> Path | None:
    """The file that a class was written in; None for one of no file."""
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    return Path(file) if file else None


def files_of(cls: type) -> list[Path]:
    """The files of a lesson's class and of those that it was derived from, and the scripts beside them."""
    found = [path for one in _line(cls) if (path := source(one))]
    return [file for path in found for file in (path, path.with_suffix(_END)) if file.is_file()]


def shared_words(lang: str) -> dict[str, str]:
    """Those that all lessons have."""
    return wording.Words(lang, __package__, "captions.toml").said()


def words_of(cls: type, lang: str) -> dict[str, str]:
    """All words of a lesson's class, with those of the lessons that it was derived from; what a language lacks is said
    in English."""
    found = shared_words(lang)
    for one in _own_words(cls):
        found |= {**one.get(ENGLISH, {}), **one.get(lang, {})}
    return found


def _own_words(cls: type) -> Iterator[Mapping[str, Mapping[str, str]]]:
    """By language, the words beside each class of a line, and those that it holds; last the class's own."""
    for one in _line(cls):
        if (beside := script_of(one)) is not None:
            yield beside.words
        yield vars(one).get("captions", {})


def _line(cls: type) -> list[type]:
    """The lessons that a class was derived from, the first ones first, and itself."""
    return [one for one in reversed(cls.__mro__) if hasattr(one, "captions")]


def _read(path: Path) -> Script:
    try:
        text = whole(path, _MOST).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"'{path}' cannot be read: {error}") from error
    return Script.read(path.stem, text, str(path))
