"""Challenges: what a file of them may hold, and that what ours say is so. That each is unmet at first, and met in a way
that counts, is tested in the page itself."""

from __future__ import annotations

import re

import numpy as np
import pytest
from nodes import WEB
from solutions import SOLVED

import landscape as ls
from landscape.explore import walks_of
from landscape.explore.challenges import challenges

# The rates of the page's slider.
RATES = [float(f"{10**place:.3g}") for place in np.arange(-5, 1.001, 0.02)]
STATES = {one["id"]: one["state"] for one in challenges()}


@pytest.mark.parametrize(("lang", "stop"), [("en", r"[.?!]( |$)"), ("zh", "[。？！]")])
def test_each_challenge_is_told_in_three_sentences_with_a_hint_and_a_reason(lang, stop):
    for one in challenges(lang=lang):
        assert len(re.findall(stop, one["text"])) == 3, one["id"]
        assert {"hint", "met"} <= {*one}, one["id"]


def test_the_chinese_has_no_english_but_names():
    known = {"Adam", "SGD", "SignSGD", "Sigmoid", "ReLU"}
    for one in challenges(lang="zh"):
        said = " ".join(one[key] for key in ("title", "text", "hint", "met"))
        words = set(re.findall(r"[A-Za-z]{2,}", said))
        assert words <= known, one["id"]


# What ours say --------------------------------------------------------------------------------------------------------


def solved(name):
    return walks_of(SOLVED[name])


def begun(name):
    return walks_of(STATES[name])


def with_rate(name, lr):
    """The walks at the first rate of a state being another."""
    return walks_of(re.sub(r"lr=[\d.]+", f"lr={lr}", STATES[name], count=1))[0]


def test_no_rate_brings_sgd_to_the_star():
    def closest(walk):
        return np.nanmin(np.hypot(*(walk.x - walk.terrain.minima[0]).T))

    assert min(closest(with_rate("star", lr)) for lr in RATES) > 0.08 > closest(solved("star")[0])


def test_the_rate_at_which_sgd_explodes_is_2_over_the_curvature():
    edge = 2 / 40
    assert np.linalg.eigvalsh(begun("edge")[0].terrain.hessian((0.0, 0.0)))[-1] == 40
    below, above = (with_rate("edge", share * edge).loss for share in (0.99, 1.01))
    assert below[-1] < below[0]
    assert above[-1] > above[0]
    # "each step lands further up the other wall"
    across = with_rate("edge", 1.01 * edge).x[:, 1]
    assert (across[1:] * across[:-1] < 0).all()
    assert (np.diff(np.abs(across)) > 0).all()
    assert STATES["edge"].startswith("t=ravine:kappa=40&")


def test_a_dead_unit_stays_dead():
    walk = begun("dead")[0]
    step = int(np.argmax(walk.x[:, 0] < 0))
    assert 0 < step < 10
    assert (walk.gradient[step:] == 0).all()
    assert (walk.x[step:] == walk.x[step]).all()
    lengths = np.hypot(*np.diff(solved("dead")[0].x, axis=0).T)
    assert lengths[0] > 4 * lengths[10:].max()


def test_the_saddle_holds_what_is_on_its_ridge():
    walk = begun("saddle")[0]
    assert (walk.gradient[:, 1] == 0).all()
    assert np.abs(walk.x[-1]).max() < 1e-6
    free = np.abs(solved("saddle")[0].x[50:, 1])
    assert (np.diff(free) > 0).all()


def test_the_plateau_stops_every_step_in_proportion_to_the_slope():
    for lr in RATES[::10]:
        walk = with_rate("plateau", lr)
        assert np.hypot(*(walk.x[-1] - walk.x[0])) < 0.02
    slope = np.hypot(*begun("plateau")[0].gradient[0])
    assert 1e-6 < slope < 1e-5  # "a few millionths"
    assert begun("plateau")[0].terrain.depth == 10
    for text in ("adam:lr=0.1", "rmsprop:lr=0.1", "signsgd:lr=0.1", "rprop:lr=0.1"):
        assert (walks_of(f"t=sigmoid_chain&o={text}&n=300")[0].loss <= 0.001).any(), text


def test_adam_has_the_best_rate_of_its_slider_and_a_shorter_memory_beats_it_by_far():
    def arrival(text):
        found = int(walks_of(f"t=ravine:kappa=20,angle=30&o={text}&n=200")[0].steps_to(0.01))
        return found if found >= 0 else 1000

    best = arrival("adam:lr=0.692")
    assert min(arrival(f"adam:lr={lr}") for lr in RATES) == best
    # "forget sooner, and take a larger rate"
    short = arrival("momentum:lr=0.13,momentum=0.4")
    assert short < 0.7 * min(best, *(arrival(f"momentum:lr={lr}") for lr in RATES))


