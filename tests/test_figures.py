"""Figures: what they return, that they leave matplotlib as it was, and that text stays inside and apart."""

from __future__ import annotations

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import landscape as ls
from landscape.figures.palette import current

THEMES = ["light", "dark"]


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize("theme", THEMES)
def test_style_is_in_force_only_inside(theme):
    before = dict(plt.rcParams)
    with ls.figures.style(theme):
        assert current() is ls.figures.palette(theme)
        assert plt.rcParams["font.family"][0] == "Source Sans 3"
    assert dict(plt.rcParams) == before


def test_font_is_the_project_s_own():
    from matplotlib import font_manager

    with ls.figures.style("light"):
        for weight in ("normal", "bold"):
            found = font_manager.findfont(font_manager.FontProperties(weight=weight), fallback_to_default=False)
            assert "SourceSans3" in found


def test_paths_are_the_trajectories():
    terrain = ls.terrains.get("rosenbrock")
    walks = [ls.descend(terrain, ls.optimizers.get(name, lr=1e-3), steps=80) for name in ("sgd", "adam")]
    ax = plt.figure().subplots()
    ls.figures.contour(terrain, ax)
    for line, walk in zip(ls.figures.paths(walks, ax), walks, strict=True):
        np.testing.assert_array_equal(line.get_xydata(), walk.x)
        assert line.get_color() == current().optimizer(walk.optimizer.name)
    assert ax.get_xlim() == terrain.domain[0]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("lr", [1e-3, 1.0])  # the second diverges
def test_race_text_is_inside_and_apart(theme, lr):
    terrain = ls.terrains.get("rosenbrock")
    walks = [ls.descend(terrain, ls.optimizers.get(name, lr=lr), steps=60) for name in ls.optimizers.names()]
    with ls.figures.style(theme):
        figure = ls.figures.race(terrain, walks)
        figure.canvas.draw()
        _check_text(figure)


@pytest.mark.parametrize("theme", THEMES)
def test_figures_of_runs(theme, runs, surface, mnist):
    walks = [ls.project(run, surface, mnist.x_train[:700], mnist.y_train[:700]) for run in runs]
    with ls.figures.style(theme):
        for figure in (ls.figures.race(surface, walks), ls.figures.learning_curves(runs)):
            figure.canvas.draw()
            _check_text(figure)


def test_sweep_leaves_gaps_for_failures():
    one = ls.Sweep(ls.optimizers.SGD(), np.array([0.1, 1.0, 10.0]), np.array([5.0, 2.0, np.inf]), "steps")
    (line,) = ls.figures.sweep([one], plt.figure().subplots())
    np.testing.assert_array_equal(line.get_ydata(), [5, 2, np.nan])


def _check_text(figure):
    """Titles, axis labels and labels at line ends lie inside the figure and do not overlap."""
    frame = figure.bbox
    texts = []
    for ax in figure.axes:
        texts += [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label]
        texts += [text for text in ax.texts if text in ax.texts and hasattr(text, "xyann")]
    boxes = [text.get_window_extent() for text in texts if text.get_text() and text.get_visible()]
    for box in boxes:
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= frame.x1
        assert box.y1 <= frame.y1
    for a, b in combinations(boxes, 2):
        assert not (a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1)
