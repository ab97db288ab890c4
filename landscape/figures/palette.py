"""One visual language for figures and films: a colour for each optimizer, and the terrain's colour map.

The hues are those of Okabe & Ito (2008), which colour-blind viewers tell apart, in a darker set for light grounds and a
lighter one for dark grounds. There are fewer of them than optimizers, so relatives share one. Each optimizer has a
marker of its own beside, so that lines can be told apart in black and white; lines of one colour in one picture, such
as those of one optimizer at several rates, have different dashes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from matplotlib import rcParams
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from ..errors import unknown
from ..optimizers import Elsewhere, Walker, innermost

Theme = Literal["light", "dark"]
Dash = tuple[float, tuple[float, ...] | None]


class Look(NamedTuple):
    """How the line of an optimizer is drawn."""

    colour: str
    dash: Dash
    marker: str


_FAMILIES = {
    "sgd": ("sgd",),
    "momentum": ("momentum", "nesterov"),
    "signs": ("signsgd", "rprop", "lion"),
    "rmsprop": ("rmsprop", "adagrad", "adadelta"),
    "adam": ("adam", "adamw", "amsgrad", "adamax", "nadam", "radam", "adan", "schedule_free_adamw", "prodigy"),
}
_FAMILY = {name: family for family, names in _FAMILIES.items() for name in names}
# Those that are often seen together have the shapes that differ most.
_MARKERS = {
    "sgd": "o",
    "momentum": "s",
    "nesterov": "D",
    "signsgd": "H",
    "rprop": "4",
    "lion": "p",
    "rmsprop": "v",
    "adagrad": "<",
    "adadelta": ">",
    "adam": "^",
    "adamw": "P",
    "amsgrad": "h",
    "adamax": "d",
    "nadam": "*",
    "radam": "8",
    "adan": "p",
    "prodigy": "H",
}
_OTHER = "d"
_DASHES: tuple[Dash, ...] = ((0, None), (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (5, 1.5, 1.2, 1.5)), (0, (9, 2)))


@dataclass(frozen=True)
class Palette:
    """Colours as hex strings. `terrain` runs from the valley to the peaks, always from darker to lighter; `optimizers`
    has a colour for each family, `categories` are Okabe and Ito's own, for areas.
    """

    ground: str
    panel: str
    ink: str
    muted: str
    grid: str
    accent: str
    optimizers: Mapping[str, str]
    terrain: tuple[str, ...]
    categories: tuple[str, ...] = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")

    @property
    def is_light(self) -> bool:
        """Whether the ground is."""
        return _brightness(self.ground) > 0.5

    @property
    def colormap(self) -> LinearSegmentedColormap:
        """The terrain's colours as a matplotlib colour map."""
        return LinearSegmentedColormap.from_list("landscape", self.terrain)

    def colour(self, walker: Walker) -> str:
        """The colour of an optimizer's family; ink for those that use curvature or matrices, or that are not known."""
        return self.optimizers.get(_FAMILY.get(_name(walker), ""), self.ink)

    def styles(self, walkers: Sequence[Walker]) -> list[Look]:
        """How the lines of one picture are drawn: those of one colour differ in their dashes."""
        seen: Counter[str] = Counter()
        looks = []
        for walker in walkers:
            colour = self.colour(walker)
            looks.append(Look(colour, _DASHES[seen[colour] % len(_DASHES)], _MARKERS.get(_name(walker), _OTHER)))
            seen[colour] += 1
        return looks


def _name(walker: Walker) -> str:
    return walker.label.lower() if isinstance(walker, Elsewhere) else innermost(walker).name


LIGHT = Palette(
    ground="#ffffff",
    panel="#f4f5f8",
    ink="#1d2130",
    muted="#5b6275",
    grid="#d9dce4",
    accent="#8a5a00",
    optimizers={"sgd": "#c94f00", "momentum": "#007a5a", "signs": "#8a6a00", "rmsprop": "#a8458a", "adam": "#005fa8"},
    terrain=("#6981ab", "#7391b7", "#7ca3c1", "#89b3c8", "#9ac3cd", "#afd2ce", "#cadfd0", "#e8e9d6", "#faf7ee"),
)
DARK = Palette(
    ground="#10131c",
    panel="#191d2a",
    ink="#f2f3f7",
    muted="#a8aec0",
    grid="#343a4d",
    accent="#ffcc66",
    optimizers={"sgd": "#ff8f4a", "momentum": "#3fd0a0", "signs": "#f0e05a", "rmsprop": "#f0a0d4", "adam": "#62bcff"},
    terrain=("#252e55", "#2c4368", "#315879", "#3d6e81", "#528388", "#6e968d", "#90a790", "#b8b497", "#d1c6b5"),
)
_THEMES: dict[str, Palette] = {"light": LIGHT, "dark": DARK}


def palette(theme: str) -> Palette:
    """The palette of "light" or "dark"; ValueError with the nearest valid name otherwise."""
    if theme not in _THEMES:
        raise unknown("theme", theme, _THEMES)
    return _THEMES[theme]


def current() -> Palette:
    """The palette that suits the ground of the matplotlib style now in force, whichever style that is."""
    return LIGHT if _brightness(rcParams["axes.facecolor"]) > 0.5 else DARK


def _brightness(colour: str) -> float:
    red, green, blue = to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue
