"""The lessons, one file each, in the order in which the story is told."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from landscape.core.errors import unknown

if TYPE_CHECKING:
    from ..stage import Lesson

NAMES = (
    "roles",
    "plateau",
    "backprop",
    "he",
    "ravine",
    "saddle",
    "cliff",
    "adam",
    "iteration",
    "evolution",
    "mnist",
    "counter",
)
EXTRA = ("race",)  # for a terrain and optimizers of the user's own, and so no part of the story


def get(name: str) -> type[Lesson]:
    """The lesson called `name`; ValueError with the nearest valid name otherwise."""
    if name not in (*NAMES, *EXTRA):
        raise unknown("lesson", name, (*NAMES, *EXTRA))
    lesson: type[Lesson] = import_module(f".{name}", __package__).LESSON
    return lesson
