"""Walks and losses in films: nothing crosses a border, what leaves says so, and no chart is empty."""

from __future__ import annotations

import numpy as np
import pytest
from commands import command, refusal
from hypothesis import given
from hypothesis import strategies as st
from manim import tempconfig

import landscape as ls
from landscape.animations import lessons
from landscape.animations.charts import Chart, Curve, linear, logarithmic, ticks
from landscape.animations.lettering import Words
from landscape.animations.panels import Legend
from landscape.animations.ride import Ride
from landscape.animations.strokes import clipped, dashed, marker, plain, shown
from landscape.animations.walking import Way, arrival
from landscape.animations.world import OrbitCamera, World
from landscape.figures import palette, style
from landscape.figures.scales import LossScale, scale_of

RED = "#ff0000"
BOX = np.array([[0.0, 0.0], [1.0, 1.0]])
VIEW = ((0.0, 1.0), (0.0, 1.0))


class Stage(lessons.get("race")):
    def construct(self):
        pass


@pytest.fixture
def stage(tmp_path, request):
    """An empty stage, in English or in the language that the test asks for."""
    settings = {"dry_run": True, "verbosity": "ERROR", "progress_bar": "none", "media_dir": str(tmp_path)}
    lang = getattr(request, "param", "en")
    # As in a film, what figures call things is in its language.
    with tempconfig(settings | {"pixel_width": 160, "pixel_height": 90, "frame_rate": 1}), style("dark", lang=lang):
        yield Stage(lang=lang)


def ride_of(stage, terrain, *optimizers, steps=300):
    """A ride that is over."""
    terrain = ls.terrains.parse(terrain)
    walks = [ls.descend(terrain, one, steps=steps) for one in optimizers]
    ride = Ride(stage, walks, OrbitCamera(), resolution=33)
    for walk, look in zip(walks, stage.palette.styles([walk.optimizer for walk in walks]), strict=True):
        stage.ball(walk, look)
    for mover in (*stage.travellers, *ride.curves):
        mover.move(steps)
    return ride


def drawn(line):
    """The points (n, 2) at which the straight parts of a line begin and end."""
    return np.concatenate([line.points[::4], line.points[3::4]])[:, :2]


# What leaves ---------------------------------------------------------------------------------------


def test_what_diverged_ends_at_its_first_way_out():
    steps = np.arange(5)
    path = [[0.5, 0.5], [0.5, 0.9], [0.5, 2.9], [0.5, -3.0], [0.5, 0.5]]
    lost = Way.of(steps, path, VIEW, lost=True)
    np.testing.assert_allclose(lost.points, [[0.5, 0.5], [0.5, 0.9], [0.5, 1.0]])
    assert lost.end == pytest.approx(1.05)  # of the way from 0.9 to 2.9, the border lies 5 % on
    assert lost.is_over(2)
    assert not lost.is_over(1)
    # Any other comes back, and is seen to its end.
    back = Way.of(steps, path, VIEW)
    assert back.out is None
    assert len(back.points) == 5
    assert not back.is_over(4)
    gone = Way.of(steps[:4], path[:4], VIEW)
    assert gone.end == pytest.approx(1.05)
    # One that ends on the map has not left, but is over.
    ends = Way.of(steps[:3], [[0.5, 0.5], [0.6, 0.5], [np.nan, np.nan]], VIEW, lost=True)
    assert ends.out is None
    assert ends.is_over(1)


# Off the border, along which a line would be neither in nor out.
places = st.floats(-3, 4).filter(lambda at: min(abs(at), abs(at - 1)) > 1e-6)
points = st.tuples(places, places)


@given(st.lists(points, min_size=2, max_size=8))
def test_parts_in_a_box(path):
    """Clipped, a line is in its box; and what is cut off is outside, as many points on it tell."""
    path = np.array(path)
    parts = np.stack([path[:-1], path[1:]], axis=1)
    kept = clipped(parts, BOX)
    assert (kept >= -1e-9).all()
    assert (kept <= 1 + 1e-9).all()
    along = np.linspace(0, 1, 2001)[:, None]
    length = 0.0
    for a, b in parts:
        on = a + along * (b - a)
        length += float(((on > 0) & (on < 1)).all(axis=1).mean()) * np.linalg.norm(b - a)
    assert np.linalg.norm(kept[:, 1] - kept[:, 0], axis=-1).sum() == pytest.approx(length, abs=0.05)


