"""Sentences that compare are chosen by the numbers: each lesson is given other numbers, and says the other sentence."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from manim import tempconfig

import landscape as ls
from landscape import evidence
from landscape.animations import lessons
from landscape.animations.lessons.backprop import Errors
from landscape.animations.lessons.counter import Counter
from landscape.animations.lessons.edge import Edge
from landscape.animations.lessons.evolution import Evolution
from landscape.animations.lessons.he import Signals
from landscape.animations.lessons.plateau import Plateau
from landscape.animations.lessons.ravine import Ravines
from landscape.animations.lessons.relu import NewGround
from landscape.animations.lessons.roles import MountainRange
from landscape.animations.lessons.truth import Truth, followed
from landscape.animations.lessons.vehicle import Vehicles
from landscape.core.statistics import over_seeds, paired
from landscape.core.wording import LANGUAGES, speaking
from landscape.datasets.sample import Samples
from landscape.evidence import Finding, Quantity
from landscape.evidence.claims.cliff import Fall, WideCliff
from landscape.evidence.claims.iteration import one_iteration
from landscape.evidence.claims.step import anatomy
from landscape.evidence.comparing import clear_way, compared, points
from landscape.evidence.one_path import strongest_path
from landscape.evidence.real_grounds import Journey, RealGround, recorded_journey
from landscape.evidence.stability import RATES, Training, Valley, in_a_valley
from landscape.evidence.three_places import Place
from landscape.evidence.tuning import Tuned, decades, in_ravines, wider
from landscape.optimizers import SGD, Adam, Clip, Momentum, RMSProp
from landscape.sweeps.bands import Sweep
from landscape.walks.nudges import Nudged

LRS = 10.0 ** np.arange(-4, 3)  # a rate a decade, so that a band of n rates is n decades wide
STEPS = 1000
SEEDS = range(1, 6)


class Told:
    """Mixed into a lesson: says everything and shows nothing."""

    def say(self, key, *animations, run_time=0.6, **values):
        self.told.append((key, self.word(key, **values)))

    def play(self, *animations, **kwargs):
        pass

    def fly(self, *animations, **kwargs):
        pass

    def leave(self, *animations, **kwargs):
        pass

    def pause(self, seconds=2.0):
        pass


QUICK = {"dry_run": True, "verbosity": "ERROR", "pixel_width": 64, "pixel_height": 36, "frame_rate": 1}


def solved_by(name, **options):
    """What a lesson computes."""
    with tempconfig(QUICK):
        return lessons.get(name)(**options).solve()


def told(name, solved, lang="en", **options):
    """The sentences (key, words) of a lesson with these numbers, without drawing it."""
    with tempconfig(QUICK):
        lesson = type("Told", (Told, lessons.get(name)), {})(lang=lang, solved=solved, **options)
        lesson.told = []
        lesson.construct()
    return dict(lesson.told)


def swept(optimizer, needed, width=3, first=1):
    """A sweep whose best rate needs so many steps, and in which so many rates arrive, from the `first` on."""
    score = np.full(len(LRS), np.inf)
    if np.isfinite(needed):
        score[first : first + width] = needed + np.arange(width)
    return Sweep(optimizer, LRS, score, "steps", STEPS)


def tuned(terrain, optimizer, needed, width=3):
    """The same as a walk, of few steps, as the walk itself tells nothing here."""
    return Tuned(swept(optimizer, needed, width), ls.descend(terrain, optimizer.with_lr(1e-3), steps=4), needed)


_KEPT = ("small", "he", "large")


def by_seed(*values):
    return dict(zip(SEEDS, values, strict=True))


LOW, CLOSE, AHEAD = (
    by_seed(0.11, 0.10, 0.11, 0.12, 0.11),
    by_seed(0.955, 0.949, 0.961, 0.950, 0.958),
    by_seed(0.975, 0.970, 0.982, 0.971, 0.977),
)
ALSO = by_seed(0.951, 0.957, 0.952, 0.960, 0.949)


def found(claim, values, **series):
    """A finding with these numbers."""
    return Finding(claim, "0", values, {}, {}, "holds", series, {"deep": 5, "images": 100, "target": 1.15}, "full", 1.0)


def difference(one, other):
    """How much more one reads than another, as a finding has it."""
    return Quantity.difference(over_seeds(one, other), "points", len(one))


def coevolution(old=None, new=None, both=None, vehicle=None, rates=0):
    """The table of grounds and vehicles with these accuracies by seed; those that were measured if None."""
    given = (old or LOW, new or CLOSE, both or ALSO, vehicle or CLOSE)
    accuracy = dict(zip(("plain_sgd", "ground_sgd", "ground_adam", "plain_adam"), given, strict=True))
    values = {name: Quantity.mean(list(one.values()), "share") for name, one in accuracy.items()}
    values |= {f"{name}_band": Quantity(1.5, "decades") for name in accuracy}
    values |= {"plain_sgd_shallow": Quantity(0.91, "share"), "plain_sgd_rates": Quantity(rates / 11, "share", n=11)}
    gains = {"new_ground": given[1::-1], "ground_gain": given[2:0:-1], "plain_gain": (given[3], given[0])}
    values |= {name: difference(*pair) for name, pair in gains.items()}
    curve = {"lr": 0.1, "steps": [1, 2, 3], "loss": [2.3, 1.0, 0.5]}
    one = found("coevolution", values, curves=dict.fromkeys(accuracy, curve))
    settings = {"lrs": LRS.tolist(), "shallow_depth": 2}
    return replace(one, settings=one.settings | settings)


def test_numbers_are_compared_as_they_are():
    assert [compared(*pair) for pair in ((10, 12), (10, 13), (13, 10), (0, 0), (np.inf, np.inf), (np.inf, 5))] == [
        "alike",
        "less",
        "more",
        "alike",
        "alike",
        "more",
    ]


def test_bands_that_do_not_end_are_told_as_such():
    closed, open_ = swept(SGD(), 9, 2), swept(Adam(), 9, 4, first=3)
    assert (decades(closed.band), decades(open_.band), decades(None)) == ("2.0", "≥3.5", "0")
    assert (wider(open_, closed), wider(closed, open_)) == ("more", "less")
    # It may be as wide as the open one, or wider: nobody knows.
    assert wider(swept(SGD(), 9, 6), open_) == "alike"
    # Ends are known to within the grid's spacing.
    assert wider(swept(SGD(), 9, 3), closed) == "alike"


def test_what_chance_explains_is_unclear():
    alike = paired([0.95, 0.96, 0.94, 0.97], [0.96, 0.95, 0.95, 0.96])
    # Differences of 2, 2, 2 and 2.2 points: 2.05 ± 3.18 · 0.05 by Student's t with 3 degrees of freedom.
    ahead = paired([0.95, 0.96, 0.94, 0.97], [0.93, 0.94, 0.92, 0.948])
    one = paired([0.95], [0.90])
    assert [clear_way(found) for found in (alike, ahead, -ahead, one)] == ["unclear", "more", "less", "unclear"]
    assert points(ahead) == {"effect": "+2.05", "apart": "2.05", "low": "1.89", "high": "2.21"}
    assert points(-ahead) == {"effect": "−2.05", "apart": "2.05", "low": "1.89", "high": "2.21"}
    assert points(alike)["low"].startswith("−")


@pytest.mark.parametrize("kind", lessons.names())
def test_no_lesson_compares_in_a_sentence_of_one_form(kind):
    """Words that compare stand only in captions that have other forms, or whose numbers say it."""
    comparing = re.compile(r"\b(faster|slower|better|worse|fewer|wins?|loses?|lead|ahead of|no more than|not more)\b")
    said = lessons.script(kind).said("en")
    words = {key: text for key, text in said.items() if key != "blurb" and not key.startswith("deck.")}
    forms = {key.rpartition("_")[0] for key in words}
    for key, text in words.items():
        if comparing.search(text):
            assert key.rpartition("_")[0] in forms
            assert sum(other.startswith(key.rpartition("_")[0] + "_") for other in words) > 1, (key, text)


def ravines(sgd=333, momentum=130, adam=126, turned_sgd=333, turned_momentum=130, turned_adam=132, widths=(1, 2, 4)):
    races = []
    for angle, needed in ((0.0, (sgd, momentum, adam)), (45.0, (turned_sgd, turned_momentum, turned_adam))):
        terrain = ls.terrains.get("ravine", kappa=100.0, angle=angle)
        kinds = (SGD(), Momentum(), Adam())
        races.append([tuned(terrain, *each) for each in zip(kinds, needed, widths, strict=True)])
    return Ravines(*races)


def test_ravine():
    said = told("ravine", ravines())
    assert {"momentum_alike", "turned_same", "answer_more"} < said.keys()
    assert "126" in said["momentum_alike"]
    assert "4.0" in said["answer_more"]
    said = told("ravine", ravines(momentum=60, turned_sgd=900, widths=(4, 2, 1)))
    assert {"momentum_less", "turned_other", "answer_less"} < said.keys()
    assert "900" in said["turned_other"]
    said = told("ravine", ravines(momentum=np.inf, widths=(3, 2, 3)))
    assert {"momentum_more", "answer_alike"} < said.keys()
    assert "> 1,000" in said["momentum_more"]  # it does not arrive, and has no number


def test_saddle():
    solved = solved_by("saddle")
    said = told("saddle", solved)
    assert {"momentum_rate", "adam_alike", "answer_all"} < said.keys()
    left = [solved.left[0], 152, 400, solved.left[3]]
    other = replace(solved, left=left, nearer={1e-2: 70, 1e-10: 900}, on_ridge=solved.walks)
    said = told("saddle", other)
    assert {"momentum_more", "adam_more", "answer_some"} < said.keys()
    assert "0 of 4" in said["answer_some"]


@pytest.fixture
def ground(runs, surface, mnist):
    """A ground of two short runs, which are called SGD and Adam here."""
    x, y = mnist.x_train[:700], mnist.y_train[:700]  # those of the surface
    pair = dict(zip(("sgd", "adam"), runs, strict=False))
    return RealGround("relu", surface, surface, {k: ls.project(run, surface, x, y) for k, run in pair.items()}, pair)


def test_roles(ground, mnist):
    images, labels = mnist.x_test[:24], mnist.y_test[:24]
    grounds = dict.fromkeys(("identity", "sigmoid", "relu"), (ground.surface, ground.surface))
    solved = MountainRange(coevolution(), ground, grounds, 1e-15, images, labels, labels, 0.113, (1, 1.0))
    assert "1 to every one" in told("roles", solved)["hurts_all"]
    said = told("roles", replace(solved, usual=(7, 0.62)))
    assert "7 to 62" in said["hurts_some"]
    assert f"{ground.runs['sgd'].params.size:,}" in said["loss"]


def test_plateau(ground):
    path = strongest_path("sigmoid")
    sgd = ground.walks["sgd"]
    still = replace(ground, walks=ground.walks | {"sgd": replace(sgd, loss=np.full(len(sgd.loss), 2.3))})
    said = told("plateau", Plateau(coevolution(), path, still, (0.0, 0.25)))
    assert {"walks", "rates_none", "shallow"} < said.keys()
    assert "0.25" in said["quarter"]
    said = told("plateau", Plateau(coevolution(rates=2), path, ground, (0.0, 0.25)))
    assert {"goes", "rates_some"} < said.keys()
    assert "2 train" in said["rates_some"]


def place(terrain, needed, start=None):
    """SGD, momentum and Adam, which need so many steps, and an accident."""
    walk = ls.descend(terrain, SGD(lr=0.05), start, steps=30)
    kinds = (SGD(), Momentum(), Adam())
    return Place(terrain, walk, 1e-3, [tuned(terrain, *each) for each in zip(kinds, needed, strict=True)])


def places(*needed):
    names = ("relu_valley", "relu_pair", "cliff")
    return [place(ls.terrains.get(name), each) for name, each in zip(names, needed, strict=True)]


@pytest.mark.parametrize(
    ("new", "landed", "keys"),
    [(None, 0.0, {"ground_more", "cliff_none"}), (LOW, 0.4, {"ground_unclear", "cliff_some"})],
    ids=["helps", "same"],
)
def test_relu(ground, mnist, new, landed, keys):
    findings = {"coevolution": coevolution(new=new), "he": found("he", dict.fromkeys(_KEPT, Quantity(1.0, "")))}
    findings["cliff"] = found("cliff", {"landed": Quantity(landed, "share", n=101)})
    masks = np.zeros((2, 5, 64), dtype=bool)
    masks[1, :, :16] = True
    signals = dict.fromkeys(_KEPT, np.ones((20, 128)))
    them = places((9, 9, 9), (9, 9, 9), (9, 9, 9))
    dead = ls.descend(ls.terrains.get("relu_pair"), SGD(lr=0.4), (3.0, 0.8), steps=20)
    images = mnist.x_train[:2]
    solved = NewGround(findings, strongest_path("relu"), images, masks, signals, ground, *them, dead)
    said = told("relu", solved)
    assert keys < said.keys()
    assert "25" in said["other"]


def test_vehicle():
    ball = ls.descend(ls.terrains.get("relu_valley"), Momentum(lr=1.8), steps=60)
    one = anatomy()
    solved = Vehicles(coevolution(), ball, one, places((195, 76, 73), (19, 200, 177), (63, 56, 31)))
    said = told("vehicle", solved)
    assert {"back_less", "cancel_less", "step_less", "answer_some"} < said.keys()
    assert "2 of 3" in said["answer_some"]
    assert "177" in said["saddle"]
    every = places((195, 76, 73), (190, 200, 177), (63, 56, 31))
    turned = replace(one, m_hat=one.step, step=one.m_hat)
    said = told("vehicle", replace(solved, places=every, anatomy=turned, finding=coevolution(old=CLOSE, new=LOW)))
    assert {"back_more", "step_more", "answer_all"} < said.keys()
    none = places(*[(9, 9, np.inf)] * 3)
    # A ball that only rolls along has nothing to cancel.
    rolling = replace(ball, gradient=np.ones_like(ball.gradient))
    said = told("vehicle", replace(solved, places=none, ball=rolling, finding=coevolution(new=LOW)))
    assert {"back_alike", "cancel_alike", "answer_none"} < said.keys()


@pytest.fixture
def truth(ground, runs, surface, mnist):
    stored = evidence.stored()
    findings = {name: stored[name] for name in ("plateau", "relu", "ravine", "saddle", "cliff", "adaptive")}
    findings |= {"demand": stored["demand"], "coevolution": coevolution()}
    walks = list(ground.walks.values())
    images, labels = mnist.x_test[:24], mnist.y_test[:24]
    crossed = Journey(runs, surface, walks, "mnist", 200, surface)
    return Truth(one_iteration(mnist), crossed, ground, findings, images, labels, labels, np.ones((2, 20_000)))


def test_truth(truth):
    said = told("truth", truth)
    assert {"four_unclear", "tuning_more", "reddi_lost", "car_more", "who_plain", "answer_plain"} < said.keys()
    assert "24 of these 24" in said["again"]
    values = truth.findings["demand"].values
    wide = values | {"over_sgd": difference(AHEAD, CLOSE), "sgd_band": replace(values["adam_band"])}
    adaptive = truth.findings["adaptive"]
    right = replace(adaptive, values=adaptive.values | {"reddi_adam": Quantity(-0.9, "")})
    findings = truth.findings | {
        "demand": replace(truth.findings["demand"], values=wide),
        "adaptive": right,
        "coevolution": coevolution(vehicle=LOW),
    }
    said = told("truth", replace(truth, findings=findings))
    assert {"four_more", "tuning_not", "reddi_other", "car_unclear", "who_ground", "answer_ground"} < said.keys()
    findings["demand"] = replace(findings["demand"], values=wide | {"over_sgd": difference(CLOSE, AHEAD)})
    findings["coevolution"] = coevolution(old=CLOSE, vehicle=LOW)
    assert {"four_less", "car_less", "who_other"} < told("truth", replace(truth, findings=findings)).keys()


def test_the_pixel_that_is_followed_is_of_the_iteration(mnist):
    """Each number on its way, by hand."""
    one = one_iteration(mnist)
    found = followed(one)
    pixel, unit = 28 * found.row + found.column, found.unit
    (w1, b1), (w2, b2) = one.net.layers(one.net.params)
    x, label = mnist.x_train[0].astype(float), int(mnist.y_train[0])
    z1 = x @ w1 + b1
    z2 = np.maximum(z1, 0) @ w2 + b2
    p = np.exp(z2) / np.exp(z2).sum()
    forward = [x[pixel], w1[pixel, unit], z1[unit], max(z1[unit], 0), z2[label], p[label], -np.log(p[label])]
    np.testing.assert_allclose([value for _, value in found.forward], forward, rtol=1e-4)
    error = p - np.eye(10)[label]
    g = one.net.layers(one.trace.gradient)[0][0][pixel, unit]
    back = [error[label], w2[unit] @ error, (w2[unit] @ error) * (z1[unit] > 0), g]
    np.testing.assert_allclose([value for _, value in found.back], back, rtol=1e-4)
    step = -one.lr * g / (abs(g) + 1e-8)
    update = [0.1 * g, 0.001 * g * g, g, g * g, step, w1[pixel, unit] + step]
    np.testing.assert_allclose([value for _, value in found.update], update, rtol=1e-4)


def trained_at(first, second):
    """A network's sharpness that settles at these values in its two phases."""
    steps = np.arange(0, 3000, 25)
    sharpness = np.where(steps < 1500, first, second) * np.minimum(1.0, 0.5 + (steps % 1500) / 1000)
    edge = np.where(steps < 1500, *(2 / rate for rate in RATES))
    return Training(steps, sharpness, edge, [1500])


