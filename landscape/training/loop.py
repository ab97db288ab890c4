"""Training a network by minibatches."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Literal

import numpy as np

from .. import optimizers
from ..compiled import engine as engines
from ..compiled.trainer import cannot
from ..core import bounds
from ..core.blas import one_blas_thread
from ..core.checks import MOST_STEPS, at_least, one_of, positive, within
from ..core.errors import InputError, not_allowed, shortened
from ..core.release import __version__
from ..datasets import Dataset
from ..files import locks
from ..networks.mlp import MLP
from ..optimizers import Missing, Optimizer, schedules
from ..optimizers.schedules import Schedule
from . import folder, measuring
from .run import Run
from .session import Due, Session, Status, Steps

When = int | Sequence[int]

# Settings that may be others when a run is resumed: images are compared by their checksums, engines beforehand.
_FREE = ("source", "data", "scaling", "mean", "std", "whole_pixels", "version", "steps", "engine")
_PRODUCT = 1e-11  # seconds that a parameter and image take of a step, at the least
_WORTH_COMPILING = 0.05  # such seconds: an epoch of MNIST with 128 units, which takes longer than loading a compiler
_MANY = 512  # images a batch, from which on more than one BLAS thread pays


def train(
    net: MLP,
    data: Dataset,
    optimizer: Optimizer | Missing | str,
    epochs: int = 1,
    batch_size: int | Literal["full"] = 32,
    seed: int = 0,
    schedule: Schedule | str | None = None,
    snapshots: int = 200,
    out: str | Path | None = None,
    resume: bool = False,
    progress: Callable[[Status], None] | None = None,
    *,
    spacing: Literal["linear", "log"] = "linear",
    measure: Literal["epoch"] | When = "epoch",
    sharpness: When = 0,
    checkpoint_every: float = 10.0,
    engine: engines.Choice = "auto",
) -> Run:
    """Train `net` from its parameters, which stay as they are, and return the Run.

    Parameters
    ----------
    optimizer : one of `optimizers`, or its notation: "adam:lr=0.01,clip=1".
    batch_size : images a step, or "full": all of them, so an epoch is one step.
    seed : of the order of the images, drawn anew each epoch; a last batch that is not full is left out.
    schedule : of the learning rate, or its notation: "cosine", "warmup:length=500,then=cosine".
    snapshots : how many times the parameters are recorded; the start comes on top.
    spacing : "linear", or "log" for snapshots that are close together at the start.
    measure : when accuracies and the state of the layers are measured: after every "epoch", every k steps, or at the
        steps given; at the start and at the end in any case.
    sharpness : when the Hessian's largest eigenvalue is: every k steps, or at the steps given; 0 for never.
    out : a run folder; an older run there is replaced, unless `resume`. It is usable from the first second on.
    resume : continue the run in `out` from its last checkpoint, to the same bits as if it had never stopped. Where
        there is none yet it begins; one that has ended is returned as it is.
    checkpoint_every : seconds between two checkpoints. Ctrl-C, too, finishes its step and leaves a checkpoint.
    progress : called now and then as progress(status).
    engine : "numpy"; or "compiled", the same steps in loops that numba compiles, with other roundings: for SGD,
        momentum, Nesterov, RMSProp, Adam and AdamW, in float32. "auto", which LANDSCAPE_ENGINE may decide, compiles
        where numba is installed and there is enough to do. A run is resumed by the engine that began it.

    A loss or gradient that is not finite, or a batch's loss above 100 times that of the first batch (or of a network
    whose logits are 0, if that is more), ends the training: the run says `diverged` and keeps all before it. Where such
    a loss does not go on to overflow, the ReLU units have died, and the network has forgotten how to learn.

    Raises
    ------
    ValueError for a setting that is not allowed, or, with `resume`, another than the run began with; RunError if `out`
    cannot be written, or another process writes it: its last checkpoint is then intact.
    """
    checkpoint_every = positive("checkpoint_every", checkpoint_every)
    if resume and out is None:
        raise ValueError("resume = True is not allowed without out, the run folder to continue")
    target = None if out is None else folder.at(out)
    if target is not None and resume and folder.is_run(target):
        engine = _begun_by(target, engine)
    session = plan(
        net, data, optimizer, epochs, batch_size, seed, schedule, snapshots, spacing, measure, sharpness, engine
    )
    # One BLAS thread is faster than two for matrices as small as a batch's.
    with one_blas_thread if session.size < _MANY else nullcontext():
        if target is not None and resume and _finished(target, session):
            return Run.load(target)
        if target is not None:
            folder.check(target)
            bounds.disk(session.size_on_disk, target, f"a run of {len(session.due.snapshot)} snapshots")
        with locks.writing(target) as session.lock:
            # Meanwhile another process may have gone on with it.
            if target is not None and resume and folder.is_run(target):
                if _finished(target, session):
                    return Run.load(target)
                session.restore(target)
            else:
                session.begin(target)
            session.run(target, checkpoint_every, progress)
            return session.end(target)


def _begun_by(target: Path, engine: engines.Choice) -> engines.Engine:
    """The engine that began a run; ValueError if it is to go on with another."""
    begun: engines.Engine = folder.read_summary(target)["settings"].get("engine", "numpy")
    if engine not in ("auto", begun):
        raise ValueError(f"cannot resume '{target}' with engine = {shortened(engine)}, but the run began with {begun}")
    return begun


def _finished(target: Path, session: Session) -> bool:
    """Whether this very run is there, to its end; ValueError if another one is."""
    if not folder.is_run(target):
        return False
    about = folder.read_summary(target)
    changed = [
        f"{name} = {after}, but the run began with {before}"
        for name, (before, after) in differences(about["settings"], session.settings).items()
    ]
    if changed:
        raise ValueError(f"cannot resume '{target}' with {shortened('; '.join(changed), 1000)}")
    return bool(about["finished"])


def plan(
    net: MLP,
    data: Dataset,
    optimizer: Optimizer | Missing | str,
    epochs: int = 1,
    batch_size: int | Literal["full"] = 32,
    seed: int = 0,
    schedule: Schedule | str | None = None,
    snapshots: int = 200,
    spacing: Literal["linear", "log"] = "linear",
    measure: Literal["epoch"] | When = "epoch",
    sharpness: When = 0,
    engine: engines.Choice = "auto",
) -> Session:
    """What `train` would do, checked and not begun; its `settings` are those that the Run will have."""
    epochs, snapshots = at_least("epochs", epochs, 0), within("snapshots", snapshots, 1, 100_000)
    seed = at_least("seed", seed, 0)
    one_of("spacing", spacing, ("linear", "log"))
    optimizer = optimizers.of(optimizer)
    schedule = schedules.Constant() if schedule is None else schedules.of(schedule)
    optimizers.check_schedulable(optimizer, schedule)
    measure, sharpness = _when("measure", measure, "epoch"), _when("sharpness", sharpness)
    images = len(data.x_train)
    size = _fitting(net, data, batch_size)
    steps = epochs * (images // size)
    if steps > MOST_STEPS:
        raise not_allowed("epochs", epochs, f"these are {steps} steps, and at most {MOST_STEPS} can be taken")

    weights = zlib.crc32(net.params.tobytes())
    products = steps * size * net.params.size * _PRODUCT
    chosen = engines.chosen(engine, cannot(net, optimizer, size), products > _WORTH_COMPILING)
    settings = {
        "network": net.settings,
        "optimizer": optimizers.text(optimizer),
        "schedule": schedules.text(schedule),
        "data": data.name,
        "source": data.source,
        "images": images,
        "epochs": epochs,
        "steps": steps,
        "batch_size": "full" if batch_size == "full" else size,
        "seed": seed,
        "snapshots": snapshots,
        "spacing": spacing,
        "measure": measure,
        "sharpness": sharpness,
        "scaling": data.scaling,
        "mean": data.mean,
        "std": data.std,
        # Checksums: names alone do not say that weights and images are the same.
        "weights": weights,
        **data.checksums,
        "version": __version__,
        "engine": chosen,
    }
    # What the network's settings say of its weights is not so where others were put in their place.
    if zlib.crc32(MLP(net.sizes, net.activation, net.init, net.loss, net.seed, net.dtype).params.tobytes()) != weights:
        settings["start"] = "given"
    kept = min(snapshots, steps) + 1
    measured, sharpened = _at(images // size if measure == "epoch" else measure, steps), _at(sharpness, steps)
    needs = {
        f"layers = {shortened(net.sizes)}": 8 * net.params.nbytes,
        f"batch_size = {size}": 6 * size * sum(net.sizes) * net.dtype.itemsize,
        f"snapshots = {snapshots}": kept * net.params.nbytes,
        # Loss and norm of each step, in the history, too, and where it is written.
        f"epochs = {epochs}": 100 * steps,
        f"measure = {shortened(measure)}": 500 * len(measured) * len(net.sizes),
    }
    bounds.memory(needs)
    measurement, eigenvalue = measuring.seconds(net.params.size, data)
    work = {
        f"epochs = {epochs}": products,
        f"measure = {shortened(measure)}": len(measured) * measurement,
        f"sharpness = {shortened(sharpness)}": len(sharpened) * eigenvalue,
    }
    bounds.hours(sum(work.values()), max(work, key=lambda one: work[one]))
    due = Due(_spread(snapshots, steps, spacing), _with_ends(measured, steps), sharpened)
    return Session(net, data, optimizer, schedule, size, settings, due)


def _spread(count: int, steps: int, spacing: str) -> Steps:
    """`count` steps, the last one included, and the start; fewer where they would fall together."""
    if spacing == "linear" and count >= steps:
        return range(steps + 1)
    if spacing == "linear" or steps < 2:
        return list(map(int, np.unique(np.round(np.linspace(0, steps, count + 1)))))
    # More would only fall together.
    count = min(count, 40 * steps)
    return [0, *map(int, np.unique(np.round(np.geomspace(steps, 1, count))))]


def _at(when: When, steps: int) -> Steps:
    """The steps that are meant by "every k steps" or a list of steps."""
    if isinstance(when, int):
        return range(0, steps + 1, when) if when else []
    return sorted({step for step in when if step <= steps})


def _with_ends(when: Steps, steps: int) -> Steps:
    """The same with the start and the end."""
    if isinstance(when, range) and when[-1] == steps:
        return when
    return sorted({*when, 0, steps})


def _when(name: str, when: Any, word: str = "") -> Any:
    """A word that is allowed, an int, or a list of ints; ValueError for anything else."""
    if isinstance(when, str):
        if when != word:
            allowed = f"'{word}', a whole number or a list of them" if word else "a whole number or a list of them"
            raise ValueError(f"{name} = '{shortened(when)}' is not allowed: it must be {allowed}")
        return when
    if np.ndim(when) == 0:
        return at_least(name, when, 0)
    return [at_least(name, step, 0) for step in when]


def _fitting(net: MLP, data: Dataset, batch_size: Any) -> int:
    """The batch size as an int; ValueError where the network does not fit the data, or there are fewer images."""
    size = len(data.x_train) if batch_size == "full" else batch_size
    if isinstance(size, str):
        raise ValueError(f"batch_size = '{shortened(size)}' is not allowed: it must be a whole number or 'full'")
    features, classes = data.x_train.shape[1], data.classes
    if net.sizes[0] != features or net.sizes[-1] < classes:
        raise InputError(
            f"layers = {','.join(map(str, net.sizes))} is not allowed: "
            f"{data.name} needs {features} inputs and {classes} outputs"
        )
    size = at_least("batch_size", size, 1)
    if size > len(data.x_train):
        raise not_allowed("batch_size", size, f"there are {len(data.x_train)} training images")
    return size


def differences(begun: dict[str, Any], given: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Which settings make `given` another run than `begun`: name → (before, after)."""
    found: dict[str, tuple[Any, Any]] = {}
    for name in begun | given:
        old, new = begun.get(name), given.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            found |= differences(old, new)
        elif old != new and name not in _FREE:
            found[name] = old, new
    return found
