"""Files that are loaded: flipped, cut, swapped, and well formed but with other content and a new checksum."""

from __future__ import annotations

import csv
import json
import shutil
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import landscape as ls
from landscape.files import archives, kinds

from .attempts import attempt, fuzz

DATA = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """One of each kind."""
    place = tmp_path_factory.mktemp("sound")
    plane = ls.planes.through(np.zeros(5), np.eye(5)[0], np.eye(5)[3])

    def stop(status):
        if status.step == 4:
            raise KeyboardInterrupt

    ls.train(ls.MLP((4, 3, 4)), DATA, "adam", 2, 1, snapshots=3, out=place / "run", schedule="cosine")
    settings = {"snapshots": 3, "progress": stop, "checkpoint_every": 1e-9}
    with pytest.raises(KeyboardInterrupt):
        ls.train(ls.MLP((4, 3, 4)), DATA, "adam", 2, 1, out=place / "stopped", **settings)
    ls.surface_of(lambda p: 1 + float(p @ p), plane, extent=((0, 1), (0, 1)), resolution=5, out=place / "s.npz")
    ls.descend("saddle", "adam", [[0.1, 0.2], [1, 1]], steps=3, schedule="cosine").save(place / "walk.npz")
    # As if it had been made so from the beginning: with no checksums in run.json.
    shutil.copytree(place / "run", place / "unsealed")
    about = json.loads((place / "run" / "run.json").read_text())
    (place / "unsealed" / "run.json").write_text(json.dumps(about | {"checksums": {}}))
    run, net = ls.Run.load(place / "run"), ls.MLP((4, 3, 4))
    flat = ls.surface(net, ls.planes.pca([run]), DATA.x_train, DATA.y_train, resolution=5)
    ls.project(run, flat, DATA.x_train, DATA.y_train).save(place / "flat.npz")
    grid = {"depths": [1, 2], "widths": 3, "batch_sizes": 2, "seeds": [0, 1]}
    with ThreadPoolExecutor(1) as one:
        ls.sweeps.run(ls.sweeps.Spec(["sgd", "adam"], [0.1, 1e9], **grid), place / "sweep.csv", one, data=DATA)
    np.savez(place / "data.npz", x_train=np.eye(4), y_train=np.arange(4), x_test=np.eye(4), y_test=np.arange(4))
    ls.weights.save(place / "mine.safetensors", ls.MLP((4, 3, 4)), ls.MLP((4, 3, 4)).params)
    (place / "idx").mkdir()
    for name, shape in (("images-idx3", (4, 2, 2)), ("labels-idx1", (4,))):
        for part in ("train", "t10k"):
            header = bytes([0, 0, 8, len(shape)]) + b"".join(size.to_bytes(4, "big") for size in shape)
            (place / "idx" / f"{part}-{name}-ubyte").write_bytes(header + bytes(range(int(np.prod(shape)))))
    return place


def run(path):
    loaded = ls.Run.load(path)
    repr(loaded), loaded.setup, loaded.network, loaded.optimizer, loaded.test_accuracy, loaded.diverged_at
    return loaded


def surface(path):
    loaded = ls.Surface.load(path)
    repr(loaded), loaded.caveats, loaded.value([0.5, 0.5]), loaded.gradient([0.5, 0.5])
    return loaded


def walk(path, terrain=None):
    loaded = ls.Trajectory.load(path, terrain)
    repr(loaded), loaded.diverged, loaded.diverged_at, loaded.steps_to(0.0), loaded.settled_at(0.0)
    if isinstance(loaded, ls.Trajectory):
        loaded.lr_at(1)
    return loaded


def flat(path):
    """A run on a plane, with other ground."""
    return walk(path, ls.terrains.parse("saddle"))


def table(path):
    loaded = ls.sweeps.Table.load(path)
    repr(loaded), loaded.sweeps(), ls.sweeps.groups_of(loaded), list(loaded.rows())
    return loaded


def weights(path):
    return ls.weights.load(path, ls.MLP((4, 3, 4)))


