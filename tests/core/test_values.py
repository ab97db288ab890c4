"""What holds arrays is equal where all of it is, has a hash and a short line, and goes to other processes."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import landscape as ls
from landscape.core.values import same

DATA = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))


# A user's own, which are not registered, and dataclasses only by being used.


class Pull(ls.optimizers.Optimizer):
    lr: ls.checks.Positive = 0.1

    def _advance(self, g, s, delta, x, lr):
        np.multiply(g, -lr, out=delta)


class Wavy(ls.activations.Activation):
    def function(self, z, out):
        np.sin(z, out=out)

    def derivative(self, z, a, out, work):
        np.cos(z, out=out)

    def second(self, z, a, out, work):
        np.negative(a, out=out)


class Small(ls.initialisers.Initialiser):
    size: ls.checks.Positive = 0.1

    def draw(self, fan_in, fan_out, rng):
        return rng.uniform(-self.size, self.size, size=(fan_in, fan_out))


class Squared(ls.losses.MSE):
    pass


class Falling(ls.schedules.Schedule):
    def __call__(self, step, steps):
        return 1 / (step + 1)


class Bowl(ls.terrains.Terrain):
    steep: ls.checks.Positive = 1.0
    domain = ((-1.0, 1.0), (-1.0, 1.0))
    start = np.array([0.5, 0.25])

    def value(self, xy):
        return self.steep * np.square(xy).sum(-1)

    def gradient(self, xy):
        return 2 * self.steep * np.asarray(xy)

    def hessian(self, xy):
        return np.broadcast_to(2 * self.steep * np.eye(2), (*np.shape(xy), 2))


def over_a_plane(network, run):
    """What is computed of a network and a run, as functions that make both anew."""
    data = (DATA.x_train, DATA.y_train)

    def plane():
        return ls.planes.pca([run()])

    def surface():
        return ls.surface(network(), plane(), *data, resolution=5)

    return {
        "network": network,
        "run": run,
        "plane": plane,
        "surface": surface,
        "projected": lambda: ls.project(run(), surface(), *data),
        "plane terrain": lambda: ls.PlaneTerrain(network(), plane(), *data),
        "line": lambda: ls.line(network(), network().params, 2 * network().params, *data),
    }


@pytest.fixture(scope="module")
def own():
    """The same of such parts."""

    def network():
        return ls.MLP((4, 3, 4), Wavy(), Small(size=0.5), Squared())

    def run():
        return replace(ls.train(network(), DATA, Pull(0.5), 2, 2, schedule=Falling()), seconds=1.0)

    return over_a_plane(network, run) | {
        "walk": lambda: ls.descend(Bowl(2.0), Pull(), steps=3, schedule=Falling()),
        "basins": lambda: ls.basins(Bowl(), Pull(), 3, 5),
        "sweep": lambda: ls.sweep(Bowl(steep=2.0), [Pull()], 1e-3, [0.001, 0.01])[0],
        "clip": lambda: ls.optimizers.Clip(Pull(), 1.0),
        **{part.__name__: part for part in (Pull, Wavy, Small, Squared, Falling, Bowl)},
    }


@pytest.fixture(scope="module")
def made():
    """How each is made, from nothing that another one shares."""
    data = (DATA.x_train, DATA.y_train)

    def network():
        return ls.MLP((4, 3, 4))

    def run():
        # How long it took is another each time.
        return replace(ls.train(network(), DATA, "adam", 2, 1), seconds=1.0)

    return over_a_plane(network, run) | {
        "dataset": lambda: replace(DATA),
        "trace": lambda: network().trace(network().params, *data),
        "walk": lambda: ls.descend("saddle", "adam", steps=3),
        "lost walk": lambda: ls.descend("rosenbrock", "sgd:lr=1e9", steps=9),
        "basins": lambda: ls.basins(ls.terrains.get("himmelblau"), "sgd:lr=0.01", 3, 5),
        "sweep": lambda: ls.sweep("ravine", [ls.optimizers.SGD()], 1e-3, [0.001, 0.01])[0],
        "nudged": lambda: ls.nudged("booth", ls.optimizers.SGD(), 1.0, 50, tries=3),
        "sharpness": lambda: ls.curvature.along(run(), *data, count=3),
        "terrain": lambda: ls.terrains.parse("ravine:kappa=7"),
        "formula": lambda: ls.terrains.parse("x^2+y^2"),
        "function": lambda: ls.terrains.from_function(np.hypot, ((-1, 1), (-1, 1))),
        **{
            family.__name__: lambda family=family: family.get(family.names()[-1])
            for family in (ls.optimizers, ls.schedules, ls.activations, ls.initialisers, ls.losses)
        },
    }


@pytest.mark.parametrize("whose", ["made", "own"])
def test_equal_contents_are_equal_and_others_are_not(whose, request):
    made = request.getfixturevalue(whose)
    one, other = ({name: make() for name, make in made.items()} for _ in range(2))
    for name in made:
        equal = [key for key in made if one[name] == other[key]]
        assert equal == [name]
        assert hash(one[name]) == hash(other[name]), name
        assert pickle.loads(pickle.dumps(one[name])) == one[name], name
        assert one[name] != 1
        assert len(repr(one[name])) < 250, name
        assert " object at " not in repr(one[name]), name
        assert "array(" not in repr(one[name]), name
    assert len({*one.values(), *other.values()}) == len(made)


def test_own_parts_go_to_other_processes_and_back(own):
    kept = {name: make() for name, make in own.items()}
    with ProcessPoolExecutor(1) as executor:
        assert dict(executor.map(tuple, kept.items())) == kept
    assert kept["walk"].terrain.name == "bowl"


def test_one_number_makes_another(made):
    walk = made["walk"]()
    x = walk.x.copy()
    x[-1, 0] = np.nextafter(x[-1, 0], 1)
    assert replace(walk, x=x) != walk
    assert replace(walk, state={"m": walk.state["m"]}) != walk
    network = made["network"]()
    network.params[0] += 1
    assert network != made["network"]()


def test_what_is_the_same():
    nan = float("nan")
    assert same({"a": [np.array([1.0, nan]), nan]}, {"a": [np.array([1.0, nan]), nan]})
    assert same((1, "a", None), [1, "a", None])
    for other in ({}, {"b": 1}, {"a": 2}, {"a": [1]}, {"a": np.array([1.0, 1.0])}):
        assert not same({"a": 1}, other)
    assert not same(np.array(["a"]), np.array(["b"]))
    assert not same(np.zeros(2), np.zeros(3))
