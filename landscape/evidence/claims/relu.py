"""ReLU's derivative is 1 or 0, and gradients flow."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ... import datasets
from ...core.annotations import Floats, Progress
from ...datasets import Dataset
from ...datasets.sample import Sample
from ...networks.mlp import MLP
from ...optimizers import SGD
from ...terrains import ReluPair
from ...training.loop import train
from ...walks.descent import descend
from ..claim import Claim, Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..fresh_networks import DEPTHS, IMAGES, LISTED, NETWORKS, Fresh, arrived, back
from ..plotting import curves, hue, rows, two_axes

_FROM = (10.0, 0.3)  # on the pair, where the curvature is about 100
_FATAL = 0.1  # the rate that kills it
_LAYERS = (784, 128, 10)
_RATES = {"calm": 0.1, "large": 1.0}
_LEARNT: dict[Scale, tuple[int, int]] = {"quick": (3000, 3), "full": (60_000, 5)}  # images, seeds
_FLOWS = 2.0  # networks of one kind differ by about as much


class ReluClaim(Claim):
    """Slopes and errors in fresh ReLU networks, and units that die: on the pair of weights, and in training."""

    number = "4"
    rule = Rule(
        needs(
            switch=lambda v: v["switch"].value == 1,
            flows=lambda v: all(1 / _FLOWS < v[f"he_{depth}"].value < _FLOWS for depth in DEPTHS),
        ),
        needs(
            weights=lambda v: v["glorot_10"].value < 1 / _FLOWS,
            dead=lambda v: v["dead_large"].value > 0.05 and v["dead_gradient"].value == 0,
        ),
    )
    expected: ClassVar = {
        # From network to network a ratio scatters by 3 % at depth 2, and by 17 % at depth 20.
        "he_2": Expected(0.99, LISTED, within=0.04),
        "he_5": Expected(1.01, LISTED, within=0.06),
        "he_10": Expected(1.03, LISTED, within=0.1),
        "he_20": Expected(1.12, LISTED, within=0.2),
        "glorot_2": Expected(0.72, LISTED, within=0.04),
        "glorot_5": Expected(0.27, LISTED, within=0.1),
        "glorot_10": Expected(0.043, LISTED, within=0.1),
        "glorot_20": Expected(1.4e-3, LISTED, within=0.2),
        "pair": Expected(0.5, "½(0 − 1)², the loss of a pair whose unit is dead"),
    }
    cost: ClassVar = {"quick": 2.0, "full": 25.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        data = datasets.load()
        digits = data.sample(IMAGES[scale])
        errors = {
            (init, depth): Fresh("relu", init, depth).errors(digits) for init in ("he", "glorot") for depth in DEPTHS
        }
        opened, switched = switches(digits, 10)
        walk = descend(ReluPair(), SGD(_FATAL), _FROM, 100)

        images, seeds = _LEARNT[scale]
        part = data.subset(images) if images < len(data.x_train) else data
        trained = {}
        for k, (name, lr) in enumerate(_RATES.items()):
            trained[name] = np.array([_killed(part, lr, seed) for seed in range(1, seeds + 1)])
            if progress is not None:
                progress(k + 1, len(_RATES))

        values = {
            "switch": Quantity.single(float(switched.mean()), "share", "networks", NETWORKS),
            "open": Quantity.median(opened, "share", "networks"),
            **{
                f"{init}_{depth}": Quantity.median(arrived(found), "", "networks")
                for (init, depth), found in errors.items()
            },
            "pair": Quantity.single(float(walk.loss[-1]), "loss"),
            "pair_steps": Quantity.single(int(walk.settled_at(walk.loss[-1])), "steps"),
        }
        for name, found in trained.items():
            values[f"dead_{name}"] = Quantity.median(found[:, 0], "share")
            values[f"right_{name}"] = Quantity.median(found[:, 2], "share")
        values["dead_gradient"] = Quantity.single(
            max(float(found[:, 1].max()) for found in trained.values()), of="networks", n=2 * seeds
        )
        series = {"errors": {init: back(errors[init, DEPTHS[-1]]) for init in ("he", "glorot")}}
        settings = {"networks": NETWORKS, "digits": IMAGES[scale], "images": images, "fatal": _FATAL}
        return Measured(values, series, settings | {f"lr_{name}": lr for name, lr in _RATES.items()})

    def draw(self, finding: Finding, figure: Figure) -> None:
        words = of_claim(self.name)
        left, right = two_axes(figure, 1.6)
        lines: list[dict[str, Any]] = [
            {**line, "name": words(f"{name}_line"), "color": hue(k)}
            for k, (name, line) in enumerate(finding.series["errors"].items())
        ]
        layers = lines[0]["x"]
        lines.append({"x": layers, "y": [0.5 ** (k / 2) for k in layers], "name": words("half"), "dash": True})
        curves(left, lines, words("layers"), words("error"), log="y")
        left.xaxis.set_major_locator(MaxNLocator(integer=True))
        kinds = [(words(f"dead_{name}_row", **finding.settings), finding.values[f"dead_{name}"]) for name in _RATES]
        rows(right, kinds, words("dead_units"), colours=[hue(0), hue(0)])
        right.set_xlim(-0.08, 1.02)


def switches(digits: Sample, depth: int, networks: int = NETWORKS) -> tuple[Floats, Floats]:
    """Of all units and digits in networks with He's weights: the share with a slope above 0, and that with one of 1 or
    0, both (networks,)."""
    passes = Fresh("relu", "he", depth).passes(digits, networks)
    slopes = [np.stack(trace.slopes) for _, trace in passes]
    return np.array([(one > 0).mean() for one in slopes]), np.array([np.isin(one, (0, 1)).mean() for one in slopes])


def _killed(data: Dataset, lr: float, seed: int) -> tuple[float, float, float]:
    """After an epoch of SGD: the share of units that are 0 for every one of 1,000 digits, the largest gradient of their
    weights over these, and the share of the test digits that are read right."""
    run = train(MLP(_LAYERS, seed=seed), data, SGD(lr), seed=seed, snapshots=1, measure=[])
    trace = run.mlp.trace(run.params, data.x_train[:1000], data.y_train[:1000])
    dead = ~(trace.a[0] > 0).any(axis=0)
    (weights, biases), *_ = run.mlp.layers(trace.gradient)
    largest: Floats = np.abs(np.vstack([weights, biases])[:, dead]).max(initial=0.0)
    return float(dead.mean()), float(largest), 0.0 if run.diverged else run.test_accuracy