def resumed(path):
    return ls.train(ls.MLP((4, 3, 4)), DATA, "adam", 2, 1, snapshots=3, out=path, resume=True)


LOADS = {
    "run": run,
    "stopped": run,
    "unsealed": run,
    "s.npz": surface,
    "walk.npz": walk,
    "flat.npz": flat,
    "sweep.csv": table,
    "data.npz": ls.datasets.load,
    "idx": ls.datasets.load,
    "mine.safetensors": weights,
}
NASTY = [b"", b"\x00" * 40, b"[" * 100_000, b"{}", b"\xff" * 8, b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"1" * 5000]


@st.composite
def damages(draw, content):
    """Bytes with one to three things done to them."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        kind = draw(st.sampled_from(["flip", "cut", "nasty", "repeat", "replace"]))
        if kind == "flip" and content:
            content = content[:at] + bytes([content[at] ^ (1 << draw(st.integers(0, 7)))]) + content[at + 1 :]
        elif kind == "cut":
            content = content[:at]
        elif kind == "nasty":
            content = content[:at] + draw(st.sampled_from(NASTY)) + content[at:]
        elif kind == "repeat":
            content = content[:at] + content[max(0, at - 50) : at] * 3 + content[at:]
        else:
            content = content[:at] + draw(st.binary(max_size=20)) + content[at + 8 :]
    return content


def loaded_with(sound, name, file, content):
    """What loading gives where one file has other content."""
    place = sound.with_name("tried")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    source = sound / name
    (shutil.copytree if source.is_dir() else shutil.copy)(source, place / name)
    (place / name / file if file else place / name).write_bytes(content)
    return attempt(lambda: LOADS[name](place / name))


@pytest.mark.parametrize("name", LOADS)
@fuzz
@given(data=st.data())
def test_damaged_files(sound, name, data):
    files = sorted(path.name for path in (sound / name).iterdir()) if (sound / name).is_dir() else [""]
    file = data.draw(st.sampled_from(files))
    content = (sound / name / file if file else sound / name).read_bytes()
    loaded_with(sound, name, file, data.draw(damages(content)))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -1, 2**63, 2**31, 1e308, 1e-320, float("nan"), float("inf"), [], {}, "", "\x1b]0;x\x07"]),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["adam", "payload.py:f", "sgd:lr=1e308", "warmup:then=warmup", "x" * 100_000, "../..", "full"]),
    st.recursive(st.integers(-2, 2**40), lambda inner: st.lists(inner, max_size=3), max_leaves=6),
)


def places(value, at=()):
    """All places in a JSON value."""
    yield at
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*at, key))


def changed(about, data):
    """A JSON value with another one at one of its places, or with nothing there."""
    *way, last = data.draw(st.sampled_from(sorted((one for one in places(about) if one), key=repr)))
    inside = about
    for key in way:
        inside = inside[key]
    if data.draw(st.booleans()):
        inside[last] = data.draw(VALUES)
    else:
        del inside[last]
    return about


@pytest.mark.parametrize("name", ["run", "stopped"])
@fuzz
@given(data=st.data())
def test_other_values_in_run_json(sound, name, data):
    about = json.loads((sound / name / "run.json").read_text())
    for _ in range(data.draw(st.integers(1, 2))):
        about = changed(about, data)
    loaded_with(sound, name, "run.json", json.dumps(about).encode())


@pytest.fixture(scope="module")
def of_tables(sound):
    """Those of the figures, drawn once: they load fonts then."""
    kinds = [ls.figures.kinds.get(name) for name in ("rate-bands", "coevolution", "depth", "parallel")]
    for kind in kinds:
        kind.draw(table=table(sound / "sweep.csv"))
    return kinds


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@fuzz
@given(data=st.data())
def test_other_values_in_a_table_with_new_checksums(sound, of_tables, data):
    """In its settings, or in a row: an error of a line, or a figure."""
    first, columns, *lines = (sound / "sweep.csv").read_text().splitlines()
    if data.draw(st.booleans()):
        about = json.loads(first[2:])
        about["spec"] = changed(about["spec"], data)
        first = f"# {json.dumps(about | {'checksum': archives.checksum([json.dumps(about['spec'], sort_keys=True)])})}"
    else:
        k, values = data.draw(st.integers(0, len(lines) - 1)), csv.reader(lines)
        row = [*values][k][:-1]
        value = data.draw(st.one_of(st.sampled_from(TEXTS), st.sampled_from(ODD), st.integers(), st.text(max_size=9)))
        row[data.draw(st.integers(0, len(row) - 1))] = str(value)
        csv.writer(buffer := StringIO(), lineterminator="").writerow(row)
        lines[k] = f"{buffer.getvalue()},{zlib.crc32(buffer.getvalue().encode(errors='replace')):08x}"
    content = "\n".join([first, columns, *lines, ""]).encode(errors="replace")
    found = loaded_with(sound, "sweep.csv", "", content)
    if found is not None:
        kind = data.draw(st.sampled_from(of_tables))
        attempt(lambda: kind.draw(table=found))
    plt.close("all")


TYPES = [np.float64, np.float32, np.float16, np.int64, np.uint8, np.complex128, np.bool_, "U3", "S3"]
SINGLE = [np.nan, np.inf, -1, 10**18, "sgd:lr=1e308", "payload.py:f", "[" * 5000, "x^" * 200 + "2", "\x1b[2J\n"]
ARRAYS = st.one_of(
    st.builds(np.zeros, st.lists(st.integers(0, 5), max_size=4), st.sampled_from(TYPES)),
    st.sampled_from([*map(np.array, SINGLE), np.full((5, 5), np.inf)]),
)
ARCHIVES = [
    ("s.npz", "", kinds.SURFACE),
    ("walk.npz", "", kinds.WALK),
    ("unsealed", "history.npz", kinds.HISTORY),
    ("stopped", "checkpoint.npz", kinds.CHECKPOINT),
]


def sealed(sound, kind, arrays):
    """An archive of these arrays."""
    made = Path(sound).with_name("made.npz")
    made.unlink(missing_ok=True)
    archives.write(made, kind, arrays)
    return made.read_bytes()


@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
@pytest.mark.parametrize(("name", "file", "kind"), ARCHIVES)
@fuzz
@given(data=st.data())
def test_other_arrays_with_a_new_checksum(sound, tmp_path_factory, name, file, kind, data):
    path = sound / name / file if file else sound / name
    arrays = {key: value for key, value in archives.stored(path).items() if key != "format"}
    for _ in range(data.draw(st.integers(1, 3))):
        key = data.draw(st.sampled_from(sorted(arrays)))
        change = data.draw(st.sampled_from(["other", "numbers", "gone", "cut", "kind"]))
        if change == "other":
            arrays[key] = data.draw(ARRAYS)
        elif change == "numbers" and arrays[key].dtype.kind == "f" and arrays[key].size:
            array = arrays[key].copy()
            array.flat[data.draw(st.integers(0, array.size - 1))] = data.draw(st.floats())
            arrays[key] = array
        elif change == "gone":
            arrays.pop(key)
        elif change == "cut":
            arrays[key] = arrays[key][..., :-1] if arrays[key].ndim else arrays[key][None]
        elif change == "kind" and arrays[key].dtype.kind in "fiu":
            arrays[key] = np.nan_to_num(arrays[key]).astype(data.draw(st.sampled_from(TYPES[:6])))
        if not arrays:
            break
    loaded_with(sound, name, file, sealed(sound, kind, arrays))


def one_run(figure):
    return lambda run: figure([run])


# What is drawn of each; without its pixels, which take longest and depend on nothing that is read.
DRAWN = {
    "walk.npz": [
        lambda walk: ls.figures.loss([walk], plt.figure().subplots()),
        lambda walk: ls.figures.anatomy(walk, 1),
        lambda walk: (ls.figures.contour(walk.terrain, ax := plt.figure().subplots()), ls.figures.paths([walk], ax)),
    ],
    "flat.npz": [lambda walk: ls.figures.loss([walk], plt.figure().subplots())],
    "s.npz": [lambda surface: ls.figures.contour(surface, plt.figure().subplots())],
    "unsealed": [one_run(ls.figures.learning_curves), one_run(ls.figures.gradient_flow)],
    "stopped": [one_run(ls.figures.learning_curves), one_run(ls.figures.gradient_flow)],
}
ODD = [0, 1, -1, 5, 2**62, -0.5, 1.5, 1e300, -1e300, 1e-300, np.nan, np.inf, -np.inf]
TEXTS = ["", "{}", "null", "[1,2]", "7", '{"a": 1}', "NaN", "$x$", "adam", "\x1b[2J", "a b", "saddle:x=1", "cosine:y"]


def other(array, data):
    """An array of odd numbers, of one more or one less of a size, or of another type."""
    change = data.draw(st.sampled_from(["all", "one", "empty", "more", "less", "turned", "type", "axis"]))
    if array.dtype.kind == "U":
        if str(array).startswith("{") and data.draw(st.booleans()):
            return np.array(json.dumps(changed(json.loads(str(array)), data)))
        return np.array(data.draw(st.sampled_from(TEXTS)))
    if change == "all":
        with np.errstate(all="ignore"):
            return np.full_like(array, data.draw(st.sampled_from(ODD[: 5 if array.dtype.kind != "f" else None])))
    if change == "one" and array.size:
        found = array.copy()
        with np.errstate(all="ignore"):
            odd = np.array(data.draw(st.sampled_from(ODD[: 5 if array.dtype.kind != "f" else None])))
            found.flat[data.draw(st.integers(0, array.size - 1))] = odd.astype(array.dtype)
        return found
    axis = data.draw(st.integers(0, max(0, array.ndim - 1)))
    if change == "turned":
        return np.flip(array, axis) if array.ndim else array
    if change == "type":
        return array.astype(data.draw(st.sampled_from([np.float32, np.float16, np.int32, np.uint64, np.bool_])))
    if change == "axis":
        return np.expand_dims(array, axis)
    if not array.ndim:
        return array.reshape(1)
    if change == "empty":
        return np.take(array, np.arange(0), axis)
    return array[:-1] if change == "less" else np.concatenate([array, array[:1]])


SENSELESS = [*ARCHIVES, ("flat.npz", "", kinds.WALK)]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "file", "kind"), SENSELESS)
@fuzz
@given(data=st.data())
def test_senseless_values_are_refused_or_drawn(sound, name, file, kind, data):
    """Of the right type or nearly so, and sealed: an error of a line, or a figure."""
    path = sound / name / file if file else sound / name
    arrays = {key: value for key, value in archives.stored(path).items() if key != "format"}
    key = data.draw(st.sampled_from(sorted(arrays)))
    arrays[key] = other(arrays[key], data)
    found = loaded_with(sound, name, file, sealed(sound, kind, arrays))
    if found is not None:
        attempt(lambda: data.draw(st.sampled_from(DRAWN[name]))(found))
    plt.close("all")


@fuzz
@given(data=st.data())
def test_damaged_runs_are_resumed_to_the_same_bits_or_not_at_all(sound, data):
    file = data.draw(st.sampled_from(["checkpoint.npz", "snapshots.npy", "run.json"]))
    content = data.draw(damages((sound / "stopped" / file).read_bytes()))
    place = sound.with_name("resumed")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(sound / "stopped", place)
    (place / file).write_bytes(content)
    run = attempt(lambda: resumed(place))
    if run is not None:
        whole = ls.train(ls.MLP((4, 3, 4)), DATA, "adam", 2, 1, snapshots=3)
        np.testing.assert_array_equal(run.params, whole.params)
        np.testing.assert_array_equal(run.snapshots, whole.snapshots)
        np.testing.assert_array_equal(run.history["loss"], whole.history["loss"])
