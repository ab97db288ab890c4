"""Walks: records, many starts, divergence, noise, schedules, SciPy's methods, and what is saved."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import landscape as ls
import landscape.walks.descent as descent_module

ROSENBROCK = ls.terrains.get("rosenbrock")
WALKERS = [*ls.optimizers.names(), "sgd:clip=1", "adam:sam=0.05"]


@dataclass(frozen=True)
class Changed(ls.terrains.Terrain):
    """Another terrain, moved by `shift` and multiplied by `scale`."""

    ground: ls.terrains.Terrain
    shift: np.ndarray = field(default_factory=lambda: np.zeros(2))
    scale: float = 1.0

    name = "changed"
    domain = ((-1.0, 1.0), (-1.0, 1.0))

    @property
    def start(self):
        return self.ground.start + self.shift

    def value(self, xy):
        return self.scale * self.ground.value(xy - self.shift)

    def gradient(self, xy):
        return self.scale * self.ground.gradient(xy - self.shift)

    def hessian(self, xy):
        return self.scale * self.ground.hessian(xy - self.shift)


def test_record_holds_what_the_optimizer_saw():
    walk = ls.descend(ROSENBROCK, ls.optimizers.Adam(0.05), steps=30)
    np.testing.assert_array_equal(walk.loss, ROSENBROCK.value(walk.x))
    np.testing.assert_array_equal(walk.gradient, ROSENBROCK.gradient(walk.x))
    np.testing.assert_allclose(np.diff(walk.x, axis=0), walk.state["delta"][1:], atol=1e-15)
    # The paper's symbols: m₁ = (1 − β₁) g₀ and v₁ = (1 − β₂) g₀².
    np.testing.assert_allclose(walk.state["m"][1], 0.1 * walk.gradient[0], rtol=1e-12)
    np.testing.assert_allclose(walk.state["v"][1], 0.001 * walk.gradient[0] ** 2, rtol=1e-12)


@pytest.mark.parametrize(("record", "steps"), [("all", range(11)), ("last", [10]), (4, [0, 4, 8, 10])])
def test_record_chooses_rows(record, steps):
    full = ls.descend(ROSENBROCK, ls.optimizers.Adam(0.05), steps=10)
    walk = ls.descend(ROSENBROCK, ls.optimizers.Adam(0.05), steps=10, record=record)
    np.testing.assert_array_equal(walk.steps, list(steps))
    np.testing.assert_array_equal(walk.x, full.x[list(steps)])
    np.testing.assert_array_equal(walk.state["v"], full.state["v"][list(steps)])


@pytest.mark.parametrize("walker", WALKERS)
def test_many_starts_equal_single_walks_and_divergence_stays_alone(walker, rng):
    optimizer = ls.optimizers.parse(walker).with_lr(0.0005)
    starts = rng.uniform(-1, 1, size=(6, 2))
    starts[2] = 1e150  # the gradient overflows at once
    together = ls.descend(ROSENBROCK, optimizer, starts, steps=40)
    for k in (0, 1, 3, 4, 5):
        alone = ls.descend(ROSENBROCK, optimizer, starts[k], steps=40)
        np.testing.assert_array_equal(together.x[:, k], alone.x)
        for name, array in alone.state.items():
            np.testing.assert_array_equal(together.state[name][:, k], array)
        assert not together.diverged[k]
    assert together.diverged[2]
    assert together.diverged_at.tolist() == [-1, -1, 0, -1, -1, -1]
    assert np.isnan(together.x[1:, 2]).all()


@pytest.mark.parametrize("ground", ["cliff", "rastrigin"])
def test_walks_in_step_are_those_of_each_alone(ground, rng):
    terrain = ls.terrains.get(ground)
    starts = terrain.start + rng.normal(size=(3, 2))
    walkers = [ls.optimizers.parse(name).with_lr(lr) for name in WALKERS for lr in (0.01, 30.0)]
    together = descent_module.descend_together(terrain, walkers, starts, 40)
    for one, losses in zip(walkers, together, strict=True):
        np.testing.assert_array_equal(losses, ls.descend(terrain, one, starts, 40).loss)


@pytest.mark.parametrize("walker", ["adam:lr=0.01", "shampoo", "sgd:lr=0.01"])
def test_blocks_and_executors_change_nothing(walker, monkeypatch, rng):
    starts = rng.uniform(-1.5, 1.5, size=(5, 5, 2))
    walk = ls.descend(ROSENBROCK, walker, starts, steps=20, record=7)
    assert walk.x.shape == (4, 5, 5, 2)
    assert walk.loss.shape == (4, 5, 5)
    monkeypatch.setattr(descent_module, "_BLOCK", 4)
    seen = []
    threads = ls.descend(ROSENBROCK, walker, starts, steps=20, record=7, progress=lambda *now: seen.append(now))
    with ProcessPoolExecutor(2) as pool:
        processes = ls.descend(ROSENBROCK, walker, starts, steps=20, record=7, executor=pool)
    for other in (threads, processes):
        np.testing.assert_array_equal(other.x, walk.x)
        np.testing.assert_array_equal(other.diverged, walk.diverged)
        for name, array in walk.state.items():
            np.testing.assert_array_equal(other.state[name], array)
    assert seen == [(k, 7) for k in range(1, 8)]


@settings(max_examples=25, deadline=None)
@given(
    walker=st.sampled_from([name for name in WALKERS if name not in ("adamw", "muon", "soap")]),
    shift=st.tuples(st.integers(-64, 64), st.integers(-64, 64)),
)
def test_translation_of_the_terrain_translates_the_walk(walker, shift):
    # Shifts of whole numbers and dyadic steps keep rounding small. Decay pulls towards the origin, so it is left out.
    ground, start, moved = ls.terrains.get("himmelblau"), np.array([0.5, -0.25]), np.array(shift, dtype=float)
    optimizer = ls.optimizers.parse(walker).with_lr(2**-10)
    here = ls.descend(ground, optimizer, start, steps=25)
    there = ls.descend(Changed(ground, shift=moved), optimizer, start + moved, steps=25)
    np.testing.assert_allclose(there.x - moved, here.x, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(exponent=st.floats(-3, 3), walker=st.sampled_from(["adam", "adamax", "amsgrad", "nadam", "adagrad", "rmsprop"]))
def test_adaptive_walks_ignore_the_scale_of_the_terrain(exponent, walker):
    # Up to ε, which is all that is not scaled.
    optimizer = ls.optimizers.parse(walker + ":lr=0.01,eps=1e-14")
    plain = ls.descend(ROSENBROCK, optimizer, steps=100)
    scaled = ls.descend(Changed(ROSENBROCK, scale=10.0**exponent), optimizer, steps=100)
    np.testing.assert_allclose(scaled.x, plain.x, atol=1e-8)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_adam_s_walk_at_any_scale(scale):
    # Reference: first step to (−1.19, 1.01), and (−1.0435756, 1.0938827) after 100 steps at lr .01, at ε = 1e-8.
    walk = ls.descend(Changed(ROSENBROCK, scale=scale), "adam:lr=0.01", steps=100)
    np.testing.assert_allclose(walk.x[1], [-1.19, 1.01], atol=1e-7)
    np.testing.assert_allclose(walk.x[-1], [-1.0435756, 1.0938827], atol=1e-7)


def test_a_walk_that_ended_has_neither_place_nor_loss():
    # A terrain whose loss and gradient at nan look harmless, and one that a huge step leaves for infinity.
    half = ls.terrains.from_function(
        lambda x, y: np.where(np.isnan(x), 0.0, x**4 + y * y),
        ((-1, 9), (-1, 1)),
        gradient=lambda x, y: (np.where(np.isnan(x), 0.0, 4 * x**3), 0 * y),
    )
    walk = ls.descend(half, "sgd:lr=1", [5.0, 0.0], steps=30)
    assert walk.diverged
    assert walk.steps_to(1e-9) == walk.settled_at(1e-9) == -1
    away = ls.descend(ls.terrains.parse("tanh(x) + 0*y"), "momentum:lr=1e308", [0.0, 0.0], steps=300)
    assert away.diverged
    assert np.isnan(away.loss[-1])
    # A formula whose derivatives are finite where it has no value: 1/x, for x < 0.
    logarithm = ls.descend(ls.terrains.parse("log(x) + y^2"), "sgd:lr=0.1", [[-1.0, 0.5], [1.0, 0.5]], steps=5)
    assert logarithm.diverged.tolist() == [True, False]
    for record in ("last", 7):
        assert ls.descend(half, "sgd:lr=1", [5.0, 0.0], steps=30, record=record).diverged


def test_a_walk_tells_from_where_on_it_has_no_loss():
    # y grows by 1.1 a step: at step 3000 it is 1e-4 · 1.1³⁰⁰⁰ = 1.2e120, and L = −½ y² a number yet.
    walk = ls.descend("saddle", "sgd:lr=0.1", steps=3000)
    y = 1e-4 * 1.1 ** np.arange(3001)
    np.testing.assert_allclose(walk.loss[200:], -0.5 * y[200:] ** 2, rtol=1e-11)
    assert walk.loss[1959] == pytest.approx(-7.5e153, rel=0.01)
    assert (walk.diverged, walk.diverged_at) == (False, -1)
    # From ½ y² > 1.8e308 on it is none, long before y itself is.
    first = int(np.ceil(np.log(np.sqrt(2) * np.sqrt(np.finfo(float).max) / 1e-4) / np.log(1.1)))
    for record in ("all", 1000):
        walk = ls.descend("saddle", "sgd:lr=0.1", steps=4000, record=record)
        assert walk.diverged
        assert walk.diverged_at == (first if record == "all" else 4000)
        assert np.isfinite(walk.x).all()
        assert not np.isfinite(walk.loss[walk.steps >= first]).any()
        assert np.isfinite(walk.loss[walk.steps < first]).all()
    # One that comes back has not diverged.
    there = ls.descend("booth", "adam:lr=1e160,beta1=0", steps=40)
    assert np.isinf(there.loss).any()
    assert np.isfinite(there.loss[-1]) == (there.diverged_at == -1) == ~there.diverged


@pytest.mark.parametrize("name", ls.terrains.names())
@pytest.mark.parametrize("notation", ["sgd:lr=10", "adam:lr=1e150"])
def test_diverged_at_agrees_with_what_is_finite(name, notation):
    walk = ls.descend(name, notation, steps=300)
    finite = np.isfinite(walk.loss) & np.isfinite(walk.x).all(axis=-1) & np.isfinite(walk.gradient).all(axis=-1)
    last = np.flatnonzero(finite)[-1]
    assert walk.diverged_at == (-1 if last == 300 else last + 1)
    assert walk.diverged == (last < 300)


def test_progress_is_told_of_a_single_block_too():
    for walker in ("sgd", "scipy:bfgs"):
        seen = []
        ls.descend(ROSENBROCK, walker, steps=2, progress=lambda *now, seen=seen: seen.append(now))
        assert seen == [(1, 1)]


def test_settled_is_not_fooled_by_a_dip():
    walk = ls.Trajectory(
        ROSENBROCK,
        ls.optimizers.SGD(),
        np.arange(5),
        np.zeros((5, 3, 2)),
        np.array([[9, 9, 0], [1, 9, 0], [9, 1, 0], [1, 1, 0], [1, 9, 0]]),
    )
    np.testing.assert_array_equal(walk.steps_to(1), [1, 2, 0])
    np.testing.assert_array_equal(walk.settled_at(1), [3, -1, 0])


def test_noise_is_seeded_and_the_same_for_all_optimizers():
    walks = [ls.descend(ROSENBROCK, ls.optimizers.SGD(1e-3), noise=1.0, seed=s, steps=20).x for s in (0, 0, 1)]
    np.testing.assert_array_equal(walks[0], walks[1])
    assert not np.array_equal(walks[0], walks[2])
    seen = [ls.descend(ROSENBROCK, name, noise=1.0, steps=0).gradient for name in ("sgd", "adam")]
    np.testing.assert_array_equal(*seen)


def test_minibatches_are_drawn_from_the_terrain_s_data():
    neuron = ls.terrains.get("neuron", loss="mse")
    starts = np.tile([1.0, 0.5], (4000, 1))
    drawn = ls.descend(neuron, "sgd", starts, steps=0, batch_size=2, seed=3).gradient[0]
    error = drawn.std(axis=0) / np.sqrt(len(drawn))
    assert (np.abs(drawn.mean(axis=0) - neuron.gradient([1.0, 0.5])) < 5 * error).all()
    # The mean of two of four examples takes one of ten values.
    assert len(np.unique(drawn.round(12), axis=0)) == 10


def test_sam_asks_the_same_batch_twice():
    # With ρ → 0 the second gradient is the first one, noise and all.
    neuron = ls.terrains.get("neuron")
    for chances in ({"noise": 0.5}, {"batch_size": 1}):
        plain = ls.descend(neuron, "sgd:lr=0.1", steps=30, seed=2, **chances)
        sharp = ls.descend(neuron, "sgd:lr=0.1,sam=1e-9", steps=30, seed=2, **chances)
        np.testing.assert_allclose(sharp.x, plain.x, atol=1e-6)


def test_sophia_sees_the_curvature_of_the_batch_as_in_training(mnist):
    net, data = ls.MLP((784, 4, 10), "tanh", dtype=np.float64), mnist.subset(50)
    trained_plane = ls.PlaneTerrain(net, ls.planes.random(net, net.params), data.x_train, data.y_train)
    opt = ls.optimizers.Sophia(lr=0.01, beta2=0.0, every=1, diagonal="exact")
    few = ls.descend(trained_plane, opt, steps=0, batch_size=3, seed=5)
    walk = ls.descend(trained_plane, opt, steps=1, batch_size=3, seed=5)
    rng = np.random.default_rng((5, 0))
    hessian = trained_plane.minibatch_hessian(few.x[0], 3, np.random.default_rng(int(rng.integers(2**63))))
    np.testing.assert_allclose(walk.state["h"][1], np.diag(hessian), rtol=1e-12)
    assert not np.allclose(np.diag(hessian), np.diag(trained_plane.hessian(few.x[0])), rtol=1e-3)


def test_schedule_multiplies_the_rate():
    schedule = ls.schedules.Cosine(end=0.25)
    walk = ls.descend(ROSENBROCK, "sgd:lr=0.001", steps=40, schedule=schedule)
    np.testing.assert_allclose(
        walk.state["delta"][1:], [-walk.lr_at(t) * walk.gradient[t] for t in range(40)], rtol=1e-12
    )
    assert walk.lr_at(0) == 0.001
    assert walk.lr_at(40) == pytest.approx(0.00025)


@pytest.mark.parametrize("method", ["bfgs", "cg", "l-bfgs-b", "newton-cg", "slsqp", "tnc", "trust-exact", "trust-ncg"])
def test_scipy_s_methods_find_the_minimum(method):
    walk = ls.descend(ROSENBROCK, f"scipy:{method}", steps=100)
    np.testing.assert_allclose(walk.x[-1], [1, 1], atol=1e-3)
    np.testing.assert_array_equal(walk.loss, ROSENBROCK.value(walk.x))
    assert walk.x.shape == (101, 2)
    assert (np.diff(walk.state["evaluations"]) >= 0).all()
    starts = ls.descend(ROSENBROCK, f"scipy:{method}", [[-1.2, 1.0], [0.5, 0.5]], steps=100)
    np.testing.assert_array_equal(starts.x[:, 0], walk.x)


@pytest.mark.parametrize("method", ["nelder-mead", "powell", "trust-krylov"])
def test_scipy_s_other_methods_walk(method):
    assert ls.descend(ROSENBROCK, f"scipy:{method}", steps=200).loss[-1] < 1e-3


@pytest.mark.parametrize("walker", ["adam:lr=0.1,clip=1", "shampoo", "scipy:bfgs", "schedule_free_adamw"])
@pytest.mark.parametrize("ground", ["ravine:kappa=10.0,angle=30.0", "x^2 + 3*y^2"])
def test_trajectories_are_saved_and_loaded(walker, ground, tmp_path):
    terrain = ls.terrains.parse(ground, ((-1, 5), (-2, 2)) if "x" in ground else None)
    plan = None if "scipy" in walker else ls.schedules.parse("warmup:length=3,then=cosine")
    walk = ls.descend(terrain, walker, [[1.0, 2.0], [3.0, 1.0]], steps=9, record=2, schedule=plan)
    back = ls.Trajectory.load(walk.save(tmp_path / "walk.npz"))
    assert (back.terrain, back.optimizer, back.schedule) == (walk.terrain, walk.optimizer, walk.schedule)
    assert back.terrain.domain == terrain.domain
    for name in ("steps", "x", "loss", "gradient", "diverged"):
        np.testing.assert_array_equal(getattr(back, name), getattr(walk, name))
    assert back.state.keys() == walk.state.keys()
    for name, array in walk.state.items():
        np.testing.assert_array_equal(back.state[name], array)


@pytest.mark.parametrize(
    ("ground", "walker", "outside"),
    [
        ("sqrt(x+2)+y^2", "sgd:lr=0.05", True),
        ("log(x+2)", "adam:lr=0.1", True),
        ("sqrt(x)", "sgd", True),  # which begins at x = −1.5
        ("sqrt(x)", "scipy:nelder-mead", True),
        ("x^2-y^2", "sgd:lr=2", False),  # whose loss is ∞ − ∞ in the end
        ("x^4-y^4", "sgd:lr=1", False),
        ("exp(x)+y^2", "sgd:lr=2", False),
        ("booth", "sgd:lr=0.05", False),
    ],
)
def test_where_there_is_no_loss_a_walk_did_not_diverge(ground, walker, outside, tmp_path):
    walks = [ls.descend(ground, walker, steps=900, record=record) for record in ("all", "last", 7)]
    walks.append(ls.descend(ground, walker, ls.terrains.parse(ground).start[None], steps=900))
    walks.append(ls.Trajectory.load(walks[1].save(tmp_path / "walk")))
    assert [bool(walk.outside.all()) for walk in walks] == [outside] * 5
    assert walks[3].outside.shape == (1,)
    assert all(walk.diverged.all() for walk in walks) == (outside or ground in ("x^2-y^2", "x^4-y^4", "exp(x)+y^2"))


def test_loading_executes_nothing(tmp_path):
    """Neither what was walked on, nor what somebody wrote in the file for it."""
    ran = tmp_path / "ran"
    (tmp_path / "mine.py").write_text(f"open({str(ran)!r}, 'w')\ndef bowl(x, y):\n    return x * x + y * y\n")
    ground = ls.terrains.parse(f"{tmp_path}/mine.py:bowl")
    path = ls.descend(ground, "sgd", steps=2).save(tmp_path / "walk")
    ran.unlink()
    with pytest.raises(ls.RunError, match=r"walked on 'bowl', a function or surface that is not in the file: give it"):
        ls.Trajectory.load(path)
    for place in (ground.name, f"{tmp_path}/mine.py:bowl", f" {tmp_path}/mine.py : bowl", f"{tmp_path}/mine.py"):
        arrays = dict(np.load(path)) | {"terrain": np.array(place)}
        np.savez(tmp_path / "other.npz", **arrays)
        with pytest.raises(ls.RunError):
            ls.Trajectory.load(tmp_path / "other.npz")
    assert not ran.exists()
    assert ls.Trajectory.load(path, ground).terrain is ground


def test_what_cannot_be_loaded_is_said(tmp_path):
    terrain = ls.terrains.from_function(lambda x, y: x * x + y * y, ((-1, 1), (-1, 1)), name="bowl")
    path = ls.descend(terrain, "sgd", steps=2).save(tmp_path / "bowl")
    assert path.name == "bowl.npz"
    with pytest.raises(
        ls.RunError, match=r"walked on 'bowl', a function or surface that is not in the file: give it \(terrain="
    ):
        ls.Trajectory.load(path)
    assert ls.Trajectory.load(path, terrain).terrain is terrain
    (tmp_path / "junk.npz").write_bytes(b"junk")
    np.save(tmp_path / "array.npy", np.ones(3))
    for name in ("junk.npz", "none.npz", "array.npy"):
        with pytest.raises(ls.RunError, match=name):
            ls.Trajectory.load(tmp_path / name)


@pytest.mark.parametrize(
    "bad",
    [
        {"steps": -1},
        {"start": [1.0]},
        {"start": [1.0, np.nan]},
        {"record": 0},
        {"noise": -1.0},
        {"seed": -1},
        {"steps": float("nan")},
        {"batch_size": 2},
        {"optimizer": "scipy:bfgs", "noise": 1.0},
        {"optimizer": "scipy:bfsg"},
        {"optimizer": "adma"},
        {"optimizer": ls.optimizers.Adam},
    ],
)
def test_bad_input_is_refused(bad):
    with pytest.raises(ValueError, match=r"not allowed|no data|takes no noise|unknown"):
        ls.descend(ROSENBROCK, **({"optimizer": "sgd"} | bad))


# Walks that a hair at the start changes, and why; none of them starts on a ridge.
CHAOTIC = {
    # Past the edge of stability: the pits' curvature is 2 + 40π² = 397, and 2/lr = 200 (with momentum 380).
    **{("rastrigin", name): "bounces in a pit" for name in ("sgd", "momentum", "nesterov")},
    # It takes longer and longer steps, over pits, or where the loss falls without end.
    **{(name, "prodigy"): "leaps" for name in ("ackley", "monkey_saddle")},
    # Along the cliff the slope changes by a factor of 1e14 within a hair.
    **{("cliff", name): "touches the edge" for name in ("rmsprop", "adadelta", "shampoo")},
}


@pytest.mark.parametrize(
    "terrain",
    [*ls.terrains.names(), "ravine:angle=45", "saddle:bound=0.5", "neuron:loss=mse", "relu_valley:angle=45"],
)
def test_no_default_start_leaves_it_to_rounding(terrain):
    # A start on a ridge, such as b = 0 of the neuron with squared errors, sends Adam or Rprop to either side by the
    # sign of a rounding error. Here starts differ by a unit in the last digit of the domain's width.
    terrain = ls.terrains.parse(terrain)
    width = np.ptp(terrain.domain, axis=1)
    hair = 2.0**-52 * np.maximum(np.abs(terrain.start), width)
    starts = terrain.start + hair * np.array([(0, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)])
    for name in ls.optimizers.names():
        walk = ls.descend(terrain, name, starts)
        x = walk.x[: walk.diverged_at[0] if walk.diverged[0] else None]
        apart = np.abs(x - x[:, :1]) / np.maximum(width, np.abs(x[:, :1]))
        steady = apart.max() < 1e-6 and len(set(walk.diverged_at)) == 1
        assert steady != ((terrain.name, name) in CHAOTIC), f"{name} on {terrain!r}"


@pytest.mark.parametrize("name", ls.optimizers.names())
def test_a_schedule_does_something_or_is_refused(name):
    """Where the rate is only that of the first step, a schedule would be said and do nothing."""
    plain = ls.descend("ravine", name, steps=40)
    if ls.optimizers.get(name).scheduled:
        assert not np.array_equal(ls.descend("ravine", name, steps=40, schedule="cosine").x, plain.x, equal_nan=True)
        return
    for notation in (name, f"{name}:clip=1"):
        with pytest.raises(
            ValueError, match=f"^{name}:lr=.* takes no schedule: its learning rate is that of the first"
        ):
            ls.descend("ravine", notation, steps=40, schedule="cosine")
    same = ls.descend("ravine", name, steps=40, schedule="constant")
    np.testing.assert_array_equal(same.x, plain.x)
