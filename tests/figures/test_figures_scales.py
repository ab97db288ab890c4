"""The rules that figures, films and pages share: axes of losses, ways out of a view, round levels, printed formulas."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.text import Text

import landscape as ls
from landscape import figures
from landscape.core.numerals import number
from landscape.figures.exits import first_exit, last_exit, shown_path
from landscape.figures.levels import round_levels, written
from landscape.figures.names import lost_at, title_of, walk_names
from landscape.figures.scales import ROUNDING, loss_scale, scale_of
from landscape.figures.typesetting import typeset

VIEW = ((-1.0, 1.0), (-1.0, 1.0))


# Axes of losses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("losses", "log", "kind"),
    [
        ([100.0, 1.0, 1e-3], False, "log"),
        ([3.0, 2.0, 1.0], False, "linear"),
        ([3.0, 2.0, 1.0], True, "log"),
        ([-1.0, -3.0, -5.0], True, "linear"),
        ([1.0, 0.0, -5.0], True, "linear"),
        ([1e6, 10.0, -1.0], True, "symlog"),
        ([5.0, 5.0, 5.0], False, "linear"),
        ([0.0, 0.0], True, "linear"),
        ([np.nan, np.nan], True, "linear"),
        ([1.0, 0.0, 0.0], False, "log"),
        # What is negative by rounding alone counts as 0.
        ([1.0, 1e-6, -1e-17], False, "log"),
    ],
)
def test_axes_are_logarithmic_only_where_no_loss_is_negative(losses, log, kind):
    scale = loss_scale([losses], log)
    assert scale.kind == kind
    assert np.isfinite([scale.low, scale.high]).all()
    assert scale.low < scale.high
    assert kind != "log" or scale.low > 0


def test_small_differences_far_from_0_have_an_axis_of_their_own():
    """A range of 4.5e-12 of the losses is thousands of times what rounding is, 1e-16."""
    scale = loss_scale([[1e9 + 0.0045, 1e9 + 0.001, 1e9]])
    assert scale.high - scale.low == pytest.approx(1.15 * 0.0045, rel=1e-3)


@pytest.mark.parametrize(("formula", "base"), [("1e15+x^2+y^2", 1e15), ("1e14+x^2+y^2", 1e14), ("x^2+y^2-1e9", -1e9)])
def test_an_axis_resolves_what_the_map_does(formula, base):
    """The losses go from 4.5 above a round number to it, on a map on which they differ by 18; the axis counts from that
    number."""
    walks = [ls.descend(formula, one) for one in ("adam:lr=0.1", "sgd:lr=0.01")]
    scale = scale_of(walks)
    assert 4.5 < scale.high - scale.low < 22
    assert scale.base == base
    ax = plt.figure(layout="constrained").subplots()
    figures.loss(walks, ax)
    assert ax.get_ylabel() == f"loss − {number(base, 2)}".replace("− −", "+ ")
    ax.figure.canvas.draw()
    low, high = ax.get_ylim()
    ticks = [tick for tick in ax.yaxis.get_major_ticks() if low <= tick.get_loc() <= high]
    assert len(ticks) >= 3
    assert all(float(tick.label1.get_text()) == tick.get_loc() - base for tick in ticks)


def test_far_from_0_lines_are_where_their_markers_and_ticks_are():
    """A loss of 1e15 is known to an eighth, which is 2 hundredths of the axis; its place is not rounded beyond that."""
    walk = ls.descend("1e15+x^2+y^2", "sgd:lr=0.1")
    ax = plt.figure(layout="constrained").subplots()
    (line,) = figures.loss(walk, ax)
    ax.figure.canvas.draw()
    low, high = ax.get_ylim()
    box = ax.get_window_extent()
    path, affine = line.get_transform().transform_path_non_affine(line.get_path()), line.get_transform().get_affine()
    y = affine.transform(path.vertices)[:, 1]
    np.testing.assert_allclose((y - box.y0) / box.height, (walk.loss - low) / (high - low), atol=1e-6)


def test_level_curves_have_an_axis_as_fine_as_the_map():
    """On the map losses differ by 6e-3."""
    level = ls.descend("1000+1e-3*x+0*y", "sgd:lr=1e-20", steps=5)
    assert np.ptp(level.loss) == 0
    assert scale_of([level]).high - scale_of([level]).low == pytest.approx(0.15 * 6e-3)
    # matplotlib has no even axis for numbers so small.
    assert scale_of([ls.descend("1e-290*(x^2+y^2)", "sgd:lr=0.01")]).kind == "log"


@pytest.mark.parametrize("formula", ["1e-12*(x^2+30*y^2)", "1e200*(x^2+y^2)", "1e-300*(x^2+y^2)", "1e7*(x^2+y^2)+1e7"])
def test_numbers_far_from_1_are_powers_of_ten_at_the_axis(formula):
    ax = plt.figure(layout="constrained").subplots()
    figures.loss([ls.descend(formula, one) for one in ("adam:lr=0.1", "sgd:lr=0.01")], ax)
    ax.figure.canvas.draw()
    low, high = ax.get_ylim()
    texts = [tick.label1.get_text() for tick in ax.yaxis.get_major_ticks() if low <= tick.get_loc() <= high]
    assert len(texts) >= 2
    assert len(set(texts)) == len(texts)
    assert all("10" in text and len(text) <= 12 for text in texts if text != "0")


def test_nothing_is_reached_where_there_is_no_floor():
    assert not loss_scale([[-np.inf]]).reached([-np.inf])
    assert not loss_scale([[-1.0, -5.0]]).reached([-1.0, -np.inf])


@given(
    st.lists(st.lists(st.floats(width=64), min_size=1, max_size=6), min_size=1, max_size=4),
    st.booleans(),
)
@example([[0.0], [1.0], [1.0103945836090053e293]], False)
@example([[5e-324], [1e-320]], True)
@example([[1.7e308, 1e-300], [1.0]], False)
@example([[1e299, 1e302, 2e302]], False)
@example([[-1.0, -1e302, -1e303]], False)
def test_any_losses_have_an_axis_that_can_be_drawn(curves, log):
    scale = loss_scale(curves, log)
    assert np.isfinite([scale.low, scale.high, scale.linear_to]).all()
    assert scale.low < scale.high
    assert scale.kind != "log" or scale.low > 0
    for curve in curves:
        shown = scale.drawn(curve)
        assert not np.isinf(shown).any()
        # What is too large is drawn beyond the axis, and not as another loss.
        within = (shown >= scale.low) & (shown <= scale.high)
        np.testing.assert_array_equal(shown[within], np.maximum(curve, scale.floor)[within])


@pytest.mark.parametrize("formula", ["1e302*(x^2+y^2)", "1e300*x^4+y^2"])
def test_losses_too_large_to_be_drawn_are_refused(formula):
    """Of the latter's map a third, within |x| = 1, could be drawn; its walks start at 5e300."""
    walks = [ls.descend(formula, one, steps=5) for one in ("sgd:lr=1e-304", "adam:lr=0.1")]
    with pytest.raises(ValueError, match="walks start at a loss beyond 1e300"):
        figures.loss(walks, plt.figure().subplots())
    for draw in (figures.contour, figures.surface3d, lambda terrain: figures.race(terrain, walks)):
        with pytest.raises(ValueError, match="has a loss beyond 1e300: it cannot be drawn"):
            draw(formula)
    # A rim of a map may be.
    figures.contour("exp(exp(2.3*x))+y^2", plt.figure().subplots())


