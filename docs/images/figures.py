"""Makes the pictures of docs/figures.md, in docs/images/figures: two epochs of MNIST for four optimizers come first."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt

import landscape as ls
from landscape import figures

OUT = Path(__file__).parent / "figures"
WALKERS = ("sgd:lr=0.1", "momentum:lr=0.03", "rmsprop:lr=0.001", "adam:lr=0.001")


def main() -> None:
    data, network = ls.datasets.load(), ls.MLP((784, 128, 10))
    runs = [ls.train(network, data, text, epochs=2) for text in WALKERS]
    deep = ls.MLP((784, *[64] * 6, 10), "sigmoid", "glorot")
    sigmoids = ls.train(deep, data, "sgd:lr=0.5", epochs=1)
    x, y, caption = data.sample()
    surface, projected = ls.projected(runs, data)
    line = ls.line(network, runs[0].snapshots[0], runs[0].params, x, y, data=caption)
    x, y = x[:1000], y[:1000]
    values, _, _ = ls.curvature.top(network, runs[3].params, x, y)
    density = ls.curvature.density(network, runs[3].params, x, y)

    himmelblau, rosenbrock = ls.terrains.get("himmelblau"), ls.terrains.get("rosenbrock")
    ravine = ls.terrains.get("ravine", kappa=20.0, angle=25.0)
    two = [ls.descend(himmelblau, text) for text in ("sgd:lr=0.01", "adam:lr=0.1")]
    four = [ls.descend(rosenbrock, text) for text in ("sgd:lr=0.001", "momentum:lr=0.001", "adam:lr=0.1", "sgd:lr=1")]
    kinds = [ls.optimizers.get(name) for name in ("sgd", "momentum", "rmsprop", "adam")]
    swept = ls.sweep(ls.terrains.get("ravine"), kinds, 1e-3)
    basins = [ls.basins(himmelblau, text) for text in ("sgd:lr=0.01", "momentum:lr=0.01", "adam:lr=0.1")]

    def on_map() -> None:
        ax = plt.figure().subplots()
        figures.contour(himmelblau, ax, avoid=two)
        figures.paths(two, ax)
        ax.legend(labelcolor="linecolor", loc="lower right")

    pictures = {
        "contour": on_map,
        "surface3d": lambda: figures.surface3d(himmelblau, two),
        "race": lambda: figures.race(rosenbrock, four),
        "anatomy": lambda: figures.anatomy(ls.descend(ravine, "adam:lr=0.4"), 5),
        "sweep": lambda: figures.sweep(swept),
        "basins": lambda: figures.basins(basins),
        "learning-curves": lambda: figures.learning_curves(runs),
        "gradient-flow": lambda: figures.gradient_flow(sigmoids),
        "projection": lambda: figures.projection(surface, projected),
        "interpolation": lambda: figures.interpolation(line),
        "spectrum": lambda: figures.spectrum(*density, values),
        "weights": lambda: figures.weights(runs[3]),
        "confusion": lambda: figures.confusion(runs[3], data),
        "misread": lambda: figures.misread(runs[3], data),
    }
    OUT.mkdir(exist_ok=True)
    for k, (name, draw) in enumerate(pictures.items()):
        # Both themes, side by side.
        with figures.style(("light", "dark")[k % 2]):
            draw()
            plt.savefig(OUT / f"{name}.png", dpi=60)
            plt.close("all")


if __name__ == "__main__":
    main()
