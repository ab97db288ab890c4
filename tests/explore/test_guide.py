"""What the page says of optimizers and terrains: that it is there, as short as it should be, and so."""

from __future__ import annotations

import re

import numpy as np
import pytest

import landscape as ls
from landscape.core.wording import Words
from landscape.explore import walks_of
from landscape.explore.pages import _guide

STOPS = {"en": r"[.?!](?= |$)", "zh": "[。？！]"}
NAMES = {"SGD", "Adam", "SignSGD", "Nesterov", "Shampoo", "Sigmoid"}
RAVINE = "ravine:kappa=50"


def walk(ground, optimizer, more="n=200"):
    return walks_of(f"t={ground}&o={optimizer}&{more}")[0]


def moves(one):
    return np.diff(one.x, axis=0)


def lengths(one):
    return np.hypot(*moves(one).T)


def arrival(ground, optimizer, loss=0.01):
    found = int(walk(ground, optimizer, "n=400").steps_to(loss))
    return found if found >= 0 else 1000


# Words ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_optimizer_has_three_sentences_and_each_terrain_one_or_two(lang):
    found = _guide(lang)
    assert {*found} == {"optimizers", "terrains"}
    assert {*found["optimizers"]} == {*ls.optimizers.names()}
    assert {*found["terrains"]} == {*ls.terrains.names()}
    many = {name: len(re.findall(STOPS[lang], text)) for name, text in found["optimizers"].items()}
    assert set(many.values()) == {3}, many
    many = {name: len(re.findall(STOPS[lang], text)) for name, text in found["terrains"].items()}
    assert set(many.values()) <= {1, 2}, many


def test_the_chinese_is_all_its_own_with_no_english_but_names():
    own = Words("zh", "landscape.explore", "guide.toml").known
    for key, english in Words("en", "landscape.explore", "guide.toml").known.items():
        assert own[key] != english, key
        assert set(re.findall(r"[A-Za-z]{2,}", own[key])) <= NAMES, key


# Optimizers -----------------------------------------------------------------------------------------------------------


def test_a_heavy_ball_gathers_speed_and_rolls_past_with_too_much_memory():
    plain, heavy = walk("ravine:kappa=20", "sgd:lr=0.01"), walk("ravine:kappa=20", "momentum:lr=0.01")
    assert lengths(heavy).max() > 4 * lengths(plain)[20:].max()
    past = [
        walk("ravine:kappa=20", f"momentum:lr=0.01,momentum={mu}", "n=400").x[:, 0].max() for mu in (0.5, 0.9, 0.98)
    ]
    assert past[0] < 0.1 < past[1] < past[2]


def test_nesterov_brakes_earlier():
    for lr in (0.01, 0.02):
        heavy, ahead = (walk("ravine:kappa=20", f"{name}:lr={lr}") for name in ("momentum", "nesterov"))
        assert ahead.x[:, 0].max() < heavy.x[:, 0].max()
        assert np.abs(ahead.x[5:, 1]).max() < np.abs(heavy.x[5:, 1]).max()


@pytest.mark.parametrize("name", ["signsgd", "lion"])
@pytest.mark.parametrize("ground", ["sigmoid_chain", "cliff", "booth", "rosenbrock"])
def test_signs_move_each_coordinate_by_the_rate_and_hop_at_the_bottom(name, ground):
    np.testing.assert_allclose(np.abs(moves(walk(ground, f"{name}:lr=0.01"))), 0.01, rtol=1e-9)
    rest = walk("booth", f"{name}:lr=0.4&s=cosine", "n=400")
    assert rest.loss[-1] < 0.01 < walk("booth", f"{name}:lr=0.4", "n=400").loss[-1]


def test_rprop_speeds_over_a_plateau_and_shrinks_in_noise():
    steps = lengths(walk("sigmoid_chain", "rprop:lr=0.01", "n=10"))
    np.testing.assert_allclose(steps[1:] / steps[:-1], 1.2)
    noisy = walk("booth", "rprop:lr=0.1", "n=300&noise=30")
    assert noisy.state["eta"][-1].max() < 1e-4 < 1 < np.hypot(*(noisy.x[-1] - (1, 3)))


