"""What the page's networks are made of, and the data that they learn, as plain data."""

from __future__ import annotations

import zlib
from base64 import b64encode
from typing import Any

import numpy as np

from ..core.annotations import Array
from ..core.checks import at_least
from ..core.wording import term
from ..datasets import Dataset
from ..datasets.arrays import DIVIDED
from ..networks import activations, initialisers, losses
from ..networks.initialisers import Gaussian, Initialiser
from . import network_programs as programs
from . import tracing
from .inventory import parameters

_GREY = 255


def network_parts() -> dict[str, Any]:
    """Activations, initialisers and losses by name, and what wraps optimizers of vectors; optimizers and schedules are
    in the catalogue."""
    return {
        "activations": {name: _activation(name) for name in activations.registry.classes},
        "initialisers": {name: _initialiser(initialisers.get(name)) for name in initialisers.registry.classes},
        "losses": {name: _told(losses.get(name)) for name in losses.registry.classes},
        "wrappers": {"clip": tracing.of_clip(None), "sam": tracing.of_sam(None)},
    }


def held(data: Dataset, images: int | None = None, tested: int = 500) -> dict[str, Any]:
    """Data for the page: training examples, all or the subset that `landscape train --images` takes, and the first
    `tested` of the test's.

    notation : what `--data` reads. images : what `--images` does, None for all. Pixels that were bytes are packed as
    bytes and divided again, to the same bits; other numbers are packed as float32.

    ValueError for fewer examples than are asked for.
    """
    part = data if images is None else data.subset(images)
    count = min(at_least("tested", tested, 1), len(part.x_test))
    return {
        "name": data.name,
        "title": term(data.name.partition(":")[0]),
        "notation": data.name if data.source.partition(":")[0] == data.name.partition(":")[0] else data.source,
        "images": images,
        "features": part.x_train.shape[1],
        "classes": data.classes,
        "tests": len(part.x_test),
        "train": {"x": _numbers(part.x_train, part.scaling), "y": _labels(part.y_train)},
        "test": {"x": _numbers(part.x_test[:count], part.scaling), "y": _labels(part.y_test[:count])},
    }


def _activation(name: str) -> dict[str, Any]:
    one = activations.get(name)
    return {**_told(one), **programs.of_activation(one), "flat": one.flat}


def _initialiser(one: Initialiser) -> dict[str, Any]:
    """With the program of its deviation, where independent normal numbers are all that it draws."""
    return {**_told(one), "deviation": programs.of_deviation(one) if isinstance(one, Gaussian) else None}


def _told(one: Any) -> dict[str, Any]:
    return {"title": term(one.name.replace("_", " ")), "parameters": parameters(one)}


def _numbers(x: Array, scaling: str) -> dict[str, str]:
    """Numbers, row by row."""
    if scaling == DIVIDED:
        return {"kind": "bytes", "packed": _packed(np.rint(_GREY * x).astype(np.uint8))}
    return {"kind": "float32", "packed": _packed(x.astype("<f4"))}


def _labels(y: Array) -> dict[str, str]:
    return {"kind": "uint16", "packed": _packed(y.astype("<u2"))}


def _packed(array: Array) -> str:
    """Deflated, in letters."""
    return b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 9)).decode()
