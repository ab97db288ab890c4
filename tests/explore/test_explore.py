"""The page of `landscape explore` in a real browser: what can be done in it, and its numbers against the library's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import pytest
from click.testing import CliRunner
from nodes import WEB
from solutions import SOLVED

import landscape as ls
from landscape.cli.explore import explore
from landscape.core.wording import Words, speaking
from landscape.explore import page, walks_of
from landscape.explore.challenges import challenges
from landscape.explore.inventory import RATES, inventory
from landscape.figures.words import faithfulness

NOTHING = "about:blank"
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
get = ls.terrains.get


@pytest.fixture(scope="module")
def opening(tmp_path_factory, quick_browser):
    """A function that opens a page's text at an address, in the one tab of all of them."""
    path = tmp_path_factory.mktemp("pages") / "page.html"
    tab = quick_browser.new_page()
    tab.complaints = []
    # What one test has met is not remembered in the next.
    tab.add_init_script("if (location.protocol === 'file:') localStorage.clear()")
    tab.set_default_timeout(60_000)  # for machines that have much else to do
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.on("console", lambda said: tab.complaints.append(said.text) if said.type == "error" else None)
    urls = (path.as_uri(), NOTHING)
    tab.on(
        "request",
        lambda one: tab.complaints.append(one.url) if not one.url.startswith((*urls, "data:", "blob:")) else None,
    )

    def open_(text, address="", viewport=DESKTOP, color_scheme="light"):
        path.write_text(text, encoding="utf-8")
        tab.set_viewport_size(viewport)
        tab.emulate_media(color_scheme=color_scheme)
        tab.goto(NOTHING)
        tab.goto(path.as_uri() + address)
        tab.wait_for_function("() => window.landscape")
        return tab

    yield open_
    tab.close()


@pytest.fixture
def opened(opening):
    """The same, with nothing that went wrong until the test's end."""
    tabs = []

    def open_(*given, **beside):
        tabs[:] = [opening(*given, **beside)]
        return tabs[0]

    yield open_
    for tab in tabs:
        tab.goto(NOTHING)
        complaints = [*tab.complaints]
        tab.complaints.clear()
        assert complaints == []


@pytest.fixture(scope="module")
def text():
    """The whole playground."""
    return page()


@pytest.fixture
def tab(opened, text):
    return opened(text, "#t=himmelblau&o=sgd:lr=0.01&o=momentum:lr=0.01&o=adam:lr=0.1&n=60")


def numbers(column):
    return np.array([np.nan if one is None else one for one in column], dtype=float)


TOLD = """() => landscape.terrain.told().map(({ name, notation, walk }) => ({
  name, notation, x: [...walk.x], y: [...walk.y], loss: [...walk.loss], diverged: walk.diverged,
  residual: walk.residual ? [...walk.residual] : null,
}))"""


def told(tab):
    """The names and numbers of all paths."""
    return tab.evaluate(TOLD)


def points(path):
    return np.array([path["x"], path["y"]], dtype=float).T


def address(tab):
    return tab.evaluate("location.hash")


def same(tab, steps=None):
    """Whether the page shows the walks that its address says, which are the library's; of chaotic ones some `steps`."""
    state = tab.evaluate("landscape.address()")
    walks = walks_of(state)
    shown = [one for one in told(tab) if one["notation"]]
    assert len(walks) == len(shown)
    for one, walk in zip(shown, walks, strict=True):
        finite = np.isfinite(walk.x).all(axis=1)
        np.testing.assert_allclose(points(one)[:steps], walk.x[finite][:steps], rtol=1e-9, atol=1e-9)
        assert steps or one["diverged"] == walk.diverged_at
    return True


# What is chosen -----------------------------------------------------------------------------------------------------


def test_the_page_opens_with_walks_that_are_the_librarys(tab):
    assert [one["name"] for one in told(tab)] == ["SGD", "Momentum", "Adam"]
    assert same(tab)
    assert tab.inner_text(".transport output") == "step 60 of 60"


def test_every_terrain_can_be_chosen(opened, text):
    tab = opened(text, "#o=adam:lr=0.05&o=sgd:lr=0.001&n=40")
    for name in ls.terrains.names():
        tab.select_option("[aria-label=Terrain] select", name)
        if name != "rosenbrock":
            assert address(tab).startswith(f"#t={name}")
        # Each walks at the best of the same rates: on rough ground a wild one, of which rounding decides.
        assert same(tab, steps=4 if name in ROUGH else None)
        if name not in ROUGH:
            best = [best_rate(name, kind, 40) for kind in ("adam", "sgd")]
            assert [float(one["notation"].rpartition("=")[2]) for one in told(tab)] == best


