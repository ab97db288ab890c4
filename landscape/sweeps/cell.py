"""A cell of a sweep: one network trained, or one walk, at one setting of everything; and the row that it leaves."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .. import optimizers, terrains
from ..compiled.engine import chosen
from ..compiled.trainer import cannot
from ..core import own
from ..core.annotations import Array
from ..core.blas import one_blas_thread
from ..core.errors import LandscapeError, one_line
from ..networks import activations, initialisers, losses
from ..networks.mlp import MLP
from ..optimizers import schedules
from ..training.loop import train
from ..walks.descent import descend
from ..walks.nudges import starts_around
from ..walks.trajectory import settled
from . import ground
from .bands import end_loss
from .sharing import Handle, attached, to_train

Row = dict[str, str | int | float | None]

DONE, DIVERGED, FAILED, CUT, TRIED = "done", "diverged", "failed", "cut", "tried"
_WINDOW = 50  # running means are over that part of the steps, as learning curves draw them
_PARSE = {
    "optimizer": optimizers.parse,
    "schedule": schedules.parse,
    "activation": activations.parse,
    "initialiser": initialisers.parse,
    "loss": losses.parse,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: plain settings, and a key that changes with whatever decides its numbers.

    What does not apply, such as layers on a terrain, is None. images, epochs, most_steps : how much it is given, which
    is less than the sweep's own at a rung of successive halving, counted from 1.
    """

    key: str
    optimizer: str
    lr: float
    schedule: str
    seed: int
    activation: str | None = None
    init: str | None = None
    depth: int | None = None
    width: int | None = None
    batch_size: int | str | None = None
    images: int | None = None
    epochs: int | None = None
    most_steps: int | None = None
    rung: int | None = None

    @classmethod
    def of(cls, fixed: str, *, rung: int | None = None, **settings: Any) -> Cell:
        """The cell of these settings, of which the rung decides no number, and of all that is `fixed`, as a text."""
        told = f"{fixed}{sorted(settings.items())}".encode()
        return cls(hashlib.blake2b(told, digest_size=8).hexdigest(), rung=rung, **settings)

    @property
    def row(self) -> Row:
        """Its settings, as the first columns of a table."""
        return {name: getattr(self, name) for name in SETTINGS}


SETTINGS = tuple(one.name for one in fields(Cell))


@dataclass(frozen=True)
class Common:
    """What all cells of a sweep share: see `Spec`. named, met : the user's own parts, by notation, and files."""

    loss: str
    terrain: str
    start: tuple[float, float] | None
    noise: float
    target: float
    ground: bool
    named: tuple[tuple[str, str], ...] = ()
    met: tuple[Path, ...] = ()
    data: Handle | None = None


def run_cell(cell: Cell, common: Common) -> Row:
    """Train or walk one cell, with one BLAS thread; its row, in which an error stands as the reason why it failed."""
    begun = time.perf_counter()
    try:
        _know(common.named, common.met)
        with one_blas_thread, np.errstate(all="ignore"):
            found = _walked(cell, common) if common.terrain else _trained(cell, common)
    # Whatever goes wrong in one cell is told of that cell.
    except Exception as error:
        found = failed(_said(error))
    if cell.rung is not None:
        found["status"] = TRIED
    return cell.row | found | {"seconds": round(time.perf_counter() - begun, 4)}


def failed(reason: str) -> Row:
    """What is known of a cell that failed."""
    return {"status": FAILED, "reason": reason, "trained": 0}


def _said(error: Exception) -> str:
    said = own.told(error) or str(error)
    plain = isinstance(error, ValueError | LandscapeError) and said
    return one_line(said if plain else f"{type(error).__name__}: {said}".rstrip(": "))[:500]


@lru_cache(maxsize=4)
def _know(named: tuple[tuple[str, str], ...], met: tuple[Path, ...]) -> None:
    """Know the user's own parts by their names."""
    if met and met != own.met():
        own.meet(*met)
    for family, notation in named:
        _PARSE[family](notation)


