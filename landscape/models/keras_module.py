"""A Keras model with the PyTorch backend as a module whose parameters can be put in from outside.

Keras's layers compute with variables, and what PyTorch knows as the parameters of such a model are copies of their
names: putting others in their place changes nothing, and of two layers of one name one is lost.
"""

from __future__ import annotations

import inspect
from typing import Any, Self

import keras
import torch
from torch import nn

from ..core.errors import InputError
from .keras_variables import named, specification_of, trainable_of


class KerasModule(nn.Module):
    """Its parameters are those that are trained, by name; its buffers all others. It computes as in evaluation.

    The model itself is neither copied nor changed: its variables have other values for the time of a call.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        trained = trainable_of(model)
        fixed = named(model, model.non_trainable_variables)
        wrapped = [one.name for one in model._flatten_layers() if type(one).__name__ == "TorchModuleWrapper"]
        if wrapped:
            raise InputError(f"'{wrapped[0]}' is a PyTorch module in a Keras model: its parameters cannot be put in")
        self.specification, self._keras = specification_of(model, trained), _Shared(model, trained | fixed)
        for name, variable in trained.items():
            owner, last = self._owner(name)
            owner.register_parameter(last, variable.value)
        for name, variable in fixed.items():
            owner, last = self._owner(name)
            owner.register_buffer(last, variable.value.detach())

    def extra_repr(self) -> str:
        return ", ".join(f"{type(one).__name__} {one.name}" for one in self._keras.model._flatten_layers())

    def forward(self, *inputs: torch.Tensor, **by_name: torch.Tensor) -> Any:
        model, mapping = self._keras.model, []
        for name, variable in self._keras.variables.items():
            prefix, _, last = name.rpartition(".")
            mapping.append((variable, getattr(self.get_submodule(prefix), last)))
        given = by_name or (inputs[0] if len(inputs) == 1 else list(inputs))
        mode = {"training": False} if "training" in inspect.signature(model.call).parameters else {}
        with keras.StatelessScope(mapping):
            return model(given, **mode)

    def _owner(self, name: str) -> tuple[nn.Module, str]:
        """The part that holds what has this name, and its name there."""
        *path, last = name.split(".")
        part: nn.Module = self
        for step in path:
            if step not in part._modules:
                part.add_module(step, nn.Module())
            part = part.get_submodule(step)
        return part, last


class _Shared:
    """A model and its variables by name, one for all copies: none holds what the copies compute with."""

    def __init__(self, model: Any, variables: dict[str, Any]) -> None:
        self.model, self.variables = model, variables

    def __deepcopy__(self, memo: Any) -> Self:
        return self
