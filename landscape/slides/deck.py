"""Deck: slides, and the files that they become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .. import kinds, writing
from ..checks import UNSHOWN
from ..errors import LandscapeError
from .parts import Look, Slide

KINDS = {".pptx": kinds.SLIDES, ".html": kinds.PAGE}

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Deck:
    """A talk: its slides, how they look, and its title."""

    slides: tuple[Slide, ...]
    look: Look
    title: str

    def save(self, path: str | Path, template: str | Path | None = None, progress: Progress | None = None) -> Path:
        """Write the deck as a PowerPoint file (.pptx) or as one web page (.html); returns the path.

        template : a PowerPoint file whose size, masters and layouts are used; its own slides are left out.
        progress : called as progress(done, slides).

        A file that is there is replaced once the new one is complete. ValueError for another ending, or a template with
        .html; LandscapeError where python-pptx is missing, or the template cannot be read.
        """
        path = _allowed(path, template)
        tell = progress or (lambda done, total: None)
        if path.suffix == ".html":
            from .html import page

            content = page(self, tell).encode()
        else:
            from .powerpoint import presentation

            content = presentation(self, template, tell)
        writing.make_room(path)
        writing.write_bytes(path, content, KINDS[path.suffix])
        return path


def check(path: str | Path, template: str | Path | None = None, title: str = "") -> Path:
    """The path, if `Deck.save` can write a deck of that title there with that template; what it would raise otherwise.

    It is found out by writing a few slides to memory, before the time that making a deck takes.
    """
    path = _allowed(path, template)
    if UNSHOWN.search(title):
        raise ValueError(f"title {title!r} is not allowed: it has characters that cannot be shown")
    if template is not None:
        from .rehearsal import rehearse

        rehearse(template)
    return path


def _allowed(path: str | Path, template: str | Path | None) -> Path:
    path = Path(path)
    if path.suffix not in KINDS:
        raise ValueError(f"'{path}' is not allowed as the file of a deck: it must end in {' or '.join(KINDS)}")
    if template is not None and path.exists() and Path(template).exists() and path.samefile(template):
        raise ValueError(f"'{path}' is the template: give the deck another name")
    writing.check(path, KINDS[path.suffix])
    if path.suffix == ".html":
        if template is not None:
            raise ValueError("a template is for .pptx files: leave it out for .html")
        return path
    if find_spec("pptx") is None:
        raise LandscapeError("python-pptx is not installed: pip install 'landscape-lab[slides]'")
    return path
