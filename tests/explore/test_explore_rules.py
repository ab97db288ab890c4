"""What the page of `landscape explore` computes itself: terrains, walks, axes and ways out, against the library's."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

import numpy as np
import pytest

import landscape as ls
from landscape.core.numerals import number
from landscape.explore import COMPUTING
from landscape.explore.content import dumped, of_terrain, recipe, runnable
from landscape.explore.translation import javascript
from landscape.figures.exits import first_exit, last_exit, shown_path
from landscape.figures.scales import loss_scale, scale_of

FOLDER = resources.files("landscape.explore")
get = ls.terrains.get
TERRAINS = [
    *(get(name) for name in ls.terrains.names()),
    get("ravine", angle=30.0),
    get("relu_valley", angle=-200.0),
    get("saddle", bound=0.5),
    get("rosenbrock", a=-0.5, b=7.0),
    get("sigmoid_chain", depth=1),
    get("neuron", loss="mse"),
    get("relu_valley", kappa=7.0, angle=25.0),
    get("cliff", steps=10),
]
FORMULAS = [
    "x^2 + 30*y^2 + sin(3*x)",
    "relu(x)*erf(3*y) + max(x, y, 0.3) - min(x, -y) + abs(x)^1.5 + sign(y)*log10(x + 5) + cosh(y)/tanh(x + 7)",
    "softplus(-4*x) + sigmoid(5*y) + gaussian(x - y) + sqrt(x^2 + y^2 + 0.1)/exp(y) + atan(x)^3 + 2^x - log(y)",
]
# Two for each that the page runs, at rates with which none of the walks below is chaotic: there, differences in the
# last bit would grow without bound.
OPTIMIZERS = [
    *("sgd:lr=0.0005", "sgd:lr=0.0002,weight_decay=0.3"),
    *("momentum:lr=0.0003", "momentum:lr=0.0002,momentum=0.8,dampening=0.4,weight_decay=0.1"),
    *("nesterov:lr=0.0002", "nesterov:lr=0.0002,momentum=0.7,weight_decay=0.2"),
    *("adagrad:lr=0.3", "adagrad:lr=0.1,eps=0.01"),
    *("rmsprop:lr=0.003", "rmsprop:lr=0.003,alpha=0.9,eps=0.1"),
    *("adam:lr=0.05", "adam:lr=0.02,beta1=0.7,beta2=0.95,eps=0.001"),
    *("amsgrad:lr=0.05", "amsgrad:lr=0.02,beta1=0.8,beta2=0.9"),
    *("adamw:lr=0.05", "adamw:lr=0.03,beta2=0.99,weight_decay=0.2"),
    *("nadam:lr=0.02", "nadam:lr=0.02,beta1=0.8,beta2=0.99,momentum_decay=0.01"),
    *("signsgd:lr=0.01", "rprop:lr=0.01", "rprop:lr=0.3,step_min=0.001,step_max=0.02"),
    *("adadelta:lr=1", "adadelta:lr=5,rho=0.95,eps=0.0001"),
    *("adamax:lr=0.02", "adamax:lr=0.02,beta1=0.8,beta2=0.9,eps=0.01"),
    *("radam:lr=0.0003", "radam:lr=0.0003,beta1=0.8,beta2=0.9,eps=0.01"),
    *("adan:lr=0.01", "adan:lr=0.01,beta1=0.9,beta2=0.8,beta3=0.95,eps=0.1,weight_decay=0.1"),
    *("lion:lr=0.01", "lion:lr=0.01,beta1=0.8,beta2=0.9,weight_decay=0.1"),
    *("sophia:lr=0.01", "sophia:lr=0.01,seed=3,every=3,gamma=0.1", "sophia:lr=0.01,diagonal=exact,weight_decay=0.1"),
    *("muon:lr=0.01", "muon:lr=0.005,momentum=0.8,weight_decay=0.3,iterations=3,eps=0.01"),
    *("shampoo:lr=0.2", "shampoo:lr=0.1,eps=0.01,every=4", "shampoo:lr=0.1,max_size=1"),
    *("soap:lr=0.01", "soap:lr=0.005,every=2,weight_decay=0.2,beta1=0.8,beta2=0.9", "soap:lr=0.01,max_size=1"),
    *("schedule_free_adamw:lr=0.01", "schedule_free_adamw:lr=0.01,beta1=0.8,weight_decay=0.1"),
    *("prodigy", "prodigy:lr=0.5,d0=0.001,growth=1.1,weight_decay=0.1"),
    *("sgd:lr=0.0005,clip=1", "momentum:lr=0.0003,clip=20", "sophia:lr=0.01,clip=0.5", "adam:lr=0.02,clip=3"),
    *("sgd:lr=0.0005,sam=0.05", "sophia:lr=0.01,sam=0.02"),
    *("adam:lr=0.02,sam=0.1,clip=5", "adam:lr=0.02,clip=5,sam=0.1"),
]


@pytest.fixture(scope="module")
def lab(quick_browser):
    """An empty page with the JavaScript that computes, and no picture."""
    code = "\n".join((FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in COMPUTING)
    tab = quick_browser.new_page()
    names = "terrains, optimizers, groundOf, walk, show, tickWords, evenTicks, scaleTicks, lossScale"
    names += ", drawnLosses, lossWayOut, reached, wayOut, shownPath, setting"
    tab.add_script_tag(content=f"{code}\nwindow.lab = {{ {names} }};")
    for k, formula in enumerate(FORMULAS):
        # Their functions are seen from scripts only, not from what is evaluated.
        tab.add_script_tag(content=f"lab.terrains.formula{k} = () => ({javascript(formula)});")
    yield tab
    tab.close()


def close(found, expected, scale=1.0):
    np.testing.assert_allclose(np.array(found, dtype=float), expected, rtol=1e-9, atol=1e-9 * scale)


@pytest.mark.parametrize("terrain", [*TERRAINS, *map(ls.terrains.parse, FORMULAS)], ids=repr)
def test_terrains_are_the_librarys(lab, terrain, rng):
    low, high = np.transpose(terrain.domain)
    points = rng.uniform(low, high, size=(100, 2))
    made = of_terrain(terrain, live=True)["live"]
    if made["name"] == "formula":
        made["name"] += str(FORMULAS.index(terrain.name))
    values, gradients, hessians = felt(lab, made, points)
    np.testing.assert_allclose(values, terrain.value(points), rtol=1e-9, atol=1e-12)
    bends = terrain.hessian(points)[:, [0, 0, 1], [0, 1, 1]]
    for found, expected in ((gradients, terrain.gradient(points)), (hessians, bends)):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * np.nanmax(np.abs(expected)) * 1e-3)


def felt(lab, made, points):
    """The page's losses, slopes and bends at points."""
    return lab.evaluate(
        """([made, points]) => {
             const terrain = lab.groundOf(made);
             return ["value", "gradient", "hessian"].map((what) => points.map((at) => terrain[what](...at)));
           }""",
        [made, np.asarray(points).tolist()],
    )


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_a_bias_near_0_has_all_its_digits(lab, loss):
    terrain = get("neuron", loss=loss)
    points = np.array([[0, 1e-17], [0, -1e-300], [2, -1e-17], [-12, 1e-9], [1e-17, 0.5], [-12, 1], [30, -8]])
    _, gradients, hessians = felt(lab, of_terrain(terrain, live=True)["live"], points)
    np.testing.assert_allclose(gradients, terrain.gradient(points), rtol=1e-13)
    np.testing.assert_allclose(hessians, terrain.hessian(points)[:, [0, 0, 1], [0, 1, 1]], rtol=1e-13)


