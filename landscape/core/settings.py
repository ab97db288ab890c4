"""What matplotlib, manim and numba are set to: here nothing that lies in the working folder, or in the user's files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from configparser import ConfigParser
from contextlib import AbstractContextManager, contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any


def only_ours() -> None:
    """Let matplotlib, manim and numba, where they are loaded later in this process, start as they come.

    All read settings from the working folder as they are loaded, so that a file that came with somebody's runs would
    change figures, start LaTeX, end the command, or name a folder of code to be run. Whoever uses the library in a
    program of their own keeps theirs.
    """
    if not any(isinstance(one, _Finder) for one in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds those three, to be loaded without their files of settings."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _LOADING:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute, without = spec.loader.exec_module, _LOADING[fullname]

        def exec_module(module: ModuleType) -> None:
            with without(module):
                execute(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


@contextmanager
def _elsewhere() -> Iterator[None]:
    """In a folder where no settings are."""
    try:
        here = os.getcwd()
        os.chdir(os.path.dirname(__file__))
    except OSError:
        here = ""  # a folder that was removed holds nothing
    try:
        yield
    finally:
        if here:
            os.chdir(here)


@contextmanager
def _matplotlib(module: Any) -> Iterator[None]:
    """Its first place is the working folder, before that of the variable."""
    variable, given = "MATPLOTLIBRC", os.environ.get("MATPLOTLIBRC")
    os.environ[variable] = os.devnull
    try:
        with _elsewhere():
            yield
    finally:
        if given is None:
            del os.environ[variable]
        else:
            os.environ[variable] = given
    # Style sheets of the user's, which are read later, are looked for there.
    module.get_configdir = module.get_data_path


@contextmanager
def _manim(module: Any) -> Iterator[None]:
    """Its own file is read by `read_file`; those that may be there by `read`."""
    read = ConfigParser.read
    ConfigParser.read = lambda *_, **__: []  # type: ignore[method-assign]
    try:
        yield
    finally:
        ConfigParser.read = read  # type: ignore[method-assign]


@contextmanager
def _numba(module: Any) -> Iterator[None]:
    """It looks into the working folder now, and again before whatever it compiles."""
    with _elsewhere():
        yield
    module.core.config._config_fname = os.devnull


_LOADING: dict[str, Callable[[Any], AbstractContextManager[None]]] = {
    "matplotlib": _matplotlib,
    "manim": _manim,
    "numba": _numba,
}
