"""What runs are called side by side: nothing that differs goes unsaid, and nothing is said that is not so."""

from importlib import resources

import numpy as np
import pytest

import landscape as ls
from landscape.figures.names import distinct_names, facts_of, facts_side_by_side, sweep_names, walk_names, weights_names
from landscape.slides.facts import Facts
from landscape.slides.parts import Look
from landscape.slides.vocabulary import Words
from landscape.sweeps.bands import sweeps_of


def images(seed=0, name="own"):
    rng = np.random.default_rng(seed)
    x, y = rng.random((24, 9)), np.arange(24) % 3
    return ls.datasets.Dataset(name, x[:18], y[:18], x[18:], y[18:])


def run(optimizer="sgd:lr=0.1", data=None, net=None, **settings):
    settings = {"epochs": 1, "batch_size": 6, "snapshots": 1, **settings}
    return ls.train(net or ls.MLP((9, 4, 3)), data or images(), optimizer, **settings)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"net": ls.MLP((9, 4, 3), "tanh")}, ("relu", "tanh")),
        ({"net": ls.MLP((9, 5, 3))}, ("9-4-3", "9-5-3")),
        ({"net": ls.MLP((9, 4, 3), init="glorot")}, ("He", "Glorot")),
        ({"net": ls.MLP((9, 4, 3), loss="mse")}, ("cross entropy", "mse")),
        ({"net": ls.MLP((9, 4, 3), dtype="float64")}, ("float32", "float64")),
        ({"epochs": 2}, ("1 epoch", "2 epochs")),
        ({"batch_size": 9}, ("batch 6", "batch 9")),
        ({"schedule": "cosine"}, ("constant", "cosine")),
        ({"data": images(name="other")}, ("own", "other")),
        ({"data": images(1)}, ("own #", "own #")),
        ({"data": images().subset(12)}, ("18 images", "12 images")),
    ],
)
def test_what_two_optimizers_do_not_share_is_told(other, said):
    """Though their names alone tell the lines apart: what data or loss did would be taken for the optimizer's doing."""
    runs = [run(), run("adam:lr=0.01", **other)]
    for name, optimizer, condition in zip(distinct_names(runs), ("SGD, lr 0.1", "Adam, lr 0.01"), said, strict=True):
        assert name.startswith(f"{optimizer}, {condition}")
        assert name.count(", ") == 2
    assert len({name.split(", ", 2)[2] for name in distinct_names(runs)}) == 2
    for facts, condition in zip(facts_side_by_side(runs), said, strict=True):
        assert sum(condition in fact for fact in facts) == 1
    facts = Facts(tuple(runs), None, Words("en"), Look("light", "en"))
    assert set(facts.differing) - {"optimizer", "rate"}


def test_what_all_share_is_not_told():
    assert distinct_names([run(), run("adam:lr=0.01")]) == ["SGD, lr 0.1", "Adam, lr 0.01"]
    assert distinct_names([run(seed=0), run("adam:lr=0.01", seed=1)]) == ["SGD, lr 0.1", "Adam, lr 0.01"]
    assert distinct_names([run(seed=0), run(seed=1)]) == ["SGD, lr 0.1, seed 0", "SGD, lr 0.1, seed 1"]


def test_sweeps_of_two_losses_say_so():
    rates = ("lr=0.1", "lr=0.2")
    runs = [run(f"sgd:{rate}") for rate in rates]
    runs += [run(f"adam:{rate}", net=ls.MLP((9, 4, 3), loss="mse")) for rate in rates]
    assert sweep_names(sweeps_of(runs)) == ["SGD, cross entropy", "Adam, mse"]


def test_other_images_of_the_same_data_are_told():
    data = images()
    runs = [run(data=data.subset(12, seed)) for seed in (0, 1)]
    one, other = distinct_names(runs)
    assert one.startswith("SGD, lr 0.1, 12 (#")
    assert one != other
    facts = Facts(tuple(runs), None, Words("en"), Look("light", "en"))
    assert facts.differing == ["images"]


