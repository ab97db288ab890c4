"""Adaptive rates shorten steps on walls and lengthen them on floors: where these lie along the axes."""

from __future__ import annotations

from math import sqrt
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ... import datasets, optimizers
from ...core.annotations import Floats, Progress
from ...core.blas import one_blas_thread
from ...core.numerals import number
from ...datasets import Dataset
from ...figures.names import short_name
from ...figures.palettes import current
from ...figures.styles import two_panels
from ...networks.mlp import MLP
from ...optimizers import SGD, Adam, AMSGrad, Momentum, Optimizer, RMSProp
from ...terrains import Ravine
from ...walks.descent import descend, descend_together
from ...walks.trajectory import Trajectory
from ..claim import Claim, Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..plotting import curves, hue, rows
from ..tuning import in_ravines

KAPPA, PER_DECADE = 100.0, 4
KINDS: tuple[Optimizer, ...] = (RMSProp(), Adam(), Momentum())

# Reddi's problem.
STEPS, PERIOD, RARE, USUAL = 20_000, 101, 1010.0, -10.0
REDDI: tuple[Optimizer, ...] = (Adam(lr=0.5, beta2=0.99), AMSGrad(lr=0.5, beta2=0.99))

# The reference figures are of first arrivals, from another start than the terrain's, on another grid of rates.
_FROM, _SHARE, _RATES = (10.0, 1.0), 1e-6, np.logspace(-2, 1, 25)
_HEAVY = Momentum(lr=4 / (sqrt(KAPPA) + 1) ** 2, momentum=((sqrt(KAPPA) - 1) / (sqrt(KAPPA) + 1)) ** 2)

_PIXELS, _SIZES, _IMAGES, _BATCH = 7, (49, 16, 10), 4000, 32  # so few weights that all of them can be turned
_NETWORK_RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)  # of which no best one is the first or last


