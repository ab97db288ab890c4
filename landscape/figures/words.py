"""The words on figures, in the language in force."""

from __future__ import annotations

from functools import cache
from typing import Any

from matplotlib import rcParams

from ..core import foreign_text
from ..core.wording import ENGLISH, Words, filled, language, percent, term
from ..datasets.sample import Images, Samples
from ..planes import Plane
from ..terrains import Terrain
from . import fonts
from .breaking import balanced

_NAME = 160  # letters of a name; more would fill a figure


def say(english: str, **values: Any) -> str:
    """Words in the language in force, with values in the places of their names."""
    return _words(language())(english, **values)


def listed(parts: list[str]) -> str:
    """Parts of a sentence, with commas between them."""
    return ("，" if language() == "zh" else ", ").join(parts)


def enumerated(things: list[str]) -> str:
    """Things beside each other, with the mark of lists between them, which in Chinese is not that of sentences."""
    return ("、" if language() == "zh" else ", ").join(things)


def part_name(notation: str) -> str:
    """What a part is called by its notation, as it stands in English; in Chinese with the terms of its name and of what
    it is given: 余弦退火（终值 0.1） of cosine:end=0.1."""
    if language() == ENGLISH:
        return notation
    name, _, given = notation.partition(":")
    pairs = (one.partition("=") for one in given.split(",") if one)
    spoken = ((term(key), term(value)) for key, _, value in pairs)
    told = listed([filled("{key} {value}", language(), key=key, value=value).strip() for key, value in spoken])
    return say("{subject} ({reason})", subject=term(name), reason=told) if told else term(name)


def batch_name(size: object) -> str:
    """What a batch of so many examples is called; of all of them, "full" or None."""
    return say("full batch") if size in (None, "full") else say("batch {size}", size=size)


def of_data(caption: object) -> str:
    """What a loss is a mean over: Images and Samples in the language of the style, any other caption as it is."""
    if isinstance(caption, Samples):
        return say("{count} samples", count=f"{caption.count:,}")
    if not isinstance(caption, Images):
        return str(caption)
    told = {"count": f"{caption.count:,}", "name": data_name(caption.name)}
    if caption.thing == "points":
        training = caption.part == "training"
        return say("{count} training points of {name}" if training else "{count} test points of {name}", **told)
    if caption.part == "training":
        return say("{count} training images of {name}", **told)
    return say("{count} test images of {name}", **told)


def data_name(name: str) -> str:
    """What data are called: by the name that they have, or as MNIST is written."""
    return name.upper() if name == "mnist" else name


def faithfulness(plane: Plane) -> str:
    """One sentence on how much of the movement a plane holds, beside what chance would give."""
    return _admitted(*plane.caveat)


def caveat(terrain: Terrain, beyond: bool = False, to_scale: bool = True) -> str:
    """What a picture of a plane cannot show: how much of the movement the plane holds, and of a surface how near its
    spline is to the loss, where it is blank, and if the picture goes `beyond` its grid, what is there; and of a map
    that it is not `to_scale`. A line each."""
    parts = [_admitted(*one) for one in terrain.caveats]
    if beyond:
        parts.append(say("Beyond the grid nothing was computed; walks go straight on there."))
    if not to_scale:
        parts.append(say("The map is not to scale."))
    return "\n".join(parts)


def _admitted(sentence: str, numbers: dict[str, str]) -> str:
    """A sentence in the language in force, and its percentages as they are written there."""
    written = {name: percent(text[:-1]) if text.endswith("%") else text for name, text in numbers.items()}
    return say(sentence, **written)


def literal(words: str, most: int = _NAME) -> str:
    """A text that others wrote, such as a name, as matplotlib shows it letter by letter: without mathematics between
    dollars, commands, and letters that no font has; lines stay, and of more than `most` letters some are left out.

    For what comes here once, on its way into a figure: it is not to be done again to what this returns.
    """
    words = foreign_text.shown(words, "\n", most)
    known = fonts.letters(words)
    words = "".join(one if one in known or one == "\n" else foreign_text.numbered(one) for one in words)
    return words.replace("$", r"\$") if rcParams["text.parse_math"] else words


def wrapped(words: str, columns: float) -> str:
    """Words in lines of at most so many columns of Latin letters, of about equal length."""
    return "\n".join(line for part in words.split("\n") for line in balanced(part, columns))


@cache
def _words(lang: str) -> Words:
    return Words(lang, __package__, "zh.toml")
