"""Maps of ground that is level, nearly level, far from 0, or not finite everywhere."""

from __future__ import annotations

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from boxes import check_inside

import landscape as ls
from landscape.figures.contours import heights, level_label

GROUND = {
    "level": lambda x, y: 2.3 + 0 * x,
    "level but for a few ulps": lambda x, y: 2.3 * (1 + 2.3e-16 * np.rint(3 * np.sin(9 * x + y))),
    "level but for rounding": lambda x, y: 2.3 * (1 + 3e-15 * np.sin(9 * x + y)),
    "0": lambda x, y: 0 * x,
    "below 0": lambda x, y: -1 - x * x - y * y,
    "far above": lambda x, y: 1e6 + x * x + y * y,
    "farther above": lambda x, y: 1e12 + x * x + y * y,
    "above all digits": lambda x, y: 1e17 + x * x + y * y,
    "tiny": lambda x, y: 1e-300 * (1 + x * x + y * y),
    "one hole": lambda x, y: np.where(np.hypot(x - 0.25, y - 0.25) < 0.1, np.nan, np.exp(3 * x + y)),
    "one overflow": lambda x, y: np.where(np.hypot(x - 0.25, y - 0.25) < 0.1, np.inf, np.exp(3 * x + y)),
    "half of it": lambda x, y: np.where(x > 0, np.nan, 1 + x * x + y * y),
}


def _terrain(loss):
    return ls.terrains.from_function(lambda xy: loss(xy[..., 0], xy[..., 1]), ((-1, 1), (-1, 1)))


def _surface(loss):
    return ls.surface_of(lambda p: float(loss(p[0], p[1])), ls.Plane(np.zeros(3), np.eye(2, 3)), resolution=9)


