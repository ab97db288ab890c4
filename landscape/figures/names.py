"""What optimizers, runs and terrains are called on figures."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import groupby, zip_longest
from typing import Any

import numpy as np

from .. import optimizers, terrains
from ..core.notation import written
from ..core.numerals import number, setting
from ..core.values import same
from ..core.wording import term
from ..networks import activations, initialisers, losses
from ..optimizers import SAM, Clip, External, Missing, Optimizer, SciPy, Walker, Wrapper, innermost, schedules
from ..sweeps.bands import Sweep
from ..terrains import Terrain
from ..terrains.custom import CustomTerrain
from ..training.recorded import is_recorded
from ..training.run import Run
from ..walks.trajectory import Projected, Trajectory, Walk
from .typesetting import typeset
from .words import batch_name, data_name, listed, part_name, say

# Terrains whose names are not those of their inventors, or have two of them.
_NAMES = {"goldstein_price": "Goldstein–Price", "styblinski_tang": "Styblinski–Tang"}


def name_of(walker: Walker) -> str:
    """An optimizer's name, learning rate, and what else differs from its defaults, as figures and films show them."""
    if not isinstance(walker, Optimizer):
        return _name(walker)
    return _name(walker, f"{term('lr')} {setting(walker.lr)}", *_settings(walker))


def short_name(walker: Walker) -> str:
    """An optimizer's name without its learning rate."""
    return _spoken(walker.short) if isinstance(walker, Missing) else _name(walker)


def sweep_names(sweeps: Sequence[Sweep]) -> list[str]:
    """The optimizers' names without their learning rates, which sweeps vary, told apart."""
    names = [_name(one.optimizer, *_settings(one.optimizer)) for one in sweeps]
    return _distinct_names(names, [one.settings for one in sweeps])


def walk_name(walk: Walk, brief: bool = False) -> str:
    """An optimizer's name and, if not brief, learning rate, and whether its walk diverged or came to where there is no
    loss; of many, how many did."""
    name = (short_name if brief else name_of)(walk.optimizer)
    if walk.diverged.size == 1:
        return listed([name, lost_at(walk)]) if walk.diverged.all() else name
    outside = np.broadcast_to(walk.outside, walk.diverged.shape)
    every, told = walk.diverged.size, []
    if ran := int((walk.diverged & ~outside).sum()):
        told.append(say("diverged") if ran == every else say("{lost} of {all} diverged", lost=ran, all=every))
    if left := int(outside.sum()):
        told.append(say("{lost} of {all} where the loss is undefined", lost=left, all=every))
    return listed([name, *told])


def lost_at(walk: Walk, which: int = 0) -> str:
    """How and when one of a trajectory's walks ended that did so without a finite loss: it diverged, or came to where
    there is no loss."""
    step = int(walk.diverged_at.reshape(-1)[which])
    outside = bool(np.broadcast_to(walk.outside, walk.diverged.shape).reshape(-1)[which])
    return say("loss undefined, step {step:,}" if outside else "diverged, step {step:,}", step=step)


def walk_names(walks: Sequence[Walk], label: str | Sequence[str] | None = None) -> list[str]:
    """The walks' names, told apart, or those that the caller gives as a `label`; ValueError unless one each."""
    if label is None:
        return _distinct_walks([walk_name(walk) for walk in walks], walks)
    names = [label] if isinstance(label, str) else list(label)
    if len(names) != len(walks):
        raise ValueError(f"{len(names)} labels for {len(walks)} trajectories are not allowed: one each is needed")
    return names


def path_names(walks: Sequence[Walk]) -> list[str]:
    """The walks' names, told apart, and nothing on how they ended."""
    return _distinct_walks([name_of(walk.optimizer) for walk in walks], walks)


def fixed_name(walker: Walker, moved: Collection[str]) -> str:
    """An optimizer's name and what differs from its defaults, but for its learning rate and what can be `moved`."""
    return _name(walker, *_settings(walker, moved))


def run_names(runs: Sequence[Run]) -> list[str]:
    """The runs' names, told apart, and whether they diverged."""
    names = zip(distinct_names(runs), runs, strict=True)
    return [listed([name, say("diverged")]) if run.diverged else name for name, run in names]


def weights_names(walkers: Sequence[Walker], files: Sequence[str]) -> list[str]:
    """What networks trained elsewhere are called: by what trained them and, where it is the same, by their files."""
    names = [name_of(walker) for walker in walkers]
    return [listed([name, *own]) for name, own in zip(names, telling(names, [files]), strict=True)]


