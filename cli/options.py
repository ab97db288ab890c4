"""Options that several verbs share, and how their texts are read."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from landscape.core.errors import unknown
from landscape.core.numerals import number
from landscape.core.wording import ENGLISH, LANGUAGES

from .places import FORMATS
from .terminal import visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from landscape import Trajectory
    from landscape.terrains import Domain, Terrain


@dataclass(frozen=True)
class Looks:
    """How figures look, and which files they become."""

    theme: str
    size: str | None
    lang: str
    formats: tuple[str, ...]
    transparent: bool

    def style(self) -> AbstractContextManager[None]:
        """The style, for a `with` block."""
        from landscape import figures

        return figures.style(self.theme, self.size, self.lang)

    def save(self, figure: Figure, stem: Path) -> list[Path]:
        """Write a figure as stem.png, stem.svg …, and close it; an ending that `stem` has already is left out."""
        import matplotlib.pyplot as plt

        from landscape import figures

        files = figures.save(figure, stem, self.formats, self.transparent)
        plt.close(figure)
        return files


PATH = click.Path(path_type=Path)
option = partial(click.option, show_default=True)  # as click's own, but the help tells each default
runs = click.argument("runs", nargs=-1, required=True, type=PATH)


@contextmanager
def said_of(**options: str) -> Iterator[None]:
    """Says of a parameter of the library that it refuses by which option it was given: `k="--top"`."""
    try:
        yield
    except ValueError as error:
        name, equals, rest = str(error).partition(" = ")
        raise ValueError(f"{options[name]}{equals}{rest}") if name in options else error from None


class OneOf(click.Choice[str]):
    """A choice whose errors are the library's: what was given, the nearest that is allowed, and all of those."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            name = param.opts[-1].lstrip("-") if param else "value"
            raise unknown(name, str(value), [str(one) for one in self.choices]) from None


class Theme(OneOf):
    """One of the themes, or a file of one's own colours."""

    name = "theme"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if str(value).endswith(".toml") else super().convert(value, param, ctx)


def _formats(_context: click.Context, _option: click.Parameter, text: str) -> tuple[str, ...]:
    """Read "png,svg" before any work is done."""
    wanted = tuple(dict.fromkeys(text.split(",")))
    for one in wanted:
        if one not in FORMATS:
            raise unknown("format", one, FORMATS)
    return wanted


def packed(name: str, kind: Any, *options: Callable[..., Any]) -> Callable[..., Any]:
    """Options that several verbs have; a command gets their values as one object of a dataclass, under this name."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_one(*arguments: Any, **others: Any) -> Any:
            made = kind(**{field.name: others.pop(field.name) for field in fields(kind)})
            return command(*arguments, **{name: made}, **others)

        with_options: Callable[..., Any] = with_one
        for one in reversed(options):
            with_options = one(with_options)
        return with_options

    return decorate


lang = option("--lang", type=OneOf(LANGUAGES), default=ENGLISH, help="Of the words.")
# Of a verb that draws figures.
drawn = packed(
    "looks",
    Looks,
    option("--theme", type=OneOf(["light", "dark", "print"]), default="light", help="Ground."),
    option(
        "--size",
        type=OneOf(["slide", "half-slide", "page", "column"]),
        help="Where it will stand.  [default: slide; page for print]",
    ),
    lang,
    option("--format", "formats", default="png,svg", callback=_formats, help="Comma-separated: png, svg, pdf."),
    option("--transparent", is_flag=True, help="Without the ground's colour."),
)

start = option("--start", help="x,y; the terrain's own if not given.")
noise = option("--noise", default=0.0, help="Standard deviation of noise on the gradient.")
domain = option("--domain", help="x0,x1,y0,y1 to be drawn, for a formula or a function; -3,3,-3,3 if not given.")


def optimizer(kinds: str = "name or name:key=value,…", **kwargs: Any) -> Callable[..., Any]:
    """`-o name:key=value,…`, as often as wanted; `kinds` says what may be given."""
    help_ = f"Optimizer, as {kinds}; may be repeated."
    return option("-o", "--optimizer", "optimizers", multiple=True, help=help_, **kwargs)


layers = option("--layers", default="784,128,10", help="Units a layer, from the pixels to the classes.")
activation = option("--activation", default="relu", help="Of the hidden layers; or name:key=value.")
loss = option("--loss", default="cross_entropy", help="Or cross_entropy:label_smoothing=0.1, mse.")


def each_once(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    """ValueError if two notations mean the same optimizer, which would hide or replace each other."""
    from landscape import optimizers

    seen = set()
    for given in texts:
        if (one := optimizers.text(optimizers.walker(given))) in seen:
            raise ValueError(f"-o {given} is given twice: give each optimizer once")
        seen.add(one)
    return texts


def walker(**kwargs: Any) -> Callable[..., Any]:
    """The same, where SciPy's methods are optimizers too."""
    return optimizer("name, name:key=value,… or scipy:method", callback=each_once, **kwargs)


