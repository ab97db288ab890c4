"""The playground in a real browser: its size, its first picture and its frames a second, beside plotly's.

    pip install --group bench
    python bench/explore.py

In headless Chromium without a graphics card at 1366 × 768, in turn, the median of 5: from the navigation to the first
frame with a map and curves, and to the one with the relief; frames a second while four walks play; and what 10,000
steps of four optimizers take. Then the tab of networks, with digits in it: its size, its first picture, the steps a
second of one network as fast as it can with frames a second meanwhile, and beside them `ls.train` in NumPy on the same
data. The peer is a page that plotly makes of the same ground and walks, as a relief, a map and
curves, which is drawn anew at each step; plotly alone is a page that holds its script and nothing else.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import quote

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright
from plotly.offline import get_plotlyjs

import landscape as ls
from landscape.explore import page

REPEATS = 5
PLOTLY = "plotly's page of the same"
STEPS = 200
WALKERS = ("sgd:lr=0.002", "momentum:lr=0.001", "rmsprop:lr=0.01", "adam:lr=0.05")
FLAGS = [
    *("--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
]
FRAMES = """() => new Promise((done) => {
  let frames = 0;
  const begun = performance.now();
  const frame = () => {
    frames++;
    if (performance.now() - begun > 3000) done(frames / 3);
    else requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""
THOUSANDS = """() => {
  const state = { ...landscape.store.state, steps: 10000, start: [-1.1, 1.2 + Math.random() / 1000] };
  const begun = performance.now();
  landscape.terrain.modeller.of(state);
  return performance.now() - begun;
}"""
NETWORKS = {
    "2-8-8-2 on the moons": "data=moons&epochs=3000",
    "784-32-10 on digits": "data=mnist&hidden=32&activation=relu&init=he&o=adam:lr=0.003&epochs=100",
}
STEPS_A_SECOND = """async () => {
  const { trial } = landscape.network;
  const from = [trial.step, performance.now()];
  const frames = await (FRAMES)();
  return [(trial.step - from[0]) / ((performance.now() - from[1]) / 1000), frames];
}""".replace("FRAMES", FRAMES)
PEER = """<!doctype html><meta charset=utf-8><style>
body{{margin:0;display:grid;grid-template-columns:3fr 2fr;height:768px}}
#relief{{grid-row:1/3}}</style><div id=relief></div><div id=map></div><div id=losses></div>
<script>{plotly}</script><script>
const {{ z, xs, ys, walks }} = {data};
const upTo = (column, step) => column.slice(0, step + 1);
const put = async (step) => {{
  const paths = walks.map((one) => ({{ mode: "lines", x: upTo(one.x, step), y: upTo(one.y, step) }}));
  await Plotly.react("map", [{{ type: "contour", z, x: xs, y: ys }}, ...paths]);
  await Plotly.react("losses", walks.map((one) => ({{ y: upTo(one.loss, step) }})), {{ yaxis: {{ type: "log" }} }});
  const lines = walks.map((one, k) => ({{ ...paths[k], type: "scatter3d", z: upTo(one.height, step) }}));
  await Plotly.react("relief", [{{ type: "surface", z, x: xs, y: ys }}, ...lines]);
}};
window.play = async () => {{
  window.drawn_frames = 0;
  const begun = performance.now();
  for (let step = 0; performance.now() - begun < 3000; step++) {{
    await put(step % {steps});
    await new Promise((done) => requestAnimationFrame(done));
    window.drawn_frames++;
  }}
  return window.drawn_frames / 3;
}};
put({steps}).then(() => requestAnimationFrame(() => setTimeout(() => {{ window.drawn = performance.now(); }})));
</script>"""
BUNDLE = "<!doctype html><meta charset=utf-8><script>{}</script><script>window.drawn = performance.now()</script>"


def opened(browser: Browser, file: Path) -> Page:
    tab = browser.new_page(viewport={"width": 1366, "height": 768})
    tab.goto(file.as_uri())
    return tab


def ours(browser: Browser, file: Path) -> tuple[float, float, float, float]:
    """Milliseconds to the first picture and to the relief, frames a second, milliseconds of 10,000 steps."""
    tab = opened(browser, file)
    tab.wait_for_function("() => window.landscape && landscape.terrain.drawn")
    first = tab.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    whole = tab.evaluate("landscape.terrain.drawn")
    tab.evaluate("() => { landscape.terrain.transport.setSpeed(4); landscape.terrain.player.play(0); }")
    frames = tab.evaluate(FRAMES)
    tab.evaluate("() => landscape.terrain.player.stop()")
    steps = min(tab.evaluate(THOUSANDS) for _ in range(3))
    tab.close()
    return first, whole, frames, steps


def network(browser: Browser, file: Path, net: str) -> tuple[float, float, float]:
    """Milliseconds to the first picture, steps a second, and frames a second meanwhile."""
    tab = browser.new_page(viewport={"width": 1366, "height": 768})
    tab.goto(f"{file.as_uri()}#tab=network&net={quote(net)}")
    tab.wait_for_function("() => window.landscape && landscape.network.trial.seen.length")
    first = tab.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    tab.select_option(".transport select", "9")
    tab.click(".play")
    tab.wait_for_function("() => landscape.network.trial.step > 100")
    steps, frames = tab.evaluate(STEPS_A_SECOND)
    tab.close()
    return first, steps, frames


def numpys() -> dict[str, float]:
    """Steps a second of the same trainings in NumPy."""
    digits = ls.datasets.load("mnist").subset(1500)
    moons = ls.datasets.load("moons")
    small = ls.MLP((2, 8, 8, 2), "tanh", "glorot"), moons, "adam:lr=0.01", 100
    large = ls.MLP((784, 32, 10), "relu", "he"), digits, "adam:lr=0.003", 20
    found = {}
    for name, (net, data, optimizer, epochs) in zip(NETWORKS, (small, large), strict=True):
        begun = perf_counter()
        run = ls.train(net, data, optimizer, epochs=epochs, engine="numpy")
        found[name] = len(run.history["loss"]) / (perf_counter() - begun)
    return found


def peers(browser: Browser, file: Path) -> tuple[float, float]:
    """Milliseconds to the whole picture, and frames a second."""
    tab = opened(browser, file)
    tab.wait_for_function("() => window.drawn")
    found = tab.evaluate("window.drawn"), tab.evaluate("window.play ? play() : 0")
    tab.close()
    return found


def peer() -> str:
    """Plotly's page of the same."""
    terrain = ls.terrains.get("rosenbrock")
    xs, ys, loss = terrain.grid(160, 160)
    walks = [ls.descend(terrain, one, steps=STEPS) for one in WALKERS]
    data = {
        "z": terrain.elevation(loss).tolist(),
        "xs": xs.tolist(),
        "ys": ys.tolist(),
        "walks": [
            {
                "x": walk.x[:, 0].tolist(),
                "y": walk.x[:, 1].tolist(),
                "loss": walk.loss.tolist(),
                "height": np.asarray(terrain.elevation(walk.loss)).tolist(),
            }
            for walk in walks
        ],
    }
    return PEER.format(plotly=get_plotlyjs().replace("</script", "<\\/script"), data=json.dumps(data), steps=STEPS)


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        texts = {
            "playground": page("rosenbrock", (), WALKERS, steps=STEPS),
            PLOTLY: peer(),
            "networks": page(data=["mnist"]),
            "plotly alone": BUNDLE.format(get_plotlyjs().replace("</script", "<\\/script")),
        }
        files = {name: Path(folder) / f"{k}.html" for k, name in enumerate(texts)}
        for name, file in files.items():
            file.write_text(texts[name], encoding="utf-8")
        mine, other, alone = [], [], []
        for _ in range(REPEATS):
            mine.append(ours(browser, files["playground"]))
            other.append(peers(browser, files[PLOTLY]))
            alone.append(peers(browser, files["plotly alone"]))
        learning = {
            name: [network(browser, files["networks"], net) for _ in range(REPEATS)] for name, net in NETWORKS.items()
        }
    sizes = {name: len(text.encode()) / 1e3 for name, text in texts.items()}
    first, whole, frames, steps = (median(column) for column in zip(*mine, strict=True))
    print(
        f"playground: {sizes['playground']:.0f} kB, first picture {first:.0f} ms, with the relief {whole:.0f} ms, "
        f"{frames:.0f} frames a second, 10,000 steps of 4 optimizers {steps:.0f} ms"
    )
    drawn, slow = (median(column) for column in zip(*other, strict=True))
    print(f"plotly's page of the same: {sizes[PLOTLY]:.0f} kB, picture {drawn:.0f} ms, {slow:.1f} frames a second")
    print(f"the page with networks and digits: {sizes['networks']:.0f} kB")
    in_numpy = numpys()
    for name, found in learning.items():
        first, steps, frames = (median(column) for column in zip(*found, strict=True))
        print(
            f"{name}: first picture {first:.0f} ms, {steps:.0f} steps a second at {frames:.0f} frames a second, "
            f"{in_numpy[name]:.0f} in NumPy"
        )
    print(f"plotly alone: {sizes['plotly alone']:.0f} kB, read after {median(one for one, _ in alone):.0f} ms")


if __name__ == "__main__":
    main()
