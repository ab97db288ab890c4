"""Slides: a deck that someone can present as it is, about training runs.

>>> import landscape as ls
>>> runs = [ls.Run.load(folder) for folder in ("runs/sgd-lr0.1", "runs/adam-lr0.001")]  # doctest: +SKIP
>>> ls.slides.deck(runs, theme="dark").save("talk.pptx")  # doctest: +SKIP
"""

from __future__ import annotations

from .decks import Deck, check
from .parts import Clip, Column, Look, Picture, Row, Slide, Table
from .story import data_of, deck, flyable

__all__ = ["Clip", "Column", "Deck", "Look", "Picture", "Row", "Slide", "Table", "check", "data_of", "deck", "flyable"]
