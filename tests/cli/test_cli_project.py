"""`landscape project`, `interpolate` and `curvature` through click's runner."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from commands import PNG, SVG, command, refusal, saved
from safetensors.numpy import save_file

import landscape as ls

QUICK = ("--resolution", "5", "--data", "test:200", *PNG)


@pytest.fixture(scope="module")
def folders(runs, mnist, tmp_path_factory):
    """Two runs and their snapshots as files of weights, as another framework would leave them."""
    place = tmp_path_factory.mktemp("project")
    for run, name in zip(runs, ("sgd", "adam"), strict=True):
        run.save(place / name)
        (place / f"{name}-weights").mkdir()
        # Without leading zeros, so that their numbers count and not their letters.
        for k, params in enumerate(run.snapshots[::4]):
            ls.weights.save(place / f"{name}-weights" / f"step{k}.safetensors", run.network, params)
    (place / "full.npz").mkdir()
    ls.train(ls.MLP((784, 32, 10), "tanh"), mnist.subset(64), "sgd", snapshots=2).save(place / "tanh")
    return place


@pytest.fixture
def run(run, folders, monkeypatch):
    monkeypatch.chdir(folders)
    return run


def test_names_on_a_figure_have_its_language(run, folders, mnist):
    ls.train(ls.MLP((784, 32, 10)), mnist.subset(64), "sgd:lr=0.1", batch_size=16, snapshots=2).save(folders / "16")
    result = run("project", "sgd", "16", *QUICK[:4], *SVG, "--lang", "zh", "--out", "zh/s.npz")
    assert result.exit_code == 0, result.output
    drawn = ET.parse("zh/s.svg")
    words = " ".join("".join(element.itertext()) for element in drawn.iter())
    assert "batch" not in words
    assert "epoch" not in words
    assert "batch 16" in result.stderr


def test_project_draws_and_says_what_the_plane_holds(run, runs, mnist):
    result = run("project", "sgd", "adam", *QUICK, "--out", "a/s.npz")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["a/s.npz", "a/s.png"]
    surface = ls.Surface.load("a/s.npz")
    x, y = mnist.x_test[:200], mnist.y_test[:200]
    expected = ls.surface(runs[0].network, ls.planes.pca(runs), x, y, resolution=5)
    np.testing.assert_array_equal(surface.loss, expected.loss)
    said = " ".join(result.stderr.split())
    assert surface.plane.faithfulness in said
    walk = ls.project(runs[1], surface, x, y)
    for number in (walk.residual[-1], walk.loss[-1], walk.in_plane[-1]):
        assert f"{number:.4g}" in said
    # The lowest loss comes first, in whichever order they were given.
    losses = {name: one.network.loss_value(one.params, x, y) for name, one in zip(("sgd", "adam"), runs, strict=True)}
    low, high = sorted(losses, key=lambda name: losses[name])
    for order in (("sgd", "adam"), ("adam", "sgd")):
        table = run("project", *order, *QUICK, "--out", f"a/{order[0]}.npz").stderr
        assert table.index(f"│ {low} ") < table.index(f"│ {high} ")
    # The same command again reads what is there: the file is not written anew.
    before = Path("a/s.npz").stat().st_mtime_ns
    assert run("project", "sgd", "adam", *QUICK, "--out", "a/s.npz").exit_code == 0
    assert Path("a/s.npz").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("--plane", "random", "--seed", "3"), "random, filter norms"),
        (("--plane", "random", "--normalize", "none"), "random"),
        (("--plane", "hessian"), "Hessian's top eigenvectors"),
        (("--plane", "gradient", "--gradient", "--extent", "-1,1,-0.5,0.5"), "gradient and curvature"),
        (("--plane", "through"), "through points of the runs"),
    ],
)
def test_every_plane(run, runs, words, kind):
    result = run("project", "sgd", "adam", *QUICK, *words, "--out", "b/s.npz")
    assert result.exit_code == 0, result.output
    surface = ls.Surface.load("b/s.npz")
    assert str(surface.plane.kind) == kind
    chance = "a random walk would give" if "through" in words else "a random plane would hold"
    assert chance in " ".join(result.stderr.split())
    if "--extent" in words:
        assert surface.domain == ((-1, 1), (-0.5, 0.5))
        assert surface.slopes.shape == (*surface.loss.shape, 2)
    if kind.startswith("through"):
        np.testing.assert_allclose(surface.plane.at([0, 1]), runs[1].params, atol=1e-6)
    else:
        np.testing.assert_array_equal(surface.plane.origin, runs[0].params)


def test_weights_of_another_framework(run, runs, mnist):
    words = (
        "--weights",
        "sgd-weights/*.safetensors",
        "--weights",
        "adam-weights/*.safetensors",
        "--layers",
        "784,32,10",
    )
    result = run("project", *words, "-o", "sgd:lr=0.1", "-o", "their own", *QUICK, "--out", "c/s.npz")
    assert result.exit_code == 0, result.output
    surface = ls.Surface.load("c/s.npz")
    plane = ls.planes.pca([one.snapshots[::4] for one in runs])
    np.testing.assert_array_equal(surface.plane.basis, plane.basis)
    said = " ".join(result.stderr.split())
    assert "SGD, lr 0.1" in said
    assert "their own" in said


@pytest.fixture(scope="module")
def elsewhere(mnist, tmp_path_factory):
    """Snapshots of a network trained on standardised pixels, named as Keras names them, its layers by words; the data
    in a file; and the run."""
    place, part = tmp_path_factory.mktemp("elsewhere"), mnist.subset(1500)
    saved(part, place / "mine.npz")
    net, scaled = ls.MLP((784, 24, 24, 24, 10)), part.standardised(0.1307, 0.3081)
    trained = ls.train(net, scaled, "adam:lr=0.005", 4, snapshots=4)
    for k, params in enumerate(trained.snapshots):
        tensors = {}
        for name, (w, b) in zip(("one", "two", "three", "out"), trained.network.layers(params), strict=True):
            tensors |= {f"layer_{name}.weight": np.ascontiguousarray(w.T), f"layer_{name}.bias": b.copy()}
        save_file(tensors, place / f"weights.{k:02d}-{(0.9, 0.5, 0.6, 0.4, 0.3)[k]:.2f}.safetensors")
    save_file(tensors, place / "best.safetensors")
    return place, trained


NETWORK = ("--layers", "784,24,24,24,10", "--resolution", "5", *PNG)
ORDER = ("--order", "layer_one,layer_two,layer_three,layer_out")


def test_a_network_of_elsewhere_is_measured_on_what_it_was_trained_on(elsewhere, monkeypatch, mnist):
    place, trained = elsewhere
    monkeypatch.chdir(place)

    def invoke(*words):
        return command("project", "--weights", "*.safetensors", *NETWORK, *words)

    data = ls.datasets.load("mine.npz").standardised(0.1307, 0.3081)
    loss = trained.network.loss_value(trained.params, data.x_train, data.y_train)
    wrong = trained.network.loss_value(trained.params, mnist.x_train[:10_000], mnist.y_train[:10_000])
    assert wrong > 2 * loss, (wrong, loss)  # or there is nothing to find
    for words in (("--mean", 0.1307, "--std", 0.3081), ("--scale", "standard")):
        result = invoke(*ORDER, "--data", "mine.npz", *words)
        assert result.exit_code == 0, result.output
        # The training images' own mean and deviation are near to those of all MNIST, and give nearly the same.
        scaled = ls.datasets.load("mine.npz").standardised(*words[1::2] if words[0] == "--mean" else ())
        loss = trained.network.loss_value(trained.params, scaled.x_train, scaled.y_train)
        assert f"{loss:.4g}" in result.stderr
        assert "Warning" not in result.stderr
        said = " ".join(result.stderr.split())
        assert "1,500 training images of mine, pixels as given, then standardised as (x − 0.13" in said
        assert "5 files at steps 0, 1, 2, 3, 4 (the number marked in 'weights.[04]-0.30.safetensors')" in said
        assert "left out: best.safetensors" in said

    result = invoke(*ORDER)
    assert result.exit_code == 0, result.output
    assert f"{wrong:.4g}" in result.stderr
    (warning,) = [line for line in result.stderr.splitlines() if line.startswith("Warning: ")]
    assert "--scale standard" in warning

    result = invoke(*ORDER, "--steps", "9,0,10,20,30,40")
    assert result.exit_code == 0, result.output
    assert "6 files at steps 0, 9, 10, 20, 30, 40 (as given)" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "which of layer_three, layer_two comes first"),
        (("--order", "layer_one,two"), "unknown layer 'two'"),
        ((*ORDER, "--steps", "1,2"), "2 steps are not allowed for 6 files"),
        ((*ORDER, "--steps", "1", "--steps", "2"), "2 --steps for 1 --weights"),
        ((*ORDER, "--steps", "a"), "--steps 'a'"),
        (("--mean", "0.1"), "give --mean and --std, both of them"),
        (("--mean", "0.1", "--std", "1", "--scale", "standard"), "or --scale standard, or none"),
        (("--mean", "0.1", "--std", "0"), "std = 0"),
        (("--scale", "standrad"), "did you mean 'standard'"),
        (("--layers", "100,10"), "images of shape (10000, 784)"),
        (("--data", "gone.npz"), "'gone.npz' does not exist"),
    ],
)
def test_what_does_not_fit_networks_of_elsewhere_is_one_line(elsewhere, monkeypatch, words, said):
    monkeypatch.chdir(elsewhere[0])
    network = () if "--layers" in words else NETWORK
    result = command("project", "--weights", "*.safetensors", *network, *words)
    assert result.exit_code == 2
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert said in line
    assert "Traceback" not in result.stderr


def test_a_single_network_on_a_random_plane(run):
    result = run(
        "project", "--weights", "sgd-weights/step3.safetensors", *QUICK, "--layers", "784,32,10", "--plane", "random"
    )
    assert result.exit_code == 0, result.output
    assert "not fitted to any run" in " ".join(result.stderr.split())


@pytest.mark.parametrize("given", ["n/lr0.1", "n/lr0.1.npz", "n/lr0.1.png"])
def test_surface_and_figure_have_one_name(run, given):
    result = run("project", "sgd", *QUICK, "--out", given)
    assert result.stdout.split() == ["n/lr0.1.npz", "n/lr0.1.png"]
    ls.Surface.load("n/lr0.1.npz")


def test_runs_of_one_optimizer_are_told_apart(run):
    """By their seeds, and folders of one name by the folders around them."""
    for seed, place in enumerate(("one", "two")):
        shutil.copytree("sgd", f"{place}/sgd", dirs_exist_ok=True)
        about = Path(place, "sgd", "run.json")
        about.write_text(about.read_text().replace('"seed": 0', f'"seed": {seed}'))
    result = run("project", "one/sgd", "two/sgd", "adam", *QUICK)
    assert [result.stderr.count(f"seed {seed}") for seed in (0, 1, 2)] == [1, 1, 0]
    words = ("--data", "train:50", "--top", 1, "--probes", 1, "--steps", 3, "--along", 0, *PNG)
    result = run("curvature", "one/sgd", "two/sgd", *words, "--out", "twice")
    assert result.stdout.split()[:2] == ["twice/spectrum-one-sgd.png", "twice/spectrum-two-sgd.png"]


def test_weights_of_folders_of_one_name_are_told_apart(run):
    for place in ("one", "two"):
        shutil.copytree("sgd-weights", f"{place}/mine", dirs_exist_ok=True)
    words = (*QUICK, "--layers", "784,32,10")
    result = run("project", "--weights", "one/mine/*.safetensors", "--weights", "two/mine/*.safetensors", *words)
    assert result.exit_code == 0, result.output
    assert "one-mine" in result.stderr
    assert "two-mine" in result.stderr
    result = run("project", *("--weights", "one/mine/*.safetensors") * 2, *words)
    assert result.stderr == "Error: --weights 'one/mine/*.safetensors' is given twice: give it once\n"


def test_one_file_is_no_path(run):
    result = run("project", "--weights", "sgd-weights/step3.safetensors", "--layers", "784,32,10", *QUICK)
    assert result.exit_code == 2
    assert result.stderr == "Error: a plane needs at least 3 snapshots\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("project",), "give run folders, or --weights"),
        (("project", "sgd", "--weights", "x/*"), "not both"),
        (("project", "--weights", "nowhere/*.safetensors"), "there are no files 'nowhere/*.safetensors'"),
        (("project", "--weights", "sgd-weights/*", "--layers", "784,7,10"), "not those of a network 784-7-10"),
        (("project", "--weights", "sgd-weights/*", "-o", "a", "-o", "b"), "2 names by -o for 1 --weights"),
        (("project", "nowhere"), "not a run folder"),
        (("project", "sgd", "--resolution", "2"), "resolution = 2"),
        (("project", "sgd", "--extent", "1,2"), "--extent '1,2'"),
        (("project", "sgd", "--extent", "1,1,0,1"), "x0 < x1"),
        (("project", "sgd", "--data", "trian:5"), "--data 'trian:5'"),
        (("project", "sgd", "--plane", "random", "--normalize", "filters"), "did you mean 'filter'"),
        (("project", "sgd", "--plane", "through"), "not 1"),
        (("project", "sgd", "--dask", "tcp://127.0.0.1:1"), "there is no Dask scheduler at 'tcp://127.0.0.1:1'"),
        (("project", "sgd", "tanh"), "different networks do not share a plane: 784-32-10 relu, cross_entropy"),
        (("project", "sgd", "--format", "png,svgg", "--out", "f/s"), "did you mean 'svg'"),
        (("project", "sgd", "--out", "full"), "it is a folder"),
        (("project", "sgd-weights/step3.safetensors"), "in quotation marks"),
        (
            ("project", "sgd", "--mean", "0.1", "--std", "0.3", "--order", "a"),
            "--order, --mean, --std: only for --weights",
        ),
        (("project", "sgd", "--scale", "standard"), "--scale: only for --weights"),
        (("project", "--weights", "sgd-weights"), "is a folder: name the files in it, as 'sgd-weights/*.safetensors'"),
        (("project", "--weights", "sgd/snapshots.npy"), "is a NumPy array, and no safetensors file"),
        (("project", "--weights", "sgd-weights/*", "-o", "adam:lrr=0.1"), "did you mean 'lr'"),
        (("interpolate", "sgd", "tanh"), "different networks have no straight line between them"),
        (("curvature", "sgd", "sgd"), "given twice"),
        (("curvature", "sgd", "--top", "0"), "--top = 0"),
        (("curvature", "sgd", "--probes", "-1"), "--probes = -1"),
        (("interpolate", "sgd", "--points", "1"), "--points = 1"),
    ],
)
def test_bad_input_is_one_line(run, words, said, monkeypatch):
    monkeypatch.setattr("landscape.cli.cluster._PATIENCE", 0.5)
    assert said in refusal(run(*words))


# The command line, which keeps each tile, says so, and waits for a word after the third; each line is written at once,
# as several threads write. Until then no fourth is computed: two that are finished at once are kept at once.
WAITING = r"""
import itertools, sys, threading
from landscape.cli.main import main
from landscape.surfaces import tiles

