"""Terrains against finite differences, closed forms, their papers and the figures in the claims."""

from __future__ import annotations

import inspect

import exact
import mpmath as mp
import numpy as np
import pytest

import landscape as ls

get = ls.terrains.get
METHODS = ("value", "gradient", "hessian")
TERRAINS = [
    *(get(name) for name in ls.terrains.names()),
    get("ravine", angle=30.0),
    get("saddle", bound=0.5),
    get("rosenbrock", a=-0.5, b=7.0),
    get("sigmoid_chain", depth=1),
    get("sigmoid_chain", depth=3),
    get("neuron", loss="mse"),
    get("relu_valley", kappa=7.0, angle=25.0),
    get("cliff", steps=10),
]
# Differences must stay on one side of a kink, and resolve a cliff that is thinner than the default step.
STEPS = {"sigmoid_chain": 1e-4, "cliff": 5e-5, "relu_valley": 1e-4}


def differences(f, xy, h):
    """Derivative of f by each coordinate, by central differences of order 6."""
    weights = {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}
    columns = [sum(c * (f(xy + k * h * e) - f(xy - k * h * e)) for k, c in weights.items()) / h for e in np.eye(2)]
    return np.stack(columns, axis=-1)


def points(terrain, rng, n=200):
    low, high = np.transpose(terrain.domain)
    xy = rng.uniform(low, high, size=(n, 2))
    # Away from the kink of ReLU, where no derivative exists.
    return xy[np.abs(xy[:, 0]) > 0.01] if terrain.name == "relu_pair" else xy


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
def test_derivatives(terrain, rng):
    xy, h = points(terrain, rng), STEPS.get(terrain.name, 5e-4)
    gradient, hessian = terrain.gradient(xy), terrain.hessian(xy)
    scale = max(1.0, np.abs(gradient).max())
    np.testing.assert_allclose(gradient, differences(terrain.value, xy, h), rtol=1e-8, atol=1e-9 * scale)
    scale = max(1.0, np.abs(hessian).max())
    np.testing.assert_allclose(hessian, differences(terrain.gradient, xy, h), rtol=1e-6, atol=1e-9 * scale)


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
@pytest.mark.parametrize("method", METHODS)
def test_points_do_not_depend_on_their_company(terrain, method, rng):
    xy, f = points(terrain, rng), getattr(terrain, method)
    together = f(xy)
    np.testing.assert_array_equal(np.stack([f(point) for point in xy]), together)
    # Component-first in memory, as `descend` keeps many starts.
    np.testing.assert_array_equal(f(np.asfortranarray(xy)), together)
    assert f(np.broadcast_to(terrain.start, (3, 4, 2))).shape == (3, 4, *together.shape[1:])
    assert f(np.empty((0, 2))).shape == (0, *together.shape[1:])


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
def test_gradients_lie_component_first(terrain):
    assert terrain.gradient(np.ones((5, 2)))[:, 0].flags.c_contiguous


# Closed forms, or the values printed in the papers named in the docstrings.
LOWEST = {"goldstein_price": 3.0, "six_hump_camel": -1.0316284534898774, "styblinski_tang": -78.33233140754284}
COUNT = {"himmelblau": 4, "six_hump_camel": 2}
CURVES = {"monkey_saddle", "sigmoid_chain", "neuron", "relu_pair", "cliff"}  # a curve of minima, or none at all


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
def test_minima_are_minima(terrain, rng):
    bounded = terrain.name not in CURVES and terrain != get("saddle")
    assert len(terrain.minima) == (COUNT.get(terrain.name, 2 if terrain.name == "saddle" else 1) if bounded else 0)
    lowest = -0.5 if terrain.name == "saddle" else LOWEST.get(terrain.name, 0.0)  # −1/(4·bound)
    for minimum in terrain.minima:
        # Rounded coordinates leave a gradient of about the largest eigenvalue (800) times 1e-16.
        np.testing.assert_allclose(terrain.gradient(minimum), 0, atol=1e-13)
        assert np.linalg.eigvalsh(terrain.hessian(minimum)).min() > 0
        assert terrain.value(minimum) == pytest.approx(lowest, rel=1e-15, abs=1e-28)
        assert (terrain.value(points(terrain, rng)) > lowest).all()


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
def test_what_a_picture_needs(terrain):
    (x0, x1), (y0, y1) = terrain.domain
    for x, y in [terrain.start, *terrain.minima]:
        # A turned terrain turns within its domain, which stays.
        assert (x0 < x < x1 and y0 < y < y1) or getattr(terrain, "angle", 0)
    _, _, loss = terrain.grid(31, 21)
    assert loss.shape == (21, 31)
    if terrain.height == "log":
        assert loss.min() + terrain.floor > 0
    assert terrain == ls.terrains.parse(ls.terrains.text(terrain))


