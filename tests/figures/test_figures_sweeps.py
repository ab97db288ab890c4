"""Figures of a sweep's table: what they show of its rows, and that no words meet."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sweep_tables
from boxes import check_text
from matplotlib.patches import Rectangle

from landscape import figures
from landscape.figures.grids import arranged
from landscape.sweeps import groups_of

KINDS = ("rate-bands", "coevolution", "depth", "parallel")


@pytest.fixture(scope="module")
def table():
    return sweep_tables.of_networks()


@pytest.mark.parametrize(("size", "lang"), [("slide", "zh"), ("half-slide", "en"), ("column", "zh"), ("page", "en")])
@pytest.mark.parametrize("kind", KINDS)
def test_no_words_meet(table, kind, size, lang):
    with figures.style("light", size, lang):
        figure = figures.kinds.get(kind).draw(table=table)
        figure.draw_without_rendering()
        check_text(figure, numbers=kind not in ("rate-bands",))


def test_a_band_is_the_median_of_seeds_and_its_bar_the_share_that_trains(table):
    part = table.select(activation="relu", depth=1)
    figure = figures.rate_bands(part)
    curves, strip = figure.axes
    adam = part.select(optimizer="adam")
    line = curves.lines[2]
    lrs = np.unique(adam["lr"])
    found = [100 * np.sort(adam.select(lr=lr)["test_accuracy"]) for lr in lrs[:6]]
    np.testing.assert_allclose(line.get_ydata()[:5], [values[1] for values in found[:5]])
    # A seed that diverged, told last here, is the worst of the three.
    assert np.isnan(found[5]).tolist() == [False, False, True]
    assert line.get_ydata()[5] == pytest.approx(found[5][0])
    shares = [float(adam.select(lr=lr)["trained"].mean()) for lr in lrs]
    bars = [one for one in strip.patches if isinstance(one, Rectangle) and one.get_y() < 0]
    assert [round(one.get_alpha(), 3) for one in bars] == [round(share, 3) for share in shares if share]
    crosses = strip.lines[2]
    assert set(crosses.get_xdata()) == set(adam.select(status="diverged")["lr"])


def test_the_matrix_has_the_accuracy_at_the_rate_of_the_least_loss(table):
    figure = figures.coevolution(table, where="depth=3")
    (ax,) = figure.axes
    told = {one.xy: one.get_text() for one in ax.texts if one.get_fontweight() == "bold"}
    for row, activation in enumerate(("relu", "tanh", "sigmoid")):
        for column, optimizer in enumerate(("sgd", "momentum", "adam")):
            (group,) = groups_of(table.select(depth=3, activation=activation, optimizer=optimizer))
            assert told[column, row] == f"{100 * group.best_accuracy[1]:.1f}"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["relu, He", "tanh, Glorot", "sigmoid, Glorot"]


def test_depths_have_the_best_of_each_and_the_share_of_rates(table):
    above, below = figures.depth(table, where="activation=relu").axes
    for k, optimizer in enumerate(("sgd", "momentum", "adam")):
        groups = groups_of(table.select(activation="relu", optimizer=optimizer))
        np.testing.assert_allclose(above.lines[k].get_ydata(), [100 * one.best_accuracy[1] for one in groups])
        rows = [table.select(activation="relu", optimizer=optimizer, depth=depth)["trained"] for depth in (1, 3, 6)]
        np.testing.assert_allclose(below.lines[k].get_ydata(), [100 * one.mean() for one in rows])
        assert above.lines[k].get_xdata().tolist() == [1, 3, 6]


def test_each_cell_is_a_line_and_those_that_diverged_end_below(table):
    lines = figures.parallel(table, plt.figure().subplots())
    done = table.select(status="done")
    assert len(lines.get_segments()) == len(done)
    gone = lines.axes.collections[0]
    assert len(gone.get_segments()) == len(table) - len(done)
    assert {float(one[-1, 1]) < 0 for one in gone.get_segments()} == {True}
    ends = sorted(float(one[-1, 1]) for one in lines.get_segments())
    accuracy = np.sort(done["test_accuracy"])
    np.testing.assert_allclose(ends, (accuracy - accuracy[0]) / np.ptp(accuracy))


def test_walks_are_told_by_their_steps():
    walks = sweep_tables.of_walks()
    figure = figures.rate_bands(walks)
    assert figure.axes[0].get_yscale() == "log"
    (group, _) = groups_of(walks)
    drawn = figure.axes[0].lines[0].get_ydata()
    np.testing.assert_allclose(drawn[np.isfinite(drawn)], group.score[:, 1][np.isfinite(group.score[:, 1])])
    figures.parallel(walks, plt.figure().subplots())
    for kind, said in (("coevolution", "a terrain has no activations"), ("depth", "a terrain has no layers")):
        with pytest.raises(ValueError, match=said):
            figures.kinds.get(kind).draw(table=walks)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("dept=3", "did you mean 'depth'"),
        ("depth=4", r"unknown depth '4' \(allowed: 1, 3, 6\)"),
        ("depth", "expected column=value, with / between several"),
        ("activation=relu/optimizer=adam/depth=x", "unknown depth 'x'"),
        ("depth=1", "depth needs networks of several depths"),
    ],
)
def test_rows_that_are_not_there_are_told(table, where, said):
    with pytest.raises(ValueError, match=said):
        figures.depth(table, where=where)


def test_what_has_no_room_is_told():
    many = sweep_tables.of_networks(depths=range(1, 6))
    with pytest.raises(ValueError, match="15 panels are not allowed, at most 12: choose rows, as by where=depth=1"):
        figures.rate_bands(many)
    with pytest.raises(TypeError, match="the table of a sweep is needed, not str"):
        figures.parallel("sweep.csv")


@pytest.mark.parametrize(
    ("outer", "inner", "size", "rows", "columns"),
    [
        (3, 4, "slide", 3, 4),
        (3, 2, "slide", 2, 3),
        (6, 2, "slide", 6, 2),
        (3, 2, "column", 3, 2),
        (1, 5, "slide", 2, 3),
    ],
)
def test_panels_that_belong_together_stand_in_a_row_or_a_column(outer, inner, size, rows, columns):
    keys = [(a, b) for a in range(outer) for b in range(inner)]
    with figures.style(size=size):
        found = arranged(keys, plt.figure())
    assert found[:2] == (rows, columns)
    assert len(set(found[2])) == len(keys)
