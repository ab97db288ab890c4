"""When axes get their sizes, which decide on the places and the sizes of words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from matplotlib.figure import Figure


def settle(figure: Figure) -> None:
    """Give the axes their sizes: what drawing does first, without the rest of it."""
    engine = figure.get_layout_engine()
    if engine is None:
        figure.draw_without_rendering()
        return
    engine.execute(figure)
    for ax in figure.axes:
        # Those that are to scale lie within the room that they have.
        ax.apply_aspect()


@contextmanager
def kept(figure: Figure) -> Iterator[None]:
    """Leave all as the last drawing has set it."""
    engine = figure.get_layout_engine()
    if engine is None:
        yield
        return
    figure.set_layout_engine("none")
    try:
        yield
    finally:
        figure.set_layout_engine(engine)
