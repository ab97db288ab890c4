"""Momentum cancels the bouncing, and carries through saddles: there mostly as a larger rate."""

from __future__ import annotations

from math import sqrt
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ... import datasets, optimizers
from ...core.annotations import Progress
from ...core.statistics import paired
from ...figures.styles import two_panels
from ...networks.mlp import MLP
from ...optimizers import SGD, Momentum, Optimizer
from ...terrains import Ravine, Saddle
from ...training.loop import train
from ...walks.descent import descend
from ...walks.trajectory import Trajectory
from ..around_saddle import LR
from ..claim import Claim, Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..comparing import ALIKE
from ..finding import Expected, Finding, Quantity
from ..plotting import curves
from ..tuning import at_best
from .saddle import EPSILON, away

_KAPPA, _FROM, _SHARE = 100.0, (10.0, 1.0), 1e-6
_ROOT = (sqrt(_KAPPA) - 1) / (sqrt(_KAPPA) + 1)  # momentum's best factor a step
_BEST = Momentum(lr=4 / (sqrt(_KAPPA) + 1) ** 2, momentum=_ROOT**2)
_STEPS = 400
_PER_DECADE, _NEAR = 4, 1e-6  # of the depth of a saddle that has minima beside it

_SIZES, _IMAGES = (784, 32, 10), 4000
_TRAINED: tuple[Optimizer, ...] = (SGD(lr=0.01), Momentum(lr=0.01), SGD(lr=0.1))


