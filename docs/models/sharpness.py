"""Gradient descent on all images: the largest eigenvalue of the Hessian beside 2/lr (after Cohen et al. 2021)."""

import matplotlib.pyplot as plt
import torch
from torch import nn

import landscape as ls

STEPS, IMAGES, COUNT = 600, 500, 25
RATES = (0.025, 0.05, 0.1)

mnist = ls.datasets.load()
x, y = torch.tensor(mnist.x_train[:IMAGES]).view(-1, 1, 28, 28), torch.tensor(mnist.y_train[:IMAGES])


def loss(outputs, targets):
    return (outputs - nn.functional.one_hot(targets, 10)).square().sum(1).mean() / 2


def trained(lr):
    torch.manual_seed(0)  # all begin with the same weights
    net = nn.Sequential(
        *(nn.Conv2d(1, 8, 5, stride=2), nn.Tanh(), nn.Conv2d(8, 8, 5, stride=2), nn.Tanh()),
        *(nn.Flatten(), nn.Linear(128, 10)),
    )
    optimizer = torch.optim.SGD(net.parameters(), lr)
    with ls.record(net, f"runs/lr{lr}", optimizer=optimizer, snapshots=COUNT) as rec:
        for _ in range(STEPS):
            optimizer.zero_grad()
            error = loss(net(x), y)
            error.backward()
            optimizer.step()
            rec.step(error)
    return rec.run(), ls.models.torch(net, loss, (x, y), caption=f"{IMAGES} images of MNIST")


pairs = [trained(lr) for lr in RATES]
curves = [ls.curvature.along(run, model=model, count=COUNT) for run, model in pairs]
with ls.figures.style("light", size="page"):
    ls.figures.sharpness(curves, names=[f"lr = {lr}" for lr in RATES])
    plt.savefig("sharpness.png", dpi=150)

for lr, curve in zip(RATES, curves, strict=True):
    shares = curve.eigenvalues[:, 0] * lr / 2
    late = shares[len(shares) // 2 :]
    print(f"lr = {lr}: from {shares[0]:.2f} of 2/lr; in the second half {late.min():.2f} to {late.max():.2f} of it.")
