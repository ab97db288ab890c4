"""What holds arrays is equal where all of it is, has a hash and a short line, and goes to other processes."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from own import apart, write

import landscape as ls
from landscape.core.own import contents
from landscape.core.values import same

DATA = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))


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
def own(tmp_path_factory):
    """The same of a user's own, which are not registered, and dataclasses only by being used."""
    with apart():
        mine = SimpleNamespace(**contents(write(tmp_path_factory.mktemp("own"))))

        def network():
            return ls.MLP((4, 3, 4), mine.Wavy(), mine.Small(size=0.5), mine.Squared())

        def run():
            trained = ls.train(network(), DATA, mine.SignMomentum(0.5), 2, 2, schedule=mine.Falling())
            return replace(trained, seconds=1.0)

        pull = mine.SignMomentum()
        yield over_a_plane(network, run) | {
            "walk": lambda: ls.descend(mine.Bowl(2.0), pull, steps=3, schedule=mine.Falling()),
            "basins": lambda: ls.basins(mine.Bowl(), pull, 3, 5),
            "sweep": lambda: ls.sweep(mine.Bowl(steep=2.0), [pull], 1e-3, [0.001, 0.01])[0],
            "clip": lambda: ls.optimizers.Clip(mine.SignMomentum(), 1.0),
            **{one: getattr(mine, one) for one in ("SignMomentum", "Wavy", "Small", "Squared", "Falling", "Bowl")},
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
    # Which knows nothing of this one.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
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
