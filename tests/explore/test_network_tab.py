"""The tab of networks in a real browser: what trains in its worker, what is drawn of it, and every control."""

from __future__ import annotations

import shlex
from io import BytesIO
from urllib.parse import quote

import numpy as np
import pytest
from click.testing import CliRunner
from learning import trained_in_python
from nodes import WEB
from PIL import Image

import landscape as ls
from landscape.cli.explore import explore
from landscape.cli.main import main
from landscape.explore import page
from landscape.explore.presets import presets

BLUE = (0x15, 0x5B, 0xD6)
MAGENTA, GREEN = (0x87, 0x2D, 0x69), (0x0A, 0x6C, 0x49)
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
TWO = "data=moons&two=1&epochs=8&seed=3&o=sgd:lr=0.1&o=adam:lr=0.01"
FASTEST = "9"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Addresses of pages, by language and theme, which hold the digits, too."""
    folder = tmp_path_factory.mktemp("networks")

    def page_of(lang="en", theme="light"):
        path = folder / f"{lang}-{theme}.html"
        if not path.exists():
            path.write_text(page(data=["mnist"], images=300, lang=lang, theme=theme), encoding="utf-8")
        return path.as_uri()

    return page_of


@pytest.fixture
def opened(pages, quick_browser):
    """A function that opens one at an experiment; at the end nothing has gone wrong, and nothing was fetched."""
    tabs, wrong = [], []

    def open_(net, lang="en", theme="light", viewport=DESKTOP):
        tab = quick_browser.new_page(viewport=viewport)
        tab.set_default_timeout(60_000)  # for machines that have much else to do
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        tab.on(
            "request", lambda one: None if one.url.startswith(("file:", "blob:", "data:")) else wrong.append(one.url)
        )
        tab.goto(f"{pages(lang, theme)}#tab=network&net={quote(net)}")
        tab.wait_for_function("() => window.landscape && landscape.network.trial.seen.length")
        tabs.append(tab)
        return tab

    yield open_
    for tab in tabs:
        tab.close()
    assert not wrong


def net(tab):
    """The experiment, as the address has it."""
    return tab.evaluate("landscape.store.state.network")


def trial(tab, what):
    return tab.evaluate(f"landscape.network.trial.{what}")


def waiting(tab, what):
    tab.wait_for_function(f"() => landscape.network.trial.{what}")


def run(tab):
    """Trains to the end, and waits for the loss around it."""
    tab.select_option(".transport select", FASTEST)
    tab.click(".play")
    waiting(tab, "ended")


def seen(tab, selector, nth=0):
    """A picture's pixels, once what was asked for is drawn."""
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    image = Image.open(BytesIO(tab.locator(selector).nth(nth).screenshot()))
    return np.asarray(image.convert("RGB"), dtype=int)


def share_of(pixels, colour, apart=12):
    return float((np.abs(pixels - colour).max(axis=-1) < apart).mean())


def test_it_trains_as_python_does(opened):
    tab = opened(TWO)
    run(tab)
    for k, optimizer in enumerate(("sgd:lr=0.1", "adam:lr=0.01")):
        found = tab.evaluate("(k) => landscape.network.trial.losses[k]", k)
        history = trained_in_python("moons", optimizer=optimizer)[0].history
        np.testing.assert_allclose(found, history["loss"], rtol=1e-5)
        means = tab.evaluate("(k) => landscape.network.trial.means[k].values", k)
        expected = [np.mean(history["loss"][max(0, step - 11) : step + 1]) for step in range(len(found))]
        np.testing.assert_allclose(means, expected, rtol=1e-5)
    assert "epoch 8.0 of 8, step 96" in tab.inner_text(".transport")
    assert tab.inner_text(".walker >> nth=1").startswith("Adam, learning rate 0.01")


