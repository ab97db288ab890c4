"""What a call of PyTorch must leave as it was."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

_SEED = 0


@contextmanager
def untouched(seed: int = _SEED) -> Iterator[None]:
    """Chance is the same each time within, and all random generators are left as they were."""
    before, numpys, pythons = torch.get_rng_state(), np.random.get_state(), random.getstate()  # noqa: NPY002
    devices = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()
    on_devices = [torch.cuda.get_rng_state(device) for device in devices]
    try:
        torch.manual_seed(seed)
        np.random.seed(seed)  # noqa: NPY002  whatever a user's code draws from
        random.seed(seed)
        yield
    finally:
        random.setstate(pythons)
        np.random.set_state(numpys)  # noqa: NPY002
        torch.set_rng_state(before)
        for device, state in zip(devices, on_devices, strict=True):
            torch.cuda.set_rng_state(state, device)
