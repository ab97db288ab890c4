"""`landscape plot`: every kind, from every source that it takes, in every look."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

import matplotlib.pyplot as plt
import pytest
from commands import PNG, SVG, command, refusal

import landscape as ls

WALKERS = ("-o", "sgd:lr=0.001", "-o", "adam:lr=0.1", "--steps", 40)
OF_TERRAINS = {
    "contour": ("himmelblau", *WALKERS),
    "surface3d": ("saddle",),
    "race": ("x^2 + 3*y^2", *WALKERS),
    "loss": ("rosenbrock", *WALKERS),
    "anatomy": ("ravine:kappa=5,angle=20", "-o", "adam:lr=0.1", "--step", 3),
    "basins": ("himmelblau", "-o", "sgd:lr=0.01", "--steps", 20),
    "sweep": ("booth", "-o", "sgd", "-o", "adam", "--target", 1),
}
OF_RUNS = {
    "race": ("a", "b", "--surface", "s.npz", "--data", "test:100"),
    "surface3d": ("a", "b", "--surface", "s.npz", "--data", "test:100"),
    "projection": ("a", "b", "--surface", "s.npz", "--data", "test:100"),
    "contour": ("s.npz",),
    "compare": ("s.npz", "t.npz"),
    "learning-curves": ("a", "b"),
    "gradient-flow": ("a", "b"),
    "sweep": ("a", "slow"),
    "weights": ("a",),
    "confusion": ("b",),
    "misread": ("b",),
    "interpolation": ("a", "b", "--data", "test:100"),
    "spectrum": ("a", "--data", "test:60"),
    "sharpness": ("a", "b", "--data", "test:60"),
}
OF_TABLES = {
    "rate-bands": ("s.csv",),
    "coevolution": ("s.csv", "--where", "depth=3"),
    "depth": ("s.csv",),
    "parallel": ("s.csv",),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, mnist):
    """Three runs of a small network, a surface over the plane of two of them, and one around the first."""
    path, part, network = tmp_path_factory.mktemp("plot"), mnist.subset(320), ls.MLP((784, 8, 10))
    for name, walker in (("a", "sgd:lr=0.1"), ("slow", "sgd:lr=0.01"), ("b", "adam:lr=0.01")):
        ls.train(network, part, walker, epochs=2, snapshots=6).save(path / name)
    runs = [ls.Run.load(path / name) for name in "ab"]
    ls.surface(network, ls.planes.pca(runs), mnist.x_test[:100], mnist.y_test[:100], resolution=7).save(path / "s.npz")
    around = ls.planes.random(network, runs[0].params)
    ls.surface(network, around, mnist.x_test[:50], mnist.y_test[:50], resolution=7).save(path / "t.npz")
    grid = {"activations": ["relu", "sigmoid"], "depths": [1, 3], "widths": 4, "images": 64}
    with ThreadPoolExecutor(1) as one:
        ls.sweeps.run(ls.sweeps.Spec(["sgd", "adam"], [0.01, 0.1], **grid), path / "s.csv", one, data=part)
    return path


@pytest.fixture
def plot(folder, monkeypatch):
    monkeypatch.chdir(folder)

    def invoke(*words):
        result = command("plot", *words)
        assert not plt.get_fignums()
        return result

    return invoke


def test_every_kind_is_tested():
    assert set(OF_TERRAINS) | set(OF_RUNS) | set(OF_TABLES) == set(ls.figures.kinds.names())


@pytest.mark.parametrize("kind", OF_TERRAINS)
def test_of_terrains(plot, kind):
    result = plot(kind, *OF_TERRAINS[kind], *SVG, "--out", f"t-{kind}", "--theme", "dark", "--lang", "zh")
    assert result.stdout == f"t-{kind}.svg\n", result.output
    ET.parse(f"t-{kind}.svg")


@pytest.mark.parametrize("kind", OF_TABLES)
def test_of_tables(plot, kind):
    result = plot(kind, *OF_TABLES[kind], *PNG, "--out", f"s-{kind}", "--lang", "zh")
    assert result.stdout == f"s-{kind}.png\n", result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rate-bands", "none.csv"), "'none.csv' cannot be read: No such file"),
        (("rate-bands", "a"), "rate-bands needs the table of a sweep, a .csv file, and 'a' is none"),
        (("rate-bands", "s.csv", "s.csv"), "rate-bands draws one table, not 2"),
        (("rate-bands", "s.csv", "-o", "sgd"), "-o is for walks on a terrain; 's.csv' is a table"),
        (("depth", "s.csv", "--where", "depth=2"), "unknown depth '2' (allowed: 1, 3)"),
        (("race", "s.csv"), "'s.csv' is not a terrain: it is a table of a sweep"),
        (("contour", "booth", "--where", "depth=2"), "--where is for"),
    ],
)
def test_what_is_no_table_is_one_line(plot, words, said):
    assert said in refusal(plot(*words, "--out", "no"))


@pytest.mark.parametrize("kind", OF_RUNS)
def test_of_runs(plot, kind):
    result = plot(kind, *OF_RUNS[kind], *PNG, "--out", f"r-{kind}", "--theme", "print")
    assert result.stdout == f"r-{kind}.png\n", result.output


@pytest.mark.parametrize("size", ["slide", "half-slide", "column"])
@pytest.mark.parametrize("kind", ["contour", "surface3d"])
def test_long_names_are_inside_the_figure(plot, monkeypatch, kind, size):
    outside, told = [], []

    def look(figure, *_):
        figure.canvas.draw()
        titles = [getattr(figure.axes[0], name) for name in ("title", "_left_title")]
        names = [text for legend in figure.legends for text in legend.get_texts()]
        boxes = [text.get_window_extent() for text in (*titles, *names) if text.get_text()]
        outside.extend(box for box in boxes if not (box.x0 >= 0 and box.x1 <= figure.bbox.x1 and box.y0 >= 0))
        told.extend(" ".join(text.get_text().split()) for text in names)
        return []

    monkeypatch.setattr(ls.figures, "save", look)
    formula = "x^2 + 30*y^2 + sin(3*x)*cos(5*y) + 0.25*exp(-x^2-y^2) + 0.1*abs(x-y) + log(1+x^2*y^2)"
    momentum = "momentum:lr=0.003,momentum=0.95,dampening=0.5,clip=1"
    result = plot(kind, formula, "-o", momentum, "-o", "adam:lr=0.0123456,beta1=0.85", "--size", size)
    assert result.exit_code == 0, result.output
    first = "Momentum, lr 0.003, momentum 0.95, dampening 0.5, clipped at 1"
    assert told == [first, "Adam, lr 0.0123456, beta1 0.85"]
    assert not outside


def test_a_formula_with_a_slash_is_no_folder(plot):
    result = plot("contour", "1/(1 + x^2 + y^2)", *PNG, "--out", "slash")
    assert result.stdout == "slash.png\n", result.output


def test_of_saved_trajectories(plot, folder):
    words = ("race", "ravine", "-o", "sgd:lr=0.018", "-o", "adam:lr=0.4", "--save", "--out", "w", *PNG)
    result = command(*words)
    assert result.stdout.split() == ["w.png", "w-sgd-lr0.018.npz", "w-adam-lr0.4.npz"], result.output
    for kind in ("contour", "race", "surface3d"):
        result = plot(kind, "w-sgd-lr0.018.npz", "w-adam-lr0.4.npz", *PNG, "--out", f"w-{kind}")
        assert result.stdout == f"w-{kind}.png\n", result.output


@pytest.mark.parametrize(
    ("size", "pixels"), [("slide", (1920, 1080)), ("half-slide", (930, 960)), ("column", (1050, 1020))]
)
def test_sizes_and_transparency(plot, size, pixels):
    result = plot("contour", "saddle", "--size", size, "--format", "png", "--transparent", "--out", size)
    assert result.stdout == f"{size}.png\n", result.output
    picture = plt.imread(f"{size}.png")
    assert picture.shape == (*pixels[::-1], 4)
    assert picture[0, 0, 3] == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("contuor", "saddle"), "did you mean 'contour'"),
        (("race", "saddle"), "give -o once or more"),
        (("race", "nowhere"), "nor is 'nowhere' a run folder"),
        (("learning-curves", "saddle"), "needs run folders, and 'saddle' is none"),
        (("weights", "a", "b"), "draws one run, not 2"),
        (("race", "a", "saddle"), "sources of one kind"),
        (("anatomy", "saddle", *WALKERS), "draws one walk, not 2"),
        (("anatomy", "saddle", "-o", "adam", "--step", "999"), "step = 999"),
        (("contour", "saddle", "booth"), "one terrain, not 2"),
        (("sweep", "a", "b"), "several learning rates"),
        (("sweep", "booth", "-o", "sgd", "--target", "-1"), "give another --target"),
        (("sweep", "sqrt(x)+y^2", "-o", "sgd"), "start -1.5,-1.5 is not allowed: the loss is nan"),
        (("sweep", "booth", "-o", "sgd:lr=1"), "a sweep sets the learning rates; leave lr out"),
        (("race", "booth", "-o", "sgd", "--steps", "0"), "0 is not in the range x>=1"),
        (("interpolation", "a", "a"), "a run is given twice"),
        (("surface3d", "log(x)+y^2", "-o", "sgd"), "start -1.5,-1.5 is not allowed: the loss is nan"),
        (("race", "a", "b", "-o", "adam"), "-o is for walks on a terrain"),
        (("weights", "runs/none"), "not a run folder"),
        (("contour", "nowhere.npz"), "there is no file 'nowhere.npz'"),
        (("contour", "saddle", "--format", "svg,gif"), "unknown format 'gif'"),
    ],
)
def test_bad_input_is_one_line(plot, words, message):
    assert message in refusal(plot(*words))


MINE = """
from typing import Annotated
import landscape as ls

