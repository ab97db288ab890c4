"""The problems of the golden paths, in PyTorch: written out once more, so that no error of the project's own gradients
can hide in them.
"""

import numpy as np
import torch

STEPS, EVERY = 300, 10  # steps walked, and which of them are kept


def rosenbrock(p):
    x, y = p.flatten()
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def ravine(p):
    """κ = 100, turned by 30°."""
    (x, y), angle = p.flatten(), torch.deg2rad(torch.tensor(30.0, dtype=torch.float64))
    c, s = torch.cos(angle), torch.sin(angle)
    return 0.5 * ((c * x + s * y) ** 2 + 100 * (c * y - s * x) ** 2)


def quadratic(p):
    """Six parameters: ½ pᵀ A p with A = diag(1, 2, 4, 8, 16, 32) + 1/(i + j + 1)."""
    i = torch.arange(6, dtype=torch.float64)
    a = torch.diag(2**i) + 1 / (i[:, None] + i[None, :] + 1)
    # A matrix (2, 3) of PyTorch is the project's (3, 2), in whose order the parameters are counted.
    flat = p.T.flatten() if p.shape == (2, 3) else p.flatten()
    return 0.5 * flat @ a @ flat


ANGLE = np.deg2rad(30.0)
TURN = np.array([[np.cos(ANGLE), -np.sin(ANGLE)], [np.sin(ANGLE), np.cos(ANGLE)]])
PROBLEMS = {
    "rosenbrock": (rosenbrock, np.array([-1.2, 1.0])),
    "ravine": (ravine, TURN @ np.array([-7.0, 1.5])),
    "quadratic": (quadratic, np.array([1.0, -2.0, 3.0, -1.5, 0.5, 2.0])),
}


def walk(loss, start, make, *, matrix=False, before=None, take=None):
    """The path (STEPS / EVERY + 1, P) of an optimizer made by `make`.

    matrix : give the parameters as a matrix, for optimizers that refuse vectors.
    before : called with the parameters before each step, after the backward pass.
    take : takes the step, if not `optimizer.step()`.
    """
    shape = ((2, 3) if len(start) == 6 else (1, 2)) if matrix else start.shape
    first = start.reshape(shape[::-1]).T if matrix else start
    point = torch.tensor(first.copy(), dtype=torch.float64, requires_grad=True)
    optimizer = make([point])
    path = [start.copy()]
    for step in range(STEPS):
        optimizer.zero_grad()
        loss(point).backward()
        if before is not None:
            before([point])
        if take is None:
            optimizer.step()
        else:
            take(optimizer, loss, point, step)
        now = point.detach().numpy()
        path.append((now.T if matrix else now).flatten().copy())
    return np.array(path)[::EVERY]
