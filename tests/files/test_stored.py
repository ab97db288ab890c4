"""Files that are read: damaged, altered, of another version, of another kind, not allowed, too large; and that none is
written over what it is not."""

import json
import os
import re
import zipfile
from io import BytesIO

import numpy as np
import pytest
from click.testing import CliRunner

import landscape as ls
from landscape.cli.main import main
from landscape.files import archives, kinds, writing

DATA = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))


@pytest.fixture
def stored(tmp_path):
    """A file, or a folder, of each kind that is loaded; and how."""
    plane = ls.planes.through(np.zeros(5), np.eye(5)[0], np.eye(5)[3])
    ls.train(ls.MLP((4, 4)), DATA, "adam", 2, 1, snapshots=3, out=tmp_path / "run")
    ls.surface_of(lambda p: float(p @ p), plane, extent=((0, 1), (0, 1)), resolution=5, out=tmp_path / "s.npz")
    ls.descend("saddle", "adam", steps=3, schedule="cosine").save(tmp_path / "walk.npz")
    return {"run": ls.Run.load, "s.npz": ls.Surface.load, "walk.npz": ls.Trajectory.load}


def numbers(loaded):
    """All arrays of a loaded object, as bytes."""
    found = vars(loaded) if not isinstance(loaded, ls.Surface) else vars(loaded) | vars(loaded.plane)
    history = getattr(loaded, "history", {}) | getattr(loaded, "state", {})
    return {name: value.tobytes() for name, value in (found | history).items() if isinstance(value, np.ndarray)}


def stopped(folder):
    """A run that was stopped in the middle."""

    def progress(status):
        if status.step == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ls.train(ls.MLP((4, 4)), DATA, "adam", 2, 1, snapshots=3, out=folder, progress=progress, checkpoint_every=1e-9)


def refused(load, path):
    with pytest.raises(ls.LandscapeError) as error:
        load(path)
    said = str(error.value)
    assert "\n" not in said
    assert len(said) < 500
    return said


def test_no_flipped_bit_changes_a_number(stored, tmp_path):
    """Each is noticed, or changes nothing that is read: a name, a time, a byte that zip files have for nothing."""
    stopped(tmp_path / "stopped")
    rng = np.random.default_rng(0)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 2 + 5 + 3
    for file in files:
        load = stored.get(file.name) or ls.Run.load
        whole = file.read_bytes()
        place = file if file.parent == tmp_path else file.parent
        sound = numbers(load(place))
        noticed = 0
        for at in rng.integers(0, len(whole), 60):
            flipped = bytearray(whole)
            flipped[at] ^= 1 << int(rng.integers(8))
            file.write_bytes(flipped)
            try:
                found = numbers(load(place))
            except ls.RunError as error:
                noticed += len(str(error).splitlines())
            else:
                assert found == sound, (file, at)
        file.write_bytes(whole)
        # run.json can be edited, and the checkpoint of a run that has ended is not read.
        free = file.suffix == ".json" or file == tmp_path / "run" / "checkpoint.npz"
        assert (0 if free else 20) <= noticed <= 60, file


def rewritten(path, **changed):
    """An archive with other arrays, and its old checksum."""
    with np.load(path) as archive:
        np.savez(path, **dict(archive) | changed)


def test_what_was_altered_is_noticed_though_it_is_well_formed(stored, tmp_path):
    for name, array in (("s.npz", "loss"), ("walk.npz", "x"), ("run/history.npz", "loss")):
        with np.load(tmp_path / name) as archive:
            rewritten(tmp_path / name, **{array: archive[array] + 1e-12})
        place = tmp_path / name.partition("/")[0]
        assert "its content has changed since it was written" in refused(stored[place.name], place)


@pytest.mark.parametrize("name", ["snapshots.npy", "weights.safetensors"])
def test_the_files_of_a_run_are_its_own(stored, tmp_path, name):
    ls.train(ls.MLP((4, 4)), DATA, "adam", 2, 1, seed=1, snapshots=3, out=tmp_path / "other")
    (tmp_path / "run" / name).write_bytes((tmp_path / "other" / name).read_bytes())
    assert "changed since it was written" in refused(ls.Run.load, tmp_path / "run")


