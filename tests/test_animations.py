"""The world and the lessons: balls where the data say, occlusion, text inside the frame, and one real film."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from click.testing import CliRunner
from manim import Text, config, tempconfig

import landscape as ls
from landscape.animations.lessons import mnist as mnist_lesson
from landscape.animations.lessons import ravine as ravine_lesson
from landscape.animations.panels import along
from landscape.animations.stage import captions
from landscape.animations.world import Ball, OrbitCamera, Trail, World
from landscape.cli.main import main
from landscape.figures import palette

RED = "#ff0000"


@pytest.fixture(scope="module")
def world():
    return World(ls.terrains.get("rosenbrock"), (320, 180), palette("dark"))


def reds(frame):
    pixels = frame.astype(int)
    return (pixels[..., 0] > 110) & (pixels[..., 1] < 70) & (pixels[..., 2] < 70)


def test_ball_is_drawn_where_the_camera_projects_it(world):
    ball, camera = Ball([0.5, 2.0], RED), OrbitCamera(azimuth=20, elevation=60)
    rows, columns = np.nonzero(reds(world.frame(camera, [ball])))
    x, y, _ = camera.project(world.centre(ball), world.aspect)
    assert columns.mean() == pytest.approx((x + 1) / 2 * 320, abs=1.5)
    assert rows.mean() == pytest.approx((1 - y) / 2 * 180, abs=1.5)


def test_ball_rests_on_the_surface(world):
    ball = Ball([-0.7, 1.4], RED, radius=0.03)
    foot = world.relief.place(ball.xy)
    assert np.linalg.norm(world.centre(ball) - foot) == pytest.approx(0.03)
    terrain = world.relief.terrain
    height = (terrain.elevation(terrain.value(ball.xy)) - world.relief.lowest) / (
        world.relief.highest - world.relief.lowest
    )
    assert foot[2] == pytest.approx(0.6 * height)


def test_hill_hides_ball_and_trail(world):
    # The valley's far arm, seen from behind the hill in the middle and from its own side.
    xy = np.array([[1.2, 1.44], [1.5, 2.25]])
    ball, trail = Ball(xy[0], RED), Trail(world.drape(xy)[0], RED)
    seen, hidden = OrbitCamera(azimuth=0, elevation=85), OrbitCamera(azimuth=-75, elevation=14)
    for things in ({"balls": [ball]}, {"trails": [trail]}):
        assert reds(world.frame(seen, **things)).sum() > 5
        assert reds(world.frame(hidden, **things)).sum() == 0


def test_drape_follows_path_and_stops_at_the_border(world):
    points, rows = world.drape([[0.0, 0.0], [0.5, 0.5], [5.0, 0.5], [0.0, 0.0]])
    np.testing.assert_allclose(points[0], world.relief.place([0.0, 0.0]))
    np.testing.assert_allclose(points[-1], world.relief.place([0.5, 0.5]))
    assert rows[-1] == 1
    assert len(world.drape([[np.nan, 0.0], [0.0, 0.0]])[0]) == 0


def test_along_stops_where_a_walk_diverges():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [np.nan, np.nan]])
    here, path = along(np.array([0, 2, 4]), points, 1.0)
    np.testing.assert_array_equal(here, [0.5, 0])
    assert len(path) == 2
    np.testing.assert_array_equal(along(np.array([0, 2, 4]), points, 4.0)[0], [1, 0])


class Watched:
    """Mixed into a lesson: checks the still after every play instead of writing a film."""

    def play(self, *args, **kwargs):
        super().play(*args, **kwargs)
        self.check_balls()
        boxes = [
            (part.get_corner([-1, -1, 0])[:2], part.get_corner([1, 1, 0])[:2])
            for top in self.mobjects
            for part in top.get_family()
            if isinstance(part, Text) and part.submobjects and part.submobjects[0].get_fill_opacity() > 0.01
        ]
        half = np.array([config.frame_width, config.frame_height]) / 2
        assert boxes
        for low, high in boxes:
            assert (low >= -half).all()
            assert (high <= half).all()
        for (a0, a1), (b0, b1) in combinations(boxes, 2):
            assert not ((a0 < b1) & (b0 < a1)).all()
        self.stills = getattr(self, "stills", 0) + 1


@pytest.fixture
def quick(tmp_path):
    """Manim settings with which a lesson runs through without drawing."""
    settings = {"dry_run": True, "disable_caching": True, "verbosity": "ERROR", "progress_bar": "none"}
    with tempconfig(settings | {"media_dir": str(tmp_path), "frame_rate": 2, "pixel_width": 854, "pixel_height": 480}):
        yield


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_ravine_lesson(quick, theme):
    class Lesson(Watched, ravine_lesson.RavineLesson):
        def check_balls(self):
            for walker in self.walkers:
                walk = walker.trajectory
                shown = walker.ball.get_center()
                # The drive has ended: each ball lies at its walk's last point, in the map's scale.
                np.testing.assert_allclose(shown, walker.where_is(walk.x[-1]), atol=1e-9)

    lesson = Lesson(theme=theme)
    lesson.render()
    assert lesson.stills > 10


def test_ravine_lesson_s_claims_hold():
    """The captions say: SGD is slowest by far, momentum does about as well as Adam, Adam hardly notices the turn, and
    more rates work for Adam than for SGD."""
    kinds = [ls.optimizers.SGD(), ls.optimizers.Momentum(), ls.optimizers.Adam()]
    aligned, turned = (ravine_lesson.Race.run(ls.terrains.get("ravine", angle=angle), kinds) for angle in (0.0, 45.0))
    sgd, momentum, adam = aligned.needed
    assert sgd > 2 * momentum
    assert 0.8 < momentum / adam < 1.25
    assert turned.needed[:2] == [sgd, momentum]
    assert adam < turned.needed[2] < 1.2 * adam
    assert aligned.arriving[2] > 2 * aligned.arriving[0]


def test_mnist_lesson(quick, runs, surface, mnist):
    walks = [ls.project(run, surface, mnist.x_train[:700], mnist.y_train[:700]) for run in runs]

    class Lesson(Watched, mnist_lesson.MnistLesson):
        def check_balls(self):
            for ball, walk in zip(self.balls(), walks, strict=False):
                k = int(np.argmin(np.abs(walk.steps - self.step)))
                assert walk.steps[k] == self.step
                np.testing.assert_array_equal(ball.xy, walk.x[k])

    lesson = Lesson(journey=mnist_lesson.Journey(runs, surface, walks))
    lesson.render()
    assert lesson.stills > 8


def test_one_real_film(tmp_path):
    import av

    result = CliRunner().invoke(main, ["animate", "ravine", "--quality", "low", "--out", str(tmp_path)])
    film = tmp_path / "ravine.mp4"
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(film)
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (854, 480)
        assert float(stream.average_rate) == pytest.approx(30, rel=1e-3)
        assert 20 <= float(stream.duration * stream.time_base) <= 70
        frames = [frame.to_ndarray(format="rgb24") for k, frame in enumerate(container.decode(stream)) if k % 60 == 0]
    assert len({frame.tobytes() for frame in frames}) > 8
    assert {path.name for path in tmp_path.iterdir()} == {"ravine.mp4", "ravine.png"}


def test_every_lesson_has_words():
    assert captions("ravine", "en")["title"]
    with pytest.raises(ValueError, match="unknown language"):
        captions("ravine", "xx")


def test_missing_opengl_is_one_line(monkeypatch):
    import moderngl

    from landscape.errors import RenderError

    def refuse(*args, **kwargs):
        raise Exception("libEGL.so.1: cannot open")

    monkeypatch.setattr(moderngl, "create_standalone_context", refuse)
    with pytest.raises(RenderError, match="apt install libegl1"):
        World(ls.terrains.get("saddle"), (32, 32), palette("dark")).frame(OrbitCamera())
