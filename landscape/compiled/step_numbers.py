"""What the rules of optimizers need of a step beside rows of numbers: rates, and the constants that go with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..optimizers import SGD, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp

MOST = 6  # numbers of a rule

# For step t with the rate lr, in the order in which the rule takes them. Loops know optimizers by their places here.
_NUMBERS: dict[type[Optimizer], Callable[[Any, int, float], Sequence[float]]] = {
    SGD: lambda one, t, lr: (-lr, one.weight_decay),
    Momentum: lambda one, t, lr: (
        *(-lr, one.momentum, 1 - one.dampening if one.momentum and t > 1 else 1.0, one.weight_decay),
    ),
    Nesterov: lambda one, t, lr: (-lr, one.momentum, one.weight_decay),
    RMSProp: lambda one, t, lr: (-lr, one.alpha, 1 - one.alpha, one.eps),
    Adam: lambda one, t, lr: (*one.folded(t, lr), one.beta1, one.beta2),
    AdamW: lambda one, t, lr: (*one.folded(t, lr), one.beta1, one.beta2, -(lr * one.weight_decay)),
}


def place(optimizer: Optimizer) -> int:
    """The place of an optimizer among those that have a rule; -1 if it has none."""
    kinds = list(_NUMBERS)
    return kinds.index(type(optimizer)) if type(optimizer) in kinds else -1


def names() -> list[str]:
    """The optimizers that have a rule."""
    return [kind.name for kind in _NUMBERS]


def numbers(optimizer: Optimizer, t: int, lr: float) -> list[float]:
    """Those of step t, counted from 1, filled up with 0."""
    given = _NUMBERS[type(optimizer)](optimizer, t, lr)
    return [*given, *[0.0] * (MOST - len(given))]
