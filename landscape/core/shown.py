"""Objects that show themselves in a notebook."""

from __future__ import annotations

from importlib import import_module


class Shown:
    """Gives a class the pictures that Jupyter and its like ask for.

    The pictures are made by `landscape.figures`, which is built upon these classes; it is looked up by its name, and
    only once a notebook asks, so that nothing here depends on matplotlib.
    """

    def _repr_html_(self) -> str:
        html: str = import_module("landscape.figures.notebook").html(self)
        return html

    def _repr_png_(self) -> bytes:
        png: bytes = import_module("landscape.figures.notebook").png(self)
        return png
