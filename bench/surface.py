"""Loss surfaces: 51² cells over 10,000 MNIST images, ReLU, float32, beside PyTorch and the package loss-landscapes.

    pip install --group bench .        # PyTorch and loss-landscapes, for this comparison only
    python bench/surface.py            # or some of: speed growth memory; ROUNDS, RESOLUTION, IMAGES are read too

speed: 784-128-10 and 784-256-128-10, after an epoch of Adam, on a random plane with filter norms. Every contender lives
    in a process of its own, the peers with two threads, and has a first small surface behind it. They run in turn, and
    landscape between all others, as a peer needs a minute or more. Then all of landscape's cells over the first 1,000
    images, and 25 over all images, are compared with float64 (1e-5), and the peers' cells with landscape's (1e-4).
growth: landscape's seconds with more cells and with more images, for 784-128-10, also as docs/images/surface_time.png.
memory: the peak of a new process that computes 51² cells over all 60,000 images.

PyTorch gets the images in pieces, which is faster than all at once, and a flat copy of the parameters for each cell, or
for 16 cells. Tried and not faster: pieces of 500 to 10,000 images, 2 to 32 cells a call of vmap, compiling, memory kept
for the results, cells on two Python threads, one thread, images as columns. loss-landscapes adds step after step to the
model in place, to and fro: every other row begins a cell further to the left. It is compared where both have been.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import re
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

RESOLUTION, IMAGES = int(os.environ.get("RESOLUTION", "51")), int(os.environ.get("IMAGES", "10000"))
ROUNDS = int(os.environ.get("ROUNDS", "1"))
NETWORKS = ((784, 128, 10), (784, 256, 128, 10))
THREADS, PIECE, CELLS = 2, 2000, 16
PLOT = Path(__file__).parent.parent / "docs" / "images" / "surface_time.png"
SPAWN = multiprocessing.get_context("spawn")
Run = Callable[[int], np.ndarray]  # from a resolution to the loss
Seconds = dict[str, list[float]]


def trained(sizes: tuple[int, ...]) -> tuple[Any, Any]:
    """A network and a plane around where it came to."""
    import landscape as ls

    net = ls.MLP(sizes)
    run = ls.train(net, ls.datasets.load(), "adam", epochs=1, snapshots=1)
    return net, ls.planes.random(net, run.snapshots[-1])


def data(images: int = IMAGES) -> tuple[np.ndarray, np.ndarray]:
    import landscape as ls

    mnist = ls.datasets.load()
    return mnist.x_train[:images], mnist.y_train[:images]


def axis(resolution: int) -> list[float]:
    return np.linspace(-1, 1, resolution).tolist()


def landscape(net: Any, plane: Any) -> Run:
    import landscape as ls

    x, y = data()
    return lambda resolution: ls.surface(net, plane, x, y, resolution=resolution).loss


def loop(net: Any, plane: Any) -> Run:
    """PyTorch, cell after cell."""
    import torch

    flat, loss, pieces = in_pytorch(net, plane)

    @torch.inference_mode()
    def run(resolution: int) -> np.ndarray:
        cells = []
        for b in axis(resolution):
            for a in axis(resolution):
                params = flat(a, b)
                cells.append(sum(loss(params, *piece) for piece in pieces).item())
        return np.reshape(cells, (resolution, resolution)) / IMAGES

    return run


def vmap(net: Any, plane: Any) -> Run:
    """PyTorch with many cells a call."""
    import torch

    flat, loss, pieces = in_pytorch(net, plane)
    losses = torch.func.vmap(loss, (0, None, None))

    @torch.inference_mode()
    def run(resolution: int) -> np.ndarray:
        grids = torch.meshgrid(2 * [torch.tensor(axis(resolution))], indexing="xy")
        strips = zip(*(grid.reshape(-1, 1).split(CELLS) for grid in grids), strict=True)
        cells = []
        for a, b in strips:
            params = flat(a, b)
            cells.append(sum(losses(params, *piece) for piece in pieces))
        return torch.cat(cells).numpy().reshape(resolution, resolution) / IMAGES

    return run


def in_pytorch(net: Any, plane: Any) -> tuple[Callable[..., Any], Callable[..., Any], list[tuple[Any, Any]]]:
    """The flat parameters at coordinates, their loss summed over some images, and all images and labels in pieces."""
    import torch
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(THREADS)
    origin, u, v = (torch.from_numpy(vector).float() for vector in (plane.origin, *plane.basis))
    blocks = [math.prod(shape) for shape in net.blocks]

    def flat(a: Any, b: Any) -> Any:
        return origin + a * u + b * v

    def loss(params: Any, x: Any, y: Any) -> Any:
        parts = [part.view(shape) for part, shape in zip(params.split(blocks), net.blocks, strict=True)]
        *hidden, (w_last, bias_last) = zip(parts[::2], parts[1::2], strict=True)
        for w, bias in hidden:
            x = torch.addmm(bias, x, w).relu_()
        return cross_entropy(torch.addmm(bias_last, x, w_last), y, reduction="sum")

    return flat, loss, list(zip(*(torch.from_numpy(array).split(PIECE) for array in data()), strict=True))


def loss_landscapes(net: Any, plane: Any) -> Run:
    """The package, on the plane through three models: the grid's corner, and those at the ends of two sides."""
    import loss_landscapes
    import torch
    from loss_landscapes.metrics import Loss

    torch.set_num_threads(THREADS)
    metric = Loss(torch.nn.functional.cross_entropy, *map(torch.from_numpy, data()))

    def model(params: np.ndarray) -> Any:
        layers: list[Any] = []
        for w, bias in net.layers(params.astype(np.float32)):
            linear = torch.nn.Linear(*w.shape)
            linear.load_state_dict({"weight": torch.from_numpy(w.T.copy()), "bias": torch.from_numpy(bias.copy())})
            layers += [linear, torch.nn.ReLU()]
        return torch.nn.Sequential(*layers[:-1])

    @torch.inference_mode()
    def run(resolution: int) -> np.ndarray:
        step = 2 / (resolution - 1)
        corner = plane.at([-1 - step, -1])  # in a row the first step comes before the first cell
        models = [model(corner), *(model(corner + resolution * step * side) for side in plane.basis[::-1])]
        found = loss_landscapes.planar_interpolation(*models, metric, steps=resolution)
        found[1::2] = np.roll(found[1::2], -1, axis=1)
        found[1::2, -1] = np.nan
        return found

    return run


