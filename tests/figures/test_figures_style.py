"""Styles, sizes, languages, files, and how objects show themselves."""

from __future__ import annotations

import re
import sys
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import combinations, pairwise, permutations
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import sweep_tables
from boxes import check_inside
from colorspacious import cspace_convert, deltaE
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import font_manager
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

import landscape as ls
from landscape import figures
from landscape.datasets.sample import Images
from landscape.figures import breaking, fonts, labels, names, saving, words
from landscape.figures.palettes import DARK, LIGHT, current

SOURCE = Path(figures.__file__).parent
SLIDE_WALKS = ("sgd:lr=0.001", "momentum:lr=0.001", "rmsprop:lr=0.003", "adam:lr=0.02")


@pytest.fixture(scope="module")
def walks():
    terrain = ls.terrains.get("rosenbrock")
    return [ls.descend(terrain, text, steps=2000) for text in SLIDE_WALKS]


# Styles -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", figures.THEMES)
def test_style_sheets_work_by_their_names_alone(theme):
    figures.register()
    with plt.style.context(f"landscape-{theme}"):
        assert plt.rcParams["font.family"][0] == fonts.FAMILY
        assert current().is_light == (theme != "dark")


@pytest.mark.parametrize("size", figures.SIZES)
def test_sizes_scale_type_and_lines_together(size):
    with figures.style("light", "slide"):
        slide = dict(plt.rcParams)
    with figures.style("dark", size):
        assert tuple(plt.rcParams["figure.figsize"]) == figures.SIZES[size][:2]
        factor = plt.rcParams["font.size"] / slide["font.size"]
        for key in ("axes.titlesize", "lines.linewidth", "axes.linewidth", "figure.constrained_layout.h_pad"):
            assert plt.rcParams[key] == pytest.approx(factor * slide[key])


def test_print_is_for_a_page():
    with figures.style("print"):
        assert tuple(plt.rcParams["figure.figsize"]) == figures.SIZES["page"][:2]
        assert plt.rcParams["text.color"] == "#000000"


def test_sheets_combine_like_any_others():
    figures.register()
    with plt.style.context(["landscape-dark", "landscape-column"]):
        assert plt.rcParams["font.size"] == figures.SIZES["column"].type_size
        assert not current().is_light


@pytest.mark.parametrize("given", [{"theme": "drak"}, {"size": "slides"}, {"lang": "cn"}])
def test_unknown_styles_are_named(given):
    with pytest.raises(ValueError, match=r"unknown .* \(allowed: "), figures.style(**given):
        pass


def _looks(texts, theme=LIGHT):
    return theme.styles([ls.optimizers.walker(text) for text in texts])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sight", [None, "protanomaly", "deuteranomaly", "tritanomaly"])
def test_hues_are_told_apart_by_everybody(theme, sight):
    """Oracle: colorspacious, which simulates colour blindness after Machado et al. 2009. Differences below 2 are hard
    to see side by side; thin lines that lie apart need several times as much."""
    seen = {"name": "sRGB1+CVD", "cvd_type": sight, "severity": 100} if sight else "sRGB1"
    colours = [np.clip(cspace_convert(to_rgb(hue), seen, "sRGB1"), 0, 1) for hue in theme.hues.values()]
    assert min(deltaE(one, other, input_space="sRGB1") for one, other in combinations(colours, 2)) > 10


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_hues_stand_out_from_the_ground(theme):
    """Contrast as in WCAG 2, which asks for 3 of lines and of large or bold type."""

    def luminance(colour):
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
        return np.dot(linear, [0.2126, 0.7152, 0.0722]) + 0.05

    for hue in theme.hues.values():
        low, high = sorted([luminance(hue), luminance(theme.ground)])
        assert high / low > 4


def test_each_optimizer_has_a_look_of_its_own():
    alone = [_looks([name])[0] for name in ls.optimizers.names()]
    assert len(set(alone)) == len(alone)
    for theme in (LIGHT, DARK):
        together = _looks(ls.optimizers.names(), theme)
        assert len(set(together)) == len(together)


@pytest.mark.parametrize(
    "families", [("adam", "adamw", "nadam", "radam", "amsgrad"), ("muon", "soap", "shampoo", "sophia")]
)
def test_relatives_differ_in_colour(families):
    assert len({look.colour for look in _looks(families)}) == len(families)


