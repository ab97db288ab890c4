"""`landscape plot`: figures from runs, surfaces, terrains and trajectories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from landscape.core.numerals import setting

from . import options, places
from .data import Images, images_of
from .sources import Sources
from .verbs import goes_with, verb

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@verb(short_help="Draw one figure for a slide or a page.")
@click.argument("kind", metavar="KIND")
@click.argument("sources", nargs=-1, required=True)
@options.walker(default=[])
@click.option(
    "--steps", type=click.IntRange(1), help="That optimizers take on a terrain.  [default: 200; 1000 in a sweep]"
)
@click.option("--step", default=5, show_default=True, help="The one that anatomy takes apart.")
@click.option("--target", type=float, default=1e-3, show_default=True, help="Loss to be reached in a sweep.")
@click.option("--surface", type=click.Path(path_type=Path), help="A saved one, to draw runs and trajectories on.")
@click.option("--terrain", help="That saved trajectories were walked on, if it is your own: mine.py:function.")
@images_of(10_000)
@options.drawn
@places.file("out/plot", "File, without its ending.")
def plot(
    kind: str,
    sources: tuple[str, ...],
    optimizers: tuple[str, ...],
    steps: int | None,
    step: int,
    target: float,
    surface: Path | None,
    terrain: str | None,
    images: Images,
    looks: options.Looks,
    out: Path,
) -> None:
    """Draw a figure of the KIND from SOURCES.

    \b
    of a terrain (ravine:kappa=10), a surface or trajectories (.npz files), with walks of -o:
      contour    the map, with paths         surface3d  the relief, with paths
      race       the map, and the losses     loss       the losses over the steps
      anatomy    one step taken apart        basins     which minimum is reached from where
      sweep      steps to --target at each learning rate of one grid
    of run folders:
      race, surface3d, projection            paths on the surface over their common plane
      learning-curves, gradient-flow         how they trained
      sweep                                  their losses by their learning rates
      weights, confusion, misread            what one has learned
      interpolation                          the line between two, or from one's start to its end
      spectrum, sharpness                    the curvature

    \b
    Examples:
      landscape plot race rosenbrock -o sgd:lr=0.001 -o adam:lr=0.1 --size column --theme print
      landscape plot learning-curves runs/* --theme dark --lang zh --format svg,pdf
    """
    from landscape.core.errors import unknown

    if kind not in KINDS:
        raise unknown("kind", kind, list(KINDS))
    walked = kind in ("contour", "surface3d", "race", "loss", "anatomy", "basins", "sweep")
    goes_with(
        {
            "step": (kind == "anatomy", "anatomy"),
            "target": (kind == "sweep", "sweep"),
            "steps": (walked and bool(optimizers or kind == "sweep"), "walks on a terrain"),
        }
    )
    given = Sources(sources, images, optimizers, steps or (1000 if kind == "sweep" else 200), surface, terrain)
    places.hold(options.without_ending(out, places.FORMATS))
    own: dict[str, dict[str, Any]] = {"anatomy": {"step": step}, "sweep": {"target": target}}
    with looks.style():
        files = looks.save(KINDS[kind](given, **own.get(kind, {})), out)
    options.report(files)


def _contour(given: Sources) -> Figure:
    from landscape import figures
    from landscape.figures.labels import legend_outside

    walks = given.walks("contour")
    terrain = walks[0].terrain if walks else given.terrain("contour")
    ax = _ax(terrain)
    figures.contour(terrain, ax, avoid=walks)
    figures.paths(walks, ax)
    if walks:
        legend_outside(ax)
    figure: Figure = ax.figure
    return figure


def _surface3d(given: Sources) -> Figure:
    import matplotlib.pyplot as plt

    from landscape import figures
    from landscape.figures.labels import legend_outside

    walks = given.walks("surface3d")
    terrain = walks[0].terrain if walks else given.terrain("surface3d")
    figure = plt.figure()
    ax = figures.surface3d(terrain, walks).axes
    _title(ax, terrain)
    if walks:
        legend_outside(ax)
    return figure


def _race(given: Sources) -> Figure:
    from landscape import figures

    walks = _walks(given, "race")
    return figures.race(walks[0].terrain, walks)


def _loss(given: Sources) -> Figure:
    from landscape import figures

    walks = _walks(given, "loss")
    ax = _ax(walks[0].terrain)
    figures.loss(walks, ax)
    figure: Figure = ax.figure
    return figure


def _anatomy(given: Sources, step: int) -> Figure:
    from landscape import figures

    walks = _walks(given, "anatomy")
    if len(walks) > 1:
        raise ValueError(f"anatomy takes one walk apart, not {len(walks)}")
    return figures.anatomy(walks[0], step)


def _basins(given: Sources) -> Figure:
    import landscape as ls

    if not given.optimizers:
        raise ValueError("basins needs optimizers: give -o once or more")
    terrain = given.terrain("basins")
    return ls.figures.basins([ls.basins(terrain, text, steps=given.steps) for text in given.optimizers])


def _sweep(given: Sources, target: float) -> Figure:
    import matplotlib.pyplot as plt
    import numpy as np

    import landscape as ls
    from landscape.core.wording import term
    from landscape.figures.labels import fitted, room_over
    from landscape.figures.names import network_name, title_of
    from landscape.figures.words import listed
    from landscape.walks.sweeps import sweeps_of

    if given.optimizers:
        for text in given.optimizers:
            if "lr=" in text:
                raise ValueError(f"-o '{text}' is not allowed: a sweep sets the learning rates; leave lr out")
        kinds, terrain = [ls.optimizers.parse(text) for text in given.optimizers], given.terrain("sweep")
        found = ls.sweep(terrain, kinds, target, steps=given.steps)
        if not any(np.isfinite(one.score).any() for one in found):
            raise ValueError(
                f"no walk stays at a loss of {target:g} or less in {given.steps} steps: give another --target"
            )
        title = listed([title_of(terrain), f"{term('loss')} ≤ {setting(target)}"])
    else:
        runs = given.runs("sweep without -o")
        found = sweeps_of(runs)
        title = listed(sorted({network_name(run) for run in runs}))
    figure = plt.figure()
    ax = figure.subplots()
    ls.figures.sweep(found, ax)
    ax.set_title(fitted(title, room_over(ax)))
    return figure


def _projection(given: Sources) -> Figure:
    from landscape import figures
    from landscape.figures.names import run_names

    runs = given.runs("projection")
    walks = given.walks("projection")
    return figures.projection(walks[0].terrain, walks, run_names(runs))  # type: ignore[arg-type]


def _learning_curves(given: Sources) -> Figure:
    from landscape import figures

    return figures.learning_curves(given.runs("learning-curves"))


def _gradient_flow(given: Sources) -> Figure:
    from landscape import figures

    return figures.gradient_flow(given.runs("gradient-flow"))


def _weights(given: Sources) -> Figure:
    import matplotlib.pyplot as plt

    from landscape import figures

    run, figure = given.run("weights"), plt.figure()
    figures.weights(run, figure.subplots())
    return figure


def _confusion(given: Sources) -> Figure:
    import matplotlib.pyplot as plt

    from landscape import figures

    run, figure = given.run("confusion"), plt.figure()
    figures.confusion(run, given.images.data([run]), figure.subplots())
    return figure


def _misread(given: Sources) -> Figure:
    from landscape import figures

    run = given.run("misread")
    return figures.misread(run, given.images.data([run]))


def _interpolation(given: Sources) -> Figure:
    import matplotlib.pyplot as plt

    import landscape as ls
    from landscape.figures.names import run_names
    from landscape.figures.words import say

    runs = given.runs("interpolation")
    options.same_network(runs, "have no straight line between them")
    first, figure = runs[0], plt.figure()
    x, y, caption = given.images.of_runs(runs)
    if len(runs) == 1:
        way = f"{run_names(runs)[0]}:\n{say('start')} → {say('end')}"
        pairs = [(way, first.snapshots[0], first.params)]
    else:
        start, *others = run_names(runs)
        ends = zip(others, runs[1:], strict=True)
        pairs = [(f"{start} →\n{name}", first.params, one.params) for name, one in ends]
    of_run = len(runs) == 1
    lines = [ls.line(first.network, a, b, x, y, data=caption, of_run=of_run) for _, a, b in pairs]
    ls.figures.interpolation(lines, [name for name, _, _ in pairs])
    return figure


def _spectrum(given: Sources) -> Figure:
    import matplotlib.pyplot as plt

    import landscape as ls
    from landscape.figures.labels import headed

    run, figure = given.run("spectrum"), plt.figure()
    x, y, _ = given.images.of_runs([run])
    values, _, _ = ls.curvature.top(run.network, run.params, x, y)
    ax = figure.subplots()
    ls.figures.spectrum(*ls.curvature.density(run.network, run.params, x, y), values, ax)
    ax.set_title(headed("", run, figure.get_figwidth()))
    return figure


def _sharpness(given: Sources) -> Figure:
    import matplotlib.pyplot as plt

    import landscape as ls
    from landscape.figures.names import run_names

    curves, runs = [], given.runs("sharpness")
    for run, (x, y, caption) in zip(runs, given.images.of_each(runs), strict=True):
        curves.append(ls.curvature.along(run, x, y, data=caption))
    figure = plt.figure()
    ls.figures.sharpness(curves, figure.subplots(), run_names(runs))
    return figure


KINDS: dict[str, Callable[..., Figure]] = {
    "contour": _contour,
    "surface3d": _surface3d,
    "race": _race,
    "loss": _loss,
    "anatomy": _anatomy,
    "basins": _basins,
    "sweep": _sweep,
    "projection": _projection,
    "learning-curves": _learning_curves,
    "gradient-flow": _gradient_flow,
    "weights": _weights,
    "confusion": _confusion,
    "misread": _misread,
    "interpolation": _interpolation,
    "spectrum": _spectrum,
    "sharpness": _sharpness,
}


def _walks(given: Sources, kind: str) -> Sequence[Any]:
    walks = given.walks(kind)
    if not walks:
        raise ValueError(f"{kind} needs optimizers on a terrain: give -o once or more")
    return walks


def _ax(terrain: Any) -> Any:
    """Axes in a new figure, with the terrain's name above them."""
    import matplotlib.pyplot as plt

    ax = plt.figure().subplots()
    _title(ax, terrain)
    return ax


def _title(ax: Any, terrain: Any) -> None:
    """The terrain's name, in as many lines as it needs."""
    from landscape.figures.labels import fitted, room_over
    from landscape.figures.names import title_of

    ax.set_title(fitted(title_of(terrain), room_over(ax)))
