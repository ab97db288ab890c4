"""Figures of planes, lines and curvature: that they draw what they were given, and that words stay inside and apart."""

from __future__ import annotations

import re
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from boxes import check_inside, check_text
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Text

import landscape as ls
from landscape.curvature import Sharpness
from landscape.figures.palettes import current
from landscape.figures.words import faithfulness
from landscape.slides.facts import distinct_names
from landscape.slides.vocabulary import Words

THEMES = ["light", "dark"]
NAMES = ["sgd:lr=0.1", "adam:lr=0.003", "momentum:lr=0.01", "nesterov:lr=0.01", "adamw:lr=0.003", "lion:lr=0.0003"]


@pytest.fixture(scope="module")
def few(mnist):
    """Six runs of a small network from one start, snapshots close together early on; their surface and walks."""
    part, network = mnist.subset(640), ls.MLP((784, 16, 10))
    runs = [ls.train(network, part, name, epochs=5, snapshots=20, spacing="log") for name in NAMES]
    x, y = part.x_train[:200], part.y_train[:200]
    surface = ls.surface(network, ls.planes.pca(runs), x, y, resolution=11, data="200 images", gradient=True)
    return runs, surface, [ls.project(run, surface, x, y) for run in runs]


@pytest.fixture(scope="module")
def lines(few, mnist):
    runs, x, y = few[0], mnist.x_train[:200], mnist.y_train[:200]
    ends = [run.network.params if k == 0 else run.params for k, run in enumerate(runs)]
    return [ls.line(runs[0].network, ends[1], end, x, y, data="200 images") for end in (ends[0], *ends[2:])]


# The layout is the same in both themes.
@pytest.mark.parametrize(("theme", "size"), [("light", "slide"), ("dark", "half-slide"), ("print", "page")])
@pytest.mark.parametrize("count", [1, 2, 4, 6])
def test_projection_text_is_inside_and_apart(theme, size, count, few):
    _, surface, walks = few
    with ls.figures.style(theme, size):
        before = dict(plt.rcParams)
        figure = ls.figures.projection(surface, walks[:count])
        assert dict(plt.rcParams) == before
        figure.canvas.draw()
        check_text(figure)
    assert tuple(figure.get_size_inches()) == ls.figures.SIZES[size][:2]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("size", "lang"), [("slide", "en"), ("page", "en"), ("half-slide", "zh"), ("column", "en")])
def test_many_long_names_are_told_once_and_inside(size, lang, few):
    _, surface, walks = few
    names = [f"Momentum, lr 0.1, float32, He, constant, batch 32, 1 epoch, seed {k}" for k in range(len(walks))]
    with ls.figures.style("light", size, lang):
        figure = ls.figures.projection(surface, walks, names)
        figure.canvas.draw()
        check_text(figure)
        on_map = [text.get_text() for text in figure.axes[0].texts]
        assert not any("Momentum" in words for words in on_map)
        (legend,) = figure.legends
        shown = [" ".join(text.get_text().split()) for text in legend.get_texts()]
        assert all(words.startswith(name) for words, name in zip(shown, names, strict=True))
        check_inside([box := legend.get_window_extent()], figure)
        assert not any(box.overlaps(ax.get_tightbbox()) for ax in figure.axes)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", ["slide", "half-slide", "column"])
def test_many_lines_between_networks_have_readable_names(size, lines):
    drawn = [lines[k % len(lines)] for k in range(9)]
    names = [f"SGD, lr 0.1, He, batch 32 →\nAdam, lr 0.003, Glorot, batch {k}" for k in range(len(drawn))]
    with ls.figures.style("light", size):
        ls.figures.interpolation(drawn, names)
        figure = plt.gcf()
        figure.canvas.draw()
    told = [text for legend in figure.legends for text in legend.get_texts()]
    assert [text.get_text() for text in told[:1]] == ["SGD, lr 0.1, He, batch 32 →"]
    assert all(text.get_text().startswith(name.split("\n")[1]) for text, name in zip(told[1:], names, strict=True))
    assert not figure.axes[0].artists
    box = figure.legends[0].get_window_extent()
    assert not any(box.overlaps(ax.get_tightbbox()) for ax in figure.axes)