def test_any_two_optimizers_differ_in_colour_and_marker_and_the_first_keeps_its_own():
    for one, other in permutations(ls.optimizers.names(), 2):
        first, second = _looks([one, other])
        assert first == _looks([one])[0]
        assert first.colour != second.colour
        assert first.marker != second.marker


def test_an_own_optimizer_takes_no_look_of_others():
    """Wherever it stands; and two of them differ."""

    class Own(ls.optimizers.SGD):
        name = "own"

    class Other(Own):
        name = "other"

    muon, adam = (ls.optimizers.get(name) for name in ("muon", "adam"))
    looks = DARK.styles([Own(), muon, Other(), adam])
    assert [looks[1], looks[3]] == DARK.styles([muon, adam])
    assert len({look.colour for look in looks}) == len({look.marker for look in looks}) == 4


def test_one_optimizer_at_several_rates_differs_in_everything():
    looks = _looks([f"momentum:lr={lr}" for lr in (1, 0.1, 0.01, 0.001)])
    for part in zip(*looks, strict=True):
        assert len(set(part)) == 4


def test_what_is_given_away_is_not_what_a_later_one_owns():
    """The second momentum does not take the look by which viewers know SGD and Adam."""
    first, second, sgd, adam = _looks(["momentum", "momentum:lr=1", "sgd", "adam"])
    assert (first, sgd, adam) == tuple(_looks([name])[0] for name in ("momentum", "sgd", "adam"))
    assert second.colour not in (first.colour, sgd.colour, adam.colour)
    assert second.marker not in (first.marker, sgd.marker, adam.marker)


def own(number):
    """A user's own optimizer."""
    return type(f"Own{number}", (ls.optimizers.SGD,), {})()


KINDS = [ls.optimizers.walker(text) for text in (*ls.optimizers.names(), "adam:clip=1", "scipy:bfgs", "elsewhere:mine")]
KINDS += [*map(own, range(10)), ls.optimizers.Missing("gone:lr=1"), ls.optimizers.Clip(own(3))]


@given(st.lists(st.sampled_from(KINDS), max_size=10), st.sampled_from([LIGHT, DARK]))
def test_any_ten_differ_in_hue_and_marker(kinds, theme):
    looks = theme.styles(kinds)
    assert len({look.colour for look in looks}) == len({look.marker for look in looks}) == len(kinds)
    # The first of those that viewers know has its own, whatever of a user's comes before it.
    known = [k for k, one in enumerate(kinds) if one in KINDS[:23]][:1]
    assert [looks[k] for k in known] == [theme.styles([kinds[k]])[0] for k in known]


def test_a_user_s_own_has_one_look_that_no_other_has(monkeypatch):
    monkeypatch.setattr(ls.optimizers.registry, "_places", {})
    known = [ls.optimizers.walker(text) for text in (*ls.optimizers.names(), "scipy:bfgs")]
    for theme in (LIGHT, DARK):
        alone = [theme.styles([one])[0] for one in (*known, *map(own, range(10)))]
        assert len({look[:2] for look in alone}) == len(alone)
    # Also where another class of that name took its place, or only the name is left.
    assert LIGHT.styles([own(4)]) == LIGHT.styles([ls.optimizers.Missing("own4:lr=1")])
    beside = LIGHT.styles([*map(ls.optimizers.get, ("sgd", "momentum", "adam", "rmsprop")), own(3), own(2)])
    assert beside[4:] == [LIGHT.styles([own(k)])[0] for k in (3, 2)]


def test_more_lines_than_hues_stay_different():
    assert len(set(_looks(["sgd"] * 40))) == 40


# Words --------------------------------------------------------------------------------------------------------------


def test_the_system_s_fonts_of_the_same_name_are_not_taken(monkeypatch, tmp_path):
    """Debian's Noto Sans CJK is a collection of variable fonts, which can neither be cut nor put into SVG files."""
    (system := tmp_path / "NotoSansCJK.ttc").touch()
    theirs = [
        font_manager.FontEntry(fname=str(system), name=family, style="normal", weight=weight, size="scalable")
        for family in (fonts.FAMILY, fonts.CHINESE)
        for weight in (400, 700)
    ]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", theirs + font_manager.fontManager.ttflist)
    fonts.register()
    fonts.register_chinese()
    for family in (fonts.FAMILY, fonts.CHINESE):
        for weight in (400, 700):
            found = font_manager.findfont(font_manager.FontProperties(family=family, weight=weight))
            assert found.startswith(matplotlib.get_cachedir())


