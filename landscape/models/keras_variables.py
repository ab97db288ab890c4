"""The variables of a Keras model by name, in Keras's own order, whatever computes with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ..core.errors import InputError
from .specification import Specification, Tensor


def is_keras(model: Any) -> bool:
    """Whether it is a model of Keras 3; none of its code is imported for that."""
    ours = any(base.__module__.partition(".")[0] == "keras" for base in type(model).__mro__)
    return ours and hasattr(model, "stateless_call")


def trainable_of(model: Any) -> dict[str, Any]:
    """`model.trainable_variables` by name: "conv2d.kernel". ValueError where there are none."""
    if not model.trainable_variables:
        raise InputError(
            "a Keras model without trainable variables is not allowed: there is no space to look at (one that is not "
            "built yet has none: let a batch go through it first)"
        )
    return named(model, model.trainable_variables)


def named(model: Any, variables: Iterable[Any]) -> dict[str, Any]:
    """Some variables of a model by their paths in it; of layers of one name the second is called name_2."""
    found, counted = {}, Counter[str]()
    for variable in variables:
        *owners, last = (part.replace(".", "_") for part in variable.path.split("/"))
        if owners[1:] and owners[0] == model.name:
            owners = owners[1:]
        counted[variable.path] += 1
        if (count := counted[variable.path]) > 1:
            owners = [*owners[:-1], f"{owners[-1] if owners else 'variable'}_{count}"]
        found[".".join([*owners, last])] = variable
    return found


def specification_of(model: Any, variables: Mapping[str, Any]) -> Specification:
    """The tensors that some variables of a model are; of most the last axis counts filters."""
    owners = {layer.path: type(layer).__name__ for layer in model._flatten_layers()}
    return Specification(
        tuple(
            _tensor(name, tuple(one.shape), owners.get(one.path.rpartition("/")[0], ""))
            for name, one in variables.items()
        )
    )


def _tensor(name: str, shape: tuple[int, ...], owner: str) -> Tensor:
    last = name.rpartition(".")[2]
    if owner.endswith("Normalization"):
        return Tensor(name, shape, "norm")
    if len(shape) < 2 or last == "bias":
        return Tensor(name, shape, "bias")
    if "embedding" in last:
        return Tensor(name, shape, "embedding", 0)
    # Kernels are (…, in, out), but where they go from small pictures to large ones, or stay within a channel.
    turned = "Transpose" in owner or owner.startswith("Depthwise") or last.startswith("depthwise")
    return Tensor(name, shape, "weight", len(shape) - (2 if turned else 1))
