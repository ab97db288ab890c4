"""`landscape train`: MNIST, or data of the user's own, in NumPy."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landscape.core.numerals import number, percentage

from . import options, places
from .verbs import goes_with, verb

if TYPE_CHECKING:
    from landscape import Run
    from landscape.core.registry import Registry
    from landscape.datasets import Dataset


@verb(short_help="Train a network and keep the run.")
@options.optimizer(default=["adam"], callback=options.each_once)
@options.layers
@options.activation
@options.option("--init", default="he", help="Initial weights; or name:key=value.")
@options.loss
@options.option("--epochs", default=1, help="Passes over the training images.")
@options.option("--batch-size", default="32", help="Images a step, or full.")
@options.option("--schedule", default="constant", help="Of the learning rate; or name:key=value.")
@options.option("--seed", default=0, help="Of the initial weights and the order of the images.")
@options.option("--seeds", default=1, help="That many runs of each optimizer, from --seed on.")
@options.option("--data", default="mnist", help="mnist, spiral, a Keras-layout .npz, an IDX folder …")
@options.option("--images", type=int, help="Train on that many images only; all of them if not given.")
@options.option("--weights", type=options.PATH, help="Start from a .safetensors file, ours or a PyTorch state_dict.")
@options.option("--order", metavar="NAME,NAME,…", help="Of the layers in --weights, where it is not clear.")
@options.option("--snapshots", default=200, help="How often the weights are recorded.")
@options.option("--spacing", default="linear", help="Of the snapshots; log for more of them at the start.")
@options.option("--measure", default="epoch", help="Accuracies and layers: epoch, or every k steps.")
@options.option("--sharpness", default="0", help="Of the loss: every k steps, or at steps 0,10,100.")
@options.option("--dtype", default="float32", help="Or float64.")
@options.option("--engine", default="auto", help="numpy, or compiled: faster, needs numba.")
@options.option("--resume", is_flag=True, help="Go on with runs that were stopped; to the same bits.")
@options.option("--overwrite", is_flag=True, help="Replace run folders that exist already.")
@options.option("--checkpoint-every", default=10.0, help="Seconds between two checkpoints.")
@options.option("--json", "as_json", is_flag=True, help="End with one JSON object on standard output.")
@options.option("--quiet", is_flag=True, help="No progress, no table.")
@places.folder("runs", "Folder for the run folders, one an optimizer and seed.")
def train(
    optimizers: tuple[str, ...],
    layers: str,
    activation: str,
    init: str,
    loss: str,
    epochs: int,
    batch_size: str,
    schedule: str,
    seed: int,
    seeds: int,
    data: str,
    images: int | None,
    weights: Path | None,
    order: str | None,
    snapshots: int,
    spacing: str,
    measure: str,
    sharpness: str,
    dtype: str,
    engine: str,
    resume: bool,
    overwrite: bool,
    checkpoint_every: float,
    as_json: bool,
    quiet: bool,
    out: Path,
) -> None:
    """Train a network and keep the run: its weights along the way, losses and accuracies.

    Example: landscape train -o sgd:lr=0.1 -o adam --epochs 5 --seeds 3

    Each run gets a folder that is named after its optimizer, and after whatever else differs from a run there.

    Ctrl-C keeps what there is; the same command with --resume goes on from there.
    """

    import landscape as ls
    from landscape.core import bounds
    from landscape.core.checks import within
    from landscape.training import folder as files
    from landscape.training.loop import plan

    from . import screen

    within("--seeds", seeds, 1, 10_000)
    if resume and overwrite:
        raise ValueError("--resume goes on with a run, --overwrite begins anew: give one of them")
    goes_with({"init": (weights is None, "networks without --weights"), "order": (weights is not None, "--weights")})
    sizes = options.numbers(layers, "--layers", int)

    def network(one: int) -> ls.MLP:
        made = ls.MLP(sizes, activation, init, loss, one, dtype)
        if weights is not None:
            made.params = ls.weights.load(weights, made, order.split(",") if order else None)
        return made

    dataset = ls.datasets.load(data)
    if images is not None:
        with options.said_of(n="--images"):
            dataset = dataset.subset(images)

    when = options.numbers(sharpness, "--sharpness", int)
    chosen: dict[str, Any] = {
        "epochs": epochs,
        "batch_size": options.whole(batch_size, "--batch-size", "full"),
        "schedule": schedule,
        "snapshots": snapshots,
        "spacing": spacing,
        "measure": options.whole(measure, "--measure", "epoch"),
        "sharpness": when if "," in sharpness else when[0],
        "engine": engine,
    }
    # What one seed tells of all is looked at first: so many may be wanted that looking at each takes long.
    first = network(seed)
    planned = {notation: plan(first, dataset, notation, seed=seed, **chosen) for notation in optimizers}
    work = sum(one.settings["steps"] for one in planned.values()) * seeds
    room = sum(one.size_on_disk for one in planned.values()) * seeds
    runs_of = f"{len(planned) * seeds:,} run{'s' * (len(planned) * seeds > 1)} of {work:,} steps in all"
    bounds.disk(room, out, runs_of)
    jobs: dict[Path, tuple[str, int]] = {}
    for notation in optimizers:
        name = options.folder_name(ls.optimizers.text(ls.optimizers.parse(notation), defaults=False))
        for one in range(seed, seed + seeds):
            base = out / (f"{name}-seed{one}" if seeds > 1 else name)
            if files.is_run(base):
                settings = plan(network(one), dataset, notation, seed=one, **chosen).settings
                base = _folder(base, settings, resume or overwrite)
            files.check(base)
            if weights is not None and weights.resolve().parent == base.resolve():
                raise ValueError(f"cannot write run folder '{base}': --weights is one of its files; give another --out")
            jobs[base] = notation, one
    places.named(*jobs)
    if not quiet:
        screen.console.print(_about(dataset), soft_wrap=True)
        screen.console.print(f"{runs_of}, about {bounds.size(room)} in '{out}'", soft_wrap=True)
    runs = {}
    with screen.training(quiet) as watch:
        for folder, (notation, one) in jobs.items():
            runs[folder] = ls.train(
                network(one),
                dataset,
                notation,
                seed=one,
                out=folder,
                resume=resume,
                progress=watch(folder.name),
                checkpoint_every=checkpoint_every,
                **chosen,
            )
    if not quiet:
        _table(runs)
    if as_json:
        options.print_json({"runs": [{"folder": str(folder)} | ls.Run.summary(folder) for folder in runs]})
    else:
        options.report(list(runs))


def _folder(base: Path, settings: dict[str, Any], free: bool) -> Path:
    """The run folder `base`, or one beside it whose name says all in which `settings` differ from those of its run.

    ValueError if that run is there too, unless `free`; what is to be resumed or replaced stands in `base` otherwise.
    """
    from landscape import RunError
    from landscape.training import folder as files
    from landscape.training.loop import differences

    try:
        changed = {key: new for key, (_, new) in differences(files.read_summary(base)["settings"], settings).items()}
    # What cannot be read can be replaced.
    except RunError:
        changed = {}
    beside = base.with_name("-".join([base.name, *_words(changed, settings)]))
    if files.is_run(beside) and not free:
        raise ValueError(
            f"run folder '{beside}' exists already: --resume goes on with it, --overwrite replaces it, "
            "--out gives another place"
        )
    return base if free and not files.is_run(beside) else beside


def _words(changed: dict[str, Any], settings: dict[str, Any]) -> list[str]:
    """Settings as parts of a folder's name: glorot, 784-10, batch_size64 …"""
    from landscape.networks import activations, initialisers, losses
    from landscape.optimizers import schedules

    families: dict[str, Registry[Any]] = {
        "activation": activations.registry,
        "init": initialisers.registry,
        "loss": losses.registry,
        "schedule": schedules.registry,
    }
    words = []
    for key, value in changed.items():
        # Weights that were drawn, and images, are told by their origin, and only where that is the same by a checksum.
        if key == "start":
            continue
        if key == "weights":
            told = "start" not in settings and {"sizes", "init", "seed", "dtype"} & changed.keys()
        else:
            told = key.endswith("pixels") and {"data", "images"} & changed.keys()
        if told:
            continue
        text = "-".join(map(str, value)) if isinstance(value, list) else str(value)
        if key in families:
            words.append(options.folder_name(families[key].text(families[key].parse(text), defaults=False)))
        elif key in ("sizes", "dtype"):
            words.append(text)
        elif key == "data":
            words.append(options.folder_name(text))
        else:
            words.append(f"{key}{value:08x}" if key in ("weights", "pixels") else f"{key}{text}")
    return words