@pytest.mark.parametrize(
    ("notation", "point"),
    [
        ("styblinski_tang", (1e77, 1e77)),
        ("ravine:kappa=100,angle=30", (-1.56678824e153, 1.00913176e153)),
        ("rosenbrock:a=-2,b=0.001", (-5.779e77, 1.774e77)),
        ("saddle:bound=0.5", (1.78e154, 0.0)),
        ("relu_pair", (1.33e77, 1.33e77)),
        ("neuron", (1.7e308, 0.0)),
    ],
)
def test_losses_are_finite_where_a_number_holds_them(lab, notation, point):
    terrain = ls.terrains.parse(notation)
    values = felt(lab, of_terrain(terrain, live=True)["live"], [point])[0]
    assert np.isfinite(values).all()
    np.testing.assert_allclose(values, terrain.value([point]), rtol=1e-13)


@cache
def ground(terrain):
    return of_terrain(terrain, live=True)["live"]


def walked(lab, terrain, optimizer, steps):
    # As text, since Playwright looks at each number on its own; JSON has no word for one that is not finite.
    text = lab.evaluate(
        """([made, recipe, start, steps]) => {
             const found = lab.walk(lab.groundOf(made), JSON.parse(recipe), start, steps);
             return JSON.stringify(found, (_, one) => typeof one === "number" && !isFinite(one) ? String(one) : one);
           }""",
        [ground(terrain), dumped(recipe(optimizer, steps)), terrain.start.tolist(), steps],
    )
    return json.loads(text)


