"""The page's pictures in a browser, on terrains that the development page writes out by hand."""

from __future__ import annotations

import os
import subprocess
from io import BytesIO

import numpy as np
import pytest
from nodes import PATH, WEB
from PIL import Image

DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The development page, built."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "pictures.html").write_bytes((WEB / "dev/pictures.html").read_bytes())
    built = [WEB / "node_modules/.bin/esbuild", "dev/pictures.ts", "--bundle", f"--outfile={folder / 'pictures.js'}"]
    subprocess.run(built, cwd=WEB, check=True, capture_output=True, env=os.environ | {"PATH": PATH})
    return (folder / "pictures.html").as_uri()


@pytest.fixture
def opened(page, browser):
    """A function that opens it with some settings; at the end nothing has gone wrong."""
    tabs, wrong = [], []

    def open_(query, viewport=DESKTOP, **context):
        tab = browser.new_page(viewport=viewport, **context)
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        tab.goto(f"{page}?{query}")
        tab.wait_for_function("window.pictures")
        tabs.append(tab)
        return tab

    yield open_
    for tab in tabs:
        tab.close()
    assert not wrong


def seen(tab, name):
    """A picture's pixels (height, width, 3), once all that was asked for is drawn."""
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    image = Image.open(BytesIO(tab.locator(f"#{name}").screenshot()))
    return np.asarray(image.convert("RGB"), dtype=float)


def place(tab, name):
    box = tab.locator(f"#{name}").bounding_box()
    return box["x"], box["y"], box["width"], box["height"]


def told(tab, what):
    """Begins to note what a picture tells."""
    name, event = what.split(".")
    tab.evaluate(
        "([name, event]) => { const before = pictures[name][event]; pictures.told = [];"
        "  pictures[name][event] = (...given) => { pictures.told.push(given); before(...given); }; }",
        [name, event],
    )


