"""Planes through weight space."""

from __future__ import annotations

import re

import numpy as np
import pytest

import landscape as ls
from landscape.training.run import Run


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


@pytest.mark.parametrize(("parameters", "held"), [(2, 1.0), (9, 0.81), (5000, 0.76)])
def test_in_few_dimensions_a_random_walk_holds_more(parameters, held, rng):
    """Two dimensions are a plane. In nine, the mean of drawn walks; in many, the limit, 60.8 % + 15.2 %."""
    walks = rng.normal(size=(300 if parameters < 100 else 3, 200, parameters)).cumsum(axis=1)
    shares = []
    for walk in walks:
        rows = walk - walk.mean(axis=0)
        values = np.square(np.linalg.svd(rows, compute_uv=False))
        shares.append(values[:2] / values.sum())
    null = ls.planes.pca([walks[0]]).null_explained
    # Three hundred walks, whose shares have a standard deviation of 0.06 in nine dimensions and 0.003 in 5000.
    np.testing.assert_allclose(null, np.mean(shares, axis=0), atol=0.011)
    assert null.sum() == pytest.approx(held, abs=0.005)


def test_the_null_of_walks_from_several_starts_counts_their_dimensions_too(rng):
    """Three runs of few snapshots in four dimensions, far apart and near: as walks that are drawn anew."""
    for apart in (0.0, 20.0):
        starts = apart * rng.normal(size=(3, 1, 4))
        shares = []
        for k in range(400):
            walks = starts + np.pad(rng.normal(size=(3, 30, 4)), ((0, 0), (1, 0), (0, 0))).cumsum(axis=1)
            rows = walks.reshape(-1, 4)
            values = np.square(np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False))
            shares.append(values[:2].sum() / values.sum())
            if k == 0:
                # As far as walks come on average, not as this one: their ends decide how far the null's go.
                walks[:, -1] = starts[:, 0] + np.sqrt(30) * np.eye(4)[:3] * 2
                null = ls.planes.pca(list(walks)).null_explained.sum()
        assert null == pytest.approx(np.mean(shares), abs=0.02)


def test_through_points_in_two_dimensions_all_is_held(rng):
    walks = [np.vstack([np.zeros(2), rng.normal(size=(20, 2)).cumsum(axis=0)]) for _ in range(2)]
    plane = ls.planes.frame(ls.planes.through(np.zeros(2), walks[0][-1], walks[1][-1]), walks)
    np.testing.assert_allclose([plane.explained.sum(), plane.null_explained.sum()], 1.0)
    assert plane.faithfulness == "This plane holds 100% of the movement; a random walk would give 100%."


@pytest.mark.parametrize(("off", "said"), [(0.0, "100%"), (1e-4, ">99.9%"), (0.055, "99.7%")])
def test_all_is_said_only_of_all(off, said):
    """A unit circle in the plane, and steps of ± off out of it, leave the plane 1 / (1 + off²) of the variance."""
    angle, path = 2 * np.pi * np.arange(30) / 30, np.zeros((30, 500))
    path[:, 0], path[:, 1], path[:, 7] = np.cos(angle), np.sin(angle), off * (-1.0) ** np.arange(30)
    plane = ls.planes.pca([path])
    assert f"holds {said}" in plane.faithfulness
    assert (plane.project(path)[1].max() > 1e-9) == (off > 0)


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


def test_random_walks_hold_three_components_as_in_the_paper(rng):
    # A plane holds two of them; the third is in the same Gram matrix.
    walk = np.cumsum(rng.normal(size=(500, 5000)), axis=0)
    walk -= walk.mean(axis=0)
    shares = np.linalg.eigvalsh(walk @ walk.T)[::-1]
    np.testing.assert_allclose((shares / shares.sum())[:3], [0.608, 0.152, 0.068], atol=0.01)
    np.testing.assert_allclose(ls.planes.pca([walk]).explained, (shares / shares.sum())[:2], rtol=1e-9)


