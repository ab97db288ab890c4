"""What is in a world beside its ground: vehicles, trails, arrows and a radar's beam; and how OpenGL draws them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import ArrayLike, NDArray

from landscape.core.annotations import Array

from .camera import OrbitCamera
from .mesh import Relief
from .models import PARTS, PHASES

SIZE = 0.09  # of a vehicle, where the terrain's longer side is 2
DESIGNED_AT = 1080  # rows of the image that widths in pixels are meant for
_STRIDE = 1.6  # lengths of a walker that two of its steps take
_ROUND = 0.85  # of a vehicle's length, a ball's width, as it hides most
_GLOW = 0.6  # of an arrow, so that it has its colour on both sides
_LONG, _WIDE = 6.0, 2.4  # of an arrow's head, in halves of the arrow's width


Colour = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Vehicle:
    """What travels at a place (3,) of the world, in a colour: `kind` is one of "walker", "ball" and "car".

    forward, up : (3,), where it looks, and where its roof is. travelled : the way that it has come, in world units, by
    which it walks or rolls.
    """

    kind: str
    place: ArrayLike
    forward: ArrayLike
    up: ArrayLike
    colour: str
    travelled: float = 0.0


@dataclass(frozen=True, eq=False)
class Arrow:
    """From a place (3,) of the world by a vector (3,), in a colour; `width` is in pixels at 1080p, at the least."""

    foot: ArrayLike
    vector: ArrayLike
    colour: str
    width: float = 9.0


@dataclass(frozen=True)
class Radar:
    """A beam that sweeps over the ground around a place (3,) of the world, up to `reach` far from it; `turn` counts how
    often it has gone round."""

    place: tuple[float, float, float]
    reach: float
    turn: float
    colour: str


class Becoming(NamedTuple):
    """Another relief of the same domain and height, its paint, and the share of the way to it that the ground has
    come."""

    relief: Relief
    paint: NDArray[np.uint8]
    share: float


@dataclass(frozen=True, eq=False)
class Trail:
    """A line through world points (n, 3), as from `World.drape`; `width` is in pixels at 1080p."""

    points: ArrayLike
    colour: str
    width: float = 7.0


class Standing(NamedTuple):
    """A model in the world: its kind and phase, the frame (4, 4) in which it stands, its colour, how much sun shines on
    it, and how much it shines by itself."""

    kind: str
    phase: int
    frame: Array
    colour: Colour
    shade: float
    glow: float = 0.0


def standing(one: Vehicle, camera: OrbitCamera, size: float, shade: float) -> Standing:
    """A vehicle, upright on its ground, of a size in world units, with so much sun."""
    up = np.asarray(one.up, dtype=np.float64) * [camera.relief, camera.relief, 1]
    up /= np.linalg.norm(up)
    left = np.cross(up, np.asarray(one.forward))
    left /= max(float(np.linalg.norm(left)), 1e-12)
    turn = np.stack([np.cross(left, up), left, up], axis=1)
    place = np.asarray(one.place) * [1, 1, camera.relief]
    travelled = one.travelled / size
    if one.kind == "ball":
        size *= _ROUND
        place, angle = place + size / 2 * up, 2 * travelled / _ROUND
        c, s = np.cos(angle), np.sin(angle)
        turn = turn @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    phase = int(travelled / _STRIDE * PHASES) % PHASES if one.kind == "walker" else 0
    return Standing(one.kind, phase, _frame(size * turn, place), to_rgb(one.colour), shade)


def parts(arrow: Arrow, camera: OrbitCamera, narrow: float = 1.0) -> list[Standing]:
    """An arrow's shaft and head; `narrow` is the frame's shorter side, to its height."""
    flat = [1, 1, camera.relief]
    foot, vector = np.asarray(arrow.foot) * flat, np.asarray(arrow.vector) * flat
    length = float(np.linalg.norm(vector))
    if not length > 0:
        return []
    along, thick = vector / length, 0.5 * arrow.width / DESIGNED_AT * narrow * camera.seen_at(foot)
    across = np.cross(along, [0.0, 0.0, 1.0] if abs(along[2]) < 0.9 else [1.0, 0.0, 0.0])
    across /= np.linalg.norm(across)
    turn = np.stack([along, across, np.cross(along, across)], axis=1)
    # A short one is all head.
    head = min(_LONG * thick, length)
    wide = _WIDE / _LONG * head
    sizes = {"head": (head, wide, wide), "shaft": (length - head, thick, thick)}
    begins = {"head": length - head, "shaft": 0.0}
    return [
        Standing(kind, 0, _frame(turn * sizes[kind], foot + begins[kind] * along), to_rgb(arrow.colour), 1.0, _GLOW)
        for kind in PARTS
        if sizes[kind][0] > 0
    ]


def _frame(turn: Array, place: Array) -> Array:
    frame = np.eye(4)
    frame[:3, :3], frame[:3, 3] = turn, place
    return frame
