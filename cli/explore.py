"""`landscape explore`: the playground, or a terrain and the paths on it, as a page to be played with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options, places
from .data import Images, images_of
from .sources import Sources, own_ground, saved_surface
from .verbs import verb

if TYPE_CHECKING:
    from landscape.optimizers import Optimizer, Walker
    from landscape.terrains import Terrain


@verb(short_help="Make a page to play with terrains, optimizers and runs.")
@click.argument("sources", metavar="[TERRAIN|RUN…]", nargs=-1)
@options.walker(default=[])
@options.start
@options.option("--steps", type=click.IntRange(1, 20_000), default=200, help="Steps that optimizers take.")
@saved_surface
@own_ground
@images_of(10_000)
@options.option(
    "--theme",
    type=options.OneOf(["auto", "light", "dark"]),
    default="auto",
    help="Ground; auto is what each viewer prefers.",
)
@options.lang
@options.option("--challenges", "tasks", type=options.PATH, help="A TOML file of your own ones.")
@options.option("--network", is_flag=True, help="Open it where a network learns, with handwritten digits or --data.")
@options.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@places.file("out/explore.html", "File of the page.", ".html")
def explore(
    sources: tuple[str, ...],
    optimizers: tuple[str, ...],
    start: str | None,
    steps: int,
    surface: Path | None,
    terrain: str | None,
    images: Images,
    theme: str,
    lang: str,
    tasks: Path | None,
    network: bool,
    opens: bool,
    out: Path,
) -> None:
    """Make one HTML page in which all terrains and optimizers can be chosen, changed and let go.

    With a terrain or a formula it opens there; without -o with SGD, momentum and Adam, each at the best of the same
    rates. SciPy's methods, run folders, saved trajectories and walks on a saved surface (.npz files) or over a function
    of your own are played as they were recorded. With --network it opens where small networks learn live: points in
    the plane, 1,500 of MNIST's digits, or --data of your own, as mine.npz:train:500. The page needs no connection, and
    its address is a link to what it shows.

    \b
    Examples: landscape explore --open
              landscape explore --network --open
              landscape explore rosenbrock -o sgd:lr=0.001 -o adam:lr=0.1
              landscape explore "x^2 + 30*y^2 + sin(3*x)" --theme dark
              landscape explore runs/* --surface out/surface.npz
    """
    import landscape as ls
    from landscape.explore import IMAGES, page
    from landscape.files import kinds, writing

    if out.suffix not in ("", ".html"):
        raise ValueError(f"--out '{out}' is not allowed: a page ends in .html")
    out = out.with_suffix(".html")
    given = Sources(sources, images, (), steps, surface, terrain)
    walks = given.walks("explore") if sources else []
    if walks and (optimizers or start):
        raise ValueError("-o and --start are for walks on a terrain; what was recorded is shown as it is")
    ground = walks[0].terrain if walks else given.terrain("explore") if sources else None
    walkers: Sequence[Walker | str] = optimizers
    if ground is None and optimizers:
        ground = ls.terrains.get("rosenbrock")
    if ground is not None and not (walks or optimizers or ground.is_plane):
        walkers = _tuned(ground, steps)
    point = None if start is None else options.numbers(start, "--start")
    places.hold(out)
    data, most = _learned(images) if network else ([], IMAGES)
    text = page(
        ground,
        walks,
        walkers,
        start=point,
        steps=steps,
        theme=theme,
        lang=lang,
        tasks=tasks,
        data=data,
        images=most,
    )
    writing.write_bytes(out, text.encode(), kinds.PAGE)
    options.report([out])
    if opens:
        click.launch(str(out.absolute()))


def _learned(images: Images) -> tuple[list[str], int]:
    """What networks learn in the page, and how many training images of it."""
    from landscape.explore import IMAGES

    if images.part != "train":
        raise ValueError(f"--data '{images.text}' is not allowed: networks are trained on training images")
    return [images.where or "mnist"], images.count or IMAGES


def _tuned(terrain: Terrain, steps: int) -> list[Optimizer]:
    """SGD, momentum and Adam, each at that of the same rates with which it is lowest at the end."""
    import numpy as np

    import landscape as ls
    from landscape.explore.inventory import RATES

    chosen: list[Optimizer] = []
    for kind in (ls.optimizers.SGD(), ls.optimizers.Momentum(), ls.optimizers.Adam()):
        grid = [kind.with_lr(lr) for lr in RATES]
        ends = [float(ls.descend(terrain, one, steps=steps, record="last").loss[-1]) for one in grid]
        chosen.append(grid[int(np.argmin(np.where(np.isfinite(ends), ends, np.inf)))])
    return chosen
