"""Each figure against a picture of it that was looked at, in tests/images.

The pictures are made anew by `python tests/figures/test_figures_images.py`; look at them before they are committed.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from inspect import isfunction, signature
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import sweep_tables
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text

import landscape as ls
from landscape import figures
from landscape.core.checks import one_of
from landscape.curvature import Sharpness

IMAGES = Path(__file__).parents[1] / "images"
# Of 255, root mean square. Letters that another FreeType draws differ by up to 3, a label that moved by 6 or more.
TOLERANCE = 4.5
DPI = 40


def _alone(draw: Callable[..., object], *arguments: object) -> object:
    return draw(*arguments, plt.figure().subplots())


@cache
def _walks() -> list[ls.Trajectory]:
    terrain = ls.terrains.get("rosenbrock")
    # The last one diverges.
    texts = ("sgd:lr=0.001", "momentum:lr=0.001", "adam:lr=0.1", "sgd:lr=0.1")
    return [ls.descend(terrain, text, steps=120) for text in texts]


@cache
def _runs() -> list[ls.Run]:
    data, network = ls.datasets.load().subset(640), ls.MLP((784, 16, 16, 10))
    return [ls.train(network, data, text, epochs=3, snapshots=12) for text in ("sgd:lr=0.1", "adam:lr=0.003")]


@cache
def _surface() -> ls.Surface:
    data = ls.datasets.load()
    plane = ls.planes.pca(_runs())
    return ls.surface(_runs()[0].network, plane, *data.sample(200)[:2], resolution=15, data=data.sample(200).about)


@cache
def _surfaces() -> list[ls.Surface]:
    """That one, one over other images around one of its runs, and one that reaches farther."""
    few, run = ls.datasets.load().sample(100), _runs()[1]
    plane = ls.planes.random(run.network, run.params)
    around = ls.surface(run.network, plane, few.x, few.y, resolution=11, data=few.about)
    far = ls.surface(run.network, plane, few.x, few.y, ((-2, 2), (-2, 2)), resolution=11, data=few.about)
    return [_surface(), around, far]


def _projected() -> list[ls.Projected]:
    data = ls.datasets.load()
    return [ls.project(run, _surface(), data.x_train[:200], data.y_train[:200]) for run in _runs()]


def _lines() -> list[ls.Line]:
    data, (first, second) = ls.datasets.load(), _runs()
    return [ls.line(first.network, first.params, second.params, data.x_train[:200], data.y_train[:200])]


def _sweeps() -> list[ls.Sweep]:
    return ls.sweep(ls.terrains.get("ravine", kappa=20.0), [ls.optimizers.SGD(), ls.optimizers.Adam()], 1e-3, steps=300)


def _density() -> tuple[np.ndarray, np.ndarray]:
    grid = np.linspace(-1, 11, 400)
    bumps = ((0.0, 0.2, 1.0), (3.0, 0.3, 1e-3), (9.0, 0.2, 1e-4))
    return grid, sum(weight / width * np.exp(-(((grid - at) / width) ** 2)) for at, width, weight in bumps)


def _curves() -> list[Sharpness]:
    steps = np.arange(0, 300, 25)
    values = 4 + 16 * (1 - np.exp(-steps / 90))
    return [Sharpness(ls.optimizers.SGD(lr=0.1), steps, values[:, None], np.zeros((len(steps), 1)))]


FIGURES: dict[str, Callable[[], object]] = {
    "contour": lambda: _alone(figures.contour, ls.terrains.get("himmelblau")),
    "paths": lambda: _alone(figures.paths, _walks()),
    "quiver": lambda: _alone(figures.quiver, ls.terrains.get("saddle")),
    "surface3d": lambda: figures.surface3d(
        "himmelblau", ls.descend("himmelblau", "adam:lr=0.1", steps=120), resolution=61
    ),
    "race": lambda: figures.race(_walks()[0].terrain, _walks()),
    "loss": lambda: _alone(figures.loss, _walks()),
    "anatomy": lambda: figures.anatomy(_walks()[2], 8),
    "sweep": lambda: _alone(figures.sweep, _sweeps()),
    "basins": lambda: figures.basins(ls.basins(ls.terrains.get("himmelblau"), "sgd:lr=0.01", 60, 40)),
    "learning_curves": lambda: figures.learning_curves(_runs()),
    "gradient_flow": lambda: figures.gradient_flow(_runs()[1]),
    "projection": lambda: figures.projection(_surface(), _projected()),
    "interpolation": lambda: figures.interpolation(_lines()),
    "spectrum": lambda: _alone(figures.spectrum, *_density(), [8.97, 3.02]),
    "sharpness": lambda: _alone(figures.sharpness, _curves()),
    "weights": lambda: _alone(figures.weights, _runs()[1]),
    "confusion": lambda: _alone(figures.confusion, _runs()[1], ls.datasets.load().subset(640)),
    "misread": lambda: figures.misread(_runs()[1], ls.datasets.load(), 8),
    "rate_bands": lambda: figures.rate_bands(sweep_tables.of_networks(depths=(1, 6))),
    "coevolution": lambda: figures.coevolution(sweep_tables.of_networks()),
    "depth": lambda: figures.depth(sweep_tables.of_networks()),
    "parallel": lambda: _alone(figures.parallel, sweep_tables.of_networks()),
    "compare": lambda: figures.compare(_surfaces(), ["both", "adam", "far"]),
}
# Every theme, size and language, without all of their combinations.
LOOKS = [("light", "slide", "en"), ("dark", "half-slide", "zh"), ("print", "column", "en"), ("print", "page", "zh")]


def _draw(name: str, look: tuple[str, str, str], folder: Path) -> Path:
    with figures.style(*look):
        FIGURES[name]()
        file = folder / f"{name}-{'-'.join(look)}.png"
        # On paper the type is half as large.
        plt.gcf().savefig(file, dpi=DPI if look[0] != "print" else 2 * DPI)
    plt.close("all")
    return file


def _looks(name: str) -> list[tuple[str, str, str]]:
    """Two for each figure, such that all four are equally often seen."""
    first = list(FIGURES).index(name) % 2
    return [LOOKS[first], LOOKS[first + 2]]


CASES = [(name, look) for name in FIGURES for look in _looks(name)]


@pytest.mark.parametrize(("name", "look"), CASES, ids=[f"{name}-{'-'.join(look)}" for name, look in CASES])
def test_looks_as_it_did(name, look, tmp_path):
    file = _draw(name, look, tmp_path)
    assert compare_images(str(IMAGES / file.name), str(file), TOLERANCE) is None


@pytest.mark.parametrize("name", FIGURES)
def test_no_english_is_left_on_a_chinese_figure(name):
    with figures.style("light", "slide", "zh"):
        FIGURES[name]()
        told = {text.get_text() for text in plt.gcf().findobj(Text) if text.get_visible()}
    plt.close("all")
    # Names of methods, of what is compared here, and symbols.
    left = {"SGD", "Adam", "ReLU", "Sigmoid", "tanh", "He", "Glorot", "MNIST", "Hessian", "Rosenbrock", "lr"}
    found = {word for words in told for word in re.findall(r"[A-Za-z]{2,}", re.sub(r"\$.*?\$", "", words))}
    assert found - left - ({"both", "adam", "far"} if name == "compare" else set()) == set()


def test_a_moved_label_is_noticed(tmp_path):
    """The tolerance is not so wide that nothing can fail."""
    with figures.style("light", "slide"):
        _alone(figures.contour, ls.terrains.get("himmelblau"))
        plt.gca().set_title("x")
        file = tmp_path / "contour.png"
        plt.gcf().savefig(file, dpi=DPI)
    plt.close("all")
    assert compare_images(str(IMAGES / "contour-light-slide-en.png"), str(file), TOLERANCE) is not None


def test_every_figure_is_here():
    others = {"kind", "palette", "register", "save", "style", "use"}
    there = {name for name, one in vars(figures).items() if isfunction(one) and name[0] != "_"}
    assert set(FIGURES) == there - others
    assert {name.replace("-", "_") for name in figures.kinds.names() if figures.kinds.origin(name) == ""} <= there


@pytest.mark.parametrize("name", FIGURES)
def test_one_panel_returns_artists_and_several_the_figure(name):
    """By what it takes; the same whether it is given axes or not."""
    drawn, parameters = FIGURES[name](), signature(getattr(figures, name)).parameters
    assert not {"ax", "axes"} <= set(parameters)
    if "ax" not in parameters:
        assert isinstance(drawn, Figure)
    else:
        assert all(isinstance(one, Artist) for one in (drawn if isinstance(drawn, list) else [drawn]))


@pytest.mark.parametrize("name", figures.kinds.names())
def test_each_kind_draws_one_figure_from_what_it_says_it_needs(name):
    data, sample = ls.datasets.load(), ls.datasets.load().sample(60)
    runs, walks, kind = _runs(), _walks(), figures.kinds.get(name)
    material = {
        "terrain": ls.terrains.get("booth"),
        "optimizers": ("sgd",),
        "walks": walks,
        "walk": walks[2],
        "runs": runs,
    }
    material |= {"run": runs[0], "data": data.subset(64), "sample": sample, "samples": [sample, sample]}
    material |= {"table": sweep_tables.of_networks(), "surfaces": _surfaces()}
    if name == "projection":
        material["walks"] = _projected()
    figure = kind.draw(**{one: material[one] for one in kind.needs or ("terrain", "optimizers")})
    assert plt.get_fignums() == [figure.number]
    assert figure.axes
    for one in kind.needs:
        with pytest.raises(ValueError, match=f"figure {name} cannot be drawn here: it lacks {one}"):
            kind.draw(**{key: value for key, value in material.items() if key != one})
    with figures.style(lang="zh"):
        assert kind.about != kind.title


if __name__ == "__main__":
    mpl.use("Agg")
    IMAGES.mkdir(exist_ok=True)
    wanted = [name.replace("-", "_") for name in sys.argv[1:]] or list(FIGURES)
    for name in wanted:
        one_of("figure", name, list(FIGURES))
    for case in (case for case in CASES if case[0] in wanted):
        with tempfile.TemporaryDirectory() as scratch:
            made = _draw(*case, Path(scratch))
            (IMAGES / made.name).write_bytes(made.read_bytes())
            sys.stdout.write(f"{made.name}\n")
