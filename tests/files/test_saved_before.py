"""Files that an earlier version wrote are read by this one: what they say is data now, and was text then."""

from pathlib import Path

import numpy as np
import pytest

import landscape as ls
from landscape.datasets.sample import Images, read
from landscape.figures.words import of_data
from landscape.planes import Kind

_SAVED = Path(__file__).parents[1] / "golden" / "saved"


def test_a_walk_and_a_projected_run_are_of_two_types():
    walk = ls.Trajectory.load(_SAVED / "walk")
    assert type(walk) is ls.Trajectory
    again = ls.descend("ravine", "adam:lr=0.1", steps=6, noise=0.1, seed=3, schedule="cosine")
    assert np.array_equal(walk.gradient, again.gradient)
    assert (walk.noise, walk.seed, walk.schedule) == (again.noise, again.seed, again.schedule)


@pytest.mark.parametrize(("name", "lost_at"), [("projected", None), ("diverged", 1), ("plain", None)])
def test_projected_runs_come_back_whole(tmp_path, name, lost_at):
    surface = ls.Surface.load(_SAVED / "surface_pca.npz")
    walk = ls.Trajectory.load(_SAVED / name, surface)
    assert type(walk) is ls.Projected
    assert walk.lost_at == lost_at
    assert bool(walk.settings) == (name != "plain")
    assert walk.residual.shape == walk.in_plane.shape == walk.loss.shape
    assert ls.Trajectory.load(walk.save(tmp_path / "again"), surface) == walk


def test_a_walk_without_gradients_has_those_of_its_terrain():
    walk = ls.descend("booth", "sgd:lr=0.01", steps=3)
    own = ls.Trajectory(walk.terrain, walk.optimizer, walk.steps, walk.x, walk.loss)
    assert np.array_equal(own.gradient, walk.gradient)


@pytest.mark.parametrize(
    ("name", "kind", "networks"),
    [
        ("pca", Kind("pca"), 0),
        ("other", Kind("pca_of_others"), 0),
        ("filter", Kind("random", "filter"), 1),
        ("layer", Kind("random", "layer"), 1),
        ("random", Kind("random"), 1),
        ("hessian", Kind("hessian"), 1),
        ("gradient", Kind("gradient"), 1),
        ("through", Kind("through"), 3),
        ("through_points", Kind("through_runs"), 3),
        ("plain", Kind(), 0),
        ("own", Kind(words="my own plane"), 0),
    ],
)
def test_planes_and_captions_come_back_as_data(tmp_path, name, kind, networks):
    surface = ls.Surface.load(_SAVED / f"surface_{name}.npz")
    assert surface.plane.kind == kind
    assert len(surface.networks) == networks
    assert surface.data == ("my data" if name == "own" else Images(40, "training", "mine"))
    again = ls.Surface.load(surface.save(tmp_path / "again.npz"))
    assert again == surface
    assert read(str(surface.data)) == surface.data


@pytest.mark.parametrize(
    "text", ["my data", "07 test images of mine", "1 test images of a, pixels b", "9,9 test images of a", "", "images"]
)
def test_a_caption_is_the_same_text_again(text):
    assert str(read(text)) == text
    assert str(ls.Plane(np.zeros(3), np.eye(2, 3), text).kind) == text


def test_captions_are_in_the_language_of_the_figure_and_own_ones_are_not():
    with ls.figures.style("light", lang="zh"):
        assert of_data(Images(1000, "test", "my-data")) == "my-data 的 1,000 张测试图像"
        assert of_data("1,000 test images of mine") == "1,000 test images of mine"