@pytest.mark.parametrize("terrain", [get("rosenbrock"), get("himmelblau"), get("ravine", angle=30.0)], ids=repr)
@pytest.mark.parametrize("notation", OPTIMIZERS)
def test_optimizers_are_the_librarys(lab, terrain, notation):
    optimizer = ls.optimizers.parse(notation)
    assert runnable(terrain, optimizer)
    found, walk = walked(lab, terrain, optimizer, 200), ls.descend(terrain, optimizer, steps=200)
    close(np.transpose([found["x"], found["y"]]), walk.x)
    close(found["loss"], walk.loss)
    close(np.transpose(found["gradient"]), walk.gradient, scale=100)
    assert set(found["state"]) == set(walk.state)
    for name, columns in found["state"].items():
        expected = walk.state[name].reshape(len(walk.x), -1)
        close(np.transpose(columns), expected, scale=max(1.0, np.abs(expected).max()))
    assert found["diverged"] == -1


@pytest.mark.parametrize("name", ls.terrains.names())
def test_default_walks_are_the_librarys_unless_they_hang_on_rounding(lab, name):
    """What docs/talks.md says, for every terrain and optimizer. Of gradients the steepest is the measure: at the bottom
    of a pit, as Ackley's after 500 steps of NAdam, a slope of 6e-9 is the rest of two of 2.8 that cancel."""
    terrain, agreeing = get(name), 0
    width = np.ptp(terrain.domain, axis=1)
    for optimizer in map(ls.optimizers.get, ls.optimizers.names()):
        found, walk = walked(lab, terrain, optimizer, 200), ls.descend(terrain, optimizer, steps=200)
        rows = slice(0, int(walk.diverged_at) if walk.diverged else None)
        points, gradients = np.array([found["x"], found["y"]], float).T, np.array(found["gradient"], float).T
        x, loss, gradient = walk.x[rows], walk.loss[rows], walk.gradient[rows]
        apart = [
            np.abs(points[rows] - x) / np.maximum(width, np.abs(x)),
            np.abs(np.array(found["loss"], float)[rows] - loss) / np.abs(loss).max(),
            np.abs(gradients[rows] - gradient) / np.abs(gradient).max(),
        ]
        if max(part.max() for part in apart) <= 1e-9 and found["diverged"] == walk.diverged_at:
            agreeing += 1
        else:
            assert spread(terrain, optimizer, walk) > 1e-9, optimizer.name
    # Of 22 optimizers, most on every terrain.
    assert agreeing >= 15


def spread(terrain, optimizer, walk):
    """How far the library's own walks part, whose starts differ in the last digit of the domain."""
    width = np.ptp(terrain.domain, axis=1)
    hair = 2.0**-52 * np.maximum(np.abs(terrain.start), width)
    starts = terrain.start + hair * np.array([(1, 1), (1, -1), (-1, 1), (-1, -1)])
    others = ls.descend(terrain, optimizer, starts, steps=200)
    apart = np.abs(others.x - walk.x[:, None]) / np.maximum(width, np.abs(walk.x[:, None]))
    return np.nanmax(apart[np.isfinite(apart)])


