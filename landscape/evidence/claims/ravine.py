"""In a ravine SGD bounces between the walls and crawls along the floor."""

from __future__ import annotations

from math import sqrt
from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure

from ... import optimizers
from ...core.annotations import Progress
from ...optimizers import SGD, Adam, Momentum, Optimizer
from ...terrains import Ravine
from ...walks.descent import descend
from ..claim import Claim, Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..plotting import curves
from ..tuning import in_ravines

KAPPA, PER_DECADE = 100.0, 4
KINDS: tuple[Optimizer, ...] = (SGD(), Momentum(), Adam())
_FROM = (10.0, 1.0)  # where the two rates of the theory have equal shares in the loss
_SHARE = 1e-6  # of the first loss
_HEAVY = (sqrt(KAPPA) - 1) / (sqrt(KAPPA) + 1)  # momentum's best factor a step


class RavineClaim(Claim):
    """The walk of gradient descent in a ravine, beside theory's, and what all need at their best rates."""

    number = "7"
    rule = Rule(
        needs(
            bounces=lambda v: v["bounces"].value > 0.5,
            crawls=lambda v: v["floor"].value > 0.95,
            bounded=lambda v: abs(v["critical"].value * KAPPA / 2 - 1) < 0.01,
            helped=lambda v: v["momentum"].value < v["sgd"].value,
        )
    )
    expected: ClassVar = {
        "critical": Expected(2 / KAPPA, "2/λmax (Nesterov 2004)", within=0.005),
        "rate": Expected((KAPPA - 1) / (KAPPA + 1), "(κ − 1)/(κ + 1) (Polyak 1964)", within=1e-6),
        "steps": Expected(346, "ln 10⁻³ / ln rate"),
        "momentum_rate": Expected(_HEAVY, "(√κ − 1)/(√κ + 1) (Polyak 1964)", within=0.01),
        "momentum_steps": Expected(56, "Polyak 1964"),
    }
    cost: ClassVar = {"quick": 0.5, "full": 0.5}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        terrain = Ravine(KAPPA)
        best = SGD(2 / (KAPPA + 1))
        walk = descend(terrain, best, _FROM, 400)
        heavy = Momentum(lr=4 / (sqrt(KAPPA) + 1) ** 2, momentum=_HEAVY**2)
        ball = descend(terrain, heavy, _FROM, 400)
        aligned, _ = in_ravines(KINDS, KAPPA, PER_DECADE)
        tuned = aligned[0].walk
        across = tuned.x[:, 1]
        values = {
            "critical": Quantity.single(_critical(terrain)),
            "rate": Quantity.single(sqrt(walk.loss[100] / walk.loss[99])),
            "steps": Quantity.single(int(walk.steps_to(_SHARE * walk.loss[0])), "steps"),
            "momentum_rate": Quantity.single(float(np.linalg.norm(ball.x[200]) / np.linalg.norm(ball.x[100])) ** 0.01),
            "momentum_steps": Quantity.single(int(ball.steps_to(_SHARE * ball.loss[0])), "steps"),
            "bounces": Quantity.single(float(np.mean(across[1:] * across[:-1] < 0)), "share", "steps", len(across) - 1),
            "floor": Quantity.single(float(tuned.x[-1, 0] / tuned.x[-2, 0])),
            **{one.sweep.optimizer.name: Quantity.single(one.needed, "steps") for one in aligned},
        }
        series = {
            "walks": [
                {"optimizer": optimizers.text(one.walk.optimizer), "loss": one.walk.loss, "x": one.walk.x[:200]}
                for one in aligned
            ],
            "theory": walk.loss[0] * (99 / 101) ** (2 * np.arange(0, 400, 20)),
        }
        return Measured(
            values, series, {"terrain": f"ravine:kappa={KAPPA:g}", "rates": PER_DECADE, "start": terrain.start}
        )

    def draw(self, finding: Finding, figure: Figure) -> None:
        words = of_claim(self.name)
        lines = [
            {"x": range(len(walk["loss"])), "y": walk["loss"], "optimizer": walk["optimizer"]}
            for walk in finding.series["walks"]
        ]
        curves(figure.subplots(), lines, words("steps"), words("loss"), log="y")


def _critical(terrain: Ravine) -> float:
    """The learning rate beyond which gradient descent diverges, by bisection."""
    low, high = 1e-3, 1.0
    while high / low > 1 + 1e-4:
        middle = sqrt(low * high)
        end = descend(terrain, SGD(middle), (0.0, 1.0), 2000, record="last").loss[-1]
        low, high = (middle, high) if end < 1 else (low, middle)
    return sqrt(low * high)
