"""The page of `landscape explore` in a real browser: its numbers against the library's, and whether it can be used."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import resources
from io import BytesIO

import numpy as np
import pytest
from click.testing import CliRunner
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from matplotlib.markers import MarkerStyle
from PIL import Image

import landscape as ls
from landscape import figures
from landscape.cli.explore import explore
from landscape.explore import page, symbols
from landscape.explore.content import dumped, of_terrain, runnable
from landscape.figures.exits import shown_path
from landscape.figures.scales import scale_of
from landscape.figures.themes import palette
from landscape.figures.words import faithfulness

NOTHING = "about:blank"
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
FOLDER = resources.files("landscape.explore")
get = ls.terrains.get


@pytest.fixture(scope="module")
def opening(tmp_path_factory):
    """A function that opens a page's text in a tab, or in a new one of a browser."""
    # All under one address, and most in one tab: there Chromium knows Plotly from the page before.
    path = tmp_path_factory.mktemp("pages") / "page.html"

    def new(browser):
        tab = browser.new_page()
        tab.complaints = []
        tab.set_default_timeout(300_000)  # for machines that have much else to do
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.on("console", lambda said: tab.complaints.append(said.text) if said.type == "error" else None)
        tab.on(
            "request", lambda one: tab.complaints.append(one.url) if one.url not in (path.as_uri(), NOTHING) else None
        )
        return tab

    def open_(text, browser, viewport=DESKTOP, color_scheme="light", tab=None):
        path.write_text(text, encoding="utf-8")
        tab = tab or new(browser)
        tab.set_viewport_size(viewport)
        tab.emulate_media(color_scheme=color_scheme)
        tab.goto(path.as_uri())
        tab.wait_for_function("window.landscape?.drawn")
        return tab

    return open_


def closed(tab):
    """Nothing went wrong in a tab until its end; an open page would go on to draw its relief beside all other tests."""
    tab.goto(NOTHING)
    complaints = [*tab.complaints]
    tab.complaints.clear()
    assert complaints == []


@pytest.fixture(scope="module")
def tabs():
    """The one tab of the pages of single tests, once there is one."""
    return []


@pytest.fixture
def opened(opening, quick_browser, tabs):
    """The same, for a page of one test, which another one of that test takes the place of."""

    def open_(text, *viewport, **context):
        tabs[:] = [opening(text, quick_browser, *viewport, **context, tab=tabs[0] if tabs else None)]
        return tabs[0]

    yield open_
    for tab in tabs:
        closed(tab)


@pytest.fixture(scope="module")
def text():
    """Himmelblau's page: three optimizers that it runs itself, and one that it cannot."""
    chosen = ["sgd:lr=0.01", "momentum:lr=0.01", "adam:lr=0.1", "scipy:bfgs"]
    return page("himmelblau", optimizers=chosen, steps=60)


@pytest.fixture(scope="module")
def tab(opening, quick_browser, text):
    shown = opening(text, quick_browser)
    yield shown
    closed(shown)


@pytest.fixture
def fresh(tab):
    """The same tab, as it was at first."""
    tab.evaluate("document.querySelector('#play.playing')?.click()")
    tab.click("#reset")
    for box in tab.query_selector_all("#walkers input[type=checkbox]"):
        box.set_checked(True)
    tab.evaluate("landscape.goTo(60)")
    return tab


# Time and frames of a page that pass by hand.
HAND = """() => {
  const real = { now: performance.now, request: requestAnimationFrame, cancel: cancelAnimationFrame };
  let [now, last, waiting] = [performance.now(), 0, new Map()];
  performance.now = () => now;
  window.requestAnimationFrame = (call) => (waiting.set(++last, call), last);
  window.cancelAnimationFrame = (id) => waiting.delete(id);
  window.hand = {
    pass(milliseconds) {
      now += milliseconds;
      const due = waiting;
      waiting = new Map();
      due.forEach((call) => call(now));
    },
    release() {
      performance.now = real.now;
      [window.requestAnimationFrame, window.cancelAnimationFrame] = [real.request, real.cancel];
      waiting.forEach((call) => requestAnimationFrame(call));
    },
  };
}"""


@contextmanager
def by_hand(tab):
    """A function that lets so many milliseconds and one frame pass, of which none do otherwise."""
    tab.evaluate(HAND)
    yield lambda milliseconds: tab.evaluate("(milliseconds) => hand.pass(milliseconds)", milliseconds)
    tab.evaluate("hand.release()")


def close(found, expected, scale=1.0):
    np.testing.assert_allclose(np.array(found, dtype=float), expected, rtol=1e-9, atol=1e-9 * scale)


def numbers(found):
    """Numbers of a page; null, where there is none, as nan."""
    return np.array([np.nan if one is None else one for one in found])


