"""The demo's page in Chromium: its films can be steered without anything lying over them."""

from __future__ import annotations

from importlib import resources
from string import Template

import pytest
from short_films import short_film

from landscape import cli
from landscape.cli import demo


@pytest.fixture
def tab(quick_browser, tmp_path):
    """The page without results, and with a film."""
    template = Template((resources.files(cli) / "demo.html").read_text(encoding="utf-8"))
    values = dict.fromkeys(template.get_identifiers(), "") | {"bar": demo._BAR}
    (tmp_path / "index.html").write_text(template.substitute(values), encoding="utf-8")
    for name in ("mnist", "ravine"):
        short_film(tmp_path / f"{name}.mp4")
    page = quick_browser.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    yield page
    page.close()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_controls_lie_under_the_film_and_steer_it(tab, width, height):
    tab.set_viewport_size({"width": width, "height": height})
    for film in tab.query_selector_all(".film"):
        video, bar = film.query_selector("video"), film.query_selector(".bar")
        tab.wait_for_function("video => video.readyState > 0", arg=video)
        assert not video.evaluate("video => video.controls")
        shown, under = video.bounding_box(), bar.bounding_box()
        assert under["y"] >= shown["y"] + shown["height"]
        assert shown["height"] + under["height"] < height
        for part in bar.query_selector_all("button, input, output"):
            box = part.bounding_box()
            assert under["x"] <= box["x"] < box["x"] + box["width"] <= under["x"] + under["width"] + 1
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    play = tab.query_selector(".bar button")
    assert play.inner_text() == "Play"
    play.click()
    tab.wait_for_function("() => document.querySelector('video').currentTime > 0")
    tab.wait_for_function("() => document.querySelector('output').textContent === '0:01 / 0:01'")
    tab.wait_for_function("() => document.querySelector('.bar button').textContent === 'Play'")
