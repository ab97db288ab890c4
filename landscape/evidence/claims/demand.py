"""ReLU's ground demands Adam."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure

from ... import datasets, optimizers
from ...core.annotations import Floats, Progress
from ...core.statistics import holm
from ...figures.palettes import current
from ...networks.mlp import MLP
from ...optimizers import SGD, Adam, Momentum, Optimizer, RMSProp
from ...sweeps.bands import sweep
from ...terrains import ReluValley, Rosenbrock
from ...training.loop import train
from ..claim import Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..plotting import curves, rows
from ..trained import Case, TrainedClaim, cases

KINDS: tuple[Optimizer, ...] = (SGD(), Momentum(), RMSProp(), Adam())
LAYERS = (784, 128, 10)
_RATES = {"quick": (-11, 1), "full": (-11, 2)}  # the ends of the first grid, as exponents of √10
_IMAGES: dict[Scale, int | None] = {"quick": 12_000, "full": None}
_SHARE, _STEPS = 1e-6, 2000  # of the first loss in the valley, and the most steps that a walk may need
_SCALES, _LR = (1e-3, 1e3), 0.01  # of gradients, and Adam's rate, on Rosenbrock
_FROM = (-1.2, 1.0)


class DemandClaim(TrainedClaim):
    """A network of one hidden layer on real digits, and a ReLU unit's own valley, with four vehicles at their best."""

    number = "14"
    rule = Rule(
        needs(
            ahead=lambda v: v["over_sgd"].clear and v["over_sgd"].value > 0,
            unmatched=lambda v: v["over_momentum"].clear and v["over_momentum"].value > 0,
            alone=lambda v: not any(np.isfinite(v[f"{name}_steps"].value) for name in ("sgd", "momentum")),
        ),
        facts=needs(
            wider=lambda v: v["adam_band"].value - v["sgd_band"].value > 0.5,
            unscaled=lambda v: v["rescaled"].value < 1e-7,
        ),
    )
    expected: ClassVar = {
        "first_x": Expected(-1.19, "Kingma & Ba 2015, §2.1: a first step of lr", apart=1e-7),
        "rescaled": Expected(0.0, "Kingma & Ba 2015, §2.1, but for ε", apart=1e-7),
        "usual": Expected(0.961, "784-128-10, lr 0.001, 1 epoch: 95.5 to 96.8 %", apart=0.012),
    }
    cost: ClassVar = {"quick": 25.0, "full": 150.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        spec: dict[str, Any] = {
            "optimizers": [one.name for one in KINDS if scale == "full" or one.name != "rmsprop"],
            "depths": 1,
            "widths": LAYERS[1],
            "images": _IMAGES[scale],
            "seeds": list(range(5 if scale == "full" else 3)),
        }
        table = self.swept(scale, spec, _RATES[scale], progress)
        found = {str(one.group["optimizer"]): one for one in cases(table)}
        by_name = {optimizers.stored(text).name: one for text, one in found.items()}
        ground = ReluValley()
        valley = sweep(ground, KINDS, _SHARE * float(ground.value(ground.start)), steps=_STEPS, per_decade=4)
        walks = {factor: _walk(factor) for factor in (1.0, *_SCALES)}
        usual = [_read(seed) for seed in spec["seeds"]]
        values = _values(by_name) | {"usual": Quantity.mean(usual, "share")}
        values |= {f"{one.optimizer.name}_steps": Quantity.single(float(one.score.min()), "steps") for one in valley}
        apart = max(float(np.abs(walks[factor] - walks[1.0]).max()) for factor in _SCALES)
        values["first_x"] = Quantity.single(float(walks[1.0][1, 0]))
        values["rescaled"] = Quantity.single(apart, of="steps", n=100)
        lines = [{"optimizer": name, "lrs": one.sweep.lrs, "loss": one.sweep.score} for name, one in found.items()]
        settings = {name: table.settings[name] for name in ("lrs", "images", "epochs", "seeds", "batch_sizes")}
        settings |= {"cells": len(table), "best": {name: one.lr for name, one in by_name.items()}}
        settings["edges"] = [name for name, one in by_name.items() if one.edge]
        return Measured(values, {"cases": lines}, settings)

    def draw(self, finding: Finding, figure: Figure) -> None:
        words = of_claim(self.name)
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        lines = [{"x": one["lrs"], "y": one["loss"], "optimizer": one["optimizer"]} for one in finding.series["cases"]]
        curves(left, lines, words("lr"), words("loss"), log="xy")
        kinds = [one for one in KINDS if one.name in finding.values]
        told = [(words(f"name.{one.name}"), finding.values[one.name]) for one in kinds]
        rows(right, told, words("accuracy"), colours=[current().colour(one) for one in kinds])


def _values(found: dict[str, Case]) -> dict[str, Quantity]:
    seeds = len(found["adam"].accuracy)
    values = {name: one.reads for name, one in found.items()}
    others = [name for name in found if name != "adam"]
    against = holm([found["adam"].ahead_of(found[name]) for name in others])
    for name, one in zip(others, against, strict=True):
        values[f"over_{name}"] = Quantity.difference(one, "points", seeds)
    for name, case in found.items():
        values[f"{name}_band"] = Quantity.band(case.band, len(case.sweep.lrs))
    return values


def _read(seed: int) -> float:
    """What the network reads of the test digits after an epoch of all images, with Adam as it is usually set."""
    return train(MLP(LAYERS, seed=seed), datasets.load(), Adam(), seed=seed, snapshots=1, measure=[]).test_accuracy


def _walk(factor: float) -> Floats:
    """Adam's points (101, 2) on Rosenbrock with its gradient multiplied by a factor."""
    terrain, adam, x = Rosenbrock(), Adam(_LR), np.array(_FROM)
    state, points = adam.init(x), [x]
    for _ in range(100):
        step, state = adam.update(factor * terrain.gradient(x), state, x)
        x = x + step
        points.append(x)
    return np.array(points)
