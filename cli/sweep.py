"""`landscape sweep`: every optimizer at every learning rate, and whatever else varies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from landscape.core.numerals import number, percentage, setting

from . import cluster, options, places
from .terminal import say
from .verbs import goes_with, verb

if TYPE_CHECKING:
    from landscape.sweeps import Estimate, Group, Spec, Table

_SHOWN = 30  # groups in the table at the end
# What is a network's, and a terrain's, by the names of the options.
_NETWORKS = ("activations", "inits", "depths", "widths", "batch_sizes", "data", "images", "epochs", "loss")
_TERRAINS = ("start", "steps", "noise")


def _lrs(_context: click.Context, _option: click.Parameter, text: str) -> Any:
    """Read "0.01,0.1" or "1e-4..1:2"."""
    if ".." not in text:
        return options.numbers(text, "--lrs")
    ends, colon, per_decade = text.partition(":")
    low, _, high = ends.partition("..")
    try:
        grid: dict[str, Any] = {"low": float(low), "high": float(high)}
        return grid | ({"per_decade": int(per_decade)} if colon else {})
    except ValueError:
        raise ValueError(f"--lrs '{text}' is not allowed: expected 0.01,0.1 or 1e-4..1:2, so many a decade") from None


@verb(short_help="Compute a grid of settings, on many processes, into one table.")
@click.argument("settings", required=False, type=options.PATH)
@options.optimizer("name or name:key=value,… without lr")
@options.option("--lrs", default="1e-4..1:2", callback=_lrs, help="As 0.01,0.1 or low..high:so many a decade.")
@options.option("--activation", "activations", multiple=True, default=["relu"], help="May be repeated, as all below.")
@options.option("--init", "inits", multiple=True, default=["he"], help="Initialiser.")
@options.option("--depth", "depths", default="1", help="Hidden layers, as 1,3,5; 0 for none.")
@options.option("--width", "widths", default="128", help="Units a hidden layer, as 32,128.")
@options.option("--batch-size", "batch_sizes", default="32", help="Images a step, as 32,256,full.")
@options.option("--schedule", "schedules", multiple=True, default=["constant"], help="Of the learning rate.")
@options.option("--seeds", default=1, help="So many of everything, from --seed on.")
@options.option("--seed", default=0, help="The first one.")
@options.option("--data", default="mnist", help="mnist, spiral, a Keras-layout .npz, an IDX folder …")
@options.option("--images", type=int, help="Train on that many images only; all of them if not given.")
@options.option("--epochs", default=1, help="Passes over the training images.")
@options.loss
@options.option("--terrain", default="", help="Walk on a terrain in the place of training networks.")
@options.start
@options.option("--steps", default=1000, help="That walks take.")
@options.noise
@options.option("--target", type=float, help="Loss that counts as trained; half of an ignorant network's if not given.")
@options.option("--ground", is_flag=True, help="Also measure gradient, curvature and dead units, before and after.")
@options.option("--halving", default=0, help="Few steps for all rates, and 3 times as many for the best third, …")
@options.option("--jobs", type=int, help="Processes at a time; as many as there are cores if not given.")
@cluster.option
@options.option("--retry", is_flag=True, help="Compute again what failed.")
@options.option("--overwrite", is_flag=True, help="Replace the table of another sweep.")
@options.option("--dry-run", is_flag=True, help="Only say how many cells there are, and how long they take.")
@places.file("runs/sweep.csv", "File of the table.", ".csv")
def sweep(settings: Path | None, jobs: int | None, dask: str | None, out: Path, **given: Any) -> None:
    """Compute every optimizer at every learning rate, with every activation, depth …, into one table.

    SETTINGS is a TOML file that says what varies and what does not; or options do. Each cell is a line of the table as
    soon as it is there, also those that diverge or fail, with the reason. When it was stopped, however that was, the
    same command goes on from there; with more values it adds to the table.

    \b
    Examples:
      landscape sweep -o sgd -o adam --lrs 1e-4..1:2 --depth 1,3 --seeds 3 --images 6000
      landscape sweep sweep.toml --out runs/wide.csv --dask tcp://scheduler:8786
      landscape plot coevolution runs/sweep.csv
    """
    from landscape import sweeps

    from . import screen

    retry, overwrite, dry_run = (given.pop(name) for name in ("retry", "overwrite", "dry_run"))
    spec = _spec(settings, given)
    goes_with({"jobs": (dask is None, "processes of this machine")})
    out = out if out.suffix else out.with_suffix(".csv")
    if out.suffix != ".csv":
        raise ValueError(f"--out '{out}' is not allowed: a sweep writes a .csv file")
    if dry_run:
        say(_forecast(spec, sweeps.estimate(spec, None if overwrite else out, jobs)))
        return
    with cluster.executor(dask) as executor, screen.surface_progress() as watch:
        how: dict[str, Any] = {"retry": retry, "overwrite": overwrite, "progress": watch("cells")}
        table = sweeps.run(spec, out, executor, jobs, **how)
    _report(table)
    options.report([out])


def _spec(settings: Path | None, given: dict[str, Any]) -> Spec:
    """What is to be computed: from a file, or from options."""
    from landscape.core.checks import at_least, within
    from landscape.sweeps import Spec

    if settings is not None:
        goes_with(dict.fromkeys(given, (False, "sweeps without a file of settings")))
        return Spec.load(settings)
    if not given["optimizers"]:
        raise ValueError("give optimizers (-o), or a file of settings")
    terrain = bool(given["terrain"])
    goes_with(dict.fromkeys(_NETWORKS, (not terrain, "networks")) | dict.fromkeys(_TERRAINS, (terrain, "--terrain")))
    first, count = at_least("--seed", given["seed"], 0), within("--seeds", given["seeds"], 1, 100_000)
    both = {name: given[name] for name in ("optimizers", "lrs", "schedules", "terrain", "target", "ground", "halving")}
    both["seeds"] = range(first, first + count)
    if terrain:
        start = given["start"] and options.numbers(given["start"], "--start")
        return Spec(**both, start=start, steps=given["steps"], noise=given["noise"])
    sizes = given["batch_sizes"].split(",")
    return Spec(
        **both,
        activations=given["activations"],
        initialisers=given["inits"],
        depths=options.numbers(given["depths"], "--depth", int),
        widths=options.numbers(given["widths"], "--width", int),
        batch_sizes=[options.whole(one, "--batch-size", "full") for one in sizes],
        **{name: given[name] for name in ("data", "images", "epochs", "loss")},
    )


def _forecast(spec: Spec, found: Estimate) -> str:
    """How many cells there are, and how long they take."""
    cell = found.timed
    layers = [] if cell.depth is None else [f"{cell.depth} × {cell.width} units, batch {cell.batch_size}"]
    timed = ", ".join([f"{cell.optimizer} at {setting(cell.lr)}", *layers])
    there = f", of which {found.there:,} are there" if found.there else ""
    return (
        f"{found.cells:,} cells{there}: {spec.about}\nabout {_duration(found.total)}, as one cell ({timed}) took "
        f"{number(found.seconds, 2)} s here"
    )


def _duration(seconds: float) -> str:
    for unit, name in ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * unit:
            return f"{number(seconds / unit, 2)} {name}"
    return f"{number(seconds, 2)} seconds"


def _report(table: Table) -> None:
    """The best rate of each group, the best group first, and what came of the cells."""
    from landscape.figures.names import sweep_names
    from landscape.sweeps import groups_of

    from . import screen

    groups = groups_of(table)
    ranked = sorted(zip(groups, sweep_names([one.sweep for one in groups]), strict=True), key=_rank)
    rows = [_row(name, group) for group, name in ranked[:_SHOWN]]
    on_terrain = bool(table.settings.get("terrain"))
    measured = "steps to the target" if on_terrain else "test accuracy"
    counts = ", ".join(f"{count:,} {status}" for status, count in table.counts.items() if count)
    screen.table(f"{len(table):,} cells: {counts}", ["", "best rate", measured, "rates that train", "from … to"], rows)
    if len(ranked) > _SHOWN:
        screen.console.print(f"and {len(ranked) - _SHOWN:,} further ones", soft_wrap=True)
    if edges := [name for group, name in ranked if group.sweep.best_at_edge and not table.settings["halving"]]:
        told = "; ".join(edges[:5]) + ("; …" if len(edges) > 5 else "")
        screen.console.print(f"Best at the last rate tried, so a better one may lie beyond: {told}", soft_wrap=True)
    failed = [str(one) for one in table["reason"][table["status"] == "failed"]]
    if failed:
        screen.console.print(f"{len(failed):,} cells failed, the first of them: {failed[0]}", soft_wrap=True)


def _rank(one: tuple[Group, str]) -> tuple[bool, float, float]:
    import numpy as np

    group, best = one[0], one[0].best
    if best is None:
        return True, 0.0, 0.0
    accuracy = float(np.nan_to_num(group.accuracy[best][1]))
    return False, -accuracy, float(group.sweep.score[best])


def _row(name: str, group: Group) -> list[str]:
    best, band = group.best, group.sweep.band
    share = "–" if group.share != group.share else f"{percentage(group.share)} %"
    ends = "" if band is None else _ends(band)
    if best is None:
        return [name, "none", "", share, ends]
    low, middle, high = group.accuracy[best]
    if middle != middle:
        measured = f"{number(float(group.sweep.score[best]), 4)}" if group.sweep.steps is not None else "–"
    else:
        spread = "" if low == high else f" ({percentage(low, 2)} … {percentage(high, 2)})"
        measured = f"{percentage(middle, 2)} %{spread}"
    return [name, setting(float(group.lrs[best])), measured, share, ends]


def _ends(band: Any) -> str:
    """From where to where rates arrive; beyond, where the grid ends first."""
    below, above = "≤ " * band.open_below, "≥ " * band.open_above
    return f"{below}{number(band.low, 2)} … {above}{number(band.high, 2)}"
