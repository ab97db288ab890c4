"""Surfaces, lines and projections."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import landscape as ls
from landscape.files import archives
from landscape.networks import cells
from landscape.surfaces.spline import SplineError

FLAT = ls.Plane(np.zeros(3), np.eye(2, 3))


@pytest.fixture(scope="module")
def small(mnist):
    """A network, a plane and enough images for several tiles."""
    net = ls.MLP((784, 12, 10))
    return net, ls.planes.random(net, net.params), mnist.x_train[:2500], mnist.y_train[:2500]


def over(loss, resolution=9):
    """A surface of a function of two parameters over the square from −1 to 1."""
    return ls.surface_of(lambda p: loss(p[0], p[1]), FLAT, resolution=resolution)


SHAPES = {
    "log": lambda x, y: 1 + x * x + y * y,
    "linear": lambda x, y: -1 + x * x * y + np.sin(2 * y),
    "steep": lambda x, y: np.exp(3 * x + x * y),
}


def same(one, other):
    for name in ("xs", "ys", "loss", "accuracy"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


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


@pytest.mark.parametrize("sizes", [(784, 10), (784, 128, 10), (784, 64, 32, 10)])
def test_the_centre_is_the_network(sizes, mnist):
    net, (x, y) = ls.MLP(sizes), (mnist.x_train[:1500], mnist.y_train[:1500])
    surface = ls.surface(net, ls.planes.random(net, net.params), x, y, resolution=5)
    loss, accuracy = net.evaluate(net.params, x, y)
    assert surface.loss[2, 2] == pytest.approx(loss, rel=1e-6)
    assert surface.accuracy[2, 2] == accuracy


def test_strips_and_blocks_change_no_value(small, monkeypatch):
    net, plane, x, y = small
    whole = ls.surface(net, plane, x, y, resolution=9)
    monkeypatch.setattr(cells, "_STRIP", 1)
    np.testing.assert_allclose(ls.surface(net, plane, x, y, resolution=9).loss, whole.loss, rtol=1e-6)
    monkeypatch.setattr(cells, "_IMAGES", 100)
    np.testing.assert_allclose(ls.surface(net, plane, x, y, resolution=9).loss, whole.loss, rtol=1e-6)


def test_extents_need_not_be_square(small):
    net, plane, x, y = small
    surface = ls.surface(net, plane, x[:50], y[:50], extent=((-1, 3), (0, 1)), resolution=21)
    assert surface.loss.shape == (6, 21)
    assert surface.domain == ((-1, 3), (0, 1))
    np.testing.assert_allclose(np.diff(surface.xs)[0], np.diff(surface.ys)[0])


def test_every_executor_gives_the_same_bits(small):
    net, plane, x, y = small
    surface = ls.surface(net, plane, x, y, resolution=7)
    for executor in (ThreadPoolExecutor(3), ProcessPoolExecutor(2, multiprocessing.get_context("spawn"))):
        with executor:
            same(ls.surface(net, plane, x, y, resolution=7, executor=executor), surface)


def test_dask_gives_the_same_bits_and_survives_a_worker(small, tmp_path):
    """Two worker processes; one of them is killed when a part of the work is done."""
    distributed = pytest.importorskip("distributed")
    net, plane, x, y = small
    surface = ls.surface(net, plane, x, y, resolution=11)
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
    )
    with cluster, distributed.Client(cluster) as client:
        same(ls.surface(net, plane, x, y, resolution=11, executor=client.get_executor()), surface)

        killed = []

        def kill(done, total):
            if not killed:
                killed.append(cluster.workers[0].pid)
                os.kill(killed[0], signal.SIGKILL)

        same(ls.surface(net, plane, x, y, resolution=11, executor=client.get_executor(), progress=kill), surface)
        assert killed


class Stuck(ThreadPoolExecutor):
    """Takes four tasks to the end, one after the other, and no more."""

    taken = 0

    def submit(self, fn, /, *args, **kwargs):
        self.taken += 1
        return super().submit(fn, *args, **kwargs) if self.taken <= 4 else super().submit(threading.Event().wait)


def _forever(folder, small, tell):
    """Compute into `folder`, with a part written after every tile."""
    net, plane, x, y = small
    ls.surface(
        net,
        plane,
        x,
        y,
        resolution=9,
        out=folder / "s.npz",
        checkpoint_every=1e-9,
        executor=Stuck(1),
        progress=lambda done, total: tell.send(done),
    )


def test_killed_in_the_middle_it_goes_on_to_the_same_bits(small, tmp_path, monkeypatch):
    net, plane, x, y = small
    surface = ls.surface(net, plane, x, y, resolution=9)
    context = multiprocessing.get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=_forever, args=(tmp_path, small, tell))
    process.start()
    tell.close()
    while told.recv() < 3:
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    (part,) = tmp_path.glob("s.npz.*.part")
    kept = int(np.load(part)["tiles"])
    assert not (tmp_path / "s.npz").exists()

    computed = []
    sums = cells.sums
    counting = lambda *given: computed.append(1) or sums(*given)  # noqa: E731
    monkeypatch.setattr("landscape.networks.cells.sums", counting)
    seen = []
    again = ls.surface(net, plane, x, y, resolution=9, out=tmp_path / "s.npz", progress=lambda *done: seen.append(done))
    same(again, surface)
    assert len(computed) == seen[-1][1] - kept
    assert not part.exists()
    same(ls.Surface.load(tmp_path / "s.npz"), surface)
    # A surface that is there already is read, not computed.
    same(ls.surface(net, plane, x, y, resolution=9, out=tmp_path / "s.npz", data="named"), surface)
    assert len(computed) == seen[-1][1] - kept


def test_ctrl_c_keeps_what_is_finished_and_says_where(small, tmp_path):
    net, plane, x, y = small

    def stop(done, total):
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"of \d+ parts are kept in '.*s\.npz\..*\.part'"):
        ls.surface(net, plane, x, y, resolution=9, out=tmp_path / "s.npz", progress=stop)
    (part,) = tmp_path.glob("s.npz.*.part")
    found = np.load(part)
    assert found["tiles"] >= 2
    assert np.isnan(found["result"]).any()  # the rows that no tile has begun
    assert not np.isnan(found["result"]).all()


CHANGES = {
    "another network": lambda net, plane, x, y: (ls.MLP((784, 12, 10), "tanh"), plane, x, y, {}),
    "another loss": lambda net, plane, x, y: (ls.MLP((784, 12, 10), loss="mse"), plane, x, y, {}),
    "another plane": lambda net, plane, x, y: (net, ls.planes.random(net, net.params, seed=1), x, y, {}),
    "other images": lambda net, plane, x, y: (net, plane, x[::-1], y, {}),
    "other labels": lambda net, plane, x, y: (net, plane, x, y[::-1], {}),
    "another extent": lambda net, plane, x, y: (net, plane, x, y, {"extent": ((-1, 1), (-1, 1.1))}),
    "more points": lambda net, plane, x, y: (net, plane, x, y, {"resolution": 7}),
    "slopes": lambda net, plane, x, y: (net, plane, x, y, {"gradient": True}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_defines_a_surface_is_in_its_key(change, small, tmp_path):
    net, plane, x, y = small
    x, y, out = x[:300], y[:300], tmp_path / "s.npz"
    before = ls.surface(net, plane, x, y, resolution=5, out=out)
    *given, options = CHANGES[change](net, plane, x, y)
    after = ls.surface(*given, **({"resolution": 5, "out": out} | options))
    assert after.key != before.key
    direct = ls.surface(*given, **({"resolution": 5} | options))
    same(after, direct)
    same(ls.Surface.load(out), direct)


def test_what_lies_in_the_way_is_not_taken_for_a_part(small, tmp_path):
    net, plane, x, y = small
    key = ls.surface(net, plane, x[:100], y[:100], resolution=5, out=tmp_path / "first.npz").key
    (tmp_path / f"s.npz.{key[:8]}.part").write_bytes(b"something else")
    (tmp_path / "s.npz").write_bytes(b"something else")
    made = ls.surface(net, plane, x[:100], y[:100], resolution=5, out=tmp_path / "s.npz")
    assert {path.name for path in tmp_path.iterdir()} == {"first.npz", "s.npz"}
    same(ls.Surface.load(tmp_path / "s.npz"), made)
    with pytest.raises(ls.RunError, match="cannot write"):
        ls.surface(net, plane, x[:100], y[:100], resolution=5, out=tmp_path / "s.npz" / "t.npz")


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "leaky_relu"])
@pytest.mark.parametrize("sizes", [(784, 10), (784, 14, 10), (784, 14, 12, 10)])
@pytest.mark.parametrize("loss", ["cross_entropy:label_smoothing=0.1", "mse"])
def test_plane_terrain_is_the_network_exactly(sizes, activation, loss, mnist):
    net = ls.MLP(sizes, activation, loss=loss, dtype=np.float64)
    x, y = mnist.x_train[:150], mnist.y_train[:150]
    terrain = ls.PlaneTerrain(net, plane := ls.planes.random(net, net.params), x, y)
    points = np.array([[0.3, -0.2], [-0.7, 0.9]])
    for k, point in enumerate(points):
        params = plane.at(point)
        loss_there, gradient = net.loss_and_gradient(params, x, y)
        products = np.array([net.hvp(params, axis, x, y) for axis in plane.basis])
        assert terrain.value(points)[k] == pytest.approx(loss_there, rel=1e-12)
        np.testing.assert_allclose(terrain.gradient(points)[k], plane.basis @ gradient, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(terrain.hessian(points)[k], plane.basis @ products.T, rtol=1e-9, atol=1e-11)
        assert terrain.accuracy(points)[k] == net.accuracy(params, x, y)
        # Together and one at a time: the same bits.
        np.testing.assert_array_equal(terrain.gradient(points)[k], terrain.gradient(point))


def test_plane_terrain_of_a_float32_network_computes_in_float64(small):
    net, plane, x, y = small
    exact = ls.MLP(net.sizes, dtype=np.float64)
    terrain = ls.PlaneTerrain(net, plane, x[:200], y[:200])
    assert terrain.value([0.5, 0.5]) == pytest.approx(
        exact.loss_value(plane.at([0.5, 0.5]), x[:200], y[:200]), rel=1e-12
    )


def test_optimizers_walk_in_the_plane_of_a_network(small):
    net, plane, x, y = small
    terrain = ls.PlaneTerrain(net, plane, x[:300], y[:300], begin=(0.8, -0.6))
    walk = ls.descend(terrain, "sgd:lr=0.3", steps=12)
    np.testing.assert_array_equal(walk.x[0], [0.8, -0.6])
    assert (np.diff(walk.loss) < 0).all()
    # The same as gradient descent on the network with its gradient projected onto the plane's coordinates.
    point, exact = np.array([0.8, -0.6]), ls.MLP(net.sizes, dtype=np.float64)
    for _ in range(12):
        point = point - 0.3 * plane.basis @ exact.loss_and_gradient(plane.at(point), x[:300], y[:300])[1]
    np.testing.assert_allclose(walk.x[-1], point, rtol=1e-9)


def test_minibatches_in_the_plane_are_the_gradient_on_average(small, rng):
    net, plane, x, y = small
    terrain = ls.PlaneTerrain(net, plane, x[:40], y[:40])
    many = terrain.minibatch_gradient(np.tile([0.4, 0.1], (4000, 1)), 4, rng)
    error = many.std(axis=0) / np.sqrt(len(many))
    assert (np.abs(many.mean(axis=0) - terrain.gradient([0.4, 0.1])) < 4 * error).all()
    assert ls.descend(terrain, "adam:lr=0.1", steps=5, batch_size=8).loss.shape == (6,)


def test_slopes_are_the_exact_gradient(small):
    net, plane, x, y = small
    surface = ls.surface(net, plane, x[:300], y[:300], resolution=6, gradient=True)
    grid = np.stack(np.meshgrid(surface.xs, surface.ys), axis=-1)
    np.testing.assert_allclose(
        surface.slopes, ls.PlaneTerrain(net, plane, x[:300], y[:300]).gradient(grid), rtol=1e-3, atol=1e-5
    )
    plain = ls.surface(net, plane, x[:300], y[:300], resolution=6)
    np.testing.assert_allclose(surface.loss, plain.loss, rtol=1e-6)
    np.testing.assert_array_equal(surface.accuracy, plain.accuracy)


def test_surface_of_any_function(tmp_path):
    """A quadratic has a closed form at every point of the grid."""
    rng, calls = np.random.default_rng(0), []
    matrix = rng.normal(size=(30, 30))

    def loss(params):
        calls.append(params.shape)
        return 1 + float(np.square(matrix @ params).sum())

    plane = ls.Plane(rng.normal(size=30), rng.normal(size=(2, 30)))
    surface = ls.surface_of(loss, plane, ((-1, 1), (-2, 2)), resolution=9, out=tmp_path / "s.npz", data="mine")
    expected = [[1 + np.square(matrix @ plane.at([a, b])).sum() for a in surface.xs] for b in surface.ys]
    np.testing.assert_allclose(surface.loss, expected, rtol=1e-12)
    assert surface.accuracy is None
    assert calls == [(30,)] * (surface.loss.size + 2 + 3)  # the first point twice before, three of them again after
    loaded = ls.Surface.load(tmp_path / "s.npz")
    assert loaded.accuracy is None
    np.testing.assert_array_equal(loaded.loss, surface.loss)
    # The same function and data: read. Another function: its first value tells it apart.
    before = len(calls)
    ls.surface_of(loss, plane, ((-1, 1), (-2, 2)), resolution=9, out=tmp_path / "s.npz", data="mine")
    assert len(calls) == before + 1
    other = ls.surface_of(lambda p: 2 * loss(p), plane, ((-1, 1), (-2, 2)), 9, out=tmp_path / "s.npz", data="mine")
    np.testing.assert_allclose(other.loss, 2 * surface.loss, rtol=1e-15)


def test_surface_of_is_nan_where_it_does_not_know_yet(tmp_path):
    plane = ls.Plane(np.zeros(4), np.eye(2, 4))
    calls = []

    def loss(params):
        calls.append(1)
        if len(calls) == 24:
            raise KeyboardInterrupt
        return 1.0 + float(params @ params)

    with pytest.raises(KeyboardInterrupt, match="parts are kept"):
        ls.surface_of(loss, plane, resolution=5, out=tmp_path / "s.npz", checkpoint_every=1e-9)
    (part,) = tmp_path.glob("s.npz.*.part")
    kept = np.load(part)["result"]
    assert np.isfinite(kept[0]).sum() == 21  # the first three calls were two at the first point, and a cell's
    before = len(calls)
    surface = ls.surface_of(loss, plane, resolution=5, out=tmp_path / "s.npz")
    assert np.isfinite(surface.loss).all()
    assert len(calls) - before == 2 + 4 + 3  # the first point, which is part of the key, twice, and what was left


def test_a_users_error_comes_through(tmp_path):
    """With a note on where it was; what is finished is kept."""
    plane, calls = ls.Plane(np.zeros(4), np.eye(2, 4)), []

    def loss(params):
        calls.append(1)
        return 1 / float(params[0] - params[1] + 1.5)

    with pytest.raises(ZeroDivisionError) as error:
        ls.surface_of(loss, plane, resolution=5, out=tmp_path / "s.npz")
    assert error.value.__notes__ == ["This was at (-1, 0.5) of the plane."]
    (part,) = tmp_path.glob("s.npz.*.part")
    assert np.load(part)["tiles"] == 15  # a row from the bottom after the other


class Model:
    """A stand-in for a module of another library: one set of parameters, which a call loads and then computes with."""

    def __init__(self, pause=0.0):
        self.params, self.pause, self.at_once, self.most = None, pause, 0, 0
        self.lock = threading.Lock()

    def loss(self, params):
        with self.lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        self.params = params
        # Whoever else wants to compute does so now.
        time.sleep(self.pause)
        result = 1 + float(np.square(self.params).sum())
        with self.lock:
            self.at_once -= 1
        return result


def test_a_model_with_state_is_called_one_at_a_time(rng):
    """On any threads: right in every cell, where calls that meet were wrong by factors."""
    plane, model = ls.Plane(rng.normal(size=6), rng.normal(size=(2, 6))), Model(pause=1e-3)
    expected = [[1 + np.square(plane.at([a, b])).sum() for a in np.linspace(-1, 1, 6)] for b in np.linspace(-1, 1, 6)]
    with ThreadPoolExecutor(4) as pool:
        surface = ls.surface_of(model.loss, plane, resolution=6, executor=pool)
        np.testing.assert_allclose(surface.loss, expected, rtol=1e-12)
        assert model.most == 1
        # Two surfaces of one model, from two threads of a user's own.
        both = [pool.submit(ls.surface_of, model.loss, plane, resolution=6) for _ in range(2)]
        for one in both:
            np.testing.assert_allclose(one.result().loss, expected, rtol=1e-12)
    assert model.most == 1


def test_a_loss_is_sent_to_other_processes(rng):
    """What would travel there computes as it does here."""
    plane = ls.Plane(rng.normal(size=6), rng.normal(size=(2, 6)))
    sent = []

    class Sent(Executor):
        def submit(self, function, /, *arguments):
            function, *arguments = pickle.loads(pickle.dumps((function, *arguments)))
            sent.append(function)
            future = Future()
            future.set_result(function(*arguments))
            return future

    here, there = (ls.surface_of(np.linalg.norm, plane, resolution=6, executor=one) for one in (None, Sent()))
    np.testing.assert_array_equal(there.loss, here.loss)
    assert len(sent) == 36


def test_what_is_said_to_be_safe_at_once_is_tried():
    own = threading.current_thread()
    # As where calls in other threads meet; by chance they might not.
    mixed = lambda p: 1 + p @ p if threading.current_thread() is own else 2.0  # noqa: E731
    with ThreadPoolExecutor(2) as pool:
        done = ls.surface_of(lambda p: 1 + p @ p, FLAT, resolution=5, executor=pool, at_once=True)
        assert done.loss[0, 0] == 3
        with pytest.raises(ValueError, match="alone: it cannot be called at once; leave at_once out"):
            ls.surface_of(mixed, FLAT, resolution=4, executor=pool, at_once=True)


class Counting:
    """Losses that are no functions of the parameters."""

    def __init__(self):
        self.calls, self.rng = 0, np.random.default_rng(0)

    def dropout(self, params):
        return float(self.rng.normal(1.0, 0.01))

    def drifting(self, params):
        """As with running statistics that every call moves."""
        self.calls += 1
        return 1 + max(0, self.calls - 5) * 1e-3


@pytest.mark.parametrize("kind", ["dropout", "drifting"])
def test_a_loss_that_depends_on_more_than_the_parameters_is_found_out(kind, tmp_path):
    with pytest.raises(ValueError, match="when called there again: it must depend on the parameters alone") as error:
        ls.surface_of(getattr(Counting(), kind), FLAT, resolution=5, out=tmp_path / "s.npz", checkpoint_every=1e-9)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())  # nothing wrong is kept, to be gone on from
    with pytest.raises(ValueError, match="must depend on the parameters alone"):
        ls.project(np.eye(3), over(SHAPES["log"]), loss=getattr(Counting(), kind))


def test_rounding_that_differs_between_calls_is_none():
    """Sums on a graphics card have no order; a seventh digit is theirs."""
    rng = np.random.default_rng(0)
    surface = ls.surface_of(lambda p: (p @ p) * (1 + 1e-7 * rng.normal()), FLAT, resolution=5)
    assert surface.loss[0, 0] == pytest.approx(2, rel=1e-6)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "NoneType"),
        (1 + 0j, r"complex \(1\+0j\)"),
        (np.complex128(2j), "complex128"),
        (np.ones(3), r"ndarray of shape \(3,\)"),
        ("2.5", "str 2.5"),
        ({"loss": 1.0}, "dict"),
    ],
)
def test_what_is_no_number_is_told(value, said):
    with pytest.raises(ValueError, match=rf"the loss gave a value of type {said}.*: it must give one real") as error:
        ls.surface_of(lambda p: value, FLAT, resolution=5)
    assert "\n" not in str(error.value)
    with pytest.raises(ValueError, match=said):
        ls.project(np.eye(3), over(SHAPES["log"]), loss=lambda p: value)


@pytest.mark.parametrize("wrap", [float, np.float32, np.asarray, lambda value: np.array([[value]])])
def test_one_number_may_be_wrapped(wrap):
    surface = ls.surface_of(lambda p: wrap(1 + p @ p), FLAT, resolution=5)
    np.testing.assert_allclose(surface.loss[2], [2, 1.25, 1, 1.25, 2])


def test_a_loss_may_write_into_what_it_is_given():
    def loss(params):
        params *= 2
        return float(params @ params)

    snapshots = np.arange(9, dtype=np.float32).reshape(3, 3)
    surface = ls.surface_of(loss, FLAT, resolution=5)
    assert surface.loss[0, 0] == 8
    walk = ls.project(snapshots, surface, loss=loss)
    np.testing.assert_array_equal(snapshots, np.arange(9).reshape(3, 3))
    np.testing.assert_allclose(walk.loss, 4 * np.square(snapshots).sum(axis=1))
    np.testing.assert_array_equal(FLAT.basis, np.eye(2, 3))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda net, plane, x, y: ls.surface(net, plane, x, y, resolution=3), "resolution = 3"),
        (lambda net, plane, x, y: ls.surface(net, plane, x, y, extent=((1, -1), (0, 1))), "x0 < x1"),
        (lambda net, plane, x, y: ls.surface(net, plane, x, y, extent="x"), "extent = x is not allowed"),
        (lambda net, plane, x, y: ls.surface(net, plane, x[:, :5], y), "this network needs"),
        (lambda net, plane, x, y: ls.surface(net, plane, x, y[:-1]), "this network needs"),
        (lambda net, plane, x, y: ls.surface(net, plane, x[:0], y[:0]), "this network needs"),
        (lambda net, plane, x, y: ls.surface(net, plane, x, y + 5), "10 classes"),
        (lambda net, plane, x, y: ls.surface(ls.MLP((784, 10)), plane, x, y), "not one of this network"),
        (lambda net, plane, x, y: ls.PlaneTerrain(ls.MLP((784, 10)), plane, x, y), "not one of this network"),
        (lambda net, plane, x, y: ls.line(net, net.params, net.params[:-1], x, y), "parameters|broadcast"),
        (lambda net, plane, x, y: ls.line(net, net.params, net.params, x, y, alphas=[]), "alphas"),
    ],
)
def test_what_does_not_fit_is_told(small, call, said):
    with pytest.raises(ValueError, match=said) as error:
        call(*small)
    assert "\n" not in str(error.value)


def test_a_line_between_networks(small):
    net, _, x, y = small
    a, b = net.params, ls.MLP((784, 12, 10), seed=5).params
    line = ls.line(net, a, b, x, y, alphas=np.linspace(-0.5, 1.5, 9), data="some")
    for alpha, loss, accuracy in zip(line.alphas, line.loss, line.accuracy, strict=True):
        exact, right = net.evaluate(((1 - alpha) * a + alpha * b).astype(np.float32), x, y)
        assert loss == pytest.approx(exact, rel=1e-5)
        assert accuracy == pytest.approx(right, abs=2 / len(x))
    np.testing.assert_allclose(line.ends, [line.loss[2], line.loss[6]], rtol=1e-6)
    chord = (1 - line.alphas) * line.ends[0] + line.alphas * line.ends[1]
    assert line.barrier == pytest.approx(max(0, (line.loss - chord)[2:7].max()))
    assert ls.line(net, a, b, x[:50], y[:50]).alphas[[0, -1]].tolist() == [-0.5, 1.5]


def test_a_barrier_has_an_interval_over_the_images(small, mnist):
    net, _, x, y = small
    line = ls.line(net, net.params, ls.MLP((784, 12, 10), seed=5).params, x, y, alphas=[0.0, 0.25, 0.5, 1.0])
    chord = (1 - line.alphas) * line.ends[0] + line.alphas * line.ends[1]
    np.testing.assert_allclose(line.rises.mean(axis=0), (line.loss - chord)[1:3], atol=1e-6)
    # Image by image, as the network has it.
    middle = ((net.params.astype(np.float64) + ls.MLP((784, 12, 10), seed=5).params) / 2).astype(np.float32)
    ends = [net.loss_value(params, x[:1], y[:1]) for params in (net.params, ls.MLP((784, 12, 10), seed=5).params)]
    assert line.rises[0, 1] == pytest.approx(net.loss_value(middle, x[:1], y[:1]) - np.mean(ends), abs=1e-5)
    assert not ls.line(net, net.params, middle, x[:10], y[:10]).rise.tested
    # Two networks that were trained from different starts, and one that hardly moved.
    part = mnist.subset(1000)
    one, other = (ls.train(ls.MLP((784, 12, 10), seed=k), part, "adam:lr=0.01", 2, seed=k).params for k in (0, 1))
    between = ls.line(net, one, other, part.x_train[:500], part.y_train[:500])
    assert between.rise.clear
    assert between.rise.effect == pytest.approx(between.barrier, rel=1e-6)
    assert between.rise.low < between.barrier < between.rise.high
    near = one + 0.02 * (np.random.default_rng(0).permutation(one) - one)
    near = ls.line(net, one, near, part.x_train[:500], part.y_train[:500])
    assert not near.rise.clear
    assert near.rise.low == 0


def test_a_convex_loss_has_no_barrier(mnist):
    """Softmax regression: its loss lies below every chord."""
    net = ls.MLP((784, 10))
    line = ls.line(net, net.params, -3 * net.params, mnist.x_train[:200], mnist.y_train[:200])
    assert line.barrier == 0
    assert (line.rise.effect, line.rise.low, line.rise.p) == (0, 0, 1)
    assert not line.rise.clear


def test_snapshots_of_another_model_are_projected(runs, surface, mnist):
    x, y = mnist.x_train[:700], mnist.y_train[:700]
    run = runs[0]
    own = ls.project(run, surface, x, y)

    def loss(params):
        return run.network.loss_value(params, x, y)

    plain = ls.project(run.snapshots, surface, loss=loss, optimizer=run.optimizer, steps=run.steps)
    for name in ("x", "loss", "residual", "steps"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(own, name))
    np.testing.assert_allclose(plain.in_plane, own.in_plane, rtol=1e-6)  # a run's is computed in float64
    named = ls.project(run.snapshots, surface, loss=loss, optimizer="theirs")
    assert named.optimizer == ls.optimizers.External("theirs")
    np.testing.assert_array_equal(named.steps, np.arange(len(run.snapshots)))
    with pytest.raises(ValueError, match="give loss="):
        ls.project(run.snapshots, surface, x, y)
    with pytest.raises(ValueError, match="give images x"):
        ls.project(run, surface, loss=loss)
    with pytest.raises(ValueError, match="steps are not allowed"):
        ls.project(run.snapshots, surface, loss=loss, steps=[1])


def test_a_projected_trajectory_is_saved_with_all_it_has(runs, surface, mnist, tmp_path):
    walk = ls.project(runs[0], surface, mnist.x_train[:700], mnist.y_train[:700])
    loaded = ls.Trajectory.load(walk.save(tmp_path / "walk"), terrain=surface)
    for name in ("x", "loss", "residual", "in_plane", "steps"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(walk, name))
    foreign = ls.project(runs[0].snapshots, surface, loss=lambda p: 1.0, optimizer="a, b: c")
    assert ls.Trajectory.load(foreign.save(tmp_path / "theirs"), terrain=surface).optimizer == foreign.optimizer


def test_losses_that_overflow_leave_a_surface(mnist):
    """Far from the network logits overflow in float32; the surface is not finite there, and says so."""
    net = ls.MLP((784, 8, 10))
    plane = ls.planes.random(net, net.params)
    with np.errstate(all="ignore"):
        surface = ls.surface(
            net, plane, mnist.x_train[:50], mnist.y_train[:50], extent=((-1e20, 1), (-1, 1e20)), resolution=5
        )
    assert not np.isfinite(surface.loss).all()
    assert surface.height == "log"
    np.testing.assert_allclose(surface.value([[1, -1], [-1e20, 1e20]]), [surface.loss[0, -1], np.inf])
    assert np.isnan(surface.gradient([-1e20, 1e20])).all()
    assert f"At {np.isinf(surface.loss).sum()} of 25 grid points the loss is not finite" in surface.faithfulness


def test_checksums_tell_shapes_and_types_apart():
    zeros = np.zeros(8)
    parts = [[zeros], [zeros.reshape(2, 4)], [zeros.astype(np.float32)], [zeros, 1], [zeros, 1.0], ["zeros"], []]
    assert len({archives.checksum(one) for one in parts}) == len(parts)


def test_of_equal_logits_the_first_class_counts(mnist):
    """A network of zeros gives every class the same logit; its answer is class 0, as argmax says."""
    x, y = mnist.x_train[:300], mnist.y_train[:300]
    for sizes in ((784, 10), (784, 16, 10)):
        net = ls.MLP(sizes)
        nothing = np.zeros_like(net.params)
        expected = np.mean(y == 0)
        assert net.accuracy(nothing, x, y) == pytest.approx(expected)
        assert ls.line(net, nothing, net.params, x, y).accuracy[20] == pytest.approx(expected)
        plane = ls.Plane(nothing, ls.planes.random(net, net.params).basis)
        assert ls.surface(net, plane, x, y, resolution=5).accuracy[2, 2] == pytest.approx(expected)
        assert ls.PlaneTerrain(net, plane, x, y).accuracy([0.0, 0.0]) == pytest.approx(expected)


@pytest.mark.parametrize("lowest", [-1.0, 0.0])
def test_losses_need_not_be_positive(lowest):
    """A parabola is a cubic spline's own, between the grid's points too."""
    surface = ls.surface_of(lambda p: lowest + p @ p, FLAT, resolution=9)
    xy = np.array([[0.15, 0.0], [0.33, -0.71], [0.0, 0.0]])
    assert surface.height == "linear"
    np.testing.assert_allclose(surface.value(xy), lowest + np.square(xy).sum(axis=-1), atol=1e-12)
    np.testing.assert_allclose(surface.gradient(xy), 2 * xy, atol=1e-11)
    np.testing.assert_allclose(surface.hessian(xy), np.broadcast_to(2 * np.eye(2), (3, 2, 2)), atol=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
def test_beyond_its_grid_a_surface_goes_on_as_one_function(shape, rng):
    """The value's differences are the gradient, and the gradient's the Hessian, within the grid and beyond it; at the
    border nothing jumps."""
    surface, h = over(SHAPES[shape]), 1e-5
    xy = rng.uniform(-2.5, 2.5, (300, 2))
    xy = xy[(np.abs(np.abs(xy) - 1) > 1e-3).all(axis=1)]  # the second derivative jumps there
    scale = 1 + np.abs(surface.value(xy))[:, None]
    slopes = np.stack([(surface.value(xy + s) - surface.value(xy - s)) / (2 * h) for s in h * np.eye(2)], axis=-1)
    np.testing.assert_allclose(slopes / scale, surface.gradient(xy) / scale, rtol=1e-6, atol=1e-6)
    bends = np.stack([(surface.gradient(xy + s) - surface.gradient(xy - s)) / (2 * h) for s in h * np.eye(2)], axis=-1)
    np.testing.assert_allclose(bends / scale[..., None], surface.hessian(xy) / scale[..., None], rtol=1e-6, atol=1e-6)
    border = np.array([[1.0, 0.3], [1.0, 1.0], [-1.0, -1.0], [0.2, -1.0], [-1.0, 0.9]])
    for out in (surface.value, surface.gradient):
        np.testing.assert_allclose(out(border * (1 + 1e-10)), out(border * (1 - 1e-10)), rtol=1e-7)


def test_beyond_its_grid_a_surface_rises_as_it_does_at_its_border():
    """What stood still at the border's loss, with the border's gradient: 2 at (2, 0), where 1 + x² is 5."""
    surface = over(SHAPES["log"])
    # Straight on in the logarithm: 2 exp((x − 1) · 2x / 2) at x = 2, and with the cubic's slope at the border.
    slope = surface.gradient([1.0, 0.0])[0] / 2
    assert slope == pytest.approx(1, abs=0.02)
    assert surface.value([2.0, 0.0]) == pytest.approx(2 * np.exp(slope))
    walk = ls.descend(surface, "sgd:lr=0.2", (1.5, -1.4), steps=60)
    assert not walk.diverged  # it comes back into the grid, and arrives
    np.testing.assert_allclose(walk.x[-1], 0, atol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_one_bad_cell_is_one_bad_cell(bad, rng):
    """A model that overflows at one point of 441 leaves the others, their scale and their spline as they are."""
    whole, steep = over(SHAPES["steep"], 21), SHAPES["steep"]
    surface = over(lambda x, y: bad if abs(x - 0.2) + abs(y + 0.3) < 0.01 else steep(x, y), 21)
    assert surface.height == "log"
    xy = rng.uniform(-1, 1, (2000, 2))
    near = (np.abs(xy - [0.2, -0.3]) < 0.1).all(axis=1)
    assert np.isinf(surface.value(xy[near])).all()
    assert np.isnan(surface.gradient(xy[near])).all()
    for name in ("value", "gradient", "hessian"):
        mine, other = getattr(surface, name)(xy[~near]), getattr(whole, name)(xy[~near])
        np.testing.assert_allclose(mine, other, rtol=1e-6, atol=1e-6)
    # Its neighbours on the grid are known.
    assert surface.value([0.3, -0.3]) == pytest.approx(steep(0.3, -0.3))
    walk = ls.descend(surface, "sgd:lr=0.02", (0.45, -0.3), steps=40)
    assert walk.diverged
    assert np.isfinite(walk.loss[0])


def test_beside_an_overflow_the_surface_stays_what_it_is(rng):
    surface = over(lambda x, y: np.inf if x > 0.61 else SHAPES["steep"](x, y), 21)
    assert np.isinf(surface.loss[:, -4:]).all()
    xy = rng.uniform([-1, -1], [0.6, 1], (500, 2))
    np.testing.assert_allclose(surface.value(xy), SHAPES["steep"](*xy.T), rtol=1e-5)
    # At the border of what is known the slope is whole, and not half of it.
    assert surface.gradient([0.6, 0.5])[0] == pytest.approx(3.5 * SHAPES["steep"](0.6, 0.5), rel=1e-3)
    assert np.isinf(surface.value([[0.61, 0.0], [3.0, 0.0]])).all()


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("resolution", [9, 25, 51])
def test_a_surface_knows_how_near_its_spline_is(activation, resolution, mnist, rng):
    """Beside the network itself, at 300 points between those of the grid. Of few points, and of smooth losses, more is
    said than it is: by up to 30 times."""
    net, (x, y) = ls.MLP((784, 16, 10), activation, seed=1), (mnist.x_train[:100], mnist.y_train[:100])
    plane = ls.planes.random(net, net.params)
    surface, exact = ls.surface(net, plane, x, y, resolution=resolution), ls.PlaneTerrain(net, plane, x, y)
    xy = rng.uniform(-1, 1, (300, 2))
    slopes = exact.gradient(xy)
    usual = np.sqrt(np.square(slopes).sum(axis=-1).mean())
    off = np.quantile(np.abs(surface.value(xy) / exact.value(xy) - 1), 0.95)
    wrong = np.quantile(np.hypot(*(surface.gradient(xy) - slopes).T), 0.95) / usual
    # Both but for rounding in float32.
    assert 0.5 < max(surface.error.loss, 3e-7) / max(off, 3e-7) < 30
    assert 0.5 < max(surface.error.slope, 2e-5) / max(wrong, 2e-5) < 30


def test_the_error_of_a_spline_has_its_limits():
    assert over(lambda x, y: 2.3).error == SplineError(0.0, 0.0)
    assert np.isnan(over(lambda x, y: np.nan).error.loss)
    assert np.isnan(over(SHAPES["log"], 4).error.slope)
    # A cubic is its own spline.
    assert over(lambda x, y: x**3 - y).error.loss < 1e-12
    # Far above 0, an error counts against what the surface shows, and not against the loss.
    low, high = (over(lambda x, y, k=k: k - 5 + np.sin(9 * x * y), 15).error.loss for k in (0, -1e6))
    assert low == pytest.approx(high, rel=1e-3)


def test_exact_slopes_tell_the_splines_error(small):
    net, plane, x, y = small
    surface = ls.surface(net, plane, x[:100], y[:100], resolution=9, gradient=True)
    grid = np.stack(np.meshgrid(surface.xs, surface.ys), axis=-1)
    off = np.linalg.norm(surface.gradient(grid) - surface.slopes, axis=-1)
    usual = np.sqrt(np.square(surface.gradient(grid)).sum(axis=-1).mean())
    assert surface.error.slope == pytest.approx(np.quantile(off, 0.95) / usual)


def test_a_line_that_overflows_has_an_infinite_barrier(mnist):
    net = ls.MLP((784, 16, 10))
    far = np.full_like(net.params, 1e25)
    found = ls.line(net, net.params, far, mnist.x_train[:100], mnist.y_train[:100], alphas=[0.0, 0.5, 1.0])
    assert found.barrier == np.inf
    assert not found.rise.tested
    with pytest.raises(ValueError, match=r"this network has 12730"):
        ls.line(net, net.params[:10], net.params[:10], mnist.x_train[:9], mnist.y_train[:9])


def test_only_what_needs_it_is_limited_to_one_blas_thread(small):
    """A user's own loss may use all cores; tiles on a user's threads each use one, and leave the process as it was."""
    from threadpoolctl import threadpool_info

    def threads():
        return max(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")

    before, seen = threads(), []
    plane = ls.Plane(np.zeros(4), np.eye(2, 4))
    ls.surface_of(lambda p: seen.append(threads()) or 1.0, plane, resolution=4)
    assert set(seen) == {before}

    net, plane, x, y = small
    with ThreadPoolExecutor(3) as pool:
        ls.surface(net, plane, x, y, resolution=5, executor=pool)
    assert threads() == before
