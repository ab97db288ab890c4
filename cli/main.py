"""The command group."""

from __future__ import annotations

from importlib import import_module

import click

from .verbs import Verb, Verbs


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="landscape-lab", prog_name="landscape")
def main() -> None:
    """See how neural networks learn: loss landscapes, optimizer trajectories, and MNIST in NumPy."""


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
