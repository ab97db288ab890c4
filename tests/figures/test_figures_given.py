"""What figures are given: names for terrains, wrong things, colours of one's own, axes of any layout, and runs and
walks that diverged."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import combinations, pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from boxes import check_inside
from matplotlib.colors import LogNorm, Normalize, to_hex
from matplotlib.lines import Line2D
from matplotlib.path import Path
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

import landscape as ls
from landscape import figures
from landscape.curvature import Sharpness


@pytest.fixture(scope="module")
def lost(mnist):
    """A run that diverged after the first steps, and one that did not."""
    part, network = mnist.subset(640), ls.MLP((784, 16, 10))
    return [ls.train(network, part, text, snapshots=5) for text in ("sgd:lr=30", "sgd:lr=0.1")]


@pytest.fixture(scope="module")
def projected(lost, mnist):
    x, y = mnist.x_train[:100], mnist.y_train[:100]
    surface = ls.surface(lost[1].network, ls.planes.pca(lost[1]), x, y, resolution=7)
    return surface, [ls.project(run, surface, x, y) for run in lost]


def _ends(ax):
    """The marks of what diverged: a cross within axes, an arrow where it leaves them."""
    lines = [line for line in ax.get_children() if isinstance(line, Line2D) and line.get_markevery() != []]
    return [line for line in lines if line.get_marker() == "X" or isinstance(line.get_marker(), Path)]


# Divergence ---------------------------------------------------------------------------------------------------------


def test_a_projected_run_knows_where_it_diverged(lost, projected, tmp_path):
    surface, (walk, other) = projected
    assert lost[0].diverged
    assert walk.diverged
    assert walk.diverged_at == walk.lost_at == lost[0].diverged_at
    assert np.isfinite(walk.x).all()
    again = ls.Trajectory.load(walk.save(tmp_path / "walk"), surface)
    assert again.lost_at == walk.lost_at
    assert not other.diverged
    assert other.diverged_at == -1
    assert ls.Trajectory.load(other.save(tmp_path / "other"), surface).lost_at is None


@pytest.mark.parametrize("size", ["slide", "half-slide"])
def test_a_run_that_diverged_is_marked_and_named_so(size, lost, projected):
    surface, walks = projected
    with figures.style("light", size):
        drawn = [figures.race(surface, walks), figures.projection(surface, walks), figures.learning_curves(lost)]
        for figure in drawn:
            figure.canvas.draw()
            words = [text.get_text().replace("\n", " ") for text in figure.findobj(plt.Text)]
            assert sum("lr 30, diverged" in word for word in words) >= 1
            assert not any("lr 0.1, diverged" in word for word in words)
            marks = [(ax, mark) for ax in figure.axes for mark in _ends(ax)]
            assert len({ax for ax, _ in marks}) == 2
            for ax, mark in marks:
                (at,) = mark.get_transform().transform(np.transpose(mark.get_data()))
                assert ax.bbox.padded(1e-6).contains(*at)


def test_a_walk_that_diverged_has_its_arrow_at_the_edge_where_its_curve_leaves():
    walks = [ls.descend("booth", text, steps=60) for text in ("sgd:lr=0.01", "sgd:lr=1e200")]
    ax = plt.figure(layout="constrained").subplots()
    lines = figures.loss(walks, ax)
    (arrow,) = _ends(ax)
    ((x, y),) = arrow.get_transform().transform(np.transpose(arrow.get_data()))
    half = arrow.get_markersize() / 2 * ax.figure.dpi / 72
    assert y == pytest.approx(ax.bbox.y1 - half)
    # The loss overflows in the first step, so the curve goes out at once.
    assert ax.transData.transform((0, 1))[0] <= x < ax.transData.transform((0.2, 1))[0]
    assert [line.get_label() for line in lines] == [
        "SGD, lr 0.01",
        f"SGD, lr 10²⁰⁰, diverged, step {walks[1].diverged_at}",
    ]


def test_a_run_that_diverged_long_after_its_last_snapshot(lost, projected):
    """There alone; its mark is within the axes."""
    surface, (walk, _) = projected
    walk = replace(walk, lost_at=50)
    for draw, axes in ((figures.loss, 1), (lambda one: figures.race(surface, one), 1), (figures.learning_curves, 0)):
        figure = plt.figure()
        drawn = draw(lost[0] if draw is figures.learning_curves else walk)
        figure = drawn if isinstance(drawn, plt.Figure) else figure
        figure.canvas.draw()
        ax = figure.axes[min(axes, len(figure.axes) - 1)]
        (mark,) = _ends(ax)
        low, high = ax.get_xlim()
        assert low <= mark.get_xdata()[0] <= high
    assert walk.settled_at(np.inf) == -1


def test_a_run_that_diverged_has_no_loss_that_it_settles_at(projected):
    assert projected[1][0].settled_at(1e9) == -1
    assert projected[1][1].settled_at(1e9) == 0


def test_a_walk_that_leaves_without_diverging_goes_out_through_the_top_and_has_an_arrow_on_the_map():
    walk = ls.descend("ravine", "sgd:lr=0.03", steps=200)
    assert not walk.diverged
    assert walk.loss[-1] > 1e100
    on_map, on_curves = figures.race("ravine", walk).axes
    (line,) = (one for one in on_curves.lines if len(one.get_xdata()) > 1)
    drawn = np.asarray(line.get_ydata())
    drawn = drawn[np.isfinite(drawn)]
    assert drawn[-1] > on_curves.get_ylim()[1] > drawn[-2]
    star, start, arrow = (one.get_marker() for one in on_map.lines if len(one.get_xdata()) == 1)
    assert (star, start, type(arrow)) == ("*", "o", Path)
    assert not [text for text in on_map.texts if "diverged" in text.get_text()]
    relief = figures.surface3d("ravine", walk, resolution=15).axes
    assert [line.get_marker() for line in relief.lines if len(line.get_data_3d()[0]) == 1] == ["o"]


def test_a_path_that_diverged_ends_in_an_arrow_where_it_leaves_the_view():
    walk = ls.descend("beale", "sgd:lr=10")
    ax = plt.figure().subplots()
    figures.contour("beale", ax)
    (line,) = figures.paths(walk, ax)
    ((x,), (y,)) = next(one.get_data() for one in ax.lines if isinstance(one.get_marker(), Path))
    assert line.get_xydata()[-1] == pytest.approx((x, y))
    assert f"diverged, step {walk.diverged_at}" in [text.get_text() for text in ax.texts]
    assert y == pytest.approx(ax.get_ylim()[0])
    (x0, y0), (x1, y1) = walk.x[:2]
    assert (x - x0) * (y1 - y0) == pytest.approx((y - y0) * (x1 - x0))
    np.testing.assert_array_equal(line.get_xydata()[0], walk.x[0])


def test_paths_in_axes_that_follow_their_data_are_all_seen():
    walks = [ls.descend("booth", text, steps=300) for text in ("adam:lr=0.1", "sgd:lr=1")]
    ax = plt.figure().subplots()
    figures.paths(walks, ax, linewidth=1)
    assert np.ptp(ax.get_xlim()) < 1e4
    ends = [one.get_marker() for one in ax.lines if len(one.get_xdata()) == 1]
    assert ends[:3] == ["o", "^", "o"]
    assert isinstance(ends[3], Path)


def test_how_many_of_many_walks_diverged_is_said():
    walk = ls.descend("booth", "sgd:lr=0.2", [[0.0, 0.0], [1.0, 3.0]], steps=3000)
    assert walk.diverged.tolist() == [True, False]
    figures.loss(walk, ax := plt.figure(layout="constrained").subplots())
    assert ax.lines[0].get_label() == "SGD, lr 0.2, 1 of 2 diverged"
    assert len(_ends(ax)) == 1


# Arguments ----------------------------------------------------------------------------------------------------------


def test_a_terrain_may_be_given_by_its_notation():
    ax = plt.figure().subplots()
    figures.contour("ravine:kappa=10", ax)
    figures.quiver("ravine:kappa=10", ax)
    assert ax.get_xlim() == ls.terrains.get("ravine").domain[0]
    figures.race("booth", ls.descend("booth", "sgd:lr=0.01", steps=5))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: figures.contour(3.0), "a terrain or its notation is needed, not float"),
        (lambda: figures.contour("himmelblua"), "did you mean 'himmelblau'"),
        (lambda: figures.paths("booth"), "Trajectory or Projected, one or several of it, is needed, not str"),
        (lambda: figures.paths([1.0]), "Trajectory or Projected, one or several of it, is needed, not float"),
        (lambda: figures.loss(None), "Trajectory or Projected, one or several of it, is needed, not NoneType"),
        (lambda: figures.learning_curves("runs/adam"), "Run, one or several of it, is needed, not str"),
        (lambda: figures.interpolation(2), "Line, one or several of it, is needed, not int"),
    ],
)
def test_what_is_no_terrain_and_no_walk_is_told(call, said):
    with pytest.raises((TypeError, ValueError), match=said):
        call()


def test_contours_and_paths_take_colours():
    ax = plt.figure().subplots()
    figures.contour("booth", ax, levels=3, colors=["#000000", "#ffffff", "#808080"])
    walk = ls.descend("booth", "sgd:lr=0.01", steps=80)
    (line,) = figures.paths(walk, ax, color="#123456", lw=1.5)
    ax.legend()
    inks = {to_hex(one.get_color()) for one in ax.lines} | {
        to_hex(one.get_markeredgecolor()) for one in ax.lines[-2:-1]
    }
    assert line.get_color() == "#123456"
    assert "#123456" in inks
    assert to_hex(ax.get_legend().legend_handles[0].get_color()) == "#123456"
    assert ax.lines[-1].get_markerfacecolor() == "#123456"


def test_a_path_with_a_name_stands_in_the_legend_once():
    ax = plt.figure().subplots()
    figures.paths(ls.descend("booth", "sgd:lr=0.01", steps=8), ax, label="mine")
    assert ax.get_legend_handles_labels()[1] == ["mine"]


@pytest.mark.parametrize("kwargs", [{"rcount": 10}, {"shade": False}, {"facecolors": np.full((15, 15, 3), 0.5)}])
def test_a_relief_takes_what_plot_surface_does(kwargs):
    figures.surface3d("booth", resolution=15, **kwargs)


@pytest.mark.parametrize("azim", [-60, 60, 120, 240])
def test_a_relief_is_closed_at_the_sides_that_are_seen(azim):
    drawn = figures.surface3d("himmelblau", resolution=15)
    drawn.axes.view_init(elev=38, azim=azim)
    drawn.axes.figure.canvas.draw()
    walls = [one for one in drawn.axes.collections if isinstance(one, Poly3DCollection) and one is not drawn]
    middle = np.mean(ls.terrains.get("himmelblau").domain, axis=1)
    sight = [np.cos(np.deg2rad(azim)), np.sin(np.deg2rad(azim))]
    assert len(walls) == 4
    for wall in walls:
        corners = wall._faces[0]
        assert corners[:, 2].min() == pytest.approx(drawn.axes.get_zlim()[0])
        seen = (corners[:, :2].mean(axis=0) - middle) @ sight > 0
        assert (wall.get_zorder() > drawn.get_zorder()) == seen


def test_a_relief_of_a_plane_says_how_much_it_holds(projected):
    drawn = figures.surface3d(projected[0], resolution=9)
    assert any("of the movement" in text.get_text().replace("\n", " ") for text in drawn.axes.texts)


def test_labels_are_the_caller_s():
    walks = [ls.descend("booth", text, steps=5) for text in ("sgd:lr=0.01", "adam")]
    ax = plt.figure(layout="constrained").subplots()
    figures.loss(walks, ax, label=["mine", "_not_shown"])
    assert len(ax.artists) == 1
    assert [line.get_label() for line in ax.lines] == ["mine", "_not_shown"]
    with pytest.raises(ValueError, match="1 labels for 2 trajectories"):
        figures.loss(walks, ax, label="one")
    (line,) = figures.sweep(ls.sweep(ls.terrains.get("booth"), [ls.optimizers.SGD()], 1.0, steps=9), ax, label="x")
    assert line.get_label() == "x"
    assert [one.get_label() for one in figures.paths(walks, ax, label=["a", "b"])] == ["a", "b"]
    handles = figures.paths(walks, ax)
    assert [one.get_label() for one in handles] == ["SGD, lr 0.01", "Adam, lr 0.001"]


@pytest.mark.parametrize("axes", [1, 3])
def test_a_figure_of_two_panels_wants_two(axes):
    given = plt.figure().subplots(1, axes)
    with pytest.raises(ValueError, match=f"axes = {axes} of them are not allowed: this figure draws into 2"):
        figures.race("booth", [], given)


def test_an_image_may_have_a_norm(lost, mnist):
    figures.confusion(lost[1], mnist, plt.figure().subplots(), norm=LogNorm(1, 50))
    figures.weights(lost[1], plt.figure().subplots(), norm=Normalize(-1, 1))


@pytest.mark.parametrize(("formula", "scale"), [("x^2 + 30*y^2", "log"), ("x^2 - y^2", "linear"), ("2 + x", "linear")])
def test_losses_that_span_much_have_a_logarithmic_axis(formula, scale):
    ax = plt.figure().subplots()
    figures.loss(ls.descend(formula, "sgd:lr=0.02", start=(1, 1), steps=300), ax)
    assert ax.get_yscale() == scale


def test_a_relief_of_a_walk_from_nowhere():
    figures.surface3d("log(x) + y^2", ls.descend("log(x) + y^2", "sgd", start=(-1, -1), steps=3), resolution=15)


# Layouts ------------------------------------------------------------------------------------------------------------


def test_names_are_in_a_legend_where_the_layout_leaves_no_room_at_line_ends():
    walks = [ls.descend("booth", text, steps=5) for text in ("sgd:lr=0.01", "adam")]
    left, right = plt.figure().subplots(1, 2)
    figures.loss(walks, left)
    assert [text.get_text() for text in left.get_legend().get_texts()] == ["SGD, lr 0.01", "Adam, lr 0.001"]
    figures.loss(walks, right)
    right.legend()
    assert len(right.get_legend().get_texts()) == 2
    assert figures.race("booth", walks).get_layout_engine() is not None


def test_figures_go_into_subfigures(lost, mnist):
    whole = plt.figure(layout="constrained", figsize=(20, 8))
    parts = whole.subfigures(1, 5)
    walk = ls.descend("ravine:kappa=5", "adam:lr=0.1", steps=9)
    drawn = [
        figures.race("ravine:kappa=5", walk, parts[0].subplots(2, 1)),
        figures.anatomy(walk, 3, parts[1].subplots(1, 2)),
        figures.learning_curves(lost, parts[2].subplots(2, 1)),
        figures.gradient_flow(lost[1], parts[3].subplots(3, 1)),
        figures.misread(lost[1], mnist, axes=parts[4].subplots(2, 2)),
    ]
    assert all(figure is whole for figure in drawn)
    whole.canvas.draw()


@pytest.mark.parametrize("size", ["half-slide", "column"])
def test_many_names_leave_room_for_the_picture(size):
    walks = [ls.descend("himmelblau", name, steps=20) for name in ls.optimizers.names()[:12]]
    with figures.style("light", size):
        figure = figures.race("himmelblau", walks)
        figure.canvas.draw()
    for ax in figure.axes:
        assert ax.bbox.height > 0.18 * figure.bbox.height
    (legend,) = figure.legends
    assert legend.get_window_extent().height < 0.3 * figure.bbox.height


@pytest.mark.parametrize("size", ["half-slide", "column"])
def test_the_legend_tells_accuracies_that_would_be_too_small_at_line_ends(size, mnist):
    part, network = mnist.subset(128), ls.MLP((784, 10))
    many = [ls.train(network, part, "sgd:lr=0.1", epochs=2, seed=seed, snapshots=2) for seed in range(11)]
    with figures.style("light", size):
        figure = figures.learning_curves(many)
        figure.canvas.draw()
        assert not figure.axes[1].artists
    (legend,) = figure.legends
    told = [text.get_text() for text in legend.get_texts()]
    assert len(told) == len(many)
    for text, run in zip(told, many, strict=True):
        assert f"{100 * run.test_accuracy:.2f}" in text


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("size", "count"), [("slide", 8), ("half-slide", 4), ("page", 6), ("column", 3)])
def test_words_of_many_runs_side_by_side_are_inside_and_apart(size, count, mnist):
    part, network = mnist.subset(128), ls.MLP((784, 12, 10))
    several = [
        ls.train(network, part, "sgd:lr=0.1", seed=seed, batch_size=32 * (1 + seed % 2), epochs=1 + seed % 3)
        for seed in range(count)
    ]
    with figures.style("light", size):
        figure = figures.gradient_flow(several)
        figure.canvas.draw()
        axes, (legend,) = figure.axes, figure.legends
        boxes = [legend.get_window_extent(), *(ax.get_window_extent() for ax in axes)]
        for ax in axes:
            ticks = [tick.label1 for tick in ax.yaxis.get_major_ticks() if tick.label1.get_visible()]
            ends = [tick.get_window_extent() for tick in ticks if tick.get_text()]
            letters = sorted((box.y0 + 0.2 * box.height, box.y1 - 0.2 * box.height) for box in ends)
            assert all(one[1] <= other[0] for one, other in pairwise(letters))
            words = (ax._left_title, ax.xaxis.label, ax.yaxis.label)
            boxes += [text.get_window_extent() for text in words if text.get_text()]
    check_inside(boxes, figure, spare=1)
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_so_many_runs_that_their_panels_could_not_be_read_are_refused(mnist):
    run = ls.train(ls.MLP((784, 12, 10)), mnist.subset(64), "sgd:lr=0.1", snapshots=2)
    with figures.style("light", "column"), pytest.raises(ValueError, match=r"no room for 60 runs .*: give \d+ at most"):
        figures.gradient_flow([run] * 60)


def test_titles_side_by_side_stay_in_their_own_halves(lost, mnist):
    with figures.style("print", "page"):
        figure, axes = plt.subplots(1, 2)
        for run, ax in zip(lost[1:] * 2, axes, strict=True):
            figures.confusion(run, mnist, ax)
        figure.canvas.draw()
    first, second = (ax._left_title.get_window_extent() for ax in axes)
    assert first.x1 < second.x0
    assert second.x1 <= figure.bbox.x1


def test_a_transparent_legend_has_no_ground(tmp_path):
    found = ls.sweep(ls.terrains.get("booth"), [ls.optimizers.SGD()], 1.0, steps=50)
    figure = plt.figure()
    ax = figure.subplots()
    figures.sweep(found, ax)
    frame, seen = ax.get_legend().get_frame(), []
    frame.set_facecolor("#ff0000")
    frame.set_alpha(1.0)
    for name, transparent in (("plain", False), ("clear", True)):
        (file,) = figures.save(figure, tmp_path / f"{name}.png", transparent=transparent)
        seen.append((plt.imread(file)[..., :3] == [1.0, 0.0, 0.0]).all(axis=-1).any())
    assert seen == [True, False]
    assert frame.get_visible()


@pytest.mark.parametrize("size", ["half-slide", "column"])
@pytest.mark.parametrize(("wide", "beside"), [(((-40, 30), (-15, 15)), False), (((-15, 15), (-15, 15)), True)])
def test_the_names_of_a_race_on_a_plane_stand_where_there_is_room(size, wide, beside, lost, mnist):
    x, y = mnist.x_train[:50], mnist.y_train[:50]
    surface = ls.surface(lost[1].network, ls.planes.pca(lost[1]), x, y, resolution=7, extent=wide)
    with figures.style("light", size):
        figure = figures.race(surface, [ls.project(run, surface, x, y) for run in lost])
        figure.canvas.draw()
    on_map = figure.axes[0].get_legend()
    assert (on_map is not None) == beside
    (legend,) = [on_map] if beside else figure.legends
    check_inside([legend.get_window_extent()], figure, spare=1)


@pytest.mark.parametrize(
    "draw",
    ["paths", "loss", "race", "surface3d", "sweep", "sharpness", "projection", "learning_curves"],
)
def test_names_and_colours_are_the_caller_s_if_given(draw, lost, projected):
    surface, runs_on_it = projected
    swept = [ls.Sweep(ls.optimizers.SGD(), np.array([0.1, 1.0]), np.array([5.0, 2.0]), "loss")] * 2
    curves = [Sharpness(run.optimizer, np.arange(3), np.ones((3, 1)), np.ones((3, 1))) for run in lost]
    given = {"race": (surface, runs_on_it), "surface3d": (surface, runs_on_it), "projection": (surface, runs_on_it)}
    given |= {"paths": (runs_on_it,), "loss": (runs_on_it,), "sweep": (swept,), "sharpness": (curves,)}
    given |= {"learning_curves": (lost,)}
    function = partial(figures.surface3d, resolution=9) if draw == "surface3d" else getattr(figures, draw)
    with figures.style():
        function(*given[draw], names=["one of mine", "other of mine"], colors=["#123456", "tab:red"])
        figure = plt.gcf()
        if draw in ("paths", "surface3d"):
            figure.axes[0].legend()
        figure.canvas.draw()
        words = " ".join(text.get_text() for text in figure.findobj(plt.Text))
        assert words.count("one of mine") == words.count("other of mine") >= 1
        drawn = {to_hex(line.get_color()) for line in figure.findobj(Line2D)}
        assert {"#123456", to_hex("tab:red")} <= drawn
        for wrong in ({"names": ["one"]}, {"colors": ["red"]}, {"colors": "rb"}, {"colors": ["red", "no colour"]}):
            with pytest.raises(ValueError, match="not allowed"):
                function(*given[draw], **wrong)


# Sweeps -------------------------------------------------------------------------------------------------------------


def test_a_sweep_says_what_its_gaps_are():
    words = []
    for steps, score in ((None, np.inf), (300, np.inf), (300, 1.0)):
        ax = plt.figure().subplots()
        figures.sweep(
            [ls.Sweep(ls.optimizers.SGD(), np.array([0.1, 1.0, 10.0]), np.array([5, 2, score]), "x", steps)], ax
        )
        words.append(ax.get_xlabel())
        # Rates that failed are on the axis, too.
        assert ax.get_xlim()[1] >= 10
    assert words == ["learning rate; gaps: diverged", "learning rate; gaps: not there in 300 steps", "learning rate"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_legend_of_a_sweep_hides_no_point(theme):
    """Three curves that leave no corner free have it under them; with one free it stands there."""
    lrs = np.geomspace(1e-4, 1.0, 9)
    kinds = [ls.optimizers.get(name) for name in ("sgd", "adam", "lion")]
    v = np.abs(np.linspace(-4, 4, 9))
    full = [np.exp(0.9 * v), np.exp(4 - 0.9 * v), np.exp(2 * np.sin(3 * v) + 2)]
    free = [np.exp(-0.9 * np.arange(9) + 0.1 * k) for k in range(3)]
    for scores, below in ((full, True), (free, False)):
        with figures.style(theme):
            figure = plt.figure()
            ax = figure.subplots()
            lines = figures.sweep([ls.Sweep(*one, "loss") for one in zip(kinds, [lrs] * 3, scores, strict=True)], ax)
            ax.set_title("784-128-10")
            figure.canvas.draw()
            (legend,) = figure.legends if below else (ax.get_legend(),)
            frame = legend.get_window_extent()
            assert len(legend.get_texts()) == 3
            check_inside([frame], figure)
            assert not any(frame.count_contains(ax.transData.transform(line.get_xydata())) for line in lines)


def test_a_sweep_of_failures_alone_can_be_drawn():
    figure = plt.figure()
    figures.sweep(ls.Sweep(ls.optimizers.SGD(), np.array([0.1, 1.0]), np.array([np.inf, np.inf]), "loss"))
    figure.canvas.draw()
    assert figure.axes[0].get_legend().get_texts()[0].get_text() == "SGD: at no rate"
    figures.sweep([])
