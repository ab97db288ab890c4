"""Material of a user's own: lessons show it, and say what was measured on it; what they cannot show is one line."""

from __future__ import annotations

import numpy as np
import pytest
from commands import command, refusal
from watched import Watched, framed

import landscape as ls
from landscape.animations import lessons
from landscape.animations.material import Material
from landscape.evidence.claims.saddle import EPSILON
from landscape.evidence.crossed import Crossed

# Each shape is seen with material of one's own, and each language.
SEEN = pytest.mark.parametrize(("lang", "shape"), [("en", "tall"), ("zh", "square")])
RUNS = {"layers": (784, 6, 10), "images": 300}


@pytest.fixture(scope="module")
def trained(tmp_path_factory, mnist):
    """Folders of runs, two activations by two optimizers, two seeds each."""
    data, folders = mnist.subset(RUNS["images"]), {}
    for activation in ("sigmoid", "relu"):
        for optimizer in ("sgd:lr=0.1", "adam:lr=0.01"):
            for seed in (1, 2):
                net = ls.MLP(RUNS["layers"], activation, seed=seed)
                folder = tmp_path_factory.mktemp("run") / f"{activation}-{optimizer[:3]}-{seed}"
                ls.train(net, data, optimizer, snapshots=10, seed=seed, out=folder)
                folders[activation, optimizer[:3], seed] = str(folder)
    return folders


def played(name, undrawn, lang="en", shape="wide", **brought):
    """A lesson that was watched, with its sentences by key."""

    class Lesson(Watched, lessons.get(name)):
        pass

    with framed(shape):
        lesson = Lesson(lang=lang, renderer=undrawn(skip_animations=True), **brought)
        lesson.render()
    return lesson, {one.key: one.words for one in lesson.subtitles}


@SEEN
def test_a_saddle_of_ones_own(quick, undrawn, lang, shape):
    """Its curvature there is 2: SGD at 0.005 leaves as ln(1/ε)/ln(1 + 0.01) says, a little later as it flattens."""
    lesson, said = played("saddle", undrawn, lang, shape, terrain="x^2 - y^2 + 0.1*y^4")
    found = lesson.solved
    assert found.place.lr == 0.005
    assert found.predicted == pytest.approx(np.log(1 / EPSILON) / np.log(1.01))
    assert found.left[0] == pytest.approx(found.predicted, rel=0.05)
    assert f"{found.predicted:.0f}" in said["law"]
    assert str(found.left[0]) in said["law"]
    assert "own_question" in said


def test_a_saddle_that_is_never_left(quick, undrawn):
    """100 times as curved across: at a rate that suits that, SGD is still there."""
    lesson, said = played("saddle", undrawn, terrain="100*x^2 - y^2", steps=300)
    assert lesson.solved.left[0] == -1
    assert "After 300 it is still there." in said["own_law_never"]
    assert "momentum_never" in said


@SEEN
def test_a_valley_of_ones_own(quick, undrawn, lang, shape):
    lesson, said = played("ravine", undrawn, lang, shape, terrain="x^2 + 30*y^2 + x*y", start=(2.0, 1.0), steps=400)
    assert lesson.solved.aligned[0].walk.x[0] == pytest.approx([2.0, 1.0])
    steepest = np.linalg.eigvalsh([[2, 1], [1, 60]])[1]
    assert f"2/{steepest:.0f}" in said["own_bounce"]
    assert f"{lesson.solved.aligned[0].needed:.0f}" in said["own_bounce"]
    # SGD and momentum do not see the turn.
    assert "turned_same" in said


