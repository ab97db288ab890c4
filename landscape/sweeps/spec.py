"""Spec: what a sweep varies and what it does not, checked before anything is computed."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from .. import terrains
from ..core import checks, own
from ..core.checks import MOST_STEPS, at_least, finite, non_negative, positive, truth, within
from ..core.errors import InputError, not_allowed, shortened, unknown
from ..core.values import Value
from ..datasets import Dataset
from ..files.opening import whole
from ..networks import losses
from .cell import Cell, Common
from .entries import batch_size, grid, listed, notation, note, pairs, plain, texts

MOST_CELLS = 10_000_000
_LARGEST = 2**20  # bytes of a file of settings
_MOST_SEED = 2**31 - 1
# What only one kind of sweep has.
_NETWORKS = (
    "activations",
    "initialisers",
    "pairs",
    "depths",
    "widths",
    "batch_sizes",
    "data",
    "images",
    "epochs",
    "loss",
)
_TERRAINS = ("start", "steps", "noise")


@dataclass(frozen=True, eq=False, repr=False)
class Spec(Value):
    """A grid of settings: every value of each list with every value of all others is a cell.

    Attributes
    ----------
    optimizers : notations without a learning rate: "momentum:momentum=0.95", "sgd:clip=1".
    lrs : the learning rates, the same for all; or {"low": 1e-4, "high": 1, "per_decade": 2}.
    schedules, activations, initialisers : notations.
    pairs : activations with the initialiser of each, (("relu", "he"), ("sigmoid", "glorot")), in the place of every
        activation with every initialiser.
    depths, widths : how many hidden layers, 0 for none, and units of each.
    batch_sizes : whole numbers, or "full".
    seeds : of weights and order of images. On a terrain of the noise; without noise, of a hair by which the start is
        moved, but for seed 0, which walks from the start itself.
    data, images, epochs, loss : what networks are trained on, how many of the images (None for all), how long, and the
        notation of the loss.
    terrain, start, steps, noise : a notation, in the place of networks, and how it is walked, as in `descend`.
    target : the loss that counts as having trained. If None, half of what a network has whose logits are 0; a terrain
        needs one.
    ground : whether the shape of the ground is measured at the start and at the end of each cell.
    halving : 0 to give every cell all steps; 3 to give few to all learning rates, and three times as many to the best
        third, and so on (see `halving`).

    ValueError, in one line, for what is not allowed. Lists of one may be given as the value alone.
    """

    optimizers: Any
    lrs: Any
    schedules: Any = ("constant",)
    activations: Any = ("relu",)
    initialisers: Any = ("he",)
    pairs: Any = ()
    depths: Any = (1,)
    widths: Any = (128,)
    batch_sizes: Any = (32,)
    seeds: Any = (0,)
    data: str = "mnist"
    images: int | None = None
    epochs: int = 1
    loss: str = "cross_entropy"
    terrain: str = ""
    start: Any = None
    steps: int = 1000
    noise: float = 0.0
    target: float | None = None
    ground: bool = False
    halving: int = 0
    # What of it was named as path/to/mine.py:Name: the family and the notation.
    named: tuple[tuple[str, str], ...] = field(default=(), init=False)
    sources: Mapping[str, int] = field(default_factory=dict, init=False)
    # Of the data, once they are there: checksums, pixels and classes.
    known: Mapping[str, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        named: list[tuple[str, str]] = []
        sources: dict[str, int] = {}

        def kept(name: str, value: Any) -> None:
            object.__setattr__(self, name, value)

        def family(name: str) -> Callable[[str, Any], str]:
            return lambda what, text: notation(name, what, text, named, sources)

        kept("optimizers", listed("optimizers", self.optimizers, family("optimizer")))
        kept("lrs", tuple(sorted(listed("lrs", grid(self.lrs), positive))))
        kept("schedules", listed("schedules", self.schedules, family("schedule")))
        kept("seeds", listed("seeds", self.seeds, lambda name, one: within(name, one, 0, _MOST_SEED)))
        kept("activations", listed("activations", self.activations, family("activation")))
        kept("initialisers", listed("initialisers", self.initialisers, family("initialiser")))
        kept("pairs", pairs(self.pairs, family("activation"), family("initialiser")))
        kept("depths", listed("depths", self.depths, lambda name, one: within(name, one, 0, 998)))
        kept("widths", listed("widths", self.widths, lambda name, one: at_least(name, one, 1)))
        kept("batch_sizes", listed("batch_sizes", self.batch_sizes, batch_size))
        kept("images", None if self.images is None else at_least("images", self.images, 1))
        kept("epochs", at_least("epochs", self.epochs, 1))
        kept("loss", family("loss")("loss", self.loss))
        kept("start", None if self.start is None else tuple(checks.start(self.start).tolist()))
        kept("steps", within("steps", self.steps, 1, MOST_STEPS))
        kept("noise", non_negative("noise", self.noise))
        kept("target", None if self.target is None else finite("target", self.target))
        kept("ground", truth("ground", self.ground))
        kept("halving", 0 if self.halving == 0 else within("halving", self.halving, 2, 100))
        for name in ("data", "terrain"):
            if not isinstance(given := getattr(self, name), str | Path):
                raise not_allowed(name, given, "it must be a text")
            kept(name, str(given))
        self._check_kind()
        if self.terrain:
            ground = terrains.parse(self.terrain)
            start = ground.start if self.start is None else np.array(self.start)
            kept("start", tuple(start.tolist()))
            with np.errstate(all="ignore"):
                checks.start_with_loss(start.tolist(), float(ground.value(start)))
            note(sources, self.terrain, ground)
        kept("named", tuple(dict.fromkeys(named)))
        kept("sources", sources)
        if len(self) > MOST_CELLS:
            raise ValueError(f"{len(self):,} cells are not allowed: a sweep has at most {MOST_CELLS:,}")

    def _check_kind(self) -> None:
        """ValueError for what goes with networks alone, or with terrains alone, where the sweep is of the other."""
        defaults = {one.name: one.default for one in fields(self)}
        where, what = ("a terrain", _NETWORKS) if self.terrain else ("networks", _TERRAINS)
        for name in what:
            if getattr(self, name) != defaults[name]:
                raise InputError(f"{name} is not allowed in a sweep of {where}: leave it out")
        if self.terrain and self.target is None:
            raise InputError("a sweep of a terrain needs a target: the loss that counts as having arrived")
        if self.pairs and (self.activations, self.initialisers) != (defaults["activations"], defaults["initialisers"]):
            raise InputError("pairs are in the place of activations and initialisers: leave those out")

    @classmethod
    def load(cls, path: str | Path) -> Spec:
        """Read a TOML file of these settings; ValueError, in one line, for what is none, or says what is not allowed.

        Nothing that it names is run: a part of your own has to be known by its name (`landscape --with mine.py`).
        """
        try:
            text = whole(path, _LARGEST).decode()
        except (OSError, UnicodeDecodeError) as error:
            told = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise InputError(f"'{path}' cannot be read: {told}") from error
        try:
            return cls.parse(text)
        except ValueError as error:
            raise InputError(f"'{path}': {error}") from error

    @classmethod
    def parse(cls, text: str) -> Spec:
        """The same from the text of such a file."""
        try:
            given = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise InputError(f"it is no TOML: {error}") from error
        allowed = [one.name for one in fields(cls) if one.init]
        for name in given:
            if name not in allowed:
                raise unknown("setting of a sweep", name, allowed)
        for name in ("optimizers", "lrs"):
            if name not in given:
                raise InputError(f"it lacks {name}")
        for one in texts(given):
            own.refuse_file(one)
        return cls(**given)

    def __len__(self) -> int:
        return math.prod(map(len, self._axes))

    def __repr__(self) -> str:
        where = self.terrain or self.data
        return f"<Spec of {len(self):,} cells on {shortened(where)}: {self.about}>"

    @property
    def about(self) -> str:
        """How many values of what: "3 optimizers × 9 lrs × 5 seeds"."""
        names = ("seeds", "networks", "depths", "widths", "batch_sizes", "schedules", "optimizers", "lrs")
        counts = {name: len(axis) for name, axis in zip(names, self._axes, strict=True)}
        told = [f"{counts[name]} {name.replace('_', ' ')}" for name in reversed(names) if counts[name] > 1]
        return " × ".join(told) or "one cell"

    @property
    def networks(self) -> tuple[tuple[str, str], ...]:
        """Each activation with its initialiser."""
        return self.pairs or tuple(product(self.activations, self.initialisers))

    @property
    def _axes(self) -> tuple[tuple[Any, ...], ...]:
        """What varies, the slowest first: so a sweep that was stopped has whole grids of its first seeds."""
        nets = (self.networks, self.depths, self.widths, self.batch_sizes)
        return (self.seeds, *(((None,),) * 4 if self.terrain else nets), self.schedules, self.optimizers, self.lrs)

    def of_data(self, data: Dataset) -> Spec:
        """The same with all that depends on the data: how many images, the target, and checksums, which belong to the
        keys of cells. ValueError where a batch is larger than the data."""
        images = len(data.x_train) if self.images is None else self.images
        if images > len(data.x_train):
            raise not_allowed("images", images, f"{data.name} has {len(data.x_train)} training images")
        for size in self.batch_sizes:
            if size != "full" and size > images:
                raise not_allowed("batch_sizes", size, f"there are {images} training images")
        target = losses.parse(self.loss).uniform(data.classes) / 2 if self.target is None else self.target
        found = self._replaced(data=data.name, images=images, target=float(target))
        known = {name: one for name, one in data.checksums.items() if name != "pixels"}
        known |= {"features": data.x_train.shape[1], "classes": data.classes}
        object.__setattr__(found, "known", known)
        return found

    def _replaced(self, **changes: Any) -> Spec:
        """With other values, and what was named in files as it was: their notations by name are kept already."""
        found = replace(self, **changes)
        for name in ("named", "sources"):
            object.__setattr__(found, name, getattr(self, name))
        return found

    @property
    def common(self) -> Common:
        """What all cells share."""
        target = math.nan if self.target is None else self.target
        own_parts = self.named, own.met()
        return Common(self.loss, self.terrain, self.start, self.noise, target, self.ground, *own_parts)

    @property
    def settings(self) -> dict[str, Any]:
        """All that decides the table, as a table's first line holds it."""
        both = {"optimizers": self.optimizers, "lrs": self.lrs, "schedules": self.schedules, "seeds": self.seeds}
        both |= {"target": self.target, "ground": self.ground, "halving": self.halving, "sources": dict(self.sources)}
        if self.terrain:
            names: tuple[str, ...] = ("terrain", "start", "steps", "noise")
        else:
            names = ("networks", "depths", "widths", "batch_sizes", "data", "images", "epochs", "loss")
            both |= dict(self.known)
        return {name: plain(one) for name, one in (both | {name: getattr(self, name) for name in names}).items()}

    def cells(self) -> Iterator[Cell]:
        """The cells, one after the other; none is kept."""
        for seed in self.seeds:
            for where in self.groups():
                yield from (self.cell(where, seed, lr) for lr in self.lrs)

    def groups(self) -> Iterator[tuple[Any, ...]]:
        """All settings but seeds and learning rates."""
        return product(*self._axes[1:-1])

    def cell(self, where: tuple[Any, ...], seed: int, lr: float, share: float = 1.0, rung: int | None = None) -> Cell:
        """One cell of a group, with a share of its steps: fewer epochs, and where that would be less than one, fewer
        images."""
        network, depth, width, batch_size, schedule, optimizer = where
        if self.terrain:
            how: dict[str, Any] = {"most_steps": math.ceil(self.steps * share)}
        else:
            epochs = math.ceil(self.epochs * share)
            images = self.images
            if images is not None and 0 < self.epochs * share < 1:
                least = 1 if batch_size == "full" else batch_size
                images = max(least, math.ceil(images * self.epochs * share))
            how = {"activation": network[0], "init": network[1], "depth": depth, "width": width}
            how |= {"batch_size": batch_size, "images": images, "epochs": epochs}
        own_parts = {name: one for name, one in self.sources.items() if name in {optimizer, schedule, *(network or ())}}
        fixed = f"{self._fixed}{sorted(own_parts.items())}" if own_parts else self._fixed
        return Cell.of(fixed, optimizer=optimizer, lr=lr, schedule=schedule, seed=seed, rung=rung, **how)

    @property
    def middle(self) -> Cell:
        """The cell in the middle of all axes."""
        seed, *where, lr = (axis[len(axis) // 2] for axis in self._axes)
        return self.cell(tuple(where), seed, lr)

    def steps_of(self, where: tuple[Any, ...]) -> int:
        """How many steps the cells of a group have in all."""
        if self.terrain:
            return self.steps
        images = self.images or 0
        return self.epochs * (1 if where[3] == "full" else images // int(where[3]))

    @cached_property
    def _fixed(self) -> str:
        """What decides the numbers of all cells, as a text."""
        names = ("loss", "terrain", "start", "noise", "target", "ground")
        written = [self.sources.get(name) for name in (self.loss, self.terrain)]
        return repr([*((name, getattr(self, name)) for name in names), sorted(self.known.items()), written])
