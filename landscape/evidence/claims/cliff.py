"""On a cliff SGD flies off; what clipping does about it, and Adam.

Such a walk hangs on rounding, so nothing is told of one alone: all are walked from many starts that differ by a hair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ... import datasets, optimizers
from ...core.annotations import Progress
from ...core.errors import InputError
from ...datasets import Dataset
from ...figures.names import short_name
from ...figures.palettes import current
from ...figures.styles import two_panels
from ...networks.mlp import MLP
from ...optimizers import SGD, Adam, Clip, Optimizer
from ...sweeps.bands import Sweep, sweep
from ...terrains import Cliff, Terrain
from ...training.loop import train
from ...walks.attraction import lowest
from ...walks.descent import descend, descend_together
from ...walks.nudges import Nudged, starts_around
from ...walks.trajectory import Trajectory, settled
from ..claim import Claim, Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..plotting import on_map, rows
from ..tuning import goal_above, wider

GOAL = 1e-3  # loss
MOST = 800  # steps
LR = 1.0  # of SGD, at which it is thrown out from every start
NORM = 0.5  # that gradients are clipped at
TRIES, TRIES_A_RATE = 101, 21
_ADAM = Adam(lr=0.05)
_PER_DECADE = 3
_STEEP = 1.0  # a gradient's norm that is met at the edge alone
_FAR = 1.0  # a step that is a flight, on ground that is 7 wide

_HALF = 0.5  # the rate whose walks were published
_SIZES, _IMAGES, _TOO_LARGE = (784, *[64] * 6, 10), 2000, 2.0  # times He's weights
_TRAINED: tuple[Optimizer, ...] = (SGD(lr=0.05), Clip(SGD(lr=0.05), max_norm=1.0), Adam(lr=1e-3))


class WideCliff(Cliff):
    """The same ground, drawn as far as SGD is thrown."""

    domain = ((2.0, 9.0), (-6.0, 3.0))


@dataclass(frozen=True)
class Fall:
    """SGD, the same with its gradient's norm clipped, and Adam, in this order, before the cliff; and all three over one
    grid of rates.

    landed : when the walks arrive, from starts a hair apart. walks : from the start in the middle of those.
    at : the step after which the shown walk of SGD makes its longest one. jumps : (n,), the longest step of each of
        SGD's walks.
    """

    terrain: Terrain
    walks: list[Trajectory]
    landed: list[Nudged]
    at: int
    jumps: NDArray[np.float64]
    sweeps: list[Sweep]

    @property
    def steps(self) -> int:
        """That walks had to arrive."""
        assert self.sweeps[0].steps is not None
        return self.sweeps[0].steps

    @cached_property
    def slopes(self) -> tuple[float, float]:
        """The usual slope of the ground, and the steepest."""
        return _slopes(self.terrain)

    @property
    def thrown(self) -> str:
        """How many of SGD's walks arrive: "none", "some", half of them and more, or "few"."""
        share = self.landed[0].share
        return "none" if share == 0 else "some" if np.isfinite(self.landed[0].median) else "few"

    @property
    def clip(self) -> str:
        """Whether "all" of the clipped walks arrive, or "some"."""
        return "all" if self.landed[1].share == 1 else "some"

    @property
    def answer(self) -> str:
        """How wide a band clipping makes, to Adam's; "not" where it is no wider than without."""
        sgd, clipped, adam = self.sweeps
        return wider(clipped, adam) if wider(clipped, sgd) == "more" else "not"


def fall(terrain: Terrain | None = None, start: ArrayLike | None = None, steps: int = MOST) -> Fall:
    """Walks of the three from before the cliff, and over all rates; or on another terrain, with SGD at the first rate
    beyond those that arrive, and gradients clipped between the usual slope and the steepest.

    InputError where no rate is too large for SGD.
    """
    kinds: list[Optimizer] = [SGD(lr=LR), Clip(SGD(lr=LR), max_norm=NORM), _ADAM]
    if terrain is None:
        terrain, goal = WideCliff(), GOAL
        sweeps = sweep(terrain, kinds, goal, steps=steps, per_decade=_PER_DECADE, tries=TRIES_A_RATE)
    else:
        begin = np.asarray(terrain.start if start is None else start, dtype=np.float64)
        goal = goal_on(terrain, begin)
        norm = float(np.sqrt(np.prod(_slopes(terrain))))
        kinds = [SGD(), Clip(SGD(), max_norm=norm), Adam()]
        sweeps = sweep(terrain, kinds, goal, steps=steps, start=begin, per_decade=_PER_DECADE, tries=TRIES_A_RATE)
        lr = _too_large(sweeps[0])
        kinds = [SGD(lr=lr), Clip(SGD(lr=lr), max_norm=norm), _at_best(sweeps[2])]
    landed = _landed(terrain, kinds, start, goal, steps)
    walks = [
        descend(terrain, one, found.typical, int(found.median) if np.isfinite(found.median) else steps)
        for one, found in zip(kinds, landed, strict=True)
    ]
    everywhere = descend(terrain, kinds[0], landed[0].starts, steps)
    jumps = longest(everywhere)
    at = int(np.nan_to_num(np.linalg.norm(np.diff(walks[0].x, axis=0), axis=-1)).argmax())
    return Fall(terrain, walks, landed, at, jumps, sweeps)


