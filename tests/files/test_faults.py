"""Every verb, stopped while it writes: killed, interrupted, and out of room.

What was there is the old or the new, whole; nothing half written is left, and the same command then ends as if nothing
had been. docs/reliability.md says what is promised.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import signal
import subprocess
from itertools import count
from pathlib import Path

import killing
import numpy as np
import pytest
from click.testing import CliRunner
from commands import PNG

import landscape as ls
from landscape.cli.main import main
from landscape.files import kinds

DATA, ONE = ("--data", "data.npz"), ("--jobs", "1")
VERBS = {
    "train": ("train", *DATA, "--layers", "4,3,4", "--batch-size", "2", "--snapshots", "2", "-o", "sgd", "--resume"),
    "project": ("project", "run", *DATA, "--resolution", "5", *PNG),
    "interpolate": ("interpolate", "run", *DATA, "--points", "5", *PNG),
    "curvature": ("curvature", "run", *DATA, "--top", "1", "--probes", "1", "--steps", "2", "--along", "0", *PNG),
    "show": ("show", "run", *DATA, *PNG),
    "race": ("race", "booth", "-o", "sgd:lr=0.01", "--steps", "5", "--save", *PNG),
    "basins": ("basins", "booth", "-o", "sgd:lr=0.01", "--steps", "5", "--resolution", "9", *PNG),
    "plot": ("plot", "contour", "booth", "--format", "png,svg", "--size", "column"),
    "sweep": ("sweep", "-o", "sgd", "--lrs", "0.01,1", "--terrain", "booth", "--target", "1", "--steps", "5", *ONE),
    "explore": ("explore", "booth", "-o", "sgd:lr=0.01", "--steps", "5"),
    "slides": ("slides", "run", *DATA, "--clips", "none"),
}
OUT = {verb: "out/talk.html" if verb == "slides" else "out/folder" for verb in VERBS}
KILLED = ("train", "project", "sweep", "plot", "explore", "race", "slides")


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A folder with a run and its data."""
    place = tmp_path_factory.mktemp("begun")
    np.savez(place / "data.npz", x_train=np.eye(4), y_train=np.arange(4), x_test=np.eye(4), y_test=np.arange(4))
    data = ls.datasets.load(place / "data.npz")
    ls.train(ls.MLP((4, 3, 4)), data, "sgd", 3, 1, snapshots=4, out=place / "run")
    return place


@pytest.fixture
def here(begun, tmp_path, monkeypatch):
    """A copy of it, which is the working folder; waiting for the disk takes time, and shows nothing here."""
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "fsync", lambda file: None)
    return tmp_path


def run(verb, *more):
    return CliRunner().invoke(main, [*VERBS[verb], "--out", OUT[verb], *more])