def test_the_way_home_is_the_same_training(opened, tmp_path, monkeypatch):
    tab = opened(TWO)
    run(tab)
    (command,) = tab.inner_text("[aria-label='Take it home'] pre").splitlines()
    program, *words = shlex.split(command)
    assert program == "landscape"
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, [*words, "--engine", "numpy"], catch_exceptions=False)
    assert done.exit_code == 0
    runs = {run.optimizer.name: run for run in map(ls.Run.load, (tmp_path / "runs").iterdir())}
    for k, name in enumerate(("sgd", "adam")):
        found = tab.evaluate("(k) => landscape.network.trial.losses[k]", k)
        np.testing.assert_allclose(found, runs[name].history["loss"], rtol=1e-5)


def test_steps_epochs_and_a_new_start(opened):
    tab = opened(TWO)
    for steps in (1, 2):
        tab.get_by_role("button", name="One step").click()
        waiting(tab, f"step === {steps}")
    tab.get_by_role("button", name="One epoch").click()
    waiting(tab, "step === 12")
    tab.keyboard.press("ArrowRight")
    waiting(tab, "step === 13")
    tab.locator("h1").click()
    tab.keyboard.press("1")
    tab.keyboard.press(" ")
    assert trial(tab, "running")
    tab.keyboard.press(" ")
    tab.wait_for_function("() => document.querySelector('.play').textContent === 'Train'")
    tab.get_by_role("button", name="From the start").click()
    waiting(tab, "step === 0")


def test_a_rate_changes_while_it_learns(opened):
    tab = opened("data=moons&o=sgd:lr=0.1&epochs=8&seed=3")
    tab.get_by_role("button", name="One epoch").click()
    waiting(tab, "step === 12")
    assert "from the start" not in tab.inner_text("[aria-label='Take it home']")
    rate = tab.get_by_label("Network 1: optimizer: learning rate").nth(1)
    rate.fill("0.001")
    rate.press("Enter")
    assert "o=sgd:lr=0.001" in net(tab)
    assert trial(tab, "step") == 12
    run(tab)
    assert "so from the start" in tab.inner_text("[aria-label='Take it home']")
    losses = tab.evaluate("landscape.network.trial.losses[0]")
    whole = trained_in_python("moons", optimizer="sgd:lr=0.1")[0].history["loss"]
    np.testing.assert_allclose(losses[:13], whole[:13], rtol=1e-5)
    assert np.abs(losses[20:] - whole[20:]).max() > 0.01


def test_all_that_it_is_made_of_can_be_changed(opened):
    tab = opened("data=moons&epochs=4")

    def set_(label, value):
        field = tab.get_by_label(label, exact=True).first
        field.fill(value)
        field.press("Enter")

    for label, value, written in (
        ("Network 1: activation", "silu", "activation=silu"),
        ("Network 1: optimizer", "rmsprop", "o=rmsprop:lr="),
    ):
        tab.get_by_label(label, exact=True).select_option(value)
        assert written in net(tab)
    tab.locator(".walker summary").click()
    tab.get_by_label("Network 1: first weights", exact=True).select_option("orthogonal")
    tab.get_by_label("Network 1: schedule", exact=True).select_option("cosine")
    tab.get_by_label("Networks: loss", exact=True).select_option("mse")
    tab.get_by_role("button", name="one layer more").click()
    set_("Network 1: units of layer 3", "5")
    for label, value in (("epochs", "6"), ("seed", "2"), ("examples a step (0: all)", "0")):
        set_(label, value)
    tab.get_by_label("Data", exact=True).locator("select").select_option("spiral:arms=3")
    written = "activation=silu init=orthogonal schedule=cosine loss=mse batch=full epochs=6 seed=2"
    assert {*written.split(), "data=spiral:arms=3", "hidden=8,8,5"} < {*net(tab).split("&")}
    waiting(tab, "seen.length && landscape.network.trial.steps === 6")
    run(tab)
    told = tab.inner_text("[aria-label='Take it home'] pre")
    assert "--data spiral:arms=3 --layers 2,8,8,5,3 --activation silu --init orthogonal --loss mse" in told
    history, settings = tab.evaluate("landscape.network.trial.losses[0]"), {"hidden": [8, 8, 5], "activation": "silu"}
    settings |= {"init": "orthogonal", "loss": "mse", "schedule": "cosine", "batch": "full", "epochs": 6, "seed": 2}
    settings["optimizer"] = next(part[2:] for part in net(tab).split("&") if part.startswith("o="))
    expected = trained_in_python("spiral:arms=3", **settings)[0].history["loss"]
    np.testing.assert_allclose(history, expected, rtol=1e-4)


