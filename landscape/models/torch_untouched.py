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
    """Chance is the same each time within, and all random generators are left as they were; so is the precision of
    products on graphics cards, which is that of float32 within, and the fast path of attention, which is not taken."""
    before, numpys, pythons = torch.get_rng_state(), np.random.get_state(), random.getstate()  # noqa: NPY002
    devices = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()
    on_devices = [torch.cuda.get_rng_state(device) for device in devices]
    # Ten bits of TF32 would be seen as bumps.
    products, convolutions = torch.backends.cuda.matmul, torch.backends.cudnn
    short, fast = (products.allow_tf32, convolutions.allow_tf32), torch.backends.mha.get_fastpath_enabled()
    try:
        products.allow_tf32 = convolutions.allow_tf32 = False
        # It can neither be derived nor work on many parameters at once.
        torch.backends.mha.set_fastpath_enabled(False)
        torch.manual_seed(seed)
        np.random.seed(seed)  # noqa: NPY002  whatever a user's code draws from
        random.seed(seed)
        yield
    finally:
        products.allow_tf32, convolutions.allow_tf32 = short
        torch.backends.mha.set_fastpath_enabled(fast)
        random.setstate(pythons)
        np.random.set_state(numpys)  # noqa: NPY002
        torch.set_rng_state(before)
        for device, state in zip(devices, on_devices, strict=True):
            torch.cuda.set_rng_state(state, device)
