"""Opening a file of any kind runs nothing that is in it, and writes nothing: watched by an audit hook, in a process of
its own, as such a hook stays."""

import json
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import landscape as ls
from landscape.files import archives, kinds
from landscape.sweeps import storing

PAYLOAD = "open('ran', 'w').write('f')\ndef f(x, y):\n    return x\n"

WATCH = textwrap.dedent(
    """
    import json, sys
    from pathlib import Path

    import landscape as ls
    from landscape.files import kinds
    from landscape.surfaces.tiles import Part

    def part(path):
        (kept,) = Path(path).glob("*.part")
        return Part(Path(path) / "s.npz", kept.name.split(".")[2], 1.0).read((2, 5, 5))

    LOADS = {
        "run": ls.Run.load,
        "stopped": ls.Run.load,
        "summary": ls.Run.summary,
        "walk": ls.Trajectory.load,
        "surface": ls.Surface.load,
        "table": lambda path: ls.sweeps.Table.load(path).sweeps(),
        "part": part,
        "data": ls.datasets.load,
        "idx": ls.datasets.load,
        "weights": lambda path: ls.weights.load(path, ls.MLP((4, 3, 4))),
        "kind": lambda path: kinds.lies_at(Path(path)),
        "deck": lambda path: ls.slides.check("talk.pptx", path),
        "films": lambda path: __import__("landscape.animations.checksums").animations.checksums.Keys(Path(path)),
    }
    WATCHED = (
        "exec", "import", "pickle", "marshal", "ctypes", "subprocess", "os.system", "os.exec", "os.fork", "os.spawn",
        "os.posix_spawn", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.truncate", "shutil",
        "socket", "code", "urllib", "webbrowser",
    )
    jobs = json.loads(sys.argv[1])
    # All that is imported when first needed.
    for kind, path in jobs["sound"]:
        LOADS[kind](path)
    seen, quiet = [], []

    def hook(event, given):
        if quiet:
            return
        said = repr(given)[:300]
        if event == "open":
            path, mode, flags = given
            reading = not set(mode) & set("wax+") if mode is not None else not flags & 3
            if isinstance(path, int) or reading or str(path).endswith(".pyc"):
                return
        elif event == "compile":
            # NumPy reads the headers of arrays as Python's literals, which are parsed and not run.
            if given[1] == "<unknown>":
                return
        elif not event.startswith(WATCHED):
            return
        seen.append(f"{event} {said}")

    sys.addaudithook(hook)
    for kind, path in jobs["hostile"]:
        try:
            LOADS[kind](path)
            said = "loaded"
        except (ValueError, ls.LandscapeError) as error:
            said = str(error)
        quiet.append(1)
        print(json.dumps([kind, path, said, seen]), flush=True)
        seen.clear()
        quiet.clear()
    """
)


def changed(path, target, **arrays):
    """An archive with other arrays, and a new checksum."""
    before = {name: array for name, array in archives.stored(path).items() if name != "format"}
    kind = kinds.kind(path)
    archives.write(target, kind, before | arrays)


@pytest.fixture
def files(tmp_path):
    """Sound ones, (kind, path) each, and hostile ones."""
    data = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))
    plane = ls.planes.through(np.zeros(5), np.eye(5)[0], np.eye(5)[3])
    (tmp_path / "payload.py").write_text(PAYLOAD)
    (tmp_path / "sitecustomize.py").write_text(PAYLOAD)

    def stop(*_):
        raise KeyboardInterrupt

    ls.train(ls.MLP((4, 3, 4)), data, "adam", 2, 1, snapshots=3, out=tmp_path / "run")
    with pytest.raises(KeyboardInterrupt):
        ls.train(ls.MLP((4, 3, 4)), data, "adam", 2, 1, snapshots=3, out=tmp_path / "stopped", progress=stop)
    ls.surface_of(lambda p: 1 + float(p @ p), plane, extent=((0, 1), (0, 1)), resolution=5, out=tmp_path / "s.npz")
    (tmp_path / "parts").mkdir()
    domain = {"extent": ((0, 1), (0, 1)), "resolution": 5}
    with pytest.raises(KeyboardInterrupt):
        ls.surface_of(lambda p: 1 + float(p @ p), plane, **domain, out=tmp_path / "parts" / "s.npz", progress=stop)
    ls.descend("saddle", "adam", steps=3).save(tmp_path / "walk.npz")
    spec = ls.sweeps.Spec("adam", [0.1, 1.0], terrain="saddle", target=1.0, steps=3)
    with ThreadPoolExecutor(1) as one:
        ls.sweeps.run(spec, tmp_path / "s.csv", one)
    ls.descend("x^2 + y^2", "adam", steps=3).save(tmp_path / "over.npz")
    changed(tmp_path / "walk.npz", tmp_path / "gone.npz", optimizer=np.array("gone:lr=1"), terrain=np.array("gone"))
    # A plug-in in the working folder, as far as Python knows.
    (tmp_path / "payload-1.dist-info").mkdir()
    (tmp_path / "payload-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: payload\nVersion: 1\n")
    (tmp_path / "payload-1.dist-info" / "entry_points.txt").write_text("[landscape.plugins]\npayload = payload\n")
    np.savez(tmp_path / "data.npz", x_train=np.eye(4), y_train=np.arange(4), x_test=np.eye(4), y_test=np.arange(4))
    ls.weights.save(tmp_path / "w.safetensors", ls.MLP((4, 3, 4)), ls.MLP((4, 3, 4)).params)
    import pptx

    pptx.Presentation().save(tmp_path / "t.pptx")
    (tmp_path / "films.json").write_text("{}")
    sound = [
        ("run", "run"), ("stopped", "stopped"), ("summary", "run"), ("walk", "walk.npz"), ("walk", "over.npz"),
        ("walk", "gone.npz"), ("surface", "s.npz"), ("table", "s.csv"),
        ("part", "parts"), ("data", "data.npz"), ("weights", "w.safetensors"), ("kind", "t.pptx"), ("deck", "t.pptx"),
        ("films", "."),
    ]  # fmt: skip
    return sound, list(hostile(tmp_path))


