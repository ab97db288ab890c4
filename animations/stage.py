"""The stage that all lessons share: words, fonts, type scale, captions at the foot, equations."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any, ClassVar

import manimpango
from manim import (
    DOWN,
    LEFT,
    UP,
    Animation,
    FadeIn,
    FadeOut,
    Group,
    MathTypst,
    Mobject,
    RoundedRectangle,
    Scene,
    Text,
    VGroup,
    config,
    linear,
)

from landscape.errors import unknown
from landscape.figures import palette
from landscape.figures.fonts import FAMILY, variable_font
from landscape.optimizers import Walker

from .screen import WorldRenderer

TITLE, HEADING, BODY, SMALL = 42, 32, 29, 25
MARGIN = 0.45  # of the frame, in manim's units
_CAPTION_COLUMNS = 72
_SET_AT = 56


class Lesson(Scene):
    """A film that teaches one thing. Subclasses say what they claim in `name`, and write `construct`.

    theme : "dark" or "light". lang : language of the captions. Other arguments are manim's own.
    """

    name: ClassVar[str]
    shows_runs: ClassVar[bool] = False  # takes `runs`, training runs of the user's own
    renderer: WorldRenderer

    def __init__(self, theme: str = "dark", lang: str = "en", renderer: Any = None, **kwargs: Any) -> None:
        super().__init__(renderer=renderer or WorldRenderer(), **kwargs)
        self.palette = palette(theme)
        self.words = captions(self.name, lang)
        self.camera.background_color = self.palette.ground
        self._caption: Mobject | None = None
        _register_font()

    # Words ------------------------------------------------------------------------------------------------------

    def word(self, key: str, **values: object) -> str:
        """The words under `key` in captions.toml, with `values` put in."""
        return self.words[key].format(**values)

    def text(self, words: str, size: float = BODY, colour: str | None = None, weight: str = "NORMAL") -> Text:
        """A line of text, or several separated by newlines."""
        # Pango rounds glyph positions to pixels, so small text stands unevenly, and it breaks wide lines: always set at
        # one middling size, then scaled.
        set_ = Text(words, font=FAMILY, weight=weight, font_size=_SET_AT, color=colour or self.palette.ink)
        return set_.scale(size / _SET_AT)

    def equation(self, typst: str, size: float = HEADING) -> MathTypst:
        """An equation in Typst's notation."""
        return MathTypst(typst, font_size=1.3 * size, color=self.palette.ink)

    def title(self, key: str, **values: object) -> Text:
        """The lesson's title, at the upper left; not yet shown."""
        text = self.text(self.word(key, **values), TITLE, weight="SEMIBOLD")
        return text.to_corner(UP + LEFT, buff=MARGIN)

    def say(self, key: str, *animations: Animation, run_time: float = 0.6, **values: object) -> None:
        """Change the caption at the foot to the words under `key`, together with other animations."""
        lines = [line for part in self.word(key, **values).split("\n") for line in _balanced(part)]
        caption = VGroup(*(self.text(line, BODY) for line in lines)).arrange(DOWN, buff=0.14)
        caption.move_to([0, MARGIN - config.frame_height / 2, 0], aligned_edge=DOWN)
        if self._caption is not None:
            self.play(FadeOut(self._caption), run_time=0.25)
        self._caption = caption
        self.play(FadeIn(caption), *animations, run_time=run_time)

    def backing(self, mobject: Mobject, buff: float = 0.25) -> RoundedRectangle:
        """A panel to stand behind `mobject`, so that it is legible over a picture."""
        return RoundedRectangle(
            corner_radius=0.12,
            width=mobject.width + 2 * buff,
            height=mobject.height + 2 * buff,
            fill_color=self.palette.panel,
            fill_opacity=0.86,
            stroke_width=0,
        ).move_to(mobject)

    # Optimizers -------------------------------------------------------------------------------------------------

    def colour(self, optimizer: Walker) -> str:
        """The optimizer's colour, the same in every figure and film."""
        return self.palette.colour(optimizer)


class Drive(Animation):
    """Calls `action` with a number from 0 to 1 as time passes; `action` changes the given mobjects, and whatever else
    it likes, such as the camera of a world."""

    def __init__(self, action: Callable[[float], None], *mobjects: Mobject, **kwargs: Any) -> None:
        self._action = action
        super().__init__(Group(*mobjects), **({"rate_func": linear} | kwargs))

    def interpolate_mobject(self, alpha: float) -> None:
        self._action(self.rate_func(alpha))


def _balanced(words: str) -> list[str]:
    """Lines of about equal length, as few as fit the frame."""
    lines = textwrap.wrap(words, _CAPTION_COLUMNS)
    width = _CAPTION_COLUMNS
    while width > 10 and len(textwrap.wrap(words, width - 1)) == len(lines):
        width -= 1
    return textwrap.wrap(words, width)


@cache
def captions(lesson: str, lang: str) -> dict[str, str]:
    """All words of a lesson in a language; ValueError with the nearest valid name if there are none."""
    table = tomllib.loads((resources.files(__package__) / "captions.toml").read_text(encoding="utf-8"))
    if lesson not in table:
        raise unknown("lesson", lesson, table)
    if lang not in table[lesson]:
        raise unknown("language", lang, table[lesson])
    words: dict[str, str] = table[lesson][lang]
    return words


@cache
def _register_font() -> None:
    manimpango.register_font(str(variable_font()))
