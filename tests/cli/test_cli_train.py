"""`landscape train` through click's runner, and stopped with Ctrl-C as a process of its own."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
import zlib
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from commands import command, saved

import landscape as ls
from landscape.cli.screen import _note
from landscape.training.session import Status

SMALL = ("--layers", "784,12,10", "--images", "640", "--snapshots", "3")


@pytest.fixture
def run(run):
    return partial(run, "train")


def test_several_optimizers_and_seeds(run):
    result = run("-o", "sgd:lr=0.1", "-o", "adam:clip=1", "--seeds", 2, "--seed", 5, *SMALL, "--schedule", "cosine")
    assert result.exit_code == 0, result.output
    folders = result.stdout.split()
    assert folders == [f"runs/{name}-seed{seed}" for name in ("sgd-lr0.1", "adam-lr0.001-clip1.0") for seed in (5, 6)]
    assert "mean ± sd" in result.stderr
    assert result.stderr.count("epoch 1 of 1") == 4  # no terminal: a line an epoch
    first, second = (ls.Run.load(folder) for folder in folders[:2])
    assert not np.array_equal(first.snapshots[0], second.snapshots[0])
    alone = run("-o", "sgd:lr=0.1", "--seed", 6, *SMALL, "--schedule", "cosine", "--quiet", "--out", "alone")
    assert (alone.stdout, alone.stderr) == ("alone/sgd-lr0.1\n", "")
    np.testing.assert_array_equal(ls.Run.load("alone/sgd-lr0.1").params, second.params)


def test_the_table_says_what_seeds_tell(run):
    """The best first; one run each tells nothing, and several are tested."""
    tiny = ("--layers", "784,4,10", "--images", "320", "--snapshots", "1", "--overwrite")
    both = ("-o", "sgd:lr=0.0001", "-o", "adam:lr=0.02")
    alone = " ".join(run(*both, *tiny).stderr.split())
    assert "One run each: other seeds may turn the order round" in alone
    assert " reads " not in alone
    result = run(*both, *tiny, "--seeds", 3)
    names, rates = ("sgd:lr=0.0001", "adam:lr=0.02"), ("sgd-lr0.0001", "adam-lr0.02")
    found = [[100 * ls.Run.load(f"runs/{rate}-seed{seed}").test_accuracy for seed in range(3)] for rate in rates]
    difference = ls.statistics.paired(found[1], found[0])
    assert difference.clear  # one hardly moves
    said = " ".join(result.stderr.split())
    assert f"{names[1]} reads {difference.effect:.2f} points more than {names[0]}" in said
    assert f"(95 % interval {difference.low:.2f} to {difference.high:.2f}, p = {difference.p:.2g})" in said
    assert "No clear difference" not in said
    table = result.stderr[result.stderr.index("┡") :]
    assert table.index(names[1]) < table.index(names[0])
    result = run("-o", "sgd:lr=0.0001", "-o", "sgd:lr=0.0002", *tiny, "--seeds", 3)
    assert "No clear difference: " in result.stderr
    result = run("-o", "sgd:lr=1e30", "-o", "adam:lr=0.02", *tiny, "--seeds", 2)
    assert "No two optimizers came through with all of their seeds." in result.stderr
    assert "nan" not in result.stderr


def test_the_bar_says_when_an_accuracy_was_measured():
    """What stands beside the bar all through the first epoch was measured before it."""
    status = Status(0, 60, 1, 2, math.nan, 0.0, 0.0987, 0, True)
    for step, measured, words in (
        (0, 0, "test 9.87 % at the start"),
        (7, 0, "loss 1.250  test 9.87 % at the start"),
        (30, 30, "loss 1.250  test 9.87 %"),
        (1234, 30, "loss 1.250  test 9.87 % after step 30"),
    ):
        assert _note(replace(status, step=step, loss=1.25, measured_step=measured)).endswith(f"images/s  {words}")


def test_json(run):
    result = run("-o", "sgd:lr=0.1", "-o", "sgd:lr=1e30", *SMALL, "--json", "--quiet", "--out", "r")
    assert result.exit_code == 0, result.output
    good, bad = json.loads(result.stdout)["runs"]
    assert good["folder"] == "r/sgd-lr0.1"
    assert good["test_accuracy"] == ls.Run.load("r/sgd-lr0.1").test_accuracy
    assert (bad["diverged"], bad["test_accuracy"], bad["finished"]) == (True, None, True)


def test_every_option_reaches_the_run(run):
    words = "--activation elu:alpha=0.5 --init orthogonal --loss mse:label_smoothing=0.1 --seed 2"
    more = "--batch-size full --epochs 3 --spacing log --measure 2 --sharpness 0,2 --dtype float64 --out r"
    result = run("-o", "momentum:lr=0.1", *SMALL, *words.split(), *more.split())
    assert result.exit_code == 0, result.output
    trained = ls.Run.load(result.stdout.strip())
    net = trained.network
    assert (net.activation, net.init) == (ls.activations.get("elu", alpha=0.5), ls.initialisers.get("orthogonal"))
    assert (net.loss, net.dtype) == (ls.losses.get("mse", label_smoothing=0.1), np.float64)
    assert trained.steps.tolist() == [0, 1, 2, 3]
    assert trained.history["measured_step"].tolist() == [0, 2, 3]
    assert trained.history["sharpness_step"].tolist() == [0, 2]

    weights = ("--weights", f"{result.stdout.strip()}/weights.safetensors")
    onward = run(*weights, *SMALL, "--dtype", "float64", "--epochs", 0, "--out", "onward")
    np.testing.assert_array_equal(ls.Run.load(onward.stdout.strip()).params, trained.params)


# The command line, which waits for a word once it has measured the third epoch.
WAITING = """
import sys
from landscape.training import measuring
from landscape.cli.main import main

