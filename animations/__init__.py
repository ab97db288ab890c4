"""Manim lessons and the 3-D world they play in.

>>> from landscape.animations import render
>>> render(["ravine"], quality="low", out="films")  # doctest: +SKIP
"""

from __future__ import annotations

from .render import QUALITIES, render

__all__ = ["QUALITIES", "render"]
