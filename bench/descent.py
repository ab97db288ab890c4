"""Many starts at once: 512 × 512 starts × 200 Adam steps on Rosenbrock in float64, beside PyTorch and JAX.

    pip install --group bench .        # PyTorch and JAX, for this comparison only
    python bench/descent.py

Every contender lives in a process of its own, has its start-up and compiling behind it, and gets the same starts; they
run in turn, so that a slow minute of the machine slows all. That 99 % of the walks end within 1e-6 of the same points
is checked; on the ravine's floor rounding grows. Then a million starts are walked in a fresh process, for the memory.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from multiprocessing.connection import Connection

import numpy as np

SIDE, STEPS, LR = 512, 200, 0.01
Run = Callable[[], np.ndarray]
ROUNDS = int(os.environ.get("ROUNDS", "7"))


def starts(side: int) -> np.ndarray:
    """Evenly spread over Rosenbrock's domain."""
    x, y = np.meshgrid(np.linspace(-2, 2, side), np.linspace(-1, 3, side))
    return np.stack([x.ravel(), y.ravel()], axis=-1)


@contextmanager
def landscape(kind: str) -> Iterator[Run]:
    """This project, with an engine and with threads or processes."""
    import landscape as ls

    points, terrain, adam = starts(SIDE), ls.terrains.get("rosenbrock"), ls.optimizers.Adam(LR)
    engine, executor = kind.split(", ")
    with {"threads": ThreadPoolExecutor, "processes": ProcessPoolExecutor}[executor](os.cpu_count()) as pool:
        yield lambda: ls.descend(terrain, adam, points, STEPS, record="last", engine=engine, executor=pool).x[-1]


@contextmanager
def pytorch(gradient: str) -> Iterator[Run]:
    """Fused Adam, with the gradient from autograd or written out by hand."""
    import torch

    points = starts(SIDE)

    def run() -> np.ndarray:
        p = torch.tensor(points, requires_grad=True)
        adam = torch.optim.Adam([p], lr=LR, fused=True)
        for _ in range(STEPS):
            if gradient == "autograd":
                adam.zero_grad()
                x, y = p[:, 0], p[:, 1]
                ((1 - x) ** 2 + 100 * (y - x * x) ** 2).sum().backward()
            else:
                with torch.no_grad():
                    x, y = p[:, 0], p[:, 1]
                    off = 200 * (y - x * x)
                    p.grad = torch.stack([2 * (x - 1 - x * off), off], dim=1)
            adam.step()
        return p.detach().numpy()

    yield run


@contextmanager
def jax(layout: str) -> Iterator[Run]:
    """jit over a scan; points as (n, 2), or coordinates apart, as this project keeps them."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    axis = 0 if layout == "coordinates first" else 1

    def loss(p: jax.Array) -> jax.Array:
        x, y = jnp.take(p, 0, axis), jnp.take(p, 1, axis)
        return ((1 - x) ** 2 + 100 * (y - x * x) ** 2).sum()

    def step(carry: tuple, t: jax.Array) -> tuple:
        p, m, v = carry
        g = jax.grad(loss)(p)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        return (p - LR * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v), None

    @jax.jit
    def walk(p: jax.Array) -> jax.Array:
        zero = jnp.zeros_like(p)
        return jax.lax.scan(step, (p, zero, zero), jnp.arange(1.0, STEPS + 1))[0][0]

    points = jnp.array(starts(SIDE).T if axis == 0 else starts(SIDE))
    back = (lambda p: np.asarray(p).T) if axis == 0 else np.asarray
    yield lambda: back(walk(points).block_until_ready())


CONTENDERS = [
    ("landscape, compiled (the default)", landscape, "auto, threads"),
    ("landscape, NumPy, threads", landscape, "numpy, threads"),
    ("landscape, NumPy, processes", landscape, "numpy, processes"),
    ("PyTorch fused, autograd", pytorch, "autograd"),
    ("PyTorch fused, gradient by hand", pytorch, "by hand"),
    ("JAX jit + scan, points (n, 2)", jax, "points"),
    ("JAX jit + scan, coordinates first", jax, "coordinates first"),
]


def serve(connection: Connection, make: Callable[[str], AbstractContextManager[Run]], kind: str) -> None:
    """Run once for every request and send the seconds, or the points that were reached."""
    with make(kind) as run:
        reached = run()  # the first time compiles, loads and starts whatever there is
        for request in iter(connection.recv, "stop"):
            if request == "points":
                connection.send(reached)
                continue
            began = time.perf_counter()
            run()
            connection.send(time.perf_counter() - began)


def compare() -> None:
    context = multiprocessing.get_context("spawn")
    ends = []
    for _, make, kind in CONTENDERS:
        ours, theirs = context.Pipe()
        context.Process(target=serve, args=(theirs, make, kind)).start()
        ends.append(ours)

    reached = []
    for end in ends:
        end.send("points")
        reached.append(end.recv())
    for (name, *_), points in zip(CONTENDERS, reached, strict=True):
        apart = np.abs(points - reached[0]).max(axis=1)
        assert np.quantile(apart, 0.99) < 1e-6, f"{name} ends elsewhere"

    seconds: list[list[float]] = [[] for _ in CONTENDERS]
    for _ in range(ROUNDS):
        for end, times in zip(ends, seconds, strict=True):
            end.send("run")
            times.append(end.recv())
    for end in ends:
        end.send("stop")

    medians = [statistics.median(times) for times in seconds]
    best = medians[0]
    print(f"{SIDE}² starts, {STEPS} Adam steps on Rosenbrock, float64; median of {ROUNDS}, on {os.cpu_count()} cores")
    print(f"{'':36}{'seconds':>9}{'least':>9}{'÷ compiled':>14}")
    for (name, *_), median, times in zip(CONTENDERS, medians, seconds, strict=True):
        print(f"{name:36}{median:9.3f}{min(times):9.3f}{median / best:14.2f}")


def million() -> None:
    """The memory of a million starts, in this process."""
    import landscape as ls

    points = np.random.default_rng(0).uniform([-2, -1], [2, 3], (1_000_000, 2))
    began = time.perf_counter()
    walk = ls.descend(ls.terrains.get("rosenbrock"), ls.optimizers.Adam(LR), points, STEPS, record="last")
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"1,000,000 starts × {STEPS} steps, record='last': {seconds:.2f} s, {peak:.0f} MB at the most")
    assert walk.x.shape == (1, 1_000_000, 2)


if __name__ == "__main__":
    compare()
    sys.stdout.flush()
    child = multiprocessing.get_context("spawn").Process(target=million)
    child.start()
    child.join()
