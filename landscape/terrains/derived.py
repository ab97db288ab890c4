"""What terrains have in common that are made of another one."""

from __future__ import annotations

from abc import abstractmethod

from .terrain import Array, Domain, Height, Terrain


class DerivedTerrain(Terrain):
    """One that is drawn as another is, but for what it says itself."""

    @property
    @abstractmethod
    def like(self) -> Terrain: ...

    @property
    def name(self) -> str:
        return self.like.name

    @property
    def domain(self) -> Domain:
        return self.like.domain

    @property
    def start(self) -> Array:
        return self.like.start

    @property
    def height(self) -> Height:
        return self.like.height

    @property
    def floor(self) -> float:
        return self.like.floor

    @property
    def rounding(self) -> float:
        return self.like.rounding

    @property
    def is_bounded(self) -> bool:
        return self.like.is_bounded