def test_what_was_recorded_is_exact(tab):
    walk = ls.descend("himmelblau", "scipy:bfgs", steps=60)
    recorded = tab.evaluate("landscape.paths()")[3]
    assert recorded["options"] is None
    np.testing.assert_array_equal(np.transpose([recorded["x"], recorded["y"]]), walk.x)
    np.testing.assert_array_equal(recorded["loss"], walk.loss)
    assert "recorded" in tab.inner_text(".walker:nth-of-type(4)")


def test_what_was_recorded_is_set_apart_once_the_others_start_elsewhere(fresh):
    lines, own = "document.getElementById('losses').data.length", ".walker:nth-of-type(4)"
    before, scale = fresh.evaluate(lines), fresh.evaluate("landscape.scale()")
    assert "loss" in fresh.inner_text(own)
    assert "no longer compared" in fresh.inner_text("header")

    fresh.evaluate("landscape.setStart([1, -2])")
    apart = fresh.evaluate("landscape.paths().map((path) => path.apart)")
    assert apart == [None, None, None, "apart"]
    assert "recorded from the first start" in fresh.inner_text(own)
    assert "loss" not in fresh.inner_text(own)
    assert fresh.evaluate("getComputedStyle(document.querySelector('.walker.apart .name')).opacity") < "0.5"
    # Neither its curve nor its mark is beside the others', and it does not stretch their axis.
    fresh.wait_for_function(f"{lines} === {before - 2}")
    for picture in ("losses", "trails", "relief"):
        assert len(fresh.evaluate(f"document.getElementById('{picture}').data.at(-1).x")) == 3
    walks = [ls.descend("himmelblau", text, (1, -2), 60) for text in ("sgd:lr=0.01", "momentum:lr=0.01", "adam:lr=0.1")]
    assert fresh.evaluate("landscape.scale().low") == pytest.approx(scale_of(walks).low, rel=1e-9)

    fresh.click("#reset")
    assert fresh.evaluate("landscape.paths()[3].apart") is None
    assert fresh.evaluate("landscape.scale()") == scale
    assert "loss" in fresh.inner_text(own)


def test_a_trajectory_from_another_start_is_apart_from_the_first(opened):
    recorded = [ls.descend("saddle", "adam:lr=0.1", start, 30, record=10) for start in ((0.5, 0.5), (1, 1e-4))]
    tab = opened(page("saddle", recorded, ["sgd"], steps=30))
    assert "recorded from another start" in tab.inner_text(".walker")
    assert tab.evaluate("landscape.paths().map((path) => path.apart)") == ["elsewhere", None, None]
    # Between two recorded steps the loss is that of the earlier one, and says so.
    own, told = ".walker:nth-of-type(2) .loss", [f"loss {loss:.3g}".replace("-", "−") for loss in recorded[1].loss]
    for step, words in ((14, f"{told[1]} at step 10"), (20, told[2])):
        tab.evaluate(f"landscape.goTo({step})")
        assert tab.inner_text(own) == words


def test_play_and_the_slider_move_the_step(fresh):
    assert fresh.inner_text("#at") == "step 60 of 60"
    fresh.focus("#step")
    fresh.keyboard.press("Home")
    assert fresh.evaluate("landscape.step()") == 0
    fresh.keyboard.press("ArrowRight")
    assert fresh.evaluate("landscape.step()") == 1
    fresh.fill("#step", "12")
    assert fresh.inner_text("#at") == "step 12 of 60"
    fresh.wait_for_function("document.getElementById('trails').data[1].x.length === 13")
    with by_hand(fresh) as passes:
        fresh.click("#play")
        assert fresh.inner_text("#play") == "Pause"
        passes(500)
        first = fresh.evaluate("landscape.step()") - 12
        passes(1000)
        stopped = fresh.evaluate("landscape.step()")
        assert stopped == pytest.approx(12 + 3 * first, abs=2)  # by the clock, and in whole steps
        assert 0 < first < stopped < 60
        fresh.click("#play")
        assert fresh.inner_text("#play") == "Play"
        passes(1000)
        assert fresh.evaluate("landscape.step()") == stopped
        # On from there, to the end.
        fresh.click("#play")
        passes(0)
        assert fresh.evaluate("landscape.step()") == stopped
        passes(60_000)
        assert fresh.evaluate("landscape.step()") == 60
        assert fresh.inner_text("#play") == "Play"
    fresh.evaluate("(step) => landscape.goTo(step)", stopped)
    # The balls are where the walks are, in both pictures.
    balls = fresh.evaluate("['trails', 'relief'].map((id) => document.getElementById(id).data.at(-1))")
    first = fresh.evaluate("landscape.paths()")[0]
    for ball in balls:
        assert [ball["x"][0], ball["y"][0]] == [first["x"][stopped], first["y"][stopped]]


