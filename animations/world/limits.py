"""What fits into a world."""

from __future__ import annotations

MOST_VEHICLES = 8  # that stand on the ground, as in terrain.glsl
