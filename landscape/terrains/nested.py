"""Two terrains of one loss: a finer one, and a coarser one around it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .derived import DerivedTerrain
from .terrain import Array, Terrain


class NestedTerrain(DerivedTerrain):
    """What lies in the domain of the finer terrain is its own; all else is the coarser one's."""

    finer: Terrain
    coarser: Terrain

    @property
    def like(self) -> Terrain:
        return self.coarser

    def value(self, xy: ArrayLike) -> Array:
        return self._either(xy, self.finer.value, self.coarser.value)

    def gradient(self, xy: ArrayLike) -> Array:
        return self._either(xy, self.finer.gradient, self.coarser.gradient)

    def hessian(self, xy: ArrayLike) -> Array:
        return self._either(xy, self.finer.hessian, self.coarser.hessian)

    def _either(self, xy: ArrayLike, finer: Callable[[Array], Array], coarser: Callable[[Array], Array]) -> Array:
        xy = np.asarray(xy, dtype=np.float64)
        low, high = np.transpose(self.finer.domain)
        inside = ((xy >= low) & (xy <= high)).all(axis=-1)
        near, far = finer(xy), coarser(xy)
        return np.where(inside.reshape(*inside.shape, *[1] * (near.ndim - inside.ndim)), near, far)
