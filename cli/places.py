"""Where results go: looked at before the work begins, as the results of hours could not be written after it."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_ENDINGS = ".0a1b2c3d.npz.part"  # of the longest of the files that are made beside a result


class File(click.Path):
    """A file of results. In a folder that is there, or is meant by a slash at the end, it has the usual name."""

    def __init__(self, usual: str) -> None:
        super().__init__(path_type=Path)
        self.usual = usual

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(text := _text(value, "file"))
        if text != self.usual and (not os.path.basename(text) or os.path.isdir(text)):
            path /= Path(self.usual).name
        _check(path, path.parent)
        return path


class Folder(click.Path):
    """A folder of results."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(_text(value, "folder"))
        _check(path, path)
        return path


def file(usual: str, help_: str) -> Callable[..., Any]:
    """`--out FILE`."""
    return click.option("--out", type=File(usual), default=usual, show_default=True, help=help_)


def folder(usual: str, help_: str) -> Callable[..., Any]:
    """`--out FOLDER`."""
    return click.option("--out", type=Folder(), default=usual, show_default=True, help=help_)


def hold(*results: Path) -> None:
    """Write these results alone until the command ends; RunError, which says who writes one, before the work."""
    from landscape.folder import make_room
    from landscape.locks import writing

    context = click.get_current_context()
    for result in results:
        make_room(result)
        context.with_resource(writing(result))


def _text(value: Any, what: str) -> str:
    text: str = os.fspath(value)
    if not text:
        raise ValueError(f"--out '' is not allowed: it must name a {what}")
    return text


def _check(path: Path, folder: Path) -> None:
    """ValueError if `path` cannot be written in `folder`, which may still have to be made; nothing is left behind."""
    try:
        while not folder.exists():
            folder = folder.parent
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ValueError(f"--out '{path}' is not allowed: cannot write in '{folder}': {error.strerror}") from None
    named(path)


def named(*results: Path) -> None:
    """ValueError for a name that is too long for a file: before the work, however late it is to be written."""
    for path in results:
        there = path
        while not os.path.isdir(there):
            try:
                os.lstat(_existing(there.parent) / f"{there.name}{_ENDINGS}")
            except OSError as error:
                if error.errno == errno.ENAMETOOLONG:
                    brief = f"{there.name[:20]}…{there.name[-20:]}"
                    raise ValueError(f"'{brief}' is not allowed as the name of a file: it is too long") from None
            there = there.parent


def _existing(folder: Path) -> Path:
    """The nearest folder around that is there; the system looks at no name in one that is not."""
    while not os.path.isdir(folder):
        folder = folder.parent
    return folder