class Bad:
    """Runs when it is unpickled."""

    def __reduce__(self):
        return exec, (PAYLOAD,)


def hostile(place):
    sound = ls.sweeps.Table.load(place / "s.csv")
    for k, notation in enumerate(
        [
            "payload.py:f",
            "payload:f",
            "payload",
            "payload:f=1",
            "__import__('payload')",
            "x.__class__",
            "open('ran','w')",
        ]
    ):
        changed(place / "walk.npz", place / f"walk{k}.npz", terrain=np.array(notation))
        yield "walk", f"walk{k}.npz"
        changed(place / "walk.npz", place / f"who{k}.npz", optimizer=np.array(notation), schedule=np.array(notation))
        yield "walk", f"who{k}.npz"
        about = json.loads((place / "run" / "run.json").read_text())
        for name in ("optimizer", "schedule", "data", "source"):
            about["settings"][name] = notation
        about["settings"]["network"] |= {"activation": notation, "init": notation, "loss": notation}
        (place / f"run{k}").mkdir()
        for path in (place / "run").iterdir():
            (place / f"run{k}" / path.name).write_bytes(path.read_bytes())
        (place / f"run{k}" / "run.json").write_text(json.dumps(about))
        yield "run", f"run{k}"
        yield "summary", f"run{k}"
        changed(place / "s.npz", place / f"s{k}.npz", kind=np.array(notation), data=np.array(notation))
        yield "surface", f"s{k}.npz"
        settings = sound.settings | {"terrain": notation, "optimizers": [notation]}
        head, row = storing.settings_of(settings), next(sound.rows())
        (place / f"s{k}.csv").write_bytes(storing.head_of(head) + storing.line_of(row | {"optimizer": notation}))
        yield "table", f"s{k}.csv"
    # A formula is no program, either.
    formula = np.array("exp(-x^2) + tanh(y)")
    changed(place / "walk.npz", place / "formula.npz", terrain=formula, terrain_name=formula)
    yield "walk", "formula.npz"
    pickled = np.array([Bad()], dtype=object)
    for kind, name, key in (("walk", "pw.npz", "x"), ("surface", "ps.npz", "loss"), ("data", "pd.npz", "x_train")):
        whole = {"walk": "walk.npz", "surface": "s.npz", "data": "data.npz"}[kind]
        np.savez(place / name, **archives.stored(place / whole) | {key: pickled})
        yield kind, name
        yield "kind", name
    for name in ("history.npz", "snapshots.npy", "weights.safetensors"):
        (place / f"pickled-{name}").mkdir()
        for path in (place / "run").iterdir():
            (place / f"pickled-{name}" / path.name).write_bytes(path.read_bytes())
        with open(place / f"pickled-{name}" / name, "wb") as file:
            np.save(file, pickled)
        yield "run", f"pickled-{name}"
    for name in ("idx/train-images-idx3-ubyte", "w.safetensors", "t.pptx", "films.json"):
        (place / f"bad-{name}").parent.mkdir(exist_ok=True)
        import pickle

        (place / f"bad-{name}").write_bytes(pickle.dumps(Bad()))
        yield {"idx": "data", "w.s": "weights", "t.p": "deck", "fil": "kind"}[name[:3]], f"bad-{name}"


def test_opening_files_runs_nothing(files, tmp_path):
    sound, bad = files
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    words = [sys.executable, "-c", WATCH, json.dumps({"sound": sound, "hostile": bad})]
    result = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(told) == len(bad) > 30
    assert [f"{one[:3]} {event}" for one in told for event in one[3]] == []
    assert not (tmp_path / "ran").exists()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert {said for kind, path, said, _ in told if path == "formula.npz"} == {"loaded"}


def test_the_watch_sees_what_is_run(tmp_path):
    """Otherwise it would say nothing of any file."""
    (tmp_path / "payload.py").write_text(PAYLOAD)
    watch = WATCH.replace('"run": ls.Run.load,', '"run": lambda path: exec(open("payload.py").read(), {}),')
    words = [sys.executable, "-c", watch, json.dumps({"sound": [], "hostile": [("run", "x")]})]
    result = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert {event.split()[0] for event in json.loads(result.stdout)[3]} >= {"compile", "exec", "open"}