def test_dashes_are_as_long_as_they_should_be():
    path = np.cumsum(np.random.default_rng(0).normal(size=(40, 2)), axis=0)
    parts = np.stack([path[:-1], path[1:]], axis=1)
    kept = dashed(parts, np.array([0.3, 0.1]))
    whole = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    # Three quarters of it, but for the last stroke.
    assert np.linalg.norm(kept[:, 1] - kept[:, 0], axis=-1).sum() == pytest.approx(0.75 * whole, abs=0.3)
    assert list(shown(np.array([0.0, 0.29, 0.31, 0.39, 0.41]), np.array([0.3, 0.1]))) == [1, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("stage", "words"), [("en", ": loss undefined, step 11"), ("zh", "：第 11 步起损失无定义")], indirect=["stage"]
)
def test_a_walk_that_comes_to_where_there_is_no_loss_says_so(stage, words):
    ride_of(stage, "sqrt(x+2)+y^2", "sgd:lr=0.05")
    assert stage.travellers[0].names[-1].words == f"SGD{words}"


@pytest.mark.parametrize(
    ("stage", "words"), [("en", ": diverged, step 7"), ("zh", "：第 7 步发散")], indirect=["stage"]
)
def test_a_walk_that_diverges_says_so_and_its_loss_leaves_the_chart(stage, words):
    ride = ride_of(stage, "himmelblau", "sgd:lr=0.1", "adam:lr=0.1")
    lost, whole = stage.travellers
    assert lost.label.words == f"SGD{words}"
    assert whole.label.words == "Adam"
    assert lost.vehicle() is None
    assert whole.vehicle() is not None
    curve = ride.curves[0]
    assert curve.end[0].get_fill_opacity() == 1
    assert curve.head.submobjects[0].get_fill_opacity() == 0
    # Its losses leave through the top of the chart.
    np.testing.assert_allclose(curve.end.get_center()[1], ride.chart.box[1, 1], atol=1e-6)
    lost.move(0)
    assert lost.label.words == "SGD"


def test_what_only_leaves_says_so(stage):
    ride_of(stage, "x^2 - y^2", "sgd:lr=0.1")
    # From −1.5, y grows by a fifth each step: |y| > 3 after ln 2 / ln 1.2 = 3.8 of them.
    assert stage.travellers[0].label.words == "SGD: left the map, step 4"


@pytest.mark.parametrize(
    "case",
    [
        ("himmelblau", "adam:lr=3"),
        ("x^2 + y^2", "sgd:lr=1.05"),
        ("rosenbrock", "momentum:lr=0.002"),
        ("beale", "sgd:lr=0.3"),
    ],
)
def test_no_line_crosses_the_border(stage, case):
    ride = ride_of(stage, *case)
    ground = stage.world.relief.flat(np.transpose(ride.walks[0].terrain.domain))
    way = stage.travellers[0].course.points[:, :2]
    for line, box in ((way[np.isfinite(way[:, 0])], ground), (drawn(ride.curves[0].line), ride.chart.box)):
        assert (line >= box[0] - 1e-6).all()
        assert (line <= box[1] + 1e-6).all()


def test_a_ball_that_left_is_an_arrow_with_words(stage):
    terrain = ls.terrains.get("himmelblau")
    stage.enter(terrain, OrbitCamera(), resolution=33)
    walk = ls.descend(terrain, "sgd:lr=0.1", steps=20)
    ball = stage.ball(walk, palette("dark").styles([walk.optimizer])[0])
    assert ball.label.words == "SGD"
    assert ball.vehicle() is not None
    ball.move(20)
    assert ball.vehicle() is None
    assert ball.label.words == "SGD: diverged, step 7"
    *_, mark = ball.trails()
    border = stage.world.relief.flat(np.transpose(terrain.domain))
    assert np.isclose(ball.course.points[-1, :2], border, atol=1e-9).any()
    np.testing.assert_allclose(mark.points[0], ball.course.points[-1])
    # The arrow points over the border.
    tip = mark.points[1, :2]
    assert not ((tip >= border[0]) & (tip <= border[1])).all()


# Axes of losses ------------------------------------------------------------------------------------


def extent(ride, k=0):
    """How much of the chart's height and width the line of a loss takes."""
    at, box = drawn(ride.curves[k].line), ride.chart.box
    return np.ptp(at, axis=0) / np.ptp(box, axis=0)


@pytest.mark.parametrize(
    ("terrain", "optimizer", "kind"),
    [
        ("x^2 + y^2 - 5", "adam:lr=0.1", "linear"),
        ("styblinski_tang", "adam:lr=0.1", "linear"),
        ("x^2 - y^2", "sgd:lr=0.01", "linear"),
        ("1000000 + x^2 + y^2", "sgd:lr=0.01", "linear"),
        ("tan(x*y)", "sgd:lr=0.1", "linear"),
        ("1e-20*(x^2 + y^2)", "sgd:lr=1e19", "log"),
        ("rosenbrock", "adam:lr=0.1", "log"),
    ],
)
def test_no_chart_is_empty(stage, terrain, optimizer, kind):
    """Negative losses, those far from 0, those that rise, and tiny ones fill most of the chart's height."""
    ride = ride_of(stage, terrain, optimizer)
    assert ride.chart.y.kind == kind
    assert extent(ride)[1] > 0.5


