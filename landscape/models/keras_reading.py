"""What is read of a Keras model and its optimizer while somebody trains it; nothing of them changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from ..core.annotations import Array
from .choosing import chosen
from .keras_variables import specification_of, trainable_of
from .optimizer_notation import notation

# The optimizers whose steps are this project's, what their settings are called here, and what would change them.
_SAME = ("sgd", "adam", "adamw")
_CALLED = {
    "beta_1": "beta1",
    "beta_2": "beta2",
    "epsilon": "eps",
    "momentum": "momentum",
    "weight_decay": "weight_decay",
}
_CHANGING = ("amsgrad", "clipnorm", "clipvalue", "global_clipnorm", "use_ema")


class KerasReader:
    """Reads the variables of a Keras model as a flat vector, and what its optimizer does.

    optimizer : of Keras; None where it is not known.
    """

    def __init__(self, model: Any, trainable: Any, optimizer: Any) -> None:
        named = trainable_of(model)
        names = list(named) if trainable is None else chosen(list(named), trainable)
        kept = {name: named[name] for name in names}
        self._model, self._variables, self.optimizer = model, list(kept.values()), optimizer
        self.specification, self.kind = specification_of(model, kept), type(model).__name__
        doubled = any(one.dtype == "float64" for one in self._variables)
        self._dtype = np.dtype(np.float64 if doubled else np.float32)

    def params(self) -> Array:
        """(P,), as they are now."""
        synchronise(self._model)
        arrays = [np.asarray(keras.ops.convert_to_numpy(one), self._dtype) for one in self._variables]
        return np.concatenate([one.ravel() for one in arrays])

    def gradient_norm(self) -> float:
        """Of all gradients that PyTorch holds, as one vector; nan with other backends, where steps are of several
        batches, of which PyTorch holds the last one's alone, and where it holds those of a scaled loss."""
        slopes: list[Any] = [getattr(one.value, "grad", None) for one in self._variables]
        others = accumulates(self.optimizer) or hasattr(self.optimizer, "inner_optimizer")
        if others or any(one is None for one in slopes):
            return math.nan
        return math.hypot(*(float(one.norm()) for one in slopes))

    def lr(self) -> float:
        """The learning rate of the next step; nan without an optimizer."""
        return math.nan if self.optimizer is None else learning_rate(self.optimizer)

    def notation(self) -> str:
        """The optimizer in this project's notation, or its name with its learning rate."""
        if self.optimizer is None:
            return ""
        own = _inner(self.optimizer)
        settings, name = own.get_config(), type(own).__name__.lower()
        same = name in _SAME
        given = {"lr": self.lr()} | {one: float(settings.get(key) or 0) for key, one in _CALLED.items()}
        given |= {key: float(bool(settings.get(key))) for key in _CHANGING}
        if name == "sgd" and given["momentum"]:
            name = "nesterov" if settings.get("nesterov") else "momentum"
            given["decoupled_weight_decay"] = given.pop("weight_decay")
        if name == "adam" and given["weight_decay"]:
            name = "adamw"
        # Of any other the name alone is said: its steps are not quite those of its namesake.
        return notation(name, given if same else given | {"otherwise": 1.0}, "keras")

    def values(self, losses: Sequence[Any]) -> list[float]:
        """Losses as numbers."""
        return [float(keras.ops.convert_to_numpy(one)) for one in losses]


def accumulates(optimizer: Any) -> bool:
    """Whether its steps are of several batches each."""
    return bool(getattr(_inner(optimizer), "gradient_accumulation_steps", None))


def _inner(optimizer: Any) -> Any:
    """The one that an optimizer of scaled losses holds, or itself."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def learning_rate(optimizer: Any) -> float:
    """Of the next step; of what float32 keeps of it as many digits as were meant."""
    return float(f"{float(keras.ops.convert_to_numpy(optimizer.learning_rate)):.7g}")


def synchronise(model: Any) -> None:
    """Let its variables be what they are now: within `fit`, JAX has them elsewhere."""
    if hasattr(model, "jax_state_sync"):
        model.jax_state_sync()
