"""Figures: what they return, that they leave matplotlib as it was, and that text stays inside and apart."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from boxes import check_text
from matplotlib.patches import Ellipse, FancyArrowPatch

import landscape as ls
from landscape.figures.palettes import current

THEMES = ["light", "dark"]


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
        assert line.get_color() == current().colour(walk.optimizer)
    assert ax.get_xlim() == terrain.domain[0]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("lr", [1e-3, 1.0])  # the second diverges
def test_race_text_is_inside_and_apart(theme, lr):
    terrain = ls.terrains.get("rosenbrock")
    walks = [ls.descend(terrain, ls.optimizers.get(name, lr=lr), steps=60) for name in ls.optimizers.names()]
    with ls.figures.style(theme):
        figure = ls.figures.race(terrain, walks)
        figure.canvas.draw()
        check_text(figure, numbers=False)


@pytest.mark.parametrize("theme", THEMES)
def test_figures_of_runs(theme, runs, surface, mnist):
    walks = [ls.project(run, surface, mnist.x_train[:700], mnist.y_train[:700]) for run in runs]
    with ls.figures.style(theme):
        for figure in (ls.figures.race(surface, walks), ls.figures.learning_curves(runs)):
            figure.canvas.draw()
            check_text(figure, numbers=False)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("walker", ["sgd:lr=0.02", "adam:lr=0.4", "muon:lr=0.3", "schedule_free_adamw:lr=0.1,clip=1"])
def test_anatomy_shows_the_step_that_was_taken(theme, walker):
    walk = ls.descend(ls.terrains.get("ravine", kappa=20.0, angle=25.0), walker, steps=8)
    with ls.figures.style(theme):
        figure = ls.figures.anatomy(walk, 5)
        figure.canvas.draw()
        check_text(figure, numbers=False)
    on_map = figure.axes[0]
    step = [patch for patch in on_map.patches if isinstance(patch, FancyArrowPatch)][-1]
    tail, head = step._posA_posB
    np.testing.assert_allclose(tail, walk.x[5])
    np.testing.assert_allclose(head, walk.x[6])
    for ellipse in (patch for patch in on_map.patches if isinstance(patch, Ellipse)):
        # The step ends on it: (Δx/a)² + (Δy/b)² = 1.
        semi = np.array([ellipse.width, ellipse.height]) / 2
        assert (((walk.x[6] - walk.x[5]) / semi) ** 2).sum() == pytest.approx(1)
    assert any(isinstance(patch, Ellipse) for patch in on_map.patches) == ("adam:" in walker or "sgd" in walker)


@pytest.mark.parametrize("walker", ["nesterov", "lion", "adan", "nadam", "sgd:weight_decay=1", "sgd:sam=0.1", "adamw"])
def test_no_ellipse_where_the_step_is_more_than_a_scaled_gradient(walker):
    walk = ls.descend(ls.terrains.get("ravine", kappa=5.0), walker, steps=4)
    assert not any(isinstance(patch, Ellipse) for patch in ls.figures.anatomy(walk, 2).axes[0].patches)


@pytest.mark.parametrize("walker", ["momentum", "momentum:clip=1", "signsgd:lr=0.1", "sgd:clip=1"])
def test_one_rate_for_all_makes_a_circle(walker):
    walk = ls.descend(ls.terrains.get("ravine", kappa=5.0), walker, steps=4)
    (circle,) = (patch for patch in ls.figures.anatomy(walk, 2).axes[0].patches if isinstance(patch, Ellipse))
    assert (circle.width == pytest.approx(circle.height)) == ("sign" not in walker)


@pytest.mark.filterwarnings("error")
def test_steps_too_short_for_a_map_are_taken_apart():
    """A step of 3e-295 from −1.5 is none to float64, and no window is so small."""
    ls.figures.anatomy(ls.descend("1e-300*(x^2+y^2)", "adam", steps=8), 5).canvas.draw()


def test_level_and_undefined_ground_is_drawn():
    dead = ls.descend(ls.terrains.get("relu_pair"), "sgd:lr=0.1", [10.0, 0.3], steps=60)
    ls.figures.anatomy(dead, 50).canvas.draw()
    ls.figures.contour(ls.terrains.parse("log(x) + y^2"), plt.figure().subplots())
    with pytest.raises(ValueError, match="no ground with a finite loss"):
        ls.figures.contour(ls.terrains.parse("log(x - 100)"), plt.figure().subplots())


def test_race_of_many_starts():
    terrain = ls.terrains.get("himmelblau")
    walks = [ls.descend(terrain, one, [[0.0, 0.0], [4.0, 4.0]], steps=20) for one in ("sgd", "adam")]
    figure = ls.figures.race(terrain, walks)
    assert len(figure.axes[0].get_legend().get_texts()) == 2  # a name an optimizer
    ls.figures.race(terrain, [])


def test_a_step_of_nothing_has_no_sign():
    walk = ls.descend("x^2+y^2", "momentum:lr=0.1", start=(-0.0, 1.0), steps=3)
    with ls.figures.style():
        shown = [text.get_text() for ax in ls.figures.anatomy(walk, 1).axes for text in ax.texts]
    assert "0" in shown
    assert "−0" not in shown


def test_anatomy_refuses_what_is_not_there():
    ravine = ls.terrains.get("ravine")
    for walk, step in (
        (ls.descend(ravine, "adam", steps=8, record=4), 4),
        (ls.descend(ravine, "adam", steps=8), 8),
        (ls.descend(ravine, "scipy:bfgs", steps=8), 1),
        (ls.descend(ravine, "adam", [[1.0, 1.0]], steps=8), 1),
        (ls.descend(ravine, "sgd:lr=1e200", steps=8), 2),
    ):
        with pytest.raises(ValueError, match=r"not allowed|only the steps"):
            ls.figures.anatomy(walk, step)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("terrain", ["himmelblau", "rastrigin", "relu_pair", "saddle"])
def test_basins_are_drawn(theme, terrain):
    ground = ls.terrains.get(terrain)
    found = [ls.basins(ground, one, steps=60, resolution=24) for one in ("sgd:lr=0.01", "adam:lr=0.1", "sgd:lr=9")]
    with ls.figures.style(theme):
        figure = ls.figures.basins(found)
        figure.canvas.draw()
        check_text(figure, numbers=False)
    assert len(figure.axes) == 3


def test_sweep_leaves_gaps_for_failures():
    one = ls.Sweep(ls.optimizers.SGD(), np.array([0.1, 1.0, 10.0]), np.array([5.0, 2.0, np.inf]), "steps")
    (line,) = ls.figures.sweep([one], plt.figure().subplots())
    np.testing.assert_array_equal(line.get_ydata(), [5, 2, np.nan])
