"""The rules of the page's pictures, written in TypeScript, against those of the figures."""

from __future__ import annotations

import numpy as np
import pytest
from contourpy import contour_generator
from nodes import Node

import landscape as ls
from landscape.core.errors import InputError
from landscape.core.numerals import number
from landscape.figures import contours, levels
from landscape.figures.exits import first_exit, last_exit, shown_path
from landscape.figures.scales import loss_scale, scale_of

get = ls.terrains.get
MODULES = ("numerals", "ticks", "scales", "exits", "heights", "levels", "isolines", "downhill")
# A range that is tiny beside its offset, tiny, negative, huge, across 0, and none.
RANGES = [
    *((1e6, 1e6 + 18), (1e9, 1e9 + 0.018), (-1e6 - 18, -1e6), (999_990, 1_000_010), (1e6 + 3, 1e6 + 17)),
    *((0, 1.8e-8), (-2e-300, 1e-300), (1e30, 3e30), (-1e300, 1e300), (-78.3, 1000), (0.001, 0.002), (1e5, 1.2e5)),
]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """The modules of web/src/pictures, and columns of numbers as they take them."""
    process = Node(tmp_path_factory.mktemp("node"), *(f"pictures/{name}.ts" for name in MODULES))
    yield process
    process.close()


# Numbers ------------------------------------------------------------------------------------------------------------


