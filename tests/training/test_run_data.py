"""A run and its data: it is shown on what it was trained and measured on, or refused in one line."""

from __future__ import annotations

import json
import struct
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from click.testing import CliRunner
from commands import PNG

import landscape as ls
from landscape.cli.main import main
from landscape.core.errors import OtherDataError
from landscape.training.run import data_of


def arrays(seed=0, train=80, test=40):
    """Images of 4 × 4 bytes of three classes, each a bright row; whole numbers, so that files keep them exactly."""
    rng = np.random.default_rng(seed)
    found = {}
    for part, n in (("train", train), ("test", test)):
        y = rng.integers(0, 3, n)
        x = rng.integers(0, 120, (n, 4, 4), dtype=np.uint8)
        x[np.arange(n), y] += 120
        found |= {f"x_{part}": x, f"y_{part}": y}
    return found


def write(path, changed=None, **others):
    """An .npz file of these arrays, with one of them changed in place."""
    content = arrays() | others
    if changed:
        changed(content)
    np.savez(path, **content)
    return path


def idx_folder(path):
    """The same as IDX files."""
    path.mkdir()
    for key, array in arrays().items():
        kind, part = ("images" if key[0] == "x" else "labels"), ("train" if "train" in key else "t10k")
        header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        (path / f"{part}-{kind}-idx{array.ndim}-ubyte").write_bytes(header + array.astype(np.uint8).tobytes())
    return path


def put(key, at, value):
    def change(content):
        content[key][at] = value

    return change


def swapped(*keys):
    """Images 3 and 8 in one another's place, where their classes differ."""

    def change(content):
        y = content[f"y_{keys[0][2:]}"]
        other = int(np.flatnonzero(y != y[3])[-1])
        for key in keys:
            content[key][[3, other]] = content[key][[other, 3]]

    return change


