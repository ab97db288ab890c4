"""`landscape interpolate`: the loss on the straight line between two networks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from landscape.core.numerals import number

from . import options, places
from .data import Images, images_of
from .verbs import FOR_IMAGES, verb

if TYPE_CHECKING:
    from landscape import Line


@verb(least=FOR_IMAGES, short_help="Draw the loss on the line between two networks.")
@options.runs
@images_of(10_000)
@options.option("--points", default=81, help="Places on the line, from α = −0.5 to 1.5.")
@options.drawn
@places.file("out/line", "File of the figure, without its ending.")
def interpolate(runs: tuple[Path, ...], images: Images, points: int, looks: options.Looks, out: Path) -> None:
    """Draw loss and accuracy on the straight line from the end of the first of RUNS (α = 0) to that of each other
    (α = 1); of a single run, from its start to its end.

    Example: landscape interpolate runs/sgd-lr0.1 runs/adam-lr0.001
    """
    import matplotlib.pyplot as plt
    import numpy as np

    import landscape as ls
    from landscape.core.checks import within
    from landscape.figures.given import same_network

    from . import screen

    within("--points", points, 2, 10_000)
    loaded = [ls.Run.load(path) for path in runs]
    same_network(loaded, "have no straight line between them")
    places.hold(options.without_ending(out, places.FORMATS))
    first, given = loaded[0], options.distinct(runs)
    x, y, caption = images.of_runs(loaded)
    if len(loaded) == 1:
        pairs = [(f"{given[0]}: 0 → {first.steps[-1]}", first.snapshots[0], first.params)]
    else:
        others = zip(given[1:], loaded[1:], strict=True)
        pairs = [(f"{given[0]} → {name}", first.params, run.params) for name, run in others]
    alphas = np.linspace(-0.5, 1.5, points)
    of_run = len(loaded) == 1
    lines = [ls.line(first.network, a, b, x, y, alphas, caption, of_run=of_run) for _, a, b in pairs]
    names = [name for name, _, _ in pairs]
    with looks.style():
        figure = plt.figure()
        ls.figures.interpolation(lines, names)
        files = looks.save(figure, out)
    rows = [
        [name, *(number(value, 4) for value in (*line.ends, line.barrier)), _interval(line)]
        for name, line in zip(names, lines, strict=True)
    ]
    columns = ["line", "loss at α = 0", "at α = 1", "barrier over the chord", "95 % over images"]
    screen.table(f"loss over {caption}", columns, rows)
    options.report(files)


def _interval(line: Line) -> str:
    """Where the barrier would lie for other images, and whether there would be one."""
    if not line.rise.tested:
        return "not tested"
    if line.rise.low == line.rise.high == 0:
        return "none"
    return f"{number(line.rise.low, 2)} to {number(line.rise.high, 2)}" + ("" if line.rise.clear else ", not clear")
