"""What is measured of a network while it trains, beside the loss of each batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.annotations import Array
from ..datasets import Dataset
from ..models import spectrum
from ..networks.mlp import MLP
from ..networks.passes import Trace
from ..optimizers.optimizer import State

MEASURED, _LAYERS, _SHARPNESS = 10_000, 1_000, 2_000  # training images that are looked at, at the most
_SATURATED = 0.05  # of the activation's steepest slope
_IMAGE = 1e-11  # seconds that a parameter and image take, at the least


def seconds(parameters: int, data: Dataset) -> tuple[float, float]:
    """That `measure`, and that `sharpness`, take at the least."""
    images = len(data.x_train)
    looked_at = min(images, MEASURED) + len(data.x_test) + min(images, _LAYERS)
    return looked_at * parameters * _IMAGE, spectrum.seconds(min(images, _SHARPNESS), parameters)


def measure(net: MLP, params: Array, state: State, data: Dataset) -> dict[str, Any]:
    """Loss and accuracy, and how gradients and units fare in each layer; the names are those of `Run.history`."""
    train_loss, train_accuracy = net.evaluate(params, data.x_train[:MEASURED], data.y_train[:MEASURED])
    test_loss, test_accuracy = net.evaluate(params, data.x_test, data.y_test)
    trace = net.trace(params, data.x_train[:_LAYERS], data.y_train[:_LAYERS])
    return {
        "train_loss": train_loss,
        "train_accuracy": train_accuracy if np.isfinite(train_loss) else np.nan,
        "test_loss": test_loss,
        "test_accuracy": test_accuracy if np.isfinite(test_loss) else np.nan,
        "layer_gradient_norm": trace.gradient_norm,
        "layer_error_norm": trace.error_norm,
        **units(net, trace),
        "update_ratio": _update_ratio(net, params, state),
    }


def units(net: MLP, trace: Trace) -> dict[str, Array]:
    """Of each hidden layer the share of units that are "dead", with no slope for any image, and of units and images
    that are "saturated", with less than a twentieth of the steepest."""
    slopes, least = [np.abs(slope) for slope in trace.slopes], _SATURATED * net.activation.steepest
    return {
        "dead": np.array([(slope == 0).all(axis=0).mean() for slope in slopes]),
        "saturated": np.array([(slope < least).mean() for slope in slopes]),
    }


def sharpness(net: MLP, params: Array, data: Dataset) -> float:
    """The largest eigenvalue of the Hessian."""
    values, _, _ = spectrum.top(net, params, data.x_train[:_SHARPNESS], data.y_train[:_SHARPNESS], k=1)
    return float(values[0])


def _update_ratio(net: MLP, params: Array, state: State) -> Array:
    """|last step| / |weights| of each layer, biases left out; nan before the first step and for weights of 0."""
    pairs = zip(net.layers(state["delta"]), net.layers(params), strict=True)
    norms = np.array([(np.linalg.norm(step), np.linalg.norm(w)) for (step, _), (w, _) in pairs])
    if state["t"] == 0:
        return np.full(len(norms), np.nan)
    return np.asarray(norms[:, 0] / np.where(norms[:, 1] > 0, norms[:, 1], np.nan))
