"""The loss over a plane through weight space: on a grid, along a line, and at single points with its derivatives."""

from __future__ import annotations

from .base import Surface
from .callables import surface_of
from .lines import Line, line
from .network import surface
from .terrain import PlaneTerrain

__all__ = ["Line", "PlaneTerrain", "Surface", "line", "surface", "surface_of"]