def _about(data: Dataset) -> str:
    """What is read, and what was done to the pixels."""
    return f"{data.name}: {data.told} ({data.scaling}), {data.classes} classes"


def _result(run: Run) -> str:
    return f"diverged at step {run.diverged_at}" if run.diverged else f"{percentage(run.test_accuracy, 2)} %"


def _table(runs: dict[Path, Run]) -> None:
    """A row a run, and the mean of each optimizer's seeds with their spread, the best first; then what they tell."""
    import numpy as np

    from landscape import optimizers

    from . import screen

    groups: dict[str, dict[int, Run]] = {}
    for run in runs.values():
        groups.setdefault(optimizers.text(run.optimizer, defaults=False), {})[run.settings["seed"]] = run
    found = {name: {seed: 100 * run.test_accuracy for seed, run in group.items()} for name, group in groups.items()}
    means = {name: float(np.mean(list(values.values()))) for name, values in found.items()}
    ranked = sorted(groups, key=lambda name: (math.isnan(means[name]), -means[name]))
    rows = [
        [name, str(seed), _result(run), f"{run.seconds:.1f} s"] for name in ranked for seed, run in groups[name].items()
    ]
    if len(rows) > len(groups):
        for name in ranked:
            spread = float(np.std(list(found[name].values()), ddof=1))
            told = "not all came through" if math.isnan(means[name]) else f"{means[name]:.2f} ± {spread:.2f} %"
            rows.append([name, "mean ± sd", told, ""])
    first = next(iter(runs.values()))
    epochs = first.settings["epochs"]
    title = (
        f"{first.params.size:,} parameters, {first.settings['images']:,} images, {epochs} epoch{'s' * (epochs != 1)}"
    )
    screen.table(title, ["optimizer", "seed", "test accuracy", "time"], rows)
    if len(groups) > 1:
        screen.console.print(_comparison(found), soft_wrap=True, markup=False)


def _comparison(groups: dict[str, dict[int, float]]) -> str:
    """Whether one of several optimizers reads more of the test images than the others, as far as their seeds tell."""
    from landscape.core import statistics

    found = statistics.lead(list(groups.values()))
    if found is None:
        return "No two optimizers came through with all of their seeds."
    if not found.difference.tested:
        return "One run each: other seeds may turn the order round; --seeds 5 tells more."
    names, difference = list(groups), found.difference
    if difference.effect == 0:
        return f"No difference: {names[found.first]} and {names[found.second]} read the same with every seed."
    told = f"{names[found.first]} reads {difference.effect:.2f} points more than {names[found.second]}"
    ends = f"95 % interval {difference.low:.2f} to {difference.high:.2f}, " if math.isfinite(difference.high) else ""
    return f"{'' if difference.clear else 'No clear difference: '}{told} ({ends}p = {number(difference.p, 2)})."
