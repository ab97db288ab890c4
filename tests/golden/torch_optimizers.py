"""Makes torch_optimizers.npz: PyTorch's optimizers in float64, 300 steps each, and the factors of its schedules.

Needs PyTorch 2.13, which the project itself does not:  python tests/golden/torch_optimizers.py
"""

from functools import partial
from pathlib import Path

import numpy as np
import torch
from problems import PROBLEMS, walk
from torch import optim
from torch.optim import lr_scheduler

# NAdam keeps its product of momenta in the default precision.
torch.set_default_dtype(torch.float64)
# PyTorch's Muon orthogonalises in bfloat16, 8 bits of mantissa, whatever the weights are; here it stays in float64.
torch.Tensor.bfloat16 = lambda self: self

OPTIMIZERS = {
    "sgd:lr=0.001": partial(optim.SGD, lr=0.001),
    "sgd:lr=0.001,weight_decay=0.5": partial(optim.SGD, lr=0.001, weight_decay=0.5),
    "momentum:lr=0.0005,momentum=0.9": partial(optim.SGD, lr=0.0005, momentum=0.9),
    "momentum:lr=0.001,momentum=0.8,dampening=0.3,weight_decay=0.1": partial(
        optim.SGD, lr=0.001, momentum=0.8, dampening=0.3, weight_decay=0.1
    ),
    "nesterov:lr=0.0005,momentum=0.9": partial(optim.SGD, lr=0.0005, momentum=0.9, nesterov=True),
    "nesterov:lr=0.001,momentum=0.7,weight_decay=0.2": partial(
        optim.SGD, lr=0.001, momentum=0.7, weight_decay=0.2, nesterov=True
    ),
    "rprop": optim.Rprop,
    "rprop:lr=0.1,step_min=0.001,step_max=0.2": partial(optim.Rprop, lr=0.1, step_sizes=(0.001, 0.2)),
    "adagrad:lr=0.3": partial(optim.Adagrad, lr=0.3),
    "rmsprop:lr=0.01": partial(optim.RMSprop, lr=0.01),
    "rmsprop:lr=0.001,alpha=0.95,eps=0.1": partial(optim.RMSprop, lr=0.001, alpha=0.95, eps=0.1),
    "adadelta:lr=0.3": partial(optim.Adadelta, lr=0.3),
    "adadelta:lr=0.2,rho=0.95,eps=1e-5": partial(optim.Adadelta, lr=0.2, rho=0.95, eps=1e-5),
    "adam:lr=0.05": partial(optim.Adam, lr=0.05),
    "adam:lr=0.1,beta1=0.8,beta2=0.99,eps=0.001": partial(optim.Adam, lr=0.1, betas=(0.8, 0.99), eps=1e-3),
    "adamax:lr=0.05": partial(optim.Adamax, lr=0.05),
    "adamax:lr=0.005,beta1=0.8,beta2=0.95,eps=0.01": partial(optim.Adamax, lr=0.005, betas=(0.8, 0.95), eps=0.01),
    "amsgrad:lr=0.05": partial(optim.Adam, lr=0.05, amsgrad=True),
    "amsgrad:lr=0.1,beta1=0.5,beta2=0.9": partial(optim.Adam, lr=0.1, betas=(0.5, 0.9), amsgrad=True),
    "adamw:lr=0.05": partial(optim.AdamW, lr=0.05),
    "adamw:lr=0.1,weight_decay=0.3": partial(optim.AdamW, lr=0.1, weight_decay=0.3),
    "nadam:lr=0.05": partial(optim.NAdam, lr=0.05),
    "nadam:lr=0.02,beta1=0.8,beta2=0.99,momentum_decay=0.1": partial(
        optim.NAdam, lr=0.02, betas=(0.8, 0.99), momentum_decay=0.1
    ),
    "radam:lr=0.05": partial(optim.RAdam, lr=0.05),
    "radam:lr=0.002,beta1=0.8,beta2=0.99": partial(optim.RAdam, lr=0.002, betas=(0.8, 0.99)),
    "muon:lr=0.005": partial(optim.Muon, lr=0.005),
    "muon:lr=0.002,momentum=0.8,weight_decay=0,iterations=3": partial(
        optim.Muon, lr=0.002, momentum=0.8, weight_decay=0, ns_steps=3
    ),
}

results = {}
for problem, (loss, start) in PROBLEMS.items():
    for notation, make in OPTIMIZERS.items():
        results[f"{notation}|{problem}"] = walk(loss, start, make, matrix=notation.startswith("muon"))
    results[f"sgd:lr=0.01,clip=1|{problem}"] = walk(
        loss, start, partial(optim.SGD, lr=0.01), before=lambda p: torch.nn.utils.clip_grad_norm_(p, 1.0)
    )

STEPS = 100
SCHEDULES = {
    "constant": lambda o: lr_scheduler.ConstantLR(o, factor=1.0),
    "step:gamma=0.3,every=7": lambda o: lr_scheduler.StepLR(o, 7, 0.3),
    "step": lambda o: lr_scheduler.StepLR(o, 10, 0.5),
    "exponential:end=0.01": lambda o: lr_scheduler.ExponentialLR(o, 0.01 ** (1 / STEPS)),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS),
    "cosine:end=0.1": lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS, eta_min=0.1),
    "warmup:length=20": lambda o: lr_scheduler.LinearLR(o, 1 / 20, 1.0, 19),
    "one_cycle": lambda o: lr_scheduler.OneCycleLR(o, 1.0, STEPS, cycle_momentum=False),
    "one_cycle:rise=0.2,divide=10,divide_end=100": lambda o: lr_scheduler.OneCycleLR(
        o, 1.0, STEPS, pct_start=0.2, div_factor=10, final_div_factor=100, cycle_momentum=False
    ),
}
for notation, make in SCHEDULES.items():
    optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule, factors = make(optimizer), []
    for _ in range(STEPS):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    results[f"schedule {notation}"] = np.array(factors)

np.savez_compressed(Path(__file__).with_suffix(".npz"), **results)
print(f"PyTorch {torch.__version__}: {len(results)} records")