def _distinct_walks(names: Sequence[str], walks: Sequence[Walk]) -> list[str]:
    steps = [say("{steps:,} steps", steps=int(walk.steps[-1])) for walk in walks]
    starts = [_start(walk) for walk in walks]
    *ways, seeds = ([*facts] for facts in zip(*map(_walked, walks), strict=True)) if walks else [[]]
    further = [starts, steps, seeds, [_rate(walk.optimizer) for walk in walks]]
    settings = [walk.settings if isinstance(walk, Projected) else {} for walk in walks]
    return _distinct_names(names, settings, [one for one in ways if len(set(one)) > 1], further)


def _walked(walk: Walk) -> tuple[str, ...]:
    """How a walk was made: on what, with which schedule, noise and batch, from where, and of which seed. Of a projected
    run its settings tell that; where weights are drawn otherwise it begins at another place, which is no condition."""
    ground = title_of(walk.terrain)
    if not isinstance(walk, Trajectory):
        return ground, "", "", "", "", ""
    schedule = say("constant rate")
    if walk.schedule is not None:
        schedule = part_name(schedules.text(walk.schedule, defaults=False))
    noise = say("noise {scale}", scale=setting(walk.noise)) if walk.noise else say("no noise")
    batch = batch_name(walk.batch_size)
    seed = say("seed {seed}", seed=walk.seed) if walk.noise or walk.batch_size else ""
    return ground, schedule, noise, batch, _start(walk), seed


def distinct_names(runs: Sequence[Run]) -> list[str]:
    """The runs' optimizers and rates, all else that was not the same for all, and as much as tells equal ones apart."""
    return _distinct_names([name_of(run.optimizer) for run in runs], [run.settings for run in runs])


def _distinct_names(
    names: Sequence[str],
    settings: Sequence[Mapping[str, Any]],
    differing: Sequence[Sequence[str]] = (),
    others: Sequence[Sequence[str]] = (),
) -> list[str]:
    """Names with every condition in which runs of such settings differ, and those that are `differing`, as the numbers
    do not compare like those of equals; and with as few further facts, and of `others`, as tell equal ones apart.

    Empty settings are those of walks.
    """
    told = list(zip(names, *_differing(settings), *differing, strict=True))
    further = telling(told, [*_each(settings, _draws), *others])
    return [listed([*filter(None, [*own, *more])]) for own, more in zip(told, further, strict=True)]


def _each(
    settings: Sequence[Mapping[str, Any]], facts: Callable[[Mapping[str, Any]], Sequence[str]]
) -> list[list[str]]:
    """Of each of the facts a list over all runs, empty for those without settings."""
    told = [facts(one) if one else () for one in settings]
    return [list(values) for values in zip_longest(*told, fillvalue="")]