def test_switches_hide_paths(fresh):
    lines = "document.getElementById('{}').data.length"
    before = [fresh.evaluate(lines.format(id_)) for id_ in ("relief", "trails", "losses")]
    fresh.uncheck(".walker:nth-of-type(2) input[type=checkbox]")
    fresh.wait_for_function(f"{lines.format('relief')} === {before[0] - 1}")
    assert fresh.evaluate(lines.format("trails")) == before[1] - 2
    assert fresh.evaluate(lines.format("losses")) == before[2] - 2
    assert [path["shown"] for path in fresh.evaluate("landscape.paths()")] == [True, False, True, True]


def test_a_walk_that_diverged_ends_where_it_first_leaves(opened):
    shown = opened(page("himmelblau", optimizers=["adam:lr=0.1", "sgd:lr=0.1"], steps=20))
    walks = [ls.descend("himmelblau", text, steps=20) for text in ("adam:lr=0.1", "sgd:lr=0.1")]
    path, out = shown_path(walks[1], get("himmelblau").domain)
    assert int(walks[1].diverged_at) == 7
    assert out.row == 1

    line, arrows, balls = shown.evaluate("[3, -2, -1].map((k) => document.getElementById('trails').data.at(k))")
    np.testing.assert_allclose([line["x"][:3], line["y"][:3]], path.T)
    assert len(line["x"]) == 3  # and it does not come back into the map
    assert line["text"][2] == "<b>SGD, lr 0.1</b><br>between steps 1 and 2"
    np.testing.assert_allclose([arrows["x"][0], arrows["y"][0]], out.point)
    assert arrows["marker"]["angle"] == [pytest.approx(np.degrees(np.arctan2(*out.way)))]
    assert balls["x"] == [walks[0].x[-1, 0], None]
    told = "document.getElementById('{}').layout.annotations.map(({{ text }}) => text)"
    assert shown.evaluate(told.format("trails")) == ["diverged, step 7"]

    scale = scale_of(walks)
    end = scale.way_out(walks[1].steps, walks[1].loss)
    curve, arrows, balls = shown.evaluate("[2, -2, -1].map((k) => document.getElementById('losses').data.at(k))")
    assert [one is None for one in curve["y"]] == np.isnan(scale.drawn(walks[1].loss, True)).tolist()[: len(curve["y"])]
    assert arrows["x"] == [pytest.approx(end.step)]
    assert arrows["y"] == [pytest.approx(np.log10(scale.high))]
    assert balls["x"] == [20, None]
    assert "diverged, step 7" in shown.evaluate(told.format("losses"))
    assert shown.inner_text(".walker:nth-of-type(2) .loss") == "diverged, step 7"
    # Before that it has only left.
    shown.evaluate("landscape.goTo(3)")
    assert shown.evaluate(told.format("trails")) == []
    assert shown.inner_text(".walker:nth-of-type(2) .loss") == f"loss {4.72e6:.3g}".replace("e+06", "×10⁶")


@pytest.mark.parametrize("point", [(-3.0, -1.0), (2.5, 4.0)])
def test_a_click_on_the_map_starts_there(fresh, point):
    fresh.mouse.click(*fresh.evaluate("(at) => landscape.pixel(at)", list(point)))
    start = fresh.evaluate("landscape.start()")
    assert start == pytest.approx(point, abs=10 / 300)  # a pixel
    assert [float(fresh.input_value(f"#start-{axis}")) for axis in "xy"] == start
    notations = ("sgd:lr=0.01", "momentum:lr=0.01", "adam:lr=0.1")
    for path, notation in zip(fresh.evaluate("landscape.paths()")[:3], notations, strict=True):
        walk = ls.descend("himmelblau", notation, start, steps=60)
        close(np.transpose([path["x"], path["y"]]), walk.x)
        close(path["loss"], walk.loss)


def test_a_start_may_be_typed_or_dragged(fresh):
    fresh.fill("#start-x", "1.5")
    fresh.press("#start-x", "Tab")
    assert fresh.evaluate("landscape.start()") == [1.5, 0]
    close(fresh.evaluate("landscape.paths()")[0]["x"], ls.descend("himmelblau", "sgd:lr=0.01", (1.5, 0), 60).x[:, 0])
    fresh.mouse.move(*fresh.evaluate("landscape.pixel([-2, -2])"))
    fresh.mouse.down()
    fresh.mouse.move(*fresh.evaluate("landscape.pixel([-2, 3])"), steps=3)
    fresh.mouse.up()
    fresh.mouse.move(*fresh.evaluate("landscape.pixel([4, 4])"))
    assert fresh.evaluate("landscape.start()") == pytest.approx([-2, 3], abs=10 / 300)