def test_given_weights_are_not_called_drawn_ones(tmp_path):
    given = ls.MLP((9, 4, 3))
    given.params = given.params * 0.5
    begun = run(net=given, out=tmp_path / "run")
    drawn = [run(), run(net=ls.MLP((9, 4, 3), seed=1))]
    assert "He" in facts_of(drawn[0])[0]
    assert "He" not in facts_of(begun)[0]
    assert "weights #" in facts_of(ls.Run.load(tmp_path / "run"))[0]
    assert drawn[0].setup == drawn[1].setup != begun.setup
    facts = Facts((drawn[0], begun), None, Words("en"), Look("light", "en"))
    drawn_cell, given_cell = facts.cells("init")
    assert drawn_cell == "He"
    assert given_cell.startswith("given #")
    assert len(facts.setups) == 2


def test_weights_trained_by_one_optimizer_are_told_by_their_files():
    adam, sgd = ls.optimizers.Adam(0.1), ls.optimizers.SGD(0.1)
    assert weights_names([adam, adam, sgd], ["a", "b", "c"]) == ["Adam, lr 0.1, a", "Adam, lr 0.1, b", "SGD, lr 0.1"]


def test_a_file_of_the_name_of_mnist_is_mnist_only_if_it_holds_it(tmp_path):
    with resources.as_file(resources.files("landscape.datasets") / "mnist.npz") as path:
        (tmp_path / "MNIST.npz").write_bytes(path.read_bytes())
    assert ls.datasets.load(tmp_path / "MNIST.npz").name == "mnist"
    own = images()
    parts = {key: getattr(own, key) for key in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(tmp_path / "mnist.npz", **parts)
    loaded = ls.datasets.load(tmp_path / "mnist.npz")
    assert loaded.name == "own-mnist"
    facts = Facts((run(data=loaded),), None, Words("en"), Look("light", "en"))
    assert facts.told("data") == ["own-mnist"]
    assert facts.noun == "test images"


def test_walks_of_two_optimizers_say_where_they_went_and_how():
    """In a chart of losses nothing else tells two terrains, starts or schedules."""
    sgd, adam = ls.optimizers.SGD(0.01), ls.optimizers.Adam(0.1)
    plain = ls.descend("rosenbrock", sgd, steps=3)
    for other, said in (
        (ls.descend("himmelblau", adam, steps=3), ("Rosenbrock: a = 1, b = 100", "Himmelblau")),
        (ls.descend("rosenbrock", adam, steps=3, schedule="cosine"), ("constant rate", "cosine")),
        (ls.descend("rosenbrock", adam, start=(0, 0), steps=3), ("from (−1.2, 1)", "from (0, 0)")),
        (ls.descend("rosenbrock", adam, steps=4), ("", "")),
    ):
        names = walk_names([plain, other])
        optimizers = ("SGD, lr 0.01", "Adam, lr 0.1")
        for name, optimizer, fact in zip(names, optimizers, said, strict=True):
            assert name.startswith(f"{optimizer}, {fact}" if fact else optimizer)
            assert bool(fact) == (name != optimizer)


def test_walks_with_other_noise_or_batches_say_so(tmp_path):
    sgd = ls.optimizers.SGD(0.015)
    walks = [ls.descend("ravine", sgd, steps=3, noise=noise, seed=seed) for noise, seed in ((0.5, 0), (0.5, 1), (0, 0))]
    walks = [ls.Trajectory.load(walk.save(tmp_path / str(k))) for k, walk in enumerate(walks)]
    assert walk_names(walks) == [
        "SGD, lr 0.015, noise 0.5, seed 0",
        "SGD, lr 0.015, noise 0.5, seed 1",
        "SGD, lr 0.015, no noise",
    ]
    walks = [ls.descend("neuron", sgd, steps=3, batch_size=size) for size in (4, None)]
    assert walk_names(walks) == ["SGD, lr 0.015, batch 4", "SGD, lr 0.015, full batch"]
