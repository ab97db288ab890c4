"""The words on figures, in English or Chinese: whichever the matplotlib style now in force has the letters for."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from matplotlib import rcParams

from ..core import foreign
from ..core.shares import percentage
from ..datasets.sample import Images
from ..planes import Plane
from ..terrains import Terrain
from . import fonts
from .breaking import balanced

LANGUAGES = ("en", "zh")
_NAME = 160  # letters of a name; more would fill a figure


def language() -> str:
    """The language of the style now in force: "zh" if its fonts have Chinese letters, or else "en"."""
    # The last of several is there for names alone.
    families = rcParams["font.family"]
    return "zh" if fonts.CHINESE in (families[:-1] or families) else "en"


def say(english: str, **values: Any) -> str:
    """Words in the language of the style, with values in the places of their names."""
    words = english
    if language() == "zh":
        fonts.register_chinese()
        words = _table()["words"][english]
    return words.format(**values)


def term(english: str) -> str:
    """A name of a terrain or of a quantity in the language of the style; itself where that has no other."""
    if language() != "zh":
        return english
    fonts.register_chinese()
    return _table()["terms"].get(english, english)


def percent(value: float | str) -> str:
    """A percentage; in Chinese no space stands before its sign."""
    # A space that no line ends at.
    return f"{value}%" if language() == "zh" else f"{value}\N{NO-BREAK SPACE}%"


def share(part: float, digits: int = 0) -> str:
    """A share as a percentage, with its sign; 0 and 100 stand for nothing but that (see `percentage`)."""
    return percent(percentage(part, digits))


def listed(parts: list[str]) -> str:
    """Parts of a sentence, with commas between them."""
    return ("，" if language() == "zh" else ", ").join(parts)


def of_data(caption: object) -> str:
    """What a loss is a mean over: Images in the language of the style, and any other caption as it is."""
    if not isinstance(caption, Images):
        return str(caption)
    name = caption.name.upper() if caption.name == "mnist" else caption.name
    if caption.part == "training":
        return say("{count} training images of {name}", count=f"{caption.count:,}", name=name)
    return say("{count} test images of {name}", count=f"{caption.count:,}", name=name)


def faithfulness(plane: Plane) -> str:
    """One sentence on how much of the movement a plane holds, beside what chance would give."""
    return _admitted(*plane.admission)


def admission(terrain: Terrain, beyond: bool = False, to_scale: bool = True) -> str:
    """What a picture of a plane cannot show: how much of the movement the plane holds, and of a surface how near its
    spline is to the loss, where it is blank, and if the picture goes `beyond` its grid, what is there; and of a map
    that it is not `to_scale`. A line each."""
    parts = [_admitted(*one) for one in terrain.admissions]
    if beyond:
        parts.append(say("Beyond the grid nothing was computed; walks go straight on there."))
    if not to_scale:
        parts.append(say("The map is not to scale."))
    return "\n".join(parts)


def _admitted(sentence: str, numbers: dict[str, str]) -> str:
    """A sentence in the language of the style, and its percentages as they are written there."""
    written = {name: percent(text[:-1]) if text.endswith("%") else text for name, text in numbers.items()}
    return say(sentence, **written)


def literal(words: str, most: int = _NAME) -> str:
    """A text that others wrote, such as a name, as matplotlib shows it letter by letter: without mathematics between
    dollars, commands, and letters that no font has; lines stay, and of more than `most` letters some are left out.

    For what comes here once, on its way into a figure: it is not to be done again to what this returns.
    """
    words = foreign.shown(words, "\n", most)
    known = fonts.letters(words)
    words = "".join(one if one in known or one == "\n" else foreign.numbered(one) for one in words)
    return words.replace("$", r"\$") if rcParams["text.parse_math"] else words


def wrapped(words: str, columns: float) -> str:
    """Words in lines of at most so many columns of Latin letters, of about equal length."""
    return "\n".join(line for part in words.split("\n") for line in balanced(part, columns))


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads((resources.files(__package__) / "zh.toml").read_text(encoding="utf-8"))
