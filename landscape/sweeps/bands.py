"""The same grid of learning rates for every optimizer, so that no comparison is decided by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import optimizers, terrains
from ..core import checks
from ..core.annotations import Floats, Progress
from ..core.checks import MOST_STEPS, finite, positive, start_with_loss, within
from ..core.errors import InputError
from ..core.shown import Shown
from ..core.values import Value
from ..datasets import Dataset
from ..networks.mlp import MLP
from ..optimizers import Missing, Optimizer
from ..optimizers import of as optimizer_of
from ..terrains import Terrain
from ..training.loop import train
from ..training.run import Run
from ..walks.descent import descend_together
from ..walks.nudges import starts_around
from ..walks.trajectory import settled

# As far as a grid grows by itself. Some bands go on beyond: in 1000 steps Adam arrives on a quadratic at any rate up
# to 1e20.
LIMITS = (1e-6, 1e4)


class Band(NamedTuple):
    """The learning rates that arrive.

    Attributes
    ----------
    low, high : where the band begins and ends: halfway, on the logarithmic scale, between the outermost rate that
        arrives and its neighbour that does not; at the grid's end where there is no such neighbour.
    decades : how wide it is, its holes left out. Each end is known to within half the grid's spacing.
    holes : how many rates between its ends do not arrive.
    open_below, open_above : whether the grid's lowest or highest rate arrives too, so that the band is wider.
    """

    low: float
    high: float
    decades: float
    holes: int
    open_below: bool
    open_above: bool


@dataclass(frozen=True, eq=False, repr=False)
class Sweep(Value, Shown):
    """One optimizer over a grid of learning rates.

    Attributes
    ----------
    optimizer : as given; only its learning rate was varied.
    lrs : (K,), the grid, ascending.
    score : (K,), lower is better, inf where the target was not reached or the run diverged.
    score_name : what the score counts, for captions.
    steps : that a walk had for the target; None where only divergence fails.
    good : the score up to which a rate counts as one that arrives; inf where every finite one does.
    settings : of the runs, if it is of training, by which pictures tell it from others; empty otherwise.
    """

    optimizer: Optimizer | Missing
    lrs: Floats
    score: Floats
    score_name: str
    steps: int | None = None
    good: float = np.inf
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lrs, score = np.asarray(self.lrs), np.asarray(self.score)
        if lrs.ndim != 1 or not lrs.size or lrs.shape != score.shape or np.isnan(score).any():
            raise ValueError(f"a sweep needs a score for each rate, not {score.tolist()} for {lrs.tolist()}")
        if not (np.isfinite(lrs).all() and lrs[0] > 0 and (np.diff(lrs) > 0).all()):
            raise ValueError(f"lrs = {lrs.tolist()} is not allowed: a sweep's rates must be above 0 and ascend")

    def __repr__(self) -> str:
        kind = optimizers.text(self.optimizer, defaults=False)
        arriving = f"{int(self.arrives.sum())} of {len(self.lrs)} arrive"
        return f"<Sweep of {kind} over rates {self.lrs[0]:g} … {self.lrs[-1]:g}, {arriving}; score: {self.score_name}>"

    @property
    def best(self) -> Optimizer | Missing:
        """The optimizer at the learning rate with the lowest score; ValueError if every one failed."""
        if not np.isfinite(self.score).any():
            raise InputError(f"{self.optimizer.name}: no learning rate of the grid reached the target")
        return self.optimizer.with_lr(float(self.lrs[self.score.argmin()]))

    @property
    def best_at_edge(self) -> bool:
        """Whether the best rate is the lowest or highest that was tried: then a better one may lie beyond."""
        lowest = np.isfinite(self.score) & (self.score == self.score.min())
        # Where one inside is as good, both of its sides were tried.
        return bool(lowest.any() and not lowest[1:-1].any())

    @property
    def arrives(self) -> NDArray[np.bool_]:
        """(K,), whether the score is finite, and `good` or lower."""
        return np.isfinite(self.score) & (self.score <= self.good)

    @property
    def band(self) -> Band | None:
        """From where to where the rates arrive; None if none does.

        How many arrive depends on the grid; the band does not, where both of its ends are closed.
        """
        arrives = self.arrives
        if not arrives.any():
            return None
        logs = np.log10(self.lrs)
        edges = np.concatenate([logs[:1], 0.5 * (logs[1:] + logs[:-1]), logs[-1:]])
        first, last = np.flatnonzero(arrives)[[0, -1]]
        return Band(
            low=float(10 ** edges[first]),
            high=float(10 ** edges[last + 1]),
            decades=float(np.diff(edges)[arrives].sum()),
            holes=int(last - first + 1 - arrives.sum()),
            open_below=bool(arrives[0]),
            open_above=bool(arrives[-1]),
        )


def rates(low: float, high: float, per_decade: int = 4) -> Floats:
    """Learning rates evenly spread on a logarithmic scale, in two digits, or more where these would coincide."""
    low, high = positive("low", low), positive("high", high)
    per_decade = within("per_decade", per_decade, 1, 1000)
    digits = 2 + max(0, int(np.ceil(np.log10(per_decade / 20))))
    count = round(np.log10(high / low) * per_decade) + 1
    return np.array([float(f"{lr:.{digits}g}") for lr in np.geomspace(low, high, count)])


def sweep(
    terrain: Terrain | str,
    optimizers: Sequence[Optimizer | str],
    target: float,
    lrs: ArrayLike | None = None,
    steps: int = 1000,
    start: ArrayLike | None = None,
    *,
    per_decade: int = 8,
    tries: int = 1,
) -> list[Sweep]:
    """Steps that each optimizer needs until its loss stays at or below `target`, at every rate of one common grid.

    A walk that is above the target again before `steps` are over has not arrived; dips by chance do not count.

    Parameters
    ----------
    terrain, optimizers : each as an object or as its notation.
    lrs : the grid. If None it begins as 1e-3 … 10 with `per_decade` rates to the decade and grows, within `LIMITS`,
        until the band of each optimizer has ended on both sides: until half a decade beyond it does not arrive. Where
        no rate arrives yet it grows as long as its outermost rate is the one that ends lowest.
    start : one start, (2,); the terrain's own if None.
    tries : at each rate so many walks are made, from starts that differ by a hair as in `nudged`; the score is their
        median. What a chaotic walk does from a single start is chance.

    ValueError where the start has no finite loss: no rate would say anything.
    """
    terrain, walkers = terrains.of(terrain), [optimizer_of(one) for one in optimizers]
    target = finite("target", target)
    steps, tries = within("steps", steps, 1, MOST_STEPS), within("tries", tries, 1, 100_000)
    begin = checks.start(terrain.start if start is None else start)
    starts = starts_around(terrain, begin, tries) if tries > 1 else begin[None]
    with np.errstate(all="ignore"):
        start_with_loss(begin.tolist(), float(terrain.value(begin)))

    def attempts(missing: Sequence[Optimizer]) -> Iterator[_Attempt]:
        for losses in descend_together(terrain, missing, starts, steps):
            arrived = settled(losses, target)
            loss = np.where(np.isfinite(losses[-1]), losses[-1], np.inf)
            yield _Attempt(float(np.median(np.where(arrived >= 0, arrived, np.inf))), float(np.median(loss)))

    grid, found = _attempts(walkers, lrs, (1e-3, 10.0), per_decade, attempts)
    return [
        Sweep(one, grid, np.array([each.score for each in row]), "steps to the target", steps)
        for one, row in zip(walkers, found, strict=True)
    ]


def sweep_training(
    net: MLP,
    data: Dataset,
    optimizers: Sequence[Optimizer | str],
    lrs: ArrayLike | None = None,
    epochs: int = 1,
    batch_size: int = 32,
    seed: int = 0,
    progress: Progress | None = None,
    *,
    per_decade: int = 2,
    good: float | None = None,
) -> list[Sweep]:
    """The training loss that each optimizer reaches, at every learning rate of one common grid.

    The score is the mean loss of the last tenth of the batches, so the test images play no part in the choice.

    Parameters
    ----------
    lrs : the grid. If None it begins as 1e-4 … 1 with `per_decade` rates to the decade and grows, within `LIMITS`,
        until the best rate of each optimizer is not an outermost one; with `good`, as in `sweep`.
    progress : called as progress(done, runs); while the grid grows, so do the runs.
    good : the loss that a rate counts as arriving at, for `Sweep.band`.
    """
    walkers = [optimizer_of(one) for one in optimizers]

    def attempts(missing: Sequence[Optimizer]) -> Iterator[_Attempt]:
        for optimizer in missing:
            score = end_loss(train(net, data, optimizer, epochs, batch_size, seed, snapshots=1))
            yield _Attempt(score if good is not None and score <= good else np.inf, score)

    grid, found = _attempts(walkers, lrs, (1e-4, 1.0), per_decade, attempts, progress)
    return [
        Sweep(
            one,
            grid,
            np.array([each.loss for each in row]),
            "training loss at the end",
            good=np.inf if good is None else good,
        )
        for one, row in zip(walkers, found, strict=True)
    ]


def sweeps_of(runs: Sequence[Run]) -> list[Sweep]:
    """What runs that were trained already say on learning rates, an entry for each setup: for all that differs in more
    than rate and seeds.

    The score is that of `sweep_training`. Where several runs have the same rate, as with several seeds, it is their
    median, but inf if any of them diverged. Runs that were stopped are of one setup if they were so at one step.
    ValueError if no setup was trained at several rates.
    """
    scores: dict[str, dict[float, list[float]]] = {}
    for run in runs:
        setup = json.loads(run.setup) | {"optimizer": optimizers.text(run.optimizer.with_lr(1.0))}
        if not run.finished and not run.diverged:
            # Where it was stopped, others went on.
            setup["stopped"] = int(run.history["loss"].size)
        scores.setdefault(json.dumps(setup, sort_keys=True), {}).setdefault(run.optimizer.lr, []).append(end_loss(run))
    if max(map(len, scores.values()), default=0) < 2:
        raise ValueError("a sweep needs runs of one network and optimizer at several learning rates")
    found = []
    for setup, by_rate in scores.items():
        lrs = np.array(sorted(by_rate))
        # At a rate at which one seed diverges, nobody would train.
        medians = np.array([np.inf if np.inf in by_rate[lr] else np.median(by_rate[lr]) for lr in lrs])
        settings = json.loads(setup)
        kind = optimizers.stored(settings["optimizer"])
        found.append(Sweep(kind, lrs, medians, "training loss at the end", settings=settings))
    return found


def end_loss(run: Run) -> float:
    """The mean loss of the last tenth of a run's batches; inf if it diverged."""
    losses = run.history["loss"]
    return np.inf if run.diverged else float(losses[-max(1, len(losses) // 10) :].mean())


class _Attempt(NamedTuple):
    """One rate tried: its score where it arrives, inf where not; and the loss at the end, inf where it diverged."""

    score: float
    loss: float


def _attempts(
    optimizers: Sequence[Optimizer],
    lrs: ArrayLike | None,
    first: tuple[float, float],
    per_decade: int,
    attempts: Callable[[Sequence[Optimizer]], Iterable[_Attempt]],
    progress: Progress | None = None,
) -> tuple[Floats, list[list[_Attempt]]]:
    """The grid, and what each optimizer does at each rate of it; a grid that begins as `first` and grows if none is
    given."""
    per_decade = within("per_decade", per_decade, 1, 1000)
    tried: dict[tuple[int, float], _Attempt] = {}

    def rows(grid: Floats) -> list[list[_Attempt]]:
        missing = [(k, float(lr)) for k in range(len(optimizers)) for lr in grid if (k, float(lr)) not in tried]
        total = len(tried) + len(missing)
        found = attempts([optimizers[k].with_lr(lr) for k, lr in missing])
        for one, attempt in zip(missing, found, strict=True):
            tried[one] = attempt
            if progress is not None:
                progress(len(tried), total)
        return [[tried[k, float(lr)] for lr in grid] for k in range(len(optimizers))]

    if lrs is not None:
        grid = np.unique([positive("lr", lr) for lr in np.ravel(np.asarray(lrs, dtype=object))])
        return grid, rows(grid)
    low, high = (round(np.log10(end) * per_decade) for end in first)
    lowest, highest = (round(np.log10(end) * per_decade) for end in LIMITS)
    beyond = max(1, per_decade // 2)
    while True:
        grid = rates(10 ** (low / per_decade), 10 ** (high / per_decade), per_decade)
        found = rows(grid)
        # Where every rate diverges, there is hope below alone.
        lost = any(all(each.loss == np.inf for each in row) for row in found)
        downwards = low > lowest and (lost or any(_goes_on(row, beyond) for row in found))
        upwards = high < highest and any(_goes_on(row[::-1], beyond) for row in found)
        if not downwards and not upwards:
            return grid, found
        low = max(lowest, low - beyond) if downwards else low
        high = min(highest, high + beyond) if upwards else high


def _goes_on(row: list[_Attempt], beyond: int) -> bool:
    """Whether rates beyond the first of a row may arrive, or be better."""
    scores, losses = np.array([each.score for each in row]), np.array([each.loss for each in row])
    if np.isfinite(scores).any():
        return bool(np.isfinite(scores[:beyond]).any())
    return bool(losses[0] < losses[1:].min(initial=np.inf))
