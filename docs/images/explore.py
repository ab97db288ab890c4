"""Makes the pictures of the playground in docs/talks.md, in a real browser."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from landscape.explore import page

HERE = Path(__file__).parent
SIZE = {"width": 1366, "height": 768}
DRAWN = "() => window.landscape && landscape.terrain.drawn"
ENDED = "() => landscape.network.trial.ended && landscape.network.trial.surface?.computed === 41 ** 2"


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport=SIZE)
        file = Path(folder) / "page.html"
        file.write_text(page(), encoding="utf-8")
        tab.goto(file.as_uri())
        tab.wait_for_function(DRAWN)
        tab.screenshot(path=HERE / "explore.png")
        tab.get_by_role("button", name="A network").click()
        tab.locator("section[aria-label='Experiments'] summary").click()
        tab.locator(".challenges button").first.click()
        tab.select_option(".transport select", "9")
        tab.click(".play")
        tab.wait_for_function(ENDED)
        tab.locator("section[aria-label='Experiments'] summary").click()
        tab.screenshot(path=HERE / "network.png")
        browser.close()


if __name__ == "__main__":
    main()