def test_a_level_loss_is_a_level_line(stage):
    across, up = extent(ride_of(stage, "0*x + 5", "sgd"))
    assert across == pytest.approx(1)
    assert up == 0


def test_losses_end_where_rounding_begins(stage):
    ride = ride_of(stage, "x^2 + y^2", "sgd:lr=0.5")  # at the minimum after one step
    assert ride.chart.y.floor == pytest.approx(1e-12 * 4.5)
    lowest = drawn(ride.curves[0].line)[:, 1].min()
    assert lowest == pytest.approx(float(ride.chart.point(0, ride.chart.y.floor)[1]))
    assert lowest > ride.chart.box[0, 1]
    said = [part.words for part in ride.chart.family_members_with_points() if hasattr(part, "words")]
    assert "reached, but for rounding" in said


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        (linear(0.0, 10.0), [0, 5, 10]),
        (logarithmic(1e-6, 10.0), [1e-6, 1e-3, 1]),
        (LossScale("symlog", -2e4, 10.0, linear_to=1.0), [-1e4, -100.0, 0.0, 10.0]),
        (LossScale("linear", 1e6, 1e6 + 4), [1e6, 1e6 + 2, 1e6 + 4]),
    ],
)
def test_ticks_are_round(axis, expected):
    np.testing.assert_allclose(ticks(axis, 3), expected)


def test_a_curve_on_a_border_has_not_left(stage):
    chart = Chart(stage, linear(0, 10), linear(0, 1), 4, 2)
    curve = Curve(chart, np.arange(11), np.linspace(0, 1, 11), plain(RED))
    curve.move(10)
    assert curve.way.out is None
    np.testing.assert_allclose(curve.head.get_center()[:2], chart.box[1])


# Looks ---------------------------------------------------------------------------------------------


def test_looks_are_those_of_figures(stage):
    """No two of a picture are alike: relatives, and one optimizer at two rates, differ on ground, chart and legend."""
    ride = ride_of(stage, "booth", "adam:lr=0.1", "adamw:lr=0.1", "adam:lr=0.01", "nadam:lr=0.1", steps=20)
    looks = palette("dark").styles([walk.optimizer for walk in ride.walks])
    assert len({(look.colour, look.dash) for look in looks}) == 4
    for traveller, curve, entry, look in zip(stage.travellers, ride.curves, ride.legend, looks, strict=True):
        key, name = entry
        assert traveller.trails()[0].colour == look.colour
        for part in (curve.line, key[0]):
            assert part.get_stroke_color().to_hex().lower() == look.colour
        assert name.get_fill_color().to_hex().lower() == look.colour
        assert len(curve.head.submobjects[0].points) == len(marker(look, 1.0).points)


def test_a_legend_shows_the_dash(stage):
    solid, dotted = palette("dark").styles([ls.optimizers.get("adam"), ls.optimizers.get("adadelta")])
    legend = Legend(stage, [("Adam", solid), ("AdaDelta", dotted)])
    assert len(legend[0][0][0].get_subpaths()) == 1
    assert len(legend[1][0][0].get_subpaths()) > 1


@pytest.mark.parametrize(("format_", "tour"), [("png", False), ("mp4", True)])
def test_all_are_all_that_there_are_in_a_format(format_, tour, monkeypatch):
    asked = []
    monkeypatch.setattr("landscape.animations.render", lambda names, **_: asked.extend(names) or [])
    result = command("animate", "all", "--format", format_)
    assert result.exit_code == 0, result.output
    assert set(asked) == {*lessons.tour(), *(["story", "tour"] if tour else [])}


def test_too_many_are_refused_before_any_work():
    nine = [f"-osgd:lr={k}" for k in range(1, 10)]
    said = refusal(command("animate", "--terrain", "booth", *nine, "--out", "nowhere"))
    assert said == "9 optimizers are not allowed in one film: at most 8 fit"


# Grounds -------------------------------------------------------------------------------------------


def test_ground_without_a_loss_is_a_hole():
    terrain = ls.terrains.parse("sqrt(x)")
    world = World(terrain, (160, 90), palette("dark"), resolution=33)
    assert world.relief.known[world.relief.within].mean() == pytest.approx(0.5, abs=0.05)
    assert list(world.relief.inside([[-1.0, 0.0], [1.0, 0.0], [4.0, 0.0]])) == [False, True, False]
    points, _ = world.drape([[2.0, 0.0], [-2.0, 0.0]])
    assert np.isfinite(points[:-1, 0]).any()
    assert np.nanmin(points[:, 0]) >= 0
    frame = world.frame(OrbitCamera().above(span=2.4))[..., :3].astype(int)
    ground = 255 * np.array([int(palette("dark").ground[k : k + 2], 16) for k in (1, 3, 5)]) // 255
    assert np.abs(frame[45, 60] - ground).max() <= 2  # where x is −1
    assert np.abs(frame[45, 100] - ground).max() > 20


@pytest.mark.parametrize(("terrain", "height"), [("1e-20*(x^2 + y^2)", 0.6), ("1e6 + 1e-3*x", 0.6), ("0*x + 5", 0.0)])
def test_reliefs_are_as_high_as_they_should_be(terrain, height):
    """However small differences are; only where there are none the ground is level."""
    relief = World(ls.terrains.parse(terrain), (16, 9), palette("dark"), resolution=17).relief
    assert np.ptp(relief.z[relief.within]) == pytest.approx(height)


def test_losses_far_from_0_count_from_a_round_number(stage):
    """On the chart and in the table losses near 10¹⁵ are told apart, and said to be less that."""
    ride = ride_of(stage, "1e15+x^2+y^2", "adam:lr=0.1", "sgd:lr=0.001")
    words = [one.words for one in ride.chart.get_family() if isinstance(one, Words)]
    assert "loss − 10¹⁵" in words
    assert {"0", "5"} <= set(words)
    film = lessons.get("race")(terrain="1e15+x^2+y^2", optimizers=["adam:lr=0.1", "sgd:lr=0.001"], solved=ride.walks)
    table = [one.words for one in film._table(["Adam", "SGD"], [RED, RED]).get_family() if isinstance(one, Words)]
    # Steps of 0.001 times 2x leave 0.998²ᵏ of the 4.5 after k steps, to the eighth that numbers of 10¹⁵ hold.
    left = 4.5 * 0.998**600
    assert table[:5] == ["", "loss − 10¹⁵", "place", "Adam", "0"]
    assert float(table[table.index("SGD") + 1]) == pytest.approx(left, abs=1 / 16)


def test_a_race_ends_when_all_have_arrived(stage):
    """Halving what is left of (−1.5, −1.5) on a map 6 wide, it is within 0.2 % of that from the seventh step on."""
    bowl = ls.terrains.parse("x^2 + y^2")
    halving = ls.descend(bowl, "sgd:lr=0.25", steps=300)
    assert arrival([halving]) == int(np.ceil(np.log2(1.5 / (6 * 2e-3))))
    slow = ls.descend(bowl, "sgd:lr=0.01", steps=100)
    assert 90 < arrival([halving, slow]) <= 100
    lost = ls.descend(ls.terrains.get("himmelblau"), "sgd:lr=0.1", steps=300)
    assert arrival([lost]) <= int(lost.diverged_at)


def test_a_view_is_chosen_in_which_hills_hide_little(stage):
    """A walk behind a wall is looked at from its own side."""
    wall = ls.terrains.from_expression("exp(-20*(y-0.2)^2)", ((-2, 2), (-2, 2)), (-1, 1))
    world = World(wall, (160, 90), palette("dark"), resolution=65, height=1.0)
    way = np.stack([np.linspace(-1, 1, 40), np.full(40, 0.9)], axis=1)
    low = OrbitCamera(azimuth=10, elevation=20)
    seen = world.overlooking([way], low)
    assert 90 < seen.azimuth % 360 < 270
    assert world.overlooking([way * [1, -1]], low) == low


@pytest.mark.parametrize("terrain", ["himmelblau", "x^2-y^2"])
def test_what_diverges_and_leaves_is_drawn(terrain, quick, undrawn):
    film = lessons.get("race")(terrain=terrain, optimizers=["sgd:lr=0.1"], renderer=undrawn(skip_animations=True))
    film.next_section = lambda: film.renderer.draw(film)
    film.render()
    assert len(film.renderer.camera.get_image().convert("RGB").getcolors(1 << 20)) > 50


def test_a_start_without_a_loss_is_one_line(tmp_path):
    result = command("animate", "--terrain", "sqrt(x + 1)", "-o", "sgd", "--format", "png", "--out", tmp_path)
    assert refusal(result) == "start -1.5,-1.5 is not allowed: the loss is nan"


def test_a_film_of_a_single_optimizer_speaks_of_one(stage):
    assert "optimizers" not in stage.word("question_one", steps=300)
    assert "terrain" in lessons.get("race").takes
    assert scale_of([]).kind == "linear"
