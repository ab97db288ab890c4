"""Makes torch_optimizers.npz: paths of PyTorch's optimizers in float64, 300 steps each.

Needs PyTorch 2.13, which the project itself does not:  python tests/golden/torch_optimizers.py
The terrains are written out here once more, so that an error in the project's own gradients cannot hide.
"""

from pathlib import Path

import numpy as np
import torch

STEPS = 300


def rosenbrock(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def ravine(degrees):
    angle = torch.deg2rad(torch.tensor(float(degrees), dtype=torch.float64))
    c, s = torch.cos(angle), torch.sin(angle)
    return lambda p: 0.5 * ((c * p[0] + s * p[1]) ** 2 + 100 * (c * p[1] - s * p[0]) ** 2)


def turned(degrees, point):
    angle = np.deg2rad(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ point


TERRAINS = {
    "rosenbrock|0": (rosenbrock, np.array([-1.2, 1.0])),
    "ravine|30": (ravine(30), turned(30, [-7.0, 1.5])),
}
OPTIMIZERS = {
    "sgd:lr=0.001": lambda p: torch.optim.SGD(p, lr=0.001),
    "momentum:lr=0.0005,momentum=0.9": lambda p: torch.optim.SGD(p, lr=0.0005, momentum=0.9),
    "rmsprop:lr=0.01": lambda p: torch.optim.RMSprop(p, lr=0.01),
    "rmsprop:lr=0.02,alpha=0.95,eps=0.1": lambda p: torch.optim.RMSprop(p, lr=0.02, alpha=0.95, eps=0.1),
    "adam:lr=0.05": lambda p: torch.optim.Adam(p, lr=0.05),
    "adam:lr=0.1,beta1=0.8,beta2=0.99,eps=0.001": lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.99), eps=1e-3),
}

paths = {}
for terrain, (loss, start) in TERRAINS.items():
    for notation, make in OPTIMIZERS.items():
        point = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        optimizer = make([point])
        path = [point.detach().numpy().copy()]
        for _ in range(STEPS):
            optimizer.zero_grad()
            loss(point).backward()
            optimizer.step()
            path.append(point.detach().numpy().copy())
        paths[f"{notation}|{terrain}"] = np.array(path)
np.savez_compressed(Path(__file__).with_suffix(".npz"), **paths)
print(f"PyTorch {torch.__version__}: {len(paths)} paths of {STEPS} steps")
