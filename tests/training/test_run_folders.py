"""Run folders: dead or out of room at any moment of writing, damaged, replaced, and read back."""

from __future__ import annotations

import builtins
import errno
import gc
import json
import multiprocessing
import os
import resource
import signal
from dataclasses import replace
from itertools import count

import killing
import numpy as np
import pytest

import landscape as ls
from landscape.files import archives, kinds
from landscape.training import folder as files

NAMES = {files.SNAPSHOTS, files.CHECKPOINT, files.HISTORY, files.WEIGHTS, files.SUMMARY}
# Trained to the end, and into an overflow.
every_kind = pytest.mark.parametrize("optimizer", ["adam:lr=0.01", "sgd:lr=1e12"])


@pytest.fixture(scope="module")
def part(mnist):
    """60 images of 7 × 7 pixels, and as many for the test."""
    x_train, x_test = (
        x[:60].reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49) for x in (mnist.x_train, mnist.x_test)
    )
    return replace(mnist, x_train=x_train, x_test=x_test, y_train=mnist.y_train[:60], y_test=mnist.y_test[:60])


@pytest.fixture
def short(part, tmp_path, monkeypatch):
    """A run of three steps, each with a snapshot and a checkpoint."""
    # Waiting for the disk is what takes time; a killed process leaves what it wrote without that.
    monkeypatch.setattr(os, "fsync", lambda file: None)

    def train(optimizer="adam:lr=0.01", out=tmp_path / "run", **settings):
        settings = {"snapshots": 4, "resume": out is not None, "checkpoint_every": 1e-9, **settings}
        return ls.train(ls.MLP((49, 8, 10)), part, optimizer, 1, 20, out=out, **settings)

    return train


