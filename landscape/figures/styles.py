"""Styles: a theme for the ground, a size for the place where the figure will stand, and a language.

Themes and sizes are style sheets, which `register` makes known to matplotlib, to be combined as any others:
`plt.style.use(["landscape-dark", "landscape-half-slide"])`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib import RcParams, rc_params_from_file
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from ..core.errors import unknown
from ..core.wording import LANGUAGES, language, speak, speaking
from . import fonts
from .palettes import DARK, LIGHT, Palette


class Size(NamedTuple):
    """Inches, points and dots an inch."""

    width: float
    height: float
    type_size: float
    dpi: float


# A 16:9 slide and half of it at 1920 × 1080; a page's text and one of two columns, as in a paper.
SIZES = {
    "slide": Size(12.8, 7.2, 19, 150),
    "half-slide": Size(6.2, 6.4, 16, 150),
    "page": Size(7.0, 4.2, 9.5, 300),
    "column": Size(3.5, 3.4, 8, 300),
}
THEMES = ("light", "dark", "print")
_turn = threading.RLock()
_WIDE = 1.4  # width over height, from which on panels stand side by side


@contextmanager
def style(theme: str = "light", size: str | None = None, lang: str | None = None) -> Iterator[None]:
    """Draw in a style inside a `with` block; rcParams and the language are as before after it. The former are the
    process's, so a thread waits for another one's block to end.

    theme : "light" or "dark", both for slides, or "print": black on white, for a page. size : "slide", "half-slide",
    "page" or "column"; the theme's own if None. lang : of the words, "en" or "zh", with fonts that have its letters;
    that in force if None. ValueError with the nearest valid name for anything else.
    """
    lang = language() if lang is None else lang
    settings = _settings(theme, size, lang)
    # Loads matplotlib's backend, if that is not done: a notebook's makes figures appear, by a setting that would be
    # undone at the end of the block, were it first needed in it.
    plt.draw_if_interactive()  # type: ignore[no-untyped-call,unused-ignore]
    with _turn, plt.style.context(settings), speaking(lang):
        yield


def use(theme: str = "light", size: str | None = None, lang: str | None = None) -> None:
    """Draw in a style from here on, as in a notebook; see `style`."""
    lang = language() if lang is None else lang
    plt.style.use(_settings(theme, size, lang))
    speak(lang)


def register() -> None:
    """Make the themes and sizes, and their font, known to matplotlib by name: `plt.style.use("landscape-dark")`."""
    fonts.register()
    names = [f"landscape-{name}" for name in _sheets()]
    plt.style.library.update(zip(names, map(RcParams, _sheets().values()), strict=True))
    plt.style.available[:] = sorted({*plt.style.available, *names})


def _settings(theme: str, size: str | None, lang: str) -> list[dict[str, Any]]:
    """The settings of a style, the later ones over the earlier; its fonts are then known to matplotlib."""
    for kind, name, allowed in (("theme", theme, THEMES), ("size", size, SIZES), ("language", lang, LANGUAGES)):
        if name is not None and name not in allowed:
            raise unknown(kind, name, list(allowed))
    fonts.register()
    settings = [_sheets()[name] for name in (theme, size) if name is not None]
    if lang == "zh":
        fonts.register_chinese()
        settings.append({"font.family": [fonts.FAMILY, fonts.CHINESE, *settings[0]["font.family"][1:-1]]})
    return settings


@cache
def _sheets() -> dict[str, dict[str, Any]]:
    """The settings of each theme and size."""
    sheet = rc_params_from_file(str(resources.files(__package__) / "landscape.mplstyle"), use_default_template=False)
    on_paper = replace(LIGHT, ink="#000000", muted="#404040", grid="#e0e0e0")
    return {
        "light": sheet | _coloured(LIGHT),
        "dark": sheet | _coloured(DARK),
        "print": sheet | _coloured(on_paper) | _sized(sheet, SIZES["page"]),
        **{name: _sized(sheet, size) for name, size in SIZES.items()},
    }


def is_wide(figure: Figure) -> bool:
    """Whether panels stand side by side in it, as on a slide, and not under each other."""
    return bool(figure.get_figwidth() >= _WIDE * figure.get_figheight())


def figure_of(artist: Artist) -> Figure:
    """The whole figure that an artist, such as axes, is in, be it in a subfigure."""
    figure = artist.figure and artist.figure.figure
    assert isinstance(figure, Figure)
    return figure


def width_of(ax: Axes) -> float:
    """Inches of the figure or subfigure that axes are in."""
    return float(ax.figure.bbox.width / ax.figure.dpi)


def two_panels(ratio: float, stacked: float = 1.3, figure: Figure | None = None) -> tuple[Axes, Axes]:
    """Two axes in an empty figure, a new one if None: the first `ratio` times as wide as the other beside it where the
    figure is wide, or else `stacked` times as high as the other under it."""
    figure = plt.figure(layout="constrained") if figure is None else figure
    if is_wide(figure):
        first, second = figure.subplots(1, 2, width_ratios=[ratio, 1])
    else:
        first, second = figure.subplots(2, 1, height_ratios=[stacked, 1])
        tighten(figure, h_pad=0.3 * plt.rcParams["font.size"] / 72)
    return first, second


def chosen(style: dict[str, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Settings of a line, and what the caller says in their place, by whichever of matplotlib's names."""
    return normalize_kwargs(style, Line2D) | normalize_kwargs(kwargs, Line2D)


def tighten(figure: Figure, **pads: Any) -> None:
    """Less room between axes than the style leaves, where many are to fit."""
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(**pads)


def _coloured(colours: Palette) -> dict[str, Any]:
    """The settings that are colours."""
    grounds = dict.fromkeys(("figure.facecolor", "savefig.facecolor", "axes.facecolor"), colours.ground)
    inks = ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.labelcolor", "ytick.labelcolor")
    lines = ("axes.edgecolor", "xtick.color", "ytick.color")
    names = ("orange", "green", "magenta", "blue", "sky", "violet", "olive", "ink")
    return {
        **grounds,
        **dict.fromkeys(inks, colours.ink),
        **dict.fromkeys(lines, colours.muted),
        "grid.color": colours.grid,
        "axes.prop_cycle": cycler("color", [colours.hues[name] for name in names]),
    }


def _sized(sheet: RcParams, size: Size) -> dict[str, Any]:
    """The settings that are lengths, so that the type has the wanted size."""
    given: dict[str, Any] = dict(sheet.items())
    factor = size.type_size / given["font.size"]
    groups = ("font.", "axes.", "xtick.", "ytick.", "lines.", "grid.", "legend.", "figure.titlesize", "figure.constr")
    scaled = {
        key: factor * value
        for key, value in given.items()
        if key.startswith(groups) and key.endswith(("size", "width", "pad")) and isinstance(value, float)
    }
    return scaled | {"figure.figsize": (size.width, size.height), "savefig.dpi": size.dpi}