def tree(place):
    """All files, hidden ones too."""
    return {path: path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def failing_at(n, fail):
    """The n-th flush or renaming is where `fail` happens."""
    patch, guarded = pytest.MonkeyPatch(), killing.failing_at(n, fail)
    for name in ("fsync", "replace"):
        patch.setattr(os, name, guarded(getattr(os, name)))
    return patch


def whole(place, before):
    """No file is another than before but such as are complete."""
    for path, content in tree(place).items():
        if path.name.startswith(".") or path.suffix == ".part" or before.get(path) == content:
            continue
        assert content
        kind = kinds.kind(path)
        if kind == kinds.SURFACE:
            ls.Surface.load(path)
        elif kind == kinds.WALK:
            ls.Trajectory.load(path)
        elif kind == kinds.SWEEP:
            ls.sweeps.Table.load(path)
        elif path.name in kinds.RUN_FILES:
            ls.Run.load(path.parent)
        elif kind == kinds.PNG:
            assert content.endswith(b"IEND\xaeB`\x82")
        elif kind == kinds.SVG:
            assert content.rstrip().endswith(b"</svg>")
        elif kind == kinds.PAGE:
            assert content.rstrip().endswith(b"</html>")
        else:
            assert kind == kinds.JSON


@pytest.mark.parametrize("verb", KILLED)
def test_killed_at_every_moment_of_writing(here, verb):
    inputs = tree(here)

    def child(n):
        failing_at(n, lambda: os.kill(os.getpid(), signal.SIGKILL))
        raise SystemExit(run(verb).exit_code)

    context = multiprocessing.get_context("fork")
    # Of slides, which take seconds, only the moment of renaming.
    for n in count(2 if verb == "slides" else 1):
        before = tree(here)
        (process := context.Process(target=child, args=(n,))).start()
        process.join()
        whole(here, before)
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
    assert n > 1
    hidden = [path for path in tree(here) if path.name.startswith(".") or path.suffix in (".part", ".tmp")]
    assert not hidden
    assert {path: content for path, content in tree(here).items() if path in inputs} == inputs


def test_a_demo_that_was_killed_is_made_anew(here, monkeypatch):
    """In the middle of its figures; all but its films, which have tests of their own, of a tiny network."""
    x = np.tile(np.eye(4), (16, 1))
    data = ls.datasets.Dataset("own", x, np.arange(64) % 4, x, np.arange(64) % 4)
    monkeypatch.setattr(ls.datasets, "load", lambda *_: data)
    monkeypatch.setattr("landscape.cli.demo._NETWORK", (4, 3, 4))
    monkeypatch.setattr("landscape.cli.animate.films", lambda *_, **__: [])
    save = ls.figures.save
    monkeypatch.setattr(ls.figures, "save", lambda figure, stem, _: save(figure, stem, ("png",)))

    def demo():
        return CliRunner().invoke(main, ["demo", "--out", "out/demo"])

    def child():
        failing_at(60, lambda: os.kill(os.getpid(), signal.SIGKILL))
        raise SystemExit(demo().exit_code)

    before = tree(here)
    (process := multiprocessing.get_context("fork").Process(target=child)).start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    whole(here, before)
    begun = set(tree(here))
    assert any(path.suffix == ".png" for path in begun)
    assert here / "out" / "demo" / "index.html" not in begun
    result = demo()
    assert result.exit_code == 0, result.output
    whole(here, before)
    assert not [path for path in tree(here / "out") if path.name.startswith(".")]
    assert begun - {path for path in begun if path.name.startswith(".")} < set(tree(here))


# Slides take seconds; kills and a disk that is full are tried with them, too.
@pytest.mark.parametrize("verb", sorted(VERBS.keys() - {"slides"}))
def test_no_room_to_write(here, verb):
    """One line; what was there stays; nothing is left of what was begun but what the same command goes on from."""

    def full():
        raise OSError(errno.ENOSPC, "No space left on device")

    assert run(verb).exit_code == 0
    words = [word for word in VERBS[verb] if word != "--resume"] + ["--overwrite"] * (verb in ("train", "sweep"))
    for n in (1, 2):
        before = tree(here)
        patch = failing_at(n, full)
        try:
            result = CliRunner().invoke(main, [*words, "--out", OUT[verb]])
        finally:
            patch.undo()
        assert result.exit_code == 2, result.output
        line = result.stderr.splitlines()[-1]
        assert line.startswith("Error: cannot write '")
        assert "No space left on device" in line
        assert "Traceback" not in result.output
        whole(here, before)
        assert not [path for path in tree(here) if path.name.startswith(".")]


MORE = {"animate": ("animate", "race", "--terrain", "booth"), "demo": ("demo",)}


@pytest.mark.parametrize("verb", [*VERBS, *MORE])
def test_no_room_for_the_first_that_is_written_leaves_no_folder(here, verb, monkeypatch):
    """Be it the lock or, where nothing else is written first, the result; in folders that have to be made."""

    def full():
        raise OSError(errno.ENOSPC, "No space left on device")

    before = {*here.rglob("*")}
    words = [*(VERBS | MORE)[verb], "--out", f"new/deeper/{Path(OUT.get(verb, 'folder')).name}"]
    # Slides and films take seconds until there is a result.
    for name in ("write", "fsync") if verb in VERBS.keys() - {"slides"} else ("write",):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, killing.failing_at(1, full)(getattr(os, name)))
            result = CliRunner().invoke(main, words)
        assert result.exit_code == 2, result.output
        assert "No space left on device" in result.stderr.splitlines()[-1]
        assert {*here.rglob("*")} == before, name