def test_a_second_network_comes_and_goes_and_comes_back(opened):
    tab = opened("data=moons&epochs=2")
    tab.get_by_role("button", name="Another one beside it").click()
    assert tab.locator(".walker").count() == 2
    tab.get_by_label("Network 2: activation", exact=True).select_option("relu")
    assert [one.inner_text() for one in tab.locator(".walker .name").all()] == ["tanh", "ReLU"]
    tab.get_by_role("button", name="Remove Network 1").click()
    assert tab.locator(".walker").count() == 1
    assert "activation=relu" in net(tab)
    tab.go_back()
    tab.wait_for_function("() => document.querySelectorAll('.walker').length === 2")
    tab.go_back()
    tab.go_back()
    tab.wait_for_function("() => document.querySelectorAll('.walker').length === 1")


def test_what_is_read_is_seen(opened):
    """A network that tells the moons apart: each class's colour is around its points."""
    tab = opened("data=moons&epochs=60&o=adam:lr=0.02")
    run(tab)
    pixels = seen(tab, ".decision")
    high, wide, _ = pixels.shape
    side = min(high, wide)

    def at(x, y):
        """Median colour around a place of the plane, whose sides are 2.5 long."""
        column, row = int(wide / 2 + x / 2.5 * side), int(high / 2 - y / 2.5 * side)
        return np.median(pixels[row - 3 : row + 4, column - 3 : column + 4].reshape(-1, 3), axis=0)

    # Far above lies the first class's side, far below the second's.
    first, second = at(-0.3, 1.1), at(0.3, -1.1)
    assert first[0] > first[1]  # more red than green
    assert second[1] > second[0]
    assert share_of(pixels, MAGENTA) > 0.005  # points
    assert share_of(pixels, GREEN) > 0.005


def drawn_at(tab, *strokes):
    """Draws on the board, in shares of its side from its centre."""
    box = tab.locator(".decision [role=img]").first.bounding_box()
    side = min(box["width"], box["height"])
    for stroke in strokes:
        pixels = [(box["x"] + box["width"] / 2 + x * side, box["y"] + box["height"] / 2 - y * side) for x, y in stroke]
        tab.mouse.move(*pixels[0])
        tab.mouse.down()
        for pixel in pixels[1:]:
            tab.mouse.move(*pixel, steps=8)
        tab.mouse.up()


