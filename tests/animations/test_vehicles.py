"""Vehicles in a world: what each optimizer travels as, flights that land where the data say, and clear views."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import landscape as ls
from landscape.animations.course import Course, kind_of
from landscape.animations.walking import Way
from landscape.animations.world import OrbitCamera, Vehicle, World
from landscape.animations.world.models import KINDS, PHASES, model
from landscape.figures import palette


@pytest.fixture(scope="module")
def world():
    return World(ls.terrains.get("rosenbrock"), (320, 180), palette("dark"), resolution=65)


@pytest.mark.parametrize(
    ("optimizer", "kind"),
    [
        ("sgd", "walker"),
        ("sgd:clip=1", "walker"),
        ("signsgd", "walker"),
        ("momentum", "ball"),
        ("nesterov", "ball"),
        ("lion", "ball"),
        ("rmsprop", "car"),
        ("adam", "car"),
        ("rprop", "car"),
        ("shampoo", "car"),
    ],
)
def test_what_remembers_nothing_walks_and_what_adapts_drives(optimizer, kind):
    assert kind_of(ls.optimizers.parse(optimizer)) == kind


@pytest.mark.parametrize("kind", KINDS)
def test_models_stand_on_the_ground_and_look_ahead(kind):
    for phase in range(PHASES if kind == "walker" else 1):
        triangles, paints = model(kind, phase)
        low = -0.5 if kind == "ball" else 0.0
        assert triangles[..., 2].min() == pytest.approx(low, abs=0.05)
        assert 0.9 < np.ptp(triangles.reshape(-1, 3), axis=0).max() < 1.5
        assert len(triangles) == len(paints) < 2000
        # Each triangle is seen from outside: a closed surface encloses what its triangles add up to.
        volume = np.einsum("ij,ij->i", triangles[:, 0], np.cross(triangles[:, 1], triangles[:, 2])).sum() / 6
        assert volume > 0.01


def test_a_long_step_is_a_flight_that_lands_where_the_walk_is(world):
    points = np.array([[-1.5, 2.0], [-1.4, 2.0], [1.4, 2.2], [1.45, 2.2]])
    course = Course(world, Way.of(np.arange(4), points, world.relief.terrain.domain))
    for k, xy in enumerate(points):
        np.testing.assert_allclose(course.at(k).place, world.relief.place(xy), atol=1e-9)
    heights = []
    for share in (0.25, 0.5, 0.75):
        place = course.at(1 + share).place
        xy = (1 - share) * points[1] + share * points[2]
        np.testing.assert_allclose(place[:2], world.relief.flat(xy))
        heights.append(place[2] - world.relief.place(xy)[2])
    assert min(heights) > 0
    # Short steps stay on the ground.
    for step in (0.5, 2.5):
        k = int(step)
        xy = (points[k] + points[k + 1]) / 2
        np.testing.assert_allclose(course.at(step).place, world.relief.place(xy), atol=1e-9)
    assert course.flying.any()
    assert not course.flying[course.rows < 1].any()
    assert (np.diff(course.rows) > 0).all()


def test_tracks_are_left_behind(world):
    walk = ls.descend(world.relief.terrain, "adam:lr=0.05", steps=60)
    course = Course(world, Way.of_walk(walk))
    (line,) = course.tracks("ball")
    np.testing.assert_array_equal(line, course.points)
    for kind in ("car", "walker"):
        left, right = course.tracks(kind)
        assert len(left) == len(right) == len(course.rows)
        if kind == "car":
            apart = np.linalg.norm(left[:, :2] - right[:, :2], axis=1)
            assert np.median(apart) == pytest.approx(0.052, rel=0.1)
        seen = np.isfinite(left[:, 0])
        assert seen.all() if kind == "car" else 0.1 < seen.mean() < 0.8
        np.testing.assert_allclose(left[seen, 2], world.relief.stand(left[seen, :2])[:, 2], atol=1e-9)


def test_vehicles_are_drawn_where_they_stand(world):
    """A walker's own colour is seen about its place, whatever the distance, and never smaller than so many pixels."""
    camera = OrbitCamera(azimuth=20, elevation=50)
    place = world.relief.place([0.5, 2.0])
    for span, least in ((2.5, 6), (9.0, 6), (0.8, 12)):
        view = replace(camera, span=span, target=tuple(place))
        empty = world.frame(view).astype(int)
        for kind in KINDS:
            frame = world.frame(view, [Vehicle(kind, place, (1, 0, 0), world.relief.normal([0.5, 2.0]), "#ff0000")])
            changed = np.abs(frame.astype(int) - empty).max(axis=-1) > 60
            rows, columns = np.nonzero(changed)
            assert np.ptp(rows) >= least
            assert abs(columns.mean() - 160) < 8 + 0.3 * np.ptp(columns)
            assert abs(rows.mean() - 90) < 8 + 0.8 * np.ptp(rows)


def test_a_hill_never_hides_what_the_camera_looks_at(world):
    valley = world.relief.place([1.2, 1.44])
    # The valley is finer than the grid that is drawn.
    valley[2] = max(valley[2], world.relief.ground(valley))
    for azimuth in range(0, 360, 30):
        for elevation in (2.0, 15.0, 40.0):
            camera = OrbitCamera(azimuth=azimuth, elevation=elevation, span=0.8, target=tuple(valley))
            clear = world.clear(camera)
            assert clear.elevation >= elevation
            assert replace(clear, elevation=elevation) == camera
            assert world.relief.ground(clear.position) < clear.position[2]
            share = np.linspace(0.02, 0.9, 30)[:, None]
            sight = (1 - share) * clear.position + share * valley
            assert (world.relief.ground(sight) <= sight[:, 2] + 0.01).all()
