"""`landscape compare`: surfaces side by side."""

from __future__ import annotations

from pathlib import Path

import click

from . import options, places
from .verbs import verb


@verb(short_help="Draw surfaces on one scale, and say what can be compared.")
@click.argument("surfaces", metavar="SURFACES", nargs=-1, required=True, type=options.PATH)
@options.drawn
@places.file("out/compare", "File of the figure, without its ending.")
def compare(surfaces: tuple[Path, ...], looks: options.Looks, out: Path) -> None:
    """Draw saved SURFACES, two or more, side by side: the same colours and contour lines for the same losses, with one
    bar. Under them stands what can be compared and what cannot: data, networks, planes, extents, norms of directions,
    grids and noise.

    Example: landscape compare out/sgd.npz out/adam.npz --theme dark
    """
    import landscape as ls
    from landscape.figures.comparable import comparisons, told

    from . import screen

    loaded = [ls.Surface.load(path) for path in surfaces]
    if len(surfaces) == 1:
        raise ValueError(f"'{surfaces[0]}' alone cannot be compared: give two surfaces or more")
    names = options.distinct([path.with_suffix("") for path in surfaces], "surface")
    places.hold(options.without_ending(out, places.FORMATS))
    with looks.style():
        files = looks.save(ls.figures.compare(loaded, names), out)
    screen.console.print(told(comparisons(loaded, names)), soft_wrap=True)
    options.report(files)