def test_null_weighs_runs_by_how_far_they_go(rng):
    """A run that moves ten times as far as the other is, for the null too, nearly all of the movement."""
    walks = [np.cumsum(scale * rng.normal(size=(150, 8000)), axis=0) for scale in (10, 1)]
    start = rng.normal(size=8000)
    plane = ls.planes.pca([start + walk - walk[0] for walk in walks])
    np.testing.assert_allclose(plane.explained, plane.null_explained, atol=0.02)
    assert plane.null_explained[0] > 0.55  # 0.61 for one walk alone, 0.4 for two that go equally far


def test_runs_need_not_share_a_start(rng):
    walks = [np.cumsum(rng.normal(size=(100, 6000)), axis=0) + 100 * rng.normal(size=6000) for _ in range(2)]
    plane = ls.planes.pca(walks)
    # Two clouds far apart: the first axis joins them, and so it does for random walks from the same two places.
    assert plane.explained[0] > 0.95
    np.testing.assert_allclose(plane.explained, plane.null_explained, atol=0.01)
    between = walks[1].mean(axis=0) - walks[0].mean(axis=0)
    assert abs(plane.basis[0] @ between) == pytest.approx(np.linalg.norm(between), rel=1e-3)


def test_plain_vectors_and_runs_give_the_same_plane(runs):
    plane, same = ls.planes.pca(runs), ls.planes.pca([run.snapshots for run in runs])
    np.testing.assert_array_equal(plane.basis, same.basis)
    np.testing.assert_array_equal(ls.planes.pca(runs[0]).origin, ls.planes.pca([runs[0]]).origin)


@pytest.mark.parametrize("sizes", [(784, 10), (784, 16, 10), (784, 16, 12, 10)])
def test_filters_of_random_directions_have_the_networks_norms(sizes):
    net = ls.MLP(sizes, seed=3)
    plane = ls.planes.random(net, net.params, seed=0)
    for direction in plane.basis:
        for (w, _), (d, bias) in zip(net.layers(net.params), net.layers(direction), strict=True):
            # A filter is what a unit multiplies its inputs with: a column of W (in, out).
            np.testing.assert_allclose(np.linalg.norm(d, axis=0), np.linalg.norm(w, axis=0), rtol=1e-6)
            assert not bias.any()
    np.testing.assert_array_equal(plane.at([0, 0]), net.params)
    np.testing.assert_array_equal(plane.basis, ls.planes.random(net, net.params, seed=0).basis)
    assert not np.array_equal(plane.basis, ls.planes.random(net, net.params, seed=1).basis)


def test_other_norms_of_random_directions():
    net = ls.MLP((784, 16, 10))
    layer = ls.planes.random(net, net.params, normalize="layer")
    for (w, _), (d, bias) in zip(net.layers(net.params), net.layers(layer.basis[1]), strict=True):
        assert np.linalg.norm(d) == pytest.approx(np.linalg.norm(w), rel=1e-6)
        assert not bias.any()
    raw = ls.planes.random(net, net.params, normalize=None)
    assert np.linalg.norm(raw.basis[0]) == pytest.approx(np.sqrt(net.params.size), rel=0.05)
    assert np.linalg.norm(raw.extent[0][1] * raw.basis[0]) == pytest.approx(np.linalg.norm(net.params))


def test_a_dead_filter_has_a_direction_of_zero():
    net = ls.MLP((784, 8, 10))
    net.params[: 784 * 8].reshape(784, 8)[:, 3] = 0
    plane = ls.planes.random(net, net.params)
    assert not net.layers(plane.basis[0])[0][0][:, 3].any()
    assert np.isfinite(plane.basis).all()


def test_hessian_plane_holds_the_top_eigenvectors(mnist):
    net, (x, y) = ls.MLP((784, 8, 10), dtype=np.float64), (mnist.x_train[:200], mnist.y_train[:200])
    plane = ls.planes.hessian(net, net.params, x, y)
    values, _, _ = ls.curvature.top(net, net.params, x, y, k=2)
    for axis, value, (low, high) in zip(plane.basis, values, plane.extent, strict=True):
        product = net.hvp(net.params, axis, x, y)
        np.testing.assert_allclose(product, value * axis, atol=2e-3 * value)
        assert axis[np.abs(axis).argmax()] > 0
        assert -low == high == pytest.approx(np.sqrt(2 / value), rel=1e-4)  # ½λx² = 1


