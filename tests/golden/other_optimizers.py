"""Makes other_optimizers.npz: optimizers that PyTorch lacks, from pytorch-optimizer and optax, in float64.

Needs PyTorch 2.13, pytorch-optimizer 4.1 and optax 0.2.8:  python tests/golden/other_optimizers.py
"""

import inspect
from functools import partial
from importlib.metadata import version
from pathlib import Path
from textwrap import dedent

import jax
import numpy as np
import optax
import pytorch_optimizer as po
import torch
from problems import EVERY, PROBLEMS, STEPS, walk
from pytorch_optimizer.optimizer import soap

# Prodigy keeps its scalars in the default precision.
torch.set_default_dtype(torch.float64)
jax.config.update("jax_enable_x64", True)

# SOAP rounds to float32 before each QR; here it stays in float64.
exec(dedent(inspect.getsource(po.SOAP.get_orthogonal_matrix_qr)).replace("float32", "float64"), vars(soap))
po.SOAP.get_orthogonal_matrix_qr = soap.get_orthogonal_matrix_qr


def sophia(optimizer, loss, point, step):
    """One step with the exact diagonal of the Hessian every 10 steps."""
    if step % 10:
        # An update period beyond the walk's length: no estimate of its own.
        optimizer.step()
    else:
        diagonal = torch.autograd.functional.hessian(lambda p: loss(p), point.detach()).diagonal()
        optimizer.step(hessian=[diagonal.clone()])


def sam(optimizer, loss, point, step):
    """Ascend, ask again, descend."""
    optimizer.first_step(zero_grad=True)
    loss(point).backward()
    optimizer.second_step()


GAMMA = 0.05
FLAT = {
    "lion:lr=0.01": partial(po.Lion, lr=0.01),
    "lion:lr=0.005,beta1=0.8,beta2=0.95,weight_decay=0.1": partial(
        po.Lion, lr=0.005, betas=(0.8, 0.95), weight_decay=0.1, weight_decouple=True
    ),
    "adan:lr=0.05": partial(po.Adan, lr=0.05),
    "adan:lr=0.005,beta1=0.9,beta2=0.8,beta3=0.95,weight_decay=0.2": partial(
        po.Adan, lr=0.005, betas=(0.9, 0.8, 0.95), weight_decay=0.2
    ),
    "schedule_free_adamw:lr=0.05": partial(po.ScheduleFreeAdamW, lr=0.05),
    "schedule_free_adamw:lr=0.01,beta1=0.8,beta2=0.95,weight_decay=0.1": partial(
        po.ScheduleFreeAdamW, lr=0.01, betas=(0.8, 0.95), weight_decay=0.1
    ),
    "prodigy": po.Prodigy,
    "prodigy:lr=0.5,beta1=0.8,beta2=0.99,weight_decay=0.1,growth=1.1": partial(
        po.Prodigy, lr=0.5, betas=(0.8, 0.99), weight_decay=0.1, growth_rate=1.1
    ),
}
MATRIX = {
    "shampoo:lr=0.1": partial(po.Shampoo, lr=0.1),
    "shampoo:lr=0.5,eps=0.01": partial(po.Shampoo, lr=0.5, matrix_eps=0.01),
    "soap:lr=0.01": partial(po.SOAP, lr=0.01),
    "soap:lr=0.002,beta1=0.9,beta2=0.99,weight_decay=0.1,every=20": partial(
        po.SOAP, lr=0.002, betas=(0.9, 0.99), weight_decay=0.1, precondition_frequency=20
    ),
}
OPTAX = {"lion:lr=0.01": optax.lion(0.01, weight_decay=0.0)}


def optax_walk(gradient, start, optimizer):
    x, path = jax.numpy.array(start), [start.copy()]
    state = optimizer.init(x)
    for _ in range(STEPS):
        updates, state = optimizer.update(gradient(x), state, x)
        x = x + updates
        path.append(np.array(x))
    return np.array(path)[::EVERY]


def torch_gradient(loss):
    def gradient(x):
        point = torch.tensor(np.array(x), requires_grad=True)
        loss(point).backward()
        return jax.numpy.array(point.grad.numpy())

    return gradient


results = {}
for problem, (loss, start) in PROBLEMS.items():
    for notation, make in FLAT.items():
        results[f"{notation}|{problem}"] = walk(loss, start, make)
    for notation, make in MATRIX.items():
        results[f"{notation}|{problem}"] = walk(loss, start, make, matrix=True)
    # The package clips m/h at ±p; the paper, which the project follows, m/(γh) at ±1: the same with p = γ and lr/γ.
    results[f"sophia:lr=0.01,gamma={GAMMA},diagonal=exact|{problem}"] = walk(
        loss, start, partial(po.SophiaH, lr=0.01 / GAMMA, p=GAMMA, eps=1e-12 / GAMMA, update_period=10**9), take=sophia
    )
    results[f"sgd:lr=0.0005,sam=0.05|{problem}"] = walk(
        loss, start, lambda p: po.SAM(p, torch.optim.SGD, rho=0.05, lr=0.0005), take=sam
    )
    for notation, optimizer in OPTAX.items():
        results[f"{notation}|{problem}|optax"] = optax_walk(torch_gradient(loss), start, optimizer)

np.savez_compressed(Path(__file__).with_suffix(".npz"), **results)
print(f"pytorch-optimizer {version('pytorch-optimizer')}, optax {optax.__version__}: {len(results)} records")
