"""The 3-D world: any Terrain drawn in OpenGL without a window, with vehicles, trails and true occlusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from .camera import OrbitCamera
    from .mesh import SCALES, Relief
    from .things import Arrow, Radar, Trail, Vehicle
    from .view import World

__all__ = ["SCALES", "Arrow", "OrbitCamera", "Radar", "Relief", "Trail", "Vehicle", "World"]

_PARTS = {
    "camera": ["OrbitCamera"],
    "mesh": ["SCALES", "Relief"],
    "things": ["Arrow", "Radar", "Trail", "Vehicle"],
    "view": ["World"],
}

__getattr__, __dir__, _ = lazy_loader.attach(__name__, submod_attrs=_PARTS)