def test_losses_end_where_rounding_begins():
    losses = 4.0 * 10.0 ** -np.arange(0.0, 40.0)
    scale = loss_scale([losses])
    assert scale.floor == 4 * ROUNDING
    shown = scale.drawn(losses)
    assert shown[13:] == pytest.approx(scale.floor)
    assert (shown[:12] == losses[:12]).all()
    assert scale.reached(losses)
    assert not scale.reached(losses[:10])


def test_the_floor_is_said_and_drawn():
    walk = ls.descend("booth", "sgd:lr=0.05", steps=2000)
    assert walk.loss[-1] < ROUNDING * walk.loss[0]
    ax = plt.figure(layout="constrained").subplots()
    (line,) = figures.loss(walk, ax)
    assert np.nanmin(line.get_ydata()) == ROUNDING * walk.loss[0]
    assert any(text.get_text().startswith("reached") for text in ax.texts)
    figures.loss(ls.descend("booth", "sgd:lr=0.05", steps=20), other := plt.figure().subplots())
    assert not any(text.get_text().startswith("reached") for text in other.texts)


def test_words_over_the_floor_stand_where_no_curve_falls():
    early, late = [1.0, 1e-14, *[1e-14] * 98], [*[1.0] * 98, 1e-3, 1e-14]
    steps, scale = np.arange(100), loss_scale([early, late])
    assert scale.note_at([(steps, early)], 0.5, 0.1) == 1
    assert scale.note_at([(steps, late)], 0.5, 0.1) == 0.5
    assert scale.note_at([(steps, early), (steps, late)], 0.5, 0.1) == 0.5
    # Where they pass everywhere, words stand at the right.
    assert scale.note_at([(steps, early), (steps, late)], 1.0, 0.1) == 1
    walk = ls.descend("booth", "sgd:lr=0.05", steps=2000)
    figures.race("booth", walk).draw_without_rendering()
    (words,) = (text for text in plt.gcf().axes[1].texts if text.get_text().startswith("reached"))
    axes, seen = words.axes.get_window_extent(), words.get_window_extent()
    # It is there from step 121 on, and the axes are 2000 long.
    assert axes.x0 + 0.12 * axes.width < seen.x0 < seen.x1 < axes.x1 + 1