def goal_on(terrain: Terrain, start: NDArray[np.float64]) -> float:
    """The loss that counts as arrived on a terrain; InputError where there is none below that of a start (2,)."""
    low, _ = lowest(terrain)
    if not np.isfinite(low):
        raise InputError(f"terrain '{terrain.name}' has no lowest place that a walk could arrive at")
    return goal_above(low, GOAL, terrain, start)


def _too_large(found: Sweep) -> float:
    """The first of the rates beyond those that arrive, or beyond the one that ends lowest."""
    arriving = np.flatnonzero(found.arrives)
    if not len(arriving) or arriving[-1] + 1 >= len(found.lrs):
        raise InputError("the lesson cliff needs a ground on which SGD arrives at some rates, and not at larger ones")
    return float(found.lrs[arriving[-1] + 1])


def _at_best(found: Sweep) -> Optimizer:
    """The optimizer at the rate that arrives in the fewest steps, or at its usual one."""
    best = found.best if found.arrives.any() else found.optimizer
    assert isinstance(best, Optimizer)
    return best


def _slopes(terrain: Terrain) -> tuple[float, float]:
    """The usual slope over the domain, its median, and the steepest."""
    with np.errstate(all="ignore"):
        sizes = np.linalg.norm(terrain.gradient(_grid(terrain)), axis=-1)
    sizes = sizes[np.isfinite(sizes)]
    return float(np.median(sizes)), float(sizes.max())


def _landed(
    terrain: Terrain,
    kinds: Sequence[Optimizer],
    start: ArrayLike | None = None,
    goal: float = GOAL,
    steps: int = MOST,
) -> list[Nudged]:
    """What `nudged` says of each; all in step, as the terrain costs little more for many points than for one."""
    starts = starts_around(terrain, start, TRIES)
    arrived = settled(descend_together(terrain, kinds, starts, steps).swapaxes(0, 1), goal)
    return [Nudged(starts, np.where(one >= 0, one, np.inf)) for one in arrived]


def longest(walk: Trajectory) -> NDArray[np.float64]:
    """The longest step of each of the walks (n,)."""
    return np.asarray(np.fmax.reduce(np.linalg.norm(np.diff(walk.x, axis=0), axis=-1), axis=0))


