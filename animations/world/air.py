"""Sky, haze and the colours of the light, by day and by night."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.colors import to_rgb

from landscape.figures.palettes import Palette

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Air:
    """Colours, 0 … 1 and for light also beyond: of the sky overhead and at the horizon, which haze has too; of the glow
    around the sun or moon; of sunlight and of the light of the sky on level ground."""

    zenith: Colour
    horizon: Colour
    glow: Colour
    sunlight: Colour
    skylight: Colour


_DAY = Air(to_rgb("#6f9fd0"), to_rgb("#f1d5b8"), (0.34, 0.20, 0.06), (0.66, 0.55, 0.40), (0.30, 0.36, 0.44))
_NIGHT = Air(to_rgb("#070b18"), to_rgb("#1b2543"), (0.13, 0.15, 0.21), (0.30, 0.34, 0.43), (0.17, 0.20, 0.30))


def air(palette: Palette) -> Air:
    """By day where the ground of a palette is light, else by night."""
    return _DAY if palette.is_light else _NIGHT
