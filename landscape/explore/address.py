"""What the address of a page says, as walks of the library: the page computes the same ones."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import numpy as np

from .. import terrains
from ..core.errors import InputError, shortened
from ..terrains import Terrain
from ..walks.descent import descend
from ..walks.trajectory import Trajectory

STEPS = 200  # where an address says nothing else


def walks_of(address: str, ground: Terrain | None = None) -> list[Trajectory]:
    """The walks that a page shows at an address, what stands after its #; on `ground` where that names no terrain.

    ValueError for an address that names neither terrain nor optimizers rightly.
    """
    said = parse_qs(address.removeprefix("#"), keep_blank_values=True)

    def one(key: str, usual: str = "") -> str:
        return said[key][0] if key in said else usual

    domain = _numbers(one("d"), 4)
    if one("t"):
        ground = terrains.parse(one("t"), None if domain is None else domain.reshape(2, 2).tolist())
    if ground is None:
        raise InputError(f"address '{shortened(address)}' is not allowed: it names no terrain, as in t=rosenbrock")
    settings: dict[str, Any] = {"schedule": one("s")} if one("s") else {}
    if batch := int(_number("batch", one("batch", "0"), whole=True)):
        settings["batch_size"] = batch
    steps, seed = (int(_number(key, one(key, usual), whole=True)) for key, usual in (("n", str(STEPS)), ("seed", "0")))
    noise = _number("noise", one("noise", "0"))
    start = _numbers(one("x"), 2)
    walkers = said.get("o", [])
    return [descend(ground, walker, start, steps, noise=noise, seed=seed, **settings) for walker in walkers]


def _number(key: str, text: str, whole: bool = False) -> float:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        kind = "a whole number" if whole else "a number"
        raise InputError(f"{key}={shortened(text)} is not allowed in an address: it must be {kind}") from None


def _numbers(text: str, many: int) -> Any:
    """So many numbers between commas; None for an empty text."""
    if not text:
        return None
    try:
        values = np.array([float(part) for part in text.split(",")])
    except ValueError:
        values = np.empty(0)
    if values.shape != (many,):
        raise InputError(f"'{shortened(text)}' is not allowed in an address: it must be {many} numbers between commas")
    return values
