"""`landscape list`: what there is."""

from __future__ import annotations

import click

KINDS = ("terrains", "optimizers", "activations", "lessons")


@click.command("list")
@click.argument("kind", type=click.Choice(KINDS))
def listing(kind: str) -> None:
    """List terrains and optimizers with their formulas and defaults, activations, or lessons."""
    if kind in ("terrains", "optimizers"):
        click.echo("\n\n".join(_members(kind)))
    elif kind == "activations":
        from landscape import activations

        click.echo("\n".join(activations.names()))
    else:
        from landscape.animations.lessons import NAMES

        click.echo("\n".join(NAMES))


def _members(kind: str) -> list[str]:
    """Each member's notation with its defaults, and its docstring."""
    from inspect import getdoc

    from landscape import optimizers, terrains

    registry = terrains.registry if kind == "terrains" else optimizers.registry
    members = []
    for name in registry.names():
        defaults = ",".join(f"{key}={value}" for key, value in registry.parameters(name).items())
        text = "\n".join("    " + line if line else "" for line in (getdoc(registry.classes[name]) or "").splitlines())
        members.append(f"{name}{':' if defaults else ''}{defaults}\n{text}")
    return members