class AdaptiveClaim(Claim):
    """What a step is multiplied by along the floor and across it, in a ravine along the axes, in one turned by 45°, and
    what a turn of all weights does to Adam on digits."""

    number = "11"
    rule = Rule(
        needs(
            grips=lambda v: v["grip"].value > 2,
            helps=lambda v: v["adam"].value < v["sgd"].value,
        ),
        needs(turned=lambda v: v["grip_turned"].value < sqrt(v["grip"].value)),
        needs(
            networks_too=lambda v: v["network_turned"].value > v["network_adam"].value,
            forgets=lambda v: v["reddi_adam"].value > 0 > v["reddi_amsgrad"].value,
        ),
    )
    expected: ClassVar = {
        "grip_turned": Expected(1, "both axes see the same gradients", within=1e-6),
        "rmsprop_first": Expected(5, "reference value"),
        "rmsprop_first_turned": Expected(487, "reference value, on another grid of rates", within=0.35),
        "adam_tenth": Expected(261, "reference value"),
        "adam_tenth_turned": Expected(535, "reference value"),
        "adam_first": Expected(100, "reference value: 90 to 110 by the grid", within=0.25),
        "adam_first_turned": Expected(100, "reference value: 90 to 110 by the grid", within=0.25),
        "heavy": Expected(56, "the same recurrence in closed form"),
        "heavy_turned": Expected(56, "the same recurrence in closed form"),
        "reddi_adam": Expected(0.99, "Reddi, Kale & Kumar 2018", apart=0.02),
        "reddi_amsgrad": Expected(-1, "Reddi, Kale & Kumar 2018", apart=0.1),
    }
    cost: ClassVar = {"quick": 5.0, "full": 22.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        grounds = [Ravine(KAPPA, angle) for angle in (0.0, 45.0)]
        races = in_ravines((*KINDS, SGD()), KAPPA, PER_DECADE)
        grips = [grip(race[1].walk) for race in races]
        ends = [float(reddi(one)[-1]) for one in REDDI]
        trained = _trained(range(2 if scale == "quick" else 10), progress)
        chosen = np.median(trained, axis=2).argmin(axis=1)
        sgd, adam, turned = (row[k] for row, k in zip(trained, chosen, strict=True))
        values = {
            "grip": Quantity.median(grips[0], of="steps"),
            "grip_turned": Quantity.median(grips[1], of="steps"),
        }
        for race, ground, end in zip(races, grounds, ("", "_turned"), strict=True):
            values |= {f"{one.sweep.optimizer.name}{end}": Quantity.single(one.needed, "steps") for one in race}
            first = _first(ground)
            values |= {f"{name}{end}": Quantity.single(steps, "steps") for name, steps in first.items()}
        values |= {
            "reddi_adam": Quantity.single(ends[0], of="steps", n=STEPS),
            "reddi_amsgrad": Quantity.single(ends[1], of="steps", n=STEPS),
            "network_sgd": Quantity.median(sgd, spread="range"),
            "network_adam": Quantity.median(adam, spread="range"),
            "network_turned": Quantity.median(turned, spread="range"),
            "network_share": Quantity.median((turned - adam) / (sgd - adam), "share", spread="range"),
        }
        series = {"grips": [one[:200] for one in grips], "optimizers": [optimizers.text(one) for one in KINDS]}
        settings = {
            "kappa": KAPPA, "rates": PER_DECADE, "period": PERIOD, "large": number(RARE), "small": number(USUAL),
            "images": _IMAGES, "network_low": _NETWORK_RATES[0], "network_high": _NETWORK_RATES[-1],
            "network_best": [_NETWORK_RATES[k] for k in chosen],
        }  # fmt: skip
        return Measured(values, series, settings)

    def draw(self, finding: Finding, figure: Figure) -> None:
        words, series, values = of_claim(self.name), finding.series, finding.values
        left, right = two_panels(1.0, 0.8, figure)
        lines: list[dict[str, Any]] = [
            {"x": range(1, len(one) + 1), "y": one, "name": words(key), "color": hue(place)}
            for one, key, place in zip(series["grips"], ("aligned", "by45"), (4, 5), strict=True)
        ]
        curves(left, lines, words("steps"), words("grip"), log="y")
        walkers = [optimizers.stored(one) for one in series["optimizers"]]
        colours = [look.colour for look in current().styles(walkers)]
        pairs = [
            (words(key, name=short_name(one)), values[f"{one.name}{end}"], colour)
            for one, colour in zip(walkers, colours, strict=True)
            for key, end in (("row", ""), ("row_turned", "_turned"))
        ]
        rows(right, [pair[:2] for pair in pairs], words("needed"), colours=[pair[2] for pair in pairs], log=True)


def grip(walk: Trajectory) -> NDArray[np.float64]:
    """How many times more than across a ravine Adam multiplies a gradient along its floor, at each step (steps,)."""
    assert isinstance(walk.optimizer, Adam)
    assert isinstance(walk.terrain, Ravine)
    steps = np.arange(1, len(walk.x))[:, None]
    factor = 1 / (np.sqrt(walk.state["v"][1:] / (1 - walk.optimizer.beta2**steps)) + walk.optimizer.eps)
    angle = np.radians(walk.terrain.angle)
    squares = np.array([np.cos(angle) ** 2, np.sin(angle) ** 2])
    return np.asarray((factor @ squares) / (factor @ squares[::-1]))


def reddi(optimizer: Optimizer) -> Floats:
    """x (steps,) on [−1, 1], where the gradient is +1010 once in 101 steps and −10 otherwise, at the rate lr/√t.

    On average that says: go to −1. Source: Reddi, Kale & Kumar 2018.
    """
    x, state, xs = np.zeros(1), optimizer.init(np.zeros(1)), np.empty(STEPS)
    for t in range(1, STEPS + 1):
        gradient = np.array([RARE if t % PERIOD == 1 else USUAL])
        step, state = optimizer.update(gradient, state, x, lr=optimizer.lr / np.sqrt(t))
        x = np.clip(x + step, -1, 1)
        xs[t - 1] = x[0]
    return xs


def _first(terrain: Ravine) -> dict[str, float]:
    """Steps until the loss is first a millionth, as the reference figures count them."""
    start = np.array(_FROM) if terrain.angle == 0 else np.array([[1, -1], [1, 1]]) / sqrt(2) @ _FROM
    target, found = _SHARE * float(terrain.value(start)), {}
    for name, kind, steps in (("rmsprop_first", RMSProp(), 600), ("adam_first", Adam(), 200)):
        losses = descend_together(terrain, [kind.with_lr(float(lr)) for lr in _RATES], start[None], steps)[..., 0]
        arrived = losses <= target
        found[name] = float(arrived.argmax(axis=1)[arrived.any(axis=1)].min(initial=steps))
    for name, one in (("adam_tenth", Adam(lr=0.1)), ("heavy", _HEAVY)):
        found[name] = float(descend(terrain, one, start, 600).steps_to(target))
    return found


def _trained(seeds: range, progress: Progress | None) -> NDArray[np.float64]:
    """The loss (3, rates, seeds) over the last quarter of an epoch on digits: SGD, Adam, Adam on turned weights."""
    data, found = datasets.load(), np.empty((3, len(_NETWORK_RATES), len(seeds)))
    with one_blas_thread:
        for done, seed in enumerate(seeds):
            size = MLP(_SIZES).parameters
            turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0]
            for k, lr in enumerate(_NETWORK_RATES):
                setups = ((SGD(lr=lr), None), (Adam(lr=lr), None), (Adam(lr=lr), turn))
                found[:, k, done] = [_epoch(data, one, by, seed) for one, by in setups]
            if progress is not None:
                progress(done + 1, len(seeds))
    return found


def _epoch(data: Dataset, optimizer: Optimizer, turn: NDArray[np.float64] | None, seed: int) -> float:
    """The loss over the last quarter of an epoch; the optimizer sees weights and gradients turned by a matrix (P, P)
    if there is one."""
    side = 28 // _PIXELS
    x = data.x_train[:_IMAGES].reshape(-1, _PIXELS, side, _PIXELS, side).mean(axis=(2, 4), dtype=np.float64)
    x, y = x.reshape(len(x), -1), data.y_train[:_IMAGES]
    net = MLP(_SIZES, seed=seed, dtype="float64")
    params, state, losses = net.params.copy(), optimizer.init(net.params), []
    for batch in np.random.default_rng(seed).permutation(len(x)).reshape(-1, _BATCH):
        loss, gradient = net.loss_and_gradient(params, x[batch], y[batch])
        losses.append(loss)
        if turn is None:
            step, state = optimizer.update(gradient, state, params)
        else:
            step, state = optimizer.update(turn.T @ gradient, state, turn.T @ params)
            step = turn @ step
        params = params + step
    return float(np.mean(losses[-len(losses) // 4 :]))
