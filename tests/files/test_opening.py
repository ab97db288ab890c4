"""Files that are none, that are larger than what is free, and that nobody may read: said in a line, and never waited
for."""

import builtins
import json
import os
import re
import socket

import numpy as np
import pytest
from click.testing import CliRunner

import landscape as ls
from landscape.animations.checksums import Keys
from landscape.cli.main import main
from landscape.files import kinds, locks, opening, writing
from landscape.surfaces.tiles import Part

DATA = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))
NET = ls.MLP((4, 3, 4))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run that has ended, and one that was stopped."""

    def stop(status):
        if status.step == 4:
            raise KeyboardInterrupt

    place = tmp_path_factory.mktemp("made")
    ls.train(NET, DATA, "adam", 2, 1, snapshots=3, out=place / "run")
    with pytest.raises(KeyboardInterrupt):
        ls.train(NET, DATA, "adam", 2, 1, snapshots=3, out=place / "stopped", progress=stop, checkpoint_every=1e-9)
    return place


@pytest.fixture
def place(made, tmp_path):
    """A copy of them, links, which are quick."""
    for path in made.rglob("*"):
        if path.is_file():
            there = tmp_path / path.relative_to(made)
            there.parent.mkdir(exist_ok=True)
            os.link(path, there)
    return tmp_path


def idx(path):
    for name in ls.datasets.idx.FILES.values():
        if not (path.parent / name).exists():
            (path.parent / name).write_bytes(b"\0\0\x08\x03" + bytes(12))
    ls.datasets.load(path.parent)


LOADS = {
    "run/run.json": lambda path: ls.Run.summary(path.parent),
    "run/history.npz": lambda path: ls.Run.load(path.parent),
    "run/snapshots.npy": lambda path: ls.Run.load(path.parent),
    "run/weights.safetensors": lambda path: ls.Run.load(path.parent),
    "run/.new.run.json": lambda path: ls.train(NET, DATA, "adam", 2, 1, snapshots=3, out=path.parent, resume=True),
    "stopped/run.json": lambda path: ls.Run.load(path.parent),
    "stopped/checkpoint.npz": lambda path: ls.Run.load(path.parent),
    "stopped/snapshots.npy": lambda path: ls.Run.load(path.parent),
    "w.safetensors": lambda path: ls.weights.load(ls.weights.find(str(path))[0], NET),
    "loss.safetensors": ls.weights.recorded_loss,
    "walk.npz": ls.Trajectory.load,
    "s.npz": ls.Surface.load,
    "data.npz": ls.datasets.load,
    "idx/train-images-idx3-ubyte": idx,
    "t.pptx": lambda path: ls.slides.check("talk.pptx", path),
    "f.mp4": lambda path: ls.slides.drawing.poster(ls.slides.parts.Clip(path, "")),
}


def no_file(kind, path):
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        os.chdir(path.parent)  # names of sockets are short
        socket.socket(socket.AF_UNIX).bind(path.name)


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "socket"])
@pytest.mark.parametrize("name", LOADS)
def test_what_is_no_file_is_said_to_be_none(place, monkeypatch, name, kind):
    monkeypatch.chdir(place)
    no_file(kind, path := place / name)
    with pytest.raises((ls.LandscapeError, ValueError)) as error:
        LOADS[name](path)
    said = str(error.value)
    assert "\n" not in said
    assert re.search(f"{kind}|no file|is a folder|Is a directory", said), said
    assert "damaged" not in said


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_other_places_of_no_files(tmp_path, kind):
    """Records of films record nothing then, parts of surfaces are none, and locks are no locks of this project's."""
    no_file(kind, tmp_path / "films.json")
    assert not Keys(tmp_path).fits(tmp_path / "films.json", "")
    part = Part(tmp_path / "s.npz", "0123456789", 1.0)
    no_file(kind, part.file)
    assert np.isnan(part.read((2, 2))[0]).all()
    no_file(kind, tmp_path / ".s.npz.lock")
    with pytest.raises(ls.RunError, match=r"\.s\.npz\.lock'"), locks.writing(tmp_path / "s.npz"):
        pass


def test_a_pipe_that_nothing_reads_is_not_written_to(tmp_path):
    os.mkfifo(tmp_path / "s.npz")
    with pytest.raises(ls.RunError, match="it is no file, and nothing reads from it"):
        writing.write_bytes(tmp_path / "s.npz", b"", kinds.SURFACE)


# Of the others no more is read than their headers say.
@pytest.mark.parametrize("name", [one for one in LOADS if not one.endswith(("-ubyte", ".npy"))])
def test_files_without_end_are_not_read(place, monkeypatch, name):
    """40 GB of nothing, which take no room on the disk."""
    monkeypatch.setenv("LANDSCAPE_MEMORY", "2G")
    path = place / name
    path.parent.mkdir(exist_ok=True)
    head = path.read_bytes() if path.exists() else b""
    path.unlink(missing_ok=True)
    path.write_bytes(head)
    if name == "f.mp4":  # of which the still is what is read
        path = path.with_suffix(".png")
        path.touch()
    os.truncate(path, 4 * 10**10)
    with pytest.raises((ls.LandscapeError, ValueError)) as error:
        LOADS[name](place / name)
    assert len(str(error.value).splitlines()) == 1