def test_sliders_change_the_walk(fresh):
    section = ".walker:nth-of-type(3) .slider:nth-of-type({})"
    for row, key in ((1, "ArrowRight"), (2, "ArrowLeft"), (3, "Home")):
        fresh.focus(f"{section.format(row)} input")
        fresh.keyboard.press(key)
    path = fresh.evaluate("landscape.paths()")[2]
    options = path["options"]
    assert options["lr"] > 0.1
    assert options["beta1"] < 0.9
    assert options["beta2"] == 0
    assert fresh.inner_text(f"{section.format(1)} output") == f"{options['lr']:g}"
    close(np.transpose([path["x"], path["y"]]), ls.descend("himmelblau", ls.optimizers.Adam(**options), steps=60).x)


def test_the_keyboard_is_enough(fresh):
    # From the map on, as Tab goes: start, optimizers, play, step.
    fresh.focus("#map")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        fresh.keyboard.press(key)
    assert fresh.evaluate("landscape.start()") == pytest.approx([0.4, 0.2])
    close(fresh.evaluate("landscape.paths()")[0]["x"], ls.descend("himmelblau", "sgd:lr=0.01", (0.4, 0.2), 60).x[:, 0])
    seen, focused = [], "document.activeElement.id || document.activeElement.getAttribute('aria-label') || 'switch'"
    while not seen or seen[-1] != "step":
        fresh.keyboard.press("Tab")
        seen.append(fresh.evaluate(focused))
        if seen[-1] == "switch" and seen.count("switch") == 1:
            fresh.keyboard.press("Space")
        if seen[-1] == "play":
            fresh.evaluate("landscape.goTo(0)")
            with by_hand(fresh) as passes:
                fresh.keyboard.press("Space")
                passes(500)
                assert fresh.evaluate("landscape.step()") > 0
                fresh.keyboard.press("Space")
    assert [path["shown"] for path in fresh.evaluate("landscape.paths()")] == [False, True, True, True]
    assert seen[:3] == ["start-x", "start-y", "reset"]
    assert "Adam: β₁" in seen
    fresh.keyboard.press("End")
    assert fresh.evaluate("landscape.step()") == 60


def test_a_point_tells_what_the_optimizer_remembers(fresh):
    walk = ls.descend("himmelblau", "adam:lr=0.1", steps=60)
    told = fresh.evaluate("document.getElementById('trails').data[5].text[5]")
    assert "<b>Adam, lr 0.1</b><br>step 5<br>" in told
    assert f"loss {walk.loss[5]:.4g}<br>|∇L| {np.hypot(*walk.gradient[5]):.3g}<br>" in told
    assert re.search(r"Δx = .*m = \(.*v = \(", told)
    fresh.evaluate("landscape.goTo(5)")
    fresh.mouse.move(*fresh.evaluate("([x, y]) => landscape.pixel([x, y])", walk.x[5].tolist()))
    fresh.wait_for_selector("#trails .hoverlayer .hovertext")


def test_everything_is_within_reach(tab, opened, text):
    """Without scrolling on a laptop, and without scrolling sideways on a phone."""
    for id_ in ("#play", "#step", "#start-x", "#reset", ".walker:nth-of-type(4) input"):
        frame = tab.query_selector(id_).bounding_box()
        assert 0 <= frame["x"] <= DESKTOP["width"] - frame["width"], id_
        assert 0 <= frame["y"] <= DESKTOP["height"] - frame["height"], id_
    phone = opened(text, PHONE)
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    frame = phone.query_selector("#play").bounding_box()
    assert frame["y"] + frame["height"] <= PHONE["height"]
    tops = [phone.query_selector(id_).bounding_box()["y"] for id_ in ("#relief", "#map", "#losses", "aside")]
    assert tops == sorted(tops)


def ground(tab):
    return tab.evaluate("getComputedStyle(document.body).backgroundColor")


def test_themes_and_languages(opened):
    # A terrain with a part that has no loss, which must not take longer to draw.
    text = page("log(x + 2) + 3*y^2", optimizers=["sgd:lr=0.1"], steps=20, theme="auto", lang="zh")
    dark = opened(text, color_scheme="dark")
    assert ground(dark) == "rgb(16, 19, 28)"
    assert dark.inner_text("#play") == "播放"
    assert dark.evaluate("document.documentElement.lang") == "zh-CN"
    dark.emulate_media(color_scheme="light")
    dark.wait_for_function("document.getElementById('losses').layout.font.color === '#5b6275'")
    assert ground(dark) == "rgb(255, 255, 255)"