@pytest.mark.parametrize(
    ("size", "lang"), [("slide", "en"), ("slide", "zh"), ("half-slide", "en"), ("column", "en"), ("page", "zh")]
)
def test_no_curve_falls_through_words_in_narrow_axes(size, lang):
    """Names at the lines' ends take a half of these axes, and Adam's curve comes down in their middle."""
    walks = [ls.descend("ravine", text, steps=350) for text in ("sgd:lr=0.018", "adam:lr=0.42")]
    with figures.style(size=size, lang=lang):
        figure = figures.race("ravine", walks)
        figure.draw_without_rendering()
        (words,) = (one for one in figure.axes[1].texts if one.get_text().startswith(("reached", "已到达")))
        seen = words.get_window_extent()
        assert seen.x0 > figure.axes[1].get_window_extent().x0
        for line in figure.axes[1].lines:
            if len(line.get_xdata()) == 351:
                assert not line.get_transform().transform_path(line.get_path()).intersects_bbox(seen, filled=False)


def test_a_curve_that_diverged_leaves_once_and_does_not_come_back():
    losses = np.array([1.0, 1e3, 2.0, 1e9, np.nan])
    scale = loss_scale([[1.0, 1e-3, 1e-6, 1e-6, 1e-6], losses])
    assert scale.high == pytest.approx(100, rel=3)  # a hundred times the first, and a margin
    np.testing.assert_array_equal(scale.drawn(losses, diverged=True), [1.0, 1e3, np.nan, np.nan, np.nan])
    # One that only jumped is seen where it comes back.
    np.testing.assert_array_equal(scale.drawn(losses[:3]), [1.0, 1e3, 2.0])
    out = scale.way_out([0, 10, 20, 30, 40], losses)
    assert out.edge == 1
    # On a logarithmic axis a straight line from 1 to 1000 meets the top at a share of log(top)/log(1000).
    assert out.step == pytest.approx(10 * np.log10(scale.high) / 3)


def test_a_curve_that_jumps_from_below_the_axis_to_above_it_ends_above():
    """From (1, 1) on log(x² + y²) SGD comes so near the origin that the next step throws it far away."""
    scale = loss_scale([[1.0, -1.0, -2.0, -2.0, -2.0, -2.0], [1.0, 0.0, -9.0, 9.0, 9.5, 9.0]])
    assert -9 < scale.low < -2 < 1 < scale.high < 9
    np.testing.assert_array_equal(scale.drawn([1.0, 0.0, -9.0, 9.0, 9.5, 9.0]), [1.0, 0.0, -9.0, 9.0, np.nan, np.nan])
    np.testing.assert_array_equal(scale.drawn([0.0, -9.0, np.nan, 9.0]), [0.0, -9.0, np.nan, 9.0])
    np.testing.assert_array_equal(scale.drawn([0.0, 9.0, np.nan, 9.0]), [0.0, 9.0, np.nan, np.nan])
    np.testing.assert_array_equal(scale.drawn([-9.0, -8.0, 9.0, 0.0]), [-9.0, -8.0, 9.0, 0.0])
    assert not len(scale.drawn([]))
    walks = [ls.descend("log(x^2+y^2)", one, (1, 1)) for one in ("sgd:lr=0.1", "adam:lr=0.1")]
    ax = plt.figure().subplots()
    ends = [float(line.get_ydata()[np.isfinite(line.get_ydata())][-1]) for line in figures.loss(walks, ax)]
    assert ends[0] > ax.get_ylim()[1] > ends[1] == walks[1].loss[-1]