@pytest.mark.parametrize("name", ls.terrains.names())
def test_docstrings_fit_a_terminal(name):
    # `landscape list` indents them by 4 on a terminal of 80 columns.
    lines = inspect.getdoc(ls.terrains.registry.classes[name]).splitlines()
    assert max(map(len, lines[1:])) <= 75
    assert len(lines[0]) <= 75
    assert any(line.startswith("Minim") for line in lines)
    assert any(line.startswith("Source: ") for line in lines)


def test_turned_ravine_has_the_same_curvatures():
    turned = get("ravine", kappa=50.0, angle=33.0)
    np.testing.assert_allclose(np.linalg.eigvalsh(turned.hessian(turned.start)), [1, 50], rtol=1e-12)


def test_booth_is_a_ravine_across_the_axes():
    values, vectors = np.linalg.eigh(get("booth").hessian([0.0, 0.0]))
    np.testing.assert_allclose(values, [2, 18], rtol=1e-14)
    np.testing.assert_allclose(np.abs(vectors), np.sqrt(0.5), rtol=1e-14)


@pytest.mark.parametrize(
    ("name", "point", "loss"),
    [
        # The local minima that the docstrings name.
        ("goldstein_price", (-0.6, -0.4), 30.0),
        ("goldstein_price", (1.8, 0.2), 84.0),
        ("goldstein_price", (1.2, 0.8), 840.0),
        ("six_hump_camel", (1.70360671, -0.79608357), -0.21546382),
        ("six_hump_camel", (-1.60710475, -0.56865145), 2.10425031),
        ("styblinski_tang", (2.74680277, 2.74680277), -50.05889331),
        ("styblinski_tang", (2.74680277, -2.90353403), -64.19561235),
    ],
)
def test_local_minima(name, point, loss):
    terrain = get(name)
    assert terrain.value(point) == pytest.approx(loss, abs=1e-8)
    np.testing.assert_allclose(terrain.gradient(point), 0, atol=1e-6)  # coordinates in 8 digits
    assert np.linalg.eigvalsh(terrain.hessian(point)).min() > 0


def test_deep_chain_is_a_plateau():
    # Claims: the gradient's norm at (1, 1) is 3e-6 at depth 10; by hand s₁ Π w₂s_k with u_k ≈ u₁/4^{k−1}.
    assert np.linalg.norm(get("sigmoid_chain").gradient([1.0, 1.0])) == pytest.approx(3e-6, rel=0.15)


def test_steps_and_digits_that_rounding_took():
    # By hand: x² + 20 sin² πx ≈ (1 + 20 π²) x², and 0.4·(σ − ½ − 0.4)·σ′ with σ′(−60) = e⁻⁶⁰.
    assert get("rastrigin").value([1e-9, 0.0]) == pytest.approx((1 + 20 * np.pi**2) * 1e-18, rel=1e-14)
    assert get("rastrigin").gradient([3.0, -2.0]).tolist() == [6.0, -4.0]  # of a whole number the sine is 0
    assert get("sigmoid_chain", depth=1).gradient([-60.0, 0.0])[0] == pytest.approx(-0.9 * np.exp(-60), rel=1e-14)
    assert get("neuron").hessian([0.0, 50.0])[1, 1] == pytest.approx(np.exp(-50), rel=1e-14)
    # On the ridge b = 0 the examples' slopes by b cancel two by two, exactly.
    for loss in ("mse", "cross_entropy"):
        ridge = np.column_stack([np.linspace(-14, 14, 57), np.zeros(57)])
        assert not get("neuron", loss=loss).gradient(ridge)[:, 1].any()


