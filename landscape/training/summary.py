"""run.json: what a run depended on and how it ended, and how such a file is read that may be damaged."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import msgspec
from msgspec import Meta

from .. import optimizers
from ..core.errors import NoRunError, UnreadableError
from ..files import kinds, writing
from ..files.archives import VERSION, check_version, parsed, reading, written_by
from ..files.opening import MOST_JSON, whole
from ..networks import activations, initialisers, losses
from ..optimizers import schedules
from .recorded import is_recorded

Count = Annotated[int, Meta(ge=0, le=2**62)]
Size = Annotated[int, Meta(ge=1, le=2**62)]
Seed = Annotated[int, Meta(ge=0)]
Finite = Annotated[float, Meta(ge=-1e300, le=1e300)]
Positive = Annotated[float, Meta(gt=0, le=1e300)]


class Network(TypedDict):
    sizes: Annotated[list[Size], Meta(min_length=2, max_length=10_000)]
    activation: str
    init: str
    loss: str
    seed: Seed
    dtype: Literal["float32", "float64"]


class RecordedTensor(TypedDict):
    name: str
    shape: Annotated[list[Count], Meta(max_length=64)]
    kind: Literal["weight", "embedding", "bias", "norm"]
    filters: Annotated[int, Meta(ge=-64, le=64)] | None


class Making(TypedDict):
    model: str
    data: NotRequired[str]
    loss: NotRequired[str]
    options: NotRequired[dict[str, Any]]


class RecordedNetwork(TypedDict):
    kind: str
    dtype: Literal["float32", "float64"]
    tensors: Annotated[list[RecordedTensor], Meta(min_length=1, max_length=1_000_000)]
    making: NotRequired[Making]


class RecordedSettings(TypedDict):
    """Of a run of a model of another library: what is known of it."""

    network: RecordedNetwork
    optimizer: str
    steps: Count
    snapshots: Size
    spacing: Literal["linear", "log", "every"]
    data: str
    seed: NotRequired[Seed]
    batch_size: NotRequired[Size]
    version: NotRequired[str]


class Settings(TypedDict):
    network: Network
    optimizer: str
    schedule: str
    data: str
    source: str
    images: Size
    epochs: Count
    steps: Count
    batch_size: Size | Literal["full"]
    seed: Seed
    snapshots: Size
    spacing: Literal["linear", "log"]
    measure: Count | list[Count] | Literal["epoch"]
    sharpness: Count | list[Count]
    scaling: NotRequired[str]
    mean: NotRequired[Finite]
    std: NotRequired[Positive]
    weights: NotRequired[Count]
    pixels: NotRequired[Count]
    test_pixels: NotRequired[Count]
    whole_pixels: NotRequired[Count]
    version: NotRequired[str]
    start: NotRequired[str]
    engine: NotRequired[Literal["numpy", "compiled"]]


# What is known of a run, if one of them is.
_TOGETHER = {
    "mean": ("std",),
    "std": ("mean",),
    "start": ("weights",),
    "test_pixels": ("pixels", "whole_pixels"),
}


class Summary(TypedDict):
    settings: dict[str, Any]
    finished: bool
    step: Count
    steps: Count
    test_accuracy: Annotated[float, Meta(ge=0, le=1)] | None
    diverged: bool
    seconds: Annotated[float, Meta(ge=0, le=1e300)]
    format: NotRequired[Count]
    written_by: NotRequired[str]
    checksums: NotRequired[dict[str, str]]


def write(
    path: Path,
    settings: Mapping[str, Any],
    step: int,
    test_accuracy: float,
    diverged: bool,
    seconds: float,
    checksums: Mapping[str, str] | None = None,
) -> None:
    """run.json; of a run that has ended with the checksums of its other files. It has none itself, so that it can be
    edited."""
    about = {
        "settings": settings,
        "finished": checksums is not None,
        "step": step,
        "steps": settings["steps"],
        "test_accuracy": test_accuracy,
        "diverged": diverged,
        "seconds": seconds,
        "format": VERSION,
        "written_by": written_by(),
        "checksums": checksums or {},
    }
    writing.write_json(path, about)


def read(folder: Path, place: Path) -> dict[str, Any]:
    """What run.json of a run folder says, from the file at `place`.

    RunError if the folder has none, or it is damaged, may not be read, or is of a newer version.
    """
    try:
        raw = whole(place, MOST_JSON)
    except (FileNotFoundError, NotADirectoryError):
        raise NoRunError(f"'{folder}' is not a run folder: {kinds.lies_at(folder)}") from None
    except OSError as error:
        if os.path.exists(place) and not os.path.isfile(place):
            what = "a folder" if os.path.isdir(place) else kinds.PIPE
            raise NoRunError(f"'{folder}' is not a run folder: its {kinds.SUMMARY} is {what}") from None
        raise UnreadableError(f"run folder '{folder}' cannot be read: {error.strerror or error}") from error
    with reading(place, f"run folder '{folder}'"):
        found = parsed(raw)
        if not isinstance(found, dict):
            raise ValueError(f"{kinds.SUMMARY} holds {type(found).__name__}")
        if not found.keys() & Summary.__annotations__.keys():
            raise NoRunError(f"'{folder}' is not a run folder: its {kinds.SUMMARY} is of something else")
        check_version(place, found.get("format", VERSION), found.get("written_by"))
        _check(found, Summary, kinds.SUMMARY)
        _check_parts(found["settings"], f"{kinds.SUMMARY}: settings")
        if found["step"] > found["steps"]:
            raise ValueError(f"{kinds.SUMMARY}: step {found['step']} is beyond the last, {found['steps']}")
        return found


def check_settings(found: Any) -> None:
    """ValueError, which names the field, unless these are the settings of a run, and its names such as there may be."""
    _check_parts(found, "settings")
    check_names(found)


def check_names(settings: Mapping[str, Any]) -> None:
    """ValueError unless what a run was made of is known here, or could be the name of what is not."""
    optimizers.stored(settings["optimizer"])
    if is_recorded(settings["network"]):
        return
    schedules.stored(settings["schedule"])
    activations.stored(settings["network"]["activation"])
    initialisers.stored(settings["network"]["init"])
    losses.stored(settings["network"]["loss"])


def _check(found: Any, wanted: Any, name: str) -> None:
    try:
        msgspec.convert(found, wanted)
    except msgspec.ValidationError as error:
        # "… - at `$.settings.steps`", which is one of JSON's own ways to say where.
        raise ValueError(f"{name}: {str(error).replace('$.', '')}") from error


def _check_parts(settings: Any, name: str) -> None:
    """ValueError, which names the field, unless these are the settings of a run of this project's, or of another
    library's."""
    network = settings.get("network") if isinstance(settings, dict) else None
    if isinstance(network, dict) and is_recorded(network):
        _check(settings, RecordedSettings, name)
        return
    _check(settings, Settings, name)
    _check_whole(settings, f"{name}{'.' if ':' in name else ': '}")


def _check_whole(settings: Mapping[str, Any], where: str) -> None:
    """ValueError where a network has what none has, or something is missing that belongs to what is there."""
    if other := settings["network"].keys() - Network.__annotations__.keys():
        raise ValueError(f"{where}network has {min(other)}, which no network has")
    for there, names in _TOGETHER.items():
        if there in settings and (lost := [name for name in names if name not in settings]):
            raise ValueError(f"{where}{there} is there without {', '.join(lost)}")