def test_gradient_plane_goes_downhill_to_the_left(mnist):
    net, (x, y) = ls.MLP((784, 8, 10), dtype=np.float64), (mnist.x_train[:200], mnist.y_train[:200])
    plane = ls.planes.gradient(net, net.params, x, y)
    np.testing.assert_allclose(plane.basis @ plane.basis.T, np.eye(2), atol=1e-12)
    _, gradient = net.loss_and_gradient(net.params, x, y)
    assert plane.basis[0] @ gradient == pytest.approx(np.linalg.norm(gradient))
    # All of the gradient lies in the plane, along its first axis.
    terrain = ls.PlaneTerrain(net, plane, x, y)
    np.testing.assert_allclose(terrain.gradient([0, 0]), [np.linalg.norm(gradient), 0], atol=1e-12)
    # And the top eigenvector lies in it too.
    values, vectors, _ = ls.curvature.top(net, net.params, x, y, k=1)
    assert plane.project(net.params + vectors[0])[1] < 1e-6
    assert np.linalg.eigvalsh(terrain.hessian([0, 0]))[-1] == pytest.approx(values[0], rel=1e-3)


def test_plane_through_three_points(rng):
    a, b, c = rng.normal(size=(3, 40))
    plane = ls.planes.through(a, b, c)
    np.testing.assert_allclose(plane.at([[0, 0], [1, 0], [0, 1]]), [a, b, c], atol=1e-12)
    xy, residual = plane.project(0.2 * a + 0.5 * b + 0.3 * c)
    np.testing.assert_allclose(xy, [0.5, 0.3], atol=1e-12)
    assert residual < 1e-12


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_less_than_the_rounding_of_the_parameters_is_no_distance(rng, dtype):
    """Three snapshots lie on the plane through them; the sums that say so are rounded by 1e-15."""
    snapshots = rng.normal(size=(3, 5000)).astype(dtype)
    for plane in (ls.planes.through(*snapshots), ls.planes.pca([snapshots])):
        assert plane.project(snapshots)[1].tolist() == [0.0, 0.0, 0.0]
    inside = plane.at([0.3, 0.4])
    assert plane.project(inside.astype(dtype))[1] == 0
    # What is more is told, in huge numbers, too.
    away = rng.normal(size=5000)
    away = 1e-4 * (away - (plane.at(plane.project(inside + away)[0]) - inside))
    assert plane.project((inside + away).astype(dtype))[1] == pytest.approx(np.linalg.norm(away), rel=1e-2)
    assert plane.project((1e25 * (inside + 1e4 * away)).astype(dtype))[1] > 1e25


def test_frame_says_how_much_a_plane_holds(runs):
    plane = ls.planes.pca(runs)
    framed = ls.planes.frame(ls.Plane(plane.origin, plane.basis), runs)
    np.testing.assert_allclose(framed.explained, plane.explained, rtol=1e-9)
    # Another basis of the same plane, skew and scaled, holds as much in all.
    skew = np.array([3 * plane.basis[0], plane.basis[0] + 0.2 * plane.basis[1]])
    assert ls.planes.frame(ls.Plane(plane.origin, skew), runs).explained.sum() == pytest.approx(plane.explained.sum())
    net = runs[0].network
    random = ls.planes.frame(ls.planes.random(net, runs[0].params), runs)
    assert random.explained.sum() < 0.02
    assert random.null_explained.sum() == pytest.approx(2 / net.params.size)
    assert random.extent == ((-1.0, 1.0), (-1.0, 1.0))  # the paths lie within
    points = np.concatenate([framed.project(run.snapshots)[0] for run in runs])
    (x0, x1), (y0, y1) = framed.extent
    assert ((points > [x0, y0]) & (points < [x1, y1])).all()