ROUGH = ("rastrigin", "ackley")


def best_rate(terrain, kind, steps):
    """That of the same rates with which it ends lowest."""
    ends = [ls.descend(terrain, ls.optimizers.get(kind).with_lr(lr), steps=steps).loss[-1] for lr in RATES]
    return RATES[int(np.argmin(np.where(np.isfinite(ends), ends, np.inf)))]


def test_the_first_walks_are_each_at_its_best(opened, text):
    tab = opened(page())
    before = [one["notation"] for one in told(tab)]
    assert before == [f"{kind}:lr={best_rate('rosenbrock', kind, 200):g}" for kind in ("sgd", "momentum", "adam")]
    tab.get_by_role("button", name="Best rate for each").click()
    assert [one["notation"] for one in told(tab)] == before


def test_every_optimizer_can_be_added_and_walks(opened, text):
    tab = opened(text, "#t=booth&n=30")
    for name in ls.optimizers.names():
        tab.select_option(".add select", name)
        tab.click(".add button")
        found = told(tab)[-1]
        walk = ls.descend("booth", found["notation"], steps=30)
        np.testing.assert_allclose(points(found), walk.x, rtol=1e-6, atol=1e-9, err_msg=name)
        tab.click(".remove")
    assert told(tab) == []


def test_several_of_one_kind_have_looks_of_their_own(opened, text):
    tab = opened(text, "#t=booth&o=adam:lr=0.1&o=adam:lr=0.2&o=adam:lr=0.4")
    looks = tab.evaluate(
        "landscape.terrain.paths.map(({ look }) => `${look.colour.light} ${look.dash} ${look.marker}`)"
    )
    assert len(set(looks)) == 3
    assert same(tab)


def test_sliders_and_fields_change_the_walks(tab):
    card = tab.query_selector(".walker:nth-of-type(3)")
    field = card.query_selector(".typed")
    field.fill("0.37")
    field.press("Enter")
    assert "adam:lr=0.37" in address(tab)
    assert same(tab)
    slider = card.query_selector("input[type=range]")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    assert "adam:lr=0.37" not in address(tab)
    assert same(tab)
    field.fill("-3")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true"
    assert "adam:lr=-3" not in address(tab)


def test_parameters_of_a_terrain_move_the_ground(opened, text):
    tab = opened(text, "#t=ravine&o=momentum:lr=0.01&n=50")
    fields = tab.query_selector_all("[aria-label=Terrain] .typed")
    fields[1].fill("30")
    fields[1].press("Enter")
    assert address(tab).startswith("#t=ravine:angle=30")
    assert same(tab)
    np.testing.assert_allclose(tab.evaluate("landscape.terrain.model.start"), get("ravine", angle=30.0).start)


def test_clipping_and_sam_go_around_an_optimizer(tab):
    card = tab.query_selector(".walker")
    card.query_selector("summary").click()
    for box, notation in zip(card.query_selector_all(".switch input"), ("clip=1", "sam=0.05"), strict=True):
        box.check()
        assert notation in address(tab)
        assert same(tab)
    assert re.search(r"o=sgd:lr=0.01,(clip=1,sam=0.05|sam=0.05,clip=1)&", address(tab))


def test_schedules_and_steps(tab):
    tab.select_option("select[aria-label=schedule]", "cosine")
    assert "s=cosine" in address(tab)
    assert same(tab)
    steps = tab.query_selector(".field:has(span:text-is('steps')) input")
    steps.fill("90")
    steps.press("Enter")
    assert tab.inner_text(".transport output").endswith("of 90")
    assert same(tab)


@pytest.mark.parametrize(
    "link",
    [
        "t=ravine:kappa=10&o=sgd:lr=0.05&o=adam:lr=0.1&n=100&noise=0.7&seed=3",
        "t=neuron&o=sgd:lr=0.5&o=sophia:lr=0.05&n=60&batch=3&seed=5",
        "t=neuron:loss=mse&o=momentum:lr=0.5&n=60&batch=90",
        "t=relu_valley:kappa=10&o=sgd:lr=0.1&o=adam:lr=0.05,sam=0.05&n=60&batch=8&noise=0.1&seed=1",
        "t=rosenbrock&o=sophia:lr=0.01&n=100",
    ],
)
def test_noise_and_minibatches_are_the_librarys(opened, text, link):
    tab = opened(text, f"#{link}")
    assert same(tab)
    assert len(told(tab)[0]["x"]) > 50


