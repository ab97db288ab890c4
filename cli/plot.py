"""`landscape plot`: figures from runs, surfaces, terrains and trajectories."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from landscape.core.own import contents, halves, path_of

from . import options, places
from .data import Images, images_of
from .sources import Sources, own_ground, saved_surface
from .verbs import Verb, goes_with, verb

if TYPE_CHECKING:
    from landscape.figures.catalogue import FigureKind

_TITLES = 20  # column of what kinds show


class _Plot(Verb):
    """Has the kinds of figures in its help, and their options among its own."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        there = super().get_params(ctx)
        taken = {one.name for one in there}
        own = [one for one in _own_options() if one.name not in taken]
        return [*there[:-1], *own, there[-1]]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # A kind in a file has options of its own, which are known once the file is run.
        for word in args:
            if ":" in word and (path := path_of(word)):
                contents(path)
        return super().parse_args(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help_text(ctx, formatter)
        known = [_kinds().get(name) for name in _kinds().names()]
        on_terrains = [
            one for one in known if {"terrain", "surfaces", "walk", "walks"} & {*one.takes} and "runs" not in one.needs
        ]
        of_tables = [one for one in known if "table" in one.takes]
        groups = {
            "Of a terrain, a surface or trajectories (.npz files), with walks of -o; or runs on a plane": on_terrains,
            "Of run folders": [one for one in known if one not in [*on_terrains, *of_tables] or "runs" in one.takes],
            "Of the table of a sweep (a .csv file)": of_tables,
        }
        for what, some in groups.items():
            with formatter.section(what):
                formatter.write_dl([(one.name, one.title) for one in some], col_max=_TITLES)


def _kinds() -> Any:
    from landscape import figures

    return figures.kinds


def _own_options() -> list[click.Option]:
    """What kinds of figures can be told, each option once, whichever kinds have it."""
    from landscape.figures.catalogue import option_help

    found: dict[str, list[tuple[str, str, Any]]] = {}
    for name in _kinds().names():
        for key, (said, default) in option_help(name).items():
            found.setdefault(key, []).append((name, said, default))
    made = []
    for key, uses in found.items():
        defaults = "; ".join(f"{name}, default: {default}" for name, _, default in uses if default != "")
        told = f"{uses[0][1]}  [{defaults or 'of ' + ', '.join(name for name, _, _ in uses)}]"
        made.append(click.Option([f"--{key.replace('_', '-')}", key], help=told))
    return made


@verb(cls=_Plot, short_help="Draw one figure for a slide or a page.")
@click.argument("kind", metavar="KIND")
@click.argument("sources", nargs=-1, required=True)
@options.walker(default=[])
@options.option(
    "--steps", type=click.IntRange(1), help="That optimizers take on a terrain.  [default: 200; 1000 in a sweep]"
)
@saved_surface
@own_ground
@images_of(10_000)
@options.drawn
@places.file("out/plot", "File, without its ending.")
def plot(
    kind: str,
    sources: tuple[str, ...],
    optimizers: tuple[str, ...],
    steps: int | None,
    surface: Path | None,
    terrain: str | None,
    images: Images,
    looks: options.Looks,
    out: Path,
    **own: str | None,
) -> None:
    """Draw a figure of the KIND from SOURCES. A kind of your own is mine.py:function; its options may stand with it, as
    in anatomy:step=3.

    \b
    Examples:
      landscape plot race rosenbrock -o sgd:lr=0.001 -o adam:lr=0.1 --size column --theme print
      landscape plot learning-curves runs/* --theme dark --lang zh --format svg,pdf
    """
    figure: FigureKind = _kinds().parse(kind)
    has = _kinds().parameters(figure.name)
    walks = figure.walked and bool(optimizers or "steps" in has)
    users = {key: [name for name in _kinds().names() if key in _kinds().parameters(name)] for key in own}
    goes_with({key: (key in has, " and ".join(names)) for key, names in users.items()})
    goes_with({"steps": (walks, "walks on a terrain")})
    told = {key: value for key, value in {**own, "steps": steps}.items() if key in has and value is not None}
    if told:
        settings = ",".join(f"{key}={value}" for key, value in told.items())
        figure = _kinds().parse(f"{kind}{',' if halves(kind)[1] else ':'}{settings}")
    given = Sources(sources, images, optimizers, steps or 200, surface, terrain)
    places.hold(options.without_ending(out, places.FORMATS))
    with looks.style():
        files = looks.save(figure.draw(**given.material(figure)), out)
    options.report(files)
