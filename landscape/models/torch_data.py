"""Data for PyTorch modules, in batches that are fixed once."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from ..core import bounds
from ..core.errors import InputError
from .torch_untouched import untouched

_ARRAYS = torch.Tensor, np.ndarray


@dataclass(frozen=True)
class Batch:
    """Some samples: what the module takes, what the loss compares its outputs with, and how many there are."""

    arguments: tuple[Any, ...]
    named: Mapping[str, Any]
    targets: Any
    size: int

    @classmethod
    def of(cls, given: Any) -> Batch:
        """From a pair (inputs, targets), from a dict of a module's arguments, or from a tensor."""
        if isinstance(given, list | tuple):
            if len(given) != 2:
                raise InputError(
                    f"a batch of {len(given)} parts is not allowed: (inputs, targets) are needed, or a dict of the "
                    "module's arguments"
                )
            inputs, targets = given
        else:
            inputs = targets = given
        arguments = (
            tuple(inputs) if isinstance(inputs, list | tuple) else () if isinstance(inputs, Mapping) else (inputs,)
        )
        named: Mapping[str, Any] = {}
        if isinstance(inputs, Mapping):
            arguments, named = (), dict(inputs)
        tensors = list(_tensors([arguments, named]))
        if not tensors or not tensors[0].ndim:
            raise InputError(f"a batch of {type(given).__name__} is not allowed: it holds no tensor of samples")
        return cls(arguments, named, targets, len(tensors[0]))

    def tensors(self) -> Iterator[torch.Tensor]:
        """All tensors in it."""
        return _tensors([self.arguments, self.named, self.targets])


def batches(data: Any, size: int, device: torch.device, dtype: torch.dtype) -> list[Batch]:
    """All data in batches, on a device, floating numbers in the module's precision; a warning says so where they are
    random. ValueError for what is no data."""
    with untouched():
        found, again = _fixed(data, size)
    if again is not None and not _same(found[:1], [again]):
        warnings.warn(
            "the data are random, in their order or in themselves: the model keeps them as they were now", stacklevel=4
        )
    made = [Batch.of(_moved(one, device, dtype)) for one in found]
    if not sum(batch.size for batch in made):
        raise InputError("data without a sample are not allowed")
    return made


def _fixed(data: Any, size: int) -> tuple[list[Any], Any]:
    """All batches, and the first one again, as it comes at another time; None where they cannot be gone through
    twice."""
    if _is_arrays(data):
        whole = _as_tensors(data)
        lengths = {len(one) if one.ndim else 0 for one in _tensors(whole)}
        if len(lengths) != 1:
            counts = sorted(lengths)
            raise InputError(f"inputs and targets of {counts} samples are not allowed: as many of both are needed")
        return [_part(whole, slice(at, at + size)) for at in range(0, lengths.pop(), size)], None
    # A list is one of batches; what else has numbers has samples by them.
    of_samples = hasattr(data, "__getitem__") and hasattr(data, "__len__") and not isinstance(data, list | tuple)
    loader = DataLoader(data, batch_size=size) if of_samples or isinstance(data, IterableDataset) else data
    if not isinstance(loader, Iterable):
        raise InputError(
            f"data of type {type(data).__name__} are not allowed: a tuple (inputs, targets), a Dataset or a DataLoader "
            "is needed"
        )
    found, taken = [], 0
    for batch in loader:
        found.append(_copied(_as_tensors(batch)))
        taken += sum(one.numel() * one.element_size() for one in _tensors(found[-1]))
        bounds.memory({f"data of {len(found)} batches or more": taken})
    if loader is data and iter(data) is iter(data):
        return found, None  # it is used up
    with untouched(seed=1):
        return found, next((_as_tensors(batch) for batch in islice(iter(loader), 1)), None)


def _is_arrays(data: Any) -> bool:
    """Whether it is a tuple of inputs and targets, a dict of arrays, or an array; a list is one of batches, unless it
    holds but two arrays."""
    if isinstance(data, tuple):
        return len(data) == 2 and all(map(_is_whole, data))
    if isinstance(data, list):
        return len(data) == 2 and all(isinstance(one, _ARRAYS) for one in data)
    return _is_whole(data)


def _is_whole(data: Any) -> bool:
    """Whether it is an array, or several that belong together."""
    inner = data.values() if isinstance(data, Mapping) else data if isinstance(data, tuple) else (data,)
    return bool(inner) and all(isinstance(one, _ARRAYS) for one in inner)


def _as_tensors(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {name: _as_tensors(one) for name, one in data.items()}
    if isinstance(data, list | tuple):
        return type(data)(map(_as_tensors, data)) if type(data) in (list, tuple) else tuple(map(_as_tensors, data))
    return torch.from_numpy(np.ascontiguousarray(data)) if isinstance(data, np.ndarray) else data


def _mapped(data: Any, change: Any) -> Any:
    """The same with each of its tensors changed."""
    if isinstance(data, Mapping):
        return {name: _mapped(one, change) for name, one in data.items()}
    if isinstance(data, list | tuple):
        return tuple(_mapped(one, change) for one in data)
    return change(data) if isinstance(data, torch.Tensor) else data


def _part(data: Any, part: slice) -> Any:
    return _mapped(data, lambda one: one[part])


def _copied(data: Any) -> Any:
    return _mapped(data, lambda one: one.detach().clone())


def _moved(data: Any, device: torch.device, dtype: torch.dtype) -> Any:
    """A copy on a device, with floating numbers in the module's precision."""

    def change(one: torch.Tensor) -> torch.Tensor:
        kind = dtype if one.is_floating_point() else one.dtype
        return one.detach().to(device=device, dtype=kind, copy=True)

    return _mapped(data, change)


def _tensors(data: Any) -> Iterator[torch.Tensor]:
    if isinstance(data, torch.Tensor):
        yield data
    elif isinstance(data, Mapping):
        for one in data.values():
            yield from _tensors(one)
    elif isinstance(data, list | tuple):
        for one in data:
            yield from _tensors(one)


def _same(one: Sequence[Any], other: Sequence[Any]) -> bool:
    pairs = zip(_tensors(list(one)), _tensors(list(other)), strict=False)
    return all(a.shape == b.shape and torch.equal(a, b) for a, b in pairs)
