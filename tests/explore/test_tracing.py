"""The page's mathematics, computed in TypeScript from what Python's formulas wrote down, against the library's."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from nodes import Node

import landscape as ls
from landscape.explore import tracing
from landscape.explore.content import dumped
from landscape.explore.inventory import inventory, looks
from landscape.explore.straight import KINDS
from landscape.figures.themes import palette
from landscape.optimizers import Wrapper
from landscape.optimizers.wrappers import WRAPPERS

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


MODULES = ("kinds", "terrain", "optimizer", "walk", "formula", "program", "looks", "state", "reading")


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    process = Node(tmp_path_factory.mktemp("node"), *(f"{name}.ts" for name in MODULES))
    yield process
    process.close()


def close(found, expected, scale=1.0):
    np.testing.assert_allclose(np.array(found, dtype=float), expected, rtol=1e-9, atol=1e-9 * scale)


def test_operations_have_the_same_places(node):
    assert node("return kinds.KINDS") == [[kind, many] for kind, many in KINDS.items()]


# Terrains -----------------------------------------------------------------------------------------------------------


@cache
def ground(terrain):
    """A terrain's programs, and its parameters."""
    programs = tracing.of_terrain(terrain)
    return programs, {name: getattr(terrain, name) for name in programs["value"]["inputs"][2:]}


def felt(node, terrain, points):
    """The page's losses, slopes and bends at points."""
    programs, parameters = ground(terrain)
    found = node(
        """const ground = new terrain.Terrain(programs, parameters);
           return points.map(([x, y]) => {
             ground.feel(x, y);
             return [ground.loss, ...ground.gradient, ...ground.hessian(x, y)];
           })""",
        programs=programs,
        parameters=parameters,
        points=np.asarray(points, dtype=float).tolist(),
    )
    columns = np.array(found, dtype=float)
    return columns[:, 0], columns[:, 1:3], columns[:, 3:]


def bends(terrain, points):
    return terrain.hessian(points)[:, [0, 0, 1], [0, 1, 1]]


