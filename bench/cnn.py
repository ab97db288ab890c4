"""Another library's model on a landscape: a small PyTorch CNN with batch norm and dropout, trained on MNIST by SGD and
by Adam from one start.

    pip install --group bench .        # PyTorch
    python bench/cnn.py                # 40 s; docs/images/cnn.png

A plane needs no more than flat vectors of parameters, a surface no more than a function from such a vector to a number.
What this project makes of them is then computed anew without it: the surface's cells by a model that is given each
point's parameters in training mode without dropout, the coordinates by least squares, the shares of the movement by a
singular value decomposition. The model is as it was: parameters, running statistics, mode and what needs gradients.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from torch import nn
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
    nn.BatchNorm2d(8),
    nn.MaxPool2d(2),
    nn.ReLU(),
    nn.Conv2d(8, 16, 5),
    nn.BatchNorm2d(16),
    nn.MaxPool2d(2),
    nn.ReLU(),
    nn.Flatten(),
    nn.Dropout(0.2),
    nn.Linear(256, 10),
)
model[0].requires_grad_(False)  # as where a layer is kept

probe = deepcopy(model).eval()  # without dropout; what happens to it, does not happen to the model
for module in probe.modules():
    if hasattr(module, "running_mean"):  # batch norm, by the statistics of the images that it is given
        module.running_mean = module.running_var = None
        module.track_running_stats = False


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
    """The loss of the model with these parameters (P,)."""
    with torch.no_grad():
        vector_to_parameters(torch.from_numpy(params).float(), probe.parameters())
        return cross_entropy(probe(images[few]), labels[few]).item()


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


def at_point(point: np.ndarray, trained: nn.Module, training: bool) -> float:
    """The loss at parameters (P,), by a copy of a trained model: in training mode without dropout, or in evaluation
    mode, where batch norm has the statistics of the trained model's own parameters."""
    copy = deepcopy(trained).train(training)
    for module in copy.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    vector_to_parameters(torch.from_numpy(point).float(), copy.parameters())
    with torch.no_grad():
        return cross_entropy(copy(images[few]), labels[few]).item()


def state(net: nn.Module) -> list[object]:
    """All that a call could change of a model."""
    return [
        *(tensor.tolist() for tensor in net.state_dict().values()),
        *(module.training for module in net.modules()),
        *(parameter.requires_grad for parameter in net.parameters()),
    ]


def check(surface: ls.Surface, walks: list[ls.Trajectory], snapshots: list[np.ndarray], trained: nn.Module) -> None:
    """The same numbers without this project."""
    plane = surface.plane
    cells = list(np.ndindex(surface.loss.shape))
    points = [plane.origin + surface.xs[i] * plane.basis[0] + surface.ys[j] * plane.basis[1] for j, i in cells]
    true, stale = (
        np.reshape([at_point(point, trained, training) for point in points], surface.loss.shape)
        for training in (True, False)
    )
    apart = np.abs(surface.loss / true - 1).max()
    print(f"{true.size} cells: within {apart:.1e} of the model's own loss")
    assert apart < 1e-5
    ratio = stale / true
    print(f"by the running statistics of one end, cells are {ratio.min():.2f} to {ratio.max():.2f} times that,")
    end = parameters_to_vector(trained.parameters()).detach().numpy()
    print(f"and at this end itself {at_point(end, trained, False):.4f} instead of {at_point(end, trained, True):.4f}")
    with ThreadPoolExecutor(4) as pool:
        threaded = ls.surface_of(loss, plane, surface.domain, resolution=15, executor=pool)
    assert np.array_equal(threaded.loss, surface.loss), "calls met one another"

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
    print("the shares of the movement are those of a singular value decomposition")


if __name__ == "__main__":
    began, kept, nets = perf_counter(), state(model), [deepcopy(model) for _ in range(2)]
    by_sgd = train(nets[0], torch.optim.SGD(nets[0].parameters(), lr=0.1))
    by_adam = train(nets[1], torch.optim.Adam(nets[1].parameters(), lr=0.003))
    print(f"{by_sgd.shape[1]:,} parameters, 2 × {STEPS} steps: {perf_counter() - began:.1f} s")
    began = perf_counter()
    surface, walks = look(by_sgd, by_adam)
    print(f"plane, surface, trajectories, picture: {perf_counter() - began:.1f} s")
    check(surface, walks, [by_sgd, by_adam], nets[0])
    assert state(model) == kept, "the model was changed"
    print("and the model is unchanged")
