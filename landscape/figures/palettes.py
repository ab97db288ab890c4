"""One visual language for figures, films, decks and pages: a look for each optimizer, and the terrain's colour map.

Ten hues, in a set for light grounds and one for dark grounds, can be told apart by everybody: any two of a set are
more than 10 apart in CAM02-UCS, as seen with normal sight and without red, green or blue cones (simulated after Machado
et al. 2009). Each optimizer has a hue, a dash and a marker of its own, the same in every picture; a user's own has
one that no other has while the program runs. There are more optimizers than hues, so where two meet that have the same
one, as also one optimizer at two rates does, the later one is given a hue that is free in this picture, and other
dashes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from matplotlib import rcParams
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from ..optimizers import External, Missing, SciPy, Walker, innermost, registry

Dash = tuple[float, tuple[float, ...] | None]


class Look(NamedTuple):
    """How the line of an optimizer is drawn."""

    colour: str
    dash: Dash
    marker: str


# What tells lines apart when their hues have run out, solid first.
DASHES: tuple[Dash, ...] = ((0, None), (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (5, 1.5, 1.2, 1.5)), (0, (9, 2)))
_SOLID, _DASHED, _DOTTED, _DASHDOT, _LONG = DASHES

# Those that are often seen together have hues of their own and the markers that differ most.
_OWN: dict[str, tuple[str, Dash, str]] = {
    "sgd": ("orange", _SOLID, "o"),
    "momentum": ("green", _SOLID, "s"),
    "nesterov": ("sky", _SOLID, "D"),
    "signsgd": ("olive", _SOLID, "H"),
    "rprop": ("grey", _DASHED, "8"),
    "adagrad": ("brown", _SOLID, "<"),
    "rmsprop": ("magenta", _SOLID, "v"),
    "adadelta": ("magenta", _DASHED, ">"),
    "adam": ("blue", _SOLID, "^"),
    "adamax": ("sky", _DASHDOT, "d"),
    "amsgrad": ("grey", _SOLID, "h"),
    "adamw": ("violet", _SOLID, "P"),
    "nadam": ("sky", _DASHED, "*"),
    "radam": ("violet", _DASHED, "8"),
    "adan": ("brown", _DASHED, "p"),
    "lion": ("olive", _DASHED, "p"),
    "sophia": ("green", _DASHED, "h"),
    "muon": ("ink", _SOLID, "d"),
    "shampoo": ("ink", _DASHED, "<"),
    "soap": ("ink", _DASHDOT, ">"),
    "schedule_free_adamw": ("blue", _DASHED, "H"),
    "prodigy": ("orange", _DASHED, "*"),
}
# For SciPy's methods and paths from elsewhere.
_STRANGER = ("ink", _DOTTED, "d")
# For users' own, with dashes that none of the others has: first hues that are seldom beside those that viewers know.
_USERS: list[tuple[str, Dash, str]] = [
    (hue, dash, marker)
    for dash in (_DOTTED, _LONG, _DASHDOT)
    for hue, marker in (
        *(("olive", "d"), ("brown", "h"), ("grey", "p"), ("violet", "*"), ("sky", "H")),
        *(("magenta", "8"), ("green", ">"), ("blue", "<"), ("orange", "P")),
    )
    if (hue, dash) != ("sky", _DASHDOT)
]
_KNOWN = frozenset(_OWN.values())
# In the order in which they are given to those who find their own taken: last those that viewers know best.
_SPARE = ("sky", "violet", "ink", "brown", "olive", "grey", "magenta", "green", "blue", "orange")
_MARKERS = ("o", "s", "^", "D", "v", "P", "*", "H", "<", ">", "d", "p", "8", "h")


@dataclass(frozen=True)
class Palette:
    """Colours as hex strings. `terrain` runs from the valley to the peaks, always from darker to lighter; `hues` are
    those of lines, by name; `star` marks minima; `optimizers` are colours of a theme's own, by name, and `logo` is the
    file of its picture, if it has one; `categories` are Okabe and Ito's own (2008), for areas.
    """

    ground: str
    panel: str
    ink: str
    muted: str
    grid: str
    accent: str
    star: str
    hues: Mapping[str, str]
    terrain: tuple[str, ...]
    optimizers: Mapping[str, str] = field(default_factory=dict)
    logo: str = ""
    categories: tuple[str, ...] = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")

    @property
    def is_light(self) -> bool:
        """Whether the ground is."""
        return _brightness(self.ground) > 0.5

    @property
    def colormap(self) -> LinearSegmentedColormap:
        """The terrain's colours as a matplotlib colour map."""
        return LinearSegmentedColormap.from_list("landscape", self.terrain)

    def readable(self, background: Any) -> str:
        """Ink or ground, whichever stands out more from a colour (contrast as in WCAG 2)."""

        return max(self.ink, self.ground, key=lambda colour: contrast(colour, background[:3]))

    def colour(self, walker: Walker) -> str:
        """The colour of an optimizer that is alone in its picture."""
        return self.styles([walker])[0].colour

    def styles(self, walkers: Sequence[Walker], kin: Sequence[Hashable] | None = None) -> list[Look]:
        """How the lines of one picture are drawn, no two alike: each walker's own look or, where its hue is taken by
        one before it, a free hue with dashes that this one has not. Those that are not known, such as a user's own,
        count as the last ones, so that they change no other's look.

        kin : of each walker what it shares its hue with, such as its setup where several seeds are drawn.
        """
        own = [_own(walker) for walker in walkers]
        kin = range(len(own)) if kin is None else kin
        # Whoever is the first to have it keeps it, so it is not given to those who come before.
        hues, markers = Counter({hue for hue, _, _ in own}), Counter({marker for _, _, marker in own})
        dashes = Counter({(hue, dash) for hue, dash, _ in own})
        looks: dict[int, Look] = {}
        given: dict[Hashable, str] = {}
        for k in sorted(range(len(own)), key=lambda k: own[k] not in _KNOWN):
            hue, dash, marker = own[k]
            before = [own[other] for other in looks]
            if kin[k] in given or hue in {other for other, _, _ in before}:
                if kin[k] in given:
                    hue = given[kin[k]]
                else:
                    hue = min(_SPARE, key=hues.__getitem__)
                    hues[hue] += 1
                taken = Counter(look.dash for look in looks.values())
                dash = min(DASHES, key=lambda one: (dashes[hue, one], taken[one]))
            if marker in {other for _, _, other in before}:
                marker = min(_MARKERS, key=markers.__getitem__)
                markers[marker] += 1
            dashes[hue, dash] += 1
            given[kin[k]] = hue
            theirs = self.optimizers.get(innermost(walkers[k]).name, "") if hue == own[k][0] else ""
            looks[k] = Look(theirs or self.hues[hue], dash, marker)
        return [looks[k] for k in range(len(own))]