def same(one, other):
    for name in ("settings", "diverged", "finished"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("params", "snapshots", "steps"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert one.history.keys() == other.history.keys()
    for name, values in one.history.items():
        np.testing.assert_array_equal(values, other.history[name], err_msg=name)


def stopping(at, times=1):
    """A progress function that presses Ctrl-C once training has come to step `at`."""

    def progress(status):
        if status.step == at:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)

    return progress


def sound_so_far(folder, whole):
    """A folder that says it is a run must load, as the beginning of the whole run."""
    if not (folder / files.SUMMARY).exists():
        return
    run = ls.Run.load(folder)
    n = len(run.history["loss"])
    np.testing.assert_array_equal(run.history["loss"], whole.history["loss"][:n])
    assert run.steps.tolist() == [step for step in whole.steps if step <= n]
    np.testing.assert_array_equal(run.snapshots, whole.snapshots[: len(run.steps)])
    if n in run.steps:
        np.testing.assert_array_equal(run.params, run.snapshots[-1])
    assert ls.Run.summary(folder)["step"] <= n


def at_operation(n, fail, patch):
    """Call `fail` at the n-th moment at which the folder's writing may be cut short: before a flush to disk, before a
    renaming or a removal, and in the middle of what is written in place.
    """
    moments = count(1)
    guarded = killing.failing_at(n, fail, moments)

    def opened(*args):
        file = builtins.open(*args)  # noqa: SIM115
        write = file.write

        class Torn:
            def __getattr__(self, name):
                return getattr(file, name)

            def __enter__(self):
                return self

            def __exit__(self, *error):
                file.close()

            def write(self, content):
                if next(moments) == n:
                    content = bytes(content)
                    write(content[: len(content) // 2])
                    file.flush()
                    fail()
                return write(content)

        return Torn()

    for name in ("fsync", "replace"):
        patch.setattr(os, name, guarded(getattr(os, name)))
    patch.setattr(files.Path, "unlink", guarded(files.Path.unlink))
    patch.setattr(files, "open", opened, raising=False)


@every_kind
def test_killed_at_every_moment_of_writing(short, tmp_path, optimizer):
    whole, target = short(optimizer, out=None), tmp_path / "run"

    def child(n):
        # No one sees the patches but the child.
        at_operation(n, lambda: os.kill(os.getpid(), signal.SIGKILL), pytest.MonkeyPatch())
        short(optimizer)

    context = multiprocessing.get_context("fork")
    for n in count(1):
        (process := context.Process(target=child, args=(n,))).start()
        process.join()
        sound_so_far(target, whole)
        same(short(optimizer, checkpoint_every=60), whole)
        same(ls.Run.load(target), whole)
        assert {path.name for path in target.iterdir()} <= NAMES
        for path in target.iterdir():
            path.unlink()
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
    assert n > 25  # of which a save has 7: two writes and a flush in place, a flush and a renaming each of two files


@every_kind
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_no_room_at_every_moment_of_writing(short, tmp_path, optimizer):
    whole, target = short(optimizer, out=None), tmp_path / "run"

    def fail():
        raise OSError(errno.ENOSPC, "No space left on device")

    for n in count(1):
        with pytest.MonkeyPatch.context() as patch:
            at_operation(n, fail, patch)
            try:
                short(optimizer)
            except ls.RunError as error:
                said = str(error)
            else:
                break
        assert "cannot write" in said
        assert "No space left on device" in said
        assert "\n" not in said
        # Of a run that has not begun there is no folder.
        left = [path.name for path in target.iterdir()] if target.exists() else ["run.json"]
        assert left
        assert {name.removeprefix(".new.") for name in left} <= NAMES
        sound_so_far(target, whole)
        same(short(optimizer, checkpoint_every=60), whole)
        same(ls.Run.load(target), whole)
        for path in target.iterdir():
            path.unlink()
        target.rmdir()
    assert n > 25
    gc.collect()  # files that could not be closed would complain now


@pytest.mark.parametrize("missing", [1, 100, 4096, 10_000])
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_the_last_bytes_of_a_file_count_too(tmp_path, missing):
    """A limit on the size of files, as no room for the last block is told at another place than for the first."""
    array = np.arange(5000.0).reshape(50, 100)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (128 + array.nbytes - missing, before[1]))
        with pytest.raises(ls.RunError, match=r"cannot write .*snapshots\.npy.*: File too large"):
            files.write_snapshots(tmp_path / files.SNAPSHOTS, array)
        with pytest.raises(ls.RunError, match="File too large"):
            archives.write(tmp_path / files.CHECKPOINT, kinds.CHECKPOINT, {"a": array})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_a_place_where_no_folder_can_be_is_named(short, tmp_path):
    (tmp_path / "file").touch()
    for resume in (False, True):
        with pytest.raises(ls.RunError, match=r"cannot write .*file/run.*: Not a directory") as error:
            short(out=tmp_path / "file" / "run", resume=resume)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(("name", "said"), [("", "it must be named"), ("a" * 300, "File name too long")])
def test_a_name_that_no_folder_can_have_is_said(short, tmp_path, monkeypatch, name, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, ls.RunError), match=said):
        short(out=name)
    assert not list(tmp_path.iterdir())


def test_a_second_ctrl_c_stops_at_once_and_keeps_the_checkpoint(short, tmp_path):
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        short(progress=stopping(2, times=2), measure=1)
    assert signal.getsignal(signal.SIGINT) is handler
    assert len(ls.Run.load(tmp_path / "run").history["loss"]) == 1
    same(short(measure=1), short(out=None, measure=1))


def test_ctrl_c_before_the_first_step_or_after_the_last(short, tmp_path):
    whole = short(out=None, measure=1)
    for step in (0, 3):
        with pytest.raises(KeyboardInterrupt, match=f"stopped at step {max(step, 1)} of 3"):
            short(out=tmp_path / str(step), measure=1, progress=stopping(step))
        assert not ls.Run.load(tmp_path / str(step)).finished
        same(short(out=tmp_path / str(step), measure=1), whole)


def test_a_finished_run_is_returned_untouched(short, tmp_path):
    run = short()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "run").iterdir()}
    assert {path.name for path in before} == NAMES
    same(short(progress=lambda status: pytest.fail("there is nothing left to do")), run)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_without_resume_an_older_run_is_replaced(short, tmp_path):
    short()
    newer = short("momentum", resume=False, snapshots=2)
    same(ls.Run.load(tmp_path / "run"), newer)


def test_run_folder_reads_back(runs, tmp_path):
    from safetensors.numpy import load_file

    folder = runs[1].save(tmp_path / "run")
    loaded = ls.Run.load(folder)
    same(loaded, runs[1])
    assert loaded.optimizer == runs[1].optimizer
    assert loaded.test_accuracy == runs[1].test_accuracy
    assert ls.Run.summary(folder) == json.loads((folder / files.SUMMARY).read_text())
    weights = load_file(folder / files.WEIGHTS)
    np.testing.assert_array_equal(weights["0.weight"].T, runs[1].network.layers(runs[1].params)[0][0])
    np.testing.assert_array_equal(np.load(folder / files.SNAPSHOTS), runs[1].snapshots)
    assert {path.name for path in folder.iterdir()} == NAMES - {files.CHECKPOINT}


