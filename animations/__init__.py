"""Manim lessons and the 3-D world they play in.

>>> from landscape.animations import render
>>> render(["ravine"], quality="low", out="films")  # doctest: +SKIP

Every lesson is a manim scene to be subclassed, and `Theatre` puts a world behind a scene of one's own.
"""

from __future__ import annotations

from .render import FORMATS, NAMES, QUALITIES, render
from .theatre import Theatre
from .travelling import Traveller

__all__ = ["FORMATS", "NAMES", "QUALITIES", "Theatre", "Traveller", "render"]