def test_edge():
    valley = in_a_valley()
    said = told("edge", Edge(valley, trained_at(2.02, 2.45)))
    assert {"thrown", "climbs_edge", "again_edge"} < said.keys()
    assert "2.02" in said["climbs_edge"]
    same = Valley([valley.walks[0]] * 3)
    assert "stays" not in told("edge", Edge(same, trained_at(2.0, 2.5)))
    steep = [replace(valley.walks[0], x=valley.walks[0].x * [1.4, 1.0]) for _ in range(3)]
    said = told("edge", Edge(Valley(steep), trained_at(1.2, 3.5)))
    assert {"stays", "climbs_other", "again_other"} < said.keys()


def cliff(arrived=(), clipped=300.0, widths=(1, 3, 3)):
    """arrived : the steps of those of five walks of SGD that arrive."""
    terrain = WideCliff()
    kinds = [SGD(lr=1.0), Clip(SGD(lr=1.0), max_norm=0.5), Adam(lr=0.05)]
    walks = [ls.descend(terrain, kind, steps=100) for kind in kinds]
    starts = np.tile(terrain.start, (5, 1))
    sgd = np.full(5, np.inf)
    sgd[: len(arrived)] = arrived
    landed = [Nudged(starts, sgd), Nudged(starts, np.full(5, clipped)), Nudged(starts, np.full(5, 76.0))]
    sweeps = [swept(kind, 9, width) for kind, width in zip(kinds, widths, strict=True)]
    return Fall(terrain, walks, landed, 96, np.array([4.7, 5.1]), sweeps)