def test_only_adam_notices_that_the_ravine_is_turned():
    straight, turned = begun("turn"), solved("turn")
    ahead = [[int(walk.steps_to(0.01)) for walk in walks] for walks in (straight, turned)]
    assert ahead[0][0] < ahead[0][1]
    assert ahead[1][0] > ahead[1][1]
    (before, first), (after, second) = ([walk.loss for walk in walks] for walks in (straight, turned))
    np.testing.assert_allclose(first, second, rtol=1e-6, atol=1e-12)
    assert not np.allclose(before, after, rtol=0.1)


def test_the_cliff_throws_what_is_not_clipped():
    def longest(walk):
        return np.hypot(*np.diff(walk.x, axis=0).T).max()

    thrown, clipped = begun("cliff")[0], solved("cliff")[0]
    assert longest(thrown) > 10 * longest(clipped)
    assert np.hypot(*thrown.gradient[-1]) < 1e-3
    assert thrown.loss[-1] > 0.05
    directions = [walks_of(f"t=cliff&o=sgd:lr=1{clip}&x=4.5,-3&n=1")[0].x for clip in ("", ",clip=0.01")]
    long, short = (x[1] - x[0] for x in directions)
    np.testing.assert_allclose(long / np.hypot(*long), short / np.hypot(*short), rtol=1e-6)


def test_sgd_stays_in_the_highest_of_six_pits():
    walk = begun("pits")[0]
    ground = walk.terrain
    starts = np.stack(np.meshgrid(np.linspace(-2, 2, 41), np.linspace(-1.1, 1.1, 23)), axis=-1).reshape(-1, 2)
    ends = ls.descend(ground, "sgd:lr=0.01", starts, steps=3000, record="last")
    # One that begins exactly on a saddle stays there.
    pits = {tuple(point) for point in ends.x[-1].round(3) if np.linalg.eigvalsh(ground.hessian(point))[0] > 0}
    assert len(pits) == 6
    assert walk.loss[-1] == pytest.approx(max(ground.value(np.array([*pits]))), abs=1e-3)
    assert len(ground.minima) == 2


def test_what_bounces_and_rattles_rests_where_the_rate_falls():
    bouncing = begun("bounce")[0]
    np.testing.assert_allclose(np.abs(np.diff(bouncing.x[-100:], axis=0)), 0.4)
    assert (bouncing.loss[-100:] > 0.001).all()
    # "How far SGD rattles depends on its rate"
    far = [np.mean(walks_of(f"t=booth&o=sgd:lr={lr}&n=2000&noise=3")[0].loss[-1000:]) for lr in (0.02, 0.05, 0.1)]
    assert far[0] < far[1] < far[2]
    # "quick at first and quiet at the end": any of the schedules that fall
    for falling in ("cosine", "exponential", "step"):
        assert walks_of(f"{STATES['settle']}&s={falling}")[0].loss[-1] <= 0.05, falling
        assert walks_of(f"{STATES['bounce']}&s={falling}")[0].loss[-1] <= 0.001, falling


def test_two_walkers_of_one_start_end_at_two_stars():
    ground = ls.terrains.get("himmelblau")
    assert len(ground.minima) == 4
    np.testing.assert_allclose(ground.value(ground.minima), 0, atol=1e-20)
    ends = [[walk.x[-1] for walk in walks] for walks in (begun("apart"), solved("apart"))]
    assert np.hypot(*(ends[0][0] - ends[0][1])) < 0.2
    assert np.hypot(*(ends[1][0] - ends[1][1])) > 1


# A teacher's own ------------------------------------------------------------------------------------------------------

