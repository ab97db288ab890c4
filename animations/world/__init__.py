"""The 3-D world: any Terrain drawn in OpenGL without a window, with balls, trails and true occlusion."""

from __future__ import annotations

from .camera import OrbitCamera
from .mesh import SCALES, Relief
from .view import Ball, Trail, Vehicle, World

__all__ = ["SCALES", "Ball", "OrbitCamera", "Relief", "Trail", "Vehicle", "World"]
