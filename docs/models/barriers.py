"""Three networks on one plane, and the barriers between them (after Frankle et al. 2020)."""

from copy import deepcopy

import matplotlib.pyplot as plt
import torch
from torch import nn

import landscape as ls

SHARED, STEPS, IMAGES, RESOLUTION = 100, 500, 1000, 25

mnist, loss = ls.datasets.load(), nn.CrossEntropyLoss()
x, y = torch.tensor(mnist.x_train).view(-1, 1, 28, 28), torch.tensor(mnist.y_train)


def build(seed):
    torch.manual_seed(seed)
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 5, stride=2), nn.ReLU(), nn.Conv2d(8, 16, 5, stride=2), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(256, 10)),
    )


def train(net, steps, seed):
    optimizer = torch.optim.Adam(net.parameters(), 0.003)
    for batch in torch.randperm(len(x), generator=torch.manual_seed(seed))[: 64 * steps].split(64):
        optimizer.zero_grad()
        loss(net(x[batch]), y[batch]).backward()
        optimizer.step()
    return net


# a and b were one network for the first steps, and saw other batches after them; c began elsewhere.
shared = train(build(0), SHARED, seed=0)
nets = {
    "a": train(deepcopy(shared), STEPS, seed=1),
    "b": train(deepcopy(shared), STEPS, seed=2),
    "c": train(build(1), SHARED + STEPS, seed=3),
}
model = ls.models.torch(nets["a"], loss, (x[:IMAGES], y[:IMAGES]))
a, b, c = (model.flat(net) for net in nets.values())
surface = ls.surface(model, ls.planes.through(a, b, c), resolution=RESOLUTION)
lines = {"a to b": ls.line(model, a, b), "a to c": ls.line(model, a, c), "b to c": ls.line(model, b, c)}
with ls.figures.style("light", size="page"):
    figure, (left, right) = plt.subplots(1, 2)
    ls.figures.contour(surface, left)
    for name, place in zip(nets, surface.networks, strict=True):
        left.annotate(name, place, xytext=(6, 4), textcoords="offset points", weight="bold")
    ls.figures.interpolation(list(lines.values()), list(lines), right)
    figure.savefig("barriers.png", dpi=150)

for name, line in lines.items():
    what = f"a barrier of {line.barrier:.2f}" if line.rise.clear else "no clear barrier"
    print(f"{name}: {what} (95 % interval {line.rise.low:.3f} to {line.rise.high:.3f}, over images).")