def test_how_much_a_file_may_hold(tmp_path, monkeypatch):
    (path := tmp_path / "x").write_bytes(b"0123456789")
    assert opening.whole(path) == opening.whole(path, 10) == b"0123456789"
    with pytest.raises(OSError, match="it holds 10 B, and such a file has at most 9 B"):
        opening.whole(path, 9)
    os.truncate(path, 2 * 10**9)
    monkeypatch.setenv("LANDSCAPE_MEMORY", "5G")
    with pytest.raises(OSError, match="6 GB of memory would be needed, and 5 GB are free"):
        opening.whole(path, takes=3)


@pytest.fixture
def forbidding(monkeypatch):
    """Makes the system refuse a file, or a folder with all that is in it, also to root."""
    true = {(os, "stat"): os.stat, (os, "open"): os.open, (os, "scandir"): os.scandir, (builtins, "open"): open}

    def forbid(*closed):
        def guarded(act):
            def guard(path=".", *given, **named):
                place = os.fspath(path) if not isinstance(path, int) else ""
                within = any(place.startswith(f"{one}/") for one in closed)
                # What is forbidden may be looked at from outside.
                if within or (place in map(str, closed) and act is not true[os, "stat"]):
                    raise PermissionError(13, "Permission denied", place)
                return act(path, *given, **named)

            return guard

        for (module, name), act in true.items():
            monkeypatch.setattr(module, name, guarded(act))

    return forbid


def test_runs_that_nobody_may_look_at_are_listed_as_such(place, forbidding):
    """Beside those that are damaged, newer, or none."""
    for name in ("closed", "newer", "damaged", "other", "hidden"):
        (place / name).mkdir()
        (place / name / "run.json").write_text("{")
    about = json.loads((place / "run" / "run.json").read_text())
    (place / "newer" / "run.json").write_text(json.dumps(about | {"format": 7, "written_by": "landscape 9.1"}))
    (place / "other" / "run.json").write_text('{"mine": 1}')
    (place / "nothing" / "run.json").mkdir(parents=True)
    os.mkfifo(place / "nothing" / "run.json" / "run.json")
    forbidding(place / "closed" / "run.json", place / "hidden")
    listed = CliRunner().invoke(main, ["runs", "--json", str(place)])
    found = {run["folder"].removeprefix(f"{place}/"): run for run in json.loads(listed.stdout)}
    assert {name: run["state"] for name, run in found.items()} == {
        "run": "done",
        "stopped": "stopped",
        "closed": "unreadable",
        "hidden": "unreadable",
        "newer": "newer",
        "damaged": "damaged",
        "other": "no run",
        "nothing/run.json": "no run",
    }
    assert found["hidden"]["reason"] == found["closed"]["reason"] == "Permission denied"
    assert "unreadable: Permission denied" in CliRunner().invoke(main, ["runs", str(place)]).stdout


def test_archives_that_nobody_may_read_are_not_called_anything_else(tmp_path, forbidding):
    (tmp_path / "w.npz").touch()
    (tmp_path / "closed").mkdir()
    forbidding(tmp_path / "w.npz", tmp_path / "closed")
    for name in ("w.npz", "closed/w.npz"):
        for load in (ls.Trajectory.load, ls.Surface.load):
            with pytest.raises(ls.RunError, match=r"w\.npz' cannot be read: Permission denied$"):
                load(tmp_path / name)
        for words in (["plot", "race"], ["explore"], ["plot", "contour"]):
            said = CliRunner().invoke(main, [*words, str(tmp_path / name), "--out", str(tmp_path / "x")]).stderr
            assert said == f"Error: '{tmp_path / name}' cannot be read: Permission denied\n"
    with pytest.raises(ls.RunError, match="closed' cannot be read: Permission denied"):
        ls.Run.load(tmp_path / "closed")
    (tmp_path / "files").mkdir()
    forbidding(tmp_path / "files")
    with pytest.raises(ls.RunError, match="files' cannot be read: Permission denied"):
        ls.weights.find(str(tmp_path / "files" / "*.safetensors"))


def test_a_lock_that_cannot_be_taken_is_named(tmp_path, forbidding):
    (tmp_path / ".s.npz.lock").mkdir()
    with pytest.raises(ls.RunError, match=r"its lock, '.*\.s\.npz\.lock', cannot be taken: Is a directory"):
        locks.Lock(tmp_path / "s.npz").take()
    (tmp_path / ".t.npz.lock").touch()
    forbidding(tmp_path / ".t.npz.lock")
    with pytest.raises(ls.RunError, match=r"its lock, '.*\.t\.npz\.lock', cannot be taken: Permission denied"):
        locks.Lock(tmp_path / "t.npz").take()
