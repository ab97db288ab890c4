"""Deck: slides, and the files that they become."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ..core import foreign_text
from ..core.annotations import Progress
from ..core.errors import InputError, LandscapeError
from ..files import kinds, writing
from .parts import Look, Slide, readable
from .template_file import Template

KINDS = {".pptx": kinds.SLIDES, ".html": kinds.PAGE}

LONGEST = 200  # letters of a title; more would leave no room for anything else


@dataclass(frozen=True)
class Deck:
    """A talk: its slides, how they look, and its title."""

    slides: tuple[Slide, ...]
    look: Look
    title: str

    def save(
        self, path: str | Path, template: str | Path | Template | None = None, progress: Progress | None = None
    ) -> Path:
        """Write the deck as a PowerPoint file (.pptx) or as one web page (.html); returns the path.

        template : a PowerPoint file whose size, masters and layouts are used, or what `check` read of it; its own
            slides are left out.
        progress : called as progress(done, slides).

        A file that is there is replaced once the new one is complete. ValueError for another ending, or a template with
        .html; LandscapeError where python-pptx is missing, or the template cannot be read.
        """
        path = _allowed(path, template)
        tell = progress or (lambda done, total: None)
        slides, title = [readable(slide) for slide in self.slides], foreign_text.shown(self.title)
        if path.suffix == ".html":
            from .html import page

            content = page(slides, self.look, title, tell).encode()
        else:
            from .powerpoint import presentation
            from .rehearsal import tried

            content = presentation(slides, self.look, title, None if template is None else tried(template), tell)
        with writing.room(path):
            writing.write_bytes(path, content, KINDS[path.suffix])
        return path


def check(path: str | Path, template: str | Path | Template | None = None, title: str = "") -> Template | None:
    """The template, if `Deck.save` can write a deck of that title to that path with it; what it would raise otherwise.

    It is found out by writing a few slides to memory, before the time that making a deck takes. The template is read
    once, here.
    """
    _allowed(path, template)
    can_be_shown(title, "title", LONGEST)
    if template is None:
        return None
    from .rehearsal import tried

    return tried(template)


def can_be_shown(text: str, what: str, most: int | None = None) -> None:
    """ValueError unless a title, or a name, that was given for a deck can stand on a slide; one has at most so many
    letters."""
    if foreign_text.visible(text, "\t\r\n") != text:
        raise ValueError(f"{what} {text!r} is not allowed: it has characters that cannot be shown")
    if most is not None and len(text) > most:
        raise ValueError(f"a {what} of {len(text):,} letters is not allowed: a slide has room for {most}")


def _allowed(path: str | Path, template: str | Path | Template | None) -> Path:
    path = Path(path)
    own = template.path if isinstance(template, Template) else None if template is None else Path(template)
    if path.suffix not in KINDS:
        raise InputError(f"'{path}' is not allowed as the file of a deck: it must end in {' or '.join(KINDS)}")
    if own is not None and os.path.exists(path) and os.path.exists(own) and path.samefile(own):
        raise InputError(f"'{path}' is the template: give the deck another name")
    writing.check(path, KINDS[path.suffix])
    if path.suffix == ".html":
        if own is not None:
            raise ValueError("a template is for .pptx files: leave it out for .html")
        return path
    if find_spec("pptx") is None:
        raise LandscapeError("python-pptx is not installed: pip install 'landscape-lab[slides]'")
    return path