def test_a_part_that_was_altered_is_begun_anew(tmp_path):
    plane = ls.planes.through(np.zeros(5), np.eye(5)[0], np.eye(5)[3])
    calls = []

    def loss(params):
        calls.append(1)
        if len(calls) == 20:
            raise KeyboardInterrupt
        return float(params @ params)

    def surface(out):
        return ls.surface_of(loss, plane, extent=((0, 1), (0, 1)), resolution=5, out=out, checkpoint_every=1e-9)

    with pytest.raises(KeyboardInterrupt):
        surface(tmp_path / "s.npz")
    (part,) = tmp_path.glob("*.part")
    with np.load(part) as archive:
        arrays = dict(archive)
    assert arrays["tiles"] > 0
    arrays["result"] = arrays["result"] + 1
    with open(part, "wb") as file:
        np.savez(file, **arrays)
    np.testing.assert_array_equal(surface(tmp_path / "s.npz").loss, surface(None).loss)


def test_a_newer_version_is_told_from_damage(stored, tmp_path):
    stopped(tmp_path / "stopped")
    for name in ("run", "stopped"):
        path = tmp_path / name / "run.json"
        about = json.loads(path.read_text())
        path.write_text(json.dumps(about | {"format": 7, "written_by": "landscape 9.1", "settings": {"new": True}}))
        said = refused(ls.Run.load, tmp_path / name)
        assert "was written by landscape 9.1, in format 7; this is landscape " in said
        assert "damaged" not in said
        assert "landscape 9.1" in CliRunner().invoke(main, ["runs", str(tmp_path / name)]).stdout
    for name in ("s.npz", "walk.npz"):
        with np.load(tmp_path / name) as archive:
            about = json.loads(str(archive["format"])) | {"version": 7, "written_by": "landscape 9.1"}
        rewritten(tmp_path / name, format=np.array(json.dumps(about)))
        assert "was written by landscape 9.1, in format 7" in refused(stored[name], tmp_path / name)


def test_what_may_not_be_read_is_not_called_damaged(stored, monkeypatch, tmp_path):
    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied")

    # root may read everything.
    monkeypatch.setattr(archives, "stored", forbidden)
    for name in ("s.npz", "walk.npz", "run"):
        said = refused(stored[name], tmp_path / name)
        assert said.endswith("cannot be read: Permission denied")
        assert "damaged" not in said


def test_archives_of_other_programs_are_judged_by_their_arrays(stored, tmp_path):
    """Without a checksum, but nothing may be of another shape or type."""
    with np.load(tmp_path / "s.npz") as archive:
        arrays = {name: archive[name] for name in archive.files if name != "format"}
    path = tmp_path / "s.npz"
    np.savez(path, **arrays)
    sound = ls.Surface.load(path)
    for name, wrong in {
        "loss": arrays["loss"][:-1],
        "xs": arrays["xs"][::-1],
        "ys": arrays["ys"].astype(complex),
        "basis": arrays["basis"][:, :-1],
        "origin": arrays["origin"] * np.nan,
        "extent": np.zeros(4),
        "data": np.array(7),
        "slopes": np.zeros((5, 5)),
    }.items():
        np.savez(path, **arrays | {name: wrong})
        assert name in refused(ls.Surface.load, path)
        np.savez(path, **{key: value for key, value in arrays.items() if key != name})
        if name in ("slopes",):
            assert ls.Surface.load(path).slopes is None
        else:
            assert f"it has no {name}" in refused(ls.Surface.load, path) or name == "extent"
    np.savez(path, **arrays)
    np.testing.assert_array_equal(ls.Surface.load(path).loss, sound.loss)


BOMBS = {
    "nested": "[" * 100_000,
    "nested within": '{"settings": ' + "[" * 100_000,
    "null": "null",
    "a list": "[]",
    "empty": "",
    "no text": "\x00\x01",
}
CHANGES = {
    "optimizer": None,
    "schedule": 3,
    "epochs": 10**400,
    "batch_size": "half",
    "data": ["mnist"],
    "network": {"sizes": [4, 10**9, 4], "activation": "relu", "init": "he", "loss": "mse", "seed": 0, "dtype": "<f4"},
    "seed": -1,
    "measure": {"a": 1},
    "std": 0.0,
    "weights": None,
}