def test_cliff():
    said = told("cliff", cliff())
    assert {"thrown_none", "clip_all", "answer_alike"} < said.keys()
    assert "4.7" in said["thrown_none"]
    assert "5.1" in said["thrown_none"]
    said = told("cliff", cliff(arrived=(400, 500, 600), clipped=np.inf, widths=(1, 5, 2)))
    assert {"thrown_some", "clip_some", "answer_more"} < said.keys()
    assert "600" in said["thrown_some"]  # of five walks the middle one arrives third
    assert {"thrown_few", "answer_less"} < told("cliff", cliff(arrived=(400,), widths=(1, 3, 5))).keys()
    assert "answer_not" in told("cliff", cliff(widths=(3, 3, 1)))


def test_he():
    power = np.ones((4, 20))
    ratio = np.array([[1e-40, 1e-41], [1e-6, 1e-6], [0.5, 2.7], [500.0, 700.0]])
    solved = Signals(power, np.full((4, 20, 28), 0.1), ratio)
    assert "0.5 to 2.7" in told("he", solved)["answer_he"]
    # Had Glorot's kept it better, that would be said.
    other = replace(solved, ratio=ratio[[0, 2, 1, 3]])
    assert "Glorot" in told("he", other)["answer_other"]


def test_backprop():
    z = np.linspace(-6, 6, 5)
    ratio = np.array([[2e-6, 2.5e-6], [0.9, 1.2], [0.04, 0.05]])
    solved = Errors(np.geomspace(ratio[:, 0], 1.0, 10).T, (z, z, z), 0.5, ratio)
    said = told("backprop", solved)
    assert {"relu_alike", "half_less"} < said.keys()
    assert "0.04 to 0.05" in said["half_less"]
    said = told("backprop", replace(solved, ratio=ratio[[0, 2, 1]]))
    assert {"relu_less", "half_more"} < said.keys()