def test_points_drawn_by_hand_are_learned_and_go_home(opened, tmp_path, monkeypatch):
    tab = opened("data=moons&epochs=40&hidden=4&o=adam:lr=0.05&batch=8")
    tab.get_by_role("button", name="Empty").click()
    assert "Draw points of two classes" in tab.inner_text("section[aria-label='Data']")
    drawn_at(tab, [(-0.3, -0.3), (-0.3, 0.3)])
    tab.get_by_role("button", name="Class 2").click()
    drawn_at(tab, [(0.3, -0.3), (0.3, 0.3)], [(0.35, 0)])
    text = net(tab)
    assert text.startswith("data=drawn")
    waiting(tab, "seen.length")
    run(tab)
    assert trial(tab, "seen[0].measured.trainAccuracy") == 1
    with tab.expect_download() as waited:
        tab.get_by_role("button", name="Save drawn.npz").click()
    waited.value.save_as(tmp_path / "drawn.npz")
    data = ls.datasets.load(tmp_path / "drawn.npz")
    assert len(data.x_train) > 10
    np.testing.assert_allclose(np.abs(data.x_train[:, 0]), 0.75, atol=0.13)
    np.testing.assert_array_equal(data.x_train[:, 0] > 0, data.y_train == 1)
    monkeypatch.chdir(tmp_path)
    _, *words = shlex.split(tab.inner_text("[aria-label='Take it home'] pre"))
    CliRunner().invoke(main, [*words, "--engine", "numpy", "--out", "home"], catch_exceptions=False)
    (home,) = map(ls.Run.load, (tmp_path / "home").iterdir())
    np.testing.assert_allclose(tab.evaluate("landscape.network.trial.losses[0]"), home.history["loss"], rtol=1e-4)
    # A step back takes the last stroke away.
    tab.go_back()
    tab.wait_for_function(f"() => landscape.store.state.network.length === {len(text) - 5}")


def test_points_are_added_to_data_of_the_page(opened):
    tab = opened("data=moons&epochs=2")
    drawn_at(tab, [(0.4, 0.4)])
    assert net(tab) == "data=moons&epochs=2"  # no brush was taken
    tab.get_by_role("button", name="Class 1").click()
    drawn_at(tab, [(0.4, 0.4)])
    assert len(net(tab)) > 5 * 400
    waiting(tab, "seen.length")
    assert tab.evaluate("[landscape.network.data.train.count, landscape.network.data.test.count]") == [301, 100]
    tab.get_by_role("button", name="Eraser").click()
    drawn_at(tab, [(0.4, 0.4)])
    tab.wait_for_function("() => landscape.network.data.train.count === 300")


@pytest.mark.parametrize(("data", "theme", "lang"), [("mnist", "dark", "zh"), ("spiral:arms=3", "light", "en")])
def test_all_pictures_are_drawn(opened, theme, lang, data):
    tab = opened(f"data={data}&two=1&hidden=12,12&epochs=4&o=sgd:lr=0.1&o=adam:lr=0.01", lang, theme)
    run(tab)
    waiting(tab, "surface && landscape.network.trial.surface.computed > 400")
    for name in ("digits" if data == "mnist" else "decision", "weight", "losses", "accuracy", "bars", "ground"):
        pixels = seen(tab, f".bench .{name}")
        assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 20, name
    measures = tab.locator(".layers-seen select")
    for kind in ("arriving", "error", "gradient", "signal", "dead", "saturated"):
        measures.select_option(kind)
        # The values are told to those who do not see the bars.
        label = tab.locator(".bars [role=img]").get_attribute("aria-label")
        assert label.count(";") == 2
        assert label.count(",") >= 2


def test_the_loss_around_the_walk(opened):
    tab = opened(TWO)
    run(tab)
    whole = "surface && landscape.network.trial.surface.computed === 41 ** 2"
    waiting(tab, f"{whole} && landscape.network.trial.surface.walks[0].steps.at(-1) === 96")
    told = tab.inner_text(".surface")
    assert "Loss over 400 examples" in told
    assert "a random walk would give about" in told
    assert told.count("learning rate") >= 2
    for kind in ("random", "through"):
        tab.locator(".surface select").first.select_option(kind)
        tab.wait_for_function("() => !document.querySelector('.surface p').textContent.includes('holds')")
        waiting(tab, whole)
        pixels = seen(tab, ".ground")
        assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 100
        assert share_of(pixels, BLUE, 40) > 0.0003  # Adam's path, or its end
    tab.get_by_role("button", name="Relief").click()
    pixels = seen(tab, ".ground")
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 500


def test_networks_of_other_losses_have_surfaces_of_their_own(opened):
    tab = opened("data=moons&two=1&epochs=4&activation=tanh&activation=relu")
    run(tab)
    waiting(tab, "surface")
    assert "its walk is not on this map" in tab.inner_text(".surface")
    tab.locator(".surface select").nth(1).select_option("1")
    waiting(tab, "surface.walks[0].contender === 1")