def test_a_formula_is_read_as_it_is_typed(tab):
    tab.select_option("[aria-label=Terrain] select", label="A formula of your own …")
    field = tab.query_selector("input[aria-label='Formula in x and y']")
    field.fill("x^2 + sinn(y)")
    assert tab.inner_text(".wrong") == "Character 7: there is no function sinn. Did you mean sin?"
    before = told(tab)
    field.fill("x^2 + 2*sin(y)^2")
    assert tab.inner_text(".wrong") == ""
    field.press("Enter")
    assert told(tab) != before
    assert same(tab)


def test_an_address_is_a_link_to_what_is_shown(opened, text):
    link = "#t=ravine:kappa=20,angle=30&o=sgd:lr=0.01&o=adam:lr=0.1,beta1=0.8,clip=1&x=-5,1&n=150&s=cosine&field=1"
    tab = opened(text, link)
    assert same(tab)
    assert tab.evaluate("landscape.address()") == link[1:]
    assert tab.get_attribute("button:has-text('Gradient field')", "aria-pressed") == "true"


def test_what_an_address_says_wrongly_is_told(opened, text):
    tab = opened(text, "#t=ravin&o=adm:lr=0.1&o=adam:rate=3&o=sgd:lr=-1&s=cosin")
    said = tab.inner_text(".said")
    for part in ("ravin", "Did you mean ravine?", "adm", "Did you mean adam?", "rate", "lr=-1", "cosine?"):
        assert part in said
    assert [one["name"] for one in told(tab)] == ["Adam", "SGD"]


def test_going_back_undoes_and_forth_does_again(tab):
    first = address(tab)
    tab.select_option("[aria-label=Terrain] select", "rastrigin")
    second = address(tab)
    tab.select_option(".add select", "lion")
    tab.click(".add button")
    third = address(tab)
    assert len({first, second, third}) == 3
    for move, expected in (("back", second), ("back", first), ("forward", second), ("forward", third)):
        tab.evaluate(f"history.{move}()")
        tab.wait_for_function("(hash) => location.hash === hash", arg=expected)
        tab.wait_for_function("() => landscape.address() === location.hash.slice(1)")
        assert same(tab)


# What is played -----------------------------------------------------------------------------------------------------


def pixel(tab, point):
    """The place of a point of the map on the screen."""
    box = tab.query_selector(".map").bounding_box()
    x, y = tab.evaluate("(point) => landscape.terrain.map.pixelOf(point)", point)
    return box["x"] + x, box["y"] + y


def test_a_click_on_the_map_lets_the_balls_go_there(tab):
    tab.mouse.click(*pixel(tab, [-2.0, 1.5]))
    tab.wait_for_function("() => landscape.terrain.model.start[0] < -1.9")
    np.testing.assert_allclose(tab.evaluate("landscape.terrain.model.start"), [-2.0, 1.5], atol=0.05)
    assert tab.evaluate("landscape.terrain.player.playing")
    assert same(tab)
    tab.wait_for_function("() => !landscape.terrain.player.playing")
    assert tab.inner_text(".transport output") == "step 60 of 60"


def test_with_reduced_motion_they_are_there_at_once(tab):
    tab.emulate_media(reduced_motion="reduce")
    tab.mouse.click(*pixel(tab, [-2.0, 1.5]))
    assert not tab.evaluate("landscape.terrain.player.playing")
    assert tab.evaluate("landscape.terrain.player.at") == 60
    tab.emulate_media(reduced_motion="no-preference")


def test_keys_play_step_and_set_the_speed(tab):
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("1")
    assert tab.evaluate("landscape.terrain.player.speed") == 1
    tab.keyboard.press("Space")
    assert tab.evaluate("landscape.terrain.player.playing")
    assert tab.inner_text(".play") == "Pause"
    tab.keyboard.press("Space")
    assert not tab.evaluate("landscape.terrain.player.playing")
    tab.evaluate("landscape.terrain.player.goTo(10)")
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("landscape.terrain.player.at") == 11
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowLeft")
    assert tab.evaluate("landscape.terrain.player.at") == 9
    tab.keyboard.press("9")
    assert tab.evaluate("landscape.terrain.player.speed") == 9


