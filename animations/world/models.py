"""What travels over the ground: low models of triangles, built from a few solids.

A model stands at the origin, looks along x, has y at its left and z upwards, and is about 1 long. Its triangles are
(T, 3, 3), each with the number of its paint: the walker's own colour, dark, light, or skin.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from landscape.core.annotations import Array

OWN, DARK, LIGHT, SKIN = range(4)  # paints
PHASES = 16  # of a stride
KINDS = ("walker", "ball", "car")
PARTS = ("shaft", "head")  # of an arrow along x: each 1 long, and 1 in radius at its foot


class Model(NamedTuple):
    """Triangles (T, 3, 3), and the paint (T,) of each."""

    triangles: Array
    paints: Array

    @property
    def vertices(self) -> Array:
        """(3T, 7) float32: place, normal and paint of each corner; each triangle is flat."""
        a, b, c = np.moveaxis(self.triangles, 1, 0)
        normal = np.cross(b - a, c - a)
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
        rows = np.concatenate(
            [self.triangles, np.repeat(normal[:, None], 3, axis=1), np.repeat(self.paints[:, None, None], 3, axis=1)],
            axis=2,
        )
        return np.asarray(rows.reshape(-1, 7), dtype=np.float32)


@cache
def model(kind: str, phase: int = 0) -> Model:
    """One of `KINDS`, or of `PARTS`; of a walker at a phase of its stride, 0 … PHASES − 1."""
    return {"walker": lambda: _walker(phase), "ball": _ball, "car": _car, "shaft": _shaft, "head": _head}[kind]()


def _walker(phase: int) -> Model:
    """A wanderer with hat, coat, rucksack and stick."""
    swing = 0.55 * np.sin(2 * np.pi * phase / PHASES)
    lift = 0.03 * np.cos(4 * np.pi * phase / PHASES)
    up = np.array([0.0, 0.0, lift])
    parts = []
    for side in (1, -1):
        leg = _painted(_tapered((0, 0, -0.22), (0.13, 0.13, 0.46), 0.9), DARK)
        boot = _painted(_tapered((0.05, 0, -0.44), (0.24, 0.15, 0.10), 0.9), DARK)
        parts += [_moved(_turned(one, side * swing), np.array([0, side * 0.10, 0.50]) + up) for one in (leg, boot)]
        arm = _painted(_tapered((0, 0, -0.17), (0.11, 0.10, 0.38), 0.8), OWN)
        parts.append(_moved(_turned(arm, -0.8 * side * swing), np.array([0, side * 0.24, 0.98]) + up))
    body = [
        _painted(_tapered((0, 0, 0.72), (0.36, 0.44, 0.58), 0.68), OWN),
        _painted(_tapered((-0.24, 0, 0.82), (0.18, 0.32, 0.36), 0.85), LIGHT),
        _painted(_sphere((0.02, 0, 1.16), 0.155, 1), SKIN),
        _painted(_cylinder((0.02, 0, 1.235), 0.25, 0.035, 2), DARK),
        _painted(_tapered((0.02, 0, 1.31), (0.26, 0.26, 0.14), 0.75), DARK),
    ]
    return _joined([*parts, *(_moved(one, up) for one in body)], 0.85)


def _ball() -> Model:
    """A heavy ball with a light band, by which it is seen to roll; its middle is at the height of its radius."""
    triangles = _sphere((0, 0, 0), 0.5, 3)
    band = np.abs(triangles.mean(axis=1)[:, 1]) < 0.09
    return Model(triangles, np.where(band, LIGHT, OWN))


def _car() -> Model:
    """An off-road car: a body, a cabin with windows, a spare wheel, a roof rack and wide tyres."""
    wheels = [(x, y, 0.19) for x in (0.33, -0.33) for y in (0.29, -0.29)]
    parts = [
        _painted(_tapered((0, 0, 0.32), (1.06, 0.50, 0.22), 0.94), OWN),
        _painted(_tapered((-0.10, 0, 0.54), (0.64, 0.46, 0.24), 0.80), DARK),
        _painted(_tapered((-0.10, 0, 0.675), (0.52, 0.38, 0.035), 1.0), OWN),
        _painted(_tapered((0.40, 0, 0.445), (0.24, 0.42, 0.04), 0.9), OWN),
        _painted(_cylinder((-0.56, 0, 0.42), 0.16, 0.09, 0), DARK),
        *(_painted(_tapered((0.53, y, 0.35), (0.04, 0.10, 0.08), 1.0), LIGHT) for y in (0.16, -0.16)),
        *(_painted(_tapered((-0.10, y, 0.715), (0.46, 0.03, 0.03), 1.0), DARK) for y in (0.14, 0.0, -0.14)),
    ]
    for place in wheels:
        parts.append(_painted(_cylinder(place, 0.19, 0.17, 1), DARK))
        parts.append(_painted(_cylinder(place, 0.085, 0.19, 1), LIGHT))
    return _joined(parts, 1.0)


def _shaft() -> Model:
    return _painted(_cylinder((0.5, 0, 0), 1.0, 1.0, 0, 12), OWN)


def _head() -> Model:
    """A cone: a cylinder whose far end has no width."""
    triangles = _cylinder((0.5, 0, 0), 1.0, 1.0, 0, 16)
    triangles[triangles[..., 0] > 0.5, 1:] = 0
    wide = np.linalg.norm(np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]), axis=1) > 0
    return _painted(triangles[wide], OWN)


def _painted(triangles: Array, paint: int) -> Model:
    return Model(triangles, np.full(len(triangles), paint))


def _moved(one: Model, by: Array) -> Model:
    return Model(one.triangles + by, one.paints)


def _turned(one: Model, angle: float) -> Model:
    """Forwards about the y axis."""
    c, s = np.cos(angle), np.sin(angle)
    return Model(one.triangles @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]), one.paints)


def _joined(parts: list[Model], size: float) -> Model:
    return Model(size * np.concatenate([one.triangles for one in parts]), np.concatenate([one.paints for one in parts]))


def _tapered(centre: tuple[float, ...], sides: tuple[float, ...], top: float) -> Array:
    """A box (12, 3, 3) whose top is `top` times as wide as its foot."""
    corners = np.array([[x, y, z] for z in (-0.5, 0.5) for y in (-0.5, 0.5) for x in (-0.5, 0.5)])
    corners[4:, :2] *= top
    faces = [(0, 1, 5, 4), (1, 3, 7, 5), (3, 2, 6, 7), (2, 0, 4, 6), (4, 5, 7, 6), (1, 0, 2, 3)]
    triangles = np.array([[a, b, c] for a, b, c, _ in faces] + [[a, c, d] for a, _, c, d in faces])
    return np.asarray((corners * sides + centre)[triangles])


def _cylinder(centre: tuple[float, ...], radius: float, length: float, axis: int, sides: int = 16) -> Array:
    """A cylinder along an axis."""
    angles = 2 * np.pi * np.arange(sides) / sides
    ring = np.stack([np.zeros(sides), radius * np.cos(angles), radius * np.sin(angles)], axis=1)
    half = np.array([length / 2, 0, 0])
    near, far = ring - half, ring + half
    after = np.roll(np.arange(sides), -1)
    ends = [np.broadcast_to([end, 0, 0], (sides, 3)) for end in (-length / 2, length / 2)]
    quads = [(near, near[after], far[after]), (near, far[after], far)]
    caps = [(ends[0], near[after], near), (ends[1], far, far[after])]
    triangles = np.concatenate([np.stack(one, axis=1) for one in quads + caps])
    return np.asarray(np.roll(triangles, axis, axis=2) + centre)


def _sphere(centre: tuple[float, ...], radius: float, halvings: int) -> Array:
    """An icosahedron whose triangles are halved so often, on a sphere."""
    g = (1 + 5**0.5) / 2
    corners = np.array([[s, t * g, 0] for s in (-1, 1) for t in (-1, 1)])
    corners = np.concatenate([np.roll(corners, k, axis=1) for k in range(3)])
    sides = np.linalg.norm(corners[:, None] - corners[None], axis=-1) < 2.1
    faces = [
        (a, b, c) for a in range(12) for b in range(a + 1, 12) for c in range(b + 1, 12)
        if sides[a, b] and sides[b, c] and sides[a, c]
    ]  # fmt: skip
    triangles = corners[np.array(faces)]
    # All look outwards.
    inward = np.linalg.det(triangles) < 0
    triangles[inward] = triangles[inward][:, ::-1]
    for _ in range(halvings):
        a, b, c = np.moveaxis(triangles, 1, 0)
        ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
        parts = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
        triangles = np.concatenate([np.stack(one, axis=1) for one in parts])
    return np.asarray(radius * triangles / np.linalg.norm(triangles, axis=-1, keepdims=True) + centre)
