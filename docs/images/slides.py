"""Draws slides.png: slides of a deck on four optimizers, three seeds each, as Chromium shows them (2 minutes)."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

import landscape as ls

WALKERS = ("sgd:lr=0.1", "momentum:lr=0.03", "rmsprop:lr=0.001", "adam:lr=0.001")
SEEDS, EPOCHS, SIZES = 3, 2, (784, 128, 10)
# Cover, what was trained, learning curves, results, terrain, line, verdict, answer.
SHOWN = (1, 3, 5, 6, 7, 10, 14, 15)
WIDE, HIGH, GAP, ACROSS = 480, 270, 4, 4  # pixels of a slide in the picture, and between them; slides side by side


def main() -> None:
    data = ls.datasets.load()
    runs = [
        ls.train(ls.MLP(SIZES, seed=seed), data, text, EPOCHS, seed=seed) for text in WALKERS for seed in range(SEEDS)
    ]
    deck = ls.slides.deck(runs, data, theme="dark")
    tiles = []
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 4 * WIDE, "height": 4 * HIGH})
        page.goto(deck.save(Path(folder) / "talk.html").as_uri())
        for number in range(1, len(deck.slides) + 1):
            if number in SHOWN:
                shot = Image.open(BytesIO(page.screenshot()))
                tiles.append(shot.convert("RGB").resize((WIDE, HIGH)))
            page.keyboard.press("ArrowRight")
        browser.close()
    rows = -(-len(tiles) // ACROSS)
    sheet = Image.new("RGB", (ACROSS * (WIDE + GAP) - GAP, rows * (HIGH + GAP) - GAP), "#808080")
    for k, tile in enumerate(tiles):
        sheet.paste(tile, (k % ACROSS * (WIDE + GAP), k // ACROSS * (HIGH + GAP)))
    sheet.save(Path(__file__).with_suffix(".png"), optimize=True)


if __name__ == "__main__":
    main()
