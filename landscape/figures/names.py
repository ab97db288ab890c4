"""What optimizers, runs and terrains are called on figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import groupby

import numpy as np

from .. import schedules, terrains
from ..optimizers import Clip, Elsewhere, Optimizer, SciPy, Walker, Wrapper
from ..run import Run
from ..surfaces import PlaneTerrain, Surface
from ..terrains import Terrain
from ..trajectory import Trajectory
from .words import listed, say, term

# Terrains whose names are not those of their inventors, or have two of them.
_POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_NAMES = {"goldstein_price": "Goldstein–Price", "styblinski_tang": "Styblinski–Tang"}


def name_of(walker: Walker) -> str:
    """An optimizer's name, learning rate, and what else differs from its defaults, as figures and films show them."""
    return _name(walker, f", lr {walker.lr:g}" if isinstance(walker, Optimizer) else "")


def short_name(walker: Walker) -> str:
    """An optimizer's name without its learning rate."""
    return _name(walker, "")


def walk_name(walk: Trajectory, brief: bool = False) -> str:
    """An optimizer's name and, if not brief, learning rate, and whether its walk diverged; of many, how many did."""
    name, lost = (short_name if brief else name_of)(walk.optimizer), int(walk.diverged.sum())
    if not lost:
        return name
    some = lost < walk.diverged.size
    if some:
        return listed([name, say("{lost} of {all} diverged", lost=lost, all=walk.diverged.size)])
    alone = walk.diverged.size == 1
    step = int(np.max(walk.diverged_at))
    return listed([name, say("diverged, step {step:,}", step=step) if alone else say("diverged")])


def walk_names(walks: Sequence[Trajectory], label: str | Sequence[str] | None = None) -> list[str]:
    """The walks' names, told apart, or those that the caller gives as a `label`; ValueError unless one each."""
    if label is None:
        names = [walk_name(walk) for walk in walks]
        facts = (
            [title_of(walk.terrain) for walk in walks],
            [say("constant rate") if walk.schedule is None else schedules.text(walk.schedule) for walk in walks],
            [_start(walk) for walk in walks],
            [say("{steps:,} steps", steps=int(walk.steps[-1])) for walk in walks],
        )
        return [listed([name, *own]) for name, own in zip(names, telling(names, facts), strict=True)]
    names = [label] if isinstance(label, str) else list(label)
    if len(names) != len(walks):
        raise ValueError(f"{len(names)} labels for {len(walks)} trajectories are not allowed: one each is needed")
    return names


def run_names(runs: Sequence[Run]) -> list[str]:
    """The runs' names, told apart, and whether they diverged."""
    names = zip(told_apart(runs), runs, strict=True)
    return [listed([name, say("diverged")]) if run.diverged else name for name, run in names]


def told_apart(runs: Sequence[Run]) -> list[str]:
    """The runs' optimizers and rates and, where several have the same, as much as tells them apart."""
    names = [name_of(run.optimizer) for run in runs]
    facts = (
        [run.settings["network"]["activation"] for run in runs],
        [network_name(run).partition(" ")[0] for run in runs],
        [run.settings["network"]["init"] for run in runs],
        [run.settings["schedule"] for run in runs],
        [say("batch {size}", size=term(str(run.settings["batch_size"]))) for run in runs],
        [say("{count:,} images", count=run.settings["images"]) for run in runs],
        [say("seed {seed}", seed=run.settings["seed"]) for run in runs],
    )
    return [listed([name, *own]) for name, own in zip(names, telling(names, facts), strict=True)]


def telling(names: Sequence[str], facts: Iterable[Sequence[str]]) -> list[list[str]]:
    """For each of the names those facts, a sequence over all names each, that tell it from others that are the same: as
    few as are needed, in their order."""
    told: list[list[str]] = [[] for _ in names]
    for values in facts:
        keys = [(name, *own) for name, own in zip(names, told, strict=True)]
        for key, value, own in zip(keys, values, told, strict=True):
            # Where all that are called so have one value, it tells nothing.
            if len({one for other, one in zip(keys, values, strict=True) if other == key}) > 1:
                own.append(value)
    return told