def _trained(cell: Cell, common: Common) -> Row:
    assert common.data is not None
    data, settings = attached(common.data), cell.row
    sizes = [data.x_train.shape[1], *[cell.width or 0] * (cell.depth or 0), data.classes]
    net = MLP(sizes, str(cell.activation), str(cell.init), common.loss, cell.seed)
    # Measured at the start and at the end alone, and hardly on test images.
    how: dict[str, Any] = {name: settings[name] for name in ("epochs", "batch_size", "seed", "schedule")}
    part, optimizer = to_train(common.data, cell.images or 0), optimizers.parse(cell.optimizer).with_lr(cell.lr)
    size = len(part.x_train) if cell.batch_size == "full" else int(cell.batch_size or 0)
    # The compiler is loaded once for all cells, so that it pays for small ones too.
    engine = chosen("auto", cannot(net, optimizer, size))
    run = train(net, part, optimizer, **how, snapshots=1, measure=0, engine=engine)
    loss = end_loss(run)
    row: Row = {"status": DIVERGED if run.diverged else DONE, "steps": len(run.history["loss"])}
    if run.diverged:
        row["reason"] = f"diverged at step {run.diverged_at}"
    else:
        test_loss, accuracy = net.evaluate(run.params, data.x_test, data.y_test)
        row |= {"loss": loss, "test_loss": test_loss, "test_accuracy": accuracy}
        row["steps_to"] = steps_to(run.history["loss"], common.target)
    row |= {"trained": int(loss <= common.target), "engine": str(run.settings.get("engine", "numpy"))}
    if common.ground:
        start = _ground_at_start(tuple(sizes), str(cell.activation), str(cell.init), cell.seed, common)
        row |= _prefixed("start", start) | _prefixed("end", ground.of_network(net, run.params, data))
    return row


@lru_cache(maxsize=1024)
def _ground_at_start(sizes: tuple[int, ...], activation: str, init: str, seed: int, common: Common) -> dict[str, float]:
    """The ground under a fresh network, which has one shape whatever trains it."""
    assert common.data is not None
    net = MLP(sizes, activation, init, common.loss, seed)
    return ground.of_network(net, net.params, attached(common.data))


def _walked(cell: Cell, common: Common) -> Row:
    terrain = terrains.parse(common.terrain)
    start: Any = common.start
    if cell.seed and not common.noise:
        start = starts_around(terrain, start, 1, seed=cell.seed)[0]
    optimizer = optimizers.parse(cell.optimizer).with_lr(cell.lr)
    how: dict[str, Any] = {"noise": common.noise, "seed": cell.seed, "schedule": cell.schedule}
    walk = descend(terrain, optimizer, start, cell.most_steps or 0, **how)
    row: Row = {"status": DONE, "steps": int(walk.steps[-1]), "engine": "numpy", "trained": 0}
    if bool(walk.diverged):
        ended = "the loss is undefined" if bool(walk.outside) else "diverged"
        row |= {"status": DIVERGED, "reason": f"{ended} at step {int(walk.diverged_at)}"}
        row["steps"] = int(walk.diverged_at)
    else:
        arrived = int(settled(walk.loss, common.target))
        row |= {"loss": float(walk.loss[-1]), "trained": int(arrived >= 0)}
        row["steps_to"] = arrived if arrived >= 0 else None
    if common.ground:
        at = ground.of_terrain(terrain, walk.x[0])
        row |= _prefixed("start", at) | _prefixed("end", ground.of_terrain(terrain, walk.x[-1]))
    return row


def steps_to(losses: Array, target: float) -> int | None:
    """The steps after which the loss of a training, (T,) of its batches, stays at or below the target; None if it does
    not. It is the running mean over 2 % of the run, as learning curves draw it, counted at the last batch of each."""
    window = max(1, len(losses) // _WINDOW)
    found = int(settled(np.convolve(losses, np.full(window, 1 / window), mode="valid"), target))
    return found + window - 1 if found >= 0 else None


def _prefixed(when: str, found: Mapping[str, float]) -> Row:
    return {f"{when}_{name}": value for name, value in found.items()}
