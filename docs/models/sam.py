"""SAM (Foret et al. 2021) beside SGD: how sharp are the minima that they end in?"""

import numpy as np
import torch
from torch import nn

import landscape as ls

STEPS, IMAGES, RESOLUTION, SEEDS = 600, 1000, 21, 8
RHOS = {"SGD": 0.0, "SAM": 0.05}

mnist, loss = ls.datasets.load(), nn.CrossEntropyLoss()
x, y = torch.tensor(mnist.x_train).view(-1, 1, 28, 28), torch.tensor(mnist.y_train)


def trained(rho, seed):
    torch.manual_seed(seed)
    net = nn.Sequential(
        *(nn.Conv2d(1, 8, 5, stride=2), nn.ReLU(), nn.Conv2d(8, 8, 5, stride=2), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(128, 10)),
    )
    optimizer, params = torch.optim.SGD(net.parameters(), 0.1), list(net.parameters())
    for batch in torch.randint(IMAGES, (STEPS, 50)):
        optimizer.zero_grad()
        loss(net(x[batch]), y[batch]).backward()
        if rho:  # the gradient is taken where the loss is highest nearby
            here = [one.detach().clone() for one in params]
            length = torch.stack([one.grad.norm() for one in params]).norm()
            with torch.no_grad():
                for one in params:
                    one += rho * one.grad / length
            optimizer.zero_grad()
            loss(net(x[batch]), y[batch]).backward()
            with torch.no_grad():
                for one, before in zip(params, here, strict=True):
                    one.copy_(before)
        optimizer.step()
    return ls.models.torch(net, loss, (x[:IMAGES], y[:IMAGES]))


sharpness, surfaces = {}, []
for name, rho in RHOS.items():
    models = [trained(rho, seed) for seed in range(100, 100 + SEEDS)]  # on which no setting was chosen
    sharpness[name] = [ls.curvature.top(model, model.params, k=1)[0][0] for model in models]
    plane = ls.planes.random(models[0], models[0].params)
    surfaces.append(ls.surface(models[0], plane, resolution=RESOLUTION))
    print(f"{name}: largest eigenvalue {', '.join(f'{one:.1f}' for one in sharpness[name])}")
with ls.figures.style("light", size="page"):
    ls.figures.compare(surfaces, list(RHOS)).savefig("sam.png", dpi=150, bbox_inches="tight")

# Sharpness is compared by its ratio, seed by seed.
ratio = ls.statistics.paired(np.log(sharpness["SAM"]), np.log(sharpness["SGD"]))
how = ("sharper" if ratio.effect > 0 else "flatter") if ratio.clear else "not clearly flatter or sharper"
times, low, high = np.exp([ratio.effect, ratio.low, ratio.high])
print(f"SAM ends {how}: {times:.2f} × as sharp as SGD (95 % interval {low:.2f} to {high:.2f}, {SEEDS} seeds).")
