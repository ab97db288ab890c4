"""Losses of a batch of logits, each the mean over samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import unknown

Array = NDArray[Any]


def cross_entropy(logits: Array, y: NDArray[np.int64]) -> float:
    """Mean of −log softmax(logits)[y], for logits (N, C) and class numbers (N,).

    `logits` is overwritten with the loss's gradient by the logits, (softmax − one-hot)/N.
    """
    n = len(y)
    rows = np.arange(n)
    logits -= logits.max(axis=1, keepdims=True)
    right = logits[rows, y].astype(np.float64)
    np.exp(logits, out=logits)
    total = logits.sum(axis=1, keepdims=True)
    loss = float((np.log(total[:, 0], dtype=np.float64) - right).mean())

    logits /= total
    logits[rows, y] -= 1
    logits /= n
    return loss


_ALL = {"cross_entropy": cross_entropy}


def names() -> list[str]:
    """All losses."""
    return list(_ALL)


def get(name: str) -> Callable[[Array, NDArray[np.int64]], float]:
    """The loss called `name`; ValueError with the nearest valid name otherwise."""
    if name not in _ALL:
        raise unknown("loss", name, _ALL)
    return _ALL[name]
