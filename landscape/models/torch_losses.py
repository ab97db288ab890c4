"""What a loss of PyTorch's gives: of a batch, of single samples, and the share of right answers."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn

from ..core.errors import InputError


def singly(loss: Callable[..., Any]) -> Callable[..., Any] | None:
    """What gives the losses of single samples, if the loss can be told to."""
    if isinstance(loss, nn.Module):
        if getattr(loss, "reduction", None) != "mean":
            return None
        each: Callable[..., Any] = copy.deepcopy(loss)
        each.reduction = "none"  # type: ignore[attr-defined]
        return each
    try:
        known = inspect.signature(loss).parameters
    except (TypeError, ValueError):
        return None
    return partial(loss, reduction="none") if "reduction" in known else None


def real_number(loss: Any) -> torch.Tensor:
    """A loss, if it is one real number."""
    if not isinstance(loss, torch.Tensor) or loss.numel() != 1 or loss.is_complex():
        shape = f" of shape {tuple(loss.shape)}" if isinstance(loss, torch.Tensor) else ""
        raise InputError(f"the loss gave a {type(loss).__name__}{shape}: it must give one real number, a batch's mean")
    return loss.reshape(())


def classifies(outputs: Any, targets: Any) -> bool:
    """Whether outputs (N, C, …) are of classes whose numbers are targets (N, …)."""
    return (
        isinstance(outputs, torch.Tensor)
        and isinstance(targets, torch.Tensor)
        and outputs.ndim >= 2
        and outputs.shape[1] > 1
        and not targets.is_floating_point()
        and targets.shape == (outputs.shape[0], *outputs.shape[2:])
    )


def accuracy_of(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return (outputs.argmax(dim=1) == targets).double().mean()


def detached(outputs: Any) -> Any:
    return outputs.detach() if isinstance(outputs, torch.Tensor) else outputs