def test_a_walk_that_diverges_says_when(opened, text):
    tab = opened(text, "#t=ravine:kappa=100&o=sgd:lr=0.05&n=2000")
    walk = ls.descend("ravine", "sgd:lr=0.05", steps=2000)
    assert tab.inner_text(".standing") == f"diverged, step {walk.diverged_at:,}"
    assert same(tab)


def test_the_keyboard_moves_the_cross_on_the_map(tab):
    tab.focus(".map [tabindex]")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        tab.keyboard.press(key)
    x, y = tab.evaluate("landscape.terrain.model.start")
    np.testing.assert_allclose([x, y], [0.4, 0.2], atol=0.02)
    assert same(tab)


def test_a_step_is_taken_apart(tab):
    tab.evaluate("landscape.terrain.player.goTo(3)")
    section = "section[aria-label='One step taken apart']"
    tab.select_option(f"{section} select", index=2)
    walk = ls.descend("himmelblau", "adam:lr=0.1", steps=60)
    rows = tab.eval_on_selector_all(f"{section} tr", "rows => rows.map((row) => row.innerText.split('\\t'))")
    found = {row[0]: row[1:] for row in rows}
    assert [float(one.replace("−", "-")) for one in found["g"]] == pytest.approx(walk.gradient[3], rel=1e-3)
    assert [float(one.replace("−", "-")) for one in found["m"]] == pytest.approx(walk.state["m"][4], rel=1e-3)
    rule = tab.inner_text(f"{section} .rule >> nth=1")
    assert "0.9 " in rule


# What was recorded ----------------------------------------------------------------------------------------------------


def test_runs_are_played_as_they_were_recorded(opened, surface, runs, mnist):
    walks = [ls.project(run, surface, mnist.x_train[:700], mnist.y_train[:700]) for run in runs]
    tab = opened(page(surface, walks))
    assert faithfulness(surface.plane) in tab.inner_text(".notes")
    for path, walk in zip(told(tab), walks, strict=True):
        np.testing.assert_array_equal(numbers(path["residual"]), walk.residual)
        np.testing.assert_array_equal(numbers(path["loss"]), walk.loss)
    assert not tab.is_visible("section[aria-label=Optimizers]")
    before = told(tab)
    box = tab.query_selector(".map").bounding_box()
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert told(tab) == before
    # And from there to a terrain, and back.
    tab.select_option("[aria-label=Terrain] select", "booth")
    assert tab.is_visible("section[aria-label=Optimizers]")
    tab.evaluate("history.back()")
    tab.wait_for_function("() => landscape.terrain.model.ground.terrain === null")


def test_what_the_page_cannot_walk_is_recorded_and_set_apart(opened):
    tab = opened(page("himmelblau", optimizers=["sgd:lr=0.01", "scipy:bfgs"], steps=40))
    names = [one["name"] for one in told(tab)]
    assert names == ["SGD", "SciPy BFGS"]
    tab.mouse.click(*pixel(tab, [-2.0, 1.5]))
    tab.wait_for_selector("text=recorded from another start")
    assert tab.evaluate("landscape.terrain.paths.map((path) => path.apart)") == [False, True]


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
    walk = ls.descend(lambda_terrain(), "adam:lr=0.1", steps=3)
    named = ls.Trajectory(
        walk.terrain,
        ls.optimizers.External("</script><b>\"mine\" & 'yours'"),
        *(walk.steps, walk.x, walk.loss, walk.gradient, walk.state),
    )
    title = "a < b & \"c\" </title><script>document.title = 'x'</script>"
    tab = opened(page(walk.terrain, named, title=title, theme="dark"))
    assert tab.title() == tab.inner_text("h1") == title
    assert tab.inner_text(".walker .name") == "</script><b>\"mine\" & 'yours'"
    assert tab.evaluate("getComputedStyle(document.querySelector('.playground')).backgroundColor") == "rgb(16, 19, 28)"
    hostile = "<img src=x onerror=document.title='x'>"
    tab.evaluate("(hash) => { location.hash = hash }", "t=" + hostile.replace("=", "%3D"))
    tab.wait_for_function("() => !document.querySelector('.said').hidden")
    assert "<" in tab.inner_text(".said")
    assert tab.title() == title