@pytest.mark.parametrize("ground", ls.terrains.names())
def test_no_step_of_adagrad_is_longer_than_its_rate(ground):
    assert np.abs(moves(walk(ground, "adagrad:lr=0.1"))).max() <= 0.1


def test_what_divides_by_sums_takes_shorter_and_shorter_steps_on_one_slope():
    slope = ls.terrains.parse("x + 3*y", ((-9, 9), (-9, 9)))
    for name in ("adagrad:lr=0.1", "shampoo:lr=0.1"):
        steps = np.hypot(*np.diff(ls.descend(slope, name, (1.0, 1.0), steps=50).x, axis=0).T)
        assert (np.diff(steps) < 0).all(), name


def test_plateau_and_wall_are_walked_at_nearly_one_speed():
    def ratio(name):
        wall, plateau = ("beale", "x=-3.5,-3.5&n=10"), ("sigmoid_chain", "n=10")
        fast, slow = (lengths(walk(ground, name, more)).sum() for ground, more in (wall, plateau))
        return fast / slow

    assert ratio("sgd:lr=0.000001") > 1e6
    for name in ("rmsprop:lr=0.01", "adam:lr=0.01"):
        assert 0.5 < ratio(name) < 2, name


def test_rmsprop_does_not_come_to_rest():
    assert np.abs(moves(walk("booth", "rmsprop:lr=0.1", "n=2000"))[-100:]).min() > 0.05


def test_adadelta_begins_with_tiny_steps():
    one = walk("booth", "adadelta")
    assert lengths(one).max() < 0.01
    assert np.hypot(*(one.x[-1] - one.x[0])) < 0.2 * np.hypot(*(one.x[0] - one.terrain.minima[0]))
    late = lengths(walk("booth", "adadelta", "n=20000"))
    assert late.max() > 3 * late[:200].max()


def test_adams_steps_are_about_the_rate_and_its_scaling_helps_less_across_the_axes():
    for ground in ls.terrains.names():
        assert np.abs(moves(walk(ground, "adam:lr=0.05"))).max() < 3 * 0.05, ground
    for lr in (0.1, 0.2, 0.3, 0.5):
        straight, turned = (arrival(ground, f"adam:lr={lr}") for ground in (RAVINE, f"{RAVINE},angle=45"))
        assert straight < turned


def test_what_remembers_the_steepest_place_stays_slow():
    # Down a wall that is some 10⁴ times as steep as the floor.
    for name in ("adamax", "amsgrad"):
        start = "n=300&x=-3.5,-3.5"
        forgets, remembers = (walk("beale", f"{one}:lr=0.05,beta2=0.9", start) for one in ("adam", name))
        if name == "amsgrad":
            assert lengths(remembers)[-50:].mean() < 0.5 * lengths(forgets)[-50:].mean()
            rising = walk("saddle", "amsgrad:lr=0.01", "x=0.001,0.5&n=80")
            np.testing.assert_allclose(rising.x[:, 1], walk("saddle", "adam:lr=0.01", "x=0.001,0.5&n=80").x[:, 1])
        assert remembers.loss[-1] > forgets.loss[-1]


def test_adamw_rests_beside_a_star_that_is_not_at_0():
    star = np.array([1.0, 3.0])
    beside, there = (walk("booth", one, "n=3000").x[-1] for one in ("adamw:lr=0.1,weight_decay=0.1", "adam:lr=0.1"))
    assert np.hypot(*(beside - star)) > 0.01 > 1e-6 > np.hypot(*(there - star))


def test_radams_first_steps_may_throw_it_far_away():
    thrown, safe = (walk("rosenbrock", f"{name}:lr=0.05", "n=100") for name in ("radam", "adam"))
    assert thrown.diverged
    assert not safe.diverged
    # From step 6 on it divides; then both come to walk alike.
    calm = [walk("ravine", f"{name}:lr=0.003", "n=3000") for name in ("radam", "adam")]
    assert not calm[0].diverged
    ratio = [np.median(lengths(calm[0])[part] / lengths(calm[1])[part]) for part in (slice(10, 60), slice(500, 900))]
    assert abs(np.log(ratio[1])) < abs(np.log(ratio[0]))