def test_runs_are_played_as_they_were_recorded(opened, surface, runs, mnist):
    walks = [ls.project(run, surface, mnist.x_train[:700], mnist.y_train[:700]) for run in runs]
    tab = opened(page(surface, walks))
    assert faithfulness(surface.plane) in tab.inner_text("header")
    assert tab.query_selector("#start") is None
    for path, walk in zip(tab.evaluate("landscape.paths()"), walks, strict=True):
        np.testing.assert_array_equal(numbers(path["residual"]), walk.residual)
        np.testing.assert_array_equal(numbers(path["loss"]), walk.loss)
    told = tab.evaluate("document.getElementById('trails').data[1].text[3]")
    assert "true loss" in told
    assert "loss in the plane" in told
    assert "off the plane" in told
    before = tab.evaluate("landscape.paths()")
    tab.click("#map")
    assert tab.evaluate("landscape.paths()") == before


class Own(ls.terrains.Terrain):
    """x² + y², which the page has no JavaScript for."""

    name, domain, start = "own", ((-1.0, 1.0), (-1.0, 1.0)), np.array([0.5, 0.5])

    def value(self, xy):
        return np.square(xy).sum(-1)

    def gradient(self, xy):
        return 2 * np.asarray(xy)

    def hessian(self, xy):
        return np.broadcast_to(2 * np.eye(2), (*np.shape(xy), 2))


@dataclass(frozen=True)
class Slow(ls.optimizers.SGD):
    """Half of SGD."""

    label = "Half SGD"

    def _advance(self, g, s, delta, x, lr):
        np.multiply(g, -lr / 2, out=delta)


@dataclass(frozen=True)
class Around(ls.optimizers.Wrapper):
    """A wrapper that the page does not know."""

    name = "around"


def test_nothing_in_names_is_code(opened):
    # On a terrain that the page cannot compute, either.
    walk = ls.descend(Own(), "adam:lr=0.1", steps=3)
    named = ls.Trajectory(
        walk.terrain,
        ls.optimizers.External("</script><b>\"mine\" & 'yours'"),
        *(walk.steps, walk.x, walk.loss, walk.gradient, walk.state),
    )
    title = "a < b & \"c\" </title><script>document.title = 'x'</script>"
    tab = opened(page(Own(), named, title=title, theme="dark"), color_scheme="light")
    assert ground(tab) == "rgb(16, 19, 28)"
    heights = tab.evaluate("document.getElementById('relief').data[0].z")
    np.testing.assert_allclose(np.array(heights)[2:-2, 2:-2].min(axis=0)[[0, 60, 120]], [0.5, 0, 0.5], atol=1e-6)
    assert tab.inner_text("header").endswith("The paths were recorded and cannot be moved.")
    assert tab.title() == tab.inner_text("h1") == title
    assert tab.inner_text(".walker .name") == "</script><b>\"mine\" & 'yours'"
    assert tab.evaluate("document.getElementById('trails').data[1].text[0]").startswith("<b>&lt;/script>")


def test_walks_that_diverge_and_terrains_without_walks(opened):
    ground = get("rosenbrock")
    optimizers = ["sgd:lr=0.1", "adam:lr=0.1", "adam:lr=0.2"]
    # What the page cannot run is played back: users' own, scheduled walks, and those whose optimizer is not there.
    own = [Slow(1e-3), Around(ls.optimizers.SGD(1e-4)), ls.optimizers.Clip(Slow(1e-3), 1.0)]
    scheduled = ls.descend(ground, "sgd:lr=0.0001", steps=30, schedule="cosine")
    gone = replace(ls.descend(ground, "sgd:lr=0.0003", steps=30), optimizer=ls.optimizers.Missing("gone:lr=0.0003"))
    tab = opened(page(ground, [scheduled, gone], [*optimizers, *own], steps=30))
    walk = ls.descend("rosenbrock", "sgd:lr=0.1", steps=30)
    assert f"diverged, step {walk.diverged_at}" in tab.inner_text(".walker:nth-of-type(3)")
    names = [one.inner_text() for one in tab.query_selector_all(".name")]
    assert names[2:5] == ["SGD", "Adam (1)", "Adam (2)"]
    assert [names[0], *(one.removesuffix(", constant rate") for one in (names[1], *names[5:]))] == [
        *("SGD, lr 0.0001, cosine", "gone, lr 0.0003"),
        *("Half SGD, lr 0.001", "SGD, lr 0.0001, Around", "Half SGD, lr 0.001, clipped at 1"),
    ]
    notes = [one.inner_text() for one in tab.query_selector_all(".note")]
    fixed = "recorded; it cannot be moved"
    assert notes == [fixed, fixed, "", "", "", fixed, fixed, fixed]
    paths = tab.evaluate("landscape.paths()")
    recorded = [scheduled, gone, *(ls.descend(ground, one, steps=30) for one in own)]
    for path, one in zip([*paths[:2], *paths[5:]], recorded, strict=True):
        np.testing.assert_array_equal(np.transpose([path["x"], path["y"]]), one.x)
    # A user's function is not known to the page.
    bowl = ls.terrains.from_function(lambda x, y: x * x + y * y - 1, ((-1, 1), (-1, 1)))
    assert not runnable(bowl, ls.optimizers.SGD())
    assert "hint" not in page(bowl, optimizers=["sgd"], steps=3).partition("<main>")[0]
    assert not opened(page(bowl)).query_selector("#play").is_visible()