def lambda_terrain():
    """A terrain of a function that decides by values, which no program can be made of."""
    return ls.terrains.from_function(lambda x, y: x * x if x > 0 else y * y + x * x, ((-1, 1), (-1, 1)))


def test_a_users_own_are_live_or_recorded_and_never_blank(opened):
    tab = opened(page(lambda_terrain(), optimizers=["sgd:lr=0.1"], steps=20))
    walk = ls.descend(lambda_terrain(), "sgd:lr=0.1", steps=20)
    np.testing.assert_array_equal(told(tab)[0]["loss"], walk.loss)
    assert tab.evaluate("landscape.terrain.ground.loss.values.filter(Number.isFinite).length") > 20_000
    tab = opened(page("booth", optimizers=[Slow(1e-2), "adam:lr=0.1"], steps=20))
    paths = {one["name"]: one for one in told(tab)}
    half = ls.descend("booth", Slow(1e-2), steps=20)
    assert any(np.allclose(one["loss"], half.loss) for one in paths.values())


def test_walks_that_are_scheduled_or_gone_are_played_back(opened):
    ground = get("rosenbrock")
    scheduled = ls.descend(ground, "sgd:lr=0.0001", steps=30, schedule="cosine")
    gone = replace(ls.descend(ground, "sgd:lr=0.0003", steps=30), optimizer=ls.optimizers.Missing("gone:lr=0.0003"))
    tab = opened(page(ground, [scheduled, gone], ["sgd:lr=0.1"], steps=30))
    found = told(tab)
    assert len(found) == 3
    np.testing.assert_array_equal(found[1]["x"], scheduled.x[:, 0])


# How it looks, and for whom -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_everything_is_within_reach(opened, lang, viewport):
    tab = opened(page(theme="auto", lang=lang), viewport=viewport, color_scheme="dark")
    assert tab.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert tab.evaluate("document.documentElement.lang") == ("zh-CN" if lang == "zh" else "en")
    for control in tab.query_selector_all("button, select, input, summary"):
        if control.is_visible():
            control.scroll_into_view_if_needed()
            box = control.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= viewport["width"] + 1