def test_noise_keeps_adam_and_nadam_from_rest():
    for name in ("adam", "nadam"):
        assert walk("booth", f"{name}:lr=0.1", "n=1000&noise=3").loss[-200:].mean() > 0.01
        assert walk("booth", f"{name}:lr=0.1", "n=1000").loss[-1] < 1e-6


@pytest.mark.parametrize("ground", ls.terrains.names())
def test_most_of_sophias_steps_are_cut(ground):
    cut = np.isclose(np.abs(moves(walk(ground, "sophia:lr=0.02"))), 0.02)
    assert cut.mean() > 0.5


def test_where_the_ground_curves_the_other_way_sophia_moves_by_the_rate():
    one = walk("saddle", "sophia:lr=0.01,diagonal=exact", "x=1,0.01&n=50")
    np.testing.assert_allclose(np.abs(moves(one)[:, 1]), 0.01)


def test_muons_steps_are_all_of_one_length():
    for ground in ("booth", "rosenbrock", "sigmoid_chain"):
        steps = lengths(walk(ground, "muon:lr=0.05,weight_decay=0"))
        np.testing.assert_allclose(steps, steps[0], rtol=0.02)
    assert walk("booth", "muon:lr=0.1", "n=1000").loss[-100:].max() > 1e-3


def test_axes_that_are_learned_make_a_turned_ravine_a_straight_one():
    for name in ("shampoo:lr=1", "shampoo:lr=2", "soap:lr=0.2,weight_decay=0", "soap:lr=0.5,weight_decay=0"):
        straight, turned = (arrival(ground, name) for ground in (RAVINE, f"{RAVINE},angle=45"))
        assert abs(straight - turned) <= 2, name
        assert turned < 1000
    first = moves(walk(RAVINE, "soap:lr=0.2,weight_decay=0", "n=2"))
    assert (first[0] == 0).all()
    assert (first[1] != 0).any()


def test_the_mean_of_a_schedule_free_walk_rests_in_noise_where_the_walk_does_not():
    one = walk("booth", "schedule_free_adamw:lr=1", "n=1000&noise=3")
    mean, itself = (np.ptp(points[-200:], axis=0).max() for points in (one.state["average"], one.x))
    assert mean < 0.5 * itself
    swings = [np.ptp(walk("booth", f"schedule_free_adamw:lr={lr}").x, axis=0).max() for lr in (2, 10, 50)]
    assert swings[0] < swings[1] < swings[2]


def test_prodigy_begins_unseen_and_then_leaps():
    steps = lengths(walk("booth", "prodigy"))
    assert steps[0] < 1e-5 < 1 < steps[:30].max()
    assert walk("booth", "prodigy").loss[-1] < 1e-4


# Terrains -------------------------------------------------------------------------------------------------------------

get = ls.terrains.get


def test_booth_is_a_little_longer_one_way():
    low, high = np.linalg.eigvalsh(get("booth").hessian((0.0, 0.0)))
    assert 2 < high / low < 10
    assert arrival("booth", "sgd:lr=0.1") < 100


def test_six_hump_camel_has_three_depths():
    starts = np.random.default_rng(0).uniform((-2, -1.1), (2, 1.1), (300, 2))
    ends = ls.descend("six_hump_camel", "sgd:lr=0.01", starts, steps=3000, record="last")
    assert len(np.unique(ends.x[-1].round(3), axis=0)) == 6
    assert len(np.unique(ends.loss[-1].round(3))) == 3
    assert walk("six_hump_camel", "sgd:lr=0.01").loss[-1] == pytest.approx(ends.loss[-1].max(), abs=1e-3)


def test_styblinski_tang_has_a_pit_in_each_quarter_and_one_is_deepest():
    starts = np.random.default_rng(0).uniform(-4, 4, (200, 2))
    ends = ls.descend("styblinski_tang", "sgd:lr=0.01", starts, steps=2000, record="last")
    pits = np.unique(ends.x[-1].round(3), axis=0)
    assert len(np.unique(np.sign(pits), axis=0)) == len(pits) == 4
    assert (np.sort(get("styblinski_tang").value(pits))[1:] > get("styblinski_tang").value(pits).min() + 1).all()
    assert (get("styblinski_tang").hessian(starts)[:, 0, 1] == 0).all()


