"""What recording a training costs: a loop in PyTorch, and the same loop with two lines of `ls.record`, in turn.

    pip install --group bench .        # PyTorch
    python bench/recording.py          # on a processor with two threads; on a graphics card where there is one

A CNN of about 30,000 parameters with batch normalisation learns 2,000 digits in batches of 32 for 2,000 steps, of which
200 snapshots are kept at the most. A round is a bare loop and a recorded one, one after the other, from one start and
over the same batches, the first of them changing from round to round; a small one goes before all. The ratio of each
round is printed, by the clock and by the processor's time, which other programs change less; then their medians with
the quartiles, and how much of the processor's time the recorder's calls took themselves: all but what they leave
behind in the caches.
Read too: STEPS, ROUNDS, SNAPSHOTS, THREADS, DEVICE. Both loops must end at the same parameters, bit for bit.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

STEPS, ROUNDS = int(os.environ.get("STEPS", "2000")), int(os.environ.get("ROUNDS", "7"))
SNAPSHOTS, THREADS = int(os.environ.get("SNAPSHOTS", "200")), int(os.environ.get("THREADS", "2"))
BATCH, IMAGES = 32, 2000


def module(device: str) -> Any:
    """The CNN of bench/models.py, as it starts."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(32 * 49, 16), nn.ReLU(), nn.Linear(16, 10)),
    ).to(device)


class Loop:
    """A training over the same batches, bare or recorded."""

    def __init__(self, device: str) -> None:
        import torch

        import landscape as ls

        data, self.device = ls.datasets.load(), device
        x = torch.from_numpy(data.x_train[:IMAGES].reshape(-1, 1, 28, 28)).to(device)
        y = torch.from_numpy(data.y_train[:IMAGES]).to(device)
        self.batches = [(x[at : at + BATCH], y[at : at + BATCH]) for at in range(0, IMAGES - BATCH + 1, BATCH)]

    def run(self, steps: int, folder: Path | None) -> tuple[np.ndarray, Any, float]:
        """Seconds of all steps, the beginning and the end of the recording among them, by the clock and of the
        processor; the parameters at the end; and the processor's seconds in all calls of the recorder."""
        import torch
        from torch.nn.functional import cross_entropy

        import landscape as ls

        net = module(self.device)
        optimizer, inside = torch.optim.Adam(net.parameters(), 1e-3), 0.0
        began = np.array([time.perf_counter(), time.process_time()])
        if folder is not None:
            at = time.thread_time()
            rec = ls.record(net, folder, optimizer=optimizer, snapshots=SNAPSHOTS)
            inside += time.thread_time() - at
        for step in range(steps):
            x, y = self.batches[step % len(self.batches)]
            optimizer.zero_grad()
            loss = cross_entropy(net(x), y)
            loss.backward()
            optimizer.step()
            if folder is not None:
                at = time.thread_time()
                rec.step(loss)
                inside += time.thread_time() - at
        if folder is not None:
            at = time.thread_time()
            rec.close()
            inside += time.thread_time() - at
        if self.device == "cuda":
            torch.cuda.synchronize()
        seconds = np.array([time.perf_counter(), time.process_time()]) - began
        return seconds, torch.cat([one.detach().reshape(-1) for one in net.parameters()]).cpu(), inside


def main() -> None:
    import torch

    device = os.environ.get("DEVICE") or ("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(THREADS)
    loop, ratios, shares, bare = Loop(device), [], [], []
    where = torch.cuda.get_device_name() if device == "cuda" else f"processor, {THREADS} threads"
    size = sum(one.numel() for one in module(device).parameters())
    print(f"{size:,} parameters, {STEPS:,} steps of {BATCH}, {SNAPSHOTS} snapshots, {where}")
    with tempfile.TemporaryDirectory() as made:
        for number in range(ROUNDS + 1):
            steps, found = STEPS if number else min(STEPS, 100), {}
            for recorded in (False, True) if number % 2 else (True, False):
                found[recorded] = loop.run(steps, Path(made) / f"{number}" if recorded else None)
            if not torch.equal(found[False][1], found[True][1]):
                raise SystemExit("the recorded training ended elsewhere")
            if number:
                bare.append(found[False][0][0])
                ratios.append(found[True][0] / found[False][0])
                shares.append(found[True][2] / (found[True][0][1] - found[True][2]))
                clock, processor = ratios[-1]
                print(f"  {bare[-1]:.2f} s bare; recorded {clock:.4f} by the clock, {processor:.4f} of the processor")
    for name, one in zip(("by the clock", "of the processor"), np.transpose(ratios), strict=True):
        low, middle, high = np.quantile(one, (0.25, 0.5, 0.75))
        print(f"recorded ÷ bare {name}: {middle:.4f}, quartiles {low:.4f} to {high:.4f}, of {ROUNDS} rounds")
    low, middle, high = 100 * np.quantile(shares, (0.25, 0.5, 0.75))
    print(f"the recorder's calls ÷ the rest of the loop: {middle:.2f} %, quartiles {low:.2f} to {high:.2f} %")
    print(f"a bare step takes {1000 * statistics.median(bare) / STEPS:.2f} ms")


if __name__ == "__main__":
    main()
