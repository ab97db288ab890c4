"""Four parts work as a team: one is swapped at a time."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ... import datasets
from ...core.annotations import Floats, Progress
from ...core.statistics import holm, over_seeds
from ...datasets import Dataset
from ...networks.mlp import MLP
from ...optimizers import SGD, Adam, Optimizer
from ...sweeps.bands import Sweep
from ...terrains import Himmelblau
from ...terrains.terrain import Array
from ...walks.descent import descend
from ..claim import Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..plotting import hue, rows, two_axes
from ..trained import TrainedClaim, cases
from ..tuning import Tuned, at_best
from .plateau import DEEP, GOAL, PER_DECADE, SHORT, on_chain

START = (-0.4, -1.0)
STEPS = 400  # on the mountain range
KINDS: tuple[Optimizer, ...] = (SGD(), Adam())
_GROUNDS = [("sigmoid", "glorot"), ("relu", "he")]
_DIRECTIONS = 200  # at random, in which a step is tried
_STRIDE = 1e-3  # its length, small enough that the ground is straight
_PROBES = 300  # parameters by which the loss is differentiated numerically
_LEARNT: dict[Scale, dict[str, Any]] = {
    "quick": {"depths": 4, "widths": 32, "images": 6000, "seeds": [0, 1, 2]},
    "full": {"depths": 6, "widths": 64, "images": 20_000, "seeds": [0, 1, 2, 3, 4]},
}
_RATES = (-7, 1)  # the ends of the first grid, as exponents of √10


class RolesClaim(TrainedClaim):
    """What changes where the ground, the strategy, the survey or the vehicle is swapped, and all else stays."""

    number = "1"
    rule = Rule(
        needs(
            shapes=lambda v: v["ground"].clear and abs(v["ground"].value) > 0.05,
            strategy=lambda v: v["random"].value < 1 and v["wanderers"].value < 0.5,
            surveys=lambda v: v["survey"].value < 1e-6 and v["apart"].value < 1e-6,
            drives=lambda v: v["vehicle"].clear and abs(v["vehicle"].value) > 0.05,
            team=lambda v: v["together"].clear,
        )
    )
    expected: ClassVar = {
        "survey": Expected(0.0, "the chain rule, which is exact", apart=1e-6),
        "apart": Expected(0.0, "the chain rule, which is exact", apart=1e-6),
    }
    cost: ClassVar = {"quick": 6.0, "full": 35.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        spec = _LEARNT[scale] | {"optimizers": [one.name for one in KINDS], "pairs": _GROUNDS}
        table = self.swept(scale, spec, _RATES, progress)
        found = {f"{one.group['activation']}_{one.group['optimizer']}": one for one in cases(table)}
        plain, ground, vehicle, both = (found[f"{name}_{who}"] for who in ("sgd", "adam") for name, _ in _GROUNDS)
        # Three questions are asked of the same runs.
        together = over_seeds(ground.gain_over(plain), both.gain_over(vehicle))
        differences = holm([ground.ahead_of(plain), vehicle.ahead_of(plain), together])

        layers = (784, *[spec["widths"]] * spec["depths"], 10)
        sgd, _ = drivers()
        lost = wandering(sgd)
        survey, random = _surveyed(MLP(layers), datasets.load())
        walk, other = sgd.walk, descend(_Surveyed(), sgd.walk.optimizer, START, int(sgd.walk.steps[-1]))
        (deep_sgd, deep_adam), (short_sgd, _) = swapped()
        values = {
            **{name: one.reads for name, one in found.items()},
            **{
                name: Quantity.difference(one, "points", len(spec["seeds"]))
                for name, one in zip(("ground", "vehicle", "together"), differences, strict=True)
            },
            "random": Quantity.single(random, "share", "steps", _DIRECTIONS),
            "wanderers": Quantity.single(lost, "share", "walks", _DIRECTIONS),
            "survey": Quantity.single(survey, of="points", n=_PROBES),
            "apart": Quantity.single(float(np.abs(walk.x - other.x).max()), of="steps", n=len(walk.steps) - 1),
            "sgd_steps": Quantity.single(sgd.needed, "steps"),
            **{
                name: Quantity.single(one.band.decades if one.band else 0.0, "decades", "rates", len(one.lrs))
                for name, one in (("deep_sgd", deep_sgd), ("deep_adam", deep_adam), ("short_sgd", short_sgd))
            },
        }
        settings = {
            "layers": layers, "hidden": spec["depths"], "images": spec["images"], "directions": _DIRECTIONS,
            "steps": STEPS, "deep": DEEP, "short": SHORT, "goal": GOAL, "probes": _PROBES,
            "passes": 2 * MLP(layers).parameters,
        }  # fmt: skip
        return Measured(values, {}, settings | {f"lr_{name}": one.lr for name, one in found.items()})

    def draw(self, finding: Finding, figure: Figure) -> None:
        words = of_claim(self.name)
        cells, chains = two_axes(figure, 1.2)
        for ax, what, names in (
            (cells, "accuracy", ("sigmoid_sgd", "relu_sgd", "sigmoid_adam", "relu_adam")),
            (chains, "decades", ("deep_sgd", "deep_adam", "short_sgd")),
        ):
            kinds = [(words(f"{name}_row", **finding.settings), finding.values[name]) for name in names]
            rows(ax, kinds, words(what), colours=[hue(name.endswith("adam")) for name in names])
        cells.set_xlim(-0.02, 1.02)
        chains.set_xlim(0, 1.3 * max(finding.values[name].value for name in ("deep_sgd", "deep_adam", "short_sgd")))


class _Surveyed(Himmelblau):
    """The same ground, surveyed by differences of heights."""

    def gradient(self, xy: ArrayLike) -> Array:
        at, steps = np.asarray(xy), 1e-5 * np.eye(2)
        return np.stack([(self.value(at + one) - self.value(at - one)) / 2e-5 for one in steps], axis=-1)


def drivers() -> list[Tuned]:
    """SGD and Adam on a mountain range, each at the best of the same rates."""
    return at_best(Himmelblau(), KINDS, GOAL, STEPS, PER_DECADE, START)


def swapped() -> list[list[Sweep]]:
    """The two on chains of many and of few sigmoids."""
    return [[sgd.sweep, adam.sweep] for sgd, _, adam in map(on_chain, (DEEP, SHORT))]


def wandering(one: Tuned) -> float:
    """The share of walks that arrive as a walk does, with its strides but in random directions."""
    terrain, rng = one.walk.terrain, np.random.default_rng(0)
    strides = np.linalg.norm(np.diff(one.walk.x, axis=0), axis=-1)
    turns = rng.uniform(0, 2 * np.pi, (len(strides), _DIRECTIONS))
    ways = strides[:, None, None] * np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    return float(np.mean(terrain.value(np.array(START) + ways.sum(axis=0)) <= GOAL))


def _surveyed(net: MLP, data: Dataset) -> tuple[float, float]:
    """How far backpropagation is from differences of losses, as a share of the gradient, and how far the loss falls in
    the best of random directions, as a share of how far it falls along the gradient."""
    net = MLP(net.sizes, net.activation, net.init, seed=net.seed, dtype="float64")
    x, y, rng = data.x_train[:32], data.y_train[:32], np.random.default_rng(0)
    loss, gradient = net.loss_and_gradient(net.params, x, y)

    def height(step: Floats) -> float:
        return net.loss_value(net.params + step, x, y)

    probed = rng.choice(net.parameters, _PROBES, replace=False)
    found = np.empty(_PROBES)
    for k, at in enumerate(probed):
        step = np.zeros(net.parameters)
        step[at] = 1e-6
        found[k] = (height(step) - height(-step)) / 2e-6
    survey = float(np.abs(found - gradient[probed]).max() / np.abs(gradient[probed]).max())
    ways = rng.standard_normal((_DIRECTIONS, net.parameters))
    falls = [loss - height(_STRIDE * way / np.linalg.norm(way)) for way in ways]
    return survey, float(max(falls) / (loss - height(-_STRIDE * gradient / np.linalg.norm(gradient))))