def test_looks_are_the_figures_in_every_picture(opened):
    """Colour, dash and marker of each optimizer, relatives and one at two rates among them."""
    texts = ["sgd:lr=0.01", "adam:lr=0.1", "adam:lr=0.01", "adamw:lr=0.1", "soap:lr=0.1", "lion:lr=0.05"]
    tab = opened(page("himmelblau", optimizers=texts, steps=10, theme="dark"))
    looks = palette("dark").styles([ls.optimizers.parse(text) for text in texts])
    for picture, first, of_each in (("trails", 1, 2), ("losses", 1, 2), ("relief", 2, 1)):
        data = tab.evaluate(f"document.getElementById('{picture}').data")
        lines = data[first : first + of_each * len(texts) : of_each]
        assert [line["line"]["color"] for line in lines] == [look.colour for look in looks], picture
        solid = [line["line"]["dash"] == "solid" for line in lines]
        assert solid == [look.dash[1] is None for look in looks], picture
        if picture == "relief":
            assert data[-1]["text"] == [symbols.letter(look.marker) for look in looks]
            assert data[-1]["textfont"]["color"] == [look.colour for look in looks]
        else:
            parts = [part * lines[0]["line"]["width"] for part in looks[3].dash[1] or ()]
            assert lines[3]["line"]["dash"] == (",".join(f"{part:g}px" for part in parts) or "solid")
            assert data[-1]["marker"]["symbol"] == [symbols.SYMBOLS[look.marker] for look in looks]
            assert data[-1]["marker"]["color"] == [look.colour for look in looks]
    for k, look in enumerate(looks, start=1):
        icon = f".walker:nth-of-type({k}) .icon"
        assert tab.evaluate(f"getComputedStyle(document.querySelector('{icon} .line')).stroke") == rgb(look.colour)
        pattern = tab.get_attribute(f"{icon} .line", "stroke-dasharray")
        assert [float(part) for part in pattern.split()] == [2 * part for part in look.dash[1] or ()]
        assert tab.get_attribute(f"{icon} .mark", "d") == symbols.outline(look.marker, 11)
    assert tab.evaluate("document.fonts.check('16px \"Landscape Marks\"')")


def rgb(colour):
    """A colour #rrggbb as browsers write it."""
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_marks_are_matplotlibs():
    font = TTFont(BytesIO(b64decode(symbols.font_face([*symbols.SYMBOLS]).partition("base64,")[2].rstrip(")}"))))
    letters, glyphs = font.getBestCmap(), font.getGlyphSet()
    for marker in symbols.SYMBOLS:
        pen = BoundsPen(glyphs)
        glyphs[letters[ord(symbols.letter(marker))]].draw(pen)
        style = MarkerStyle(marker)
        corners = style.get_path().get_extents(style.get_transform()).get_points()
        expected = 1000 * (0.9 * corners + [0.5, 0.35])
        np.testing.assert_allclose(pen.bounds, expected.ravel(), atol=3)  # as curves become polygons


def test_a_small_range_far_from_0_is_seen_and_told_apart(opened):
    tab = opened(page("1000000+x^2+y^2", optimizers=["sgd:lr=0.1", "sgd:lr=0.02"], steps=10))
    assert tab.inner_text("h1") == "1000000 + x² + y²"
    walk = ls.descend("1000000+x^2+y^2", "sgd:lr=0.02", steps=10)
    for step, digits in ((0, "1,000,004.5"), (10, f"{walk.loss[-1]:,.2f}")):
        tab.evaluate(f"landscape.goTo({step})")
        assert tab.inner_text(".walker:nth-of-type(2) .loss") == f"loss {digits}"
        assert digits in tab.evaluate(f"document.getElementById('trails').data[3].text[{step}]")
    ground, losses = (tab.evaluate(f"document.getElementById('{id_}')._fullLayout") for id_ in ("ground", "losses"))
    assert "loss − 10⁶" in [one["text"] for one in ground["annotations"]]
    assert losses["yaxis"]["title"]["text"] == "loss − 10⁶"
    bar, mesh = tab.evaluate("[['ground', 0], ['relief', 0]].map(([id, k]) => document.getElementById(id).data[k])")
    levels = figures.contour("1000000+x^2+y^2", levels=14).levels[1:-1]
    assert bar["colorbar"]["ticktext"] == [f"{level - 1e6:g}" for level in levels]
    # The bowl is no staircase: its heights are what they are, but for a millionth of their range.
    inner = np.array(mesh["z"])[2:-2, 2:-2]
    xs, ys = np.meshgrid(np.linspace(-3, 3, 121), np.linspace(-3, 3, 121))
    np.testing.assert_allclose(18 * inner, xs**2 + ys**2, atol=2e-5)


