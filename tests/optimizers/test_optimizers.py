"""Optimizers against PyTorch and other packages, and the properties that their contract promises."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

import landscape as ls
from landscape.optimizers.matrices import MatrixOptimizer

GOLDEN = Path(__file__).parents[1] / "golden"
TORCH, OTHERS = np.load(GOLDEN / "torch_optimizers.npz"), np.load(GOLDEN / "other_optimizers.npz")
EXTREMES = np.load(GOLDEN / "torch_extremes.npz")
ALL = [ls.optimizers.get(name) for name in ls.optimizers.names()] + [
    ls.optimizers.parse("adam:clip=0.5"),
    ls.optimizers.parse("momentum:sam=0.1"),
    ls.optimizers.parse("sophia:diagonal=exact,sam=0.1,clip=2"),
    ls.optimizers.parse("nesterov:weight_decay=0.1"),
]
every_optimizer = pytest.mark.parametrize("optimizer", ALL, ids=ls.optimizers.text)


class Quadratic:
    """½ pᵀ A p, for optimizers that ask for more than one gradient."""

    def __init__(self, size):
        i = np.arange(size)
        self.a = np.diag(2.0 ** (i % 6)) + 1 / (i[:, None] + i[None, :] + 1)

    def gradient(self, x):
        return (x @ self.a).astype(x.dtype)

    def hvp(self, x, v):
        return (v @ self.a).astype(x.dtype)


def golden_walk(notation, problem, rows):
    """The same walk as the golden one, at the same steps."""
    optimizer = ls.optimizers.parse(notation)
    if problem != "quadratic":
        ground = ls.terrains.get(problem, **({"angle": 30.0} if problem == "ravine" else {}))
        return ls.descend(ground, optimizer, steps=300, record=300 // (rows - 1)).x
    loss, x = Quadratic(6), np.array([1.0, -2.0, 3.0, -1.5, 0.5, 2.0])
    state, path = optimizer.init(x, blocks=[(3, 2)]), [x.copy()]
    for _ in range(300):
        optimizer.step_(x, loss.gradient(x), state, probe=loss)
        path.append(x.copy())
    return np.array(path[:: 300 // (rows - 1)])


@pytest.mark.parametrize("key", [key for key in sorted(TORCH.files) if "|" in key])
def test_equals_pytorch(key):
    golden = TORCH[key]
    np.testing.assert_allclose(golden_walk(*key.split("|"), len(golden)), golden, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("key", [key for key in sorted(EXTREMES.files) if "gradients" not in key])
def test_extreme_gradients_stop_nothing_that_goes_on_in_pytorch(key):
    notation, dtype = key.split("|")
    gradients, golden = EXTREMES[f"gradients|{dtype}"].astype(dtype), EXTREMES[key]
    optimizer, x = ls.optimizers.parse(notation), np.ones(gradients.shape[1], dtype)
    state, path = optimizer.init(x), []
    with np.errstate(all="ignore"):
        for gradient in gradients:
            optimizer.step_(x, gradient, state)
            path.append(x.copy())
        steps, wanted = (np.diff(walk, axis=0, prepend=np.ones_like(x)[None]) for walk in (np.array(path), golden))
        size = np.maximum(1, np.abs(golden).max(axis=0))
        same = (np.abs(steps - wanted) <= 200 * np.finfo(dtype).eps * size) | (np.array(path) == golden)
    if notation == "rprop":
        # PyTorch multiplies gradients of tiny size, which is 0 then and no sign.
        same |= np.abs(gradients).max(axis=0) < np.sqrt(np.finfo(dtype).tiny)
    # PyTorch stands still, but for decay, where its own squares overflow; to go on there is no error.
    decay = optimizer.lr * getattr(optimizer, "weight_decay", 0) * np.abs(golden)
    still = (np.abs(wanted) <= 1.1 * decay) & (np.abs(gradients).max(axis=0) > 1)
    same |= still & np.isfinite(path)
    np.testing.assert_array_equal(np.argwhere(~same), np.empty((0, 2)))


@pytest.mark.parametrize("key", sorted(OTHERS.files))
def test_equals_other_packages(key):
    golden = OTHERS[key]
    notation, problem, *_ = key.split("|")
    np.testing.assert_allclose(golden_walk(notation, problem, len(golden)), golden, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("key", [key for key in sorted(TORCH.files) if key.startswith("schedule ")])
def test_schedule_equals_pytorch(key):
    golden, schedule = TORCH[key], ls.schedules.parse(key.split()[1])
    np.testing.assert_allclose([schedule(step, len(golden)) for step in range(len(golden))], golden, rtol=1e-12)


def test_warmup_hands_over():
    schedule = ls.schedules.parse("warmup:length=10,then=cosine")
    assert [schedule(step, 110) for step in (0, 9, 10, 60)] == pytest.approx([0.1, 1, 1, 0.5])
    for one in (
        schedule,
        ls.schedules.Warmup(5, ls.schedules.OneCycle(rise=0.2, divide=10.0)),
        ls.schedules.Step(0.3, 7),
    ):
        assert ls.schedules.parse(ls.schedules.text(one)) == one


@pytest.mark.parametrize("name", ls.schedules.names())
def test_schedules_of_short_runs(name):
    for steps in (0, 1, 2, 3):
        factors = [ls.schedules.get(name)(step, steps) for step in range(steps + 1)]
        assert np.isfinite(factors).all()
        assert max(factors) <= 1


def test_notation_of_numpy_s_numbers():
    rates = np.logspace(-2, 0, 3)
    for optimizer in (ls.optimizers.Adam(lr=rates[0]), ls.optimizers.Clip(ls.optimizers.SGD(rates[1]), rates[2])):
        assert ls.optimizers.parse(ls.optimizers.text(optimizer)) == optimizer


@every_optimizer
@pytest.mark.parametrize(
    ("shape", "blocks"), [((2,), None), ((5, 2), None), ((17,), None), ((17,), [(3, 4), (4,), (1,)])]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pure_and_in_place_agree_bit_for_bit(optimizer, shape, blocks, dtype, rng):
    x = rng.normal(size=shape).astype(dtype)
    loss, pure, inplace = Quadratic(shape[-1]), x.copy(), x.copy()
    pure_state, state = optimizer.init(pure, blocks), optimizer.init(inplace, blocks)
    for _ in range(20):
        gradient = rng.normal(size=shape).astype(dtype)
        kept, before = pure_state, {key: np.copy(value) for key, value in pure_state.items() if key[0] != "_"}
        delta, pure_state = optimizer.update(gradient, pure_state, pure, probe=loss)
        for key, value in before.items():
            np.testing.assert_array_equal(kept[key], value)
        pure = pure + delta
        optimizer.step_(inplace, gradient, state, probe=loss)
        np.testing.assert_array_equal(pure, inplace)
    assert inplace.dtype == dtype
    assert not np.array_equal(inplace, x)


@pytest.mark.parametrize(
    "optimizer",
    [one for one in ALL if not (isinstance(one, MatrixOptimizer) or one.needs_probe)],
    ids=ls.optimizers.text,
)
def test_steps_in_place_allocate_nothing(optimizer, rng):
    # Matrices are left out, whose decompositions allocate, and optimizers that ask for further gradients.
    x, gradient = rng.normal(size=(2, 100_000)).astype(np.float32)
    state = optimizer.init(x)
    optimizer.step_(x, gradient, state)
    tracemalloc.start()
    optimizer.step_(x, gradient, state)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < x.nbytes / 10


@pytest.mark.parametrize("name", [name for name in ls.optimizers.names() if name != "rprop"])
def test_rate_of_a_step_replaces_the_optimizer_s(name, rng):
    # Rprop is left out: its rate is the first step's size alone.
    x, gradients, loss = rng.normal(size=2), rng.normal(size=(5, 2)), Quadratic(2)
    here, there = ls.optimizers.get(name), ls.optimizers.get(name).with_lr(0.03)
    y, state, other = x.copy(), here.init(x), there.init(x)
    for gradient in gradients:
        here.step_(x, gradient, state, lr=0.03, probe=loss)
        there.step_(y, gradient, other, probe=loss)
    np.testing.assert_array_equal(x, y)
    delta, _ = here.update(gradients[0], here.init(x), x, lr=0.0, probe=loss)
    np.testing.assert_array_equal(delta, 0)


def test_signsgd_steps_by_the_rate():
    sign, x = ls.optimizers.SignSGD(lr=0.25), np.zeros(3)
    np.testing.assert_array_equal(sign.update(np.array([3.0, -0.1, 0.0]), sign.init(x), x)[0], [-0.25, 0.25, 0.0])


def test_a_step_that_was_given_out_stays():
    sgd, x = ls.optimizers.SGD(lr=1.0), np.zeros(2)
    delta, state = sgd.update(np.ones(2), sgd.init(x), x)
    sgd.step_(x, np.full(2, 7.0), state)
    np.testing.assert_array_equal(delta, -1)


def test_clips_inside_clips():
    # |g| = 5 is shortened to 1, and 2 is long enough for that.
    clip = ls.optimizers.Clip(ls.optimizers.Clip(ls.optimizers.SGD(1.0), 2.0), 1.0)
    delta, _ = clip.update(np.array([3.0, 4.0]), clip.init(np.zeros(2)), np.zeros(2))
    np.testing.assert_allclose(delta, [-0.6, -0.8], rtol=1e-6)


@pytest.mark.parametrize("name", ["shampoo", "soap"])
def test_matrix_roots_are_renewed_every_few_steps_and_long_sides_left_alone(name, rng):
    gradients = rng.normal(size=(4, 12))

    def walk(**options):
        optimizer, x = ls.optimizers.get(name, lr=0.1, **options), np.ones(12)
        state, path = optimizer.init(x, [(3, 4)]), []
        for gradient in gradients:
            optimizer.step_(x, gradient, state)
            path.append(x.copy())
        return np.array(path), state

    often, state = walk(every=1)
    seldom, _ = walk(every=50)
    assert {key for key in state if key[0] in "LR"} == {"L0", "R0"}
    np.testing.assert_array_equal(often[0], seldom[0])
    assert not np.allclose(often[-1], seldom[-1])
    _, state = walk(max_size=3)
    assert {key for key in state if key[0] in "LR"} == {"L0"}
    # With neither side turned, Shampoo is plain gradient descent.
    if name == "shampoo":
        plain, _ = walk(max_size=1)
        np.testing.assert_allclose(plain, 1 - 0.1 * np.cumsum(gradients, axis=0), rtol=1e-12)


def test_layers_are_matrices_of_their_own(rng):
    # A layer's step depends on nothing but that layer; a vector that Muon orthogonalises has length about 1.
    x, gradient = rng.normal(size=(2, 17))
    for name in ("muon", "shampoo", "soap"):
        optimizer = ls.optimizers.get(name)
        if name == "muon":
            optimizer = ls.optimizers.Muon(weight_decay=0.0)
        whole, _ = optimizer.update(gradient, optimizer.init(x, [(3, 4), (5,)]), x)
        for part, block in ((slice(0, 12), (3, 4)), (slice(12, 17), (5,))):
            alone, _ = optimizer.update(gradient[part], optimizer.init(x[part], [block]), x[part])
            np.testing.assert_allclose(whole[part], alone, rtol=1e-12)
    delta, _ = (muon := ls.optimizers.Muon(weight_decay=0.0)).update(gradient, muon.init(x), x)
    assert np.linalg.norm(delta) / muon.lr == pytest.approx(1, abs=0.35)


def test_muon_brings_singular_values_near_one(rng):
    gradient = rng.normal(size=(30, 20))
    muon = ls.optimizers.Muon(lr=1.0, weight_decay=0.0)
    x = np.zeros(600)
    delta, _ = muon.update(gradient.ravel(), muon.init(x, [(30, 20)]), x)
    # Five iterations bring singular values into .7 … 1.2 (Jordan 2024).
    values = np.linalg.svd(delta.reshape(30, 20), compute_uv=False)
    assert values.min() > 0.65
    assert values.max() < 1.25


def test_muon_is_wider_for_wide_layers(rng):
    # PyTorch's rate is √max(1, out/in), of a layer stored as (in, out) here and as (out, in) there.
    gradient = rng.normal(size=100)
    muon = ls.optimizers.Muon(lr=1.0, weight_decay=0.0)
    wide, tall = (muon.update(gradient, muon.init(gradient, [s]), gradient)[0] for s in ((4, 25), (25, 4)))
    assert (
        np.linalg.svd(wide.reshape(4, 25), compute_uv=False).mean()
        > 2 * np.linalg.svd(tall.reshape(25, 4), compute_uv=False).mean()
    )


def test_hutchinson_is_exact_on_a_diagonal_hessian():
    # u ⊙ Hu = diag H for every u of signs, if H is diagonal.
    ravine = ls.terrains.get("ravine")
    walks = [ls.descend(ravine, f"sophia:lr=0.1,diagonal={kind}", steps=40) for kind in ("hutchinson", "exact")]
    np.testing.assert_array_equal(walks[0].x, walks[1].x)


def test_clip_shortens_only_what_is_long():
    clip = ls.optimizers.parse("sgd:lr=1,clip=0.5")
    x = np.zeros((2, 2))
    delta, _ = clip.update(np.array([[3.0, 4.0], [0.03, 0.04]]), clip.init(x), x)
    np.testing.assert_allclose(delta, [[-0.3, -0.4], [-0.03, -0.04]], rtol=1e-6)


def test_adam_bound():
    # The largest step of Adam, in units of lr, is (1−β₁)/√((1−β₂)(1−β₁²/β₂)) = 7.27, and growing gradients reach it:
    # gᵢ ∝ (β₁/β₂)ⁱ backwards in time makes Cauchy and Schwarz's inequality an equality. v's bias correction shrinks.
    beta1, beta2, steps = 0.9, 0.999, 3000
    bound = (1 - beta1) / np.sqrt((1 - beta2) * (1 - beta1**2 / beta2))
    assert bound == pytest.approx(7.27, abs=0.005)
    adam, x = ls.optimizers.Adam(lr=1.0, eps=0.0), np.zeros(1)
    state = adam.init(x)
    for k in range(steps):
        adam.step_(x, np.array([(beta1 / beta2) ** (steps - 1 - k)]), state)
    assert abs(state["delta"][0]) == pytest.approx(bound * np.sqrt(1 - beta2**steps), rel=1e-9)


def test_amsgrad_ends_where_adam_does_not():
    # Reddi 2018: gradients +1010 once in 101 steps and −10 otherwise on [−1, 1]; on average they say: go to −1.
    ends = {}
    for name in ("adam", "amsgrad"):
        optimizer = ls.optimizers.get(name, lr=0.5, beta2=0.99)
        x = np.zeros(1)
        state = optimizer.init(x)
        for t in range(1, 101 * 500 + 1):
            gradient = np.array([1010.0 if t % 101 == 1 else -10.0])
            optimizer.step_(x, gradient, state, lr=0.5 / np.sqrt(t))
            np.clip(x, -1, 1, out=x)
        ends[name] = x[0]
    assert ends["adam"] == pytest.approx(0.99, abs=0.02)
    assert ends["amsgrad"] == pytest.approx(-1, abs=0.02)


@every_optimizer
def test_notation_reads_back(optimizer):
    assert ls.optimizers.parse(ls.optimizers.text(optimizer)) == optimizer


@every_optimizer
def test_another_rate(optimizer):
    assert optimizer.with_lr(0.125).lr == 0.125


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("adma", "did you mean 'adam'"),
        ("adam:lr=fast", "lr = 'fast'"),
        ("adam:lr=-1", "lr = -1.0"),
        ("adam:bata1=0.9", "did you mean 'beta1'"),
        ("adam:clp=0.9", "did you mean 'clip'"),
        ("adam:beta1=1.5", r"must lie in \[0, 1\)"),
        ("adam:lr", "key=value"),
        ("adam:lr=1,lr=2", "gives lr twice"),
        ("sgd:clip=0", "clip = 0.0"),
        ("clip", "as in sgd:lr=0.1,clip=1"),
        ("sgd:clip=1,clip=2", "gives clip twice"),
        ("rprop:step_min=2,step_max=1", "step_min = 2.0"),
        ("sophia:seed=-1", "seed = -1"),
        ("sgd:clip=tight", "clip = 'tight'"),
        ("sophia:diagonal=rough", "unknown diagonal 'rough'"),
        ("sophia:every=0", "every = 0"),
        ("prodigy:growth=1", "above 1"),
        ("scipy:bfgs", "terrains only"),
    ],
)
def test_bad_notation_is_named(text, message):
    with pytest.raises(ValueError, match=message):
        ls.optimizers.parse(text)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: ls.optimizers.Sophia().update(x, ls.optimizers.Sophia().init(x), x), "give a probe"),
        (lambda x: ls.optimizers.Muon().init(x, [(3, 3)]), "do not add up to 2"),
        (lambda x: ls.optimizers.Sophia(diagonal="rough"), "unknown diagonal"),
        (lambda x: ls.schedules.parse("cosin"), "did you mean 'cosine'"),
        (lambda x: ls.schedules.parse("one_cycle:rise=2"), "rise = 2.0"),
        (lambda x: ls.schedules.parse("cosine:end=nan"), "end = nan"),
        (lambda x: ls.optimizers.get("adam", lr="0.1"), "lr = 0.1"),
    ],
)
def test_bad_calls_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.ones(2))


@pytest.mark.parametrize(
    "notation",
    # Left out are those that remember squares or products as they are.
    [
        *(name for name in ls.optimizers.names() if name not in ("shampoo", "soap", "adagrad")),
        "sgd:clip=1",
        "adam:clip=1",
    ],
)
@pytest.mark.parametrize("first", [2e19, 1e-30, 0.0])
def test_float32_goes_where_float64_does(notation, first):
    optimizer, walks = ls.optimizers.parse(notation), []
    gradients = np.ones((10, 2)) * [1.0, 0.5]
    gradients[0] *= first
    for dtype in (np.float32, np.float64):
        x = np.ones(2, dtype)
        state = optimizer.init(x)
        for gradient in gradients.astype(dtype):
            optimizer.step_(x, gradient, state, probe=Quadratic(2))
        walks.append(x.astype(float))
    single, double = walks
    # A share of what was walked: Prodigy finds its rate from x₀ − x, of which float32 has few digits.
    assert np.abs(single - double).max() <= 3e-3 * np.abs(double - 1).max() + 1e-6


def test_prodigy_decays_nothing_before_its_first_gradient():
    optimizer = ls.optimizers.get("prodigy", weight_decay=0.5, d0=1.0)
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    state = optimizer.init(x)
    optimizer.step_(x, np.array([[0.0, 0.0], [0.0, 1.0]]), state)
    # Each point for itself: d₀ lr λ x is taken off where there was a gradient. The authors' code returns before it.
    assert x[0].tolist() == [1.0, 2.0]
    assert x[1, 0] == 1.5
    optimizer.step_(x, np.zeros((2, 2)), state)
    assert x[0].tolist() == [1.0, 2.0]
    assert x[1, 0] == 0.75


def test_dampening_without_momentum_is_none():
    x, y = np.ones(2), np.ones(2)
    damped, plain = ls.optimizers.parse("momentum:momentum=0,dampening=0.5"), ls.optimizers.SGD()
    states = damped.init(x), plain.init(y)
    for _ in range(3):
        damped.step_(x, np.array([1.0, -2.0]), states[0])
        plain.step_(y, np.array([1.0, -2.0]), states[1])
    np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("size", [1e-30, 1.0, 3e19, 5e37])
def test_clipped_gradients_have_their_direction_at_any_size(size):
    clip, x = ls.optimizers.parse("sgd:lr=1,clip=1"), np.zeros((2, 2), np.float32)
    step, _ = clip.update(np.array([[3, 4], [0.3, 0.4]], np.float32) * np.float32(size), clip.init(x), x)
    for row, length in zip(step, (5 * size, 0.5 * size), strict=True):
        np.testing.assert_allclose(-row / np.float32(min(1, length)), [0.6, 0.8], rtol=1e-5)


@pytest.mark.parametrize("adam", [ls.optimizers.Adam(), ls.optimizers.Adam(0.1, 0.5, 0.9, 1e-3)], ids=repr)
def test_adam_s_kernel_is_its_formula(adam, rng):
    x, m, v = np.zeros((3, 50))
    state = adam.init(x)
    for t in range(1, 30):
        g = rng.normal(size=50) * 10.0 ** rng.integers(-6, 6)
        delta, state = adam.update(g, state, x)
        plain, m, v = adam.plain(g, m, v, t)
        np.testing.assert_allclose(delta, plain, rtol=1e-13)
        np.testing.assert_allclose([adam.recorded(state)[name] for name in "mv"], [m, v], rtol=1e-12)
