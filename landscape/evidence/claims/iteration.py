"""One training iteration: forward, loss, backward, update; every number of it is checked by a second way to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ... import datasets, optimizers
from ...core.annotations import Array, Floats, Progress
from ...core.errors import InputError
from ...datasets import Dataset
from ...figures.styles import two_panels
from ...networks import losses
from ...networks.losses import CrossEntropy
from ...networks.mlp import MLP
from ...networks.passes import Trace
from ...optimizers import Adam, Optimizer
from ...training.run import Run
from ..claim import Claim, Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..plotting import hue, rows

BATCH = 32
_SIZES, _LR = (784, 128, 10), 1e-3
_ROUNDING = 1e-4  # of float32, after sums of 784 products
_ACROSS = 40  # parameters whose gradient is measured by differences
_STEP = 1e-5
_CHECKS = ("forward", "loss", "errors", "gradient", "differences", "update")


@dataclass(frozen=True)
class Iteration:
    """Everything of one step of an optimizer from the first weights of a network, on 32 training images.

    trace : the forward and the backward pass. step : (P,). after : the batch's loss with the new weights.
    """

    net: MLP
    labels: NDArray[np.int64]
    trace: Trace
    step: Array
    after: float
    optimizer: Optimizer

    @property
    def lr(self) -> float:
        """The learning rate."""
        return float(self.optimizer.lr)


def one_iteration(data: Dataset, at: int = 0, seed: int = 0) -> Iteration:
    """The step on the batch that begins at an image, from the weights of a seed."""
    net, adam = MLP(_SIZES, seed=seed), Adam(lr=_LR)
    x, y = data.x_train[at : at + BATCH], data.y_train[at : at + BATCH]
    trace = net.trace(net.params, x, y)
    step, _ = adam.update(trace.gradient, adam.init(net.params), net.params)
    return Iteration(net, y, trace, step, net.loss_value(net.params + step, x, y), adam)


def iteration_of(run: Run, data: Dataset) -> Iteration:
    """The first step of a run's optimizer from its first weights, on the first 32 training images.

    InputError for a network of other layers than one hidden one, and for another loss than cross-entropy.
    """
    net, optimizer = run.mlp, optimizers.of(run.optimizer)
    if len(net.sizes) != len(_SIZES):
        raise InputError(
            f"the lesson iteration shows a network of one hidden layer, and that of the run has {len(net.sizes) - 2}"
        )
    if losses.text(net.loss, defaults=False) != CrossEntropy.name:
        raise InputError(f"the lesson iteration shows cross-entropy, and the run has {losses.text(net.loss)}")
    x, y = data.x_train[:BATCH], data.y_train[:BATCH]
    trace = net.trace(net.params, x, y)
    step, _ = optimizer.update(trace.gradient, optimizer.init(net.params), net.params)
    return Iteration(net, y, trace, step, net.loss_value(net.params + step, x, y), optimizer)


class IterationClaim(Claim):
    """One batch of 32 digits: each stage beside the plain formula in float64, the gradient also beside differences of
    the loss; and what the step does to the loss of many batches."""

    number = "15"
    rule = Rule(
        needs(
            forward=lambda v: max(v["off_forward"].value, v["off_loss"].value) < _ROUNDING,
            backward=lambda v: max(v[f"off_{one}"].value for one in ("errors", "gradient", "differences")) < _ROUNDING,
            update=lambda v: v["off_update"].value < _ROUNDING,
            falls=lambda v: v["fell"].value > 0.99,
        )
    )
    expected: ClassVar = {
        "parameters": Expected(784 * 128 + 128 + 128 * 10 + 10, "784·128 + 128 + 128·10 + 10"),
        "first_step": Expected(1.0, "m̂/√v̂ = ±1 at the first step (Kingma & Ba 2015), in learning rates", within=1e-3),
        "blank": Expected(2.302585, "ln 10", within=1e-6),
        **{f"off_{one}": Expected(0, "the plain formula in float64", apart=_ROUNDING) for one in _CHECKS},
    }
    cost: ClassVar = {"quick": 1.5, "full": 10.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        data = datasets.load()
        found = one_iteration(data)
        batches = [one_iteration(data, at=BATCH * k, seed=k) for k in range(20 if scale == "quick" else 200)]
        before = np.array([one.trace.loss for one in batches])
        after = np.array([one.after for one in batches])
        trace, labels = found.trace, found.labels
        moved = found.step[trace.gradient != 0]
        values = {
            "parameters": Quantity.single(found.net.params.size, of="networks"),
            "loss": Quantity.single(trace.loss, of="images", n=BATCH),
            "after": Quantity.single(found.after, of="images", n=BATCH),
            "blank": Quantity.single(float(np.log(10)), of="images", n=BATCH),
            "right": Quantity.single(float(trace.probabilities[0, labels[0]]), "share", "images"),
            "shut": Quantity.single(float(np.mean(trace.a[0] == 0)), "share", "images", BATCH),
            "reached": Quantity.single(moved.size / found.step.size, "share", "images", BATCH),
            "first_step": Quantity.single(float(np.median(np.abs(moved))) / found.lr, of="images", n=BATCH),
            "fell": Quantity.single(float(np.mean(after < before)), "share", "batches", len(batches)),
            "loss_before": Quantity.mean(before, of="batches"),
            "loss_after": Quantity.mean(after, of="batches"),
            **{f"off_{name}": Quantity.single(off, of="images", n=BATCH) for name, off in _deviations(found).items()},
        }
        settings = {"batch": BATCH, "lr": _LR, "sizes": _SIZES, "across": _ACROSS, "all": found.net.params.size}
        return Measured(values, {}, settings)

    def draw(self, finding: Finding, figure: Figure) -> None:
        words, values = of_claim(self.name), finding.values
        left, right = two_panels(1.0, 0.6, figure)
        losses = [(words(name), values[name]) for name in ("loss_before", "loss_after")]
        rows(left, losses, words("batch_loss"), colours=[hue(0), hue(1)])
        checks = [(words(f"check.{name}"), values[f"off_{name}"]) for name in _CHECKS]
        rows(right, checks, words("off"), colours=[hue(2)] * len(checks), log=True)


def _deviations(found: Iteration) -> dict[str, float]:
    """How far each stage is from the plain formulas in float64, at the most, beside the largest of its numbers."""
    trace, net = found.trace, found.net
    params = net.params.astype(np.float64)
    (w1, b1), (w2, b2) = net.layers(params)
    x, target = trace.x.astype(np.float64), np.eye(10)[found.labels]

    z1 = x @ w1 + b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ w2 + b2
    p = np.exp(z2) / np.exp(z2).sum(axis=1, keepdims=True)
    loss = -np.log(p[target == 1]).mean()

    d2 = (p - target) / BATCH
    d1 = d2 @ w2.T * (z1 > 0)
    gradient = np.concatenate([(x.T @ d1).ravel(), d1.sum(axis=0), (a1.T @ d2).ravel(), d2.sum(axis=0)])

    # Adam from m = v = 0, whose corrections cancel the averages' weights: m̂ = g, v̂ = g².
    given = trace.gradient.astype(np.float64)
    step = -found.lr * given / (np.abs(given) + Adam().eps)
    return {
        "forward": max(map(_off, (*trace.z, *trace.a, trace.probabilities), (z1, z2, a1, p))),
        "loss": _off(np.array(trace.loss), np.array(loss)),
        "errors": max(map(_off, trace.delta, (d1, d2))),
        "gradient": _off(trace.gradient, gradient),
        "differences": _by_differences(found, params, gradient),
        "update": _off(found.step, step),
    }


def _by_differences(found: Iteration, params: Floats, gradient: Floats) -> float:
    """How far slopes of the loss, by differences along some parameters, are from the gradient."""
    exact = MLP(_SIZES, dtype="float64")
    x = found.trace.x.astype(np.float64)
    chosen = np.argsort(-np.abs(gradient))[:: len(gradient) // _ACROSS // 4][:_ACROSS]
    slopes = []
    for k in chosen.tolist():
        ends = []
        for way in (_STEP, -_STEP):
            there = params.copy()
            there[k] += way
            ends.append(exact.loss_value(there, x, found.labels))
        slopes.append((ends[0] - ends[1]) / (2 * _STEP))
    return float(np.abs(np.array(slopes) - gradient[chosen]).max() / np.abs(gradient).max())


def _off(found: Array, plain: Array) -> float:
    return float(np.abs(found - plain).max() / np.abs(plain).max())