@pytest.mark.parametrize(
    ("formula", "point", "told"),
    [
        ("3+0*x", (1, 1), "loss 3"),
        ("log(x^2+y^2)", (0, 0), "no finite slope at the start"),  # −∞
        ("exp(300*x)*sqrt(y)", (2.9, 1), "no finite slope at the start"),  # ∞, and no number for y < 0
        ("1e-9*(x^2+y^2)", (1, 1), "loss 2×10⁻⁹"),
    ],
)
def test_level_ground_gaps_and_losses_of_any_size(opened, formula, point, told):
    tab = opened(page(formula, optimizers=["sgd:lr=0.1"], steps=5))
    tab.evaluate("(point) => landscape.setStart(point)", list(point))
    tab.evaluate("landscape.goTo(0)")
    assert tab.inner_text(".walker .loss") == told
    for picture in ("trails", "losses", "relief"):
        assert tab.evaluate(f"document.getElementById('{picture}').data.length") > 3


def test_the_relief_is_drawn(opening, browser, text):
    """All other pages are opened where there is no WebGL, and do without it."""
    shown = opening(text, browser)
    picture = Image.open(BytesIO(shown.locator("#relief").screenshot())).convert("RGB")
    assert len(picture.getcolors(2**24)) > 1000  # the colours of the map, in light and shade
    closed(shown)


def test_maps_and_reliefs_are_to_scale(opened):
    """A ravine at 45° lies at 45° on a narrow screen, too."""
    tab = opened(page("ravine:angle=45", optimizers=["sgd:lr=0.01"], steps=3), PHONE)
    (x0, y0), (x1, y1) = tab.evaluate("[[0, 0], [5, 5]].map((at) => landscape.pixel(at))")
    assert x1 - x0 == pytest.approx(y0 - y1, rel=0.01)
    box = tab.evaluate("document.getElementById('relief').layout.scene.aspectratio")
    assert box["x"] / box["y"] == pytest.approx(20 / 15)
    # But not where it would be a strip.
    strip = ls.terrains.from_expression("x^2+y^2", ((-8, 8), (-2, 2)))
    assert not of_terrain(strip, live=True)["equal"]


def test_stars_rings_and_names_of_axes(fresh):
    (x0, y0), (x1, y1) = fresh.evaluate("[[0, 0], [3, 3]].map((at) => landscape.pixel(at))")
    assert x1 - x0 == pytest.approx(y0 - y1, rel=0.01)
    stars = fresh.evaluate("document.getElementById('ground').data.find((one) => one.marker?.symbol === 'star')")
    np.testing.assert_allclose(np.transpose([stars["x"], stars["y"]]), get("himmelblau").minima)
    ring = fresh.evaluate("document.getElementById('trails').data.at(-3)")
    assert (ring["x"], ring["y"]) == ([0], [0])
    assert ring["marker"]["line"]["color"] == palette("light").ink  # and no optimizer's
    words = fresh.evaluate("document.getElementById('ground').layout.annotations.map(({ text }) => text)")
    assert words == ["loss", "x", "y"]
    assert of_terrain(get("neuron"), live=True)["coordinates"] == ("w", "b")


def test_losses_that_are_rounding_are_reached(fresh):
    walks = [ls.descend("himmelblau", text, steps=60) for text in ("sgd:lr=0.01", "momentum:lr=0.01", "adam:lr=0.1")]
    walks.append(ls.descend("himmelblau", "scipy:bfgs", steps=60))
    scale, first = scale_of(walks), int(walks[0].steps_to(1.7e-10))
    assert scale.floor == pytest.approx(1e-12 * walks[0].loss[0])  # 170
    assert 1 < first < 60
    assert fresh.inner_text(".walker .loss") == "reached, loss ≤ 2×10⁻¹⁰"
    layout = fresh.evaluate("document.getElementById('losses').layout")
    assert [one["text"] for one in layout["annotations"]] == ["reached, but for rounding"]
    assert layout["shapes"][0]["y0"] == pytest.approx(np.log10(scale.floor))
    fresh.evaluate(f"landscape.goTo({first - 1})")
    assert fresh.inner_text(".walker .loss") == f"loss {walks[0].loss[first - 1]:.2e}".replace("e-10", "×10⁻¹⁰")


