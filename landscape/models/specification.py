"""What a flat vector of parameters is made of: tensors, each with its name, shape and kind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Array
from ..core.errors import not_allowed, unknown

Kind = Literal["weight", "embedding", "bias", "norm"]


@dataclass(frozen=True)
class Tensor:
    """One of the tensors of a model.

    Attributes
    ----------
    name : such as "conv1.weight"; what stands before the last dot is its layer.
    shape : its shape; it lies in the flat vector in C order.
    kind : "weight" and "embedding" have filters; "bias" is any other vector, or a number; "norm" a scale or a shift of
        a normalisation.
    filters : the axis that counts its filters: 0 in PyTorch's layout (out, in), the last one in JAX's (in, out); None
        where it has none.
    """

    name: str
    shape: tuple[int, ...]
    kind: Kind = "weight"
    filters: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(int(side) for side in self.shape))
        if self.kind not in get_args(Kind):
            raise unknown("kind of tensor", str(self.kind), get_args(Kind))
        if self.filters is not None and not -len(self.shape) <= self.filters < len(self.shape):
            raise not_allowed("filters", self.filters, f"{self.name} of shape {self.shape} has no such axis")

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)

    @property
    def layer(self) -> str:
        """The layer that it belongs to: its name without the last part; the whole name where it has one part."""
        return self.name.rpartition(".")[0] or self.name

    @property
    def across(self) -> tuple[int, ...]:
        """The axes within a filter; all of them where nothing counts filters."""
        kept = None if self.filters is None else self.filters % len(self.shape)
        return tuple(axis for axis in range(len(self.shape)) if axis != kept)


@dataclass(frozen=True)
class Specification:
    """The tensors of a model, in the order in which a flat vector (P,) holds them."""

    tensors: tuple[Tensor, ...]

    def __post_init__(self) -> None:
        names = [one.name for one in self.tensors]
        if twice := next((name for k, name in enumerate(names) if name in names[:k]), None):
            raise not_allowed("tensors", names, f"'{twice}' is there twice")

    @classmethod
    def of(cls, tensors: Mapping[str, Sequence[int]] | Iterable[Tensor]) -> Specification:
        """From tensors, or from shapes by name in PyTorch's layout: all of two axes or more are weights whose first
        axis counts filters, all others biases."""
        if not isinstance(tensors, Mapping):
            return cls(tuple(tensors))
        made = []
        for name, shape in tensors.items():
            matrix = len(shape) > 1
            made.append(Tensor(name, tuple(shape), "weight" if matrix else "bias", 0 if matrix else None))
        return cls(tuple(made))

    @cached_property
    def size(self) -> int:
        """P, how many numbers the flat vector holds."""
        return sum(one.size for one in self.tensors)

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """Where each tensor lies in a flat vector."""
        ends = list(accumulate(one.size for one in self.tensors))
        return tuple(slice(end - one.size, end) for one, end in zip(self.tensors, ends, strict=True))

    @property
    def layers(self) -> list[str]:
        """The names of the layers, in their order."""
        return list(dict.fromkeys(one.layer for one in self.tensors))

    def views(self, params: Array) -> list[Array]:
        """Views of a flat vector (P,), one a tensor; ValueError for another number of parameters."""
        self.check(params)
        return [params[part].reshape(one.shape) for one, part in zip(self.tensors, self.slices, strict=True)]

    def check(self, params: Array) -> None:
        """ValueError unless these are the parameters (P,) of such a model."""
        if params.shape != (self.size,):
            raise ValueError(f"parameters of shape {params.shape} are not allowed: this model has {self.size}")

    def places(self, layer: str) -> NDArray[np.int64]:
        """Where the numbers of a layer, or of one tensor, lie in a flat vector; ValueError for a name of neither.

        "encoder" means all that lies below, such as "encoder.0.weight".
        """
        mine = [
            np.arange(part.start, part.stop)
            for one, part in zip(self.tensors, self.slices, strict=True)
            if one.name == layer or one.name.startswith(f"{layer}.")
        ]
        if not mine:
            raise unknown("layer", layer, [*self.layers, *(one.name for one in self.tensors if one.name != one.layer)])
        return np.concatenate(mine)
