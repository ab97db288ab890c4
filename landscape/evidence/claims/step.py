"""Adam moves at most about one learning rate a step: mostly, and never beyond a bound that growing gradients reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ... import datasets, optimizers
from ...core.annotations import Floats, Progress
from ...core.blas import one_blas_thread
from ...networks.mlp import MLP
from ...optimizers import Adam
from ...terrains import Ravine
from ...walks.descent import descend
from ...walks.trajectory import Trajectory
from ..claim import Claim, Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..plotting import curves, hue

_ABOUT = 1.1  # learning rates
_SIZES, _LR, _BATCH, _IMAGES = (784, 128, 10), 1e-3, 32, 4000
_GROWING = 6000  # steps, of which no gradient's square overflows


class NearRavine(Ravine):
    """The same ground, drawn as far as the walk crosses it."""

    domain = ((-8.8, 3.6), (-4.0, 5.0))


@dataclass(frozen=True)
class Anatomy:
    """A walk of Adam, and the quantities (2,) of one of its steps, in the paper's symbols.

    at : the step that is taken apart, the first one from beyond the valley's floor.
    bias : (2,), what 1 − β₁ᵗ and 1 − β₂ᵗ divide by.
    bound : the most that a step can be, in learning rates.
    """

    walk: Trajectory
    at: int
    g: Floats
    m_before: Floats
    m: Floats
    v: Floats
    m_hat: Floats
    v_hat: Floats
    step: Floats
    bias: Floats
    bound: float

    @property
    def strides(self) -> Floats:
        """The longer part of each step of the walk (steps,), in learning rates."""
        assert isinstance(self.walk.optimizer, Adam)
        return np.asarray(np.abs(np.diff(self.walk.x, axis=0)).max(axis=1) / self.walk.optimizer.lr)


def anatomy() -> Anatomy:
    """A walk of Adam through a ravine, with one step taken apart."""
    adam = Adam(lr=0.8)
    walk = descend(NearRavine(kappa=10.0), adam, (-8.0, 4.5), steps=40)
    at = int(np.argmax(walk.x[:, 1] < 0))
    bias = 1 - np.array([adam.beta1, adam.beta2]) ** (at + 1)
    m, v = walk.state["m"][at + 1], walk.state["v"][at + 1]
    g, m_before, step = walk.gradient[at], walk.state["m"][at], walk.x[at + 1] - walk.x[at]
    return Anatomy(walk, at, g, m_before, m, v, m / bias[0], v / bias[1], step, bias, bound(adam))


def bound(adam: Adam) -> float:
    """The most that a step can be along a coordinate, in learning rates, by Cauchy and Schwarz's inequality."""
    return float((1 - adam.beta1) / np.sqrt((1 - adam.beta2) * (1 - adam.beta1**2 / adam.beta2)))


