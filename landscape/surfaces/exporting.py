"""Surfaces for other programs: meshes for Blender and printers, grids for ParaView, tables for spreadsheets."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Floats
from ..core.errors import LandscapeError, unknown
from ..files import kinds, writing

FORMATS = (".npz", ".csv", ".glb", ".stl", ".vtk")
_TALL = 0.5  # the height of a mesh, where its longer side is 1
_BASE = 0.08  # how thick it is under its lowest point, to be printed
_LOW, _HIGH = np.array([33.0, 66.0, 110.0]), np.array([240.0, 233.0, 215.0])  # colours of the lowest and highest points


class Surface(Protocol):
    """As much of a surface as is written."""

    @property
    def xs(self) -> Floats: ...

    @property
    def ys(self) -> Floats: ...

    @property
    def loss(self) -> Floats: ...

    @property
    def accuracy(self) -> Floats | None: ...

    @property
    def slopes(self) -> Floats | None: ...

    @property
    def standard_error(self) -> Floats | None: ...

    @property
    def computed(self) -> NDArray[np.bool_] | None: ...

    @property
    def height(self) -> str: ...


def columns(surface: Surface) -> dict[str, Floats]:
    """All that is known at the points of the grid, by name, each (n,), row after row."""
    x, y = np.meshgrid(surface.xs, surface.ys)
    found = {"x": x, "y": y, "loss": surface.loss}
    given: Mapping[str, Any] = {
        "accuracy": surface.accuracy,
        "standard_error": surface.standard_error,
        "slope_x": None if surface.slopes is None else surface.slopes[..., 0],
        "slope_y": None if surface.slopes is None else surface.slopes[..., 1],
        "computed": surface.computed,
    }
    found |= {name: values for name, values in given.items() if values is not None}
    return {name: np.asarray(values).ravel() for name, values in found.items()}


def export(surface: Surface, path: Path) -> None:
    """Write a surface in the format that the name's ending says, but for .npz.

    ValueError for any other ending; RunError if what is there is something else.
    """
    if path.suffix not in FORMATS:
        writing.check(path, kinds.SURFACE)
        raise unknown("format of a surface", path.suffix or str(path), FORMATS)
    made = {".csv": _csv, ".vtk": _vtk, ".glb": _mesh, ".stl": _mesh}[path.suffix](surface, path.suffix)
    writing.write_bytes(path, made, kinds.OTHER)


def _csv(surface: Surface, _: str) -> bytes:
    table = columns(surface)
    text = io.StringIO()
    text.write(",".join(table) + "\n")
    for row in zip(*table.values(), strict=True):
        text.write(",".join(repr(value.item()) for value in row) + "\n")
    return text.getvalue().encode()


def _vtk(surface: Surface, _: str) -> bytes:
    """A structured grid in the legacy format, with its numbers at each point; what is not finite lies on top."""
    ny, nx = surface.loss.shape
    points = _points(surface).reshape(-1, 3)
    lines = ["# vtk DataFile Version 3.0", "loss over a plane", "ASCII", "DATASET STRUCTURED_GRID"]
    lines += [f"DIMENSIONS {nx} {ny} 1", f"POINTS {nx * ny} double", *(" ".join(map(repr, p)) for p in points.tolist())]
    lines.append(f"POINT_DATA {nx * ny}")
    for name, values in columns(surface).items():
        if name not in ("x", "y"):
            numbers = np.nan_to_num(values.astype(np.float64), nan=-1.0, posinf=1e300, neginf=-1e300)
            lines += [f"SCALARS {name} double 1", "LOOKUP_TABLE default", *map(repr, numbers.tolist())]
    return ("\n".join(lines) + "\n").encode()


def _mesh(surface: Surface, ending: str) -> bytes:
    """Triangles: of a .glb with colours, and holes where nothing is known; of an .stl closed to a block."""
    try:
        import trimesh
    except ImportError:
        raise LandscapeError("meshes need trimesh, which is not installed: pip install trimesh") from None
    points, shape = _points(surface), surface.loss.shape
    faces = _faces(shape)
    if ending == ".stl":
        vertices, faces = _solid(points, faces)
        mesh = trimesh.Trimesh(vertices, faces, process=False)
    else:
        known = np.isfinite(surface.loss).ravel()
        height = points[..., 2].ravel()[:, None] / _TALL
        colours = (_LOW + height * (_HIGH - _LOW)).astype(np.uint8)
        faces = faces[known[faces].all(axis=1)]
        # Blender and viewers have their y upwards in this format.
        turned = points.reshape(-1, 3)[:, [0, 2, 1]] * [1, 1, -1]
        mesh = trimesh.Trimesh(turned, faces, vertex_colors=colours, process=False)
    content = mesh.export(file_type=ending[1:])
    return content if isinstance(content, bytes) else str(content).encode()


def _points(surface: Surface) -> Floats:
    """The points (ny, nx, 3), with a longer side of 1 around the middle, and heights from 0 to `_TALL` on the scale on
    which the surface is drawn."""
    x, y = np.meshgrid(surface.xs, surface.ys)
    longest = max(np.ptp(surface.xs), np.ptp(surface.ys))
    with np.errstate(divide="ignore", invalid="ignore"):
        height = np.log(surface.loss) if surface.height == "log" else surface.loss
    finite = height[np.isfinite(height)]
    low, span = (float(finite.min()), float(np.ptp(finite)) or 1.0) if finite.size else (0.0, 1.0)
    z = _TALL * np.clip(np.where(np.isfinite(height), (height - low) / span, 1.0), 0, 1)
    return np.stack([(x - surface.xs.mean()) / longest, (y - surface.ys.mean()) / longest, z], axis=-1)


def _faces(shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Two triangles (n, 3) for each cell of a grid, seen from above anticlockwise."""
    numbers = np.arange(shape[0] * shape[1]).reshape(shape)
    a, b, c, d = (numbers[:-1, :-1], numbers[:-1, 1:], numbers[1:, 1:], numbers[1:, :-1])
    both = [np.stack(corners, axis=-1).reshape(-1, 3) for corners in ((a, b, c), (a, c, d))]
    return np.concatenate(both)


def _solid(points: Floats, faces: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
    """Closed by a floor and walls."""
    ny, nx, _ = points.shape
    top = points.reshape(-1, 3) + np.array([0, 0, _BASE])
    floor = points.reshape(-1, 3) * [1, 1, 0]
    numbers, count = np.arange(ny * nx).reshape(ny, nx), ny * nx
    border = np.concatenate([numbers[0, :-1], numbers[:-1, -1], numbers[-1, :0:-1], numbers[:0:-1, 0]])
    here, after = border, np.roll(border, -1)
    walls = np.concatenate(
        [
            np.stack([here, here + count, after + count], axis=-1),
            np.stack([here, after + count, after], axis=-1),
        ]
    )
    return np.concatenate([top, floor]), np.concatenate([faces, faces[:, ::-1] + count, walls])
