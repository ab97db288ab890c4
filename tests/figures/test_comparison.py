"""Surfaces side by side: one scale for all, and sentences that their numbers choose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from boxes import check_text

import landscape as ls
from landscape.datasets.sample import Images
from landscape.figures.comparable import comparisons, told


@pytest.fixture(scope="module")
def around(runs, mnist):
    """Two random planes with the norms of their networks' filters, over the same images."""
    x, y, about = mnist.sample(200)
    net = runs[0].network
    return [ls.surface(net, ls.planes.random(net, run.params), x, y, resolution=9, data=about) for run in runs]


def bowl(low, high):
    """A surface whose losses reach from `low` to `high`."""
    plane = ls.planes.through(np.zeros(3), np.eye(3)[0], np.eye(3)[1])
    reach = ((-1.0, 1.0), (-1.0, 1.0))
    return ls.surface_of(lambda p: float(low + (high - low) / 2 * (p @ p)), plane, reach, resolution=9)


def verdicts(surfaces, names=("a", "b")):
    return {one.subject: one.fits for one in comparisons(surfaces, names)}


def maps(figure):
    return [ax.collections[0] for ax in figure.axes if "terrain" in vars(ax.collections[0])]


@pytest.mark.parametrize(("theme", "size"), [("light", "slide"), ("dark", "half-slide"), ("print", "page")])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words_are_inside_and_apart(around, surface, theme, size, lang):
    for some in (around, [*around, surface]):
        with ls.figures.style(theme, size, lang):
            figure = ls.figures.compare(some)
            figure.canvas.draw()
            check_text(figure, numbers=False)


@pytest.mark.parametrize(("ends", "scale"), [(((0.5, 2.0), (0.1, 90.0)), "log"), (((-1.0, 1.0), (0.1, 9.0)), "linear")])
def test_the_same_loss_has_the_same_colour_and_line_in_all(ends, scale):
    drawn = maps(figure := ls.figures.compare([bowl(*one) for one in ends]))
    first, second = drawn
    np.testing.assert_array_equal(first.levels, second.levels)
    np.testing.assert_array_equal(first.get_facecolors(), second.get_facecolors())
    assert (first.norm.vmin, first.norm.vmax) == (second.norm.vmin, second.norm.vmax)
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    edges = 10 ** first.levels[[0, -1]] if scale == "log" else first.levels[[0, -1]]
    np.testing.assert_allclose(edges, [low, high], rtol=1e-6, atol=1e-6)
    bar = figure.axes[-1]
    assert [text.get_text() for text in bar.get_yticklabels()]
    assert ("logarithmic" in bar.get_ylabel()) == (scale == "log")


def test_level_ground_beside_hills_is_drawn():
    plane = bowl(1, 2).plane
    level = ls.surface_of(lambda p: 3.0, plane, ((-1, 1), (-1, 1)), resolution=9)
    for some in ([bowl(0.1, 9.0), level], [level, level]):
        ls.figures.compare(some).canvas.draw()


def test_what_can_be_compared_is_what_their_numbers_say(around, surface):
    assert verdicts(around) | {"distances": None} == {
        "heights": True,
        "networks": True,
        "places": False,
        "distances": None,
        "flatness": True,
        "details": True,
        next(one for one in verdicts(around) if one.startswith("differences from")): True,
    }
    assert verdicts([around[0], around[0]])["places"]
    assert verdicts([around[0], around[0]])["distances"]
    # Each change is named, and nothing else.
    other = Images(100, "test", "mnist")
    for change, subject in (
        ({"data": other}, "heights"),
        ({"data": ""}, "heights"),
        ({"xs": 2 * around[1].xs, "ys": 2 * around[1].ys}, "flatness"),
        ({"standard_error": None}, "small differences"),
    ):
        assert not verdicts([around[0], replace(around[1], **change)])[subject]
    assert not verdicts([around[0], surface])["shapes"]
    assert not verdicts([around[0], surface])["details"]
    assert not verdicts([around[0], bowl(1, 2)])["networks"]


def test_directions_without_the_norms_of_filters_say_nothing_on_flatness(around, runs, mnist):
    x, y, about = mnist.sample(200)
    net = runs[0].network
    plain = ls.surface(net, ls.planes.random(net, runs[0].params, normalize=None), x, y, resolution=9, data=about)
    (found,) = [one for one in comparisons([around[0], plain], ["a", "b"]) if one.subject == "flatness"]
    assert not found.fits
    assert found.reason == "norms of directions: a filter, b none"


def test_the_difference_that_is_clear_is_that_of_the_noise(around):
    errors = [np.full(one.loss.shape, error) for one, error in zip(around, (0.3, 0.4), strict=True)]
    noisy = [replace(one, standard_error=error) for one, error in zip(around, errors, strict=True)]
    # 1.96 · √(0.3² + 0.4²)
    assert verdicts(noisy)["differences from 0.98 on"]


def test_a_brief_line_has_no_reasons(around):
    found = comparisons(around, ["a", "b"])
    assert "(" not in told(found, brief=True)
    assert told(found).count("\n") == 1
    assert told(found).startswith("Comparable: heights (all over 200 training images of MNIST), ")


def test_names_are_shown_letter_by_letter(around):
    with ls.figures.style():
        figure = ls.figures.compare(around, ["$x$", "b"])
        figure.canvas.draw()
    assert r"\$x\$" in figure.axes[0].get_title(loc="left")
    assert r"\$x\$ " in figure.get_supxlabel()
    assert r"\\" not in figure.get_supxlabel() + figure.axes[0].get_title(loc="left")


def test_one_alone_and_too_many_are_refused(around, runs):
    for some in (around[:1], around * 5):
        with pytest.raises(ValueError, match=f"^{len(some)} surfaces are not allowed: from 2 to 8 can be compared$"):
            ls.figures.compare(some)
    with pytest.raises(ValueError, match="1 names for 2 surfaces are not allowed"):
        ls.figures.compare(around, ["a"])
    with pytest.raises(TypeError, match="Surface, one or several of it, is needed, not Run"):
        ls.figures.compare(runs)
