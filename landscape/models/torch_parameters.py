"""The parameters of a PyTorch module as one flat vector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from ..core.errors import InputError, nearest
from .choosing import chosen
from .specification import Kind, Specification, Tensor

_NORMS = (
    nn.modules.batchnorm._NormBase,
    nn.LayerNorm,
    nn.GroupNorm,
    nn.RMSNorm,
)
_TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


class Layout:
    """Which parameters of a module span the space, and where each lies in a flat vector.

    ValueError, in one line, where none does.
    """

    def __init__(self, module: nn.Module, trainable: Any) -> None:
        named, told = dict(module.named_parameters()), _told(module)
        named = {name: named[name] for name in told} or named
        self.names = _chosen(named, trainable)
        self.shapes = [named[name].shape for name in self.names]
        self.dtypes = [named[name].dtype for name in self.names]
        self.sizes = [named[name].numel() for name in self.names]
        if odd := next((name for name in self.names if not named[name].is_floating_point()), None):
            raise InputError(f"{odd} of type {named[odd].dtype} is not allowed: parameters must be real numbers")
        doubled = any(dtype == torch.float64 for dtype in self.dtypes)
        self.dtype = torch.float64 if doubled else torch.float32
        owners = {
            f"{prefix}.{name}" if prefix else name: owner
            for prefix, owner in module.named_modules()
            for name, _ in owner.named_parameters(recurse=False)
        }
        self.specification = Specification(
            tuple(told.get(name) or _tensor(name, named[name], owners[name]) for name in self.names)
        )

    def flat(self, tensors: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """One vector (P,) of tensors by name; ValueError where some are missing or of other shapes."""
        for name, shape in zip(self.names, self.shapes, strict=True):
            if name not in tensors:
                near = nearest(name, tensors)
                hint = f"; did you mean '{near}'?" if near else ""
                raise InputError(f"'{name}' is missing from the parameters{hint}")
            if tensors[name].shape != shape:
                found, needed = tuple(tensors[name].shape), tuple(shape)
                raise InputError(f"'{name}' has shape {found}: this model's has {needed}")
        return torch.cat([tensors[name].detach().to("cpu", self.dtype).reshape(-1) for name in self.names])

    def tensors(self, flat: torch.Tensor) -> dict[str, torch.Tensor]:
        """The tensors in a vector (..., P) by name, in their own precision: views, or copies on graphics cards, where
        kernels may rely on where in memory numbers begin."""
        pieces = flat.split(self.sizes, dim=-1)
        if flat.device.type == "cuda":
            pieces = tuple(piece.clone() for piece in pieces)
        lead = flat.shape[:-1]
        return {
            name: piece.reshape(*lead, *shape).to(dtype)
            for name, piece, shape, dtype in zip(self.names, pieces, self.shapes, self.dtypes, strict=True)
        }


def _told(module: nn.Module) -> dict[str, Tensor]:
    """The tensors of a module that stands for another library's model, which says what they are, in its order."""
    told = getattr(module, "specification", None)
    return {one.name: one for one in told.tensors} if isinstance(told, Specification) else {}


def _chosen(named: Mapping[str, nn.Parameter], trainable: Any) -> list[str]:
    if not named:
        raise InputError("a module without parameters is not allowed: there is no space to look at")
    if trainable is None:
        found = [name for name, one in named.items() if one.requires_grad]
        if not found:
            raise InputError("no parameter of the module requires gradients: name those that are meant by trainable=")
        return found
    return chosen(list(named), trainable)


def _tensor(name: str, parameter: torch.Tensor, owner: nn.Module) -> Tensor:
    shape = tuple(parameter.shape)
    if isinstance(owner, _NORMS) or type(owner).__name__.endswith("Norm"):
        return Tensor(name, shape, "norm")
    if len(shape) < 2:
        return Tensor(name, shape, "bias")
    kind: Kind = "embedding" if isinstance(owner, nn.Embedding | nn.EmbeddingBag) else "weight"
    # Those that go from small pictures to large ones have (in, out, …).
    transposed = isinstance(owner, _TRANSPOSED) and shape == tuple(owner.weight.shape)
    return Tensor(name, shape, kind, 1 if transposed else 0)