def measure(*given, whole=measuring.measure, counted=[]):
    counted.append(1)
    if len(counted) == 4:
        print("measuring", flush=True)
        sys.stdin.readline()
    return whole(*given)

measuring.measure = measure
main()
"""


def test_ctrl_c_keeps_the_run_and_resume_ends_it(run, tmp_path):
    words = ["-o", "adam", *SMALL, "--epochs", "40", "--out", "r"]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    process = subprocess.Popen([sys.executable, "-c", WAITING, "train", *words], cwd=tmp_path, text=True, **pipes)
    assert process.stdout.readline() == "measuring\n"
    process.send_signal(signal.SIGINT)
    said = process.communicate("\n", timeout=300)[1]
    assert process.returncode == 130
    assert "Interrupted: stopped at step" in said
    assert "--resume" in said
    assert "Traceback" not in said

    stopped = ls.Run.load("r/adam-lr0.001")
    assert not stopped.finished
    assert 60 <= len(stopped.history["loss"]) < 800
    assert "exists already" in run(*words).stderr
    result = run(*words, "--resume")
    assert result.exit_code == 0, result.output
    run(*words[:-1], "unbroken")
    np.testing.assert_array_equal(ls.Run.load("r/adam-lr0.001").params, ls.Run.load("unbroken/adam-lr0.001").params)


def test_data_in_files_of_one_s_own_are_found_again(run, tmp_path, mnist):
    saved(mnist.subset(300), tmp_path / "mine.npz", 50)
    trained = run("--data", "mine.npz", "--layers", "784,8,10", "--out", "r", "--epochs", "2")
    assert trained.exit_code == 0, trained.output
    assert "mine: 300 training and 50 test images of 784 pixels (as given), 10 classes\n" in trained.stderr
    assert ls.Run.load(trained.stdout.strip()).settings["scaling"] == "as given"
    projected = command("project", trained.stdout.strip(), "--data", "test", "--resolution", "5")
    assert projected.exit_code == 0, projected.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--batch-size", "0"), "batch_size = 0"),
        (("--batch-size", "ful"), "expected a whole number or full"),
        (("--measure", "x"), "expected a whole number or epoch"),
        (("--sharpness", "-1"), "sharpness = -1"),
        (("--schedule", "cosin"), "did you mean 'cosine'"),
        (("--spacing", "lin"), "unknown spacing"),
        (("--activation", "leaky_relu:slope=2"), "slope = 2"),
        (("--init", "norml"), "did you mean 'normal'"),
        (("--loss", "mse:label_smoothing=1"), "label_smoothing = 1"),
        (("--dtype", "float16"), "float32 or float64"),
        (("--dtype", "floaty"), "float32 or float64"),
        (("--weights", "nowhere.safetensors"), "nowhere.safetensors"),
        (("--weights", "some.safetensors", "--init", "zeros"), "--init is for networks without --weights"),
        (("--order", "a,b"), "--order is for --weights"),
        (("--weights", __file__), "cannot read weights from"),
        (("--seeds", "0"), "--seeds = 0"),
        (("--seed", "-1"), "seed = -1"),
        (("-o", "adam", "-o", "adam:lr=0.001"), "given twice"),
        (("--checkpoint-every", "0"), "checkpoint_every = 0"),
        (("--images", "70000"), "--images = 70000 is not allowed: mnist has 60000 training images"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(run, tmp_path, words, said):
    result = run(*SMALL[:2], *words)
    assert result.exit_code == 2
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert said in line
    assert not (tmp_path / "runs").exists()


@pytest.fixture
def few(tmp_path, mnist):
    """Words for a quick run of SGD on 64 images of a file."""
    saved(mnist.subset(64), tmp_path / "few.npz", 50)
    return ("-o", "sgd", "--layers", "784,4,10", "--data", "few.npz", "--quiet")


def test_optimizers_that_read_the_same_are_not_ahead(run, few):
    """Two that do not move: the same with each seed, so the difference is none and has no interval."""
    rates = ("-o", "sgd:lr=1e-30", "-o", "momentum:lr=1e-30")
    result = run(*few[2:-1], *rates, "--seeds", 2)
    assert result.exit_code == 0, result.output
    assert "No difference: " in result.stderr
    assert "read the same with every seed." in result.stderr


def test_a_folder_says_all_that_differs_from_the_run_that_is_there(run, few):
    assert run(*few).stdout == "runs/sgd-lr0.01\n"
    weights = zlib.crc32(ls.Run.load("runs/sgd-lr0.01").params)
    for words, name in (
        ("--init glorot", "glorot"),
        ("--batch-size 16", "batch_size16"),
        ("--activation leaky_relu:slope=0.2 --seed 3", "leaky_relu-slope0.2-seed3"),
        ("--schedule step:gamma=0.3,every=1 --loss mse", "mse-step-gamma0.3-every1"),
        ("--epochs 2 --dtype float64 --images 32", "float64-images32-epochs2"),
        ("--sharpness 0,2 --snapshots 1 --spacing log", "snapshots1-spacinglog-sharpness0-2"),
        ("--weights runs/sgd-lr0.01/weights.safetensors", f"weights{weights:08x}"),
    ):
        done = run(*few, *words.split())
        assert done.stdout == f"runs/sgd-lr0.01-{name}\n", done.output
        # The same again is the same run.
        assert f"'runs/sgd-lr0.01-{name}' exists already" in run(*few, *words.split()).stderr
    several = run(*few, "-o", "adam", "--seeds", "2", "--init", "glorot").stdout.split()
    assert several == [f"runs/{name}-seed{seed}" for name in ("sgd-lr0.01", "adam-lr0.001") for seed in (0, 1)]
    assert run(*few, "--seeds", "2").stdout.split() == [f"runs/sgd-lr0.01-seed{seed}-he" for seed in (0, 1)]
    assert ls.Run.load("runs/sgd-lr0.01").settings["network"]["init"] == "he"


def test_what_goes_on_or_is_replaced_is_the_run_that_is_there(run, few):
    run(*few)
    run(*few, "--init", "glorot")
    for words, name in ((("--init", "glorot"), "runs/sgd-lr0.01-glorot\n"), ((), "runs/sgd-lr0.01\n")):
        assert run(*few, *words, "--resume").stdout == run(*few, *words, "--overwrite").stdout == name
    assert "epochs = 3, but the run began with 1" in run(*few, "--epochs", 3, "--resume").stderr
    assert run(*few, "--epochs", 3, "--overwrite").stdout == "runs/sgd-lr0.01\n"
    assert ls.Run.load("runs/sgd-lr0.01").settings["epochs"] == 3


def test_other_images_in_a_file_of_the_same_name_are_told_apart(run, few):
    run(*few)
    with np.load("few.npz") as archive:
        arrays = dict(archive)
    np.savez("few.npz", **{name: array[::-1] for name, array in arrays.items()})
    (folder,) = run(*few).stdout.split()
    assert folder.startswith("runs/sgd-lr0.01-pixels")
    assert ls.Run.load(folder).settings["pixels"] != ls.Run.load("runs/sgd-lr0.01").settings["pixels"]


def test_nothing_begins_before_all_runs_are_known_to_be_sound(run, few, tmp_path):
    """The second run of this call is there already: the first must not be left behind alone."""
    run(*few)
    assert "exists already" in run("-o", "adam", *few).stderr
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["sgd-lr0.01"]


@pytest.mark.parametrize("words", [("--epochs", -3), ("--snapshots", 0), ("-o", "rprop", "--schedule", "cosine")])
def test_what_is_refused_is_one_line_and_nothing_else(run, tmp_path, words):
    result = run(*words)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
    assert not list(tmp_path.iterdir())