def _differing(settings: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Those of the conditions in which runs with such settings differ, a list over all of them each."""
    counts = [say("{count} images", count=count) if count else "" for count in image_counts(settings)]
    each = [*_each(settings, _conditions), data_names(settings), counts]
    return [facts for facts in each if len({fact for fact, one in zip(facts, settings, strict=True) if one}) > 1]


def _conditions(one: Mapping[str, Any]) -> list[str]:
    """What a run with such settings was trained on and under, but for its data."""
    network = one["network"]
    if is_recorded(network):
        return [*_recorded_conditions(one)]
    epochs = one["epochs"]
    return [
        part_name(activations.registry.brief(network["activation"])) if len(network["sizes"]) > 2 else "",
        say("stopped at step {step:,}", step=one["stopped"]) if "stopped" in one else "",
        str(network.get("dtype", "")),
        _layers(network["sizes"]),
        begun_with(one),
        part_name(losses.registry.brief(network["loss"])).replace("_", " "),
        part_name(schedules.registry.brief(one["schedule"])),
        batch_name(one["batch_size"]),
        say("1 epoch") if epochs == 1 else say("{count:,} epochs", count=epochs),
    ]


def _recorded_conditions(one: Mapping[str, Any]) -> list[str]:
    """The same of a run of another library's model, as far as they are known, in the same places."""
    network, batch = one["network"], one.get("batch_size")
    told = [
        say("stopped at step {step:,}", step=one["stopped"]) if "stopped" in one else "",
        str(network["dtype"]),
        str(network["kind"]),
    ]
    return ["", *told, "", "", "", "" if batch is None else batch_name(batch), ""]


def _draws(one: Mapping[str, Any]) -> list[str]:
    """What chance had drawn for a run with such settings, and the last digits of its rate. Of a sweep a seed says
    nothing: its score is over all."""
    network = one["network"]
    return [
        say("seed {seed}", seed=one["seed"]) if "seed" in one else "",
        say("weights of seed {seed}", seed=network["seed"]) if "seed" in network else "",
        say("weights {mark}", mark=mark(one["weights"])) if "weights" in one else "",
        _rate(optimizers.stored_walker(one["optimizer"])),
    ]


def data_names(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the data of runs are called, with a mark of what is in them where others are called the same: own #6a3f."""
    names = [data_name(one["data"]) if one else "" for one in settings]
    return _marked("{} {}", names, [zlib.crc32(repr(contents(one)).encode()) for one in settings])


def image_counts(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """How many images of their data runs were trained on, with a mark where others are as many: 1,000 (#6a3f)."""
    counts = [f"{one['images']:,}" if "images" in one else "" for one in settings]
    groups = [repr(contents(one)) for one in settings]
    return _marked("{} ({})", counts, [one.get("pixels", 0) for one in settings], groups)


def _marked(
    form: str, names: Sequence[str], checksums: Sequence[int], groups: Sequence[Hashable] | None = None
) -> list[str]:
    """Names, with a mark of its checksum each where one name, within one of the groups, has several."""
    keys = list(zip(names, groups or names, strict=True))
    several = {
        key for key in keys if len({one for other, one in zip(keys, checksums, strict=True) if other == key}) > 1
    }
    shown = zip(names, keys, checksums, strict=True)
    return [form.format(name, mark(one)) if key in several else name for name, key, one in shown]


def contents(settings: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells the data that a run read from others, of the same name too."""
    return tuple(settings.get(key) for key in ("data", "whole_pixels", "test_pixels"))


def mark(checksum: int) -> str:
    """What tells contents of one name apart: #6a3f."""
    return f"#{checksum & 0xFFFF:04x}"


def _rate(walker: Walker) -> str:
    """A learning rate with all of its digits."""
    return f"{term('lr')} {walker.lr!r}" if isinstance(walker, Optimizer) else ""


def telling(names: Sequence[Hashable], facts: Iterable[Sequence[str]]) -> list[list[str]]:
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
    """Layers and activation, equal layers counted: 784-64×6-10 sigmoid. Without a hidden layer there is none. Of a
    model of another library its kind."""
    network = run.settings["network"]
    if is_recorded(network):
        return str(network["kind"])
    hidden = len(network["sizes"]) > 2
    return " ".join([_layers(network["sizes"]), *([part_name(network["activation"])] if hidden else [])])


def _layers(sizes: Sequence[int]) -> str:
    parts: list[str] = []
    for size, group in groupby(sizes):
        n = len(list(group))
        parts += [f"{size}×{n}"] if n > 2 else [str(size)] * n
    return "-".join(parts)


def begun_with(settings: Mapping[str, Any]) -> str:
    """The weights that a run began with: their initialisation, most of which are called after people (He, Glorot,
    Normal:std=0.01), or the mark of those that it was given."""
    if "start" in settings:
        return say("weights {mark}", mark=mark(settings["weights"]))
    init = part_name(initialisers.registry.brief(settings["network"]["init"]))
    return init[:1].upper() + init[1:]


def steps_taken(run: Run) -> int:
    """Steps of a run; a batch whose loss or gradient is not finite leads to none."""
    # Of a recorded run, norms that were not looked at are nan.
    sound = np.isfinite(run.history["loss"])
    return int((sound if run.is_recorded else sound & np.isfinite(run.history["gradient_norm"])).sum())


def facts_of(run: Run) -> list[str]:
    """What tells a run from others: its network and initialisation, its optimizer, what else is not as by default, its
    seed and, if it did not end as planned, where it ended."""
    settings = run.settings
    if run.is_recorded:
        name = [network_name(run), name_of(run.optimizer)]
    else:
        name = [f"{network_name(run)} {begun_with(settings)}", name_of(run.optimizer)]
        if settings["schedule"] != "constant":
            name.append(part_name(schedules.registry.brief(settings["schedule"])))
    name += [say("seed {seed}", seed=settings["seed"])] if "seed" in settings else []
    if run.diverged or not run.finished:
        name.append(ended(run))
    return name


def facts_side_by_side(runs: Sequence[Run]) -> list[list[str]]:
    """The facts of each, and in which further conditions they differ."""
    each, further = [facts_of(run) for run in runs], _differing([run.settings for run in runs])
    for own, more in zip(each, zip(*further, strict=True), strict=True) if further else ():
        own += [fact for fact in more if fact and not any(fact in known for known in own)]
    return each


def ended(run: Run) -> str:
    """Where a run ended that did not end as planned."""
    if run.diverged:
        return say("diverged at step {step:,}", step=steps_taken(run))
    return say("stopped at step {step:,}", step=steps_taken(run))


def _name(walker: Walker, *told: str) -> str:
    if isinstance(walker, SciPy):
        return f"SciPy {walker.method.upper()}"
    if isinstance(walker, Missing):
        return listed([_spoken(walker.short), *_noted(walker)])
    if isinstance(walker, External):
        return walker.label or say("path")
    around: list[str] = []
    while isinstance(walker, Wrapper):
        if isinstance(walker, Clip):
            own = say("clipped at {norm}", norm=setting(walker.max_norm))
        else:
            own = type(walker).__name__ + (f" {setting(walker.rho)}" if isinstance(walker, SAM) else "")
        around.insert(0, own)
        walker = walker.optimizer
    return listed([_label(walker) or term(type(walker).__name__), *told, *around])


def _label(member: object) -> str:
    """What a class of a user's own is to be called, by its attribute `label`; empty without one, or for a setting."""
    label = getattr(type(member), "label", "")
    setting = is_dataclass(member) and any(field.name == "label" for field in fields(member))
    return label if isinstance(label, str) and not setting else ""


def _spoken(name: str) -> str:
    """A name of a program's as words: double well of double_well."""
    return name.replace("_", " ").strip() if name.isidentifier() else name


def _noted(walker: Missing) -> list[str]:
    """The settings in the notation of an optimizer whose class is not there."""
    parts = [part.partition("=") for part in walker.label.partition(":")[2].split(",") if "=" in part]
    return [f"{term(_spoken(key))} {_shown(value)}" for key, _, value in parts]


def _shown(value: str) -> str:
    try:
        return setting(float(value))
    except ValueError:
        return value


def _settings(walker: Walker, moved: Collection[str] = ()) -> list[str]:
    """The hyperparameters that differ from their defaults, but for the rate, those of wrappers and those `moved`."""
    told: list[str] = []
    inner = innermost(walker)
    if not isinstance(inner, Optimizer) or not is_dataclass(inner):
        return told
    for field in fields(inner):
        value = getattr(inner, field.name)
        if field.name not in ("lr", *moved) and not same(value, field.default):
            shown = setting(value) if isinstance(value, float) else written(value)
            told.append(f"{term(field.name.replace('_', ' '))} {shown}")
    return told


def _start(walk: Walk) -> str:
    """Where a walk starts, or how many do."""
    start = walk.x[0].reshape(-1, 2)
    if len(start) != 1:
        return say("{count:,} walks", count=len(start))
    x, y = (number(value, 4) for value in start[0])
    return say("from ({x}, {y})", x=x, y=y)


def title_of(terrain: Terrain) -> str:
    """A terrain's name with the parameters that define it; for a surface, what its plane holds."""
    if terrain.is_plane:
        return say("loss on a plane through weight space")
    if isinstance(terrain, CustomTerrain) or not is_dataclass(terrain):
        is_formula = isinstance(terrain, terrains.ExpressionTerrain)
        return typeset(terrain.name) if is_formula else _label(terrain) or _capital(terrain.name)
    parameters = []
    for field in fields(terrain):
        value = getattr(terrain, field.name)
        plain = isinstance(value, float | int) and not isinstance(value, bool)
        words = setting(value) if plain else term(written(value).replace("_", " "))
        words += "°" * (field.name == "angle")
        parameters.append(f"{term('κ' if field.name == 'kappa' else field.name)} = {words}")
    named = _NAMES.get(terrain.name, terrain.name.replace("relu", "ReLU"))
    name = _label(terrain) or term(_capital(named))
    return say("{what}: {facts}", what=name, facts=listed(parameters)) if parameters else name


def _capital(name: str) -> str:
    """A terrain's name as a title; one of a single letter stays, as do words that a user wrote."""
    words = _spoken(name)
    return words[:1].upper() + words[1:] if name.isidentifier() and len(name) > 1 else words