def test_experiments_show_what_they_say(opened):
    tab = opened("data=moons")
    for preset in presets("en", {"moons", "circles", "spiral"}):
        tab.locator("section[aria-label='Experiments'] summary").click()
        tab.get_by_role("button", name=preset["title"], exact=True).click()
        assert tab.inner_text(".challenge h3") == preset["title"]
        waiting(tab, "step === 0 && landscape.network.trial.seen.length")
        run(tab)
        tab.wait_for_function("() => document.querySelector('.challenge').classList.contains('met')")
        assert preset["shown"] in tab.inner_text(".challenge")


def test_an_experiment_that_is_changed_is_none(opened):
    tab = opened(presets("en", {"circles"})[0]["net"])
    assert tab.is_visible(".challenge")
    tab.get_by_label("seed", exact=True).fill("1")
    tab.keyboard.press("Enter")
    assert not tab.is_visible(".challenge")


def test_what_is_no_network_is_said(opened, pages, quick_browser):
    tab = quick_browser.new_page()
    tab.goto(f"{pages()}#tab=network&net={quote('data=moons&activation=rellu&o=adam:lr=-1')}")
    tab.wait_for_function("() => window.landscape && !document.querySelector('.tab .said').hidden")
    said = tab.inner_text(".tab .said")
    assert "There is no activation rellu. Did you mean relu?" in said
    assert "lr=-1 is not allowed for Adam" in said
    tab.get_by_label("Network 1: activation", exact=True).select_option("relu")
    tab.get_by_label("Network 1: optimizer", exact=True).select_option("sgd")
    waiting(tab, "seen.length")
    assert tab.locator(".tab .said").is_hidden()
    tab.close()


def test_data_that_a_page_does_not_hold_are_named(opened):
    tab = opened("data=fashion&epochs=2")
    assert tab.inner_text(".tab .said") == "This page does not hold the data fashion; here is Moons instead."
    tab.get_by_label("Data", exact=True).locator("select").select_option("xor")
    tab.wait_for_function("() => document.querySelector('.tab .said').hidden")


def test_tabs_keep_what_is_in_them(opened):
    tab = opened("data=xor&epochs=3")
    tab.get_by_role("button", name="Terrains").click()
    assert tab.is_visible(".relief")
    tab.get_by_role("button", name="A network").click()
    assert net(tab) == "data=xor&epochs=3"
    tab.go_back()
    tab.wait_for_function("() => document.querySelector('.relief')")


def test_on_a_phone_all_is_reached_and_named(opened):
    tab = opened(TWO, "zh", viewport=PHONE)
    run(tab)
    waiting(tab, "surface")
    wide = tab.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    for control in tab.locator("button:visible, select:visible, input:visible").all():
        box = control.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    tab.evaluate((WEB / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = tab.evaluate("axe.run(document).then(({ violations }) => violations)")
    serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
    assert not serious


def test_the_command_opens_among_networks(tmp_path):
    out = tmp_path / "page.html"
    done = CliRunner().invoke(explore, ["--network", "--data", "mnist:train:200", "--out", str(out)])
    assert done.exit_code == 0, done.output
    text = out.read_text(encoding="utf-8")
    assert "tab=network&net=data%3Dmnist" in text or "tab=network&net=data=mnist" in text
    assert '"images":200' in text
    assert len(text.encode()) < 2.5e6
    refused = CliRunner().invoke(explore, ["--network", "--data", "mnist:test:200", "--out", str(out)])
    assert "networks are trained on training images" in str(refused.exception or refused.output)


def test_the_page_without_digits_is_small():
    text = page()
    assert '"mnist"' not in text.partition('"presets"')[0].rpartition('"network"')[2]
    assert len(text.encode()) < 900_000
