"""Minima that are found, and where walks end."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls
from landscape.walks.attraction import DIVERGED, ON_THE_WAY, OUTSIDE, lowest, minima


@pytest.mark.parametrize(
    ("name", "count"),
    # By their authors; Rastrigin and Ackley have a minimum near each of the 11 × 11 whole numbers of their domains, for
    # Ackley's corners just inside, at ±4.986.
    [
        *(("rosenbrock", 1), ("goldstein_price", 4), ("himmelblau", 4), ("six_hump_camel", 6), ("styblinski_tang", 4)),
        *(("rastrigin", 121), ("ackley", 121), ("saddle", 0), ("relu_pair", 0), ("sigmoid_chain", 0)),
    ],
)
def test_all_minima_are_found(name, count):
    terrain = ls.terrains.get(name)
    found = minima(terrain)
    assert len(found) == count
    losses = terrain.value(found)
    assert (np.diff(losses) >= -1e-9).all()
    np.testing.assert_allclose(terrain.gradient(found), 0, atol=1e-8)
    if count:
        np.testing.assert_allclose(lowest(terrain)[0], terrain.value(terrain.minima).min(), atol=1e-12)


@pytest.mark.parametrize(
    ("formula", "places"),
    [
        # Close to the border, and half-way between points of the grid, whose neighbours are then as low as they.
        ("(x - 2.999)^2 + (y + 2.999)^2", [(2.999, -2.999)]),
        ("(x - 2.99)^2 + (y - 0.01)^2", [(2.99, 0.01)]),
        ("(x - 3.001)^2 + y^2", []),
        # Where it has no value beyond the border.
        ("log(3 - x)^2 + y^2", [(2.0, 0.0)]),
    ],
)
def test_minima_near_the_border_and_between_the_lines_are_found(formula, places):
    found = minima(ls.terrains.parse(formula))
    np.testing.assert_allclose(found, np.reshape(places, (-1, 2)), atol=1e-9)


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_minima_do_not_depend_on_the_unit_of_the_loss(unit):
    # Two pairs, of which one is lower by 2e-3 of the height between them.
    terrain = ls.terrains.parse(f"{unit}*((x^2 - 1)^2 + (y^2 - 1)^2 + 0.001*x)")
    found = ls.basins(terrain, ls.optimizers.SGD(1e-3 / unit), steps=2, resolution=3)
    assert len(found.minima) == 4
    assert found.minima[found.lowest][:, 0].round(2).tolist() == [-1.0, -1.0]


def test_equally_low_minima_keep_the_terrain_s_order():
    # Their computed losses are 0 and 8e-31, by which they would be sorted.
    himmelblau = ls.terrains.get("himmelblau")
    np.testing.assert_array_equal(minima(himmelblau), himmelblau.minima)
    found = ls.basins(himmelblau, "sgd:lr=0.01", steps=2, resolution=3)
    assert found.lowest.tolist() == [0, 1, 2, 3]
    assert ls.basins(ls.terrains.get("styblinski_tang"), "sgd", steps=2, resolution=3).lowest.tolist() == [0]


def test_words_under_maps_are_measured_from_what_is_drawn():
    def words(name, *notations, steps=300):
        found = [ls.basins(ls.terrains.get(name), one, steps=steps, resolution=12) for one in notations]
        figure = ls.figures.basins(found)
        return found, [ax.get_xlabel().splitlines()[1:] for ax in figure.axes], [ax.images[0] for ax in figure.axes]

    def two_digits(loss):
        if loss >= 10:
            return f"{loss:,.0f}"
        mantissa, _, exponent = f"{float(f'{loss:.2g}'):g}".partition("e-")
        power = "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in exponent.lstrip("0"))
        return f"{mantissa}×10⁻{power}" if power else mantissa

    def told(one):
        return f"dark: loss {two_digits(one.loss.min())}, light: {two_digits(one.loss.max())}"

    # No walk ends higher than on the dead plateau, at ½, though the map reaches to 112.
    found, ((said,),), (image,) = words("relu_pair", "sgd:lr=0.02")
    assert said == "dark: loss 0, light: 0.5"
    assert found[0].loss.max() == 0.5
    pixels, heights = image.get_array(), found[0].terrain.elevation([0.0, 0.5])
    np.testing.assert_allclose([pixels.min(), pixels.max()], heights, atol=1e-6)
    np.testing.assert_allclose(image.get_clim(), heights, atol=1e-6)
    # Two panels have one scale; each says what is on it.
    found, said, images = words("sigmoid_chain", "sgd:lr=1e-9", "adam:lr=0.1")
    assert images[0].get_clim() == images[1].get_clim()
    for one, (line,) in zip(found, said, strict=True):
        assert line == told(one)
    (one,), ((said,),), _ = words("relu_pair", "sgd:lr=1e-12", steps=1)
    assert said == told(one)
    # Minima that are equal are said to be.
    assert words("himmelblau", "sgd:lr=0.01")[1] == [["100\u00a0% reach a lowest one", "A, B, C, D are equally low"]]
    assert words("six_hump_camel", "sgd:lr=0.01")[1][0][1] == "A, B are equally low"
    assert words("styblinski_tang", "sgd:lr=0.01")[1][0][0].endswith("reach the lowest")
    assert words("booth", "sgd:lr=0.1")[1] == [["100\u00a0% reach it"]]


@pytest.mark.parametrize(
    ("ground", "low"),
    [("5+(x-y)^2", 5.0), ("1+abs(x)+abs(y)", 1.0), ("x+y^2", -3.0), ("relu_pair", 0.0), ("saddle", -2.0)],
)
def test_the_lowest_loss_need_not_be_isolated(ground, low):
    # Along a line, at a kink, and at the border of the domain, which is −3 … 3 for formulas and −2 … 2 for the saddle.
    loss, beyond = lowest(ls.terrains.parse(ground))
    assert loss == pytest.approx(low, abs=1e-7)
    assert beyond == (low < 0)


@pytest.mark.parametrize(
    "ground",
    [
        *(
            "1/x+y^2",
            "tan(x)+y^2",
            "log((x-0.3)^2+y^2)",
            "log(abs(x-1.1))",
            "-1/(x-y)^2",
            "-1/abs(x-pi/7)^0.3",
            "1e-300/x",
        ),
        *("1/(x-1)^2-1/(x+1.013)^2", "log(x^2)"),
    ],
)
def test_beside_a_pole_no_loss_is_lowest(ground):
    """Be it at a point of the grid or between two, at a rate of 1/x², or of a logarithm."""
    assert lowest(ls.terrains.parse(ground)) == (-np.inf, False)


@pytest.mark.parametrize(
    ("ground", "low"),
    [("-1/(1e-8+(x-0.31)^2)", -1e8), ("x*log(abs(x))", 3 * np.log(1 / 3)), ("-1e9+abs(x-0.3)", -1e9), ("sign(x)", -1)],
)
def test_narrow_pits_have_a_lowest_loss(ground, low):
    loss, beyond = lowest(ls.terrains.parse(ground))
    assert loss == pytest.approx(low, rel=1e-6)
    assert beyond == (ground == "x*log(abs(x))")


def test_starts_and_ends_without_a_loss_did_not_diverge():
    """On √x + y² half of the starts have no loss, and all others come to where there is none; x² − y² overflows."""
    found = ls.basins(ls.terrains.parse("sqrt(x)+y^2"), "sgd:lr=0.2", resolution=10)
    assert (found.share(OUTSIDE), found.share(DIVERGED)) == (1, 0)
    assert ls.basins(ls.terrains.parse("x^2-y^2"), "sgd:lr=2", resolution=10).share(DIVERGED) == 1
    figure = ls.figures.basins(found)
    assert "without a loss" in figure.axes[0].get_xlabel()
    assert "diverge" not in figure.axes[0].get_xlabel()


def test_small_steps_follow_the_gradient_s_basins():
    # By symmetry each quarter of ½x² ± … belongs to its own minimum: L = (x² − 1)² + (y² − 1)².
    terrain = ls.terrains.parse("(x^2 - 1)^2 + (y^2 - 1)^2", domain=((-2, 2), (-2, 2)))
    found = ls.basins(terrain, "sgd:lr=0.01", resolution=20)
    np.testing.assert_allclose(np.sort(found.minima, axis=None), [-1] * 4 + [1] * 4, atol=1e-9)
    starts = np.stack(np.meshgrid(found.xs, found.ys), axis=-1)
    np.testing.assert_allclose(found.minima[found.reached], np.sign(starts), atol=1e-9)
    assert [found.share(k) for k in range(4)] == [0.25] * 4
    assert found.lowest.tolist() == [0, 1, 2, 3]
    assert found.share(ON_THE_WAY) == found.share(DIVERGED) == 0


def test_walks_that_end_nowhere_are_told_apart():
    ravine = ls.terrains.get("ravine")
    assert ls.basins(ravine, "sgd:lr=1", resolution=6).share(DIVERGED) == 1
    assert ls.basins(ravine, "sgd:lr=1e-6", resolution=6).share(ON_THE_WAY) == 1
    assert ls.basins(ravine, "adam:lr=0.5", resolution=6).share(0) == 1
