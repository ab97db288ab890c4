"""Weights as safetensors files with PyTorch's names and layout: `0.weight` (out, in), `0.bias`, `2.weight` …"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...core.annotations import Array
from ...files import kinds, writing
from ..mlp import MLP
from . import stored
from .checkpoints import Checkpoints, snapshots
from .layers import in_order
from .sequences import Series, find, series
from .stored import recorded_loss
from .suspicions import doubts

__all__ = ["Checkpoints", "Series", "doubts", "find", "load", "recorded_loss", "save", "series", "snapshots"]


def save(path: str | Path, net: MLP, params: Array) -> Path:
    """Write parameters (P,); `nn.Sequential(Linear, activation, Linear, …).load_state_dict` reads them."""
    from safetensors.numpy import save as to_bytes

    named = zip(net.specification.tensors, net.specification.views(params), strict=True)
    tensors = {tensor.name: np.ascontiguousarray(view.T) for tensor, view in named}
    writing.write_bytes(path := Path(path), to_bytes(tensors), kinds.WEIGHTS)
    return path


def load(path: str | Path, net: MLP, order: Sequence[str] | None = None) -> Array:
    """The parameters (P,) in a file of `save`, or of a PyTorch `state_dict` of the same network.

    Each layer stands where its shape fits. Of layers of one shape, numbers in their names decide: `fc2` comes before
    `fc10`. Numbers of 64, 32 or 16 bits, bfloat16 too, become those of the network.

    order : the names of all layers from the first to the last, such as ("layer_one", "layer_two", "out"), for files in
        which neither shapes nor numbers tell them apart.

    RunError if the file cannot be read, is of another format, does not hold a network of these shapes and nothing else,
    or leaves the order open; nothing is ever unpickled. ValueError for an `order` that does not name its layers.
    """
    params, path = np.empty_like(net.params), Path(path)
    found = in_order(stored.tensors(path), net.sizes, order, path)
    for (w, b), (weight, bias) in zip(net.layers(params), found, strict=True):
        w[:], b[:] = weight.T, bias
    return params
