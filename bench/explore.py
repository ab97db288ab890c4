"""How long the page of `landscape explore` takes to open in a real browser, beside plotly's bundle alone.

    python bench/explore.py

From the navigation to the first frame with all pictures, in headless Chromium without a graphics card; the best of 5.
The floor is a page that holds plotly and nothing else.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright
from plotly.offline import get_plotlyjs

from landscape.explore import page

REPEATS = 5
FLAGS = [
    *("--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
]
BUNDLE = "<!doctype html><meta charset=utf-8><script>{}</script><script>window.drawn = performance.now()</script>"


def best(browser: Browser, file: Path, drawn: str) -> float:
    """Seconds until the page says that it is drawn."""
    times = []
    for _ in range(REPEATS):
        tab = browser.new_page(viewport={"width": 1366, "height": 768})
        tab.goto(f"file://{file}")
        tab.wait_for_function(drawn)
        times.append(tab.evaluate(drawn) / 1000)
        tab.close()
    return min(times)


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for terrain in ("rosenbrock", "himmelblau", "cliff"):
            file = Path(folder) / f"{terrain}.html"
            file.write_text(page(terrain, (), ("sgd:lr=0.001", "momentum:lr=0.001", "adam:lr=0.1")), encoding="utf-8")
            took = best(browser, file, "landscape.drawn")
            print(f"{terrain}: {file.stat().st_size / 1e6:.1f} MB, open in {took:.2f} s")
        bundle = Path(folder) / "plotly.html"
        bundle.write_text(BUNDLE.format(get_plotlyjs().replace("</script", "<\\/script")), encoding="utf-8")
        print(f"plotly alone: {best(browser, bundle, 'window.drawn'):.2f} s")


if __name__ == "__main__":
    main()