def value_of(text):
    """The number that a text of the page is."""
    mantissa, _, power = text.replace("−", "-").replace(",", "").partition("×10" if "×" in text else "10⁻~")
    if "×" not in text and text.lstrip("−").startswith("10") and any(one in text for one in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"):
        mantissa, power = "-1" if text[0] == "−" else "1", text.lstrip("−")[2:]
    whole = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(mantissa) * (10.0 ** int(whole) if whole else 1.0)


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_numbers_are_rounded_relative_to_their_range(node, low, high):
    """Values that can be told apart in a picture are told apart in words, however far from 0 they lie."""
    values, fine = np.linspace(low, high, 41), (high / 40 - low / 40)
    texts = node("return values.map((one) => numerals.show(one, 3, fine))", values=values.tolist(), fine=fine)
    assert len(set(texts)) == len(texts)
    np.testing.assert_allclose([value_of(text) for text in texts], values, rtol=5e-3, atol=0.51 * fine)


@pytest.mark.parametrize("digits", [1, 3, 4, 6, 10])
def test_numbers_are_written_as_in_figures(node, digits):
    values = [sign * part * 10.0**k for k in range(-9, 13) for part in (1, 1.2345678, 9.9996) for sign in (1, -1)]
    told = node("return values.map((one) => numerals.show(one, digits))", values=values, digits=digits)
    assert told == [number(value, digits) for value in values]


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_ticks_are_told_apart_and_short(node, low, high):
    found, words = node(
        "const found = ticks.evenTicks(low, high, 5); return [found, ticks.tickWords(found, 'loss')]",
        low=low,
        high=high,
    )
    assert 3 <= len(found) <= 9
    assert all(low - 1e-9 * abs(low) <= tick <= high + 1e-9 * abs(high) for tick in found)
    assert len(set(words["texts"])) == len(found)
    assert max(map(len, words["texts"])) <= 11  # as −1.5×10⁻³⁰⁰ is
    # What they count from stands beside the name.
    name, sign, base = (*words["name"].split(" "), "−", "0")[:3]
    assert name == "loss"
    offset = value_of(base) * (1 if sign == "−" else -1)
    told = [offset + value_of(text) for text in words["texts"]]
    np.testing.assert_allclose(told, found, rtol=1e-12, atol=1e-6 * (high / 5 - low / 5))


def test_numbers_that_are_none_and_ranges_that_are_none(node):
    assert node("return [NaN, null, Infinity, -Infinity, 0].map((one) => numerals.show(one))") == [*"––∞", "−∞", "0"]
    assert node("return ticks.evenTicks(1e6, 1e6, 5)") == [1e6]
    assert node("return ticks.tickWords([1e6], 'loss')") == {"texts": ["10⁶"], "name": "loss"}
    assert node("return numerals.show(1e6 + 0.25, 3, 1e-20)") == "1,000,000.25"
    assert node("return [0.001, 12500, 1e-8, 2e7].map(numerals.setting)") == ["0.001", "12500", "10⁻⁸", "2×10⁷"]


# Axes of losses, and ways out ----------------------------------------------------------------------------------------

CURVES = [
    [[100.0, 1.0, 1e-3]],
    [[3.0, 2.0, 1.0], [3.0, 5.0, 2.5]],
    [[-1.0, -3.0, -5.0]],
    [[1.0, 0.0, -5.0]],
    [[1e6, 10.0, -1.0]],
    [[5.0, 5.0, 5.0]],
    [[0.0, 0.0]],
    [[np.nan, np.nan]],
    [[np.nan, 2.0, 1.0]],
    [[1.0, 1e-6, -1e-17], [1.0, 1e-13, 0.0]],
    [[170.0, 47.4, 760.0, 4.7e6, 1e20, 1e158, np.inf], [170.0, 100.0, 1e-9, 1e-30, 1e-30, 1e-30, 1e-30]],
    [[1e6 + 4.5, 1e6 + 1, 1e6], [1e6 + 4.5, 1e6 + 4.4, 1e6 + 4.3]],
    [[1e9 + 0.0045, 1e9 + 0.001, 1e9]],
    [[-60.0, -70.0, -78.3], [-60.0, 1e3, 1e9], [-60.0, -np.inf]],
    [[0.0, -1.0, -1e5, -1e30, -1e200]],
    [[1e300, 1e308, 1e5]],
    [[0.0], [1.0], [1e293]],
    [[5e-324], [1e-320]],
    [[1.0, 2.0, 7.0]],
    [[-3.0, 2.0, 90.0], [-3.0, 1e4, 1e5]],
    [[-np.inf]],
    # Out through the bottom and on to above the top, with and without a gap between them.
    [[1.0, -1.0, -2.0, -2.0, -2.0, -2.0], [1.0, 0.0, -9.0, -8.0, 9.0, 9.5], [1.0, -9.0, np.nan, 9.0, np.nan, 9.0]],
]


@pytest.mark.parametrize(("log", "lowest"), [(False, -10.0), (False, 0.0), (True, -10.0)])
@pytest.mark.parametrize("curves", CURVES, ids=str)
def test_axes_of_losses_are_the_figures(node, curves, log, lowest):
    expected = loss_scale(curves, log, lambda: (lowest, 90.0))
    scale, drawn, outs, reached = node(
        """const scale = scales.lossScale(curves, log, [lowest, 90]);
           const all = (rule) => curves.map(rule);
           return [scale, all((one) => [false, true].map((gone) => scales.drawnLosses(scale, one, gone))),
                   all((one) => scales.lossWayOut(scale, one.map((_, k) => 2 * k), one)),
                   all((one) => scales.reached(scale, one))]""",
        curves=curves,
        log=log,
        lowest=lowest,
    )
    assert scale["kind"] == expected.kind
    numbers = (expected.low, expected.high, expected.floor, expected.linear_to)
    np.testing.assert_allclose([scale[one] for one in ("low", "high", "floor", "linearTo")], numbers, rtol=1e-14)
    for curve, found, out, arrived in zip(curves, drawn, outs, reached, strict=True):
        for shown, gone in zip(found, (False, True), strict=True):
            np.testing.assert_array_equal(shown, expected.drawn(curve, gone))
        end = expected.way_out(2 * np.arange(len(curve)), curve)
        assert (out is None) == (end is None)
        if end is not None:
            assert out["edge"] == end.edge
            np.testing.assert_allclose([out["step"], out["loss"]], [end.step, end.loss], rtol=1e-12)
        assert arrived == expected.reached(curve)


def test_losses_lie_on_their_axes_where_the_figures_have_them(node):
    for curves in CURVES:
        expected, losses = loss_scale(curves), np.concatenate(curves)
        losses = losses[np.isfinite(losses)]
        if not len(losses):
            continue
        found = node(
            """const scale = scales.lossScale(curves, false);
               const [low, high] = [scale.low, scale.high].map((one) => scales.placeOf(scale, one));
               return losses.map((one) => (scales.placeOf(scale, one) - low) / (high - low))""",
            curves=curves,
            losses=np.clip(losses, -1e302, 1e302).tolist(),
        )
        np.testing.assert_allclose(found, expected.shares(losses), rtol=1e-12, atol=1e-12)


def test_walks_are_followed_below_0_as_far_as_the_map(node):
    walks = [ls.descend("x^2-y^2", text, steps=60) for text in ("sgd:lr=0.1", "adam:lr=0.1")]
    seen = walks[0].terrain.grid(51, 51)[2]
    made = "return scales.lossScale(curves, false, ground)"
    ground = [float(seen.min()), float(seen.max())]
    found = node(made, curves=[walk.loss.tolist() for walk in walks], ground=ground)
    expected = scale_of(walks)
    assert (found["kind"], found["low"], found["high"]) == (expected.kind, expected.low, expected.high)
    above = node(made, curves=[[3.0, 1.0]], ground=[2.0, 4.0])
    assert above["low"] == loss_scale([[3.0, 1.0]]).low


COLUMNS = """const columns = (points) => ({ x: Float64Array.from(points, (one) => one[0]),
                                            y: Float64Array.from(points, (one) => one[1]) });"""


def test_ways_out_are_the_figures(node, rng):
    """Random paths, of which some leave for very far, and some never."""
    view = [[-1.0, 1.0], [-0.5, 2.0]]
    seen = 0
    for reach in (0.3, 1.5, 4.0, 1e200):
        for _ in range(12):
            path = np.vstack([rng.uniform(-0.4, 0.4, 2), reach * rng.normal(size=(6, 2))])
            path[4:] *= rng.choice([1.0, 0.1])
            code = f"{COLUMNS} return [true, false].map((first) => exits.wayOut(columns(path), view, first))"
            found = node(code, path=path.tolist(), view=view)
            for one, rule in zip(found, (first_exit, last_exit), strict=True):
                expected = rule(path, view)
                assert (one is None) == (expected is None)
                if expected is not None:
                    seen += 1
                    assert one["row"] == expected.row
                    np.testing.assert_allclose(one["point"], expected.point, rtol=1e-14)
                    np.testing.assert_allclose(one["way"], expected.way, rtol=1e-14)
    assert seen > 50


@pytest.mark.parametrize("notation", ["sgd:lr=0.1", "sgd:lr=0.01", "adadelta:lr=20", "momentum:lr=0.03"])
def test_paths_on_the_map_are_the_figures(node, notation):
    walk = ls.descend("himmelblau", notation, steps=60)
    view = walk.terrain.domain
    path, out = shown_path(walk, view)
    points = walk.x[np.isfinite(walk.x).all(axis=1)]
    code = f"{COLUMNS} return exits.shownPath({{ ...columns(path), diverged }}, view)"
    found = node(code, path=points.tolist(), diverged=int(walk.diverged_at), view=view)
    np.testing.assert_array_equal(np.transpose([found["points"]["x"], found["points"]["y"]]), path)
    assert (found["out"] is None) == (out is None)
    if out is not None:
        assert found["out"]["row"] == out.row
        np.testing.assert_array_equal(found["out"]["point"], out.point)


# Heights, levels and their lines -------------------------------------------------------------------------------------

TERRAINS = [
    *(get(name) for name in ls.terrains.names()),
    get("ravine", angle=30.0),
    get("cliff", steps=10),
    *map(ls.terrains.parse, ["sqrt(x+1)+y^2", "3+0*x", "1e6+1e-3*x^2+y^2", "1e-250*(x^2+y^2)", "log(x)*y", "1e305*x"]),
]


def said(terrain):
    return {"height": terrain.height, "floor": terrain.floor, "rounding": terrain.rounding}


def on_grid(terrain, columns=41, rows=33):
    with np.errstate(all="ignore"):
        return terrain.grid(columns, rows)[2]


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
def test_heights_are_the_figures(node, terrain):
    loss = on_grid(terrain)
    code = "return heights.heights(ground, { columns: 41, rows: 33, values: Float64Array.from(loss) })"
    found = node(code, ground=said(terrain), loss=loss.ravel().tolist())
    if isinstance(found, str):
        with pytest.raises(InputError, match={"no_ground": "no ground", "beyond": "most of"}[found]):
            contours.heights(terrain, loss)
        return
    elevation, low, high = contours.heights(terrain, loss)
    np.testing.assert_allclose(found["elevation"]["values"], elevation.ravel(), rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose([found["low"], found["high"]], [low, high], rtol=1e-14, atol=1e-14)
    assert (found["low"] == found["high"]) == (low == high)


@pytest.mark.parametrize("loss", [[[1, 2], [3, np.nan]], [[1, 2], [np.nan, np.nan]], [[1e301, 1e302], [1e303, np.inf]]])
def test_ground_that_cannot_be_drawn_is_none_in_figures_either(node, loss):
    terrain = get("saddle")
    code = "return heights.heights(ground, { columns: 2, rows: 2, values: Float64Array.from(loss) })"
    found = node(code, ground=said(terrain), loss=np.ravel(loss).tolist())
    try:
        expected = contours.heights(terrain, np.array(loss, float))[1:]
    except InputError:
        assert isinstance(found, str)
    else:
        assert (found["low"], found["high"]) == expected


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
@pytest.mark.parametrize("count", [5, 14])
def test_levels_are_the_figures(node, terrain, count):
    try:
        _, low, high = contours.heights(terrain, on_grid(terrain))
    except InputError:
        return
    code = "return levels.roundLevels(ground, low, high, count)"
    found = node(code, ground=said(terrain), low=low, high=high, count=count)
    expected = levels.round_levels(terrain, low, high, count) if high > low else []
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12 * (high - low))


@pytest.mark.parametrize(("low", "high"), [*RANGES, (0.3, 0.7), (-1, 1), (1e-3, 5e4), (7, 7 + 1e-9), (-5e-7, 0)])
@pytest.mark.parametrize("count", [1, 5, 14])
def test_even_levels_are_matplotlibs(node, low, high, count):
    found = node("return levels.evenLevels(low, high, count)", low=low, high=high, count=count)
    expected = levels.Even(count, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-10 * (high / 14 - low / 14))


def lines_of(node, height, level):
    rows, columns = height.shape
    code = "return isolines.isolines({ columns, rows, values: Float64Array.from(height) }, level)"
    found = node(code, columns=columns, rows=rows, height=height.ravel().tolist(), level=float(level))
    return [np.reshape(line, (-1, 2)) for line in found]


def pieces(lines):
    """The pieces of lines, each from its lower end, in one order."""
    found = (
        np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in lines]) if lines else np.empty((0, 2, 2))
    )
    found = np.round(found, 9) + 0.0
    turned = [sorted(map(tuple, one)) for one in found if (one[0] != one[1]).any()]
    return np.array(sorted(turned)).reshape(-1, 2, 2)


