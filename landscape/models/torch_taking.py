"""Taking a user's module: whether it is one, a copy of it, and where it is to be computed."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from ..core.errors import InputError, one_line
from .keras_variables import is_keras
from .torch_untouched import untouched


def checked(module: Any) -> None:
    """ValueError for what is no module, or one that does not know its shapes yet."""
    if not isinstance(module, nn.Module):
        hint = ": give the module itself, and not its class" if isinstance(module, type) else ""
        hint = " unless PyTorch computes it, by KERAS_BACKEND=torch" if is_keras(module) else hint
        raise InputError(f"module of type {type(module).__name__} is not allowed{hint}; a torch.nn.Module is needed")
    if lazy := next((name for name, one in module.named_parameters() if is_lazy(one)), None):
        raise InputError(f"'{lazy}' has no shape yet: let a batch go through the module first")


def copied(module: nn.Module) -> nn.Module:
    """A copy of a module, as it is now."""
    with untouched():
        try:
            made: nn.Module = copy.deepcopy(module)
        except Exception as error:
            raise InputError(
                f"the module cannot be copied: {type(error).__name__}: {one_line(str(error))[:200]}"
            ) from error
    for one in (*made.parameters(), *made.buffers()):
        one.grad = None
    return made


def device_of(named: str, module: nn.Module) -> torch.device:
    if named == "auto":
        there = next(iter(module.parameters())).device
        return torch.device("cuda") if there.type == "cpu" and torch.cuda.is_available() else there
    try:
        device = torch.device(named)
        torch.empty(0, device=device)
    except Exception as error:
        kinds = ["auto", "cpu", *(f"cuda:{k}" for k in range(torch.cuda.device_count()))]
        said = one_line(str(error)).partition(". ")[0][:150]
        raise InputError(f"device = {named!r} is not allowed: {said} (there are: {', '.join(kinds)})") from error
    return device