def test_every_chinese_letter_has_a_glyph():
    from fontTools.ttLib import TTFont

    with figures.style(lang="zh"):
        for weight in (400, 700):
            properties = font_manager.FontProperties(family=fonts.CHINESE, weight=weight)
            known = TTFont(font_manager.findfont(properties, fallback_to_default=False)).getBestCmap()
            wide = {letter for letter in (SOURCE / "zh.toml").read_text(encoding="utf-8") if ord(letter) >= 0x3000}
            assert {ord(letter) for letter in wide} <= set(known)


def test_captions_of_data_are_translated_and_others_kept():
    assert words.of_data(Images(10_000, "training", "mnist")) == "10,000 training images of MNIST"
    with figures.style(lang="zh"):
        assert words.of_data(Images(500, "test", "fashion")) == "fashion 的 500 张测试图像"
        assert words.of_data("my own data") == "my own data"


def test_lines_are_broken_between_words():
    lines = breaking.balanced("a title that is much too long for its axes", 20)
    assert max(map(len, lines)) <= 20
    assert " ".join(lines) == "a title that is much too long for its axes"


# Files --------------------------------------------------------------------------------------------------------------


def test_a_long_race_is_a_small_svg(walks):
    with figures.style("dark"):
        drawing = saving.svg(figures.race(walks[0].terrain, walks))
    assert len(drawing.encode()) < 1e6


def test_svg_has_real_text_and_brings_its_letters(tmp_path, walks):
    from base64 import b64decode
    from io import BytesIO

    from fontTools.ttLib import TTFont

    with figures.style("light", lang="zh"):
        (file,) = figures.save(figures.race(walks[0].terrain, walks), tmp_path / "race.svg")
    drawing = file.read_text(encoding="utf-8")
    assert ">步数</text>" in drawing
    faces = re.findall(r"font-family:'([^']+)';font-weight:(\d+);src:url\(data:font/woff;base64,([^)]+)", drawing)
    letters = {(family, weight): set(TTFont(BytesIO(b64decode(data))).getBestCmap()) for family, weight, data in faces}
    assert {ord(letter) for letter in "步数损失"} <= letters[fonts.CHINESE, "400"]
    assert {ord(letter) for letter in "Adam 0.02"} <= letters[fonts.FAMILY, "700"]
    assert "http" not in re.sub(r'xmlns[^"]*"[^"]*"|<!DOCTYPE[^>]*>|<metadata>.*?</metadata>', "", drawing, flags=re.S)


def test_pdf_embeds_truetype_fonts(tmp_path, walks):
    with figures.style("light", lang="zh"), plt.rc_context({"pdf.compression": 0}):
        (file,) = figures.save(figures.race(walks[0].terrain, walks), tmp_path / "race", ["pdf"])
    content = file.read_bytes()
    assert content.count(b"/FontFile2") >= 2
    assert b"/Type3" not in content


def test_files_of_several_formats_and_a_transparent_ground(tmp_path, walks):
    figure = figures.race(walks[0].terrain, walks[:1])
    files = figures.save(figure, tmp_path / "deep" / "race.png", ["png", "svg"], transparent=True)
    assert [file.name for file in files] == ["race.png", "race.svg"]
    assert plt.imread(files[0])[0, 0, 3] == 0
    with pytest.raises(ValueError, match="did you mean 'png'"):
        figures.save(figure, tmp_path / "race", ["pgn"])


# The relief ---------------------------------------------------------------------------------------------------------


def test_relief_hides_what_is_behind_a_hill():
    hill = ls.terrains.parse("10*exp(-4*(x^2 + y^2))")
    # Along the line of sight, before and behind the hill.
    behind = ls.descend(hill, "sgd:lr=1e-9", [[0.8, 0.8]], steps=3)
    before = ls.descend(hill, "sgd:lr=1e-9", [[-0.8, -0.8]], steps=3)
    ax = plt.figure().add_subplot(projection="3d", computed_zorder=False)
    figures.surface3d(hill, [before, behind], ax, resolution=41, elev=20, azim=225)
    ends = [line for line in ax.lines if len(line.get_data_3d()[0]) == 1]
    assert [line.get_alpha() for line in ends] == [1.0, 1.0, 0.5, 0.5]