def test_a_ground_with_walls_of_ones_own(quick, undrawn, monkeypatch):
    from landscape.evidence.claims import cliff

    for name, few in {"TRIES": 5, "TRIES_A_RATE": 3, "_PER_DECADE": 1}.items():
        monkeypatch.setattr(cliff, name, few)
    lesson, said = played("cliff", undrawn, terrain="himmelblau", steps=200)
    lr = lesson.solved.walks[0].optimizer.lr
    arriving = lesson.solved.sweeps[0].lrs[lesson.solved.sweeps[0].arrives]
    assert lr > arriving.max()
    # It has diverged, and is not looked for where it went.
    assert np.abs(lesson.view.target).max() < 1
    assert "200 steps" in said["own_thrown"]
    with pytest.raises(ValueError, match="start 3,2 is not allowed: there it falls no more"):
        lessons.get("cliff")(terrain="himmelblau", start=(3.0, 2.0)).solve()
    with pytest.raises(ValueError, match="start 0,0 is not allowed: there it falls no more"):
        lessons.get("ravine")(terrain="x^2 + 9*y^2", start=(0.0, 0.0)).solve()
    with pytest.raises(ValueError, match="needs a ground on which SGD arrives at some rates"):
        played("cliff", undrawn, terrain="rosenbrock", steps=20)


@SEEN
def test_runs_of_ones_own_on_two_grounds(quick, undrawn, trained, small_grounds, lang, shape):
    lesson, said = played("evolution", undrawn, lang, shape, runs=list(trained.values()))
    crossed = lesson.solved.crossed
    assert crossed.grounds == ("sigmoid", "relu")
    reads = [ls.Run.load(trained["relu", "ada", seed]).test_accuracy for seed in (1, 2)]
    assert crossed.reads(1, 1).value == pytest.approx(np.mean(reads))
    assert lesson.read(2) in next(words for key, words in said.items() if "own_say" in key and lesson.read(2) in words)
    assert "rates" not in said


def test_one_seed_each_says_nothing_of_chance(quick, undrawn, trained, small_grounds):
    _, said = played("evolution", undrawn, runs=[folder for (*_, seed), folder in trained.items() if seed == 1])
    assert "own_untested" in said


def test_what_cannot_be_told_of_runs_is_one_line(trained, mnist, tmp_path):
    one, *_ = trained.values()
    with pytest.raises(ValueError, match="each of two activations trained by each of two optimizers: these are of"):
        Crossed.of([one], mnist)
    with pytest.raises(ValueError, match="shows one run, and 2 were given"):
        lessons.get("iteration").check(Material(runs=(one, one)))
    deep = tmp_path / "deep"
    ls.train(ls.MLP((784, 5, 5, 10)), mnist.subset(100), "sgd", snapshots=2, out=deep)
    assert "shows a network of one hidden layer, and that of the run has 2" in refusal(
        command("animate", "iteration", "--run", deep, "--out", tmp_path)
    )


@SEEN
def test_an_iteration_of_ones_own_run(quick, undrawn, trained, lang, shape):
    lesson, said = played("iteration", undrawn, lang, shape, runs=[trained["sigmoid", "sgd", 1]])
    found, run = lesson.solved, ls.Run.load(trained["sigmoid", "sgd", 1])
    np.testing.assert_array_equal(found.net.params, run.snapshots[0])
    # Plain SGD's step is the gradient times the rate.
    np.testing.assert_allclose(found.step, -0.1 * found.trace.gradient, rtol=1e-6)
    assert "sigmoid" in said["own_a1"]
    assert "6" in said["z1"]
    assert "own_update" in said


def test_what_moves_three_times_as_fast(quick, undrawn):
    """A drive of 9 s takes 3, but a caption is read as long as before."""
    given = {"terrain": "booth", "optimizers": ["sgd:lr=0.05"], "steps": 40}
    times = [played("race", undrawn, speed=speed, **given)[0].renderer.time for speed in (1.0, 3.0)]
    assert 3 < times[0] - times[1] < 6.1


def test_lessons_refuse_what_they_do_not_take(quick):
    with pytest.raises(ValueError, match="AdamLesson takes no terrain: leave it out"):
        lessons.get("adam")(terrain="booth")


def test_who_has_left_the_map_has_no_place_on_it(quick, undrawn):
    """SGD beyond 2/20 grows for ever: its loss after some steps says nothing."""
    from landscape.animations.lettering import Words

    given = {"terrain": "x^2 + 10*y^2", "optimizers": ["sgd:lr=0.11", "adam:lr=0.1"]}
    lesson, _ = played("race", undrawn, **given)
    words = {part.words for top in lesson.mobjects for part in top.get_family() if isinstance(part, Words)}
    assert any(one.startswith("left the map, step") for one in words)
    assert not any("10¹" in one for one in words)
