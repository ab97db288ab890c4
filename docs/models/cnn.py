"""A small CNN with batch normalisation: two recorded runs on one plane, and the surface around the end of each."""

import torch
from torch import nn

import landscape as ls

STEPS, IMAGES, RESOLUTION = 300, 500, 17

mnist = ls.datasets.load()
x, y, loss = torch.tensor(mnist.x_train).view(-1, 1, 28, 28), torch.tensor(mnist.y_train), nn.CrossEntropyLoss()


def build():
    torch.manual_seed(0)  # both begin with the same weights
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 5), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 5), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(256, 10)),
    )


def train(net, optimizer, folder):
    with ls.record(net, folder, optimizer=optimizer, snapshots=50) as rec:
        for batch in torch.randperm(len(x), generator=torch.manual_seed(1))[: 64 * STEPS].split(64):
            optimizer.zero_grad()
            error = loss(net(x[batch]), y[batch])
            error.backward()
            optimizer.step()
            rec.step(error)
    return rec.run()


by_sgd, by_adam = build(), build()
runs = [
    train(by_sgd, torch.optim.SGD(by_sgd.parameters(), 0.1), "runs/sgd"),
    train(by_adam, torch.optim.Adam(by_adam.parameters(), 0.003), "runs/adam"),
]
# Running averages fit one network alone: at every other point of a plane they are computed anew.
model = ls.models.torch(by_sgd, loss, (x[:IMAGES], y[:IMAGES]), buffers="recomputed")
surface, walks = ls.projected(runs, model=model, resolution=RESOLUTION)
around = [ls.surface(model, ls.planes.random(model, run.params), resolution=RESOLUTION) for run in runs]
with ls.figures.style("light", size="page"):
    ls.figures.projection(surface, walks).savefig("cnn.png", dpi=150)
    ls.figures.compare(around, ["SGD", "Adam"]).savefig("cnn_around.png", dpi=150, bbox_inches="tight")

print(surface.plane.faithfulness)
for name, walk, bowl in zip(("SGD", "Adam"), walks, around, strict=True):
    true, seen, off = walk.loss[-1], walk.in_plane[-1], walk.residual[-1]
    print(f"{name} ends at a loss of {true:.3f}; the plane, {off:.2f} away, shows {seen:.3f}.")
    print(f"Around it the loss is {bowl.loss.min():.3f} at the least and {bowl.loss.max():.2f} at the most.")
