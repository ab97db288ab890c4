"""Parameters, and a layer's outputs, at points along vectors."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def at_point(basis: list[torch.Tensor], point: Sequence[float]) -> torch.Tensor:
    """The parameters (P,) at coordinates along all vectors but the first."""
    flat = basis[0].clone()
    for share, axis in zip(point, basis[1:], strict=True):
        flat.add_(axis, alpha=share)
    return flat


def along(vectors: list[torch.Tensor], shares: torch.Tensor) -> torch.Tensor:
    """The first of some vectors, and shares (k,) of the others."""
    total = vectors[0]
    for share, axis in zip(shares, vectors[1:], strict=True):
        total = total + share * axis
    return total


class Affine:
    """A layer's outputs A + aB + bC, of which A + bC is kept along a row."""

    def __init__(self, products: list[torch.Tensor]) -> None:
        self._products, self._row, self._others = products, products[0], [0.0] * (len(products) - 2)

    def at(self, point: Sequence[float]) -> torch.Tensor:
        origin, *along = self._products
        if not along:
            return origin
        if list(point[1:]) != self._others:
            self._others, self._row = list(point[1:]), origin
            for share, product in zip(point[1:], along[1:], strict=True):
                self._row = torch.add(self._row, product, alpha=share)
        return torch.add(self._row, along[0], alpha=point[0])
