"""What the doctor says: of real faults, made by short trainings, each first; and of sound pictures nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import landscape as ls
from landscape.surfaces.diagnosis import Ailment

WALKERS = ("sgd:lr=0.1", "momentum:lr=0.05", "adam:lr=0.003")


@pytest.fixture(scope="module")
def part(mnist):
    return mnist.subset(800)


@pytest.fixture(scope="module")
def net():
    return ls.MLP((784, 16, 10))


@pytest.fixture(scope="module")
def sample(mnist):
    return mnist.sample(300)


@pytest.fixture(scope="module")
def of(net, sample):
    return net.on(sample.x, sample.y)


@pytest.fixture(scope="module")
def good(net, part):
    return [ls.train(net, part, text, 3, snapshots=24) for text in WALKERS]


def names(found):
    return [one.name for one in found]


# Sound pictures.


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_plane_of_good_runs_is_sound(good, sample, of, count):
    surface, _ = ls.projected(good[:count], sample, resolution=11)
    found = surface.diagnose(good[:count], of)
    assert not found, str(found)
    assert str(found).startswith("All is well.\n\nLooked at, and well:\n")
    assert {"plane-holds-little", "off-the-plane", "range-too-small", "range-too-large", "resolution"} <= {
        one.name for one in found.readings
    }
    # And so is each half of it.
    assert not surface.diagnose()
    assert not ls.diagnose(good[:count])


@pytest.mark.parametrize("normalize", ["filter", "layer", None])
def test_a_random_plane_around_a_trained_network_is_sound(good, net, of, normalize):
    surface = ls.surface(of, ls.planes.random(net, good[2].params, normalize=normalize), resolution=15)
    for runs, model in (([], None), ([], of), ([good[2]], of)):
        assert not surface.diagnose(runs, model), str(surface.diagnose(runs, model))


def test_a_surface_with_a_tolerance_is_sound(good, net, of):
    surface = ls.surface(of, ls.planes.random(net, good[0].params, seed=3), resolution=31, tol=0.02)
    assert not surface.computed.all()
    assert not surface.diagnose(model=of)


@pytest.mark.parametrize("plane", ["hessian", "gradient", "through"])
def test_other_planes_are_sound(good, sample, of, plane):
    runs = good if plane == "through" else good[2:]
    surface, _ = ls.projected(runs, sample, plane, resolution=11)
    assert not surface.diagnose(runs, of), str(surface.diagnose(runs, of))


@pytest.mark.parametrize(
    "loss",
    [
        lambda p: float(1 + p @ p),
        lambda p: float(np.sin(p).sum()),
        lambda p: float(np.log1p(p @ p)),
        lambda p: float(np.square(1 - p[:-1]).sum() + 100 * np.square(p[1:] - p[:-1] ** 2).sum()),
    ],
)
def test_functions_are_sound(loss):
    plane = ls.planes.through(np.zeros(6), np.eye(6)[0], np.eye(6)[3])
    surface = ls.surface_of(loss, plane, extent=((-2, 2), (-2, 2)), resolution=21)
    assert not surface.diagnose(model=ls.models.function(loss)), str(surface.diagnose())


# Faults, each made, and each the first that is named.


def test_a_loss_that_draws_anew_is_random(good, net, sample, of, rng):
    def dropped(params):
        return net.loss_value(params.astype(np.float32), sample.x * (rng.random(sample.x.shape) < 0.8), sample.y)

    surface, _ = ls.projected(good[0], sample, resolution=9)
    found = surface.diagnose(good[0], ls.models.function(dropped))
    assert names(found) == ["random-loss"]
    assert "dropout" in found[0].words
    assert found[0].value > 0
    # What a random loss is says nothing on the surface: the spline is judged by the grid.
    assert "other-loss" not in {one.name for one in found.readings}


def test_runs_of_other_data_do_not_belong_together(good, net, mnist, part):
    turned = ls.datasets.Dataset("turned", 1 - part.x_train, part.y_train, 1 - part.x_test[:50], part.y_test[:50])
    other = ls.train(net, turned, "adam:lr=0.003", 3, snapshots=24)
    found = ls.diagnose([good[0], other])
    assert names(found)[0] == "other-data"
    assert "turned" in found[0].words
    # A part of the same images is no other data.
    assert not ls.diagnose([good[0], ls.train(net, mnist.subset(640), "sgd:lr=0.1", 3, snapshots=24)])


def test_a_surface_over_other_data_is_named(good, net, sample):
    surface = ls.surface(net, ls.planes.pca(good[:2]), sample.x, sample.y, resolution=9)
    caption = replace(sample.about, name="letters")
    assert names(replace(surface, data=caption).diagnose(good[:2]))[0] == "other-data"
    assert not replace(surface, data=sample.about).diagnose(good[:2])


def test_runs_of_other_networks_do_not_belong_together(good, part, sample):
    larger = ls.train(ls.MLP((784, 24, 10)), part, "sgd:lr=0.1", 3, snapshots=24)
    found = ls.diagnose([good[0], larger])
    assert names(found) == ["other-network"]
    assert "784-16-10" in found[0].words
    assert "784-24-10" in found[0].words
    surface, _ = ls.projected(good[0], sample, resolution=9)
    assert names(surface.diagnose(larger))[0] == "other-network"


def test_a_model_that_is_not_the_surface_s_is_named(good, net, sample, mnist):
    surface, _ = ls.projected(good[0], sample, resolution=9)
    found = surface.diagnose(good[0], net.on(mnist.x_test[:300], mnist.y_test[:300]))
    assert names(found) == ["other-loss"]


def test_one_seed_twice_is_one_run(good, net, part, sample):
    again = ls.train(net, part, WALKERS[0], 3, snapshots=24)
    surface, _ = ls.projected([good[0], again], sample, resolution=9)
    found = surface.diagnose([good[0], again])
    assert names(found) == ["same-run-twice"]
    assert found[0].value == 0
    assert found[0].command == "landscape train -o sgd:lr=0.1 --seed 1"
    # As often measured otherwise, or with other snapshots, it is one all the same; another seed is another run.
    assert names(ls.diagnose([good[0], ls.train(net, part, WALKERS[0], 3, snapshots=12, measure=9)])) == names(found)
    assert not ls.diagnose([good[0], ls.train(net, part, WALKERS[0], 3, seed=1, snapshots=24)])


def test_filters_that_decayed_to_nothing_move_nothing(net, part, of):
    gone = ls.train(net, part, "sgd:lr=0.1,weight_decay=4", 3, snapshots=24)
    surface = ls.surface(of, ls.planes.random(net, gone.params), resolution=9)
    for runs, model in (([gone], of), ([gone], None), ([], of)):
        found = surface.diagnose(runs, model)
        assert found[0].name == "dead-filters", str(found)
        assert found[0].value > 0.5
        assert "filters have norms below" in found[0].words


def test_a_network_of_zeros_has_no_plane(net, part, of, good):
    surface = ls.surface(of, ls.planes.random(net, np.zeros(net.params.size)), resolution=9)
    for runs in ((), good):
        assert surface.diagnose(runs)[0].name == "dead-filters"
    half = good[0].params.copy()
    w, _ = net.layers(half)[0]
    w[:, :9] = 0
    surface = ls.surface(of, ls.planes.random(net, half), resolution=9)
    for model in (of, None):
        assert surface.diagnose(model=model)[0].name == "dead-filters"


def test_units_that_died_are_counted(net, part, sample):
    dead = ls.train(net, part, "momentum:lr=1", 2, snapshots=24)
    assert dead.history["dead"][-1].max() > 0.75
    surface, _ = ls.projected(dead, sample, resolution=9)
    found = surface.diagnose(dead)
    assert found[0].name == "dead-filters"
    assert found[0].value == dead.history["dead"][-1].max()


@pytest.mark.parametrize("resolution", [9, 21])
def test_a_map_of_a_rim_is_too_large(good, net, of, sample, resolution):
    around = ls.planes.random(net, good[2].params)
    wide = ls.surface(of, around, extent=((-100, 100), (-100, 100)), resolution=resolution)
    assert wide.diagnose()[0].name == "range-too-large"
    assert wide.diagnose(good[2])[0].name == "range-too-large"
    wide, _ = ls.projected(good[:2], sample, extent=((-900, 900), (-900, 900)), resolution=resolution)
    found = wide.diagnose(good[:2])
    assert found[0].name == "range-too-large"
    # What it says mends it.
    box = found[0].command.split("--extent=")[1].split(",")
    x0, x1, y0, y1 = map(float, box)
    better, _ = ls.projected(good[:2], sample, extent=((x0, x1), (y0, y1)), resolution=resolution)
    assert not better.diagnose(good[:2])


def test_a_map_without_numbers_or_of_a_plateau_is_too_large():
    plane = ls.planes.through(np.zeros(3), np.eye(3)[0], np.eye(3)[1])

    def explodes(params):
        with np.errstate(over="ignore"):
            return float(np.exp(params @ params))

    for loss, word in (
        (explodes, "not finite"),
        (lambda p: float(1 - np.exp(-(p @ p))), "colour scale"),
        (lambda p: float(np.tanh(100 * p[0]) + np.tanh(90 * p[1])), "level"),
    ):
        far = ls.surface_of(loss, plane, extent=((-90, 90), (-80, 80)), resolution=31)
        found = far.diagnose()
        assert found[0].name == "range-too-large", str(found)
        assert word in found[0].words
        assert not ls.surface_of(loss, plane, extent=((-1, 1), (-1, 1)), resolution=31).diagnose() or word == "level"


def test_a_map_of_noise_is_too_small(good, net, of):
    """The slope is about 1 in these units: within 10⁻⁵ and 10⁻³ other images would change more."""
    around = ls.planes.random(net, good[0].params)
    for reach in (1e-5, 1e-3):
        near = ls.surface(of, around, extent=((-reach, reach), (-reach, reach)), resolution=9)
        found = near.diagnose([good[0]], of)
        assert found[0].name == "range-too-small"
        assert "times its standard error" in found[0].words
    bare = replace(ls.surface(of, around, extent=((-1e-6, 1e-6), (-1e-6, 1e-6)), resolution=9), standard_error=None)
    assert "times its rounding" in bare.diagnose()[0].words
    level = ls.surface_of(lambda p: 3.0, around, resolution=9)
    assert names(level.diagnose()) == ["range-too-small"]
    assert level.diagnose()[0].value == 0


def test_the_range_begins_at_two_standard_errors(good, net, of):
    surface = ls.surface(of, ls.planes.random(net, good[0].params), resolution=9)
    span = np.ptp(surface.loss)
    for share, ill in ((0.499, False), (0.501, True)):
        errors = np.full(surface.loss.shape, share * span)
        assert ("range-too-small" in names(replace(surface, standard_error=errors).diagnose())) == ill


def test_few_snapshots_are_no_path(net, part, sample):
    for count, ill in ((2, True), (3, True), (5, True), (6, False)):
        runs = [ls.train(net, part, text, 3, snapshots=count) for text in WALKERS[:2]]
        surface, _ = ls.projected(runs, sample, resolution=9)
        found = surface.diagnose(runs)
        assert (names(found)[:1] == ["snapshots-too-few"]) == ill, str(found)
        assert not ill or found[0].value == count + 1


def test_a_path_that_is_one_stride_is_late(net, part, good):
    """Adam does most of its way before the first of these snapshots."""
    late = ls.train(net, part, "adam:lr=0.02", 3, snapshots=24)
    kept = [0, *range(16, 25)]
    late = replace(late, snapshots=late.snapshots[kept], steps=late.steps[kept])
    found = ls.diagnose(late)
    assert found[0].name == "snapshots-late"
    assert found[0].value > 0.5
    without = replace(good[0], snapshots=good[0].snapshots[12:], steps=good[0].steps[12:])
    assert names(ls.diagnose(without)) == ["snapshots-late"]
    still = replace(good[0], snapshots=np.repeat(good[0].snapshots[:1], 25, axis=0))
    assert "does not move" in ls.diagnose(still)[0].words


def test_a_short_path_beside_a_long_one_is_hidden(net, part, sample):
    runs = [ls.train(net, part, text, 3, snapshots=24) for text in ("sgd:lr=0.0005", "adam:lr=0.01")]
    surface, _ = ls.projected(runs, sample, resolution=9)
    found = surface.diagnose(runs)
    assert found[0].name == "scale-hides", str(found)
    farthest = [np.linalg.norm(run.snapshots - run.snapshots[0], axis=1).max() for run in runs]
    assert found[0].value == pytest.approx(farthest[1] / farthest[0], rel=1e-4)
    assert names(ls.diagnose(runs)) == ["scale-hides"]


def test_jitter_at_the_end_is_no_path(mnist, sample):
    """Where training has ended, noise shakes the network in more directions than a plane has."""
    part, shaken = mnist.subset(2000), ls.MLP((784, 10))
    shaken.params = ls.train(shaken, part, "adam:lr=0.002", 6, snapshots=2).params
    run = ls.train(shaken, part, "sgd:lr=0.3", 2, batch_size=8, snapshots=60)
    surface, _ = ls.projected(run, sample, resolution=11)
    found = surface.diagnose(run)
    assert names(found)[:1] == ["plane-holds-little"], str(found)
    assert found[0].value == pytest.approx(surface.plane.explained.sum())
    assert found[0].limit == pytest.approx(surface.plane.null_explained.sum())
    assert names(surface.diagnose()) == ["plane-holds-little"]


def test_a_path_on_a_random_plane_is_told_to_take_another(good, sample):
    surface, _ = ls.projected(good[0], sample, "random", resolution=9)
    found = surface.diagnose(good[0])
    assert names(found) == ["plane-holds-little"]
    assert not surface.diagnose()  # as a picture of what is around the network


def test_a_run_off_the_plane_of_others_is_named(good, net, part, sample):
    elsewhere = ls.train(ls.MLP((784, 16, 10), seed=5), part, "sgd:lr=0.1", 3, snapshots=24)
    surface, _ = ls.projected(good[:2], sample, resolution=9)
    found = surface.diagnose(elsewhere)
    assert names(found)[0] == "off-the-plane", str(found)
    assert found[0].value == pytest.approx(
        surface.plane.project(elsewhere.snapshots[0])[1] / np.linalg.norm(elsewhere.params - elsewhere.snapshots[0]),
        rel=0.1,
    )
    assert not surface.diagnose(good[:2])


def test_a_coarse_grid_invents(rng):
    """Ripples of 0.4, seen every 0.5."""

    def loss(params):
        return float((params * params - np.cos(16 * params)).sum() + 9)

    plane = ls.planes.through(np.zeros(3), np.eye(3)[0], np.eye(3)[1])
    coarse = ls.surface_of(loss, plane, extent=((-2, 2), (-2, 2)), resolution=9)
    fine = ls.surface_of(loss, plane, extent=((-2, 2), (-2, 2)), resolution=65)
    model = ls.models.function(loss)
    found = coarse.diagnose(model=model)
    assert names(found) == ["resolution"]
    assert "in the middle of 25 cells" in found[0].words
    assert found[0].command.endswith("--resolution 17")
    assert not fine.diagnose(model=model)
    assert names(coarse.diagnose()) == ["resolution"]


# The page.


def test_findings_come_gravest_first_and_say_what_mends_them(good, net, part, sample):
    again, few = (ls.train(net, part, WALKERS[0], 3, snapshots=count) for count in (24, 2))
    found = ls.diagnose([good[0], again, few])
    assert found[0].name == "same-run-twice"
    assert names(found)[-1] == "snapshots-too-few"
    assert len(found) == len(list(found)) == len(found[:])
    assert all(isinstance(one, Ailment) and one.remedy for one in found)
    page = str(found)
    assert page.startswith(f"{len(found)} findings, the gravest first.\n\n1. same-run-twice: ")
    for one in found:
        assert one.words in page
        assert one.remedy in page
        assert "\n" not in one.words


def test_commands_name_the_runs(good, sample, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runs = [ls.Run.load(run.save(tmp_path / name)) for run, name in zip(good, ("a", "b c", "d"), strict=True)]
    surface, _ = ls.projected(runs[:2], sample, extent=((-900, 900), (-900, 900)), resolution=9)
    assert surface.diagnose(runs[:2])[0].command.startswith("landscape project a 'b c' --extent=")
    assert surface.diagnose()[0].command.startswith("landscape project RUNS --extent=")


def test_what_is_none_is_refused(good, net):
    with pytest.raises(ValueError, match=r"^there is nothing to look at: give runs, a surface or a model$"):
        ls.diagnose()
    with pytest.raises(TypeError, match="a Run, one or several of it, is needed, not str"):
        ls.diagnose(["runs/a"])
    with pytest.raises(TypeError, match="a Run, one or several of it, is needed, not MLP"):
        ls.diagnose(net)
    with pytest.raises(ValueError, match="an MLP has no data of its own"):
        ls.diagnose(good, model=net)
