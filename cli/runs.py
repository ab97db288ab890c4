"""`landscape runs`: what there is in run folders."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from landscape.core.numerals import percentage

from . import options
from .terminal import say, spelled
from .verbs import verb

COLUMNS = ("folder", "network", "optimizer", "epochs", "batch", "seed", "test accuracy", "time", "state")


@verb(short_help="List run folders and how they ended.")
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@options.option(
    "--sort",
    "by",
    type=options.OneOf(["name", "accuracy", "time"]),
    default="accuracy",
    help="Order: names from a, accuracies from the highest, times from the shortest.",
)
@options.option("--json", "as_json", is_flag=True, help="Print a JSON list with all settings.")
def runs(folders: tuple[Path, ...], by: str, as_json: bool) -> None:
    """List the runs in FOLDERS and below: what was trained, how well, how long, and how it ended.

    Example: landscape runs runs --sort time
    """
    found = [facts(folder) for folder in _found(folders)]
    keys = {
        "name": lambda run: run["folder"],
        "accuracy": lambda run: -run["test_accuracy"] if run.get("test_accuracy") is not None else math.inf,
        "time": lambda run: run["seconds"] if run.get("seconds") is not None else math.inf,
    }
    found.sort(key=keys[by])
    if as_json:
        say(json.dumps(found, indent=2, ensure_ascii=False))
    elif found:
        _print([row(run) for run in found])
    else:
        say(f"No runs in {', '.join(map(str, folders))}: a run folder has a run.json.", err=True)


def facts(folder: Path) -> dict[str, Any]:
    """What run.json says of a run, without reading its snapshots: "folder", "state" ("done", "stopped", "diverged"),
    "step", "steps", "test_accuracy", "seconds" and "settings"; of one that cannot be read "state" is "damaged", "newer"
    (written by a newer version), "unreadable" (not allowed) or "no run", and there is a "reason" instead.
    """
    from landscape import Run
    from landscape.core.errors import NewerError, NoRunError, RunError, UnreadableError
    from landscape.training import folder as files

    states = {NewerError: "newer", UnreadableError: "unreadable", NoRunError: "no run"}
    try:
        about = Run.summary(folder)
        known = {
            "folder": str(folder),
            "state": "diverged" if about["diverged"] else "done" if about["finished"] else "stopped",
            **{key: about[key] for key in ("step", "steps", "test_accuracy", "seconds", "settings")},
        }
    except RunError as error:
        said = re.split(" is damaged: | cannot be read: | is not a run folder: ", str(error), maxsplit=1)[-1]
        return {"folder": str(folder), "state": states.get(type(error), "damaged"), "reason": said}
    needed = (files.HISTORY, files.WEIGHTS) if about["finished"] else (files.CHECKPOINT,)
    lost = [name for name in (files.SNAPSHOTS, *needed) if not os.path.exists(files.place(folder, name))]
    return {"folder": str(folder), "state": "damaged", "reason": f"no {', '.join(lost)}"} if lost else known


def row(run: dict[str, Any]) -> list[str]:
    """The facts of a run as the table shows them."""
    from landscape import optimizers
    from landscape.training.recorded import is_recorded

    if "reason" in run:
        return [run["folder"], *[""] * 7, f"{run['state']}: {run['reason']}"]
    settings, accuracy = run["settings"], run["test_accuracy"]
    network = settings["network"]
    state = {
        "done": "done",
        "stopped": f"stopped at step {run['step']:,} of {run['steps']:,}",
        "diverged": f"diverged at step {run['step']:,}",
    }
    recorded = is_recorded(network)
    if recorded and run["state"] == "stopped":
        state["stopped"] = f"stopped at step {run['step']:,}"
    return [
        run["folder"],
        network["kind"] if recorded else f"{'-'.join(map(str, network['sizes']))} {network['activation']}",
        optimizers.registry.brief(settings["optimizer"]),
        *(str(settings.get(name, "")) for name in ("epochs", "batch_size", "seed")),
        "" if accuracy is None else f"{percentage(accuracy, 2)} %",
        f"{run['seconds']:.1f} s",
        state[run["state"]],
    ]


def _found(folders: Sequence[Path]) -> Iterator[Path]:
    """The run folders, each once, and those that nobody may look into."""
    from landscape.files.kinds import lies_at

    seen = set()
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"'{folder}' is not a folder: {lies_at(folder)}")
        for path in _within(folder):
            if path.resolve() not in seen:
                seen.add(path.resolve())
                yield path


def _within(folder: Path) -> list[Path]:
    """A run folder, or those below."""
    from landscape.files.kinds import SUMMARY
    from landscape.training.folder import is_run

    if is_run(folder):
        return [folder]
    closed: list[Path] = []
    tree = os.walk(folder, onerror=lambda error: closed.append(Path(error.filename)))
    return sorted([*(Path(place) for place, _, files in tree if SUMMARY in files), *closed])


def _print(rows: Sequence[Sequence[str]]) -> None:
    """A plain table on standard output, in full width where no terminal limits it."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in COLUMNS:
        numeric = column in ("epochs", "batch", "seed", "test accuracy", "time")
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    console = Console(highlight=False)
    for cells in rows:
        table.add_row(*(Text(spelled(cell, console.encoding)) for cell in cells))
    if not console.is_terminal:
        console.width = 10_000
    console.print(table)
