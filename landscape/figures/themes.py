"""Themes: light, dark, and a school's own colours and logo, from a file of TOML:

    base = "dark"                    # what is not said is as in "light" or "dark"
    logo = "logo.png"                # beside the file
    ground = "#101820"
    ink = "#f2f2f2"
    accent = "#f2aa4c"
    terrain = ["#1d2b53", "#29adff", "#fff1e8"]   # from the valley to the peaks
    [optimizers]
    adam = "#c8102e"

What could not be read on its ground is refused, with its contrast (as in WCAG 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import is_color_like, to_hex

from ..core.errors import InputError, shortened, unknown
from ..files.handwritten import table
from ..optimizers import registry
from .palettes import DARK, LIGHT, Palette, contrast

_BASES = {"light": LIGHT, "dark": DARK}
# What stands on the ground, and the least contrast that it may have there: of words, and of lines.
_COLOURS = {"ground": 0.0, "panel": 0.0, "grid": 0.0, "star": 0.0, "ink": 4.5, "muted": 3.0, "accent": 3.0}
_LINES = 2.0
_PLACES = 2  # colours of a terrain, at least


def palette(theme: str) -> Palette:
    """The palette of "light" or "dark", or of a file of one's own, school.toml; ValueError with the nearest valid name
    otherwise."""
    if is_own(theme):
        return _own(theme)
    if theme not in _BASES:
        raise unknown("theme", theme, _BASES)
    return _BASES[theme]


def is_own(theme: str) -> bool:
    """Whether it is a file."""
    return theme.endswith(".toml")


def _own(path: str | Path) -> Palette:
    """The palette of a file; InputError, in one line, for what is unknown in it, is no colour, or cannot be read."""
    found = table(path)
    base = found.pop("base", "dark")
    if base not in _BASES:
        raise unknown(f"base in '{path}'", base, _BASES)
    palette = _BASES[base]
    logo, terrain, own = found.pop("logo", ""), found.pop("terrain", None), found.pop("optimizers", {})
    for key in found:
        if key not in _COLOURS:
            raise unknown(f"key in '{path}'", key, ["base", "logo", "terrain", "optimizers", *_COLOURS])
    said: dict[str, Any] = {key: _colour(path, key, value) for key, value in found.items()}
    palette = replace(palette, **said)
    if terrain is not None:
        palette = replace(palette, terrain=_terrain(path, terrain))
    if not isinstance(own, Mapping):
        raise InputError(f"'optimizers' in '{path}' is not allowed: it must be a table, [optimizers]")
    for name in own:
        if not registry.knows(name):
            raise unknown(f"optimizer in '{path}'", name, registry.names())
    colours = {name: _colour(path, f"optimizers.{name}", one) for name, one in own.items()}
    palette = replace(palette, optimizers=colours, logo=_logo(path, logo))
    for key, least in _COLOURS.items():
        for on in ("ground", "panel"):
            _check(path, key, getattr(palette, key), on, getattr(palette, on), least)
    for name, colour in colours.items():
        _check(path, f"optimizers.{name}", colour, "ground", palette.ground, _LINES)
    return palette


def _colour(path: str | Path, key: str, given: Any) -> str:
    if not isinstance(given, str) or not is_color_like(given):
        raise InputError(f"{key} = {shortened(given)!r} in '{path}' is no colour: write it as \"#c8102e\"")
    return str(to_hex(given))


def _terrain(path: str | Path, given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or len(given) < _PLACES:
        raise InputError(f"terrain in '{path}' is not allowed: it must be a list of two colours or more")
    colours = tuple(_colour(path, "terrain", one) for one in given)
    light = [contrast(one, "#000000") for one in colours]
    if not (np.diff(light) > 0).all():
        raise InputError(f"terrain in '{path}' is not allowed: from the valley to the peaks it must become lighter")
    return colours


def _logo(path: str | Path, given: Any) -> str:
    """The logo's file, which lies beside the theme's."""
    from PIL import Image, UnidentifiedImageError

    if not given:
        return ""
    if not isinstance(given, str):
        raise InputError(f"logo in '{path}' is not allowed: it must be a file's name")
    file = Path(path).absolute().parent / given
    try:
        with Image.open(file) as image:
            image.verify()
    except (OSError, UnidentifiedImageError, SyntaxError, Image.DecompressionBombError) as error:
        told = "there is no such file" if not file.exists() else "it is no picture that can be read, as PNG is"
        raise InputError(f"logo '{given}' in '{path}' is not allowed: {told}") from error
    return str(file)


def _check(path: str | Path, key: str, colour: str, on: str, ground: str, least: float) -> None:
    if (found := contrast(colour, ground)) < least:
        told = f"its contrast to {on} {ground} is {found:.1f}, and {least:.1f} are needed to read it"
        raise InputError(f"{key} = {colour} in '{path}' is not allowed: {told}")