# Image 62 of 80 is none of every 61st.
CHANGES = {
    "one pixel of one training image": (put("x_train", (62, 2, 2), 1), "other training images"),
    "one training label": (lambda content: put("y_train", 62, (content["y_train"][62] + 1) % 3)(content), "training"),
    "the order of the training images": (swapped("x_train"), "other training images"),
    "one pixel of one test image": (put("x_test", (17, 2, 2), 1), "other test images"),
    "one test label": (lambda content: put("y_test", 5, (content["y_test"][5] + 1) % 3)(content), "other test images"),
    "all test images": (lambda content: content.update(arrays(1), x_train=content["x_train"]), "test images"),
    "all": (lambda content: content.update(arrays(1)), "other training and test images"),
    "fewer test images": (lambda content: content.update(**{k: content[k][1:] for k in ("x_test", "y_test")}), "test"),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a data file, two runs on it, and a command line."""
    monkeypatch.chdir(tmp_path)
    data, net = ls.datasets.load(write(tmp_path / "mine.npz")), ls.MLP((16, 6, 3))
    for name, walker in (("sgd", "sgd:lr=0.1"), ("adam", "adam:lr=0.03")):
        ls.train(net, data, walker, 3, 8, snapshots=6, out=tmp_path / name)
    yield tmp_path
    plt.close("all")


def invoke(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("what", CHANGES)
def test_a_file_of_other_content_is_refused(here, what):
    change, said = CHANGES[what]
    write(here / "mine.npz", change)
    with pytest.raises(OtherDataError, match=said) as error:
        ls.Run.load(here / "adam").data()
    assert "\n" not in str(error.value)
    assert "the run of adam:lr=0.03" in str(error.value)
    assert f"data 'mine' in '{here / 'mine.npz'}'" in str(error.value)


@pytest.mark.parametrize("how", ["moved", "compressed", "as a folder of IDX files", "in [0, 1]"])
def test_the_same_content_elsewhere_is_the_same(here, how):
    run, path, there = ls.Run.load(here / "adam"), here / "mine.npz", here / "there.npz"
    if how == "moved":
        path.rename(there)
    elif how == "compressed":
        np.savez_compressed(there, **arrays())
    elif how == "in [0, 1]":
        data = ls.datasets.load(path)
        np.savez(there, x_train=data.x_train, y_train=data.y_train, x_test=data.x_test, y_test=data.y_test)
    else:
        there = idx_folder(here / "there")
    path.unlink(missing_ok=True)
    with pytest.raises(ls.DataError, match="does not exist"):
        run.data()
    assert run.other_data(run.data(there)) == ""


def test_parts_know_the_whole(here):
    """Drawn by `subset`, once or twice, standardised before or after; but not what a hand has changed."""
    data, net = ls.datasets.load(here / "mine.npz"), ls.MLP((16, 6, 3))
    for part in (data.subset(40, seed=3), data.subset(60).subset(9), data.subset(40).standardised(0.3, 0.2)):
        run = ls.train(net, part, "sgd", batch_size=4, snapshots=2)
        found = run.data()
        assert len(found.x_train) == 80
        assert (found.scaling, found.mean, found.std) == (part.scaling, part.mean, part.std)
        np.testing.assert_array_equal(found.x_test, part.x_test)
        rows = {row.tobytes() for row in found.x_train}
        assert all(row.tobytes() in rows for row in part.x_train)
    by_hand = {
        "labels": replace(data, y_train=np.roll(data.y_train, 1)),
        "images": replace(data, x_train=1 - data.x_train),
        "some": replace(data, x_train=data.x_train[:40], y_train=data.y_train[:40]),
        "test": replace(data.subset(40), x_test=data.x_test[:9], y_test=data.y_test[:9]),
    }
    for name, part in by_hand.items():
        run = ls.train(net, part, "sgd", batch_size=4, snapshots=2)
        assert run.other_data(part) == ""
        with pytest.raises(OtherDataError, match="test images" if name == "test" else "other training images"):
            run.data()


def test_arrays_without_a_file(mnist):
    """What is called like a bundled set need not be it, and other names are no files."""
    data = ls.datasets.Dataset("mine", **arrays())
    run = ls.train(ls.MLP((16, 3)), data, "sgd", snapshots=2)
    with pytest.raises(ls.DataError, match="arrays called 'mine', of which no file is known"):
        run.data()
    assert run.other_data(data) == run.other_data(data.subset(9)) == ""
    few = ls.datasets.Dataset("mnist", mnist.x_train[:64], mnist.y_train[:64], mnist.x_test[:9], mnist.y_test[:9])
    run = ls.train(ls.MLP((784, 10)), few, "sgd", snapshots=2)
    with pytest.raises(OtherDataError, match=r"data 'mnist' are not those .* other training and test images"):
        run.data()


def test_runs_of_different_data_are_not_shown_on_one(here):
    write(here / "other.npz", CHANGES["all"][0])
    other = ls.train(ls.MLP((16, 6, 3)), ls.datasets.load(here / "other.npz"), "sgd:lr=0.5", 3, 8, out=here / "other")
    with pytest.raises(OtherDataError, match=r"not those of the run of sgd:lr=0\.5"):
        data_of([ls.Run.load(here / "sgd"), other])
    for words in (("project",), ("interpolate",), ("plot", "race"), ("explore",), ("plot", "interpolation")):
        result = invoke(*words, "sgd", "other")
        assert result.exit_code == 2
        assert "are not those of the run of sgd:lr=0.5" in result.stderr
    # Each on its own: two tables of numbers may stand beside one another, if it is said of what they are.
    result = invoke("curvature", "sgd", "other", "--top", 1, "--probes", 0, "--along", 0)
    assert result.exit_code == 0, result.output
    said = " ".join(result.stderr.replace("│", " ").split())
    assert "Hessian of the loss over" not in said
    assert "images of mine" in said
    assert "images of other" in said


def test_a_run_of_an_earlier_version_knows_its_data_by_name(here):
    """Its settings have no checksum of the test images."""
    run = ls.Run.load(here / "adam")
    old = replace(run, settings={k: v for k, v in run.settings.items() if k not in ("test_pixels", "whole_pixels")})
    assert old.data().name == "mine"
    (here / "mine.npz").rename(here / "there.npz")
    with pytest.raises(OtherDataError, match="another name"):
        old.data(here / "there.npz")


QUICK = PNG
PLOTS = ("race", "surface3d", "projection", "confusion", "misread", "interpolation", "spectrum", "sharpness")
VERBS = {
    "project": ("project", "sgd", "adam", "--resolution", 5, *QUICK),
    "curvature": ("curvature", "adam", "--top", 1, "--probes", 0, "--along", 0, *QUICK),
    "interpolate": ("interpolate", "sgd", "adam", "--points", 3, *QUICK),
    "slides": ("slides", "sgd", "adam", "--clips", "none", "--out", "talk.html"),
    "explore": ("explore", "sgd", "adam"),
    **{kind: ("plot", kind, "adam", *QUICK) for kind in PLOTS},
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_refuses_other_data_and_is_told_where_its_own_are(here, verb):
    words = VERBS[verb]
    write(here / "there.npz")
    write(here / "mine.npz", CHANGES["one pixel of one test image"][0])
    before = sorted(here.rglob("*"))
    result = invoke(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: data 'mine' in '{here / 'mine.npz'}' are not those of the run of")
    assert line.endswith("other test images or labels; if its own are elsewhere, say where (--data)")
    assert sorted(here.rglob("*")) == before
    if verb in ("curvature", "interpolate", "explore", "confusion"):  # the others resolve it in the same place
        result = invoke(*words, "--data", "there.npz:test:20")
        assert result.exit_code == 0, result.output


def test_decks_are_told_where_the_data_of_their_runs_are(here):
    """Of the first run that they are of."""
    runs = [ls.Run.load(here / name) for name in ("sgd", "adam")]
    write(here / "there.npz")
    write(here / "mine.npz", CHANGES["all"][0])
    other = ls.train(ls.MLP((16, 3)), ls.datasets.load(here / "mine.npz"), "sgd", snapshots=2)
    for some, source, name in (
        (runs, "there.npz", "there"),
        ([other, *runs], "there.npz", "there"),
        ([other], None, "mine"),
    ):
        assert ls.slides.data_of(some, source).name == name
    for some, source in ((runs, None), ([other], "there.npz"), ([*runs, other], "gone.npz")):
        with pytest.raises(ls.DataError):
            ls.slides.data_of(some, source)
    (here / "mine.npz").unlink()
    assert ls.slides.data_of([other]) is None


@pytest.mark.parametrize(("part", "said"), [("train:30", True), ("train", True), ("test", False)])
def test_a_run_on_a_part_is_said_to_be_one(here, part, said):
    """What is drawn are the first of all training images, most of which such a run has not seen."""
    data = ls.datasets.load(here / "mine.npz")
    ls.train(ls.MLP((16, 6, 3)), data.subset(24), "adam", 3, 8, snapshots=4, out=here / "part")
    result = invoke("interpolate", "part", "--data", part, "--points", 3, *QUICK)
    assert result.exit_code == 0, result.output
    assert ("of which there are 80; training was on 24 drawn from them" in result.stderr) == said


def test_show_draws_what_needs_no_images(here):
    write(here / "there.npz")
    write(here / "mine.npz", CHANGES["one training label"][0])
    result = invoke("show", "adam", *QUICK)
    assert [path.rpartition("/")[2] for path in result.stdout.split()] == [
        "learning-curves.png",
        "gradient-flow.png",
        "weights.png",
    ]
    assert "adam: no confusion, misread: data 'mine'" in result.stderr
    result = invoke("show", "adam", "--data", "there.npz", *QUICK)
    assert len(result.stdout.split()) == 5


def test_a_film_of_mnist_is_of_mnist(here):
    from landscape.animations import render

    with pytest.raises(OtherDataError, match=r"shows runs on MNIST, and '.*adam' is of other data"):
        render(["mnist"], runs=[here / "adam"], out=here / "films")
    assert not (here / "films").exists()


def test_resuming_on_other_test_images_is_refused(here):
    """What was measured before would stand beside what is measured after in one curve."""
    words = ("train", "--data", "mine.npz", "--layers", "16,6,3", "-o", "adam:lr=0.03", "--epochs", 3, "--resume")

    def stop(status):
        raise InterruptedError

    data = ls.datasets.load(here / "mine.npz")
    with pytest.raises(InterruptedError):
        ls.train(ls.MLP((16, 6, 3)), data, "adam:lr=0.03", 3, out=here / "runs/adam-lr0.03", progress=stop)
    write(here / "there.npz")
    write(here / "mine.npz", CHANGES["one test label"][0])
    result = invoke(*words)
    assert result.exit_code == 2
    assert "cannot resume 'runs/adam-lr0.03' with test_pixels = " in result.stderr
    # Where they lie, and what they are called, may change.
    result = invoke(*("there.npz" if word == "mine.npz" else word for word in words))
    assert result.exit_code == 0, result.output


def test_figures_say_that_images_are_others_than_the_run_s_own(here):
    run, data = ls.Run.load(here / "adam"), ls.datasets.load(here / "mine.npz")
    others = replace(data, x_test=data.x_test[:30], y_test=data.y_test[:30])
    for given, said in ((data, False), (data.subset(9), False), (others, True)):
        ax = plt.figure().subplots()
        ls.figures.confusion(run, given, ax)
        titles = [ax.get_title(loc="left") + ax.get_title()]
        titles.append(ls.figures.misread(run, given).get_suptitle() or plt.gcf().axes[0].texts[0].get_text())
        for title in titles:
            assert ("not the run's own test set" in " ".join(title.split())) == said


def test_a_deck_shows_no_run_on_other_data(here):
    runs, data = [ls.Run.load(here / name) for name in ("sgd", "adam")], ls.datasets.load(here / "mine.npz")
    others = replace(data, x_test=data.x_test[::-1].copy())
    with pytest.raises(OtherDataError, match="have other images or labels than each of the runs saw"):
        ls.slides.deck(runs, others, resolution=5)
    # A run of other data among them is in the tables, but not on these images.
    best = ls.train(ls.MLP((16, 6, 3)), others, "adam:lr=0.1", 9, 8, snapshots=4)
    facts = ls.slides.facts.Facts(
        (*runs, best), data, ls.slides.vocabulary.Words("en"), ls.slides.parts.Look("light", "en")
    )
    assert [facts.outputs(entry) is None for entry in facts.entries] == [False, False, True]
    assert not facts.comparable


def test_a_surface_of_other_images_is_refused(here):
    """Its heights would be of other images than the path's."""
    run, data = ls.Run.load(here / "adam"), ls.datasets.load(here / "mine.npz")
    x, y = data.x_train, data.y_train
    surface = ls.surface(run.network, ls.planes.pca(run), x, y, resolution=5, data="80 training images of mine")
    assert len(ls.project(run, surface, x, y).loss) == len(run.steps)
    with pytest.raises(ValueError, match=r"the surface over 80 training images of mine is not that of this loss"):
        ls.project(run, surface, data.x_test, data.y_test)
    surface.save(here / "s.npz")
    result = invoke("plot", "projection", "adam", "--surface", "s.npz", "--data", "test", *QUICK)
    assert result.exit_code == 2
    assert "is not that of this loss" in result.stderr


@pytest.mark.parametrize(
    ("text", "count", "name"),
    [
        ("test", 40, "mine"),
        ("train:9", 9, "mine"),
        ("there.npz", 80, "there"),
        ("there.npz:test", 40, "there"),
        ("there.npz:test:5", 5, "there"),
        ("./train", 80, "train"),
        ("./train:test:5", 5, "train"),
    ],
)
def test_data_says_which_images_and_where(here, text, count, name):
    write(here / "there.npz")
    idx_folder(here / "train")
    result = invoke("curvature", "adam", "--data", text, "--top", 1, "--probes", 0, "--along", 0)
    assert result.exit_code == 0, result.output
    (run,) = json.loads((here / "out/curvature/curvature.json").read_text())["runs"]
    part = "test" if "test" in text else "training"
    assert run["data"] == f"{count} {part} images of {name}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trian", "--data 'trian' is not allowed: expected train or test"),
        ("test:x", "--data 'test:x' is not allowed: expected train or test"),
        ("test:0", "from 1 to 40 test images of mine can be taken"),
        ("train:81", "from 1 to 80 train images of mine can be taken"),
        ("gone.npz", "data file 'gone.npz' does not exist"),
        ("gone.npz:test:3", "data file 'gone.npz' does not exist"),
        ("adam", "data folder 'adam' lacks"),
        ("mnist:test", "data 'mnist' are not those of the run of adam:lr=0.03"),
    ],
)
def test_other_words_are_refused(here, text, said):
    result = invoke("curvature", "adam", "--data", text)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert said in line
