"""What the page's networks are made of, and the data that they learn, as plain data."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..core import own
from ..core.annotations import Array
from ..core.checks import at_least
from ..core.wording import Words
from ..datasets import Dataset, load
from ..datasets.arrays import DIVIDED
from ..networks import activations, initialisers, losses
from ..networks.initialisers import Gaussian
from . import network_programs as programs
from . import tracing
from .inventory import parameters
from .presets import presets

IMAGES = 1500  # training images of a set, where there are more
_POINTS = ("moons", "circles", "xor", "spiral", "spiral:arms=3")
_GREY = 255


def network_content(data: Sequence[Dataset | str] = (), images: int = IMAGES, lang: str = "en") -> dict[str, Any]:
    """What the tab of networks holds: points in the plane, and `data` beside them, of each at most so many `images`.

    ValueError for data that cannot be read, and for more images than there are.
    """
    words = Words(lang, __package__)
    images = at_least("images", images, 1)
    sets = [load(one) for one in _POINTS]
    sets += [one if isinstance(one, Dataset) else load(one) for one in data]
    kept: dict[str, Any] = {}
    for one in sets:
        fewer = images if images < len(one.x_train) and one.name not in _POINTS else None
        packed = held(one, fewer, lang=lang)
        kept[packed["notation"]] = packed
    return {"parts": network_parts(words.lang), "data": kept, "presets": presets(words.lang, kept)}


def network_parts(lang: str = "en") -> dict[str, Any]:
    """Activations, initialisers and losses by name, and what wraps optimizers of vectors; optimizers and schedules are
    in the catalogue. Of a user's own ones those that can be written down: functions without branches, and Gaussian
    weights."""
    words = Words(lang, __package__)
    functions = {name: _activation(name, words) for name in activations.registry.classes}
    weights = {name: _initialiser(name, words) for name in initialisers.registry.classes}
    return {
        "activations": {name: one for name, one in functions.items() if one is not None},
        "initialisers": {name: one for name, one in weights.items() if one is not None},
        "losses": {
            name: _told(losses.get(name), words)
            for name, kind in losses.registry.classes.items()
            if not own.is_foreign(kind)
        },
        "wrappers": {"clip": tracing.of_clip(None), "sam": tracing.of_sam(None)},
    }


def held(data: Dataset, images: int | None = None, tested: int = 500, lang: str = "en") -> dict[str, Any]:
    """Data for the page: training examples, all or the subset that `landscape train --images` takes, and the first
    `tested` of the test's.

    notation : what `--data` reads, of a file without its folder.
    images : what `--images` does, None for all. Pixels that were bytes are packed as
    bytes and divided again, to the same bits; other numbers are packed as float32.

    ValueError for fewer examples than are asked for.
    """
    part = data if images is None else data.subset(images)
    count = min(at_least("tested", tested, 1), len(part.x_test))
    return {
        "name": data.name,
        "title": _title(data.name, Words(lang, __package__)),
        "notation": _notation(data),
        "images": images,
        "features": part.x_train.shape[1],
        "classes": data.classes,
        "tests": len(part.x_test),
        "train": {"x": _numbers(part.x_train, part.scaling), "y": _labels(part.y_train)},
        "test": {"x": _numbers(part.x_test[:count], part.scaling), "y": _labels(part.y_test[:count])},
    }


def _notation(data: Dataset) -> str:
    """A page is for others, to whom the folders of this machine say nothing."""
    is_named = data.source.partition(":")[0] == data.name.partition(":")[0]
    return data.name if is_named or not data.source else Path(data.source).name


def _activation(name: str, words: Words) -> dict[str, Any] | None:
    one = tracing.attempted(partial(activations.get, name))
    made = None if one is None else tracing.attempted(partial(programs.of_activation, one))
    return None if one is None or made is None else {**_told(one, words), **made, "flat": one.flat}


def _initialiser(name: str, words: Words) -> dict[str, Any] | None:
    """With the program of its deviation, where independent normal numbers are all that it draws."""
    one = tracing.attempted(partial(initialisers.get, name))
    if not isinstance(one, Gaussian):
        return {**_told(one, words), "deviation": None} if initialisers.registry.is_ours(one) else None
    deviation = tracing.attempted(partial(programs.of_deviation, one))
    return None if deviation is None else {**_told(one, words), "deviation": deviation}


def _told(one: Any, words: Words) -> dict[str, Any]:
    named = [{**each, "label": _called(each["name"], words)} for each in parameters(one)]
    return {"title": _called(one.name, words), "parameters": named}


def _called(name: str, words: Words) -> str:
    """What a part or a parameter is called."""
    return str(words.known.get(f"parts.{name}", name.replace("_", " ")))


def _title(notation: str, words: Words) -> str:
    """What data are called, with what was chosen of them."""
    name, _, settings = notation.partition(":")
    told = [each.partition("=") for each in settings.split(",") if "=" in each]
    return words("name_comma").join(
        [_called(name, words), *(f"{_called(key, words)} {value}" for key, _, value in told)]
    )


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