class StepClaim(Claim):
    """Adam's steps in learning rates: on gradients that keep growing, in a ravine, and along a run on digits."""

    number = "12"
    rule = Rule(
        needs(
            mostly=lambda v: v["run_share"].value > 0.95,
            walks=lambda v: v["walk_longest"].value < 2,
            bounded=lambda v: max(v["reached"].value, v["run_longest"].value) <= v["bound"].value,
        ),
        needs(
            not_always=lambda v: v["run_longest"].value > _ABOUT,
            growing=lambda v: v["reached"].value > 0.95 * v["bound"].value,
        ),
    )
    expected: ClassVar = {
        "bound": Expected(7.27, "(1 − β₁)/√((1 − β₂)(1 − β₁²/β₂)), in learning rates", within=1e-3),
        "reached": Expected(7.27, "the same bound, approached from below", within=0.01),
    }
    cost: ClassVar = {"quick": 1.0, "full": 20.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        found, growing = anatomy(), _on_growing(_GROWING)
        seeds = range(1 if scale == "quick" else 5)
        runs = [_run(seed, _IMAGES if scale == "quick" else None, progress, len(seeds)) for seed in seeds]
        longest = np.array([run.longest.max() for run in runs])
        values = {
            "bound": Quantity.single(found.bound, of="steps"),
            "reached": Quantity.single(float(growing.max()), of="steps", n=_GROWING),
            "walk_longest": Quantity.single(float(found.strides.max()), of="steps", n=len(found.strides)),
            "walk_share": Quantity.single(
                float(np.mean(found.strides <= 1)), "share", of="steps", n=len(found.strides)
            ),
            "run_share": Quantity.median([run.within for run in runs], "share", spread="range"),
            "run_longest": Quantity.median(longest, spread="range"),
            "run_usual": Quantity.median([np.median(run.longest) for run in runs], spread="range"),
        }
        series = {
            "rising": _thinned(growing),
            "walk": _thinned(found.strides),
            "run": _thinned(runs[0].longest),
            "optimizer": optimizers.text(Adam(lr=_LR)),
        }
        settings = {"lr": _LR, "about": _ABOUT, "steps": len(runs[0].longest), "growing_steps": _GROWING}
        return Measured(values, series, settings)

    def draw(self, finding: Finding, figure: Figure) -> None:
        words, series = of_claim(self.name), finding.series
        lines: list[dict[str, Any]] = [
            {"x": series[key]["steps"], "y": series[key]["size"], "name": words(key), "color": hue(place)}
            for key, place in (("rising", 3), ("run", 1), ("walk", 2))
        ]
        limits = ((words("bound"), finding.values["bound"].value), ("", 1.0))
        lines += [{"x": [1, _GROWING], "y": [height] * 2, "name": name, "dash": True} for name, height in limits]
        curves(figure.subplots(), lines, words("step"), words("size"), log="x")


@dataclass(frozen=True)
class _Run:
    """longest : (steps,), of each step its longest coordinate, in learning rates. within : the share of all coordinates
    and steps that are about one or less; of those that move at all."""

    longest: NDArray[np.float64]
    within: float


def _run(seed: int, images: int | None, progress: Progress | None, of: int) -> _Run:
    """An epoch of Adam on digits."""
    data, net, adam = datasets.load(), MLP(_SIZES, seed=seed), Adam(lr=_LR)
    data = data if images is None else data.subset(images)
    order = np.random.default_rng(seed).permutation(len(data.x_train))
    batches = order[: len(order) // _BATCH * _BATCH].reshape(-1, _BATCH)
    params, state, longest, within = net.params.copy(), adam.init(net.params), [], []
    with one_blas_thread:
        for batch in batches:
            _, gradient = net.loss_and_gradient(params, data.x_train[batch], data.y_train[batch])
            step, state = adam.update(gradient, state, params)
            params += step
            size = np.abs(step[step != 0]) / _LR
            longest.append(float(size.max()))
            within.append(float(np.mean(size <= _ABOUT)))
    if progress is not None:
        progress(seed + 1, of)
    return _Run(np.array(longest), float(np.mean(within)))


def _on_growing(steps: int) -> NDArray[np.float64]:
    """Adam's steps (steps,), in learning rates, on gradients that grow by β₂/β₁ each time, which reach the bound."""
    adam = Adam(lr=1.0, eps=1e-200)  # less than the first gradients, which are small, as the last ones are huge
    growth, x = adam.beta2 / adam.beta1, np.zeros(1)
    state, sizes = adam.init(x), np.empty(steps)
    for t in range(steps):
        step, state = adam.update(np.array([growth ** (t - steps / 2)]), state, x)
        sizes[t] = abs(float(step[0]))
    return sizes


def _thinned(sizes: NDArray[np.float64]) -> dict[str, Any]:
    """Some of the steps, evenly spread on a logarithmic scale, with the longest of those between."""
    at = np.unique(np.geomspace(1, len(sizes), 300).astype(int)) - 1
    return {"steps": at + 1, "size": np.maximum.reduceat(sizes, at).round(4)}