numbers, three_are_kept = itertools.count(1), threading.Event()

def task(tile, executor, whole=tiles._task):
    number, (function, *given) = next(numbers), whole(tile, executor)

    def compute():
        sys.stdout.write("a tile\n")
        if number > 3:
            three_are_kept.wait()
        return function(*given)

    return (compute,)

def write(part, result, done, now=True, whole=tiles.Part.write):
    whole(part, result, done, now=True)
    sys.stdout.write(f"kept {done}\n")
    sys.stdout.flush()
    if done == 3:
        sys.stdin.readline()
        three_are_kept.set()

tiles._task, tiles.Part.write = task, write
main()
"""


def test_projecting_goes_on_after_a_kill(folders, mnist):
    """kill −9 in the middle of `landscape project`, then the same command."""
    words = ["project", "tanh", "--resolution", "61", "--data", "train:8000", *PNG, "--out", "k/s.npz"]
    command = [sys.executable, "-c", WAITING, *words]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=folders, text=True, stderr=subprocess.DEVNULL, **pipes)
    while process.stdout.readline() not in ("kept 3\n", ""):
        pass
    (part,) = (folders / "k").glob("s.npz.*.part")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = int(np.load(part)["tiles"])
    assert kept == 3
    assert not (folders / "k" / "s.npz").exists()
    again = subprocess.run(command, cwd=folders, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert again.stdout.count("a tile") == 4 * 8 - kept  # four strides
    assert not part.exists()
    x, y = mnist.x_train[:8000], mnist.y_train[:8000]
    trained = ls.Run.load(folders / "tanh")
    expected = ls.surface(trained.network, ls.planes.pca(trained), x, y, resolution=61)
    np.testing.assert_array_equal(ls.Surface.load(folders / "k" / "s.npz").loss, expected.loss)


def test_interpolate(run, runs, mnist):
    result = run("interpolate", "sgd", "adam", "--data", "test:200", "--points", 9, *PNG, "--out", "l/line")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["l/line.png"]
    x, y = mnist.x_test[:200], mnist.y_test[:200]
    line = ls.line(runs[0].network, runs[0].params, runs[1].params, x, y, np.linspace(-0.5, 1.5, 9))
    for number in (*line.ends, line.barrier):
        assert f"{number:.4g}" in result.stderr
    # A single run's line goes from its start to its end, and says so; text is text in an SVG file.
    for verb in (("interpolate", "sgd", "--points", 5), ("plot", "interpolation", "sgd")):
        assert run(*verb, "--data", "test:50", *SVG, "--out", "l/one").exit_code == 0
        drawn = Path("l/one.svg").read_text(encoding="utf-8")
        assert "from the start at 0 to the end at 1" in drawn
        assert "two networks" not in drawn


def test_curvature(run, runs, mnist):
    words = ("--data", "train:200", "--top", 3, "--probes", 1, "--steps", 12, "--along", 2, *PNG)
    result = run("curvature", "sgd", "adam", *words, "--out", "h")
    assert result.exit_code == 0, result.output
    files = ["h/spectrum-sgd.png", "h/spectrum-adam.png", "h/sharpness.png", "h/curvature.json"]
    assert result.stdout.split() == files
    assert all(Path(file).exists() for file in files)
    first, _ = json.loads(Path("h/curvature.json").read_text())["runs"]
    values, _, _ = ls.curvature.top(runs[0].network, runs[0].params, mnist.x_train[:200], mnist.y_train[:200], k=3)
    np.testing.assert_allclose(first["eigenvalues"], values, rtol=1e-6)
    assert np.all(np.array(first["residuals"]) < 1e-3 * values)
    assert f"{values[0]:.5g}" in result.stderr
    assert len(first["sharpness"]) == 2
    assert len(first["density"]) == len(first["grid"]) > 100