def test_a_plane_around_a_network_marks_it(opened, runs, mnist):
    x, y = mnist.x_train[:200], mnist.y_train[:200]
    plane = ls.planes.random(runs[0].network, runs[0].params, seed=0)
    around = ls.surface(runs[0].network, plane, x, y, resolution=9)
    tab = opened(page(around, lang="zh"))
    mark = tab.evaluate("document.getElementById('ground').data.at(-1)")
    assert (mark["x"], mark["y"], mark["text"]) == ([0], [0], ["网络"])
    fitted = ls.surface(runs[0].network, ls.planes.pca(runs), x, y, resolution=9)
    assert not len(of_terrain(fitted, live=False)["networks"])
    # Where the network's own run ends its mark stands already.
    assert not len(of_terrain(around, False, [ls.project(runs[0], around, x, y)])["networks"])


def test_numbers_that_overflow_reach_the_page_as_they_are():
    content = {"loss": np.array([1.5, np.inf, -np.inf, np.nan]), "name": 'NaN, "Infinity" \\', "d": float("inf")}
    read = json.loads(dumped(content), parse_float=float)
    assert read["loss"] == [1.5, np.inf, -np.inf, None]
    assert (read["name"], read["d"]) == (content["name"], np.inf)


def test_names_tell_apart_what_no_slider_does(opened):
    live = ["adam:lr=0.1,beta1=0.5", "adamw:lr=0.1", "adamw:lr=0.1,weight_decay=0.2", "sgd:lr=0.1,clip=2"]
    recorded = [ls.descend("saddle", "sgd:lr=0.1", start, 3) for start in ((1.0, 0.5), (1.0, -0.5))]
    tab = opened(page("saddle", recorded, live, steps=3))
    names = [one.inner_text() for one in tab.query_selector_all(".name")]
    assert names[:2] == ["SGD, lr 0.1, from (1, 0.5)", "SGD, lr 0.1, from (1, −0.5)"]
    assert names[2:] == ["Adam", "AdamW", "AdamW, weight decay 0.2", "SGD, clipped at 2"]
    labels = {one.get_attribute("aria-label") for one in tab.query_selector_all(".slider input")}
    assert {"Adam: β₁", "AdamW, weight decay 0.2: learning rate"} <= labels


def test_what_is_not_allowed():
    for options, message in (
        ({"theme": "drak"}, "unknown theme 'drak'; did you mean 'dark'"),
        ({"lang": "de"}, "unknown language 'de'"),
        ({"start": [[0, 0], [1, 1]]}, "finite numbers of shape (2,)"),
        ({"steps": 100_000}, "steps = 100000 is not allowed: it must be a whole number from 1 to 20000"),
        ({"trajectories": ls.descend("saddle", "sgd", np.zeros((2, 2)), 3)}, "walks of one start each"),
        (
            {"trajectories": ls.descend("rosenbrock", "sgd:lr=1", steps=30, record="last")},
            "<Trajectory of sgd:lr=1.0 on rosenbrock, 30 steps> begins at no finite point",
        ),
    ):
        with pytest.raises(ValueError, match=re.escape(message)):
            page("saddle", **options)


def test_without_plotly(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "plotly.offline", None)
    with pytest.raises(ls.LandscapeError, match="pip install plotly"):
        page("saddle")


def test_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(explore, ["x^2 + 3*y^2", "--start", "1,2", "--steps", "7", "--lang", "zh"])
    assert done.output == "out/explore.html\n", done.output
    text = (tmp_path / "out/explore.html").read_text(encoding="utf-8")
    assert '"start":[1.0,2.0],"steps":7' in text
    assert [name in text for name in ('"name":"SGD"', '"name":"动量"', '"name":"Adam"')] == [True] * 3
    ls.descend("saddle", "sgd", steps=3).save("walk.npz")
    assert CliRunner().invoke(explore, ["walk.npz", "--out", "a/b.html"]).output == "a/b.html\n"
    (tmp_path / "mine.py").write_text("def bowl(x, y): return x * x + y * y")
    ls.descend("mine.py:bowl", "sgd", steps=3).save("own.npz")
    own = ["own.npz", "--terrain", "mine.py:bowl", "--out", "c.html"]
    assert CliRunner().invoke(explore, own).output == "c.html\n"
    refused = CliRunner().invoke(explore, ["walk.npz", "-o", "sgd"])
    assert "what was recorded is shown as it is" in str(refused.exception)
