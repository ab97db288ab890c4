"""Makes torch_training.npz and torch_weights.safetensors: networks trained by PyTorch, 200 steps each in float32 and in
float64, from the project's initial weights and on the same batches; activations and their derivatives; a state_dict.

Needs PyTorch 2.13, which the project itself does not:  python tests/golden/torch_training.py
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn, optim

import landscape as ls

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)

HERE = Path(__file__).parent
IMAGES, BATCH, EPOCHS, TESTED = 1600, 32, 4, 5
STEPS = EPOCHS * (IMAGES // BATCH)

ACTIVATIONS = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "leaky_relu:slope=0.2": partial(nn.LeakyReLU, 0.2),
    "elu": nn.ELU,
    "elu:alpha=2": partial(nn.ELU, 2.0),
    "elu:alpha=0.5": partial(nn.ELU, 0.5),
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    # PyTorch takes softplus for a line from 20 on, where the two differ by 2e-9.
    "softplus": partial(nn.Softplus, threshold=1000.0),
    "mish": nn.Mish,
}

# The project's notations: sizes, activation, init, loss, seed, optimizer, schedule.
CONFIGURATIONS = {
    "784,32,10 relu he cross_entropy 0 adam:lr=0.001 constant": partial(optim.Adam, lr=1e-3),
    "784,24,10 sigmoid glorot cross_entropy 1 sgd:lr=0.5 constant": partial(optim.SGD, lr=0.5),
    "784,24,16,10 gelu he cross_entropy:label_smoothing=0.1 2 adamw:lr=0.003,weight_decay=0.05 cosine": partial(
        optim.AdamW, lr=3e-3, weight_decay=0.05
    ),
    "784,24,10 tanh lecun mse 3 momentum:lr=0.05,momentum=0.9 constant": partial(optim.SGD, lr=0.05, momentum=0.9),
    "784,16,10 elu:alpha=2 he mse:label_smoothing=0.2 4 nesterov:lr=0.02,momentum=0.8 constant": partial(
        optim.SGD, lr=0.02, momentum=0.8, nesterov=True
    ),
    "784,16,10 silu orthogonal cross_entropy 5 rmsprop:lr=0.001 constant": partial(optim.RMSprop, lr=1e-3),
    "784,16,12,10 mish he cross_entropy 6 nadam:lr=0.002 cosine:end=0.1": partial(optim.NAdam, lr=2e-3),
    "784,16,10 softplus normal:std=0.05 cross_entropy 7 adagrad:lr=0.02 constant": partial(optim.Adagrad, lr=0.02),
    "784,16,12,10 leaky_relu:slope=0.2 he cross_entropy 8 sgd:lr=0.2,clip=1 constant": partial(optim.SGD, lr=0.2),
    "784,10 relu he cross_entropy 9 adam:lr=0.01,clip=0.5 constant": partial(optim.Adam, lr=0.01),
}


def sequential(net, activation):
    """The project's network in PyTorch, with the same weights."""
    layers = net.layers(net.params)
    model = nn.Sequential()
    for k, (w, b) in enumerate(layers):
        linear = nn.Linear(*w.shape, dtype=getattr(torch, net.dtype.name))
        linear.load_state_dict({"weight": torch.tensor(w.T), "bias": torch.tensor(b)})
        model.append(linear)
        if k < len(layers) - 1:
            model.append(activation())
    return model


def criterion(notation):
    name, _, smoothing = notation.partition(":label_smoothing=")
    share = float(smoothing or 0)
    if name == "cross_entropy":
        return nn.CrossEntropyLoss(label_smoothing=share)

    def mse(logits, y):
        target = (1 - share) * nn.functional.one_hot(y, 10).to(logits.dtype) + share / 10
        return nn.functional.mse_loss(logits, target)

    return mse


def train(key, make, data, dtype):
    """The loss of each batch, and the logits of some test images at the end."""
    sizes, activation, init, loss, seed, optimizer, schedule = key.split(" ")
    net = ls.MLP([int(size) for size in sizes.split(",")], activation, init, loss, int(seed), dtype)
    model, loss_of = sequential(net, ACTIVATIONS[activation]), criterion(loss)
    walker = make(model.parameters())
    end = {"constant": None, "cosine": 0.0, "cosine:end=0.1": 0.1}[schedule]
    rates = None
    if end is not None:
        rates = optim.lr_scheduler.CosineAnnealingLR(walker, STEPS, eta_min=end * walker.param_groups[0]["lr"])
    clip = optimizer.partition("clip=")[2]

    x, y = torch.tensor(data.x_train[:IMAGES].astype(dtype)), torch.tensor(data.y_train[:IMAGES])
    rng, losses = np.random.default_rng(int(seed)), []
    for _ in range(EPOCHS):
        for batch in torch.tensor(rng.permutation(IMAGES)).reshape(-1, BATCH):
            walker.zero_grad()
            value = loss_of(model(x[batch]), y[batch])
            value.backward()
            if clip:
                nn.utils.clip_grad_norm_(model.parameters(), float(clip))
            walker.step()
            if rates is not None:
                rates.step()
            losses.append(value.item())
    logits = model(torch.tensor(data.x_test[:TESTED].astype(dtype)))
    return np.array(losses), logits.detach().numpy()


results = {}
mnist = ls.datasets.load("mnist")
for key, make in CONFIGURATIONS.items():
    # NAdam keeps its product of momenta in the default precision.
    for dtype in ("float32", "float64"):
        torch.set_default_dtype(getattr(torch, dtype))
        losses, logits = train(key, make, mnist, dtype)
        results[f"losses|{dtype}|{key}"], results[f"logits|{dtype}|{key}"] = losses, logits

GRID = torch.linspace(-12, 12, 97, dtype=torch.float64)  # with 0, the kink, on it
for notation, make in ACTIVATIONS.items():
    z = GRID.clone().requires_grad_()
    a = make()(z)
    (slope,) = torch.autograd.grad(a.sum(), z, create_graph=True)
    second = torch.autograd.grad(slope.sum(), z)[0] if slope.requires_grad else torch.zeros_like(z)
    results[f"activation|{notation}"] = torch.stack([z, a, slope, second]).detach().numpy()

torch.set_default_dtype(torch.float32)
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(12, 9), nn.Tanh(), nn.Linear(9, 7), nn.Tanh(), nn.Linear(7, 4))
save_file(model.state_dict(), HERE / "torch_weights.safetensors")
images = torch.randn(6, 12)
results["weights|images"], results["weights|logits"] = images.numpy(), model(images).detach().numpy()

# What the project writes, PyTorch reads.
net = ls.MLP((12, 9, 7, 4), "tanh", seed=3)
with TemporaryDirectory() as folder:
    state = load_file(ls.weights.save(Path(folder) / "ours.safetensors", net, net.params))
model.load_state_dict(state)
np.testing.assert_allclose(model(images).detach().numpy(), net.logits(net.params, images.numpy()), rtol=1e-5, atol=1e-6)

np.savez_compressed(Path(__file__).with_suffix(".npz"), **results)
print(f"PyTorch {torch.__version__}: {len(results)} records")
