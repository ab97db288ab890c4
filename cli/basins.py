"""`landscape basins`: which minimum is reached from where."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from landscape.core.numerals import percentage

from . import options, places
from .verbs import goes_with, verb

if TYPE_CHECKING:
    from landscape import Basins


@verb(short_help="Show which minimum walks reach from where.")
@click.argument("terrain")
@options.walker(default=["sgd:lr=0.01", "momentum:lr=0.01", "adam:lr=0.1"])
@options.option("--steps", default=500, help="Steps to take from each start.")
@options.option("--resolution", default=200, help="Starts along each axis.")
@options.noise
@options.option("--seed", default=0, help="Of that noise.")
@options.domain
@options.drawn
@places.file("out/basins", "File of the figure, without its ending.")
def basins(
    terrain: str,
    optimizers: tuple[str, ...],
    steps: int,
    resolution: int,
    noise: float,
    seed: int,
    domain: str | None,
    looks: options.Looks,
    out: Path,
) -> None:
    """Walk optimizers over TERRAIN from a grid of starts, and show which minimum each start reaches.

    TERRAIN is a name (landscape list terrains), a formula in x and y, or file.py:function. A formula that begins with a
    minus goes to the end, after --.

    Example: landscape basins himmelblau -o sgd:lr=0.01 -o momentum:lr=0.01
    """
    import landscape as ls
    from landscape.walks.attraction import OUTSIDE

    from . import screen

    goes_with({"seed": (bool(noise), "--noise")})
    ground = options.terrain_of(terrain, domain)
    chosen = [ls.optimizers.walker(text) for text in optimizers]
    places.hold(options.without_ending(out, places.FORMATS))
    names = [ls.optimizers.text(one, defaults=False) for one in chosen]
    with screen.surface_progress() as watch:
        found = [
            ls.basins(ground, one, steps, resolution, seed, noise, progress=watch(name))
            for one, name in zip(chosen, names, strict=True)
        ]
    with looks.style():
        files = looks.save(ls.figures.basins(found), out)

    minima, title = found[0].minima, f"{terrain}, {resolution}² starts, {steps} steps"
    undefined = any(one.share(OUTSIDE) for one in found)
    medians = options.distinct_names([_median(one) for one in found])
    rows = [[name, *_shares(one, undefined), median] for name, one, median in zip(names, found, medians, strict=True)]
    lowest = "lowest minimum" if len(found[0].lowest) == 1 else f"one of the {len(found[0].lowest)} lowest"
    columns = ["optimizer", *([lowest, "other minima", "elsewhere"] if len(minima) else [])]
    columns += ["diverged", *(["loss undefined"] if undefined else []), "median final loss"]
    screen.table(title, columns, rows)
    options.report(files)


def _shares(one: Basins, undefined: bool) -> list[str]:
    """Shares of the starts in percent, as the table shows them; those without a loss, too, if wanted."""
    from landscape.walks.attraction import DIVERGED, ON_THE_WAY, OUTSIDE

    lowest = sum(one.share(int(k)) for k in one.lowest)
    elsewhere, diverged, outside = (one.share(where) for where in (ON_THE_WAY, DIVERGED, OUTSIDE))
    shares = [lowest, 1 - lowest - elsewhere - diverged - outside, elsewhere] if len(one.minima) else []
    return [f"{percentage(abs(share), 1)} %" for share in [*shares, diverged, *([outside] if undefined else [])]]


def _median(one: Basins) -> float:
    """The loss at the end of the walk in the middle, of those that have one; nan without."""
    import numpy as np

    ends = one.loss[np.isfinite(one.loss)]
    return float(np.median(ends)) if ends.size else math.nan
