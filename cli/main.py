"""The command group."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from landscape.core import own

from .verbs import Verb, Verbs


def _meet(_context: click.Context, _option: click.Parameter, files: tuple[Path, ...]) -> None:
    own.meet(*files)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="landscape-lab", prog_name="landscape")
@click.option(
    "--with",
    metavar="FILE.py",
    multiple=True,
    type=click.Path(path_type=Path),
    callback=_meet,
    is_eager=True,  # before a verb is looked for, which may be one of them, and before the help that lists it
    expose_value=False,
    help="A file of parts of your own, which are known by their names then; it is run.",
)
def main() -> None:
    """See how neural networks learn: loss landscapes, optimizer trajectories, and MNIST in NumPy."""


# Files of one verb each.
_VERBS = (
    *("train", "sweep", "runs", "show", "project", "compare", "interpolate", "curvature", "doctor"),
    *("racing", "basins", "plot", "explore", "slides", "animate"),
    *("evidence", "listing", "demo"),
)
for verb in _VERBS:
    for command in vars(import_module(f".{verb}", __package__)).values():
        if isinstance(command, Verb):
            main.add_command(command)


if __name__ == "__main__":
    main()
