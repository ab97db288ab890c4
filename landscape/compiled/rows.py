"""What is done to rows of float32 numbers: activations, losses, and steps of optimizers.

Each is one loop over contiguous memory, which the compiler turns into vector instructions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.annotations import Array
from .compiling import compiled, exact, summing
from .mathematics import normal, power, sigmoid, tanh

Row = Array  # of float32
Number = Any  # in float32

IDENTITY, SIGMOID, TANH, RELU, LEAKY_RELU, GELU, SILU = range(7)
SGD, MOMENTUM, RMSPROP, ADAM = range(4)


@summing
def squares(g: Row) -> Number:
    """Σ g²."""
    total = np.float32(0)
    for j in range(g.shape[0]):
        total += g[j] * g[j]
    return total


@compiled
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


@compiled
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


@compiled
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
    """One step of an optimizer on x, with its moments m and v, as its `_advance` has it; if `keep`, delta ← Δx.

    by : its numbers for this step, as the `Trainer` has them. All is rounded after each operation, or x would depend on
    whether delta is kept.
    """
    n = x.shape[0]
    if rule == ADAM:
        scale, beta1, beta2, offset, rate, decay = by[0], by[1], by[2], by[3], by[4], by[5]
        for j in range(n):
            scaled = scale * g[j]
            m_new, v_new = beta1 * m[j] + scaled, beta2 * v[j] + scaled * scaled
            m[j], v[j] = m_new, v_new
            step = m_new / (np.sqrt(v_new) + offset) * rate + decay * x[j]
            if keep:
                delta[j] = step
            x[j] += step
    elif rule == RMSPROP:
        alpha, rest, eps, rate = by[0], by[1], by[2], by[3]
        for j in range(n):
            v_new = alpha * v[j] + rest * g[j] * g[j]
            v[j] = v_new
            step = g[j] / (np.sqrt(v_new) + eps) * rate
            if keep:
                delta[j] = step
            x[j] += step
    elif rule == MOMENTUM:
        mu, share, rate, decay = by[0], by[1], by[2], by[3]
        for j in range(n):
            m_new = mu * m[j] + share * (g[j] + decay * x[j])
            m[j] = m_new
            step = m_new * rate
            if keep:
                delta[j] = step
            x[j] += step
    else:
        rate, decay = by[0], by[1]
        for j in range(n):
            step = (g[j] + decay * x[j]) * rate
            if keep:
                delta[j] = step
            x[j] += step
