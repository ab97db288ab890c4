"""Sky, haze and the colours of the light, by day and by night."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.colors import to_rgb

from landscape.figures.palettes import Palette

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Air:
    """Colours, 0 … 1 and for light also beyond: of the sky overhead and at the horizon, which haze has too; of the glow
    around the sun or moon; of sunlight and of the light of the sky on level ground; and how much of all colours of the
    ground is white, so that the darkest of them is seen, too."""

    zenith: Colour
    horizon: Colour
    glow: Colour
    sunlight: Colour
    skylight: Colour
    pale: float


_DAY = Air(to_rgb("#6f9fd0"), to_rgb("#f1d5b8"), (0.34, 0.20, 0.06), (0.66, 0.55, 0.40), (0.30, 0.36, 0.44), 0.0)
_NIGHT = Air(to_rgb("#0a1024"), to_rgb("#2b3a61"), (0.18, 0.20, 0.26), (0.48, 0.51, 0.58), (0.25, 0.30, 0.42), 0.12)


def air(palette: Palette) -> Air:
    """By day where the ground of a palette is light, else by night."""
    return _DAY if palette.is_light else _NIGHT
