"""Parts that users bring: in a Python file, written `mine.py:Name`, or in an installed package that is a plug-in."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from functools import lru_cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any, TypeVar
from urllib.parse import quote, unquote_to_bytes

from .errors import InputError, shortened

GROUP = "landscape.plugins"  # of entry points, each a module that registers parts as it is imported

# Modules that are read from files are named by their paths, as if they were inside this one: whoever imports such a
# name imports this module first, which finds the file, so that what is defined there can be unpickled in any process.
_PREFIX = f"{__name__}."
__path__: list[str] = []

T = TypeVar("T")

# A name that is followed by a colon is one of a part, whatever its settings say.
_FILE = re.compile(r"(?![^\W\d]\w+\s*:)(?P<path>.*?\.py)\s*(?::(?P<name>[^:]*)(?::(?P<settings>.*))?)?$", re.S)


def is_file(notation: str) -> bool:
    """Whether a notation is of a part in a file: path/to/mine.py:Name, with settings or without."""
    return _FILE.match(notation.strip()) is not None


def halves(notation: str) -> tuple[str, str]:
    """A notation's name, which for one in a file is path/to/mine.py:Name, and its settings."""
    found = _FILE.match(notation.strip())
    if found is None:
        name, _, settings = notation.partition(":")
        return name.strip(), settings
    return f"{found['path']}:{(found['name'] or '').strip()}", found["settings"] or ""


def path_of(notation: str) -> Path | None:
    """The file that reading a notation runs; None for notations of other kinds."""
    found = _FILE.match(notation.strip())
    return Path(found["path"]).expanduser() if found else None


def members(notation: str, what: str) -> tuple[str, dict[str, Any]]:
    """Run the file of a notation; the name that is wanted of it, and all that it defines.

    ValueError, in one line, if it is missing or fails. `what` a name is of, in the form that is expected.
    """
    path, name = path_of(notation), halves(notation)[0].rpartition(":")[2]
    if path is None or not name:
        raise ValueError(f"'{shortened(notation)}' is not allowed: it must have the form path/to/file.py:{what}")
    return name, contents(path)


def contents(path: Path) -> dict[str, Any]:
    """Run a Python file, and all that it defines; ValueError, in one line, if it is missing or fails."""
    # os.path.isfile answers where Path.is_file raises an error of its own: a path that is too long.
    if not os.path.isfile(path):
        raise ValueError(f"there is no file '{shortened(path)}'")
    there = os.stat(path)
    return _executed(path.resolve(), there.st_mtime_ns, there.st_size)


def meet(*files: Path) -> None:
    """Know all that is defined in these files by its name, as if plug-ins had brought it, until this is called again.

    What is known already stays known. ValueError, in one line, for a file that is missing or fails, and for a name that
    is that of something else.
    """
    _Met.files = []
    for path in files:
        there = contents(path)
        for take in _Met.families:
            take(there)
        _Met.files.append(path.resolve())


def met() -> tuple[Path, ...]:
    """The files that are known, for processes that work for this one."""
    return tuple(_Met.files)


def meets(family: Callable[[dict[str, Any]], None]) -> None:
    """Let a family take what is its own of all that is defined in files that are met, before or after."""
    _Met.families.append(family)
    for path in _Met.files:
        family(contents(path))


def defined(there: dict[str, Any], base: type[T]) -> list[type[T]]:
    """The classes of a base that a file defines itself, but those that are for others to be derived from."""
    found = (one for one in there.values() if isinstance(one, type) and one.__module__ == there["__name__"])
    return [one for one in found if issubclass(one, base) and not one.__name__.startswith("_")]


class _Met:
    files: list[Path] = []  # noqa: RUF012
    families: list[Callable[[dict[str, Any]], None]] = []  # noqa: RUF012


def refuse_file(notation: str) -> None:
    """ValueError for a notation that lies in a file and would run another."""
    if is_file(notation):
        said = "names a part in a file, which is not run because another file names it"
        raise ValueError(f"'{shortened(notation)}' {said}")


def is_foreign(thing: Any) -> bool:
    """Whether a class is none of this project's."""
    return _is_foreign(str(thing.__module__))


def is_in_file(thing: Any) -> bool:
    """Whether a class or function comes from a file that is run, which no other process can import by name."""
    return str(thing.__module__) == "__main__" or str(thing.__module__).startswith(_PREFIX)