def test_axe_finds_nothing_serious(tab):
    tab.evaluate((WEB / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = tab.evaluate("axe.run(document).then(({ violations }) => violations)")
    serious = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
    assert [one for one in serious if one[0] != "region"] == []


def test_the_page_is_small_and_asks_for_nothing(text):
    assert len(text.encode()) <= 900_000
    assert len(page(lang="zh").encode()) <= 900_000
    assert "unsafe-eval" not in text
    assert not re.search(r"https?://(?!www\.w3\.org)", text)


def test_what_is_not_allowed():
    with pytest.raises(ValueError, match="theme"):
        page("booth", theme="drak")
    with pytest.raises(ValueError, match="steps"):
        page("booth", steps=0)
    with pytest.raises(ValueError, match="one start each"):
        page("booth", ls.descend("booth", "sgd", start=[[0, 0], [1, 1]], steps=3))
    with pytest.raises(ValueError, match="no terrain"):
        walks_of("o=adam")
    with pytest.raises(ValueError, match="2 numbers"):
        walks_of("t=booth&x=1")
    for number in ("n=abc", "seed=1.5", "noise=x", "batch="):
        with pytest.raises(ValueError, match=f"^{number} is not allowed in an address: it must be a (whole )?number$"):
            walks_of(f"t=booth&o=adam&{number}")


def test_command(tmp_path):
    out = tmp_path / "page.html"
    result = CliRunner().invoke(explore, ["--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "t=rosenbrock" in out.read_text(encoding="utf-8")
    result = CliRunner().invoke(explore, ["ravine:angle=30", "-o", "adam:lr=0.1", "--start=-3,2", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "t=ravine:angle=30.0&o=adam:lr=0.1&x=-3.0,2.0" in out.read_text(encoding="utf-8")
    result = CliRunner().invoke(explore, ["ravin", "--out", str(out)])
    assert result.exit_code != 0


def test_a_widget_gives_its_walks_back():
    pytest.importorskip("anywidget", reason="the playground in notebooks is an anywidget")
    made = ls.explore.widget("rosenbrock", ["adam:lr=0.05"], steps=50)
    (walk,) = made.trajectories
    np.testing.assert_array_equal(walk.x, ls.descend("rosenbrock", "adam:lr=0.05", steps=50).x)
    made.address = "t=booth&o=sgd:lr=0.1&n=20"
    assert made.trajectories[0].terrain.name == "booth"


# Challenges -----------------------------------------------------------------------------------------------------------


def test_each_challenge_begins_unmet_and_can_be_met(opened, text):
    ours = challenges()
    assert {one["id"] for one in ours} == {*SOLVED}
    tab = opened(text)
    words = tab.evaluate("landscape.terrain.content.words")
    for one in ours:
        tab.eval_on_selector(".challenges", "list => { list.parentElement.open = true }")
        tab.click(f".challenges button:has-text('{one['title']}')")
        assert tab.inner_text(".challenge h3") == one["title"]
        assert tab.inner_text(".verdict") == words["not_met"], one["id"]
        tab.evaluate("(hash) => { location.hash = hash }", f"{SOLVED[one['id']]}&c={one['id']}")
        tab.wait_for_selector(".challenge.met")
        assert tab.inner_text(".verdict") == f"★ {words['met']}", one["id"]
        assert one["met"] in tab.inner_text(".challenge")
    assert all(
        title.startswith("★")
        for title in tab.eval_on_selector_all(".challenges button", "all => all.map((one) => one.textContent)")
    )


@pytest.mark.parametrize(
    ("name", "cheat", "what"),
    [
        ("momentum", "t=ravine:kappa=20,angle=30&o=momentum:lr=0.13,momentum=0.4&n=200", "the optimizers"),
        ("momentum", "t=ravine:kappa=20,angle=30&o=adam:lr=0.001&o=momentum:lr=0.02&n=200", "the optimizers"),
        ("edge", "t=ravine:kappa=3&o=sgd:lr=0.68&n=200", "the terrain"),
        ("edge", "t=ravine:kappa=40&o=sgd:lr=0.0505,weight_decay=0.001&n=200", "the optimizers"),
        ("turn", "t=ravine:kappa=5,angle=30&o=adam:lr=0.3&o=momentum:lr=0.02&n=200", "the terrain"),
        ("cliff", "t=cliff&o=sgd:lr=2,clip=1&x=4.5,-3&n=200", "the optimizers"),
        ("saddle", "t=saddle&o=sgd:lr=0.1&x=1,0.1&n=150", "the start"),
        ("star", "t=rosenbrock&o=momentum:lr=0.002&n=61", "the number of steps"),
        ("settle", "t=booth&o=sgd:lr=0.1&n=200&noise=0.01", "the noise"),
        ("saddle", "t=saddle&o=sgd:lr=0.1&x=1,0&n=150&noise=0.01&s=cosine", "the schedule"),
    ],
)
def test_a_goal_that_is_reached_by_something_else_does_not_count(opened, text, name, cheat, what):
    tab = opened(text, f"#{cheat}&c={name}")
    assert tab.inner_text(".verdict") == "Not met yet."
    assert what in tab.inner_text(".challenge .wrong")


def test_a_teachers_file(tmp_path, opened):
    file = tmp_path / "mine.toml"
    file.write_text(
        """[[challenge]]
id = "bowl"
state = "t=booth&o=sgd:lr=0.001&n=50"
change = ["parameters"]
goal = [{ by = "sgd", reaches = 0.1, within = 50 }]
[challenge.en]
title = "Down the bowl <b>"
text = "Find a rate."
""",
        encoding="utf-8",
    )
    tab = opened(page(tasks=file, lang="zh"))
    tab.click("section[aria-label=挑战] summary")
    tab.click(".challenges button")
    assert tab.inner_text(".challenge h3") == "Down the bowl <b>"
    tab.evaluate("(hash) => { location.hash = hash }", "t=booth&o=sgd:lr=0.1&n=50&c=bowl")
    tab.wait_for_selector(".challenge.met")


def test_the_chinese_page_speaks_chinese():
    """In its formulas, labels and choices there are no English words but names and functions."""
    with speaking("zh"):
        held = inventory()
    words = Words("zh", "landscape.explore").known
    known = {"cos", "sin", "exp", "max", "sign", "clip", "diag", "Adam"}
    for family in ("terrains", "optimizers", "schedules"):
        for name, one in held[family].items():
            told = [one.get("formula") or ""]
            told += [words.get(each["name"]) or each["label"] for each in one["parameters"]]
            told += [title for each in one["parameters"] for title in each.get("titles", ())]
            assert {word for text in told for word in re.findall(r"[A-Za-z]{3,}", text)} <= known, name


# What students stumbled over ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("around", ["", ",clip=1", ",sam=0.05", ",clip=1,sam=0.05"])
def test_a_step_taken_apart_is_true_of_that_step(opened, text, around):
    """With the rate that the schedule left, and with the gradient that clipping or SAM made."""
    tab = opened(text, f"#t=rosenbrock&o=sgd:lr=0.002{around}&s=cosine&n=100")
    tab.evaluate("landscape.terrain.player.goTo(60)")
    rows = {row[0]: row[1:] for row in tab.eval_on_selector_all(".numbers tr", CELLS)}
    rate = float(rows["lr"][0])
    assert 0 < rate < 0.001
    slope, step = (np.array([number_of(cell) for cell in rows[name][:2]]) for name in ("g", "Δx"))
    np.testing.assert_allclose(step, -rate * slope, rtol=2e-3)
    assert tab.inner_text("[aria-label='One step taken apart'] .about") == "From step 60 to step 61"


CELLS = "all => all.map((row) => [...row.children].map((one) => one.textContent))"


def number_of(text):
    """A number as the page writes it."""
    digits, _, power = text.replace("−", "-").replace(",", "").partition("×10")
    raised = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(f"{digits}e{raised}") if raised else float(digits)


def test_rules_stand_line_by_line(opened, text):
    tab = opened(text, "#t=booth&o=adam:lr=0.1&n=20")
    tab.evaluate("landscape.terrain.player.goTo(3)")
    lines = tab.inner_text(".rule >> nth=1").splitlines()
    assert len(lines) == 5
    assert all(line.count("=") == 1 for line in lines)
    assert "̂" not in tab.inner_text(".rule >> nth=1")  # m̂ and v̂ are numbers, too


@pytest.mark.parametrize(("rate", "met"), [("0.047", False), ("0.048", True), ("0.05", True), ("0.052", True)])
def test_the_rate_at_which_sgd_explodes_counts_from_both_sides(opened, text, rate, met):
    tab = opened(text, f"#t=ravine:kappa=40&o=sgd:lr={rate}&n=200&c=edge")
    assert ("★" in tab.inner_text(".verdict")) == met


def test_a_challenge_says_what_it_asks_for_and_how_it_is(opened, text):
    tab = opened(text, "#t=rosenbrock&o=momentum:lr=0.002,momentum=0.95&n=60&c=star")
    assert "Momentum: " in tab.inner_text(".goals .now")
    assert "in 60 steps" in tab.inner_text(".goals")
    assert "To the star in 60 steps" in tab.inner_text(".tried")
    tab.get_by_role("button", name="Play freely").click()
    assert tab.locator(".tried").is_hidden()
    pressed = ".challenges [aria-pressed=true]"
    assert tab.eval_on_selector_all(pressed, "all => all.length") == 0


def test_what_is_typed_wrongly_is_said_and_put_back(opened, text):
    tab = opened(text, "#t=booth&o=sgd:lr=0.1&n=20")
    field = tab.get_by_label("SGD: learning rate").nth(1)
    field.fill("0,02")
    field.press("Enter")
    assert "lr=0.02" in address(tab)
    field.fill("abc")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.evaluate("one => one.validationMessage") == "a number above 0"
    field.blur()
    assert field.input_value() == "0.02"
    steps = tab.get_by_label("steps", exact=True)
    steps.fill("0")
    steps.press("Enter")
    assert steps.evaluate("one => one.validationMessage") == "a whole number from 1 to 20000"


def test_a_finger_that_scrolls_changes_no_slider(opened, text):
    tab = opened(text, "#t=booth&o=sgd:lr=0.1&n=20", viewport=PHONE)
    before = address(tab)
    tab.eval_on_selector(
        ".walker input[type=range]",
        """one => {
          one.dispatchEvent(new PointerEvent("pointerdown", { pointerType: "touch", bubbles: true }));
          one.value = one.max;
          one.dispatchEvent(new Event("input", { bubbles: true }));
          one.dispatchEvent(new PointerEvent("pointercancel", { pointerType: "touch", bubbles: true }));
        }""",
    )
    assert address(tab) == before
    assert tab.get_by_label("SGD: learning rate").nth(1).input_value() == "0.1"
