"""Style sheets that suit a slide."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from . import fonts
from .palette import palette


@contextmanager
def style(theme: str = "light") -> Iterator[None]:
    """Draw in the style of "light" or "dark" inside a `with` block; rcParams are as before after it.

    The sheets also work by themselves: `plt.style.use("landscape.figures.styles.landscape-dark")`.
    """
    palette(theme)
    fonts.register()
    with plt.style.context(f"landscape.figures.styles.landscape-{theme}"):
        yield


def tighten(figure: Figure, **pads: Any) -> None:
    """Less room between axes than the style leaves, where many are to fit."""
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(**pads)
