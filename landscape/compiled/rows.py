"""What is done to rows of float32 numbers: activations, losses, and steps of optimizers.

Each is one loop over contiguous memory, which the compiler turns into vector instructions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.annotations import Array
from . import rules
from .compiling import exact, fused, summing
from .mathematics import normal, power, sigmoid, tanh

Row = Array  # of float32
Number = Any  # in float32

IDENTITY, SIGMOID, TANH, RELU, LEAKY_RELU, GELU, SILU = range(7)
SGD, MOMENTUM, NESTEROV, RMSPROP, ADAM = range(5)  # as step_numbers places them; AdamW comes after Adam


@summing
def squares(g: Row) -> Number:
    """Σ g²."""
    total = np.float32(0)
    for j in range(g.shape[0]):
        total += g[j] * g[j]
    return total


@fused
def activate(kind: int, shape: Number, z: Row, slope: Row) -> None:
    """z ← f(z), and slope ← f′(z); `shape` is the slope of the leaky ReLU below 0."""
    n, one = z.shape[0], np.float32(1)
    if kind == RELU:
        for j in range(n):
            slope[j] = one if z[j] > 0 else np.float32(0)
            z[j] = max(z[j], np.float32(0))
    elif kind == SIGMOID:
        for j in range(n):
            z[j], slope[j] = sigmoid(z[j])
    elif kind == TANH:
        for j in range(n):
            z[j], slope[j] = tanh(z[j])
    elif kind == GELU:
        for j in range(n):
            below, density = normal(z[j])
            slope[j] = below + z[j] * density
            z[j] *= below
    elif kind == SILU:
        for j in range(n):
            share, steepness = sigmoid(z[j])
            slope[j] = share + z[j] * steepness
            z[j] *= share
    elif kind == LEAKY_RELU:
        for j in range(n):
            slope[j] = one if z[j] > 0 else shape
            z[j] = max(z[j], shape * z[j])
    else:
        for j in range(n):
            slope[j] = one


@fused
def cross_entropy(o: Row, y: int, smoothing: float, samples: int) -> Any:
    """The loss of logits o (C,), which become its slopes by them, over `samples`."""
    classes, top = o.shape[0], o[0]
    for j in range(classes):
        top = max(top, o[j])
    own, mean = np.float64(o[y] - top), 0.0
    for j in range(classes):
        mean += np.float64(o[j] - top)
    own = (1 - smoothing) * own + smoothing * mean / classes
    total = 0.0
    for j in range(classes):
        o[j] = power(o[j] - top)
        total += np.float64(o[j])
    share = np.float32(total) * np.float32(samples)
    spread = np.float32(smoothing / classes / samples)
    for j in range(classes):
        o[j] = o[j] / share - spread
    o[y] -= np.float32((1 - smoothing) / samples)
    return np.log(total) - own


@fused
def squared_error(o: Row, y: int, smoothing: float, samples: int) -> Any:
    """The same for the mean squared error."""
    classes = o.shape[0]
    o[y] -= np.float32(1 - smoothing)
    spread, factor = np.float32(smoothing / classes), np.float32(2 / (samples * classes))
    total = 0.0
    for j in range(classes):
        apart = o[j] - spread
        total += np.float64(apart) * np.float64(apart)
        o[j] = apart * factor
    return total / classes


@exact
def advance(rule: int, by: Row, x: Row, g: Row, m: Row, v: Row, delta: Row, keep: bool) -> None:
    """One step of an optimizer on x, with its moments m and v, by `rules`; if `keep`, delta ← Δx.

    rule, by : its place among those that have a rule, and its `step_numbers`. All is rounded after each operation, or x
    would depend on whether delta is kept.
    """
    for j in range(x.shape[0]):
        if rule >= ADAM:
            step, m[j], v[j] = rules.adam(g[j], m[j], v[j], by[0], by[1], by[2], by[3], by[4])
            step += by[5] * x[j]
        elif rule == RMSPROP:
            step, v[j] = rules.rmsprop(g[j], v[j], by[0], by[1], by[2], by[3])
        elif rule == NESTEROV:
            step, m[j] = rules.nesterov(g[j], x[j], m[j], by[0], by[1], by[2])
        elif rule == MOMENTUM:
            step, m[j] = rules.momentum(g[j], x[j], m[j], by[0], by[1], by[2], by[3])
        else:
            step = rules.sgd(g[j], x[j], by[0], by[1])
        if keep:
            delta[j] = step
        x[j] += step
