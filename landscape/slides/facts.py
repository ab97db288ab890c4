"""What the runs say: names that tell them apart, what they have in common, and who is ahead by how much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .. import optimizers
from ..core.annotations import Array
from ..core.numerals import setting
from ..datasets import Dataset
from ..figures.names import contents, data_names, image_counts, mark, network_name, short_name, steps_taken, telling
from ..networks import losses
from ..optimizers import schedules
from ..training.run import Run
from .parts import Look
from .vocabulary import Words

Seeds = tuple[int, int]  # of the order of the images, and of the network's weights
Quantity = Callable[["Entry"], float]

# Settings that are compared, in the order in which they are told.
SETTINGS = (
    *("data", "images", "network", "init", "dtype", "loss"),
    *("optimizer", "rate", "schedule", "epochs", "batch", "seed"),
)


@dataclass(frozen=True, eq=False)
class Entry:
    """A run, as short a name as tells it from the others, and its colour."""

    run: Run
    name: str
    colour: str

    @property
    def finite(self) -> bool:
        """Whether it did not diverge."""
        return not self.run.diverged and bool(np.isfinite(self.run.params).all())

    def last(self, quantity: str) -> float:
        """The last measurement of a quantity of the history; nan without one, or if the run diverged."""
        values = self.run.history[quantity]
        return float(values[-1]) if self.finite and len(values) else float("nan")

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
            found.setdefault(_seeds(entry.run), entry)
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
        return [Entry(run, name, one.colour) for run, name, one in zip(self.runs, names, styles, strict=True)]

    @cached_property
    def ranked(self) -> list[Entry]:
        """Those that did not diverge: the best on the test images first or, where those were not read, the one with
        the lowest training loss."""

        def key(entry: Entry) -> tuple[float, float]:
            return -entry.accuracy if self.tested else 0.0, entry.last("train_loss")

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
        return len({contents(run.settings) for run in self.runs}) == 1

    @cached_property
    def setups(self) -> list[Setup]:
        """The runs, grouped by all but their seeds, in the order given."""
        groups: dict[str, list[Entry]] = {}
        for entry in self.entries:
            groups.setdefault(_setup(entry.run), []).append(entry)
        names = distinct_names([group[0].run for group in groups.values()], self.words)
        return [Setup(name, tuple(group)) for name, group in zip(names, groups.values(), strict=True)]

    def cells(self, setting: str) -> list[str]:
        """One of SETTINGS of each run, as tables show it."""
        return _values(setting, self.runs, self.words)

    def told(self, setting: str) -> list[str]:
        """The values of one of SETTINGS, each once, in the order of the runs."""
        return list(dict.fromkeys(self.cells(setting)))

    @cached_property
    def differing(self) -> list[str]:
        """The SETTINGS in which the runs differ."""
        return [setting for setting in SETTINGS if len(self.told(setting)) > 1]

    @cached_property
    def one_start(self) -> bool:
        """Whether all runs began with the same weights."""
        return len({(run.settings["weights"], run.snapshots[0].size) for run in self.runs}) == 1

    @property
    def activations(self) -> str:
        """Those of hidden layers, in words; empty where there are none."""
        networks = [run.settings["network"] for run in self.runs]
        deep = [str(one["activation"]).partition(":")[0] for one in networks if len(one["sizes"]) > 2]
        return self.words.listed(map(self.words.term, deep))

    @property
    def noun(self) -> str:
        """What the test images are."""
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


def distinct_names(runs: Sequence[Run], words: Words) -> list[str]:
    """Optimizers' names and, in brackets, every condition in which the runs differ, as no comparison is fair that hides
    one; and of what else there is as little as tells equal names apart."""

    def told(setting: str) -> list[str]:
        values, plain = _values(setting, runs, words), setting in ("network", "dtype", "data", "rest")
        return values if plain else [words(f"detail.{setting}", value=value) for value in values]

    conditions = [told(setting) for setting in SETTINGS if setting not in ("optimizer", "rate", "seed")]
    conditions.append([_stopped(run, words) for run in runs])
    named = [_head(run, words) for run in runs]
    heads = list(zip(named, *(one for one in conditions if len(set(one)) > 1), strict=True))
    further = telling(heads, [told("rate"), told("rest"), told("seed")])
    keys = [(*head, *own) for head, own in zip(heads, further, strict=True)]
    for k, own in enumerate(further):
        if keys.count(keys[k]) > 1:
            own.append(words("units.run", n=k + 1))
    # What the optimizer is comes before what it was given to do.
    return [_with(head, [*own, *given], words) for (head, *given), own in zip(heads, further, strict=True)]


def _stopped(run: Run, words: Words) -> str:
    """Where a run was stopped, as its planned end says too much of it."""
    return "" if run.finished else words("detail.stopped", value=f"{steps_taken(run):,}")


def _with(head: str, details: Iterable[str], words: Words) -> str:
    told = words("units.comma").join(filter(None, details))
    return words("units.named", name=head, details=told) if told else head


def _rest(run: Run, words: Words) -> str:
    """An optimizer's other hyperparameters, where they are not the defaults, and its wrappers."""
    return _parameters(optimizers.text(run.optimizer, defaults=False), words)


