"""What is read of a PyTorch module and its optimizer while somebody trains it; nothing of them changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from ..core.annotations import Array
from .optimizer_notation import notation
from .torch_parameters import Layout


class ModuleReader:
    """Reads a module's parameters as a flat vector, and what its optimizer does."""

    def __init__(self, module: nn.Module, trainable: Any, optimizer: Any) -> None:
        self.optimizer = optimizer
        self.layout = Layout(module, trainable)
        named = dict(module.named_parameters())
        self._named = {name: named[name] for name in self.layout.names}
        self.specification, self.kind = self.layout.specification, type(module).__name__
        self.dtype = np.dtype(np.float64 if self.layout.dtype == torch.float64 else np.float32)

    def params(self) -> Array:
        """(P,), as they are now."""
        found: Array = self.layout.flat(self._named).numpy()
        return found

    def gradient_norm(self) -> float:
        """Of all gradients that are there, as one vector; nan where there are none."""
        slopes = [one.grad for one in self._named.values() if one.grad is not None]
        # Of a sparse one only what is not 0 has a norm that PyTorch knows.
        slopes = [one.coalesce().values() if one.is_sparse else one for one in slopes]
        if not slopes:
            return math.nan
        with torch.no_grad():
            norms = torch._foreach_norm(slopes) if hasattr(torch, "_foreach_norm") else [one.norm() for one in slopes]
            return float(torch.stack([norm.to(norms[0].device) for norm in norms]).norm())

    def lr(self) -> float:
        """The learning rate, of the first group of parameters; nan without an optimizer."""
        return math.nan if self.optimizer is None else float(self.optimizer.param_groups[0]["lr"])

    def notation(self) -> str:
        """The optimizer in this project's notation, or its name with its learning rate."""
        if self.optimizer is None:
            return ""
        name, group = type(self.optimizer).__name__.lower(), self.optimizer.param_groups[0]
        given = {"lr": float(group["lr"]), "weight_decay": float(group.get("weight_decay") or 0)}
        if name == "sgd" and group.get("momentum"):
            name = "nesterov" if group.get("nesterov") else "momentum"
            given |= {"momentum": float(group["momentum"]), "dampening": float(group.get("dampening") or 0)}
        if name == "adam" and group.get("amsgrad"):
            name = "amsgrad"
        for key, value in zip(("beta1", "beta2", "beta3"), group.get("betas", ()), strict=False):
            given[key] = float(value)
        given |= {key: float(group[key]) for key in ("eps", "alpha", "rho", "momentum_decay") if key in group}
        return notation(name, given, "torch")

    def values(self, losses: Sequence[Any]) -> list[float]:
        """Losses as numbers, those on one device in one go."""
        tensors = [one.reshape(()).double() for one in losses if isinstance(one, torch.Tensor)]
        if len(tensors) < len(losses):
            return [float(one) for one in losses]
        return torch.stack([one.to(tensors[0].device) for one in tensors]).tolist() if tensors else []
