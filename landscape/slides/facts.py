"""What the runs say: names that tell them apart, what they have in common, and who is ahead by how much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..core.annotations import Array
from ..core.errors import InputError
from ..datasets import Dataset
from ..figures.names import contents, steps_taken
from ..figures.words import of_data
from ..models.objective import Objective, objective
from ..training.recorded import making_of
from ..training.run import Run
from .conditions import SETTINGS, Seeds, distinct_names, seeds_of, setup_of, start_of, values
from .parts import Look
from .vocabulary import Words

Quantity = Callable[["Entry"], float]
_UNKNOWN = "–"  # in a table


@dataclass(frozen=True, eq=False)
class Entry:
    """A run, as short a name as tells it from the others, and its colour; of a run that was recorded the loss `of` its
    model over data of its own, which says how good the network is at the end, as nothing may have been measured."""

    run: Run
    name: str
    colour: str
    of: Objective | None = None

    @property
    def finite(self) -> bool:
        """Whether it did not diverge."""
        return not self.run.diverged and bool(np.isfinite(self.run.params).all())

    def last(self, quantity: str) -> float:
        """The last measurement of a quantity of the history, or "own_loss" and "own_accuracy", over the data of the
        model; nan without one, or if the run diverged."""
        if quantity in ("own_loss", "own_accuracy"):
            return self._ends[-1][quantity == "own_accuracy"] if self.finite else float("nan")
        values = self.run.history[quantity]
        return float(values[-1]) if self.finite and len(values) else float("nan")

    @property
    def ends(self) -> tuple[float, float]:
        """The loss that is compared, at the start and at the end."""
        if self.of is not None:
            return self._ends[0][0], self._ends[1][0]
        losses = self.run.history["train_loss"]
        return float(losses[0]), float(losses[-1])

    @cached_property
    def _ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Loss and accuracy over the model's own data at the start, and at the end."""
        assert self.of is not None
        return self.of.evaluate(self.run.snapshots[0]), self.of.evaluate(self.run.params)

    @property
    def accuracy(self) -> float:
        """On the test images."""
        return self.last("test_accuracy")

    @property
    def steps(self) -> int:
        """Steps taken."""
        return steps_taken(self.run)


@dataclass(frozen=True)
class Setup:
    """Runs that differ in nothing but their seeds."""

    name: str
    entries: tuple[Entry, ...]

    @property
    def draws(self) -> dict[Seeds, Entry]:
        """A run for each seed: one that was given twice is no second one."""
        found: dict[Seeds, Entry] = {}
        for entry in self.entries:
            found.setdefault(seeds_of(entry.run), entry)
        return found

    def by_seed(self, quantity: Quantity) -> dict[Seeds, float]:
        """A number of each run."""
        return {seed: quantity(entry) for seed, entry in self.draws.items()}

    def mean(self, quantity: Quantity) -> float:
        """Over the seeds; nan if a run diverged."""
        return float(np.mean(list(self.by_seed(quantity).values())))


