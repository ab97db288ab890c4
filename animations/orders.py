"""What is to be rendered: a lesson's film, or the title of its chapter, and all that decides what it looks like."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from landscape import optimizers, terrains
from landscape.core import own
from landscape.core.registry import Registry

from . import captioning, checksums, lessons, own_scripts
from .material import Material
from .voices import Voice

THEMES = ("dark", "light")  # others are files
COVER = ".jpg"  # the ending of the picture that stands for a film
_TITLES = ".titles"  # the folder of the titles of chapters


@dataclass(frozen=True)
class Order:
    """What to render one lesson with, or the title of its chapter in a film of films; see `render`.

    words : a user's own, by key. chapter : of which film, its number there, and how many there are, for a title. home :
    the module that registers the lesson. met : files of the user's own that are known.
    """

    lesson: str
    quality: str
    theme: str
    lang: str
    format: str
    material: Material = field(default_factory=Material)
    captions: str = "burnt"
    voice: Voice = field(default_factory=Voice)
    words: tuple[tuple[str, str], ...] = ()
    shape: str = "wide"
    transparent: bool = False
    chapter: tuple[str, int, int] | None = None
    home: str = ""
    met: tuple[Path, ...] = ()

    @property
    def key(self) -> str:
        """A checksum of all that decides what the file looks like."""
        brought = self.material
        found = [
            _source(terrains.registry, brought.terrain),
            *(_source(optimizers.registry, one) for one in brought.optimizers),
        ]
        files = [path for path in found if path] + self.voice.files
        if self.theme not in THEMES:
            # Only those know a library for figures.
            from landscape.figures.themes import palette

            files += [Path(one) for one in (self.theme, palette(self.theme).logo) if one]
        return checksums.key(lessons.files(self.lesson), brought.runs, [*files, *self.met], vars(self))

    @property
    def title(self) -> str:
        """What the lesson is called."""
        return dict(self.words).get("title", lessons.script(self.lesson).title(self.lang))

    @property
    def stem(self) -> str:
        """What its files are called, without the ending."""
        name = lessons.file_name(self.lesson)
        return name if self.chapter is None else f"{_TITLES}/{self.chapter[0]}-{name}"

    @property
    def file(self) -> str:
        """The name of the film, or of the still."""
        return f"{self.stem}.{self.format}"

    @property
    def cover(self) -> str:
        """The name of the picture that stands for the film."""
        return f"{self.stem}{COVER}"

    @property
    def subtitles(self) -> list[str]:
        """The names of the files of its captions."""
        if self.captions == "burnt" or self.chapter is not None or self.format == "png":
            return []
        return [f"{self.stem}{ending}" for ending in captioning.ENDINGS]

    @property
    def beside(self) -> list[str]:
        """The names of all files that are made with it."""
        return self.subtitles + ([] if self.chapter or self.format == "png" else [self.cover])

    @property
    def length(self) -> int:
        """About how long it takes: letters to read, none of a title."""
        return 0 if self.chapter else sum(map(len, lessons.script(self.lesson).said(self.lang).values()))

    @property
    def told(self) -> str:
        """What progress calls it."""
        return self.lesson if self.chapter is None else f"the title of {self.lesson}"


def _source(family: Registry[Any], notation: str) -> Path | None:
    """The user's own file that what has that notation comes from; None for what is ours."""
    name = own.halves(notation)[0]
    if own.is_file(notation) or not family.knows(name) or not own.is_foreign(maker := family.maker(name)):
        return own.path_of(notation)
    return own_scripts.source(maker)