@pytest.mark.parametrize("terrain", ["himmelblau", "steep", "cliff", "saddle", "holes", "level", "nothing"])
@pytest.mark.parametrize(("viewport", "theme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_every_terrain_is_drawn_at_every_step(opened, terrain, viewport, theme):
    tab = opened(f"t={terrain}&theme={theme}&field&steps=40", viewport)
    for step in (0, 0.5, 7.25, 40, 1e6):
        tab.evaluate("(step) => pictures.showAll(step)", step)
    ground = np.array([255, 255, 255] if theme == "light" else [0x10, 0x13, 0x1C], float)
    for name in ("relief", "map", "losses"):
        assert (np.abs(seen(tab, name) - ground).max(axis=2) > 30).any(), name


def test_a_click_on_the_map_gives_the_point_under_it(opened):
    tab = opened("t=himmelblau&step=20")
    told(tab, "map.onPick")
    left, top, *_ = place(tab, "map")
    x, y = tab.evaluate("pictures.map.pixelOf([2, -3])")
    tab.mouse.click(left + x, top + y)
    ((point,),) = tab.evaluate("pictures.told")
    np.testing.assert_allclose(point, [2, -3], atol=0.02)


def test_the_wheel_zooms_around_the_mouse_and_a_double_click_goes_home(opened):
    tab = opened("t=himmelblau&step=20")
    told(tab, "map.onView")
    left, top, *_ = place(tab, "map")
    x, y = tab.evaluate("pictures.map.pixelOf([2, 1])")
    tab.mouse.move(left + x, top + y)
    tab.mouse.wheel(0, -400)
    tab.wait_for_function("pictures.told.length")
    ((across, down),) = tab.evaluate("pictures.told.at(-1)")
    assert across[1] - across[0] < 8
    assert across[1] - across[0] == pytest.approx(down[1] - down[0])
    seen(tab, "map")
    np.testing.assert_allclose(tab.evaluate("pictures.map.pixelOf([2, 1])"), [x, y], atol=1)
    tab.mouse.dblclick(left + x, top + y)
    tab.wait_for_function("JSON.stringify(pictures.told.at(-1)) === '[[[-5,5],[-5,5]]]'")
    seen(tab, "map")
    assert tab.evaluate("pictures.map.pixelOf([2, 1])") == [x, y]


def test_a_drag_moves_a_map_that_is_closer_and_picks_nothing(opened):
    tab = opened("t=himmelblau&step=20")
    tab.evaluate("() => { pictures.picked = 0; pictures.map.onPick = () => pictures.picked++; }")
    left, top, *_ = place(tab, "map")
    x, y = tab.evaluate("pictures.map.pixelOf([0, 0])")
    tab.mouse.move(left + x, top + y)
    tab.mouse.wheel(0, -400)
    tab.wait_for_function("pictures.map.pixelOf([1, 0])[0] - pictures.map.pixelOf([0, 0])[0] > 40")
    seen(tab, "map")
    before = tab.evaluate("pictures.map.pixelOf([0, 0])")
    tab.mouse.down()
    tab.mouse.move(left + x + 30, top + y + 20, steps=3)
    tab.mouse.up()
    seen(tab, "map")
    after = tab.evaluate("pictures.map.pixelOf([0, 0])")
    np.testing.assert_allclose(np.subtract(after, before), [30, 20], atol=0.5)
    assert tab.evaluate("pictures.picked") == 0


@pytest.mark.parametrize("name", ["map", "relief", "losses"])
def test_the_mouse_is_told_the_step_that_it_is_over(opened, name):
    tab = opened("t=himmelblau&step=30")
    told(tab, f"{name}.onHover")
    left, top, width, height = place(tab, name)
    # Somewhere over the picture there is a path.
    for share in np.linspace(0.05, 0.95, 14):
        for down in np.linspace(0.1, 0.9, 9):
            tab.mouse.move(left + share * width, top + down * height)
    hits = tab.evaluate("pictures.told.map(([hit]) => hit && [hit.path.name, hit.row, ...hit.pixel])")
    over = [hit for hit in hits if hit]
    assert over
    assert None in hits
    # Curves are there as a whole, faintly, and paths as far as they have come.
    assert all(0 <= row <= (200 if name == "losses" else 30) for _, row, *_ in over)
    found, row, x, y = over[0]
    tab.mouse.move(left + x, top + y)
    again, nearby, *_ = tab.evaluate("(({ path, row }) => [path.name, row])(pictures.told.at(-1)[0])")
    assert abs(nearby - row) <= 3 or again != found


def test_a_drag_turns_the_relief_and_a_double_click_turns_it_back(opened):
    tab = opened("t=himmelblau&step=30")
    first = seen(tab, "relief")
    left, top, width, height = place(tab, "relief")
    tab.mouse.move(left + width / 2, top + height / 2)
    tab.mouse.down()
    tab.mouse.move(left + width / 2 + 80, top + height / 2 + 10, steps=4)
    tab.mouse.up()
    turned = seen(tab, "relief")
    assert np.abs(turned - first).max(axis=2).mean() > 5
    tab.mouse.dblclick(left + width / 2, top + height / 2)
    back = seen(tab, "relief")
    assert np.abs(back - first).mean() < 1


@pytest.mark.parametrize("terrain", ["himmelblau", "holes"])
def test_a_graphics_card_and_the_processor_draw_the_same_relief(opened, terrain):
    tabs = [opened(f"t={terrain}&step=0{card}") for card in ("", "&card")]
    drawn_by = "document.querySelectorAll('#relief canvas')[1].getContext('webgl2') !== null"
    assert [tab.evaluate(drawn_by) for tab in tabs] == [False, True]
    both = [seen(tab, "relief") for tab in tabs]
    apart = np.abs(both[0] - both[1]).max(axis=2)
    # But for how smooth borders are.
    assert np.mean(apart > 24) < 0.02
    assert np.median(apart[apart > 0]) < 6


def test_a_relief_whose_graphics_card_was_lost_is_drawn_again(opened):
    tab = opened("t=himmelblau&step=0&card")
    first = seen(tab, "relief")
    tab.evaluate(
        """() => new Promise((done) => {
             const canvas = document.querySelectorAll("#relief canvas")[1];
             const lost = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
             canvas.addEventListener("webglcontextlost", () => setTimeout(() => lost.restoreContext()));
             canvas.addEventListener("webglcontextrestored", () => requestAnimationFrame(() => done()));
             lost.loseContext();
           })"""
    )
    assert np.abs(seen(tab, "relief") - first).mean() < 0.5


def test_balls_move_between_steps_and_hide_behind_hills(opened):
    tab = opened("t=himmelblau&step=10")
    steps = []
    for step in (10, 10.25, 10.5):
        tab.evaluate("(step) => pictures.showAll(step)", step)
        steps.append({name: seen(tab, name) for name in ("relief", "map", "losses")})
    for name in ("relief", "map", "losses"):
        assert np.abs(steps[1][name] - steps[0][name]).sum() > 0
        assert np.abs(steps[2][name] - steps[1][name]).sum() > 0


def test_long_paths_look_the_same_whether_they_grew_or_not(opened):
    tab = opened("t=himmelblau&steps=5000&copies=3&step=0")
    for step in np.linspace(0, 5000, 60):
        tab.evaluate("(step) => pictures.showAll(step)", float(step))
    grown = {name: seen(tab, name) for name in ("relief", "map")}
    tab.evaluate("() => { pictures.showAll(0); pictures.showAll(5000); }")
    for name, image in grown.items():
        # But for which of two paths is on top.
        assert np.mean(np.abs(seen(tab, name) - image).max(axis=2) > 24) < 0.01


def test_a_tap_picks_and_a_swipe_scrolls(opened):
    tab = opened("t=himmelblau&step=20", PHONE, has_touch=True, is_mobile=True)
    told(tab, "map.onPick")
    left, top, *_ = place(tab, "map")
    x, y = tab.evaluate("pictures.map.pixelOf([2, 2])")
    tab.touchscreen.tap(left + x, top + y)
    ((point,),) = tab.evaluate("pictures.told")
    np.testing.assert_allclose(point, [2, 2], atol=0.05)
    styles = tab.evaluate(
        "['map', 'relief'].map((id) => getComputedStyle(document.querySelector(`#${id} > div`)).touchAction)"
    )
    assert styles == ["pan-y", "pan-y"]


def test_keys_move_the_cross_and_start_there(opened):
    tab = opened("t=himmelblau&step=20")
    told(tab, "map.onPick")
    tab.locator("#map > div").focus()
    for key in ("ArrowRight", "ArrowUp", "Enter"):
        tab.keyboard.press(key)
    ((point,),) = tab.evaluate("pictures.told")
    np.testing.assert_allclose(point, [-0.3 + 0.2, -0.9 + 0.2], atol=0.01)
    tab.locator("#relief > div").focus()
    before = seen(tab, "relief")
    tab.keyboard.press("ArrowLeft")
    assert np.abs(seen(tab, "relief") - before).mean() > 1