def test_a_curve_that_ends_within_the_axes_is_marked_there():
    out = loss_scale([[4.0, 3.0, 2.0]]).way_out([0, 1, 2], [4.0, 3.0, np.nan])
    assert (out.step, out.edge, out.loss) == (1.0, None, 3.0)
    assert loss_scale([[4.0]]).way_out([0], [np.nan]) is None


def test_what_falls_without_end_is_followed_to_below_the_map():
    walk = ls.descend("x^2-y^2", "sgd:lr=0.1", steps=300)
    assert walk.loss[-1] < -1e40
    scale = scale_of([walk])
    # The map's losses are from −9 to 9.
    assert scale.kind == "linear"
    assert -15 < scale.low < -9


@pytest.mark.parametrize(
    "text", ["styblinski_tang", "x^2+y^2-5", "x^2-y^2", "1000000+x^2+y^2", "0*x", "-1000*exp(-x^2)"]
)
def test_every_loss_chart_shows_its_curve(text):
    walks = [ls.descend(text, one, steps=50) for one in ("sgd:lr=0.001", "adam:lr=0.1")]
    ax = plt.figure(layout="constrained").subplots()
    for line in figures.loss(walks, ax):
        seen = np.asarray(line.get_ydata())
        low, high = ax.get_ylim()
        assert ((seen >= low) & (seen <= high)).sum() > 1
    ax.figure.canvas.draw()
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert len(set(labels)) == len(labels) > 1


# Ways out -----------------------------------------------------------------------------------------------------------


def test_the_first_way_out_is_on_the_border_and_on_the_line():
    path = [(0.0, 0.0), (0.5, 0.0), (2.5, 1.0), (0.0, 0.0), (0.0, -3.0)]
    out = first_exit(path, VIEW)
    assert out.row == 1
    np.testing.assert_allclose(out.point, [1.0, 0.25])
    np.testing.assert_allclose(out.way, [2.0, 1.0])
    last = last_exit(path, VIEW)
    assert last.row == 3
    np.testing.assert_allclose(last.point, [0.0, -1.0])


@pytest.mark.parametrize(
    "path",
    [
        [(0.0, 0.0), (0.5, 0.5)],
        [(0.0, 0.0), (np.nan, np.nan)],
        [(2.0, 0.0), (0.0, 0.0), (3.0, 0.0)],
        [(0.0, 0.0), (3.0, 0.0), (0.5, 0.0)],
    ],
    ids=["stays", "ends", "begins outside", "comes back"],
)
def test_no_way_out(path):
    assert (first_exit if path[0] != (0.0, 0.0) or np.isnan(path[1][0]) else last_exit)(path, VIEW) is None


@given(st.lists(st.tuples(*[st.floats(-1e200, 1e200)] * 2), min_size=2, max_size=8))
def test_a_way_out_is_always_on_the_border(path):
    for out in (first_exit([(0.0, 0.0), *path], VIEW), last_exit([(0.0, 0.0), *path], VIEW)):
        if out is not None:
            assert np.abs(out.point).max() == pytest.approx(1.0)


def test_walks_that_diverge_do_not_cross_the_map_again():
    walk = ls.descend("x^2+y^2", "sgd:lr=1.6", steps=3000)
    assert walk.diverged
    path, out = shown_path(walk, walk.terrain.domain)
    assert out.row == 0
    assert len(path) == 2
    assert np.abs(path[-1]).max() == 3.0


# Levels -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["goldstein_price", "rosenbrock", "himmelblau", "relu_pair", "ravine"])
def test_levels_are_at_no_end_of_a_logarithmic_scale_scarce(name):
    """From the lowest to the highest no stretch of elevations is without one: goldstein_price falls from 10⁶ to 3."""
    terrain = ls.terrains.get(name)
    heights = terrain.elevation(terrain.grid(181, 181)[2])
    low, high = float(heights.min()), float(heights.max())
    places = terrain.elevation(round_levels(terrain, low, high, 14))
    assert np.diff([low, *places, high]).max() < 0.21 * (high - low)