def test_no_run_json_makes_more_than_a_line(stored, tmp_path):
    """Alone, and among others, which are listed all the same."""
    path = tmp_path / "run" / "run.json"
    about = json.loads(path.read_text())
    ls.train(ls.MLP((4, 4)), DATA, "sgd", 1, 2, out=tmp_path / "sound")
    bad = dict(BOMBS)
    for key, value in CHANGES.items():
        bad[f"{key} {value}"] = json.dumps(about | {"settings": about["settings"] | {key: value}})
    bad |= {f"seconds {value}": json.dumps(about | {"seconds": value}) for value in (10**400, -1, "1", None, True)}
    for what, text in bad.items():
        path.write_text(text)
        assert "is damaged: " in refused(ls.Run.load, tmp_path / "run"), what
        listed = CliRunner().invoke(main, ["runs", str(tmp_path)])
        assert listed.exit_code == 0, (what, listed.output)
        assert "done" in listed.stdout
        assert "damaged" in listed.stdout
        one = CliRunner().invoke(main, ["show", str(tmp_path / "run")])
        assert (one.exit_code, one.stderr.count("\n")) == (2, 1), what


def bomb():
    """An array of 200 GB of zeros in 200 KB: what it says of its size is true."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("extent.npy", b"\x93NUMPY")
    raw = bytearray(file.getvalue())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (4_000_000_000).to_bytes(4, "little")
    return bytes(raw)


def test_what_does_not_fit_into_memory_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setenv("LANDSCAPE_MEMORY", "1G")
    (tmp_path / "s.npz").write_bytes(bomb())
    assert "s.npz' holds 4 GB, and 1 GB of memory are free" in refused(ls.Surface.load, tmp_path / "s.npz")


OTHERS = {
    "data.npz": lambda path: np.savez(path, x_train=np.zeros(3)),
    "walk.npz": lambda path: ls.descend("saddle", "sgd", steps=2).save(path),
    "surface.npz": lambda path: ls.Surface(
        ls.planes.through(np.zeros(5), np.eye(5)[0], np.eye(5)[3]), np.arange(4.0), np.arange(4.0), np.ones((4, 4))
    ).save(path),
    "page.html": lambda path: path.write_text("<!doctype html><title>mine</title>"),
    "notes.txt": lambda path: path.write_text("mine"),
    "run.json": lambda path: path.write_text('{"mine": 1}'),
    "program.py": lambda path: path.write_text("print('mine')"),
}
WRITERS = {
    kinds.SURFACE: lambda path: OTHERS["surface.npz"](path),
    kinds.WALK: lambda path: OTHERS["walk.npz"](path),
    kinds.WEIGHTS: lambda path: ls.weights.save(path, net := ls.MLP((4, 3)), net.params),
    kinds.PAGE: lambda path: writing.write_bytes(path, b"<!doctype html>", kinds.PAGE),
}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("name", OTHERS)
def test_nothing_is_written_over_what_it_is_not(tmp_path, kind, name):
    OTHERS[name](path := tmp_path / name)
    if kinds.kind(path) == kind:
        WRITERS[kind](path)
        return
    before = path.read_bytes()
    target = path if kind != kinds.WALK or path.suffix == ".npz" else path.rename(f"{path}.npz")
    if kinds.ends_as(target, kind) and kinds.kind(target) == kinds.OTHER:
        return
    said = refused(WRITERS[kind], target)
    assert "and would be lost; give another place" in said
    assert target.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["history.npz", "snapshots.npy", "weights.safetensors", "checkpoint.npz", "run.json"])
def test_a_run_is_not_written_into_a_folder_of_something_else(tmp_path, name):
    (tmp_path / name).write_text('{"mine": 1}')
    run = ls.train(ls.MLP((4, 4)), DATA, "sgd", 1, 2)
    for act in (run.save, lambda out: ls.train(ls.MLP((4, 4)), DATA, "sgd", 1, 2, out=out)):
        assert f"{name} in it would be lost" in refused(act, tmp_path)
    assert (tmp_path / name).read_text() == '{"mine": 1}'
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("name", ["history.npz", "snapshots.npy", "weights.safetensors", "checkpoint.npz"])
def test_what_is_no_file_of_a_run_is_not_lost_with_an_older_run(tmp_path, name):
    run = ls.train(ls.MLP((4, 4)), DATA, "sgd", 1, 2, out=tmp_path)
    with open(tmp_path / name, "wb") as file:
        np.savez(file, x_train=np.zeros(3))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for act in (run.save, lambda out: ls.train(ls.MLP((4, 4)), DATA, "sgd", 1, 2, out=out)):
        assert f"{name} in it is a data set, and would be lost" in refused(act, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_run_keeps_what_else_is_in_its_folder(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for _ in range(2):
        ls.train(ls.MLP((4, 4)), DATA, "sgd", 1, 2, out=tmp_path)
        assert (tmp_path / "notes.txt").read_text() == "mine"
    assert ls.Run.load(tmp_path).finished


def test_outputs_are_no_inputs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("data.npz", x_train=np.eye(4), y_train=np.arange(4), x_test=np.eye(4), y_test=np.arange(4))
    ls.train(ls.MLP((4, 4)), ls.datasets.load("data.npz"), "sgd", 1, 2, out="run")
    OTHERS["surface.npz"](tmp_path / "surface.npz")
    OTHERS["walk.npz"](tmp_path / "walk.npz")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for words in (
        "project run --data data.npz --out data.npz",
        "project run --out data",
        "project run --out walk",
        "project run --out run/history.npz",
        "project --weights run/weights.safetensors --layers 4,4 --out run/checkpoint.npz",
        "explore booth --out run/run.json",
        "race walk.npz --out walk.npz --save",
        "slides run --out run/weights.safetensors",
        "train --weights run/weights.safetensors --data data.npz --layers 4,4 --out run --overwrite",
    ):
        result = CliRunner().invoke(main, words.split())
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1), (words, result.output)
        assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before, words


def test_bytes_in_another_order_and_histories_of_another_run_are_noticed(stored, tmp_path):
    path = tmp_path / "run" / "snapshots.npy"
    path.write_bytes(path.read_bytes().replace(b"'<f4'", b"'>f4'", 1))
    assert "are not rows of parameters" in refused(ls.Run.load, tmp_path / "run")
    for seed in (1, 2):
        ls.train(ls.MLP((4, 4)), DATA, "adam", 2, 1, seed=seed, snapshots=3, out=tmp_path / f"other{seed}")
    (tmp_path / "other1" / "history.npz").write_bytes((tmp_path / "other2" / "history.npz").read_bytes())
    assert "history.npz has changed since it was written" in refused(ls.Run.load, tmp_path / "other1")


def test_an_archive_that_lost_its_checksum_by_damage_is_damaged(stored, tmp_path):
    """A longer comment in the zip file's directory hides the entries after it."""
    whole = (tmp_path / "s.npz").read_bytes()
    hidden = 0
    entries = [found.start() for found in re.finditer(b"PK\x01\x02", whole)]
    for at in (entry + offset for entry in entries for offset in range(28, 34)):  # lengths of name, extra and comment
        for bit in range(8):
            flipped = bytearray(whole)
            flipped[at] ^= 1 << bit
            (tmp_path / "s.npz").write_bytes(flipped)
            try:
                found = archives.stored(tmp_path / "s.npz")
            except Exception:
                continue
            if "format" not in found:
                hidden += 1
                refused(ls.Surface.load, tmp_path / "s.npz")
    assert hidden > 10


