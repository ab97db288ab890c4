"""A deck of one slide of each kind, written before the work, as a template shows what is wrong with it only then."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
from pptx import Presentation

from ..core.errors import LandscapeError
from .drawing import png
from .parts import Clip, Column, Look, Picture, Row, Slide, Table
from .powerpoint import presentation
from .template_file import Template, read

_WORDS = "Words that fill a line or two of a slide, as most sentences of a talk do."


def tried(template: str | Path | Template) -> Template:
    """A template that a deck can be written with, and be read again; LandscapeError, which says why, for any other."""
    if isinstance(template, Template):
        return template
    template, look = read(template), Look("light", "en")
    picture = Picture(plt.figure, _WORDS)
    with TemporaryDirectory() as folder:
        # A film is put in as it is, and its still lies beside it.
        film = Path(folder) / "film.mp4"
        film.write_bytes(b"film")
        film.with_suffix(".png").write_bytes(png(picture, look, 16 / 9))
        contents = (picture, Clip(film, _WORDS), Table((_WORDS, "1"), (Row((_WORDS, "2")),)))
        slides = (
            Slide(_WORDS, _WORDS, (_WORDS,), content=picture, kind="opening"),
            Slide(_WORDS, _WORDS, columns=(Column(_WORDS, (_WORDS,)), Column(_WORDS, (_WORDS,)))),
            *(Slide(_WORDS, _WORDS, lines, content=content) for content in contents for lines in ((), (_WORDS,))),
        )
        try:
            content = presentation(slides, look, _WORDS, template, lambda done, total: None)
            kept = len(Presentation(BytesIO(content)).slides)
        except LandscapeError:
            raise
        # A template can be wrong in as many ways as there are parts in it.
        except Exception as error:
            raise template.wrong(error) from error
    if kept != len(slides):
        raise template.wrong(f"of {len(slides)} slides {kept} are kept")
    return template
