"""A small residual network with and without skip connections and batch normalisation (after Li et al. 2018)."""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

import landscape as ls

STEPS, IMAGES, RESOLUTION, BLOCKS, SEEDS = 600, 500, 21, 4, 5
KINDS = {"plain": (0, 0), "skips": (1, 0), "batch norm": (0, 1), "skips and batch norm": (1, 1)}

mnist, loss = ls.datasets.load(), nn.CrossEntropyLoss()
x, y = torch.tensor(mnist.x_train).view(-1, 1, 28, 28), torch.tensor(mnist.y_train)


class Block(nn.Module):
    def __init__(self, skip, norm):
        super().__init__()
        convs = [nn.Conv2d(8, 8, 3, padding=1) for _ in range(2)]
        norms = [nn.BatchNorm2d(8) if norm else nn.Identity() for _ in range(2)]
        self.skip, self.body = skip, nn.Sequential(convs[0], norms[0], nn.ReLU(), convs[1], norms[1])

    def forward(self, x):
        return torch.relu(self.body(x) + x if self.skip else self.body(x))


def trained(skip, norm, seed):
    torch.manual_seed(seed)
    blocks = [Block(skip, norm) for _ in range(BLOCKS)]
    net = nn.Sequential(nn.Conv2d(1, 8, 4, stride=4), nn.ReLU(), *blocks, nn.Flatten(), nn.Linear(392, 10))
    optimizer = torch.optim.Adam(net.parameters(), 0.003)
    for batch in torch.randint(len(x), (STEPS, 64)):
        optimizer.zero_grad()
        loss(net(x[batch]), y[batch]).backward()
        optimizer.step()
    return ls.models.torch(net, loss, (x[:IMAGES], y[:IMAGES]), buffers="recomputed")


def rise(model, seed):
    """How far the loss rises half the filters' norms away, on average of ten random directions."""
    ways = [ls.planes.random(model, model.params, seed=10 * seed + k).basis[0] for k in range(10)]
    return np.mean([model.loss_value(model.params + way / 2) for way in ways]) - model.loss_value(model.params)


surfaces, rises = [], {}
for name, kind in KINDS.items():
    models = [trained(*kind, seed) for seed in range(100, 100 + SEEDS)]  # on which no setting was chosen
    rises[name] = [rise(model, seed) for seed, model in enumerate(models)]
    surfaces.append(ls.surface(models[0], ls.planes.random(models[0], models[0].params), resolution=RESOLUTION))
for (name, found), surface in zip(rises.items(), surfaces, strict=True):
    apart = ls.statistics.paired(found, rises["plain"])
    how = f"clearly {'more' if apart.effect > 0 else 'less'}" if apart.clear else "not clearly more or less"
    interval = f"{apart.effect:+.2f}; 95 % interval {apart.low:+.2f} to {apart.high:+.2f}, {SEEDS} seeds"
    beside = "" if name == "plain" else f", {how} than plain's ({interval})"
    print(f"{name}: the loss rises by {np.mean(found):.2f}{beside}.")
    print(f"    On the map it is {surface.loss.max():.0f} at the most.")
with ls.figures.style("light", size="page"), plt.rc_context({"figure.figsize": (7, 6.6)}):
    figure = ls.figures.compare(surfaces, list(KINDS))
    figure.savefig("skip_connections.png", dpi=150, bbox_inches="tight")
