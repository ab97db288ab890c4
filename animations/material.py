"""What a user brings to a film in place of its own: a terrain, optimizers, runs, and how far and how fast to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from landscape import optimizers, terrains
from landscape.core import checks
from landscape.core.annotations import Array
from landscape.core.checks import MOST_STEPS, start_with_loss, within
from landscape.core.errors import InputError, not_allowed
from landscape.optimizers import Walker
from landscape.terrains import Domain, Terrain

from .world.limits import MOST_VEHICLES

_SPEEDS = (0.1, 10.0)


@dataclass(frozen=True)
class Material:
    """terrain, optimizers : notations. runs : folders. start : where walks begin, (x, y). steps : that they take, at
    the most. domain : ((x0, x1), (y0, y1)) of a formula or a function. speed : times as fast moves what moves.

    ValueError, in one line, for what is none of these.
    """

    terrain: str = ""
    optimizers: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    start: tuple[float, float] | None = None
    steps: int | None = None
    domain: Domain | None = None
    speed: float = 1.0

    @classmethod
    def of(
        cls,
        terrain: str = "",
        optimizers: Sequence[str] = (),
        runs: Sequence[str | Path] = (),
        start: Sequence[float] | None = None,
        steps: int | None = None,
        domain: Any = None,
        speed: float = 1.0,
    ) -> Material:
        """From what was given for each."""
        for what, count in (("runs", len(runs)), ("optimizers", len(optimizers))):
            if count > MOST_VEHICLES:
                raise ValueError(f"{count} {what} are not allowed in one film: at most {MOST_VEHICLES} fit")
        speed = checks.positive("speed", speed)
        if not _SPEEDS[0] <= speed <= _SPEEDS[1]:
            raise not_allowed("speed", speed, f"it must be from {_SPEEDS[0]:g} to {_SPEEDS[1]:g}")
        if domain is not None and not terrain:
            raise InputError("a domain is that of a terrain: give one, a formula or a function")
        made = cls(
            terrain,
            tuple(optimizers),
            tuple(map(str, runs)),
            None if start is None else tuple(checks.start(start).tolist()),
            None if steps is None else within("steps", steps, 1, MOST_STEPS),
            None if domain is None else checks.rectangle("domain", domain),
            speed,
        )
        if terrain:
            ground = made.ground(terrain)
            begin = made.begin(ground)
            with np.errstate(all="ignore"):
                start_with_loss(begin.tolist(), float(ground.value(begin)))
        made.walkers(())
        return made

    @property
    def given(self) -> set[str]:
        """The names of what was brought, but for the speed."""
        return set(self.options) - {"speed"}

    @property
    def options(self) -> dict[str, Any]:
        """What `of` made it from, without what is as usual."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name)) != one.default}

    def only(self, names: frozenset[str]) -> Material:
        """The part of it that has these names, and the speed."""
        without: dict[str, Any] = {one.name: one.default for one in fields(self) if one.name in self.given - names}
        return replace(self, **without)

    def ground(self, usual: str) -> Terrain:
        """The terrain, or that of a notation where none was brought."""
        return terrains.parse(self.terrain or usual, self.domain)

    def walkers(self, usual: Sequence[str]) -> list[Walker]:
        """The optimizers, or those of notations where none were brought."""
        return [optimizers.walker(text) for text in self.optimizers or usual]

    def begin(self, terrain: Terrain) -> Array:
        """(2,), where walks on a terrain begin."""
        return terrain.start if self.start is None else np.array(self.start)