def test_relu_pair_is_sharp_or_dead():
    pair = get("relu_pair")
    # On the valley w₁w₂ = 1 sharpness is w₁² + w₂²; at (10, 0.3) it is 10² to a percent.
    assert np.linalg.eigvalsh(pair.hessian([10.0, 0.1])).max() == pytest.approx(100.01, rel=1e-12)
    assert np.linalg.eigvalsh(pair.hessian([10.0, 0.3])).max() == pytest.approx(100, rel=0.01)
    np.testing.assert_array_equal(pair.gradient([-0.5, 2.0]), 0)
    assert pair.value([-0.5, 2.0]) == 0.5


def test_cliff():
    cliff = get("cliff")
    xs, ys, _ = cliff.grid(141, 121)  # every 0.05: on a finer grid the edge shows higher gradients
    norms = np.linalg.norm(cliff.gradient(np.stack(np.meshgrid(xs, ys), axis=-1)), axis=-1)
    row, column = np.unravel_index(norms.argmax(), norms.shape)
    # Claims: largest norm about 26 near (4.90, −2.55), median 0.014.
    assert norms.max() == pytest.approx(26, rel=0.01)
    np.testing.assert_allclose([xs[column], ys[row]], [4.90, -2.55], atol=1e-9)
    assert np.median(norms) == pytest.approx(0.014, abs=5e-4)


def test_relu_valley_has_the_curvatures_of_its_inputs():
    for angle in (0.0, 45.0, 90.0):
        valley = get("relu_valley", angle=angle)
        # Half of the inputs pass the unit: eigenvalues ½ S² = ½ and ½/κ.
        np.testing.assert_allclose(np.linalg.eigvalsh(valley.hessian(valley.minima[0])), [0.005, 0.5], rtol=1e-12)


def test_relu_valley_is_a_mean_over_gaussian_inputs(rng):
    valley, n = get("relu_valley", kappa=4.0), 400_000
    x = rng.normal(size=(n, 2)) * [1.0, 0.5]
    for w in ([-0.5, -3.0], [2.0, 0.3], [-1.0, -1.0]):
        losses = 0.5 * (np.maximum(x @ w, 0) - np.maximum(x @ [1.0, 1.0], 0)) ** 2
        assert valley.value(w) == pytest.approx(losses.mean(), abs=5 * losses.std() / np.sqrt(n))


def test_relu_valley_near_its_singular_points():
    valley = get("relu_valley")
    np.testing.assert_array_equal(valley.gradient([0.0, 0.0]), 0)
    assert valley.value([0.0, 0.0]) == pytest.approx(0.25 * 1.01, rel=1e-15)  # ¼|b|²
    # Opposite to v, θ = π: ¼(|a|² + |b|²).
    assert valley.value([-2.0, -2.0]) == pytest.approx(0.25 * (4 + 1) * 1.01, rel=1e-15)
    # A distance ε from the minimum L = ½ ε² Hₓₓ, up to ε: nothing of it is lost to cancellation.
    for eps in (1e-4, 1e-7):
        assert valley.value([1 + eps, 1.0]) / eps**2 == pytest.approx(0.25, rel=10 * eps + 1e-8)
    assert np.isfinite(valley.hessian([1e-200, -1e-200])).all()


def test_one_neuron_with_two_losses():
    mse, entropy = get("neuron", loss="mse"), get("neuron")
    # Claims, at w = −12: 6e-4 and 0.75. By hand: mean |x| = 0.75, and ½·½·σ′(6) = 6.2e-4.
    wrong = np.array([-12.0, 0.0])
    assert np.linalg.norm(mse.gradient(wrong)) == pytest.approx(6.2e-4, rel=0.01)
    assert np.linalg.norm(entropy.gradient(wrong)) == pytest.approx(0.75, rel=1e-3)
    # Claims: with lr 1 they need 3373 and 35 steps, here to a mean squared error of 0.01.
    for terrain, steps in ((mse, 3373), (entropy, 35)):
        w, taken = wrong, 0
        while mse.value(w) > 0.01:
            w, taken = w - terrain.gradient(w), taken + 1
        assert taken == steps
    # Far out it neither overflows nor rounds to 0: log(1 + e^t) ≈ t for x = ±½, ±1.
    assert entropy.value([-2000.0, 0.0]) == 0.75 * 2000
    assert mse.gradient([200.0, 0.0])[0] < 0


