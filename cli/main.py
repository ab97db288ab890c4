"""The command group."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from .listing import families_of_parts
from .verbs import Verb, Verbs


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="landscape-lab", prog_name="landscape")
@click.option(
    "--with",
    "files",
    metavar="FILE.py",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file of parts of your own that runs or walks were made with; it is run.",
)
def main(files: tuple[Path, ...]) -> None:
    """See how neural networks learn: loss landscapes, optimizer trajectories, and MNIST in NumPy."""
    if files:
        from landscape.core import own

        for there in map(own.contents, files):
            for family in families_of_parts().values():
                family.meet(there)


# Files of one verb each.
_VERBS = (
    *("train", "runs", "show", "project", "interpolate", "curvature"),
    *("racing", "basins", "plot", "explore", "slides", "animate"),
    *("listing", "demo"),
)
for verb in _VERBS:
    for command in vars(import_module(f".{verb}", __package__)).values():
        if isinstance(command, Verb):
            main.add_command(command)


if __name__ == "__main__":
    main()
