"""Objects that show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Pictures(Protocol):
    """What makes the pictures: `landscape.figures.notebook`, which is built upon the classes that show themselves."""

    def html(self, shown: Any) -> str: ...

    def png(self, shown: Any) -> bytes: ...


class Shown:
    """Gives a class the pictures that Jupyter and its like ask for.

    They are made by whatever the whole package has put into `pictures`, which is called only once a notebook asks, so
    that nothing here depends on matplotlib.
    """

    pictures: Callable[[], Pictures]

    def _repr_html_(self) -> str:
        return Shown.pictures().html(self)

    def _repr_png_(self) -> bytes:
        return Shown.pictures().png(self)
