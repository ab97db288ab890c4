"""The loss over a plane through weight space: on a grid, along a line, and at single points with its derivatives."""

from __future__ import annotations

from .lines import Line, line
from .of_callables import surface_of
from .of_models import surface
from .plane_terrain import PlaneTerrain
from .sampled import Surface

__all__ = ["Line", "PlaneTerrain", "Surface", "line", "surface", "surface_of"]
