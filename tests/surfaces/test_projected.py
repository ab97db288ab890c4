"""Runs on one plane in a call: the same numbers with and without what is kept in their folders."""

import json
from functools import partial

import numpy as np
import pytest

import landscape as ls
from landscape.cli.data import Images
from landscape.cli.sources import Sources
from landscape.datasets import Dataset
from landscape.files import kinds, locks
from landscape.networks.over_images import OverImages
from landscape.surfaces import projection

KEPT = kinds.PROJECTIONS_FILE


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    x = rng.random((60, 5)).astype(np.float32)
    y = (x[:, 0] + x[:, 1] > 1).astype(np.int64)
    return Dataset("mine", x, y, x[:10], y[:10])


@pytest.fixture
def folders(data, tmp_path):
    network = ls.MLP((5, 4, 2))
    for k, text in enumerate(("sgd:lr=0.5", "adam:lr=0.05")):
        ls.train(network, data, text, epochs=3, batch_size=10, snapshots=8, out=tmp_path / f"run{k}")
    return [tmp_path / "run0", tmp_path / "run1"]


def loaded(folders):
    return [ls.Run.load(folder) for folder in folders]


@pytest.fixture
def computed(monkeypatch):
    """What was computed anew since."""
    done = []

    def counting(what, function):
        def call(*given, **named):
            done.append(what)
            return function(*given, **named)

        return call

    monkeypatch.setattr(OverImages, "loss_value", counting("loss", OverImages.loss_value))
    monkeypatch.setattr(projection, "_height", counting("in plane", projection._height))
    monkeypatch.setattr("landscape.surfaces.surface", counting("surface", ls.surface))
    monkeypatch.setattr("landscape.planes.pca", counting("plane", ls.planes.pca))
    return done


def by_hand(runs, sample):
    surface = ls.surface(runs[0].network, ls.planes.pca(runs), sample.x, sample.y, resolution=6, data=sample.about)
    return surface, [ls.project(run, surface, sample.x, sample.y) for run in runs]


def test_the_same_bits_by_hand_and_kept_and_kept_before(folders, data, computed):
    given = partial(ls.projected, data=data, resolution=6)
    expected = by_hand(loaded(folders), data.sample())
    assert given(loaded(folders), keep=False) == expected
    assert not (folders[0] / KEPT).exists()
    assert given(loaded(folders)) == expected
    computed.clear()
    assert given(loaded(folders)) == expected
    assert not computed
    # A path with fewer snapshots has losses that are known, and other images have not.
    few = given(loaded(folders), most=3)[1]
    assert not computed
    assert np.array_equal(few[0].loss[[0, -1]], expected[1][0].loss[[0, -1]])
    given(loaded(folders), data=data.sample(30))
    assert {"loss", "in plane", "surface"} <= {*computed}
    assert "plane" not in computed


@pytest.mark.parametrize("plane", ["random", "hessian", "gradient", "through"])
def test_planes_of_every_kind_are_kept(folders, data, plane):
    first, again = (ls.projected(loaded(folders), data, plane, resolution=4) for _ in range(2))
    assert first == again == ls.projected(loaded(folders), data, plane, resolution=4, keep=False)
    assert first[0].plane.kind.way == ("through_runs" if plane == "through" else plane)


