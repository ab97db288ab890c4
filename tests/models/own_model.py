"""A user's file: a small CNN, its data and its loss, as --model, --data and --loss name them."""

import torch
from torch import nn

import landscape as ls


def build():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 3, 3, stride=2), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(3 * 36, 10)
    )


def digits():
    data = ls.datasets.load()
    x = torch.from_numpy(data.x_train[:60].reshape(-1, 1, 28, 28)[:, :, ::2, ::2].copy())
    return x, torch.from_numpy(data.y_train[:60])


def ready():
    return ls.models.torch(build(), loss, digits())


def other():
    return nn.Linear(3, 2)


def fails():
    raise RuntimeError("no such luck")


loss = nn.CrossEntropyLoss()
