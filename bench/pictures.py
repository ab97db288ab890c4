"""How smoothly the page's pictures play, and how soon they are there, in headless Chromium without a graphics card.

    python bench/pictures.py

The development page of web/dev with four optimizers: its relief, map and losses while all steps are played in three
seconds, and while the relief is turned. Frames that the screen allows are 60 a second.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

WEB = Path(__file__).parents[1] / "web"
FLAGS = [
    *("--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
]
SCENES = {
    "Himmelblau, 200 steps": "t=himmelblau",
    "Rosenbrock, 1,000 steps, 12 paths": "t=rosenbrock&steps=1000&copies=3",
    "Himmelblau, 20,000 steps, 8 paths": "t=himmelblau&steps=20000&copies=2",
}
# Frames while the mouse drags over the relief, 90 moves in all.
TURNED = """() => new Promise((done) => {
  const root = document.querySelector("#relief > div");
  const box = root.getBoundingClientRect();
  const send = (kind, x) => root.dispatchEvent(new PointerEvent(kind, {
    pointerId: 1, pointerType: "mouse", button: 0, bubbles: true, clientX: box.left + x, clientY: box.top + 200 }));
  root.setPointerCapture = () => {};
  const times = [];
  let before = performance.now();
  send("pointerdown", 200);
  const next = () => {
    const now = performance.now();
    times.push(now - before);
    before = now;
    send("pointermove", 200 + 4 * times.length);
    if (times.length < 90) requestAnimationFrame(next);
    else { send("pointerup", 200); done(times.slice(5)); }
  };
  requestAnimationFrame(next);
})"""


def rate(frames: list[float]) -> str:
    """Frames a second, and the longest of them, from milliseconds."""
    return f"{1000 * len(frames) / sum(frames):.0f} frames/s, longest {max(frames):.0f} ms"


def measured(tab: Page, address: str) -> str:
    tab.goto(address)
    tab.wait_for_function("window.pictures")
    drawn = tab.evaluate("pictures.drawn")
    played = tab.evaluate("pictures.play(3000)")
    return f"first drawn after {drawn:.0f} ms; playing {rate(played['frames'])}; turning {rate(tab.evaluate(TURNED))}"


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "pictures.html"
        page.write_bytes((WEB / "dev/pictures.html").read_bytes())
        built = [WEB / "node_modules/.bin/esbuild", "dev/pictures.ts", "--bundle", f"--outfile={folder}/pictures.js"]
        subprocess.run(built, cwd=WEB, check=True, capture_output=True)
        for name, query in SCENES.items():
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            tab = browser.new_page(viewport={"width": 1366, "height": 768})
            print(f"{name}: {measured(tab, f'{page.as_uri()}?{query}')}")
            browser.close()


if __name__ == "__main__":
    main()