def test_links_lead_to_nothing_that_is_lost(tmp_path):
    (mine := tmp_path / "thesis.tex").write_text("mine")
    run = ls.train(ls.MLP((4, 4)), DATA, "sgd", 1, 2)
    for name, act in {
        "s.npz": OTHERS["surface.npz"],
        "walk.npz": OTHERS["walk.npz"],
        "w.safetensors": WRITERS[kinds.WEIGHTS],
        ".run.lock": lambda _: run.save(tmp_path / "run"),
    }.items():
        (tmp_path / name).symlink_to(mine)
        refused(act, tmp_path / name)
        (tmp_path / name).unlink()
    (tmp_path / ".run.lock").write_text("mine")
    assert "is no lock of this project's" in refused(run.save, tmp_path / "run")
    assert (tmp_path / ".run.lock").read_text() == mine.read_text() == "mine"


def resealed(path, kind, **changed):
    """An archive with other arrays, and a checksum of these; those that are None are left out."""
    arrays = {name: array for name, array in archives.stored(path).items() if name != "format"} | changed
    path.unlink()
    archives.write(path, kind, {name: array for name, array in arrays.items() if array is not None})


SENSELESS = {
    "s.npz": {
        "accuracy": np.full((5, 5), 1.5),
        "extent": np.array([[1.0, 0.0], [0.0, 1.0]]),
        "basis": np.zeros((2, 5)),
        "rounding": np.array(np.nan),
        "explained": np.array([0.9, 1.4]),
        "null_explained": np.array([-0.1, 0.1]),
        "loss": np.full((5, 5), -np.inf),
    },
    "walk.npz": {
        "domain": np.zeros((2, 2)),
        "settings": np.array("[1,2]"),
        "lost_at": np.array(-5),
        "noise": np.array(-1.0),
        "batch_size": np.array(-3),
        "seed": np.array(-1),
        "residual": np.full(4, -1.0),
        "outside": np.zeros((3, 3), bool),
        "state.m": np.zeros((4, 2, 2)),
        "state.t": np.zeros((3, 2)),
    },
    "run/history.npz": {
        "test_accuracy": np.array([0.5, 2.0, 0.5]),
        "dead": np.zeros((2, 0)),
        "gradient_norm": np.full(8, -1.0),
        "measured_step": np.array([0, 4, 999]),
        "sharpness": np.zeros((0, 2)),
        "step": np.arange(8) + 1,
    },
}