@dataclass(frozen=True)
class Facts:
    """Everything that sentences are made of.

    data : of the runs, None where it cannot be read.
    """

    runs: tuple[Run, ...]
    data: Dataset | None
    words: Words
    look: Look

    @cached_property
    def entries(self) -> list[Entry]:
        """All runs, in the order given."""
        styles = self.look.palette.styles([run.optimizer for run in self.runs])
        names = distinct_names(self.runs, self.words)
        each = zip(self.runs, names, styles, strict=True)
        return [Entry(run, name, one.colour, self._losses.get(ground_of(run))) for run, name, one in each]

    @cached_property
    def own(self) -> bool:
        """Whether the runs were recorded, of models of other libraries with data of their own."""
        return all(run.is_recorded for run in self.runs)

    @cached_property
    def _losses(self) -> dict[str, Objective]:
        """Of runs that were recorded, the loss of the models of each kind, which one of them knows how to make."""
        found: dict[str, Objective] = {}
        for run in sorted(self.runs, key=lambda run: not getattr(run.network, "known", True)):
            if run.is_recorded and ground_of(run) not in found:
                found[ground_of(run)] = objective(run.network)
        return found

    @property
    def sample(self) -> str:
        """What the losses of models with data of their own are means over, in words."""
        own = self.words("units.own_data")
        return self.words.listed(of_data(getattr(one, "caption", "")) or own for one in self._losses.values())

    @cached_property
    def ranked(self) -> list[Entry]:
        """Those that did not diverge: the best on the test images first or, where those were not read, the one with
        the lowest training loss."""

        def key(entry: Entry) -> tuple[float, float]:
            return -entry.accuracy if self.tested else 0.0, entry.last("own_loss" if self.own else "train_loss")

        return sorted((entry for entry in self.entries if entry.finite), key=key)

    @property
    def diverged(self) -> list[Entry]:
        """Those that diverged."""
        return [entry for entry in self.entries if not entry.finite]

    @cached_property
    def tested(self) -> bool:
        """Whether all that did not diverge have an accuracy on test images."""
        return all(np.isfinite(entry.accuracy) for entry in self.entries if entry.finite)

    @property
    def comparable(self) -> bool:
        """Whether all runs read the same data, so that their numbers compare."""
        if self.own:
            # What is compared is computed over the data of the models.
            return len({making_of(run).get("data", "") for run in self.runs if making_of(run)} or {""}) == 1
        return len({contents(run.settings) for run in self.runs}) == 1

    @cached_property
    def setups(self) -> list[Setup]:
        """The runs, grouped by all but their seeds, in the order given."""
        groups: dict[str, list[Entry]] = {}
        for entry in self.entries:
            groups.setdefault(setup_of(entry.run), []).append(entry)
        names = distinct_names([group[0].run for group in groups.values()], self.words)
        return [Setup(name, tuple(group)) for name, group in zip(names, groups.values(), strict=True)]

    def cells(self, setting: str) -> list[str]:
        """One of SETTINGS of each run, as tables show it."""
        return [value or _UNKNOWN for value in values(setting, self.runs, self.words)]

    def told(self, setting: str) -> list[str]:
        """The values of one of SETTINGS, as far as they are known, each once, in the order of the runs."""
        return list(dict.fromkeys(filter(None, values(setting, self.runs, self.words))))

    @cached_property
    def settings(self) -> list[str]:
        """The SETTINGS that are known of any of the runs."""
        return [setting for setting in SETTINGS if self.told(setting)]

    @cached_property
    def differing(self) -> list[str]:
        """The SETTINGS in which the runs differ."""
        return [setting for setting in SETTINGS if len(self.told(setting)) > 1]

    @cached_property
    def one_start(self) -> bool:
        """Whether all runs began with the same weights."""
        return len({(start_of(run), run.snapshots[0].size) for run in self.runs}) == 1

    @property
    def activations(self) -> str:
        """Those of hidden layers, in words; empty where there are none."""
        networks = [run.settings["network"] for run in self.runs if not run.is_recorded]
        deep = [str(one["activation"]).partition(":")[0] for one in networks if len(one["sizes"]) > 2]
        return self.words.listed(map(self.words.term, deep))

    @property
    def noun(self) -> str:
        """What the test images are."""
        if self.own:
            return self.words("units.samples")
        mnist = {run.settings["data"] for run in self.runs} == {"mnist"}
        return self.words("units.digits" if mnist else "units.images")

    def right(self, entry: Entry) -> Array | None:
        """Which test images (N,) a run reads right; None where the data are not there or do not fit."""
        outputs = self.outputs(entry)
        if outputs is None or self.data is None:
            return None
        return np.asarray(outputs.argmax(axis=1) == self.data.y_test)

    def outputs(self, entry: Entry) -> Array | None:
        """The outputs (N, C) for the test images; None where the data are not there or do not fit."""
        data = self.data
        if data is None or not entry.finite or entry.run.other_data(data):
            return None
        sizes = entry.run.mlp.sizes
        # A run that knows no checksums fits all data.
        if data.x_test.shape[1:] != (sizes[0],) or data.classes > sizes[-1]:
            return None
        outputs = entry.run.mlp.logits(entry.run.params, data.x_test)
        return outputs if np.isfinite(outputs).all() else None


def ground_of(run: Run) -> str:
    """What runs have in common that can share a plane: one network, and one kind of data."""
    network = run.settings["network"]
    if run.is_recorded:
        return repr(network["tensors"])
    return repr([network["sizes"], network["activation"], network["loss"], contents(run.settings)])


def one_network(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Runs that can share a plane, the largest group first."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(ground_of(entry.run), []).append(entry)
    return sorted(groups.values(), key=len, reverse=True)


def of_one_kind(runs: Sequence[Run]) -> None:
    """InputError for networks of this project beside models of other libraries, as little of both can be compared; or
    for models that nobody knows how to make."""
    kinds = {run.is_recorded: run for run in runs}
    if len(kinds) > 1:
        raise InputError(
            f"runs of networks and of models of other libraries do not share a talk: {kinds[False].network!r}, "
            f"{kinds[True].network!r}"
        )
    known = {ground_of(run) for run in runs if getattr(run.network, "known", True)}
    if unknown := next((run for run in runs if ground_of(run) not in known), None):
        objective(unknown.network)
