"""The command group."""

from __future__ import annotations

import click

from .animate import animate
from .basins import basins
from .curvature import curvature
from .demo import demo
from .explore import explore
from .interpolate import interpolate
from .listing import listing
from .plot import plot
from .project import project
from .race import race
from .runs import runs
from .show import show
from .slides import slides
from .train import train
from .verbs import Verbs


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="landscape-lab", prog_name="landscape")
def main() -> None:
    """See how neural networks learn: loss landscapes, optimizer trajectories, and MNIST in NumPy."""


_VERBS = (
    *(train, runs, show, project, interpolate, curvature),
    *(race, basins, plot, explore, slides, animate),
    *(listing, demo),
)
for verb in _VERBS:
    main.add_command(verb)


if __name__ == "__main__":
    main()