@pytest.mark.parametrize(
    ("name", "notation", "steps"),
    [
        ("rosenbrock", "sgd:lr=0.1", 60),
        ("rosenbrock", "momentum:lr=1", 60),
        ("cliff", "adam:lr=1e308", 60),
        ("saddle", "sgd:lr=1", 600),  # whose loss overflows long before its points do
        ("saddle", "sgd:lr=0.1", 3000),  # and not yet
    ],
)
def test_walks_end_as_the_librarys_do(lab, name, notation, steps):
    terrain, optimizer = get(name), ls.optimizers.parse(notation)
    found, walk = walked(lab, terrain, optimizer, steps), ls.descend(terrain, optimizer, steps=steps)
    assert found["diverged"] == walk.diverged_at
    assert (walk.diverged_at == -1) == (steps == 3000)
    finite = np.isfinite(walk.x).all(axis=1)
    np.testing.assert_allclose(np.array([found["x"], found["y"]], float).T, walk.x[finite], rtol=1e-9)


@pytest.mark.parametrize(("rate", "ground", "outside"), [(0.05, "sqrt", True), (2.0, "saddle", False)])
def test_walks_come_to_where_there_is_no_loss_as_the_librarys_do(lab, rate, ground, outside):
    """√(x + 2) + y² and x² − y², the loss of which is ∞ − ∞ far out."""
    made = """([ground, recipe]) => lab.walk({
      sqrt: {value: (x, y) => Math.sqrt(x + 2) + y * y, gradient: (x, y) => [0.5 / Math.sqrt(x + 2), 2 * y]},
      saddle: {value: (x, y) => x * x - y * y, gradient: (x, y) => [2 * x, -2 * y]},
    }[ground], recipe, [-1.5, -1.5], 900)"""
    found = lab.evaluate(made, [ground, recipe(ls.optimizers.SGD(lr=rate), 900)])
    walk = ls.descend("sqrt(x+2)+y^2" if outside else "x^2-y^2", ls.optimizers.SGD(lr=rate), steps=900)
    assert found["outside"] == walk.outside == outside
    assert found["diverged"] == walk.diverged_at


def test_all_registered_optimizers_walk_here_and_nobody_elses(lab):
    assert lab.evaluate("Object.keys(lab.optimizers).sort()") == sorted(ls.optimizers.names())
    terrain = get("saddle")
    assert all(runnable(terrain, ls.optimizers.get(name)) for name in ls.optimizers.names())
    assert runnable(terrain, ls.optimizers.parse("adam:lr=0.1,clip=1,sam=0.05"))

    class Mine(ls.optimizers.SGD):
        """It has the name of its parent, and may step otherwise."""

    class Slope(type(terrain)):
        """And so may the ground have."""

    assert not runnable(terrain, Mine(lr=0.1))
    assert not runnable(terrain, ls.optimizers.Clip(Mine(lr=0.1)))
    assert not runnable(terrain, ls.optimizers.SciPy("bfgs"))
    assert not runnable(Slope(), ls.optimizers.SGD())


# Numbers ------------------------------------------------------------------------------------------------------------

# A range that is tiny beside its offset, tiny, negative, huge, across 0, and none.
RANGES = [
    *((1e6, 1e6 + 18), (1e9, 1e9 + 0.018), (-1e6 - 18, -1e6), (999_990, 1_000_010), (1e6 + 3, 1e6 + 17)),
    *((0, 1.8e-8), (-2e-300, 1e-300), (1e30, 3e30), (-1e300, 1e300), (-78.3, 1000), (0.001, 0.002), (1e5, 1.2e5)),
]


