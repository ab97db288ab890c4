"""Weights as safetensors files with PyTorch's names and layout: `0.weight` (out, in), `0.bias`, `2.weight` …"""

from __future__ import annotations

import re
from glob import glob
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import folder
from .errors import RunError
from .network import MLP

Array = NDArray[Any]


def save(path: str | Path, net: MLP, params: Array) -> Path:
    """Write parameters (P,); `nn.Sequential(Linear, activation, Linear, …).load_state_dict` reads them."""
    from safetensors.numpy import save as to_bytes

    tensors: dict[str, Array] = {}
    # PyTorch's nn.Sequential counts the activations too, so linear layers have even numbers.
    for k, (w, b) in enumerate(net.layers(params)):
        tensors |= {f"{2 * k}.weight": np.ascontiguousarray(w.T), f"{2 * k}.bias": np.ascontiguousarray(b)}
    folder.write_bytes(path := Path(path), to_bytes(tensors))
    return path


def load(path: str | Path, net: MLP) -> Array:
    """The parameters (P,) in a file of `save`, or of a PyTorch `state_dict` of the same network.

    Layers are taken in the order of their names, numbers in them as numbers, so `fc1.weight`, `fc2.weight` will do too.
    RunError if the file cannot be read, or if its shapes are not those of the network.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load as from_bytes

    try:
        tensors = from_bytes(Path(path).read_bytes())
    except (OSError, SafetensorError, KeyError, TypeError) as error:
        raise RunError(f"cannot read weights from '{path}': {error}") from error
    weights = sorted((name for name in tensors if name.endswith("weight")), key=_numbered)
    biases = sorted((name for name in tensors if name.endswith("bias")), key=_numbered)

    params = np.empty_like(net.params)
    layers = net.layers(params)
    found = [(tensors[w].shape, tensors[b].shape) for w, b in zip(weights, biases, strict=False)]
    if len(weights) != len(biases) or found != [(w.T.shape, b.shape) for w, b in layers]:
        given = ", ".join(f"{name} {tensors[name].shape}" for name in sorted(tensors, key=_numbered))
        sizes = "-".join(map(str, net.sizes))
        raise RunError(f"the weights in '{path}' are not those of a network {sizes}: it holds {given or 'nothing'}")
    for (w, b), weight, bias in zip(layers, weights, biases, strict=True):
        w[:], b[:] = tensors[weight].T, tensors[bias]
    return params


def find(pattern: str) -> list[Path]:
    """The files that a pattern such as 'runs/mine/*.safetensors' means, numbers in their names in order.

    What is there as it stands is no pattern: the brackets of a folder called 'mine[1]' are part of its name. RunError
    if there are none.
    """
    literal, rest = Path(), Path(pattern).parts
    while rest and (literal / rest[0]).exists():
        literal, rest = literal / rest[0], rest[1:]
    paths = [literal / path for path in glob(str(Path(*rest)), root_dir=literal, recursive=True)] if rest else [literal]
    if not paths:
        raise RunError(f"there are no files '{pattern}'")
    return sorted(paths, key=lambda path: _numbered(str(path)))


def _numbered(name: str) -> list[str | int]:
    """A key that sorts "2.weight" before "10.weight"."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]