def test_adam():
    solved = solved_by("adam")
    # The angle between a gradient and the average of those before it, and what that does to the average: 138.5°, 2.6°.
    assert "139°" in told("adam", solved)["m_turns"]
    turned = replace(solved, m=solved.g)
    assert "turns it by 139°" in told("adam", turned)["m_turns"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_evolution_says_who_is_ahead_only_where_seeds_do(lang, small_grounds):
    def say(*accuracy):
        return told("evolution", Evolution(coevolution(*accuracy), 0.1135), lang)

    assert {"say1_more", "say2_unclear", "say3_more", "answer_plain"} < say(LOW, CLOSE, ALSO, CLOSE).keys()
    said = say(LOW, CLOSE, AHEAD, LOW)
    assert {"say1_more", "say2_more", "say3_unclear", "answer_other"} < said.keys()
    assert "2.04" in said["say2_more"]
    assert {"say1_more", "say2_less", "answer_ground"} < say(LOW, AHEAD, CLOSE, LOW).keys()
    assert {"say1_unclear", "say3_less", "answer_other"} < say(CLOSE, ALSO, CLOSE, LOW).keys()


def counter(x=(0.99, -0.95), aligned=(577, 126, 130), turned=(963, 132, 130), accuracy=(CLOSE, ALSO)):
    kinds = (RMSProp(), Adam(), Momentum())
    races = [
        [tuned(ls.terrains.get("ravine", angle=angle), *each) for each in zip(kinds, needed, strict=True)]
        for angle, needed in ((0.0, aligned), (45.0, turned))
    ]
    momentum, adam = accuracy
    values = {
        name: Quantity.mean(list(one.values()), "share") for name, one in (("momentum", momentum), ("adam", adam))
    }
    losses = np.linspace(1, 0.2, len(LRS)).tolist()
    cases = [{"optimizer": name, "lrs": LRS.tolist(), "loss": losses} for name in ("momentum", "adam")]
    demand = found("demand", values | {"over_momentum": difference(adam, momentum)}, cases=cases)
    return Counter(np.repeat(np.array(x)[:, None], 20_000, axis=1), *races, demand)


def test_counter():
    said = told("counter", counter())
    assert {"reddi_end_lost", "ravine_alike", "turned_same", "mnist_unclear", "answer_none"} < said.keys()
    said = told("counter", counter((-0.99, 0.2), (577, 126, 400), (963, 132, 410), accuracy=(CLOSE, AHEAD)))
    assert {"reddi_end_other", "ravine_more", "turned_other", "mnist_more", "answer_all"} < said.keys()
    said = told("counter", counter(aligned=(100, 126, 60), turned=(963, 80, 600), accuracy=(AHEAD, CLOSE)))
    assert {"ravine_less", "mnist_less", "answer_some"} < said.keys()
    assert "1" in said["answer_some"]


def test_mnist_names_its_data_and_what_diverged(runs, surface, mnist):
    x, y = mnist.x_train[:700], mnist.y_train[:700]  # those of the surface
    walks = [ls.project(run, surface, x, y) for run in runs]
    said = told("mnist", Journey(runs, surface, walks, "digits", 200))
    assert "200 images" in said["plane"]
    assert "digits" in said["drive"]
    apart = 100 * abs(runs[0].test_accuracy - runs[1].test_accuracy)
    assert f"{apart:.2f}" in said["answer"]
    alone = told("mnist", Journey(runs[:1], surface, walks[:1], "mnist", 200), runs=["somewhere"])
    assert {"question_one", "answer_one"} < alone.keys()
    lost = [replace(runs[0], diverged=True), runs[1]]
    assert "1 of 2" in told("mnist", Journey(lost, surface, walks, "mnist", 200))["answer_lost"]


def test_runs_of_other_libraries_are_told_by_their_models(recorded, small_grounds, monkeypatch):
    """Over samples of their own; an accuracy that nobody measured while they were trained is no test accuracy."""
    runs = [recorded["slow"], recorded["quick"]]
    solved = recorded_journey(runs)
    model = runs[0].network.on()
    assert solved.read == [model.accuracy(run.params) for run in runs]
    said = told("mnist", solved, runs=["somewhere"])
    assert "over data of its own" in said["plane_foreign"]
    counted = told("mnist", replace(solved, own=Samples(1200)), runs=["somewhere"])
    assert "over 1,200 samples" in counted["plane_foreign"]
    with speaking("zh"):  # as a lesson does that is rendered
        chinese = told("mnist", replace(solved, own=Samples(1200)), lang="zh", runs=["somewhere"])
    assert "1,200 个样本" in chinese["plane_foreign"]
    assert "60 steps of softmax" in said["drive_foreign"]
    assert f"{100 * abs(np.subtract(*solved.read)):.2f}" in said["answer_own"]
    alone = told("mnist", replace(solved, runs=runs[:1], walks=solved.walks[:1], accuracies=(0.5,)), runs=["somewhere"])
    assert "test" not in alone["answer_one_foreign"]
    without = replace(solved, accuracies=(np.nan, np.nan))
    assert "answer_foreign" in told("mnist", without, runs=["somewhere"])
    folders = [str(run.folder) for run in runs]
    with tempconfig(QUICK):
        found = lessons.get("mnist")(runs=folders).solve()
    np.testing.assert_array_equal(found.surface.loss, solved.surface.loss)


def test_mnist_refuses_runs_that_share_no_plane(runs, mnist, tmp_path):
    small = ls.train(ls.MLP((784, 8, 10)), mnist.subset(64), "sgd", snapshots=2)
    folders = [run.save(tmp_path / name) for name, run in (("a", runs[0]), ("b", small))]
    with pytest.raises(ValueError, match="different networks do not share a plane"):
        solved_by("mnist", runs=folders)


def test_a_valley_that_is_steeper_needs_longer():
    """SGD at its best needs κ ln(10⁶)/4 steps, and on a grid of four rates a decade up to 10^¼ times as many."""
    terrain = ls.terrains.get("ravine", kappa=200.0)
    for (found,) in in_ravines([SGD()], 200.0, 4):
        assert 1 <= found.needed / (200 * np.log(1e6) / 4) < 1.8
    hopeless = Tuned.of(terrain, Sweep(SGD(), np.array([1e-5, 1e-4]), np.full(2, np.inf), "steps", 50))
    assert hopeless.count == "> 50"
    assert hopeless.walk.optimizer.lr == 1e-4  # the one that ends lower