CONTENDERS: dict[str, Callable[[Any, Any], Run]] = {
    "landscape": landscape,
    "PyTorch, cell after cell": loop,
    f"PyTorch, torch.func.vmap over {CELLS} cells": vmap,
    "loss-landscapes": loss_landscapes,
}


def serve(connection: Connection, name: str, net: Any, plane: Any) -> None:
    """Compute the surface for every request; send it and the seconds."""
    run = CONTENDERS[name](net, plane)
    run(4)
    connection.send("ready")
    for _ in iter(connection.recv, "stop"):
        began = time.perf_counter()
        loss = run(RESOLUTION)
        connection.send((loss, time.perf_counter() - began))


def speed() -> None:
    ours, *peers = CONTENDERS
    for sizes in NETWORKS:
        net, plane = trained(sizes)
        ends = {}
        for name in CONTENDERS:
            ends[name], theirs = SPAWN.Pipe()
            SPAWN.Process(target=serve, args=(theirs, name, net, plane), daemon=True).start()
            theirs.close()  # so that a worker that fails is noticed
        for end in ends.values():
            end.recv()

        surfaces = {}
        seconds: Seconds = {name: [] for name in CONTENDERS}
        for name in [ours] + ROUNDS * [name for peer in peers for name in (peer, ours)]:
            ends[name].send("surface")
            surfaces[name], took = ends[name].recv()
            seconds[name].append(took)
        for end in ends.values():
            end.send("stop")

        title = f"{'-'.join(map(str, sizes))}: {RESOLUTION}² cells, {IMAGES:,} images, on {os.cpu_count()} cores"
        table(f"{title}; median of {ROUNDS}, of landscape's {len(seconds[ours])}", seconds)
        for name in peers:
            apart = np.nanmax(np.abs(surfaces[name] / surfaces[ours] - 1))
            print(f"{name}: within {apart:.1e} of landscape")
            assert apart < 1e-4, f"{name} computes something else"
            assert np.isnan(surfaces[name]).sum() <= RESOLUTION // 2, f"{name} leaves out cells"
        check(net, plane, surfaces[ours])


def table(title: str, seconds: Seconds) -> None:
    """Median, least and ratio to the first row."""
    first = statistics.median(next(iter(seconds.values())))
    print(f"\n{title}\n{'':44}{'seconds':>9}{'least':>9}{'÷ landscape':>14}")
    for name, times in seconds.items():
        median = statistics.median(times)
        print(f"{name:44}{median:9.2f}{min(times):9.2f}{median / first:14.2f}")
    sys.stdout.flush()


