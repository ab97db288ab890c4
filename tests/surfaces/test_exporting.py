"""Surfaces, walks and runs for other programs, read back by these."""

from __future__ import annotations

import csv

import numpy as np
import pytest

import landscape as ls

FLAT = ls.Plane(np.zeros(3), np.eye(2, 3))


@pytest.fixture(scope="module")
def bowl():
    return ls.surface_of(lambda p: 1 + p[0] ** 2 + 2 * p[1] ** 2, FLAT, ((-1, 1), (-0.5, 0.5)), resolution=9)


@pytest.fixture(scope="module")
def broken():
    """With a corner that is not known."""
    return ls.surface_of(lambda p: np.inf if p[0] + p[1] > 1.3 else 1 + p @ p, FLAT, resolution=9)


def test_a_table_has_every_number(bowl, tmp_path):
    with open(bowl.save(tmp_path / "s.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == bowl.loss.size
    for row, (j, i) in zip(rows, np.ndindex(bowl.loss.shape), strict=True):
        assert (float(row["x"]), float(row["y"]), float(row["loss"])) == (bowl.xs[i], bowl.ys[j], bowl.loss[j, i])


def test_a_mesh_for_blender_has_the_shape_and_a_hole_where_nothing_is_known(bowl, broken, tmp_path):
    trimesh = pytest.importorskip("trimesh")
    mesh = trimesh.load(bowl.save(tmp_path / "s.glb"), force="mesh")
    assert len(mesh.vertices) == bowl.loss.size
    assert len(mesh.faces) == 2 * (len(bowl.xs) - 1) * (len(bowl.ys) - 1)
    np.testing.assert_allclose(mesh.extents, [1, 0.5, 0.5], atol=1e-6)  # as wide as 2, as deep as 1, upwards is y
    assert (mesh.face_normals[:, 1] > 0).all()
    lowest = mesh.vertices[mesh.vertices[:, 1].argmin()]
    np.testing.assert_allclose(lowest, 0, atol=1e-6)
    colours = mesh.visual.vertex_colors[:, :3].astype(int)
    assert (colours[mesh.vertices[:, 1].argmin()] < colours[mesh.vertices[:, 1].argmax()]).all()
    holed = trimesh.load(broken.save(tmp_path / "h.glb"), force="mesh")
    assert len(holed.faces) < 2 * 8 * 8


def test_a_block_for_a_printer_is_closed(bowl, broken, tmp_path):
    trimesh = pytest.importorskip("trimesh")
    for surface in (bowl, broken):
        mesh = trimesh.load(surface.save(tmp_path / "s.stl"))
        assert mesh.is_watertight
        assert mesh.is_winding_consistent
        assert mesh.volume > 0
        np.testing.assert_allclose(mesh.extents[2], 0.58, atol=1e-6)


def test_a_grid_for_paraview(broken, tmp_path):
    lines = broken.save(tmp_path / "s.vtk").read_text().splitlines()
    assert lines[0].startswith("# vtk DataFile")
    assert lines[4:6] == ["DIMENSIONS 9 9 1", "POINTS 81 double"]
    start = lines.index("SCALARS loss double 1") + 2
    values = np.array([float(line) for line in lines[start : start + 81]]).reshape(9, 9)
    np.testing.assert_array_equal(values[np.isfinite(broken.loss)], broken.loss[np.isfinite(broken.loss)])


def test_frames_have_what_the_objects_have(bowl, runs):
    pandas = pytest.importorskip("pandas")
    frame = bowl.to_frame()
    assert isinstance(frame, pandas.DataFrame)
    np.testing.assert_array_equal(frame["loss"].to_numpy().reshape(bowl.loss.shape), bowl.loss)
    walk = ls.descend(ls.terrains.get("rosenbrock"), "adam:lr=0.1", [[0.0, 0.0], [1.0, 2.0]], steps=3)
    frame = walk.to_frame()
    assert len(frame) == 8
    second = frame[frame["start"] == 1]
    np.testing.assert_array_equal(second[["x", "y"]].to_numpy(), walk.x[:, 1])
    np.testing.assert_array_equal(runs[0].to_frame()["loss"], runs[0].history["loss"])


def test_what_cannot_be_written_is_told(bowl, tmp_path):
    with pytest.raises(ValueError, match=r"unknown format of a surface '.gbl'; did you mean '.glb'"):
        bowl.save(tmp_path / "s.gbl")
    assert not list(tmp_path.iterdir())