class CliffClaim(Claim):
    """A recurrent unit's cliff, from starts a hair apart and at all rates; and deep networks with weights too large."""

    number = "9"
    rule = Rule(
        needs(
            flies=lambda v: v["jump"].low > max(_FAR, 10 * v["stride"].value),
            lost=lambda v: v["landed"].value < 0.5,
            at_all_rates=lambda v: v["all_jumps"].low > _FAR,
            networks_too=lambda v: v["network_sgd"].value > 0.5,
        ),
        facts=needs(
            clipping=lambda v: (
                v["clipped_landed"].value > 0.5 and v["clipped_band"].value > v["adam_band"].value - 1 / _PER_DECADE
            ),
            networks_clipped=lambda v: v["network_clipped"].value == 0 and v["network_adam"].value == 0,
        ),
    )
    expected: ClassVar = {
        "steepest": Expected(26, "Cliff, a grid of 0.05", within=0.01),
        "usual_slope": Expected(0.014, "Cliff, a grid of 0.05", within=0.05),
        "landed_half": Expected(82 / 200, "reference value: 82 of 200 starts", apart=0.15),
        "clipped_half": Expected(371, "reference value: 350 to 392 steps", apart=21),
        "adam_91": Expected(91, "reference value, to a loss of 10⁻⁵"),
        "sgd_best": Expected(63, "reference value, on another grid of rates", within=0.1),
    }
    cost: ClassVar = {"quick": 8.0, "full": 12.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        found = fall()
        sgd, clipped, adam = found.walks
        strides = np.linalg.norm(np.diff(sgd.x[: found.at + 1], axis=0), axis=-1)
        half = _landed(found.terrain, [SGD(lr=_HALF), Clip(SGD(lr=_HALF), max_norm=NORM)])
        ground = Cliff()
        usual, steepest = _slopes(ground)
        seeds = range(3 if scale == "quick" else 20)
        data = datasets.load().subset(_IMAGES)
        thrown = np.array([[_thrown_out(one, data, seed) for seed in seeds] for one in _TRAINED])
        values = {
            "jump": Quantity.median(found.jumps, of="starts", spread="range"),
            "stride": Quantity.single(float(np.median(strides)), of="steps", n=len(strides)),
            "landed": Quantity.single(found.landed[0].share, "share", "starts", TRIES),
            "all_jumps": Quantity.median(_at_the_edge(found), of="rates", spread="range"),
            "clipped_landed": Quantity.single(found.landed[1].share, "share", "starts", TRIES),
            "clipped_jump": Quantity.single(float(longest(clipped))),
            "adam_landed": Quantity.single(found.landed[2].share, "share", "starts", TRIES),
            "adam_jump": Quantity.single(float(longest(adam))),
            **{
                f"{name}_band": Quantity.single(
                    one.band.decades if one.band else 0.0, "decades", "rates", int(one.arrives.sum())
                )
                for name, one in zip(("sgd", "clipped", "adam"), found.sweeps, strict=True)
            },
            "sgd_best": Quantity.single(float(found.sweeps[0].score.min()), "steps", "starts", TRIES_A_RATE),
            "landed_half": Quantity.single(half[0].share, "share", "starts", TRIES),
            "clipped_half": Quantity.median(half[1].arrived, "steps", "starts", "range"),
            "adam_91": Quantity.single(int(descend(ground, _ADAM, steps=200).steps_to(1e-5)), "steps"),
            "steepest": Quantity.single(steepest, of="points", n=_grid(ground)[..., 0].size),
            "usual_slope": Quantity.single(usual, of="points", n=_grid(ground)[..., 0].size),
            **{
                f"network_{name}": Quantity.single(float(one.mean()), "share", "seeds", len(seeds))
                for name, one in zip(("sgd", "clipped", "adam"), thrown, strict=True)
            },
        }
        series = {
            "walks": [
                {
                    "optimizer": optimizers.text(walk.optimizer),
                    "x": walk.x.round(4),
                }
                for walk in found.walks
            ]
        }
        settings = {
            "lr": LR, "norm": NORM, "starts": TRIES, "steps": MOST, "goal": GOAL, "rates": _PER_DECADE,
            "low": found.sweeps[0].lrs[0], "high": found.sweeps[0].lrs[-1], "half": _HALF, "too_large": _TOO_LARGE,
            "images": _IMAGES, "network_lr": _TRAINED[0].lr, "adam_lr": _ADAM.lr,
        }  # fmt: skip
        return Measured(values, series, settings)

    def draw(self, finding: Finding, figure: Figure) -> None:
        words, values, walks = of_claim(self.name), finding.values, finding.series["walks"]
        left, right = two_panels(1.25, 2.2, figure)
        walkers = [optimizers.stored(walk["optimizer"]) for walk in walks]
        names = [short_name(walkers[0]), words("clipped"), short_name(walkers[2])]
        on_map(left, WideCliff(), walks, names)
        bands = [(name, values[f"{key}_band"]) for name, key in zip(names, ("sgd", "clipped", "adam"), strict=True)]
        rows(right, bands, words("bands"), colours=[look.colour for look in current().styles(walkers)])
        right.set_xlim(0, 1.3 * max(one.value for _, one in bands))


def _at_the_edge(found: Fall) -> NDArray[np.float64]:
    """The longest step of SGD, in the median over its starts, at each rate at which most of them come to the edge."""
    lrs, starts = found.sweeps[0].lrs, found.landed[0].starts[:TRIES_A_RATE]
    x = np.tile(starts, (len(lrs), 1, 1))
    steepest, far = np.zeros((2, len(lrs), len(starts)))
    for _ in range(MOST):
        gradient = found.terrain.gradient(x)
        size = np.linalg.norm(gradient, axis=-1)
        steepest, far = np.fmax(steepest, size), np.fmax(far, lrs[:, None] * size)
        x = x - lrs[:, None, None] * gradient
    return np.asarray(np.median(far, axis=1)[np.median(steepest, axis=1) > _STEEP])


def _grid(terrain: Terrain) -> NDArray[np.float64]:
    """Points of the terrain's domain, of the cliff's 0.05 apart."""
    (left, right), (low, high) = terrain.domain
    return np.stack(np.meshgrid(np.linspace(left, right, 141), np.linspace(low, high, 121)), axis=-1)


def _thrown_out(optimizer: Optimizer, data: Dataset, seed: int) -> bool:
    """Whether a deep ReLU network, whose weights are too large, diverges in an epoch over digits."""
    net = MLP(_SIZES, seed=seed)
    net.params *= _TOO_LARGE
    return train(net, data, optimizer, seed=seed, snapshots=1, measure=[]).diverged