def check(net: Any, plane: Any, loss: np.ndarray) -> None:
    """landscape's cells beside the network itself in float64, at the plane's points one by one."""
    import landscape as ls

    exact, few = ls.MLP(net.sizes, dtype=np.float64), data(1000)
    every = list(np.ndindex(loss.shape))
    some = [every[k] for k in np.random.default_rng(0).choice(len(every), 25, replace=False)]
    places = axis(RESOLUTION)
    for (x, y), cells, found in (
        (few, every, ls.surface(net, plane, *few, resolution=RESOLUTION).loss),
        (data(), some, loss),
    ):
        images = x.astype(np.float64)
        true = [exact.loss_value(plane.at([places[i], places[j]]), images, y) for j, i in cells]
        apart = np.abs([found[cell] for cell in cells] / np.array(true) - 1).max()
        print(f"landscape: {len(cells)} cells over {len(x):,} images, within {apart:.1e} of float64")
        assert apart < 1e-5
    sys.stdout.flush()


def growth() -> None:
    import landscape as ls

    net, plane = trained(NETWORKS[0])
    x, y = data(60_000)
    sides = [round(share * RESOLUTION) for share in (0.25, 0.5, 1, 1.5, 2)]
    cells = {side**2: (side, IMAGES) for side in sides}
    images = {n: (RESOLUTION, n) for n in (2500, 5000, 10_000, 20_000, 40_000, 60_000)}
    cases = [*cells.values(), *images.values()]
    seconds: dict[tuple[int, int], list[float]] = {case: [] for case in cases}
    for _ in range(max(3, ROUNDS)):
        for (side, n), times in seconds.items():
            began = time.perf_counter()
            ls.surface(net, plane, x[:n], y[:n], resolution=side)
            times.append(time.perf_counter() - began)

    titles = (f"cells ({IMAGES:,} images)", f"images ({RESOLUTION}² cells)")
    panels = []
    for title, which in zip(titles, (cells, images), strict=True):
        counts, took = np.array(list(which)), np.array([statistics.median(seconds[case]) for case in which.values()])
        slope = float(counts @ took / (counts @ counts))  # the line through the origin with the least squares
        print(f"\n{title}: a line through the origin, {1e6 * slope:.0f} µs each\n{'':10}{'seconds':>9}{'÷ line':>9}")
        for count, median in zip(counts, took, strict=True):
            print(f"{count:10,}{median:9.2f}{median / (slope * count):9.2f}")
        panels.append((title, counts, took, slope))
    sys.stdout.flush()
    plot(panels)


def plot(panels: list[tuple[str, np.ndarray, np.ndarray, float]]) -> None:
    import matplotlib.pyplot as plt

    import landscape as ls

    with ls.figures.style("light"):
        figure, axes = plt.subplots(1, 2, sharey=True)
        for ax, (title, counts, took, slope) in zip(axes, panels, strict=True):
            ends = np.array([0, 1.05 * counts.max()])
            ax.plot(ends, slope * ends, color="0.65", zorder=1)
            ax.plot(counts, took, "o", color="C3", markersize=12)
            ax.set(xlabel=title, xlim=(0, ends[1]))
            ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
            ax.locator_params(axis="x", nbins=5)
        axes[0].set(ylabel="seconds", ylim=(0, None))
        figure.savefig(PLOT, dpi=75)
        plt.close(figure)


def memory() -> None:
    """In a process that has done nothing before."""
    import landscape as ls

    net = ls.MLP(NETWORKS[0])
    began = time.perf_counter()
    ls.surface(net, ls.planes.random(net, net.params), *data(60_000), resolution=RESOLUTION)
    seconds = time.perf_counter() - began
    # Not getrusage: its peak is that of the process that started this one, if that was larger.
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    peak = int(found[1]) / 1024
    print(f"\n60,000 images, {RESOLUTION}² cells: {seconds:.1f} s, {peak:.0f} MB at the most")
    assert peak < 1500


def main(parts: list[str]) -> None:
    if "speed" in parts:
        speed()
    if "growth" in parts:
        growth()
    if "memory" in parts:
        child = SPAWN.Process(target=memory)
        child.start()
        child.join()
        sys.exit(child.exitcode)


if __name__ == "__main__":
    main(sys.argv[1:] or ["speed", "growth", "memory"])