@pytest.mark.parametrize(("name", "array"), [(name, array) for name, arrays in SENSELESS.items() for array in arrays])
def test_what_has_no_sense_is_refused_though_it_is_sealed(stored, tmp_path, name, array):
    place = tmp_path / name.partition("/")[0]
    changed = {array: SENSELESS[name][array]}
    resealed(tmp_path / name, {"s.npz": kinds.SURFACE, "walk.npz": kinds.WALK}.get(name, kinds.HISTORY), **changed)
    if place.is_dir():
        about = json.loads((place / "run.json").read_text())
        (place / "run.json").write_text(json.dumps(about | {"checksums": {}}))
    said = refused(stored[place.name], place)
    assert f"'{place}" in said
    assert "is damaged: " in said


def test_a_walk_of_no_starts_is_none(stored, tmp_path):
    arrays = archives.stored(tmp_path / "walk.npz")
    none = {name: np.zeros((4, 0, 2)) for name in arrays if name in ("x", "gradient") or name.startswith("state.")}
    resealed(tmp_path / "walk.npz", kinds.WALK, **none, loss=np.zeros((4, 0)), outside=np.zeros(0, bool))
    assert "has shape (4, 0, 2), which does not fit" in refused(ls.Trajectory.load, tmp_path / "walk.npz")


@pytest.mark.parametrize(
    "text",
    ["null", "7", '{"seed": 1}', '{"network": {"sizes": []}}', "NaN", "[" * 99_999, '{"data": "%s"}' % ("x" * 99)],
)
def test_settings_of_a_walk_are_those_of_a_run(stored, tmp_path, text):
    resealed(tmp_path / "walk.npz", kinds.WALK, settings=np.array(text))
    assert "is damaged: " in refused(ls.Trajectory.load, tmp_path / "walk.npz")


@pytest.mark.parametrize("lost", ["mean", "std", "weights", "whole_pixels", "pixels"])
def test_what_belongs_together_is_there_together(stored, tmp_path, lost):
    """Such as the mean that was taken off the pixels, and what they were divided by."""
    path = tmp_path / "run" / "run.json"
    about = json.loads(path.read_text())
    about["settings"]["start"] = "given"
    del about["settings"][lost]
    path.write_text(json.dumps(about))
    assert f"is there without {lost}" in refused(ls.Run.load, tmp_path / "run")


@pytest.mark.parametrize("name", ["\x1b]0;owned\x07.npz", "a\x9bb\u202e.npz", "\x1b[2J"])
def test_messages_command_no_terminal(tmp_path, name):
    """Whatever error it is: names of files, and what is in them."""
    path = tmp_path / name
    tried = [
        lambda: ls.Run.load(path),
        lambda: ls.Surface.load(path),
        lambda: ls.Trajectory.load(path),
        lambda: ls.datasets.load(path),
        lambda: ls.weights.load(path, ls.MLP((4, 4))),
        lambda: ls.optimizers.parse(name),
        lambda: ls.terrains.parse(name),
        lambda: ls.slides.check(path, path),
        lambda: ls.datasets.Dataset(name, np.eye(4), np.arange(4), np.eye(4), np.arange(4)).subset(99),
        lambda: ls.train(ls.MLP((3, 4)), ls.datasets.Dataset(name, *2 * (np.eye(4), np.arange(4))), "sgd", 1, 1),
    ]
    for act in tried:
        with pytest.raises((ValueError, ls.LandscapeError)) as error:
            act()
        assert str(error.value).isprintable()
