"""Planes, surfaces and projections."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls
from landscape.run import Run


def walk_as_run(snapshots):
    return Run({}, snapshots[-1], snapshots, np.arange(len(snapshots)), {"test_accuracy": np.array([])}, False, 0.0)


def test_skew_plane_recovers_coordinates(rng):
    plane = ls.Plane(rng.normal(size=50), rng.normal(size=(2, 50)) + 3)
    xy = rng.normal(size=(7, 2))
    recovered, residual = plane.project(plane.at(xy))
    np.testing.assert_allclose(recovered, xy, atol=1e-10)
    np.testing.assert_allclose(residual, 0, atol=1e-10)
    q, _ = np.linalg.qr(plane.basis.T, mode="complete")
    np.testing.assert_allclose(plane.project(plane.at([1.0, 2.0]) + 3 * q[:, 5])[1], 3, atol=1e-10)


def test_random_walk_explains_what_theory_says(rng):
    # Antognini & Sohl-Dickstein 2018: 60.8 % and 15.2 % in high dimension.
    walk = np.cumsum(rng.normal(size=(500, 5000)), axis=0)
    plane = ls.planes.pca([walk_as_run(walk)])
    np.testing.assert_allclose(plane.explained, [0.608, 0.152], atol=0.01)
    np.testing.assert_allclose(plane.null_explained, [0.608, 0.152], atol=0.001)


def test_null_of_two_walks_from_one_start(rng):
    walks = [walk_as_run(np.cumsum(rng.normal(size=(200, 8000)), axis=0)) for _ in range(2)]
    plane = ls.planes.pca(walks)
    np.testing.assert_allclose(plane.explained, plane.null_explained, atol=0.015)


def test_pca_equals_svd_and_fixes_signs(runs):
    plane = ls.planes.pca(runs)
    rows = np.concatenate([run.snapshots for run in runs]).astype(np.float64)
    rows -= rows.mean(axis=0)
    _, values, vectors = np.linalg.svd(rows, full_matrices=False)
    np.testing.assert_allclose(plane.explained, (values**2 / (values**2).sum())[:2], rtol=1e-8)
    for axis, vector in zip(plane.basis, vectors, strict=False):
        assert abs(axis @ vector) == pytest.approx(1, abs=1e-9)
        assert axis[np.abs(axis).argmax()] > 0
    np.testing.assert_allclose(plane.basis @ plane.basis.T, np.eye(2), atol=1e-10)


@pytest.mark.parametrize("layers", [(784, 10), (784, 16, 10), (784, 16, 12, 10)])
@pytest.mark.parametrize(
    ("activation", "loss"),
    [("relu", "cross_entropy"), ("sigmoid", "cross_entropy:label_smoothing=0.1"), ("gelu", "mse")],
)
def test_surface_equals_direct_evaluation(layers, activation, loss, mnist, rng):
    net = ls.MLP(layers, activation, loss=loss)
    plane = ls.Plane(net.params.astype(np.float64), 0.1 * rng.normal(size=(2, net.params.size)))
    x, y = mnist.x_train[:650], mnist.y_train[:650]
    surface = ls.surface(net, plane, x, y, extent=((-1, 1.5), (-0.5, 1)), resolution=6)
    exact = ls.MLP(layers, activation, loss=loss, dtype=np.float64)
    for j, i in np.ndindex(surface.loss.shape):
        value, accuracy = exact.evaluate(plane.at([surface.xs[i], surface.ys[j]]), x, y)
        assert surface.loss[j, i] == pytest.approx(value, rel=1e-5)
        assert surface.accuracy[j, i] == pytest.approx(accuracy, abs=2 / len(x))


def test_surface_is_a_terrain_through_its_grid(surface, tmp_path):
    grid = np.stack(np.meshgrid(surface.xs, surface.ys), axis=-1)
    np.testing.assert_allclose(surface.value(grid), surface.loss, rtol=1e-9)
    xy, h = np.array([surface.xs[5] + 0.1, surface.ys[4] + 0.2]), 1e-4
    numeric = [(surface.value(xy + s) - surface.value(xy - s)) / (2 * h) for s in h * np.eye(2)]
    np.testing.assert_allclose(surface.gradient(xy), numeric, rtol=1e-5)
    numeric = [(surface.gradient(xy + s) - surface.gradient(xy - s)) / (2 * h) for s in h * np.eye(2)]
    np.testing.assert_allclose(surface.hessian(xy), numeric, rtol=1e-4, atol=1e-6)
    loaded = ls.Surface.load(surface.save(tmp_path / "s.npz"))
    np.testing.assert_array_equal(loaded.loss, surface.loss)
    np.testing.assert_array_equal(loaded.plane.basis, surface.plane.basis)
    assert loaded.domain == surface.domain


def test_projection_keeps_true_loss_and_residual(surface, runs, mnist):
    x, y = mnist.x_train[:700], mnist.y_train[:700]
    walk = ls.project(runs[1], surface, x, y)
    k = 20
    offset = runs[1].snapshots[k] - surface.plane.at(walk.x[k])
    assert walk.residual[k] == pytest.approx(np.linalg.norm(offset), rel=1e-6)
    np.testing.assert_allclose(surface.plane.basis @ offset, 0, atol=1e-5)
    assert walk.loss[k] == pytest.approx(runs[1].network.loss_value(runs[1].snapshots[k], x, y))
    exact = runs[1].network.loss_value(surface.plane.at(walk.x[k]), x, y)
    assert surface.value(walk.x[k]) == pytest.approx(exact, rel=0.02)  # a spline on a 17-point grid


def test_sweep_gives_all_the_same_grid():
    ravine = ls.terrains.get("ravine", kappa=10.0)
    sgd, adam = ls.sweep(
        ravine, [ls.optimizers.SGD(), ls.optimizers.Adam()], 1e-3, lrs=[0.01, 0.1, 0.15, 0.3], steps=300
    )
    np.testing.assert_array_equal(sgd.lrs, adam.lrs)
    assert sgd.best.lr == 0.15  # 2/(κ + 1) = 0.18 is the optimum, 2/κ = 0.2 the limit
    assert np.isinf(sgd.score[-1])
    with pytest.raises(ValueError, match="no learning rate"):
        _ = ls.sweep(ravine, [ls.optimizers.SGD()], 1e-3, lrs=[1.0])[0].best
