"""Who may be in a film: checked before anything is rendered."""

from __future__ import annotations

from collections.abc import Sequence

from landscape import optimizers, terrains
from landscape.core.checks import start_with_loss
from landscape.optimizers import Walker
from landscape.terrains import Terrain

from .world.pipeline import MOST_VEHICLES

# Of a race of which nothing else is said.
_TERRAIN, _OPTIMIZERS = "rosenbrock", ("sgd:lr=0.0015", "momentum:lr=0.0005", "adam:lr=0.1")


def race(terrain: str = "", notations: Sequence[str] = ()) -> tuple[Terrain, list[Walker]]:
    """The terrain and the optimizers of a race from their notations; ValueError for those that cannot be raced."""
    terrain, notations = terrain or _TERRAIN, notations or _OPTIMIZERS
    at_most(len(notations), "optimizers")
    walkers = [optimizers.walker(text) for text in notations]
    ground = terrains.parse(terrain)
    start_with_loss(ground.start.tolist(), float(ground.value(ground.start)))
    return ground, walkers


def at_most(count: int, what: str) -> None:
    """ValueError if a film would have more vehicles than fit into a world."""
    if count > MOST_VEHICLES:
        raise ValueError(f"{count} {what} are not allowed in one film: at most {MOST_VEHICLES} fit")
