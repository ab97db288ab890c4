"""The lessons, one file each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from landscape.errors import unknown

if TYPE_CHECKING:
    from ..stage import Lesson

NAMES = ("ravine", "mnist")


def get(name: str) -> type[Lesson]:
    """The lesson called `name`; ValueError with the nearest valid name otherwise."""
    if name not in NAMES:
        raise unknown("lesson", name, NAMES)
    lesson: type[Lesson] = import_module(f".{name}", __package__).LESSON
    return lesson