def _own(walker: Walker) -> tuple[str, Dash, str]:
    """The look of an optimizer that finds it free."""
    if isinstance(walker, External) and not isinstance(walker, Missing):
        return _OWN.get(walker.label.lower(), _STRANGER)
    name = walker.short if isinstance(walker, Missing) else innermost(walker).name
    if name in _OWN or isinstance(walker, SciPy):
        return _OWN.get(name, _STRANGER)
    return _USERS[registry.place(name) % len(_USERS)]


# Of lines, by name: on light grounds, and on dark ones.
_HUES = {
    "orange": ("#c26201", "#ec9249"),
    "green": ("#0a6c49", "#49eaac"),
    "blue": ("#155bd6", "#81a5e4"),
    "magenta": ("#872d69", "#e23a81"),
    "olive": ("#4f4908", "#fbe938"),
    "ink": ("#060b14", "#f8f8f8"),
    "sky": ("#2689aa", "#bce5f8"),
    "violet": ("#3a0271", "#985df7"),
    "brown": ("#411d13", "#ac713f"),
    "grey": ("#7d7d7d", "#838996"),
}
LIGHT = Palette(
    ground="#ffffff",
    panel="#f4f5f8",
    ink="#1d2130",
    muted="#5b6275",
    grid="#d9dce4",
    accent="#8a5a00",
    star="#ffd23f",
    hues={name: light for name, (light, _) in _HUES.items()},
    terrain=("#6981ab", "#7391b7", "#7ca3c1", "#89b3c8", "#9ac3cd", "#afd2ce", "#cadfd0", "#e8e9d6", "#faf7ee"),
)
DARK = Palette(
    ground="#10131c",
    panel="#191d2a",
    ink="#f2f3f7",
    muted="#a8aec0",
    grid="#343a4d",
    accent="#ffcc66",
    star="#ffd23f",
    hues={name: dark for name, (_, dark) in _HUES.items()},
    terrain=("#252e55", "#2c4368", "#315879", "#3d6e81", "#528388", "#6e968d", "#90a790", "#b8b497", "#d1c6b5"),
)


def current() -> Palette:
    """The palette that suits the ground of the matplotlib style now in force, whichever style that is."""
    return LIGHT if _brightness(rcParams["axes.facecolor"]) > 0.5 else DARK


def contrast(one: Any, other: Any) -> float:
    """Of two colours, from 1 to 21, as in WCAG 2."""

    def luminance(colour: Any) -> float:
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722])) + 0.05

    dark, bright = sorted([luminance(one), luminance(other)])
    return bright / dark


def _brightness(colour: str) -> float:
    red, green, blue = to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue
