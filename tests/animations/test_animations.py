"""The world and the lessons: vehicles where the data say, occlusion, words inside the frame, and real films."""

from __future__ import annotations

import inspect
from itertools import combinations, product

import numpy as np
import pytest
from commands import command, refusal
from manim import Text, config, tempconfig
from matplotlib.colors import to_rgb
from watched import Watched, box, framed

import landscape as ls
from landscape.animations import films, lessons, shapes
from landscape.animations.lessons.mnist import Journey
from landscape.animations.lettering import FAMILY, Words
from landscape.animations.material import Material
from landscape.animations.theatre import Theatre
from landscape.animations.walking import along
from landscape.animations.world import Arrow, OrbitCamera, Radar, Trail, Vehicle, World
from landscape.animations.world.horizon import joined
from landscape.animations.world.light import light
from landscape.core.numerals import number
from landscape.core.wording import LANGUAGES
from landscape.figures import palette
from landscape.figures.breaking import balanced, columns

RED = "#ff0000"
# How much lessons measure, where the numbers themselves are of no interest.
CHEAP = {"_PER_DECADE": 1, "_TRIES": 5, "_TRIES_A_RATE": 3, "_NETWORKS": 2, "_SEEDS": range(1, 3)}
CHEAP |= {"_TRIED": 1000, "_LEARNT": 1000, "_MOST": 200}


@pytest.fixture(scope="module")
def world():
    return World(ls.terrains.get("rosenbrock"), (320, 180), palette("dark"))


def reds(frame):
    pixels = frame.astype(int)
    return (pixels[..., 0] > 110) & (pixels[..., 1] < 70) & (pixels[..., 2] < 70)


def test_a_hill_hides_what_is_behind_it(world):
    # The valley's far arm, seen from behind the hill in the middle and from its own side.
    xy = np.array([[1.2, 1.44], [1.5, 2.25]])
    place, up = world.relief.place(xy[0]), world.relief.normal(xy[0])
    things = {
        "vehicles": [Vehicle("ball", place, (1, 0, 0), up, RED)],
        "trails": [Trail(world.drape(xy)[0], RED)],
        "arrows": [Arrow(place + 0.05 * up, 0.3 * up, RED)],
    }
    seen, hidden = OrbitCamera(azimuth=0, elevation=85), OrbitCamera(azimuth=-75, elevation=14)
    for name, one in things.items():
        assert reds(world.frame(seen, **{name: one})).sum() > 2, name
        assert reds(world.frame(hidden, **{name: one})).sum() == 0, name


def test_an_arrow_reaches_from_its_foot_to_its_tip(world):
    """Seen from above it is as long as its vector, wherever that points; a short one is all head; one of no length is
    not there."""
    camera = OrbitCamera(azimuth=0, elevation=90, span=2.4, field_of_view=4.0)
    foot = np.array([0.1, -0.2, 0.7])
    for vector in ([0.5, 0, 0], [0, 0.5, 0], [-0.3, 0.2, 0.1], [0.05, 0, 0], [0, 0, 0]):
        rows, columns = np.nonzero(reds(world.frame(camera, arrows=[Arrow(foot, vector, RED, 18.0)])))
        if not any(vector):
            assert not len(rows)
            continue
        ends = camera.project([foot, foot + vector], world.aspect)[:, :2] * [160, -90] + [160, 90]
        low, high = np.sort(ends, axis=0)
        # But for its width, which is as many pixels as its head has.
        assert columns.min() == pytest.approx(low[0], abs=4)
        assert columns.max() == pytest.approx(high[0], abs=4)
        assert rows.min() == pytest.approx(low[1], abs=4)
        assert rows.max() == pytest.approx(high[1], abs=4)


def test_a_radar_sweeps_around_its_place(world):
    camera = OrbitCamera(azimuth=0, elevation=90, span=2.4, field_of_view=4.0)
    dark = world.frame(camera).astype(int)
    beams = []
    for turn in (0.0, 0.25, 0.5):
        lit = world.frame(camera, radar=Radar((0.0, 0.0, 0.3), 0.5, turn, "#ffffff")).astype(int) - dark
        rows, columns = np.nonzero(lit.sum(axis=-1) > 120)
        away = np.hypot(columns - 159.5, rows - 89.5) / 180 * 2.4
        assert away.max() == pytest.approx(0.5, abs=0.03)
        weights = lit.sum(axis=-1)[rows, columns] * (away > 0.1)
        beams.append(np.arctan2(-(weights @ (rows - 89.5)), weights @ (columns - 159.5)))
    # Anticlockwise, a quarter each time.
    turned = np.rad2deg(np.diff(np.unwrap(beams)))
    np.testing.assert_allclose(turned, 90, atol=30)


def test_drape_follows_path_with_a_gap_where_it_is_outside(world):
    points, rows = world.drape([[0.0, 0.0], [0.5, 0.5], [5.0, 0.5], [0.0, 0.0]])
    seen = np.isfinite(points).all(axis=1)
    for place, xy in ((0, [0.0, 0.0]), (-1, [0.0, 0.0])):
        np.testing.assert_allclose(points[place], world.relief.place(xy))
    assert rows[-1] == 3
    (gap,) = np.flatnonzero(np.diff(seen.astype(int)) == -1)
    # It leaves through the border and comes back.
    assert 1 < rows[gap] < 2 < rows[np.flatnonzero(np.diff(seen.astype(int)) == 1)[0] + 1] < 3
    assert len(world.drape([[np.nan, 0.0], [0.0, 0.0]])[0]) == 0


def test_along_stops_where_a_walk_diverges():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [np.nan, np.nan]])
    here, path = along(np.array([0, 2, 4]), points, 1.0)
    np.testing.assert_array_equal(here, [0.5, 0])
    assert len(path) == 2
    np.testing.assert_array_equal(along(np.array([0, 2, 4]), points, 4.0)[0], [1, 0])


def test_a_terrain_seen_as_a_map_is_its_colours(world):
    """From above and flat there is no light: each pixel has the colour map's colour for its loss, but for the lines."""
    frame = world.frame(OrbitCamera().above(span=2.4))[..., :3].astype(float)
    rows, columns = np.mgrid[30:150:6, 100:220:6]
    x = (columns + 0.5 - 160) / 180 * 2.4
    y = -(rows + 0.5 - 90) / 180 * 2.4
    terrain = world.relief.terrain
    xy = np.stack([2 * x, 1 + 2 * y], axis=-1)
    elevation = (world.relief.elevation(terrain.value(xy)) - world.relief.lowest) / (
        world.relief.highest - world.relief.lowest
    )
    expected = 255 * palette("dark").colormap(elevation)[..., :3]
    off = np.abs(frame[rows, columns] - expected).max(axis=-1)
    assert np.median(off) < 4
    # Around it is paper, without lines.
    paper = 255 * np.array(to_rgb(palette("dark").ground))
    assert np.abs(frame[:, np.r_[:80, 240:320]] - paper).max() < 3


def test_cameras_meet_where_they_are_told():
    """The target stays in its place on the way from one view to another, and its surroundings as large."""
    a, b = OrbitCamera(azimuth=0, span=2.0), OrbitCamera(azimuth=90, span=3.0, field_of_view=5.0, shift=(0.4, -0.2))
    for share in (0.0, 0.3, 1.0):
        view = a.towards(b, share)
        x, y, _ = view.project(view.target, 16 / 9)
        assert (x, y) == pytest.approx(view.shift, abs=1e-12)
        up = np.array(view.target) + view.axes()[1] * view.span / 4
        assert view.project(up, 16 / 9)[1] - y == pytest.approx(0.5)
    assert a.towards(b, 1.0) == b


@pytest.mark.parametrize("scale", ["linear", "sqrt", "log"])
def test_height_scales(scale):
    world = World(ls.terrains.get("himmelblau"), (32, 18), palette("dark"), resolution=20, scale=scale)
    relief, terrain = world.relief, world.relief.terrain
    expected = {
        "linear": lambda loss: loss,
        "sqrt": lambda loss: np.sqrt(loss - terrain.grid(33, 33)[2].min()),
        "log": lambda loss: np.log10(loss + terrain.floor),
    }[scale]
    loss = np.array([200.0, 20.0, 100.0])
    a, b, c = relief.place(np.zeros((3, 2)), loss)[:, 2]
    ea, eb, ec = expected(loss)
    assert (c - b) / (a - b) == pytest.approx((ec - eb) / (ea - eb))
    with pytest.raises(ValueError, match="did you mean 'log'"):
        World(terrain, (32, 18), palette("dark"), scale="lgo")


def test_triangles_keep_to_the_heights():
    from matplotlib.tri import LinearTriInterpolator, Triangulation

    relief = World(ls.terrains.get("himmelblau"), (32, 18), palette("dark"), resolution=64).relief
    x, y = np.meshgrid(relief.x, relief.y)
    counts = []
    for tolerance in (0.0, 1e-3, 1e-2):
        vertices, indices = relief.triangles(tolerance)
        counts.append(len(indices))
        drawn = LinearTriInterpolator(
            Triangulation(*vertices[:, :2].T.astype(float), indices), vertices[:, 2].astype(float)
        )
        off = np.abs(np.ma.filled(drawn(0.9999 * x, 0.9999 * y), np.nan) - relief.z)
        assert np.isfinite(off).all()  # no gaps
        assert off[relief.within].max() < 3 * tolerance + 1e-3
        corners = vertices[indices, :2].astype(float)
        (ux, uy), (vx, vy) = (corners[:, 1] - corners[:, 0]).T, (corners[:, 2] - corners[:, 0]).T
        whole = (2 * relief.x[-1]) * (2 * relief.y[-1])
        assert np.abs(ux * vy - uy * vx).sum() / 2 == pytest.approx(whole)  # the whole square, and nothing twice
    assert counts[0] == 2 * 128**2
    assert counts[0] > 2 * counts[1] > 4 * counts[2]


@pytest.mark.parametrize("terrain", ["rosenbrock", "rastrigin", "log(x+2) + y^2", "x^2/100+y^2"])
def test_the_ground_goes_on_to_the_horizon(terrain):
    """Over the domain it is the terrain's own, to the digit; beyond there is ground everywhere, never so high that it
    hides the sky, and where nothing can be computed it says so."""
    terrain = ls.terrains.parse(terrain)
    relief = World(terrain, (32, 18), palette("dark"), resolution=65).relief
    inside = relief.z[relief.within]
    xs, ys = (axis[relief.within[0]] for axis in (relief.x, relief.y))
    np.testing.assert_allclose(xs, np.linspace(-relief.half[0], relief.half[0], len(xs)), atol=1e-12)
    flat = np.stack(np.meshgrid(xs, ys), axis=-1)
    known = relief.known[relief.within]
    np.testing.assert_allclose(inside[known], relief.stand(flat)[..., 2][known], atol=1e-9)
    assert relief.x[-1] == pytest.approx(9.0)
    assert np.isfinite(relief.z).all()
    assert np.abs(relief.z).max() < 9 * relief.height
    beyond = np.ones(relief.z.shape, dtype=bool)
    beyond[relief.within] = False
    assert relief.known[beyond].all()
    with np.errstate(all="ignore"):
        there = np.isfinite(relief.stand(np.stack(np.meshgrid(relief.x, relief.y), axis=-1))[..., 2])
    assert (relief.computed[beyond] == there[beyond]).all()


def test_two_grounds_meet_without_a_fold():
    """Heights go on from the border of a domain without a jump or a bend, and what is uneven there does not go far."""
    inside = np.zeros((129, 129), dtype=bool)
    inside[32:97, 32:97] = True
    level = np.zeros(inside.shape)
    way = joined(level, level + 1, inside)[64, 96:]
    steps = np.diff(way)
    assert way[0] == 0
    assert 0 < steps[0] < 0.01  # of 0.05, that the steepest might be
    assert (steps > 0).all()
    assert way[-1] > 0.7
    ripples = level + np.cos(np.pi * np.arange(129))[:, None]
    beside = joined(ripples, level, inside)[48:81]
    assert np.ptp(beside[:, 96]) == 2
    assert np.ptp(beside[:, 109]) < 0.05


def test_light():
    """Level ground has all light; behind a wall, on the side away from the sun, there is shadow, and less sky."""
    x = y = np.linspace(-1, 1, 81)
    np.testing.assert_allclose(light(x, y, np.zeros((81, 81))), 1.0, atol=0.01)
    z = np.zeros((81, 81))
    z[30:50, 38:42] = 0.4
    sun, sky = np.moveaxis(light(x, y, z), 2, 0)
    assert sun[38, 46] < 0.1  # the sun stands at −x, +y
    assert sun[38, 10] > 0.95
    assert sky[38, 43] < 0.9 < sky[38, 10]


def test_labels_step_aside(quick):
    """Four vehicles in one place: no label lies on another, on a vehicle, or outside the frame."""
    scene = Theatre()
    scene.enter(ls.terrains.get("rosenbrock"), OrbitCamera(azimuth=20))
    walk = ls.descend(scene.world.relief.terrain, "sgd:lr=0.001", steps=3)
    balls = [scene.traveller(walk, Text(name, font_size=30)) for name in ("SGD", "Momentum", "RMSProp", "Adam")]
    boxes = [box(ball.label) for ball in balls]
    for (a0, a1), (b0, b1) in combinations(boxes, 2):
        assert not ((a0 < b1) & (b0 < a1)).all()
    centre = scene.screen_point(balls[0].here())[:2]
    assert not any((low < centre).all() and (centre < high).all() for low, high in boxes)


def test_the_camera_follows_a_traveller(quick):
    scene = Theatre()
    scene.enter(ls.terrains.get("rosenbrock"), OrbitCamera(azimuth=20, shift=(-0.2, 0.1)))
    walk = ls.descend(scene.world.relief.terrain, "adam:lr=0.1", steps=20)
    ball = scene.traveller(walk)
    scene.fly(moves=lambda share: ball.move(20 * share), follow=ball, run_time=2, span=1.5)
    np.testing.assert_allclose(scene.view.target, scene.world.relief.place(walk.x[-1]))
    x, y, _ = scene.screen_point(scene.world.relief.place(walk.x[-1]))
    assert (x, y) == pytest.approx((-0.1 * config.frame_width, 0.05 * config.frame_height))


@pytest.mark.parametrize("words", ["The loss — 10⁻³ · ∇L ≤ ½, σ(w₁) ‘fi’", "学习率 lr = 0.1，动量 β₁", "", " "])
@pytest.mark.parametrize("weight", ["NORMAL", "BOLD"])
def test_letters_are_manims(quick, words, weight):
    found = Words(words, 56, "#ffffff", weight).points
    letters = Text(words, font=FAMILY, weight=weight, font_size=56).family_members_with_points()
    wanted = np.concatenate([np.zeros((0, 3)), *(letter.points for letter in letters)])
    # Text closes each curve once more, by a line without length.
    curves = wanted.reshape(-1, 4, 3)
    lines = (np.abs(curves - curves[:, :1]) > 1e-9).any(axis=(1, 2))
    np.testing.assert_allclose(found, curves[lines].reshape(-1, 3), atol=1e-12)


@pytest.mark.parametrize("name", lessons.names())
def test_lesson(name, small_grounds, built_once, quick, undrawn, watching, runs, surface, mnist, monkeypatch):
    """In all shapes and both languages: words inside the frame and apart from each other, balls where the data say."""
    small = ls.datasets.Dataset(
        "mnist", mnist.x_train[:2000], mnist.y_train[:2000], mnist.x_test[:500], mnist.y_test[:500]
    )
    if name in ("evolution", "counter", *lessons.chapters()):
        monkeypatch.setattr(ls.datasets, "load", lambda *_: small)
    module = inspect.getmodule(lessons.get(name))
    for size, few in CHEAP.items():
        if hasattr(module, size):
            monkeypatch.setattr(module, size, few)
    solved = None
    if name == "mnist":
        x, y = mnist.x_train[:700], mnist.y_train[:700]
        solved = Journey(runs, surface, [ls.project(run, surface, x, y) for run in runs], "mnist", len(x))
    for shape, lang in product(shapes.SHAPES, LANGUAGES):

        class Lesson(Watched, lessons.get(name)):
            pass

        # What moves is the same in all of them: drawn in the first, and in the others as it is after each play.
        drawn = (shape, lang) == ("wide", LANGUAGES[0])
        with framed(shape):
            renderer = watching() if drawn else undrawn(skip_animations=True)
            lesson = Lesson(lang=lang, solved=solved, renderer=renderer)
            lesson.render()
        solved = lesson.solved
        assert lesson.pauses > 3
        # A chapter of the story has more to tell.
        assert 20 <= lesson.renderer.time <= (190 if name in lessons.chapters() else 90)
        if drawn:
            # Four frames a second, as the fixture has it: nothing stands still but to be read.
            assert np.mean(np.array(renderer.changes) < 0.5) < 0.3
        assert max(columns(word) for key, word in lesson.words.items() if not key.startswith("deck.")) < 200


def test_a_share_is_all_or_nothing_only_if_it_is_that(quick):
    for lang, space in (("en", "\N{NO-BREAK SPACE}"), ("zh", "")):
        percent = lessons.get("adam")(lang=lang).percent
        found = [percent(share) for share in (1.0, 0.9996, np.float64(0.42), 0.0)]
        assert found == [f"{number}{space}%" for number in ("100", ">99.9", "42", "0")]


def test_lines_break_where_they_may():
    assert balanced("one two three four five six", 14) == ["one two three", "four five six"]
    words = "平原，山谷；鞍点。（陡坡）SGD 在这里停住了，损失是 2.30。"
    lines = balanced(words, 20)
    assert "".join(line.replace(" ", "") for line in lines) == words.replace(" ", "")
    assert len(lines) > 2
    for line in lines:
        assert columns(line) <= 20
        assert line[0] not in "，。；）"
        assert line[-1] != "（"
        assert line not in ("SG", "D")


def test_numbers_have_few_digits():
    values = {
        0.0: "0",
        1875: "1,875",
        0.05: "0.05",
        3.168e-6: "3.17×10⁻⁶",
        1e-6: "10⁻⁶",
        -12.345: "−12.3",
        2e7: "2×10⁷",
    }
    assert {value: number(value) for value in values} == values


SHORT = """
import landscape as ls
from landscape.animations import Lesson

class Short(Lesson):
    captions = {"en": {"title": "Short"}}

    def construct(self):
        self.enter(ls.terrains.get("saddle"))
        walks = [ls.descend(self.world.relief.terrain, one, steps=40) for one in ("sgd:lr=0.1", "adam:lr=0.1")]
        self.say("title")
        looks = self.palette.styles([walk.optimizer for walk in walks])
        self.drive([self.ball(walk, look) for walk, look in zip(walks, looks)], 40)
"""


def test_a_logo_stands_beside_the_title(quick, undrawn, tmp_path):
    """Of a school's own theme, in all shapes, where nothing else is."""
    from PIL import Image

    Image.new("RGB", (300, 100), "#ff0000").save(tmp_path / "logo.png")
    theme = tmp_path / "school.toml"
    theme.write_text('logo = "logo.png"\nground = "#002147"\n')
    for shape in shapes.SHAPES:
        wide, high = shapes.pixels(shape, 320, 180)
        with framed(shape):
            lesson = lessons.get("race")(
                terrain="saddle", optimizers=["sgd:lr=0.1"], theme=str(theme), renderer=undrawn(skip_animations=True)
            )
            lesson.render()
            lesson.renderer.draw(lesson)
            picture = np.asarray(lesson.renderer.camera.get_image().convert("RGB")).astype(int)
            red = np.argwhere((picture - [255, 0, 0] > -30).all(axis=-1) & (picture[..., 1] < 40))
            assert red.min(axis=0)[1] > 0.5 * wide
            assert red.max(axis=0)[0] < 0.2 * high
            title = lesson.title()
            assert title.get_right()[0] < lesson._logo.get_left()[0]