@pytest.mark.parametrize("verb", VERBS)
def test_interrupted_while_it_writes(here, verb):
    def interrupt():
        raise KeyboardInterrupt

    before = tree(here)
    patch = failing_at(1, interrupt)
    try:
        result = run(verb)
    finally:
        patch.undo()
    assert result.exit_code == 130, result.output
    assert result.stderr.splitlines()[-1].startswith("Interrupted")
    whole(here, before)
    assert not [path for path in tree(here) if path.name.startswith(".")]
    # That slides, which take seconds, are made then is seen after a kill.
    assert verb == "slides" or run(verb).exit_code == 0


@pytest.fixture
def small(tmp_path_factory):
    """A disk of 200 KB."""
    place = tmp_path_factory.mktemp("small")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("no small disk can be made here: mounting is not allowed")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.mark.parametrize("verb", VERBS)
def test_a_disk_that_is_full(here, small, verb):
    out = small / Path(OUT[verb]).name
    (small / "filler").write_bytes(bytes(150_000))
    large = {"--layers": "4,3000,4", "--format": "png,svg,pdf", "--size": "slide"}
    before = tree(small)
    words = list(VERBS[verb])
    for option in large.keys() & set(words):
        words[words.index(option) + 1] = large[option]
    result = CliRunner().invoke(main, [*words, "--out", str(out)])
    if result.exit_code == 0:
        assert verb in ("explore", "basins", "sweep")  # little enough
        return
    assert result.exit_code == 2, result.output
    assert "No space left on device" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.output
    whole(small, before)
    assert not [path for path in tree(small) if path.name.startswith(".")]


@pytest.mark.parametrize("verb", VERBS)
def test_a_disk_that_cannot_be_written_to(here, small, verb):
    (small / "kept").write_text("mine")
    subprocess.run(["mount", "-o", "remount,ro", small], check=True)
    result = CliRunner().invoke(main, [*VERBS[verb], "--out", str(small / Path(OUT[verb]).name)])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert "Read-only file system" in result.stderr
    assert os.listdir(small) == ["kept"]


REFUSALS = {
    "no such option": ("--nonsense", "1"),
    "no such theme": ("--theme", "mauve"),
    "no such language": ("--lang", "xx"),
    "no such format": ("--format", "png,jpeg"),
    "a place where nothing can be": ("--out", "data.npz/x/y"),
    "not a number": ("--steps", "many"),
    "no such data": ("--data", "nowhere.npz"),
    "other data": ("--data", "mnist"),
    "no such optimizer": ("-o", "adamm"),
    "no such resolution": ("--resolution", "-1"),
    "below zero": ("--steps", "-5"),
    "too much": ("--steps", "10000000000000"),
    "too many": ("--resolution", "100000000"),
    "no such points": ("--points", "0"),
    "no such size": ("--size", "huge"),
    "no such template": ("--template", "nowhere.pptx"),
    "no such lesson": ("--clips", "nonsense"),
    "no such layers": ("--layers", "4,x"),
    "no such epochs": ("--epochs", "-1"),
    "no such schedule": ("--schedule", "cosinus"),
    "too many seeds": ("--seeds", "1000000000"),
    "no such start": ("--start", "1,2,3"),
}


@pytest.mark.parametrize("verb", [*VERBS, "animate", "demo", "runs"])
def test_every_refusal_leaves_the_folder_as_it_was(here, verb):
    words = VERBS.get(verb, ("animate", "race") if verb == "animate" else (verb, "run") if verb == "runs" else (verb,))
    known = {text for option in main.commands[verb].params for text in option.opts}
    refused = 0
    before = {path: (path.stat().st_mtime_ns, path.stat().st_mode) for path in here.rglob("*")}
    for what, (option, value) in REFUSALS.items():
        # The Lanczos method takes no more steps than there are parameters, and a demo has no theme.
        if (option not in known and option != "--nonsense") or (verb, what) == ("curvature", "too much"):
            continue
        at = words.index(option) if option in words and option != "-o" else None
        given = [*words[:at], *words[at + 2 :]] if at is not None else list(words)
        result = CliRunner().invoke(main, [*given, option, value])
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1), (what, result.output)
        after = {path: (path.stat().st_mtime_ns, path.stat().st_mode) for path in here.rglob("*")}
        assert after == before, what
        refused += 1
    assert refused > (0 if verb in ("runs", "demo") else 2)