def test_projection_of_linear_snapshots(runs, surface, mnist):
    """The fixtures that all tests share: no name of the data, steps evenly spread."""
    walks = [ls.project(run, surface, mnist.x_train[:700], mnist.y_train[:700]) for run in runs]
    with ls.figures.style("light"):
        figure = ls.figures.projection(surface, walks, names=["the one", "the other"])
        figure.canvas.draw()
        check_text(figure)
    assert {"the one", "the other", "start"} <= _words(figure)
    assert {ax.get_xscale() for ax in figure.axes} == {"linear"}


def test_projection_draws_what_it_was_given(few):
    _, surface, walks = few
    figure = ls.figures.projection(surface, walks[:3])
    drawn = [line for ax in figure.axes for line in ax.lines]
    for walk in walks[:3]:
        for curve in (walk.loss, walk.in_plane, walk.residual):
            (line,) = [line for line in drawn if np.array_equal(line.get_xydata(), np.c_[walk.steps, curve])]
            assert line.get_color() == current().colour(walk.optimizer)
        (path,) = [line for line in drawn if np.array_equal(line.get_xydata(), walk.x)]
        assert path.get_color() == current().colour(walk.optimizer)
        assert ls.figures.names.name_of(walk.optimizer) in _words(figure)
    dashed = [line for line in drawn if np.array_equal(line.get_ydata(), walks[0].in_plane)]
    assert _dashed(dashed[0])
    scales = {(ax.get_xscale(), ax.get_yscale()) for ax in figure.axes}
    assert scales == {("linear", "linear"), ("symlog", "log"), ("symlog", "linear")}
    on_map = next(ax for ax in figure.axes if ax.get_xscale() == "linear")
    assert (on_map.get_xlim(), on_map.get_ylim()) == surface.domain
    assert on_map.get_aspect() == 1  # the plane's basis is orthonormal


def test_projection_of_a_skew_plane_promises_no_angles(few, mnist):
    runs, x, y = few[0], mnist.x_train[:50], mnist.y_train[:50]
    plane = ls.planes.frame(ls.planes.through(runs[0].snapshots[0], runs[0].params, runs[1].params), runs[:2])
    surface = ls.surface(runs[0].network, plane, x, y, resolution=5)
    figure = ls.figures.projection(surface, [ls.project(run, surface, x, y) for run in runs[:2]])
    assert figure.axes[0].get_aspect() == "auto"
    assert "0" in _words(figure)  # both runs end on the plane: what is left of the distance is rounding


