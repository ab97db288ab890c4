"""What a run folder says of a model of another library, and how such a model is made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Array
from ..core.errors import InputError, RunError
from ..datasets.sample import Caption
from ..files import kinds
from ..models.making import Making
from ..models.objective import Model, Objective, objective
from ..models.specification import Specification, Tensor
from ..networks.architecture import specification


@dataclass(frozen=True, eq=False)
class Recorded:
    """The model of a run that was recorded: its tensors are known, and how it is made where that was said.

    It is a Model; `on` makes the one that computes.
    """

    about: Mapping[str, Any]
    params: Array
    given: Model | None = None

    @cached_property
    def specification(self) -> Specification:
        return specification_of(self.about)

    @property
    def told(self) -> str:
        """Its kind, and how large it is."""
        return f"{self.about['kind']}, {self.specification.size:,} parameters"

    def __repr__(self) -> str:
        return f"<Model of {self.told}>"

    def on(self, x: ArrayLike | None = None, y: ArrayLike | None = None) -> Objective:
        return objective(self.model, x, y)

    @property
    def caption(self) -> Caption:
        """What captions say of its data."""
        return getattr(self.model, "caption", "")

    @property
    def known(self) -> bool:
        """Whether it is known how the one that computes is made."""
        return self.given is not None or "making" in self.about

    @cached_property
    def model(self) -> Model:
        """The one that computes; ValueError where nobody has said how it is made, or it is another."""
        made = self.given
        if made is None:
            if "making" not in self.about:
                raise InputError(
                    f"how the model of this run, a {self.about['kind']}, is made is not known: say it, as --model "
                    "mine.py:build --data mine.py:data --loss mine.py:loss, or in Python by model="
                )
            said = self.about["making"]
            made = Making(
                said["model"], said.get("data", ""), said.get("loss", ""), tuple(said.get("options", {}).items())
            ).made()
        tensors, own_ = made.specification, self.specification
        if tensors is not None and [one.shape for one in tensors.tensors] != [one.shape for one in own_.tensors]:
            counts = [f"{one.size:,} parameters in {len(one.tensors)} tensors" for one in (tensors, own_)]
            raise InputError(f"the model that was made is not that of the run: it has {counts[0]}, the run {counts[1]}")
        return made


def is_recorded(network: Mapping[str, Any]) -> bool:
    """Whether the settings of a network are those of a model of another library."""
    return "tensors" in network


def known(networks: Sequence[Any]) -> Any:
    """The first of some networks that is there, or is known how to be made; the first one if none is."""
    return next((one for one in networks if getattr(one, "known", True)), networks[0])


def making_of(run: Any) -> Mapping[str, Any]:
    """How a run that was recorded says that its model is made; empty where it does not."""
    return run.settings["network"].get("making", {})  # type: ignore[no-any-return]


def described(kind: str, tensors: Specification, dtype: np.dtype[Any], making: Making | None) -> dict[str, Any]:
    """What a run folder says of such a model."""
    told: dict[str, Any] = {
        "kind": kind,
        "dtype": dtype.name,
        "tensors": [
            {"name": one.name, "shape": list(one.shape), "kind": one.kind, "filters": one.filters}
            for one in tensors.tensors
        ],
    }
    if making is not None:
        told["making"] = making.told()
    return told


def specification_of(network: Mapping[str, Any]) -> Specification:
    """The tensors of a run's network, this project's or another's."""
    if is_recorded(network):
        return Specification(
            tuple(Tensor(one["name"], tuple(one["shape"]), one["kind"], one["filters"]) for one in network["tensors"])
        )
    return specification(network["sizes"])


def write_weights(path: Path, tensors: Specification, params: Array) -> None:
    """Parameters (P,) as a safetensors file, by the names of the model's own library."""
    from safetensors.numpy import save as to_bytes

    from ..files import writing

    named = zip(tensors.tensors, tensors.views(params), strict=True)
    writing.write_bytes(path, to_bytes({one.name: np.ascontiguousarray(view) for one, view in named}), kinds.WEIGHTS)


def read_weights(path: Path, tensors: Specification, dtype: np.dtype[Any]) -> Array:
    """The parameters (P,) in such a file; RunError where tensors are missing or have other shapes."""
    from ..networks.weights import stored

    found = stored.tensors(path)
    for one in tensors.tensors:
        if one.name not in found or found[one.name].shape != one.shape:
            there = f"of shape {found[one.name].shape}" if one.name in found else "missing"
            raise RunError(
                f"the weights in '{path}' are not those of this run: {one.name} is {there}, expected {one.shape}"
            )
    return np.concatenate([found[one.name].ravel() for one in tensors.tensors]).astype(dtype)
