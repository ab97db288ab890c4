"""Run folders from anyone's loop, here one of NumPy's; PyTorch's are in tests/models."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import warnings

import numpy as np
import pytest

import landscape as ls
from landscape.training.thinning import Thinning


class Bowl:
    """Gradient descent on |w|² + |b|², from (1, …)."""

    def __init__(self, size=6):
        self.arrays = {"layer.weight": np.ones((2, size // 2), np.float32), "layer.bias": np.ones(2, np.float32)}

    def __call__(self):
        return self.arrays

    def step(self):
        loss = sum(float(np.square(one).sum()) for one in self.arrays.values())
        self.arrays = {name: one * np.float32(0.99) for name, one in self.arrays.items()}
        return loss


def trained(folder, steps=100, **more):
    """A closed recording, and all parameters on the way."""
    bowl, way = Bowl(), []
    with ls.record(bowl, folder, "sgd:lr=0.005", **more) as rec:
        way.append(np.concatenate([one.ravel() for one in bowl().values()]))
        for _ in range(steps):
            rec.step(bowl.step())
            way.append(np.concatenate([one.ravel() for one in bowl().values()]))
    return ls.Run.load(folder), np.array(way)


@pytest.mark.parametrize("spacing", ["linear", "log"])
@pytest.mark.parametrize("length", [1, 7, 40, 1000, 30_000])
def test_steps_are_kept_evenly_without_knowing_how_many_come(spacing, length):
    thinning, most, kept = Thinning(40, spacing), 0, set()
    for step in range(length + 1):
        if thinning.due(step):
            kept.add(step)
            kept -= set(thinning.keep(step))
        most = max(most, len(thinning.kept))
    assert most <= 41
    assert sorted(kept) == thinning.kept
    assert thinning.kept[0] == 0
    assert len(thinning.kept) > min(length, 40) / 3
    steps = np.array(thinning.kept[1:])
    if len(steps) > 20:
        gaps = np.diff(steps) if spacing == "linear" else np.diff(np.log(steps[steps > 20]))
        assert gaps.max() < (1.01 if spacing == "linear" else 2.5) * gaps.min()


def test_a_recording_is_a_run(tmp_path):
    run, way = trained(tmp_path / "r", 100, snapshots=20, seed=3, batch_size=5, caption="bowls")
    assert run.finished
    assert run.is_recorded
    assert run.steps[0] == 0
    assert run.steps[-1] == 100
    assert 10 < len(run.steps) <= 22
    np.testing.assert_array_equal(run.snapshots, way[run.steps])
    np.testing.assert_array_equal(run.params, way[-1])
    assert run.optimizer == ls.optimizers.SGD(0.005)
    np.testing.assert_allclose(run.history["loss"], [float(np.square(row).sum()) for row in way[:-1]], rtol=1e-6)
    assert run.settings["seed"] == 3
    assert {path.name for path in (tmp_path / "r").iterdir()} == {
        "run.json", "history.npz", "snapshots.npy", "weights.safetensors",
    }  # fmt: skip
    np.testing.assert_array_equal(np.load(tmp_path / "r" / "snapshots.npy"), run.snapshots)
    assert run.network.specification.layers == ["layer"]
    assert ls.Run.load(run.save(tmp_path / "again")) == run
    plane = ls.planes.pca([np.random.default_rng(0).normal(size=(5, 8))])
    assert ls.planes.frame(plane, run).explained is not None


def test_any_interval_and_half_precision(tmp_path):
    run, way = trained(tmp_path / "r", 25, every=10, half=True)
    np.testing.assert_array_equal(run.steps, [0, 10, 20, 25])
    assert run.snapshots.dtype == np.float16
    np.testing.assert_allclose(run.snapshots, way[run.steps], rtol=1e-3)
    np.testing.assert_array_equal(run.params, way[-1])


def test_measurements_are_in_the_history(tmp_path):
    bowl = Bowl()
    with ls.record(bowl, tmp_path / "r") as rec:
        for k in range(4):
            rec.step(bowl.step())
            rec.measure(test_accuracy=0.2 * k, train_loss=float(k))
        rec.measure(test_accuracy=0.9)
        with pytest.raises(ValueError, match="unknown measurement 'accuracy'"):
            rec.measure(accuracy=1)
        with pytest.raises(ValueError, match="test_accuracy = 90 is not allowed"):
            rec.measure(test_accuracy=90)
    run = ls.Run.load(tmp_path / "r")
    np.testing.assert_array_equal(run.history["measured_step"], [1, 2, 3, 4])
    assert run.test_accuracy == 0.9


def test_what_is_stopped_goes_on(tmp_path):
    bowl = Bowl()

    def interrupted():
        with ls.record(bowl, tmp_path / "r", snapshots=8) as rec:
            for _ in range(31):
                rec.step(bowl.step())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    half = ls.Run.load(tmp_path / "r")
    assert not half.finished
    assert len(half.history["loss"]) == 31
    with ls.record(bowl, tmp_path / "r", snapshots=8, resume=True) as rec:
        assert rec.steps == 31
        for _ in range(69):
            rec.step(bowl.step())
    whole, _ = trained(tmp_path / "whole", 100, snapshots=8)
    again = ls.Run.load(tmp_path / "r")
    assert again.finished
    # Those that the stop left are kept beside those that are due.
    assert set(whole.steps) <= set(again.steps)
    rows = [again.steps.tolist().index(step) for step in whole.steps]
    np.testing.assert_array_equal(again.snapshots[rows], whole.snapshots)
    np.testing.assert_array_equal(again.history["loss"], whole.history["loss"])
    with pytest.raises(ValueError, match="it is complete; give another place"):
        ls.record(bowl, tmp_path / "r", resume=True)


def _endless(folder, tell):
    bowl, rec = Bowl(), ls.record(Bowl(), folder, snapshots=10)
    rec._reader._read = bowl
    for k in range(10**9):
        rec.step(bowl.step())
        if k % 100 == 99:
            rec.save()
            tell.send(k)


def test_kill_leaves_a_run_that_loads(tmp_path):
    context = multiprocessing.get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=_endless, args=(tmp_path / "r", tell))
    process.start()
    tell.close()
    while (reached := told.recv()) < 499:
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    run = ls.Run.load(tmp_path / "r")
    assert len(run.history["loss"]) > reached
    assert not run.finished
    expected = np.float64(0.99) ** run.steps
    np.testing.assert_allclose(run.snapshots[:, 0], expected, rtol=1e-3)


FORGOTTEN = """
import sys, landscape as ls, numpy as np
rec = ls.record(lambda: {"a": np.ones(3)}, sys.argv[1])
for k in range(5):
    rec.step(1.0)