@pytest.mark.parametrize(
    ("finished", "name"),
    [(False, name) for name in (files.SNAPSHOTS, files.CHECKPOINT, files.SUMMARY)]
    + [(True, name) for name in (files.SNAPSHOTS, files.HISTORY, files.WEIGHTS, files.SUMMARY)],
)
def test_damaged_files_are_named(short, tmp_path, name, finished):
    if finished:
        short()
    else:
        with pytest.raises(KeyboardInterrupt):
            short(progress=stopping(2), measure=1)
    path = tmp_path / "run" / name
    content = path.read_bytes()
    damages = {
        "empty": b"",
        "cut": content[: len(content) // 2],
        "noise": bytes(range(256)) * (len(content) // 256 + 1),
        "missing": None,
    }
    for damage, bad in damages.items():
        path.unlink(missing_ok=True) if bad is None else path.write_bytes(bad)
        with pytest.raises(ls.RunError) as error:
            ls.Run.load(tmp_path / "run")
        assert str(tmp_path / "run") in str(error.value), damage
        assert "\n" not in str(error.value), damage
        if name != files.SUMMARY or bad is not None:  # a folder without run.json is no run, and one begins
            with pytest.raises(ls.RunError):
                short(measure="epoch" if finished else 1)
    path.write_bytes(content)
    ls.Run.load(tmp_path / "run")


def test_a_summary_without_what_it_must_say_is_damaged(short, tmp_path):
    short()
    path = tmp_path / "run" / files.SUMMARY
    about = json.loads(path.read_text())
    for key in ("settings", "finished"):
        path.write_text(json.dumps({name: value for name, value in about.items() if name != key}))
        for act in (short, lambda: ls.Run.load(tmp_path / "run"), lambda: ls.Run.summary(tmp_path / "run")):
            with pytest.raises(ls.RunError, match="damaged"):
                act()


def test_what_is_no_run_is_said_to_be_what_it_is(short, runs, surface, tmp_path):
    short()
    (tmp_path / "plain").mkdir()
    (tmp_path / "note.txt").write_text("hello")
    surface.save(tmp_path / "s.npz")
    ls.descend("saddle", "sgd", steps=2).save(tmp_path / "walk.npz")
    np.savez(tmp_path / "data.npz", x_train=np.zeros(3))
    np.savez(tmp_path / "else.npz", a=np.zeros(3))
    (tmp_path / "cut.npz").write_bytes((tmp_path / "s.npz").read_bytes()[:500])
    what = {
        tmp_path: f"it is a folder of runs, such as '{tmp_path / 'run'}'",
        tmp_path / "plain": "it is a folder without run.json",
        tmp_path / "nowhere-lr0.1": "there is no such file or folder",
        tmp_path / "note.txt": "it is a file",
        tmp_path / "s.npz": "it is a saved surface",
        tmp_path / "walk.npz": "it is a saved trajectory",
        tmp_path / "data.npz": "it is a data set",
        tmp_path / "else.npz": "it is an archive of something else",
        tmp_path / "cut.npz": "it is damaged",
        **{tmp_path / "run" / name: f"it is one file of the run folder '{tmp_path / 'run'}'" for name in NAMES},
    }
    for path, said in what.items():
        for load, wanted in ((ls.Run.load, "run folder"), (ls.Run.summary, "run folder"), (ls.Surface.load, "surface")):
            if wanted == "surface" and path.name == "s.npz":
                continue
            with pytest.raises(ls.RunError) as error:
                load(path)
            assert str(error.value) == f"'{path}' is not a {'saved ' * (wanted == 'surface')}{wanted}: {said}"
    with pytest.raises(ls.RunError, match="is not a saved trajectory: it is a saved surface"):
        ls.Trajectory.load(tmp_path / "s.npz")
    with pytest.raises(ls.RunError, match="is not a saved surface: it is a run folder"):
        ls.Surface.load(tmp_path / "run")
