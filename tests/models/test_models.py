"""What a model is, for planes, surfaces, curvature and lines, whoever made it."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls
from landscape.models.specification import Specification, Tensor
from landscape.surfaces.refining import Refining


@pytest.fixture(scope="module")
def small(mnist):
    net = ls.MLP((784, 12, 10), "tanh", dtype=np.float64)
    return net, mnist.x_train[:300], mnist.y_train[:300]


def as_function(net, x, y, **more):
    """The same network as functions that know nothing of it."""
    return ls.models.function(
        lambda p: net.loss_value(p, x, y),
        lambda p: net.loss_and_gradient(p, x, y)[1],
        lambda p, v: net.hvp(p, v, x, y),
        accuracy=lambda p: net.accuracy(p, x, y),
        tensors=net.specification.tensors,
        params=net.params,
        **more,
    )


def test_a_network_and_its_functions_are_both_models(small):
    net, x, y = small
    for model in (net, net.on(x, y), as_function(*small)):
        assert isinstance(model, ls.models.Model)
    assert not isinstance(lambda p: 1.0, ls.models.Model)


def test_a_network_and_its_functions_give_the_same(small):
    """Planes, surface, slopes, line, curvature, walks and projections, of two models that share no code."""
    net, x, y = small
    model, start = as_function(*small), net.params
    near = {"rtol": 1e-9, "atol": 1e-11}
    for normalize in ("filter", "layer", None):
        one, other = (ls.planes.random(each, start, normalize=normalize) for each in (net, model))
        np.testing.assert_array_equal(one.basis, other.basis)
    one, other = ls.planes.hessian(net, start, x, y), ls.planes.hessian(model, start)
    np.testing.assert_allclose(one.basis, other.basis, rtol=1e-6, atol=1e-8)
    one, other = ls.planes.gradient(net, start, x, y), ls.planes.gradient(model, start)
    np.testing.assert_allclose(one.basis, other.basis, rtol=1e-6, atol=1e-8)
    plane = ls.planes.random(net, start)
    one = ls.surface(net, plane, x, y, resolution=6, gradient=True)
    other = ls.surface(model, plane, resolution=6, gradient=True)
    for name in ("loss", "accuracy", "slopes"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), **near)
    assert one.standard_error is not None
    assert other.standard_error is None  # of one loss there is none
    one, other = ls.line(net, start, -start, x, y), ls.line(model, start, -start)
    np.testing.assert_allclose(one.loss, other.loss, **near)
    np.testing.assert_allclose(one.accuracy, other.accuracy, **near)
    assert one.barrier == pytest.approx(other.barrier)
    for layer in (None, "0", "2.weight"):
        one, other = (
            ls.curvature.top(net, start, x, y, 2, layer=layer),
            ls.curvature.top(model, start, k=2, layer=layer),
        )
        np.testing.assert_allclose(one[0], other[0], rtol=1e-6)
        assert one[1].shape == (2, start.size)
    _, density = ls.curvature.density(net, start, x, y, probes=1, steps=10)
    np.testing.assert_allclose(density, ls.curvature.density(model, start, probes=1, steps=10)[1], rtol=1e-5, atol=1e-8)
    walks = [
        ls.descend(ls.PlaneTerrain(*given), "sgd:lr=0.2", (0.5, 0.5), 5)
        for given in ((net, plane, x, y), (model, plane))
    ]
    np.testing.assert_allclose(walks[0].x, walks[1].x, **near)
    bends = [ls.PlaneTerrain(*given).hessian([0.2, 0.1]) for given in ((net, plane, x, y), (model, plane))]
    np.testing.assert_allclose(*bends, **near)
    rows = start + np.linspace(0, 1, 4)[:, None] * plane.basis[0]
    drawn = ls.surface(model, plane, resolution=6)
    walk = ls.project(rows, drawn, model=model)
    np.testing.assert_allclose(walk.loss, [net.loss_value(row, x, y) for row in rows], **near)


def test_curvature_of_a_layer_is_that_of_its_block(rng):
    matrix = rng.normal(size=(6, 6))
    matrix = matrix + matrix.T
    shapes = {"first.weight": (2, 2), "first.bias": (1,), "last": (1,)}
    model = ls.models.function(lambda p: 0.5 * p @ matrix @ p, hvp=lambda p, v: matrix @ v, tensors=shapes)
    values, vectors, residuals = ls.curvature.top(model, np.zeros(6), k=2, layer="first")
    exact = np.linalg.eigvalsh(matrix[:5, :5])[::-1][:2]
    np.testing.assert_allclose(values, exact, rtol=1e-4)
    assert (vectors[:, 5] == 0).all()
    assert (residuals < 1e-3 * np.abs(exact).max()).all()
    with pytest.raises(ValueError, match=r"unknown layer 'fist'; did you mean 'first'\? \(allowed: first, last"):
        ls.curvature.top(model, np.zeros(6), k=1, layer="fist")


def test_filters_have_the_norms_of_the_centre(rng):
    """Each by itself, in any layout: beside a loop that was written for it."""
    tensors = [
        Tensor("conv.weight", (4, 3, 2, 2), "weight", 0),
        Tensor("conv.bias", (4,), "bias"),
        Tensor("norm.weight", (4,), "norm"),
        Tensor("up.weight", (3, 5, 2), "weight", 1),
        Tensor("kernel", (3, 4), "weight", -1),
        Tensor("embedding", (5, 2), "embedding", 0),
    ]
    model = ls.models.function(lambda p: 0.0, tensors=tensors)
    size = model.specification.size
    centre = rng.normal(size=size)
    centre[:12] = 0  # a filter of nothing
    plane = ls.planes.random(model, centre, seed=3)
    scaled = ls.planes.random(model, centre, seed=3, vectors="scaled")
    drawn = np.random.default_rng(3).normal(size=(2, size))
    at = 0
    for tensor in tensors:
        part = slice(at, at := at + tensor.size)
        w, raw, found, other = (
            row[part].reshape(tensor.shape) for row in (centre, drawn[1], plane.basis[1], scaled.basis[1])
        )
        if tensor.filters is None:
            assert not found.any()
            np.testing.assert_allclose(other, raw * np.linalg.norm(w) / np.linalg.norm(raw))
            continue
        for k in range(tensor.shape[tensor.filters]):
            w_k, raw_k, found_k = (np.take(each, k, tensor.filters) for each in (w, raw, found))
            np.testing.assert_allclose(found_k, raw_k * np.linalg.norm(w_k) / np.linalg.norm(raw_k), rtol=1e-12)
        np.testing.assert_array_equal(found, other)


def test_a_surface_tells_the_standard_error_of_each_cell(small):
    net, x, y = small
    plane = ls.planes.random(net, net.params)
    surface = ls.surface(net, plane, x, y, resolution=5)
    for j, i in ((0, 0), (2, 2), (4, 1)):
        params = plane.at([surface.xs[i], surface.ys[j]])
        each = [net.loss_value(params, x[k : k + 1], y[k : k + 1]) for k in range(len(x))]
        assert surface.standard_error[j, i] == pytest.approx(np.std(each, ddof=1) / np.sqrt(len(each)), rel=1e-9)


def test_with_a_tolerance_fewer_points_are_computed_and_all_are_within_it(small, tmp_path):
    net, x, y = small
    plane = ls.planes.random(net, net.params)
    exact = ls.surface(net, plane, x, y, resolution=41)
    near = ls.surface(net, plane, x, y, resolution=41, tol=1e-2, out=tmp_path / "s.npz")
    assert near.computed.mean() < 0.4
    np.testing.assert_array_equal(near.loss[near.computed], exact.loss[near.computed])
    assert np.abs(near.loss - exact.loss).max() < 1e-2 * np.ptp(exact.loss)
    assert np.abs(np.log(near.loss / exact.loss)).max() < 1e-2 * np.ptp(np.log(exact.loss))
    assert np.abs(near.accuracy - exact.accuracy).max() < 0.1
    loaded = ls.Surface.load(tmp_path / "s.npz")
    np.testing.assert_array_equal(loaded.computed, near.computed)
    np.testing.assert_array_equal(loaded.standard_error, near.standard_error)
    assert exact.computed is None


def test_a_tolerance_spares_nothing_where_the_loss_is_rough(rng):
    rough = {}
    model = ls.models.function(lambda p: rough.setdefault(tuple(p.round(6)), 1 + rng.random()))
    surface = ls.surface(model, ls.Plane(np.zeros(3), np.eye(2, 3)), resolution=17, tol=1e-2)
    assert surface.computed is None or surface.computed.all()


def test_the_first_picture_is_whole(small):
    """After a twentieth of the points; and what is said of the error holds."""
    net, x, y = small
    plane, seen = ls.planes.random(net, net.params), []
    done = ls.surface(net, plane, x, y, resolution=41, preview=lambda *given: seen.append(given))
    assert len(seen) == len(Refining(done.xs, done.ys).strides)
    first, error = seen[0]
    assert np.isnan(error)
    assert np.isfinite(first.loss).all()
    last, error = seen[-1]
    assert last == done
    assert 0 < error < 0.1
    before, error = seen[-2]
    assert np.quantile(np.abs(before.loss - done.loss), 0.9) < 4 * error * np.ptp(done.loss)


@pytest.mark.parametrize("sides", [(51, 51), (4, 4), (9, 33), (5, 100)])
def test_strides_bring_each_point_once(sides):
    refining = Refining(*(np.linspace(0, 1, side) for side in sides))
    brought = [refining.new(stride) for stride in refining.strides]
    assert np.sort(np.concatenate(brought)).tolist() == list(range(sides[0] * sides[1]))
    # A twentieth, but for sides that would have less than four of them.
    assert len(brought[0]) <= 0.05 * sides[0] * sides[1] or min(-(-side // 2) for side in sides) < 7


def test_it_goes_on_with_a_tolerance_to_the_same_bits(small, tmp_path):
    net, x, y = small
    plane, given = ls.planes.random(net, net.params), {"resolution": 33, "tol": 1e-2}
    whole = ls.surface(net, plane, x, y, **given)
    for after in (3, 11, 17):

        def stop(done, tiles, after=after):
            if done == after:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt, match="parts are kept"):
            ls.surface(net, plane, x, y, **given, out=tmp_path / "s.npz", progress=stop)
        done = []
        again = ls.surface(
            net, plane, x, y, **given, out=tmp_path / "s.npz", progress=lambda *told, d=done: d.append(told)
        )
        np.testing.assert_array_equal(again.loss, whole.loss)
        np.testing.assert_array_equal(again.computed, whole.computed)
        assert done[0][0] == after + 1
        assert done[-1][0] == done[-1][1]
        (tmp_path / "s.npz").unlink()


FLAT = ls.Plane(np.zeros(3), np.eye(2, 3))
BARE = ls.models.function(lambda p: 1 + p @ p)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ls.planes.random(BARE, np.ones(3)), "filter norms are not known of this model"),
        (lambda: ls.planes.hessian(BARE, np.ones(3)), "this model has no Hessian"),
        (lambda: ls.planes.gradient(BARE, np.ones(3)), "this model has no gradient"),
        (lambda: ls.curvature.top(BARE, np.ones(3), k=1), "this model has no Hessian"),
        (lambda: ls.surface(BARE, FLAT, np.ones((2, 3)), np.ones(2)), "this model has data of its own"),
        (lambda: ls.surface(BARE, FLAT, np.ones((2, 3))), "images x and labels y belong together"),
        (lambda: ls.surface(ls.MLP((3, 2)), FLAT), "an MLP has no data of its own: give images x"),
        (
            lambda: ls.surface(lambda p: 1.0, FLAT),
            r"function is no model: a function becomes one by ls.models.function",
        ),
        (lambda: ls.surface(BARE, FLAT, tol=2), "tol = 2 is not allowed"),
        (lambda: ls.surface(BARE, FLAT, tol=-1), "tol = -1 is not allowed"),
        (lambda: ls.line(BARE, np.ones(3), np.ones(4)), "parameters of shapes"),
        (
            lambda: ls.planes.random(BARE, np.ones(3), normalize="filters"),
            "unknown normalisation 'filters'; did you mean",
        ),
        (lambda: ls.planes.random(BARE, np.ones(3), vectors="none"), "unknown vectors 'none'"),
        (lambda: ls.models.function("loss"), "loss = loss is not allowed: it must be a function"),
        (lambda: ls.models.function(len, gradient=3), "gradient = 3 is not allowed"),
        (lambda: ls.models.function(len, tensors={"a": (2,)}, params=np.ones(3)), "this model has 2"),
        (
            lambda: ls.models.function(len, gradient=lambda p: np.ones(2)).loss_and_gradient(np.ones(3)),
            r"the gradient gave float64 of shape \(2,\)",
        ),
        (lambda: Tensor("a", (2,), "wight"), "unknown kind of tensor 'wight'; did you mean 'weight'"),
        (lambda: Tensor("a", (2,), "weight", 1), "filters = 1 is not allowed"),
        (lambda: Specification((Tensor("a", (2,), "bias"),) * 2), "'a' is there twice"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(call, said):
    with pytest.raises(ValueError, match=said) as error:
        call()
    assert "\n" not in str(error.value)


def test_as_many_images_as_are_enough(small):
    """The standard error of a usual point is about what was wanted; a smaller one needs more images."""
    net, x, y = small
    x, y = np.tile(x, (40, 1)), np.tile(y, 40)
    plane = ls.planes.random(net, net.params)
    about = ls.datasets.sample.Images(len(y), "training", "digits")
    counts = []
    for wanted in (0.04, 0.02):
        surface = ls.surface(net, plane, x, y, resolution=9, error=wanted, data=about)
        assert 0.6 * wanted < surface.noise < 1.4 * wanted
        counts.append(surface.data.count)
        np.testing.assert_array_equal(
            surface.loss, ls.surface(net, plane, x[: counts[-1]], y[: counts[-1]], resolution=9).loss
        )
    assert counts[1] == pytest.approx(4 * counts[0], rel=0.05)
    assert counts[1] < len(y)
    with pytest.raises(ValueError, match="error = 2 is not allowed"):
        ls.surface(net, plane, x, y, error=2)
    with pytest.raises(ValueError, match="error= chooses among images x and labels y"):
        ls.surface(ls.models.function(lambda p: float(p @ p)), plane, error=0.1)


def test_a_caption_says_what_was_predicted_and_what_other_samples_would_change(small):
    net, x, y = small
    plane = ls.planes.random(net, net.params)
    near = ls.surface(net, plane, x, y, resolution=41, tol=1e-2)
    assert f"{100 * near.computed.mean():.0f}% of the points were computed, others are predicted." in near.faithfulness
    noisy = ls.surface(net, plane, x[:10], y[:10], resolution=9)
    assert noisy.noise == pytest.approx(np.median(noisy.standard_error) / np.ptp(noisy.loss))
    assert noisy.noise > 0.05
    assert "With other samples heights differ by" in noisy.faithfulness
    quiet = ls.Surface(plane, noisy.xs, noisy.ys, noisy.loss, standard_error=np.full(noisy.loss.shape, 1e-9))
    assert "With other samples" not in quiet.faithfulness
