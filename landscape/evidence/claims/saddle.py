"""On a saddle SGD stalls: for as long as theory says, and for ever only on the ridge itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure

from ... import datasets, optimizers
from ...core.annotations import Floats, Labels, Progress
from ...core.blas import one_blas_thread
from ...figures.names import name_of, short_name
from ...figures.styles import two_panels
from ...networks.mlp import MLP
from ...optimizers import SGD, Adam, Momentum, Optimizer
from ...walks.descent import descend
from ...walks.trajectory import Trajectory
from ..around_saddle import LR, AroundSaddle
from ..claim import Claim, Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..comparing import compared
from ..finding import Expected, Finding, Quantity
from ..plotting import curves, hue

EPSILON = 1e-4
STEPS = 1000
_AS_PREDICTED = 0.05  # of the steps that were predicted
SHORT = 0.001  # a stride below which a walk is said to stall
NEARER = (1e-2, 1e-4, 1e-6, 1e-8, 1e-10)  # starts beside the ridge

_SIZES, _IMAGES, _NETWORK_LR = (784, 16, 10), 200, 0.2
_SCALES = (1e-2, 1e-4, 1e-6, 1e-8)  # of the weights, whose saddle is at 0
_LEFT = 0.9  # of the first loss, from which on the network has left it
_MOST = 2000


@dataclass(frozen=True)
class Escape:
    """Walks from (±1, ±ε) around a saddle, each in its quarter of the terrain, until they have left it.

    walks : SGD, momentum at the same rate, SGD at the rate that momentum comes to, lr/(1 − μ), and Adam.
    left : the steps that each needed, −1 where it never left. predicted : what ln(1/ε)/ln(1 + lr λ) says for the first,
        of the curvature λ of the way down.
    on_ridge : walks that begin on the ridge itself, ε = 0.
    nearer : Adam's for ever smaller ε. slow : how many strides of the first are short.
    """

    place: AroundSaddle
    walks: list[Trajectory]
    left: list[int]
    predicted: float
    on_ridge: list[Trajectory]
    nearer: dict[float, int]
    slow: int

    @property
    def momentum(self) -> str:
        """Whether its larger rate alone makes momentum as quick as it is: "rate", or "more"; "never" where one of them
        stays."""
        if min(self.left[1:3]) < 0:
            return "never"
        return "more" if compared(self.left[2], self.left[1]) == "more" else "rate"

    @property
    def near(self) -> str:
        """Whether Adam's steps depend on how near the ridge it starts: "alike", or "more"; "never" where it stays."""
        counts = self.nearer.values()
        return "never" if min(counts) < 0 else compared(max(counts), min(counts))

    @property
    def law(self) -> str:
        """Whether the first of the walks is "as" predicted, or "off", or "never" leaves."""
        if self.left[0] < 0:
            return "never"
        return "as" if abs(self.left[0] / self.predicted - 1) < _AS_PREDICTED else "off"

    @property
    def stay(self) -> int:
        """How many of those that begin on the ridge are still there."""
        return sum(self.place.escaped(walk) < 0 for walk in self.on_ridge)


def away(place: AroundSaddle | None = None, steps: int = STEPS) -> Escape:
    """How four walkers get away from a saddle, the plainest if None, and whether they do from the ridge."""
    place = place or AroundSaddle.usual()
    lr, terrain = place.lr, place.terrain
    momentum = Momentum(lr=lr)
    kinds: list[Optimizer] = [
        SGD(lr=lr),
        momentum,
        SGD(lr=lr / (1 - momentum.momentum)),
        Adam(lr=float(f"{LR * place.out:.2g}")),
    ]
    starts = place.starts(EPSILON)
    left = [place.escaped(descend(terrain, one, start, steps)) for one, start in zip(kinds, starts, strict=True)]
    walks = [
        descend(terrain, one, start, steps if end < 0 else end)
        for one, start, end in zip(kinds, starts, left, strict=True)
    ]
    ridge = [descend(terrain, one, start, steps) for one, start in zip(kinds, place.starts(0.0), strict=True)]
    adam = {e: place.escaped(descend(terrain, kinds[-1], place.starts(e)[0], steps)) for e in NEARER}
    slow = int((np.linalg.norm(np.diff(walks[0].x, axis=0), axis=1) < SHORT * place.out).sum())
    return Escape(place, walks, left, place.predicted(EPSILON), ridge, adam, slow)


