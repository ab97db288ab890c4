"""The command group."""

from __future__ import annotations

from importlib import import_module

import click

from .verbs import Verbs


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="landscape-lab", prog_name="landscape")
def main() -> None:
    """See how neural networks learn: loss landscapes, optimizer trajectories, and MNIST in NumPy."""


# Each in the file of its name, as the function of its name.
_VERBS = (
    *("train", "runs", "show", "project", "interpolate", "curvature"),
    *("race", "basins", "plot", "explore", "slides", "animate"),
    *("listing", "demo"),
)
for verb in _VERBS:
    main.add_command(getattr(import_module(f".{verb}", __package__), verb))


if __name__ == "__main__":
    main()
