"""Runs of a user's own as the story tells them: two activations, two optimizers, and what each pair of them learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import optimizers
from ..core.errors import InputError, OtherDataError
from ..core.statistics import Difference, over_seeds
from ..datasets import Dataset
from ..models.objective import objective
from ..networks import activations
from ..optimizers import Optimizer
from ..surfaces.projecting import projected
from ..training.run import Run
from .finding import Quantity
from .real_grounds import FINE, SEEN, RealGround, surroundings, through

_PAIR = 2


def of_digits(folders: Sequence[str | Path], data: Dataset, lesson: str) -> list[Run]:
    """The runs in folders; OtherDataError for one of other data, which a lesson would show on digits that it never
    saw."""
    runs = [Run.load(folder) for folder in folders]
    for folder, run in zip(folders, runs, strict=True):
        if other := run.other_data(data):
            raise OtherDataError(
                f"the lesson {lesson} shows runs on MNIST, and '{folder}' is of other data: MNIST has {other}"
            )
    return runs


@dataclass(frozen=True, eq=False)
class Crossed:
    """grounds : the activations' notations, and vehicles : the optimizers, two each, in the order of the runs. runs :
    by the places of both, one a seed. data : what they learnt."""

    grounds: tuple[str, str]
    vehicles: tuple[Optimizer, Optimizer]
    runs: dict[tuple[int, int], list[Run]]
    data: Dataset

    @classmethod
    def of(cls, folders: Sequence[str | Path], data: Dataset) -> Crossed:
        """From run folders; InputError, in one line, unless each of two activations was trained by each of two
        optimizers, to their ends."""
        runs = of_digits(folders, data, "evolution")
        grounds = list(dict.fromkeys(activations.text(run.mlp.activation, defaults=False) for run in runs))
        names = list(dict.fromkeys(run.optimizer.name for run in runs))
        cells = {(grounds[j], names[k]): (j, k) for j in range(len(grounds)) for k in range(len(names))}
        found: dict[tuple[int, int], list[Run]] = {place: [] for place in cells.values()}
        for folder, run in zip(folders, runs, strict=True):
            if run.diverged or not run.finished or not len(run.history["test_accuracy"]):
                state = "has diverged" if run.diverged else "was stopped before it was measured"
                raise InputError(f"the lesson evolution compares what runs have learnt, and '{folder}' {state}")
            found[cells[activations.text(run.mlp.activation, defaults=False), run.optimizer.name]].append(run)
        if len(grounds) != _PAIR or len(names) != _PAIR or not all(found.values()):
            there = f"{', '.join(grounds)} with {', '.join(names)}"
            wanted = "each of two activations trained by each of two optimizers"
            raise InputError(f"the lesson evolution needs runs of {wanted}: these are of {there}")
        if len({run.mlp.sizes for run in runs}) > 1:
            raise InputError("the lesson evolution needs runs of networks of one size")
        first = [found[0, k][0].optimizer for k in range(_PAIR)]
        return cls((grounds[0], grounds[1]), (optimizers.of(first[0]), optimizers.of(first[1])), found, data)

    def reads(self, ground: int, vehicle: int) -> Quantity:
        """What they read of the test digits."""
        return Quantity.mean([run.test_accuracy for run in self.runs[ground, vehicle]], "share", "seeds")

    def gain(self, one: tuple[int, int], other: tuple[int, int]) -> Difference:
        """How much more one reads than another, over seeds."""
        by_seed = [{run.settings["seed"]: run.test_accuracy for run in self.runs[place]} for place in (one, other)]
        return over_seeds(*by_seed)

    def ground(self, which: int) -> RealGround:
        """The loss over the plane of the first run of each vehicle."""
        runs = [self.runs[which, k][0] for k in range(_PAIR)]
        sample = self.data.sample(SEEN)
        surface, walks = projected(runs, sample, through(runs), resolution=FINE)
        names = [one.name for one in self.vehicles]
        wide = surroundings(objective(runs[0].mlp, sample.x, sample.y), surface)
        by_name = dict(zip(names, walks, strict=True)), dict(zip(names, runs, strict=True))
        return RealGround(self.grounds[which], surface, wide, *by_name)
