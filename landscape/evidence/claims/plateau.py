"""Plain SGD stops on a plateau: on a chain of sigmoids, and in a deep network of them."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure

from ... import datasets, optimizers
from ...core.annotations import Progress
from ...datasets import Dataset
from ...networks.mlp import MLP
from ...optimizers import SGD, Adam, Momentum, Optimizer
from ...terrains import SigmoidChain
from ...training.loop import train
from ...walks.descent import descend
from ...walks.trajectory import Trajectory
from ..claim import Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..plotting import curves, hue, two_axes
from ..trained import TrainedClaim, cases
from ..tuning import Tuned, at_best
from .sigmoid import WideChain

DEEP, SHORT = 10, 3  # sigmoids in a row
STEPS = 20_000  # of the walk that stands still, at a rate of 1
MOST, PER_DECADE = 2000, 3  # steps, and rates to the decade, of a sweep
GOAL = 1e-3  # loss; it is 0.08 at the start
KINDS: tuple[Optimizer, ...] = (SGD(), Momentum(), Adam())
_LANDED = 1e-4  # loss, of the walks whose steps are known beforehand
_WALKS: tuple[tuple[int, Optimizer, int], ...] = (  # on so many sigmoids, and steps that are enough
    (10, SGD(10.0), 5000),
    (10, Adam(0.05), 200),
    (5, SGD(10.0), 200),
    (5, Adam(0.05), 200),
)
_DEPTH, _WIDTH = 10, 32  # hidden layers, and units of each
_RATE, _BATCH = 0.02, 128
_LEARNT: dict[Scale, dict[str, Any]] = {
    "quick": {"images": 5000, "seeds": [0, 1]},
    "full": {"images": 20_000, "seeds": [0, 1, 2, 3, 4]},
}
_RATES = (-6, 1)  # the ends of the grid, as exponents of √10
_POINTS = 200  # of a curve
_CHANCE = 0.1124  # the share of the most frequent digit


class PlateauClaim(TrainedClaim):
    """SGD on chains of sigmoids, and what it learns in an epoch with ten layers of them."""

    number = "3"
    rule = Rule(
        needs(
            stands=lambda v: v["moved"].value < 0.1 and v["fallen"].value < 0.01,
            network=lambda v: v["chance"].value < 0.2 and v["best"].value < 0.2,
        ),
        needs(
            rate=lambda v: v["sgd"].value < MOST,
            depth=lambda v: v["short"].value < STEPS,
        ),
    )
    expected: ClassVar = {
        "slope": Expected(3e-6, "∂L/∂w in closed form, to one digit", within=0.1),
        "sgd_10": Expected(4500, "reference value"),
        "adam_10": Expected(80, "reference value"),
        "sgd_5": Expected(58, "reference value"),
        "adam_5": Expected(104, "reference value"),
        "chance": Expected(_CHANCE, "the share of the most frequent training digit", apart=5e-5),
        "loss": Expected(2.3012, "the entropy of the digits' shares", apart=5e-3),
    }
    cost: ClassVar = {"quick": 6.0, "full": 45.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        walk = standing()
        deep = on_chain(DEEP)
        walks = [descend(SigmoidChain(depth), one, steps=steps) for depth, one, steps in _WALKS]
        short = descend(SigmoidChain(SHORT), SGD(1.0), steps=MOST).settled_at(GOAL)

        spec = _LEARNT[scale] | {"optimizers": "sgd", "pairs": [("sigmoid", "glorot")]}
        (tried,) = cases(self.swept(scale, spec | {"depths": _DEPTH, "widths": _WIDTH}, _RATES, progress))
        data = datasets.load()
        runs = [_learnt(data, seed) for seed in spec["seeds"]]

        values = {
            "slope": Quantity.single(float(np.linalg.norm(walk.gradient[0]))),
            "moved": Quantity.single(float(np.linalg.norm(walk.x[-1] - walk.x[0]))),
            "fallen": Quantity.single(float(1 - walk.loss[-1] / walk.loss[0]), "share"),
            **{
                f"{one.name}_{depth}": Quantity.single(_steps(walk_.settled_at(_LANDED)), "steps")
                for (depth, one, _), walk_ in zip(_WALKS, walks, strict=True)
            },
            "short": Quantity.single(_steps(short), "steps"),
            **{one.sweep.optimizer.name: Quantity.single(one.needed, "steps") for one in deep},
            **{f"{one.sweep.optimizer.name}_band": _band(one) for one in deep},
            "chance": Quantity.median([right for _, right, _ in runs], "share"),
            "loss": Quantity.median([loss for loss, _, _ in runs], "loss"),
            "best": tried.reads,
        }
        series = {
            "walks": [_thin(walk), _thin(walks[0]), _thin(walks[1])],
            "network": runs[0][2],
        }
        settings = {
            "deep": DEEP, "short_depth": SHORT, "steps": STEPS, "most": MOST, "goal": GOAL, "rate": _RATE,
            "images": spec["images"], "tried": len(tried.sweep.lrs), "best_lr": tried.lr,
        }  # fmt: skip
        return Measured(values, series, settings)

    def draw(self, finding: Finding, figure: Figure) -> None:
        words = of_claim(self.name)
        chain, network = two_axes(figure, 1.2)
        lines: list[dict[str, Any]] = [
            {**walk, "name": f"{words(walk['name'])}, lr = {walk['lr']:g}"} for walk in finding.series["walks"]
        ]
        curves(chain, lines, words("steps"), words("loss"), log="x")
        learnt = finding.series["network"]
        prior = finding.expected["loss"].value
        curves(network, [{**learnt, "name": "", "color": hue(0)}], words("steps"), words("batch_loss"))
        network.axhline(prior, color=hue(3), ls=(0, (2, 1.5)), zorder=4)
        network.set_ylim(2.2, 2.5)


def standing() -> Trajectory:
    """SGD at a rate of 1 on the chain."""
    return descend(WideChain(DEEP), SGD(lr=1.0), steps=STEPS, record=50)


@cache
def on_chain(depth: int) -> tuple[Tuned, ...]:
    """SGD, momentum and Adam at the best of common rates, on a chain of so many sigmoids."""
    return tuple(at_best(WideChain(depth), KINDS, GOAL, MOST, PER_DECADE))


def _steps(settled: Any) -> float:
    """Steps until a walk has settled; inf if it has not."""
    return float(settled) if settled >= 0 else np.inf


def _band(one: Tuned) -> Quantity:
    """How wide the band of rates that arrive is."""
    band = one.sweep.band
    return Quantity.single(band.decades if band else 0.0, "decades", "rates", len(one.sweep.lrs))


def _learnt(data: Dataset, seed: int) -> tuple[float, float, dict[str, Any]]:
    """After an epoch: loss and accuracy on the training images, and the loss along the way, as a curve of means."""
    net = MLP((784, *[_WIDTH] * _DEPTH, 10), "sigmoid", "glorot", seed=seed)
    run = train(net, data, SGD(_RATE), batch_size=_BATCH, seed=seed, snapshots=1, measure=[])
    loss, right = run.mlp.evaluate(run.params, data.x_train, data.y_train)
    means = [float(part.mean()) for part in np.array_split(run.history["loss"], 60)]
    ends = np.linspace(0, len(run.history["loss"]), len(means) + 1)
    return loss, right, {"x": 0.5 * (ends[1:] + ends[:-1]), "y": means}


def _thin(walk: Trajectory) -> dict[str, Any]:
    """A walk's loss over its steps, as a curve of few points, which lie evenly on a logarithmic axis."""
    assert isinstance(walk.optimizer, Optimizer)
    at = np.unique(np.geomspace(1, len(walk.steps) - 1, _POINTS).round().astype(int))
    return {
        "x": walk.steps[at], "y": walk.loss[at], "name": walk.optimizer.name, "lr": walk.optimizer.lr,
        "optimizer": optimizers.text(walk.optimizer),
    }  # fmt: skip