WITH_DATA = pytest.mark.parametrize(
    "terrain", [get("neuron"), get("neuron", loss="mse"), get("relu_valley", angle=20.0)], ids=repr
)


@WITH_DATA
def test_minibatch_hessians_are_the_slopes_of_the_same_batch_s_gradient(terrain):
    xy, step = terrain.start + np.array([[0.3, 0.2], [-0.4, 0.1]]), 1e-5

    def gradient(point):
        return terrain.minibatch_gradient(point, 3, np.random.default_rng(1))

    slopes = [(gradient(xy + side) - gradient(xy - side)) / (2 * step) for side in step * np.eye(2)]
    hessians = terrain.minibatch_hessian(xy, 3, np.random.default_rng(1))
    np.testing.assert_allclose(hessians, np.stack(slopes, axis=-1), atol=1e-8)
    assert not np.allclose(hessians, terrain.hessian(xy), rtol=1e-3)


@WITH_DATA
def test_minibatch_gradients_are_unbiased(terrain, rng):
    xy = np.broadcast_to(terrain.start + 0.3, (20_000, 2))
    draws = terrain.minibatch_gradient(xy, 4, rng)
    error = 5 * draws.std(axis=0) / np.sqrt(len(draws))
    np.testing.assert_array_less(np.abs(draws.mean(axis=0) - terrain.gradient(xy[0])), error)
    # Independent for every point, and with a spread that falls like 1/√batch_size.
    larger = terrain.minibatch_gradient(xy, 64, rng)
    np.testing.assert_allclose(larger.std(axis=0) * 4, draws.std(axis=0), rtol=0.1)
    assert terrain.minibatch_gradient(terrain.start, 4, rng).shape == (2,)
    assert terrain.minibatch_gradient(np.zeros((3, 2, 2)), 1, rng).shape == (3, 2, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: get("ravin"), "did you mean 'ravine'"),
        (lambda: get("ravine", kapa=3.0), "did you mean 'kappa'"),
        (lambda: get("ravine", kappa=-1.0), "kappa = -1.0"),
        (lambda: get("neuron", loss="cross_entropi"), "did you mean 'cross_entropy'"),
        (lambda: get("cliff", steps=0), "steps = 0"),
        (lambda: get("relu_valley", kappa=0.0), "kappa = 0.0"),
        (lambda: ls.terrains.parse("ravine:kappa=big"), "must be a number"),
        (lambda: get("rosenbrock").value([1.0, 2.0, 3.0]), "last axis"),
        (lambda: get("booth").minibatch_gradient([0, 0], 1, np.random.default_rng(0)), "neuron, relu_valley"),
        (lambda: get("neuron").minibatch_gradient([0, 0], 0, np.random.default_rng(0)), "batch_size = 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# Where digits are lost: near minima and starts, far out, close to the axes, and where units saturate.
SIZES = [0, 1e-300, 1e-160, 1e-16, 1e-9, 1, 20, 40, 800, 1e5, 1e10, 1e52, 1e80, 1e103, 1e120, 1e154, 1e160, 1e300]
WAYS = [(1, 0), (0, 1), (1, 1), (-1, 1), (1, -1), (-1, -0.3)]
# Points tried; fifty steps of a Taylor series take their time.
TRIED = {"cliff": 12, "sigmoid_chain": 30, "neuron": 60, "ackley": 50}
# Units of the last digit: of sums of a few terms, and of the one in which two vectors nearly cancel.
ULPS = {"relu_valley": 256}


def largest(terrain):
    """Points whose losses are nearly too large for a number, and those that once were taken for that."""
    for way in WAYS:
        near, far = (abs(exact.parts(terrain, size * np.array(way))["L"][0]) for size in (1e30, 1e31))
        degree = mp.log10(far / near) if near else 0
        power = 30 + (308.2 - mp.log10(near)) / degree if degree > 0.5 else mp.inf
        if power < 308:
            yield float(10**power) * np.array(way)
    yield from np.array([[1e77, 1e77], [-1.56678824e153, 1.00913176e153], [-5.779e77, 1.774e77]])


def hard_points(terrain):
    rng = np.random.default_rng(0)
    low, high = np.transpose(terrain.domain)
    known = [terrain.start, *terrain.minima, *rng.uniform(low, high, (4, 2))]
    near = [place + size * np.array([0.6, -0.8]) for place in known[:2] for size in (1e-3, 1e-7, 1e-12)]
    apart = rng.choice(SIZES, (50, 2)) * rng.choice([-1.0, 0.7], (50, 2))
    alike = [size * np.array(way) for size in SIZES[1:] for way in WAYS]
    tiny = [[0, 1e-17], [2, -1e-17], [-1e-16, -3e-17], [-3e-17, 0.5]]
    points = np.array([*known, *near, *tiny, *rng.permutation([*apart, *alike])])
    # Three units in a row with w₁ = 0 multiply 0 and w₂² in their Hessian, which must not overflow.
    points = points[np.abs(points).max(axis=1) < 1e150] if terrain.name == "sigmoid_chain" else points
    points = points[: TRIED.get(terrain.name, 100)]
    return [*points, *largest(terrain)] if terrain.name not in ("sigmoid_chain", "cliff", "ackley") else points


@pytest.mark.parametrize(
    "terrain", [*TERRAINS, get("ravine", kappa=0.01, angle=70.0), get("rosenbrock", a=-2.0, b=0.001)], ids=repr
)
def test_every_digit_that_the_coordinates_allow(terrain):
    singular = [*terrain.minima, *([[0, 0]] if terrain.name == "relu_valley" else [])]
    for point in hard_points(terrain):
        if any((point == known).all() for known in singular):
            continue
        with np.errstate(all="ignore"):
            (lx, ly), hessian = terrain.gradient(point), terrain.hessian(point)
            found = dict(zip(exact.NAMES, (terrain.value(point), lx, ly, *hessian[np.triu_indices(2)]), strict=True))
        wanted = exact.parts(terrain, point)
        for name, (value, change) in wanted.items():
            got, case = float(found[name]), f"{name} of {terrain!r} at {point.tolist()}: {mp.nstr(value, 17)}"
            if abs(value) > mp.mpf(np.finfo(np.float64).max):
                # Too large for a float64: a loss says so, with its sign; slopes are not finite.
                assert got == np.inf * float(mp.sign(value)) if name == "L" else not np.isfinite(got), case
                continue
            # Where turned axes are added up, the largest of the parts sets the last digit.
            whole = [abs(other) for key, (other, _) in wanted.items() if len(key) == len(name)]
            scale = max(whole) if terrain.name == "relu_valley" else abs(value)
            allowed = ULPS.get(terrain.name, 32) * (change + scale * 2.0**-52) + 1000 * mp.mpf(2) ** -1074
            assert abs(got - value) <= allowed, f"{case}, not {got!r}"


def test_a_finer_terrain_lies_in_a_coarser_one():
    from landscape.terrains.nested import NestedTerrain

    finer, coarser = (
        ls.terrains.parse("x^2 + y^2", ((-1, 1), (-1, 1))),
        ls.terrains.parse("x + 2*y", ((-5, 5), (-5, 5))),
    )
    both = NestedTerrain(finer, coarser)
    points = np.array([[0.5, 0.5], [2.0, 0.5], [0.5, -2.0]])
    np.testing.assert_allclose(both.value(points), [0.5, 3.0, -3.5])
    np.testing.assert_allclose(both.gradient(points), [[1, 1], [1, 2], [1, 2]])
    np.testing.assert_allclose(both.hessian(points), [2 * np.eye(2), np.zeros((2, 2)), np.zeros((2, 2))])
    assert both.domain == coarser.domain
