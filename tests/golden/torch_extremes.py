"""Makes torch_extremes.npz: what PyTorch's optimizers do with gradients that are huge, tiny or 0, in both precisions.

Needs PyTorch 2.13, which the project itself does not:  python tests/golden/torch_extremes.py
"""

from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import optim

STEPS = 12
OPTIMIZERS = {
    "sgd:weight_decay=0.5": partial(optim.SGD, lr=1e-2, weight_decay=0.5),
    "momentum": partial(optim.SGD, lr=1e-2, momentum=0.9),
    "momentum:momentum=0,dampening=0.5": partial(optim.SGD, lr=1e-2, dampening=0.5),
    "momentum:dampening=0.5": partial(optim.SGD, lr=1e-2, momentum=0.9, dampening=0.5),
    "nesterov": partial(optim.SGD, lr=1e-2, momentum=0.9, nesterov=True),
    "rprop": optim.Rprop,
    "adagrad": optim.Adagrad,
    "rmsprop": optim.RMSprop,
    "adadelta": optim.Adadelta,
    "adam": optim.Adam,
    "adam:beta1=0.5,beta2=0.9": partial(optim.Adam, betas=(0.5, 0.9)),
    # Of 1.6e20 a hundredth of the square is a float32, and the square is not.
    "adam:lr=0.1,beta1=0,beta2=0.99": partial(optim.Adam, lr=0.1, betas=(0.0, 0.99)),
    "adamax": optim.Adamax,
    "amsgrad": partial(optim.Adam, amsgrad=True),
    "adamw": optim.AdamW,
    "nadam": optim.NAdam,
    "radam": optim.RAdam,
}
# Sizes around those whose squares, or sums of squares, leave the range of each precision.
SIZES = {
    torch.float32: (1e-40, 1e-30, 1e-22, 1e-19, 1e-8, 1, 1e8, 1e18, 1e19, 2e19, 1e20, 1.6e20, 3e20, 1e25, 1e38),
    torch.float64: (1e-310, 1e-200, 1e-160, 1e-30, 1, 1e19, 1e100, 1e150, 1e154, 2e154, 1e155, 3e155, 1e200, 1e300),
}


def sequences(sizes):
    """Gradients (STEPS, n), a column for each walk: constant, turning, one at the start or in the midst, or falling."""
    columns = []
    for size in sizes:
        first, later = np.ones(STEPS), np.ones(STEPS)
        first[0], later[5] = size, -size
        columns += [np.full(STEPS, size), size * np.where(np.arange(STEPS) % 2, 1.0, -1.0), first, later]
        columns.append(np.where(np.arange(STEPS) < 1, size, size / 160))
    for silent in (1, 4, STEPS):
        columns.append(np.where(np.arange(STEPS) < silent, 0.0, 1.0))
    return np.array(columns).T


results = {}
for dtype, sizes in SIZES.items():
    torch.set_default_dtype(dtype)
    precision = str(dtype).removeprefix("torch.")
    results[f"gradients|{precision}"] = gradients = sequences(sizes)
    for notation, make in OPTIMIZERS.items():
        point = torch.ones(gradients.shape[1], requires_grad=True)
        optimizer, path = make([point]), []
        for gradient in gradients:
            point.grad = torch.tensor(gradient, dtype=dtype)
            optimizer.step()
            path.append(point.detach().numpy().copy())
        results[f"{notation}|{precision}"] = np.array(path)

np.savez_compressed(Path(__file__).with_suffix(".npz"), **results)
print(f"PyTorch {torch.__version__}: {len(results)} records")
