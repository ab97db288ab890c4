"""How long figures take to draw and to save, beside matplotlib's own style and SVG without fonts.

    python bench/figures.py

A race of four optimizers over 2,000 steps each: the map, the paths, the losses.
"""

from __future__ import annotations

import time
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt

import landscape as ls
from landscape import figures

WALKERS = ("sgd:lr=0.001", "momentum:lr=0.001", "rmsprop:lr=0.003", "adam:lr=0.02")
REPEATS = 5


def main() -> None:
    terrain = ls.terrains.get("rosenbrock")
    walks = [ls.descend(terrain, text, steps=2000) for text in WALKERS]
    with TemporaryDirectory() as folder:
        for ending in ("svg", "pdf", "png"):
            drawing, saving, size = [], [], 0
            for _ in range(REPEATS):
                began = time.perf_counter()
                with figures.style("dark"):
                    figure = figures.race(terrain, walks)
                    drawn = time.perf_counter()
                    (file,) = figures.save(figure, Path(folder) / f"race.{ending}")
                drawing.append(drawn - began)
                saving.append(time.perf_counter() - drawn)
                size = file.stat().st_size
                plt.close(figure)
            print(f"race, {ending}: {size / 1e3:6.0f} kB, drawn in {min(drawing):.2f} s, saved in {min(saving):.2f} s")

    plain = []
    for _ in range(REPEATS):
        figure, (on_map, on_curves) = plt.subplots(1, 2, figsize=(12.8, 7.2), layout="constrained")
        began = time.perf_counter()
        xs, ys, loss = terrain.grid(301, 301)
        on_map.contourf(xs, ys, terrain.elevation(loss), 14)
        for walk in walks:
            on_map.plot(*walk.x.T)
            on_curves.semilogy(walk.loss)
        figure.savefig(buffer := StringIO(), format="svg")
        plain.append(time.perf_counter() - began)
        plt.close(figure)
    print(f"bare matplotlib, svg: {len(buffer.getvalue()) / 1e3:6.0f} kB, drawn and saved in {min(plain):.2f} s")


if __name__ == "__main__":
    main()
