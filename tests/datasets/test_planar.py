"""Points in the plane: where they lie, how they are asked for, and a training on them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

import landscape as ls
from landscape.datasets import planar
from landscape.datasets.sample import Images, read
from landscape.figures.words import of_data

load = ls.datasets.load
NAMES = [*planar.registry.classes]


@pytest.mark.parametrize("name", NAMES)
def test_a_set_is_the_same_wherever_it_is_loaded(name):
    data = load(f"{name}:noise=0.1,size=301,seed=3")
    assert data.name == f"{name}:size=301,noise=0.1,seed=3"
    for again in (load(data.source), load(data.name)):
        assert again.checksums == data.checksums
        assert (again.name, again.source, again.scaling) == (data.name, data.source, "as drawn")
    assert load(f"{name}:noise=0.1,size=301,seed=4").checksums != data.checksums
    assert load(name).source.startswith(f"{name}:size=400,noise=0.0")


@pytest.mark.parametrize("name", [*NAMES, "spiral:arms=3", "spiral:arms=7"])
@pytest.mark.parametrize("size", [2, 400, 401])
def test_classes_are_as_many_each(name, size):
    data = load(f"{name}{',' if ':' in name else ':'}size={size}")
    assert data.x_train.shape == data.x_test.shape == (size, 2)
    for y in (data.y_train, data.y_test):
        counts = np.bincount(y, minlength=int(name[-1]) if "arms" in name else 2)
        assert counts.sum() == size
        assert np.ptp(counts) <= 1
    assert not np.array_equal(data.x_train, data.x_test)


@pytest.mark.parametrize("name", NAMES)
def test_sets_lie_around_the_middle(name):
    """Without noise within the square of side 2; and filling most of it along x."""
    x = load(f"{name}:noise=0,size=2000").x_train
    assert np.abs(x).max() <= 1
    assert np.ptp(x[:, 0]) > 1.7


def test_each_point_lies_where_its_class_does():
    """By the formulas of their docstrings; without noise all is exact but for float32."""
    data = load("circles:noise=0,inner=0.3,size=1000")
    np.testing.assert_allclose(np.hypot(*data.x_train.T), np.where(data.y_train == 1, 0.27, 0.9), rtol=1e-6)
    data = load("xor:noise=0,gap=0.2,size=1000")
    assert np.abs(data.x_train).min() >= 0.1 - 1e-7
    np.testing.assert_array_equal(data.y_train == 0, data.x_train.prod(axis=1) > 0)
    data = load("spiral:noise=0,arms=3,turns=1.5,size=1000")
    t = np.hypot(*data.x_train.T.astype(float))
    turned = np.arctan2(*data.x_train.T.astype(float)[::-1]) / (2 * np.pi) - 1.5 * t - data.y_train / 3
    np.testing.assert_allclose(turned, np.rint(turned), atol=1e-5)
    data = load("moons:noise=0,size=1000")
    middle = np.where(data.y_train == 0, -1, 1)[:, None] * [0.3, 0.15]
    np.testing.assert_allclose(np.hypot(*(data.x_train - middle).T), 0.6, rtol=1e-5)


def test_noise_is_normal_and_of_its_deviation():
    exact, noisy = (load(f"circles:size=5000,noise={noise}") for noise in (0, 0.2))
    np.testing.assert_array_equal(exact.y_train, noisy.y_train)
    apart = (noisy.x_train.astype(float) - exact.x_train) / 0.2
    # The same draws for all seeds, so that this holds always: p is 0.05 for one in twenty seeds.
    assert kstest(apart.ravel(), "norm").pvalue > 0.05


def test_captions_say_points():
    data = load("xor:size=30")
    assert repr(data) == "<Dataset xor:size=30: 30 training and 30 test points of 2 coordinates, 2 classes>"
    about = data.sample(20, "test").about
    assert about == Images(20, "test", "xor:size=30", thing="points")
    assert str(about) == of_data(about) == "20 test points of xor:size=30"
    assert read(str(about)) == about


@pytest.mark.parametrize(
    ("notation", "said"),
    [
        ("spirel", r"unknown data set 'spirel'; did you mean 'spiral'\? \(allowed: mnist, spiral"),
        ("spiral:nois=1", "unknown parameter of spiral 'nois'; did you mean 'noise'"),
        ("spiral:size=1", "size = 1 is not allowed: it must be a whole number from 2 to 100000"),
        ("spiral:noise=-1", "noise = -1.0 is not allowed"),
        ("circles:inner=1", "inner = 1.0 is not allowed"),
        ("xor:noise=1e300", "expected finite numbers"),
        ("mine.py:Mine", "unknown data set 'mine.py:Mine'"),  # no file is run for data
    ],
)
def test_what_is_none_is_refused_in_one_line(notation, said):
    with pytest.raises(ValueError, match=said) as caught:
        load(notation)
    assert "\n" not in str(caught.value)


def test_a_hidden_layer_learns_what_none_cannot(tmp_path):
    """The spiral's reason to be here: with hidden units nearly all is read right, with a straight line two thirds at
    the most. The run finds its data again by the notation."""
    data = load("spiral")
    chosen = {"epochs": 60, "engine": "numpy"}
    deep = ls.train(ls.MLP((2, 16, 16, 2), "tanh"), data, "adam:lr=0.02", out=tmp_path / "deep", **chosen)
    straight = ls.train(ls.MLP((2, 2)), data, "adam:lr=0.02", **chosen)
    assert deep.test_accuracy > 0.95 > 0.7 > straight.test_accuracy
    assert ls.Run.load(tmp_path / "deep").data().checksums == data.checksums
