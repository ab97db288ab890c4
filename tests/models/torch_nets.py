"""Small PyTorch modules of the kinds that are looked at, trained a little."""

from __future__ import annotations

import torch
from torch import nn


class Residual(nn.Module):
    """x + block(x), as in a residual network."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)
        self.conv2, self.norm2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)

    def forward(self, x):
        out = torch.relu(self.norm1(self.conv1(x)))
        return torch.relu(x + self.norm2(self.conv2(out)))


class Attention(nn.Module):
    """A transformer's block over the rows of a picture."""

    def __init__(self, side: int = 14, width: int = 16) -> None:
        super().__init__()
        self.places = nn.Embedding(side, width)
        self.into, self.norm = nn.Linear(side, width), nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, 2, batch_first=True, dropout=0.1)
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        rows = self.into(x.squeeze(1)) + self.places.weight
        seen, _ = self.attention(*3 * (self.norm(rows),), need_weights=False)
        return self.head((rows + seen).mean(dim=1))


def cnn(dtype=torch.float32):
    made = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, padding=1),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(6 * 49, 10),
    )
    return made.to(dtype)


def resnet(dtype=torch.float32):
    made = nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2, padding=1),
        Residual(4),
        Residual(4),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Linear(16, 10),
    )
    return made.to(dtype)


def transformer(dtype=torch.float32):
    return Attention().to(dtype)


NETS = {"cnn": cnn, "resnet": resnet, "transformer": transformer}


def trained(kind, x, y, steps=30, seed=0, dtype=torch.float32):
    """A module after some steps over all of x, y; in training mode, with gradients, as a user's loop leaves it."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        module = NETS[kind](dtype)
        optimizer = torch.optim.Adam(module.parameters(), 0.01)
        module.train()
        for _ in range(steps):
            optimizer.zero_grad()
            nn.functional.cross_entropy(module(x), y).backward()
            optimizer.step()
    return module