def test_rounding_is_drawn_as_no_distance(few, mnist):
    """All of a run's three snapshots lie on the plane that was fitted to them."""
    run, x, y = few[0][0], mnist.x_train[:50], mnist.y_train[:50]
    rows = [0, len(run.snapshots) // 2, -1]
    run = replace(run, snapshots=run.snapshots[rows], steps=run.steps[rows])
    surface = ls.surface(run.network, ls.planes.pca([run]), x, y, resolution=5)
    figure = ls.figures.projection(surface, ls.project(run, surface, x, y))
    off = figure.axes[2]
    assert all((line.get_ydata() == 0).all() for line in off.lines)
    assert off.get_ylim() == (0, 1)
    assert not any("10⁻" in words for words in _words(figure))


def test_a_path_under_another_one_can_be_seen(few):
    _, surface, walks = few
    under, over = walks[0], replace(walks[1], x=walks[0].x + 1e-6)
    on_map = ls.figures.projection(surface, [under, over]).axes
    lines = [line for ax in on_map for line in ax.lines if line.get_xydata().shape == under.x.shape]
    (lower,) = [line for line in lines if np.array_equal(line.get_xydata(), under.x)]
    (upper,) = [line for line in lines if np.array_equal(line.get_xydata(), over.x)]
    assert _dashed(upper)
    assert not _dashed(lower)


def test_projection_refuses_what_was_not_projected(few):
    _, surface, walks = few
    with pytest.raises(ValueError, match="not projected"):
        ls.figures.projection(surface, ls.descend(surface, "adam", steps=3))
    with pytest.raises(ValueError, match="no runs"):
        ls.figures.projection(surface, [])
    with pytest.raises(ValueError, match="1 names for 2 runs"):
        ls.figures.projection(surface, walks[:2], names=["one"])


@pytest.mark.parametrize("axis", [0, 1])
def test_the_sign_of_an_eigenvector_changes_nothing_visible(axis, few, mnist, monkeypatch):
    runs, x, y = few[0][:2], mnist.x_train[:50], mnist.y_train[:50]

    def look():
        plane = ls.planes.pca(runs)
        surface = ls.surface(runs[0].network, plane, x, y, resolution=7)
        figure = ls.figures.projection(surface, [ls.project(run, surface, x, y) for run in runs])
        figure.canvas.draw()
        return plane, figure

    plane, figure = look()
    eigh = np.linalg.eigh

    def flipped(matrix):
        values, vectors = eigh(matrix)
        vectors[:, -1 - axis] *= -1
        return values, vectors

    monkeypatch.setattr(np.linalg, "eigh", flipped)
    again, other = look()
    np.testing.assert_array_equal(again.basis, plane.basis)
    assert _looks(other) == _looks(figure)
    for one, two in zip(figure.axes, other.axes, strict=True):
        for line, twin in zip(one.lines, two.lines, strict=True):
            np.testing.assert_array_equal(line.get_xydata(), twin.get_xydata())


def test_every_map_of_a_plane_says_how_much_it_holds(few, mnist):
    runs, surface, walks = few
    ground = ls.PlaneTerrain(runs[0].network, surface.plane, mnist.x_train[:50], mnist.y_train[:50])
    walk = ls.descend(ground, "adam:lr=0.5", steps=20)
    for draw in (
        lambda: ls.figures.projection(surface, walks[:2]),
        lambda: ls.figures.race(surface, walks[:2]),
        lambda: ls.figures.race(surface, walk),
        lambda: ls.figures.race(ground, [walk, ls.descend(ground, "sgd:lr=1", steps=20)]),
        lambda: ls.figures.anatomy(walk, 5),
        lambda: ls.figures.contour(surface, plt.figure().subplots()),
        lambda: ls.figures.contour(ground, plt.figure().subplots()),
        lambda: ls.figures.quiver(surface, plt.figure().subplots()),
    ):
        with ls.figures.style("light"):
            draw()
            plt.gcf().canvas.draw()
            said = [ax.get_xlabel().replace("\n", " ") for ax in plt.gcf().axes]
            whole = f"{faithfulness(surface.plane)} Between grid points: loss within "
            # What is computed for a step, or for arrows, is no spline.
            assert any(words.startswith(whole) for words in said) or said == [faithfulness(surface.plane)]
            check_text(plt.gcf())


def test_walks_on_a_plane_are_drawn_over_its_surface(few, mnist):
    runs, surface, _ = few
    ground = ls.PlaneTerrain(runs[0].network, surface.plane, mnist.x_train[:50], mnist.y_train[:50])
    walk = ls.descend(ground, "adam:lr=0.5", steps=20)
    on_map, on_curves = ls.figures.race(surface, walk).axes
    np.testing.assert_array_equal(next(line for line in on_map.lines if len(line.get_xydata())).get_xydata(), walk.x)
    np.testing.assert_array_equal(on_curves.lines[0].get_ydata(), walk.loss)
    assert on_curves.get_title(loc="left") + on_curves.get_title() == "loss in the plane"


def test_contour_of_a_plane_does_not_evaluate_point_after_point(few, mnist, monkeypatch):
    runs, surface, _ = few
    ground = ls.PlaneTerrain(runs[0].network, surface.plane, mnist.x_train[:50], mnist.y_train[:50])
    monkeypatch.setattr(ls.PlaneTerrain, "value", None)
    ls.figures.contour(ground, plt.figure().subplots())


def test_contour_leaves_blank_what_is_not_known(few):
    surface = few[1]
    (x0, x1), (y0, y1) = surface.domain
    ax = plt.figure().subplots()
    ls.figures.contour(surface, ax, domain=((x0, 2 * x1 - x0), (y0, y1)))
    seen = np.concatenate([path.vertices for path in ax.collections[0].get_paths()])
    assert seen[:, 0].max() <= x1
    assert ax.get_xlim() == (x0, 2 * x1 - x0)


def test_arrows_point_downhill():
    terrain = ls.terrains.get("rosenbrock")
    arrows = ls.figures.quiver(terrain, plt.figure().subplots(), arrows=9)
    gradient = terrain.gradient(arrows.get_offsets())
    along = np.stack([arrows.U, arrows.V], axis=-1)
    lengths = np.hypot(*along.T)
    downhill = -gradient / np.hypot(*gradient.T)[:, None]
    np.testing.assert_allclose(along / lengths[:, None], downhill, atol=1e-12)
    assert lengths.min() >= 0.2 * 0.85 - 1e-12
    assert lengths.max() <= 0.85 + 1e-12
    steepness = np.hypot(*gradient.T)
    assert (np.diff(lengths[np.argsort(steepness)]) >= -1e-12).all()


def test_arrows_of_a_surface_are_its_slopes(few):
    surface = few[1]
    ax = plt.figure().subplots()
    ls.figures.contour(surface, ax)
    arrows = ls.figures.quiver(surface, ax, color="red")
    places, along = np.asarray(arrows.get_offsets()), np.stack([arrows.U, arrows.V], axis=-1)
    i, j = (np.searchsorted(grid, at - 1e-9) for grid, at in zip((surface.xs, surface.ys), places.T, strict=True))
    np.testing.assert_array_equal(np.stack([surface.xs[i], surface.ys[j]], axis=-1), places)
    slopes = surface.slopes[j, i]
    np.testing.assert_allclose(along[:, 0] * slopes[:, 1], along[:, 1] * slopes[:, 0], atol=1e-9)
    assert ((along * slopes).sum(axis=-1) < 0).all()
    assert (ax.get_xlim(), ax.get_ylim()) == surface.domain
    ls.figures.quiver(replace(surface, slopes=None), plt.figure().subplots()).figure.canvas.draw()


def test_arrows_of_level_and_undefined_ground():
    dead = ls.figures.quiver(ls.terrains.get("relu_pair"), plt.figure().subplots())
    assert not np.hypot(dead.U, dead.V)[dead.get_offsets()[:, 0] < 0].any()
    undefined = ls.figures.quiver(ls.terrains.parse("sqrt(x)"), plt.figure().subplots())
    undefined.figure.canvas.draw()
    assert (undefined.Umask == (undefined.get_offsets()[:, 0] < 0)).all()


@pytest.mark.parametrize("theme", THEMES)
def test_interpolation(theme, lines):
    names = [f"runs/sgd-lr0.1 to runs/another-one-{k}" for k in range(len(lines))]
    rises = np.sin(np.pi * lines[0].alphas) ** 2
    between = rises[(lines[0].alphas > 0) & (lines[0].alphas < 1)]
    # Half of the images see it twice as high, and the others not at all.
    seen = between * 2 * (np.arange(200) % 2)[:, None]
    hump = replace(lines[0], loss=1 + rises, ends=np.ones(2), rises=seen)
    with ls.figures.style(theme):
        for few, called in ((lines[:3], names[:3]), (lines, names), (lines[:1], None), ([hump], ["one to another"])):
            plt.figure()
            drawn = ls.figures.interpolation(few, called)
            plt.gcf().canvas.draw()
            check_text(plt.gcf())
            for line, one in zip(drawn, few, strict=True):
                np.testing.assert_array_equal(line.get_xydata(), np.c_[one.alphas, one.loss])
                rings = [ring for ring in plt.gcf().axes[0].lines if ring.get_marker() == "o"]
                assert any(np.array_equal(ring.get_xydata(), np.c_[[0, 1], one.ends]) for ring in rings)
            assert len({(line.get_color(), line.get_linestyle()) for line in drawn}) == len(few)
        # Two standard errors of a mean of 1 over 200 values of 0 and 2 are .14.
        assert "barrier 1 (95 %: 0.86 to 1.1)" in _words(plt.gcf())
        below = plt.gcf().axes[1]
        np.testing.assert_array_equal(below.lines[0].get_ydata(), 100 * hump.accuracy)


@pytest.mark.parametrize(
    ("rises", "words"),
    [
        # Up for one half of the images and down for the other: as many other images may have no barrier at all.
        (0.01 * (1 - 2 * (np.arange(200) % 2))[:, None] + 1e-5, "no clear barrier"),
        (np.full((19, 1), 0.01), "barrier 0.01, not tested"),
        (np.full((200, 1), -0.01), "no barrier"),
    ],
)
def test_a_barrier_that_chance_could_make_is_not_called_one(rises, words):
    loss = np.array([1.0, 1.0 + max(0.0, round(float(rises.mean()), 9)), 1.0])
    line = ls.Line(np.array([0.0, 0.5, 1.0]), loss, np.ones(3), np.ones(2), rises=rises)
    ls.figures.interpolation(line)
    assert words in _words(plt.gcf())
    assert not any("95 %" in word for word in _words(plt.gcf()))


@pytest.mark.parametrize(
    ("of_run", "title", "axis"),
    [
        ([True], "loss from a run's start to its end, over 200 images", "α, from the start at 0 to the end at 1"),
        ([False], "loss between two networks, over 200 images", "α, from one network at 0 to the other at 1"),
        ([True] * 2, "loss from runs' starts to their ends, over 200 images", "α, from the start at 0 to the end at 1"),
        (
            [True, False],
            "loss between pairs of networks, over 200 images",
            "α, from one network at 0 to the other at 1",
        ),
    ],
)
def test_a_line_says_what_is_at_its_ends(of_run, title, axis, lines):
    ls.figures.interpolation([replace(lines[k], of_run=one) for k, one in enumerate(of_run)])
    above, below = plt.gcf().axes
    assert above.get_title().replace("\n", " ") == title
    assert below.get_xlabel().split("\n")[0] == axis


def test_the_barrier_says_what_it_is_above(lines):
    """The chord, and not the mean of its ends; where nothing was looked at between them, nothing is said."""
    alphas = np.array([0.0, 0.5, 1.0])
    hump = ls.Line(alphas, np.array([1.0, 2.5, 3.0]), np.ones(3), np.array([1.0, 3.0]))
    assert hump.barrier == 0.5  # over (1 + 3) / 2 at the same place; 1 over the mean at the highest loss
    slope = replace(hump, alphas=np.array([0.0, 0.9, 1.0]), loss=np.array([1.0, 2.8, 3.0]))
    assert slope.barrier == 0  # it rises to 3, which is 1 above the mean
    bare = replace(hump, alphas=np.array([-0.5, 0.0, 1.0]))
    assert np.isnan(bare.barrier)
    meant = "barrier: highest rise above the straight line between the losses at 0 and 1"
    for line, said in ((hump, True), (slope, False), (bare, False)):
        plt.figure()
        ls.figures.interpolation(line)
        assert (meant in plt.gcf().axes[1].get_xlabel().replace("\n", " ")) == said
    assert not any("barrier" in words for words in _words(plt.gcf()))


def test_interpolation_into_axes_is_the_loss_alone(lines):
    ax = plt.figure().subplots()
    (line,) = ls.figures.interpolation(lines[0], ax=ax, color="red")
    assert line.axes is ax
    assert line.get_color() == "red"
    assert plt.gcf().axes == [ax]
    ls.figures.interpolation(lines[0])
    assert plt.gcf() is not ax.figure
    with pytest.raises(ValueError, match="2 names"):
        ls.figures.interpolation(lines[0], ["a", "b"], ax)


def test_words_of_an_interpolation_keep_to_its_axes():
    """Beside a map, what a barrier is stands under the losses in so many lines as it needs."""
    hump = ls.Line(np.linspace(0, 1, 5), np.array([1.0, 2.0, 3.0, 2.0, 1.0]), np.ones(5), np.ones(2))
    with ls.figures.style("light", size="page"):
        figure, (left, right) = plt.subplots(1, 2)
        ls.figures.interpolation([hump, hump], ["a to b", "a to c"], right)
        figure.draw_without_rendering()
    words = right.xaxis.label.get_window_extent()
    assert left.get_window_extent().x1 < words.x0
    assert words.x1 < figure.bbox.x1
    first, second = (box.get_window_extent() for box in right.artists)
    assert not first.overlaps(second)


@pytest.mark.parametrize("theme", THEMES)
def test_spectrum(theme, few, mnist):
    run = few[0][0]
    x, y = mnist.x_train[:60], mnist.y_train[:60]
    grid, density = ls.curvature.density(run.network, run.params, x, y, probes=2, steps=24, points=301)
    values, _, _ = ls.curvature.top(run.network, run.params, x, y, k=6, tolerance=1e-2)
    with ls.figures.style(theme):
        ax = plt.figure().subplots()
        line = ls.figures.spectrum(grid, density, values, ax, lw=2)
        ax.set_title("Hessian's spectrum")
        ax.figure.canvas.draw()
        check_text(ax.figure)
    np.testing.assert_array_equal(line.get_xdata(), grid)
    np.testing.assert_array_equal(line.get_ydata()[density > 0], density[density > 0])
    bumps = density[1:-1][(density[1:-1] >= density[:-2]) & (density[1:-1] >= density[2:])]
    assert ax.get_ylim()[0] < bumps[bumps > 1e-8 * density.max()].min()
    (ticks,) = [lines for lines in ax.collections if len(lines.get_paths()) == 6]
    np.testing.assert_allclose([path.vertices[0, 0] for path in ticks.get_paths()], np.sort(values))
    assert {f"{value:.3g}" for value in values} <= _words(ax.figure)


def test_spectrum_refuses_what_is_none():
    with pytest.raises(ValueError, match="density"):
        ls.figures.spectrum([0, 1], [0.0, 0.0], ax=plt.figure().subplots())


@pytest.mark.parametrize("theme", THEMES)
def test_sharpness(theme):
    steps = np.arange(0, 200, 10)
    rising = np.stack([10 + 0.1 * steps, 5 + 0.1 * steps], axis=-1)
    sgd, heavy, adam = (ls.optimizers.parse(name) for name in ("sgd:lr=0.08", "momentum:lr=0.001", "adam:lr=0.01"))
    curves = [
        Sharpness(one, steps, scale * rising, 0 * rising, "50 images")
        for one, scale in ((sgd, 1.0), (heavy, 0.8), (adam, 0.6))
    ]
    with ls.figures.style(theme):
        ax = plt.figure().subplots()
        lines = ls.figures.sharpness(curves, ax)
        ax.figure.canvas.draw()
        check_text(ax.figure)
        for line, curve in zip(lines, curves, strict=True):
            np.testing.assert_array_equal(line.get_xydata(), np.c_[steps, curve.eigenvalues[:, 0]])
            assert line.get_color() == current().colour(curve.optimizer)
    levels = [line for line in ax.lines if len(set(line.get_ydata())) == 1]
    assert [(line.get_ydata()[0], _dashed(line)) for line in levels] == [(25.0, True)]
    assert ax.get_ylim()[1] < 60  # momentum's limit, 3,800, would squeeze all else
    words = " ".join(_words(ax.figure))
    assert "limit 2/lr = 25" in words
    assert "2 (1 + μ)/lr = 3,800" in words
    assert "50 images" in words


@pytest.mark.parametrize("walker", ["sgd:lr=0.08,clip=1", "sgd:lr=0.08,weight_decay=1", "nesterov:lr=0.08", "adam"])
def test_a_limit_is_drawn_only_where_one_is_known(walker):
    steps = np.arange(5)
    curve = Sharpness(ls.optimizers.parse(walker), steps, 20.0 + steps[:, None], np.zeros((5, 1)))
    ax = plt.figure().subplots()
    ls.figures.sharpness(curve, ax)
    assert len(ax.lines) == 1


def test_a_limit_changes_with_the_learning_rate(mnist):
    x, y = mnist.x_train[:100], mnist.y_train[:100]
    data = ls.datasets.Dataset("few", x, y, x, y)
    run = ls.train(ls.MLP((784, 8, 10)), data, "sgd:lr=0.1", epochs=40, batch_size=50, schedule="cosine", snapshots=6)
    curve = ls.curvature.along(run, x, y, count=3)
    np.testing.assert_allclose(curve.lrs, 0.1 * (1 + np.cos(np.pi * np.arange(80) / 80)) / 2)
    ax = plt.figure().subplots()
    ls.figures.sharpness(replace(curve, eigenvalues=np.full((3, 1), 30.0)), ax)
    (limit,) = (line for line in ax.lines if _dashed(line))
    steps, drawn = limit.get_data()
    there = np.isfinite(drawn)
    assert 1 < there.sum() < 80  # the rest is off the axis
    np.testing.assert_allclose(drawn[there], 2 / curve.lrs[steps[there]])
    assert "limit 2/lr" in " ".join(_words(ax.figure))
    assert "limits hold for steps on all images" in " ".join(_words(ax.figure))
    # Without a schedule there is one number.
    assert not len(ls.curvature.along(ls.train(ls.MLP((784, 8, 10)), data, "sgd:lr=0.1"), x, y, count=1).lrs)


def _dashed(line):
    return line._dash_pattern[1] is not None


def _words(figure):
    return {text.get_text() for text in figure.findobj(Text)}


def _looks(figure):
    """Words with their places, limits, and the lines' colours and dashes."""
    words = [(text.get_text(), text.get_window_extent().bounds) for text in figure.findobj(Text) if text.get_text()]
    lines = [(to_hex(line.get_color()), line._dash_pattern) for line in figure.findobj(Line2D)]
    return words, lines, [(ax.get_xlim(), ax.get_ylim()) for ax in figure.axes]


# What is true of runs that left -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("last", "said"), [(1301.0, "1,301"), (3.2e7, "3.2×10⁷"), (np.inf, "∞"), (np.nan, "–")])
def test_labels_are_the_values_wherever_the_curves_have_left(few, last, said):
    """Nothing that was clipped to be drawn is written: a loss of 1301 was labelled with the top of the axis, 48."""
    _, surface, walks = few
    loss = walks[0].loss.copy()
    loss[-1] = last
    figure = ls.figures.projection(surface, [replace(walks[0], loss=loss), walks[1]])
    assert said in _words(figure)
    marks = [one.get_marker() for ax in figure.axes for one in ax.get_children() if isinstance(one, Line2D)]
    assert any(isinstance(one, Path) or one == "X" for one in marks) == (not np.isfinite(last))


def test_runs_that_differ_in_their_seeds_alone_have_names_of_their_own(runs, surface, mnist):
    walk = ls.project(runs[0], surface, mnist.x_train[:700], mnist.y_train[:700])
    other = replace(walk, settings=walk.settings | {"seed": 7})
    assert [name[-6:] for name in ls.figures.names.walk_names([walk, other])] == ["seed 0", "seed 7"]
    network = walk.settings["network"] | {"init": "glorot"}
    other = replace(walk, settings=walk.settings | {"network": network})
    assert [name.split(", ")[-1] for name in ls.figures.names.walk_names([walk, other])] == ["He", "Glorot"]


def test_data_of_one_name_and_other_images_are_told_apart(mnist):
    def trained(first):
        part = (mnist.x_train[first : first + 64], mnist.y_train[first : first + 64])
        return ls.train(ls.MLP((784, 4, 10)), ls.datasets.Dataset("own", *part, *part), "sgd:lr=0.1")

    runs = [trained(0), trained(64)]
    one, other = ls.figures.names.distinct_names(runs)
    assert re.fullmatch(r"SGD, lr 0.1, own #[0-9a-f]{4}", one)
    assert one != other
    assert len(set(distinct_names(runs, Words("en")))) == 2
    assert ls.figures.names.distinct_names([trained(0), trained(0)]) == ["SGD, lr 0.1"] * 2


def test_a_projected_run_keeps_its_settings(runs, surface, mnist, tmp_path):
    walk = ls.project(runs[0], surface, mnist.x_train[:700], mnist.y_train[:700])
    assert walk.settings == runs[0].settings
    assert ls.Trajectory.load(walk.save(tmp_path / "walk"), surface).settings == runs[0].settings
