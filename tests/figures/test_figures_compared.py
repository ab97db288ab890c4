"""Maps side by side: one scale for all, and what is said of them."""

from __future__ import annotations

import warnings
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.contour import QuadContourSet

import landscape as ls
from landscape import figures


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def surfaces():
    """A bowl, the same ten times as high and narrower, and a nearly level one."""

    def surface(loss):
        plane = ls.Plane(np.zeros(3), np.eye(3)[:2])
        return ls.surface_of(loss, plane, extent=((-1, 1), (-1, 1)), resolution=9)

    return [
        surface(lambda params: float(0.1 + params @ params)),
        surface(lambda params: float(1 + 10 * params @ params)),
        surface(lambda params: float(2.3 + 0.001 * params @ params)),
    ]


def filled(ax):
    """The first contour set that was drawn, which is the filled one."""
    return next(one for one in ax.get_children() if isinstance(one, QuadContourSet))


def colour(ax, loss):
    """The colour of a loss on a map."""
    one = filled(ax)
    layer = np.searchsorted(one.levels, np.log10(loss)) - 1
    return tuple(one.get_facecolor()[layer])


def test_the_same_loss_has_the_same_colour_in_all(surfaces):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a map on which no contour line lies is no cause for one
        figure = figures.side_by_side(surfaces)
    maps = figure.axes[:3]
    for loss in (0.15, 1.4, 2.3005, 15.0):
        assert len({colour(ax, loss) for ax in maps}) == 1
    assert colour(maps[0], 0.15) != colour(maps[0], 15.0)
    for ax, ground in zip(maps, surfaces, strict=True):
        levels = 10 ** filled(ax).levels
        assert levels[0] < ground.loss.min()
        assert levels[-1] > ground.loss.max()


def test_each_map_says_its_name_and_its_own_losses(surfaces):
    figure = figures.side_by_side(surfaces, ["low", "high", "level"])
    assert [ax.get_title(loc="left") or ax.get_title() for ax in figure.axes[:3]] == ["low", "high", "level"]
    said = [[text.get_text() for text in ax.texts if text.get_text().startswith("loss")] for ax in figure.axes[:3]]
    assert said == [["loss 0.1 … 2.1"], ["loss 1 … 21"], ["loss 2.3 … 2.302"]]


def test_what_maps_cannot_show_stands_under_them_once_with_the_largest_error(surfaces):
    words = figures.side_by_side(surfaces).get_supxlabel()
    assert words.count("This plane was not fitted to any run") == 1
    worst = max(surfaces, key=lambda one: one.error.loss)
    assert worst.caveats[1][1]["loss"].rstrip("%") in words
    named = [replace(one, data="digits of mine") for one in surfaces[:2]]
    assert "mean over digits of mine" in figures.side_by_side(named).get_supxlabel()
    assert "mean over" not in figures.side_by_side([named[0], surfaces[1]]).get_supxlabel()


@pytest.mark.parametrize(("size", "columns"), [((12, 3.6), 4), ((4, 12), 1), ((6, 6), 2)])
def test_maps_are_arranged_so_that_they_are_large(surfaces, size, columns):
    with figures.style("light", size="page"), plt.rc_context({"figure.figsize": size}):
        figure = figures.side_by_side([*surfaces, surfaces[0]])
    figure.draw_without_rendering()
    assert len({round(ax.get_window_extent().x0) for ax in figure.axes[:4]}) == columns


def test_blank_places_and_other_scales_are_told(surfaces):
    holes = surfaces[1].loss.copy()
    holes[0, 0] = np.inf
    words = figures.side_by_side([surfaces[0], replace(surfaces[1], loss=holes)], ["whole", "torn"]).get_supxlabel()
    assert "torn: At 1 of 81 grid points the loss is not finite" in words.replace("\n", " ")
    assert "whole:" not in words
    assert "The map is not to scale." not in words
    skew = ls.planes.through(np.zeros(3), np.array([1.0, 0, 0]), np.array([1.0, 2, 0]))
    bowl = ls.surface_of(lambda params: float(1 + params @ params), skew, resolution=9)
    assert "The map is not to scale." in figures.side_by_side([bowl, surfaces[0]]).get_supxlabel()


def test_level_ground_alone_is_drawn(surfaces):
    level = replace(surfaces[0], loss=np.ones_like(surfaces[0].loss))
    figure = figures.side_by_side([level, level])
    assert [[text.get_text() for text in ax.texts] for ax in figure.axes[:2]] == [["level: loss 1", "loss 1 … 1"]] * 2


def test_axes_may_be_given(surfaces):
    figure, axes = plt.subplots(1, 2)
    assert figures.side_by_side(surfaces[:2], axes=axes) is figure
    assert figure.get_supxlabel() == ""


def test_what_has_no_scale_in_common_is_refused(surfaces):
    below = replace(surfaces[0], loss=surfaces[0].loss - 1)
    with pytest.raises(ValueError, match="surface 'mine' has losses that are not above 0, and others have none"):
        figures.side_by_side([surfaces[0], below], ["a", "mine"])
    figure = figures.side_by_side([below, replace(below, loss=2 * below.loss)])
    assert filled(figure.axes[0]).levels[0] < -1
    with pytest.raises(ValueError, match="there are no surfaces to be drawn"):
        figures.side_by_side([])
    with pytest.raises(ValueError, match="1 names for 2 surfaces are not allowed"):
        figures.side_by_side(surfaces[:2], ["one"])
