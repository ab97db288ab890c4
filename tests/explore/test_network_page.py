"""The page's networks in a real browser: the worker, and what is drawn of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from learning import packed, parts, trained_in_python
from nodes import WEB
from PIL import Image

from landscape.explore.content import dumped
from landscape.explore.inventory import looks

ORANGE, BLUE = (0xC2, 0x62, 0x01), (0x15, 0x5B, 0xD6)
_PATH = f"{Path(sys.executable).parent}:{os.environ['PATH']}"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("network")
    data = {"moons": packed("moons"), "spiral:arms=3": packed("spiral:arms=3"), "mnist": packed("mnist", 200)}
    content = {"parts": parts(), "data": data, "looks": looks()}
    (folder / "content.json").write_text(dumped(content), encoding="utf-8")
    build = [shutil.which("node", path=_PATH), "dev/network.mjs", folder / "content.json", folder]
    subprocess.run(build, cwd=WEB, check=True, capture_output=True)
    return (folder / "network.html").as_uri()


@pytest.fixture
def opened(page, browser):
    """A function that opens it with an experiment; at the end nothing has gone wrong."""
    tabs, wrong = [], []

    def open_(query):
        tab = browser.new_page(viewport={"width": 1400, "height": 1000})
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        tab.goto(f"{page}?{query}")
        tab.wait_for_function("window.networks")
        tabs.append(tab)
        return tab

    yield open_
    for tab in tabs:
        tab.close()
    assert not wrong


def run(tab):
    """Trains to the end."""
    tab.click("#run")
    tab.wait_for_function("document.body.dataset.ended === 'true'")


def seen(tab, selector, nth=0):
    """A picture's pixels, once what was asked for is drawn."""
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    image = Image.open(BytesIO(tab.locator(selector).nth(nth).screenshot()))
    return np.asarray(image.convert("RGB"), dtype=int)


def share_of(pixels, colour, apart=12):
    return float((np.abs(pixels - colour).max(axis=-1) < apart).mean())


EXPERIMENT = "data=moons&two=1&epochs=8&seed=3&o=sgd:lr=0.1&o=adam:lr=0.01"


def test_the_worker_trains_as_python_does(opened):
    tab = opened(EXPERIMENT)
    run(tab)
    for k, optimizer in enumerate(("sgd:lr=0.1", "adam:lr=0.01")):
        found = tab.evaluate("(k) => networks.curves[k]", k)
        np.testing.assert_allclose(found, trained_in_python("moons", optimizer=optimizer)[0].history["loss"], rtol=1e-5)
    assert tab.inner_text("#home").count("landscape train") == 1


def test_each_step_is_one(opened):
    tab = opened(EXPERIMENT)
    for steps in (1, 2, 3):
        tab.click("#step")
        tab.wait_for_function(f"networks.curves.every((one) => one.length === {steps})")
    tab.evaluate("networks.send({ kind: 'step', steps: 5 })")
    tab.wait_for_function("networks.curves.every((one) => one.length === 8)")


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
    assert np.abs(first - ORANGE).sum() < np.abs(first - BLUE).sum()
    assert np.abs(second - BLUE).sum() < np.abs(second - ORANGE).sum()
    assert share_of(pixels, ORANGE) > 0.005  # points
    assert share_of(pixels, BLUE) > 0.005


def test_points_are_drawn_by_hand(opened):
    tab = opened("data=moons&epochs=1")
    box = tab.locator(".decision").first.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    side = min(box["width"], box["height"])
    tab.mouse.move(*middle)
    tab.mouse.move(middle[0] + side / 10, middle[1])
    assert tab.evaluate("networks.drawn.length") == 0
    tab.mouse.down()
    tab.mouse.move(middle[0], middle[1] - side / 5)
    tab.mouse.up()
    tab.mouse.move(*middle)
    first, second = tab.evaluate("networks.drawn.map(({ x, y }) => [x, y])")
    np.testing.assert_allclose(first, [0.25, 0], atol=0.02)
    np.testing.assert_allclose(second, [0, 0.5], atol=0.02)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("data", ["mnist", "spiral:arms=3"])
def test_all_pictures_are_drawn(opened, theme, data):
    tab = opened(f"data={data}&hidden=12,12&epochs=4&theme={theme}")
    run(tab)
    for name in ("digits" if data == "mnist" else "decision", "weights", "gradient", "error", "signal", "saturated"):
        pixels = seen(tab, f".{name}")
        assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 20, name
    # The values are told to those who do not see the bars.
    label = tab.locator("#gradient [role=img]").get_attribute("aria-label")
    assert label.startswith("gradient; ")
    assert label.count(",") == 2


@pytest.mark.parametrize("plane", ["pca", "random", "through"])
def test_surfaces_are_maps_with_paths(opened, plane):
    tab = opened(f"{EXPERIMENT}&plane={plane}")
    run(tab)
    tab.click("#surface")
    tab.wait_for_function("document.body.dataset.surface === 'true'")
    told = tab.inner_text("#home")
    assert told.startswith("1681 of 1681")
    assert ("holds" in told) == (plane == "pca")
    assert told.count("% off") == 2
    pixels = seen(tab, "#map")
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 100
    assert share_of(pixels, BLUE) > 0.0005  # Adam's path, or its end


def test_what_is_no_network_is_said(opened):
    tab = opened("data=moons&activation=rellu")
    tab.wait_for_function("document.getElementById('home').textContent.includes('refused')")
    assert json.loads(tab.inner_text("#home"))["said"][0]["values"] == {"given": "rellu", "near": "relu"}