@pytest.mark.parametrize(
    "name", [*ls.terrains.names(), "1000000+x^2+y^2", "1e-9*(x^2+y^2)", "x^2-y^2", "1e12*(x^2+y^2)"]
)
def test_levels_are_round_and_told_apart(name):
    terrain = ls.terrains.parse(name)
    heights = terrain.elevation(terrain.grid(101, 101)[2])
    levels = round_levels(terrain, float(heights.min()), float(heights.max()), 14)
    assert 3 <= len(levels) <= 14
    labels = written(levels)
    assert len(set(labels)) == len(labels)
    gaps = np.diff(levels)
    # Round: at most two digits, counted from the distance to the next one.
    for level, gap in zip(levels, np.append(gaps, gaps[-1]), strict=True):
        digit = 10.0 ** np.floor(np.log10(gap) - 1)
        assert level / digit == pytest.approx(round(level / digit), rel=1e-12, abs=1e-6)


@pytest.mark.parametrize(
    ("value", "gap", "text"),
    [
        (0.0, np.inf, "0"),
        (1234.5, np.inf, "1,234"),
        (1234.5, 1.0, "1,234.5"),
        (1000001.5, 0.5, "1,000,001.5"),
        (1e6, np.inf, "10⁶"),
        (-2.5e-7, np.inf, "−2.5×10⁻⁷"),
        (0.05, 0.01, "0.05"),
        (np.inf, 1.0, "∞"),
        (np.nan, 1.0, "–"),
    ],
)
def test_numbers_are_rounded_relative_to_what_is_around_them(value, gap, text):
    assert number(value, 2, gap) == text


# Maps ---------------------------------------------------------------------------------------------------------------


def test_maps_of_terrains_are_to_scale_so_that_steps_stand_at_right_angles_to_contours():
    ax = plt.figure().subplots()
    figures.contour("ravine:angle=45", ax)
    ax.figure.canvas.draw()
    along, across = (ax.transData.transform([(0, 0), way]) for way in ((1, 1), (-1, 1)))
    assert np.dot(along[1] - along[0], across[1] - across[0]) == pytest.approx(0, abs=1e-6)
    assert (along[1] - along[0])[0] == pytest.approx((along[1] - along[0])[1])
    figures.contour("x^2+y^2", strip := plt.figure().subplots(), domain=((0, 100), (0, 1)))
    assert strip.get_aspect() == "auto"


@pytest.mark.parametrize(("lang", "words"), [("en", "x, not to the scale of y"), ("zh", "x（与 y 的比例尺不同）")])
def test_long_strips_say_that_they_are_not_to_scale(lang, words):
    strip = ls.terrains.from_expression("x^2/100+y^2", ((-30, 30), (-2, 2)), (-25, 1.5))
    with figures.style(lang=lang):
        figures.contour(strip, ax := plt.figure().subplots())
        assert ax.get_xlabel() == words
        assert words in figures.basins(ls.basins(strip, "sgd", 3, 9)).axes[0].get_xlabel()
        figures.contour("himmelblau", ax := plt.figure().subplots())
        assert ax.get_xlabel() == "x"


@pytest.mark.parametrize(("name", "count"), [("himmelblau", 4), ("rosenbrock", 1), ("saddle", 0)])
def test_minima_are_stars(name, count):
    figures.contour(name, ax := plt.figure().subplots())
    (stars,) = (line for line in ax.lines if line.get_marker() == "*")
    np.testing.assert_array_equal(stars.get_xydata(), ls.terrains.get(name).minima.reshape(-1, 2))
    assert len(stars.get_xydata()) == count


def test_coordinates_are_named():
    for name, names in (("booth", ("x", "y")), ("cliff", ("w", "b")), ("relu_pair", ("w₁", "w₂"))):
        figures.contour(name, ax := plt.figure().subplots())
        assert (ax.get_xlabel(), ax.get_ylabel()) == names


def test_the_start_is_no_optimizers_own():
    walks = [ls.descend("booth", one, steps=5) for one in ("sgd", "adam")]
    figures.paths(walks, ax := plt.figure().subplots())
    starts = [line for line in ax.lines if len(line.get_xdata()) == 1 and line.get_zorder() == 9]
    assert {line.get_markeredgecolor() for line in starts} == {figures.palette("light").ink}