OWN = """[[challenge]]
id = 'a'
state = 't=ravine:kappa=9&o=sgd:lr=0.1&o=adam:lr=0.1'
change = ['parameters']
only = ['sgd', 'adam']
goal = [{ by = 'sgd', reaches = 0.1, within = 50 }]
[challenge.en]
title = 'A'
text = 'B'
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "mine.toml"


def test_the_example_of_the_docs(file):
    written = (WEB.parent / "docs/challenges.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", written, re.S)[1]
    file.write_text(example, encoding="utf-8")
    (found,) = challenges(file)
    assert found["title"] == "Down the bowl"
    # What its texts say: too small a rate, of which fifty times as much is safe, and enough.
    (begin,) = walks_of(found["state"])
    (more,) = walks_of(found["state"].replace("lr=0.001", "lr=0.05"))
    assert begin.steps_to(0.1) == -1
    assert 0 < more.steps_to(0.1) <= 50
    first, second = np.linalg.eigvalsh(begin.terrain.hessian((0.0, 0.0)))
    assert second / first == pytest.approx(9)  # "nine times as steep one way as the other"


def test_the_docs_tell_of_all_conditions_and_changes():
    from landscape.explore.challenges import _CONDITION, _TEXTS, CHANGES

    for place in ("docs/challenges.md", "landscape/explore/challenges.toml"):
        text = (WEB.parent / place).read_text(encoding="utf-8")
        for word in (*_CONDITION, *_TEXTS, *CHANGES, "only"):
            assert re.search(rf"\b{word}\b", text), (place, word)


def test_one_language_is_enough(file):
    file.write_text(OWN, encoding="utf-8")
    for lang in ("en", "zh"):
        assert challenges(file, lang)[0]["title"] == "A"
    file.write_text(OWN + "[challenge.zh]\ntitle = '甲'\ntext = '乙'\n", encoding="utf-8")
    assert [challenges(file, lang)[0]["title"] for lang in ("en", "zh")] == ["A", "甲"]


def test_single_parameters_may_be_changed(file):
    for name in ("lr", "clip", "sam", "kappa", "angle", "beta1", "weight_decay"):
        file.write_text(OWN.replace("'parameters'", f"'{name}'"), encoding="utf-8")
        assert challenges(file)[0]["change"] == [name]


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("goal =", "gaol =", "unknown key of challenge 1 .*'gaol'; did you mean 'goal'"),
        ("id = 'a'", "", "challenge 1 of .* has no id"),
        ("id = 'a'", "id = 'a b'", "letters, digits"),
        ("'parameters'", "'parametres'", "did you mean 'parameters'"),
        ("'parameters'", "'beta3'", "unknown change of challenge a: 'beta3'"),
        ("['parameters']", "'lr'", "must be a list of words"),
        ("'sgd', 'adam'", "'sgd', 'adma'", "did you mean 'adam'"),
        ("t=ravine", "t=ravin", "state of challenge a: .*did you mean 'ravine'"),
        ("kappa=9", "kapa=9", "did you mean 'kappa'"),
        ("t=ravine:kappa=9&", "", "it names no terrain"),
        ("&o=sgd:lr=0.1&o=adam:lr=0.1", "", "it names no optimizer"),
        ("&o=adam:lr=0.1", "&o=scipy:bfgs", "the page does not walk"),
        ("&o=adam:lr=0.1", "&o=mine.py:Mine", "not run because another file names it"),
        ("t=ravine:kappa=9", "t=mine.py:ground", "not run because another file names it"),
        ("&o=adam", "&steps=60&o=adam", "unknown key 'steps'"),
        ("&o=adam", "&n=30000&o=adam", "n = 30000 is not allowed"),
        ("by = 'sgd'", "by = 'sdg'", "did you mean 'sgd'"),
        ("reaches = 0.1", "reaches = 'star'", "reaches of challenge a 'star'.*minimum"),
        ("reaches = 0.1", "reaches = nan", "reaches of challenge a = nan"),
        ("within = 50", "within = 0", "within of challenge a = 0"),
        ("within = 50", "within = 1.5", "within of challenge a = 1.5"),
        ("within = 50", "inside = 50", "unknown condition of challenge a: 'inside'"),
        ("within = 50", "before = 'momentum'", "among those that are there, 'momentum'"),
        ("reaches = 0.1, within = 50", "apart = 'momentum'", "among those that are there, 'momentum'"),
        ("reaches = 0.1, within = 50", "within = 50", "has within without reaches"),
        ("reaches = 0.1, within = 50", "beyond = 1", "beyond without leaves"),
        ("reaches = 0.1, within = 50", "leaves = 'z', beyond = 1", "leaves of challenge a 'z'"),
        ("reaches = 0.1, within = 50", "explodes = false", "explodes of challenge a = False"),
        ("reaches = 0.1, within = 50", "edge = 0.05", "edge without explodes"),
        ("reaches = 0.1, within = 50", "explodes = true, edge = 5", r"edge of challenge a = 5.*\(0, 1\)"),
        ("by = 'sgd', reaches = 0.1, within = 50", "by = 'sgd'", "says nothing to be fulfilled"),
        ("by = 'sgd', reaches = 0.1, within = 50", "parameter = 'angel', least = 3", "did you mean 'angle'"),
        ("reaches = 0.1, within = 50", "parameter = 'angle', least = 3", "says more than that"),
        ("{ by = 'sgd', reaches = 0.1, within = 50 }", "", "has no goal"),
        ("{ by = 'sgd', reaches = 0.1, within = 50 }", "1", "must be a table"),
        ("title", "titel", "unknown text of challenge a: 'titel'; did you mean 'title'"),
        ("text = 'B'", "", "has no text"),
        ("[challenge.en]", "[challenge.fr]", "unknown key of challenge"),
        ("[[challenge]]", "[[task]]", "unknown key .*'task'"),
        (OWN, "", "holds no \\[\\[challenge"),
        (OWN, OWN + OWN, "two challenges are called a"),
        ("goal = [", "goal = [[", "is no TOML"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line(file, old, new, wrong):
    file.write_text(OWN, encoding="utf-8")
    assert challenges(file)[0]["id"] == "a"
    assert old in OWN
    file.write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=wrong) as caught:
        challenges(file)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        challenges(tmp_path / "none.toml")
