"""Curvature: Hessian-vector products over 10,000 MNIST images, 784-128-10, ReLU, float32, beside PyTorch.

    pip install --group bench .        # PyTorch, for this comparison only
    python bench/curvature.py          # ROUNDS=7, IMAGES=10000

products: at the weights after an epoch of Adam, along random vectors. Every contender lives in a process of its own;
    they run in turn, PyTorch with 1 and with 2 threads, and a round is ten products. Kept is what does not depend on
    the vector: landscape's `Hessian`, with which `ls.curvature.top` works, and the graph of PyTorch's gradient. All
    products must be those in float64, to 1e-5 of their length.
top: the five largest eigenvalues, by `ls.curvature.top`, with |Hv − λv| / λ and the seconds that all of it takes.

Tried and not faster for PyTorch: the images in pieces of 1,000 to 5,000.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

SIZES = (784, 128, 10)
IMAGES, ROUNDS = int(os.environ.get("IMAGES", "10000")), int(os.environ.get("ROUNDS", "7"))
PRODUCTS = 10
SPAWN = multiprocessing.get_context("spawn")
Product = Callable[[Any], Any]  # from a vector (P,) to the Hessian times it, float32


def data() -> tuple[np.ndarray, np.ndarray]:
    import landscape as ls

    mnist = ls.datasets.load()
    return mnist.x_train[:IMAGES], mnist.y_train[:IMAGES]


def landscape(form: str, net: Any, params: np.ndarray) -> Product:
    from landscape.networks.hessian import Hessian

    x, y = data()
    return Hessian(net, params, x, y).times if form == "kept" else lambda v: net.hvp(params, v, x, y)


def pytorch(form: str, net: Any, params: np.ndarray) -> Product:
    """By double backward, with the gradient's graph kept or built anew, or forward through the gradient."""
    import torch
    from torch.nn.functional import cross_entropy

    x, y = map(torch.from_numpy, data())
    at = torch.from_numpy(params).requires_grad_()
    blocks = [math.prod(shape) for shape in net.blocks]

    def loss(flat: Any) -> Any:
        w1, b1, w2, b2 = (part.view(shape) for part, shape in zip(flat.split(blocks), net.blocks, strict=True))
        return cross_entropy(torch.addmm(b2, torch.addmm(b1, x, w1).relu(), w2), y)

    def gradient() -> Any:
        return torch.autograd.grad(loss(at), at, create_graph=True)[0]

    def backward(v: np.ndarray, g: Any) -> np.ndarray:
        return torch.autograd.grad(g, at, torch.from_numpy(v), retain_graph=form == "graph kept")[0].numpy()

    def forward(v: np.ndarray) -> np.ndarray:
        return torch.func.jvp(torch.func.grad(loss), (at.detach(),), (torch.from_numpy(v),))[1].numpy()

    if form == "graph kept":
        return partial(backward, g=gradient())
    return forward if form == "jvp of grad" else lambda v: backward(v, gradient())


CONTENDERS: dict[str, tuple[Callable[..., Product], str, tuple[int, ...]]] = {
    "landscape, Hessian kept": (landscape, "kept", (0,)),
    "landscape, anew: net.hvp": (landscape, "anew", (0,)),
    "PyTorch, double backward, graph kept": (pytorch, "graph kept", (1, 2)),
    "PyTorch, double backward, graph anew": (pytorch, "graph anew", (1, 2)),
    "PyTorch, torch.func.jvp of grad": (pytorch, "jvp of grad", (1, 2)),
}


def serve(connection: Connection, name: str, threads: int, net: Any, params: np.ndarray) -> None:
    """Send what comes out along the first vector, then the seconds of a product for every request."""
    if threads:
        import torch

        torch.set_num_threads(threads)
    make, form, _ = CONTENDERS[name]
    product = make(form, net, params)
    vectors = directions(params.size)
    connection.send(product(vectors[0]).copy())
    for _ in iter(connection.recv, "stop"):
        began = time.perf_counter()
        for v in vectors:
            product(v)
        connection.send((time.perf_counter() - began) / len(vectors))


def directions(size: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((PRODUCTS, size), dtype=np.float32)


def products(net: Any, params: np.ndarray) -> None:
    import landscape as ls

    exact = ls.MLP(SIZES, dtype=np.float64).hvp(params, directions(params.size)[0], *data())
    ends = {}
    for name, (_, _, counts) in CONTENDERS.items():
        for threads in counts:
            end, theirs = SPAWN.Pipe()
            SPAWN.Process(target=serve, args=(theirs, name, threads, net, params), daemon=True).start()
            theirs.close()  # so that a worker that fails is noticed
            ends[f"{name}, {threads} thread{'s' * (threads > 1)}" if threads else name] = end
    for name, end in ends.items():
        apart = np.linalg.norm(end.recv() - exact) / np.linalg.norm(exact)
        print(f"{name}: within {apart:.1e} of float64")
        assert apart < 1e-5, f"{name} computes something else"

    seconds: dict[str, list[float]] = {name: [] for name in ends}
    for _ in range(ROUNDS):
        for name, end in ends.items():
            end.send("products")
            seconds[name].append(end.recv())
    for end in ends.values():
        end.send("stop")

    first = statistics.median(next(iter(seconds.values())))
    print(f"\nH v over {IMAGES:,} images, {'-'.join(map(str, SIZES))}; median of {ROUNDS}, on {os.cpu_count()} cores")
    print(f"{'':48}{'ms':>9}{'least':>9}{'÷ landscape':>14}")
    for name, times in seconds.items():
        median = statistics.median(times)
        print(f"{name:48}{1e3 * median:9.1f}{1e3 * min(times):9.1f}{median / first:14.2f}")
    sys.stdout.flush()


def top(net: Any, params: np.ndarray) -> None:
    import landscape as ls

    x, y = data()
    began = time.perf_counter()
    values, _, residuals = ls.curvature.top(net, params, x, y, k=5)
    print(f"\nthe five largest eigenvalues: {time.perf_counter() - began:.1f} s\n{'λ':>9}{'|Hv − λv| / λ':>18}")
    for value, residual in zip(values, residuals, strict=True):
        print(f"{value:9.3f}{residual / value:18.1e}")
    assert (residuals < 1e-3 * values).all()


def main() -> None:
    import landscape as ls

    net = ls.MLP(SIZES)
    params = ls.train(net, ls.datasets.load(), "adam", epochs=1, snapshots=1).snapshots[-1]
    products(net, params)
    top(net, params)


if __name__ == "__main__":
    main()