def test_a_real_film_that_is_made_once(tmp_path, monkeypatch):
    """Of a lesson of few seconds, as all are made in one way."""
    import av

    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(SHORT)
    words = ("animate", "mine.py:Short", "--lang", "zh", "--out", "films")
    result = command(*words)
    film = tmp_path / "films" / "short.mp4"
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == "films/short.mp4"
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (854, 480)
        assert float(stream.average_rate) == pytest.approx(30, rel=1e-3)
        assert float(stream.duration * stream.time_base) == pytest.approx(6.6, abs=0.1)
        frames = [frame.to_ndarray(format="rgb24") for k, frame in enumerate(container.decode(stream)) if k % 15 == 0]
    assert len({frame.tobytes() for frame in frames}) > 8
    assert {path.name for path in film.parent.iterdir()} == {
        "short.mp4",
        "short.jpg",
        "short.png",
        "films.json",
        ".told",
    }
    from PIL import Image

    cover = Image.open(film.with_suffix(".jpg"))
    assert cover.size == (854, 480)
    # Its title is large, at the lower left.
    assert (np.asarray(cover)[240:, :427] > 225).all(axis=-1).sum() > 1000

    # The same again is there already; anything else is not.
    before = film.stat().st_mtime_ns
    assert command(*words).exit_code == 0
    assert film.stat().st_mtime_ns == before
    orders = [
        {},
        {"lang": "en"},
        {"theme": "light"},
        {"quality": "medium"},
        {"material": Material(optimizers=("sgd:lr=0.2",))},
        {"material": Material("booth", speed=2.0)},
        {"material": Material("booth", steps=30)},
    ]
    given = {"quality": "low", "theme": "dark", "lang": "zh", "format": "mp4", "material": Material("booth")}
    from landscape.animations.orders import Order

    keys = {Order("race", **(given | one)).key for one in orders} | {Order("ravine", **given).key}
    assert len(keys) == 1 + len(orders)


def test_stills_gifs_and_cuts(tmp_path):
    """A still without a film; two films one after the other; and the film as a GIF."""
    import av
    from PIL import Image

    from landscape.animations.orders import Order
    from landscape.animations.rendering import _render_all

    titles = [
        Order(name, "low", "dark", "zh", "mp4", chapter=("tour", k, 2)) for k, name in enumerate(("roles", "he"), 1)
    ]
    _render_all([Order("adam", "low", "dark", "en", "png"), *titles], tmp_path, 1, lambda *_: None)
    cards = [tmp_path / ".titles" / f"tour-{name}.mp4" for name in ("roles", "he")]
    assert {path.name for path in tmp_path.iterdir()} == {"adam.png", ".titles", "films.json"}
    assert {path.name for path in (tmp_path / ".titles").iterdir()} == {card.name for card in cards}
    assert Image.open(tmp_path / "adam.png").size == (854, 480)
    assert len(Image.open(tmp_path / "adam.png").getcolors(1 << 20)) > 100

    films.join(cards, tmp_path / "both.mp4")
    assert films.seconds(tmp_path / "both.mp4") == pytest.approx(sum(map(films.seconds, cards)), abs=0.1)
    with av.open(str(tmp_path / "both.mp4")) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert np.diff(times) == pytest.approx(np.full(len(times) - 1, 1 / 30), abs=1e-3)
    films.gif(cards, tmp_path / "both.gif")
    gif = Image.open(tmp_path / "both.gif")
    assert gif.n_frames == pytest.approx(12 * films.seconds(tmp_path / "both.mp4"), abs=3)
    assert gif.size == (854, 480)


def test_lessons_are_slides(tmp_path, monkeypatch):
    """With manim-slides each pause ends a slide."""
    import json

    from manim_slides import Slide

    from landscape.animations.lessons.saddle import SaddleLesson

    class Saddle(Slide, SaddleLesson):
        skip_reversing = True

    monkeypatch.chdir(tmp_path)
    settings = {"verbosity": "ERROR", "progress_bar": "none", "frame_rate": 2, "pixel_width": 428, "pixel_height": 240}
    with tempconfig(settings | {"media_dir": str(tmp_path / "media")}):
        Saddle().render()
    deck = json.loads((tmp_path / "slides" / "Saddle.json").read_text())
    assert len(deck["slides"]) == inspect.getsource(SaddleLesson.construct).count("self.pause(")
    assert all((tmp_path / slide["file"]).stat().st_size > 1000 for slide in deck["slides"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("animate", "ravin"), "unknown lesson 'ravin'; did you mean 'ravine'?"),
        (("animate",), "name a lesson, or all"),
        (("animate", "ravine", "--lang", "cn"), "unknown language 'cn'"),
        (("animate", "ravine", "--format", "mp5"), "did you mean 'mp4'"),
        (
            ("animate", "adam", "--terrain", "booth"),
            "saddle, cliff, race, and would do nothing in adam: leave it out",
        ),
        (("animate", "ravine", "-o", "sgd"), "-o is for the lessons race, and would do nothing in"),
        (("animate", "story", "--steps", "30"), "and would do nothing in roles: leave it out"),
        (
            ("animate", "ravine", "--run", "nosuch"),
            "evolution, mnist, and would do nothing in ravine",
        ),
        (("animate", "evolution", "relu", "--run", "nosuch"), "and would do nothing in evolution"),
        (("animate", "ravine", "--terrain", "saddle"), "terrain 'saddle' has no valley"),
        (("animate", "saddle", "--terrain", "x^2+y^2"), "terrain 'x^2+y^2' has no saddle"),
        (("animate", "race", "--steps", "0"), "steps = 0"),
        (("animate", "race", "--speed", "0"), "speed = 0.0 is not allowed"),
        (("animate", "race", "--speed", "99"), "it must be from 0.1 to 10"),
        (("animate", "race", "--domain", "0,1,0,1"), "a domain is that of a terrain"),
        (("animate", "--terrain", "booth", "--domain", "0,1,0,1"), "domain"),
        (("animate", "--terrain", "log(x)+y^2", "--start=-1,0"), "start -1,0 is not allowed: the loss is nan"),
        (("animate", "--terrain", "both"), "did you mean 'booth'"),
        (("animate", "-o", "adma"), "did you mean 'adam'"),
        (("animate", "ravine", "--jobs", "0"), "jobs = 0"),
        (("animate", "ravine", "--theme", "drak"), "unknown theme 'drak'; did you mean 'dark'?"),
        (("animate", "ravine", "--theme", "nosuch.toml"), "'nosuch.toml' cannot be read"),
        (("animate", "ravine", "--shape", "tal"), "unknown shape 'tal'; did you mean 'tall'?"),
        (("animate", "mnist", "--run", "nowhere"), "not a run folder"),
        (("animate", "tour", "--format", "png"), "no last still"),
    ],
)
def test_bad_orders_are_one_line(words, said, tmp_path):
    result = command(*words, *(() if len(words) == 1 else ("--out", tmp_path)))
    assert said in refusal(result)
    assert len(result.stderr.strip().splitlines()) == 1


def test_no_space_left_is_one_line(tmp_path, monkeypatch):
    import errno

    module = __import__("sys").modules["landscape.animations.rendering"]

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "_render_all", full)
    said = refusal(command("animate", "ravine", "--out", tmp_path))
    assert said == f"no space is left for the films in '{tmp_path}'"


def test_missing_opengl_is_one_line(monkeypatch):
    import moderngl

    from landscape.core.errors import RenderError

    def refuse(*args, **kwargs):
        raise Exception("libEGL.so.1: cannot open")

    monkeypatch.setattr(moderngl, "create_standalone_context", refuse)
    with pytest.raises(RenderError, match="apt install libegl1"):
        World(ls.terrains.get("saddle"), (32, 32), palette("dark")).frame(OrbitCamera())


def test_a_ground_becomes_another(quick):
    """At first it is its own picture, at last the other's, and between them neither; losses are to one scale."""
    bowl, hill = (ls.terrains.parse(text, ((-2, 2), (-2, 2))) for text in ("x^2+y^2", "8-x^2-y^2"))
    scale = {"resolution": 65, "scale": "linear", "span": (-2.0, 10.0)}
    one, other = (World(terrain, (160, 90), palette("dark"), **scale) for terrain in (bowl, hill))
    assert one.relief.place([0.0, 0.0])[2] == pytest.approx(0.6 * 2 / 12)
    assert other.relief.place([0.0, 0.0])[2] == pytest.approx(0.6 * 10 / 12)
    view = OrbitCamera(elevation=40)
    frames = [one.frame(view, becoming=(other, share)).astype(float) for share in (0.0, 0.5, 1.0)]
    own, others = one.frame(view).astype(float), other.frame(view).astype(float)

    def apart(a, b):
        return np.abs(a - b).mean()

    # But for lines, which hang a little on how the ground is cut into triangles; also beyond the domain.
    alike = max(apart(frames[0], own), apart(frames[2], others))
    assert alike < 4
    assert min(apart(frames[1], own), apart(frames[1], others)) > 3 * alike

    scene = Theatre()
    scene.enter(one, view)
    scene.become(other, run_time=1, azimuth=10)
    assert scene.world is other
    assert scene.view.azimuth == 10