def network_name(run: Run) -> str:
    """Layers and activation, equal layers counted: 784-64×6-10 sigmoid. Without a hidden layer there is none."""
    network, parts = run.settings["network"], []
    for size, group in groupby(network["sizes"]):
        n = len(list(group))
        parts += [f"{size}×{n}"] if n > 2 else [str(size)] * n
    return " ".join(["-".join(parts), *([network["activation"]] if len(network["sizes"]) > 2 else [])])


def steps_taken(run: Run) -> int:
    """Steps of a run; a batch whose loss or gradient is not finite leads to none."""
    return int((np.isfinite(run.history["loss"]) & np.isfinite(run.history["gradient_norm"])).sum())


def facts_of(run: Run) -> list[str]:
    """A run's network, its optimizer and, if it did not end as planned, where it ended."""
    name = [network_name(run), name_of(run.optimizer)]
    if run.diverged or not run.finished:
        name.append(ended(run))
    return name


def ended(run: Run) -> str:
    """Where a run ended that did not end as planned."""
    if run.diverged:
        return say("diverged at step {step:,}", step=steps_taken(run))
    return say("stopped at step {step:,}", step=steps_taken(run))


def _name(walker: Walker, rate: str) -> str:
    if isinstance(walker, SciPy):
        return f"SciPy {walker.method.upper()}"
    if isinstance(walker, Elsewhere):
        return walker.label or say("path")
    around = ""
    while isinstance(walker, Wrapper):
        own = (
            say("clipped at {norm:g}", norm=walker.max_norm) if isinstance(walker, Clip) else f"SAM{_settings(walker)}"
        )
        around = f", {own}{around}"
        walker = walker.optimizer
    return type(walker).__name__ + rate + (_settings(walker) if rate else "") + around


def _settings(walker: Optimizer) -> str:
    """The hyperparameters that differ from their defaults, but for the learning rate."""
    told = ""
    for field in fields(walker):  # type: ignore[arg-type]
        value = getattr(walker, field.name)
        if field.name not in ("lr", "optimizer") and value != field.default:
            told += (
                f", {term(field.name.replace('_', ' '))} {format(value, 'g') if isinstance(value, float) else value}"
            )
    return told


def _start(walk: Trajectory) -> str:
    """Where a walk starts, or how many do."""
    start = walk.x[0].reshape(-1, 2)
    if len(start) != 1:
        return say("{count:,} walks", count=len(start))
    return say("from ({x:.4g}, {y:.4g})", x=start[0, 0], y=start[0, 1])


def typeset(formula: str) -> str:
    """A formula as it is printed: x² + sin(3y)."""
    text = re.sub(r"\s+", "", formula).replace("**", "^")
    text = re.sub(r"\^(-?\d+)(?![\d.])", lambda found: found[1].translate(_POWERS), text)
    # Between a number and a letter or bracket, multiplication needs no sign; elsewhere it has a small one.
    text = re.sub(r"(?<![A-Za-z_\d.])(\d+(?:\.\d+)?)\*(?=[A-Za-z(])", r"\1", text).replace("*", "·")
    text = text.replace("sqrt(", "√(")
    text = re.sub(r"(?<![A-Za-z_])pi(?!\w)", "π", text)
    # Signs between two terms have room; those before one, and those of exponents such as 1e-3, have not.
    text = re.sub(r"(?<=[\w)⁰¹²³⁴⁵⁶⁷⁸⁹])(?<!\de)(?<!\d\.e)([+-])", r" \1 ", text).replace(",", ", ")
    return text.replace("-", "−")


def title_of(terrain: Terrain) -> str:
    """A terrain's name with the parameters that define it; for a surface, what its plane holds."""
    if isinstance(terrain, Surface | PlaneTerrain):
        return say("loss on a plane through weight space")
    if terrain.name not in terrains.names():
        return typeset(terrain.name) if isinstance(terrain, terrains.ExpressionTerrain) else terrain.name
    parameters = []
    for field in fields(terrain):  # type: ignore[arg-type]
        value = getattr(terrain, field.name)
        words = term(value.replace("_", " ")) if isinstance(value, str) else f"{value:g}{'°' * (field.name == 'angle')}"
        parameters.append(f"{term('κ' if field.name == 'kappa' else field.name)} = {words}")
    plain = _NAMES.get(terrain.name, terrain.name.replace("_", " ").replace("relu", "ReLU"))
    name = term(plain[0].upper() + plain[1:])
    return say("{what}: {facts}", what=name, facts=listed(parameters)) if parameters else name