def _parameters(notation: str, words: Words) -> str:
    """What a notation says beside the name and the learning rate: "momentum 0.95, clip 1"."""
    parts = [part.partition("=") for part in notation.partition(":")[2].split(",") if part]
    told = ((words.term(key.replace("_", " ")), _plain(value)) for key, _, value in parts if key != "lr")
    return words("units.comma").join(map(" ".join, told))


def _plain(value: str) -> str:
    try:
        # What counts, such as a seed, stays whole.
        return value if value.isdecimal() else setting(float(value))
    except ValueError:
        return value


def _head(run: Run, words: Words) -> str:
    """The optimizer without its wrappers and its learning rate."""
    return words.term(short_name(optimizers.innermost(run.optimizer)))


def optimizer_name(run: Run, words: Words) -> str:
    """With the hyperparameters that are not the defaults, but for the learning rate."""
    return _with(_head(run, words), [_rest(run, words)], words)


def _seed(run: Run, _: Words) -> str:
    """Of the order of the images and, where it is another one, of the network's weights."""
    own, weights = run.settings["seed"], run.settings["network"]["seed"]
    return str(own) if own == weights else f"{own} / {weights}"


def _schedule(run: Run, words: Words) -> str:
    schedule = schedules.text(schedules.stored(str(run.settings["schedule"])), defaults=False)
    return _with(words.term(schedule.partition(":")[0]), [_parameters(schedule, words)], words)


def _loss(run: Run, words: Words) -> str:
    name, _, rest = losses.text(losses.stored(str(run.settings["network"]["loss"])), defaults=False).partition(":")
    told = _parameters(f"{name}:{rest}", words).replace("label_smoothing", words.term("smoothing"))
    return words.term(name) + (f" ({told})" if told else "")


def _init(run: Run, words: Words) -> str:
    """The initialisation or, where weights were given instead, the mark of these."""
    if "start" in run.settings:
        return words("units.given", mark=mark(run.settings["weights"]))
    return words.term(str(run.settings["network"]["init"]))


# Of one run.
_SETTINGS: dict[str, Callable[[Run, Words], str]] = {
    "network": lambda run, words: network_name(run),
    "init": _init,
    "dtype": lambda run, words: words.term(run.settings["network"].get("dtype", "float32")),
    "loss": _loss,
    "optimizer": optimizer_name,
    "rate": lambda run, words: setting(run.optimizer.lr),
    "schedule": _schedule,
    "epochs": lambda run, words: str(run.settings["epochs"]),
    "batch": lambda run, words: words.term(str(run.settings["batch_size"])),
    "seed": _seed,
    "rest": _rest,
}


# Of several, as the others say how much must be told.
_TOGETHER: dict[str, Callable[[Sequence[Mapping[str, Any]]], list[str]]] = {"data": data_names, "images": image_counts}


def _values(setting: str, runs: Sequence[Run], words: Words) -> list[str]:
    """A setting of each run in words."""
    if setting in _TOGETHER:
        return _TOGETHER[setting]([run.settings for run in runs])
    return [_SETTINGS[setting](run, words) for run in runs]


def _setup(run: Run) -> str:
    """All that a run's result depends on but its seeds; of one that was stopped also where."""
    return run.setup if run.finished else f"{run.setup} {steps_taken(run)}"


def _seeds(run: Run) -> Seeds:
    return int(run.settings["seed"]), int(run.settings["network"]["seed"])


def one_network(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Runs that can share a plane: of one network and one kind of data; the largest group first."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        network = entry.run.settings["network"]
        kind = repr([network["sizes"], network["activation"], network["loss"], contents(entry.run.settings)])
        groups.setdefault(kind, []).append(entry)
    return sorted(groups.values(), key=len, reverse=True)
