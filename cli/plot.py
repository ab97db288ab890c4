"""`landscape plot`: figures from runs, surfaces and terrains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("contour", "race", "learning-curves")


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("sources", nargs=-1, required=True)
@click.option("--surface", type=click.Path(path_type=Path), help="A saved surface, for a race of runs.")
@options.images
@options.theme
@options.formats
@options.out("out/plot", "File, without its ending.")
def plot(
    kind: str,
    sources: tuple[str, ...],
    surface: Path | None,
    images: str,
    theme: str,
    formats: tuple[str, ...],
    out: Path,
) -> None:
    """Draw a figure for a slide.

    \b
    contour          a terrain (ravine:kappa=10) or a saved surface (surface.npz)
    race             run folders, on the surface over their common plane
    learning-curves  run folders
    """
    from landscape import figures

    draw = {"contour": _contour, "race": _race, "learning-curves": _learning_curves}[kind]
    with figures.style(theme):
        files = options.save(draw(sources, surface, images), out, formats)
    options.report(files)


def _contour(sources: tuple[str, ...], surface: Path | None, images: str) -> Figure:
    import matplotlib.pyplot as plt

    import landscape as ls
    from landscape.figures.labels import title_of

    if len(sources) != 1:
        raise ValueError(f"contour draws one terrain, not {len(sources)}")
    terrain = ls.Surface.load(sources[0]) if sources[0].endswith(".npz") else ls.terrains.parse(sources[0])
    figure = plt.figure()
    ax = figure.subplots()
    ls.figures.contour(terrain, ax)
    ax.set_title(title_of(terrain))
    return figure


def _race(sources: tuple[str, ...], surface: Path | None, images: str) -> Figure:
    import landscape as ls

    runs = [ls.Run.load(folder) for folder in sources]
    x, y, caption = options.choose(runs[0].data(), images)
    if surface is None:
        terrain = ls.surface(runs[0].network, ls.planes.pca(runs), x, y, data=caption)
    else:
        terrain = ls.Surface.load(surface)
    return ls.figures.race(terrain, [ls.project(run, terrain, x, y) for run in runs])


def _learning_curves(sources: tuple[str, ...], surface: Path | None, images: str) -> Figure:
    import landscape as ls

    return ls.figures.learning_curves([ls.Run.load(folder) for folder in sources])
