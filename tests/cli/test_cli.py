"""Every verb once through click's runner, and what bad input says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from html import unescape

import matplotlib.pyplot as plt
import numpy as np
import pytest
from commands import PNG, SVG, refusal, saved
from short_films import short_film

import landscape as ls
from landscape.cli.main import main


@pytest.fixture(scope="module")
def small_data(mnist, tmp_path_factory):
    """600 training and 200 test images as a file in the Keras layout."""
    return saved(mnist.subset(600), tmp_path_factory.mktemp("data") / "small.npz", 200)


def test_train_project_plot(run, runs, tmp_path, monkeypatch, mnist):
    for one in runs:
        one.save(tmp_path / one.optimizer.name)
    result = run("project", "sgd", "adam", "--resolution", 9, "--data", "test:300", "--out", "s.npz")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["s.npz", "s.png", "s.svg"]
    assert "a random walk would give" in result.stderr
    result = run("plot", "race", "sgd", "adam", "--surface", "s.npz", "--data", "test:300", "--out", "race", *PNG)
    assert result.stdout == "race.png\n", result.output
    for words in (("contour", "s.npz"), ("contour", "saddle"), ("learning-curves", "sgd", "adam")):
        result = run("plot", *words, "--theme", "dark", *SVG, "--out", "figure")
        assert result.stdout == "figure.svg\n", result.output
        assert "Source Sans 3" in (tmp_path / "figure.svg").read_text()  # text, not outlines


def test_train(run, small_data, tmp_path):
    result = run("train", "-o", "sgd:lr=0.1", "-o", "adam", "--layers", "784,16,10", "--data", small_data, "--out", "r")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["r/sgd-lr0.1", "r/adam-lr0.001"]
    assert (tmp_path / "r/adam-lr0.001/weights.safetensors").exists()
    again = run("train", "-o", "adam", "--layers", "784,16,10", "--data", small_data, "--out", "r")
    assert "exists already" in refusal(again)


def test_race(run):
    result = run("race", "ravine:kappa=20", "-o", "sgd:lr=3", "-o", "adam:lr=0.3", "--start", "-3,1", "--out", "r/race")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["r/race.png", "r/race.svg"]
    assert "diverged" in result.stderr  # |1 − lr κ| = 59 a step
    # Who stays at the target first comes first, whoever was given first.
    assert result.stderr.index("adam:lr=0.3") < result.stderr.index("sgd:lr=3")


def test_race_is_sorted_by_who_arrives(run):
    three = ("-o", "sgd:lr=3", "-o", "sgd:lr=0.001", "-o", "sgd:lr=0.01", "-o", "sgd:lr=0.05")
    for order in (three, three[::-1]):
        words = [word for word in order if word != "-o"]
        result = run("race", "ravine:kappa=20", *(part for word in words for part in ("-o", word)), *PNG)
        # 1 − lr a step along the floor: .95 arrives in 200 steps, .99 and .999 do not, and −59 across diverges.
        places = [result.stderr.index(f"sgd:lr={lr} ") for lr in (0.05, 0.01, 0.001, "3.0")]
        assert places == sorted(places)


def test_race_on_a_terrain_of_one_s_own(run, tmp_path):
    (tmp_path / "mine.py").write_text("import math\n\ndef hills(x, y):\n    return x * x + math.cos(y)\n")
    common = ("-o", "nesterov:lr=0.05", "-o", "scipy:bfgs", "-o", "sgd:lr=1,clip=0.5", "--schedule", "cosine")
    for terrain in ("mine.py:hills", "x^2 + cos(y)"):
        result = run("race", terrain, *common, "--start", "1,1", "--domain", "-2,2,0,6", *SVG)
        assert result.exit_code == 0, result.output
        assert result.stdout == "out/race.svg\n"
        assert "never" not in result.stderr.split("bfgs")[1].splitlines()[0]


def test_race_gives_a_schedule_to_those_that_follow_one(run):
    result = run("race", "ravine", "-o", "rprop", "-o", "sgd", "--schedule", "cosine", *PNG)
    assert result.exit_code == 0, result.output
    assert "rprop:lr=0.01 gets no schedule" in " ".join(result.stderr.split())


def test_race_with_minibatches(run):
    result = run("race", "neuron:loss=mse", "-o", "sgd:lr=1", "--batch-size", 2, "--seed", 3, *PNG)
    assert result.exit_code == 0, result.output


def test_basins(run):
    result = run("basins", "himmelblau", "-o", "sgd:lr=0.01", "--resolution", 12, "--steps", 300, *PNG)
    assert result.exit_code == 0, result.output
    assert result.stdout == "out/basins.png\n"
    assert "100.0 %" in result.stderr  # all four minima are equally low
    # Medians whose first six digits are the same are told apart by their last ones.
    far = ("basins", "1e9+x^2+y^2", "-o", "sgd:lr=0.001", "-o", "sgd:lr=0.01", "--resolution", 4, "--steps", 9)
    result = run(*far, *PNG)
    medians = re.findall(r"1,000,000,\d{3}", result.stderr)
    assert len(set(medians)) == len(medians) == 2
    result = run("basins", "relu_pair", "-o", "sgd:lr=9", "--resolution", 12, "--steps", 300, *PNG)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("kind", "word"),
    [("terrains", "κ"), ("optimizers", "β₂"), ("schedules", "cos"), ("activations", "relu"), ("lessons", "mnist")],
)
def test_list(run, kind, word):
    assert word in run("list", kind).stdout


@pytest.mark.parametrize(
    "name",
    [
        "ravine:kappa=3",
        *ls.terrains.names(),
        *ls.optimizers.names(),
        *ls.schedules.names(),
        "clip",
        "sam",
        "terrains",
        "optimizers",
        "lessons",
        "evolution",
    ],
)
def test_pages_fit_a_terminal_of_80_columns(run, name):
    result = run("list", name)
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) < 80
    if name in ls.terrains.names():
        for word in ("L ", "Source:", "domain", "start", "inim"):
            assert word in result.stdout, word
    elif name in ls.optimizers.names():
        for word in ("Source:", "lr", "=", "defaults"):
            assert word in result.stdout, word


def test_unknown_optimizer_suggests(run):
    message = refusal(run("train", "--optimizer", "adma"))
    assert "adma" in message
    assert "did you mean 'adam'" in message


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("list evolutoin", "evolution"),
        ("list terrain", "terrains"),
        ("list adamm:lr=1", "adam"),
        ("list himelblau", "himmelblau"),
        ("list xavier", ""),  # not 'ravine', which is of another kind
        ("race relu", "relu_pair"),
        ("race adam", ""),  # no terrain is like it
        ("train -o relu", ""),
        ("train --activation sigmiod", "sigmoid"),
        ("train --init relu", ""),
        ("train --loss cross", "cross_entropy"),
        ("train --schedule adam", ""),
        ("plot adam r", ""),  # not 'anatomy'
        ("plot interpolate r", "interpolation"),
        ("animate evolutoin", "evolution"),
        ("race ravine --lang de", ""),
        ("runs . --sort acc", "accuracy"),
    ],
)
def test_suggestions_are_of_the_kind_that_was_asked_for(run, words, meant):
    message = refusal(run(*words.split()))
    assert "(allowed: " in message
    assert (f"; did you mean '{meant}'?" in message) if meant else ("did you mean" not in message)


@pytest.mark.parametrize("name", ["evolution", "race", "mnist", "plateau", "tour"])
def test_lessons_have_a_page(run, name):
    result = run("list", name)
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith(f"landscape animate {name}\n")
    assert result.stdout.split("\n\n")[1].strip() in run("list", "lessons").stdout


@pytest.mark.parametrize("words", [("--data", "missing.npz"), ("--data", "cut.npz")])
def test_missing_or_truncated_data(run, small_data, tmp_path, words):
    (tmp_path / "cut.npz").write_bytes(small_data.read_bytes()[:20_000])
    assert words[1] in refusal(run("train", *words))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("train", "--epochs", "-1"), "epochs = -1"),
        (("train", "--layers", "784,x"), "--layers"),
        (("train", "--layers", "100,10"), "784 inputs"),
        (("race", "ravin"), "did you mean 'ravine'"),
        (("race", "ravine", "--theme", "drak"), "unknown theme 'drak'; did you mean 'dark'?"),
        (("plot", "race", "ravine", "--steps", "-5"), "-5 is not in the range"),
        (("plot",), "Missing argument 'KIND'. See '"),
        (("train", "--epochs", "x"), "'x' is not a valid integer"),
        (("race", "ravine", "--start", "1"), "start"),
        (("race", "ravine", "--batch-size", "2"), "no data"),
        (("race", "ravine", "--schedule", "cosin"), "did you mean 'cosine'"),
        (("race", "ravine", "--domain", "0,1,0,1"), "only formulas and files"),
        (("race", "x^2 + z"), "unknown name"),
        (("race", "x^2", "--domain", "0,1"), "x0,x1,y0,y1"),
        (("race", "nowhere.py:f"), "no file"),
        (("basins", "ravine", "--resolution", "1"), "resolution = 1"),
        (("train", "-o", "scipy:bfgs"), "terrains only"),
        (("race", "log(x)+y^2"), "the loss is nan"),
        (("race", "ravine", "--target", "inf"), "--target inf"),
        (("list", "adma"), "did you mean 'adam'"),
        (("-x",), "No such option '-x'"),
        (("nosuch",), "unknown verb 'nosuch' (allowed: animate, basins, "),
        (("raec", "booth"), "unknown verb 'raec'; did you mean 'race'? (allowed: animate, "),
        (("plot", "distanc", "booth"), "unknown figure 'distanc' (allowed: basins, compare, "),
        (("plot", "race:stpe=1", "booth"), "unknown parameter of race 'stpe' (there is none)"),
        (("animate", "tuor"), "unknown lesson 'tuor'; did you mean 'tour'? (allowed: roles, "),
        (("demo", "--images", "0"), "--images = 0"),
        (("race", "ravine", "--format", "jpeg"), "unknown format"),
        (("plot", "contour", "nowhere.npz"), "nowhere.npz"),
        (("plot", "race", "nowhere"), "nor is 'nowhere' a run folder"),
        (("animate", "ravin"), "did you mean 'ravine'"),
    ],
)
def test_bad_input_is_one_line(run, words, message):
    assert message in refusal(run(*words))


def test_help_and_import_stay_light():
    heavy = "import sys, {}; sys.exit(any(m in sys.modules for m in {}))"
    for module, others in (
        ("landscape", ("matplotlib", "scipy", "manim", "rich")),
        ("landscape.cli.main", ("matplotlib", "scipy", "manim", "rich")),
        ("landscape.figures.contours", ("scipy", "manim", "rich")),
    ):
        assert subprocess.run([sys.executable, "-c", heavy.format(module, others)], check=False).returncode == 0, module


def test_demo(run, tmp_path, monkeypatch):
    """All but its films, which the test of `animate` and the lessons' own tests cover, on part of the images."""
    asked = {}

    def films(lessons, *, out, **options):
        asked.update(options, lessons=lessons)
        for lesson in lessons:
            plt.imsave(out / f"{lesson}.png", np.zeros((18, 32)))
        return [short_film(out / f"{lesson}.mp4") for lesson in lessons]

    monkeypatch.setattr("landscape.cli.animate.films", films)
    result = run("demo", "--images", 1600, "--out", "demo")
    assert result.exit_code == 0, result.output
    assert asked["lessons"] == ("ravine", "mnist")
    assert result.stdout.splitlines()[-1] == "demo/index.html"

    page = (tmp_path / "demo/index.html").read_text()
    shown = set(re.findall(r'(?:src|srcset|href|poster)="([^"#]+)"', page))
    assert shown == {path.name for path in (tmp_path / "demo").iterdir()} - {"index.html", "runs", "surface.npz"}
    assert {"explore.html", "talk.html"} <= shown
    assert (tmp_path / "demo/talk.html").read_text().count("<video") == 2
    typed = [unescape(one) for one in re.findall(r"<dd><code>(.*?)</code>", page)]
    assert len(typed) > 5
    assert typed[0] in result.output
    for line in typed:
        verb, *words = shlex.split(line)[1:]
        main.commands[verb].make_context(verb, words)
    for folder in asked["runs"]:
        trained = ls.Run.load(folder)
        assert len(trained.snapshots) > 40
        assert f"{100 * trained.test_accuracy:.2f} %" in page
    accuracies = [float(value) for value in re.findall(r"<td>([\d.]+) %</td><td>[\d.]+</td><td>", page)]
    assert len(accuracies) == 2
    assert accuracies == sorted(accuracies, reverse=True)
    assert "another seed may turn their order round" in " ".join(page.split())
    assert ls.Surface.load(tmp_path / "demo/surface.npz").plane.faithfulness in page
    assert "$" not in page
