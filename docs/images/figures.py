"""Makes the pictures of docs/figures.md, in docs/images/figures: two epochs of MNIST for four optimizers come first."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt

import landscape as ls
from landscape import figures

OUT = Path(__file__).parent / "figures"
WALKERS = ("sgd:lr=0.1", "momentum:lr=0.03", "rmsprop:lr=0.001", "adam:lr=0.001")


def swept(data: ls.datasets.Dataset) -> ls.sweeps.Table:
    """Three optimizers and three activations in networks that grow deeper, on few images."""
    pairs = (("relu", "he"), ("tanh", "glorot"), ("sigmoid", "glorot"))
    grid = {"pairs": pairs, "depths": (1, 3, 6), "seeds": (0, 1, 2), "widths": 32, "images": 3000}
    return ls.sweeps.run(ls.sweeps.Spec(["sgd", "momentum", "adam"], ls.sweeps.rates(1e-4, 1, 2), **grid), data=data)


def main() -> None:
    data, network = ls.datasets.load(), ls.MLP((784, 128, 10))
    runs = [ls.train(network, data, text, epochs=2) for text in WALKERS]
    deep = ls.MLP((784, *[64] * 6, 10), "sigmoid", "glorot")
    sigmoids = ls.train(deep, data, "sgd:lr=0.5", epochs=1)
    sample, few = data.sample(), data.sample(1000)
    _, projected = ls.projected(runs, data)
    around = [
        ls.surface(network, ls.planes.random(network, runs[k].params), sample.x, sample.y, data=sample.about)
        for k in (0, 3)
    ]

    himmelblau, rosenbrock = ls.terrains.get("himmelblau"), ls.terrains.get("rosenbrock")
    ravine = ls.terrains.get("ravine", kappa=20.0, angle=25.0)
    two = [ls.descend(himmelblau, text) for text in ("sgd:lr=0.01", "adam:lr=0.1")]
    four = [ls.descend(rosenbrock, text) for text in ("sgd:lr=0.001", "momentum:lr=0.001", "adam:lr=0.1", "sgd:lr=1")]

    # What all kinds are made of, and what shows some of them better.
    material = {"terrain": himmelblau, "walks": two, "walk": ls.descend(ravine, "adam:lr=0.4"), "runs": runs}
    material |= {"optimizers": ("sgd:lr=0.01", "momentum:lr=0.01", "adam:lr=0.1"), "run": runs[3], "data": data}
    material |= {"sample": sample, "samples": [few] * len(runs), "table": swept(data)}
    material |= {"surfaces": around}
    better = {
        "race": {"walks": four},
        "sweep": {
            "terrain": ls.terrains.get("ravine"),
            "optimizers": ("sgd", "momentum", "rmsprop", "adam"),
            "runs": (),
        },
        "gradient-flow": {"runs": sigmoids},
        "projection": {"walks": projected},
        "interpolation": {"runs": runs[:1]},
        "spectrum": {"sample": few},
    }
    OUT.mkdir(exist_ok=True)
    for k, name in enumerate(figures.kinds.names()):
        # Both themes, side by side.
        with figures.style(("light", "dark")[k % 2]):
            figures.kinds.get(name).draw(**(material | better.get(name, {}))).savefig(OUT / f"{name}.png", dpi=60)
            plt.close("all")


if __name__ == "__main__":
    main()