@pytest.mark.parametrize("terrain", [*TERRAINS, *map(ls.terrains.parse, FORMULAS)], ids=repr)
def test_terrains_are_the_librarys(node, terrain, rng):
    low, high = np.transpose(terrain.domain)
    points = rng.uniform(low, high, size=(100, 2))
    values, gradients, hessians = felt(node, terrain, points)
    np.testing.assert_allclose(values, terrain.value(points), rtol=1e-9, atol=1e-12)
    for found, expected in ((gradients, terrain.gradient(points)), (hessians, bends(terrain, points))):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * np.nanmax(np.abs(expected)) * 1e-3)


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
def test_maps_starts_and_minima_are_the_librarys(node, terrain):
    programs, parameters = ground(terrain)
    found = node(
        """const ground = new terrain.Terrain(programs, parameters);
           return { ...ground.frame(), losses: ground.grid(domain, 31, 21) }""",
        programs=programs,
        parameters=parameters,
        domain=terrain.domain,
    )
    np.testing.assert_allclose(found["start"], terrain.start, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(np.reshape(found["minima"], (-1, 2)), terrain.minima, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found["losses"], terrain.grid(31, 21)[2].ravel(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("terrain", [get("ravine"), get("saddle"), get("rosenbrock"), get("relu_valley")], ids=repr)
def test_a_slider_moves_the_terrain_that_was_written_down(node, terrain, rng):
    """A program of other parameters than those that it was written down with."""
    programs, parameters = ground(terrain)
    points = rng.uniform(-2, 2, size=(20, 2))
    for _ in range(10):
        changed = {name: float(rng.uniform(0.1, 300)) for name in parameters}
        other = get(terrain.name, **changed)
        found = node(
            """const ground = new terrain.Terrain(programs, parameters);
               return points.map(([x, y]) => (ground.feel(x, y), [ground.loss, ...ground.gradient]))""",
            programs=programs,
            parameters=changed,
            points=points.tolist(),
        )
        expected = np.column_stack([other.value(points), other.gradient(points)])
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_a_bias_near_0_has_all_its_digits(node, loss):
    terrain = get("neuron", loss=loss)
    points = np.array([[0, 1e-17], [0, -1e-300], [2, -1e-17], [-12, 1e-9], [1e-17, 0.5], [-12, 1], [30, -8]])
    _, gradients, hessians = felt(node, terrain, points)
    np.testing.assert_allclose(gradients, terrain.gradient(points), rtol=1e-13)
    np.testing.assert_allclose(hessians, bends(terrain, points), rtol=1e-13)


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
def test_losses_are_finite_where_a_number_holds_them(node, notation, point):
    terrain = ls.terrains.parse(notation)
    values = felt(node, terrain, [point])[0]
    assert np.isfinite(values).all()
    np.testing.assert_allclose(values, terrain.value([point]), rtol=1e-13)


# Walks --------------------------------------------------------------------------------------------------------------


@cache
def wrappers():
    return {"clip": tracing.of_clip(), "sam": tracing.of_sam()}


def walked(node, terrain, walker, steps, schedule=None):
    programs, parameters = ground(terrain)
    around = []
    while isinstance(walker, Wrapper):
        around.append({"name": walker.name, "size": getattr(walker, WRAPPERS[walker.name][1])})
        walker = walker.optimizer
    made = tracing.of_optimizer(walker)
    given = {
        "optimizer": made,
        "options": {name: getattr(walker, name) for name in made["free"]},
        "around": around,
    }
    if schedule is not None:
        program = tracing.of_schedule(schedule)
        given["schedule"] = {
            "program": program,
            "options": {name: getattr(schedule, name) for name in program["inputs"][2:]},
        }
    signs = [walker.signs(step, 2).tolist() for step in range(1, steps + 1)] if "signs" in made["asks"] else None
    return node(
        """const ground = new terrain.Terrain(programs, parameters);
           const sign = signs ? (step) => signs[step - 1] : undefined;
           return walk.walk(ground, given, wrappers, start, steps, undefined, sign)""",
        programs=programs,
        parameters=parameters,
        given=given,
        wrappers=wrappers(),
        start=terrain.start.tolist(),
        steps=steps,
        signs=signs,
    )


@pytest.mark.parametrize("terrain", [get("rosenbrock"), get("himmelblau"), get("ravine", angle=30.0)], ids=repr)
@pytest.mark.parametrize("notation", OPTIMIZERS)
def test_optimizers_are_the_librarys(node, terrain, notation):
    optimizer = ls.optimizers.parse(notation)
    found, walk = walked(node, terrain, optimizer, 200), ls.descend(terrain, optimizer, steps=200)
    close(np.transpose([found["x"], found["y"]]), walk.x)
    close(found["loss"], walk.loss)
    close(np.transpose(found["gradient"]), walk.gradient, scale=100)
    assert set(found["state"]) == set(walk.state)
    for name, columns in found["state"].items():
        expected = walk.state[name].reshape(len(walk.x), -1)
        close(np.transpose(columns), expected, scale=max(1.0, np.abs(expected).max()))
    assert found["diverged"] == -1


@pytest.mark.parametrize("name", ls.terrains.names())
def test_default_walks_are_the_librarys_unless_they_hang_on_rounding(node, name):
    """What docs/talks.md says, for every terrain and optimizer. Of gradients the steepest is the measure: at the bottom
    of a pit, as Ackley's after 500 steps of NAdam, a slope of 6e-9 is the rest of two of 2.8 that cancel."""
    terrain, agreeing = get(name), 0
    width = np.ptp(terrain.domain, axis=1)
    for optimizer in map(ls.optimizers.get, ls.optimizers.names()):
        found, walk = walked(node, terrain, optimizer, 200), ls.descend(terrain, optimizer, steps=200)
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
def test_walks_end_as_the_librarys_do(node, name, notation, steps):
    terrain, optimizer = get(name), ls.optimizers.parse(notation)
    found, walk = walked(node, terrain, optimizer, steps), ls.descend(terrain, optimizer, steps=steps)
    assert found["diverged"] == walk.diverged_at
    assert (walk.diverged_at == -1) == (steps == 3000)
    finite = np.isfinite(walk.x).all(axis=1)
    np.testing.assert_allclose(np.array([found["x"], found["y"]], float).T, walk.x[finite], rtol=1e-9)


@pytest.mark.parametrize(("rate", "formula", "outside"), [(0.05, "sqrt(x+2)+y^2", True), (2.0, "x^2-y^2", False)])
def test_walks_come_to_where_there_is_no_loss_as_the_librarys_do(node, rate, formula, outside):
    """The loss of the second is ∞ − ∞ far out."""
    terrain, optimizer = ls.terrains.parse(formula), ls.optimizers.SGD(lr=rate)
    found, walk = walked(node, terrain, optimizer, 900), ls.descend(terrain, optimizer, steps=900)
    assert found["outside"] == walk.outside == outside
    assert found["diverged"] == walk.diverged_at


@pytest.mark.parametrize(
    "notation",
    [
        *("step:gamma=0.3,every=7", "step:gamma=0.5", "exponential:end=0.1", "cosine:end=0.2", "warmup:length=9"),
        *("one_cycle", "one_cycle:rise=0.5,divide=5,divide_end=10", "constant"),
    ],
)
def test_schedules_are_the_librarys(node, notation):
    schedule = ls.schedules.parse(notation)
    terrain, optimizer = get("ravine", kappa=5.0), ls.optimizers.SGD(lr=0.05)
    walk = ls.descend(terrain, optimizer, steps=50, schedule=schedule)
    found = walked(node, terrain, optimizer, 50, schedule)
    close(np.transpose([found["x"], found["y"]]), walk.x)


def test_all_registered_parts_are_in_the_catalogue():
    held = json.loads(dumped(inventory()))
    assert list(held["terrains"]) == ls.terrains.names()
    assert list(held["optimizers"]) == ls.optimizers.names()
    assert list(held["schedules"]) == ls.schedules.names()


# Formulas -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [
        *FORMULAS,
        *("1e15 + x*y + sin(x)", "-x**2 + 2**-y", "max(x, y, 0) + relu(x - 1)*gaussian(y)", "x/exp(y) + 1/x"),
        *("asin(x/4) + acos(y/4)", "abs(x) + sign(y)*x**3", "x**y", "(x + y)**3/(1 + x^2)", "min(x, -y)*e + pi"),
        *(
            "x² + 3·y³ − x×y ÷ 2 + 1e-3",
            "log10(x^2 + 1) + cosh(x) - sinh(y)",
            "2^3^0.5*x",
            "- - x + + y",
            ".5*x + 1.*y + 1e-3",
            "tan(x/4)*tanh(y)",
        ),
    ],
)
def test_formulas_that_are_typed_are_the_librarys(node, formula, rng):
    terrain, points = ls.terrains.parse(formula), rng.uniform(-3, 3, size=(100, 2))
    found = node(
        """const ground = new terrain.Terrain(formula.formula(text, derivatives));
           return points.map(([x, y]) => {
             ground.feel(x, y);
             return [ground.loss, ...ground.gradient, ...ground.hessian(x, y)];
           })""",
        text=formula,
        derivatives=tracing.of_derivatives(),
        points=points.tolist(),
    )
    expected = np.column_stack([terrain.value(points), terrain.gradient(points), bends(terrain, points)])
    np.testing.assert_allclose(np.array(found, float), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("formula", "reason", "at", "near"),
    [
        ("", "formula_empty", 0, ""),
        ("x +", "formula_ends", 3, ""),
        ("x + z", "formula_name", 4, "x"),
        ("sinn(x)", "formula_function", 0, "sin"),
        ("sin x", "formula_call", 0, ""),
        ("2x", "formula_product", 1, ""),
        ("(x)(y)", "formula_product", 3, ""),
        ("x) + y", "formula_unexpected", 1, ""),
        ("x $ y", "formula_sign", 2, ""),
        ("(x", "formula_ends", 2, ""),
        ("max(x)", "formula_two", 0, ""),
        ("sin(x, y)", "formula_one", 0, ""),
        ("1/0", "formula_infinite", 1, ""),
        ("(-2)**x", "formula_base", 4, ""),
        ("x;alert(1)", "formula_sign", 1, ""),
        ("constructor", "formula_name", 0, ""),
        ("toString(x)", "formula_function", 0, ""),
        ("x.y", "formula_sign", 1, ""),
        ("x" * 501, "formula_long", 500, ""),
        ("<script>", "formula_sign", 0, ""),
    ],
)
def test_what_is_no_formula_is_told_where(node, formula, reason, at, near):
    found = node(
        """try { formula.formula(text, derivatives); return null; }
           catch (error) { return [error.reason, error.at, error.nearest]; }""",
        text=formula,
        derivatives=tracing.of_derivatives(),
    )
    assert found == [reason, at, near]
    with pytest.raises(ValueError, match=r"formula|unknown"):
        ls.terrains.from_expression(formula)


# A user's own -------------------------------------------------------------------------------------------------------


class Gullies(ls.terrains.Terrain):
    """Valleys side by side."""

    depth: float = 2.0
    domain, start = ((-3.0, 3.0), (-2.0, 2.0)), np.array([1.0, 1.5])

    def value(self, xy):
        x, y = np.asarray(xy)[..., 0], np.asarray(xy)[..., 1]
        return x * x + self.depth * np.cos(3 * y)

    def gradient(self, xy):
        x, y = np.asarray(xy)[..., 0], np.asarray(xy)[..., 1]
        return np.stack([2 * x, -3 * self.depth * np.sin(3 * y)], axis=-1)

    def hessian(self, xy):
        y = np.asarray(xy)[..., 1]
        bent = np.zeros((*y.shape, 2, 2))
        bent[..., 0, 0], bent[..., 1, 1] = 2, -9 * self.depth * np.cos(3 * y)
        return bent


class SignMomentum(ls.optimizers.Optimizer):
    """A sign of a mean, if there is any."""

    lr: float = 0.01
    keep: float = 0.9
    moments = ("m",)

    def _advance(self, g, s, delta, x, lr):
        s["m"] *= self.keep
        s["m"] += g
        np.sign(s["m"], out=delta)
        delta *= -lr


def test_an_optimizer_of_a_users_own_walks_in_the_page(node):
    terrain, optimizer = get("himmelblau"), SignMomentum(lr=0.03)
    found, walk = walked(node, terrain, optimizer, 200), ls.descend(terrain, optimizer, steps=200)
    close(np.transpose([found["x"], found["y"]]), walk.x)
    close(np.transpose(found["state"]["m"]), walk.state["m"], scale=10)


# Looks, and the address ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        *(["sgd", "momentum", "adam"], ["adam", "adam", "adam", "adam"], ["adadelta", "rmsprop", "sgd", "prodigy"]),
        [*ls.optimizers.names()][:12],
    ],
)
def test_looks_are_the_figures(node, names):
    found = node("return looks.looksOf(names, table)", names=names, table=json.loads(dumped(looks())))
    walkers = [ls.optimizers.get(name) for name in names]
    for theme in ("light", "dark"):
        expected = palette(theme).styles(walkers)
        assert [one["colour"][theme] for one in found] == [one.colour for one in expected]
        assert [one["dash"] for one in found] == [list(one.dash[1] or ()) for one in expected]
        assert [one["marker"] for one in found] == [one.marker for one in expected]


def test_an_address_holds_the_whole_state(node):
    address = (
        "t=ravine:kappa=20,angle=30&o=sgd:lr=0.01&o=adam:lr=0.05,beta1=0.8,clip=1&x=-7,1.5&n=300"
        "&s=cosine:end=0.1&noise=0.5&seed=3&c=turn&field=1"
    )
    assert node("return state.toAddress(state.fromAddress(address))", address=address) == address
    formula = "#t=x^2%2B10*y^2&d=-2,2,-1,1"
    assert node("return state.fromAddress(address).terrain", address=formula) == "x^2+10*y^2"


@pytest.mark.parametrize("broken", ["x=1", "x=a,b", "n=none", "d=3,1,0,1", "noise=nan", "n=", "seed=1e99", "x=1,2,3"])
def test_what_an_address_says_wrongly_is_as_usual(node, broken):
    found = node("return [state.fromAddress(address), state.DEFAULT]", address=broken)
    steady = {name: value for name, value in found[0].items() if name != "seed"}
    assert steady == {name: value for name, value in found[1].items() if name != "seed"}