def test_relief_lies_on_the_terrain_and_is_labelled():
    terrain = ls.terrains.get("himmelblau")
    walk = ls.descend(terrain, "adam:lr=0.1", steps=60)
    figure = plt.figure()
    drawn = figures.surface3d(terrain, walk, resolution=31, alpha=0.9)
    assert drawn.get_alpha() == 0.9
    assert drawn.axes.figure is figure
    path = [line for line in drawn.axes.lines if line.get_zorder() == 4]
    x, y, z = (np.concatenate([line.get_data_3d()[k] for line in path]) for k in range(3))
    seen = np.isfinite(z)
    height = terrain.elevation(terrain.value(np.stack([x, y], axis=-1)))
    lift = (z - height)[seen]
    assert lift.min() > 0
    assert np.ptp(lift) < 1e-9
    assert [text.get_text() for text in drawn.axes.legend().get_texts()] == ["Adam, lr 0.1"]


def test_a_relief_tells_equal_optimizers_apart_as_a_map_does():
    starts = [ls.descend("booth", "sgd:lr=0.01", start, steps=5) for start in ((1, 1), (-2, 3))]
    relief, on_map = figures.surface3d("booth", starts, resolution=15).axes, plt.figure().subplots()
    figures.paths(starts, on_map)
    told = relief.get_legend_handles_labels()[1]
    assert told == on_map.get_legend_handles_labels()[1]
    assert len(set(told)) == 2


# Labels -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["slide", "half-slide"])
def test_names_stand_at_the_ends_or_below_where_there_is_no_room(size, walks):
    with figures.style("light", size):
        figure = figures.race(walks[0].terrain, walks)
        figure.canvas.draw()
    called = [names.name_of(walk.optimizer) for walk in walks]
    if size == "slide":
        assert len(figure.axes[1].artists) == len(called)
        assert not figure.legends
    else:
        # Beside the map, which is to scale.
        legend = figure.axes[0].get_legend()
        assert [text.get_text() for text in legend.get_texts()] == called
        assert legend.get_window_extent().x1 <= figure.bbox.x1


def test_numbers_on_contour_lines_stay_inside_and_off_the_paths(walks):
    with figures.style("light"):
        figure = figures.race(walks[0].terrain, walks)
        figure.canvas.draw()
        on_map = figure.axes[0]
        frame, path = on_map.get_window_extent(), on_map.transData.transform(walks[0].x)
        numbers = [text for text in on_map.texts if text.get_text()]
        assert numbers
        for text in numbers:
            box = text.get_window_extent()
            assert frame.x0 <= box.x0
            assert box.x1 <= frame.x1
            assert not box.contains(*path.mean(axis=0))
            assert not any(box.contains(*point) for point in path)


def test_paths_have_labels_for_a_legend(walks):
    ax = plt.figure().subplots()
    drawn = figures.paths(walks, ax)
    assert len(drawn) == len(walks)
    assert [text.get_text() for text in ax.legend().get_texts()] == [names.name_of(walk.optimizer) for walk in walks]


def test_markers_are_spread_over_a_line_and_shifted_from_each_other():
    lines = [Line2D(np.arange(200), np.ones(200)) for _ in range(2)]
    for rank, line in enumerate(lines):
        labels.few_marks(line, "o", rank)
    first, second = (line.get_markevery() for line in lines)
    assert not set(first) & set(second)
    assert all(b - a > 20 for a, b in pairwise(first))


# Notebooks ----------------------------------------------------------------------------------------------------------


def test_objects_show_themselves(runs, surface, mnist):
    import matplotlib.image

    walk = ls.descend("ravine", "adam:lr=0.4", steps=20)
    run, (x, y) = runs[0], (mnist.x_train[:60], mnist.y_train[:60])
    others = [
        *("himmelblau", "log(x - 100)"),  # the second has nothing to draw
        run.network,
        ls.MLP((4, 3)),
        ls.line(run.network, run.snapshots[0], run.params, x, y),
        ls.sweep("booth", ["adam"], 1e-3, steps=40)[0],
        ls.basins("himmelblau", "sgd:lr=0.01", 9, 9),
        ls.curvature.along(run, x, y, count=2),
        sweep_tables.of_networks(),
        sweep_tables.of_walks(),
        mnist,
        ls.datasets.Dataset("oblong", np.eye(5), np.arange(5), np.eye(5), np.arange(5)),
    ]
    others = [ls.terrains.parse(one) if isinstance(one, str) else one for one in others]
    for shown in (walk, run, surface, surface.plane, ls.planes.random(run.network, run.params), *others):
        before = dict(plt.rcParams), plt.get_fignums()
        html = shown._repr_html_()
        assert 'src="data:image/png;base64,' in html
        assert "<table>" in html
        from io import BytesIO

        picture = matplotlib.image.imread(BytesIO(b64decode(html.partition("base64,")[2].partition('"')[0])))
        assert picture.shape[1] > 300
        assert (dict(plt.rcParams), plt.get_fignums()) == before
        assert len(repr(shown)) < 140
    assert "adam:lr=0.4" in walk._repr_html_()
    assert walk._repr_png_().startswith(b"\x89PNG")


