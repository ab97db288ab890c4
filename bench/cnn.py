"""Another library's model on a landscape: a small PyTorch CNN, trained on MNIST by SGD and by Adam from one start.

    pip install --group bench .        # PyTorch
    python bench/cnn.py                # 15 s; docs/images/cnn.png

A plane needs no more than flat vectors of parameters, a surface no more than a function from such a vector to a number.
What this project makes of them is then computed anew without it: the surface's cells by a model that is given each
point's parameters, the coordinates by least squares, the shares of the movement by a singular value decomposition.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from torch import nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy
from torch.nn.utils import parameters_to_vector, vector_to_parameters

import landscape as ls

STEPS, EVERY, BATCH = 300, 12, 64
PICTURE = Path(__file__).parent.parent / "docs" / "images" / "cnn.png"

torch.manual_seed(0)
mnist = ls.datasets.load()
images, labels = torch.from_numpy(mnist.x_train).view(-1, 1, 28, 28), torch.from_numpy(mnist.y_train)
few = slice(0, 500)  # that the surface is drawn over

model = nn.Sequential(
    nn.Conv2d(1, 8, 5),
    nn.MaxPool2d(2),
    nn.ReLU(),
    nn.Conv2d(8, 16, 5),
    nn.MaxPool2d(2),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(256, 10),
)


def train(net: nn.Module, optimizer: torch.optim.Optimizer) -> np.ndarray:
    """Train, and return the parameters at the start and after every 12 steps (S, P)."""
    snapshots = [parameters_to_vector(net.parameters()).detach()]
    for step, batch in enumerate(torch.randperm(len(images))[: STEPS * BATCH].split(BATCH), start=1):
        optimizer.zero_grad()
        cross_entropy(net(images[batch]), labels[batch]).backward()
        optimizer.step()
        if step % EVERY == 0:
            snapshots.append(parameters_to_vector(net.parameters()).detach())
    return torch.stack(snapshots).numpy()


def loss(params: np.ndarray) -> float:
    """The loss of the model with these parameters (P,); it keeps its own."""
    parts = torch.from_numpy(params).float().split([p.numel() for p in model.parameters()])
    state = {name: part.view_as(p) for (name, p), part in zip(model.named_parameters(), parts, strict=True)}
    with torch.inference_mode():
        return cross_entropy(functional_call(model, state, images[few]), labels[few]).item()


def look(by_sgd: np.ndarray, by_adam: np.ndarray) -> tuple[ls.Surface, list[ls.Trajectory]]:
    """The surface, the two runs on it, and the picture of both."""
    plane = ls.planes.pca([by_sgd, by_adam])
    surface = ls.surface_of(loss, plane, resolution=15)
    steps = range(0, STEPS + 1, EVERY)
    walks = [
        ls.project(by_sgd, surface, loss=loss, optimizer="sgd:lr=0.1", steps=steps),
        ls.project(by_adam, surface, loss=loss, optimizer="adam:lr=0.003", steps=steps),
    ]
    with ls.figures.style("light"):
        ls.figures.race(surface, walks).savefig(PICTURE, dpi=75)
    print(plane.faithfulness)
    return surface, walks


def check(surface: ls.Surface, walks: list[ls.Trajectory], snapshots: list[np.ndarray], kept: torch.Tensor) -> None:
    """The same numbers without this project."""
    plane, probe = surface.plane, deepcopy(model)
    true = np.empty_like(surface.loss)
    with torch.no_grad():
        for j, i in np.ndindex(true.shape):
            point = plane.origin + surface.xs[i] * plane.basis[0] + surface.ys[j] * plane.basis[1]
            vector_to_parameters(torch.from_numpy(point).float(), probe.parameters())
            true[j, i] = cross_entropy(probe(images[few]), labels[few]).item()
    apart = np.abs(surface.loss / true - 1).max()
    print(f"{true.size} cells: within {apart:.1e} of the model's own loss")
    assert apart < 1e-6

    for walk, rows in zip(walks, snapshots, strict=True):
        offsets = (rows - plane.origin).T
        xy, *_ = np.linalg.lstsq(plane.basis.T, offsets)
        distance = np.linalg.norm(offsets - plane.basis.T @ xy, axis=0)
        apart = max(np.abs(walk.x - xy.T).max(), np.abs(walk.residual - distance).max())
        print(f"{len(rows)} snapshots: coordinates and distances within {apart:.1e} of least squares")
        assert apart < 1e-9

    rows = np.concatenate(snapshots).astype(np.float64)
    values = np.square(np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False))
    assert np.allclose(plane.explained, values[:2] / values.sum(), rtol=1e-9, atol=0)
    assert torch.equal(parameters_to_vector(model.parameters()), kept), "the model was changed"
    print("the shares of the movement are those of a singular value decomposition; the model is unchanged")


if __name__ == "__main__":
    began, kept = perf_counter(), parameters_to_vector(model.parameters()).detach().clone()
    by_sgd, by_adam = (
        train(net, make(net.parameters()))
        for net, make in (
            (deepcopy(model), lambda parameters: torch.optim.SGD(parameters, lr=0.1)),
            (deepcopy(model), lambda parameters: torch.optim.Adam(parameters, lr=0.003)),
        )
    )
    print(f"{kept.numel():,} parameters, 2 × {STEPS} steps: {perf_counter() - began:.1f} s")
    began = perf_counter()
    surface, walks = look(by_sgd, by_adam)
    print(f"plane, surface, trajectories, picture: {perf_counter() - began:.1f} s")
    check(surface, walks, [by_sgd, by_adam], kept)
