"""Where results go: looked at before the work begins, as the results of hours could not be written after it."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Sequence
from glob import glob
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

FORMATS = ("png", "svg", "pdf")

_ENDINGS = ".0a1b2c3d.npz.part"  # of the longest of the files that are made beside a result


class File(click.Path):
    """A file of results. In a folder that is there, or is meant by a slash at the end, it has the usual name.

    endings : what it may end in, the first of them if it has none. Without them it is the name of figures, whose
        endings are their formats; also : what else is written under that name.
    """

    def __init__(self, usual: str, endings: Sequence[str], also: Sequence[str]) -> None:
        super().__init__(path_type=Path)
        self.usual, self.endings, self.also = usual, endings, also

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(text := _text(value, "file"))
        if text != self.usual and (not os.path.basename(text) or os.path.isdir(text)):
            path /= Path(self.usual).name
        _check(path, path.parent)
        return path

    def files(self, path: Path, formats: Sequence[str]) -> list[Path]:
        """What is written for a value of the option, where figures have these formats."""
        if self.endings:
            path = path if path.suffix else path.with_suffix(self.endings[0])
            # Of other endings the verb says which are allowed.
            return [path] if path.suffix in self.endings else []
        known = {f".{one}" for one in (*formats, *FORMATS, *self.also)}
        stem = path.with_suffix("") if path.suffix in known else path
        return [stem.with_name(f"{stem.name}.{one}") for one in (*formats, *self.also)]


class Folder(click.Path):
    """A folder of results."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(_text(value, "folder"))
        _check(path, path)
        return path


def file(usual: str, help_: str, *endings: str, also: Sequence[str] = ()) -> Callable[..., Any]:
    """`--out FILE`."""
    return click.option("--out", type=File(usual, endings, also), default=usual, show_default=True, help=help_)


def folder(usual: str, help_: str) -> Callable[..., Any]:
    """`--out FOLDER`."""
    return click.option("--out", type=Folder(), default=usual, show_default=True, help=help_)


def keep(context: click.Context) -> None:
    """RunError where a file of results would take the place of one that is read, or of something else."""
    from landscape.files import kinds, writing

    known = kinds.ENDINGS | {".npz": kinds.SURFACE, ".csv": kinds.SWEEP}
    values = context.params
    for one in context.command.params:
        if isinstance(one.type, File) and values.get(one.name or "") is not None:
            others = [value for name, value in values.items() if name != one.name]
            inputs = [Path(text) for value in others for text in _named(value) if os.path.isfile(text)]
            for path in one.type.files(values[one.name or ""], values.get("formats", ())):
                if path.is_dir() and context.get_parameter_source(one.name or "") is ParameterSource.COMMANDLINE:
                    raise ValueError(f"--out '{path}' is not allowed: it is a folder")
                writing.check(path, known[path.suffix], inputs)


def _named(value: Any) -> list[str]:
    """The files that the value of an option may name: as they are, by a pattern, or with what is meant in them."""
    if isinstance(value, str | Path):
        text = str(value)
        return [text, text.rpartition(":")[0], text.partition(":")[0], *(glob(text) if "*" in text else ())]
    return [text for one in value for text in _named(one)] if isinstance(value, tuple | list) else []


def hold(*results: Path) -> None:
    """Write these results alone until the command ends; RunError, which says who writes one, before the work.

    Folders are made for them; those that are empty at the end are removed again.
    """
    from landscape.files.locks import writing

    context = click.get_current_context()
    for result in results:
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