@pytest.mark.parametrize("make", [_terrain, _surface])
@pytest.mark.parametrize("ground", GROUND)
def test_every_ground_is_drawn(ground, make):
    """No figure stops at it, and matplotlib, which would guess, has nothing to warn of."""
    terrain = make(GROUND[ground])
    walks = [ls.descend(terrain, text, (-0.6, 0.4), steps=5) for text in ("sgd:lr=0.01", "adam:lr=0.1")]
    found = ls.basins(terrain, "sgd:lr=0.01", resolution=9, steps=3)
    sweep = ls.sweep(terrain, [ls.optimizers.SGD()], 1e-3, lrs=[0.01, 0.1], steps=3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ls.figures.race(terrain, walks).canvas.draw()
        ls.figures.surface3d(terrain, walks, plt.figure().add_subplot(projection="3d"), resolution=21)
        ls.figures.basins(found)
        ls.figures.sweep(sweep, plt.figure().gca())


@pytest.mark.parametrize("ground", ["level", "level but for a few ulps", "level but for rounding", "above all digits"])
def test_rounding_is_not_drawn_as_hills(ground):
    for make in (_terrain, _surface):
        terrain = make(GROUND[ground])
        _, low, high = heights(terrain, terrain.grid(21, 21)[2])
        assert low == high
        ax = plt.figure().subplots()
        ls.figures.contour(terrain, ax)
        (note,) = ax.texts  # and no number that stands on a line
        assert note.get_text().startswith("level")


@pytest.mark.parametrize("formula", ["1e16+x^2+y^2", "0*x-1e16"])
def test_level_ground_has_no_hole(formula):
    """matplotlib leaves out what lies at the lowest edge, and at 1e16 an edge that is 1 lower is the same number."""
    ax = plt.figure().subplots()
    (filled,) = ls.figures.contour(formula, ax).get_paths()
    assert filled.contains_point((0, 0))
    assert "10¹⁶" in ax.texts[0].get_text()


@pytest.mark.parametrize("formula", ["1e308*x", "1e308*y"])
@pytest.mark.parametrize("figure", ["contour", "surface3d"])
def test_a_line_of_known_losses_is_no_ground(formula, figure):
    """Only where x is 0 is a loss below 1e300, so that not a single facet could be drawn."""
    with pytest.raises(ValueError, match="no ground with a finite loss"):
        getattr(ls.figures, figure)(formula)


def test_small_losses_have_levels_and_reliefs():
    """matplotlib takes numbers below 2e-287 for 0, on even axes and where it looks for round ones."""
    filled = ls.figures.contour("1e-300*(x^2+y^2)", ax := plt.figure().subplots())
    assert len(filled.levels) > 5
    assert any("⁻³⁰⁰" in text.get_text() for text in ax.texts)
    relief = plt.figure().add_subplot(projection="3d")
    ls.figures.surface3d("1e-300*(x^2+y^2)", ax=relief)
    # From 0 to 18e-300.
    assert np.ptp(relief.get_zlim()) == pytest.approx(1.8)
    texts = relief.zaxis.get_major_formatter().format_ticks(relief.get_zticks())
    assert {"5×10⁻³⁰⁰", "10⁻²⁹⁹", "1.5×10⁻²⁹⁹"} <= set(texts)


def test_losses_far_from_0_are_told_apart():
    """Levels 0.14 apart above a million need nine digits; those of a usual map need two."""
    for offset in (0, 1e6, -1e6, 1e9):
        figure = plt.figure()
        drawn = ls.figures.contour(_terrain(lambda x, y, offset=offset: offset + x * x + y * y), figure.subplots())
        said = {text.get_text() for text in figure.axes[0].texts}
        assert len(said) >= 3
        numbers = np.sort([float(text.replace("−", "-").replace(",", "")) for text in said])
        # Levels are round, and each number is its level.
        assert np.abs(numbers[:, None] - drawn.levels).min(axis=1) == pytest.approx(0, abs=1e-6)
    terrain = _terrain(lambda x, y: np.exp(4 * x))
    assert level_label(terrain, 120.7, apart=50.0) == "121"
    assert level_label(terrain, 1000000.57, apart=0.14) == "1,000,000.57"


def _caption(figure, between=" "):
    """What stands under the map, in one line."""
    return figure.axes[0].get_xlabel().replace("\n", between).replace("\N{NO-BREAK SPACE}", " ")


def test_a_map_says_what_it_does_not_know():
    """Under the map: how near its spline is, and why it is blank where it is."""
    surface = _surface(GROUND["one overflow"])
    within = ls.descend(surface, "sgd:lr=0.001", (-0.6, 0.4), steps=5)
    said = _caption(ls.figures.race(surface, within))
    assert "Between grid points: loss within 0.001 %, slopes within" in said  # the logarithm of exp is its own spline
    assert "At 1 of 81 grid points the loss is not finite; maps are blank there." in said
    assert "Beyond" not in said
    left = ls.descend(surface, "sgd:lr=0.001", (-1.2, 0.4), steps=5)
    for lang, between, words in (("en", " ", "Beyond the grid nothing was computed"), ("zh", "", "网格之外没有计算")):
        with ls.figures.style("light", lang=lang):
            assert words in _caption(ls.figures.race(surface, left), between)
    filled = ls.figures.contour(surface, plt.figure().subplots())
    assert not filled.get_paths()[0].contains_point((0.3, 0.3))
    assert not any(path.contains_point((0.3, 0.3)) for path in filled.get_paths())
    assert any(path.contains_point((0.3, -0.3)) for path in filled.get_paths())


def test_a_projected_path_beyond_the_grid_has_its_own_loss(runs, mnist):
    """Of a run every loss is the network's, so nothing is to be said of the surface beyond its grid."""
    x, y = mnist.x_train[:50], mnist.y_train[:50]
    surface = ls.surface(runs[0].network, ls.planes.pca(runs), x, y, extent=((-0.5, 0.5), (-0.5, 0.5)), resolution=9)
    walks = [ls.project(run, surface, x, y) for run in runs]
    assert (np.abs(walks[0].x) > 0.5).any()
    assert "Beyond" not in _caption(ls.figures.projection(surface, walks))


def _marked(ax):
    return [tuple(float(at) for at in line.get_xydata()[0]) for line in ax.lines if line.get_label() == "_network"]


@pytest.mark.parametrize(("lang", "words"), [("en", "the network"), ("zh", "网络")])
def test_a_plane_around_networks_marks_them(lang, words, runs, mnist):
    """A random plane, one of the Hessian and one of the gradient are laid around one, the plane through points through
    three; one that was fitted to a movement has none, and a walk that ends at one shows it itself."""
    one, x, y = runs[0].network, mnist.x_train[:50], mnist.y_train[:50]
    ends = [runs[0].snapshots[0], runs[0].params, runs[1].params]
    around = [
        ls.planes.random(one, ends[1]),
        ls.planes.hessian(one, ends[1], x, y),
        ls.planes.gradient(one, ends[1], x, y),
    ]
    with ls.figures.style("light", lang=lang):
        for plane in [*around, ls.planes.frame(around[0], runs)]:
            ax = plt.figure().subplots()
            ls.figures.contour(ls.surface(one, plane, x, y, resolution=7), ax)
            assert _marked(ax) == [(0.0, 0.0)]
            assert words in [text.get_text() for text in ax.texts]
        surface = ls.surface(one, ls.planes.through(*ends), x, y, resolution=7)
        ax = plt.figure().subplots()
        ls.figures.contour(surface, ax)
        assert _marked(ax) == [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]
        figure = ls.figures.projection(surface, ls.project(runs[0], surface, x, y))
        assert _marked(figure.axes[0]) == [(0.0, 1.0)]  # the end of the other run
        ax = plt.figure().subplots()
        ls.figures.contour(ls.surface(one, ls.planes.pca(runs), x, y, resolution=7), ax)
        assert not _marked(ax)
        assert words not in [text.get_text() for text in ax.texts]
        relief = ls.figures.surface3d(surface, resolution=21)
        crosses = [line for line in relief.axes.lines if line.get_marker() == "+"]
        assert len(crosses) == 3


@pytest.mark.parametrize(("size", "lang"), [("slide", "en"), ("half-slide", "zh"), ("page", "zh"), ("column", "en")])
def test_what_a_relief_cannot_show_is_clear_of_it(size, lang, runs, mnist):
    """The words stand on no number of the axes, and within the figure."""
    x, y = mnist.x_train[:50], mnist.y_train[:50]
    with ls.figures.style("light", size, lang):
        for plane in (ls.planes.pca(runs), ls.planes.random(runs[0].network, runs[0].params)):
            ax = ls.figures.surface3d(ls.surface(runs[0].network, plane, x, y, resolution=9), resolution=21).axes
            ax.figure.canvas.draw()
            (words,) = [text.get_window_extent() for text in ax.texts if text.get_text()]
            check_inside([words], ax.figure)
            numbers = [text for axis in (ax.xaxis, ax.yaxis, ax.zaxis) for text in axis.get_ticklabels()]
            assert not any(text.get_text() and words.overlaps(text.get_window_extent()) for text in numbers)
            plt.close("all")
