"""Manim lessons and the 3-D world they play in.

>>> from landscape.animations import render
>>> render(["ravine"], quality="low", out="films")  # doctest: +SKIP

Every lesson is a manim scene to be subclassed, and `Theatre` puts a world behind a scene of one's own.

What needs manim loads when it is first used, so that lists and decks can ask what lessons there are without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

from . import lessons
from .filming import QUALITIES
from .lessons import register
from .rendering import FORMATS, render

if TYPE_CHECKING:
    from .stage import Lesson
    from .theatre import Theatre
    from .travelling import Traveller

__all__ = ["FORMATS", "QUALITIES", "Lesson", "Theatre", "Traveller", "lessons", "register", "render"]

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__, submod_attrs={"stage": ["Lesson"], "theatre": ["Theatre"], "travelling": ["Traveller"]}
)
