"""What a sweep varies: read from a file, checked before the work, and listed without room for all of it."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

import landscape as ls
from landscape.sweeps import Spec, rates

FILE = """
optimizers = ["sgd", "momentum:momentum=0.95", "adam"]
lrs = { low = 1e-4, high = 1, per_decade = 2 }
pairs = [["relu", "he"], ["sigmoid", "glorot"]]
depths = [1, 3]
widths = 16
batch_sizes = [32, "full"]
schedules = ["constant", "cosine"]
seeds = [0, 1, 2]
images = 1000
"""


def test_a_file_says_all():
    spec = Spec.parse(FILE)
    assert spec.lrs == tuple(rates(1e-4, 1, 2))
    assert len(spec) == 3 * 9 * 2 * 2 * 2 * 2 * 3 == len(list(spec.cells()))
    assert spec.about == "9 lrs × 3 optimizers × 2 schedules × 2 batch sizes × 2 depths × 2 networks × 3 seeds"
    cells = list(spec.cells())
    assert len({cell.key for cell in cells}) == len(cells)
    assert {(cell.activation, cell.init) for cell in cells} == {("relu", "he"), ("sigmoid", "glorot")}
    # Without pairs there is every activation with every initialiser.
    both = Spec("adam", 0.1, activations=["relu", "tanh"], initialisers=["he", "glorot", "zeros"])
    assert len(both) == 6
    assert Spec("sgd", 1, terrain="booth", target=1).start == tuple(ls.terrains.get("booth").start)


def test_keys_change_with_all_that_decides_numbers_and_with_nothing_else(mnist):
    base = {"optimizers": "adam", "lrs": 0.1, "images": 64}

    def keys(data=mnist, **changes):
        return [cell.key for cell in Spec(**(base | changes)).of_data(data).cells()]

    assert keys() == keys(optimizers="adam:beta1=0.9", activations=["relu"])
    other = ls.datasets.Dataset("mnist", mnist.x_train[:64], mnist.y_train[:64], mnist.x_test[:9], mnist.y_test[:9])
    changed = [
        keys(optimizers="adam:beta1=0.8"),
        keys(lrs=0.2),
        keys(seeds=1),
        keys(epochs=2),
        keys(images=65),
        keys(loss="mse"),
        keys(target=0.1),
        keys(other),
    ]
    assert len({*map(tuple, changed), tuple(keys())}) == len(changed) + 1
    # More values leave those that were there.
    assert set(keys()) < set(keys(lrs=[0.1, 0.2], depths=[1, 2]))


def test_a_part_of_one_s_own_is_told_by_what_is_written_in_its_file(tmp_path):
    file, keys = tmp_path / "mine.py", set()
    for beta in (0.8, 0.9):
        file.write_text(
            f"from landscape.optimizers import Adam\n\nclass Mine{beta * 10:.0f}(Adam):\n    beta1: float = {beta}\n"
        )
        spec = Spec(f"{file}:Mine{beta * 10:.0f}", 0.1, images=64)
        assert spec.optimizers == (f"mine{beta * 10:.0f}",)
        assert len(spec.sources) == 1
        keys |= {cell.key for cell in spec.cells()}
    assert len(keys) == 2
    # A file of settings runs no other one.
    with pytest.raises(ValueError, match="names a part in a file"):
        Spec.parse(f'optimizers = ["{file}:Mine9"]\nlrs = 1')


def test_a_million_cells_need_no_room():
    spec = Spec("adam", rates(1e-6, 1e3, 20), seeds=list(range(1000)), depths=list(range(6)))
    assert len(spec) > 10**6
    first = list(islice(spec.cells(), 3))
    assert [cell.lr for cell in first] == list(spec.lrs[:3])


ADAM = "optimizers = 'adam'\nlrs = 1\n"
MANY = "lrs = {low = 1e-9, high = 1e9, per_decade = 1000}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it lacks optimizers"),
        ("optimizers = 'adam'", "it lacks lrs"),
        ("optimizers = ", "it is no TOML"),
        (f"{ADAM}epoch = 3", "unknown setting of a sweep 'epoch'; did you mean 'epochs'?"),
        (f"{ADAM}named = []", "unknown setting of a sweep 'named'"),
        ("optimizers = 'adma'\nlrs = 1", "did you mean 'adam'?"),
        ("optimizers = 'adam:lr=1'\nlrs = 1", "a sweep sets the learning rates; leave lr out"),
        ("optimizers = ['adam', 'adam:beta1=0.9']\nlrs = 1", "optimizers has adam twice"),
        ("optimizers = []\nlrs = 1", "optimizers = [] is not allowed"),
        ("optimizers = 3\nlrs = 1", "optimizers = 3 is not allowed: it must be a notation"),
        ("optimizers = 'adam'\nlrs = [0]", "lrs = 0 is not allowed: it must be a finite number above 0"),
        ("optimizers = 'adam'\nlrs = {low = 1}", "lrs lacks high"),
        ("optimizers = 'adam'\nlrs = {low = 2, high = 1}", "high = 1 is not allowed: it must not be below low, 2"),
        ("optimizers = 'adam'\nlrs = {lo = 1, high = 2}", "did you mean 'low'?"),
        (f"{ADAM}depths = [1.5]", "depths = 1.5 is not allowed"),
        (f"{ADAM}batch_sizes = 'all'", "unknown batch_sizes 'all' (allowed: full)"),
        (f"{ADAM}activations = 'relo'", "did you mean 'relu'?"),
        (f"{ADAM}pairs = ['relu']", "it must be pairs"),
        (f"{ADAM}pairs = [['relu', 'he']]\nactivations = 'tanh'", "leave those out"),
        (f"{ADAM}ground = 1", "ground = 1 is not allowed: it must be True or False"),
        (f"{ADAM}halving = 1", "halving = 1 is not allowed"),
        (f"{ADAM}terrain = 'booth'", "a sweep of a terrain needs a target"),
        (f"{ADAM}terrain = 'boot'\ntarget = 1", "did you mean 'booth'?"),
        (f"{ADAM}terrain = 'booth'\ntarget = 1\ndepths = 2", "depths is not allowed in a sweep of a terrain"),
        (f"{ADAM}steps = 2", "steps is not allowed in a sweep of networks"),
        (f"optimizers = 'adam'\n{MANY}seeds = {list(range(999))}", "a sweep has at most 10,000,000"),
    ],
)
def test_what_no_sweep_is_made_of_is_one_line(text, said):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        Spec.parse(text)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_what_does_not_fit_the_data_or_the_machine_is_refused_before_the_work(mnist, tmp_path):
    with pytest.raises(ValueError, match="batch_sizes = 99 is not allowed: there are 64 training images"):
        Spec("adam", 1, batch_sizes=99, images=64).of_data(mnist)
    with pytest.raises(ValueError, match="images = 60001 is not allowed: mnist has 60000"):
        Spec("adam", 1, images=60_001).of_data(mnist)
    with pytest.raises(ValueError, match=r"a sweep of 500,000 cells is not allowed: about .* of work"):
        ls.sweeps.run(Spec("adam", np.geomspace(1e-3, 1, 5000), seeds=list(range(100)), epochs=5000), data=mnist)
    with pytest.raises(ValueError, match=r"'.*none.toml' cannot be read: No such file"):
        Spec.load(tmp_path / "none.toml")
