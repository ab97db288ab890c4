"""Loss surfaces of a PyTorch module: 51² cells over 2,000 MNIST images, beside careful loops and loss-landscapes.

    pip install --group bench .        # PyTorch and loss-landscapes, for this comparison only
    python bench/models.py             # on a processor with two threads; on a graphics card where there is one

A CNN of about 30,000 parameters with batch normalisation, after four epochs of SGD, on a random plane of filter norms.
Read too: RESOLUTION, IMAGES, ROUNDS, DEVICE, and PEERS, the side of the grid that peers compute: each of their cells
takes as long as any other, so a part of them tells their rate.

Contenders, in turn, each with a first small surface behind it:
    landscape           all cells
    landscape, tol      tol=1e-2: cells that are told within a hundredth of the range are not computed; the seconds are
                        over all cells, and the largest error is measured against all cells
    loop                PyTorch: eval, inference_mode, images in pieces of 250, parameters as views of one flat vector
    loop, channels last the same with the memory format that convolutions on processors are fastest with, pieces of 125
    loss-landscapes     its random plane's values are not compared: it draws its own
Then landscape's cells are compared with the loop's (1e-5).
"""

from __future__ import annotations

import copy
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

RESOLUTION, IMAGES = int(os.environ.get("RESOLUTION", "51")), int(os.environ.get("IMAGES", "2000"))
ROUNDS, PEERS = int(os.environ.get("ROUNDS", "3")), int(os.environ.get("PEERS", "9"))
THREADS, TOL, SMALL = 2, 1e-2, 4
Run = Callable[[int], Any]  # from a resolution to a surface or its losses


def trained(device: str) -> tuple[Any, Any, Any]:
    """The module, images and labels."""
    import torch
    from torch import nn
    from torch.nn.functional import cross_entropy

    import landscape as ls

    data = ls.datasets.load()
    x = torch.from_numpy(data.x_train[:IMAGES].reshape(-1, 1, 28, 28)).to(device)
    y = torch.from_numpy(data.y_train[:IMAGES]).to(device)
    torch.manual_seed(0)
    module = nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(32 * 49, 16), nn.ReLU(), nn.Linear(16, 10)),
    ).to(device)
    optimizer = torch.optim.SGD(module.parameters(), 0.05, momentum=0.9)
    for _ in range(4):
        for at in range(0, IMAGES, 100):
            optimizer.zero_grad()
            cross_entropy(module(x[at : at + 100]), y[at : at + 100]).backward()
            optimizer.step()
    return module.eval(), x, y


def loop(module: Any, x: Any, y: Any, plane: Any, piece: int, last: bool) -> Run:
    import torch
    from torch.nn.functional import cross_entropy

    module = copy.deepcopy(module)
    form = torch.channels_last if last else torch.contiguous_format
    module, x = module.to(memory_format=form), x.to(memory_format=form)
    parameters = list(module.parameters())
    origin, u, v = (torch.tensor(one, dtype=torch.float32, device=x.device) for one in plane.vectors)

    def cell(a: float, b: float) -> float:
        flat, at = origin + a * u + b * v, 0
        for one in parameters:
            piece_ = flat[at : at + one.numel()].view(one.shape)
            one.data = piece_.to(memory_format=form) if one.ndim == 4 else piece_
            at += one.numel()
        total = torch.zeros((), device=x.device)
        for k in range(0, len(x), piece):
            total += cross_entropy(module(x[k : k + piece]), y[k : k + piece], reduction="sum")
        return total.item() / len(x)

    @torch.inference_mode()
    def run(resolution: int) -> np.ndarray:
        side = np.linspace(-1, 1, resolution).tolist()
        return np.array([[cell(a, b) for a in side] for b in side])

    return run


def loss_landscapes(module: Any, x: Any, y: Any) -> Run:
    import loss_landscapes
    import torch
    from loss_landscapes.metrics import Loss

    metric = Loss(torch.nn.CrossEntropyLoss(), x, y)

    @torch.inference_mode()
    def run(resolution: int) -> Any:
        return loss_landscapes.random_plane(module, metric, 1, resolution, "filter")

    return run


def main() -> None:
    import torch

    import landscape as ls

    device = os.environ.get("DEVICE") or ("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(THREADS)
    module, x, y = trained(device)
    model = ls.models.torch(module, torch.nn.CrossEntropyLoss(), (x, y))
    plane = ls.planes.random(model, model.params)
    where = torch.cuda.get_device_name() if device == "cuda" else f"processor, {THREADS} threads"
    print(f"{model}, {where}; {model.plan}")

    def ours(resolution: int) -> Any:
        return ls.surface(model, plane, resolution=resolution)

    def sparing(resolution: int) -> Any:
        return ls.surface(model, plane, resolution=resolution, tol=TOL)

    contenders: dict[str, tuple[Run, int]] = {
        "landscape": (ours, RESOLUTION),
        "landscape, tol": (sparing, RESOLUTION),
        "loop": (loop(module, x, y, plane, 250 if device == "cpu" else IMAGES, False), PEERS),
        "loop, channels last": (loop(module, x, y, plane, 125 if device == "cpu" else IMAGES, True), PEERS),
    }
    # Its filter normalisation mixes tensors of the processor and of the card.
    if device == "cpu":
        contenders["loss-landscapes"] = loss_landscapes(copy.deepcopy(module), x, y), PEERS
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    found: dict[str, Any] = {}
    for run, _ in contenders.values():
        run(SMALL)
    for _ in range(ROUNDS):
        for name, (run, side) in contenders.items():
            began = time.perf_counter()
            found[name] = run(side)
            if device == "cuda":
                torch.cuda.synchronize()
            seconds[name].append((time.perf_counter() - began) * RESOLUTION**2 / side**2)
            print(f"  {name}: {seconds[name][-1]:.1f} s for {RESOLUTION}² cells", flush=True)
    mine = statistics.median(seconds["landscape"])
    print(f"{'':22}{'s':>8}{'times landscape':>18}{'times with tol':>18}")
    spared = statistics.median(seconds["landscape, tol"])
    for name, all_ in seconds.items():
        took = statistics.median(all_)
        print(f"{name:22}{took:8.1f}{took / mine:18.2f}{took / spared:18.2f}")
    exact, near = found["landscape"].loss, found["landscape, tol"]
    share = 1.0 if near.computed is None else float(near.computed.mean())
    worst = float(np.abs(near.loss - exact).max() / np.ptp(exact))
    print(f"with tol={TOL:g}: {100 * share:.0f} % of the cells computed, largest error {worst:.2g} of the range")
    few = ls.surface(model, plane, resolution=PEERS).loss
    for name in ("loop", "loop, channels last"):
        print(f"largest relative difference from {name}: {float(np.abs(few / found[name] - 1).max()):.1e}")


if __name__ == "__main__":
    main()