class SaddleClaim(Claim):
    """Walks away from a saddle, from ever nearer to its ridge, and a network away from its own, at weights 0."""

    number = "8"
    rule = Rule(
        needs(
            stalls=lambda v: v["short"].value > 0.25,
            as_predicted=lambda v: abs(v["sgd"].value - v["predicted"].value) < 1,
            networks_too=lambda v: abs(v["network"].value / v["network_predicted"].value - 1) < 0.1,
        ),
        needs(
            for_a_while=lambda v: np.isfinite(v["sgd"].value),
            on_the_ridge=lambda v: v["ridge"].value == 0,
        ),
    )
    expected: ClassVar = {
        "sgd": Expected(926, "ln(1/ε)/ln(1 + lr)"),
        "momentum": Expected(152, "the same recurrence, with momentum"),
        "matched": Expected(97, "ln(1/ε)/ln(1 + lr) at lr/(1 − β)"),
        "adam": Expected(77, "reference value", apart=1),
        "adam_nearest": Expected(77, "reference value", apart=1),
        "ridge": Expected(0, "the gradient's y is 0 there (Lee et al. 2016)"),
    }
    cost: ClassVar = {"quick": 3.0, "full": 12.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        found = away()
        terrain, walkers = found.place.terrain, optimizers.names()
        sgd, momentum, matched, adam = (Quantity.single(n if n >= 0 else np.inf, "steps") for n in found.left)
        ridge = [descend(terrain, optimizers.get(one).with_lr(LR), (1.0, 0.0), STEPS).x[-1, 1] for one in walkers]
        network = _Network.measured(range(1 if scale == "quick" else 5), progress)
        values = {
            "sgd": sgd,
            "predicted": Quantity.single(found.predicted, "steps"),
            "short": Quantity.single(found.slow / found.left[0], "share", "steps", found.left[0]),
            "momentum": momentum,
            "matched": matched,
            "adam": adam,
            "adam_nearest": Quantity.single(found.nearer[NEARER[-1]], "steps"),
            "ridge": Quantity.single(int(np.count_nonzero(ridge)), of="walks", n=len(walkers)),
            "network": Quantity.median(network.per_decade, "steps", "networks", "range"),
            "network_predicted": Quantity.single(np.log(10) / np.log1p(_NETWORK_LR * network.curvature), "steps"),
        }
        descent, starts = found.walks[0].optimizer, [*NEARER]
        series = {
            "walks": [
                {
                    "optimizer": optimizers.text(walk.optimizer),
                    "steps": walk.steps[:: 1 + k_th],
                    "away": np.abs(walk.x[:: 1 + k_th, 1]),
                }
                for walk in found.walks
                for k_th in [len(walk.steps) // 200]
            ],
            "starts": starts,
            "sgd": [found.place.escaped(descend(terrain, descent, (1.0, e), 3 * STEPS)) for e in starts],
            "law": [_law(e, LR) for e in starts],
            "adam": [found.nearer[e] for e in starts],
            "scales": _SCALES,
            "network": network.left[0],
        }
        settings = {
            "terrain": "saddle", "epsilon": EPSILON, "lr": LR, "steps": STEPS, "short_stride": SHORT,
            "walkers": len(walkers), "network_sizes": _SIZES, "images": _IMAGES, "network_lr": _NETWORK_LR,
        }  # fmt: skip
        return Measured(values, series, settings)

    def draw(self, finding: Finding, figure: Figure) -> None:
        words, series = of_claim(self.name), finding.series
        left, right = two_panels(1.0, 1.0, figure)
        walkers = [optimizers.stored(walk["optimizer"]) for walk in series["walks"]]
        lines: list[dict[str, Any]] = [
            {
                "x": walk["steps"],
                "y": walk["away"],
                "optimizer": walk["optimizer"],
                "name": name_of(one) if isinstance(one, SGD) else short_name(one),
            }
            for walk, one in zip(series["walks"], walkers, strict=True)
        ]
        curves(left, lines, words("steps"), words("away"), log="y")
        curves(
            right,
            [
                {"x": series["starts"], "y": series["sgd"], "optimizer": series["walks"][0]["optimizer"], "name": ""},
                {"x": series["starts"], "y": series["adam"], "optimizer": series["walks"][3]["optimizer"], "name": ""},
                {"x": series["starts"], "y": series["law"], "name": words("law"), "dash": True},
                {"x": series["scales"], "y": series["network"], "name": words("digits"), "color": hue(5)},
            ],
            words("start"),
            words("escape"),
            log="x",
        )


@dataclass(frozen=True)
class _Network:
    """A network with one hidden layer, from ever nearer to the saddle at weights 0.

    left : (seeds, scales), the steps until it has left it. curvature : of the saddle, the most that it bends down.
    """

    left: list[list[int]]
    curvature: float

    @property
    def per_decade(self) -> list[float]:
        """Of each seed, the steps that a ten times nearer start adds."""
        decades = np.log10(_SCALES[0] / _SCALES[-1])
        return [(steps[-1] - steps[0]) / decades for steps in self.left]

    @classmethod
    def measured(cls, seeds: range, progress: Progress | None) -> _Network:
        data = datasets.load()
        x, y = data.x_train[:_IMAGES].astype(np.float64), data.y_train[:_IMAGES]
        share = np.bincount(y, minlength=10) / len(y)
        left: list[list[int]] = []
        with one_blas_thread:
            for seed in seeds:
                left.append([_left(seed, scale, x, y, share) for scale in _SCALES])
                if progress is not None:
                    progress(len(left), len(seeds))
        # At weights 0 the error is p − y of every image: the loss bends by ± the singular values of its mean with x.
        error = share - np.eye(len(share))[y]
        return cls(left, float(np.linalg.norm(x.T @ error / len(y), 2)))


def _left(seed: int, scale: float, x: Floats, y: Labels, share: Floats) -> int:
    """The steps until gradient descent has left the saddle, from He's weights times `scale`; biases tell the classes'
    shares, so that the gradient at weights 0 is 0."""
    net = MLP(_SIZES, seed=seed, dtype="float64")
    params = net.params * scale
    net.layers(params)[-1][1][:] = np.log(share)
    target = _LEFT * net.loss_value(params, x, y)
    for step in range(_MOST):
        loss, gradient = net.loss_and_gradient(params, x, y)
        if loss < target:
            return step
        params -= _NETWORK_LR * gradient
    return _MOST


def _law(epsilon: float, lr: float) -> float:
    return float(np.log(1 / epsilon) / np.log1p(lr))