def value_of(text):
    """The number that a text of the page is."""
    mantissa, _, power = text.replace("−", "-").replace(",", "").partition("×10" if "×" in text else "10⁻~")
    if "×" not in text and text.lstrip("−").startswith("10") and any(one in text for one in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"):
        mantissa, power = "-1" if text[0] == "−" else "1", text.lstrip("−")[2:]
    whole = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(mantissa) * (10.0 ** int(whole) if whole else 1.0)


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_numbers_are_rounded_relative_to_their_range(lab, low, high):
    """Values that can be told apart in a picture are told apart in words, however far from 0 they lie."""
    values, fine = np.linspace(low, high, 41), (high / 40 - low / 40)
    texts = lab.evaluate("([values, fine]) => values.map((one) => lab.show(one, 3, fine))", [values.tolist(), fine])
    assert len(set(texts)) == len(texts)
    np.testing.assert_allclose([value_of(text) for text in texts], values, rtol=5e-3, atol=0.51 * fine)


@pytest.mark.parametrize("digits", [1, 3, 4, 6, 10])
def test_a_page_writes_numbers_as_figures_do(lab, digits):
    values = [sign * part * 10.0**k for k in range(-9, 13) for part in (1, 1.2345678, 9.9996) for sign in (1, -1)]
    told = lab.evaluate("([values, digits]) => values.map((one) => lab.show(one, digits))", [values, digits])
    assert told == [number(value, digits) for value in values]


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_ticks_are_told_apart_and_short(lab, low, high):
    ticks, words = lab.evaluate(
        "([low, high]) => { const t = lab.evenTicks(low, high, 5); return [t, lab.tickWords(t, 'loss')]; }", [low, high]
    )
    assert 3 <= len(ticks) <= 9
    assert all(low - 1e-9 * abs(low) <= tick <= high + 1e-9 * abs(high) for tick in ticks)
    assert len(set(words["texts"])) == len(ticks)
    assert max(map(len, words["texts"])) <= 11  # as −1.5×10⁻³⁰⁰ is
    # What they count from stands beside the name.
    name, sign, base = (*words["name"].split(" "), "−", "0")[:3]
    assert name == "loss"
    offset = value_of(base) * (1 if sign == "−" else -1)
    found = [offset + value_of(text) for text in words["texts"]]
    np.testing.assert_allclose(found, ticks, rtol=1e-12, atol=1e-6 * (high / 5 - low / 5))


def test_numbers_that_are_none_and_ranges_that_are_none(lab):
    assert lab.evaluate("[NaN, null, Infinity, -Infinity, 0].map((one) => lab.show(one))") == ["–", "–", "∞", "−∞", "0"]
    assert lab.evaluate("lab.evenTicks(1e6, 1e6, 5)") == [1e6]
    assert lab.evaluate("lab.tickWords([1e6], 'loss')") == {"texts": ["10⁶"], "name": "loss"}
    assert lab.evaluate("lab.show(1e6 + 0.25, 3, 1e-20)") == "1,000,000.25"
    assert lab.evaluate("[0.001, 12500, 1e-8, 2e7].map(lab.setting)") == ["0.001", "12500", "10⁻⁸", "2×10⁷"]


# Axes of losses, and ways out ----------------------------------------------------------------------------------------

CURVES = [
    [[100.0, 1.0, 1e-3]],
    [[3.0, 2.0, 1.0], [3.0, 5.0, 2.5]],
    [[-1.0, -3.0, -5.0]],
    [[1.0, 0.0, -5.0]],
    [[1e6, 10.0, -1.0]],
    [[5.0, 5.0, 5.0]],
    [[0.0, 0.0]],
    [[np.nan, np.nan]],
    [[np.nan, 2.0, 1.0]],
    [[1.0, 1e-6, -1e-17], [1.0, 1e-13, 0.0]],
    [[170.0, 47.4, 760.0, 4.7e6, 1e20, 1e158, np.inf], [170.0, 100.0, 1e-9, 1e-30, 1e-30, 1e-30, 1e-30]],
    [[1e6 + 4.5, 1e6 + 1, 1e6], [1e6 + 4.5, 1e6 + 4.4, 1e6 + 4.3]],
    [[1e9 + 0.0045, 1e9 + 0.001, 1e9]],
    [[-60.0, -70.0, -78.3], [-60.0, 1e3, 1e9], [-60.0, -np.inf]],
    [[0.0, -1.0, -1e5, -1e30, -1e200]],
    [[1e300, 1e308, 1e5]],
    [[0.0], [1.0], [1e293]],
    [[5e-324], [1e-320]],
    [[1.0, 2.0, 7.0]],
    [[-3.0, 2.0, 90.0], [-3.0, 1e4, 1e5]],
    [[-np.inf]],
    # Out through the bottom and on to above the top, with and without a gap between them.
    [[1.0, -1.0, -2.0, -2.0, -2.0, -2.0], [1.0, 0.0, -9.0, -8.0, 9.0, 9.5], [1.0, -9.0, np.nan, 9.0, np.nan, 9.0]],
]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("curves", CURVES, ids=str)
def test_axes_of_losses_are_the_figures(lab, curves, log):
    expected = loss_scale(curves, log, lambda: (-10.0, 90.0))
    scale, drawn, outs, reached = lab.evaluate(
        """([curves, log]) => {
             const scale = lab.lossScale(curves, log, [-10, 90]);
             const all = (rule) => curves.map(rule);
             return [scale, all((one) => [false, true].map((gone) => lab.drawnLosses(scale, one, gone))),
                     all((one) => lab.lossWayOut(scale, one.map((_, k) => 2 * k), one)),
                     all((one) => lab.reached(scale, one))];
           }""",
        [curves, log],
    )
    assert scale["kind"] == expected.kind
    numbers = (expected.low, expected.high, expected.floor, expected.linear_to)
    np.testing.assert_allclose([scale[one] for one in ("low", "high", "floor", "linearTo")], numbers, rtol=1e-14)
    for curve, found, out, arrived in zip(curves, drawn, outs, reached, strict=True):
        for shown, gone in zip(found, (False, True), strict=True):
            np.testing.assert_array_equal(shown, expected.drawn(curve, gone))
        end = expected.way_out(2 * np.arange(len(curve)), curve)
        assert (out is None) == (end is None)
        if end is not None:
            assert out["edge"] == end.edge
            np.testing.assert_allclose([out["step"], out["loss"]], [end.step, end.loss], rtol=1e-12)
        assert arrived == expected.reached(curve)


def test_walks_are_followed_below_0_as_far_as_the_map(lab):
    walks = [ls.descend("x^2-y^2", text, steps=60) for text in ("sgd:lr=0.1", "adam:lr=0.1")]
    ground = of_terrain(walks[0].terrain, live=False)["ground"]
    made = "([curves, ground]) => lab.lossScale(curves, false, ground)"
    found = lab.evaluate(made, [[walk.loss.tolist() for walk in walks], [float(one) for one in ground]])
    expected = scale_of(walks)
    assert (found["kind"], found["low"], found["high"]) == (expected.kind, expected.low, expected.high)
    above = lab.evaluate(made, [[[3.0, 1.0]], [2.0, 4.0]])
    assert above["low"] == loss_scale([[3.0, 1.0]]).low


def test_ways_out_are_the_figures(lab, rng):
    """Random paths, of which some leave for very far, and some never."""
    view = [[-1.0, 1.0], [-0.5, 2.0]]
    seen = 0
    for reach in (0.3, 1.5, 4.0, 1e200):
        for _ in range(12):
            path = np.vstack([rng.uniform(-0.4, 0.4, 2), reach * rng.normal(size=(6, 2))])
            path[4:] *= rng.choice([1.0, 0.1])
            found = lab.evaluate(
                "([path, view]) => [true, false].map((first) => lab.wayOut(path, view, first))", [path.tolist(), view]
            )
            for one, rule in zip(found, (first_exit, last_exit), strict=True):
                expected = rule(path, view)
                assert (one is None) == (expected is None)
                if expected is not None:
                    seen += 1
                    assert one["row"] == expected.row
                    np.testing.assert_allclose(one["point"], expected.point, rtol=1e-14)
                    np.testing.assert_allclose(one["way"], expected.way, rtol=1e-14)
    assert seen > 50


@pytest.mark.parametrize("notation", ["sgd:lr=0.1", "sgd:lr=0.01", "adadelta:lr=20", "momentum:lr=0.03"])
def test_paths_on_the_map_are_the_figures(lab, notation):
    terrain, optimizer = get("himmelblau"), ls.optimizers.parse(notation)
    walk = ls.descend(terrain, optimizer, steps=60)
    path, out = shown_path(walk, terrain.domain)
    found = lab.evaluate(
        "([walk, view]) => lab.shownPath(walk, view)", [walked(lab, terrain, optimizer, 60), terrain.domain]
    )
    np.testing.assert_allclose(found["points"], path, rtol=1e-9)
    assert (found["out"] is None) == (out is None)
    if out is not None:
        assert found["out"]["row"] == out.row
        np.testing.assert_allclose(found["out"]["point"], out.point, rtol=1e-9)