def _damaged(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    file.write_bytes(content)


def _changed(file):
    """What is sealed no longer."""
    arrays = dict(np.load(file))
    np.savez(file, **{name: array for name, array in arrays.items() if name != "format"})


def _newer(file):
    arrays = dict(np.load(file))
    about = json.loads(str(arrays["format"]))
    np.savez(file, **(arrays | {"format": np.array(json.dumps(about | {"version": 99}))}))


@pytest.mark.parametrize("harm", [_damaged, _changed, _newer, lambda file: file.write_bytes(b"")])
def test_what_is_damaged_or_of_another_version_counts_as_nothing(folders, data, computed, harm):
    expected = ls.projected(loaded(folders), data, resolution=4)
    for folder in folders:
        harm(folder / KEPT)
    computed.clear()
    assert ls.projected(loaded(folders), data, resolution=4) == expected
    assert {"surface", "loss"} <= {*computed}
    assert len(loaded(folders)) == 2
    harmless = [kinds.kind(folder / KEPT) for folder in folders]
    assert harmless == [kinds.PROJECTIONS] * 2


def test_nothing_is_kept_where_another_process_trains_or_the_file_is_something_else(folders, data):
    (folders[1] / KEPT).write_bytes(b"\x89PNG mine")
    with locks.writing(folders[0]):
        ls.projected(loaded(folders), data, resolution=4)
    assert not (folders[0] / KEPT).exists()
    assert (folders[1] / KEPT).read_bytes() == b"\x89PNG mine"


def test_folders_that_may_not_be_written_to_are_read(folders, data, monkeypatch):
    def refused(*given, **named):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refused)
    assert len(ls.projected(loaded(folders), data, resolution=4)[1]) == 2
    assert not (folders[0] / KEPT).exists()


def test_a_new_run_in_its_place_has_nothing_of_the_old_one(folders, data):
    surface, walks = ls.projected(loaded(folders), data, resolution=4)
    assert {path.name for path in folders[0].iterdir()} <= {*kinds.RUN_FILES}
    assert "it is one file of the run folder" in kinds.lies_at(folders[0] / KEPT)
    ls.train(ls.MLP((5, 4, 2), seed=1), data, "sgd:lr=0.1", epochs=1, batch_size=10, out=folders[0])
    assert not (folders[0] / KEPT).exists()
    assert surface.loss.shape[0] >= 4
    assert len(walks) == 2


def test_only_as_much_is_kept_as_there_is_room_for(folders, data, monkeypatch):
    monkeypatch.setattr("landscape.training.cache._MOST", 5000)
    monkeypatch.setattr("os.path.getsize", lambda path: 0)
    for count in (20, 30, 40):
        expected = ls.projected(loaded(folders), data.sample(count), resolution=5)
    assert (folders[0] / KEPT).stat().st_size < 20_000
    assert ls.projected(loaded(folders), data.sample(40), resolution=5) == expected


def test_what_cannot_share_a_plane_is_told(folders, data, tmp_path):
    other = ls.train(ls.MLP((5, 3, 2)), data, "sgd:lr=0.1", epochs=1, batch_size=10)
    with pytest.raises(ValueError, match="different networks do not share a plane: 5-3-2 relu, cross_entropy; 5-4-2"):
        ls.projected([*loaded(folders), other], data)
    with pytest.raises(ValueError, match="unknown plane 'pcb'; did you mean 'pca'"):
        ls.projected(loaded(folders), data, "pcb")
    with pytest.raises(ValueError, match="no runs given"):
        ls.projected([], data)


def test_a_figure_that_asks_for_walks_and_names_loads_each_run_once(folders, monkeypatch):
    read = []
    load = ls.Run.load
    monkeypatch.setattr(ls.Run, "load", lambda path: read.append(path) or load(path))
    given = Sources(tuple(map(str, folders)), Images("", None, "train", None, 100))
    assert given.runs("projection") is given.runs("projection")
    assert len(read) == 2


def test_what_was_computed_before_ctrl_c_is_kept_and_of_what_fails_nothing(folders, data, computed):
    def stop(what, done, total):
        if (what, done) == ("path 2 of 2", 3):
            raise error

    expected = ls.projected(loaded(folders), data, resolution=4, keep=False)
    for error in (ValueError("no"), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            ls.projected(loaded(folders), data, resolution=4, progress=stop)
        assert [(folder / KEPT).exists() for folder in folders] == [isinstance(error, KeyboardInterrupt)] * 2
    computed.clear()
    assert ls.projected(loaded(folders), data, resolution=4) == expected
    assert computed.count("loss") == len(expected[1][1].steps) - 3
    assert "surface" not in computed