def test_what_follows_the_slope_ends_in_a_pit_close_by():
    starts = np.random.default_rng(0).uniform(-4.5, 4.5, (200, 2))
    ends = ls.descend("rastrigin", "sgd:lr=0.001", starts, steps=500, record="last").x[-1]
    assert np.abs(ends - ends.round()).max() < 0.05
    assert np.abs(ends - starts).max() < 0.6
    far = starts[np.hypot(*starts.T) > 2]
    caught = ls.descend("ackley", "sgd:lr=0.001", far, steps=2000, record="last").x[-1]
    assert np.hypot(*(caught - far).T).max() < 1.5
    # "long steps that get shorter", with a schedule; and "by themselves"
    long = ls.descend("rastrigin", "sgd:lr=0.02", steps=300, schedule="cosine").loss[-1]
    assert long < ls.descend("rastrigin", "sgd:lr=0.001", steps=300).loss[-1]
    for optimizer, schedule in [("sgd:lr=0.1", "cosine"), ("sgd:lr=0.2", "cosine"), ("adagrad:lr=1", None)]:
        assert ls.descend("ackley", optimizer, steps=300, schedule=schedule).loss[-1] < 0.5


def test_the_losses_of_goldstein_price_reach_far():
    values = get("goldstein_price").grid(201, 201)[2]
    assert 1 < values.min() < 10
    assert 1e5 < values.max() < 1e6


def test_beale_is_steep_at_the_corners():
    ground = get("beale")
    corners = np.hypot(*ground.gradient(np.array([[4.5, 4.5], [-4.5, 4.5], [4.5, -4.5], [-4.5, -4.5]])).T)
    floor = np.hypot(*walk("beale", "sgd:lr=0.001").gradient[-1])
    assert corners.min() > 1e4 * floor


def test_saddles_hold_what_is_on_the_ridge_and_the_monkeys_holds_longer():
    assert walk("saddle", "sgd:lr=0.1", "x=1,0&n=1000").x[:, 1].max() == 0
    assert np.abs(walk("saddle", "sgd:lr=0.1", "x=1,0&n=300&noise=0.001").x[-1, 1]) > 1
    monkey = get("monkey_saddle")
    assert not monkey.gradient((0.0, 0.0)).any()
    assert not monkey.hessian((0.0, 0.0)).any()
    around = 0.5 * np.exp(1j * np.linspace(0, 2 * np.pi, 361))
    downhill = monkey.value(np.stack([around.real, around.imag], axis=-1)) < -1e-9
    assert np.sum(downhill[1:] & ~downhill[:-1]) == 3
    starts = 0.01 * np.stack([np.cos(np.arange(0.1, 6, 0.5)), np.sin(np.arange(0.1, 6, 0.5))], axis=-1)
    left = [
        np.argmax(np.hypot(*ls.descend(name, "sgd:lr=0.05", starts, steps=3000).x.T).T > 0.3, axis=0)
        for name in ("monkey_saddle", "saddle")
    ]
    assert np.median(left[0]) > 5 * np.median(left[1]) > 0


def test_an_error_that_is_sure_is_flat_under_the_squared_error_alone():
    steep = {loss: np.hypot(*get("neuron", loss=loss).gradient((-12.0, 0.0))) for loss in ("mse", "cross_entropy")}
    assert steep["mse"] < 0.001 < 0.1 < steep["cross_entropy"]


def test_a_large_rate_lands_where_the_valley_is_flatter_or_kills_the_unit():
    sharpness = [(walk("relu_pair", f"sgd:lr={lr}", "n=300").x[-1] ** 2).sum() for lr in (0.05, 0.15, 0.2)]
    assert sharpness[0] > sharpness[1] > sharpness[2]
    dead = walk("relu_pair", "sgd:lr=0.5")
    assert dead.x[-1, 0] < 0
    assert not dead.gradient[-1].any()


def test_the_floor_of_rosenbrocks_valley_is_found_long_before_the_star():
    one = walk("rosenbrock", "sgd:lr=0.001", "n=2000")
    off = np.abs(one.x[:, 1] - one.x[:, 0] ** 2)
    away = np.hypot(*(one.x - 1).T)
    assert np.argmax(off < 0.05) < 50
    assert away[500] > 0.5
