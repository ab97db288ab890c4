"""Draws four_optimizers.png: four optimizers, each at the best of the same learning rates, on one plane (2 minutes)."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt

import landscape as ls
from landscape.sweeps.bands import rates


def main() -> None:
    data = ls.datasets.load("mnist")
    network = ls.MLP((784, 128, 10), seed=0)
    four = [ls.optimizers.get(name) for name in ("sgd", "momentum", "rmsprop", "adam")]
    sweeps = ls.sweep_training(network, data, four, rates(10**-3.5, 1, per_decade=2), epochs=1)
    runs = [ls.train(network, data, one.best, epochs=1, snapshots=60, spacing="log") for one in sweeps]

    surface, walks = ls.projected(runs, data)
    plane = surface.plane
    with ls.figures.style("light"), plt.rc_context({"figure.figsize": (8, 8.6)}):
        ls.figures.projection(surface, walks).savefig(Path(__file__).with_suffix(".png"))

    print(plane.faithfulness, plane.explained, plane.null_explained)
    for one, run, walk in zip(sweeps, runs, walks, strict=True):
        ends = {"true loss": walk.loss, "in the plane": walk.in_plane, "off the plane": walk.residual}
        print(one.best, f"{run.test_accuracy:.4f}", {name: curve[[0, -1]].round(4) for name, curve in ends.items()})


if __name__ == "__main__":
    main()