# Names --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "printed"),
    [
        ("x^2 + sin(3*y)", "x² + sin(3y)"),
        ("x**2-y**2", "x² − y²"),
        ("-x", "−x"),
        ("exp(-x^2)*(1e-3*y)", "exp(−x²)·(1e−3y)"),
        ("x^-2 + y^10", "x⁻² + y¹⁰"),
        ("x^2.5", "x^2.5"),
        ("sqrt(x^2+1) - 2*pi*max(x,y)", "√(x² + 1) − 2π·max(x, y)"),
        ("x/2*y^2^3+x^0.5*y", "(x/2)·y^(2³) + x^0.5·y"),
        ("x^2**2", "x^(2²)"),
        ("(x+y)/2*x", "((x + y)/2)·x"),
        ("1/2*x^2 - 1/4*y", "½x² − ¼y"),
        ("1/3*(x^2+y^2)", "(1/3)·(x² + y²)"),
        ("x^1e1*y", "x^1e1·y"),
        ("x/(2*y)-(x-(y-1))", "x/(2y) − (x − (y − 1))"),
        ("(-x)^2 + -x^2", "(−x)² + (−x²)"),
        ("2*3*x", "2·3·x"),
        ("(x*y)^2/2", "(x·y)²/2"),
    ],
)
def test_formulas_are_printed_as_in_a_book(formula, printed):
    assert typeset(formula) == printed
    ls.terrains.parse(formula)


def test_rates_that_differ_in_their_last_digits_have_names_of_their_own():
    walks = [ls.descend("booth", ls.optimizers.SGD(lr=lr), steps=3) for lr in (0.1, 0.1000000001)]
    assert walk_names(walks) == ["SGD, lr 0.1, lr 0.1", "SGD, lr 0.1, lr 0.1000000001"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("loss undefined, step 11", "diverged, step 1")), ("zh", ("第 11 步起损失无定义", "第 1 步发散"))],
)
def test_walks_that_end_without_a_loss_say_how(lang, words):
    """x + 2 falls by 0.05/(2√(x + 2)) a step from 0.5, and below 0 at the 11th."""
    left, ran = ls.descend("sqrt(x+2)+y^2", "sgd:lr=0.05"), ls.descend("1e200*(x^2+y^2)", "sgd:lr=1")
    with figures.style(lang=lang):
        assert (lost_at(left), lost_at(ran)) == words
        assert walk_names([left])[0].endswith(words[0])
        many = ls.descend("sqrt(x+2)+y^2", "sgd:lr=0.05", [[-1.5, 1.0], [-3.0, 0.0], [900.0, 0.0]], steps=20)
        assert ("2 of 3 where the loss is undefined" if lang == "en" else "3 条中 2 条") in walk_names([many])[0]
        figures.race(left.terrain, left)
        assert any(words[0] in text.get_text() for text in plt.gcf().findobj(Text))


def test_titles_print_formulas():
    assert title_of(ls.terrains.parse("x^2+y^2")) == "x² + y²"


def test_walks_that_differ_are_told_apart():
    def names(*walks):
        return walk_names(list(walks))

    booth = [ls.descend("booth", f"momentum:lr=0.001,momentum={m}", steps=5) for m in (0.5, 0.9)]
    assert names(*booth) == ["Momentum, lr 0.001, momentum 0.5", "Momentum, lr 0.001"]
    starts = [ls.descend("booth", "sgd", start, steps=5) for start in ((0, 0), (1, 2))]
    assert names(*starts) == ["SGD, lr 0.01, from (0, 0)", "SGD, lr 0.01, from (1, 2)"]
    plans = [ls.descend("booth", "sgd", steps=5, schedule=plan) for plan in (None, "cosine")]
    assert len(set(names(*plans))) == 2
    ends = [ls.descend("booth", "sgd", steps=steps) for steps in (5, 6)]
    assert names(*ends) == ["SGD, lr 0.01, 5 steps", "SGD, lr 0.01, 6 steps"]


def test_on_a_saddle_near_0_is_not_arrived():
    """Losses go below 0 on the map: there is a way further down."""
    walk = ls.descend("saddle", "sgd:lr=0.1", start=[1.0, 0.0], steps=150)
    scale = scale_of([walk])
    assert 0 < walk.loss[-1] < 1e-12
    assert scale.kind == "linear"
    assert not scale.reached(walk.loss)