def origin(thing: Any) -> str:
    """Where a class or function comes from: the name of its module, or the path of its file."""
    module = str(thing.__module__)
    return _file(module) or module if is_in_file(thing) else module


def full_name(thing: Any) -> str:
    """Of a class or function: package.module.Class, or path/to/mine.py:Class."""
    return f"{origin(thing)}{':' if _file(thing.__module__) == origin(thing) else '.'}{thing.__qualname__}"


def same(one: Any, other: Any) -> bool:
    """Whether two classes or functions are one that was defined twice, as when a notebook's cell is run again."""
    if one.__qualname__ != other.__qualname__:
        return False
    file = _file(one.__module__)
    return bool(one.__module__ == other.__module__ or (file and file == _file(other.__module__)))


def told(error: BaseException, *, through: bool = True, also: str = "") -> str:
    """What a user's own code raised, and in which line of which file; empty for what it did not.

    through : also what was raised further down, in what it called of this project. also : a module that is the user's,
    beside files that are run and plug-ins.
    """
    for frame, line in reversed([*traceback.walk_tb(error.__traceback__)]):
        module, file = str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename
        # What dataclasses write has no file.
        if (_is_own(module) or module == also) and not file.startswith("<"):
            return f"'{file}' raises {type(error).__name__} in line {line}: {error}"
        if not (through or _is_foreign(module)):
            return ""
    return ""


def load_plug_ins() -> None:
    """Import the plug-ins that are installed, once in a process; what fails in one is a warning that names it."""
    if _PlugIns.loaded:
        return
    with _PlugIns.lock:
        # Whoever asks for names as a plug-in is being imported gets those that there are.
        if _PlugIns.loaded or _PlugIns.loading:
            return
        _PlugIns.loading = True
        try:
            for name, module in _installed().items():
                _PlugIns.packages.add(module.partition(".")[0])
                try:
                    importlib.import_module(module)
                except (Exception, SystemExit) as error:
                    said = shortened(f"plug-in {name} cannot be used: {type(error).__name__}: {error}", 500)
                    warnings.warn_explicit(said, UserWarning, GROUP, 1)
        finally:
            _PlugIns.loaded, _PlugIns.loading = True, False


class _PlugIns:
    lock = threading.RLock()
    loaded = loading = False
    packages: set[str] = set()  # noqa: RUF012


def _installed() -> dict[str, str]:
    """The modules of plug-ins by their names, of packages anywhere but in the working folder: what lies there may have
    come with somebody's runs."""
    from importlib import metadata

    try:
        here = os.path.realpath(os.getcwd())
    except OSError:
        here = ""
    places = [place for place in sys.path if place and os.path.realpath(place) != here]
    found: dict[str, str] = {}
    for package in metadata.distributions(path=places):
        for point in package.entry_points:
            if point.group == GROUP:
                found.setdefault(point.name, point.value.partition(":")[0].strip())
    return found


def _file(module: str) -> str:
    path = getattr(sys.modules.get(module), "__file__", None)
    return os.path.realpath(path) if path else ""


def _is_foreign(module: str) -> bool:
    return module.partition(".")[0] != __name__.partition(".")[0] or module.startswith(_PREFIX)


def _is_own(module: str) -> bool:
    """Whether a module is a file that is run, or belongs to a plug-in."""
    return module.startswith(_PREFIX) or module.partition(".")[0] in _PlugIns.packages


@lru_cache(maxsize=64)
def _executed(path: Path, changed: int, size: int) -> dict[str, Any]:
    """What the file `path` defines; it is run once, and again where it has changed."""
    name = _PREFIX + quote(os.fsencode(path), safe="/").replace(".", "%2E")
    sys.modules.pop(name, None)
    try:
        return vars(importlib.import_module(name))
    except (Exception, SystemExit) as error:
        raise InputError(told(error) or f"'{path}' raises {type(error).__name__}: {error}") from error


class _Source(SourceFileLoader):
    """Compiles a file anew each time: Python's own takes what it compiled before for a file that was changed within a
    second to one of the same length, as by a digit."""

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = self.source_to_code(self.get_data(self.path), self.path)
        return code


class _Files:
    """Finds the modules of files by their names."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if not name.startswith(_PREFIX):
            return None
        file = os.fsdecode(unquote_to_bytes(name.removeprefix(_PREFIX)))
        return importlib.util.spec_from_file_location(name, file, loader=_Source(name, file))


sys.meta_path.append(_Files)