@pytest.mark.parametrize("terrain", TERRAINS, ids=repr)
def test_level_lines_are_contourpys(node, terrain):
    """Also where there are holes, cells of three corners, and saddles."""
    try:
        height, low, high = contours.heights(terrain, on_grid(terrain))
    except InputError:
        return
    generator = contour_generator(z=np.ma.masked_invalid(height))
    for loss in levels.round_levels(terrain, low, high, 7) if high > low else ():
        level = float(terrain.elevation(loss))
        found, expected = lines_of(node, height, level), generator.lines(level)
        np.testing.assert_allclose(pieces(found), pieces(expected), atol=2e-9)
        # In as few lines, of which as many are closed.
        closed = [sum((line[0] == line[-1]).all() for line in lines) for lines in (found, expected)]
        assert (len(found), closed[0]) == (len(expected), closed[1])


def test_level_lines_of_noise_are_contourpys(node, rng):
    """Saddles in every other cell, and holes in every tenth."""
    height = rng.normal(size=(20, 25))
    height[rng.random(height.shape) < 0.1] = np.nan
    generator = contour_generator(z=np.ma.masked_invalid(height))
    for level in (-0.5, 0.01, 0.7):
        found, expected = lines_of(node, height, level), generator.lines(level)
        np.testing.assert_allclose(pieces(found), pieces(expected), atol=2e-9)
        assert len(found) == len(expected)


@pytest.mark.parametrize("sides", [(1, 1), (3, 1), (2.9, 1), (1, 2.99), (1, 3.01)])
def test_maps_are_to_scale_where_the_figures_are(node, sides):
    domain = [[0.0, sides[0]], [5.0, 5.0 + sides[1]]]
    for terrain in (get("saddle"), get("rosenbrock")):
        found = node("return heights.isToScale({ toScale }, domain)", toScale=terrain.to_scale, domain=domain)
        assert found == contours.is_to_scale(terrain, domain)


def test_arrows_downhill_are_the_figures(node, rng):
    slopes = rng.normal(size=(6, 7, 2)) * 10.0 ** rng.uniform(-5, 5, size=(6, 7, 1))
    slopes[0, 0], slopes[1, 1], slopes[2, 2], slopes[3, 3] = 0.0, np.nan, (np.inf, 1.0), (1e-200, 2e-200)
    found = node("return downhill.downhill(slopes)", slopes=slopes.reshape(-1, 2).tolist())
    np.testing.assert_allclose(found, contours._downhill(slopes).reshape(-1, 2), rtol=1e-12, atol=1e-14)
