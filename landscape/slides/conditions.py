"""What runs depended on, in words: their settings, and names that tell runs apart."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import optimizers
from ..core.numerals import number, setting
from ..figures.names import data_names, image_counts, mark, network_name, short_name, steps_taken, telling
from ..networks import losses
from ..optimizers import schedules
from ..training.run import Run
from .vocabulary import Words

Seeds = tuple[int, int]  # of the order of the images, and of the network's weights

# Settings that are compared, in the order in which they are told.
SETTINGS = (
    *("data", "images", "network", "init", "dtype", "loss"),
    *("optimizer", "rate", "schedule", "epochs", "steps", "batch", "seed"),
)


def distinct_names(runs: Sequence[Run], words: Words) -> list[str]:
    """Optimizers' names and, in brackets, every condition in which the runs differ, as no comparison is fair that hides
    one; and of what else there is as little as tells equal names apart."""

    def told(setting: str) -> list[str]:
        told, plain = values(setting, runs, words), setting in ("network", "dtype", "data", "rest")
        return told if plain else [words(f"detail.{setting}", value=value) if value else "" for value in told]

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
    told = _parameters(f"{name}:{rest}", words)
    return _with(words.term(name), [told], words)


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
    "steps": lambda run, words: "",  # epochs say it
    "batch": lambda run, words: words.term(str(run.settings["batch_size"])),
    "seed": _seed,
    "rest": _rest,
}


def _rates(run: Run, _: Words) -> str:
    """The learning rate of a run that was recorded: from the first to the last where it changed."""
    rates = run.history["lr"][np.isfinite(run.history["lr"])] if "lr" in run.history else np.empty(0)
    if not len(rates):
        return "" if np.isnan(run.optimizer.lr) else setting(run.optimizer.lr)
    first, last = number(float(rates[0]), 3), number(float(rates[-1]), 3)
    return first if (rates == rates[0]).all() else f"{first} … {last}"


# The same of a run that was recorded, of which less is known.
_RECORDED: dict[str, Callable[[Run, Words], str]] = {
    **{name: _SETTINGS[name] for name in ("network", "dtype", "optimizer", "rest")},
    "rate": _rates,
    "steps": lambda run, words: f"{steps_taken(run):,}",
    "batch": lambda run, words: str(run.settings.get("batch_size", "")),
    "seed": lambda run, words: str(run.settings.get("seed", "")),
}

# Of several, as the others say how much must be told.
_TOGETHER: dict[str, Callable[[Sequence[Mapping[str, Any]]], list[str]]] = {"data": data_names, "images": image_counts}


def values(setting: str, runs: Sequence[Run], words: Words) -> list[str]:
    """A setting of each run in words, empty where it is not known."""
    if setting in _TOGETHER:
        return _TOGETHER[setting]([run.settings for run in runs])
    kinds = [_RECORDED if run.is_recorded else _SETTINGS for run in runs]
    return [kind[setting](run, words) if setting in kind else "" for kind, run in zip(kinds, runs, strict=True)]


def setup_of(run: Run) -> str:
    """All that a run's result depends on but its seeds; of one that was stopped also where."""
    return run.setup if run.finished else f"{run.setup} {steps_taken(run)}"


def seeds_of(run: Run) -> Seeds:
    """Of one that was recorded without its seed, what tells its draws from others: where it began, and ended."""
    if run.is_recorded and "seed" not in run.settings:
        return start_of(run), zlib.crc32(run.params.tobytes())
    return int(run.settings["seed"]), int(run.settings["network"].get("seed", run.settings["seed"]))


def start_of(run: Run) -> int:
    """A checksum of the weights that a run began with."""
    return int(run.settings.get("weights", zlib.crc32(run.snapshots[0].tobytes())))
