"""The page of `landscape explore` in a real browser: its numbers against the library's, and whether it can be used."""

from __future__ import annotations

import re
import shutil
import tomllib
from importlib import resources

import numpy as np
import pytest
from click.testing import CliRunner

import landscape as ls
from landscape.cli.explore import explore
from landscape.explore import page
from landscape.explore.content import of_terrain, runnable
from landscape.explore.formula import javascript
from landscape.figures.words import faithfulness

playwright = pytest.importorskip("playwright.sync_api", reason="the page is tested with Playwright")
pytest.importorskip("plotly", reason="the page is drawn by plotly")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on this machine")

ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
FOLDER = resources.files("landscape.explore")
get = ls.terrains.get
TERRAINS = [
    *(get(name) for name in ls.terrains.names()),
    get("ravine", angle=30.0),
    get("relu_valley", angle=-200.0),
    get("saddle", bound=0.5),
    get("rosenbrock", a=-0.5, b=7.0),
    get("sigmoid_chain", depth=1),
    get("neuron", loss="mse"),
    get("relu_valley", kappa=7.0, angle=25.0),
    get("cliff", steps=10),
]
FORMULAS = [
    "x^2 + 30*y^2 + sin(3*x)",
    "relu(x)*erf(3*y) + max(x, y, 0.3) - min(x, -y) + abs(x)^1.5 + sign(y)*log10(x + 5) + cosh(y)/tanh(x + 7)",
    "softplus(-4*x) + sigmoid(5*y) + gaussian(x - y) + sqrt(x^2 + y^2 + 0.1)/exp(y) + atan(x)^3 + 2^x - log(y)",
]
# Two for each that the page runs, at rates with which none of the walks below is chaotic: there, differences in the
# last bit would grow without bound.
OPTIMIZERS = [
    *("sgd:lr=0.0005", "sgd:lr=0.0002,weight_decay=0.3"),
    *("momentum:lr=0.0003", "momentum:lr=0.0002,momentum=0.8,dampening=0.4,weight_decay=0.1"),
    *("nesterov:lr=0.0002", "nesterov:lr=0.0002,momentum=0.7,weight_decay=0.2"),
    *("adagrad:lr=0.3", "adagrad:lr=0.1,eps=0.01"),
    *("rmsprop:lr=0.003", "rmsprop:lr=0.003,alpha=0.9,eps=0.1"),
    *("adam:lr=0.05", "adam:lr=0.02,beta1=0.7,beta2=0.95,eps=0.001"),
    *("amsgrad:lr=0.05", "amsgrad:lr=0.02,beta1=0.8,beta2=0.9"),
    *("adamw:lr=0.05", "adamw:lr=0.03,beta2=0.99,weight_decay=0.2"),
    *("nadam:lr=0.02", "nadam:lr=0.02,beta1=0.8,beta2=0.99,momentum_decay=0.01"),
]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def lab(browser):
    """An empty page with the JavaScript that computes, and no picture."""
    names = ("terrains", "formula", "optimizers")
    code = "\n".join((FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in names)
    tab = browser.new_page()
    tab.add_script_tag(content=f"{code}\nwindow.lab = {{ terrains, optimizers, walk }};")
    for k, formula in enumerate(FORMULAS):
        # Their functions are seen from scripts only, not from what is evaluated.
        tab.add_script_tag(content=f"lab.terrains.formula{k} = () => ({javascript(formula)});")
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def opened(browser, files):
    """A function that opens a page's text in a tab, and says what went wrong in it when all is done."""
    complaints, tabs = [], []

    def open_(text, name, viewport=DESKTOP, **context):
        path = files / f"{name}.html"
        path.write_text(text, encoding="utf-8")
        tab = browser.new_page(viewport=viewport, **context)
        tab.on("pageerror", lambda error: complaints.append(f"{name}: {error}"))
        tab.on("console", lambda said: complaints.append(f"{name}: {said.text}") if said.type == "error" else None)
        tab.on("request", lambda one: complaints.append(f"{name}: {one.url}") if one.url != path.as_uri() else None)
        tab.goto(path.as_uri())
        tab.wait_for_function("window.landscape?.drawn")
        tabs.append(tab)
        return tab

    yield open_
    for tab in tabs:
        tab.close()
    assert complaints == []


@pytest.fixture(scope="module")
def text():
    """Himmelblau's page: three optimizers that it runs itself, and one that it cannot."""
    chosen = ["sgd:lr=0.01", "momentum:lr=0.01", "adam:lr=0.1", "sgd:lr=0.02,clip=1"]
    return page("himmelblau", optimizers=chosen, steps=60)


@pytest.fixture(scope="module")
def tab(opened, text):
    return opened(text, "himmelblau")


@pytest.fixture
def fresh(tab):
    """The same tab, as it was at first."""
    tab.evaluate("document.querySelector('#play.playing')?.click()")
    tab.click("#reset")
    for box in tab.query_selector_all("#walkers input[type=checkbox]"):
        box.set_checked(True)
    tab.evaluate("landscape.goTo(60)")
    return tab


def close(found, expected, scale=1.0):
    np.testing.assert_allclose(np.array(found, dtype=float), expected, rtol=1e-9, atol=1e-9 * scale)


def numbers(found):
    """Numbers of a page; null, where there is none, as nan."""
    return np.array([np.nan if one is None else one for one in found])


@pytest.mark.parametrize("terrain", [*TERRAINS, *map(ls.terrains.parse, FORMULAS)], ids=repr)
def test_terrains_are_the_librarys(lab, terrain, rng):
    low, high = np.transpose(terrain.domain)
    points = rng.uniform(low, high, size=(100, 2))
    made = of_terrain(terrain, live=True)["live"]
    if made["name"] == "formula":
        made["name"] += str(FORMULAS.index(terrain.name))
    values, gradients = lab.evaluate(
        """([{ name, parameters }, points]) => {
             const terrain = lab.terrains[name](parameters);
             return [points.map((at) => terrain.value(...at)), points.map((at) => terrain.gradient(...at))];
           }""",
        [made, points.tolist()],
    )
    expected = terrain.gradient(points)
    np.testing.assert_allclose(values, terrain.value(points), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(gradients, expected, rtol=1e-9, atol=1e-9 * np.nanmax(np.abs(expected)) * 1e-3)


def walked(lab, terrain, optimizer, steps):
    made = of_terrain(terrain, live=True)["live"]
    options = {key: float(value) for key, value in vars(optimizer).items()}
    return lab.evaluate(
        """([{ name, parameters }, optimizer, options, start, steps]) =>
             lab.walk(lab.terrains[name](parameters), lab.optimizers[optimizer], options, start, steps)""",
        [made, optimizer.name, options, terrain.start.tolist(), steps],
    )


@pytest.mark.parametrize("terrain", [get("rosenbrock"), get("himmelblau"), get("ravine", angle=30.0)], ids=repr)
@pytest.mark.parametrize("notation", OPTIMIZERS)
def test_optimizers_are_the_librarys(lab, terrain, notation):
    optimizer = ls.optimizers.parse(notation)
    assert runnable(terrain, optimizer)
    found, walk = walked(lab, terrain, optimizer, 200), ls.descend(terrain, optimizer, steps=200)
    close(np.transpose([found["x"], found["y"]]), walk.x)
    close(found["loss"], walk.loss)
    close(np.transpose(found["gradient"]), walk.gradient, scale=100)
    assert set(found["state"]) == set(walk.state)
    for name, columns in found["state"].items():
        close(np.transpose(columns), walk.state[name], scale=max(1.0, np.abs(walk.state[name]).max()))
    assert found["diverged"] == -1


@pytest.mark.parametrize(
    ("name", "notation", "steps"),
    [
        ("rosenbrock", "sgd:lr=0.1", 60),
        ("rosenbrock", "momentum:lr=1", 60),
        ("cliff", "adam:lr=1e308", 60),
        ("saddle", "sgd:lr=1", 600),  # whose loss overflows long before its points do
        ("saddle", "sgd:lr=0.1", 3000),  # and not yet
    ],
)
def test_walks_end_as_the_librarys_do(lab, name, notation, steps):
    terrain, optimizer = get(name), ls.optimizers.parse(notation)
    found, walk = walked(lab, terrain, optimizer, steps), ls.descend(terrain, optimizer, steps=steps)
    assert found["diverged"] == walk.diverged_at
    assert (walk.diverged_at == -1) == (steps == 3000)
    finite = np.isfinite(walk.x).all(axis=1)
    np.testing.assert_allclose(np.array([found["x"], found["y"]], float).T, walk.x[finite], rtol=1e-9)


def test_what_was_recorded_is_exact(tab):
    walk = ls.descend("himmelblau", "sgd:lr=0.02,clip=1", steps=60)
    recorded = tab.evaluate("landscape.paths()")[3]
    assert recorded["options"] is None
    np.testing.assert_array_equal(np.transpose([recorded["x"], recorded["y"]]), walk.x)
    np.testing.assert_array_equal(recorded["loss"], walk.loss)
    assert "recorded" in tab.inner_text(".walker:nth-of-type(4)")


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
    fresh.click("#play")
    assert fresh.inner_text("#play") == "Pause"
    fresh.wait_for_function("landscape.step() > 14")
    fresh.click("#play")
    stopped = fresh.evaluate("landscape.step()")
    fresh.wait_for_timeout(150)
    assert fresh.evaluate("landscape.step()") == stopped < 60
    # The balls are where the walks are, in both pictures.
    fresh.evaluate("landscape.goTo(landscape.step())")
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


def test_a_walk_that_diverged_ends_in_a_cross_at_the_edge(opened):
    shown = opened(page("rosenbrock", optimizers=["adam:lr=0.1", "sgd:lr=1"], steps=20), "diverged")
    shown.evaluate("landscape.goTo(20)")
    balls, top = shown.evaluate(
        "[document.getElementById('losses')].map((one) => [one.data.at(-1), one.layout.yaxis.range[1]])[0]"
    )
    assert balls["marker"]["symbol"] == ["circle", "x"]
    assert balls["x"] == [20, int(ls.descend("rosenbrock", "sgd:lr=1", steps=20).diverged_at)]
    assert balls["y"][1] == top > balls["y"][0]
    assert balls["cliponaxis"] is False


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
            fresh.keyboard.press("Space")
            fresh.wait_for_function("landscape.step() > 0")
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
    phone = opened(text, "phone", PHONE)
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
    dark = opened(text, "auto-zh", color_scheme="dark")
    assert ground(dark) == "rgb(16, 19, 28)"
    assert dark.inner_text("#play") == "播放"
    assert dark.evaluate("document.documentElement.lang") == "zh-CN"
    dark.emulate_media(color_scheme="light")
    dark.wait_for_function("document.getElementById('losses').layout.font.color === '#5b6275'")
    assert ground(dark) == "rgb(255, 255, 255)"


def test_runs_are_played_as_they_were_recorded(opened, surface, runs, mnist):
    walks = [ls.project(run, surface, mnist.x_train[:700], mnist.y_train[:700]) for run in runs]
    tab = opened(page(surface, walks), "runs")
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


def test_nothing_in_names_is_code(opened):
    walk = ls.descend("saddle", "adam:lr=0.1", steps=3)
    named = ls.Trajectory(
        walk.terrain,
        ls.optimizers.Elsewhere("</script><b>\"mine\" & 'yours'"),
        *(walk.steps, walk.x, walk.loss, walk.gradient, walk.state),
    )
    title = "a < b & \"c\" </title><script>document.title = 'x'</script>"
    tab = opened(page("saddle", named, title=title, theme="dark"), "names", color_scheme="light")
    assert ground(tab) == "rgb(16, 19, 28)"
    assert tab.title() == tab.inner_text("h1") == title
    assert tab.inner_text(".walker .name") == "</script><b>\"mine\" & 'yours'"
    assert tab.evaluate("document.getElementById('trails').data[1].text[0]").startswith("<b>&lt;/script>")


def test_walks_that_diverge_and_terrains_without_walks(opened):
    optimizers = ["sgd:lr=0.1", "adam:lr=0.1", "adam:lr=0.2"]
    tab = opened(page("rosenbrock", optimizers=optimizers, steps=30), "diverged")
    walk = ls.descend("rosenbrock", "sgd:lr=0.1", steps=30)
    assert f"diverged at step {walk.diverged_at}" in tab.inner_text(".walker")
    assert [one.inner_text() for one in tab.query_selector_all(".name")] == ["SGD", "Adam (1)", "Adam (2)"]
    # A user's function is not known to the page.
    bowl = ls.terrains.from_function(lambda x, y: x * x + y * y - 1, ((-1, 1), (-1, 1)))
    assert not runnable(bowl, ls.optimizers.SGD())
    assert "hint" not in page(bowl, optimizers=["sgd"], steps=3).partition("<main>")[0]
    assert not opened(page(bowl), "bare").query_selector("#play").is_visible()


def test_what_is_not_allowed():
    for options, message in (
        ({"theme": "drak"}, "unknown theme 'drak'; did you mean 'dark'"),
        ({"lang": "de"}, "unknown language 'de'"),
        ({"start": [[0, 0], [1, 1]]}, "a page takes one start"),
        ({"steps": 100_000}, "steps = 100000 is not allowed: a page moves smoothly over 1 to 20,000 of them"),
        ({"trajectories": ls.descend("saddle", "sgd", np.zeros((2, 2)), 3)}, "walks of one start each"),
    ):
        with pytest.raises(ValueError, match=re.escape(message)):
            page("saddle", **options)


def test_the_languages_have_the_same_words():
    words = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
    assert list(words["en"]) == list(words["zh"])
    places = {lang: {key: sorted(re.findall(r"{\w+}", word)) for key, word in words[lang].items()} for lang in words}
    assert places["en"] == places["zh"]


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
    assert [name in text for name in ('"name":"SGD"', '"name":"Momentum"', '"name":"Adam"')] == [True] * 3
    ls.descend("saddle", "sgd", steps=3).save("walk.npz")
    assert CliRunner().invoke(explore, ["walk.npz", "--out", "a/b.html"]).output == "a/b.html\n"
    refused = CliRunner().invoke(explore, ["walk.npz", "-o", "sgd"])
    assert "what was recorded is shown as it is" in str(refused.exception)