def test_what_is_shown_is_escaped():
    walk = ls.descend("ravine", "sgd", steps=2)
    named = ls.Trajectory(walk.terrain, ls.optimizers.External("<b>mine</b>"), walk.steps, walk.x, walk.loss)
    assert "<b>mine" not in named._repr_html_()


# What matplotlib's users expect -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kwargs", [{"linestyle": "--"}, {"ls": "--"}, {"c": "k", "linewidth": 1}, {"color": "k", "lw": 1}]
)
def test_lines_take_every_name_of_a_setting(kwargs, walks):
    axes = plt.figure().subplots(1, 3)
    lines = figures.paths(walks, axes[0], **kwargs) + figures.loss(walks[0], axes[1], **kwargs)
    grid = np.linspace(0, 1, 5)
    lines.append(figures.spectrum(grid, np.array([1.0, 2, 3, 2, 1]), ax=axes[2], **kwargs))
    for line in lines:
        if "c" in kwargs or "color" in kwargs:
            assert line.get_color() == "k"
            assert line.get_linewidth() == 1
        else:
            assert line.get_linestyle() == "--"


def test_contours_at_given_losses():
    terrain = ls.terrains.get("rosenbrock")
    drawn = figures.contour(terrain, plt.figure().subplots(), levels=[100, 1, 10])
    np.testing.assert_allclose(drawn.levels, terrain.elevation([1, 10, 100]))


def test_one_format_as_a_word(tmp_path, walks):
    (file,) = figures.save(figures.race(walks[0].terrain, walks[0]), tmp_path / "one", "svg")
    assert file.name == "one.svg"


@pytest.mark.parametrize("size", figures.SIZES)
def test_the_relief_s_words_are_inside(size):
    with figures.style("print", size):
        figure = plt.figure()
        ax = figures.surface3d(ls.terrains.get("himmelblau"), resolution=21).axes
        figure.canvas.draw()
        check_inside([ax.zaxis.label.get_window_extent()], figure)


def test_a_relief_in_other_colours_and_none_on_flat_axes():
    terrain = ls.terrains.get("booth")
    own, given = (
        figures.surface3d(terrain, ax=plt.figure().add_subplot(projection="3d"), resolution=15, **kwargs)
        for kwargs in ({}, {"cmap": "plasma"})
    )
    assert not np.allclose(own.get_facecolor(), given.get_facecolor())
    with pytest.raises(ValueError, match="three-dimensional axes"):
        figures.surface3d(terrain, ax=plt.figure().subplots())


def test_a_sweep_says_who_reached_nothing_and_whose_best_may_lie_beyond():
    found = [
        ls.Sweep(ls.optimizers.get(name), np.array([0.1, 1.0, 10.0]), np.array(score), "steps to the target")
        for name, score in (("adam", [5.0, 2.0, 3.0]), ("lion", [5.0, 4.0, 3.0]), ("sgd", [np.inf] * 3))
    ]
    ax = plt.figure().subplots()
    figures.sweep(found, ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "Adam",
        "Lion: best at the last rate tried",
        "SGD: at no rate",
    ]


def test_styles_in_threads_leave_settings_as_they_were(request):
    request.addfinalizer(partial(sys.setswitchinterval, sys.getswitchinterval()))
    sys.setswitchinterval(1e-6)  # seconds, after which another thread has its turn
    before = dict(plt.rcParams)

    def draw(theme):
        for _ in range(30):
            with figures.style(theme):
                assert plt.rcParams["text.color"] == {"light": LIGHT, "dark": DARK}[theme].ink

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(draw, ["light", "dark"] * 2))
    assert dict(plt.rcParams) == before