class MomentumClaim(Claim):
    """The heavy ball in a ravine, beside theory's, and away from a saddle, beside SGD at the rate that it comes to."""

    number = "10"
    rule = Rule(
        needs(
            cancels=lambda v: v["across"].value < 0.2,
            quicker=lambda v: v["ravine_momentum"].value < v["ravine_sgd"].value,
            carries=lambda v: v["saddle_momentum"].value < v["saddle_sgd"].value,
        ),
        needs(only_a_larger_rate=lambda v: v["saddle_matched"].value <= ALIKE * v["saddle_momentum"].value),
        needs(
            networks_too=lambda v: (
                abs(v["network_apart"].value) < 0.25 * (v["network_sgd"].value - v["network_momentum"].value)
            ),
        ),
    )
    expected: ClassVar = {
        "rate": Expected(_ROOT, "(√κ − 1)/(√κ + 1) (Polyak 1964)", within=0.01),
        "rate_sgd": Expected((_KAPPA - 1) / (_KAPPA + 1), "(κ − 1)/(κ + 1)", within=1e-6),
        "ravine_sgd": Expected(346, "ln 10⁻³ / ln rate"),
        "ravine_momentum": Expected(56, "the same recurrence in closed form"),
        "limit": Expected(2 * 1.9 / _KAPPA, "2(1 + β)/λ at β = 0.9", within=0.002),
        "saddle_sgd": Expected(926, "ln(1/ε)/ln(1 + lr)"),
        "saddle_momentum": Expected(152, "the same recurrence, with momentum"),
        "saddle_matched": Expected(97, "ln(1/ε)/ln(1 + lr) at lr/(1 − β)"),
    }
    cost: ClassVar = {"quick": 2.5, "full": 6.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        terrain = Ravine(_KAPPA)
        slow = SGD(2 / (_KAPPA + 1))
        walk, ball = descend(terrain, slow, _FROM, _STEPS), descend(terrain, _BEST, _FROM, _STEPS)
        saddle = away()
        sgd, momentum, matched, _ = (Quantity.single(n, "steps") for n in saddle.left)
        bounded = Saddle(bound=1.0)
        depth = float(bounded.value(bounded.minima)[0])
        fair = at_best(bounded, [SGD(), Momentum()], (1 - _NEAR) * depth, 1000, _PER_DECADE, (1.0, EPSILON))
        left = _left_of_sum(descend(terrain, Momentum(lr=slow.lr), _FROM, 100))
        seeds = range(3 if scale == "quick" else 10)
        losses = _trained(seeds, progress)
        values = {
            "across": Quantity.median(left[:, 1], "share", "steps"),
            "along": Quantity.median(left[:, 0], "share", "steps"),
            "rate_sgd": Quantity.single(sqrt(walk.loss[100] / walk.loss[99])),
            "rate": Quantity.single(float(np.linalg.norm(ball.x[200]) / np.linalg.norm(ball.x[100])) ** 0.01),
            "ravine_sgd": Quantity.single(int(walk.steps_to(_SHARE * walk.loss[0])), "steps"),
            "ravine_momentum": Quantity.single(int(ball.steps_to(_SHARE * ball.loss[0])), "steps"),
            "limit": Quantity.single(_limit(terrain)),
            "saddle_sgd": sgd,
            "saddle_momentum": momentum,
            "saddle_matched": matched,
            **{
                f"fair_{name}": Quantity.single(one.needed, "steps", "rates", len(one.sweep.lrs))
                for name, one in zip(("sgd", "momentum"), fair, strict=True)
            },
            **{
                f"network_{name}": Quantity.mean(row)
                for name, row in zip(("sgd", "momentum", "matched"), losses, strict=True)
            },
            "network_apart": Quantity.difference(paired(losses[1], losses[2]), "", len(seeds)),
        }
        theory = np.arange(0, int(values["ravine_sgd"].value) + 1, 10)
        series = {
            "ravine": [
                {
                    "optimizer": optimizers.text(one.optimizer),
                    "loss": one.loss[: int(one.steps_to(_SHARE * one.loss[0])) + 1],
                }
                for one in (walk, ball)
            ],
            "theory": {"steps": theory, "loss": walk.loss[0] * ((_KAPPA - 1) / (_KAPPA + 1)) ** (2 * theory)},
            "saddle": [
                {"optimizer": optimizers.text(one.optimizer), "away": np.abs(one.x[::4, 1])} for one in saddle.walks[:3]
            ],
        }
        settings = {
            "kappa": _KAPPA, "epsilon": EPSILON, "lr": LR, "rates": _PER_DECADE, "images": _IMAGES,
            "network_lr": _TRAINED[1].lr, "network_matched_lr": _TRAINED[2].lr,
        }  # fmt: skip
        return Measured(values, series, settings)

    def draw(self, finding: Finding, figure: Figure) -> None:
        words, series = of_claim(self.name), finding.series
        left, right = two_panels(1.0, 1.0, figure)
        lines: list[dict[str, Any]] = [
            {"x": range(len(walk["loss"])), "y": walk["loss"], "optimizer": walk["optimizer"]}
            for walk in series["ravine"]
        ]
        lines.append(
            {"x": series["theory"]["steps"], "y": series["theory"]["loss"], "name": words("law"), "dash": True}
        )
        curves(left, lines, words("steps"), words("ravine"), log="y")
        lines = [
            {"x": range(0, 4 * len(walk["away"]), 4), "y": walk["away"], "optimizer": walk["optimizer"], "name": name}
            for walk, name in zip(series["saddle"], ("", "", words("matched")), strict=True)
        ]
        curves(right, lines, words("steps"), words("saddle"), log="y")


def _left_of_sum(walk: Trajectory) -> NDArray[np.float64]:
    """What is left (steps, 2) of the sum of gradients beside that of their sizes, by axes, with momentum's weights."""
    assert isinstance(walk.optimizer, Momentum)
    total, sizes, left = np.zeros(2), np.zeros(2), []
    for gradient in walk.gradient:
        total, sizes = walk.optimizer.momentum * np.array([total, sizes]) + [gradient, np.abs(gradient)]
        left.append(np.abs(total) / sizes)
    return np.array(left)


def _limit(terrain: Ravine) -> float:
    """The rate beyond which momentum with β = 0.9 diverges, by bisection."""
    low, high = 0.03, 0.05
    while high / low > 1 + 1e-4:
        middle = sqrt(low * high)
        end = descend(terrain, Momentum(lr=middle), (0.0, 1.0), 4000, record="last").loss[-1]
        low, high = (middle, high) if end < 1 else (low, middle)
    return sqrt(low * high)


def _trained(seeds: range, progress: Progress | None) -> NDArray[np.float64]:
    """The loss (3, seeds) over the last tenth of an epoch on digits: SGD, momentum, and SGD at lr/(1 − β)."""
    data, losses = datasets.load().subset(_IMAGES), np.empty((len(_TRAINED), len(seeds)))
    for done, seed in enumerate(seeds):
        for k, one in enumerate(_TRAINED):
            loss = train(MLP(_SIZES, seed=seed), data, one, seed=seed, snapshots=1, measure=[]).history["loss"]
            losses[k, done] = loss[-len(loss) // 10 :].mean()
        if progress is not None:
            progress(done + 1, len(seeds))
    return losses