@ls.figures.kind("how often {each} loss was met", chinese="损失的频率")
def loss_histogram(walks, ax, *, bins: Annotated[ls.checks.Count, "Bars that are drawn."] = 20):
    ax.hist(walks[0].loss, bins=bins)

@ls.figures.kind("the norms of the runs' weights")
def norms(runs, ax):
    ax.bar(range(len(runs)), [abs(run.params).sum() for run in runs])

def plain(walks, ax): ...
"""


def test_a_kind_of_one_s_own_is_there_by_itself(plot, folder, monkeypatch):
    kinds = ls.figures.kinds
    monkeypatch.setattr(kinds, "classes", dict(kinds.classes))
    (folder / "mine.py").write_text(MINE)
    walk = ("booth", "-o", "adam", *PNG, "--out", "own")
    # A file is run when it is named; then, as with a plug-in, its kinds are like ours.
    for words in (("mine.py:loss_histogram:bins=5", *walk), ("loss-histogram", *walk, "--bins", 5)):
        assert plot(*words).stdout == "own.png\n", plot(*words).output
    assert "bins = 0 is not allowed" in plot("mine.py:loss_histogram:bins=0", *walk).stderr
    assert "unknown figure of mine.py 'plain'" in plot("mine.py:plain", *walk).stderr
    assert "did you mean 'loss-histogram'" in plot("loss-histogran", *walk).stderr
    assert "how often {each} loss was met" in plot("--help").output
    listed = command("list", "loss-histogram").stdout
    assert all(words in listed for words in ("trajectories", "Bars that are drawn", "mine.py"))
    with ls.figures.style(lang="zh"):
        assert kinds.get("loss-histogram").about == "损失的频率"
    result = command("show", "a", *PNG, "--out", "shown")
    assert "shown/norms.png" in result.stdout.split(), result.output
    deck = ls.slides.deck([ls.Run.load("a")], further=["norms"], resolution=5)
    assert "The norms of the runs' weights" in [slide.title for slide in deck.slides]
    with pytest.raises(ValueError, match="figure anatomy cannot be drawn here: it lacks walk"):
        ls.slides.deck([ls.Run.load("a")], further=["anatomy"], resolution=5)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda walkers, ax: None, "unknown material of figure mine 'walkers'; did you mean 'walks'"),
        (lambda walks, ax, *, bins: None, "bins"),
        (lambda walks, ax, *, bins=(1,): None, "bins"),
    ],
)
def test_what_is_no_figure_is_refused(function, message):
    with pytest.raises(ValueError, match=message) as error:
        ls.figures.kind("mine", name="mine")(function)
    assert "\n" not in str(error.value)
    assert "mine" not in ls.figures.kinds.names()
