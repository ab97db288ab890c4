"""Training a network: MNIST, 784-128-10, ReLU, batches of 32, Adam, float32, beside PyTorch and JAX.

    pip install --group bench .        # PyTorch and JAX, for this comparison only; compiling needs g++
    python bench/train.py              # or some of: steady cold floor growth memory

steady: an epoch once all is loaded and compiled. Every contender lives in a process of its own and they run in turn.
    Each trains its first epoch, from the same weights and with the images in the same order, again and again; only
    training is timed (landscape's `run.seconds`). Afterwards the test loss must lie within 10 % of landscape's, and the
    accuracy within one percentage point: rounding differs, and grows over 1875 steps. PyTorch and JAX run with 1 and
    with 2 threads; on a machine that is not idle otherwise, 2 are slow.
cold: from the start of a Python process to the end of the first epoch after which the accuracy on the test images is
    97.5 %: imports, data, compiling, training, and an evaluation each epoch; with as many threads as were faster in an
    epoch, and the compilers' caches empty, as at the first run on a machine, or kept. landscape, which does not stop by
    itself, is told the number of epochs, found beforehand.
floor: landscape beside the five matrix products of a step alone.
growth: landscape's epoch with four times the images, or four times the parameters.
memory: the peak of `landscape train`.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import contenders
import numpy as np
from contenders import BATCH, CONTENDERS, LR, SEED, SIZES, TARGET

ROUNDS = int(os.environ.get("ROUNDS", "7"))
COLD_ROUNDS = min(ROUNDS, 5)
THREADS = (1, 2)
# With the compiler's caches kept, or empty. Five steps a call take longest to compile and pay after many epochs only.
COLD = [(name, False) for name in CONTENDERS if "5 steps" not in name]
COLD += [("landscape", True), ("PyTorch compiled step", True), ("JAX jit + scan", True)]
SPAWN = multiprocessing.get_context("spawn")
Seconds = dict[str, list[float]]


def table(title: str, seconds: Seconds) -> None:
    """Median, least and ratio to the first row."""
    first = statistics.median(next(iter(seconds.values())))
    print(f"\n{title}\n{'':54}{'seconds':>9}{'least':>9}{'÷ landscape':>14}")
    for name, times in seconds.items():
        median = statistics.median(times)
        print(f"{name:54}{median:9.3f}{min(times):9.3f}{median / first:14.2f}")
    sys.stdout.flush()


def starting_weights() -> list[np.ndarray]:
    """W1 (784, 128), b1, W2 (128, 10), b2."""
    import landscape as ls

    net = ls.MLP(SIZES)
    return [array for layer in net.layers(net.params) for array in layer]


class Worker:
    """A contender in a process of its own, with its first epoch behind it."""

    def __init__(self, name: str, threads: int) -> None:
        self.name, self.threads = name, threads
        self.end, theirs = SPAWN.Pipe()
        SPAWN.Process(target=serve, args=(theirs, name, threads, starting_weights()), daemon=True).start()
        theirs.close()  # so that a worker that fails is noticed

    def ask(self, request: str) -> Any:
        """Seconds of an "epoch", or loss and accuracy in the "test" after it."""
        self.end.send(request)
        return self.end.recv()


def serve(connection: Connection, name: str, threads: int, start: list[np.ndarray]) -> None:
    contender = contenders.make(name, threads, start)
    contender.restart()
    contender.epoch()  # compiles, loads and starts whatever there is
    for request in iter(connection.recv, "stop"):
        if request == "epoch":
            contender.restart()
        connection.send(getattr(contender, request)())


def race(names: list[str], rounds: int) -> dict[tuple[str, int], list[float]]:
    """Seconds of epochs, in turn, of each contender with each number of threads; landscape sees to its own."""
    ours = [name for name in names if name.startswith("landscape")]
    workers = [Worker(name, threads) for name in names for threads in ((0,) if name in ours else THREADS)]
    for worker in workers:
        worker.ask("test")  # wait until all are ready
    seconds: dict[tuple[str, int], list[float]] = {(worker.name, worker.threads): [] for worker in workers}
    for _ in range(rounds):
        for worker, times in zip(workers, seconds.values(), strict=True):
            times.append(worker.ask("epoch"))

    loss, accuracy = workers[0].ask("test")
    for worker in workers:
        other_loss, other_accuracy = worker.ask("test")
        assert abs(other_loss / loss - 1) < 0.1, f"{worker.name}: test loss {other_loss:.4f}, not {loss:.4f}"
        assert abs(other_accuracy - accuracy) < 0.01, f"{worker.name}: accuracy {other_accuracy:.4f}"
        worker.end.send("stop")
    return seconds


def label(name: str, threads: int) -> str:
    return name if not threads else f"{name}, {threads} thread{'s' * (threads > 1)}"


def cold(threads: dict[str, int]) -> None:
    import landscape as ls

    net, data = ls.MLP(SIZES), ls.datasets.load()
    epochs = dict.fromkeys(CONTENDERS, 0)
    for name in (name for name in CONTENDERS if name.startswith("landscape")):
        reached, engine = 0.0, CONTENDERS[name][1]
        while reached < TARGET:
            epochs[name] += 1
            adam, given = ls.optimizers.Adam(LR), {"seed": SEED, "snapshots": 1, "engine": engine}
            reached = ls.train(net, data, adam, epochs[name], BATCH, **given).test_accuracy

    seconds: Seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder) / "start.npz"
        np.savez(start, *starting_weights())
        for turn in range(-1, COLD_ROUNDS):  # the first fills the caches of files and compilers, and does not count
            for k, (name, kept) in enumerate(COLD):
                cache = Path(folder) / (str(k) if kept else f"{k}-{turn}")
                cache.mkdir(exist_ok=True)
                took, needed = launch(name, threads[name], start, epochs[name], cache)
                if turn >= 0:
                    row = f"{label(name, threads[name])}{', cache kept' * kept}, {needed} epochs"
                    seconds.setdefault(row, []).append(took)
    table(f"A new process until {100 * TARGET} % of the test images are right; median of {COLD_ROUNDS}", seconds)


def launch(name: str, threads: int, start: Path, epochs: int, cache: Path) -> tuple[float, int]:
    """Train in a new process until TARGET; seconds and epochs."""
    command = [sys.executable, contenders.__file__, name, str(threads), str(start), str(epochs)]
    # Inductor's caches lie in the folder for temporary files.
    caches = {
        "TMPDIR": str(cache),
        "JAX_COMPILATION_CACHE_DIR": str(cache),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "NUMBA_CACHE_DIR": str(cache),
    }
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | caches) as process:
        answer = process.stdout.readline()
        seconds = time.perf_counter() - began
    assert process.returncode == 0, f"{name} failed"
    needed, accuracy = answer.split()
    assert float(accuracy) >= TARGET, f"{name} reaches {accuracy} only"
    return seconds, int(needed)


def floor() -> None:
    from threadpoolctl import threadpool_limits

    import landscape as ls

    rng = np.random.default_rng(0)
    x, a, d1, d2 = (rng.standard_normal((BATCH, n), dtype=np.float32) for n in (SIZES[0], SIZES[1], *SIZES[1:]))
    w1, _, w2, _ = starting_weights()
    z1, z2, g1, g2, back = (np.empty_like(array) for array in (a, d2, w1, w2, d1))

    def products(threads: int) -> float:
        with threadpool_limits(threads, "blas"):
            began = time.perf_counter()
            for _ in range(60_000 // BATCH):
                np.matmul(x, w1, out=z1)
                np.matmul(a, w2, out=z2)
                np.matmul(a.T, d2, out=g2)
                np.matmul(d2, w2.T, out=back)
                np.matmul(x.T, d1, out=g1)
            return time.perf_counter() - began

    net, data = ls.MLP(SIZES), ls.datasets.load()
    seconds: Seconds = {"landscape": []} | {label("its matrix products alone", n): [] for n in THREADS}
    for _ in range(ROUNDS):
        ours, *bare = seconds.values()
        ours.append(ls.train(net, data, ls.optimizers.Adam(LR), 1, BATCH, seed=SEED, snapshots=1).seconds)
        for threads, times in zip(THREADS, bare, strict=True):
            times.append(products(threads))
    table(f"The floor: the products of 1875 steps; median of {ROUNDS}", seconds)


def growth() -> None:
    import landscape as ls

    data, net, wide = ls.datasets.load(), ls.MLP(SIZES), ls.MLP((784, 512, 10))
    cases = {
        "15,000 images": (net, data.subset(15_000)),
        "60,000 images": (net, data),
        f"60,000 images, {wide.params.size / net.params.size:.1f} × the parameters": (wide, data),
    }
    seconds: Seconds = {case: [] for case in cases}
    for _ in range(ROUNDS):
        for case, (network, images) in cases.items():
            run = ls.train(network, images, ls.optimizers.Adam(LR), 1, BATCH, seed=SEED, snapshots=1)
            seconds[case].append(run.seconds)
    quarter, whole, wider = (statistics.median(times) for times in seconds.values())
    print(f"\nlandscape's epoch; median of {ROUNDS}")
    for case, median in zip(cases, (quarter, whole, wider), strict=True):
        print(f"{case:54}{median:9.3f}")
    print(f"4 × the images: {whole / quarter:.2f} × the time; 4 × the parameters: {wider / whole:.2f} × the time")


def memory() -> None:
    # A child counts the memory of the process that it was forked from, so that has to be a small one.
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", "from landscape.cli.main import main; main()", "train"]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, "landscape train failed"
    peak = usage.ru_maxrss / 1024
    print(f"\nlandscape train: {peak:.0f} MB at the most")
    assert peak < 600


def main(parts: list[str]) -> None:
    if {"steady", "cold"} & set(parts):
        names = list(CONTENDERS if "steady" in parts else dict(COLD))
        seconds = race(names, ROUNDS if "steady" in parts else 3)
        if "steady" in parts:
            title = f"An epoch of 1875 steps; median of {ROUNDS}, on {os.cpu_count()} cores"
            table(title, {label(*who): times for who, times in seconds.items()})
        if "cold" in parts:
            slowest_first = sorted(seconds, key=lambda who: -statistics.median(seconds[who]))
            cold(dict(slowest_first))  # of each name the last remains, with the better number of threads
    if "floor" in parts:
        floor()
    if "growth" in parts:
        growth()
    if "memory" in parts:
        child = SPAWN.Process(target=memory)
        child.start()
        child.join()
        sys.exit(child.exitcode)


if __name__ == "__main__":
    main(sys.argv[1:] or ["steady", "cold", "floor", "growth", "memory"])
