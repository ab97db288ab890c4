"""Signs that weights and data do not belong together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.annotations import Array
from ...datasets import Dataset
from ..mlp import MLP

_IMAGES = 1_000  # on which other scales of the pixels are tried
_FAR = 1.5  # times a recorded loss, or a part of it
# Of the loss, to which another scale has to bring it. Networks of 32 ReLU, tanh or sigmoid units that had seen 1,500 to
# 60,000 digits came to .77 of it and more where they were on their own scale, and to .71 and less where they were not.
_BETTER = 0.72


def doubts(
    net: MLP, params: Array, data: Dataset, x: Array, y: NDArray[np.int64], recorded: float | None = None
) -> list[str]:
    """Sentences on what makes it unlikely that a network was trained on data such as these; none where nothing does.

    params : (P,), at the end of training. x, y : images (N, D) of `data`, and their labels, over which the loss is
    taken. recorded : the loss that whoever trained it has noted.

    Three signs: a loss not below that of the best answer that is the same for all images; one far from what was
    recorded; and one that is much lower when the pixels are on another of the usual scales.
    """
    loss, guess = net.loss_value(params, x, y), net.loss.best_constant(y, net.sizes[-1])
    said = []
    # Not "loss >= guess", which is false of nan.
    if not loss < guess:
        said.append(f"the loss at the end, {loss:.4g}, is not below {guess:.4g}, that of one answer to all images")
    if recorded is not None and not recorded / _FAR <= loss <= recorded * _FAR:
        said.append(f"the loss at the end is {loss:.4g}, but {recorded:.4g} was recorded with the weights")
    part = slice(_IMAGES)
    here, raw = net.loss_value(params, x[part], y[part]), x[part] * np.float32(data.std) + np.float32(data.mean)
    tried = {
        words: net.loss_value(params, (raw - np.float32(mean)) / np.float32(std), y[part])
        for words, mean, std in _scales(data)
        if (mean, std) != (data.mean, data.std)
    }
    best = min(tried, key=lambda words: tried[words] if np.isfinite(tried[words]) else np.inf)
    if tried[best] < _BETTER * here or (np.isfinite(tried[best]) and not np.isfinite(here)):
        said.append(
            f"over the first {len(y[part]):,} images the loss is {here:.4g}, but {tried[best]:.4g} with {best}: was "
            "the network trained on such pixels?"
        )
    return said


def _scales(data: Dataset) -> list[tuple[str, float, float]]:
    """Usual scales of pixels: how to ask for them, and the mean and deviation that give them."""
    mean = data.mean if data.std != 1 else float(data.x_train.mean(dtype=np.float64))
    std = data.std if data.std != 1 else float(data.x_train.std(dtype=np.float64))
    return [
        ("pixels as they are", 0.0, 1.0),
        (f"--scale standard (mean {mean:.4g}, deviation {std:.4g})", mean, std),
        ("--mean 0.5 --std 0.5", 0.5, 0.5),
        ("--mean 0 --std 0.00392157 (0…255)", 0.0, 1 / 255),
    ]