def test_sentences_name_the_right_chance(runs):
    assert re.fullmatch(
        r"This plane holds \d+% of the movement; a random walk would give \d+%\.", ls.planes.pca(runs).faithfulness
    )
    random = ls.planes.random(runs[0].network, runs[0].params)
    assert "not fitted" in random.faithfulness
    assert re.fullmatch(
        r"This plane holds [\d.]+% of the movement; a random plane would hold 0\.00\d+%\.",
        ls.planes.frame(random, runs).faithfulness,
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda run, net: ls.planes.pca([]), "no runs given"),
        (lambda run, net: ls.planes.pca([run.snapshots, run.snapshots[:, 1:]]), "do not share a weight space"),
        (lambda run, net: ls.planes.pca([np.zeros((5, 9))]), "lie on a line or a point"),
        (lambda run, net: ls.planes.pca(np.zeros((5, 9))), r"snapshots of shape \(9,\)"),
        (lambda run, net: ls.planes.random(net, net.params, normalize="filters"), "did you mean 'filter'"),
        (lambda run, net: ls.planes.through([0.0, 0], [1.0, 1], [2.0, 2]), "parallel"),
        (lambda run, net: ls.planes.through([0.0, 0], [1.0, 1], [2.0]), "flat vectors"),
        (lambda run, net: ls.Plane(np.zeros(3), np.zeros((3, 2))), "basis of shape"),
        (lambda run, net: ls.Plane(np.zeros(3), np.full((2, 3), np.nan)), "finite"),
        (lambda run, net: ls.planes.pca([run]).project(np.zeros(3)), "do not lie in the plane's space"),
        (lambda run, net: ls.planes.frame(ls.Plane(np.zeros(3), np.eye(2, 3)), [np.ones((4, 3))]), "do not move"),
    ],
)
def test_what_spans_no_plane_is_told(runs, make, said):
    with pytest.raises(ValueError, match=said) as error:
        make(runs[0], runs[0].network)
    assert "\n" not in str(error.value)


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


def test_a_plane_of_these_very_runs_keeps_its_own_null(runs):
    plane = ls.planes.pca(runs)
    assert ls.planes.frame(plane, runs) is plane
    assert ls.planes.frame(plane, runs[:1]).kind.way == "pca_of_others"


def test_planes_through_points_of_runs_are_compared_with_random_walks(rng):
    """Two walks from one start in 3,000 dimensions; the plane through start and both ends."""
    start = rng.normal(size=3000)
    shares = []
    for _ in range(8):
        walks = [start + np.vstack([np.zeros(3000), rng.normal(size=(120, 3000)).cumsum(axis=0)]) for _ in range(2)]
        plane = ls.planes.frame(ls.planes.through(start, walks[0][-1], walks[1][-1]), walks)
        shares.append(plane.explained.sum())
    assert plane.kind.way == "through_runs"
    assert "a random walk would give" in plane.faithfulness
    assert plane.null_explained.sum() == pytest.approx(np.mean(shares), abs=0.02)
    assert 0.4 < plane.null_explained.sum() < ls.planes.pca(walks).null_explained.sum()


def test_snapshots_may_be_any_number_of_steps_apart(rng):
    """The null of a walk that was recorded ever more rarely is not that of one recorded at every step."""
    steps = np.unique(np.geomspace(1, 1000, 40).astype(int)) - 1
    walk = np.vstack([np.zeros(2000), rng.normal(size=(999, 2000)).cumsum(axis=0)])[steps]
    told, untold = ls.planes.pca([walk], [steps]), ls.planes.pca([walk])
    assert told.null_explained.sum() == pytest.approx(told.explained.sum(), abs=0.03)
    assert abs(untold.null_explained.sum() - told.null_explained.sum()) > 0.02
    with pytest.raises(ValueError, match="steps of shapes"):
        ls.planes.pca([walk], [steps[:-1]])
    with pytest.raises(ValueError, match="arrays"):
        ls.planes.pca(walk[0])


def test_a_run_that_diverged_counts_as_far_as_it_came(rng):
    walk = rng.normal(size=(30, 50)).cumsum(axis=0)
    broken = np.vstack([walk, np.full((5, 50), np.nan)])
    np.testing.assert_array_equal(ls.planes.pca([broken]).basis, ls.planes.pca([walk]).basis)
    with pytest.raises(ValueError, match="finite snapshot"):
        ls.planes.pca([broken[-5:]])