if len(sys.argv) > 2:
    raise SystemError
"""


@pytest.mark.parametrize("fails", [False, True])
def test_whoever_forgets_to_close_has_a_whole_run_and_whoever_fails_one_to_go_on_from(fails, tmp_path):
    words = [sys.executable, "-c", FORGOTTEN, str(tmp_path / "r"), *["x"] * fails]
    assert subprocess.run(words, capture_output=True).returncode == fails
    run = ls.Run.load(tmp_path / "r")
    assert run.finished is not fails
    assert len(run.history["loss"]) == 5


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount file systems")
def test_on_a_full_disk_the_training_goes_on_with_one_warning(tmp_path):
    (tmp_path / "disk").mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "none", tmp_path / "disk"]).returncode:
        pytest.skip("file systems cannot be mounted here")
    try:
        bowl = Bowl(20_000)
        rec = ls.record(bowl, tmp_path / "disk" / "r", snapshots=1000)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            for _ in range(60):
                rec.step(bowl.step())
            rec.close()
        assert [str(one.message)[:29] for one in said] == ["recording stopped at step 3, t"[:29]]
        assert "No space left" in str(said[0].message)
        run = ls.Run.load(tmp_path / "disk" / "r")
        assert run.snapshots.shape == (1, 20_002)
        assert rec.steps == 60
    finally:
        subprocess.run(["umount", tmp_path / "disk"], check=True)


def test_a_folder_that_is_removed_is_one_warning(tmp_path):
    import shutil

    bowl = Bowl()
    rec = ls.record(bowl, tmp_path / "r")
    shutil.rmtree(tmp_path / "r")
    for _ in range(3):
        rec.step(bowl.step())
    with pytest.warns(UserWarning, match="recording stopped at step 3, the training goes on"):
        rec.save()
    rec.step(bowl.step())
    rec.close()


def test_diverging_is_recorded(tmp_path):
    arrays = {"a": np.ones(3)}
    with ls.record(lambda: arrays, tmp_path / "r") as rec:
        for k in range(6):
            arrays["a"] = arrays["a"] * (np.inf if k == 4 else 2)
            rec.step(np.inf if k == 5 else 2.0**k)
    run = ls.Run.load(tmp_path / "r")
    assert run.diverged
    assert np.isfinite(run.snapshots).all()
    assert run.steps[-1] == 4


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda p: ls.record(3, p), "module of type int is not allowed: a PyTorch module is needed"),
        (lambda p: ls.record(lambda: 3, p), "the parameters are int: a dict of arrays by name is needed"),
        (lambda p: ls.record(lambda: {"a": np.arange(3)}, p), "'a' of type int64 is not allowed"),
        (lambda p: ls.record(Bowl(), p, snapshots=0), "snapshots = 0 is not allowed"),
        (lambda p: ls.record(Bowl(), p, every=0), "every = 0 is not allowed"),
        (lambda p: ls.record(Bowl(), p, spacing="lin"), "unknown spacing 'lin'"),
        (lambda p: ls.record(Bowl(), p, model="mine"), r"model = 'mine' is not allowed: it must have the form"),
        (lambda p: ls.record(Bowl(), p, model="nowhere.py:net"), r"there is no file 'nowhere.py'"),
        (lambda p: ls.record(Bowl(), p, loss="mine.py:loss"), "give model, too"),
        (lambda p: ls.record(Bowl(), ""), "'' is not allowed as a run folder"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(call, said, tmp_path):
    with pytest.raises(ValueError, match=said) as error:
        call(tmp_path / "r")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "r").exists()


def test_two_recorders_do_not_write_one_folder(tmp_path):
    rec = ls.record(Bowl(), tmp_path / "r")
    with pytest.raises(ls.RunError, match="is being written by"):
        ls.record(Bowl(), tmp_path / "r")
    rec.close()
    with pytest.raises(ValueError, match="is closed"):
        rec.step(1.0)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "run.json").write_text("{}")
    with pytest.raises(ls.RunError, match="would be lost"):
        ls.record(Bowl(), tmp_path / "other")
