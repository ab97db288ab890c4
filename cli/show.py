"""`landscape show`: what a trained network is like."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import options, places
from .data import where_now
from .terminal import say
from .verbs import FOR_IMAGES, verb

if TYPE_CHECKING:
    from landscape import Run
    from landscape.datasets import Dataset


@verb(least=FOR_IMAGES, short_help="Draw what is inside trained networks.")
@options.runs
@where_now
@options.drawn
@options.option(
    "--out",
    type=places.Folder(),
    help="Folder of the figures, with one in it for each of several runs.  [default: out/show/RUN]",
)
def show(runs: tuple[Path, ...], where: str | None, looks: options.Looks, out: Path | None) -> None:
    """Draw figures of each of the run folders RUNS.

    They are the kinds of `landscape plot` that need runs and their data alone, such as learning curves, weights and
    what is misread.

    Example: landscape show runs/adam-lr0.001 --theme dark
    """
    import matplotlib.pyplot as plt

    import landscape as ls
    from landscape import figures
    from landscape.figures.names import network_name

    from . import screen
    from .runs import facts, row

    # A folder that is no run is named before the work begins.
    for folder in runs:
        ls.Run.summary(folder)
    files, rows = [], []
    labels = options.distinct(runs)
    place = out or Path("out/show")
    targets = [place] if out is not None and len(runs) == 1 else [place / label for label in labels]
    places.hold(*targets)
    for folder, label, target in zip(runs, labels, targets, strict=True):
        run, missing = ls.Run.load(folder), dict[str, list[str]]()
        with looks.style():
            data = _load(run, where)
            for name in figures.kinds.names():
                if not (kind := figures.kinds.get(name)).of_runs:
                    continue
                try:
                    if "data" in kind.takes and isinstance(data, Exception):
                        raise data
                    figure = kind.draw(runs=[run], run=run, data=data)
                except (ValueError, ls.LandscapeError) as error:
                    missing.setdefault(" ".join(str(error).split()), []).append(name)
                else:
                    files += looks.save(figure, target / name)
                plt.close("all")
        for reason, names in missing.items():
            say(f"{folder}: no {', '.join(names)}: {reason}", err=True)
        cells = row(facts(folder))
        rows.append([label, network_name(run), cells[2], *cells[-3:]])
    screen.table("", ["run", "network", "optimizer", "test accuracy", "time", "state"], rows)
    options.report(files)


def _load(run: Run, where: str | None) -> Dataset | Exception:
    """The data, or why there are none, where nobody said where they are."""
    from landscape import LandscapeError

    try:
        return run.data(where)
    except (ValueError, LandscapeError) as error:
        if where is not None:
            raise
        return error
