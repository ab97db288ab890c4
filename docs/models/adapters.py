"""A small transformer of which only low-rank adapters are trained at last: their plane (after Hu et al. 2022)."""

from fnmatch import fnmatch

import torch
from torch import nn

import landscape as ls

STEPS, TUNING, IMAGES, RESOLUTION = 600, 600, 1000, 21

mnist, loss = ls.datasets.load(), nn.CrossEntropyLoss()
x, y = torch.tensor(mnist.x_train).view(-1, 28, 28), torch.tensor(mnist.y_train)


class Adapted(nn.Module):
    def __init__(self, inputs, outputs, rank=2):
        super().__init__()
        self.base = nn.Linear(inputs, outputs)
        self.lora_a = nn.Parameter(torch.randn(rank, inputs) / inputs**0.5)
        self.lora_b = nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, x):
        return self.base(x) + x @ self.lora_a.T @ self.lora_b.T


class Transformer(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.rows, self.places = nn.Linear(28, width), nn.Parameter(torch.randn(28, width) / 5)
        self.norm, self.into, self.out = nn.LayerNorm(width), Adapted(width, 3 * width), Adapted(width, width)
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        x = self.rows(x) + self.places
        q, k, v = self.into(self.norm(x)).unflatten(-1, (3, 2, -1)).permute(2, 0, 3, 1, 4)
        seen = nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        return self.head((x + self.out(seen)).relu().mean(1))


def train(images, steps, names):
    """Train the parameters with such names, and record them."""
    optimizer = torch.optim.Adam([one for name, one in net.named_parameters() if fnmatch(name, names)], 0.003)
    with ls.record(net, "runs/adapters", optimizer=optimizer, snapshots=50, trainable=names) as rec:
        for batch in torch.randint(len(images), (steps, 64)):
            optimizer.zero_grad()
            error = loss(net(images[batch]), y[batch])
            error.backward()
            optimizer.step()
            rec.step(error)
    return rec.run()


torch.manual_seed(0)
net, turned = Transformer(), x.flip(1)
train(x, STEPS, "*")
run = train(turned, TUNING, "*lora*")
model = ls.models.torch(net, loss, (turned[:IMAGES], y[:IMAGES]), trainable="*lora*")
surface, (walk,) = ls.projected(run, model=model, resolution=RESOLUTION)
with ls.figures.style("light", size="page"):
    ls.figures.projection(surface, walk).savefig("adapters.png", dpi=150)

print(f"{model.params.size:,} of {sum(one.numel() for one in net.parameters()):,} parameters are trained.")
print(f"The loss on digits upside down falls from {walk.loss[0]:.2f} to {walk.loss[-1]:.2f};")
print(f"the plane, {walk.residual[-1]:.2f} away from the end, shows {walk.in_plane[-1]:.2f} there.")
print(surface.plane.faithfulness)