def terrain_of(terrain: str, domain: str | None) -> Terrain:
    """The terrain that is meant, with the domain if one was given."""
    from landscape import terrains
    from landscape.files.kinds import lies_at

    given = None if domain is None else box(domain, "--domain")
    try:
        return terrains.parse(terrain, given)
    except ValueError as error:
        # What is there was meant as a file, and not as a formula.
        if ".py" in terrain or not os.path.exists(terrain):
            raise
        raise ValueError(f"'{terrain}' is not a terrain: {lies_at(Path(terrain))}") from error


def defined(walks: Sequence[Trajectory]) -> None:
    """ValueError if one of the walks, of one start each, starts where the loss is not finite."""
    from landscape.core.checks import start_with_loss

    for walk in walks:
        start_with_loss(walk.x[0].tolist(), float(walk.loss[0]))


def distinct(folders: Sequence[Path], what: str = "run") -> list[str]:
    """The names of folders, with as many of their parents as tell them apart: sgd, or a-sgd and b-sgd."""
    from landscape.core import foreign_text

    places = [folder.resolve().parts[1:] for folder in folders]
    for k, place in enumerate(places):
        if place in places[:k]:
            raise ValueError(f"a {what} is given twice: give '{folders[k]}' once")
    depth = 1
    while len({place[-depth:] for place in places}) < len(places):
        depth += 1
    # What no figure or slide can show stands as a number.
    return [foreign_text.visible("-".join(place[-depth:]), "") for place in places]


def distinct_names(values: Sequence[float]) -> list[str]:
    """Numbers in four digits, or in as many as tell apart those that differ by more than rounding."""
    differing = {float(f"{value:.13g}") for value in values if math.isfinite(value)}
    digits = next(
        (count for count in range(4, 13) if len({f"{value:.{count}g}" for value in differing}) == len(differing)), 13
    )
    return [number(value, digits) for value in values]


def box(text: str, what: str) -> Domain:
    """Read "x0,x1,y0,y1"."""
    sides = numbers(text, what)
    if len(sides) != 4:
        raise ValueError(f"{what} '{text}' is not allowed: expected x0,x1,y0,y1")
    return (sides[0], sides[1]), (sides[2], sides[3])


def numbers(text: str, what: str, kind: type = float) -> list[Any]:
    """Read "1,2.5,3"; ValueError that names the option otherwise."""
    try:
        return [kind(part) for part in text.split(",")]
    except ValueError:
        wanted = "whole numbers" if kind is int else "numbers"
        raise ValueError(f"{what} '{text}' is not allowed: expected {wanted} separated by commas") from None


def whole(text: str, what: str, word: str) -> int | str:
    """Read a whole number, or the one word that may stand for it."""
    try:
        return text if text == word else int(text)
    except ValueError:
        raise ValueError(f"{what} '{text}' is not allowed: expected a whole number or {word}") from None


def without_ending(path: Path, endings: Sequence[str]) -> Path:
    """The path without an ending that is one of these."""
    return path.with_suffix("") if path.suffix.lstrip(".") in endings else path


def folder_name(notation: str) -> str:
    """An optimizer's notation as the name of a folder: adam:lr=0.01 → adam-lr0.01."""
    return notation.replace(":", "-").replace(",", "-").replace("=", "")


def print_json(value: Any) -> None:
    """One JSON value on standard output; numbers that are not finite are null."""
    import json

    from landscape.files.writing import plain

    click.echo(json.dumps(plain(value), indent=2))


def report(paths: Sequence[Path]) -> None:
    """The results' paths, a line each, as the last thing printed."""
    for path in paths:
        # A program that reads them gets their names as they are.
        click.echo(visible(str(path)) if sys.stdout.isatty() else path)
