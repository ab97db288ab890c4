"""Which films are there already: a checksum of the code, the data and the options of each, in a file beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

import landscape
from landscape.files import kinds, writing
from landscape.files.opening import MOST_JSON, whole

FILE = "films.json"
_LIBRARIES = (
    *("manim", "manimpango", "moderngl", "av", "numpy", "scipy"),
    *("fontpkg-source-sans-3", "manimgx-fonts-cjk"),
)
_CODE = (".py", ".glsl", ".toml", ".npz")  # and the data that come with it


class Keys:
    """The keys of the films in a folder."""

    def __init__(self, place: Path) -> None:
        self._file = place / FILE
        try:
            self._keys = msgspec.json.decode(whole(self._file, MOST_JSON), type=dict[str, str])
        # A record that cannot be read records nothing.
        except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
            self._keys = {}

    def fits(self, film: Path, key: str) -> bool:
        """Whether the film is there, and of this key."""
        return film.exists() and self._keys.get(film.name) == key

    def keep(self, film: Path, key: str) -> None:
        """Note that it is."""
        self._keys[film.name] = key
        writing.write_json(self._file, self._keys)


def key(lesson: Iterable[Path], runs: Iterable[str], own: Iterable[Path], options: Mapping[str, Any]) -> str:
    """Of a lesson's film: what it is made by (its own files, and the project's but for other lessons), the runs it
    shows, the user's own source files, and how."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr(sorted(options.items())).encode())
    digest.update(_code().encode())
    files = [Path(run) / name for run in runs for name in kinds.RUN_FILES if name != kinds.PROJECTIONS_FILE]
    for path in [*lesson, *files, *own]:
        digest.update(whole(path) if path.exists() else b"")
    return digest.hexdigest()


@cache
def _code() -> str:
    """A checksum of the project's code and of the libraries that draw, without the lessons."""
    digest = hashlib.blake2b(digest_size=16)
    here = Path(__file__).parent
    roots = {here, Path(landscape.__file__).parent}
    files = sorted({path for root in roots for path in root.rglob("*") if path.suffix in _CODE})
    for path in files:
        lesson = path.parent == here / "lessons" and path.stem != "__init__"
        if not lesson and "cli" not in path.parts:
            digest.update(path.name.encode() + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(version(name).encode())
    return digest.hexdigest()
