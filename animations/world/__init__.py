"""The 3-D world: any Terrain drawn in OpenGL without a window, with vehicles, trails and true occlusion."""

from __future__ import annotations

from .camera import OrbitCamera
from .mesh import SCALES, Relief
from .things import Arrow, Radar, Trail, Vehicle
from .view import World

__all__ = ["SCALES", "Arrow", "OrbitCamera", "Radar", "Relief", "Trail", "Vehicle", "World"]
