"""One visual language for figures and films: a colour for each optimizer, and the terrain's colour map.

The optimizers' hues are those of Okabe & Ito (2008), which colour-blind viewers tell apart, in a darker set for light
grounds and a lighter one for dark grounds. Dash patterns tell them apart without colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from matplotlib import rcParams
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from ..errors import unknown

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Palette:
    """Colours as hex strings. `terrain` runs from the valley to the peaks, always from darker to lighter."""

    ground: str
    panel: str
    ink: str
    muted: str
    grid: str
    accent: str
    optimizers: Mapping[str, str]
    terrain: tuple[str, ...]

    @property
    def colormap(self) -> LinearSegmentedColormap:
        """The terrain's colours as a matplotlib colour map."""
        return LinearSegmentedColormap.from_list("landscape", self.terrain)

    def optimizer(self, name: str) -> str:
        """The colour of an optimizer; ink for one that has none."""
        return self.optimizers.get(name, self.ink)


LIGHT = Palette(
    ground="#ffffff",
    panel="#f4f5f8",
    ink="#1d2130",
    muted="#5b6275",
    grid="#d9dce4",
    accent="#8a5a00",
    optimizers={"sgd": "#c94f00", "momentum": "#007a5a", "rmsprop": "#a8458a", "adam": "#005fa8"},
    terrain=("#7f8cae", "#a3abc3", "#c5c7d4", "#e2deda", "#fbf7ee"),
)
DARK = Palette(
    ground="#10131c",
    panel="#191d2a",
    ink="#f2f3f7",
    muted="#a8aec0",
    grid="#343a4d",
    accent="#ffcc66",
    optimizers={"sgd": "#ff8f4a", "momentum": "#3fd0a0", "rmsprop": "#f0a0d4", "adam": "#62bcff"},
    terrain=("#272d50", "#40466f", "#62678f", "#8b8ca9", "#bcb6bc"),
)
_THEMES: dict[str, Palette] = {"light": LIGHT, "dark": DARK}
_DASHES: dict[str, tuple[float, ...]] = {"momentum": (6, 2), "rmsprop": (1, 1.5), "adam": (4, 1.5, 1, 1.5)}


def palette(theme: str) -> Palette:
    """The palette of "light" or "dark"; ValueError with the nearest valid name otherwise."""
    if theme not in _THEMES:
        raise unknown("theme", theme, _THEMES)
    return _THEMES[theme]


def current() -> Palette:
    """The palette that suits the ground of the matplotlib style now in force, whichever style that is."""
    red, green, blue = to_rgb(rcParams["axes.facecolor"])
    return LIGHT if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else DARK


def dashes(name: str) -> str | tuple[float, tuple[float, ...]]:
    """The line style of an optimizer, for charts that must be read without colour."""
    return (0, _DASHES[name]) if name in _DASHES else "-"
